//! VNICs and etherstubs.

use crate::failure::Code;
use std::collections::BTreeSet;

use illumos::datalink::{Datalinks, Link, LinkClass};
use illumos::zone::ZoneState;
use illumos::zone::config::IpType;

use super::{Finding, Host, unchecked};
use crate::documents::model::{ZoneEntry, ZoneNet};
use crate::execute::etherstub;
use crate::plan::link_rules::{Problem, Said, Seen};
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
    findings.extend(unregistered(host));
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
                format!("it is over {over}, and no zone uses it"),
                "its name and MAC address stay in use; zmgr cannot tell who created it, so you must decide",
                [format!("dladm show-vnic {name}"), format!("dladm delete-vnic {name}")],
            )
        })
        .collect()
}

fn lower(link: &Link) -> Option<&str> {
    link.vnic.as_ref()?.over.as_deref()
}

/// Links that zones without an entry need and the host does not have.
fn unregistered(host: &Host<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (zone, config) in &host.configs {
        let Ok(config) = config else { continue };
        let known = host.registered.contains(zone.as_str()) || host.unsettled.contains(zone);
        if known || config.ip_type == IpType::Shared {
            continue;
        }
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for net in config.net.iter().filter(|net| seen.insert(&net.physical)) {
            let said = Said::by_configuration(zone, net);
            let link = host.links.get(said.link);
            let seen = Seen {
                link,
                ..Seen::default()
            };
            findings.extend(
                said.problem(seen)
                    .and_then(|problem| finding(&said, &problem)),
            );
        }
    }
    findings
}

/// What to do about a link that is not as it is said.
fn finding(said: &Said<'_>, problem: &Problem) -> Option<Finding> {
    let (zone, name) = (said.zone, said.link);
    match problem {
        Problem::Missing => Some(Finding::told(
            Code::DoctorNoVnic,
            format!("zone {zone}"),
            format!("its link {name} does not exist"),
            "the zone cannot boot without it",
            [said.create()],
        )),
        Problem::Differs(difference) => {
            let mut commands = vec![format!("dladm show-vnic {name}")];
            if said.on_demand {
                commands.push(format!("dladm delete-vnic {name}"));
            } else {
                commands.push(format!("zmgr show {zone}"));
            }
            Some(Finding::told(
                Code::DoctorVnicDiffers,
                format!("link {name}"),
                format!("{name} of zone {zone} {difference}"),
                "the zone would be on the wrong network, so zmgr does not boot it",
                commands,
            ))
        }
        // Told where the zones are compared with each other, and of no harm while only one of them runs.
        Problem::Held(_) | Problem::Plumbed | Problem::Shared(_) => None,
    }
}

/// The VNIC of a net is missing, another, or has what would keep its zone from booting.
fn of_net(host: &Host<'_>, links: &Datalinks, entry: &ZoneEntry, net: &ZoneNet) -> Option<Finding> {
    let zone = &entry.name;
    let said = Said::by_entry(zone, net)?;
    let name = said.link;
    let seen = Seen {
        link: host.links.get(name),
        ..Seen::default()
    };
    if let Some(problem) = said.problem(seen) {
        return finding(&said, &problem);
    }
    let link = seen.link?;
    let down = matches!(
        host.state(zone),
        Some(ZoneState::Configured | ZoneState::Installed)
    );
    let configured = host.config(zone)?;
    let handed = configured
        .net
        .iter()
        .any(|net| net.physical == name && net.allowed_address.is_some());
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
    let vnic = Vnic {
        name: name.parse().ok()?,
        over: said.over.map(str::to_owned),
        vlan_id: said.vlan,
        mac_address: said.mac_address,
    };
    let mend = Mend::LinkProtection {
        zone: zone.clone(),
        vnic,
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
                "zmgr created it for a zone, and nothing uses it any longer",
                "it does no harm, but should have been deleted with its last zone",
                Mend::Etherstub(name),
            )
        })
        .collect()
}
