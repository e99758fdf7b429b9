//! What zoneadmd(8) does with links when a zone becomes ready and when it goes down (illumos-gate usr/src/cmd/zoneadmd/vplat.c).

use std::fmt::Write;
use std::net::IpAddr;

use crate::datalink::{self, ACTIVE, Link, Plumbing, Property, Value, value_of};
use crate::zonecfg::document::Net;

use super::{Stop, Terminal, Zone};

/// The size of the buffer for the addresses of a link, its end included. That its rest is reckoned from the whole size for each
/// address is the reason for the limit of 45 characters per link.
const ADDRESSES: usize = 46;

/// What a link's boot settings were refused for.
struct Refused(String);

impl Zone<'_> {
    /// Gives the zone its links. The zone must be in the kernel. On failure everything has been said.
    pub(super) fn attach_links(&self, terminal: &mut Terminal<'_>) -> Result<(), Stop> {
        let nets = self.config.nets();
        if !self.config.is_exclusive() {
            self.warn_of_missing_interfaces(terminal, &nets);
            return Ok(());
        }
        let mut network = String::new();
        for (at, net) in nets.iter().enumerate() {
            // Several resources for one link are one: the first brings it in.
            if nets[..at]
                .iter()
                .any(|earlier| earlier.physical == net.physical)
            {
                continue;
            }
            let id = self.attach_link(terminal, &net.physical)?;
            let of_link: Vec<&Net> = nets
                .iter()
                .filter(|other| other.physical == net.physical)
                .collect();
            match self.configure_link(id, &of_link) {
                Ok(text) => network.push_str(&text),
                Err(Refused(text)) => {
                    self.relay(terminal, &text);
                    self.relay(terminal, "failed to add address: Invalid argument");
                    return Err(Stop(1));
                }
            }
        }
        let file = self.host.path(&self.network_file());
        std::fs::write(file, network).map_err(|error| self.complain(terminal, &error.to_string()))
    }

    /// What the kernel hands to the zone's ipmgmtd.
    fn network_file(&self) -> String {
        format!("/var/run/zones/{}.network", self.name)
    }

    fn warn_of_missing_interfaces(&self, terminal: &mut Terminal<'_>, nets: &[Net]) {
        let plumbing = self.host.read::<Plumbing>().unwrap_or_default();
        for net in nets.iter().filter(|net| !plumbing.has(&net.physical)) {
            self.relay(
                terminal,
                &format!(
                    "WARNING: skipping network interface '{}' which may not be present/plumbed in the global zone.",
                    net.physical
                ),
            );
        }
    }

    fn attach_link(&self, terminal: &mut Terminal<'_>, link: &str) -> Result<u32, Stop> {
        let table = datalink::read(self.host).unwrap_or_default();
        let errno = match table.by_name(link).filter(|found| found.active) {
            None => "No such file or directory",
            Some(found) => match datalink::assign_zone(self.host, found.id, &self.name) {
                Ok(()) => return Ok(found.id),
                Err(status) => {
                    let reason = status.text(self.host.flavour());
                    self.relay(
                        terminal,
                        &format!("WARNING: unable to add network interface '{link}': {reason}"),
                    );
                    "Device busy"
                }
            },
        };
        self.relay(terminal, &format!("failed to add network device: {errno}"));
        Err(Stop(1))
    }

    /// Protects a link with addresses; returns what the zone is told of it.
    fn configure_link(&self, id: u32, nets: &[&Net]) -> Result<String, Refused> {
        let given: Vec<&str> = nets
            .iter()
            .map(|net| net.allowed_address.as_str())
            .filter(|address| !address.is_empty())
            .collect();
        if given.is_empty() {
            return Ok(String::new());
        }
        let table = datalink::read(self.host).map_err(|error| Refused(error.to_string()))?;
        let link = table
            .by_id(id)
            .ok_or_else(|| Refused("no such link".to_owned()))?;
        if is_set(&table, link, "protection") {
            return Err(Refused("Protection is already set".to_owned()));
        }
        if is_set(&table, link, "allowed-ips") {
            return Err(Refused("allowed-ips is already set".to_owned()));
        }
        let joined = join_addresses(&given)?;
        let plain: Vec<String> = given
            .iter()
            .map(|address| address.split('/').next().unwrap_or(address).to_owned())
            .collect();
        let set = |property: &str, values: &[String]| {
            let result = datalink::set_property(self.host, id, property, values, ACTIVE);
            result.map_err(|status| {
                Refused(format!(
                    "could not set {property}: {}",
                    status.text(self.host.flavour())
                ))
            })
        };
        set("protection", &["ip-nospoof".to_owned()])?;
        set("allowed-ips", &plain)?;
        let mut text = format!("{} address={joined}", link.name);
        for router in nets
            .iter()
            .map(|net| &net.defrouter)
            .filter(|router| !router.is_empty())
        {
            if router.parse::<IpAddr>().is_err() {
                return Err(Refused(format!("invalid router [{router}]")));
            }
            let _ = write!(text, " defrouter={router}");
        }
        Ok(text + "\n")
    }

    /// Takes the links back and clears what was set on them.
    pub(super) fn detach_links(&self) {
        let Ok(table) = datalink::read(self.host) else {
            return;
        };
        for link in table.links().iter().filter(|link| link.zone == self.name) {
            // A link that is gone meanwhile needs nothing.
            let _ = datalink::assign_zone(self.host, link.id, "");
            let _ = datalink::unset_active(self.host, link.id, &["protection", "allowed-ips"]);
        }
        let _ = std::fs::remove_file(self.host.path(&self.network_file()));
    }
}

