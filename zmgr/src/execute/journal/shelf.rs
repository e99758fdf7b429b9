//! Where journals lie, what they are called, and which there are.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use illumos::zone::ZoneName;
use jiff::Timestamp;
use rustix::fs::{FlockOperation, OFlags};

use super::{Operation, directory, parse};
use crate::Failure;
use crate::files::point;

/// The largest journal that is read, in bytes. It holds every document that the operation changes twice.
pub(super) const LARGEST: u64 = 256 << 20;

/// How much of a damaged journal is looked at for what it was about, in bytes.
const HEAD: usize = 64 << 10;

/// The longest name of a file, in bytes.
const LONGEST_NAME: usize = 255;

/// The end of the names of journals.
const JOURNAL: &str = ".jsonl";

/// An operation that was cut short, or that left something.
#[derive(Debug)]
pub enum Unsettled {
    /// It is running now.
    Running(String),
    /// Its process is gone, or ended with something left.
    Crashed(String),
}

/// A journal that cannot be read, and what is known of its operation all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The operation's id.
    pub id: String,
    /// The file.
    pub path: PathBuf,
    /// Its zones, as far as they are known.
    pub zones: Vec<ZoneName>,
    /// The operation: `create`.
    pub operation: Option<String>,
    /// What was typed.
    pub command: Option<String>,
    /// Why it cannot be read.
    pub reason: String,
    /// Whether it will never be readable: what it says makes no sense to this zmgr, or it is no file.
    pub damaged: bool,
}

/// The file name of an open journal: the id and as many of the zones as a name can hold.
fn name(id: &str, zones: &[ZoneName]) -> String {
    let mut name = id.to_owned();
    for zone in zones {
        if name.len() + 1 + zone.as_str().len() + JOURNAL.len() > LONGEST_NAME {
            break;
        }
        name.push(',');
        name.push_str(zone.as_str());
    }
    name
}

/// The id in the name of a journal, and the zones in it.
fn split(file: &str) -> Option<(&str, Vec<ZoneName>)> {
    let stem = file.strip_suffix(JOURNAL)?;
    let (id, zones) = stem.split_once(',').unwrap_or((stem, ""));
    is_id(id).then(|| {
        let zones = zones.split(',').filter_map(|zone| zone.parse().ok());
        (id, zones.collect())
    })
}

/// The directory of the documents of an operation, as its journal has it: below the host's root if it lies there, so that it holds for
/// a copy of an emulated host as well.
pub(super) fn recorded_directory(config_dir: &Path) -> Option<String> {
    let absolute = std::path::absolute(config_dir).ok()?;
    let below = absolute.strip_prefix(illumos::root());
    Some(below.unwrap_or(&absolute).to_str()?.to_owned())
}

pub(super) fn open_path(directory: &Path, id: &str, zones: &[ZoneName]) -> PathBuf {
    directory
        .join("open")
        .join(format!("{}{JOURNAL}", name(id, zones)))
}

pub(super) fn closed_path(directory: &Path, id: &str) -> PathBuf {
    directory.join(format!("{id}{JOURNAL}"))
}

pub(super) fn new_path(directory: &Path, id: &str) -> PathBuf {
    directory.join("open").join(format!("{id}.new"))
}

