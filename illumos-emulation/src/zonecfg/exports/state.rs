//! States, paths, brands and ids of zones.

use std::ffi::{c_char, c_int};

use illumos_sys::{zone_state_t, zoneid_t};

use super::{argument, host, point, point_or};
use crate::zonecfg::memory::{put, text};
use crate::zonecfg::{code, index, state};

#[unsafe(no_mangle)]
unsafe extern "C" fn zone_get_state(zone: *mut c_char, state: *mut zone_state_t) -> c_int {
    point("zone_get_state", || {
        // SAFETY: the caller's promise.
        let zone = unsafe { text(zone) }.ok_or(code::INVAL)?;
        let found = state::of(&host().map_err(|_| code::NO_ZONE)?, zone)?;
        // SAFETY: the caller's promise.
        unsafe { *state = found };
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zone_set_state(zone: *mut c_char, state: zone_state_t) -> c_int {
    point("zone_set_state", || {
        let state = u8::try_from(state).map_err(|_| code::INVAL)?;
        // SAFETY: the caller's promise.
        let zone = unsafe { argument("zone_set_state", zone) };
        index::set_state(&host()?, &String::from_utf8_lossy(zone), state)
    })
}

#[unsafe(no_mangle)]
extern "C" fn zone_state_str(state: zone_state_t) -> *mut c_char {
    state::text(state).as_ptr().cast_mut()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zone_get_zonepath(
    zone: *mut c_char,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    point("zone_get_zonepath", || {
        // SAFETY: the caller's promise.
        let zone = unsafe { text(zone) }.ok_or(code::INVAL)?;
        let (path, is_indexed) = state::zonepath(&host()?, zone)?;
        // SAFETY: the caller's promise.
        let fits = unsafe { put(buffer, size, &path) };
        // A path from the index is cut without a word.
        if is_indexed { Ok(()) } else { fits }
    })
}

/// The zonepath with something behind it.
///
/// # Safety
/// As [`text`] and [`put`].
unsafe fn below_zonepath(
    zone: *mut c_char,
    below: &[u8],
    buffer: *mut c_char,
    size: usize,
) -> Result<(), i32> {
    // SAFETY: the caller's promise.
    let zone = unsafe { argument("zone_get_rootpath", zone) };
    if zone == b"global" {
        return Err(code::BOGUS_ZONE_NAME);
    }
    let (path, _) = state::zonepath(&host()?, zone)?;
    // SAFETY: the caller's promise.
    unsafe { put(buffer, size, &[path.as_slice(), below].concat()) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zone_get_rootpath(
    zone: *mut c_char,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    // SAFETY: the caller's promise.
    point("zone_get_rootpath", || unsafe {
        below_zonepath(zone, b"/root", buffer, size)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zone_get_devroot(
    zone: *mut c_char,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    point("zone_get_devroot", || {
        // SAFETY: the caller's promise.
        let name = unsafe { argument("zone_get_devroot", zone) };
        let is_mounted = state::of(&host()?, name) == Ok(illumos_sys::ZONE_STATE_MOUNTED);
        let below: &[u8] = if is_mounted { b"/lu" } else { b"/root" };
        // SAFETY: the caller's promise.
        unsafe { below_zonepath(zone, below, buffer, size) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zone_get_brand(zone: *mut c_char, buffer: *mut c_char, size: usize) -> c_int {
    point("zone_get_brand", || {
        // SAFETY: the caller's promise.
        let brand = state::brand(&host()?, unsafe { argument("zone_get_brand", zone) })?;
        // SAFETY: the caller's promise.
        unsafe { put(buffer, size, &brand) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_default_brand(buffer: *mut c_char, size: usize) -> c_int {
    point("zonecfg_default_brand", || {
        let brand = state::default_brand(&host()?)?;
        // SAFETY: the caller's promise.
        unsafe { put(buffer, size, &brand) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zone_get_id(text: *const c_char, id: *mut zoneid_t) -> c_int {
    point_or("zone_get_id", -1, || {
        // SAFETY: the caller's promise.
        let name = unsafe { argument("zone_get_id", text) };
        match host().ok().and_then(|host| state::id(&host, name)) {
            Some(found) => {
                // SAFETY: the caller's promise.
                unsafe { *id = found };
                0
            }
            None => -1,
        }
    })
}
