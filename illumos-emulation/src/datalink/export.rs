//! The C functions of libdladm (illumos-gate usr/src/lib/libdladm/common, headers libdladm.h, libdllink.h, libdlvnic.h, libdlvlan.h).

use std::ffi::{CStr, CString, c_char, c_int, c_void};

use illumos_sys::{
    boolean_t, datalink_class_t, datalink_id_t, datalink_media_t, dladm_arg_list_t, dladm_attr_t,
    dladm_errlist_t, dladm_handle_t, dladm_phys_attr_t, dladm_prop_type_t, dladm_status_t,
    dladm_vlan_attr_t, dladm_vnic_attr_t, dladm_walk_datalink_id_cb_t, dladm_walkcb_t, uint_t,
    vnic_mac_addr_type_t, vrid_t,
};

use super::change::{self, MacChoice, NewVnic};
use super::property::{Property, Value, default_of, value_of};
use super::table::{Class, Link, Properties};
use super::{ACTIVE, ANCHOR, MacAddress, PERSIST, Status, name};
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
/// `handle` is null or came from [`dladm_open`] and is not closed.
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

/// Id, flags, class and medium of the link with a name.
///
/// # Safety
/// `handle` is of [`dladm_open`], `name` a C string; the places are null or valid for writing.
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
/// `handle` is of [`dladm_open`]; the places are null or valid for writing; `buffer` is null or has room for `length` bytes.
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

