//! Locks, journal, steps, undo, recovery.

pub mod batch;
pub mod boot_links;
mod documents;
pub mod etherstub;
mod event;
pub mod interrupt;
pub mod journal;
mod lock;
mod look;
pub mod mark;
mod mend;
mod perform;
pub mod privilege;
pub mod recover;
pub mod released;
mod run;
#[cfg(test)]
mod tests;
mod zoneadm;

#[cfg(test)]
pub(crate) use event::Silent;
pub use event::{Event, Outcome, Phase, Reporter};
pub use lock::{
    Lock, host as lock_host, stale as stale_locks, zone as lock_zone, zones as lock_zones,
};
pub use run::{Applied, Operation};
pub use zoneadm::idle as zones_idle;
