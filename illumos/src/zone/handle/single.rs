//! `admin`, and the resources that occur once: `dedicated-cpu`, `capped-memory` and `security-flags`.

use illumos_sys::{upstream, zone_admintab, zone_psettab, zone_secflagstab};

use super::Handle;
use crate::ffi::{Api, CArgument, Unfit, check_zonecfg, document_text, put, text, zonecfg_error};
use crate::zone::config::{Admin, DedicatedCpu, SecurityFlags};
use crate::zone::verify::number;
use crate::{Error, ErrorKind, Result};

impl Handle {
    /// `admin` resources.
    pub fn admins(&self) -> Result<Vec<Admin>> {
        let operation = || self.property_operation("read", "admin");
        // SAFETY: the handle holds a document.
        let code = unsafe { illumos_sys::zonecfg_setadminent(self.document.raw()) };
        check_zonecfg("zonecfg_setadminent", code, operation)?;
        let mut admins = Vec::new();
        let result = loop {
            let mut table = empty_admin();
            // SAFETY: the handle holds a document; the structure is zeroed.
            match unsafe { illumos_sys::zonecfg_getadminent(self.document.raw(), &raw mut table) } {
                illumos_sys::Z_OK => match read_admin(&table) {
                    Ok(admin) => admins.push(admin),
                    Err(unfit) => {
                        break Err(self.unfit("read admin", "zonecfg_getadminent", unfit));
                    }
                },
                illumos_sys::Z_NO_ENTRY => break Ok(()),
                code => break Err(zonecfg_error("zonecfg_getadminent", code, operation())),
            }
        };
        // SAFETY: the handle holds a document; this only moves its cursor.
        unsafe { illumos_sys::zonecfg_endadminent(self.document.raw()) };
        result.map(|()| admins)
    }

    /// Adds an `admin`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] for a user name or authorisations that libzonecfg could not hand to a shell unharmed when saving.
    pub fn add_admin(&mut self, admin: &Admin) -> Result<()> {
        let unfit = |unfit| self.unfit("add admin", "zonecfg_add_admin", unfit);
        check_admin(admin).map_err(unfit)?;
        let mut table = fill_admin(admin).map_err(unfit)?;
        let zone = self.zone_argument("add admin")?;
        // SAFETY: the handle holds a document; the texts end in a NUL and are copied.
        let code = unsafe {
            illumos_sys::zonecfg_add_admin(self.document.raw(), &raw mut table, zone.as_mut_ptr())
        };
        self.check_property("add", "zonecfg_add_admin", "admin", code)
    }

    /// Deletes the `admin` of this user.
    pub fn delete_admin(&mut self, admin: &Admin) -> Result<()> {
        let unfit = |unfit| self.unfit("remove admin", "zonecfg_delete_admin", unfit);
        // The library remembers the user for the command that it runs when saving.
        check_admin(&Admin {
            user: admin.user.clone(),
            auths: String::new(),
        })
        .map_err(unfit)?;
        let mut table = fill_admin(admin).map_err(unfit)?;
        let zone = self.zone_argument("remove admin")?;
        // SAFETY: as in add_admin.
        let code = unsafe {
            illumos_sys::zonecfg_delete_admin(
                self.document.raw(),
                &raw mut table,
                zone.as_mut_ptr(),
            )
        };
        self.check_property("remove", "zonecfg_delete_admin", "admin", code)
    }

    /// Replaces `old`.
    pub fn modify_admin(&mut self, old: &Admin, new: &Admin) -> Result<()> {
        let unfit = |unfit| self.unfit("change admin", "zonecfg_modify_admin", unfit);
        check_admin(&Admin {
            user: old.user.clone(),
            auths: String::new(),
        })
        .map_err(unfit)?;
        check_admin(new).map_err(unfit)?;
        let mut from = fill_admin(old).map_err(unfit)?;
        let mut to = fill_admin(new).map_err(unfit)?;
        let zone = self.zone_argument("change admin")?;
        // SAFETY: as in add_admin, for both structures.
        let code = unsafe {
            illumos_sys::zonecfg_modify_admin(
                self.document.raw(),
                &raw mut from,
                &raw mut to,
                zone.as_mut_ptr(),
            )
        };
        self.check_property("change", "zonecfg_modify_admin", "admin", code)
    }

