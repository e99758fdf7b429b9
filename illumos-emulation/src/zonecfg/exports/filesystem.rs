//! `fs` resources.

use std::ffi::{c_char, c_int};

use illumos_sys::{zone_dochandle_t, zone_fsopt, zone_fsopt_t, zone_fstab};

use super::resource::{lookup, next, resource};
use super::{argument, at, open, point, point_or};
use crate::zonecfg::code;
use crate::zonecfg::document::{Element, Node};
use crate::zonecfg::handle::Handle;
use crate::zonecfg::memory::{self, Linked, allocate, put_field, text_of};
use crate::zonecfg::table::{self, Query, Table};

impl Linked for zone_fsopt {
    unsafe fn link(this: *mut Self) -> *mut *mut Self {
        // SAFETY: the caller's promise.
        unsafe { &raw mut (*this).zone_fsopt_next }
    }
}

impl Table for zone_fstab {
    const ELEMENT: &'static str = "filesystem";

    fn element(&self) -> Element {
        let mut element = Element::new(Self::ELEMENT);
        element.set("special", &text_of(&self.zone_fs_special));
        let raw = text_of(&self.zone_fs_raw);
        if !raw.is_empty() {
            element.set("raw", &raw);
        }
        element.set("directory", &text_of(&self.zone_fs_dir));
        element.set("type", &text_of(&self.zone_fs_type));
        // SAFETY: the list is null or complete: the promise of whoever hands the structure over.
        for option in unsafe { memory::members(self.zone_fs_options) } {
            let mut child = Element::new("fsoption");
            // SAFETY: as above.
            child.set("name", &text_of(unsafe { &(*option).zone_fsopt_opt }));
            element.children.push(Node::Element(child));
        }
        element
    }

    fn means(&self, handle: &Handle, element: &Element) -> bool {
        handle.has(element, "directory", &text_of(&self.zone_fs_dir))
            && handle.has(element, "special", &text_of(&self.zone_fs_special))
            && handle.has(element, "raw", &text_of(&self.zone_fs_raw))
            && handle.has(element, "type", &text_of(&self.zone_fs_type))
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_fs_special,
                handle.fetch(element, "special")?,
            )?;
            put_field(&raw mut (*this).zone_fs_raw, handle.fetch(element, "raw")?)?;
            put_field(
                &raw mut (*this).zone_fs_dir,
                handle.fetch(element, "directory")?,
            )?;
            put_field(
                &raw mut (*this).zone_fs_type,
                handle.fetch(element, "type")?,
            )?;
            (*this).zone_fs_options = std::ptr::null_mut();
        }
        // The first child that is no option ends the list, a comment for example.
        for child in &element.children {
            let Some(Ok(name)) = child
                .as_element()
                .map(|option| handle.fetch(option, "name"))
            else {
                break;
            };
            if name.len() >= illumos_sys::MAX_MNTOPT_STR {
                break;
            }
            // SAFETY: the list was begun above.
            unsafe { add_option(this, name) }?;
        }
        Ok(())
    }
}

/// # Safety
/// `fs` points to a structure whose list is null or complete.
unsafe fn add_option(fs: *mut zone_fstab, name: &[u8]) -> Result<(), i32> {
    let option = allocate::<zone_fsopt>()?;
    // SAFETY: the structure was just allocated; the rest is the caller's promise.
    unsafe {
        let _ = put_field(&raw mut (*option).zone_fsopt_opt, name);
        memory::append(&raw mut (*fs).zone_fs_options, option);
    }
    Ok(())
}

impl Query for zone_fstab {
    fn query(&self) -> Vec<(&'static str, Vec<u8>, usize)> {
        vec![
            ("directory", text_of(&self.zone_fs_dir), 1024),
            ("special", text_of(&self.zone_fs_special), 1024),
            ("raw", text_of(&self.zone_fs_raw), 1024),
            ("type", text_of(&self.zone_fs_type), 16),
        ]
    }
}

resource!(
    zone_fstab,
    zonecfg_add_filesystem,
    zonecfg_delete_filesystem,
    zonecfg_modify_filesystem
);
lookup!(zone_fstab, zonecfg_lookup_filesystem);
next!(zone_fstab, zonecfg_getfsent);

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_add_fs_option(fs: *mut zone_fstab, option: *mut c_char) -> c_int {
    // SAFETY: the caller's promise.
    point("zonecfg_add_fs_option", || unsafe {
        add_option(fs, argument("zonecfg_add_fs_option", option))
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_remove_fs_option(fs: *mut zone_fstab, option: *mut c_char) -> c_int {
    point("zonecfg_remove_fs_option", || {
        // SAFETY: the caller's promise.
        let option = unsafe { argument("zonecfg_remove_fs_option", option) };
        // SAFETY: the caller's promise.
        unsafe {
            memory::remove(&raw mut (*fs).zone_fs_options, |member| {
                text_of(&member.zone_fsopt_opt) == option
            })
        }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_free_fs_option_list(list: *mut zone_fsopt_t) {
    // SAFETY: the caller's promise.
    point_or("zonecfg_free_fs_option_list", (), || unsafe {
        memory::free(list);
    });
}
