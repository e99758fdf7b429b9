//! What of its links keeps a zone from booting. zoneadmd(8) would find it out when the zone is half up, and say so with an errno
//! (illumos-gate `usr/src/cmd/zoneadmd/vplat.c`, `add_datalink`, `add_net_for_linkid`), or boot the zone on the wrong network.

use crate::failure::Code;
use std::collections::BTreeSet;

use illumos::datalink::Datalinks;
use illumos::zone::config::{IpType, ZoneConfig};
use illumos::zone::{self, ZoneName, ZoneState};
use ipnet::IpNet;

use crate::documents::model::ZoneEntry;
use crate::ipam::{handed_over, joined_length};
use crate::plan::BOOT_PROPERTIES;
use crate::plan::link_rules::{Problem, Said, Seen};
use crate::{ExitCode, Failure};

/// Refuses to boot a zone with a link that is not there, that another zone holds, that is among `plumbed`, the IP interfaces of the
/// global zone, that is over another link or VLAN than the zone's `entry` says, or that zoneadmd(8) would find set up already or with more
/// addresses than it can hand over.
///
/// # Errors
/// Exit status 7 if somebody else uses a link; 1 if anything else is wrong with one.
pub fn check(
    zone: &ZoneName,
    entry: Option<&ZoneEntry>,
    plumbed: &BTreeSet<String>,
) -> Result<(), Failure> {
    let config = ZoneConfig::read(zone)?;
    if config.ip_type == IpType::Shared {
        return Ok(());
    }
    let links = Datalinks::open()?;
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for net in &config.net {
        let name = net.physical.as_str();
        if !seen.insert(name) {
            continue;
        }
        let addresses: Vec<IpNet> = config
            .net
            .iter()
            .filter(|other| other.physical == name)
            .filter_map(|other| handed_over(other.allowed_address.as_deref()?))
            .collect();
        if let Err(error) = joined_length(&addresses) {
            return Err(refused(
                zone,
                ExitCode::Failed,
                Code::BootTooLong,
                &format!("link {name}: {error}"),
            )
            .with_help("put the addresses on two nets, or set `protect=false` on the net"));
        }
        let link = links.find(name)?;
        let mut nets = entry.into_iter().flat_map(|entry| &entry.nets);
        let said = nets
            .find(|net| net.vnic.as_deref() == Some(name))
            .and_then(|net| Said::by_entry(zone, net))
            .unwrap_or_else(|| Said::by_configuration(zone, net));
        let seen = Seen {
            link: link.as_ref(),
            plumbed: plumbed.contains(name),
            other: None,
        };
        if let Some(problem) = said.problem(seen) {
            return Err(unusable(&said, &problem));
        }
        let held = link.is_none_or(|link| link.zone.is_some());
        if addresses.is_empty() || held {
            continue;
        }
        let mut set = Vec::new();
        for property in BOOT_PROPERTIES {
            if !links.property(name, property)?.is_empty() {
                set.push(property);
            }
        }
        if !set.is_empty() {
            let problem = format!("{} of its link {name} set already", set.join(" and "));
            return Err(
                refused(zone, ExitCode::Failed, Code::BootProtection, &problem).with_help(format!(
                    "zoneadmd sets them itself: `dladm reset-linkprop -p {} {name}`",
                    set.join(",")
                )),
            );
        }
    }
    Ok(())
}

fn unusable(said: &Said<'_>, problem: &Problem) -> Failure {
    let (zone, name) = (said.zone, said.link);
    let (exit, help) = match problem {
        Problem::Missing => (
            ExitCode::Failed,
            format!(
                "create it with `{}`; `zonecfg -z {zone} info net` shows the links that the zone needs, `dladm show-link` those that exist",
                said.create()
            ),
        ),
        Problem::Held(holder) => (
            ExitCode::Exists,
            format!(
                "two zones cannot share a link: halt zone {holder}, or give zone {zone} another"
            ),
        ),
        Problem::Shared(other) => (
            ExitCode::Exists,
            format!("two zones cannot share a link: give zone {other} or zone {zone} another"),
        ),
        Problem::Plumbed => (
            ExitCode::Exists,
            format!(
                "`ipadm show-addr` shows its use in the global zone; `ipadm delete-if {name}` removes it there"
            ),
        ),
        Problem::Differs(_) if said.on_demand => (
            ExitCode::Failed,
            format!(
                "the zone would be on the wrong network; delete the link with `dladm delete-vnic {name}`, and the brand creates it correctly"
            ),
        ),
        Problem::Differs(_) => (
            ExitCode::Failed,
            format!(
                "the zone would be on the wrong network: `dladm delete-vnic {name}`, `{}`",
                said.create()
            ),
        ),
    };
    let problem = format!("its link {name} {problem}");
    refused(zone, exit, Code::BootLink, &problem).with_help(help)
}

/// Takes off the links of a zone that is down what zoneadmd(8) had set on them, where it died or failed before it could: the zone could
/// not boot with it.
///
/// # Errors
/// If the links cannot be looked at or set.
pub(super) fn let_go(zone: &ZoneName) -> Result<(), Failure> {
    let down = |state| matches!(state, ZoneState::Configured | ZoneState::Installed);
    if zone::find(zone)?.is_none_or(|found| !down(found.state)) {
        return Ok(());
    }
    let config = ZoneConfig::read(zone)?;
    if config.ip_type == IpType::Shared {
        return Ok(());
    }
    let links = Datalinks::open()?;
    for net in &config.net {
        let name = net.physical.as_str();
        if links.find(name)?.is_none_or(|link| link.zone.is_some()) {
            continue;
        }
        for property in BOOT_PROPERTIES {
            if !links.property(name, property)?.is_empty() {
                links.set_property(name, property, &[], false)?;
            }
        }
    }
    Ok(())
}

fn refused(zone: &ZoneName, exit: ExitCode, code: Code, problem: &str) -> Failure {
    Failure::new(exit, code, format!("zone {zone} cannot boot: {problem}"))
}
