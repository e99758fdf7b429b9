//! Resources: each kind is read as a whole, added, deleted and modified.
//!
//! `add_*` checks neither duplicates nor what zonecfg(8) requires, only that libzonecfg can store the value and read it back.
//! `delete_*` removes the first match, comparing what libzonecfg compares. `modify_*` moves the resource to the end.
//! Deleting or modifying what is not there is [`crate::ErrorKind::NotFound`] (Z_NO_RESOURCE_ID). A value too long for
//! libzonecfg's structure is [`crate::ErrorKind::Invalid`] (Z_TOO_BIG).

use super::Handle;
use crate::Result;
use crate::zone::config::{Admin, Attr, DedicatedCpu, Device, Fs, Net, Rctl, SecurityFlags};

impl Handle {
    /// `net` resources in the order of the document.
    pub(crate) fn nets(&self) -> Result<Vec<Net>> {
        unimplemented!()
    }

    /// Adds a `net`. The fields of the extended flavour are [`crate::ErrorKind::Unsupported`] on the upstream one.
    pub(crate) fn add_net(&mut self, net: &Net) -> Result<()> {
        let _ = net;
        unimplemented!()
    }

    /// Deletes the `net` with this address, allowed-address and physical.
    pub(crate) fn delete_net(&mut self, net: &Net) -> Result<()> {
        let _ = net;
        unimplemented!()
    }

    /// Replaces `old`, found as by [`delete_net`](Self::delete_net).
    pub(crate) fn modify_net(&mut self, old: &Net, new: &Net) -> Result<()> {
        let _ = (old, new);
        unimplemented!()
    }

    /// `fs` resources.
    pub(crate) fn filesystems(&self) -> Result<Vec<Fs>> {
        unimplemented!()
    }

    /// Adds an `fs`.
    pub(crate) fn add_fs(&mut self, fs: &Fs) -> Result<()> {
        let _ = fs;
        unimplemented!()
    }

    /// Deletes the `fs` with this dir, special, raw and type.
    pub(crate) fn delete_fs(&mut self, fs: &Fs) -> Result<()> {
        let _ = fs;
        unimplemented!()
    }

    /// Replaces `old`.
    pub(crate) fn modify_fs(&mut self, old: &Fs, new: &Fs) -> Result<()> {
        let _ = (old, new);
        unimplemented!()
    }

    /// `device` resources.
    pub(crate) fn devices(&self) -> Result<Vec<Device>> {
        unimplemented!()
    }

    /// Adds a `device`.
    pub(crate) fn add_device(&mut self, device: &Device) -> Result<()> {
        let _ = device;
        unimplemented!()
    }

    /// Deletes the `device` with this match.
    pub(crate) fn delete_device(&mut self, device: &Device) -> Result<()> {
        let _ = device;
        unimplemented!()
    }

    /// Replaces `old`.
    pub(crate) fn modify_device(&mut self, old: &Device, new: &Device) -> Result<()> {
        let _ = (old, new);
        unimplemented!()
    }

    /// `dataset` resources, by name.
    pub(crate) fn datasets(&self) -> Result<Vec<String>> {
        unimplemented!()
    }

    /// Adds a `dataset`.
    pub(crate) fn add_dataset(&mut self, name: &str) -> Result<()> {
        let _ = name;
        unimplemented!()
    }

    /// Deletes the `dataset` of this name.
    pub(crate) fn delete_dataset(&mut self, name: &str) -> Result<()> {
        let _ = name;
        unimplemented!()
    }

    /// Replaces `old`.
    pub(crate) fn modify_dataset(&mut self, old: &str, new: &str) -> Result<()> {
        let _ = (old, new);
        unimplemented!()
    }

    /// `attr` resources.
    pub(crate) fn attrs(&self) -> Result<Vec<Attr>> {
        unimplemented!()
    }

    /// Adds an `attr`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] for a type other than `boolean`, `int`, `string`, `uint`: libzonecfg would abort the process when saving.
    pub(crate) fn add_attr(&mut self, attr: &Attr) -> Result<()> {
        let _ = attr;
        unimplemented!()
    }

    /// Deletes the `attr` of this name.
    pub(crate) fn delete_attr(&mut self, attr: &Attr) -> Result<()> {
        let _ = attr;
        unimplemented!()
    }

    /// Replaces `old`.
    pub(crate) fn modify_attr(&mut self, old: &Attr, new: &Attr) -> Result<()> {
        let _ = (old, new);
        unimplemented!()
    }

    /// `rctl` resources. Values that are not `privileged` with `none` or `deny` end a resource's list: libzonecfg does not hand them over.
    pub(crate) fn rctls(&self) -> Result<Vec<Rctl>> {
        unimplemented!()
    }

    /// Adds an `rctl`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] (Z_INVAL) for a value that is not `privileged` with `none` or `deny` and an unsigned limit.
    pub(crate) fn add_rctl(&mut self, rctl: &Rctl) -> Result<()> {
        let _ = rctl;
        unimplemented!()
    }

    /// Deletes the `rctl` of this name.
    pub(crate) fn delete_rctl(&mut self, rctl: &Rctl) -> Result<()> {
        let _ = rctl;
        unimplemented!()
    }

    /// Replaces `old`.
    pub(crate) fn modify_rctl(&mut self, old: &Rctl, new: &Rctl) -> Result<()> {
        let _ = (old, new);
        unimplemented!()
    }

    /// `admin` resources.
    pub(crate) fn admins(&self) -> Result<Vec<Admin>> {
        unimplemented!()
    }

    /// Adds an `admin`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] for a user name or authorisations that libzonecfg could not hand to a shell unharmed when saving.
    pub(crate) fn add_admin(&mut self, admin: &Admin) -> Result<()> {
        let _ = admin;
        unimplemented!()
    }

    /// Deletes the `admin` of this user.
    pub(crate) fn delete_admin(&mut self, admin: &Admin) -> Result<()> {
        let _ = admin;
        unimplemented!()
    }

    /// Replaces `old`.
    pub(crate) fn modify_admin(&mut self, old: &Admin, new: &Admin) -> Result<()> {
        let _ = (old, new);
        unimplemented!()
    }

    /// `dedicated-cpu`.
    pub(crate) fn dedicated_cpu(&self) -> Result<Option<DedicatedCpu>> {
        unimplemented!()
    }

    /// Sets or removes `dedicated-cpu`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] if `ncpus` is neither a number nor a range of at least 1, or `importance` no number.
    pub(crate) fn set_dedicated_cpu(&mut self, dedicated_cpu: Option<&DedicatedCpu>) -> Result<()> {
        let _ = dedicated_cpu;
        unimplemented!()
    }

    /// `capped-memory` `physical` in bytes, where it is a resource of its own: upstream. `None` on the extended flavour.
    pub(crate) fn mcap(&self) -> Result<Option<u64>> {
        unimplemented!()
    }

    /// Sets or removes it.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Unsupported`] on the extended flavour if a value is given: there it is [`crate::zone::config::Alias::Physical`].
    pub(crate) fn set_mcap(&mut self, bytes: Option<u64>) -> Result<()> {
        let _ = bytes;
        unimplemented!()
    }

    /// `security-flags`.
    pub(crate) fn security_flags(&self) -> Result<Option<SecurityFlags>> {
        unimplemented!()
    }

    /// Sets or removes `security-flags`. The names are not checked.
    pub(crate) fn set_security_flags(&mut self, flags: Option<&SecurityFlags>) -> Result<()> {
        let _ = flags;
        unimplemented!()
    }
}
