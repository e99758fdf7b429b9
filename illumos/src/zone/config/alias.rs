//! The properties that stand for a resource control.

use std::ffi::CStr;
use std::fmt;
use std::str::FromStr;

use super::{Alias, Rctl, RctlValue, ZoneConfig};

impl Alias {
    /// Every alias.
    pub const ALL: [Self; 11] = [
        Self::MaxLwps,
        Self::MaxProcesses,
        Self::MaxShmMemory,
        Self::MaxShmIds,
        Self::MaxMsgIds,
        Self::MaxSemIds,
        Self::CpuShares,
        Self::Locked,
        Self::Swap,
        Self::Physical,
        Self::CpuCap,
    ];

    /// The alias, as libzonecfg calls it: `max-lwps`; `locked`, `swap` and `physical` for those of `capped-memory`, `cpu-cap` for `ncpus` of `capped-cpu`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.names().0
    }

    /// The resource control that it stands for: `zone.max-lwps`.
    #[must_use]
    pub fn rctl(self) -> &'static str {
        self.names().1
    }

    pub(in crate::zone) fn c_name(self) -> &'static CStr {
        self.names().2
    }

    /// What happens at the limit.
    fn action(self) -> &'static str {
        if self == Self::CpuShares {
            "none"
        } else {
            "deny"
        }
    }

    fn names(self) -> (&'static str, &'static str, &'static CStr) {
        match self {
            Self::MaxLwps => ("max-lwps", "zone.max-lwps", c"max-lwps"),
            Self::MaxProcesses => ("max-processes", "zone.max-processes", c"max-processes"),
            Self::MaxShmMemory => ("max-shm-memory", "zone.max-shm-memory", c"max-shm-memory"),
            Self::MaxShmIds => ("max-shm-ids", "zone.max-shm-ids", c"max-shm-ids"),
            Self::MaxMsgIds => ("max-msg-ids", "zone.max-msg-ids", c"max-msg-ids"),
            Self::MaxSemIds => ("max-sem-ids", "zone.max-sem-ids", c"max-sem-ids"),
            Self::CpuShares => ("cpu-shares", "zone.cpu-shares", c"cpu-shares"),
            Self::Locked => ("locked", "zone.max-locked-memory", c"locked"),
            Self::Swap => ("swap", "zone.max-swap", c"swap"),
            Self::Physical => ("physical", "zone.max-physical-memory", c"physical"),
            Self::CpuCap => ("cpu-cap", "zone.cpu-cap", c"cpu-cap"),
        }
    }
}

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that is no [`Alias`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} stands for no resource control")]
pub struct UnknownAlias(String);

impl FromStr for Alias {
    type Err = UnknownAlias;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|alias| alias.as_str() == text)
            .ok_or_else(|| UnknownAlias(text.to_owned()))
    }
}

impl ZoneConfig {
    /// The value behind `alias`, in the alias's unit; `None` if the resource control is not set, or is not one `privileged` value with the alias's action.
    #[must_use]
    pub fn alias(&self, alias: Alias) -> Option<u64> {
        let mut rctls = self.rctl.iter().filter(|rctl| rctl.name == alias.rctl());
        let (Some(rctl), None) = (rctls.next(), rctls.next()) else {
            return None;
        };
        match rctl.value.as_slice() {
            [value] if value.priv_ == "privileged" && value.action == alias.action() => {
                limit(&value.limit)
            }
            _ => None,
        }
    }

    /// Sets or removes the resource control behind `alias`, as zonecfg(8) does. A value that cannot be read as an alias is replaced too.
    pub fn set_alias(&mut self, alias: Alias, value: Option<u64>) {
        self.rctl.retain(|rctl| rctl.name != alias.rctl());
        if let Some(value) = value {
            let value = RctlValue {
                priv_: "privileged".to_owned(),
                limit: value.to_string(),
                action: alias.action().to_owned(),
            };
            self.rctl.push(Rctl {
                name: alias.rctl().to_owned(),
                value: vec![value],
            });
        }
    }
}

/// A limit as libzonecfg reads it: strtoull(3C) of any base.
fn limit(text: &str) -> Option<u64> {
    let text = text.trim_start();
    let text = text.strip_prefix('+').unwrap_or(text);
    let (digits, base) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (&text[1..], 8),
        None => (text, 10),
    };
    let plain = digits.chars().all(|digit| digit.is_digit(base));
    plain
        .then(|| u64::from_str_radix(digits, base).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> ZoneConfig {
        let name = "web01".parse().unwrap();
        ZoneConfig::new(name, "/zones/web01", "ipkg")
    }

    #[test]
    fn an_alias_reads_back_what_it_sets() {
        let mut config = config();
        for (alias, value) in Alias::ALL.into_iter().zip(100..) {
            assert_eq!(config.alias(alias), None);
            config.set_alias(alias, Some(value));
            assert_eq!(config.alias(alias), Some(value));
        }
        assert_eq!(config.rctl.len(), Alias::ALL.len());
        assert_eq!(config.rctl[6].value[0].action, "none");
        assert_eq!(config.rctl[0].value[0].action, "deny");
        config.set_alias(Alias::Swap, Some(7));
        assert_eq!(
            (config.alias(Alias::Swap), config.rctl.len()),
            (Some(7), Alias::ALL.len())
        );
        config.set_alias(Alias::Swap, None);
        assert_eq!(
            (config.alias(Alias::Swap), config.rctl.len()),
            (None, Alias::ALL.len() - 1)
        );
    }

    #[test]
    fn what_is_not_one_value_of_the_right_kind_is_no_alias() {
        let value = |priv_: &str, action: &str| RctlValue {
            priv_: priv_.to_owned(),
            limit: "5".to_owned(),
            action: action.to_owned(),
        };
        let cases = [
            vec![],
            vec![value("basic", "deny")],
            vec![value("privileged", "none")],
            vec![value("privileged", "deny"), value("privileged", "deny")],
        ];
        for values in cases {
            let mut config = config();
            config.rctl.push(Rctl {
                name: "zone.max-swap".to_owned(),
                value: values.clone(),
            });
            assert_eq!(config.alias(Alias::Swap), None, "{values:?}");
        }
    }

    #[test]
    fn limits_are_read_in_any_base() {
        for (text, expected) in [
            ("0", Some(0)),
            ("0x10", Some(16)),
            ("010", Some(8)),
            ("18446744073709551615", Some(u64::MAX)),
            ("-1", None),
            ("5x", None),
        ] {
            assert_eq!(limit(text), expected, "{text}");
        }
    }
}