    fn zone_argument(&self, verb: &str) -> Result<CArgument> {
        let name = self.zonename()?;
        document_text("zonename", &name)
            .map_err(|unfit| self.unfit(verb, "zonecfg_get_name", unfit))
    }

    /// Whether every `admin` may be handed to the shell that libzonecfg runs when it saves.
    pub(super) fn check_admins(&self, verb: &str) -> Result<()> {
        for admin in self.admins()? {
            check_admin(&admin).map_err(|unfit| self.unfit(verb, "zonecfg_save", unfit))?;
        }
        Ok(())
    }

    /// Takes the authorisations of every `admin` from the users' entries, as zonecfg(8) does before it deletes a zone.
    pub(in crate::zone) fn deauthorize_users(&mut self) -> Result<()> {
        if self.admins()?.is_empty() {
            return Ok(());
        }
        self.check_admins("delete")?;
        let zone = self.zone_argument("delete")?;
        // SAFETY: the handle holds a document; the name ends in a NUL.
        let code = unsafe {
            illumos_sys::zonecfg_deauthorize_users(self.document.raw(), zone.as_mut_ptr())
        };
        self.check_property("remove", "zonecfg_deauthorize_users", "admin", code)
    }

    /// `dedicated-cpu`.
    pub fn dedicated_cpu(&self) -> Result<Option<DedicatedCpu>> {
        let function = "zonecfg_getpsetent";
        let mut table = empty_pset();
        // SAFETY: the handle holds a document; the structure is zeroed.
        let code = unsafe { illumos_sys::zonecfg_getpsetent(self.document.raw(), &raw mut table) };
        if code == illumos_sys::Z_NO_ENTRY {
            return Ok(None);
        }
        self.check_property("read", function, "dedicated-cpu", code)?;
        let read = || {
            let (min, max) = (
                text(&table.zone_ncpu_min, "ncpus")?,
                text(&table.zone_ncpu_max, "ncpus")?,
            );
            let importance = text(&table.zone_importance, "importance")?;
            Ok(DedicatedCpu {
                ncpus: if min == max {
                    min
                } else {
                    format!("{min}-{max}")
                },
                importance: Some(importance).filter(|importance| !importance.is_empty()),
            })
        };
        read()
            .map(Some)
            .map_err(|unfit| self.unfit("read dedicated-cpu", function, unfit))
    }

    /// Sets or removes `dedicated-cpu`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] if `ncpus` is neither a number nor a range of at least 1, or `importance` no number.
    pub fn set_dedicated_cpu(&mut self, dedicated_cpu: Option<&DedicatedCpu>) -> Result<()> {
        let table = dedicated_cpu
            .map(fill_pset)
            .transpose()
            .map_err(|unfit| self.unfit("set dedicated-cpu", "zonecfg_add_pset", unfit))?;
        let mut present = empty_pset();
        // The functions that change it start at the cursor, which is nowhere before the first lookup and may be in another resource after.
        // SAFETY: the handle holds a document; the structure is zeroed.
        let code =
            unsafe { illumos_sys::zonecfg_lookup_pset(self.document.raw(), &raw mut present) };
        let present = match code {
            illumos_sys::Z_OK => true,
            illumos_sys::Z_NO_ENTRY => false,
            code => {
                return self.check_property("set", "zonecfg_lookup_pset", "dedicated-cpu", code);
            }
        };
        let (function, code) = match (table, present) {
            (None, false) => return Ok(()),
            // SAFETY: the handle holds a document, and its cursor was set just now.
            (None, true) => ("zonecfg_delete_pset", unsafe {
                illumos_sys::zonecfg_delete_pset(self.document.raw())
            }),
            // SAFETY: the handle holds a document, and its cursor was set just now; the texts end in a NUL and are copied.
            (Some(mut table), true) => ("zonecfg_modify_pset", unsafe {
                illumos_sys::zonecfg_modify_pset(self.document.raw(), &raw mut table)
            }),
            // SAFETY: the handle holds a document; the texts end in a NUL and are copied.
            (Some(mut table), false) => ("zonecfg_add_pset", unsafe {
                illumos_sys::zonecfg_add_pset(self.document.raw(), &raw mut table)
            }),
        };
        self.check_property("set", function, "dedicated-cpu", code)
    }

