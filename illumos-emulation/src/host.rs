//! The directory that is the host: where it is, which distribution it imitates, and which host a thread is on.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The distribution family that a host imitates: ABI layout, brands, output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flavour {
    /// OpenIndiana, Tribblix, Helios.
    Upstream,
    /// OmniOS (and SmartOS): the extended layout.
    Omnios,
}

/// An emulated host. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Host {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    dir: PathBuf,
    flavour: Flavour,
}

impl Host {
    /// Opens the host in `dir`, or sets up a fresh one there.
    ///
    /// `flavour` decides for a fresh host only; an existing one keeps the flavour recorded in its directory.
    ///
    /// # Errors
    /// If the directory cannot be made, read or written, or its record cannot be understood.
    pub fn open_or_create(dir: &Path, flavour: Flavour) -> io::Result<Self> {
        let _ = (dir, flavour);
        unimplemented!()
    }

    /// The directory, absolute. `/etc/zones` of the host is `etc/zones` below it.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.inner.dir
    }

    /// The distribution family.
    #[must_use]
    pub fn flavour(&self) -> Flavour {
        self.inner.flavour
    }

    /// Where the host's absolute path `path` lies.
    #[must_use]
    pub fn path(&self, path: &str) -> PathBuf {
        self.dir().join(path.trim_start_matches('/'))
    }

    /// Makes this the host of every thread that has not entered another one.
    pub fn make_default(&self) {
        unimplemented!()
    }

    /// Makes this the host of the calling thread until the guard is dropped.
    #[must_use]
    pub fn enter(&self) -> Entered {
        unimplemented!()
    }

    /// The host of the calling thread: the one entered, else the default, else the one that
    /// `ZMGR_EMULATED_HOST` names (opened or created on first use), else `None`.
    #[must_use]
    pub fn current() -> Option<Self> {
        unimplemented!()
    }
}

/// Ends [`Host::enter`] when dropped.
#[derive(Debug)]
pub struct Entered {
    _private: (),
}
