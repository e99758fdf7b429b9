//! The raw handle, and where its documents lie.

use std::ptr::NonNull;

use crate::ffi::{CArgument, Unfit, document_text};
use crate::{Error, ErrorKind, Result};

/// An owned `zone_dochandle_t`. The pointer makes it neither `Send` nor `Sync`: a handle has one cursor, and belongs to one thread.
#[derive(Debug)]
pub(super) struct Document(NonNull<illumos_sys::zone_dochandle>);

impl Document {
    /// A handle without a document. Also silences the XML library's messages on this thread.
    pub(super) fn new() -> Result<Self> {
        // SAFETY: takes nothing and returns an owned handle or NULL.
        let raw = unsafe { illumos_sys::zonecfg_init_handle() };
        let out_of_memory = || {
            Error::new(
                ErrorKind::Failed,
                "read a zone configuration",
                "out of memory",
            )
        };
        NonNull::new(raw).map(Self).ok_or_else(out_of_memory)
    }

    /// The handle, valid as long as this is.
    pub(super) fn raw(&self) -> illumos_sys::zone_dochandle_t {
        self.0.as_ptr()
    }
}

impl Drop for Document {
    fn drop(&mut self) {
        // SAFETY: the handle came from zonecfg_init_handle, is owned by this value alone, and is not used afterwards.
        unsafe { illumos_sys::zonecfg_fini_handle(self.0.as_ptr()) };
    }
}

/// The longest zonepath that libzonecfg reads back, in bytes.
pub(super) const LONGEST_ZONEPATH: usize = illumos_sys::MAXPATHLEN - 1;

/// `path`, as the host has it, in the form that the library takes: below its root, if it has one.
pub(super) fn zonepath_argument(path: &str) -> Result<CArgument, Unfit> {
    if path.len() > LONGEST_ZONEPATH {
        let reason = format!(
            "it is {} bytes long; at most {LONGEST_ZONEPATH} are allowed",
            path.len()
        );
        return Err(Unfit::new("zonepath", illumos_sys::Z_TOO_BIG, reason));
    }
    if cfg!(external_libzonecfg) && path.starts_with('/') {
        return document_text("zonepath", &format!("{}{path}", crate::root().display()));
    }
    document_text("zonepath", path)
}

/// What the library calls `path`, as the host has it.
pub(super) fn without_root(path: String) -> String {
    if cfg!(external_libzonecfg)
        && let Some(path) = path.strip_prefix(&*crate::root().to_string_lossy())
    {
        return path.to_owned();
    }
    path
}
