//! The `security-flags` resource. Several can be added; only the first is read.

use std::ffi::c_int;

use illumos_sys::{zone_dochandle_t, zone_secflagstab};

use super::resource::resource;
use super::{at, open, point};
use crate::zonecfg::code;
use crate::zonecfg::document::Element;
use crate::zonecfg::handle::Handle;
use crate::zonecfg::memory::{put_field, text_of};
use crate::zonecfg::table::{self, Table};

impl Table for zone_secflagstab {
    const ELEMENT: &'static str = "security-flags";

    fn element(&self) -> Element {
        let mut element = Element::new(Self::ELEMENT);
        element.set("default", &text_of(&self.zone_secflags_default));
        element.set("lower", &text_of(&self.zone_secflags_lower));
        element.set("upper", &text_of(&self.zone_secflags_upper));
        element
    }

    fn means(&self, handle: &Handle, element: &Element) -> bool {
        handle.has(element, "default", &text_of(&self.zone_secflags_default))
            && handle.has(element, "lower", &text_of(&self.zone_secflags_lower))
            && handle.has(element, "upper", &text_of(&self.zone_secflags_upper))
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_secflags_default,
                handle.fetch(element, "default")?,
            )?;
            put_field(
                &raw mut (*this).zone_secflags_lower,
                handle.fetch(element, "lower")?,
            )?;
            put_field(
                &raw mut (*this).zone_secflags_upper,
                handle.fetch(element, "upper")?,
            )
        }
    }
}

resource!(
    zone_secflagstab,
    zonecfg_add_secflags,
    zonecfg_delete_secflags,
    zonecfg_modify_secflags
);

/// Fills the structure from the first element of its kind.
///
/// # Safety
/// `table` can be written.
pub(super) unsafe fn first<T: Table>(handle: &mut Handle, table: *mut T) -> Result<(), i32> {
    handle.prepare()?;
    let element = handle
        .root()?
        .elements(T::ELEMENT)
        .next()
        .ok_or(code::NO_ENTRY)?;
    // SAFETY: the caller's promise.
    unsafe { T::fill(table, handle, element) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_lookup_secflags(
    handle: zone_dochandle_t,
    table: *mut zone_secflagstab,
) -> c_int {
    point("zonecfg_lookup_secflags", || {
        if table.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the caller's promise.
        unsafe { first(open(handle)?, table) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_getsecflagsent(
    handle: zone_dochandle_t,
    table: *mut zone_secflagstab,
) -> c_int {
    point("zonecfg_getsecflagsent", || {
        // SAFETY: the caller's promise.
        unsafe { first(at(handle).ok_or(code::INVAL)?, table) }
    })
}
