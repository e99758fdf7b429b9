//! Lists of errors.

use std::ffi::c_char;

use illumos_sys::{dladm_errlist_t, dladm_status_t};

use super::put;

/// Empties a list of errors that has no content yet.
///
/// # Safety
/// `list` is valid for writing.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_errlist_init(list: *mut dladm_errlist_t) {
    // SAFETY: the caller promises the place.
    unsafe {
        put(
            list,
            dladm_errlist_t {
                el_count: 0,
                el_alloc: 0,
                el_errs: std::ptr::null_mut(),
            },
        );
    };
}

/// Empties a list of errors; the emulation never puts one in.
///
/// # Safety
/// `list` is valid for writing.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_errlist_reset(list: *mut dladm_errlist_t) {
    // SAFETY: the caller promises the place.
    unsafe { dladm_errlist_init(list) };
}

/// The emulation keeps no texts of errors: nothing happens.
///
/// # Safety
/// `list` is valid for reading and writing.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_errlist_append(
    list: *mut dladm_errlist_t,
    text: *const c_char,
) -> dladm_status_t {
    let _ = (list, text);
    0
}
