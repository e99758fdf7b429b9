//! Properties that stand for resource controls.

use std::ffi::{c_char, c_int};

use illumos_sys::{boolean_t, zone_dochandle_t};

use super::{argument, at, boolean, host, open, point, point_or};
use crate::Flavour;
use crate::zonecfg::code;
use crate::zonecfg::document::{Element, Node};
use crate::zonecfg::handle::Handle;
use crate::zonecfg::number::{strtoull, valid_uint};
use crate::zonecfg::rctl::{ALIAS_PRIVILEGE, Alias, find_alias};

impl Handle {
    /// The limit behind an alias.
    ///
    /// # Errors
    /// [`code::NO_ENTRY`] if it is not set, [`code::NO_PROPERTY_ID`] if there is no such alias, [`code::ALIAS_DISALLOW`] if the
    /// resource control is not what the alias can express.
    fn alias(&mut self, name: &[u8]) -> Result<u64, i32> {
        let alias = find_alias(self.host.flavour(), name).ok_or(code::NO_PROPERTY_ID)?;
        self.prepare()?;
        let mut found = None;
        for element in self
            .root()?
            .elements("rctl")
            .filter(|element| self.has(element, "name", alias.rctl.as_bytes()))
        {
            // A second one, one with several values or none, or one with something else than values in it.
            let [Node::Element(value)] = element.children.as_slice() else {
                return Err(code::ALIAS_DISALLOW);
            };
            let is_alias = self.has(value, "priv", ALIAS_PRIVILEGE.as_bytes())
                && self.has(value, "action", alias.action.as_bytes());
            if found.is_some() || !is_alias {
                return Err(code::ALIAS_DISALLOW);
            }
            found = Some(strtoull(self.fetch(value, "limit")?, 10).value);
        }
        found.ok_or(code::NO_ENTRY)
    }

    /// Sets the limit behind an alias.
    ///
    /// # Errors
    /// [`code::ALIAS_DISALLOW`] if there is no such alias, or it cannot express what is there.
    pub(super) fn set_alias(&mut self, name: &[u8], limit: u64) -> Result<(), i32> {
        let current = self.alias(name);
        let alias = find_alias(self.host.flavour(), name).ok_or(code::ALIAS_DISALLOW)?;
        match current {
            Ok(_) => self.remove_alias(alias)?,
            Err(code::NO_ENTRY) => {}
            Err(_) => return Err(code::ALIAS_DISALLOW),
        }
        let mut value = Element::new("rctl-value");
        value.set("priv", ALIAS_PRIVILEGE.as_bytes());
        value.set("limit", limit.to_string().as_bytes());
        value.set("action", alias.action.as_bytes());
        let mut element = Element::new("rctl");
        element.set("name", alias.rctl.as_bytes());
        element.children.push(Node::Element(value));
        self.append(element)
    }

    fn remove_alias(&mut self, alias: &Alias) -> Result<(), i32> {
        self.prepare()?;
        self.remove("rctl", |handle, element| {
            handle.has(element, "name", alias.rctl.as_bytes())
        })
        .map(drop)
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_aliased_rctl(
    handle: zone_dochandle_t,
    alias: *mut c_char,
    limit: *mut u64,
) -> c_int {
    point("zonecfg_get_aliased_rctl", || {
        // SAFETY: the caller's promise.
        let (handle, alias) =
            unsafe { (open(handle)?, argument("zonecfg_get_aliased_rctl", alias)) };
        let value = handle.alias(alias)?;
        // SAFETY: the caller's promise.
        unsafe { *limit = value };
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_set_aliased_rctl(
    handle: zone_dochandle_t,
    name: *mut c_char,
    limit: u64,
) -> c_int {
    point("zonecfg_set_aliased_rctl", || {
        // SAFETY: the caller's promise.
        let (handle, name) = unsafe { (open(handle)?, argument("zonecfg_set_aliased_rctl", name)) };
        handle.set_alias(name, limit)
    })
}

/// Whatever is no alias, or cannot be expressed by it, stays, and that is no error.
#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_rm_aliased_rctl(handle: zone_dochandle_t, name: *mut c_char) -> c_int {
    point("zonecfg_rm_aliased_rctl", || {
        // SAFETY: the caller's promise.
        let (handle, name) = unsafe { (at(handle), argument("zonecfg_rm_aliased_rctl", name)) };
        let Some(handle) = handle else { return Ok(()) };
        if handle.alias(name).is_err() {
            return Ok(());
        }
        let alias = find_alias(handle.host.flavour(), name).ok_or(code::NO_RESOURCE_ID)?;
        handle.remove_alias(alias)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_aliased_rctl_ok(
    handle: zone_dochandle_t,
    name: *mut c_char,
) -> boolean_t {
    point_or("zonecfg_aliased_rctl_ok", boolean(false), || {
        // SAFETY: the caller's promise.
        let (handle, name) = unsafe { (at(handle), argument("zonecfg_aliased_rctl_ok", name)) };
        let alias = handle.map(|handle| handle.alias(name));
        boolean(matches!(alias, Some(Ok(_) | Err(code::NO_ENTRY))))
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_valid_alias_limit(
    name: *mut c_char,
    limit: *mut c_char,
    value: *mut u64,
) -> boolean_t {
    const NAME: &str = "zonecfg_valid_alias_limit";
    point_or(NAME, boolean(false), || {
        // SAFETY: the caller's promise.
        let (name, limit) = unsafe { (argument(NAME, name), argument(NAME, limit)) };
        let flavour = host().map_or(Flavour::Upstream, |host| host.flavour());
        let (Some(alias), Some(number)) = (find_alias(flavour, name), valid_uint(limit)) else {
            return boolean(false);
        };
        // SAFETY: the caller's promise.
        unsafe { *value = number };
        boolean(number >= alias.low_limit)
    })
}
