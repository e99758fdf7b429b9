//! The global properties, and those that stand for a resource control.
//!
//! A property that is not set, or set to the empty text, reads as `None`; setting `None` removes it.

use std::ffi::{c_char, c_int};
use std::ptr;

use illumos_sys::zone_dochandle_t;

use super::Handle;
use super::document::{LONGEST_ZONEPATH, without_root, zonepath_argument};
use crate::Result;
use crate::ffi::{self, Guard, Unfit, document_text, owned, read_text, zonecfg_error};
use crate::zone::config::{Alias, IpType};

/// How many bytes libzonecfg's callers have for a `hostid` (HW_HOSTID_LEN of `<sys/systeminfo.h>`).
const HOSTID_SIZE: usize = 11;

type Getter = unsafe extern "C" fn(zone_dochandle_t, *mut c_char, usize) -> c_int;

impl Handle {
    /// What `get` fills a buffer with.
    fn get(&self, property: &'static str, function: &'static str, get: Getter) -> Result<String> {
        let _guard = ffi::property();
        // SAFETY: the handle holds a document; the buffer is writable for the length that is given with it.
        let text = read_text(property, |buffer, length| unsafe {
            get(self.document.raw(), buffer, length)
        });
        text.map_err(|code| {
            zonecfg_error(function, code, self.property_operation("read", property))
        })?
        .map_err(|unfit| self.unfit("read", function, unfit))
    }