fn is_set(table: &datalink::Table, link: &Link, property: &str) -> bool {
    let values = Property::find(property)
        .and_then(|property| value_of(table, link, property, Value::Current).ok());
    values.is_some_and(|values| !values.is_empty())
}

/// The addresses of a link as zoneadmd joins them: `ADDRESS/PREFIX,…`, in too small a buffer. An address that does not fit is
/// refused; a prefix that does not fit is cut without a word.
fn join_addresses(given: &[&str]) -> Result<String, Refused> {
    let mut joined = String::new();
    for text in given {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, prefix.parse().ok()),
            None => (*text, None),
        };
        let address: IpAddr = address
            .parse()
            .map_err(|_| Refused(format!("invalid address [{text}]")))?;
        let prefix = prefix.unwrap_or_else(|| prefix_by_class(address));
        let printed = address.to_string();
        if printed.len() + 1 > ADDRESSES.saturating_sub(joined.len()) {
            return Err(Refused(format!("invalid address [{text}]")));
        }
        joined.push_str(&printed);
        let rest = format!("/{prefix},");
        joined.push_str(&rest[..rest.len().min(ADDRESSES - 1 - joined.len())]);
    }
    Ok(joined
        .strip_suffix(',')
        .map(str::to_owned)
        .unwrap_or(joined))
}

/// The prefix of an address that is given without one.
fn prefix_by_class(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(address) => match address.octets()[0] {
            0..=127 => 8,
            128..=191 => 16,
            _ => 24,
        },
        IpAddr::V6(address) if address.is_unicast_link_local() => 10,
        IpAddr::V6(_) => 64,
    }
}

#[cfg(test)]
mod tests {
    use super::{Refused, join_addresses};

    fn join(given: &[&str]) -> Result<String, String> {
        join_addresses(given).map_err(|Refused(text)| text)
    }

    #[test]
    fn forty_five_characters_fit() {
        let address = "192.168.100.10/24";
        assert_eq!(
            join(&[address, address]).unwrap(),
            format!("{address},{address}")
        );
        assert!(join(&[address, address, address]).is_err());
        assert_eq!(
            join(&["10.0.0.1/8"; 4]).unwrap(),
            ["10.0.0.1/8"; 4].join(",")
        );
        assert!(join(&["192.168.100.10/24", "2001:db8:1234:5678::10/64"]).is_ok());
        assert!(
            join(&[
                "192.168.100.10/24",
                "2001:db8:1234:5678:9abc:def0:1234:5678/64"
            ])
            .is_err()
        );
    }

    #[test]
    fn a_prefix_that_does_not_fit_is_cut() {
        // 18 + 18 characters leave 9: the address of 8 fits, its prefix of three does not.
        let address = "192.168.100.10/24";
        assert_eq!(
            join(&[address, address, "10.0.0.1/24"]).unwrap(),
            format!("{address},{address},10.0.0.1/")
        );
        assert_eq!(
            join(&[address, address, "10.0.0.9"]).unwrap(),
            format!("{address},{address},10.0.0.9/")
        );
    }

    #[test]
    fn a_missing_prefix_follows_from_the_class() {
        assert_eq!(join(&["10.0.0.1"]).unwrap(), "10.0.0.1/8");
        assert_eq!(join(&["172.16.0.1"]).unwrap(), "172.16.0.1/16");
        assert_eq!(join(&["192.0.2.1"]).unwrap(), "192.0.2.1/24");
        assert_eq!(join(&["2001:db8::1"]).unwrap(), "2001:db8::1/64");
    }
}
