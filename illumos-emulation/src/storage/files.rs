//! The files of datasets. A link is never followed: what lies in a zone's root belongs to the zone.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fs::{FileTimes, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::Host;

/// Where the files of an unmounted file system are kept.
pub(super) fn store(host: &Host, number: u64) -> PathBuf {
    host.emulation_path("zfs").join(format!("f{number}"))
}

/// Where the files of a snapshot are kept.
pub(super) fn tree(host: &Host, number: u64) -> PathBuf {
    host.emulation_path("zfs").join(format!("t{number}"))
}

/// Where the files are kept over which a file system is mounted.
pub(super) fn covered(host: &Host, number: u64) -> PathBuf {
    host.emulation_path("zfs").join(format!("c{number}"))
}

/// The place of the host's absolute path `path`. `..` never leads out of the host.
pub(super) fn place(host: &Host, path: &str) -> PathBuf {
    let mut parts = Vec::new();
    for component in Path::new(path).components() {
        match component {
            Component::Normal(part) => parts.push(part),
            Component::ParentDir => drop(parts.pop()),
            _ => {}
        }
    }
    let mut place = host.dir().to_owned();
    place.extend(parts);
    place
}

/// The directory at the host's absolute path `path`, made if it is missing. No component may be a link.
pub(super) fn directory(host: &Host, path: &str) -> io::Result<PathBuf> {
    let wanted = place(host, path);
    let mut place = host.dir().to_owned();
    for component in wanted.strip_prefix(host.dir()).unwrap_or(&wanted) {
        place.push(component);
        match std::fs::symlink_metadata(&place) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(io::Error::from(io::ErrorKind::NotADirectory)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                std::fs::DirBuilder::new().mode(0o755).create(&place)?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(place)
}

/// Moves the entries of the directory `from` into the directory `to`, except those in `without`, and gives it the mode; nothing is there to
/// do if `from` is missing.
pub(super) fn move_directory(from: &Path, to: &Path, without: &[PathBuf]) -> io::Result<()> {
    let found = match std::fs::metadata(from) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries(from)? {
        let source = from.join(&entry);
        if !without.contains(&source) {
            std::fs::rename(source, to.join(&entry))?;
        }
    }
    std::fs::set_permissions(to, found.permissions())?;
    set_times(to, &found)
}

/// The names in a directory; none if it is missing.
pub(super) fn entries(directory: &Path) -> io::Result<Vec<OsString>> {
    match std::fs::read_dir(directory) {
        Ok(entries) => entries.map(|entry| Ok(entry?.file_name())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn set_times(path: &Path, like: &Metadata) -> io::Result<()> {
    let times = FileTimes::new()
        .set_accessed(like.accessed()?)
        .set_modified(like.modified()?);
    match std::fs::File::open(path) {
        Ok(file) => file.set_times(times),
        // A file that only its owner may read keeps the time of its copy.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        Err(error) => Err(error),
    }
}

/// Copies the entries of `from` into `to`, except what lies in one of `without`: contents, modes, owners, times, symbolic and hard links.
pub(crate) fn copy_entries(from: &Path, to: &Path, without: &[PathBuf]) -> io::Result<()> {
    std::fs::create_dir_all(to)?;
    copy_into(from, to, without, &mut HashMap::new())
}

/// As [`copy_entries`], with the mode and the times of the directory itself.
pub(super) fn copy_directory(from: &Path, to: &Path, without: &[PathBuf]) -> io::Result<()> {
    copy_entries(from, to, without)?;
    finish_like(to, from)
}

/// Copies a tree into a place where directories in `mounts` are in use and stay.
pub(super) fn restore_directory(from: &Path, to: &Path, mounts: &[PathBuf]) -> io::Result<()> {
    let kept: Vec<PathBuf> = mounts
        .iter()
        .filter_map(|mount| Some(from.join(mount.strip_prefix(to).ok()?)))
        .collect();
    std::fs::create_dir_all(to)?;
    copy_into(from, to, &kept, &mut HashMap::new())?;
    finish_like(to, from)
}

/// Gives a directory the owner, the mode and the times of another, if that is there.
fn finish_like(path: &Path, like: &Path) -> io::Result<()> {
    match std::fs::symlink_metadata(like) {
        Ok(found) => finish(path, &found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn copy_into(
    from: &Path,
    to: &Path,
    without: &[PathBuf],
    linked: &mut HashMap<(u64, u64), PathBuf>,
) -> io::Result<()> {
    for entry in entries(from)? {
        let (source, target) = (from.join(&entry), to.join(&entry));
        let found = std::fs::symlink_metadata(&source)?;
        if without.contains(&source) {
            // What is mounted there hides an empty directory.
            std::fs::create_dir_all(&target)?;
        } else if found.is_dir() {
            match std::fs::create_dir(&target) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => copy_into(&source, &target, without, linked)?,
            }
            finish(&target, &found)?;
        } else if found.is_symlink() {
            std::os::unix::fs::symlink(std::fs::read_link(&source)?, &target)?;
            own(&target, &found)?;
        } else if found.is_file() {
            let first = linked.get(&(found.dev(), found.ino()));
            if let Some(first) = first.filter(|_| found.nlink() > 1) {
                std::fs::hard_link(first, &target)?;
                continue;
            }
            copy_file(&source, &target)?;
            finish(&target, &found)?;
            linked.insert((found.dev(), found.ino()), target);
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::copy(from, to).map(drop)
}

/// Gives a copy the owner, the mode and the times of what it is a copy of.
fn finish(path: &Path, like: &Metadata) -> io::Result<()> {
    own(path, like)?;
    set_times(path, like)?;
    std::fs::set_permissions(path, Permissions::from_mode(like.mode() & 0o7777))
}

fn own(path: &Path, like: &Metadata) -> io::Result<()> {
    let found = std::fs::symlink_metadata(path)?;
    if (found.uid(), found.gid()) == (like.uid(), like.gid()) {
        return Ok(());
    }
    std::os::unix::fs::lchown(path, Some(like.uid()), Some(like.gid()))
}

/// Removes everything in the directory, except what lies in one of `without`.
pub(super) fn empty(directory: &Path, without: &[PathBuf]) -> io::Result<()> {
    for entry in entries(directory)? {
        let path = directory.join(entry);
        if without.contains(&path) {
            continue;
        }
        if !std::fs::symlink_metadata(&path)?.is_dir() {
            std::fs::remove_file(&path)?;
        } else if without.iter().any(|kept| kept.starts_with(&path)) {
            empty(&path, without)?;
        } else {
            std::fs::remove_dir_all(&path)?;
        }
    }
    Ok(())
}

/// Removes a directory with everything in it, if it is there.
pub(super) fn remove(directory: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What two copies of an entry have in common, and what tells versions of it apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) mode: u32,
    pub(super) owner: (u32, u32),
    pub(super) size: u64,
    /// Nanoseconds since 1970; 0 of everything but files.
    pub(super) modified: u128,
    /// Where a symbolic link leads.
    pub(super) link: Option<PathBuf>,
}

impl Entry {
    pub(super) fn of(path: &Path, found: &Metadata) -> io::Result<Self> {
        let symlink = found.is_symlink();
        let modified = found.modified()?.duration_since(UNIX_EPOCH);
        Ok(Self {
            mode: found.mode(),
            owner: (found.uid(), found.gid()),
            size: if found.is_file() { found.len() } else { 0 },
            modified: if found.is_file() {
                modified.unwrap_or_default().as_nanos()
            } else {
                0
            },
            link: symlink.then(|| std::fs::read_link(path)).transpose()?,
        })
    }

    pub(super) fn is_file(&self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }

    /// The space that the contents take.
    pub(super) fn space(&self) -> u64 {
        let block = 131_072;
        match self.size {
            0 => 0,
            small if small <= block => small.next_multiple_of(512),
            // Whole blocks, and one with their places.
            large => large.next_multiple_of(block) + 8192,
        }
    }
}

/// All entries below a directory by their path from there, the directory itself first, with an empty path. None if it is missing.
pub(super) fn scan(directory: &Path, without: &[PathBuf]) -> io::Result<BTreeMap<PathBuf, Entry>> {
    let mut found = BTreeMap::new();
    match std::fs::symlink_metadata(directory) {
        Ok(root) => {
            found.insert(PathBuf::new(), Entry::of(directory, &root)?);
            scan_into(directory, Path::new(""), without, &mut found)?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    Ok(found)
}

fn scan_into(
    directory: &Path,
    at: &Path,
    without: &[PathBuf],
    found: &mut BTreeMap<PathBuf, Entry>,
) -> io::Result<()> {
    for name in entries(directory)? {
        let path = directory.join(&name);
        let metadata = std::fs::symlink_metadata(&path)?;
        let below = at.join(&name);
        let mut entry = Entry::of(&path, &metadata)?;
        if without.contains(&path) {
            // What is mounted there hides an empty directory.
            entry.mode = 0o040_755;
            found.insert(below, entry);
            continue;
        }
        found.insert(below.clone(), entry);
        if metadata.is_dir() {
            scan_into(&path, &below, without, found)?;
        }
    }
    Ok(())
}

/// Whether two directories hold the same, the contents of files included.
pub(super) fn same(
    one: (&Path, &BTreeMap<PathBuf, Entry>),
    other: (&Path, &BTreeMap<PathBuf, Entry>),
) -> io::Result<bool> {
    if one.1 != other.1 {
        return Ok(false);
    }
    for (path, _) in one.1.iter().filter(|(_, entry)| entry.is_file()) {
        if std::fs::read(one.0.join(path))? != std::fs::read(other.0.join(path))? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::{copy_directory, same, scan};

    #[test]
    fn a_copy_is_the_same_until_something_changes() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        std::fs::create_dir_all(from.join("a/b")).unwrap();
        std::fs::write(from.join("a/file"), "text").unwrap();
        let mode = std::fs::Permissions::from_mode(0o640);
        std::fs::set_permissions(from.join("a/file"), mode).unwrap();
        std::fs::hard_link(from.join("a/file"), from.join("a/b/again")).unwrap();
        std::os::unix::fs::symlink("/nowhere", from.join("link")).unwrap();
        copy_directory(&from, &to, &[]).unwrap();
        let is_same = || {
            let (one, other) = (scan(&from, &[]).unwrap(), scan(&to, &[]).unwrap());
            same((&from, &one), (&to, &other)).unwrap()
        };
        assert!(is_same());
        let copied = std::fs::metadata(to.join("a/file")).unwrap();
        let again = std::fs::metadata(to.join("a/b/again")).unwrap();
        assert_eq!((copied.mode() & 0o777, copied.nlink()), (0o640, 2));
        assert_eq!(copied.ino(), again.ino());
        // As long, and as old: only the contents tell.
        let modified = copied.modified().unwrap();
        std::fs::write(to.join("a/file"), "tixt").unwrap();
        let file = std::fs::File::open(to.join("a/file")).unwrap();
        file.set_modified(modified).unwrap();
        assert!(!is_same());
    }
}
