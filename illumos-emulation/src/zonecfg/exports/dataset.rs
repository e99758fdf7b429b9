//! `dataset` resources.

use std::ffi::c_int;

use illumos_sys::{zone_dochandle_t, zone_dstab};

use super::resource::{lookup, next, resource};
use super::{at, open, point};
use crate::zonecfg::code;
use crate::zonecfg::document::Element;
use crate::zonecfg::handle::Handle;
use crate::zonecfg::memory::{put_field, text_of};
use crate::zonecfg::table::{self, Query, Table};

impl Table for zone_dstab {
    const ELEMENT: &'static str = "dataset";

    fn element(&self) -> Element {
        let mut element = Element::new(Self::ELEMENT);
        element.set("name", &text_of(&self.zone_dataset_name));
        element
    }

    fn means(&self, handle: &Handle, element: &Element) -> bool {
        handle.has(element, "name", &text_of(&self.zone_dataset_name))
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_dataset_name,
                handle.fetch(element, "name")?,
            )
        }
    }
}

impl Query for zone_dstab {
    fn query(&self) -> Vec<(&'static str, Vec<u8>, usize)> {
        vec![("name", text_of(&self.zone_dataset_name), 256)]
    }
}

resource!(
    zone_dstab,
    zonecfg_add_ds,
    zonecfg_delete_ds,
    zonecfg_modify_ds
);
lookup!(zone_dstab, zonecfg_lookup_ds);
next!(zone_dstab, zonecfg_getdsent);
