//! `admin` resources, and the authorizations of users that follow from them.

use std::ffi::{c_char, c_int};

use illumos_sys::{boolean_t, zone_admintab, zone_dochandle_t};

use super::resource::{lookup, next};
use super::{argument, at, boolean, open, point, point_or};
use crate::zonecfg::crash::report;
use crate::zonecfg::document::Element;
use crate::zonecfg::handle::Handle;
use crate::zonecfg::memory::{put_field, text_of};
use crate::zonecfg::table::{self, Query, Table};
use crate::zonecfg::{code, user_attr};

impl Table for zone_admintab {
    const ELEMENT: &'static str = "admin";

    fn element(&self) -> Element {
        let mut element = Element::new(Self::ELEMENT);
        element.set("user", &text_of(&self.zone_admin_user));
        element.set("auths", &text_of(&self.zone_admin_auths));
        element
    }

    fn means(&self, handle: &Handle, element: &Element) -> bool {
        handle.has(element, "user", &text_of(&self.zone_admin_user))
    }

    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32> {
        // SAFETY: the caller's promise.
        unsafe {
            put_field(
                &raw mut (*this).zone_admin_user,
                handle.fetch(element, "user")?,
            )?;
            put_field(
                &raw mut (*this).zone_admin_auths,
                handle.fetch(element, "auths")?,
            )
        }
    }
}

impl Query for zone_admintab {
    fn query(&self) -> Vec<(&'static str, Vec<u8>, usize)> {
        vec![("user", text_of(&self.zone_admin_user), 32)]
    }
}

lookup!(zone_admintab, zonecfg_lookup_admin);
next!(zone_admintab, zonecfg_getadminent);

impl Handle {
    fn add_admin(&mut self, admin: &zone_admintab) -> Result<(), i32> {
        self.append(admin.element())?;
        self.forget_removed(&text_of(&admin.zone_admin_user));
        Ok(())
    }

    fn delete_admin(&mut self, user: &[u8], zone: &[u8]) -> Result<(), i32> {
        self.remove("admin", |handle, element| handle.has(element, "user", user))?;
        self.removed_admins.push((user.to_vec(), zone.to_vec()));
        Ok(())
    }

    fn forget_removed(&mut self, user: &[u8]) {
        self.removed_admins.retain(|(removed, _)| removed != user);
    }

