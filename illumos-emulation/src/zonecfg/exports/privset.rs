//! The privileges of a zone.

use std::ffi::{c_char, c_int, c_void};

use illumos_sys::zone_dochandle_t;

use super::{open, point};
use crate::zonecfg::memory::duplicate;
use crate::zonecfg::{privileges, state};

/// Checks `limitpriv`. The set itself is not filled: no function of the emulation makes one.
#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_privset(
    handle: zone_dochandle_t,
    _privileges: *mut c_void,
    name: *mut *mut c_char,
) -> c_int {
    point("zonecfg_get_privset", || {
        // SAFETY: the caller's promise.
        let handle = unsafe { open(handle) }?;
        let limitpriv = String::from_utf8_lossy(handle.property("limitpriv")?).into_owned();
        let is_exclusive = handle.is_exclusive()?;
        let brand = match handle.property("brand")? {
            b"" => state::default_brand(&handle.host)?,
            brand => brand.to_vec(),
        };
        let brand = String::from_utf8_lossy(&brand).into_owned();
        privileges::check(&handle.host, &brand, is_exclusive, &limitpriv).map_err(
            |(code, privilege)| {
                if let Some(privilege) = privilege {
                    // SAFETY: the caller's promise.
                    unsafe { *name = duplicate(privilege.as_bytes()) };
                }
                code
            },
        )
    })
}