    /// `capped-memory` `physical` in bytes, where it is a resource of its own: upstream. `None` on the extended flavour.
    pub fn mcap(&self) -> Result<Option<u64>> {
        let Api::Upstream(api) = self.api else {
            return Ok(None);
        };
        let function = "zonecfg_lookup_mcap";
        let mut table = upstream::zone_mcaptab {
            zone_physmem_cap: [0; illumos_sys::MAXNAMELEN],
        };
        // SAFETY: the handle holds a document; the structure is zeroed and of this library's flavour.
        let code = unsafe { (api.lookup_mcap)(self.document.raw(), &raw mut table) };
        if code == illumos_sys::Z_NO_ENTRY {
            return Ok(None);
        }
        self.check_property("read", function, "capped-memory", code)?;
        let bytes = text(&table.zone_physmem_cap, "physical").and_then(|text| {
            let reason = |_| {
                Unfit::new(
                    "physical",
                    illumos_sys::Z_INVAL,
                    format!("{text:?} is not a number of bytes"),
                )
            };
            text.parse().map_err(reason)
        });
        bytes
            .map(Some)
            .map_err(|unfit| self.unfit("read capped-memory", function, unfit))
    }

    /// Sets or removes it.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Unsupported`] on the extended flavour if a value is given: there it is [`crate::zone::config::Alias::Physical`].
    pub fn set_mcap(&mut self, bytes: Option<u64>) -> Result<()> {
        let Api::Upstream(api) = self.api else {
            let operation = self.property_operation("set", "capped-memory physical");
            let reason = "it is a resource control on this distribution";
            return if bytes.is_some() {
                Err(Error::new(ErrorKind::Unsupported, operation, reason))
            } else {
                Ok(())
            };
        };
        let mut table = upstream::zone_mcaptab {
            zone_physmem_cap: [0; illumos_sys::MAXNAMELEN],
        };
        // The functions that change it start at the cursor, as those of dedicated-cpu do.
        // SAFETY: the handle holds a document; the structure is zeroed and of this library's flavour.
        let present = match unsafe { (api.lookup_mcap)(self.document.raw(), &raw mut table) } {
            illumos_sys::Z_OK => true,
            illumos_sys::Z_NO_ENTRY => false,
            code => {
                return self.check_property("set", "zonecfg_lookup_mcap", "capped-memory", code);
            }
        };
        let (function, code) = match bytes {
            None if !present => return Ok(()),
            // SAFETY: the handle holds a document, and its cursor was set just now.
            None => ("zonecfg_delete_mcap", unsafe {
                (api.delete_mcap)(self.document.raw())
            }),
            Some(bytes) => {
                table.zone_physmem_cap = [0; illumos_sys::MAXNAMELEN];
                put(&mut table.zone_physmem_cap, "physical", &bytes.to_string()).map_err(
                    |unfit| self.unfit("set capped-memory", "zonecfg_modify_mcap", unfit),
                )?;
                // SAFETY: the handle holds a document, and its cursor was set just now; the text ends in a NUL and is copied.
                ("zonecfg_modify_mcap", unsafe {
                    (api.modify_mcap)(self.document.raw(), &raw mut table)
                })
            }
        };
        self.check_property("set", function, "capped-memory", code)
    }

    /// `security-flags`.
    pub fn security_flags(&self) -> Result<Option<SecurityFlags>> {
        let function = "zonecfg_getsecflagsent";
        let mut table = empty_secflags();
        // SAFETY: the handle holds a document; the structure is zeroed.
        let code =
            unsafe { illumos_sys::zonecfg_getsecflagsent(self.document.raw(), &raw mut table) };
        if code == illumos_sys::Z_NO_ENTRY {
            return Ok(None);
        }
        self.check_property("read", function, "security-flags", code)?;
        let optional = |text: String| Some(text).filter(|text| !text.is_empty());
        let read = || {
            Ok(SecurityFlags {
                lower: optional(text(&table.zone_secflags_lower, "lower")?),
                default: optional(text(&table.zone_secflags_default, "default")?),
                upper: optional(text(&table.zone_secflags_upper, "upper")?),
            })
        };
        read()
            .map(Some)
            .map_err(|unfit| self.unfit("read security-flags", function, unfit))
    }

