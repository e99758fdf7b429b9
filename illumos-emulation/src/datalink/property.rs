//! Link properties: which there are, their defaults, and which values they take (dladm(8)).

use std::net::IpAddr;

use super::status::Status;
use super::table::{Class, Link, Table};

/// A link property.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    /// The value of a link that nothing was set for; empty for none.
    pub(crate) default: &'static str,
    pub(crate) writable: bool,
    /// Whether it goes into force when given as a VNIC is created.
    pub(crate) resource: bool,
    /// The values that `show-linkprop` lists as possible; empty if anything goes.
    pub(crate) possible: &'static [&'static str],
    /// How many values there may be.
    most: usize,
    check: fn(&str) -> Result<(), Status>,
}

/// Which value of a property is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    /// The one in force.
    Current,
    /// The one stored for the next boot.
    Stored,
}

fn anything(_: &str) -> Result<(), Status> {
    Ok(())
}

fn number(value: &str) -> Result<(), Status> {
    value.parse::<u32>().map(|_| ()).map_err(|_| Status::BADVAL)
}

fn mtu(value: &str) -> Result<(), Status> {
    let mtu: u32 = value.parse().map_err(|_| Status::BADVAL)?;
    if (576..=9000).contains(&mtu) {
        Ok(())
    } else {
        Err(Status::INVALID_MTU)
    }
}

fn tag(value: &str) -> Result<(), Status> {
    let tag: u16 = value.parse().map_err(|_| Status::BADVAL)?;
    if tag <= 4094 {
        Ok(())
    } else {
        Err(Status::BADVAL)
    }
}

/// The least `maxbw`, in bits per second (`usr/src/uts/common/sys/mac_flow.h`).
const LEAST_BANDWIDTH: u64 = 1_200_000;

fn bandwidth(value: &str) -> Result<(), Status> {
    match bits(value)? {
        0 | LEAST_BANDWIDTH.. => Ok(()),
        _ => Err(Status::MINMAXBW),
    }
}

/// Bits per second, as libdladm's `dladm_str2bw` reads them: a whole number by the rules of `strtoull(3C)`, and one character after it at most.
/// Without a unit it is in Mb/s.
fn bits(value: &str) -> Result<u64, Status> {
    let (negative, unsigned) = match value.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, value.strip_prefix('+').unwrap_or(value)),
    };
    let digits = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    // Where there is no number the sign is not read either.
    let (number, unit): (u64, &str) = match digits {
        0 => (0, value),
        _ => (
            unsigned[..digits].parse().map_err(|_| Status::BADARG)?,
            &unsigned[digits..],
        ),
    };
    if unit.len() > 1 {
        return Err(Status::BADARG);
    }
    let signed = i64::try_from(number).map_err(|_| Status::BADVAL)?;
    if negative && signed != 0 {
        return Err(Status::BADVAL);
    }
    let unit: u64 = match unit {
        "k" | "K" => 1000,
        "m" | "M" | "" => 1_000_000,
        "g" | "G" => 1_000_000_000,
        "%" => return Err(Status::NOTSUP),
        _ => return Err(Status::BADVAL),
    };
    number.checked_mul(unit).ok_or(Status::BADARG)
}

/// A bandwidth as libdladm prints it (`dladm_bw2str`): in Mb/s, in five places at least, with three decimals if there are any.
fn printed(bits: u64) -> String {
    let (megabits, kilobits) = (bits / 1_000_000, bits % 1_000_000 / 1000);
    match kilobits {
        0 => format!("{megabits:5}"),
        _ => format!("{megabits:5}.{kilobits:03}"),
    }
}

/// An address, with or without a prefix.
fn address(value: &str) -> Result<(), Status> {
    let (address, prefix) = match value.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (value, None),
    };
    let address: IpAddr = address.parse().map_err(|_| Status::BADVAL)?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    match prefix.map(str::parse::<u8>) {
        None => Ok(()),
        Some(Ok(prefix)) if prefix <= longest => Ok(()),
        Some(_) => Err(Status::BADVAL),
    }
}

fn rings(value: &str) -> Result<(), Status> {
    if matches!(value, "sw" | "hw") {
        Ok(())
    } else {
        number(value)
    }
}

const fn property(
    name: &'static str,
    default: &'static str,
    check: fn(&str) -> Result<(), Status>,
) -> Property {
    Property {
        name,
        default,
        writable: true,
        resource: false,
        possible: &[],
        most: 1,
        check,
    }
}

const fn choice(
    name: &'static str,
    default: &'static str,
    possible: &'static [&'static str],
) -> Property {
    Property {
        possible,
        ..property(name, default, anything)
    }
}

/// All properties, in the order in which `show-linkprop` prints them.
pub(crate) const PROPERTIES: &[Property] = &[
    property("autopush", "", anything),
    property("zone", "", anything),
    Property {
        writable: false,
        ..choice("state", "up", &["up", "down"])
    },
    property("mtu", "1500", mtu),
    Property {
        resource: true,
        ..property("maxbw", "", bandwidth)
    },
    Property {
        resource: true,
        most: 64,
        ..property("cpus", "", number)
    },
    Property {
        resource: true,
        ..property("pool", "", anything)
    },
    Property {
        resource: true,
        ..choice("priority", "medium", &["low", "medium", "high"])
    },
    choice("tagmode", "vlanonly", &["normal", "vlanonly"]),
    property("default_tag", "1", tag),
    Property {
        resource: true,
        most: 4,
        ..choice(
            "protection",
            "",
            &["mac-nospoof", "restricted", "ip-nospoof", "dhcp-nospoof"],
        )
    },
    choice("promisc-filtered", "on", &["off", "on"]),
    Property {
        resource: true,
        most: 32,
        ..property("allowed-ips", "", address)
    },
    Property {
        resource: true,
        most: 32,
        ..property("allowed-dhcp-cids", "", anything)
    },
    Property {
        resource: true,
        ..property("rxrings", "", rings)
    },
    Property {
        resource: true,
        ..property("txrings", "", rings)
    },
];

