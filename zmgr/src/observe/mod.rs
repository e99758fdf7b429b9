//! What the host has: zones, links, datasets, addresses.
//!
//! Everything is read in one pass each, in process, and only when something needs it. No process is started for a zone.

mod claims;
mod datasets;
mod foreign;
mod links;
mod names;
mod network;
mod packages;
mod running;
mod shared;
mod sketch;

pub use claims::{Claims, Uses};
pub use datasets::Datasets;
pub use foreign::{Foreign, Stamped, foreign, most};
pub use links::Links;
pub use network::{answers, nodename};
pub use packages::publishers;
pub use sketch::{NetSketch, Read, Sketch, sketches};

use std::collections::BTreeMap;

use illumos::Flavour;
use illumos::zone::{Zone, ZoneName};

use crate::Failure;

/// Zones and links of the host.
#[derive(Debug)]
pub struct Observed {
    /// The distribution family.
    pub flavour: Flavour,
    /// The zones, in the order of the index.
    pub zones: Vec<Zone>,
    /// The links.
    pub links: Links,
    /// The datasets.
    pub datasets: Datasets,
    /// What is in use that no document says; empty until [`claim`](Self::claim).
    pub claims: Claims,
    /// Where each zone is in `zones`.
    places: BTreeMap<ZoneName, usize>,
}

impl Observed {
    /// Looks at the host. Needs no privilege.
    ///
    /// # Errors
    /// If the index of zones cannot be read.
    pub fn host() -> Result<Self, Failure> {
        Self::of(illumos::zone::list()?)
    }

    /// As [`host`](Self::host), but of the zones that are not `asked` for the state is the index's, whether they run or not.
    ///
    /// # Errors
    /// If the index of zones cannot be read.
    pub fn index(asked: &[ZoneName]) -> Result<Self, Failure> {
        Self::of(illumos::zone::list_index(asked)?)
    }

    fn of(zones: Vec<Zone>) -> Result<Self, Failure> {
        let places = zones
            .iter()
            .enumerate()
            .map(|(place, zone)| (zone.name.clone(), place))
            .collect();
        Ok(Self {
            flavour: illumos::flavour()?,
            zones,
            links: Links::default(),
            datasets: Datasets::default(),
            claims: Claims::default(),
            places,
        })
    }

    /// The zone named `name`, if there is one.
    #[must_use]
    pub fn zone(&self, name: &ZoneName) -> Option<&Zone> {
        self.places
            .get(name)
            .and_then(|place| self.zones.get(*place))
    }
}