/// The journals in a directory, by their ids: path and zones in the name.
fn journals(directory: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        if let Some((id, _)) = name.to_str().and_then(split) {
            found.push((id.to_owned(), entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// Where the open journal of this id is.
pub(super) fn find_open(directory: &Path, id: &str) -> io::Result<PathBuf> {
    journals(&directory.join("open"))?
        .into_iter()
        .find(|(known, _)| known == id)
        .map(|(_, path)| path)
        .ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// Where the journal of this id is, whatever became of its operation.
pub(super) fn find(directory: &Path, id: &str) -> io::Result<PathBuf> {
    if !is_id(id) {
        return Err(io::ErrorKind::NotFound.into());
    }
    match find_open(directory, id) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        other => return other,
    }
    let closed = closed_path(directory, id);
    if fs::symlink_metadata(&closed).is_ok() {
        return Ok(closed);
    }
    journals(&aside(directory))?
        .into_iter()
        .find(|(known, _)| known == id)
        .map(|(_, path)| path)
        .ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// Where journals go that nobody can read.
fn aside(directory: &Path) -> PathBuf {
    directory.join("set-aside")
}

/// Opens a journal, which is a regular file that no symlink leads to.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] if it is anything else; otherwise as open(2).
pub(super) fn open_file(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    illumos::file::check(fs::symlink_metadata(path)?.file_type())?;
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = options
        .custom_flags(flags.bits().cast_signed())
        .open(path)?;
    illumos::file::check(file.metadata()?.file_type())?;
    Ok(file)
}

/// Whether the open file is the one at `path`.
pub(super) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether `text` can be the id of an operation; anything else must not become part of a path.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let (time, suffix) = text.split_at_checked(16).unwrap_or((text, ""));
    let time_fits = time.bytes().enumerate().all(|(place, byte)| match place {
        8 => byte == b'T',
        15 => byte == b'Z',
        _ => byte.is_ascii_digit(),
    });
    let suffix_fits = suffix.len() == 5
        && suffix.starts_with('-')
        && suffix[1..].bytes().all(|byte| byte.is_ascii_hexdigit());
    time_fits && suffix_fits
}

/// The operations that are not settled, oldest first.
///
/// # Errors
/// If the directory or a journal's lock cannot be read.
pub fn unsettled(state_dir: &Path) -> io::Result<Vec<Unsettled>> {
    let mut found = Vec::new();
    for (id, path) in journals(&directory(state_dir).join("open"))? {
        match open_file(&path, OpenOptions::new().read(true)) {
            Ok(file) => match rustix::fs::flock(&file, FlockOperation::NonBlockingLockShared) {
                Ok(()) => found.push(Unsettled::Crashed(id)),
                Err(rustix::io::Errno::WOULDBLOCK) => found.push(Unsettled::Running(id)),
                Err(error) => return Err(error.into()),
            },
            // It ended while we looked.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            // No process of ours holds what is not a file.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                found.push(Unsettled::Crashed(id));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// The ids of every operation, oldest first.
///
/// # Errors
/// If the directory cannot be read.
pub fn all(state_dir: &Path) -> io::Result<Vec<String>> {
    let directory = directory(state_dir);
    let mut all = journals(&directory)?;
    all.extend(journals(&directory.join("open"))?);
    all.extend(journals(&aside(&directory))?);
    let mut all: Vec<String> = all.into_iter().map(|(id, _)| id).collect();
    all.sort();
    all.dedup();
    Ok(all)
}

/// Removes the journals of operations that are over and began before `before`; their ids say when that was. What is left of a
/// journal whose process died before its plan was whole goes as well: nothing was done yet.
///
/// # Errors
/// If the directories cannot be read. A journal that cannot be removed stays.
pub fn prune(state_dir: &Path, before: Timestamp) -> io::Result<()> {
    let directory = directory(state_dir);
    let oldest = before.strftime("%Y%m%dT%H%M%SZ").to_string();
    for (_, path) in journals(&directory)?
        .iter()
        .take_while(|(id, _)| *id < oldest)
    {
        let _ = fs::remove_file(path);
    }
    for (_, path) in journals(&aside(&directory))? {
        // From when it was set aside, however old the operation is.
        if fs::symlink_metadata(&path).is_ok_and(|file| file.ctime() < before.as_second()) {
            let _ = fs::remove_file(path);
        }
    }
    let entries = match fs::read_dir(directory.join("open")) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        let id = path.file_name().and_then(|name| name.to_str());
        if !id.is_some_and(|name| name.strip_suffix(".new").is_some_and(is_id)) {
            continue;
        }
        if open_file(&path, OpenOptions::new().read(true)).is_ok_and(|file| {
            rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok()
        }) {
            let _ = fs::remove_file(path);
        }
    }
    Ok(())
}

/// Reads the journal of an operation, settled or not.
///
/// # Errors
/// [`io::ErrorKind::NotFound`] without such an operation; [`io::ErrorKind::InvalidData`] if it is damaged or of a later version;
/// [`io::ErrorKind::InvalidInput`] if it is not a regular file.
pub fn read(state_dir: &Path, id: &str) -> io::Result<Operation> {
    let directory = directory(state_dir);
    // It may be moved to those that are over between the finding and the opening.
    let bytes = match bytes_of(&directory, id) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => bytes_of(&directory, id)?,
        other => other?,
    };
    parse(id, &bytes)
}

fn bytes_of(directory: &Path, id: &str) -> io::Result<Vec<u8>> {
    let path = find(directory, id)?;
    let file = open_file(&path, OpenOptions::new().read(true))?;
    illumos::file::read_open(&file, LARGEST)
}

/// Where a journal is, and the zones in its name. An older zmgr wrote none.
fn zones_named(state_dir: &Path, id: &str) -> io::Result<(PathBuf, Vec<ZoneName>)> {
    let path = find(&directory(state_dir), id)?;
    let name = path.file_name().and_then(|name| name.to_str());
    let zones = name.and_then(split).map(|(_, zones)| zones);
    Ok((path, zones.unwrap_or_default()))
}

/// What can be told of a journal that [`read`] failed to read with `error`. `None` if it is gone.
#[must_use]
pub fn salvage(state_dir: &Path, id: &str, error: &io::Error) -> Option<Unreadable> {
    let (path, mut zones) = zones_named(state_dir, id).ok()?;
    let head = open_file(&path, OpenOptions::new().read(true))
        .and_then(|file| {
            use std::io::Read as _;
            let mut head = Vec::new();
            file.take(HEAD as u64).read_to_end(&mut head)?;
            Ok(String::from_utf8_lossy(&head).into_owned())
        })
        .unwrap_or_default();
    let first = head.lines().next().unwrap_or_default();
    for zone in strings_after(first, "\"zones\":[", ']') {
        if let Ok(zone) = zone.parse()
            && !zones.contains(&zone)
        {
            zones.push(zone);
        }
    }
    Some(Unreadable {
        id: id.to_owned(),
        path,
        zones,
        operation: strings_after(first, "\"operation\":", ',')
            .into_iter()
            .next(),
        command: strings_after(first, "\"command\":", ',').into_iter().next(),
        reason: error.to_string(),
        damaged: is_damaged(error),
    })
}

/// Whether a journal that could not be read with this error never can be.
pub fn is_damaged(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::FileTooLarge
    )
}

/// The JSON strings between the first `key` of a line, which may be damaged, and `end`.
fn strings_after(line: &str, key: &str, end: char) -> Vec<String> {
    let Some((_, mut rest)) = line.split_once(key) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    loop {
        let mut strings = serde_json::Deserializer::from_str(rest).into_iter::<String>();
        let Some(Ok(text)) = strings.next() else {
            return found;
        };
        found.push(text);
        let after = &rest[strings.byte_offset()..];
        match after.strip_prefix(',') {
            Some(more) if end != ',' => rest = more,
            _ => return found,
        }
    }
}

/// Moves a journal that cannot be read to where it concerns nothing any more, and says where that is. `None` if it is gone.
///
/// # Errors
/// If it cannot be moved.
pub fn set_aside(state_dir: &Path, journal: &Unreadable) -> Result<Option<PathBuf>, Failure> {
    let aside = aside(&directory(state_dir));
    super::make_directory(&aside)?;
    let target = aside.join(journal.path.file_name().unwrap_or_default());
    point("file:rename", &journal.path, || {
        match fs::rename(&journal.path, &target) {
            Ok(()) => Ok(Some(target)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_journal_has_as_many_zones_as_it_can_hold() {
        let id = "20260322T140415Z-0a1f";
        let zones: Vec<ZoneName> = ["web01", "a.b-c_d"]
            .map(|zone| zone.parse().unwrap())
            .into();
        let file = format!("{}.jsonl", name(id, &zones));
        assert_eq!(split(&file), Some((id, zones)));
        assert_eq!(split(&format!("{id}.jsonl")), Some((id, Vec::new())));
        assert_eq!(split("notes.jsonl"), None);
        let many: Vec<ZoneName> = (0..100)
            .map(|number| format!("{}{number:03}", "z".repeat(60)).parse().unwrap())
            .collect();
        let file = format!("{}.jsonl", name(id, &many));
        assert!(file.len() <= LONGEST_NAME);
        assert_eq!(split(&file), Some((id, many[..3].to_vec())));
    }

    #[test]
    fn what_a_damaged_line_still_says() {
        let line = r#"{"record":"plan","command":"zmgr create \"a","pid":1,"plan":{"operation":"create","zones":["a","b"],"ste"#;
        assert_eq!(strings_after(line, "\"zones\":[", ']'), ["a", "b"]);
        assert_eq!(strings_after(line, "\"operation\":", ','), ["create"]);
        assert_eq!(
            strings_after(line, "\"command\":", ','),
            ["zmgr create \"a"]
        );
        assert_eq!(
            strings_after(r#""zones":["a","b"#, "\"zones\":[", ']'),
            ["a"]
        );
        assert!(strings_after("garbage", "\"zones\":[", ']').is_empty());
    }
}
