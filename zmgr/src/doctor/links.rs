//! VNICs and etherstubs.

use crate::failure::Code;
use std::collections::BTreeSet;

use illumos::datalink::{Datalinks, Link, LinkClass};
use illumos::zone::ZoneState;

use super::{Finding, Host, unchecked};
use crate::documents::model::{ZoneEntry, ZoneNet};
use crate::execute::etherstub;
use crate::plan::{BOOT_PROPERTIES, Mend, Vnic};
use crate::{ExitCode, Failure};

pub(super) fn findings(host: &Host<'_>) -> Vec<Finding> {
    let mut findings = orphans(host);
    let links = match Datalinks::open() {
        Ok(links) => links,
        Err(error) => {
            findings.push(unchecked("the links", &error.into()));
            return findings;
        }
    };
    for entry in host
        .entries()
        .filter(|entry| host.observed.zone(&entry.name).is_some())
    {
        for net in &entry.nets {
            findings.extend(of_net(host, &links, entry, net));
        }
    }
    findings.extend(etherstubs(host));
    findings
}

/// VNICs that no zone, no entry and no IP interface of the global zone names.
fn orphans(host: &Host<'_>) -> Vec<Finding> {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for config in host.configs.values().flatten() {
        used.extend(config.net.iter().map(|net| net.physical.as_str()));
    }
    for entry in host.documents.zones.values() {
        used.extend(entry.nets.iter().filter_map(|net| net.vnic.as_deref()));
    }
    let over: BTreeSet<&str> = host.links.values().filter_map(lower).collect();
    let idle: Vec<&Link> = host
        .links
        .values()
        .filter(|link| {
            let name = link.name.as_str();
            link.class == LinkClass::Vnic
                && link.zone.is_none()
                && !used.contains(name)
                && !over.contains(name)
        })
        .collect();
    // Whose configuration or entry cannot be read, or is being written, may be the one that has it.
    let unknown = host.configs.values().any(Result::is_err)
        || host.registered.len() != host.documents.zones.len();
    if idle.is_empty() || unknown || !host.unsettled.is_empty() {
        return Vec::new();
    }
    let plumbed = match illumos::address::interfaces() {
        Ok(plumbed) => plumbed,
        Err(error) => return vec![unchecked("the IP interfaces", &error.into())],
    };
    idle.into_iter()
        .filter(|link| !plumbed.contains(&link.name))
        .map(|link| {
            let name = &link.name;
            let over = lower(link).unwrap_or("a link that is gone");
            Finding::told(
                Code::DoctorVnicWithoutZone,
                format!("VNIC {name}"),
                format!("it is over {over}, and no zone has it"),
                "its name and its MAC address stay taken; nothing says whose it is, so that a person must decide",
                [format!("dladm show-vnic {name}"), format!("dladm delete-vnic {name}")],
            )
        })
        .collect()
}

fn lower(link: &Link) -> Option<&str> {
    link.vnic.as_ref()?.over.as_deref()
}

/// The VNIC of a net is missing, another, or has what would keep its zone from booting.
fn of_net(host: &Host<'_>, links: &Datalinks, entry: &ZoneEntry, net: &ZoneNet) -> Option<Finding> {
    let zone = &entry.name;
    let name = net
        .vnic
        .as_ref()
        .filter(|_| net.link.on_demand != Some(true))?;
    let recorded = Vnic {
        name: name.parse().ok()?,
        over: net.stub.as_ref().map(ToString::to_string),
        vlan_id: net.link.vlan,
        mac_address: net.link.mac_address,
    };
    let Some(link) = host.links.get(name.as_str()) else {
        let mut command = format!(
            "dladm create-vnic -l {}",
            net.stub.as_deref().unwrap_or("LINK")
        );
        if let Some(vlan) = net.link.vlan {
            command.push_str(&format!(" -v {vlan}"));
        }
        if let Some(mac_address) = net.link.mac_address {
            command.push_str(&format!(" -m {mac_address}"));
        }
        return Some(Finding::told(
            Code::DoctorNoVnic,
            format!("zone {zone}"),
            format!("its VNIC {name} does not exist"),
            "the zone cannot boot without it",
            [format!("{command} {name}")],
        ));
    };
    if let Some(difference) = recorded.difference(link) {
        return Some(Finding::told(
            Code::DoctorVnicDiffers,
            format!("link {name}"),
            format!("{name} of zone {zone} {difference}"),
            "the zone may be on another network than its entry says, or the link is not the zone's; destroy refuses it",
            [
                format!("dladm show-vnic {name}"),
                format!("zmgr show {zone}"),
            ],
        ));
    }
    let down = matches!(
        host.state(zone),
        Some(ZoneState::Configured | ZoneState::Installed)
    );
    let configured = host.config(zone)?;
    let handed = configured
        .net
        .iter()
        .any(|net| net.physical == *name && net.allowed_address.is_some());
    if !down || !handed || link.zone.is_some() {
        return None;
    }
    let mut set = Vec::new();
    for property in BOOT_PROPERTIES {
        match links.property(name, property) {
            Ok(values) if values.is_empty() => {}
            Ok(_) => set.push(property),
            Err(error) => return Some(unchecked(&format!("link {name}"), &error.into())),
        }
    }
    if set.is_empty() {
        return None;
    }
    let mend = Mend::LinkProtection {
        zone: zone.clone(),
        vnic: recorded,
    };
    Some(Finding {
        commands: mend.commands(),
        mend: host.is_ours(entry).then_some(mend),
        ..Finding::told(
            Code::DoctorLinkProtection,
            format!("link {name}"),
            format!(
                "{} of {name} set while zone {zone} is down",
                set.join(" and ")
            ),
            "zoneadmd sets these itself and refuses to boot a zone whose link has them",
            [],
        )
    })
}

/// Etherstubs that zmgr made and nothing uses any more.
fn etherstubs(host: &Host<'_>) -> Vec<Finding> {
    let ours = match etherstub::ours(&host.context.state_dir) {
        Ok(ours) => ours,
        Err(error) => {
            let failure = Failure::new(ExitCode::Failed, Code::EtherstubFailed, error.to_string());
            return vec![unchecked("the etherstubs", &failure)];
        }
    };
    let mut used: BTreeSet<&str> = host.links.values().filter_map(lower).collect();
    for entry in host.documents.zones.values() {
        used.extend(entry.nets.iter().filter_map(|net| net.stub.as_deref()));
    }
    let unknown = host.registered.len() != host.documents.zones.len();
    if unknown || !host.unsettled.is_empty() {
        return Vec::new();
    }
    ours.into_iter()
        .filter(|name| !used.contains(name.as_str()))
        .map(|name| {
            Finding::mended(
                Code::DoctorEtherstub,
                format!("etherstub {name}"),
                "zmgr made it for a zone, and nothing uses it any more",
                "it is in nobody's way, and would be deleted with its last zone",
                Mend::Etherstub(name),
            )
        })
        .collect()
}
