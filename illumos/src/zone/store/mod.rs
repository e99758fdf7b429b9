//! Reading, creating, replacing and deleting configurations.

mod document;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use self::document::Counts;
use super::ZoneConfig;
use super::config::{Alias, Rctl};
use crate::ffi::{self, Guard, check_zonecfg, document_text};
use crate::zone::handle::{self, Existing, Handle, Kind};
use crate::zone::{ZoneName, ZoneState, index, kernel};
use crate::{Error, ErrorKind, Result};

/// The template that has nothing set; every distribution has it.
const BLANK: &str = "SUNWblank";

/// The largest configuration that is read, in bytes: a thousand times what a zone needs.
const LARGEST: u64 = 16 << 20;

/// What came of an attempt to replace a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Commit {
    /// It was saved.
    Saved,
    /// Somebody changed the configuration since it was read. Nothing was saved.
    OutOfDate,
}

impl ZoneConfig {
    /// Reads the configuration of the zone `name`.
    ///
    /// Needs no privilege beyond reading `/etc/zones`. Text is UTF-8, whatever encoding the document declares.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] without a configuration; [`ErrorKind::Invalid`] if it cannot be parsed or read, is the document of
    /// another zone, or holds a value that libzonecfg cannot hand over (nothing is silently left out).
    pub fn read(name: &ZoneName) -> Result<Self> {
        Self::read_in(&ffi::shared(), name)
    }

    /// Reads what can be read of the configuration of the zone `name`, and what cannot be: for showing it. Where something is in the way, the
    /// property or the whole kind of resources is left out. Never write it back.
    ///
    /// # Errors
    /// As [`read`](Self::read), but for values that libzonecfg cannot hand over.
    pub fn read_most(name: &ZoneName) -> Result<(Self, Vec<Error>)> {
        let guard = ffi::shared();
        let mut unread = Vec::new();
        let config = Handle::load_in(&guard, name.as_str())?.read_most(&mut unread)?;
        if config.zonename != *name {
            return Err(other_zone(name, &config.zonename));
        }
        if unread.is_empty() {
            unread.extend(Self::read_in(&guard, name).err());
        }
        Ok((config, unread))
    }

    /// Reads what can be read of the configuration that the zone `name` was made ready or booted with, and what cannot be: for finding out what it
    /// has in use. It may differ from [`read`](Self::read), which counts from the next boot on.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the zone does not run, or for a caller other than root on a system that lets only root look;
    /// [`ErrorKind::Invalid`] if it cannot be parsed.
    pub fn read_running(name: &ZoneName) -> Result<(Self, Vec<Error>)> {
        let guard = ffi::shared();
        let mut unread = Vec::new();
        let config = Handle::load_snapshot_in(&guard, name.as_str())?.read_most(&mut unread)?;
        Ok((config, unread))
    }

    /// What the zone's document has that neither zonecfg(8) nor this crate knows any more, by the names of the elements:
    /// `inherited-pkg-dir`, `package`. A zone that is made again does not have it.
    ///
    /// # Errors
    /// [`ErrorKind::Failed`] if the document cannot be read.
    pub fn obsolete(name: &ZoneName) -> Result<Vec<String>> {
        let path = handle::document(name.as_str());
        let bytes = crate::file::read(&path, LARGEST).map_err(|error| {
            Error::new(
                ErrorKind::Failed,
                format!("read the configuration of zone {name}"),
                format!("{}: {error}", path.display()),
            )
        })?;
        Ok(document::obsolete(&bytes))
    }

    fn read_in(guard: &Guard, name: &ZoneName) -> Result<Self> {
        let operation = || format!("read the configuration of zone {name}");
        // The document may be replaced between the two readings of it; a second time that is not the reason.
        let mut missing = None;
        for _ in 0..2 {
            let config = Handle::load_in(guard, name.as_str())?.read_all()?;
            let path = handle::document(name.as_str());
            let bytes = crate::file::read(&path, LARGEST).map_err(|error| {
                Error::new(
                    ErrorKind::Failed,
                    operation(),
                    format!("{}: {error}", path.display()),
                )
            })?;
            missing = left_out(&config, &Counts::of(&bytes));
            if missing.is_none() {
                if config.zonename == *name {
                    return Ok(config);
                }
                return Err(other_zone(name, &config.zonename));
            }
        }
        Err(Error::new(
            ErrorKind::Invalid,
            operation(),
            missing.unwrap_or_default(),
        ))
    }

