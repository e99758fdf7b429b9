//! One configuration document in memory: what a `zone_dochandle_t` of libzonecfg is, without its traps.
//!
//! Text is UTF-8 both ways: libxml2 keeps documents in UTF-8 whatever their declared encoding, and the setters take `&str`. What a
//! document cannot hold (control characters other than tab, newline and carriage return; U+FFFE, U+FFFF) is refused before the
//! library sees it, because it would be saved and then be unreadable.
//!
//! A handle of libzonecfg has one cursor, which nearly every call moves. Resources are therefore read as a whole, and an error in the middle
//! is an error, not the end of the list.
//!
//! Nothing is written before [`Handle::save`].

mod document;
mod net;
mod properties;
mod resources;
mod save;
mod single;
mod table;

use std::ffi::c_int;

pub use save::Existing;
pub(super) use save::{document, document_exists};

use self::document::Document;
use super::ZoneConfig;
use crate::ffi::{self, Api, CArgument, Guard, Unfit, check_zonecfg, document_text};
use crate::{Error, ErrorKind, Result};

/// A loaded or new configuration. Freed on drop; stays on the thread that made it.
#[derive(Debug)]
pub struct Handle {
    document: Document,
    api: Api,
    /// The name under which it was loaded or is to be created.
    name: String,
    new: bool,
    /// Whether another name was set since.
    renamed: bool,
}

