//! Link properties.

use std::ffi::c_char;

use illumos_sys::{
    boolean_t, datalink_id_t, dladm_arg_list_t, dladm_handle_t, dladm_prop_type_t, dladm_status_t,
    uint_t,
};

use super::super::Status;
use super::super::change;
use super::super::property::{Property, Value, default_of, value_of};
use super::super::table::Properties;
use super::{Arguments, VALUE_SIZE, call, put_text, text};
use crate::fault;

/// Sets a property, in force, stored, or both; no values reset it.
///
/// # Safety
/// `handle` is of `dladm_open`; `property` is a C string; `values` is null or has `count` C strings, each in 128 bytes or more.
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
                let value = *values.add(at);
                if text(property)? == "autopush" {
                    // The real one copies as much, whatever the length of the text (linkprop.c check_autopush).
                    let mut copy = [0_u8; VALUE_SIZE];
                    std::ptr::copy_nonoverlapping(value.cast(), copy.as_mut_ptr(), VALUE_SIZE);
                    std::hint::black_box(&copy);
                }
                given.push(text(value)?.to_owned());
            }
            change::set_property(host, link, text(property)?, &given, flags)
        })
    }
}

/// Stores the values of a property in the `*count` buffers given, and their number in `*count`.
///
/// # Safety
/// `handle` is of `dladm_open`; `property` is a C string; `values` has `*count` buffers of 128 bytes or more.
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
