//! Addresses and link names of `net` resources.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::zone::config::{IpType, Net};

/// What zonecfg(8) says of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressProblem {
    /// In the tool's words.
    pub sentence: String,
    /// Whether it is the syntax as a whole: the tool explains it then.
    pub syntax: bool,
}

/// What `atoi(3C)` reads: a text without a number is 0.
fn atoi(text: &str) -> i64 {
    let text = text.trim_start();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = digits
        .bytes()
        .position(|b| !b.is_ascii_digit())
        .unwrap_or(digits.len());
    let number = digits[..end].bytes().fold(0_i64, |number, digit| {
        number
            .saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'))
    });
    sign * number.min(i64::from(i32::MAX))
}

/// Checks an `address` or `allowed-address`: IPv4 with or without a prefix length, IPv6 with one, or a host name.
///
/// # Errors
/// In zonecfg(8)'s words. The rule is the tool's, which takes more than a zone can use: `10.0.0.300` passes as a host name, and
/// `/abc` as the prefix length 0.
pub fn address(text: &str) -> Result<(), AddressProblem> {
    checked(text, false)
}

/// Checks a `defrouter`, where a prefix length is not required.
///
/// # Errors
/// As [`address`].
pub fn defrouter(text: &str) -> Result<(), AddressProblem> {
    checked(text, true)
}

/// What the tool warns of when a `defrouter` has a prefix length.
#[must_use]
pub fn defrouter_warning(text: &str) -> Option<String> {
    text.contains('/').then(|| format!(
        "Warning: prefix length in {text} is not required and will be ignored. The default host-prefix length will be used"
    ))
}

fn checked(text: &str, host: bool) -> Result<(), AddressProblem> {
    let problem = |sentence: String| AddressProblem {
        sentence,
        syntax: false,
    };
    let (part, prefix) = match text.split_once('/') {
        Some((part, prefix)) => (part, Some(atoi(prefix))),
        None => (text, None),
    };
    if part.parse::<Ipv6Addr>().is_ok() {
        return match prefix {
            _ if host => Ok(()),
            None => Err(problem(format!(
                "{text}: IPv6 addresses require /prefix-length suffix."
            ))),
            Some(0..=128) => Ok(()),
            Some(_) => Err(problem(format!(
                "{text}: IPv6 address prefix lengths must be 0 - 128."
            ))),
        };
    }
    if !host && prefix.is_some_and(|prefix| !(0..=32).contains(&prefix)) {
        return Err(problem(format!(
            "{text}: IPv4 address prefix lengths must be 0 - 32."
        )));
    }
    if part.parse::<Ipv4Addr>().is_ok() {
        return Ok(());
    }
    let mut bytes = part.bytes();
    let first = bytes.next().is_some_and(|b| b.is_ascii_alphanumeric());
    if first && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.') {
        return Ok(());
    }
    Err(AddressProblem {
        sentence: format!("{part}: bogus host name or network address syntax"),
        syntax: true,
    })
}

/// Checks the name of a link, by the rule of the zone's `ip-type`.
///
/// # Errors
/// In zonecfg(8)'s words.
pub fn physical(name: &str, ip_type: IpType) -> Result<(), String> {
    let invalid = || format!("{name}: invalid physical interface name");
    match ip_type {
        IpType::Shared => {
            if name.len() > 31 {
                return Err(invalid());
            }
            // The rule of libinetutil's ifparse_ifspec: what stands before the number is not looked at.
            let (link, unit) = match name.split_once(':') {
                Some((link, unit)) => (link, Some(unit)),
                None => (name, None),
            };
            let is_number =
                |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let ends_in_digit = link.bytes().last().is_some_and(|b| b.is_ascii_digit());
            if !ends_in_digit || !unit.is_none_or(is_number) {
                return Err(invalid());
            }
            match unit {
                Some(_) => Err(format!(
                    "{name}: LUNs not allowed in physical interface names"
                )),
                None => Ok(()),
            }
        }
        IpType::Exclusive if name.len() < 32 && link_name(name) => Ok(()),
        IpType::Exclusive if name.contains(':') => Err(format!(
            "{name}: physical interface name required; logical interface name not allowed"
        )),
        IpType::Exclusive => Err(invalid()),
    }
}

fn number_without_leading_zero(text: &str) -> bool {
    let plain = text == "0" || !text.starts_with('0');
    plain && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A name that ends in a number without leading zeros.
fn link_name(name: &str) -> bool {
    let driver = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let first = driver.bytes().next();
    first.is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'.'))
        && driver
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.')
        && number_without_leading_zero(&name[driver.len()..])
}

