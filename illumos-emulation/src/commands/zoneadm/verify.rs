//! `zoneadm verify`, which install and boot begin with.

use std::os::unix::fs::PermissionsExt;

use crate::datalink::{self, Plumbing};
use crate::storage::Table;
use crate::zonecfg::index;
use crate::{Host, kernel};

use super::{Done, Stop, Terminal, Zone};

pub(super) fn verify(terminal: &mut Terminal<'_>, zone: &Zone<'_>, installing: bool) -> Done {
    let mut good = zonepath(terminal, zone, installing);
    good &= datasets(terminal, zone);
    if zone.config.is_exclusive() && !zone.brand.exclusive_ip {
        terminal.error(&format!(
            "zoneadm: ip-type cannot be 'exclusive' when brand is '{}'.",
            zone.brand.name
        ));
        good = false;
    }
    if !zone.config.is_exclusive() && !zone.brand.shared_ip {
        terminal.error(&format!(
            "zoneadm: ip-type cannot be 'shared' when brand is '{}'.",
            zone.brand.name
        ));
        good = false;
    }
    if zone.config.is_exclusive() {
        networks(terminal, zone);
    }
    if good {
        return Ok(());
    }
    terminal.error(&format!("zoneadm: zone {} failed to verify", zone.name));
    Err(Stop(1))
}

fn zonepath(terminal: &mut Terminal<'_>, zone: &Zone<'_>, installing: bool) -> bool {
    let path = zone.path();
    let complaint = check_zonepath(terminal, zone, &path, installing);
    let Some(complaint) = complaint else {
        return true;
    };
    terminal.error(&complaint);
    terminal.error(&format!(
        "could not verify zonepath {path} because of the above errors."
    ));
    false
}

/// What is wrong with the zonepath, if anything.
fn check_zonepath(
    terminal: &mut Terminal<'_>,
    zone: &Zone<'_>,
    path: &str,
    installing: bool,
) -> Option<String> {
    if !path.starts_with('/') {
        return Some(format!("{path} is not an absolute path."));
    }
    let indexed = index::find(zone.host, zone.name.as_bytes())
        .map(|entry| entry.path())
        .unwrap_or_default();
    if indexed != path {
        return Some(format!(
            "The XML repository has zonepath '{path}',\nbut the index file has zonepath '{indexed}'.\n\
             These must match, so fix the incorrect entry."
        ));
    }
    for entry in index::entries(zone.host).unwrap_or_default() {
        let (name, other) = (entry.name(), entry.path());
        let within = |inner: &str, outer: &str| {
            inner
                .strip_prefix(outer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if name != zone.name && name != "global" && (within(path, &other) || within(&other, path)) {
            return Some(format!(
                "{} zonepath ({path}) and {name} zonepath ({other}) overlap.",
                zone.name
            ));
        }
    }
    if let Some(complaint) = check_components(zone.host, path) {
        return Some(complaint);
    }
    let place = zone.host.path(path);
    let Ok(found) = std::fs::symlink_metadata(&place) else {
        if zone.state == "configured" {
            if !installing {
                terminal.error(&format!(
                    "WARNING: {path} does not exist, so it could not be verified.\n\
                     When 'zoneadm install' is run, 'install' will try to create\n{path}, and 'verify' will be tried again,\n\
                     but the 'verify' may fail if:\nthe parent directory of {path} is group- or other-writable\nor\n\
                     {path} overlaps with any other installed zones."
                ));
            }
            return None;
        }
        return Some(format!("zoneadm: {path}: No such file or directory"));
    };
    if installing && place.join("SUNWdetached.xml").exists() {
        return Some(format!(
            "Cannot install detached zone.\nUse attach or remove {path} directory."
        ));
    }
    if found.permissions().mode() & 0o077 != 0 {
        if installing {
            terminal.error(&format!("{path}: changing permissions to 0700."));
            let _ = std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o700));
        } else {
            return Some(format!("{path} must not be group readable."));
        }
    }
    None
}

/// The directories on the way: no links, and the last but one not writable by others.
fn check_components(host: &Host, path: &str) -> Option<String> {
    let mut place = host.dir().to_owned();
    let above = path.rsplit_once('/').map_or("", |(above, _)| above);
    for component in path.split('/').filter(|component| !component.is_empty()) {
        place.push(component);
        if std::fs::symlink_metadata(&place).is_ok_and(|found| found.is_symlink()) {
            return Some(format!("zoneadm: {path}: Resolved path mismatch"));
        }
    }
    let mode = std::fs::metadata(host.path(above))
        .ok()?
        .permissions()
        .mode();
    match mode & 0o022 {
        0 => None,
        bits if bits & 0o020 != 0 => Some(format!("{above} must not be group writable.")),
        _ => Some(format!("{above} must not be world writable.")),
    }
}

fn datasets(terminal: &mut Terminal<'_>, zone: &Zone<'_>) -> bool {
    let Ok(table) = zone.host.read::<Table>() else {
        return true;
    };
    let mut good = true;
    for name in zone.config.datasets() {
        let complaint = match table.datasets.get(&name) {
            None => "dataset does not exist",
            Some(found) if !found.local.contains_key("mountpoint") => {
                "mountpoint cannot be inherited"
            }
            Some(_) => continue,
        };
        terminal.error(&format!("could not verify zfs dataset {name}: {complaint}"));
        good = false;
    }
    good
}

/// Links that a boot would stumble over are only warned of.
fn networks(terminal: &mut Terminal<'_>, zone: &Zone<'_>) {
    let (Ok(table), Ok(plumbing)) = (datalink::read(zone.host), zone.host.read::<Plumbing>())
    else {
        return;
    };
    for net in zone.config.nets() {
        let link = &net.physical;
        if !net.global_nic.is_empty() {
            continue;
        }
        let warning = match table.by_name(link).filter(|found| found.active) {
            None => format!("'{link}': object not found"),
            Some(_) if plumbing.has(link) => format!("'{link}' which is used in the global zone."),
            Some(found)
                if !found.zone.is_empty()
                    && found.zone != zone.name
                    && kernel::zone(zone.host, &found.zone).is_some() =>
            {
                format!(
                    "'{link}' which is used by the non-global zone '{}'.",
                    found.zone
                )
            }
            Some(_) => continue,
        };
        terminal.error(&format!("WARNING: skipping network interface {warning}"));
    }
}
