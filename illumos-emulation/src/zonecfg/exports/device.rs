//! `device` resources, and the device permissions of detached zones.

use std::ffi::{c_int, c_void};

use illumos_sys::{extended, upstream, zone_devpermtab, zone_dochandle_t};

use super::net::{add_properties, fill_properties};
use super::resource::{add_at, by_flavour, delete_at, modify_at};
use super::{at, open, point};
use crate::Flavour;
use crate::zonecfg::code;
use crate::zonecfg::document::Element;
use crate::zonecfg::handle::Handle;
use crate::zonecfg::memory::{duplicate, put_field, text_of};
use crate::zonecfg::number::strtoull;
use crate::zonecfg::table::{self, Query, Table};

impl Table for upstream::zone_devtab {
    const ELEMENT: &'static str = "device";

    fn element(&self) -> Element {
        let mut element = Element::new(Self::ELEMENT);
        element.set("match", &text_of(&self.zone_dev_match));
        element
    }

    fn means(&self, handle: &Handle, element: &Element) -> bool {
        handle.has(element, "match", &text_of(&self.zone_dev_match))
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_dev_match,
                handle.fetch(element, "match")?,
            )
        }
    }
}

impl Query for upstream::zone_devtab {
    fn query(&self) -> Vec<(&'static str, Vec<u8>, usize)> {
        vec![("match", text_of(&self.zone_dev_match), 1024)]
    }
}

impl Table for extended::zone_devtab {
    const ELEMENT: &'static str = "device";

    fn element(&self) -> Element {
        let mut element = Element::new(Self::ELEMENT);
        element.set("match", &text_of(&self.zone_dev_match));
        // SAFETY: the list is null or complete: the promise of whoever hands the structure over.
        unsafe { add_properties(&mut element, self.zone_dev_attrp) };
        element
    }

    fn means(&self, handle: &Handle, element: &Element) -> bool {
        handle.has(element, "match", &text_of(&self.zone_dev_match))
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_dev_match,
                handle.fetch(element, "match")?,
            )?;
            fill_properties(&raw mut (*this).zone_dev_attrp, handle, element)
        }
    }
}

impl Query for extended::zone_devtab {
    fn query(&self) -> Vec<(&'static str, Vec<u8>, usize)> {
        vec![("match", text_of(&self.zone_dev_match), 1024)]
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_add_dev(handle: zone_dochandle_t, device: *mut c_void) -> c_int {
    point("zonecfg_add_dev", || {
        if device.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the structure is that of the flavour: the caller's promise.
        unsafe { by_flavour!(open(handle)?, add_at, zone_devtab, device) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_delete_dev(handle: zone_dochandle_t, device: *mut c_void) -> c_int {
    point("zonecfg_delete_dev", || {
        if device.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the structure is that of the flavour: the caller's promise.
        unsafe { by_flavour!(open(handle)?, delete_at, zone_devtab, device) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_modify_dev(
    handle: zone_dochandle_t,
    from: *mut c_void,
    to: *mut c_void,
) -> c_int {
    point("zonecfg_modify_dev", || {
        if from.is_null() || to.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the structures are those of the flavour: the caller's promise.
        unsafe { by_flavour!(open(handle)?, modify_at, zone_devtab, from, to) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_lookup_dev(handle: zone_dochandle_t, device: *mut c_void) -> c_int {
    point("zonecfg_lookup_dev", || {
        if device.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the structure is that of the flavour: the caller's promise.
        unsafe { by_flavour!(open(handle)?, table::lookup, zone_devtab, device) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_getdevent(handle: zone_dochandle_t, device: *mut c_void) -> c_int {
    point("zonecfg_getdevent", || {
        // SAFETY: the structure is that of the flavour: the caller's promise.
        unsafe {
            by_flavour!(
                at(handle).ok_or(code::INVAL)?,
                table::next,
                zone_devtab,
                device
            )
        }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_getdevperment(
    handle: zone_dochandle_t,
    table: *mut zone_devpermtab,
) -> c_int {
    point("zonecfg_getdevperment", || {
        // SAFETY: the caller's promise.
        unsafe { (*table).zone_devperm_acl = std::ptr::null_mut() };
        // SAFETY: the caller's promise.
        let handle = unsafe { at(handle) }.ok_or(code::INVAL)?;
        handle.next("dev-perm", |handle, element| {
            let number = |attribute, base| -> Result<u32, i32> {
                let text = handle.fetch(element, attribute)?;
                Ok(
                    u32::try_from(strtoull(text, base).value & u64::from(u32::MAX))
                        .unwrap_or_default(),
                )
            };
            // SAFETY: the caller's promise.
            unsafe {
                put_field(
                    &raw mut (*table).zone_devperm_name,
                    handle.fetch(element, "name")?,
                )?;
                (*table).zone_devperm_uid = number("uid", 10)?;
                (*table).zone_devperm_gid = number("gid", 10)?;
                (*table).zone_devperm_mode = number("mode", 8)?;
                (*table).zone_devperm_acl = duplicate(handle.fetch(element, "acl")?);
            }
            Ok(())
        })
    })
}
