//! Zones and registry entries that do not fit each other, zones that are stuck, zonepaths that others may enter.

use crate::failure::Code;
use std::fs;
use std::os::unix::fs::MetadataExt;

use illumos::host_path;
use illumos::zone::{Zone, ZoneState};

use super::{Finding, Host};
use crate::plan::import::is_virtual_machine;
use crate::plan::{Mend, quoted};

pub(super) fn findings(host: &Host<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for entry in host.entries() {
        let name = &entry.name;
        if host.observed.zone(name).is_none() {
            findings.push(Finding::told(
                Code::DoctorEntryWithoutZone,
                format!("zone {name}"),
                "the zone is in the registry but not on the host",
                "its addresses and its VNICs stay reserved",
                [format!("zmgr destroy {name}")],
            ));
        } else if entry.id.is_some() && host.config(name).is_some() && !host.is_ours(entry) {
            findings.push(Finding::told(
                Code::DoctorAnotherZone,
                format!("zone {name}"),
                "the registry entry was written for a different zone",
                "zmgr does not change the zone, because the entry may be wrong about it",
                [format!("zmgr forget {name}"), format!("zmgr import {name}")],
            ));
        }
    }
    for zone in &host.observed.zones {
        if !host.running.contains(&zone.name) {
            findings.extend(stuck(zone));
        }
        if host.unsettled.contains(&zone.name) {
            continue;
        }
        findings.extend(without_entry(host, zone));
        findings.extend(zonepath(host, zone));
    }
    findings
}

fn without_entry(host: &Host<'_>, zone: &Zone) -> Option<Finding> {
    let name = &zone.name;
    let brand = host.config(name).map(|config| config.brand.as_str());
    if host.registered.contains(name.as_str()) || brand.is_some_and(is_virtual_machine) {
        return None;
    }
    Some(Finding::told(
        Code::DoctorZoneWithoutEntry,
        format!("zone {name}"),
        "the zone is not in the registry",
        "zmgr does not manage it, and can avoid its addresses only while its configuration can be read",
        [format!("zmgr import {name}")],
    ))
}

fn stuck(zone: &Zone) -> Option<Finding> {
    let name = &zone.name;
    let (why, commands) = match zone.state {
        ZoneState::ShuttingDown => (
            "a process or mount in it does not go away; the zone can be neither booted nor uninstalled",
            vec![
                format!("pgrep -lf -z {name}"),
                format!("fuser -c {}", quoted(&zone.zonepath)),
                format!("zoneadm -z {name} halt"),
            ],
        ),
        ZoneState::Down => (
            "something in the global zone holds a resource of the zone; it can be neither booted nor uninstalled",
            vec![
                format!("fuser -c {}", quoted(&zone.zonepath)),
                "pgrep -fl snoop".to_owned(),
                format!("zoneadm -z {name} halt"),
            ],
        ),
        ZoneState::Incomplete => (
            "an install or uninstall was interrupted; the zone cannot be booted",
            vec![format!("zoneadm -z {name} uninstall")],
        ),
        _ => return None,
    };
    Some(Finding::told(
        Code::DoctorStuckZone,
        format!("zone {name}"),
        format!("the zone is {}", zone.state),
        why,
        commands,
    ))
}

/// What zoneadm refuses to boot, and what lets users of the global zone at the files of a zone.
fn zonepath(host: &Host<'_>, zone: &Zone) -> Option<Finding> {
    if matches!(zone.state, ZoneState::Configured | ZoneState::Incomplete) {
        return None;
    }
    let metadata = fs::symlink_metadata(host_path(&zone.zonepath)).ok()?;
    let caller = rustix::process::geteuid().as_raw();
    let found = |what: String, command: String| {
        Finding::told(
            Code::DoctorUnsafeZonepath,
            &zone.zonepath,
            what,
            "users of the global zone can run the zone's setuid programs; zoneadm refuses to boot the zone",
            [command],
        )
    };
    let path = quoted(&zone.zonepath);
    if !metadata.is_dir() {
        return Some(found(
            format!("the zonepath of zone {} is not a directory", zone.name),
            format!("ls -ld {path}"),
        ));
    }
    if metadata.uid() != 0 && metadata.uid() != caller {
        return Some(found(
            format!(
                "the zonepath of zone {} belongs to user {}",
                zone.name,
                metadata.uid()
            ),
            format!("chown root {path}"),
        ));
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 == 0 {
        return None;
    }
    let ours = host
        .documents
        .zones
        .get(&zone.name)
        .is_some_and(|entry| host.is_ours(entry));
    let mend = Mend::ZonepathMode {
        zone: zone.name.clone(),
        zonepath: zone.zonepath.clone(),
    };
    let what = format!(
        "the zonepath of zone {} has mode {mode:04o}, not 0700",
        zone.name
    );
    Some(Finding {
        mend: ours.then_some(mend),
        ..found(what, format!("chmod 700 {path}"))
    })
}
