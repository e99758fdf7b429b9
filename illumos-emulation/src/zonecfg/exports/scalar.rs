//! The properties of the zone itself.

use std::ffi::{c_char, c_int};

use illumos_sys::{ZS_EXCLUSIVE, ZS_SHARED, boolean_t, zone_dochandle_t, zone_iptype_t};

use super::{argument, at, boolean, open, point};
use crate::zonecfg::handle::Handle;
use crate::zonecfg::memory::{duplicate, put, text};
use crate::zonecfg::{code, paths, state, validate};

/// Exports a getter and a setter of a property that takes any text.
macro_rules! property {
    ($attribute:literal, $get:ident, $set:ident) => {
        property!($attribute, $get);

        #[unsafe(no_mangle)]
        unsafe extern "C" fn $set(handle: zone_dochandle_t, value: *mut c_char) -> c_int {
            point(stringify!($set), || {
                // SAFETY: the caller's promise.
                let (handle, value) = unsafe { (open(handle)?, text(value)) };
                handle.set_property($attribute, value)
            })
        }
    };
    ($attribute:literal, $get:ident) => {
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $get(
            handle: zone_dochandle_t,
            buffer: *mut c_char,
            size: usize,
        ) -> c_int {
            point(stringify!($get), || {
                // SAFETY: the caller's promise.
                let handle = unsafe { open(handle) }?;
                // SAFETY: the caller's promise.
                unsafe { put(buffer, size, handle.property($attribute)?) }
            })
        }
    };
}

property!("name", zonecfg_get_name);
property!("pool", zonecfg_get_pool, zonecfg_set_pool);
property!("bootargs", zonecfg_get_bootargs, zonecfg_set_bootargs);
property!(
    "scheduling-class",
    zonecfg_get_sched_class,
    zonecfg_set_sched
);

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_set_name(handle: zone_dochandle_t, name: *mut c_char) -> c_int {
    point("zonecfg_set_name", || {
        // SAFETY: the caller's promise.
        let (handle, name) = unsafe { (open(handle)?, argument("zonecfg_set_name", name)) };
        handle.rename(name)
    })
}

