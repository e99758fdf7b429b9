//! VNICs and etherstubs.

use std::ffi::{c_char, c_int};

use illumos_sys::{
    datalink_id_t, dladm_arg_list_t, dladm_errlist_t, dladm_handle_t, dladm_status_t,
    dladm_vnic_attr_t, uint_t, vnic_mac_addr_type_t, vrid_t,
};

use super::super::change::{self, MacChoice, NewVnic};
use super::super::table::Class;
use super::super::{ANCHOR, MacAddress, Status};
use super::{Arguments, call, part, put, text};

/// Creates a VNIC, or with `DLADM_OPT_ANCHOR` an etherstub.
///
/// # Safety
/// `handle` is of `dladm_open`; `name` is null or a C string; `mac` is null or has `mac_length` bytes; the places are null or
/// valid for writing; `properties` is null or of `dladm_parse_link_props`.
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
/// `handle` is of `dladm_open`.
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
/// `handle` is of `dladm_open`; `attr` is valid for reading and writing.
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
/// `handle` is of `dladm_open`.
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
