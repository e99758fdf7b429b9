//! Saving, behind the checks that libzonecfg lacks.

use super::Handle;
use crate::Result;

/// What saving a new configuration does about a zone of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
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
    /// [`crate::ErrorKind::Busy`] if a new configuration would replace a zone that is more than configured;
    /// [`crate::ErrorKind::NotFound`] if a loaded zone has lost its document or its index entry since;
    /// [`crate::ErrorKind::Invalid`] if there is no zonepath, if the index does not end in a newline (a new or renamed entry would be lost), or
    /// if the rename would overwrite another zone's entry; [`crate::ErrorKind::PermissionDenied`].
    pub(crate) fn save(&mut self, existing: Existing) -> Result<()> {
        let _ = existing;
        unimplemented!()
    }
}