/// Whether two addresses are the same to libzonecfg: equal, or equal but for the prefix length that only one of them has.
#[must_use]
pub fn same_address(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    match (one.split_once('/'), other.split_once('/')) {
        (Some((part, _)), None) => part == other,
        (None, Some((part, _))) => part == one,
        _ => false,
    }
}

/// Whether `net` is what `query` asks for: the fields that are given, of which those count that go with the zone's `ip-type`. `vlan-id`
/// and the properties never count (libzonecfg.c zonecfg_lookup_nwif).
#[must_use]
pub fn matches(query: &Net, net: &Net, ip_type: IpType) -> bool {
    let same = |query: &Option<String>, value: &Option<String>| match (query, value) {
        (None, _) => true,
        (Some(query), Some(value)) => same_address(query, value),
        (Some(_), None) => false,
    };
    let equal = |query: &Option<String>, value: &Option<String>| query.is_none() || query == value;
    let of_the_type = match ip_type {
        IpType::Shared => same(&query.address, &net.address),
        IpType::Exclusive => {
            same(&query.allowed_address, &net.allowed_address)
                && equal(&query.mac_addr, &net.mac_addr)
                && equal(&query.global_nic, &net.global_nic)
        }
    };
    (query.physical.is_empty() || query.physical == net.physical)
        && of_the_type
        && same(&query.defrouter, &net.defrouter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in [
            "10.0.0.5",
            "10.0.0.5/24",
            "10.0.0.5/0",
            "10.0.0.5/abc",
            "10.0.0.300/24",
            "web-1.example.com/24",
            "2001:db8::1/64",
            "fe80::1/128",
            "9web",
        ] {
            assert_eq!(address(good), Ok(()), "{good}");
        }
        for (bad, sentence) in [
            (
                "2001:db8::1",
                "2001:db8::1: IPv6 addresses require /prefix-length suffix.",
            ),
            (
                "fe80::1/129",
                "fe80::1/129: IPv6 address prefix lengths must be 0 - 128.",
            ),
            (
                "10.0.0.5/33",
                "10.0.0.5/33: IPv4 address prefix lengths must be 0 - 32.",
            ),
            (
                "10.0.0.5/-1",
                "10.0.0.5/-1: IPv4 address prefix lengths must be 0 - 32.",
            ),
            (
                "web_1/24",
                "web_1: bogus host name or network address syntax",
            ),
            ("", ": bogus host name or network address syntax"),
            ("-web", "-web: bogus host name or network address syntax"),
        ] {
            assert_eq!(address(bad).unwrap_err().sentence, sentence);
        }
        assert_eq!(defrouter("fe80::1"), Ok(()));
        assert_eq!(defrouter("10.0.0.1/99"), Ok(()));
        assert!(defrouter("a!").is_err());
    }

    #[test]
    fn link_names() {
        for good in [
            "net0",
            "vnic10",
            "a.b_c1",
            "_x1",
            "v123456789012345678901234567890",
        ] {
            assert_eq!(physical(good, IpType::Exclusive), Ok(()), "{good}");
        }
        for bad in [
            "vnic",
            "0net",
            "net01",
            "a-b0",
            "foo/net0",
            "",
            "é0",
            "v1234567890123456789012345678901",
        ] {
            assert_eq!(
                physical(bad, IpType::Exclusive),
                Err(format!("{bad}: invalid physical interface name")),
            );
        }
        assert_eq!(
            physical("net0:1", IpType::Exclusive).unwrap_err(),
            "net0:1: physical interface name required; logical interface name not allowed",
        );
        assert_eq!(physical("net0", IpType::Shared), Ok(()));
        assert_eq!(
            physical("net0:1", IpType::Shared).unwrap_err(),
            "net0:1: LUNs not allowed in physical interface names",
        );
        for good in ["net01", "a-b0", "../x0", "a b0", "_x1"] {
            assert_eq!(physical(good, IpType::Shared), Ok(()), "{good}");
        }
        for bad in [
            "net",
            "",
            ":1",
            "net0:",
            "net0:1:2",
            "net0:x",
            "n234567890123456789012345678901x0",
        ] {
            assert_eq!(
                physical(bad, IpType::Shared),
                Err(format!("{bad}: invalid physical interface name")),
            );
        }
    }

    #[test]
    fn addresses_that_are_the_same() {
        assert!(same_address("10.0.0.1/24", "10.0.0.1"));
        assert!(same_address("10.0.0.1", "10.0.0.1/24"));
        assert!(!same_address("10.0.0.1/24", "10.0.0.1/25"));
    }
}
