//! The index: read entry by entry, changed, searched by UUID.

use std::ffi::{c_char, c_int};

use illumos_sys::{FILE, PZE_ADD, PZE_MODIFY, PZE_REMOVE, zoneent};

use super::{argument, host, point, point_or};
use crate::zonecfg::index::{self, Change, Entry};
use crate::zonecfg::memory::{allocate, duplicate, put, put_field, text_of};
use crate::zonecfg::{code, crash};

/// What `FILE` points to: the index as it was when it was opened. The file is only ever replaced, so that the real library reads
/// one version as well.
#[derive(Debug)]
struct Cookie {
    text: Vec<u8>,
    position: usize,
}

impl Cookie {
    fn next(&mut self) -> Option<Entry> {
        let mut rest = &self.text[self.position..];
        let entry = index::next(&mut rest);
        self.position = self.text.len() - rest.len();
        entry
    }
}

/// # Safety
/// The cookie is null or comes from `setzoneent`, and nobody else uses it during the call.
unsafe fn next(cookie: *mut FILE) -> Option<Entry> {
    // SAFETY: the caller's promise.
    unsafe { cookie.cast::<Cookie>().as_mut() }?.next()
}

#[unsafe(no_mangle)]
extern "C" fn setzoneent() -> *mut FILE {
    point_or("setzoneent", std::ptr::null_mut(), || {
        match host().ok().and_then(|host| index::read(&host).ok()) {
            Some(text) => Box::into_raw(Box::new(Cookie { text, position: 0 })).cast(),
            None => std::ptr::null_mut(),
        }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn endzoneent(cookie: *mut FILE) {
    point_or("endzoneent", (), || {
        if !cookie.is_null() {
            // SAFETY: it comes from setzoneent, and is not used any more: the caller's promise.
            drop(unsafe { Box::from_raw(cookie.cast::<Cookie>()) });
        }
    });
}

#[unsafe(no_mangle)]
unsafe extern "C" fn getzoneent(cookie: *mut FILE) -> *mut c_char {
    point_or("getzoneent", std::ptr::null_mut(), || {
        // SAFETY: the caller's promise.
        unsafe { next(cookie) }.map_or(std::ptr::null_mut(), |entry| duplicate(&entry.name))
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn getzoneent_private(cookie: *mut FILE) -> *mut zoneent {
    point_or("getzoneent_private", std::ptr::null_mut(), || {
        // SAFETY: the caller's promise.
        let Some(entry) = (unsafe { next(cookie) }) else {
            return std::ptr::null_mut();
        };
        let Ok(memory) = allocate::<zoneent>() else {
            return std::ptr::null_mut();
        };
        // SAFETY: the structure was just allocated.
        unsafe {
            let _ = put_field(&raw mut (*memory).zone_name, &entry.name);
            let _ = put_field(&raw mut (*memory).zone_path, &entry.path);
            (*memory).zone_state = c_int::from(entry.state);
            (*memory).zone_uuid = entry.uuid;
        }
        memory
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn putzoneent(entry: *mut zoneent, operation: c_int) -> c_int {
    point("putzoneent", || {
        // SAFETY: the caller's promise.
        let Some(entry) = (unsafe { entry.as_ref() }) else {
            crash::assertion("putzoneent", "ze != NULL")
        };
        let (name, path) = (text_of(&entry.zone_name), text_of(&entry.zone_path));
        let new_name = text_of(&entry.zone_newname);
        let state = u8::try_from(entry.zone_state).ok();
        if operation == PZE_MODIFY && name == b"global" {
            return Ok(());
        }
        if operation == PZE_ADD && (state.is_none() || path.is_empty()) {
            return Err(code::INVAL);
        }
        if operation != PZE_MODIFY && !new_name.is_empty() {
            return Err(code::INVAL);
        }
        let uuid = entry.zone_uuid;
        let change = match operation {
            PZE_ADD => Change::Add {
                name: &name,
                state: state.unwrap_or_default(),
                path: &path,
                uuid,
            },
            PZE_MODIFY => Change::Modify {
                name: &name,
                state,
                path: &path,
                new_name: &new_name,
                uuid,
            },
            PZE_REMOVE => Change::Remove { name: &name },
            _ => return Err(code::INVAL),
        };
        index::put(&host()?, &change)
    })
}

/// An all-zero UUID for a zone without one.
#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_uuid(zone: *const c_char, uuid: *mut u8) -> c_int {
    point("zonecfg_get_uuid", || {
        // SAFETY: the caller's promise.
        let zone = unsafe { argument("zonecfg_get_uuid", zone) };
        let entry = index::find(&host()?, zone).ok_or(code::NO_ZONE)?;
        // SAFETY: a UUID has 16 bytes; the rest is the caller's promise.
        unsafe { std::ptr::copy_nonoverlapping(entry.uuid.as_ptr(), uuid, entry.uuid.len()) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_name_by_uuid(
    uuid: *const u8,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    point("zonecfg_get_name_by_uuid", || {
        // SAFETY: a UUID has 16 bytes; the rest is the caller's promise.
        let uuid = unsafe { *uuid.cast::<[u8; 16]>() };
        let entries = index::entries(&host()?).map_err(|_| code::NO_ZONE)?;
        let is_wanted = |entry: &Entry| uuid != [0; 16] && entry.uuid == uuid;
        let entry = entries.into_iter().find(is_wanted).ok_or(code::NO_ZONE)?;
        // SAFETY: the caller's promise. A name that does not fit is cut without a word.
        let _ = unsafe { put(buffer, size, &entry.name) };
        Ok(())
    })
}