impl Handle {
    /// Renames the zone. Nothing happens to the files before the document is saved.
    fn rename(&mut self, name: &[u8]) -> Result<(), i32> {
        let current = self.property("name")?.to_vec();
        if current.len() >= 64 {
            return Err(code::TOO_BIG);
        }
        if name == current {
            return Ok(());
        }
        if name.starts_with(b"SUNW") {
            return Err(code::BOGUS_ZONE_NAME);
        }
        validate::zone_name(name)?;
        if name == self.old_name {
            self.old_name.clear();
            return self.set_property("name", Some(name));
        }
        if state::of(&self.host, name) != Err(code::NO_ZONE) {
            return Err(code::NAME_IN_USE);
        }
        if !self.is_new && !self.is_snapshot {
            let is_first = !self.is_renaming();
            let old = if is_first { &current } else { &self.old_name };
            match state::of(&self.host, old) {
                Ok(state) if state > illumos_sys::ZONE_STATE_INSTALLED => {
                    return Err(code::BAD_ZONE_STATE);
                }
                Ok(_) | Err(code::NO_ZONE) => {}
                Err(code) => return Err(code),
            }
            if is_first {
                self.old_name.clone_from(&current);
            }
        }
        self.set_property("name", Some(name))?;
        self.start()?;
        let users: Vec<Vec<u8>> = self
            .root()?
            .elements("admin")
            .map(|admin| admin.attribute("user").unwrap_or_default().to_vec())
            .collect();
        self.removed_admins
            .extend(users.into_iter().map(|user| (user, current.clone())));
        self.rest();
        Ok(())
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_zonepath(
    handle: zone_dochandle_t,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    point("zonecfg_get_zonepath", || {
        // SAFETY: the caller's promise.
        let handle = unsafe { open(handle) }?;
        let path = [paths::root().as_slice(), handle.property("zonepath")?].concat();
        // SAFETY: the caller's promise.
        unsafe { put(buffer, size, &path) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_set_zonepath(handle: zone_dochandle_t, path: *mut c_char) -> c_int {
    point("zonecfg_set_zonepath", || {
        // SAFETY: the caller's promise.
        let (handle, path) = unsafe { (open(handle)?, argument("zonecfg_set_zonepath", path)) };
        let path = validate::zonepath(path, &paths::root())?;
        handle.set_property("zonepath", Some(&path))
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_brand(
    handle: zone_dochandle_t,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    point("zonecfg_get_brand", || {
        // SAFETY: the caller's promise.
        let handle = unsafe { open(handle) }?;
        let brand = match handle.property("brand")? {
            b"" => state::default_brand(&handle.host)?,
            brand => brand.to_vec(),
        };
        // SAFETY: the caller's promise.
        unsafe { put(buffer, size, &brand) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_set_brand(handle: zone_dochandle_t, brand: *mut c_char) -> c_int {
    point("zonecfg_set_brand", || {
        // SAFETY: the caller's promise.
        let (handle, brand) = unsafe { (open(handle)?, text(brand)) };
        handle.set_property("brand", brand)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_autoboot(
    handle: zone_dochandle_t,
    autoboot: *mut boolean_t,
) -> c_int {
    point("zonecfg_get_autoboot", || {
        // SAFETY: the caller's promise.
        let handle = unsafe { open(handle) }?;
        let value = match handle.property("autoboot")? {
            b"true" => true,
            b"false" => false,
            value if value.len() > 5 => return Err(code::TOO_BIG),
            _ => return Err(code::BAD_PROPERTY),
        };
        // SAFETY: the caller's promise.
        unsafe { *autoboot = boolean(value) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_set_autoboot(handle: zone_dochandle_t, autoboot: boolean_t) -> c_int {
    point("zonecfg_set_autoboot", || {
        let value: &[u8] = if autoboot == 0 { b"false" } else { b"true" };
        // SAFETY: the caller's promise.
        unsafe { open(handle) }?.set_property("autoboot", Some(value))
    })
}

impl Handle {
    /// Whether the zone has an IP stack of its own.
    pub(in crate::zonecfg) fn is_exclusive(&self) -> Result<bool, i32> {
        match self.property("ip-type") {
            Ok(b"" | b"shared") | Err(code::BAD_PROPERTY) => Ok(false),
            Ok(b"exclusive") => Ok(true),
            Ok(value) if value.len() > b"exclusive".len() => Err(code::TOO_BIG),
            Ok(_) => Err(code::INVAL),
            Err(code) => Err(code),
        }
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_iptype(
    handle: zone_dochandle_t,
    iptype: *mut zone_iptype_t,
) -> c_int {
    point("zonecfg_get_iptype", || {
        // SAFETY: the caller's promise.
        let handle = unsafe { open(handle) }?;
        let value = if handle.is_exclusive()? {
            ZS_EXCLUSIVE
        } else {
            ZS_SHARED
        };
        // SAFETY: the caller's promise.
        unsafe { *iptype = value };
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_set_iptype(handle: zone_dochandle_t, iptype: zone_iptype_t) -> c_int {
    point("zonecfg_set_iptype", || {
        // SAFETY: the caller's promise.
        let handle = unsafe { at(handle) }.ok_or(code::INVAL)?;
        if handle.document.is_none() {
            return Err(code::EMPTY_DOCUMENT);
        }
        match iptype {
            ZS_SHARED => handle.set_property("ip-type", None),
            ZS_EXCLUSIVE => handle.set_property("ip-type", Some(b"exclusive")),
            _ => handle.root().map(drop),
        }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_limitpriv(
    handle: zone_dochandle_t,
    limitpriv: *mut *mut c_char,
) -> c_int {
    point("zonecfg_get_limitpriv", || {
        // SAFETY: the caller's promise.
        let handle = unsafe { open(handle) }?;
        let value = duplicate(handle.property("limitpriv")?);
        if value.is_null() {
            return Err(code::NOMEM);
        }
        // SAFETY: the caller's promise.
        unsafe { *limitpriv = value };
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_set_limitpriv(
    handle: zone_dochandle_t,
    limitpriv: *mut c_char,
) -> c_int {
    point("zonecfg_set_limitpriv", || {
        // SAFETY: the caller's promise.
        let (handle, limitpriv) = unsafe { (open(handle)?, text(limitpriv)) };
        handle.set_property("limitpriv", limitpriv)
    })
}

/// Exports a getter and a setter of a property that is checked, and of which an empty value counts as unset.
macro_rules! checked_property {
    ($attribute:literal, $check:path, $get:ident, $set:ident) => {
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $get(
            handle: zone_dochandle_t,
            buffer: *mut c_char,
            size: usize,
        ) -> c_int {
            point(stringify!($get), || {
                // SAFETY: the caller's promise.
                let handle = unsafe { open(handle) }?;
                let value = handle.property($attribute)?;
                // SAFETY: the caller's promise.
                unsafe { put(buffer, size, value) }?;
                if value.is_empty() {
                    Err(code::BAD_PROPERTY)
                } else {
                    $check(value)
                }
            })
        }

        #[unsafe(no_mangle)]
        unsafe extern "C" fn $set(handle: zone_dochandle_t, value: *const c_char) -> c_int {
            point(stringify!($set), || {
                // SAFETY: the caller's promise.
                let value = unsafe { text(value) };
                value.map_or(Ok(()), $check)?;
                // SAFETY: the caller's promise.
                unsafe { open(handle) }?.set_property($attribute, value)
            })
        }
    };
}

checked_property!(
    "hostid",
    validate::hostid,
    zonecfg_get_hostid,
    zonecfg_set_hostid
);
checked_property!(
    "fs-allowed",
    validate::fs_allowed,
    zonecfg_get_fs_allowed,
    zonecfg_set_fs_allowed
);

/// The system's default scheduling class where the zone's pool sets none; pools are not emulated.
#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_dflt_sched_class(
    _handle: zone_dochandle_t,
    buffer: *mut c_char,
    size: c_int,
) -> c_int {
    point("zonecfg_get_dflt_sched_class", || {
        // SAFETY: the caller's promise.
        unsafe { put(buffer, usize::try_from(size).unwrap_or(0), b"TS") }
    })
}
