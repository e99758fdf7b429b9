//! The nets of a zone that zmgr did not make.

use std::collections::BTreeMap;
use std::net::IpAddr;

use illumos::datalink::Link;
use illumos::zone::ZoneConfig;
use illumos::zone::config::{IpType, Net};
use ipnet::IpNet;

use super::import::groups;
use crate::documents::model::{AddressMode, Documents, LinkSettings, Pool, Template, ZoneNet};
use crate::registry::net_resources;

/// The nets of an entry for this configuration. They have the names of the template's nets where the pools are the same in the same
/// order, else of their pools, else of their links.
pub(super) fn nets(
    config: &ZoneConfig,
    documents: &Documents,
    links: &BTreeMap<String, Link>,
    template: Option<&Template>,
) -> Vec<ZoneNet> {
    let mut nets: Vec<ZoneNet> = groups(config)
        .iter()
        .map(|group| net(group, config.ip_type, documents, links))
        .collect();
    let mut taken: Vec<String> = Vec::new();
    for (place, net) in nets.iter_mut().enumerate() {
        let wanted = template.and_then(|template| template.nets.get(place));
        let wanted = wanted.filter(|wanted| {
            wanted.pool.as_deref() == net.pool.as_deref()
                || (wanted.pool.is_none() && net.addresses.is_empty())
        });
        if let Some(wanted) = wanted.filter(|_| net.addresses.is_empty()) {
            net.mode = wanted.mode;
        }
        let name = match (wanted, &net.pool) {
            (Some(wanted), _) => wanted.name.clone(),
            (None, Some(pool)) => pool.to_string(),
            (None, None) => net.name.to_string(),
        };
        net.name = unique(&name, &taken).into();
        taken.push(net.name.to_string());
    }
    nets
}

fn unique(name: &str, taken: &[String]) -> String {
    let name = if name.is_empty() { "net" } else { name };
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(|name| !taken.contains(name))
        .unwrap_or_default()
}

/// A net that is these `net` resources, all of one link. What its fields cannot say is kept as the resources themselves.
fn net(
    group: &[Net],
    ip_type: IpType,
    documents: &Documents,
    links: &BTreeMap<String, Link>,
) -> ZoneNet {
    let first = group.first().cloned().unwrap_or_default();
    let link = links.get(&first.physical);
    let vnic = link.and_then(|link| link.vnic.as_ref());
    let on_demand = first.global_nic.is_some();
    let texts = group
        .iter()
        .filter_map(|net| net.allowed_address.as_ref().or(net.address.as_ref()));
    let addresses: Vec<IpNet> = texts.filter_map(|text| text.parse().ok()).collect();
    let mut gateways: Vec<IpAddr> = Vec::new();
    for gateway in group
        .iter()
        .filter_map(|net| net.defrouter.as_ref()?.parse().ok())
    {
        if !gateways.contains(&gateway) {
            gateways.push(gateway);
        }
    }
    let mut net = ZoneNet {
        name: first.physical.as_str().into(),
        pool: None,
        mode: AddressMode::Static,
        addresses,
        gateways,
        vnic: (ip_type == IpType::Exclusive).then(|| first.physical.as_str().into()),
        stub: match ip_type {
            IpType::Exclusive if on_demand => first.global_nic.as_ref().map(Into::into),
            IpType::Exclusive => vnic.and_then(|vnic| Some(vnic.over.as_ref()?.into())),
            IpType::Shared => Some(first.physical.as_str().into()),
        },
        link: LinkSettings {
            vlan: match &first.vlan_id {
                Some(id) if on_demand => id.parse().ok().filter(|id| (1..=4094).contains(id)),
                _ => vnic.and_then(|vnic| vnic.vlan_id),
            },
            mac_address: first
                .mac_addr
                .as_ref()
                .filter(|_| on_demand)
                .and_then(|text| text.parse().ok()),
            on_demand: on_demand.then_some(true),
            ..LinkSettings::default()
        },
        resources: Vec::new(),
    };
    if let Some(pool) = pool(&net, documents) {
        net.pool = Some(pool.name.as_str().into());
        if net.gateways.is_empty() {
            // The pool has one, and the zone has not: that is how `defrouter #false` looks.
            net.gateways = gateways_of(pool, &net.addresses);
            net.link.defrouter = (!net.gateways.is_empty()).then_some(false);
        }
    }
    if net_resources(&net, ip_type) != group {
        net.resources = group.to_vec();
    }
    net
}

/// The gateways of the networks that the addresses are from, the first of each family.
fn gateways_of(pool: &Pool, addresses: &[IpNet]) -> Vec<IpAddr> {
    let mut gateways: Vec<IpAddr> = Vec::new();
    for address in addresses {
        let mut networks = pool.networks.iter();
        let network = networks.find(|network| network.network == address.trunc());
        gateways.extend(
            network
                .and_then(|network| network.gateway)
                .filter(|gateway| {
                    let same = |other: &IpAddr| other.is_ipv4() == gateway.is_ipv4();
                    !gateways.iter().any(same)
                }),
        );
    }
    gateways
}

/// The pool that the addresses are from: each is in one of its networks, with the prefix length of it. Of several, that with the
/// net's lower link and gateway is taken.
fn pool<'a>(net: &ZoneNet, documents: &'a Documents) -> Option<&'a Pool> {
    if net.addresses.is_empty() {
        return None;
    }
    let holds = |pool: &&Pool| {
        net.addresses.iter().all(|address| {
            let of =
                |network: &crate::documents::model::PoolNetwork| network.network == address.trunc();
            pool.networks.iter().any(of)
        })
    };
    let score = |pool: &&Pool| {
        let stub = pool.stub.as_ref().map(|stub| {
            documents
                .config
                .uplinks
                .get(stub)
                .map_or(stub, |uplink| &uplink.link)
        });
        let gateways = pool.networks.iter().filter_map(|network| network.gateway);
        let same_gateways = gateways
            .filter(|gateway| net.gateways.contains(gateway))
            .count();
        let given_out = net
            .addresses
            .iter()
            .filter(|address| gives_out(pool, address.addr()))
            .count();
        (
            stub.is_some() && stub.map(String::as_str) == net.stub.as_deref(),
            given_out,
            same_gateways,
        )
    };
    // Of equals the first by name: `max_by_key` would take the last.
    documents
        .pools
        .values()
        .rev()
        .filter(holds)
        .max_by_key(score)
}

/// Whether the pool has the address among those that it gives out.
fn gives_out(pool: &Pool, address: IpAddr) -> bool {
    pool.networks.iter().any(|network| {
        let within = |(first, last): &(IpAddr, IpAddr)| *first <= address && address <= *last;
        let all = network.ranges.is_empty()
            && network.addresses.is_empty()
            && network.network.contains(&address);
        (all || network.ranges.iter().any(within) || network.addresses.contains(&address))
            && !network.exclude.iter().any(within)
    })
}
