//! Bandwidths: the values of the link property `maxbw`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A bandwidth in bits per second.
///
/// Read as `dladm(8)` reads it: a whole number and `K`, `M` or `G`; without a unit it is in megabits per second. Written in the largest unit that
/// leaves a whole number.
///
/// # Source
/// illumos-gate `usr/src/lib/libdladm/common/libdladm.c` (`dladm_str2bw`, `dladm_bw2str`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bandwidth(u64);

impl Bandwidth {
    /// The least that a link can have.
    pub const LEAST: Self = Self(1_200_000);

    /// A number of bits per second; `None` if it is less than a link can have, or no whole number of kilobits, which is what dladm(8) can say.
    #[must_use]
    pub fn from_bits(bits: u64) -> Option<Self> {
        (bits >= Self::LEAST.0 && bits.is_multiple_of(1000)).then_some(Self(bits))
    }

    /// Bits per second.
    #[must_use]
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The bandwidth that libdladm hands over as the value of `maxbw`: megabits per second, with three decimals if need be.
    #[must_use]
    pub fn from_property(value: &str) -> Option<Self> {
        let value = value.trim();
        let (whole, thousandths) = value.split_once('.').unwrap_or((value, "000"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(thousandths) || thousandths.len() != 3 {
            return None;
        }
        let kilobits: u64 = thousandths.parse().ok()?;
        let whole: u64 = whole.parse().ok()?;
        let bits = whole.checked_mul(1000)?.checked_add(kilobits)?;
        Self::from_bits(bits.checked_mul(1000)?)
    }
}

impl fmt::Display for Bandwidth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [('G', 1_000_000_000), ('M', 1_000_000), ('K', 1000)];
        let found = units.iter().find(|(_, unit)| self.0.is_multiple_of(*unit));
        let (letter, unit) = found.copied().unwrap_or(('K', 1000));
        f.pad(&format!("{}{letter}", self.0 / unit))
    }
}

/// Why a text is not a bandwidth.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidBandwidth {
    /// It is not a number with a unit.
    #[error("\"{0}\" is not a bandwidth: a whole number and K, M or G, such as 100M or 1500K")]
    Form(String),
    /// It is less than a link can have.
    #[error("the bandwidth {0} is too small: the least is 1200K")]
    TooSmall(String),
    /// It is more than 64 bits hold.
    #[error("the bandwidth {0} is too large")]
    TooLarge(String),
}

impl FromStr for Bandwidth {
    type Err = InvalidBandwidth;

    fn from_str(text: &str) -> Result<Self, InvalidBandwidth> {
        let unit = text.bytes().last().map(|byte| byte.to_ascii_uppercase());
        let (digits, unit) = match unit {
            Some(b'K') => (&text[..text.len() - 1], 1000),
            Some(b'M') => (&text[..text.len() - 1], 1_000_000),
            Some(b'G') => (&text[..text.len() - 1], 1_000_000_000),
            _ => (text, 1_000_000),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidBandwidth::Form(text.to_owned()));
        }
        let number: Option<u64> = digits.parse().ok();
        let bits = number.and_then(|number| number.checked_mul(unit));
        // The library keeps it in a signed number.
        let bits = bits
            .filter(|bits| i64::try_from(*bits).is_ok())
            .ok_or_else(|| InvalidBandwidth::TooLarge(text.to_owned()))?;
        Self::from_bits(bits).ok_or_else(|| InvalidBandwidth::TooSmall(text.to_owned()))
    }
}

impl TryFrom<String> for Bandwidth {
    type Error = InvalidBandwidth;

    fn try_from(text: String) -> Result<Self, InvalidBandwidth> {
        text.parse()
    }
}

impl From<Bandwidth> for String {
    fn from(bandwidth: Bandwidth) -> Self {
        bandwidth.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bandwidths_are_read_as_dladm_reads_them() {
        for (text, bits, shown) in [
            ("100M", 100_000_000, "100M"),
            ("100", 100_000_000, "100M"),
            ("1500k", 1_500_000, "1500K"),
            ("2g", 2_000_000_000, "2G"),
            ("1000M", 1_000_000_000, "1G"),
            ("1200K", 1_200_000, "1200K"),
        ] {
            let read: Bandwidth = text.parse().unwrap();
            assert_eq!(
                (read.bits(), read.to_string().as_str()),
                (bits, shown),
                "{text}"
            );
            assert_eq!(shown.parse(), Ok(read));
        }
        for text in [
            "", "M", "1.5G", "banana", "-5", "+5", " 5", "5 M", "5MM", "5%", "5T",
        ] {
            let error = text.parse::<Bandwidth>().unwrap_err();
            assert!(
                matches!(error, InvalidBandwidth::Form(_)),
                "{text}: {error}"
            );
        }
        for text in ["1", "0", "1199K"] {
            let error = text.parse::<Bandwidth>().unwrap_err();
            assert!(
                matches!(error, InvalidBandwidth::TooSmall(_)),
                "{text}: {error}"
            );
        }
        for text in [
            "18446744073709551616K",
            "9223372036854775808K",
            "99999999999G",
        ] {
            let error = text.parse::<Bandwidth>().unwrap_err();
            assert!(
                matches!(error, InvalidBandwidth::TooLarge(_)),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn bandwidths_are_read_as_libdladm_prints_them() {
        for (value, shown) in [
            ("  100", "100M"),
            ("    1.500", "1500K"),
            ("12345", "12345M"),
        ] {
            assert_eq!(Bandwidth::from_property(value).unwrap().to_string(), shown);
        }
        for value in [
            "",
            "100M",
            "1.5",
            "1.",
            ".500",
            "fast",
            "    0",
            "99999999999999999999",
        ] {
            assert_eq!(Bandwidth::from_property(value), None, "{value}");
        }
    }
}
