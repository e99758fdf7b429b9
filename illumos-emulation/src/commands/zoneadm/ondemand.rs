//! VNICs that OmniOS makes when a zone becomes ready and deletes when it goes down: `net` resources with `global-nic`
//! (omniosorg/pkg5 src/brand/shared/vnic.ksh).

use std::net::IpAddr;

use crate::Flavour;
use crate::datalink::{self, ACTIVE, Class, MacAddress, MacChoice, NewVnic, PERSIST, Plumbing};
use crate::zonecfg::document::Net;

use super::{Stop, Terminal, Zone};

impl Zone<'_> {
    fn on_demand(&self) -> Vec<(usize, Net)> {
        if self.host.flavour() != Flavour::Omnios {
            return Vec::new();
        }
        let nets = self.config.nets().into_iter().enumerate();
        nets.filter(|(_, net)| !net.global_nic.is_empty() && net.address.is_empty())
            .collect()
    }

    /// Makes the VNICs that are missing, and writes the MAC addresses that they got into the configuration.
    pub(super) fn create_on_demand(&mut self, terminal: &mut Terminal<'_>) -> Result<(), Stop> {
        let mut changed = false;
        for (at, net) in self.on_demand() {
            let table = datalink::read(self.host).unwrap_or_default();
            if table.by_name(&net.physical).is_none() {
                self.create_one(terminal, &net)?;
            }
            let table = datalink::read(self.host).unwrap_or_default();
            if let Some(link) = table
                .by_name(&net.physical)
                .filter(|_| net.mac_addr.is_empty())
            {
                self.config
                    .set_net_attribute(at, "mac-addr", &link.mac.to_string());
                changed = true;
            }
        }
        if !changed {
            return Ok(());
        }
        // OmniOS' hook does it with zonecfg(8).
        let saved = self.config.save(self.host);
        saved.map_err(|code| self.complain(terminal, super::error_text(code)))
    }

    fn create_one(&self, terminal: &mut Terminal<'_>, net: &Net) -> Result<(), Stop> {
        let lower = match net.global_nic.as_str() {
            "auto" if net.allowed_address.is_empty() => {
                let text = "Cannot use 'auto' global NIC without allowed-address.";
                return Err(self.complain(terminal, text));
            }
            "auto" => self
                .interface_towards(&net.allowed_address)
                .unwrap_or_default(),
            name => name.to_owned(),
        };
        let table = datalink::read(self.host).unwrap_or_default();
        let Some(over) = table.by_name(&lower).map(|lower| lower.id) else {
            terminal.error(&format!("dladm: invalid link name '{lower}'"));
            return Err(self.complain(terminal, &format!("Failed to create VNIC {}", net.physical)));
        };
        let new = NewVnic {
            name: Some(net.physical.clone()),
            over,
            mac: MacAddress::parse(&net.mac_addr).map_or(MacChoice::Chosen, MacChoice::Fixed),
            vid: net.vlan_id.parse().unwrap_or(0),
            properties: Vec::new(),
        };
        match datalink::create_vnic(self.host, new, ACTIVE | PERSIST) {
            Ok(_) => Ok(()),
            Err(status) => {
                let reason = status.text(self.host.flavour());
                terminal.error(&format!(
                    "dladm: vnic creation over {lower} failed: {reason}"
                ));
                Err(self.complain(terminal, &format!("Failed to create VNIC {}", net.physical)))
            }
        }
    }

    /// The interface that packets to the address leave by: one with an address in the same network, else the first device.
    fn interface_towards(&self, address: &str) -> Option<String> {
        let wanted: IpAddr = address.split('/').next()?.parse().ok()?;
        let plumbing = self.host.read::<Plumbing>().unwrap_or_default();
        for interface in &plumbing.interfaces {
            if interface
                .addresses
                .iter()
                .any(|(_, address)| contains(address, wanted))
            {
                return Some(interface.name.clone());
            }
        }
        let table = datalink::read(self.host).ok()?;
        table
            .links()
            .iter()
            .find(|link| link.class == Class::Phys && link.active)
            .map(|link| link.name.clone())
    }

    /// Deletes the VNICs, whoever made them.
    pub(super) fn delete_on_demand(&self) {
        for (_, net) in self.on_demand() {
            let table = datalink::read(self.host).unwrap_or_default();
            if let Some(link) = table.by_name(&net.physical) {
                // One that is still in use stays, and is used again at the next boot.
                let _ = datalink::delete_vnic(self.host, link.id, ACTIVE | PERSIST);
            }
        }
    }
}

/// Whether `network`, an address with a prefix, is in one network with `address`.
fn contains(network: &str, address: IpAddr) -> bool {
    let Some((own, prefix)) = network.split_once('/') else {
        return false;
    };
    let (Ok(own), Ok(prefix)) = (own.parse::<IpAddr>(), prefix.parse::<u32>()) else {
        return false;
    };
    match (own, address) {
        (IpAddr::V4(own), IpAddr::V4(address)) if prefix <= 32 => {
            (own.to_bits() ^ address.to_bits())
                .checked_shr(32 - prefix)
                .unwrap_or(0)
                == 0
        }
        (IpAddr::V6(own), IpAddr::V6(address)) if prefix <= 128 => {
            (own.to_bits() ^ address.to_bits())
                .checked_shr(128 - prefix)
                .unwrap_or(0)
                == 0
        }
        _ => false,
    }
}