    /// As [`get`](Self::get), for a property that may be missing.
    fn get_optional(
        &self,
        property: &'static str,
        function: &'static str,
        get: Getter,
    ) -> Result<Option<String>> {
        match self.get(property, function, get) {
            Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
            Err(error)
                if error.code() == Some((function, i64::from(illumos_sys::Z_BAD_PROPERTY))) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Hands `value`, or NULL, to `set`.
    fn set(
        &mut self,
        property: &'static str,
        function: &'static str,
        value: Option<&str>,
        set: impl FnOnce(zone_dochandle_t, *mut c_char) -> c_int,
    ) -> Result<()> {
        let argument = value
            .map(|value| document_text(property, value))
            .transpose()
            .map_err(|unfit| self.unfit("set", function, unfit))?;
        let pointer = argument
            .as_ref()
            .map_or(ptr::null_mut(), ffi::CArgument::as_mut_ptr);
        let code = set(self.document.raw(), pointer);
        self.check_property("set", function, property, code)
    }

    /// `zonename`. Usually the name that was loaded; a document moved by hand may differ.
    pub fn zonename(&self) -> Result<String> {
        self.get(
            "zonename",
            "zonecfg_get_name",
            illumos_sys::zonecfg_get_name,
        )
    }

    /// Renames the zone when it is saved.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] for a name that a zone cannot have; [`crate::ErrorKind::AlreadyExists`]; [`crate::ErrorKind::Busy`] if the zone is ready or running.
    pub fn set_zonename(&mut self, name: &str) -> Result<()> {
        // The library looks the name up in the index at once.
        let _guard = ffi::shared();
        if name.len() >= illumos_sys::ZONENAME_MAX {
            let reason = format!(
                "it is {} bytes long; at most {} are allowed",
                name.len(),
                illumos_sys::ZONENAME_MAX - 1
            );
            return Err(self.unfit(
                "set",
                "zonecfg_set_name",
                Unfit::new("zonename", illumos_sys::Z_BOGUS_ZONE_NAME, reason),
            ));
        }
        self.set(
            "zonename",
            "zonecfg_set_name",
            Some(name),
            |handle, name| {
                // SAFETY: the handle holds a document; the name ends in a NUL and is copied.
                unsafe { illumos_sys::zonecfg_set_name(handle, name) }
            },
        )?;
        self.renamed = true;
        Ok(())
    }

    /// `zonepath`; empty in a template.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] if it is longer than 1023 bytes.
    pub fn zonepath(&self) -> Result<String> {
        let path = without_root(self.get(
            "zonepath",
            "zonecfg_get_zonepath",
            illumos_sys::zonecfg_get_zonepath,
        )?);
        if path.len() > LONGEST_ZONEPATH {
            let reason = format!(
                "it is {} bytes long; at most {LONGEST_ZONEPATH} are allowed",
                path.len()
            );
            return Err(self.unfit(
                "read",
                "zonecfg_get_zonepath",
                Unfit::new("zonepath", illumos_sys::Z_TOO_BIG, reason),
            ));
        }
        Ok(path)
    }

    /// Sets `zonepath`. Repeated and trailing slashes are dropped.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] unless it is absolute, not `/`, and at most 1023 bytes.
    pub fn set_zonepath(&mut self, path: &str) -> Result<()> {
        let function = "zonecfg_set_zonepath";
        if !path.starts_with('/') || path.bytes().all(|byte| byte == b'/') {
            let unfit = Unfit::new(
                "zonepath",
                illumos_sys::Z_BAD_PROPERTY,
                "it must be an absolute path other than /",
            );
            return Err(self.unfit("set", function, unfit));
        }
        let argument =
            zonepath_argument(path).map_err(|unfit| self.unfit("set", function, unfit))?;
        let _guard = ffi::property();
        // SAFETY: the handle holds a document; the path ends in a NUL and is copied.
        let code = unsafe {
            illumos_sys::zonecfg_set_zonepath(self.document.raw(), argument.as_mut_ptr())
        };
        self.check_property("set", function, "zonepath", code)
    }

    /// `brand`, the system's default brand if the document names none.
    pub fn brand(&self) -> Result<String> {
        self.get("brand", "zonecfg_get_brand", illumos_sys::zonecfg_get_brand)
    }

    /// Sets `brand`; empty for the default brand. Whether it is installed is not checked.
    pub fn set_brand(&mut self, brand: &str) -> Result<()> {
        self.set(
            "brand",
            "zonecfg_set_brand",
            Some(brand),
            |handle, brand| {
                // SAFETY: the handle holds a document; the text ends in a NUL and is copied.
                unsafe { illumos_sys::zonecfg_set_brand(handle, brand) }
            },
        )
    }

    /// `autoboot`.
    pub fn autoboot(&self) -> Result<bool> {
        let mut autoboot = illumos_sys::B_FALSE;
        // SAFETY: the handle holds a document; the result is written to a local variable.
        let code =
            unsafe { illumos_sys::zonecfg_get_autoboot(self.document.raw(), &raw mut autoboot) };
        self.check_property("read", "zonecfg_get_autoboot", "autoboot", code)?;
        Ok(autoboot != illumos_sys::B_FALSE)
    }

    /// Sets `autoboot`.
    pub fn set_autoboot(&mut self, autoboot: bool) -> Result<()> {
        // SAFETY: the handle holds a document.
        let code =
            unsafe { illumos_sys::zonecfg_set_autoboot(self.document.raw(), autoboot.into()) };
        self.check_property("set", "zonecfg_set_autoboot", "autoboot", code)
    }

    /// `ip-type`; shared if the document has none.
    pub fn ip_type(&self) -> Result<IpType> {
        let mut ip_type = illumos_sys::ZS_SHARED;
        // SAFETY: the handle holds a document; the result is written to a local variable.
        let code =
            unsafe { illumos_sys::zonecfg_get_iptype(self.document.raw(), &raw mut ip_type) };
        self.check_property("read", "zonecfg_get_iptype", "ip-type", code)?;
        match ip_type {
            illumos_sys::ZS_SHARED => Ok(IpType::Shared),
            illumos_sys::ZS_EXCLUSIVE => Ok(IpType::Exclusive),
            other => {
                let unfit = Unfit::new(
                    "ip-type",
                    illumos_sys::Z_INVAL,
                    format!("libzonecfg gives the unknown number {other}"),
                );
                Err(self.unfit("read", "zonecfg_get_iptype", unfit))
            }
        }
    }

    /// Sets `ip-type`.
    pub fn set_ip_type(&mut self, ip_type: IpType) -> Result<()> {
        let value = match ip_type {
            IpType::Shared => illumos_sys::ZS_SHARED,
            IpType::Exclusive => illumos_sys::ZS_EXCLUSIVE,
        };
        // SAFETY: the handle holds a document.
        let code = unsafe { illumos_sys::zonecfg_set_iptype(self.document.raw(), value) };
        self.check_property("set", "zonecfg_set_iptype", "ip-type", code)
    }

    /// `bootargs`.
    pub fn bootargs(&self) -> Result<Option<String>> {
        self.get_optional(
            "bootargs",
            "zonecfg_get_bootargs",
            illumos_sys::zonecfg_get_bootargs,
        )
    }

    /// Sets `bootargs`.
    pub fn set_bootargs(&mut self, bootargs: Option<&str>) -> Result<()> {
        self.set(
            "bootargs",
            "zonecfg_set_bootargs",
            bootargs,
            |handle, text| {
                // SAFETY: the handle holds a document; the text is NULL or ends in a NUL and is copied.
                unsafe { illumos_sys::zonecfg_set_bootargs(handle, text) }
            },
        )
    }

    /// `pool`.
    pub fn pool(&self) -> Result<Option<String>> {
        self.get_optional("pool", "zonecfg_get_pool", illumos_sys::zonecfg_get_pool)
    }

    /// Sets `pool`.
    pub fn set_pool(&mut self, pool: Option<&str>) -> Result<()> {
        self.set("pool", "zonecfg_set_pool", pool, |handle, text| {
            // SAFETY: as in set_bootargs.
            unsafe { illumos_sys::zonecfg_set_pool(handle, text) }
        })
    }

    /// `limitpriv`.
    pub fn limitpriv(&self) -> Result<Option<String>> {
        let mut pointer = ptr::null_mut();
        // SAFETY: the handle holds a document; the result is written to a local variable.
        let code =
            unsafe { illumos_sys::zonecfg_get_limitpriv(self.document.raw(), &raw mut pointer) };
        self.check_property("read", "zonecfg_get_limitpriv", "limitpriv", code)?;
        // SAFETY: on Z_OK the library leaves a text from malloc that is the caller's to free (illumos-gate libzonecfg.c).
        let text = unsafe { owned("limitpriv", pointer) };
        let text = text.map_err(|unfit| self.unfit("read", "zonecfg_get_limitpriv", unfit))?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// Sets `limitpriv`. The names are not checked.
    pub fn set_limitpriv(&mut self, limitpriv: Option<&str>) -> Result<()> {
        self.set(
            "limitpriv",
            "zonecfg_set_limitpriv",
            limitpriv,
            |handle, text| {
                // SAFETY: as in set_bootargs.
                unsafe { illumos_sys::zonecfg_set_limitpriv(handle, text) }
            },
        )
    }

    /// `scheduling-class`.
    pub fn scheduling_class(&self) -> Result<Option<String>> {
        self.get_optional(
            "scheduling-class",
            "zonecfg_get_sched_class",
            illumos_sys::zonecfg_get_sched_class,
        )
    }

    /// Sets `scheduling-class`.
    pub fn set_scheduling_class(&mut self, class: Option<&str>) -> Result<()> {
        self.set(
            "scheduling-class",
            "zonecfg_set_sched",
            class,
            |handle, text| {
                // SAFETY: as in set_bootargs.
                unsafe { illumos_sys::zonecfg_set_sched(handle, text) }
            },
        )
    }

    /// `hostid`.
    pub fn hostid(&self) -> Result<Option<String>> {
        self.get_optional(
            "hostid",
            "zonecfg_get_hostid",
            illumos_sys::zonecfg_get_hostid,
        )
    }

    /// The `hostid` of the document if libzonecfg does not hand it over because it is not one.
    pub fn invalid_hostid(&self) -> Option<String> {
        self.invalid(illumos_sys::zonecfg_get_hostid, HOSTID_SIZE)
    }

    /// The `fs-allowed` of the document if libzonecfg does not hand it over because it is not one.
    pub fn invalid_fs_allowed(&self) -> Option<String> {
        self.invalid(
            illumos_sys::zonecfg_get_fs_allowed,
            illumos_sys::ZONE_FS_ALLOWED_MAX,
        )
    }

    /// What `get` leaves in a buffer of `size` bytes where it answers that the property is invalid.
    fn invalid(&self, get: Getter, size: usize) -> Option<String> {
        let _guard = ffi::property();
        let mut buffer = vec![0; size];
        // SAFETY: the handle holds a document; the buffer is writable for the length that is given with it, and libzonecfg ends what it
        // writes with a NUL (libzonecfg.c getrootattr).
        let code = unsafe {
            get(
                self.document.raw(),
                buffer.as_mut_ptr().cast(),
                buffer.len(),
            )
        };
        let length = buffer.iter().position(|byte: &u8| *byte == 0)?;
        (code == illumos_sys::Z_INVALID_PROPERTY)
            .then(|| String::from_utf8_lossy(&buffer[..length]).into_owned())
    }

    /// Sets `hostid`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] with Z_INVALID_PROPERTY or Z_TOO_BIG if it is no 32-bit hexadecimal number, or `ffffffff`.
    pub fn set_hostid(&mut self, hostid: Option<&str>) -> Result<()> {
        self.set("hostid", "zonecfg_set_hostid", hostid, |handle, text| {
            // SAFETY: as in set_bootargs.
            unsafe { illumos_sys::zonecfg_set_hostid(handle, text) }
        })
    }

    /// `fs-allowed`.
    pub fn fs_allowed(&self) -> Result<Option<String>> {
        self.get_optional(
            "fs-allowed",
            "zonecfg_get_fs_allowed",
            illumos_sys::zonecfg_get_fs_allowed,
        )
    }

    /// Sets `fs-allowed`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] with Z_INVALID_PROPERTY or Z_TOO_BIG if it is no comma list of `[A-Za-z0-9-]+` of at most 1024 bytes.
    pub fn set_fs_allowed(&mut self, fs_allowed: Option<&str>) -> Result<()> {
        self.set(
            "fs-allowed",
            "zonecfg_set_fs_allowed",
            fs_allowed,
            |handle, text| {
                // SAFETY: as in set_bootargs.
                unsafe { illumos_sys::zonecfg_set_fs_allowed(handle, text) }
            },
        )
    }

    /// The limit of the resource control behind `alias`, `None` if there is no such resource control.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] with Z_ALIAS_DISALLOW if the resource control has several values, or another privilege or action;
    /// [`crate::ErrorKind::NotFound`] with Z_NO_PROPERTY_ID if this flavour has no such alias.
    pub fn alias(&self, alias: Alias) -> Result<Option<u64>> {
        let function = "zonecfg_get_aliased_rctl";
        if self.has_no_value(alias)? {
            return Err(zonecfg_error(
                function,
                illumos_sys::Z_ALIAS_DISALLOW,
                self.property_operation("read", alias.as_str()),
            ));
        }
        let mut value = 0;
        // SAFETY: the handle holds a document; the alias is a static text that the library only reads; the result is a local variable.
        let code = unsafe {
            illumos_sys::zonecfg_get_aliased_rctl(
                self.document.raw(),
                alias.c_name().as_ptr().cast_mut(),
                &raw mut value,
            )
        };
        if code == illumos_sys::Z_NO_ENTRY {
            return Ok(None);
        }
        self.check_property("read", function, alias.as_str(), code)?;
        Ok(Some(value))
    }

    /// Sets the resource control behind `alias`, replacing it. The value is not checked against the alias's minimum.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] with Z_ALIAS_DISALLOW as for [`alias`](Self::alias), and where this flavour has no such alias.
    pub fn set_alias(&mut self, alias: Alias, value: u64) -> Result<()> {
        let function = "zonecfg_set_aliased_rctl";
        if self.has_no_value(alias)? {
            return Err(zonecfg_error(
                function,
                illumos_sys::Z_ALIAS_DISALLOW,
                self.property_operation("set", alias.as_str()),
            ));
        }
        // SAFETY: as in alias.
        let code = unsafe {
            illumos_sys::zonecfg_set_aliased_rctl(
                self.document.raw(),
                alias.c_name().as_ptr().cast_mut(),
                value,
            )
        };
        self.check_property("set", function, alias.as_str(), code)
    }

    /// Removes the resource control behind `alias`, if there is one that is readable as an alias.
    pub fn remove_alias(&mut self, alias: Alias) -> Result<()> {
        if self.has_no_value(alias)? {
            return Ok(());
        }
        // SAFETY: as in alias.
        let code = unsafe {
            illumos_sys::zonecfg_rm_aliased_rctl(
                self.document.raw(),
                alias.c_name().as_ptr().cast_mut(),
            )
        };
        self.check_property("remove", "zonecfg_rm_aliased_rctl", alias.as_str(), code)
    }

    /// Whether `alias` may be used: the resource control behind it is unset, or readable as an alias.
    pub fn alias_ok(&self, alias: Alias) -> Result<bool> {
        if self.has_no_value(alias)? {
            return Ok(false);
        }
        // SAFETY: as in alias.
        let ok = unsafe {
            illumos_sys::zonecfg_aliased_rctl_ok(
                self.document.raw(),
                alias.c_name().as_ptr().cast_mut(),
            )
        };
        Ok(ok != illumos_sys::B_FALSE)
    }

    /// Whether the resource control behind `alias` is there without a value that libzonecfg hands over. Its functions for aliases would
    /// then read memory that nobody wrote.
    fn has_no_value(&self, alias: Alias) -> Result<bool> {
        Ok(self
            .rctls()?
            .iter()
            .any(|rctl| rctl.name == alias.rctl() && rctl.value.is_empty()))
    }

    /// Gives a zone its debug id if it has none, which the extended flavour keeps in the document; does nothing on the upstream flavour.
    pub fn set_did(&mut self) {
        self.set_did_in(&ffi::exclusive());
    }

    /// As [`set_did`](Self::set_did), under the lock: the ids are counted in a file that libzonecfg locks for the process, which keeps no
    /// other thread out.
    pub(in crate::zone) fn set_did_in(&mut self, _: &Guard) {
        if let ffi::Api::Extended(api) = self.api {
            // SAFETY: the functions are this library's own, and the handle holds a document; the guard keeps other threads from the
            // counter. -1 stands for no id.
            unsafe {
                if (api.get_did)(self.document.raw()) == -1 {
                    (api.set_did)(self.document.raw());
                }
            }
        }
    }
}
