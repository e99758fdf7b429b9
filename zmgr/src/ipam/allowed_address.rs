//! What zoneadmd can hand to a zone through `allowed-address`.

use std::net::IpAddr;

use ipnet::IpNet;

/// How many characters the addresses of one link may take together.
///
/// zoneadmd joins them as `ADDR/LEN,ADDR/LEN,…` in a buffer of 46 bytes (illumos-gate
/// `usr/src/cmd/zoneadmd/vplat.c`, `add_net_for_linkid`).
#[must_use]
pub fn joined_limit() -> usize {
    45
}

/// The addresses of one link are too long for zoneadmd: the zone would not boot, or get a wrong prefix length.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the addresses of one link take {length} characters with their prefix lengths, but illumos accepts at most 45"
)]
pub struct TooLong {
    /// How many characters they take.
    pub length: usize,
}

/// How many characters the addresses of one link take together, a comma after each.
///
/// # Errors
/// If that is more than [`joined_limit`]: `zoneadm boot` would fail, or cut the last prefix length silently.
pub fn joined_length(addresses: &[IpNet]) -> Result<usize, TooLong> {
    let length = addresses
        .iter()
        .map(|address| address.to_string().len() + 1)
        .sum();
    if length > joined_limit() {
        Err(TooLong { length })
    } else {
        Ok(length)
    }
}

/// An `allowed-address` as zoneadmd hands it over: without a prefix length it gets that of its class, or 64 or 10 for IPv6. `None` if it is
/// no address.
///
/// What netmasks(5) says of a network is not asked: it has the same number of digits but for networks of class A.
#[must_use]
pub fn handed_over(text: &str) -> Option<IpNet> {
    if let Ok(net) = text.parse() {
        return Some(net);
    }
    let address: IpAddr = text.parse().ok()?;
    let prefix_len = match address {
        IpAddr::V4(address) => match address.octets()[0] {
            0..=127 => 8,
            128..=191 => 16,
            _ => 24,
        },
        IpAddr::V6(address) if address.is_unicast_link_local() => 10,
        IpAddr::V6(_) => 64,
    };
    IpNet::new(address, prefix_len).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(addresses: &[&str]) -> Result<usize, TooLong> {
        joined_length(
            &addresses
                .iter()
                .map(|address| address.parse().unwrap())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn what_fits() {
        assert_eq!(joined(&[]), Ok(0));
        assert_eq!(joined(&["192.168.100.10/24", "192.168.100.11/24"]), Ok(36));
        assert_eq!(
            joined(&["10.0.0.1/8", "10.0.0.2/8", "10.0.0.3/8", "10.0.0.4/8"]),
            Ok(44)
        );
        assert_eq!(
            joined(&["192.168.100.10/24", "2001:db8:1234:5678::10/64"]),
            Ok(44)
        );
    }

    #[test]
    fn a_prefix_that_is_not_given() {
        let complete = |text: &str| handed_over(text).map(|net| net.to_string());
        for (text, expected) in [
            ("10.0.0.1", "10.0.0.1/8"),
            ("172.16.0.1", "172.16.0.1/16"),
            ("192.0.2.1", "192.0.2.1/24"),
            ("192.0.2.1/28", "192.0.2.1/28"),
            ("2001:db8::1", "2001:db8::1/64"),
            ("fe80::1", "fe80::1/10"),
        ] {
            assert_eq!(complete(text).as_deref(), Some(expected));
        }
        assert_eq!(complete("web01"), None);
    }

    #[test]
    fn what_does_not() {
        let three = [
            "192.168.100.10/24",
            "192.168.100.11/24",
            "192.168.100.12/24",
        ];
        assert_eq!(joined(&three), Err(TooLong { length: 54 }));
        let long = [
            "192.168.100.10/24",
            "2001:db8:1234:5678:9abc:def0:1234:5678/64",
        ];
        assert!(joined(&long).is_err());
        // The address fits and its prefix length does not: the system would cut it without a word.
        assert_eq!(
            joined(&["10.0.0.1/24", "10.0.0.2/24", "10.0.0.3/24", "10.0.0.4/24"]),
            Err(TooLong { length: 48 })
        );
    }
}
