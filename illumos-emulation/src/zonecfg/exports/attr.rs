//! `attr` resources.

use std::ffi::{c_char, c_int};

use illumos_sys::{boolean_t, zone_attrtab, zone_dochandle_t};

use super::resource::{lookup, next, resource};
use super::{at, boolean, open, point};
use crate::zonecfg::code;
use crate::zonecfg::document::Element;
use crate::zonecfg::handle::Handle;
use crate::zonecfg::memory::{put, put_field, text_of};
use crate::zonecfg::number::{whole, whole_signed};
use crate::zonecfg::table::{self, Query, Table};

impl Table for zone_attrtab {
    const ELEMENT: &'static str = "attr";

    fn element(&self) -> Element {
        let mut element = Element::new(Self::ELEMENT);
        element.set("name", &text_of(&self.zone_attr_name));
        element.set("type", &text_of(&self.zone_attr_type));
        element.set("value", &text_of(&self.zone_attr_value));
        element
    }

    fn means(&self, handle: &Handle, element: &Element) -> bool {
        handle.has(element, "name", &text_of(&self.zone_attr_name))
            && handle.has(element, "type", &text_of(&self.zone_attr_type))
            && handle.has(element, "value", &text_of(&self.zone_attr_value))
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_attr_name,
                handle.fetch(element, "name")?,
            )?;
            put_field(
                &raw mut (*this).zone_attr_type,
                handle.fetch(element, "type")?,
            )?;
            put_field(
                &raw mut (*this).zone_attr_value,
                handle.fetch(element, "value")?,
            )
        }
    }
}

impl Query for zone_attrtab {
    fn query(&self) -> Vec<(&'static str, Vec<u8>, usize)> {
        vec![
            ("name", text_of(&self.zone_attr_name), 256),
            ("type", text_of(&self.zone_attr_type), 256),
            ("value", text_of(&self.zone_attr_value), 256),
        ]
    }
}

resource!(
    zone_attrtab,
    zonecfg_add_attr,
    zonecfg_delete_attr,
    zonecfg_modify_attr
);
lookup!(zone_attrtab, zonecfg_lookup_attr);
next!(zone_attrtab, zonecfg_getattrent);

/// The value of an attr of the given type.
fn attr_value(attr: *const zone_attrtab, of_type: &[u8]) -> Result<Vec<u8>, i32> {
    // SAFETY: null or a structure whose texts end within their fields: the promise of every caller of the functions below.
    let attr = unsafe { attr.as_ref() }.ok_or(code::INVAL)?;
    if text_of(&attr.zone_attr_type) != of_type {
        return Err(code::INVAL);
    }
    Ok(text_of(&attr.zone_attr_value))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_attr_boolean(
    attr: *const zone_attrtab,
    value: *mut boolean_t,
) -> c_int {
    point("zonecfg_get_attr_boolean", || {
        let is_true = match attr_value(attr, b"boolean")?.as_slice() {
            b"true" => true,
            b"false" => false,
            _ => return Err(code::INVAL),
        };
        // SAFETY: the caller's promise.
        unsafe { *value = boolean(is_true) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_attr_int(attr: *const zone_attrtab, value: *mut i64) -> c_int {
    point("zonecfg_get_attr_int", || {
        let number = whole_signed(&attr_value(attr, b"int")?).ok_or(code::INVAL)?;
        // SAFETY: the caller's promise.
        unsafe { *value = number };
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_attr_uint(attr: *const zone_attrtab, value: *mut u64) -> c_int {
    point("zonecfg_get_attr_uint", || {
        let text = attr_value(attr, b"uint")?;
        let number = whole(&text).ok_or(code::INVAL)?;
        if whole_signed(&text).is_some_and(i64::is_negative) {
            return Err(code::INVAL);
        }
        // SAFETY: the caller's promise.
        unsafe { *value = number };
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_attr_string(
    attr: *const zone_attrtab,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    point("zonecfg_get_attr_string", || {
        let text = attr_value(attr, b"string")?;
        // SAFETY: the caller's promise.
        unsafe { put(buffer, size, &text) }
    })
}
