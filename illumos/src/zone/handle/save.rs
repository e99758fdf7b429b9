//! Saving, behind the checks that libzonecfg lacks.

use std::io;
use std::path::PathBuf;

use rustix::fs::{Access, AtFlags, CWD, accessat};

use super::Handle;
use crate::ffi::{self, Guard, zonecfg_error};
use crate::zone::{ZoneState, index, kernel};
use crate::{Error, ErrorKind, Result, host_path};

/// What saving a new configuration does about a zone of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Any zone or document of that name is an error.
    Refuse,
    /// A zone in state `configured`, or a document without a zone, is replaced: `create -F`.
    ReplaceConfigured,
}

impl Handle {
    /// Writes the document and the index entry. `existing` matters for a new configuration only.
    ///
    /// # Errors
    /// [`crate::ErrorKind::AlreadyExists`] as `existing` says, for a new configuration;
    /// [`crate::ErrorKind::Busy`] if a new configuration would replace a zone that is more than configured, or if the zone is renamed while the kernel has it;
    /// [`crate::ErrorKind::NotFound`] if a loaded zone has lost its document or its index entry since;
    /// [`crate::ErrorKind::Invalid`] if there is no zonepath, if the index does not end in a newline (a new entry would be lost), or
    /// if the rename would overwrite another zone's entry; [`crate::ErrorKind::PermissionDenied`].
    pub fn save(&mut self, existing: Existing) -> Result<()> {
        self.save_in(&ffi::exclusive(), existing)
    }

    pub(in crate::zone) fn save_in(&mut self, guard: &Guard, existing: Existing) -> Result<()> {
        let name = self.zonename()?;
        let global = name == "global";
        if self.zonepath()?.is_empty() && !global {
            return Err(self.save_error(ErrorKind::Invalid, "it has no zonepath"));
        }
        self.check_admins("save")?;
        if global {
            // libzonecfg leaves its entry in the index alone.
        } else if self.new {
            self.check_new(guard, &name, existing)?;
        } else if name == self.name {
            self.check_loaded(guard)?;
        } else {
            self.check_rename(guard, &name)?;
        }
        // SAFETY: the handle holds a document that the library found valid when it loaded it, and that was changed only in ways that keep
        // it so; the exclusive guard keeps other threads from the index. An invalid document would end the process.
        let code = unsafe { illumos_sys::zonecfg_save(self.document.raw()) };
        if code != illumos_sys::Z_OK {
            let error = zonecfg_error("zonecfg_save", code, self.operation("save"));
            // Most codes of a failed save stand for several causes; missing permission is one of them.
            return Err(
                match accessat(
                    CWD,
                    host_path("/etc/zones"),
                    Access::WRITE_OK,
                    AtFlags::EACCESS,
                ) {
                    Err(rustix::io::Errno::ACCESS) => self
                        .save_error(
                            ErrorKind::PermissionDenied,
                            format!("{}: /etc/zones is not writable", error.reason()),
                        )
                        .with_code("zonecfg_save", i64::from(code)),
                    _ => error,
                },
            );
        }
        self.new = false;
        self.renamed = false;
        self.name = name;
        Ok(())
    }

    /// libzonecfg resets an existing entry of that name to `configured`, whatever the zone's state, and overwrites its document.
    fn check_new(&self, guard: &Guard, name: &str, existing: Existing) -> Result<()> {
        if !index::Raw::read()?.ends_in_newline() {
            return Err(index::unterminated(self.operation("save")));
        }
        let state = match kernel::zone(name)? {
            Some(zone) => Some(zone.state),
            None => index::find(guard, name)?.map(|entry| entry.state),
        };
        match (state, existing) {
            (None, Existing::ReplaceConfigured)
            | (Some(ZoneState::Configured), Existing::ReplaceConfigured) => Ok(()),
            (Some(state), Existing::ReplaceConfigured) => Err(self.save_error(
                ErrorKind::Busy,
                format!("a zone of that name exists and is {state}"),
            )),
            (Some(_), Existing::Refuse) => {
                Err(self.save_error(ErrorKind::AlreadyExists, "a zone of that name exists"))
            }
            (None, Existing::Refuse)
                if document_exists(name).map_err(|error| self.io_error(&error))? =>
            {
                let reason = format!(
                    "there is a document of that name without a zone: {}",
                    document(name).display()
                );
                Err(self.save_error(ErrorKind::AlreadyExists, reason))
            }
            (None, Existing::Refuse) => Ok(()),
        }
    }

    fn check_loaded(&self, guard: &Guard) -> Result<()> {
        if !document_exists(&self.name).map_err(|error| self.io_error(&error))? {
            return Err(self.save_error(
                ErrorKind::NotFound,
                "its document was removed since it was read",
            ));
        }
        let index = index::Raw::read()?;
        if index.can_rewrite(&self.name) || index::find(guard, &self.name)?.is_some() {
            return Ok(());
        }
        if index.ends_in_newline() {
            return Err(self.save_error(
                ErrorKind::NotFound,
                "the zone is not in the index /etc/zones/index",
            ));
        }
        Err(index::unterminated(self.operation("save")))
    }

    fn check_rename(&self, guard: &Guard, name: &str) -> Result<()> {
        if !self.renamed {
            let reason = format!("its document says that it is the zone {name}");
            return Err(self.save_error(ErrorKind::Invalid, reason));
        }
        self.check_loaded(guard)?;
        if let Some(zone) = kernel::zone(&self.name)? {
            return Err(self.save_error(
                ErrorKind::Busy,
                format!("a zone that is {} cannot be renamed", zone.state),
            ));
        }
        if kernel::zone(name)?.is_some()
            || index::find(guard, name)?.is_some()
            || document_exists(name).map_err(|error| self.io_error(&error))?
        {
            return Err(self.save_error(
                ErrorKind::AlreadyExists,
                format!("there is a zone or a document {name} already"),
            ));
        }
        if let Some(victim) = index::Raw::read()?.overwritten_by_rename(&self.name, name) {
            let reason = format!(
                "renaming it to {name} would overwrite the entry of zone {victim} in the index, through a bug of libzonecfg; \
                 rename it to another name first"
            );
            return Err(self.save_error(ErrorKind::Invalid, reason));
        }
        Ok(())
    }

    fn save_error(&self, kind: ErrorKind, reason: impl Into<String>) -> Error {
        Error::new(kind, self.operation("save"), reason)
    }

    fn io_error(&self, error: &io::Error) -> Error {
        let kind = if error.kind() == io::ErrorKind::PermissionDenied {
            ErrorKind::PermissionDenied
        } else {
            ErrorKind::Failed
        };
        self.save_error(kind, error.to_string())
    }
}

/// Where the document of the zone `name` lies.
pub(in crate::zone) fn document(name: &str) -> PathBuf {
    host_path(format!("/etc/zones/{name}.xml"))
}

/// Whether there is one, be it a symbolic link that leads nowhere.
pub(in crate::zone) fn document_exists(name: &str) -> io::Result<bool> {
    match document(name).symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
