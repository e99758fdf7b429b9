//! The zones that the emulated kernel knows: id, name and status of each.

mod export;
mod resources;
mod table;

use crate::Host;

pub(crate) use resources::ResourceTable;
pub use resources::{Control, Resources, resources};
pub(crate) use table::Table;

/// A zone with kernel presence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KernelZone {
    /// `zoneid_t`: 0 is the global zone.
    pub id: i32,
    /// The zone's name.
    pub name: String,
    /// `zone_status_t`, 0 to 9.
    pub status: u32,
    /// The root directory, as the host sees it: `/zones/web01/root/`.
    pub root: String,
    /// The kernel brand: `native` for the image brands, which have no kernel module of their own.
    pub brand: String,
    /// The arguments it was booted with.
    pub bootargs: String,
    /// `excl` or `shared`.
    pub ip_type: String,
    /// The process id of init; 0 before it runs.
    pub init_pid: i32,
}

/// `zone_status_t` of a zone that is ready.
pub(crate) const STATUS_READY: u32 = 2;
/// `zone_status_t` of a zone whose init runs.
pub(crate) const STATUS_RUNNING: u32 = 4;
/// `zone_status_t` of a zone that is being torn down.
pub(crate) const STATUS_SHUTTING_DOWN: u32 = 5;
/// `zone_status_t` of a zone whose teardown is blocked or nearly done.
pub(crate) const STATUS_DOWN: u32 = 7;

/// The name of the state that a zone with this status is in, as zoneadm(8) shows it.
pub(crate) fn state_name(status: u32, root: &str) -> &'static str {
    match status {
        // A zone that is up for maintenance has its root elsewhere.
        2 if root.trim_end_matches('/').ends_with("/lu") => "mounted",
        0..=2 => "ready",
        3 | 4 => "running",
        5 | 6 => "shutting_down",
        _ => "down",
    }
}

fn global_zone() -> KernelZone {
    KernelZone {
        id: 0,
        name: "global".to_owned(),
        status: STATUS_RUNNING,
        root: "/".to_owned(),
        brand: "native".to_owned(),
        bootargs: String::new(),
        ip_type: "shared".to_owned(),
        init_pid: 1,
    }
}

/// The zones with kernel presence, the global zone first. The table is one file, which is read only when it has changed.
#[must_use]
pub fn zones(host: &Host) -> Vec<KernelZone> {
    let table = host.read::<Table>().unwrap_or_default();
    std::iter::once(global_zone())
        .chain(table.zones().iter().cloned())
        .collect()
}

/// The ids of the zones with kernel presence, the global zone first.
pub(crate) fn ids(host: &Host) -> Vec<i32> {
    let table = host.read::<Table>().unwrap_or_default();
    std::iter::once(0)
        .chain(table.zones().iter().map(|zone| zone.id))
        .collect()
}

/// The zone named `name`, if the kernel has it.
#[must_use]
pub fn zone(host: &Host, name: &str) -> Option<KernelZone> {
    if name == "global" {
        return Some(global_zone());
    }
    host.read::<Table>().ok()?.by_name(name).cloned()
}

/// The zone with the id `id`, if the kernel has it.
#[must_use]
pub fn zone_by_id(host: &Host, id: i32) -> Option<KernelZone> {
    with_zone(host, id, KernelZone::clone)
}

/// What `look` says of the zone with the id `id`, if the kernel has it.
pub(crate) fn with_zone<T>(host: &Host, id: i32, look: impl FnOnce(&KernelZone) -> T) -> Option<T> {
    if id == 0 {
        return Some(look(&global_zone()));
    }
    host.read::<Table>().ok()?.by_id(id).map(look)
}

/// Puts a zone into the kernel, as it is, under a free id: for tests that start with zones that are up. A zone of that name must not be
/// there yet.
///
/// # Errors
/// If the table cannot be read or written, or has the name already.
pub fn put(host: &Host, zone: KernelZone) -> std::io::Result<i32> {
    host.update(|table: &mut Table| {
        table
            .add(zone)
            .ok_or_else(|| std::io::Error::other("the kernel has a zone of that name"))
    })
}
