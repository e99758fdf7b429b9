//! Streams of `zfs send`, in a plain format of the emulation's own: lines of JSON, and the contents of files between them.

mod format;
mod package;
mod receive;
mod send;
mod settings;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Host;

pub(crate) use receive::{Receiving, abort, receive};
pub(crate) use send::{Base, Sending, resume, send};

/// What is left of a receive that broke off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Partial {
    /// The snapshot that was being sent.
    pub(super) toname: String,
    pub(super) toguid: u64,
    pub(super) fromguid: u64,
    /// How many entries have come whole.
    pub(super) entries: u64,
    pub(super) bytes: u64,
    /// Whether the dataset is there for this stream only.
    pub(super) whole: bool,
    /// Whether a snapshot of the dataset was taken since: the rest of the stream does not fit any more.
    #[serde(default)]
    pub(super) stale: bool,
}

impl Partial {
    fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The token that `zfs send -t` takes.
    fn token(&self) -> String {
        let text = self.text();
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        format!("1-{:x}-{:x}-{hex}", checksum(&text), text.len())
    }

    /// Reads a token. The error is in the words of zfs(8).
    fn of_token(token: &str) -> Result<Self, &'static str> {
        let invalid = "resume token is corrupt (invalid format)";
        let mut parts = token.split('-');
        let (Some("1"), Some(sum), Some(length), Some(hex), None) = (
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        ) else {
            return Err(invalid);
        };
        let number = |text| u64::from_str_radix(text, 16).map_err(|_| invalid);
        let (sum, length) = (number(sum)?, number(length)?);
        let bytes: Vec<u8> = hex
            .as_bytes()
            .chunks(2)
            .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let text = String::from_utf8(bytes).map_err(|_| invalid)?;
        if checksum(&text) != sum || text.len() as u64 != length {
            return Err("resume token is corrupt (incorrect checksum)");
        }
        Self::parse(&text).ok_or("resume token is corrupt (nvlist_unpack failed)")
    }
}

/// Whether a text has been changed: no more is asked of it.
fn checksum(text: &str) -> u64 {
    let step = |sum: u64, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step) & 0xffff_ffff
}

/// The token for what a receive left.
pub(super) fn token(partial: &str) -> Option<String> {
    Some(Partial::parse(partial)?.token())
}

/// Whether the dataset is there for the stream only that broke off.
pub(super) fn is_whole(partial: &str) -> bool {
    Partial::parse(partial).is_some_and(|partial| partial.whole)
}

/// What is left of a receive, once a snapshot of the dataset was taken.
pub(super) fn after_snapshot(partial: &str) -> String {
    match Partial::parse(partial) {
        Some(partial) => Partial {
            stale: true,
            ..partial
        }
        .text(),
        None => partial.to_owned(),
    }
}

/// Where the files are that have come so far.
pub(super) fn half(host: &Host, number: u64) -> PathBuf {
    host.emulation_path("zfs").join(format!("p{number}"))
}

#[cfg(test)]
mod tests {
    use super::Partial;

    #[test]
    fn tokens_are_read_back_or_refused() {
        let partial = Partial {
            toname: "rpool/a b@one".to_owned(),
            toguid: 1,
            fromguid: 2,
            entries: 3,
            bytes: 4,
            whole: true,
            stale: false,
        };
        let token = partial.token();
        assert_eq!(Partial::of_token(&token), Ok(partial));
        for bad in ["nosuch", "", "1-2-3", "2-2-3-4", "1-x-3-4"] {
            let invalid = "resume token is corrupt (invalid format)";
            assert_eq!(Partial::of_token(bad), Err(invalid), "{bad}");
        }
        let wrong = "resume token is corrupt (incorrect checksum)";
        assert_eq!(Partial::of_token("1-2-3-4"), Err(wrong));
        assert_eq!(Partial::of_token(&token[..token.len() - 2]), Err(wrong));
    }
}