    /// Removes all `admin` resources; whether there was one.
    fn delete_admins(&mut self, zone: &[u8]) -> Result<bool, i32> {
        self.start()?;
        let mut is_changed = false;
        loop {
            let first = self.root()?.elements("admin").next();
            let Some(user) =
                first.map(|admin| admin.attribute("user").unwrap_or_default().to_vec())
            else {
                break;
            };
            self.delete_admin(&user, zone)?;
            is_changed = true;
        }
        self.rest();
        Ok(is_changed)
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_add_admin(
    handle: zone_dochandle_t,
    admin: *mut zone_admintab,
    _zone: *mut c_char,
) -> c_int {
    point("zonecfg_add_admin", || {
        // SAFETY: the caller's promise.
        let admin = unsafe { admin.as_ref() }.ok_or(code::INVAL)?;
        // SAFETY: the caller's promise.
        let handle = unsafe { open(handle) }?;
        handle.prepare()?;
        handle.add_admin(admin)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_delete_admin(
    handle: zone_dochandle_t,
    admin: *mut zone_admintab,
    zone: *mut c_char,
) -> c_int {
    point("zonecfg_delete_admin", || {
        // SAFETY: the caller's promise.
        let admin = unsafe { admin.as_ref() }.ok_or(code::INVAL)?;
        // SAFETY: the caller's promise.
        let (handle, zone) = unsafe { (open(handle)?, argument("zonecfg_delete_admin", zone)) };
        handle.prepare()?;
        handle.delete_admin(&text_of(&admin.zone_admin_user), zone)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_modify_admin(
    handle: zone_dochandle_t,
    from: *mut zone_admintab,
    to: *mut zone_admintab,
    zone: *mut c_char,
) -> c_int {
    point("zonecfg_modify_admin", || {
        // SAFETY: the caller's promise.
        let (from, to) = unsafe { (from.as_ref(), to.as_ref()) };
        let (from, to) = (from.ok_or(code::INVAL)?, to.ok_or(code::INVAL)?);
        // SAFETY: the caller's promise.
        let (handle, zone) = unsafe { (open(handle)?, argument("zonecfg_modify_admin", zone)) };
        handle.prepare()?;
        handle.delete_admin(&text_of(&from.zone_admin_user), zone)?;
        handle.add_admin(to)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_delete_admins(handle: zone_dochandle_t, zone: *mut c_char) -> c_int {
    point("zonecfg_delete_admins", || {
        // SAFETY: the caller's promise.
        let (handle, zone) = unsafe { (at(handle), argument("zonecfg_delete_admins", zone)) };
        let is_changed = handle.ok_or(code::INVAL)?.delete_admins(zone)?;
        if is_changed {
            Ok(())
        } else {
            Err(code::NO_ENTRY)
        }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_authorize_users(handle: zone_dochandle_t, zone: *mut c_char) -> c_int {
    point("zonecfg_authorize_users", || {
        // SAFETY: the caller's promise.
        let (handle, zone) = unsafe { (open(handle)?, argument("zonecfg_authorize_users", zone)) };
        handle.prepare()?;
        user_attr::authorize(handle, zone);
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_deauthorize_user(
    handle: zone_dochandle_t,
    user: *mut c_char,
    zone: *mut c_char,
) -> c_int {
    const NAME: &str = "zonecfg_deauthorize_user";
    point(NAME, || {
        // SAFETY: the caller's promise.
        let (handle, user, zone) =
            unsafe { (open(handle)?, argument(NAME, user), argument(NAME, zone)) };
        handle.forget_removed(user);
        user_attr::deauthorize(&handle.host, &[user.to_vec()], zone)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_deauthorize_users(
    handle: zone_dochandle_t,
    zone: *mut c_char,
) -> c_int {
    point("zonecfg_deauthorize_users", || {
        // SAFETY: the caller's promise.
        let (handle, zone) =
            unsafe { (open(handle)?, argument("zonecfg_deauthorize_users", zone)) };
        handle.prepare()?;
        let user = |admin: &Element| admin.attribute("user").unwrap_or_default().to_vec();
        let users: Vec<Vec<u8>> = handle.root()?.elements("admin").map(user).collect();
        user_attr::deauthorize(&handle.host, &users, zone)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_insert_userauths(
    handle: zone_dochandle_t,
    user: *mut c_char,
    zone: *mut c_char,
) -> c_int {
    const NAME: &str = "zonecfg_insert_userauths";
    point(NAME, || {
        // SAFETY: the caller's promise.
        let (handle, user, zone) =
            unsafe { (open(handle)?, argument(NAME, user), argument(NAME, zone)) };
        let entry = (user.to_vec(), zone.to_vec());
        if !handle.removed_admins.contains(&entry) {
            handle.removed_admins.push(entry);
        }
        Ok(())
    })
}

/// An empty user or zone means all of them.
#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_remove_userauths(
    handle: zone_dochandle_t,
    user: *mut c_char,
    zone: *mut c_char,
    deauthorize: boolean_t,
) -> c_int {
    const NAME: &str = "zonecfg_remove_userauths";
    point(NAME, || {
        // SAFETY: the caller's promise.
        let (handle, user, zone) =
            unsafe { (open(handle)?, argument(NAME, user), argument(NAME, zone)) };
        let is_meant = |entry: &(Vec<u8>, Vec<u8>)| {
            (user.is_empty() || entry.0 == user) && (zone.is_empty() || entry.1 == zone)
        };
        let removed: Vec<_> = handle
            .removed_admins
            .extract_if(.., |entry| is_meant(entry))
            .collect();
        if deauthorize != 0 {
            for (user, zone) in removed {
                user_attr::deauthorize(&handle.host, &[user], &zone)?;
            }
        }
        Ok(())
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_update_userauths(
    handle: zone_dochandle_t,
    zone: *mut c_char,
) -> c_int {
    point("zonecfg_update_userauths", || {
        // SAFETY: the caller's promise.
        let (handle, zone) = unsafe { (open(handle)?, argument("zonecfg_update_userauths", zone)) };
        let rights = user_attr::newer_rights(&handle.host, zone).inspect_err(|&code| {
            if code != code::NO_ENTRY {
                report(&format!(
                    "zone '{}': could not open file /etc/user_attr",
                    String::from_utf8_lossy(zone)
                ));
            }
        })?;
        let is_changed = handle.delete_admins(zone)? || !rights.is_empty();
        for (user, auths) in rights {
            let mut element = Element::new("admin");
            element.set("user", user.as_bytes());
            element.set("auths", auths.as_bytes());
            handle.append(element)?;
        }
        if is_changed {
            Ok(())
        } else {
            Err(code::NO_ENTRY)
        }
    })
}

/// Each right that does not exist is reported on the standard error output.
#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_valid_auths(auths: *const c_char, zone: *const c_char) -> boolean_t {
    const NAME: &str = "zonecfg_valid_auths";
    point_or(NAME, boolean(false), || {
        // SAFETY: the caller's promise.
        let (auths, zone) = unsafe { (argument(NAME, auths), argument(NAME, zone)) };
        let unknown = user_attr::unknown_rights(auths);
        for right in &unknown {
            let (zone, right) = (
                String::from_utf8_lossy(zone),
                String::from_utf8_lossy(right),
            );
            report(&format!(
                "zone '{zone}': '{right}' is not a valid authorization"
            ));
        }
        boolean(unknown.is_empty())
    })
}
