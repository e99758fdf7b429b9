//! Zones: names, states, the index, configurations, and what `zoneadm` does with them.

pub mod config;
#[expect(
    dead_code,
    reason = "the interpreter of zonecfg(8) commands uses the rest"
)]
mod handle;
pub mod lifecycle;
mod lock;
mod name;
mod state;

pub use config::ZoneConfig;
pub use lock::zoneadm_lock_holder;
pub use name::{InvalidZoneName, ZoneName};
pub use state::ZoneState;

use crate::Result;

/// A line of the zone index, merged with what the kernel says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// The zone's name.
    pub name: ZoneName,
    /// The kernel's state if the zone has kernel presence, else the index's.
    pub state: ZoneState,
    /// The zonepath, as in the index.
    pub zonepath: String,
    /// The installation's UUID, lower case; `None` until the zone is first installed. It changes with every install.
    pub uuid: Option<String>,
    /// The zone id, if the zone has kernel presence.
    pub id: Option<i32>,
}

/// Lists every zone but the global one, in the order of the index, with one pass over it.
///
/// No configuration is read. Needs no privilege.
///
/// # Errors
/// If the index cannot be read.
pub fn list() -> Result<Vec<Zone>> {
    unimplemented!()
}

/// The zone named `name`, or `None`.
///
/// # Errors
/// If the index cannot be read.
pub fn find(name: &ZoneName) -> Result<Option<Zone>> {
    let _ = name;
    unimplemented!()
}

/// The zone named `name`.
///
/// # Errors
/// [`crate::ErrorKind::NotFound`] if there is none; otherwise as [`find`].
pub fn get(name: &ZoneName) -> Result<Zone> {
    let _ = name;
    unimplemented!()
}
