//! MAC addresses.

use std::fmt;
use std::hash::{BuildHasher, RandomState};

/// An Ethernet address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct MacAddress(pub(crate) [u8; 6]);

impl MacAddress {
    /// An address of the kind that the kernel chooses: locally administered, starting with 2:8:20.
    pub(crate) fn random() -> Self {
        let [a, b, c, ..] = RandomState::new().hash_one(0).to_ne_bytes();
        Self([0x02, 0x08, 0x20, a, b, c])
    }

    /// The address of a device or an etherstub with this link id: fixed, so that a new host always has the same.
    pub(crate) fn of_device(id: u32) -> Self {
        let [a, b, c, d] = id.to_be_bytes();
        Self([0x00, 0x0c, 0x29 ^ a, b, c, d])
    }

    pub(crate) fn is_unicast(self) -> bool {
        self.0[0] & 1 == 0 && self.0 != [0; 6]
    }

    /// Reads `2:8:20:a:b:c`: six numbers in hexadecimal of one or two digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 6];
        let mut parts = text.split(':');
        for byte in &mut bytes {
            let part = parts.next()?;
            if part.is_empty()
                || part.len() > 2
                || !part.bytes().all(|digit| digit.is_ascii_hexdigit())
            {
                return None;
            }
            *byte = u8::from_str_radix(part, 16).ok()?;
        }
        parts.next().is_none().then_some(Self(bytes))
    }
}

/// Without leading zeros, as dladm(8) prints it.
impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:x}:{b:x}:{c:x}:{d:x}:{e:x}:{g:x}")
    }
}

#[cfg(test)]
mod tests {
    use super::MacAddress;

    #[test]
    fn addresses_are_read_and_printed_without_leading_zeros() {
        let address = MacAddress::parse("02:08:20:e5:01:33").unwrap();
        assert_eq!(address.to_string(), "2:8:20:e5:1:33");
        for text in [
            "",
            "2:8:20:e5:1",
            "2:8:20:e5:1:33:4",
            "2:8:20:e5:1:",
            "2:8:20:e5:1:333",
            "g:8:20:e5:1:33",
            "+2:8:20:e5:1:33",
        ] {
            assert_eq!(MacAddress::parse(text), None, "{text}");
        }
    }

    #[test]
    fn chosen_addresses_are_unicast_and_local() {
        let address = MacAddress::random();
        assert!(address.is_unicast());
        assert_eq!(address.0[..3], [2, 8, 0x20]);
    }
}
