use illumos::datalink::{MacAddressChoice, NewVnic};
use illumos::ips::{self, Setting};
use illumos::zone::lifecycle::{self, Verb};
use illumos::zone::{ZoneConfig, ZoneName};

use super::{Action, DocumentChange, ReleasedAddress};

impl Action {
    /// What is done, in the present tense without a subject: `create VNIC web01_0 over int0`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::ChangeDocuments(changes) => describe_documents(changes),
            Self::CreateEtherstub(name) => format!("create etherstub {name}"),
            Self::DeleteEtherstub { name, .. } => {
                format!("delete etherstub {name} if nothing else uses it")
            }
            Self::CreateVnic(vnic) => match vnic.vlan_id {
                Some(vlan) => format!("create VNIC {} over {}, VLAN {vlan}", vnic.name, vnic.over),
                None => format!("create VNIC {} over {}", vnic.name, vnic.over),
            },
            Self::DeleteVnic(vnic) => format!("delete VNIC {}", vnic.name),
            Self::CreateZone(config) => {
                format!("create the configuration of zone {}", config.zonename)
            }
            Self::ReplaceZone { to, .. } => {
                format!("change the configuration of zone {}", to.zonename)
            }
            Self::DeleteZone(config) => {
                format!("delete the configuration of zone {}", config.zonename)
            }
            Self::Install { zone, .. } => format!("install zone {zone}"),
            Self::Uninstall(zone) | Self::TakeBackInstall { zone, .. } => {
                format!("uninstall zone {zone}")
            }
            Self::RemoveRemains { zone, zonepath, .. } => {
                format!("remove what is left of zone {zone} at {zonepath}")
            }
            Self::WriteZoneFiles { zone, files, .. } => {
                let names: Vec<String> =
                    files.iter().map(|file| format!("/{}", file.path)).collect();
                format!("write files of zone {zone}: {}", names.join(", "))
            }
            Self::SetLinkProperties { vnic, properties } => {
                let names: Vec<&str> = properties.iter().map(|(name, _)| name.as_str()).collect();
                format!("set link properties of {vnic}: {}", names.join(", "))
            }
            Self::Release { zone, addresses } => {
                format!("note that zone {zone} releases {}", listed(addresses))
            }
            Self::EndQuarantine { zone, addresses } => {
                format!(
                    "end the quarantine of {}, which zone {zone} released",
                    listed(addresses)
                )
            }
            Self::SetPublishers {
                zone, publishers, ..
            } => {
                let names: Vec<&str> = publishers
                    .iter()
                    .map(|publisher| publisher.name.as_str())
                    .collect();
                format!("set the publishers of zone {zone}: {}", names.join(", "))
            }
            Self::Boot { zone, .. } => format!("boot zone {zone}"),
            Self::Halt(zone) => format!("halt zone {zone}"),
            Self::Shutdown { zone, .. } => format!("shut zone {zone} down"),
            Self::Reboot(zone) => format!("reboot zone {zone}"),
            Self::ChangeRunning { zone, change } => {
                format!("change running zone {zone}: {}", change.describe())
            }
            Self::Mend(mend) => mend.describe(),
        }
    }

    /// The commands that a person would type for it, quoted for sh. Empty where an editor would be used.
    #[must_use]
    pub fn commands(&self) -> Vec<String> {
        match self {
            Self::ChangeDocuments(changes) => changes
                .iter()
                .filter(|change| change.after.is_none())
                .map(|change| format!("rm {}", quoted(&format!("/etc/zmgr/{}", change.path))))
                .collect(),
            Self::CreateEtherstub(name) => vec![format!("dladm create-etherstub {name}")],
            Self::DeleteEtherstub { name, .. } => vec![format!("dladm delete-etherstub {name}")],
            Self::CreateVnic(vnic) => vec![create_vnic(vnic)],
            Self::DeleteVnic(vnic) => vec![format!("dladm delete-vnic {}", vnic.name)],
            Self::CreateZone(config) => {
                zonecfg(&config.zonename, zonecfg_language::to_commands(config))
            }
            Self::ReplaceZone { from, to } => change_zone(from, to),
            Self::DeleteZone(config) => vec![format!("zonecfg -z {} delete -F", config.zonename)],
            Self::Install { zone, args } => zoneadm(zone, Verb::Install, args),
            Self::Uninstall(zone) | Self::TakeBackInstall { zone, .. } => {
                zoneadm(zone, Verb::Uninstall, &[])
            }
            Self::RemoveRemains {
                zonepath, dataset, ..
            } => vec![match dataset {
                Some(dataset) => format!("zfs destroy -r {}", quoted(dataset)),
                None => format!("rm -r {}", quoted(zonepath)),
            }],
            // No command writes below a zone's root without following its symlinks.
            Self::WriteZoneFiles { .. } | Self::Release { .. } | Self::EndQuarantine { .. } => {
                Vec::new()
            }
            Self::SetLinkProperties { vnic, properties } => properties
                .iter()
                .map(|(name, value)| match value {
                    Some(value) => format!(
                        "dladm set-linkprop -p {} {vnic}",
                        quoted(&format!("{name}={value}"))
                    ),
                    None => format!("dladm reset-linkprop -p {} {vnic}", quoted(name)),
                })
                .collect(),
            Self::SetPublishers {
                image, publishers, ..
            } => set_publishers(image, publishers),
            Self::Boot { zone, args } => zoneadm(zone, Verb::Boot, args),
            Self::Halt(zone) => zoneadm(zone, Verb::Halt, &[]),
            Self::Shutdown { zone, .. } => zoneadm(zone, Verb::Shutdown, &[]),
            Self::Reboot(zone) => zoneadm(zone, Verb::Reboot, &[]),
            Self::ChangeRunning { zone, change } => vec![change.command(zone).display()],
            Self::Mend(mend) => mend.commands(),
        }
    }
}

