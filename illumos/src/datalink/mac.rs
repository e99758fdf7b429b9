use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A MAC address, 6 bytes. Displayed and parsed as `2:8:20:a:b:c`, each byte in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MacAddress(pub [u8; 6]);

/// Why a text is not a MAC address that a link can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidMacAddress {
    /// It does not have the form.
    #[error("{0:?} is not a MAC address: six bytes in hexadecimal, separated by colons")]
    Form(String),
    /// The lowest bit of the first byte is set: the address of a group.
    #[error("{0:?} is a multicast address; the first byte of a link's address is even")]
    Multicast(String),
}

impl MacAddress {
    /// Whether it is the address of a group, which no link can have.
    #[must_use]
    pub fn is_multicast(self) -> bool {
        self.0[0] & 1 != 0
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        f.pad(&format!("{a:x}:{b:x}:{c:x}:{d:x}:{e:x}:{g:x}"))
    }
}

impl FromStr for MacAddress {
    type Err = InvalidMacAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidMacAddress::Form(text.to_owned());
        let mut bytes = [0; 6];
        let mut parts = text.split(':');
        for byte in &mut bytes {
            let part = parts.next().ok_or_else(invalid)?;
            let fits =
                matches!(part.len(), 1 | 2) && part.bytes().all(|digit| digit.is_ascii_hexdigit());
            *byte = u8::from_str_radix(part, 16)
                .ok()
                .filter(|_| fits)
                .ok_or_else(invalid)?;
        }
        if parts.next().is_some() {
            return Err(invalid());
        }
        let address = Self(bytes);
        if address.is_multicast() {
            Err(InvalidMacAddress::Multicast(text.to_owned()))
        } else {
            Ok(address)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_dladm_prints_it() {
        let address = MacAddress([2, 8, 0x20, 0xe5, 1, 0x33]);
        assert_eq!(address.to_string(), "2:8:20:e5:1:33");
        assert_eq!("02:08:20:E5:01:33".parse(), Ok(address));
        for text in [
            "",
            "2:8:20:e5:1",
            "2:8:20:e5:1:33:4",
            "2:8:20:e5:1:+3",
            "2:8:20:e5:1:133",
            "2-8-20-e5-1-33",
        ] {
            assert_eq!(
                text.parse::<MacAddress>(),
                Err(InvalidMacAddress::Form(text.to_owned()))
            );
        }
        let multicast = "3:8:20:e5:1:33";
        assert_eq!(
            multicast.parse::<MacAddress>(),
            Err(InvalidMacAddress::Multicast(multicast.to_owned()))
        );
    }

    proptest::proptest! {
        #[test]
        fn any_unicast_address_reads_back(mut bytes: [u8; 6]) {
            bytes[0] &= !1;
            let address = MacAddress(bytes);
            proptest::prop_assert_eq!(address.to_string().parse(), Ok(address));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,24}") {
            let _ = text.parse::<MacAddress>();
        }
    }
}
