use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::IpAddr;

use compact_str::CompactString;
use illumos::address::{self, HostAddress};
use illumos::datalink::MacAddress;
use illumos::zone::config::IpType;
use illumos::zone::{Zone, ZoneName};

use super::names::HostNames;
use super::running::{InForce, in_force, running};
use super::sketch::{stamped, still_say};
use super::{NetSketch, Observed, Read, Sketch};
use crate::Failure;
use crate::cache::{Cache, Stamps};
use crate::documents::model::Documents;
use crate::ipam::{Held, Holder, Taken, held_by};
use crate::parallel;

/// What the host says to be in use, whatever the documents say.
#[derive(Debug)]
pub struct Uses {
    /// The global zone's.
    pub(super) global: Vec<HostAddress>,
    /// What configurations of zones say.
    pub(super) zones: Vec<(ZoneName, Read)>,
    /// What the files of the configurations looked like before.
    stamps: Stamps,
    /// What zones run with.
    pub(super) running: Vec<(ZoneName, Sketch)>,
    /// What is in force on the links of zones whose configurations cannot be read.
    pub(super) in_force: Vec<(ZoneName, InForce)>,
    /// The addresses of host names that configurations have in place of addresses.
    pub(super) names: BTreeMap<String, Vec<IpAddr>>,
}

/// Addresses, links and MAC addresses that the global zone and configurations of zones use, registered or not, running or not.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    /// Addresses that no registry entry says, and who has them.
    pub addresses: Vec<Taken>,
    /// Zones that may have addresses that nobody knows, and why: `its configuration cannot be read`.
    pub unknown: BTreeMap<ZoneName, String>,
    /// Links that zones name, and the zones.
    pub links: HashMap<CompactString, Vec<ZoneName>>,
    /// MAC addresses that zones' configurations fix, and a zone that does.
    pub mac_addresses: BTreeMap<MacAddress, ZoneName>,
    /// The global zone's IP interfaces, of those without an address only what [`plumbed`](Observed::plumbed) was asked for: no zone can have
    /// these links.
    pub plumbed: BTreeSet<String>,
}

impl Uses {
    /// Finds out what is in use: one `ipadm` for the global zone, the configurations of the zones that are `wanted`, and what all of the `zones`
    /// that run do so with, in process.
    ///
    /// This is the longer part of [`Claims::of`], and is done without a lock; under it [`still_holds`](Self::still_holds) is asked.
    ///
    /// # Errors
    /// If `ipadm` or libdladm fails: no address could be said to be free.
    pub fn of(
        zones: &[ZoneName],
        wanted: Vec<ZoneName>,
        cache: Option<&Cache>,
    ) -> Result<Self, Failure> {
        let (global, (sketches, stamps)) =
            parallel::both(address::list, || stamped(&wanted, cache));
        let mut uses = Self {
            global: global?,
            zones: wanted.into_iter().zip(sketches).collect(),
            stamps,
            running: running(zones, cache),
            in_force: Vec::new(),
            names: BTreeMap::new(),
        };
        uses.look_at_links()?;
        uses.look_up_names();
        Ok(uses)
    }

    /// Whether the global zone and the configurations use what they used, without reading again those whose files are as they were. Zones
    /// that have come since are not looked for. What a zone runs with is what its configuration said when it booted.
    ///
    /// # Errors
    /// If `ipadm` fails.
    pub fn still_holds(&self) -> Result<bool, Failure> {
        let (global, same) = parallel::both(address::list, || still_say(&self.zones, &self.stamps));
        Ok(same && global? == self.global)
    }

    /// Asks the links of zones whose configurations cannot be read.
    fn look_at_links(&mut self) -> Result<(), Failure> {
        let unread: Vec<&ZoneName> = self
            .zones
            .iter()
            .filter(|(_, read)| nets(read).is_none())
            .map(|(name, _)| name)
            .collect();
        let found = in_force(&unread)?;
        self.in_force = unread.into_iter().cloned().zip(found).collect();
        Ok(())
    }

    fn look_up_names(&mut self) {
        let mut table = HostNames::default();
        let read = self.zones.iter().filter_map(|(_, read)| nets(read));
        let running = self.running.iter().map(|(_, sketch)| sketch);
        for net in read.chain(running).flat_map(|sketch| &sketch.net) {
            for name in Held::from(net).names {
                let addresses = table.addresses(&name);
                self.names.insert(name, addresses);
            }
        }
    }
}

