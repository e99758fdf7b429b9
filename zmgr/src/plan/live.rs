//! What takes effect in a zone that runs, without a boot.

use illumos::Flavour;
use illumos::command::Command;
use illumos::zone::config::Rctl;
use illumos::zone::live::{self, RctlChange};
use illumos::zone::{ZoneConfig, ZoneName};
use serde::{Deserialize, Serialize};

/// A change of a running zone. Its configuration says the same already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Live {
    /// A resource control gets its first value.
    SetRctl {
        /// The resource control: `zone.cpu-shares`.
        rctl: String,
        /// In its unit.
        value: u64,
        /// Whether more is refused.
        deny: bool,
    },
    /// The value of a resource control becomes another one.
    ReplaceRctl {
        /// The resource control.
        rctl: String,
        /// In its unit.
        value: u64,
    },
    /// The value of a resource control goes.
    DeleteRctl(String),
    /// Resident memory is capped, in bytes, where that is not a resource control.
    CapMemory(u64),
    /// The zone is bound to another resource pool.
    BindPool(String),
}

impl Live {
    /// The command for the zone.
    #[must_use]
    pub fn command(&self, zone: &ZoneName) -> Command {
        match self {
            Self::SetRctl { rctl, value, deny } => {
                let change = RctlChange::Set {
                    value: *value,
                    deny: *deny,
                };
                live::rctl_command(zone, rctl, change)
            }
            Self::ReplaceRctl { rctl, value } => {
                live::rctl_command(zone, rctl, RctlChange::Replace { value: *value })
            }
            Self::DeleteRctl(rctl) => live::rctl_command(zone, rctl, RctlChange::Delete),
            Self::CapMemory(bytes) => live::memory_cap_command(zone, *bytes),
            Self::BindPool(pool) => live::pool_command(zone, pool),
        }
    }

    /// What changes, as the end of a sentence about the running zone.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::SetRctl { rctl, value, .. } | Self::ReplaceRctl { rctl, value } => {
                format!("set {rctl} to {value}")
            }
            Self::DeleteRctl(rctl) => format!("remove the value of {rctl}"),
            Self::CapMemory(bytes) => format!("cap resident memory at {bytes} bytes"),
            Self::BindPool(pool) => format!("bind it to resource pool {pool}"),
        }
    }
}

/// When a setting takes effect in a zone that has kernel presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// At once: nothing of the running zone depends on it, or the running zone is changed too.
    Now,
    /// When the zone boots.
    Boot,
    /// Only in a zone that is made anew.
    Reinstall,
}

impl Effect {
    /// The effect of a setting, by its path.
    ///
    /// # Source
    /// illumos-gate usr/src/uts/common/os/zone.c (`zone_setattr` refuses nearly everything of a zone above ready), cmd/prctl, cmd/rcap/rcapadm,
    /// cmd/pools/poolbind.
    #[must_use]
    pub fn of(setting: &str) -> Self {
        let name = setting.split('.').next().unwrap_or(setting);
        match name {
            "autoboot" | "tags" | "publishers" | "install-args" => Self::Now,
            "brand" | "ip-type" | "zonepath" | "id" => Self::Reinstall,
            "cpu-shares" | "capped-cpu" | "capped-memory" | "max-processes" | "max-lwps"
            | "max-shm-memory" | "max-shm-ids" | "max-msg-ids" | "max-sem-ids" | "rctl"
            | "resource-pool" => Self::Now,
            _ => Self::Boot,
        }
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Boot => "at the next boot",
            Self::Reinstall => "only in a new zone",
        }
    }
}

