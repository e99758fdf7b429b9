//! Handles: made, loaded, freed.

use std::ffi::{CStr, c_char, c_int};
use std::fs;
use std::path::Path;

use illumos_sys::{boolean_t, zone_dochandle_t};

use super::{argument, at, boolean, host, open, point, point_or};
use crate::zonecfg::document::{self, Node};
use crate::zonecfg::handle::Handle;
use crate::zonecfg::memory::text;
use crate::zonecfg::{code, paths};

#[unsafe(no_mangle)]
extern "C" fn zonecfg_init_handle() -> zone_dochandle_t {
    point_or("zonecfg_init_handle", std::ptr::null_mut(), || {
        match host() {
            Ok(host) => Box::into_raw(Box::new(Handle::new(host))).cast(),
            Err(_) => std::ptr::null_mut(),
        }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_fini_handle(handle: zone_dochandle_t) {
    point_or("zonecfg_fini_handle", (), || {
        if !handle.is_null() {
            // SAFETY: it comes from zonecfg_init_handle, and is not used any more: the caller's promise.
            drop(unsafe { Box::from_raw(handle.cast::<Handle>()) });
        }
    });
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_check_handle(handle: zone_dochandle_t) -> c_int {
    point("zonecfg_check_handle", || {
        // SAFETY: the caller's promise.
        unsafe { open(handle) }?.document().map(drop)
    })
}

impl Handle {
    /// Loads the document in `path`. One that is not valid is kept nevertheless.
    fn load(&mut self, path: &Path) -> Result<(), i32> {
        let (document, code) = document::read(&self.host, path);
        self.document = document;
        if code == code::OK { Ok(()) } else { Err(code) }
    }

    pub(super) fn load_named(&mut self, name: Option<&[u8]>) -> Result<(), i32> {
        let name = name.ok_or(code::NO_ZONE)?;
        let path = paths::document(&self.host, name).ok_or(code::MISC_FS)?;
        self.is_new = false;
        self.load(&path)
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_handle(zone: *const c_char, handle: zone_dochandle_t) -> c_int {
    point("zonecfg_get_handle", || {
        // SAFETY: the caller's promise.
        let (handle, zone) = unsafe { (open(handle)?, text(zone)) };
        handle.load_named(zone)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_snapshot_handle(
    zone: *const c_char,
    handle: zone_dochandle_t,
) -> c_int {
    point("zonecfg_get_snapshot_handle", || {
        // SAFETY: the caller's promise.
        let (handle, zone) = unsafe { (open(handle)?, text(zone)) };
        let path =
            paths::snapshot(&handle.host, zone.ok_or(code::NO_ZONE)?).ok_or(code::MISC_FS)?;
        handle.is_new = false;
        handle.load(&path)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_xml_handle(
    path: *const c_char,
    handle: zone_dochandle_t,
) -> c_int {
    point("zonecfg_get_xml_handle", || {
        // SAFETY: the caller's promise.
        let (handle, path) = unsafe { (open(handle)?, argument("zonecfg_get_xml_handle", path)) };
        let path = paths::on_host(&handle.host, path);
        fs::metadata(&path).map_err(|_| code::MISC_FS)?;
        handle.load(&path)?;
        handle.is_new = true;
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_template_handle(
    template: *const c_char,
    zone: *const c_char,
    handle: zone_dochandle_t,
) -> c_int {
    point("zonecfg_get_template_handle", || {
        // SAFETY: the caller's promise.
        let (handle, template, zone) = unsafe { (open(handle)?, text(template), text(zone)) };
        handle.load_named(template)?;
        handle.is_new = true;
        handle.set_property("name", zone)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_attach_handle(
    zonepath: *const c_char,
    file: *const c_char,
    zone: *const c_char,
    keep_inventory: boolean_t,
    handle: zone_dochandle_t,
) -> c_int {
    const NAME: &str = "zonecfg_get_attach_handle";
    point(NAME, || {
        // SAFETY: the caller's promise.
        let (handle, zonepath, file, zone) = unsafe {
            (
                open(handle)?,
                argument(NAME, zonepath),
                argument(NAME, file),
                text(zone),
            )
        };
        let place = paths::on_host(&handle.host, zonepath);
        if !place.join("root").is_dir() {
            return Err(code::NO_ZONE);
        }
        let zone = zone.ok_or(code::NO_ZONE)?;
        handle.load(&place.join(String::from_utf8_lossy(file).as_ref()))?;
        if keep_inventory == 0
            && let Some(document) = &mut handle.document
        {
            document
                .root
                .children
                .retain(|child: &Node| !child.is("package"));
        }
        handle.is_new = true;
        handle.set_property("zonepath", Some(zonepath))?;
        handle.set_property("name", Some(zone))
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_set_root(root: *const c_char) {
    point_or("zonecfg_set_root", (), || {
        // SAFETY: the caller's promise.
        paths::set_root((!root.is_null()).then(|| unsafe { CStr::from_ptr(root) }));
    });
}

#[unsafe(no_mangle)]
extern "C" fn zonecfg_get_root() -> *const c_char {
    paths::root_pointer()
}

#[unsafe(no_mangle)]
extern "C" fn zonecfg_in_alt_root() -> boolean_t {
    boolean(!paths::root().is_empty())
}

/// The element that a kind of resource is called in documents.
fn element_of(kind: &[u8]) -> Option<&'static str> {
    match kind {
        b"device" => Some("device"),
        b"fs" => Some("filesystem"),
        b"net" => Some("network"),
        b"attr" => Some("attr"),
        b"rctl" => Some("rctl"),
        b"dataset" => Some("dataset"),
        b"admin" => Some("admin"),
        _ => None,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_num_resources(handle: zone_dochandle_t, kind: *mut c_char) -> c_int {
    point_or("zonecfg_num_resources", 0, || {
        // SAFETY: the caller's promise.
        let (handle, kind) = unsafe { (at(handle), argument("zonecfg_num_resources", kind)) };
        let (Some(element), Some(handle)) = (element_of(kind), handle) else {
            return 0;
        };
        if handle.start().is_err() {
            return 0;
        }
        let count = handle
            .root()
            .map_or(0, |root| root.elements(element).count());
        handle.rest();
        c_int::try_from(count).unwrap_or(c_int::MAX)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_del_all_resources(
    handle: zone_dochandle_t,
    kind: *mut c_char,
) -> c_int {
    point("zonecfg_del_all_resources", || {
        // SAFETY: the caller's promise.
        let (handle, kind) = unsafe { (at(handle), argument("zonecfg_del_all_resources", kind)) };
        let element = element_of(kind).ok_or(code::NO_RESOURCE_TYPE)?;
        let handle = handle.ok_or(code::INVAL)?;
        handle.start()?;
        handle
            .root_mut()?
            .children
            .retain(|child| !child.is(element));
        handle.rest();
        Ok(())
    })
}