/// The configuration, if its nets could be read.
fn nets(read: &Read) -> Option<&Sketch> {
    match read {
        Ok((sketch, unread)) if unread.is_empty() || !sketch.net.is_empty() => Some(sketch),
        _ => None,
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
        let names = |zones: &mut dyn Iterator<Item = &Zone>| -> Vec<ZoneName> {
            zones.map(|zone| zone.name.clone()).collect()
        };
        let all = names(&mut self.zones.iter());
        let wanted = names(&mut self.zones.iter().filter(|zone| wanted(zone)));
        Uses::of(&all, wanted, cache)
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

/// Claims being collected.
struct Collecting<'a> {
    documents: &'a Documents,
    uses: &'a Uses,
    claims: Claims,
    /// What is known of a zone by now: what an entry says and the configuration repeats is claimed once.
    known: HashSet<(&'a ZoneName, IpAddr)>,
    /// Routers that a claim was made for.
    routers: BTreeSet<IpAddr>,
}

impl Claims {
    /// What is in use that documents do not say, and what could not be read.
    #[must_use]
    pub fn of(documents: &Documents, uses: &Uses) -> (Self, Vec<Failure>) {
        let gateways = documents.pools.values().flat_map(|pool| &pool.networks);
        let mut collecting = Collecting {
            documents,
            uses,
            claims: Self::default(),
            known: HashSet::new(),
            // What a pool says of its own gateway says more.
            routers: gateways.filter_map(|network| network.gateway).collect(),
        };
        for found in &uses.global {
            collecting.claims.addresses.push(Taken {
                address: found.address,
                holder: Holder::Host {
                    what: format!("the global zone, on {}", found.interface),
                    zone: None,
                },
            });
            collecting.claims.plumbed.insert(found.interface.clone());
        }
        let mut problems = Vec::new();
        for (name, read) in &uses.zones {
            match read {
                Ok((sketch, unread)) => {
                    collecting.configured(name, sketch);
                    if nets(read).is_none() {
                        collecting.unread(name);
                    }
                    problems.extend(unread.iter().map(|failure| collecting.help(name, failure)));
                }
                Err(failure) => {
                    collecting.unread(name);
                    problems.push(collecting.help(name, failure));
                }
            }
        }
        let mut table = HostNames::default();
        for entry in documents.zones.values() {
            for resource in entry.nets.iter().flat_map(|net| &net.resources) {
                let place = format!("on {}", resource.physical);
                for text in Held::from(resource).names {
                    let found = table.addresses(&text);
                    collecting.name(&entry.name, &text, &found, &place, "");
                }
            }
        }
        for (name, sketch) in &uses.running {
            for net in &sketch.net {
                collecting.addresses(name, net, " runs with it");
            }
        }
        (collecting.claims, problems)
    }
}

impl<'a> Collecting<'a> {
    /// What a configuration says.
    fn configured(&mut self, name: &'a ZoneName, sketch: &Sketch) {
        for net in &sketch.net {
            self.addresses(name, net, "");
            if sketch.ip_type == IpType::Exclusive {
                let holders = self.claims.links.entry(net.physical.clone()).or_default();
                if !holders.contains(name) {
                    holders.push(name.clone());
                }
            }
            if let Some(mac) = net.mac_addr.as_ref().and_then(|text| text.parse().ok()) {
                self.claims.mac_addresses.insert(mac, name.clone());
            }
        }
    }

    /// The addresses of a `net` resource that nobody has said this zone to have.
    fn addresses(&mut self, name: &'a ZoneName, net: &NetSketch, how: &str) {
        let held = Held::from(net);
        let place = format!("on {}", net.physical);
        for address in held.addresses {
            self.claim(name, address, &place, how);
        }
        let names = &self.uses.names;
        for text in held.names {
            let found = names.get(&text).map(Vec::as_slice).unwrap_or_default();
            self.name(name, &text, found, &place, how);
        }
        for address in held.routers {
            if self.routers.insert(address) {
                let holder = Holder::Router {
                    zone: name.clone(),
                    link: net.physical.clone(),
                };
                self.claims.addresses.push(Taken { address, holder });
            }
        }
    }

    /// A host name in place of an address, and what it was found to be.
    fn name(&mut self, zone: &'a ZoneName, text: &str, found: &[IpAddr], place: &str, how: &str) {
        for address in found {
            self.claim(zone, *address, &format!("{place}, by the name {text}"), how);
        }
        if found.is_empty() {
            let why = format!(
                "its address is the host name {text:?}, which the host's table does not have"
            );
            self.claims.unknown.entry(zone.clone()).or_insert(why);
        }
    }

    fn claim(&mut self, name: &'a ZoneName, address: IpAddr, place: &str, how: &str) {
        let said = |address: IpAddr| {
            let entry = self.documents.zones.get(name);
            entry.is_some_and(|entry| {
                let mut held = entry.nets.iter().flat_map(held_by);
                held.any(|said| said == address)
            })
        };
        if self.known.insert((name, address)) && !said(address) {
            let verb = if how.is_empty() { "" } else { ", which" };
            self.claims.addresses.push(Taken {
                address,
                holder: Holder::Host {
                    what: format!("zone {name}, {place}{verb}{how}"),
                    zone: Some(name.to_string()),
                },
            });
        }
    }

    /// The nets of the zone cannot be read: what is in force is all that is known of it.
    fn unread(&mut self, name: &'a ZoneName) {
        let uses = self.uses;
        let in_force = uses.in_force.iter().find(|(zone, _)| zone == name);
        for (link, address) in in_force.iter().flat_map(|(_, found)| &found.addresses) {
            self.claim(name, *address, &format!("on {link}"), " has it in force");
        }
        let known = self.documents.zones.contains_key(name)
            || uses.running.iter().any(|(zone, _)| zone == name)
            || in_force.is_some_and(|(_, found)| found.all);
        if !known {
            let why = "its configuration cannot be read".to_owned();
            self.claims.unknown.insert(name.clone(), why);
        }
    }

    /// What follows from it that something of this zone cannot be read.
    fn help(&self, name: &ZoneName, failure: &Failure) -> Failure {
        let help = if self.claims.unknown.contains_key(name) {
            format!(
                "the addresses of zone {name} are unknown; until that is repaired, `zmgr create` assigns addresses only with `--assume-free`"
            )
        } else {
            format!(
                "what is known of the addresses of zone {name} comes from its entry and from what it runs with; `zmgr doctor` says more"
            )
        };
        failure.clone().with_help(help)
    }
}
