//! `capped-memory` `physical` where it is not a resource control: the upstream flavour only. Programs find these functions
//! through [`symbols`](super::symbols).

use std::ffi::c_int;

use illumos_sys::upstream::zone_mcaptab;
use illumos_sys::zone_dochandle_t;

use super::secflags::first;
use super::{at, open, point};
use crate::zonecfg::document::Element;
use crate::zonecfg::handle::Handle;
use crate::zonecfg::memory::{put_field, text_of};
use crate::zonecfg::table::Table;
use crate::zonecfg::{code, crash};

impl Table for zone_mcaptab {
    const ELEMENT: &'static str = "mcap";

    fn element(&self) -> Element {
        let mut element = Element::new(Self::ELEMENT);
        element.set("physcap", &text_of(&self.zone_physmem_cap));
        element
    }

    fn means(&self, handle: &Handle, element: &Element) -> bool {
        handle.has(element, "physcap", &text_of(&self.zone_physmem_cap))
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_physmem_cap,
                handle.fetch(element, "physcap")?,
            )
        }
    }
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn zonecfg_lookup_mcap(
    handle: zone_dochandle_t,
    mcap: *mut zone_mcaptab,
) -> c_int {
    point("zonecfg_lookup_mcap", || {
        if mcap.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the caller's promise.
        unsafe { first(open(handle)?, mcap) }
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn zonecfg_modify_mcap(
    handle: zone_dochandle_t,
    mcap: *mut zone_mcaptab,
) -> c_int {
    const NAME: &str = "zonecfg_modify_mcap";
    point(NAME, || {
        // SAFETY: the caller's promise.
        let mcap = unsafe { mcap.as_ref() }.ok_or(code::INVAL)?;
        // SAFETY: the caller's promise.
        let Some(handle) = (unsafe { at(handle) }) else {
            crash::null_pointer(NAME)
        };
        match handle.remove_at_cursor(zone_mcaptab::ELEMENT, NAME) {
            Ok(()) | Err(code::NO_RESOURCE_ID) => handle.append(mcap.element()),
            Err(code) => Err(code),
        }
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn zonecfg_delete_mcap(handle: zone_dochandle_t) -> c_int {
    const NAME: &str = "zonecfg_delete_mcap";
    point(NAME, || {
        // SAFETY: the caller's promise.
        let Some(handle) = (unsafe { at(handle) }) else {
            crash::null_pointer(NAME)
        };
        handle.remove_at_cursor(zone_mcaptab::ELEMENT, NAME)
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn zonecfg_getmcapent(
    handle: zone_dochandle_t,
    mcap: *mut zone_mcaptab,
) -> c_int {
    point("zonecfg_getmcapent", || {
        // SAFETY: the caller's promise.
        unsafe { first(at(handle).ok_or(code::INVAL)?, mcap) }
    })
}
