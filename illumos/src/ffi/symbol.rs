//! Symbols that not every distribution's libraries export, found by name at run time.

use std::ffi::{CStr, c_void};
use std::ptr::NonNull;

/// libzonecfg's symbol `name`, if it exports one.
#[cfg(any(target_os = "illumos", external_libzonecfg))]
pub(super) fn zonecfg(name: &CStr) -> Option<NonNull<c_void>> {
    // A program that uses nothing else of libzonecfg is linked with it all the same.
    std::hint::black_box(illumos_sys::zonecfg_strerror as *const c_void);
    // SAFETY: name ends in a NUL; dlsym only looks it up among the objects that the program was linked with.
    NonNull::new(unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) })
}

/// libzonecfg's symbol `name`, if that of the current host exports one.
#[cfg(not(any(target_os = "illumos", external_libzonecfg)))]
pub(super) fn zonecfg(name: &CStr) -> Option<NonNull<c_void>> {
    emulated(name)
}

/// libdladm's symbol `name`, if it exports one.
#[cfg(target_os = "illumos")]
fn dladm(name: &CStr) -> Option<NonNull<c_void>> {
    zonecfg(name)
}

/// libdladm's symbol `name`, if that of the current host exports one.
#[cfg(not(target_os = "illumos"))]
fn dladm(name: &CStr) -> Option<NonNull<c_void>> {
    emulated(name)
}

#[cfg(not(target_os = "illumos"))]
fn emulated(name: &CStr) -> Option<NonNull<c_void>> {
    unsafe extern "C" {
        fn illumos_emulation_dlsym(name: *const std::ffi::c_char) -> *mut c_void;
    }
    // SAFETY: name ends in a NUL; the function only reads it.
    NonNull::new(unsafe { illumos_emulation_dlsym(name.as_ptr()) })
}

/// Whether `dladm_vnic_create` has the arguments that are declared. A library that exports `dladm_vnic_modify` has others.
pub(crate) fn vnic_create_is_known() -> bool {
    dladm(illumos_sys::DLADM_VNIC_MODIFY_NAME).is_none()
}

/// Points the library at the current host's directory. The caller holds the lock.
#[cfg(external_libzonecfg)]
pub(super) fn enter_root() {
    use std::ffi::CString;
    use std::os::unix::ffi::OsStrExt;
    use std::sync::Mutex;

    static CURRENT: Mutex<Option<CString>> = Mutex::new(None);
    let Ok(root) = CString::new(crate::root().as_os_str().as_bytes()) else {
        return;
    };
    let mut current = CURRENT
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if current.as_ref() != Some(&root) {
        // SAFETY: the root ends in a NUL and is copied by the library; no other thread uses the library while the lock is held.
        unsafe { illumos_sys::zonecfg_set_root(root.as_ptr()) };
        *current = Some(root);
    }
}