    /// Creates the zone, in state `configured`, from the template `SUNWblank`.
    ///
    /// Needs write access to `/etc/zones`, in practice root. Takes effect as a whole or not at all.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] if a zone or a document of that name exists, in any state;
    /// [`ErrorKind::Invalid`] if [`verify`](Self::verify) finds anything, if a value does not fit into what libzonecfg stores, or if the index does not
    /// end in a newline ([`mend_index`](crate::zone::mend_index)); [`ErrorKind::Unsupported`] for a property that this flavour does not have;
    /// [`ErrorKind::PermissionDenied`].
    pub fn create(&self) -> Result<()> {
        self.refuse_what_zonecfg_refuses("create")?;
        self.refuse_unknown_controls("create", &[])?;
        let guard = ffi::exclusive();
        let name = self.zonename.as_str();
        let mut handle = Handle::from_template_in(&guard, BLANK, name)?;
        let blank = Self::new(self.zonename.clone(), handle.zonepath()?, handle.brand()?);
        let blank = Self {
            ip_type: handle.ip_type()?,
            autoboot: handle.autoboot()?,
            ..blank
        };
        self.apply(&mut handle, &blank)?;
        handle.set_did_in(&guard);
        handle.save_in(&guard, Existing::Refuse)
    }

    /// Makes the zone's configuration what this one says, if it still is `current`.
    ///
    /// Other threads of this process cannot come in between; another process could, in the moment between the comparison and the saving.
    /// The zone may be in any state; a running one keeps what it was booted with. Needs write access to `/etc/zones`.
    ///
    /// # Errors
    /// As [`create`](Self::create); [`ErrorKind::NotFound`] if the zone is gone; [`ErrorKind::Busy`] if the zone is
    /// installed and `zonepath` or `brand` differ. The name cannot be changed: [`ErrorKind::Invalid`].
    pub fn replace(&self, current: &Self) -> Result<Commit> {
        let error = |kind, reason: &str| {
            Error::new(
                kind,
                format!("change the configuration of zone {}", self.zonename),
                reason,
            )
        };
        if self.zonename != current.zonename {
            return Err(error(ErrorKind::Invalid, "its name cannot be changed"));
        }
        self.refuse_what_zonecfg_refuses("change")?;
        self.refuse_unknown_controls("change", &current.rctl)?;
        let guard = ffi::exclusive();
        if Self::read_in(&guard, &self.zonename)? != *current {
            return Ok(Commit::OutOfDate);
        }
        if self.zonepath != current.zonepath || self.brand != current.brand {
            let state = state(&guard, self.zonename.as_str())?;
            if let Some(state) = state.filter(|state| *state != ZoneState::Configured) {
                let reason = format!("zonepath and brand cannot be changed while it is {state}");
                return Err(error(ErrorKind::Busy, &reason));
            }
        }
        let mut handle = Handle::load_in(&guard, self.zonename.as_str())?;
        if handle.read_all()? != *current {
            return Ok(Commit::OutOfDate);
        }
        self.apply(&mut handle, current)?;
        handle.save_in(&guard, Existing::Refuse)?;
        Ok(Commit::Saved)
    }

    /// Changes what differs from `current`, which the handle holds.
    fn apply(&self, handle: &mut Handle, current: &Self) -> Result<()> {
        if self.zonepath != current.zonepath {
            handle.set_zonepath(&self.zonepath)?;
        }
        if self.brand != current.brand {
            handle.set_brand(&self.brand)?;
        }
        if self.autoboot != current.autoboot {
            handle.set_autoboot(self.autoboot)?;
        }
        if self.ip_type != current.ip_type {
            handle.set_ip_type(self.ip_type)?;
        }
        if self.bootargs != current.bootargs {
            handle.set_bootargs(self.bootargs.as_deref())?;
        }
        if self.pool != current.pool {
            handle.set_pool(self.pool.as_deref())?;
        }
        if self.limitpriv != current.limitpriv {
            handle.set_limitpriv(self.limitpriv.as_deref())?;
        }
        if self.scheduling_class != current.scheduling_class {
            handle.set_scheduling_class(self.scheduling_class.as_deref())?;
        }
        if self.hostid != current.hostid {
            handle.set_hostid(self.hostid.as_deref())?;
        }
        if self.fs_allowed != current.fs_allowed {
            handle.set_fs_allowed(self.fs_allowed.as_deref())?;
        }
        if self.dedicated_cpu != current.dedicated_cpu {
            handle.set_dedicated_cpu(self.dedicated_cpu.as_ref())?;
        }
        if self.capped_memory_physical != current.capped_memory_physical {
            handle.set_mcap(self.capped_memory_physical)?;
        }
        if self.security_flags != current.security_flags {
            handle.set_security_flags(self.security_flags.as_ref())?;
        }
        self.apply_resources(handle, current)
    }

