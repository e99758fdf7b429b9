//! The C functions, under the names and with the structures that `illumos-sys` declares.
//!
//! Each passes the point of its name before and after: see [`fault`](crate::fault).

mod admin;
mod alias;
mod attr;
mod check;
mod cpu;
mod dataset;
mod device;
mod filesystem;
mod handle;
mod index;
mod lock;
mod mcap;
mod net;
mod notify;
mod privset;
mod rctl;
mod resource;
mod save;
mod scalar;
mod secflags;
mod state;
mod symbols;

use std::ffi::c_char;

use illumos_sys::{B_FALSE, B_TRUE, boolean_t, zone_dochandle_t};

use super::code;
use super::handle::Handle;
use super::memory::text;
use crate::Host;
use crate::fault;

pub(super) use symbols::find;

/// Passes the points around a function that returns a code.
fn point(function: &'static str, call: impl FnOnce() -> Result<(), i32>) -> i32 {
    if let Err(ordered) = fault::before(function) {
        return ordered;
    }
    let code = call().err().unwrap_or(code::OK);
    fault::after(function);
    code
}

/// Passes the points around a function that returns something else than a code; `refusal` is what an ordered fault makes of it.
fn point_or<T>(function: &'static str, refusal: T, call: impl FnOnce() -> T) -> T {
    if fault::before(function).is_err() {
        return refusal;
    }
    let value = call();
    fault::after(function);
    value
}

/// The host of the thread.
fn host() -> Result<Host, i32> {
    Host::current().ok_or(code::MISC_FS)
}

fn boolean(value: bool) -> boolean_t {
    if value { B_TRUE } else { B_FALSE }
}

/// What the handle points to.
///
/// # Safety
/// The handle is null or comes from `zonecfg_init_handle`, and nobody else uses it during the call.
unsafe fn at<'a>(handle: zone_dochandle_t) -> Option<&'a mut Handle> {
    // SAFETY: the caller's promise.
    unsafe { handle.cast::<Handle>().as_mut() }
}

/// [`at`], a null pointer being a bad handle.
///
/// # Safety
/// As [`at`].
unsafe fn open<'a>(handle: zone_dochandle_t) -> Result<&'a mut Handle, i32> {
    // SAFETY: the caller's promise.
    unsafe { at(handle) }.ok_or(code::BAD_HANDLE)
}

/// A text argument that must be there; the real library follows a null pointer.
///
/// # Safety
/// As [`text`].
unsafe fn argument<'a>(function: &str, pointer: *const c_char) -> &'a [u8] {
    // SAFETY: the caller's promise.
    match unsafe { text(pointer) } {
        Some(text) => text,
        None => super::crash::null_pointer(function),
    }
}
