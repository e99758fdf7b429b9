//! Functions that check texts, and the texts of codes.

use std::ffi::{CStr, c_char, c_int};

use illumos_sys::{boolean_t, lifreq};

use super::{argument, boolean, host, point, point_or};
use crate::zonecfg::address::{self, Resolved};
use crate::zonecfg::number::{size, valid_uint};
use crate::zonecfg::validate;

/// `AF_INET` and `AF_INET6` of illumos.
const AF_INET: u16 = 2;
const AF_INET6: u16 = 26;

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_validate_zonename(zone: *const c_char) -> c_int {
    point("zonecfg_validate_zonename", || {
        // SAFETY: the caller's promise.
        validate::zone_name(unsafe { argument("zonecfg_validate_zonename", zone) })
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_str_to_bytes(text: *mut c_char, bytes: *mut u64) -> c_int {
    point_or("zonecfg_str_to_bytes", -1, || {
        // SAFETY: the caller's promise.
        match size(unsafe { argument("zonecfg_str_to_bytes", text) }) {
            Some(value) => {
                // SAFETY: the caller's promise.
                unsafe { *bytes = value };
                0
            }
            None => -1,
        }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_valid_memlimit(text: *mut c_char, bytes: *mut u64) -> boolean_t {
    // SAFETY: the caller's promise.
    boolean(unsafe { zonecfg_str_to_bytes(text, bytes) } == 0)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_valid_ncpus(low: *mut c_char, high: *mut c_char) -> boolean_t {
    const NAME: &str = "zonecfg_valid_ncpus";
    point_or(NAME, boolean(false), || {
        // SAFETY: the caller's promise.
        let (low, high) = unsafe {
            (
                valid_uint(argument(NAME, low)),
                valid_uint(argument(NAME, high)),
            )
        };
        boolean(matches!((low, high), (Some(low), Some(high)) if 1 <= low && low <= high))
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_valid_importance(text: *mut c_char) -> boolean_t {
    // SAFETY: the caller's promise.
    boolean(valid_uint(unsafe { argument("zonecfg_valid_importance", text) }).is_some())
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_valid_fs_type(name: *const c_char) -> boolean_t {
    // SAFETY: the caller's promise.
    boolean(validate::fs_type(unsafe {
        argument("zonecfg_valid_fs_type", name)
    }))
}

/// Cuts the text at its slash for good: the real library does so.
#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_valid_net_address(text: *mut c_char, request: *mut lifreq) -> c_int {
    const NAME: &str = "zonecfg_valid_net_address";
    point(NAME, || {
        // SAFETY: the caller's promise.
        let whole = unsafe { argument(NAME, text) }.to_vec();
        let slash = whole.iter().position(|&byte| byte == b'/');
        if let Some(slash) = slash {
            // SAFETY: the slash lies within the text, which can be written: the caller's promise.
            unsafe { *text.add(slash) = 0 };
        }
        // SAFETY: the caller's promise; all zero is a valid value.
        unsafe { *request = std::mem::zeroed() };
        let address = &whole[..slash.unwrap_or(whole.len())];
        let resolved = address::resolve(&host()?, address, slash.is_some())?;
        // A socket address: the family, a port, then the IPv4 address, or after 4 more bytes the IPv6 address.
        let mut socket = [0u8; 24];
        match resolved {
            Resolved::V4(address) => {
                socket[..2].copy_from_slice(&AF_INET.to_ne_bytes());
                socket[4..8].copy_from_slice(&address.octets());
            }
            Resolved::V6(address) => {
                socket[..2].copy_from_slice(&AF_INET6.to_ne_bytes());
                socket[8..24].copy_from_slice(&address.octets());
            }
        }
        // SAFETY: the field is longer than that; the rest is the caller's promise.
        unsafe {
            std::ptr::copy_nonoverlapping(
                socket.as_ptr(),
                (&raw mut (*request).lifr_lifru).cast::<u8>(),
                socket.len(),
            );
        }
        Ok(())
    })
}

/// The text of a code.
fn text(error: c_int) -> Option<&'static CStr> {
    Some(match error {
        0 => c"OK",
        1 => c"Empty document",
        2 => c"Wrong document type",
        3 => c"Bad document property",
        4 => c"Problem creating temporary file",
        5 => c"Problem saving file",
        6 => c"No such entry",
        7 => c"Bogus zone name",
        8 => c"Required resource missing",
        9 => c"Required property missing",
        10 => c"Bad handle",
        11 => c"Out of memory",
        12 => c"Invalid argument",
        13 => c"Permission denied",
        14 => c"Argument list too long",
        15 => c"Miscellaneous file system error",
        16 => c"No such zone configured",
        17 => c"No such resource type",
        18 => c"No such resource with that id",
        19 => c"No such property type",
        20 => c"No such property with that id",
        21 => c"Zone state is invalid for the requested operation",
        22 => c"Invalid document",
        23 => c"Zone name already in use",
        24 => c"No such zone ID",
        25 => c"Problem updating index file",
        26 => c"Locking index file",
        27 => c"Unlocking index file",
        28 => return None,
        29 => c"Insufficient specification",
        34 => c"Resolved path mismatch",
        35 => c"IPv6 address missing required prefix length",
        36 => c"Neither an IPv4 nor an IPv6 address nor a host name",
        37 => c"Specified privilege is prohibited",
        38 => c"Required privilege is missing",
        39 => c"Specified privilege is unknown",
        40 => c"Brand-specific error",
        41 => c"Incompatible settings",
        42 => c"An incompatible rctl already exists for this property",
        43 => c"Clearing this property is not allowed",
        44 => c"libpool(3LIB) error",
        45 => c"Pools facility not active; zone will not be bound to pool",
        46 => c"Could not enable pools facility",
        47 => c"Pool not found; using default pool",
        48 => c"Could not create a temporary pool",
        49 => c"Could not bind zone to pool",
        50 => c"Specified property is invalid",
        _ => c"Unknown error",
    })
}

#[unsafe(no_mangle)]
extern "C" fn zonecfg_strerror(error: c_int) -> *mut c_char {
    match text(error) {
        Some(text) => text.as_ptr().cast_mut(),
        // SAFETY: strerror takes any number, and errno is the thread's own.
        None => unsafe { libc::strerror(*libc::__errno_location()) },
    }
}
