//! Events of state changes: the emulated kernel sends none, so that nobody can listen.

use std::ffi::{c_int, c_void};

use illumos_sys::zonecfg_notify_cb_t;

/// Always fails.
#[unsafe(no_mangle)]
extern "C" fn zonecfg_notify_bind(
    _callback: zonecfg_notify_cb_t,
    _argument: *mut c_void,
) -> *mut c_void {
    std::ptr::null_mut()
}

#[unsafe(no_mangle)]
extern "C" fn zonecfg_notify_unbind(_binding: *mut c_void) {}

#[unsafe(no_mangle)]
extern "C" fn zonecfg_notify_critical_enter(_binding: *mut c_void) {}

#[unsafe(no_mangle)]
extern "C" fn zonecfg_notify_critical_exit(_binding: *mut c_void) -> c_int {
    0
}

#[unsafe(no_mangle)]
extern "C" fn zonecfg_notify_critical_abort(_binding: *mut c_void) {}
