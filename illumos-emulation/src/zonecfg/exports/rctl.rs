//! `rctl` resources.

use std::ffi::{c_char, c_int};

use illumos_sys::{boolean_t, zone_dochandle_t, zone_rctltab, zone_rctlvaltab};

use super::resource::{next, resource};
use super::{argument, at, boolean, host, open, point, point_or};
use crate::Flavour;
use crate::zonecfg::document::{Element, Node};
use crate::zonecfg::handle::Handle;
use crate::zonecfg::memory::{self, Linked, allocate, put_field, text_of};
use crate::zonecfg::table::{self, Table};
use crate::zonecfg::{code, rctl};

impl Linked for zone_rctlvaltab {
    unsafe fn link(this: *mut Self) -> *mut *mut Self {
        // SAFETY: the caller's promise.
        unsafe { &raw mut (*this).zone_rctlval_next }
    }
}

impl Table for zone_rctltab {
    const ELEMENT: &'static str = "rctl";

    fn element(&self) -> Element {
        let mut element = Element::new(Self::ELEMENT);
        element.set("name", &text_of(&self.zone_rctl_name));
        // SAFETY: the list is null or complete: the promise of whoever hands the structure over.
        for value in unsafe { memory::members(self.zone_rctl_valptr) } {
            // SAFETY: as above.
            let value = unsafe { &*value };
            let mut child = Element::new("rctl-value");
            child.set("priv", &text_of(&value.zone_rctlval_priv));
            child.set("limit", &text_of(&value.zone_rctlval_limit));
            child.set("action", &text_of(&value.zone_rctlval_action));
            element.children.push(Node::Element(child));
        }
        element
    }

    fn means(&self, handle: &Handle, element: &Element) -> bool {
        handle.has(element, "name", &text_of(&self.zone_rctl_name))
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_rctl_name,
                handle.fetch(element, "name")?,
            )?;
            fill_values(this, handle, element)
        }
    }
}

/// Makes the list of values. It ends, without a word, at the first one that the library would not take.
///
/// # Safety
/// `this` can be written.
unsafe fn fill_values(
    this: *mut zone_rctltab,
    handle: &Handle,
    element: &Element,
) -> Result<(), i32> {
    // SAFETY: the caller's promise.
    unsafe { (*this).zone_rctl_valptr = std::ptr::null_mut() };
    for child in &element.children {
        let Some(child) = child.as_element() else {
            break;
        };
        let texts = ["priv", "limit", "action"]
            .map(|attribute| handle.fetch(child, attribute).unwrap_or_default());
        let [privilege, limit, action] = texts;
        if texts.iter().any(|text| text.len() >= 256)
            || !rctl::is_valid_value(privilege, limit, action)
        {
            break;
        }
        let value = allocate::<zone_rctlvaltab>()?;
        // SAFETY: the structure was just allocated, the list begun above.
        unsafe {
            put_field(&raw mut (*value).zone_rctlval_priv, privilege)?;
            put_field(&raw mut (*value).zone_rctlval_limit, limit)?;
            put_field(&raw mut (*value).zone_rctlval_action, action)?;
            memory::append(&raw mut (*this).zone_rctl_valptr, value);
        }
    }
    Ok(())
}

resource!(
    zone_rctltab,
    zonecfg_add_rctl,
    zonecfg_delete_rctl,
    zonecfg_modify_rctl
);
next!(zone_rctltab, zonecfg_getrctlent);

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_lookup_rctl(
    handle: zone_dochandle_t,
    table: *mut zone_rctltab,
) -> c_int {
    point("zonecfg_lookup_rctl", || {
        // SAFETY: the caller's promise.
        let name = text_of(unsafe { &(*table).zone_rctl_name });
        if name.is_empty() {
            return Err(code::INVAL);
        }
        // SAFETY: the caller's promise.
        let handle = unsafe { open(handle) }?;
        handle.prepare()?;
        let found = handle
            .root()?
            .elements("rctl")
            .find(|element| handle.has(element, "name", &name));
        // SAFETY: the caller's promise.
        unsafe { fill_values(table, handle, found.ok_or(code::NO_RESOURCE_ID)?) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_add_rctl_value(
    table: *mut zone_rctltab,
    value: *mut zone_rctlvaltab,
) -> c_int {
    point("zonecfg_add_rctl_value", || {
        // SAFETY: the caller's promise.
        let is_valid = unsafe {
            (*value).zone_rctlval_next = std::ptr::null_mut();
            let value = &*value;
            rctl::is_valid_value(
                &text_of(&value.zone_rctlval_priv),
                &text_of(&value.zone_rctlval_limit),
                &text_of(&value.zone_rctlval_action),
            )
        };
        if !is_valid {
            return Err(code::INVAL);
        }
        // SAFETY: the caller's promise.
        unsafe { memory::append(&raw mut (*table).zone_rctl_valptr, value) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_remove_rctl_value(
    table: *mut zone_rctltab,
    value: *mut zone_rctlvaltab,
) -> c_int {
    point("zonecfg_remove_rctl_value", || {
        let texts = |value: &zone_rctlvaltab| {
            [
                text_of(&value.zone_rctlval_priv),
                text_of(&value.zone_rctlval_limit),
                text_of(&value.zone_rctlval_action),
            ]
        };
        // SAFETY: the caller's promise.
        let wanted = texts(unsafe { &*value });
        // SAFETY: the caller's promise.
        unsafe {
            memory::remove(&raw mut (*table).zone_rctl_valptr, |member| {
                texts(member) == wanted
            })
        }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_free_rctl_value_list(list: *mut zone_rctlvaltab) {
    // SAFETY: the caller's promise.
    point_or("zonecfg_free_rctl_value_list", (), || unsafe {
        memory::free(list);
    });
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_is_rctl(name: *const c_char) -> boolean_t {
    // SAFETY: the caller's promise.
    let name = unsafe { argument("zonecfg_is_rctl", name) };
    let flavour = host().map_or(Flavour::Upstream, |host| host.flavour());
    boolean(rctl::is_known(flavour, name))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_valid_rctlname(name: *const c_char) -> boolean_t {
    // SAFETY: the caller's promise.
    boolean(rctl::is_valid_name(unsafe {
        argument("zonecfg_valid_rctlname", name)
    }))
}
