//! A file of the cache: who wrote it, a checksum, and of each name its stamp and value.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;

use super::Stamp;
use crate::files;

/// What such a file begins with. The number is that of its layout.
const MAGIC: &[u8] = b"zmgr cache 1\n";
/// The largest file that is read, in bytes: thousands of times what a zone needs.
const LARGEST: u64 = 256 << 20;

/// Who wrote it: another reads other things out of the same files.
pub(super) struct Header(Vec<u8>);

impl Header {
    /// Of this program on this system.
    pub(super) fn of_this_program() -> Self {
        let system = rustix::system::uname();
        let flavour =
            illumos::flavour().map_or_else(|_| String::new(), |flavour| format!("{flavour:?}"));
        let text = format!(
            "{} {} {} {} {flavour}\n",
            env!("CARGO_PKG_VERSION"),
            env!("ZMGR_READING"),
            system.release().to_string_lossy(),
            system.version().to_string_lossy(),
        );
        Self([MAGIC, text.as_bytes()].concat())
    }
}

/// The bytes of a cache file; none if it is not there, or somebody else could have written it.
pub(super) fn read(path: &Path) -> Vec<u8> {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = OpenOptions::new()
            .read(true)
            .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
            .open(path)?;
        let found = file.metadata()?;
        let mut bytes = Vec::new();
        if found.is_file() && found.nlink() == 1 && found.size() <= LARGEST {
            bytes.reserve_exact(usize::try_from(found.size()).unwrap_or_default());
            file.read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    };
    match files::check_trusted(path, &illumos::root()) {
        Ok(()) => read().unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

/// What a cache file says.
pub(super) struct Contents<'a>(HashMap<&'a str, (Stamp, &'a [u8])>);

impl<'a> Contents<'a> {
    /// Reads it. Of a file that is damaged, or not from `header`'s program, there is nothing.
    pub(super) fn parse(bytes: &'a [u8], header: &Header) -> Self {
        Self(parse(bytes, header).unwrap_or_default())
    }

    /// The value that was kept for `name`, if its file is as it was then.
    pub(super) fn find(&self, name: &str, stamp: &Stamp) -> Option<&'a [u8]> {
        let (kept, value) = self.0.get(name)?;
        (kept == stamp).then_some(*value)
    }

    /// Everything in it.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, Stamp, &'a [u8])> {
        self.0
            .iter()
            .map(|(name, (stamp, value))| (*name, *stamp, *value))
    }
}

fn parse<'a>(bytes: &'a [u8], header: &Header) -> Option<HashMap<&'a str, (Stamp, &'a [u8])>> {
    let mut rest = bytes.strip_prefix(header.0.as_slice())?;
    if number(&mut rest)? != checksum(rest) {
        return None;
    }
    let count = usize::try_from(number(&mut rest)?).ok()?;
    let mut contents = HashMap::with_capacity(count.min(rest.len() / 64));
    while !rest.is_empty() {
        let mut stamp = [0; Stamp::LENGTH];
        for place in &mut stamp {
            *place = number(&mut rest)?;
        }
        let name = std::str::from_utf8(text(&mut rest)?).ok()?;
        let value = text(&mut rest)?;
        contents.insert(name, (Stamp(stamp), value));
    }
    Some(contents)
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    let (number, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u64::from_le_bytes(*number))
}

fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(number(rest)?).ok()?;
    let (text, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(text)
}

/// The bytes of a cache file with these records.
pub(super) fn encode(header: &Header, records: &[(&str, Stamp, Cow<'_, [u8]>)]) -> Vec<u8> {
    let mut body = (records.len() as u64).to_le_bytes().to_vec();
    for (name, stamp, value) in records {
        for number in stamp.0 {
            body.extend(number.to_le_bytes());
        }
        for text in [name.as_bytes(), value] {
            body.extend((text.len() as u64).to_le_bytes());
            body.extend(text);
        }
    }
    [header.0.as_slice(), &checksum(&body).to_le_bytes(), &body].concat()
}

/// FNV-1a over words of eight bytes: finds damage, not malice.
fn checksum(bytes: &[u8]) -> u64 {
    let step = |hash: u64, word: u64| {
        (hash ^ word)
            .wrapping_mul(0x0000_0100_0000_01b3)
            .rotate_left(23)
    };
    let (words, rest) = bytes.as_chunks::<8>();
    let hash = words
        .iter()
        .map(|word| u64::from_le_bytes(*word))
        .fold(0xcbf2_9ce4_8422_2325 ^ bytes.len() as u64, step);
    rest.iter().map(|byte| u64::from(*byte)).fold(hash, step)
}
