//! The addresses that a `net` resource of a configuration holds, in every form in which tools write them.
//!
//! zonecfg(8) has `address`, `allowed-address` and `defrouter`. OmniOS and SmartOS hand addresses to lx, bhyve and kvm zones in properties of the
//! net as well: `ips`, `ip`, `gateway`, `gateways` (illumos-omnios `usr/src/lib/brand/lx/zone/lx_boot_zone_omnios.ksh`, illumos-joyent
//! `usr/src/vm/node_modules/proptable.js`).

use std::net::IpAddr;

use illumos::zone::config::Net;

use crate::documents::model::ZoneNet;

/// What a `net` resource says of addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// The addresses that the zone has on this link.
    pub addresses: Vec<IpAddr>,
    /// The routers that it sends through.
    pub routers: Vec<IpAddr>,
    /// Host names in place of addresses.
    pub names: Vec<String>,
}

/// What the value of a property of a net is.
enum Meaning {
    Addresses,
    Routers,
}

/// The addresses that a property of a `net` resource lists, as they are written.
pub fn addresses_listed<'n>(property: &str, value: &'n str) -> impl Iterator<Item = &'n str> {
    let listed = matches!(meaning(property), Some(Meaning::Addresses));
    elements(value).filter(move |element| listed && address(element).is_some())
}

/// Whether a property of a `net` resource says something of addresses.
#[must_use]
pub fn is_about_addresses(property: &str) -> bool {
    meaning(property).is_some()
}

fn meaning(property: &str) -> Option<Meaning> {
    match property.to_ascii_lowercase().replace('-', "_").as_str() {
        "ip" | "ips" | "address" | "addresses" | "allowed_ip" | "allowed_ips"
        | "allowed_address" | "allowed_addresses" | "primary_ip" | "vrrp_primary_ip" => {
            Some(Meaning::Addresses)
        }
        "gateway" | "gateways" | "defrouter" | "router" => Some(Meaning::Routers),
        _ => None,
    }
}

impl Held {
    /// What a resource with these values holds. Any of them may be a list with commas, and an address may be without a prefix length.
    #[must_use]
    pub fn of<'n>(
        addresses: impl IntoIterator<Item = &'n str>,
        router: Option<&str>,
        properties: impl IntoIterator<Item = (&'n str, &'n str)>,
    ) -> Self {
        let mut held = Self::default();
        for element in addresses.into_iter().flat_map(elements) {
            match address(element) {
                Some(address) => held.add(address),
                None => held.names.push(element.to_owned()),
            }
        }
        held.routers
            .extend(router.into_iter().flat_map(elements).filter_map(address));
        for (name, value) in properties {
            let found = elements(value).filter_map(address);
            match meaning(name) {
                Some(Meaning::Addresses) => found.for_each(|address| held.add(address)),
                Some(Meaning::Routers) => held.routers.extend(found),
                None => {}
            }
        }
        held
    }

    /// An address is often there twice: in `allowed-address` and in a property.
    fn add(&mut self, address: IpAddr) {
        if !self.addresses.contains(&address) {
            self.addresses.push(address);
        }
    }
}

impl From<&Net> for Held {
    fn from(net: &Net) -> Self {
        Self::of(
            [net.address.as_deref(), net.allowed_address.as_deref()]
                .into_iter()
                .flatten(),
            net.defrouter.as_deref(),
            net.property
                .iter()
                .map(|property| (property.name.as_str(), property.value.as_str())),
        )
    }
}

/// The addresses that a net of an entry holds, those of the resources that an import kept included; each once.
#[must_use]
pub fn held_by(net: &ZoneNet) -> Vec<IpAddr> {
    let mut held: Vec<IpAddr> = Vec::with_capacity(net.addresses.len());
    let written = net.addresses.iter().map(ipnet::IpNet::addr);
    let kept = net
        .resources
        .iter()
        .flat_map(|net| Held::from(net).addresses);
    for address in written.chain(kept) {
        // A list may say an address twice, which `validate` tells; a resource only repeats what is known.
        if held.len() < net.addresses.len() || !held.contains(&address) {
            held.push(address);
        }
    }
    held
}

/// The elements of a list, without the words by which a zone asks the network for an address.
fn elements(list: &str) -> impl Iterator<Item = &str> {
    list.split([',', ' ', '\t']).filter(|element| {
        !matches!(
            element.to_ascii_lowercase().as_str(),
            "" | "dhcp" | "addrconf" | "auto" | "none"
        )
    })
}

/// An address with or without a prefix length or the name of an interface.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.split('/').next().unwrap_or(text);
    let text = text.split('%').next().unwrap_or(text);
    text.trim_matches(['[', ']']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_address() {
        type Row = (
            &'static [&'static str],
            Option<&'static str>,
            &'static [(&'static str, &'static str)],
            &'static str,
        );
        const ROWS: &[Row] = &[
            (
                &["10.0.0.10/24"],
                Some("10.0.0.1"),
                &[],
                "10.0.0.10 | 10.0.0.1 |",
            ),
            (&["10.0.0.10"], None, &[], "10.0.0.10 | |"),
            (&["2001:DB8::10/64"], None, &[], "2001:db8::10 | |"),
            (
                &["10.0.0.10/24,10.0.0.11"],
                None,
                &[],
                "10.0.0.10 10.0.0.11 | |",
            ),
            (&["db01"], None, &[], "| | db01"),
            (&[], None, &[("ips", "10.0.0.10/24")], "10.0.0.10 | |"),
            (
                &[],
                None,
                &[("ips", "10.0.0.10/24,dhcp,addrconf, fd00::1/64")],
                "10.0.0.10 fd00::1 | |",
            ),
            (
                &[],
                None,
                &[
                    ("ip", "10.0.0.10"),
                    ("netmask", "255.255.255.0"),
                    ("gateway", "10.0.0.1"),
                ],
                "10.0.0.10 | 10.0.0.1 |",
            ),
            (
                &[],
                None,
                &[("gateways", "10.0.0.1,fd00::1")],
                "| 10.0.0.1 fd00::1 |",
            ),
            (
                &[],
                None,
                &[("ip", "dhcp"), ("primary", "true"), ("mtu", "1500")],
                "| |",
            ),
            (
                &["10.0.0.10/24"],
                None,
                &[("ips", "10.0.0.10/24")],
                "10.0.0.10 | |",
            ),
            (&["fe80::1%net0/10"], None, &[], "fe80::1 | |"),
        ];
        let texts = |addresses: &[IpAddr]| {
            let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            texts.join(" ")
        };
        for (addresses, router, properties, expected) in ROWS {
            let held = Held::of(
                addresses.iter().copied(),
                *router,
                properties.iter().copied(),
            );
            let found = format!(
                "{} | {} | {}",
                texts(&held.addresses),
                texts(&held.routers),
                held.names.join(" ")
            );
            let words = |text: &str| {
                text.split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            assert_eq!(
                words(&found),
                words(expected),
                "{addresses:?} {properties:?}"
            );
        }
    }
}
