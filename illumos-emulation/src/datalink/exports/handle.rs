//! Opening and closing libdladm, and what numbers are called.

use std::ffi::c_char;

use illumos_sys::{boolean_t, datalink_class_t, dladm_handle_t, dladm_status_t};

use super::super::{Status, name};
use super::{ETHERNET, Handle, TEXT_SIZE, put_text, text};
use crate::{Host, fault};

/// Opens libdladm on the host of the calling thread.
///
/// # Safety
/// `handle` is null or valid for writing.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_open(handle: *mut dladm_handle_t) -> dladm_status_t {
    if let Err(code) = fault::before("dladm_open") {
        return dladm_status_t::try_from(code).unwrap_or(2);
    }
    if handle.is_null() {
        return Status::BADARG.0;
    }
    let Some(host) = Host::current() else {
        return Status::NOTFOUND.0;
    };
    // SAFETY: the caller promises that it is valid for writing.
    unsafe { handle.write(Box::into_raw(Box::new(Handle { host })).cast()) };
    fault::after("dladm_open");
    0
}

/// Closes what [`dladm_open`] opened.
///
/// # Safety
/// `handle` is null or came from [`dladm_open`] and is not used again.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_close(handle: dladm_handle_t) {
    if !handle.is_null() {
        // SAFETY: the caller promises that it came from dladm_open, which made it from a Box<Handle>.
        drop(unsafe { Box::from_raw(handle.cast::<Handle>()) });
    }
}

/// The text of a status.
///
/// # Safety
/// `buffer` has room for 2048 bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_status2str(
    status: dladm_status_t,
    buffer: *mut c_char,
) -> *const c_char {
    let flavour = Host::current().map_or(crate::Flavour::Upstream, |host| host.flavour());
    // SAFETY: the caller promises the room.
    unsafe { put_text(&Status(status).text(flavour), buffer, TEXT_SIZE) };
    buffer
}

/// The name of a class.
///
/// # Safety
/// `buffer` has room for 2048 bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_class2str(
    class: datalink_class_t,
    buffer: *mut c_char,
) -> *const c_char {
    let name = match class {
        1 => "phys",
        2 => "vlan",
        4 => "aggr",
        8 => "vnic",
        0x10 => "etherstub",
        0x20 => "simnet",
        0x40 => "bridge",
        0x80 => "iptun",
        0x100 => "part",
        0x200 => "overlay",
        0x400 => "misc",
        _ => "unknown",
    };
    // SAFETY: the caller promises the room.
    unsafe { put_text(name, buffer, TEXT_SIZE) };
    buffer
}

/// The name of a medium.
///
/// # Safety
/// `buffer` has room for 2048 bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_media2str(media: u32, buffer: *mut c_char) -> *const c_char {
    // SAFETY: the caller promises the room.
    unsafe {
        put_text(
            if media == ETHERNET { "Ethernet" } else { "--" },
            buffer,
            TEXT_SIZE,
        );
    };
    buffer
}

/// Whether a link may have this name.
///
/// # Safety
/// `name` is null or a C string.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_valid_linkname(name: *const c_char) -> boolean_t {
    // SAFETY: the caller promises a C string.
    boolean_t::from(unsafe { text(name) }.is_ok_and(name::valid))
}
