//! The zones that the emulated kernel knows: id, name and status of each.

use crate::Host;

/// A zone with kernel presence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelZone {
    /// `zoneid_t`: 0 is the global zone.
    pub id: i32,
    /// The zone's name.
    pub name: String,
    /// `zone_status_t`, 0 to 9.
    pub status: u32,
}

/// The zones with kernel presence, the global zone first.
#[must_use]
pub fn zones(host: &Host) -> Vec<KernelZone> {
    let _ = host;
    unimplemented!()
}

/// The zone named `name`, if the kernel has it.
#[must_use]
pub fn zone(host: &Host, name: &str) -> Option<KernelZone> {
    zones(host).into_iter().find(|zone| zone.name == name)
}
