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
mod own;
mod perform;
pub mod privilege;
mod publishers;
pub mod recover;
pub mod released;
mod run;
#[cfg(test)]
mod tests;
mod zoneadm;
pub mod zonepath;

pub use documents::fit as documents_fit;
#[cfg(test)]
pub(crate) use event::Silent;
pub use event::{Event, Outcome, Phase, Reporter};
pub use lock::{HostLock, ZoneLocks, stale as stale_locks};
pub use run::{Applied, Operation};
pub use zoneadm::idle as zones_idle;
