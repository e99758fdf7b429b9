//! The C functions of libdladm (illumos-gate usr/src/lib/libdladm/common, headers libdladm.h, libdllink.h, libdlvnic.h, libdlvlan.h).

mod errors;
mod handle;
mod link;
mod property;
mod vnic;

pub(crate) use property::parse_properties;

use std::ffi::{CStr, c_char};

use illumos_sys::{dladm_handle_t, dladm_status_t};

use super::table::{Class, Link, Properties};
use super::{ACTIVE, PERSIST, Status, name};
use crate::{Host, fault};

/// What a `dladm_handle_t` points to.
struct Handle {
    host: Host,
}

/// What a `dladm_arg_list_t` points to.
struct Arguments {
    properties: Properties,
}

/// `DL_ETHER`: every link of the emulation is an Ethernet link.
const ETHERNET: u32 = 4;
/// The size of the buffers that take texts (`DLADM_STRSIZE` of the distribution that has it largest).
const TEXT_SIZE: usize = 2048;
/// The size of a buffer for a link name.
const NAME_SIZE: usize = name::MAX_LENGTH + 1;
/// The size of a buffer for a property's value (`DLADM_PROP_VAL_MAX`).
const VALUE_SIZE: usize = 128;

fn code(result: Result<(), Status>) -> dladm_status_t {
    result.err().map_or(0, |status| status.0)
}

/// Passes the points of `name` and gives `work` the host of the handle.
///
/// # Safety
/// `handle` is null or came from `dladm_open` and is not closed.
unsafe fn call(
    name: &'static str,
    handle: dladm_handle_t,
    work: impl FnOnce(&Host) -> Result<(), Status>,
) -> dladm_status_t {
    if let Err(code) = fault::before(name) {
        return dladm_status_t::try_from(code).unwrap_or(2);
    }
    // SAFETY: the caller promises a handle from dladm_open, which made it from a Box<Handle>.
    let Some(handle) = (unsafe { handle.cast::<Handle>().as_ref() }) else {
        return Status::BADARG.0;
    };
    let result = work(&handle.host);
    if result.is_ok() {
        fault::after(name);
    }
    code(result)
}

/// Stores a value if there is a place for it.
///
/// # Safety
/// `place` is null or valid for writing.
unsafe fn put<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: the caller promises that it is valid.
        unsafe { place.write(value) };
    }
}

/// Stores a text with its end, cut to `size` bytes.
///
/// # Safety
/// `buffer` has room for `size` bytes, and `size` is not 0.
unsafe fn put_text(text: &str, buffer: *mut c_char, size: usize) {
    let length = text.len().min(size - 1);
    // SAFETY: the caller promises the room; the text is memory of this program.
    unsafe {
        std::ptr::copy_nonoverlapping(text.as_ptr().cast(), buffer, length);
        buffer.add(length).write(0);
    }
}

/// # Safety
/// `text` is null or a C string that outlives the result.
unsafe fn text<'a>(text: *const c_char) -> Result<&'a str, Status> {
    if text.is_null() {
        return Err(Status::BADARG);
    }
    // SAFETY: the caller promises a C string.
    unsafe { CStr::from_ptr(text) }
        .to_str()
        .map_err(|_| Status::BADARG)
}

/// The link if it is of this class and has the part, active or stored, that the flags name.
fn part(link: Option<&Link>, class: Class, flags: u32) -> Result<&Link, Status> {
    let link = link.filter(|link| {
        link.class == class || class == Class::Vnic && link.class == Class::Etherstub
    });
    let link = link.ok_or(Status::NOTFOUND)?;
    match flags {
        ACTIVE if link.active => Ok(link),
        ACTIVE => Err(Status::NOTFOUND),
        PERSIST if link.persistent => Ok(link),
        PERSIST => Err(Status::DBNOTFOUND),
        _ => Err(Status::BADARG),
    }
}
