//! `zoneadm verify`, which most other subcommands begin with (illumos-gate usr/src/cmd/zoneadm/zoneadm.c, `verify_details`).

use crate::Flavour;
use crate::datalink::{self, Plumbing};
use crate::kernel;
use crate::storage::Table;
use crate::zonecfg::{check_limitpriv, code};

use super::{Done, Stop, Terminal, Zone, error_text, filesystem};

/// Verifies the zone before `subcommand`, which was called with `args`.
pub(super) fn verify(
    terminal: &mut Terminal<'_>,
    zone: &mut Zone<'_>,
    subcommand: &str,
    args: &[String],
) -> Done {
    let (path, indexed) = (zone.config.zonepath(), zone.path());
    if indexed != path {
        terminal.error(&format!(
            "The XML repository has zonepath '{path}',\nbut the index file has zonepath '{indexed}'.\n\
             These must match, so fix the incorrect entry."
        ));
        return Err(Stop(1));
    }
    let mut good = true;
    if subcommand != "attach" && !zone.validate_zonepath(terminal, &path, subcommand) {
        terminal.error(&format!(
            "could not verify zonepath {path} because of the above errors."
        ));
        good = false;
    }
    let ip_type = zone.config.property("ip-type");
    if !matches!(ip_type.as_str(), "" | "shared" | "exclusive") {
        // The real one goes on with memory that it has given back, and ends with a signal.
        terminal.error(&format!("zoneadm: {subcommand}: Invalid argument"));
        return Err(Stop(1));
    }
    networks(terminal, zone);
    good &= filesystem::verify(terminal, zone);
    good &= resource_controls(terminal, zone);
    pool(terminal, zone);
    good &= zone.verify_brand(terminal, subcommand, args).is_ok();
    good &= ip_type_of_brand(terminal, zone);
    good &= datasets(terminal, zone);
    if subcommand != "mount" {
        good &= privileges(terminal, zone);
    }
    if matches!(subcommand, "boot" | "ready") {
        zone.fix_configuration(terminal);
    }
    if good {
        return Ok(());
    }
    terminal.error(&format!("zoneadm: zone {} failed to verify", zone.name));
    Err(Stop(1))
}

/// What a boot would stumble over, or leave out, is only warned of.
fn networks(terminal: &mut Terminal<'_>, zone: &Zone<'_>) {
    let (Ok(table), Ok(plumbing)) = (datalink::read(zone.host), zone.host.read::<Plumbing>())
    else {
        return;
    };
    let omnios = zone.host.flavour() == Flavour::Omnios;
    for net in zone.config.nets() {
        let link = &net.physical;
        if link == "lo0" {
            continue;
        }
        let warning = if !zone.config.is_exclusive() {
            if plumbing.has(link) {
                continue;
            }
            format!("'{link}' which may not be present/plumbed in the global zone.")
        } else if plumbing.has(link) {
            format!("'{link}' which is used in the global zone.")
        } else {
            match table.by_name(link).filter(|found| found.active) {
                None if omnios => continue,
                None => format!("'{link}': object not found"),
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
            }
        };
        terminal.error(&format!("WARNING: skipping network interface {warning}"));
    }
}

fn resource_controls(terminal: &mut Terminal<'_>, zone: &Zone<'_>) -> bool {
    for rctl in zone.config.rctls() {
        if !rctl.name.starts_with("zone.") {
            let text = format!("WARNING: Ignoring unrecognized rctl '{}'.", rctl.name);
            zone.complain(terminal, &text);
            continue;
        }
        for value in &rctl.values {
            if value.limit.parse::<u64>().is_err()
                || !matches!(value.action.as_str(), "none" | "deny")
                    && !value.action.starts_with("signal=")
            {
                let text = format!(
                    "invalid rctl value: (priv={},limit={},action{})",
                    value.priv_, value.limit, value.action
                );
                zone.complain(terminal, &text);
                return false;
            }
        }
    }
    true
}

/// Pools are off unless the setting `pools` names those that there are.
fn pool(terminal: &mut Terminal<'_>, zone: &Zone<'_>) {
    let pool = zone.config.property("pool");
    if pool.is_empty() {
        return;
    }
    let text = match zone.host.setting("pools") {
        None => {
            format!("WARNING: pools facility not active; zone will not be bound to pool '{pool}'.")
        }
        Some(_) if zone.host.setting_names("pools", &pool) => return,
        Some(_) => format!("WARNING: pool '{pool}' not found. using default pool"),
    };
    zone.complain(terminal, &text);
}

fn ip_type_of_brand(terminal: &mut Terminal<'_>, zone: &Zone<'_>) -> bool {
    let Some(brand) = &zone.brand else {
        return false;
    };
    let ip_type = if zone.config.is_exclusive() {
        ("exclusive", brand.exclusive_ip)
    } else {
        ("shared", brand.shared_ip)
    };
    if ip_type.1 {
        return true;
    }
    terminal.error(&format!(
        "zoneadm: ip-type cannot be '{}' when brand is '{}'.",
        ip_type.0, brand.name
    ));
    false
}

fn datasets(terminal: &mut Terminal<'_>, zone: &Zone<'_>) -> bool {
    let Ok(table) = zone.host.read::<Table>() else {
        return true;
    };
    let mut good = true;
    for name in zone.config.datasets() {
        let complaint = match table.datasets.get(&name) {
            None => "dataset does not exist",
            Some(found) if !found.settings.local.contains_key("mountpoint") => {
                "mountpoint cannot be inherited"
            }
            Some(_) => continue,
        };
        terminal.error(&format!("could not verify zfs dataset {name}: {complaint}"));
        good = false;
    }
    good
}

fn privileges(terminal: &mut Terminal<'_>, zone: &Zone<'_>) -> bool {
    let limitpriv = zone.config.property("limitpriv");
    let checked = check_limitpriv(
        zone.host,
        &zone.brand_name,
        zone.config.is_exclusive(),
        &limitpriv,
    );
    let Err((code, privilege)) = checked else {
        return true;
    };
    let privilege = privilege.unwrap_or_default();
    terminal.error(&match code {
        code::PRIV_PROHIBITED => {
            format!("privilege \"{privilege}\" is not permitted within the zone's privilege set")
        }
        code::PRIV_REQUIRED => {
            format!("required privilege \"{privilege}\" is missing from the zone's privilege set")
        }
        code::PRIV_UNKNOWN => {
            format!("unknown privilege \"{privilege}\" specified in the zone's privilege set")
        }
        code => format!(
            "zoneadm: failed to determine the zone's privilege set: {}",
            error_text(code)
        ),
    });
    false
}
