//! The `net` resources of a zone's nets.

use illumos::zone::config::{IpType, Net};
use ipnet::IpNet;

use crate::documents::model::{AddressMode, ZoneNet};

/// The `net` resources that a net of an entry is: one for each address.
#[must_use]
pub fn net_resources(net: &ZoneNet, ip_type: IpType) -> Vec<Net> {
    if !net.resources.is_empty() {
        return net.resources.clone();
    }
    let physical = match ip_type {
        IpType::Exclusive => net.vnic.as_deref(),
        IpType::Shared => net.stub.as_deref(),
    };
    let mut bare = Net {
        physical: physical.unwrap_or_default().to_owned(),
        ..Net::default()
    };
    if net.link.on_demand == Some(true) {
        bare.global_nic = net.stub.as_ref().map(ToString::to_string);
        bare.mac_addr = net.link.mac_address.map(|address| address.to_string());
        bare.vlan_id = net.link.vlan.map(|vlan| vlan.to_string());
    }
    let unprotected = ip_type == IpType::Exclusive && net.link.protect == Some(false);
    if net.mode != AddressMode::Static || net.addresses.is_empty() || unprotected {
        return vec![bare];
    }
    let mut resources = Vec::new();
    for (place, address) in net.addresses.iter().enumerate() {
        let mut resource = bare.clone();
        let text = Some(address.to_string());
        match ip_type {
            IpType::Exclusive => resource.allowed_address = text,
            IpType::Shared => resource.address = text,
        }
        let first_of_family = !net.addresses[..place]
            .iter()
            .any(|before| same_family(*before, *address));
        if first_of_family && net.link.defrouter != Some(false) {
            let router = net
                .gateways
                .iter()
                .find(|gateway| gateway.is_ipv4() == address.addr().is_ipv4());
            resource.defrouter = router.map(ToString::to_string);
        }
        resources.push(resource);
    }
    resources
}

fn same_family(one: IpNet, other: IpNet) -> bool {
    one.addr().is_ipv4() == other.addr().is_ipv4()
}
