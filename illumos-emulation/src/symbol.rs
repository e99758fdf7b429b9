//! What `dlsym` finds on the host of the thread: the functions that not every host has.

use std::ffi::{CStr, c_char, c_void};

use illumos_sys::DLADM_VNIC_MODIFY_NAME;

use crate::{Host, fault};

/// Finds a function that not every host has. One of libzonecfg is found where the host of the thread is of the right flavour;
/// `dladm_vnic_modify` only where a fault has been ordered for it.
///
/// # Safety
/// `name` points to a text with a NUL.
#[unsafe(no_mangle)]
unsafe extern "C" fn illumos_emulation_dlsym(name: *const c_char) -> *mut c_void {
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) };
    let Some(host) = Host::current() else {
        return std::ptr::null_mut();
    };
    if name == DLADM_VNIC_MODIFY_NAME {
        return match fault::before("dladm_vnic_modify") {
            Err(_) => dladm_vnic_modify as *mut c_void,
            Ok(()) => std::ptr::null_mut(),
        };
    }
    crate::zonecfg::symbol(&host, name)
}

/// A mark. Whoever finds it must not call `dladm_vnic_create` with the arguments of today.
extern "C" fn dladm_vnic_modify() {}
