//! The lines of a stream, and the files between them.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The first line.
const MAGIC: &str = "zmgr emulated zfs stream 1";

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Line {
    /// What a stream with properties, or of a tree, begins with.
    Package(Package),
    /// A snapshot begins.
    Begin(Begin),
    /// A file, directory or link. As many bytes follow as `data` says.
    Put(Put),
    /// What the snapshot before has, and this one does not.
    Gone(String),
    /// The snapshot has come whole.
    End,
    /// The package has come whole.
    Stop,
}

/// What a package says of all its datasets, so that a receiver can compare them with its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Package {
    /// The label of the snapshot that it starts from.
    pub(super) from: Option<String>,
    /// Whether it is of a whole tree.
    pub(super) tree: bool,
    /// The topmost comes first.
    pub(super) datasets: Vec<Described>,
}

/// A dataset of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Described {
    pub(super) name: String,
    pub(super) properties: BTreeMap<String, String>,
    pub(super) snapshots: Vec<DescribedSnapshot>,
}

/// A snapshot of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DescribedSnapshot {
    pub(super) label: String,
    pub(super) guid: u64,
    pub(super) properties: BTreeMap<String, String>,
    pub(super) holds: Vec<String>,
}

/// The head of one snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Begin {
    /// Its full name at the sender.
    pub(super) toname: String,
    pub(super) toguid: u64,
    /// That of the snapshot that the receiver must have; 0 for none.
    pub(super) fromguid: u64,
    /// Whether that one is of another dataset.
    pub(super) clone: bool,
    pub(super) created: u64,
    /// The size, if it is of a volume.
    pub(super) volsize: Option<u64>,
    /// How many entries the receiver has already, if the stream goes on where one broke off.
    pub(super) resumes: Option<u64>,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Put {
    pub(super) path: String,
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    /// Seconds since 1970, and nanoseconds.
    pub(super) modified: (u64, u32),
    /// Where a symbolic link leads.
    pub(super) link: Option<String>,
    /// The path of an earlier entry that this is a hard link to.
    pub(super) same: Option<String>,
    pub(super) data: u64,
}

/// A path as text: what is not plain is written as `%` and two hexadecimal digits.
pub(super) fn text(path: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'%';
    let bytes = path.as_os_str().as_bytes().iter();
    bytes
        .map(|byte| match *byte {
            byte if plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02x}"),
        })
        .collect()
}

/// What [`text`] made a text of. Whatever would lead out of the directory is left out.
pub(super) fn path(text: &str) -> PathBuf {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let digits = after.get(..2).filter(|_| *first == b'%');
        let byte = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        if byte.is_some() {
            rest = &after[2..];
        }
    }
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

/// Whether a path of an entry stays within its file system.
pub(super) fn is_inside(path: &Path) -> bool {
    path.components()
        .all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// Writes a stream, and counts its bytes.
pub(super) struct Writer<'a> {
    out: &'a mut dyn Write,
}

impl<'a> Writer<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> io::Result<Self> {
        writeln!(out, "{MAGIC}")?;
        Ok(Self { out })
    }

    pub(super) fn line(&mut self, line: &Line) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, line)?;
        self.out.write_all(b"\n")
    }

    /// An entry with the contents of a file.
    pub(super) fn file(&mut self, put: Put, from: &Path) -> io::Result<()> {
        let data = put.data;
        self.line(&Line::Put(put))?;
        let mut file = std::fs::File::open(from)?.take(data);
        io::copy(&mut file, &mut self.out).map(drop)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Reads a stream.
pub(super) struct Reader<'a> {
    input: &'a mut dyn BufRead,
    next: Option<Line>,
}

/// Why a stream cannot be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bad {
    /// There is nothing at all.
    Empty,
    /// It is no stream.
    Foreign,
    /// It ended early, or is damaged.
    Broken,
}

impl<'a> Reader<'a> {
    pub(super) fn new(input: &'a mut dyn BufRead) -> Result<Self, Bad> {
        let mut first = Vec::new();
        let limit = MAGIC.len() as u64 + 1;
        let read = input.take(limit).read_until(b'\n', &mut first);
        match read {
            Ok(0) | Err(_) => Err(Bad::Empty),
            Ok(_) if first.strip_suffix(b"\n") == Some(MAGIC.as_bytes()) => {
                Ok(Self { input, next: None })
            }
            Ok(_) => Err(Bad::Foreign),
        }
    }

    pub(super) fn line(&mut self) -> Result<Line, Bad> {
        if let Some(line) = self.next.take() {
            return Ok(line);
        }
        let mut text = Vec::new();
        match self.input.read_until(b'\n', &mut text) {
            Ok(_) if text.ends_with(b"\n") => {
                serde_json::from_slice(&text).map_err(|_| Bad::Broken)
            }
            _ => Err(Bad::Broken),
        }
    }

    /// Puts a line back.
    pub(super) fn back(&mut self, line: Line) {
        self.next = Some(line);
    }

    /// The contents of an entry go to `to`.
    pub(super) fn data(&mut self, length: u64, to: &mut dyn Write) -> Result<(), Bad> {
        let mut part = (&mut *self.input).take(length);
        match io::copy(&mut part, to) {
            Ok(copied) if copied == length => Ok(()),
            _ => Err(Bad::Broken),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{is_inside, path, text};

    #[test]
    fn paths_are_read_back() {
        for plain in ["etc/passwd", "a b/%41", "ü/\n", ""] {
            assert_eq!(path(&text(Path::new(plain))), Path::new(plain));
        }
        assert!(is_inside(Path::new("etc/passwd")) && !is_inside(Path::new("../etc")));
        assert!(!is_inside(&path("%2fetc")));
    }
}
