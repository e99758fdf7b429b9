//! Locks, journal, steps, undo, recovery.

mod event;

pub use event::{Event, Outcome, Phase, Reporter, Silent};
