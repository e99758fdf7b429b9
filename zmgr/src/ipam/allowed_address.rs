//! What zoneadmd can hand to a zone through `allowed-address`.

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
    "the addresses of one link take {length} characters with their prefix lengths, and the system can hand over 45"
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
