//! With `ILLUMOS_LIBZONECFG_DIR` set, libzonecfg's functions come from the library there, and libdladm's do not.
#![cfg(external_libzonecfg)]

use std::ffi::{CStr, c_void};
use std::mem::MaybeUninit;
use std::path::Path;

// Without a use of the wrapper the emulated libraries are not linked.
use illumos as _;

/// The file that the program takes a symbol from when it calls it through the run-time linker.
fn object_of(symbol: &CStr) -> Option<String> {
    // SAFETY: the name ends in a NUL, and dlsym only reads it.
    let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, symbol.as_ptr()) };
    let mut info = MaybeUninit::<libc::Dl_info>::zeroed();
    // SAFETY: dladdr only looks the address up, and fills the structure that is given to it.
    if address.is_null() || unsafe { libc::dladdr(address, info.as_mut_ptr()) } == 0 {
        return None;
    }
    // SAFETY: dladdr succeeded, so the structure is filled and the name is a text that stays.
    let name = unsafe { CStr::from_ptr(info.assume_init().dli_fname) };
    Some(name.to_string_lossy().into_owned())
}

#[test]
fn libzonecfg_is_the_other_one() {
    // An emulated function of that name would be in the program itself, whose symbols the run-time linker does not see, and
    // the library would then not be loaded.
    let called = std::hint::black_box(illumos_sys::zonecfg_strerror as *const c_void);
    assert!(!called.is_null());
    let object = object_of(c"zonecfg_strerror").expect("no library has zonecfg_strerror");
    let dirs: Vec<&str> = env!("LIBZONECFG_DIRS").split(':').collect();
    assert!(
        dirs.iter()
            .any(|dir| Path::new(&object).parent() == Some(Path::new(dir))),
        "{object} is in none of {dirs:?}"
    );
    assert_eq!(object_of(c"zonecfg_add_nwif"), Some(object));
    assert_eq!(
        object_of(c"dladm_open"),
        None,
        "libdladm is the emulated one"
    );
}