impl Handle {
    /// Loads the configuration of the zone or template `name` (`web01`, `SUNWblank`).
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] if `name` is no zone name, or the document cannot be parsed or is not valid;
    /// [`crate::ErrorKind::NotFound`] if there is none.
    pub fn load(name: &str) -> Result<Self> {
        Self::load_in(&ffi::shared(), name)
    }

    pub(super) fn load_in(_: &Guard, name: &str) -> Result<Self> {
        let operation = || format!("read the configuration of zone {name}");
        let argument = name_argument(name)
            .map_err(|reason| Error::new(ErrorKind::Invalid, operation(), reason))?;
        // libzonecfg would wait for a FIFO without end.
        if let Ok(found) = std::fs::metadata(document(name)) {
            crate::file::check(found.file_type())
                .map_err(|error| Error::new(ErrorKind::Failed, operation(), error.to_string()))?;
        }
        let handle = Self {
            document: Document::new()?,
            api: Api::get()?,
            name: name.to_owned(),
            new: false,
            renamed: false,
        };
        // SAFETY: both arguments are valid for the call; a failed load leaves the handle fit for zonecfg_fini_handle.
        let code =
            unsafe { illumos_sys::zonecfg_get_handle(argument.as_ptr(), handle.document.raw()) };
        check_zonecfg("zonecfg_get_handle", code, operation)?;
        handle.check_root(operation)?;
        if let Api::Extended(api) = handle.api {
            // An `mcap` of an older release is read as the resource control that it is now. The answer says whether there was one.
            // SAFETY: the function is this library's own, and the handle holds a document (illumos-omnios libzonecfg.c zonecfg_fix_obsolete).
            unsafe { (api.fix_obsolete)(handle.document.raw()) };
        }
        Ok(handle)
    }

    /// Loads what the zone `name` was made ready or booted with: zoneadmd(8) keeps it until the zone is halted.
    ///
    /// # Errors
    /// As [`load`](Self::load); [`crate::ErrorKind::NotFound`] if the zone does not run, or for a caller who may not look.
    pub(super) fn load_snapshot_in(_: &Guard, name: &str) -> Result<Self> {
        let operation = || format!("read what zone {name} runs with");
        let argument = name_argument(name)
            .map_err(|reason| Error::new(ErrorKind::Invalid, operation(), reason))?;
        let handle = Self {
            document: Document::new()?,
            api: Api::get()?,
            name: name.to_owned(),
            new: false,
            renamed: false,
        };
        // SAFETY: both arguments are valid for the call; a failed load leaves the handle fit for zonecfg_fini_handle.
        let code = unsafe {
            illumos_sys::zonecfg_get_snapshot_handle(argument.as_ptr(), handle.document.raw())
        };
        check_zonecfg("zonecfg_get_snapshot_handle", code, operation)?;
        handle.check_root(operation)?;
        Ok(handle)
    }

    /// A new configuration for the zone `new_name`, copied from the zone or template `template`: `create -t`.
    ///
    /// # Errors
    /// As [`load`](Self::load), for either name.
    pub fn from_template(template: &str, new_name: &str) -> Result<Self> {
        Self::from_template_in(&ffi::shared(), template, new_name)
    }

    pub(super) fn from_template_in(_: &Guard, template: &str, new_name: &str) -> Result<Self> {
        let operation =
            || format!("create a configuration for zone {new_name} from template {template}");
        let invalid = |reason| Error::new(ErrorKind::Invalid, operation(), reason);
        let from = name_argument(template).map_err(invalid)?;
        let name = name_argument(new_name).map_err(invalid)?;
        let handle = Self {
            document: Document::new()?,
            api: Api::get()?,
            name: new_name.to_owned(),
            new: true,
            renamed: false,
        };
        // SAFETY: the arguments are valid for the call; a failed load leaves the handle fit for zonecfg_fini_handle.
        let code = unsafe {
            illumos_sys::zonecfg_get_template_handle(
                from.as_ptr(),
                name.as_ptr(),
                handle.document.raw(),
            )
        };
        check_zonecfg("zonecfg_get_template_handle", code, operation)?;
        handle.check_root(operation)?;
        Ok(handle)
    }

    /// A new configuration for the zone `new_name` from the detached zone at the absolute path `path`: `create -a`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] if `path` holds no detached zone; otherwise as [`load`](Self::load).
    pub fn from_attach(path: &str, new_name: &str) -> Result<Self> {
        let _guard = ffi::shared();
        let operation = || {
            format!("create a configuration for zone {new_name} from the detached zone at {path}")
        };
        let invalid = |reason| Error::new(ErrorKind::Invalid, operation(), reason);
        let name = name_argument(new_name).map_err(invalid)?;
        let place = document::zonepath_argument(path).map_err(|unfit| invalid(unfit.reason))?;
        let handle = Self {
            document: Document::new()?,
            api: Api::get()?,
            name: new_name.to_owned(),
            new: true,
            renamed: false,
        };
        // SAFETY: the arguments are valid for the call; a failed load leaves the handle fit for zonecfg_fini_handle.
        let code = unsafe {
            illumos_sys::zonecfg_get_attach_handle(
                place.as_ptr(),
                illumos_sys::ZONE_DETACHED.as_ptr(),
                name.as_ptr(),
                illumos_sys::B_FALSE,
                handle.document.raw(),
            )
        };
        check_zonecfg("zonecfg_get_attach_handle", code, operation)?;
        handle.check_root(operation)?;
        Ok(handle)
    }

    /// A document with another root element loads without an error; every later call then fails in a way of its own.
    fn check_root(&self, operation: impl FnOnce() -> String) -> Result<()> {
        let mut autoboot = 0;
        // SAFETY: the handle holds a document; the result is written to a local variable.
        let code =
            unsafe { illumos_sys::zonecfg_get_autoboot(self.document.raw(), &raw mut autoboot) };
        match code {
            illumos_sys::Z_WRONG_DOC_TYPE | illumos_sys::Z_EMPTY_DOCUMENT => {
                check_zonecfg("zonecfg_get_autoboot", code, operation)
            }
            _ => Ok(()),
        }
    }

    /// Everything that the configuration says.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] if a value does not fit what libzonecfg hands over (an `attr` value of more than 2047 bytes): nothing is left out.
    pub fn read_all(&self) -> Result<ZoneConfig> {
        let mut unread = Vec::new();
        let config = self.read_most(&mut unread)?;
        match unread.into_iter().next() {
            Some(error) => Err(error),
            None => Ok(config),
        }
    }

    /// Everything that can be read; of each property and kind of resources that cannot, nothing, and why in `unread`.
    ///
    /// # Errors
    /// If its name, zonepath or brand cannot be read.
    pub fn read_most(&self, unread: &mut Vec<Error>) -> Result<ZoneConfig> {
        fn some<T: Default>(read: Result<T>, unread: &mut Vec<Error>) -> T {
            read.unwrap_or_else(|error| {
                unread.push(error);
                T::default()
            })
        }
        let name = self.zonename()?;
        let zonename = name.parse().map_err(|error: super::InvalidZoneName| {
            Error::new(
                ErrorKind::Invalid,
                self.operation("read"),
                error.to_string(),
            )
        })?;
        Ok(ZoneConfig {
            zonename,
            zonepath: self.zonepath()?,
            brand: self.brand()?,
            autoboot: some(self.autoboot(), unread),
            bootargs: some(self.bootargs(), unread),
            pool: some(self.pool(), unread),
            limitpriv: some(self.limitpriv(), unread),
            scheduling_class: some(self.scheduling_class(), unread),
            ip_type: some(self.ip_type(), unread),
            hostid: some(self.hostid(), unread),
            fs_allowed: some(self.fs_allowed(), unread),
            fs: some(self.filesystems(), unread),
            net: some(self.nets(), unread),
            device: some(self.devices(), unread),
            dedicated_cpu: some(self.dedicated_cpu(), unread),
            capped_memory_physical: some(self.mcap(), unread),
            attr: some(self.attrs(), unread),
            dataset: some(self.datasets(), unread),
            admin: some(self.admins(), unread),
            rctl: some(self.rctls(), unread),
            security_flags: some(self.security_flags(), unread),
        })
    }

    /// How many resources of `kind` there are.
    ///
    /// # Errors
    /// If the document is no zone configuration.
    pub fn count(&self, kind: Kind) -> Result<usize> {
        // SAFETY: the handle holds a document; the kind is a static text that the library only reads.
        let count = unsafe {
            illumos_sys::zonecfg_num_resources(self.document.raw(), kind.name().as_ptr().cast_mut())
        };
        usize::try_from(count).map_err(|_| {
            Error::new(
                ErrorKind::Invalid,
                self.operation("read"),
                "its resources cannot be counted",
            )
        })
    }

    /// Removes every resource of `kind`: `remove -F net`.
    ///
    /// # Errors
    /// If the document is no zone configuration.
    pub fn delete_all(&mut self, kind: Kind) -> Result<()> {
        // SAFETY: as in count.
        let code = unsafe {
            illumos_sys::zonecfg_del_all_resources(
                self.document.raw(),
                kind.name().as_ptr().cast_mut(),
            )
        };
        check_zonecfg("zonecfg_del_all_resources", code, || {
            self.operation("change")
        })
    }

    /// `read the configuration of zone web01`.
    fn operation(&self, verb: &str) -> String {
        format!("{verb} the configuration of zone {}", self.name)
    }

    /// `set hostid of zone web01`.
    fn property_operation(&self, verb: &str, property: &str) -> String {
        format!("{verb} {property} of zone {}", self.name)
    }

    /// The error for a value that cannot be handed over in the call `function`.
    fn unfit(&self, verb: &str, function: &'static str, unfit: Unfit) -> Error {
        let operation = self.property_operation(verb, unfit.property);
        Error::new(ErrorKind::Invalid, operation, unfit.reason)
            .with_code(function, i64::from(unfit.code))
    }

    fn check_property(
        &self,
        verb: &str,
        function: &'static str,
        property: &str,
        code: c_int,
    ) -> Result<()> {
        check_zonecfg(function, code, || self.property_operation(verb, property))
    }
}

/// The resources that can occur more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `fs`.
    Fs,
    /// `net`.
    Net,
    /// `device`.
    Device,
    /// `rctl`.
    Rctl,
    /// `attr`.
    Attr,
    /// `dataset`.
    Dataset,
    /// `admin`.
    Admin,
}

impl Kind {
    fn name(self) -> &'static std::ffi::CStr {
        match self {
            Self::Fs => c"fs",
            Self::Net => c"net",
            Self::Device => c"device",
            Self::Rctl => c"rctl",
            Self::Attr => c"attr",
            Self::Dataset => c"dataset",
            Self::Admin => c"admin",
        }
    }
}

/// `name` as an argument. The library makes a path of it without a check, so `../x` would be another file.
fn name_argument(name: &str) -> Result<CArgument, String> {
    // Templates are named SUNW…, which no zone may be; the global zone's document holds its resource controls.
    match name.parse::<super::ZoneName>() {
        Ok(_) => {}
        Err(super::InvalidZoneName::Reserved(_)) => {}
        Err(error) => return Err(error.to_string()),
    }
    document_text("zonename", name).map_err(|unfit| unfit.reason)
}