    /// A kind of which anything differs is written anew, in this configuration's order.
    fn apply_resources(&self, handle: &mut Handle, current: &Self) -> Result<()> {
        if self.fs != current.fs {
            handle.delete_all(Kind::Fs)?;
            self.fs.iter().try_for_each(|fs| handle.add_fs(fs))?;
        }
        if self.net != current.net {
            handle.delete_all(Kind::Net)?;
            self.net.iter().try_for_each(|net| handle.add_net(net))?;
        }
        if self.device != current.device {
            handle.delete_all(Kind::Device)?;
            self.device
                .iter()
                .try_for_each(|device| handle.add_device(device))?;
        }
        if self.attr != current.attr {
            handle.delete_all(Kind::Attr)?;
            self.attr
                .iter()
                .try_for_each(|attr| handle.add_attr(attr))?;
        }
        if self.dataset != current.dataset {
            handle.delete_all(Kind::Dataset)?;
            self.dataset
                .iter()
                .try_for_each(|dataset| handle.add_dataset(dataset))?;
        }
        if self.rctl != current.rctl {
            handle.delete_all(Kind::Rctl)?;
            self.rctl
                .iter()
                .try_for_each(|rctl| handle.add_rctl(rctl))?;
        }
        // Each change of an admin is carried over to the user's authorisations when it is saved, so only what differs is touched.
        for admin in current
            .admin
            .iter()
            .filter(|admin| !self.admin.contains(admin))
        {
            handle.delete_admin(admin)?;
        }
        for admin in self
            .admin
            .iter()
            .filter(|admin| !current.admin.contains(admin))
        {
            handle.add_admin(admin)?;
        }
        Ok(())
    }

    /// The names of its resource controls that the kernel of this host does not have. zonecfg(8) takes them, and the zone boots without the
    /// limit; [`create`](Self::create) refuses them.
    #[must_use]
    pub fn unknown_controls(&self) -> Vec<&str> {
        if cfg!(external_libzonecfg) {
            // It asks the kernel of the machine.
            return Vec::new();
        }
        let known = |rctl: &Rctl| {
            // A name that is no text of a document is refused as such.
            let Ok(name) = document_text("rctl name", &rctl.name) else {
                return true;
            };
            // SAFETY: the name ends in a NUL and is only read (libzonecfg.c zonecfg_is_rctl).
            unsafe { illumos_sys::zonecfg_is_rctl(name.as_ptr()) != illumos_sys::B_FALSE }
        };
        let unknown = self.rctl.iter().filter(|rctl| !known(rctl));
        unknown.map(|rctl| rctl.name.as_str()).collect()
    }

    /// Refuses resource controls that the kernel does not have. One that was there before stays.
    fn refuse_unknown_controls(&self, verb: &str, before: &[Rctl]) -> Result<()> {
        let mut unknown = self.unknown_controls().into_iter();
        let new = unknown.find(|name| before.iter().all(|known| known.name != *name));
        let Some(name) = new else { return Ok(()) };
        let mut reason = format!(
            "the kernel of this host has no resource control {name}, so the limit would not be in force"
        );
        if name == Alias::Physical.rctl() {
            reason.push_str("; here the cap on physical memory is capped-memory physical");
        }
        let operation = format!("{verb} the configuration of zone {}", self.zonename);
        Err(Error::new(ErrorKind::Invalid, operation, reason))
    }

    fn refuse_what_zonecfg_refuses(&self, verb: &str) -> Result<()> {
        let problems = self.verify()?;
        if problems.is_empty() {
            return Ok(());
        }
        let operation = format!("{verb} the configuration of zone {}", self.zonename);
        Err(Error::new(
            ErrorKind::Invalid,
            operation,
            problems.join("; "),
        ))
    }
}

fn other_zone(name: &ZoneName, other: &ZoneName) -> Error {
    Error::new(
        ErrorKind::Invalid,
        format!("read the configuration of zone {name}"),
        format!("its document says that it is the zone {other}"),
    )
}

/// What of the document is not in `config`.
fn left_out(config: &ZoneConfig, counts: &Counts) -> Option<String> {
    let values: usize = config.rctl.iter().map(|rctl| rctl.value.len()).sum();
    // On the extended flavour an `mcap` is handed over as a resource control, unless there was one before.
    let added = match counts.mcap {
        0 => 0,
        _ => config.rctl.len().saturating_sub(counts.rctl),
    };
    if values != counts.rctl_value + added {
        return Some(format!(
            "libzonecfg hands over {values} of its {} rctl values; each must be privileged, with an unsigned limit and action none or deny",
            counts.rctl_value
        ));
    }
    let once = [
        ("dedicated-cpu", counts.pset),
        ("capped-memory", counts.mcap),
        ("security-flags", counts.security_flags),
    ];
    let (name, count) = once.into_iter().find(|(_, count)| *count > 1)?;
    Some(format!(
        "it has {count} {name} resources, of which libzonecfg hands over the first"
    ))
}