    /// Adds `security-flags`, whether there are any or not: of several, libzonecfg hands over the first. The names are not checked.
    pub fn add_security_flags(&mut self, flags: &SecurityFlags) -> Result<()> {
        let unfit = |unfit| self.unfit("add security-flags", "zonecfg_add_secflags", unfit);
        let mut table = fill_secflags(flags).map_err(unfit)?;
        // SAFETY: the handle holds a document; the texts end in a NUL and are copied (libzonecfg.c zonecfg_add_secflags).
        let code =
            unsafe { illumos_sys::zonecfg_add_secflags(self.document.raw(), &raw mut table) };
        self.check_property("add", "zonecfg_add_secflags", "security-flags", code)
    }

    /// Sets or removes `security-flags`. The names are not checked.
    pub fn set_security_flags(&mut self, flags: Option<&SecurityFlags>) -> Result<()> {
        let unfit = |unfit| self.unfit("set security-flags", "zonecfg_add_secflags", unfit);
        let new = flags.map(fill_secflags).transpose().map_err(unfit)?;
        let old = self.security_flags()?;
        let old = old.as_ref().map(fill_secflags).transpose().map_err(unfit)?;
        let handle = self.document.raw();
        let (function, code) = match (old, new) {
            (None, None) => return Ok(()),
            // SAFETY: the handle holds a document; the texts end in a NUL and are copied. So in the two cases below.
            (None, Some(mut new)) => ("zonecfg_add_secflags", unsafe {
                illumos_sys::zonecfg_add_secflags(handle, &raw mut new)
            }),
            // SAFETY: see above.
            (Some(mut old), None) => ("zonecfg_delete_secflags", unsafe {
                illumos_sys::zonecfg_delete_secflags(handle, &raw mut old)
            }),
            // SAFETY: see above.
            (Some(mut old), Some(mut new)) => ("zonecfg_modify_secflags", unsafe {
                illumos_sys::zonecfg_modify_secflags(handle, &raw mut old, &raw mut new)
            }),
        };
        self.check_property("set", function, "security-flags", code)
    }
}

fn empty_admin() -> zone_admintab {
    zone_admintab {
        zone_admin_user: [0; illumos_sys::MAXUSERNAME],
        zone_admin_auths: [0; illumos_sys::MAXAUTHS],
    }
}

fn fill_admin(admin: &Admin) -> Result<zone_admintab, Unfit> {
    let mut table = empty_admin();
    put(&mut table.zone_admin_user, "user", &admin.user)?;
    put(&mut table.zone_admin_auths, "auths", &admin.auths)?;
    Ok(table)
}

fn read_admin(table: &zone_admintab) -> Result<Admin, Unfit> {
    Ok(Admin {
        user: text(&table.zone_admin_user, "user")?,
        auths: text(&table.zone_admin_auths, "auths")?,
    })
}

/// Saving runs usermod(8) through a shell, with the user's name in the command line as it is.
fn check_admin(admin: &Admin) -> Result<(), Unfit> {
    let user = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if admin.user.is_empty() || admin.user.starts_with('-') || !admin.user.chars().all(user) {
        let reason = format!(
            "{:?} is no user name that is safe to hand to usermod: letters, digits, '.', '_' and '-'",
            admin.user
        );
        return Err(Unfit::new("user", illumos_sys::Z_INVAL, reason));
    }
    let auth = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ',' | '/' | '_' | '-');
    if !admin.auths.chars().all(auth) {
        let reason = format!("{:?} is no comma list of authorisations", admin.auths);
        return Err(Unfit::new("auths", illumos_sys::Z_INVAL, reason));
    }
    Ok(())
}

