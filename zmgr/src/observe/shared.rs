//! Addresses that two zones have.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use illumos::zone::ZoneName;

use super::Uses;
use crate::documents::model::Documents;
use crate::ipam::{Held, held_by};

impl Uses {
    /// The addresses that more than one zone has, by its entry, its configuration, what it runs with or what is in force on its links,
    /// whether the zones are registered or not.
    #[must_use]
    pub fn shared(&self, documents: &Documents) -> BTreeMap<IpAddr, BTreeSet<ZoneName>> {
        let mut holders: BTreeMap<IpAddr, BTreeSet<ZoneName>> = BTreeMap::new();
        let mut add = |zone: &ZoneName, address: IpAddr| {
            if !is_local(address) {
                holders.entry(address).or_default().insert(zone.clone());
            }
        };
        for entry in documents.zones.values() {
            for address in entry.nets.iter().flat_map(held_by) {
                add(&entry.name, address);
            }
        }
        let read = self.zones.iter();
        let read = read.filter_map(|(name, read)| Some((name, &read.as_ref().ok()?.0)));
        let running = self.running.iter().map(|(name, sketch)| (name, sketch));
        for (name, sketch) in read.chain(running) {
            for net in &sketch.net {
                let held = Held::from(net);
                let named = held.names.iter().filter_map(|text| self.names.get(text));
                for address in held.addresses.iter().chain(named.flatten()) {
                    add(name, *address);
                }
            }
        }
        for (name, found) in &self.in_force {
            for (_, address) in &found.addresses {
                add(name, *address);
            }
        }
        holders.retain(|_, zones| zones.len() > 1);
        holders
    }
}

/// Addresses that every zone may have: they are not sent beyond a link.
fn is_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            address.is_loopback() || address.is_link_local() || address.is_unspecified()
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unicast_link_local() || address.is_unspecified()
        }
    }
}
