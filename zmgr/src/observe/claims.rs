use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use compact_str::CompactString;
use illumos::address::{self, HostAddress};
use illumos::datalink::MacAddress;
use illumos::zone::config::IpType;
use illumos::zone::{Zone, ZoneName};
use ipnet::IpNet;

use super::sketch::{stamped, still_say};
use super::{NetSketch, Observed, Read, Sketch};
use crate::Failure;
use crate::cache::{Cache, Stamps};
use crate::documents::model::Documents;
use crate::ipam::{Holder, Taken};
use crate::parallel;

/// What the host says to be in use, whatever the documents say.
#[derive(Debug)]
pub struct Uses {
    /// The global zone's.
    global: Vec<HostAddress>,
    /// What configurations of zones say.
    zones: Vec<(ZoneName, Read)>,
    /// What the files of the configurations looked like before.
    stamps: Stamps,
}

/// Addresses, links and MAC addresses that the global zone and configurations of zones use, registered or not, running or not.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    /// Addresses that no registry entry says, and who has them.
    pub addresses: Vec<Taken>,
    /// Links that zones name, and the zones.
    pub links: HashMap<CompactString, Vec<ZoneName>>,
    /// MAC addresses that zones' configurations fix, and a zone that does.
    pub mac_addresses: BTreeMap<MacAddress, ZoneName>,
    /// The global zone's IP interfaces, of those without an address only what [`plumbed`](Observed::plumbed) was asked for: no zone can have
    /// these links.
    pub plumbed: BTreeSet<String>,
}

impl Uses {
    /// Finds out what is in use: one `ipadm` for the global zone, and the configurations of these zones, in process.
    ///
    /// This is the longer part of [`Claims::of`], and is done without a lock; under it [`still_holds`](Self::still_holds) is asked.
    ///
    /// # Errors
    /// If `ipadm` fails: no address could be said to be free.
    pub fn of(zones: Vec<ZoneName>, cache: Option<&Cache>) -> Result<Self, Failure> {
        let (global, (sketches, stamps)) = parallel::both(address::list, || stamped(&zones, cache));
        Ok(Self {
            global: global?,
            zones: zones.into_iter().zip(sketches).collect(),
            stamps,
        })
    }

    /// Whether the global zone and the configurations use what they used, without reading again those whose files are as they were. Zones
    /// that have come since are not looked for.
    ///
    /// # Errors
    /// If `ipadm` fails.
    pub fn still_holds(&self) -> Result<bool, Failure> {
        let (global, same) = parallel::both(address::list, || still_say(&self.zones, &self.stamps));
        Ok(same && global? == self.global)
    }
}

impl Observed {
    /// [`Uses::of`] the zones that are `wanted`.
    ///
    /// # Errors
    /// As [`Uses::of`].
    pub fn uses(
        &self,
        wanted: impl Fn(&Zone) -> bool,
        cache: Option<&Cache>,
    ) -> Result<Uses, Failure> {
        let zones = self.zones.iter().filter(|zone| wanted(zone));
        Uses::of(zones.map(|zone| zone.name.clone()).collect(), cache)
    }

    /// Keeps what is in use that documents do not say. Returns what could not be read.
    pub fn claim(&mut self, documents: &Documents, uses: &Uses) -> Vec<Failure> {
        let (claims, problems) = Claims::of(documents, uses);
        self.claims = claims;
        problems
    }

    /// Finds out which IP interfaces the global zone has without an address, after [`claim`](Self::claim): another `ipadm`. For those who
    /// have to do with links that are there.
    ///
    /// # Errors
    /// If `ipadm` fails.
    pub fn plumbed(&mut self) -> Result<(), Failure> {
        self.claims.plumbed.extend(address::interfaces()?);
        Ok(())
    }
}

impl Claims {
    /// What is in use that documents do not say, and what could not be read.
    #[must_use]
    pub fn of(documents: &Documents, uses: &Uses) -> (Self, Vec<Failure>) {
        let mut claims = Self::default();
        for found in &uses.global {
            claims.addresses.push(Taken {
                address: found.address,
                holder: Holder::Host {
                    what: format!("the global zone, on {}", found.interface),
                    zone: None,
                },
            });
            claims.plumbed.insert(found.interface.clone());
        }
        let mut problems = Vec::new();
        for (name, config) in &uses.zones {
            let unknown = |failure: &Failure| {
                failure.clone().with_help(format!(
                    "the addresses of zone {name} are not known; they may be given to others"
                ))
            };
            match config {
                Ok((config, unread)) => {
                    claims.add(name, config, documents);
                    problems.extend(unread.iter().map(unknown));
                }
                Err(failure) => problems.push(unknown(failure)),
            }
        }
        (claims, problems)
    }

    fn add(&mut self, name: &ZoneName, config: &Sketch, documents: &Documents) {
        let said = |address: IpAddr| {
            let entry = documents.zones.get(name);
            entry.is_some_and(|entry| {
                let mut addresses = entry.nets.iter().flat_map(|net| &net.addresses);
                addresses.any(|said| said.addr() == address)
            })
        };
        for net in &config.net {
            for address in addresses(net).filter(|address| !said(*address)) {
                self.addresses.push(Taken {
                    address,
                    holder: Holder::Host {
                        what: format!("zone {name}, on {}", net.physical),
                        zone: Some(name.to_string()),
                    },
                });
            }
            if config.ip_type == IpType::Exclusive {
                let holders = self.links.entry(net.physical.clone()).or_default();
                if !holders.contains(name) {
                    holders.push(name.clone());
                }
            }
            if let Some(mac) = net.mac_addr.as_ref().and_then(|text| text.parse().ok()) {
                self.mac_addresses.insert(mac, name.clone());
            }
        }
    }
}

/// The addresses of a `net` resource; a host name is none.
fn addresses(net: &NetSketch) -> impl Iterator<Item = IpAddr> + '_ {
    let texts = [net.address.as_deref(), net.allowed_address.as_deref()];
    texts.into_iter().flatten().filter_map(|text| {
        text.parse()
            .ok()
            .or_else(|| text.parse::<IpNet>().ok().map(|net| net.addr()))
    })
}
