//! What the host has: zones, links, datasets, addresses.
//!
//! Everything is read in one pass each, in process, and only when something needs it. No process is started for a zone.

mod claims;
mod foreign;

pub use claims::{Claims, Depth};
pub use foreign::{Foreign, foreign, most};

use std::collections::BTreeMap;

use illumos::Flavour;
use illumos::datalink::{Datalinks, Link};
use illumos::zone::{Zone, ZoneName};

use crate::Failure;

/// Zones and links of the host, as they are at one moment.
#[derive(Debug, Clone)]
pub struct Observed {
    /// The distribution family.
    pub flavour: Flavour,
    /// The zones, in the order of the index.
    pub zones: Vec<Zone>,
    /// The links, by name.
    pub links: BTreeMap<String, Link>,
    /// What is in use that no document says; empty until [`claim`](Self::claim).
    pub claims: Claims,
    /// Where each zone is in `zones`.
    places: BTreeMap<ZoneName, usize>,
}

impl Observed {
    /// What was found.
    #[must_use]
    pub fn new(flavour: Flavour, zones: Vec<Zone>, links: Vec<Link>) -> Self {
        let places = zones
            .iter()
            .enumerate()
            .map(|(place, zone)| (zone.name.clone(), place))
            .collect();
        let links = links
            .into_iter()
            .map(|link| (link.name.clone(), link))
            .collect();
        Self {
            flavour,
            zones,
            links,
            claims: Claims::default(),
            places,
        }
    }

    /// Looks at the host. Needs no privilege.
    ///
    /// # Errors
    /// If the index of zones cannot be read, or libdladm fails.
    pub fn host() -> Result<Self, Failure> {
        Ok(Self::new(
            illumos::flavour()?,
            illumos::zone::list()?,
            Datalinks::open()?.list()?,
        ))
    }

    /// The zone named `name`, if there is one.
    #[must_use]
    pub fn zone(&self, name: &ZoneName) -> Option<&Zone> {
        self.places
            .get(name)
            .and_then(|place| self.zones.get(*place))
    }
}
