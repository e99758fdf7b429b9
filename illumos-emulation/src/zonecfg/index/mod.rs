//! The index of zones, `/etc/zones/index`: one line a zone, `name:state:path:uuid`
//! (`illumos-gate usr/src/lib/libzonecfg/common/getzoneent.c`).

mod rewrite;

use std::fs;
use std::io;

pub use rewrite::{Change, put};

use super::{code, paths};
use crate::Host;

/// Zones that are configured, nothing more.
pub const CONFIGURED: u8 = 0;
/// Zones whose installation or removal has not ended well.
pub const INCOMPLETE: u8 = 1;
/// Installed zones.
pub const INSTALLED: u8 = 2;

/// The most bytes of a line that are read at once, newline included: longer lines fall into pieces, as with `fgets`.
const MAX_PIECE: usize = 1141;
/// `ZONENAME_MAX`, with NUL.
const ZONENAME_MAX: usize = 64;

/// A line that names a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The zone's name: 1 to 63 bytes.
    pub name: Vec<u8>,
    /// [`CONFIGURED`], [`INCOMPLETE`] or [`INSTALLED`].
    pub state: u8,
    /// The zonepath: at most 1023 bytes.
    pub path: Vec<u8>,
    /// The UUID; all zero if there is none, or none that can be read.
    pub uuid: [u8; 16],
}

impl Entry {
    /// The zone's name as text.
    #[must_use]
    pub fn name(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
    }

    /// The zonepath as text.
    #[must_use]
    pub fn path(&self) -> String {
        String::from_utf8_lossy(&self.path).into_owned()
    }

    /// The UUID in its text form; empty if there is none.
    #[must_use]
    pub fn uuid(&self) -> String {
        if self.uuid == [0; 16] {
            String::new()
        } else {
            uuid_text(&self.uuid)
        }
    }
}

/// The zones of the index in its order, the global zone included; none if there is no index.
///
/// # Errors
/// If the index cannot be read.
pub fn entries(host: &Host) -> io::Result<Vec<Entry>> {
    let text = match read(host) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(parse(&text).collect())
}

/// The first entry of the zone `name`.
#[must_use]
pub fn find(host: &Host, name: &[u8]) -> Option<Entry> {
    let text = read(host).ok()?;
    parse(&text).find(|entry| entry.name == name)
}

/// Sets the state of a zone; its path stays, its UUID follows the rules of [`put`].
///
/// # Errors
/// [`code::INVAL`] for a state that the index cannot hold, else as [`put`].
pub fn set_state(host: &Host, name: &str, state: u8) -> Result<(), i32> {
    if state > INSTALLED {
        return Err(code::INVAL);
    }
    put(
        host,
        &Change::Modify {
            name: name.as_bytes(),
            state: Some(state),
            path: &[],
            new_name: &[],
            uuid: [0; 16],
        },
    )
}

/// Removes the lines of a zone; none need be there.
///
/// # Errors
/// As [`put`].
pub fn remove(host: &Host, name: &str) -> Result<(), i32> {
    put(
        host,
        &Change::Remove {
            name: name.as_bytes(),
        },
    )
}

/// The bytes of the index.
pub(super) fn read(host: &Host) -> io::Result<Vec<u8>> {
    let path = paths::index(host).ok_or(io::ErrorKind::InvalidFilename)?;
    fs::read(path)
}

/// The entries in `text`.
pub(super) fn parse(text: &[u8]) -> impl Iterator<Item = Entry> {
    let mut rest = text;
    std::iter::from_fn(move || next(&mut rest))
}

/// The next entry in `text`, which then starts behind it.
pub(super) fn next(text: &mut &[u8]) -> Option<Entry> {
    loop {
        let piece = piece(text)?;
        // A piece of a long line, or the last line without newline.
        let Some(line) = line(piece) else { continue };
        if line.starts_with(b"#") {
            continue;
        }
        let mut fields = Fields { rest: Some(line) };
        let name = fields.next();
        if name.is_empty() || name.len() >= ZONENAME_MAX {
            continue;
        }
        let state = match fields.next() {
            b"configured" => CONFIGURED,
            b"incomplete" => INCOMPLETE,
            b"installed" => INSTALLED,
            _ => continue,
        };
        let path = fields.next();
        if path.len() >= paths::MAXPATHLEN {
            continue;
        }
        let uuid = parse_uuid(fields.next()).unwrap_or_default();
        return Some(Entry {
            name: name.to_vec(),
            state,
            path: path.to_vec(),
            uuid,
        });
    }
}

/// What one `fgets` reads: up to the newline, or as much as the buffer holds.
fn piece<'a>(text: &mut &'a [u8]) -> Option<&'a [u8]> {
    if text.is_empty() {
        return None;
    }
    let window = &text[..text.len().min(MAX_PIECE)];
    let end = window
        .iter()
        .position(|&byte| byte == b'\n')
        .map_or(window.len(), |newline| newline + 1);
    let (piece, rest) = text.split_at(end);
    *text = rest;
    // C strings end at NUL.
    Some(piece.split(|&byte| byte == 0).next().unwrap_or_default())
}

/// The line in `piece` without its end, which is a newline or a carriage return; `None` if it has none.
fn line(piece: &[u8]) -> Option<&[u8]> {
    let end = piece
        .iter()
        .position(|&byte| matches!(byte, b'\r' | b'\n'))?;
    Some(&piece[..end])
}

/// The fields of a line, between colons. One that starts with a double quote ends at the next, and whatever follows up to
/// the colon is dropped.
struct Fields<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Fields<'a> {
    /// The next field; empty behind the last.
    fn next(&mut self) -> &'a [u8] {
        let Some(rest) = self.rest else { return &[] };
        let (field, rest) = match rest.strip_prefix(b"\"") {
            Some(quoted) => match quoted.iter().position(|&byte| byte == b'"') {
                Some(end) => (&quoted[..end], &quoted[end + 1..]),
                None => (quoted, &quoted[quoted.len()..]),
            },
            None => {
                let end = rest
                    .iter()
                    .position(|&byte| byte == b':')
                    .unwrap_or(rest.len());
                (&rest[..end], &rest[end..])
            }
        };
        self.rest = rest
            .iter()
            .position(|&byte| byte == b':')
            .map(|colon| &rest[colon + 1..]);
        field
    }
}

/// The UUID in `text`: 36 characters, `8-4-4-4-12` hexadecimal digits.
fn parse_uuid(text: &[u8]) -> Option<[u8; 16]> {
    if text.len() != 36 {
        return None;
    }
    let mut uuid = [0; 16];
    let mut digits = 0;
    for (at, &byte) in text.iter().enumerate() {
        match at {
            8 | 13 | 18 | 23 if byte == b'-' => {}
            8 | 13 | 18 | 23 => return None,
            _ => {
                let digit = u8::try_from(char::from(byte).to_digit(16)?).ok()?;
                uuid[digits / 2] = uuid[digits / 2] << 4 | digit;
                digits += 1;
            }
        }
    }
    Some(uuid)
}

/// The text form of a UUID, in lower case.
fn uuid_text(uuid: &[u8; 16]) -> String {
    let hex: String = uuid.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}