fn describe_documents(changes: &[DocumentChange]) -> String {
    let verb = |change: &DocumentChange| match (&change.before, &change.after) {
        (None, _) => "write",
        (Some(_), Some(_)) => "change",
        (Some(_), None) => "remove",
    };
    match changes {
        [] => "change no document".to_owned(),
        [one] => format!("{} {}", verb(one), one.path),
        [first, ..] => format!(
            "{} {} documents, {} first",
            verb(first),
            changes.len(),
            first.path
        ),
    }
}

fn create_vnic(vnic: &NewVnic) -> String {
    let mut words = vec!["dladm create-vnic".to_owned()];
    if vnic.temporary {
        words.push("-t".to_owned());
    }
    words.push(format!("-l {}", quoted(&vnic.over)));
    match vnic.mac_address {
        MacAddressChoice::Auto => {}
        MacAddressChoice::Random => words.push("-m random".to_owned()),
        MacAddressChoice::Fixed(address) => words.push(format!("-m {address}")),
    }
    if let Some(vlan) = vnic.vlan_id {
        words.push(format!("-v {vlan}"));
    }
    if !vnic.properties.is_empty() {
        let properties: Vec<String> = vnic
            .properties
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        words.push(format!("-p {}", quoted(&properties.join(","))));
    }
    words.push(vnic.name.to_string());
    words.join(" ")
}

/// The commands as one of sh. What zonecfg cannot take stands in a comment of its own, which would otherwise swallow what follows.
fn zonecfg(zone: &ZoneName, commands: Vec<String>) -> Vec<String> {
    let (comments, commands): (Vec<String>, Vec<String>) = commands
        .into_iter()
        .partition(|command| command.starts_with('#'));
    let mut lines = Vec::new();
    if !commands.is_empty() {
        let commands = quoted(&commands.join("; "));
        lines.push(format!("zonecfg -z {zone} {commands}"));
    }
    lines.extend(comments);
    lines
}

