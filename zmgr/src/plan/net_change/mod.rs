//! A net of a zone that is there: added, changed, removed.

mod add;
mod existing;
mod remove;
mod set;
mod vnic;

pub use add::add;
pub use existing::Existing;
pub use remove::remove;
pub use set::{Changes, set};
