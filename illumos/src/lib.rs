//! Safe access to illumos zones, datalinks, datasets and publishers.
//!
//! | what | where | how |
//! |---|---|---|
//! | zone configuration, index, states | [`zone`] | in process, libzonecfg |
//! | links, VNICs, etherstubs | [`datalink`] | in process, libdladm |
//! | install, boot, halt and the like | [`zone::lifecycle`] | `zoneadm` as a subprocess |
//! | addresses of the global zone | [`address`] | `ipadm` as a subprocess |
//! | datasets | [`zfs`] | `zfs` as a subprocess |
//! | publishers | [`ips`] | `pkg` as a subprocess |
//! | files that somebody else could have placed | [`mod@file`] | bounded, regular files only |
//! | statistics of the kernel | [`kstat`] | in process, libkstat |
//!
//! libzonecfg and libdladm are private interfaces of illumos (`SUNWprivate_1.1`): they may change with any release. The ABI
//! flavour is found once, at first use, from the symbols that the library exports; an unknown one is refused.
//!
//! On other systems the same code runs against an emulated host (crate `illumos-emulation`).

pub mod address;
pub mod command;
pub mod datalink;
mod error;
mod ffi;
pub mod file;
pub mod ips;
pub mod kstat;
pub mod smf;
pub mod usage;
pub mod zfs;
pub mod zone;

pub use error::{Error, ErrorKind, Result};

use std::path::{Path, PathBuf};

/// Which ABI the system's libzonecfg has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flavour {
    /// OpenIndiana, Tribblix, Helios: illumos-gate's layout.
    Upstream,
    /// OmniOS and SmartOS: `zone_nwiftab` and `zone_devtab` are extended, `capped-memory` is a resource control.
    Extended,
}

/// The flavour of the host.
///
/// # Errors
/// [`ErrorKind::Unsupported`] if the exported symbols fit no known flavour; off illumos also if there is no emulated host.
pub fn flavour() -> Result<Flavour> {
    ffi::Api::get().map(|api| api.flavour())
}

/// Where the host's file system starts: `/` on illumos, the directory of the current emulated host elsewhere (or `/` if there is none).
#[must_use]
pub fn root() -> PathBuf {
    #[cfg(target_os = "illumos")]
    {
        PathBuf::from("/")
    }
    #[cfg(not(target_os = "illumos"))]
    {
        illumos_emulation::Host::current()
            .map_or_else(|| PathBuf::from("/"), |host| host.dir().to_owned())
    }
}

/// Where the host's absolute path `path` lies: `path` itself on illumos.
#[must_use]
pub fn host_path(path: impl AsRef<Path>) -> PathBuf {
    let path = path.as_ref();
    root().join(path.strip_prefix("/").unwrap_or(path))
}