/// The commands that change the configuration of an existing zone. They keep what an installed zone cannot change.
fn change_zone(from: &ZoneConfig, to: &ZoneConfig) -> Vec<String> {
    let flavour = illumos::flavour().unwrap_or(illumos::Flavour::Upstream);
    let changed =
        zonecfg_language::change_commands(from, to, flavour, illumos::zone::ZoneState::Configured);
    match changed {
        Ok(commands) => zonecfg(&to.zonename, commands),
        Err(error) => vec![format!("# zonecfg -z {}: {error}", to.zonename)],
    }
}

/// `zoneadm` as it would be run; nothing if it would be refused, which the planner has checked before.
fn zoneadm(zone: &ZoneName, verb: Verb, args: &[String]) -> Vec<String> {
    lifecycle::zoneadm(zone, verb, args)
        .map(|command| command.display())
        .into_iter()
        .collect()
}

/// `pkg` as it would be run; nothing if it would be refused, which the planner has checked before.
fn set_publishers(image: &str, publishers: &[Setting]) -> Vec<String> {
    let settings = publishers
        .iter()
        .filter_map(|setting| setting.commands(image).ok())
        .flatten();
    settings
        .chain(ips::refresh_command(image).ok())
        .map(|command| command.display())
        .collect()
}

fn listed(addresses: &[ReleasedAddress]) -> String {
    let texts: Vec<String> = addresses
        .iter()
        .map(|released| released.address.to_string())
        .collect();
    texts.join(", ")
}

/// `text` as one word of sh.
pub(crate) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:=@%+,-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

impl Action {
    /// The zone configuration that it makes, if it makes one.
    #[must_use]
    pub fn configuration(&self) -> Option<&ZoneConfig> {
        match self {
            Self::CreateZone(config) => Some(config),
            Self::ReplaceZone { to, .. } => Some(to),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_sh() {
        assert_eq!(quoted("/zones/web01"), "/zones/web01");
        assert_eq!(quoted("two words"), "'two words'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn a_changed_zone_as_a_command() {
        let from = ZoneConfig::new("web01".parse().unwrap(), "/zones/web01", "ipkg");
        let mut to = from.clone();
        to.autoboot = true;
        to.bootargs = Some("-m verbose".to_owned());
        assert_eq!(
            change_zone(&from, &to),
            ["zonecfg -z web01 'set autoboot=true; set bootargs=\"-m verbose\"'"]
        );
        assert!(change_zone(&from, &from).is_empty());
        to.bootargs = Some("say \"no\"".to_owned());
        let [line] = &change_zone(&from, &to)[..] else {
            panic!("one line");
        };
        assert!(
            line.starts_with("# zonecfg -z web01: `set bootargs=…`: "),
            "{line}"
        );
    }

    #[test]
    fn what_zonecfg_cannot_take_swallows_nothing() {
        let mut config = ZoneConfig::new("web01".parse().unwrap(), "/zones/web01", "ipkg");
        config.bootargs = Some("say \"no\"".to_owned());
        let lines = Action::CreateZone(Box::new(config)).commands();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(!lines[0].contains('#'), "{lines:?}");
        assert!(
            lines[1].starts_with("# zonecfg cannot take: set bootargs="),
            "{lines:?}"
        );
    }

    #[test]
    fn a_vnic_as_a_command() {
        let vnic = NewVnic {
            name: "web01_0".parse().unwrap(),
            over: "int0".to_owned(),
            mac_address: MacAddressChoice::Random,
            vlan_id: Some(20),
            properties: vec![
                ("maxbw".to_owned(), "100M".to_owned()),
                ("mtu".to_owned(), "1400".to_owned()),
            ],
            temporary: false,
        };
        assert_eq!(
            create_vnic(&vnic),
            "dladm create-vnic -l int0 -m random -v 20 -p maxbw=100M,mtu=1400 web01_0"
        );
    }
}
