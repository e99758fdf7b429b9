//! The `dedicated-cpu` resource: a `pset` element, and a `tmp_pool` element for the importance.

use std::ffi::c_int;

use illumos_sys::{zone_dochandle_t, zone_psettab};

use super::{at, open, point};
use crate::zonecfg::document::Element;
use crate::zonecfg::handle::Handle;
use crate::zonecfg::memory::{put_field, text_of};
use crate::zonecfg::{code, crash};

impl Handle {
    fn add_pset(&mut self, pset: &zone_psettab) -> Result<(), i32> {
        let mut element = Element::new("pset");
        element.set("ncpu_min", &text_of(&pset.zone_ncpu_min));
        element.set("ncpu_max", &text_of(&pset.zone_ncpu_max));
        self.append(element)?;
        let _ = self.remove("tmp_pool", |_, _| true);
        let importance = text_of(&pset.zone_importance);
        if !importance.is_empty() {
            let mut element = Element::new("tmp_pool");
            element.set("importance", &importance);
            self.append(element)?;
        }
        Ok(())
    }

    /// Removes the first element called `name` below the cursor, which is read before it is put at the root element: nothing may
    /// have been found since an iteration began, and nothing at all may have been looked for since the handle was loaded.
    pub(super) fn remove_at_cursor(&mut self, name: &str, function: &str) -> Result<(), i32> {
        let cursor = self.cursor();
        self.prepare()?;
        let Some(cursor) = cursor else {
            crash::null_pointer(function)
        };
        let children = self.children_at(cursor).ok_or(code::NO_RESOURCE_ID)?;
        let at = children
            .iter()
            .position(|child| child.is(name))
            .ok_or(code::NO_RESOURCE_ID)?;
        children.remove(at);
        Ok(())
    }

    fn delete_pset(&mut self, function: &str) -> Result<(), i32> {
        let deleted = self.remove_at_cursor("pset", function);
        if let Ok(()) | Err(code::NO_RESOURCE_ID) = deleted {
            let _ = self.remove("tmp_pool", |_, _| true);
        }
        deleted
    }

    /// Fills the structure. `min` and `max` stay as they are without a `pset`.
    ///
    /// # Safety
    /// `table` can be written.
    unsafe fn pset(&mut self, table: *mut zone_psettab) -> Result<(), i32> {
        self.prepare()?;
        let mut found = Err(code::NO_ENTRY);
        // SAFETY: the caller's promise.
        unsafe {
            put_field(&raw mut (*table).zone_importance, b"")?;
            for element in self
                .root()?
                .children
                .iter()
                .filter_map(|child| child.as_element())
            {
                match element.name.as_str() {
                    "pset" => {
                        put_field(
                            &raw mut (*table).zone_ncpu_min,
                            self.fetch(element, "ncpu_min")?,
                        )?;
                        put_field(
                            &raw mut (*table).zone_ncpu_max,
                            self.fetch(element, "ncpu_max")?,
                        )?;
                        found = Ok(());
                    }
                    "tmp_pool" => put_field(
                        &raw mut (*table).zone_importance,
                        self.fetch(element, "importance")?,
                    )?,
                    _ => {}
                }
            }
        }
        found
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_add_pset(handle: zone_dochandle_t, pset: *mut zone_psettab) -> c_int {
    point("zonecfg_add_pset", || {
        // SAFETY: the caller's promise.
        let pset = unsafe { pset.as_ref() }.ok_or(code::INVAL)?;
        // SAFETY: the caller's promise.
        let handle = unsafe { open(handle) }?;
        handle.prepare()?;
        handle.add_pset(pset)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_delete_pset(handle: zone_dochandle_t) -> c_int {
    const NAME: &str = "zonecfg_delete_pset";
    point(NAME, || {
        // SAFETY: the caller's promise.
        let Some(handle) = (unsafe { at(handle) }) else {
            crash::null_pointer(NAME)
        };
        handle.delete_pset(NAME)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_modify_pset(
    handle: zone_dochandle_t,
    pset: *mut zone_psettab,
) -> c_int {
    const NAME: &str = "zonecfg_modify_pset";
    point(NAME, || {
        // SAFETY: the caller's promise.
        let pset = unsafe { pset.as_ref() }.ok_or(code::INVAL)?;
        // SAFETY: the caller's promise.
        let Some(handle) = (unsafe { at(handle) }) else {
            crash::null_pointer(NAME)
        };
        handle.delete_pset(NAME)?;
        handle.add_pset(pset)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_lookup_pset(
    handle: zone_dochandle_t,
    pset: *mut zone_psettab,
) -> c_int {
    point("zonecfg_lookup_pset", || {
        if pset.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the caller's promise.
        unsafe { open(handle)?.pset(pset) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_getpsetent(
    handle: zone_dochandle_t,
    pset: *mut zone_psettab,
) -> c_int {
    point("zonecfg_getpsetent", || {
        // SAFETY: the caller's promise.
        let handle = unsafe { at(handle) }.ok_or(code::INVAL)?;
        handle.start()?;
        if pset.is_null() {
            return Err(code::INVAL);
        }
        // SAFETY: the caller's promise.
        unsafe { handle.pset(pset) }
    })
}
