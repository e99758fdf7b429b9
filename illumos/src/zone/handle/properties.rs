//! The global properties, and those that stand for a resource control.
//!
//! A property that is not set, or set to the empty text, reads as `None`; setting `None` removes it.

use super::Handle;
use crate::Result;
use crate::zone::config::{Alias, IpType};

impl Handle {
    /// `zonename`. Usually the name that was loaded; a document moved by hand may differ.
    pub(crate) fn zonename(&self) -> Result<String> {
        unimplemented!()
    }

    /// Renames the zone when it is saved.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] for a name that a zone cannot have; [`crate::ErrorKind::AlreadyExists`]; [`crate::ErrorKind::Busy`] if the zone is ready or running.
    pub(crate) fn set_zonename(&mut self, name: &str) -> Result<()> {
        let _ = name;
        unimplemented!()
    }

    /// `zonepath`; empty in a template.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] if it is longer than 1023 bytes.
    pub(crate) fn zonepath(&self) -> Result<String> {
        unimplemented!()
    }

    /// Sets `zonepath`. Repeated and trailing slashes are dropped.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] unless it is absolute, not `/`, and at most 1023 bytes.
    pub(crate) fn set_zonepath(&mut self, path: &str) -> Result<()> {
        let _ = path;
        unimplemented!()
    }

    /// `brand`, the system's default brand if the document names none.
    pub(crate) fn brand(&self) -> Result<String> {
        unimplemented!()
    }

    /// Sets `brand`; empty for the default brand. Whether it is installed is not checked.
    pub(crate) fn set_brand(&mut self, brand: &str) -> Result<()> {
        let _ = brand;
        unimplemented!()
    }

    /// `autoboot`.
    pub(crate) fn autoboot(&self) -> Result<bool> {
        unimplemented!()
    }

    /// Sets `autoboot`.
    pub(crate) fn set_autoboot(&mut self, autoboot: bool) -> Result<()> {
        let _ = autoboot;
        unimplemented!()
    }

    /// `ip-type`; shared if the document has none.
    pub(crate) fn ip_type(&self) -> Result<IpType> {
        unimplemented!()
    }

    /// Sets `ip-type`.
    pub(crate) fn set_ip_type(&mut self, ip_type: IpType) -> Result<()> {
        let _ = ip_type;
        unimplemented!()
    }

    /// `bootargs`, at most 255 bytes.
    pub(crate) fn bootargs(&self) -> Result<Option<String>> {
        unimplemented!()
    }

    /// Sets `bootargs`.
    pub(crate) fn set_bootargs(&mut self, bootargs: Option<&str>) -> Result<()> {
        let _ = bootargs;
        unimplemented!()
    }

    /// `pool`.
    pub(crate) fn pool(&self) -> Result<Option<String>> {
        unimplemented!()
    }

    /// Sets `pool`.
    pub(crate) fn set_pool(&mut self, pool: Option<&str>) -> Result<()> {
        let _ = pool;
        unimplemented!()
    }

    /// `limitpriv`.
    pub(crate) fn limitpriv(&self) -> Result<Option<String>> {
        unimplemented!()
    }

    /// Sets `limitpriv`. The names are not checked.
    pub(crate) fn set_limitpriv(&mut self, limitpriv: Option<&str>) -> Result<()> {
        let _ = limitpriv;
        unimplemented!()
    }

    /// `scheduling-class`.
    pub(crate) fn scheduling_class(&self) -> Result<Option<String>> {
        unimplemented!()
    }

    /// Sets `scheduling-class`.
    pub(crate) fn set_scheduling_class(&mut self, class: Option<&str>) -> Result<()> {
        let _ = class;
        unimplemented!()
    }

    /// `hostid`.
    pub(crate) fn hostid(&self) -> Result<Option<String>> {
        unimplemented!()
    }

    /// Sets `hostid`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] with Z_INVALID_PROPERTY or Z_TOO_BIG if it is no 32-bit hexadecimal number, or `ffffffff`.
    pub(crate) fn set_hostid(&mut self, hostid: Option<&str>) -> Result<()> {
        let _ = hostid;
        unimplemented!()
    }

    /// `fs-allowed`.
    pub(crate) fn fs_allowed(&self) -> Result<Option<String>> {
        unimplemented!()
    }

    /// Sets `fs-allowed`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] with Z_INVALID_PROPERTY or Z_TOO_BIG if it is no comma list of `[A-Za-z0-9-]+` of at most 1024 bytes.
    pub(crate) fn set_fs_allowed(&mut self, fs_allowed: Option<&str>) -> Result<()> {
        let _ = fs_allowed;
        unimplemented!()
    }

    /// The limit of the resource control behind `alias`, `None` if there is no such resource control.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] with Z_ALIAS_DISALLOW if the resource control has several values, or another privilege or action;
    /// [`crate::ErrorKind::NotFound`] with Z_NO_PROPERTY_ID if this flavour has no such alias.
    pub(crate) fn alias(&self, alias: Alias) -> Result<Option<u64>> {
        let _ = alias;
        unimplemented!()
    }

    /// Sets the resource control behind `alias`, replacing it. The value is not checked against the alias's minimum.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] with Z_ALIAS_DISALLOW as for [`alias`](Self::alias), and where this flavour has no such alias.
    pub(crate) fn set_alias(&mut self, alias: Alias, value: u64) -> Result<()> {
        let _ = (alias, value);
        unimplemented!()
    }

    /// Removes the resource control behind `alias`, if there is one.
    pub(crate) fn remove_alias(&mut self, alias: Alias) -> Result<()> {
        let _ = alias;
        unimplemented!()
    }

    /// Whether `alias` may be used: the resource control behind it is unset, or readable as an alias.
    pub(crate) fn alias_ok(&self, alias: Alias) -> Result<bool> {
        let _ = alias;
        unimplemented!()
    }

    /// Gives a new zone its debug id, which the extended flavour keeps in the document; does nothing on the upstream flavour.
    pub(crate) fn set_did(&mut self) -> Result<()> {
        unimplemented!()
    }
}
