//! What of its links keeps a zone from booting. zoneadmd(8) would find it out when the zone is half up, and say so with an errno
//! (illumos-gate `usr/src/cmd/zoneadmd/vplat.c`, `add_datalink`, `add_net_for_linkid`).

use crate::failure::Code;
use std::collections::BTreeSet;

use illumos::datalink::Datalinks;
use illumos::zone::ZoneName;
use illumos::zone::config::{IpType, ZoneConfig};
use ipnet::IpNet;

use crate::ipam::{handed_over, joined_length};
use crate::plan::BOOT_PROPERTIES;
use crate::{ExitCode, Failure};

/// Refuses to boot a zone with a link that is not there, that another zone holds, that is among `plumbed`, the IP interfaces of the
/// global zone, or that zoneadmd(8) would find set up already or with more addresses than it can hand over.
///
/// # Errors
/// Exit status 7 if somebody else uses a link; 1 if anything else is wrong with one.
pub fn check(zone: &ZoneName, plumbed: &BTreeSet<String>) -> Result<(), Failure> {
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
        if net.global_nic.is_some() && link.is_none() {
            // The brand makes it.
            continue;
        }
        let Some(link) = link.filter(|link| link.active) else {
            let problem = format!("its link {name} does not exist");
            return Err(
                refused(zone, ExitCode::Failed, Code::BootLink, &problem).with_help(format!(
                    "`zmgr doctor` tells how to make it; `zonecfg -z {zone} info net` shows what the zone needs, `dladm show-link` what there is"
                )),
            );
        };
        match link.zone {
            // What it has been given is in force.
            Some(holder) if holder == zone.as_str() => continue,
            Some(holder) => {
                let problem = format!("its link {name} is held by zone {holder}");
                return Err(
                    refused(zone, ExitCode::Exists, Code::BootLink, &problem).with_help(
                        format!("two zones cannot have one link: halt zone {holder}, or give zone {zone} another"),
                    ),
                );
            }
            None => {}
        }
        if plumbed.contains(name) {
            let problem = format!("its link {name} is an IP interface of the global zone");
            return Err(
                refused(zone, ExitCode::Exists, Code::BootLink, &problem).with_help(format!(
                    "`ipadm show-addr` shows what the global zone does with it; `ipadm delete-if {name}` takes it away there"
                )),
            );
        }
        if addresses.is_empty() {
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

fn refused(zone: &ZoneName, exit: ExitCode, code: Code, problem: &str) -> Failure {
    Failure::new(exit, code, format!("zone {zone} cannot boot: {problem}"))
}