/// What has to change in the running zone for it to be as `to` says, if it is as `from` says.
#[must_use]
pub fn live_changes(from: &ZoneConfig, to: &ZoneConfig, flavour: Flavour) -> Vec<Live> {
    let mut changes = Vec::new();
    let value = |rctl: &Rctl| -> Option<(u64, bool)> {
        // Several values of one control cannot be told apart by prctl's -r: they count at the next boot.
        match rctl.value.as_slice() {
            [value] => Some((value.limit.parse().ok()?, value.action == "deny")),
            _ => None,
        }
    };
    // Every zone has a value of it, 1 if nothing says another: it is replaced, never set or deleted.
    let always = |rctl: &Rctl| rctl.name == "zone.cpu-shares";
    for rctl in &to.rctl {
        let old = from.rctl.iter().find(|old| old.name == rctl.name);
        match (old.map(value), value(rctl)) {
            (Some(Some(old)), Some(new)) if old != new => changes.push(Live::ReplaceRctl {
                rctl: rctl.name.clone(),
                value: new.0,
            }),
            (None, Some((value, _))) if always(rctl) => changes.push(Live::ReplaceRctl {
                rctl: rctl.name.clone(),
                value,
            }),
            (None, Some((value, deny))) => changes.push(Live::SetRctl {
                rctl: rctl.name.clone(),
                value,
                deny,
            }),
            _ => {}
        }
    }
    for rctl in &from.rctl {
        let gone = to.rctl.iter().all(|new| new.name != rctl.name);
        if gone && value(rctl).is_some() {
            changes.push(match always(rctl) {
                true => Live::ReplaceRctl {
                    rctl: rctl.name.clone(),
                    value: 1,
                },
                false => Live::DeleteRctl(rctl.name.clone()),
            });
        }
    }
    if flavour == Flavour::Upstream
        && to.capped_memory_physical != from.capped_memory_physical
        && let Some(bytes) = to.capped_memory_physical
    {
        changes.push(Live::CapMemory(bytes));
    }
    if to.pool != from.pool
        && let Some(pool) = &to.pool
    {
        changes.push(Live::BindPool(pool.clone()));
    }
    changes
}

#[cfg(test)]
mod tests {
    use illumos::zone::config::{Alias, RctlValue};

    use super::*;
    use crate::documents::schema::settings::SETTINGS;

    fn config() -> ZoneConfig {
        ZoneConfig::new("web01".parse().unwrap(), "/zones/web01", "ipkg")
    }

    #[test]
    fn each_change_has_its_command() {
        let (old, mut new) = (config(), config());
        new.set_alias(Alias::CpuShares, Some(20));
        new.pool = Some("batch".to_owned());
        new.capped_memory_physical = Some(1 << 30);
        let commands = |from: &ZoneConfig, to: &ZoneConfig, flavour| -> Vec<String> {
            let changes = live_changes(from, to, flavour);
            let shown = changes.iter().map(|change| change.command(&to.zonename));
            shown.map(|command| command.display()).collect()
        };
        assert_eq!(
            commands(&old, &new, Flavour::Upstream),
            [
                "/usr/bin/prctl -n zone.cpu-shares -t privileged -r -v 20 -i zone web01",
                "/usr/bin/rcapadm -z web01 -m 1073741824",
                "/usr/sbin/poolbind -p batch -i zoneid web01",
            ]
        );
        // There it is a resource control, and this field is not used.
        assert_eq!(commands(&old, &new, Flavour::Extended).len(), 2);
        let mut more = new.clone();
        more.set_alias(Alias::CpuShares, Some(50));
        assert_eq!(
            commands(&new, &more, Flavour::Upstream),
            ["/usr/bin/prctl -n zone.cpu-shares -t privileged -r -v 50 -i zone web01"]
        );
        assert_eq!(
            commands(&more, &old, Flavour::Upstream),
            ["/usr/bin/prctl -n zone.cpu-shares -t privileged -r -v 1 -i zone web01"]
        );
    }

    #[test]
    fn several_values_of_one_control_wait_for_a_boot() {
        let (old, mut new) = (config(), config());
        let value = |limit: &str| RctlValue {
            priv_: "privileged".to_owned(),
            limit: limit.to_owned(),
            action: "deny".to_owned(),
        };
        new.rctl.push(Rctl {
            name: "zone.max-lwps".to_owned(),
            value: vec![value("1"), value("2")],
        });
        assert_eq!(live_changes(&old, &new, Flavour::Upstream), []);
    }

    /// A setting that is not named in [`Effect::of`] takes effect at a boot: one that is named must exist.
    #[test]
    fn every_setting_that_has_an_effect_of_its_own_exists() {
        let named = SETTINGS
            .iter()
            .filter(|row| Effect::of(row.spec.name) != Effect::Boot)
            .count();
        assert_eq!(named, 17);
    }
}
