//! What the host has: zones, links, datasets, addresses.
//!
//! Everything is read in one pass each, in process, and only when something needs it. No process is started for a zone.

mod claims;
mod foreign;

pub use claims::{Claims, Depth};
pub use foreign::{Foreign, foreign};

use std::collections::{BTreeMap, BTreeSet};

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

    /// Looks at the host's zones, and of its links at those named in `links` alone: on a host of thousands of VNICs that is
    /// much less.
    ///
    /// # Errors
    /// As [`host`](Self::host).
    pub fn host_with_links(links: &BTreeSet<String>) -> Result<Self, Failure> {
        let mut observed = Self::new(illumos::flavour()?, illumos::zone::list()?, Vec::new());
        observed.find_links(links.iter())?;
        Ok(observed)
    }

    /// The zones that the index has, without states of the kernel and without links: for who needs their names.
    ///
    /// # Errors
    /// If the index of zones cannot be read.
    pub fn configured() -> Result<Self, Failure> {
        let zones = illumos::zone::list_configured()?;
        Ok(Self::new(illumos::flavour()?, zones, Vec::new()))
    }

    /// Looks for these links, and tells whether one was found that was not known before.
    ///
    /// # Errors
    /// If libdladm fails.
    pub fn find_links<'n>(
        &mut self,
        names: impl Iterator<Item = &'n String>,
    ) -> Result<bool, Failure> {
        let datalinks = Datalinks::open()?;
        let mut new = false;
        for name in names {
            if !self.links.contains_key(name)
                && let Some(link) = datalinks.find(name)?
            {
                self.links.insert(name.clone(), link);
                new = true;
            }
        }
        Ok(new)
    }

    /// The zone named `name`, if there is one.
    #[must_use]
    pub fn zone(&self, name: &ZoneName) -> Option<&Zone> {
        self.places
            .get(name)
            .and_then(|place| self.zones.get(*place))
    }
}
