use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// The name of a non-global zone: 1 to 63 bytes, `[A-Za-z0-9][A-Za-z0-9._-]*`, not `global`, not beginning with `SUNW`.
///
/// The character set is the one of `zonecfg_validate_zonename`; the `SUNW` rule is zonecfg(8)'s.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "CompactString", into = "CompactString")]
pub struct ZoneName(CompactString);

/// Why a text is not a zone name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidZoneName {
    /// The empty text.
    #[error("a zone name cannot be empty")]
    Empty,
    /// More than 63 bytes.
    #[error("zone name is {0} bytes long; at most 63 are allowed")]
    TooLong(usize),
    /// A first character that is neither letter nor digit.
    #[error("zone name begins with {0:?}, which is neither a letter nor a digit")]
    First(char),
    /// A character outside the set.
    #[error(
        "zone name contains {0:?}; allowed are letters, digits, '-', '_' and '.', the first being a letter or digit"
    )]
    Character(char),
    /// `global`, or a name beginning with `SUNW`.
    #[error("zone name {0:?} is reserved by the system")]
    Reserved(String),
}

impl ZoneName {
    /// The global zone's name, which is not the name of any configuration but its own.
    #[must_use]
    pub fn global() -> Self {
        Self(CompactString::const_new("global"))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a zone can have this name.
fn check(text: &str) -> Result<(), InvalidZoneName> {
    let first = text.chars().next().ok_or(InvalidZoneName::Empty)?;
    if !first.is_ascii_alphanumeric() {
        return Err(InvalidZoneName::First(first));
    }
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if let Some(at) = text.bytes().position(|byte| !good(byte)) {
        // Everything before it is ASCII, so that a character begins there.
        let character = text[at..].chars().next().unwrap_or_default();
        return Err(InvalidZoneName::Character(character));
    }
    if text.len() > 63 {
        return Err(InvalidZoneName::TooLong(text.len()));
    }
    if text == "global" || text.starts_with("SUNW") {
        return Err(InvalidZoneName::Reserved(text.to_owned()));
    }
    Ok(())
}

impl FromStr for ZoneName {
    type Err = InvalidZoneName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check(text)?;
        Ok(Self(text.into()))
    }
}

impl TryFrom<String> for ZoneName {
    type Error = InvalidZoneName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        check(&text)?;
        Ok(Self(text.into()))
    }
}

impl TryFrom<CompactString> for ZoneName {
    type Error = InvalidZoneName;

    fn try_from(text: CompactString) -> Result<Self, Self::Error> {
        check(&text)?;
        Ok(Self(text))
    }
}

impl From<ZoneName> for CompactString {
    fn from(name: ZoneName) -> Self {
        name.0
    }
}

impl From<ZoneName> for String {
    fn from(name: ZoneName) -> Self {
        name.0.into()
    }
}

impl AsRef<str> for ZoneName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