impl Property {
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        PROPERTIES.iter().find(|property| property.name == name)
    }

    /// Checks values before they are set.
    pub(crate) fn check(&self, values: &[String]) -> Result<(), Status> {
        if !self.writable {
            return Err(Status::PROPRDONLY);
        }
        if values.len() > self.most {
            return Err(Status::BADVALCNT);
        }
        for (at, value) in values.iter().enumerate() {
            // The table of links is a list of words.
            if value.is_empty()
                || value.len() >= 128
                || value.contains(|c: char| c == ',' || c.is_whitespace() || c.is_control())
            {
                return Err(Status::BADVAL);
            }
            if !self.possible.is_empty() && !self.possible.contains(&value.as_str()) {
                return Err(Status::BADVAL);
            }
            if values[..at].contains(value) {
                return Err(Status::BADVAL);
            }
            (self.check)(value)?;
        }
        Ok(())
    }
}

/// The value that a property of this link has if nothing is set.
pub(crate) fn default_of(table: &Table, link: &Link, property: &Property) -> String {
    match (property.name, link.class) {
        ("mtu", Class::Etherstub) => "9000".to_owned(),
        ("mtu", Class::Vnic | Class::Vlan) => match table.by_name(&link.over) {
            Some(lower) if lower.name != link.name => {
                let mut values =
                    value_of(table, lower, property, Value::Current).unwrap_or_default();
                values.pop().unwrap_or_else(|| property.default.to_owned())
            }
            _ => property.default.to_owned(),
        },
        ("state", Class::Etherstub) => "unknown".to_owned(),
        _ => property.default.to_owned(),
    }
}

/// The values of a property; none if it is unset.
pub(crate) fn value_of(
    table: &Table,
    link: &Link,
    property: &Property,
    which: Value,
) -> Result<Vec<String>, Status> {
    let (present, values) = match which {
        Value::Current => (link.active, &link.set),
        Value::Stored => (link.persistent, &link.stored),
    };
    if !present {
        return Err(if which == Value::Current {
            Status::NOTFOUND
        } else {
            Status::DBNOTFOUND
        });
    }
    let set = values
        .iter()
        .find(|(name, _)| name == property.name)
        .map(|(_, values)| values.clone());
    match (which, set) {
        // The kernel keeps a number; what is stored is the text that was given.
        (Value::Current, Some(values)) if property.name == "maxbw" => Ok(values
            .into_iter()
            .map(|value| bits(&value).map_or(value, printed))
            .collect()),
        (_, Some(values)) => Ok(values),
        (Value::Stored, None) => Err(Status::NOTFOUND),
        // In the global zone the property is there, with an empty value.
        (Value::Current, None) if property.name == "zone" => Ok(vec![link.zone.clone()]),
        (Value::Current, None) => {
            let default = default_of(table, link, property);
            Ok(if default.is_empty() {
                Vec::new()
            } else {
                vec![default]
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Property, Status, bits, printed};

    #[test]
    fn bandwidths_are_printed_as_libdladm_does() {
        for (value, expected) in [
            ("100M", "  100"),
            ("1500K", "    1.500"),
            ("1200005K", " 1200.005"),
            ("2g", " 2000"),
            ("123456", "123456"),
        ] {
            assert_eq!(printed(bits(value).unwrap()), expected, "{value}");
        }
    }

    #[test]
    fn values_are_checked() {
        let check = |name: &str, values: &[&str]| {
            let values: Vec<String> = values.iter().map(|&value| value.to_owned()).collect();
            Property::find(name).unwrap().check(&values)
        };
        for (name, values) in [
            ("mtu", &["1500"][..]),
            ("maxbw", &["100M"]),
            ("maxbw", &["2"]),
            ("maxbw", &["1500K"]),
            ("maxbw", &["0"]),
            ("priority", &["low"]),
            ("protection", &["ip-nospoof", "mac-nospoof"]),
            ("allowed-ips", &["10.0.0.1", "2001:db8::1/64"]),
            ("cpus", &["0", "1"]),
            ("priority", &[]),
        ] {
            assert_eq!(check(name, values), Ok(()), "{name} {values:?}");
        }
        for (name, values, status) in [
            ("mtu", &["many"][..], Status::BADVAL),
            ("mtu", &["100"], Status::INVALID_MTU),
            ("mtu", &["1500", "1600"], Status::BADVALCNT),
            ("maxbw", &["1K"], Status::MINMAXBW),
            ("maxbw", &["1.5G"], Status::BADARG),
            ("maxbw", &["fast"], Status::BADARG),
            ("maxbw", &["99999999999999999999"], Status::BADARG),
            ("maxbw", &["18446744073709551615"], Status::BADVAL),
            ("maxbw", &["9999999999999G"], Status::BADARG),
            ("maxbw", &["-5"], Status::BADVAL),
            ("maxbw", &["5T"], Status::BADVAL),
            ("maxbw", &["50%"], Status::NOTSUP),
            ("priority", &["urgent"], Status::BADVAL),
            ("protection", &["ip-nospoof", "ip-nospoof"], Status::BADVAL),
            ("allowed-ips", &["10.0.0.300"], Status::BADVAL),
            ("allowed-ips", &["10.0.0.1/33"], Status::BADVAL),
            ("pool", &["a b"], Status::BADVAL),
            ("state", &["up"], Status::PROPRDONLY),
        ] {
            assert_eq!(check(name, values), Err(status), "{name} {values:?}");
        }
    }
}
