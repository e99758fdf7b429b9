use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use illumos::address;
use illumos::datalink::{Datalinks, Link, LinkClass, MacAddress};
use illumos::zone::config::{self, Net, ZoneConfig};
use illumos::zone::{Zone, ZoneName};
use ipnet::IpNet;

use super::Observed;
use crate::Failure;
use crate::documents::model::Documents;
use crate::ipam::{Holder, Taken};

/// Which zones' configurations are read for what they use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Those that the registry does not know. What it knows, its entries say.
    Foreign,
    /// All: somebody may have changed a registered zone behind the registry's back. For those who give out addresses.
    All,
}

/// Addresses, links and MAC addresses that the global zone and configurations of zones use, registered or not, running or not.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    /// Addresses that no registry entry says, and who has them.
    pub addresses: Vec<Taken>,
    /// Links that zones name, and the zones.
    pub links: BTreeMap<String, Vec<ZoneName>>,
    /// MAC addresses that zones' configurations fix, and a zone that does.
    pub mac_addresses: BTreeMap<MacAddress, ZoneName>,
    /// The global zone's IP interfaces, of those without an address only what [`plumbed`](Observed::plumbed) was asked for: no zone can have
    /// these links.
    pub plumbed: BTreeSet<String>,
    /// The VLAN id that stands for untagged packets, of links that have one: no VNIC over the link can have it.
    pub default_tags: BTreeMap<String, u16>,
}

impl Observed {
    /// Finds out what is in use that documents do not say: one `ipadm` for the global zone, and the configurations in process. Returns
    /// what could not be read.
    ///
    /// # Errors
    /// If `ipadm` fails: no address could be said to be free.
    pub fn claim(&mut self, documents: &Documents, depth: Depth) -> Result<Vec<Failure>, Failure> {
        let mut claims = Claims::default();
        for found in address::list()? {
            claims.addresses.push(Taken {
                address: found.address,
                holder: Holder::Host {
                    what: format!("the global zone, on {}", found.interface),
                    zone: None,
                },
            });
            claims.plumbed.insert(found.interface);
        }
        let wanted =
            |zone: &&Zone| depth == Depth::All || !documents.zones.contains_key(&zone.name);
        let names: Vec<ZoneName> = self
            .zones
            .iter()
            .filter(wanted)
            .map(|zone| zone.name.clone())
            .collect();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut problems = Vec::new();
        for (name, config) in names.iter().zip(config::read_all(&names, threads)) {
            let unknown = |failure: Failure| {
                failure.with_help(format!(
                    "the addresses of zone {name} are not known; they may be given to others"
                ))
            };
            match super::most(name, config) {
                Ok((config, unread)) => {
                    claims.add(&config, documents);
                    problems.extend(unread.into_iter().map(unknown));
                }
                Err(failure) => problems.push(unknown(failure)),
            }
        }
        claims.default_tags = self.default_tags()?;
        self.claims = claims;
        Ok(problems)
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

    /// The `default_tag` of every link that VNICs with a VLAN id may be over (illumos-gate `usr/src/uts/common/io/mac/mac_client.c`: no
    /// client may use the port's VLAN id).
    fn default_tags(&self) -> Result<BTreeMap<String, u16>, Failure> {
        let links = Datalinks::open()?;
        let lower = self.links.values().filter(|link| {
            let tagged = matches!(
                link.class,
                LinkClass::Phys | LinkClass::Aggr | LinkClass::Simnet | LinkClass::Overlay
            );
            tagged && link.active
        });
        let tag = |link: &Link| {
            // Not every driver knows the property.
            let values = links.property(&link.name, "default_tag").ok()?;
            let tag = values.first()?.parse().ok()?;
            (tag != 0).then(|| (link.name.clone(), tag))
        };
        Ok(lower.filter_map(tag).collect())
    }
}

impl Claims {
    fn add(&mut self, config: &ZoneConfig, documents: &Documents) {
        let name = &config.zonename;
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
            if config.ip_type == config::IpType::Exclusive {
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
pub(super) fn addresses(net: &Net) -> impl Iterator<Item = IpAddr> + '_ {
    let texts = [net.address.as_deref(), net.allowed_address.as_deref()];
    texts.into_iter().flatten().filter_map(|text| {
        text.parse()
            .ok()
            .or_else(|| text.parse::<IpNet>().ok().map(|net| net.addr()))
    })
}
