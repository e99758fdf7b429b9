//! What counts for a zone, worked out once: its template's settings with what that extends, variables replaced, and the
//! entry's own over them; the configuration that this makes; and what of it a configuration has.
//!
//! Everything here walks the table of settings in `documents::schema`. It reads no file and asks the host nothing.

mod configuration;
mod difference;
mod effective;
mod net_difference;
mod nets;
mod outline;
mod provenance;

pub use configuration::{ID_ATTR, Naming, observed, with_settings, zone_config, zone_id};
pub use difference::{Difference, differences, settings_differences};
pub use effective::{check_variables, nets, settings};
pub use nets::net_resources;
pub use outline::outline;
pub use provenance::{Effective, Origin, effective};

pub(crate) use configuration::{own_over, said};
pub(crate) use net_difference::{NetSide, Pair, net_differences, net_of, pairs};

#[cfg(test)]
mod tests;