/// Calls back with the name of each active link, until the callback returns another value than -1.
///
/// # Safety
/// `handle` is of [`dladm_open`]; the callback may be called with `argument`.
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
            for link in change::read(host)?.links() {
                if link.class.number() & class == 0
                    || !is_medium(media)
                    || flags_of(link) & flags == 0
                {
                    continue;
                }
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
/// `handle` is of [`dladm_open`]; the callback may be called with `argument`.
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
            for link in change::read(host)?.links() {
                if link.class.number() & class == 0
                    || !is_medium(media)
                    || flags_of(link) & flags == 0
                {
                    continue;
                }
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
/// `handle` is of [`dladm_open`]; `attr` is valid for writing.
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
/// `handle` is of [`dladm_open`]; `attr` is valid for writing.
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

/// Tag and lower link of a VLAN.
///
/// # Safety
/// `handle` is of [`dladm_open`]; `attr` is valid for writing.
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

/// Creates a VNIC, or with `DLADM_OPT_ANCHOR` an etherstub.
///
/// # Safety
/// `handle` is of [`dladm_open`]; `name` is null or a C string; `mac` is null or has `mac_length` bytes; the places are null or
/// valid for writing; `properties` is null or of [`dladm_parse_link_props`].
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_vnic_create(
    handle: dladm_handle_t,
    name: *const c_char,
    over: datalink_id_t,
    mac_type: vnic_mac_addr_type_t,
    mac: *mut u8,
    mac_length: uint_t,
    mac_slot: *mut c_int,
    mac_prefix_length: uint_t,
    vid: u16,
    vrid: vrid_t,
    af: c_int,
    link: *mut datalink_id_t,
    properties: *mut dladm_arg_list_t,
    errors: *mut dladm_errlist_t,
    flags: u32,
) -> dladm_status_t {
    // A prefix, a VRRP router and details of what is wrong with a property are not emulated.
    let _ = (mac_slot, mac_prefix_length, vrid, af, errors);
    // SAFETY: the caller promises handle, texts and places.
    unsafe {
        call("dladm_vnic_create", handle, |host| {
            let name = if name.is_null() {
                None
            } else {
                Some(text(name)?.to_owned())
            };
            let mac = if flags & ANCHOR != 0 {
                MacChoice::Chosen
            } else {
                mac_choice(mac_type, mac, mac_length)?
            };
            let properties = properties
                .cast::<Arguments>()
                .as_ref()
                .map(|list| list.properties.clone())
                .unwrap_or_default();
            let id = change::create_vnic(
                host,
                NewVnic {
                    name,
                    over,
                    mac,
                    vid,
                    properties,
                },
                flags,
            )?;
            put(link, id);
            Ok(())
        })
    }
}

/// # Safety
/// `mac` is null or has `length` bytes.
unsafe fn mac_choice(
    mac_type: vnic_mac_addr_type_t,
    mac: *mut u8,
    length: uint_t,
) -> Result<MacChoice, Status> {
    match mac_type {
        0 if mac.is_null() => Err(Status::BADARG),
        0 if length != 6 => Err(Status::INVALIDMACADDRLEN),
        // SAFETY: the caller promises `length` bytes, which are six.
        0 => Ok(MacChoice::Fixed(MacAddress(unsafe {
            mac.cast::<[u8; 6]>().read()
        }))),
        1 | 3 => Ok(MacChoice::Chosen),
        2 => Err(Status::MACFACTORYNOTSUP),
        _ => Err(Status::INVALIDMACADDRTYPE),
    }
}

/// Deletes a VNIC or etherstub.
///
/// # Safety
/// `handle` is of [`dladm_open`].
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_vnic_delete(
    handle: dladm_handle_t,
    link: datalink_id_t,
    flags: u32,
) -> dladm_status_t {
    // SAFETY: the caller promises the handle.
    unsafe {
        call("dladm_vnic_delete", handle, |host| {
            change::delete_vnic(host, link, flags)
        })
    }
}

/// Tells of a VNIC or etherstub; `flags` is exactly `DLADM_OPT_ACTIVE` or exactly `DLADM_OPT_PERSIST`. The resource properties that
/// follow the first 60 bytes are left alone.
///
/// # Safety
/// `handle` is of [`dladm_open`]; `attr` is valid for reading and writing.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_vnic_info(
    handle: dladm_handle_t,
    link: datalink_id_t,
    attr: *mut dladm_vnic_attr_t,
    flags: u32,
) -> dladm_status_t {
    // SAFETY: the caller promises handle and place.
    unsafe {
        call("dladm_vnic_info", handle, |host| {
            let table = change::read(host)?;
            let found = part(table.by_id(link), Class::Vnic, flags)?;
            if attr.is_null() {
                return Err(Status::BADARG);
            }
            let mut mac = [0; 20];
            mac[..6].copy_from_slice(&found.mac.0);
            (&raw mut (*attr).va_vnic_id).write(found.id);
            (&raw mut (*attr).va_link_id)
                .write(table.by_name(&found.over).map_or(0, |lower| lower.id));
            (&raw mut (*attr).va_mac_addr_type).write(found.mac_type.number());
            (&raw mut (*attr).va_mac_len).write(6);
            (&raw mut (*attr).va_mac_addr).write(mac);
            (&raw mut (*attr).va_mac_slot).write(-1);
            (&raw mut (*attr).va_mac_prefix_len).write(0);
            (&raw mut (*attr).va_vid).write(found.vid);
            (&raw mut (*attr).va_force).write(0);
            (&raw mut (*attr).va_vrid).write(0);
            (&raw mut (*attr).va_af).write(0);
            Ok(())
        })
    }
}

/// Brings stored VNICs up; here they always are.
///
/// # Safety
/// `handle` is of [`dladm_open`].
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_vnic_up(
    handle: dladm_handle_t,
    link: datalink_id_t,
    flags: u32,
) -> dladm_status_t {
    let _ = (link, flags);
    // SAFETY: the caller promises the handle.
    unsafe { call("dladm_vnic_up", handle, |_| Ok(())) }
}

/// The number of a way to get a MAC address.
///
/// # Safety
/// `name` is a C string; `mac_type` is valid for writing.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_vnic_str2macaddrtype(
    name: *const c_char,
    mac_type: *mut vnic_mac_addr_type_t,
) -> dladm_status_t {
    // SAFETY: the caller promises the text.
    let number = match unsafe { text(name) } {
        Ok("fixed") => 0,
        Ok("random") => 1,
        Ok("factory") => 2,
        Ok("auto") => 3,
        Ok("primary") => 4,
        Ok("vrrp") => 5,
        _ => return Status::INVALIDMACADDRTYPE.0,
    };
    // SAFETY: the caller promises the place.
    unsafe { put(mac_type, number) };
    0
}

/// Sets a property, in force, stored, or both; no values reset it.
///
/// # Safety
/// `handle` is of [`dladm_open`]; `property` is a C string; `values` is null or has `count` C strings.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_set_linkprop(
    handle: dladm_handle_t,
    link: datalink_id_t,
    property: *const c_char,
    values: *mut *mut c_char,
    count: uint_t,
    flags: uint_t,
) -> dladm_status_t {
    // SAFETY: the caller promises handle and texts.
    unsafe {
        call("dladm_set_linkprop", handle, |host| {
            let mut given = Vec::new();
            for at in 0..if values.is_null() { 0 } else { count as usize } {
                given.push(text(*values.add(at))?.to_owned());
            }
            change::set_property(host, link, text(property)?, &given, flags)
        })
    }
}

