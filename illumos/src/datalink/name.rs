use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The name of a datalink: 1 to 31 bytes of ASCII letters, digits, `_` and `.`, not beginning with a digit, ending in a number
/// without leading zeros (`dladm_valid_linkname`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LinkName(String);

/// Why a text is not a link name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidLinkName {
    /// The empty text.
    #[error("a link name cannot be empty")]
    Empty,
    /// More than 31 bytes.
    #[error("link name is {0} bytes long; at most 31 are allowed")]
    TooLong(usize),
    /// A character outside the set.
    #[error("link name contains {0:?}; allowed are letters, digits, '_' and '.'")]
    Character(char),
    /// It begins with a digit.
    #[error("a link name cannot begin with a digit")]
    LeadingDigit,
    /// It does not end in a number without leading zeros.
    #[error("a link name must end in a number without leading zeros")]
    NoNumber,
}

impl LinkName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LinkName {
    type Err = InvalidLinkName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let first = text.chars().next().ok_or(InvalidLinkName::Empty)?;
        let bad = |c: &char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
        if let Some(c) = text.chars().find(bad) {
            return Err(InvalidLinkName::Character(c));
        }
        if text.len() > 31 {
            return Err(InvalidLinkName::TooLong(text.len()));
        }
        if first.is_ascii_digit() {
            return Err(InvalidLinkName::LeadingDigit);
        }
        let number = &text[text.trim_end_matches(|c: char| c.is_ascii_digit()).len()..];
        if number.is_empty() || (number.len() > 1 && number.starts_with('0')) {
            return Err(InvalidLinkName::NoNumber);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for LinkName {
    type Error = InvalidLinkName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<LinkName> for String {
    fn from(name: LinkName) -> Self {
        name.0
    }
}

impl AsRef<str> for LinkName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LinkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
