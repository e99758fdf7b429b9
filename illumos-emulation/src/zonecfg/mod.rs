//! libzonecfg: the index, the documents and the handles over them.
//!
//! [`index`] and [`document`] are for the emulated commands in this crate; programs reach the rest through the C
//! functions. How the real library behaves, its faults included, is what these modules do: a program that is right
//! here must not depend on what only a better library would forgive.
#![cfg_attr(
    external_libzonecfg,
    expect(
        dead_code,
        unused_imports,
        reason = "what only the C functions use, which another library has then"
    )
)]

#[cfg(not(external_libzonecfg))]
mod address;
pub mod code;
mod crash;
mod debug_id;
pub mod document;
#[cfg(not(external_libzonecfg))]
mod exports;
mod handle;
pub mod index;
#[cfg(not(external_libzonecfg))]
mod memory;
mod number;
mod paths;
mod privileges;
#[cfg(not(external_libzonecfg))]
mod rctl;
mod save;
mod state;
#[cfg(not(external_libzonecfg))]
mod table;
pub mod templates;
mod user_attr;
mod validate;

use std::ffi::{CStr, c_void};

use crate::Host;

pub(crate) use debug_id::next as next_debug_id;
pub(crate) use privileges::check as check_limitpriv;

/// What `host`'s libzonecfg exports under this name, of what not every flavour has; null if it does not.
#[cfg(not(external_libzonecfg))]
pub(crate) fn symbol(host: &Host, name: &CStr) -> *mut c_void {
    exports::find(host, name)
}

/// Nothing: libzonecfg is another one.
#[cfg(external_libzonecfg)]
pub(crate) fn symbol(_host: &Host, _name: &CStr) -> *mut c_void {
    std::ptr::null_mut()
}
