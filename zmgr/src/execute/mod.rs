//! Locks, journal, steps, undo, recovery.

mod documents;
pub mod etherstub;
mod event;
pub mod interrupt;
pub mod journal;
mod lock;
mod look;
mod perform;
mod run;
#[cfg(test)]
mod tests;

pub use event::{Event, Outcome, Phase, Reporter, Silent};
pub use lock::{Holder, Lock, host as lock_host, zone as lock_zone, zones as lock_zones};
pub use run::{Applied, Left, Operation};
