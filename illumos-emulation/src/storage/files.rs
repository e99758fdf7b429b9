//! The files of datasets. A link is never followed: what lies in a zone's root belongs to the zone.

use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::Host;

/// Where the files of an unmounted file system or a snapshot are kept.
pub(super) fn store(host: &Host, dataset: &str) -> PathBuf {
    host.emulation_path("zfs")
        .join(dataset.replace('%', "%25").replace('/', "%2f"))
}

/// The directory at the host's absolute path `path`, made if it is missing. No component may be a link.
pub(super) fn directory(host: &Host, path: &str) -> io::Result<PathBuf> {
    let mut place = host.dir().to_owned();
    for component in path
        .split('/')
        .filter(|component| !component.is_empty() && *component != ".")
    {
        place.push(component);
        match std::fs::symlink_metadata(&place) {
            Ok(found) if found.is_dir() && component != ".." => {}
            Ok(_) => {
                return Err(io::Error::new(
                    io::ErrorKind::NotADirectory,
                    format!("{path}: not a plain directory"),
                ));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                std::fs::DirBuilder::new().mode(0o755).create(&place)?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(place)
}

/// Moves the entries of the directory `from` into the directory `to`, and gives it the mode; nothing is there to do if `from` is missing.
pub(super) fn move_directory(from: &Path, to: &Path) -> io::Result<()> {
    match std::fs::metadata(from) {
        Ok(found) => std::fs::set_permissions(to, found.permissions())?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    for entry in entries(from)? {
        std::fs::rename(from.join(&entry), to.join(&entry))?;
    }
    Ok(())
}

fn entries(directory: &Path) -> io::Result<Vec<std::ffi::OsString>> {
    match std::fs::read_dir(directory) {
        Ok(entries) => entries.map(|entry| Ok(entry?.file_name())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Copies the entries of `from` into `to`, except what lies in one of `without`.
pub(crate) fn copy_entries(from: &Path, to: &Path, without: &[PathBuf]) -> io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in entries(from)? {
        let (source, target) = (from.join(&entry), to.join(&entry));
        if without.contains(&source) {
            continue;
        }
        let found = std::fs::symlink_metadata(&source)?;
        if found.is_dir() {
            copy_entries(&source, &target, without)?;
            std::fs::set_permissions(
                &target,
                std::fs::Permissions::from_mode(found.permissions().mode()),
            )?;
        } else if found.is_symlink() {
            std::os::unix::fs::symlink(std::fs::read_link(&source)?, &target)?;
        } else if found.is_file() {
            std::fs::copy(&source, &target)?;
        }
    }
    Ok(())
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
