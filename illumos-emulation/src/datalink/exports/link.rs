//! What links there are, and what they are.

use std::ffi::{CString, c_char, c_void};

use illumos_sys::{
    datalink_class_t, datalink_id_t, datalink_media_t, dladm_attr_t, dladm_handle_t,
    dladm_phys_attr_t, dladm_status_t, dladm_vlan_attr_t, dladm_walk_datalink_id_cb_t,
    dladm_walkcb_t,
};

use super::super::change;
use super::super::property::{Property, Value, value_of};
use super::super::table::{Class, Link, Table};
use super::super::{ACTIVE, PERSIST, Status};
use super::{ETHERNET, NAME_SIZE, call, part, put, put_text, text};

fn flags_of(link: &Link) -> u32 {
    let mut flags = 0;
    if link.active {
        flags |= ACTIVE;
    }
    if link.persistent {
        flags |= PERSIST;
    }
    flags
}

/// Id, flags, class and medium of the link with a name.
///
/// # Safety
/// `handle` is of `dladm_open`, `name` a C string; the places are null or valid for writing.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_name2info(
    handle: dladm_handle_t,
    name: *const c_char,
    link: *mut datalink_id_t,
    flags: *mut u32,
    class: *mut datalink_class_t,
    media: *mut u32,
) -> dladm_status_t {
    // SAFETY: the caller promises handle, name and places.
    unsafe {
        call("dladm_name2info", handle, |host| {
            let table = change::read(host)?;
            let found = table.by_name(text(name)?).ok_or(Status::NOTFOUND)?;
            put(link, found.id);
            put(flags, flags_of(found));
            put(class, found.class.number());
            put(media, ETHERNET);
            Ok(())
        })
    }
}

/// Flags, class, medium and name of the link with an id.
///
/// # Safety
/// `handle` is of `dladm_open`; the places are null or valid for writing; `buffer` is null or has room for `length` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_datalink_id2info(
    handle: dladm_handle_t,
    link: datalink_id_t,
    flags: *mut u32,
    class: *mut datalink_class_t,
    media: *mut u32,
    buffer: *mut c_char,
    length: usize,
) -> dladm_status_t {
    // SAFETY: the caller promises handle and places.
    unsafe {
        call("dladm_datalink_id2info", handle, |host| {
            let table = change::read(host)?;
            let found = table.by_id(link).ok_or(Status::NOTFOUND)?;
            if !buffer.is_null() {
                if found.name.len() >= length {
                    return Err(Status::TOOSMALL);
                }
                put_text(&found.name, buffer, length);
            }
            put(flags, flags_of(found));
            put(class, found.class.number());
            put(media, ETHERNET);
            Ok(())
        })
    }
}

/// The links that a walk comes by.
fn walked(
    table: &Table,
    class: datalink_class_t,
    media: datalink_media_t,
    flags: u32,
) -> impl Iterator<Item = &Link> {
    table.links().iter().filter(move |link| {
        link.class.number() & class != 0 && is_medium(media) && flags_of(link) & flags != 0
    })
}

/// Calls back with the name of each active link, until the callback returns another value than -1.
///
/// # Safety
/// `handle` is of `dladm_open`; the callback may be called with `argument`.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_walk(
    callback: dladm_walkcb_t,
    handle: dladm_handle_t,
    argument: *mut c_void,
    class: datalink_class_t,
    media: datalink_media_t,
    flags: u32,
) -> dladm_status_t {
    // SAFETY: the caller promises handle, callback and argument.
    unsafe {
        call("dladm_walk", handle, |host| {
            let callback = callback.ok_or(Status::BADARG)?;
            let table = change::read(host)?;
            for link in walked(&table, class, media, flags) {
                let name = CString::new(link.name.as_str()).map_err(|_| Status::IOERR)?;
                if callback(name.as_ptr(), argument) != -1 {
                    break;
                }
            }
            Ok(())
        })
    }
}

/// Calls back with the id of each link, until the callback returns another value than -1.
///
/// # Safety
/// `handle` is of `dladm_open`; the callback may be called with `argument`.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_walk_datalink_id(
    callback: dladm_walk_datalink_id_cb_t,
    handle: dladm_handle_t,
    argument: *mut c_void,
    class: datalink_class_t,
    media: datalink_media_t,
    flags: u32,
) -> dladm_status_t {
    // SAFETY: the caller promises handle, callback and argument.
    unsafe {
        call("dladm_walk_datalink_id", handle, |host| {
            let callback = callback.ok_or(Status::BADARG)?;
            let table = change::read(host)?;
            for link in walked(&table, class, media, flags) {
                if callback(handle, link.id, argument) != -1 {
                    break;
                }
            }
            Ok(())
        })
    }
}

/// Whether Ethernet is meant by a `datalink_media_t`: any, or the number itself.
fn is_medium(media: datalink_media_t) -> bool {
    media == 1 << 32 || media == u64::from(ETHERNET)
}

/// The MTU of a link.
///
/// # Safety
/// `handle` is of `dladm_open`; `attr` is valid for writing.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_info(
    handle: dladm_handle_t,
    link: datalink_id_t,
    attr: *mut dladm_attr_t,
) -> dladm_status_t {
    // SAFETY: the caller promises handle and place.
    unsafe {
        call("dladm_info", handle, |host| {
            let table = change::read(host)?;
            let found = table
                .by_id(link)
                .filter(|link| link.active)
                .ok_or(Status::NOTFOUND)?;
            let property = Property::find("mtu").ok_or(Status::NOTFOUND)?;
            let values = value_of(&table, found, property, Value::Current)?;
            let mtu = values
                .first()
                .and_then(|value| value.parse().ok())
                .ok_or(Status::IOERR)?;
            put(attr, dladm_attr_t { da_max_sdu: mtu });
            Ok(())
        })
    }
}

/// The device of a physical link.
///
/// # Safety
/// `handle` is of `dladm_open`; `attr` is valid for writing.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_phys_info(
    handle: dladm_handle_t,
    link: datalink_id_t,
    attr: *mut dladm_phys_attr_t,
    flags: u32,
) -> dladm_status_t {
    // SAFETY: the caller promises handle and place.
    unsafe {
        call("dladm_phys_info", handle, |host| {
            let table = change::read(host)?;
            let found = part(table.by_id(link), Class::Phys, flags)?;
            if attr.is_null() {
                return Err(Status::BADARG);
            }
            put_text(&found.name, (&raw mut (*attr).dp_dev).cast(), NAME_SIZE);
            (*attr).dp_novanity = 0;
            Ok(())
        })
    }
}

/// Tag and lower link of a VLAN.
///
/// # Safety
/// `handle` is of `dladm_open`; `attr` is valid for writing.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_vlan_info(
    handle: dladm_handle_t,
    link: datalink_id_t,
    attr: *mut dladm_vlan_attr_t,
    flags: u32,
) -> dladm_status_t {
    // SAFETY: the caller promises handle and place.
    unsafe {
        call("dladm_vlan_info", handle, |host| {
            let table = change::read(host)?;
            let found = part(table.by_id(link), Class::Vlan, flags)?;
            let lower = table.by_name(&found.over).map_or(0, |lower| lower.id);
            put(
                attr,
                dladm_vlan_attr_t {
                    dv_vid: found.vid,
                    dv_linkid: lower,
                    dv_force: 0,
                },
            );
            Ok(())
        })
    }
}