/// Stores the values of a property in the `*count` buffers given, and their number in `*count`.
///
/// # Safety
/// `handle` is of [`dladm_open`]; `property` is a C string; `values` has `*count` buffers of 128 bytes or more.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_get_linkprop(
    handle: dladm_handle_t,
    link: datalink_id_t,
    which: dladm_prop_type_t,
    property: *const c_char,
    values: *mut *mut c_char,
    count: *mut uint_t,
) -> dladm_status_t {
    // SAFETY: the caller promises handle, text and buffers.
    unsafe {
        call("dladm_get_linkprop", handle, |host| {
            if values.is_null() || count.is_null() || *count == 0 {
                return Err(Status::BADARG);
            }
            let known = Property::find(text(property)?).ok_or(Status::NOTFOUND)?;
            let table = change::read(host)?;
            let found = table.by_id(link).ok_or(Status::NOTFOUND)?;
            let one = |value: String| {
                if value.is_empty() {
                    Vec::new()
                } else {
                    vec![value]
                }
            };
            let result = match which {
                1 => value_of(&table, found, known, Value::Current)?,
                2 => one(default_of(&table, found, known)),
                3 => one(if known.writable { "rw" } else { "r-" }.to_owned()),
                4 => known
                    .possible
                    .iter()
                    .map(|&value| value.to_owned())
                    .collect(),
                5 => value_of(&table, found, known, Value::Stored)?,
                _ => return Err(Status::BADARG),
            };
            if result.len() > *count as usize {
                return Err(Status::TOOSMALL);
            }
            for (at, value) in result.iter().enumerate() {
                put_text(value, *values.add(at), VALUE_SIZE);
            }
            count.write(uint_t::try_from(result.len()).map_err(|_| Status::TOOSMALL)?);
            Ok(())
        })
    }
}

/// Reads `NAME=VALUE[,VALUE…][,NAME=…]`, or with `names_only` names alone.
///
/// # Safety
/// `given` is null or a C string; `list` is valid for writing.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_parse_link_props(
    given: *mut c_char,
    list: *mut *mut dladm_arg_list_t,
    names_only: boolean_t,
) -> dladm_status_t {
    if let Err(code) = fault::before("dladm_parse_link_props") {
        return dladm_status_t::try_from(code).unwrap_or(2);
    }
    if list.is_null() {
        return Status::BADARG.0;
    }
    // SAFETY: the caller promises text and place.
    unsafe {
        list.write(std::ptr::null_mut());
        let given = if given.is_null() { Ok("") } else { text(given) };
        match given.and_then(|text| parse_properties(text, names_only != 0)) {
            Ok(properties) => {
                list.write(Box::into_raw(Box::new(Arguments { properties })).cast());
                fault::after("dladm_parse_link_props");
                0
            }
            Err(status) => status.0,
        }
    }
}

/// The properties in a text such as `maxbw=100M,allowed-ips=10.0.0.1,10.0.0.2`.
pub(crate) fn parse_properties(text: &str, names_only: bool) -> Result<Properties, Status> {
    let mut properties = Properties::new();
    for word in text.split(',').filter(|_| !text.is_empty()) {
        match (word.split_once('='), properties.last_mut()) {
            (Some(_), _) if names_only => return Err(Status::BADARG),
            (Some((name, value)), _) if !name.is_empty() && !value.is_empty() => {
                properties.push((name.to_owned(), vec![value.to_owned()]));
            }
            (None, _) if names_only && !word.is_empty() => {
                properties.push((word.to_owned(), Vec::new()));
            }
            (None, Some((_, values))) if !word.is_empty() => values.push(word.to_owned()),
            _ => return Err(Status::BADARG),
        }
    }
    Ok(properties)
}

/// Frees what [`dladm_parse_link_props`] made.
///
/// # Safety
/// `list` is null or of [`dladm_parse_link_props`], and is not used again.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_free_props(list: *mut dladm_arg_list_t) {
    if !list.is_null() {
        // SAFETY: the caller promises that it came from dladm_parse_link_props, which made it from a Box<Arguments>.
        drop(unsafe { Box::from_raw(list.cast::<Arguments>()) });
    }
}

/// Empties a list of errors that has no content yet.
///
/// # Safety
/// `list` is valid for writing.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_errlist_init(list: *mut dladm_errlist_t) {
    // SAFETY: the caller promises the place.
    unsafe {
        put(
            list,
            dladm_errlist_t {
                el_count: 0,
                el_alloc: 0,
                el_errs: std::ptr::null_mut(),
            },
        );
    };
}

/// Empties a list of errors; the emulation never puts one in.
///
/// # Safety
/// `list` is valid for writing.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_errlist_reset(list: *mut dladm_errlist_t) {
    // SAFETY: the caller promises the place.
    unsafe { dladm_errlist_init(list) };
}

/// The emulation keeps no texts of errors: nothing happens.
///
/// # Safety
/// `list` is valid for reading and writing.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladm_errlist_append(
    list: *mut dladm_errlist_t,
    text: *const c_char,
) -> dladm_status_t {
    let _ = (list, text);
    0
}