/// The zone's state, the kernel's if it has the zone.
fn state(guard: &Guard, name: &str) -> Result<Option<ZoneState>> {
    match kernel::zone(name)? {
        Some(zone) => Ok(Some(zone.state)),
        None => Ok(index::find(guard, name)?.map(|entry| entry.state)),
    }
}

/// Reads the configurations of the zones `names`, in their order, on up to `threads` threads.
///
/// Each as [`ZoneConfig::read`] does; one that fails does not keep the others from being read.
#[must_use]
pub fn read_all(names: &[ZoneName], threads: usize) -> Vec<Result<ZoneConfig>> {
    let threads = threads.clamp(1, names.len().max(1));
    if threads == 1 {
        return names.iter().map(ZoneConfig::read).collect();
    }
    #[cfg(not(target_os = "illumos"))]
    let host = illumos_emulation::Host::current();
    let next = AtomicUsize::new(0);
    let read: Mutex<BTreeMap<usize, Result<ZoneConfig>>> = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                #[cfg(not(target_os = "illumos"))]
                let _entered = host.as_ref().map(illumos_emulation::Host::enter);
                let mut own = Vec::new();
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(name) = names.get(place) else { break };
                    own.push((place, ZoneConfig::read(name)));
                }
                read.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend(own);
            });
        }
    });
    read.into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .into_values()
        .collect()
}

/// Deletes the configuration of a zone: its document and its entry in the index. Files and datasets of the zone are not touched.
///
/// What `admin` resources gave to users is taken from them first, as zonecfg(8) does. A document without a zone is removed as well; so is
/// a zone without a document. Needs write access to `/etc/zones`, in practice root.
///
/// # Errors
/// [`ErrorKind::NotFound`] with neither a document nor a zone of that name; [`ErrorKind::Busy`] if the zone is ready or running, or
/// if it is installed or incomplete and `force` is not given; [`ErrorKind::PermissionDenied`].
pub fn delete(name: &ZoneName, force: bool) -> Result<()> {
    let guard = ffi::exclusive();
    let operation = || format!("delete the configuration of zone {name}");
    let error = |kind, reason: String| Error::new(kind, operation(), reason);
    let document = handle::document_exists(name.as_str())
        .map_err(|io| error(ErrorKind::Failed, io.to_string()))?;
    if index::Raw::read().is_ok_and(|index| index.ends_in(name.as_str())) {
        // Without the newline libzonecfg does not see the zone, and would leave its line behind.
        index::mend_in(&guard)?;
    }
    let state = state(&guard, name.as_str())?;
    match state {
        Some(ZoneState::Configured) => {}
        Some(ZoneState::Installed | ZoneState::Incomplete) if force => {}
        Some(state @ (ZoneState::Installed | ZoneState::Incomplete)) => {
            return Err(error(
                ErrorKind::Busy,
                format!("the zone is {state}; uninstall it first"),
            ));
        }
        Some(state) => {
            return Err(error(
                ErrorKind::Busy,
                format!("the zone is {state}; halt it first"),
            ));
        }
        None if document => {
            // libzonecfg decides by a variable that it never set.
            return remove_document(name);
        }
        None => {
            return Err(error(
                ErrorKind::NotFound,
                "No such zone configured".to_owned(),
            ));
        }
    }
    if document {
        // A document that cannot be read names nobody.
        match Handle::load_in(&guard, name.as_str()) {
            Ok(mut handle) => handle.deauthorize_users()?,
            Err(error) if error.kind() == ErrorKind::Invalid => {}
            Err(error) => return Err(error),
        }
    }
    let argument = document_text("zonename", name.as_str())
        .map_err(|unfit| error(ErrorKind::Invalid, unfit.reason))?;
    // SAFETY: the name ends in a NUL; the exclusive guard keeps other threads from the index.
    let code = unsafe { illumos_sys::zonecfg_destroy(argument.as_ptr(), force.into()) };
    check_zonecfg("zonecfg_destroy", code, operation)
}

/// Removes a document that no zone has.
fn remove_document(name: &ZoneName) -> Result<()> {
    std::fs::remove_file(handle::document(name.as_str())).map_err(|error| {
        let kind = match error.kind() {
            std::io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
            _ => ErrorKind::Failed,
        };
        Error::new(
            kind,
            format!("delete the configuration of zone {name}"),
            error.to_string(),
        )
    })
}