fn empty_pset() -> zone_psettab {
    let empty = [0; illumos_sys::MAXNAMELEN];
    zone_psettab {
        zone_ncpu_min: empty,
        zone_ncpu_max: empty,
        zone_importance: empty,
    }
}

fn fill_pset(cpu: &DedicatedCpu) -> Result<zone_psettab, Unfit> {
    let invalid = |property, reason| Unfit::new(property, illumos_sys::Z_INVAL, reason);
    let (min, max) = cpu
        .ncpus
        .split_once('-')
        .unwrap_or((&cpu.ncpus, &cpu.ncpus));
    if number::cpu_range(&cpu.ncpus).is_none() {
        return Err(invalid(
            "ncpus",
            format!(
                "{:?} is neither a number of at least 1 nor a range such as 1-4",
                cpu.ncpus
            ),
        ));
    }
    let importance = cpu.importance.as_deref().unwrap_or_default();
    if !importance.is_empty() && number::unsigned(importance).is_none() {
        return Err(invalid(
            "importance",
            format!("{importance:?} is not a number"),
        ));
    }
    let mut table = empty_pset();
    put(&mut table.zone_ncpu_min, "ncpus", min)?;
    put(&mut table.zone_ncpu_max, "ncpus", max)?;
    put(&mut table.zone_importance, "importance", importance)?;
    Ok(table)
}

fn empty_secflags() -> zone_secflagstab {
    let empty = [0; illumos_sys::ZONECFG_SECFLAGS_MAX];
    zone_secflagstab {
        zone_secflags_lower: empty,
        zone_secflags_upper: empty,
        zone_secflags_default: empty,
    }
}

fn fill_secflags(flags: &SecurityFlags) -> Result<zone_secflagstab, Unfit> {
    let mut table = empty_secflags();
    put(
        &mut table.zone_secflags_lower,
        "lower",
        flags.lower.as_deref().unwrap_or_default(),
    )?;
    put(
        &mut table.zone_secflags_default,
        "default",
        flags.default.as_deref().unwrap_or_default(),
    )?;
    put(
        &mut table.zone_secflags_upper,
        "upper",
        flags.upper.as_deref().unwrap_or_default(),
    )?;
    Ok(table)
}

#[cfg(all(test, not(target_os = "illumos")))]
mod tests {
    use illumos_emulation::{Flavour, Host};

    use super::*;
    use crate::zone::handle::{Existing, Handle};

    /// The library's functions end the process if nothing positioned the cursor before them.
    #[test]
    fn what_occurs_once_is_changed_first_thing_after_loading() {
        let dir = tempfile::tempdir().unwrap();
        let host = Host::open_or_create(&dir.path().join("host"), Flavour::Upstream).unwrap();
        let _entered = host.enter();
        let mut handle = Handle::from_template("SUNWblank", "web01").unwrap();
        let cpu = DedicatedCpu {
            ncpus: "1-2".to_owned(),
            importance: Some("3".to_owned()),
        };
        handle.set_dedicated_cpu(Some(&cpu)).unwrap();
        handle.set_zonepath("/zones/web01").unwrap();
        handle.save(Existing::Refuse).unwrap();

        let mut handle = Handle::load("web01").unwrap();
        handle.set_mcap(None).unwrap();
        // Another libzonecfg than the emulated one may have it as a resource control.
        if crate::flavour().unwrap() == crate::Flavour::Upstream {
            let mut handle = Handle::load("web01").unwrap();
            handle.set_mcap(Some(1 << 30)).unwrap();
            assert_eq!(handle.mcap().unwrap(), Some(1 << 30));
        }
        let mut handle = Handle::load("web01").unwrap();
        let other = DedicatedCpu {
            ncpus: "4".to_owned(),
            importance: None,
        };
        handle.set_dedicated_cpu(Some(&other)).unwrap();
        assert_eq!(handle.dedicated_cpu().unwrap(), Some(other));
        let mut handle = Handle::load("web01").unwrap();
        handle.set_dedicated_cpu(None).unwrap();
        assert_eq!(handle.dedicated_cpu().unwrap(), None);
    }
}
