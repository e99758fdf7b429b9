//! Whether somebody else than root and the caller could change a file.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::failed;
use crate::failure::{Cause, Code, ExitCode, Failure};

/// The directories of documents below the one of the configuration.
const PARTS: [&str; 4] = ["templates", "pools", "publishers", "zones"];

/// A document, or a directory of documents, that others could change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untrusted {
    /// Which.
    pub path: PathBuf,
    /// Why, with the command that mends it.
    pub failure: Failure,
    /// Whether it is this file's own mode alone that is wrong, and no symlink leads there.
    pub mode_alone: bool,
}

/// Refuses a directory of documents if somebody else than root and the caller could change it or a document in it.
///
/// # Errors
/// As [`check_trusted`], for the first that is found.
pub fn check_documents(directory: &Path, top: &Path) -> Result<(), Failure> {
    match untrusted(directory, top)?.into_iter().next() {
        Some(found) => Err(found.failure),
        None => Ok(()),
    }
}

/// The documents and directories of documents that others could change, `directory` itself first. Costs one look at each.
///
/// # Errors
/// If a directory cannot be read.
pub fn untrusted(directory: &Path, top: &Path) -> Result<Vec<Untrusted>, Failure> {
    let mut found = Vec::new();
    note(directory, check_trusted(directory, top), &mut found);
    look(&directory.join("config.kdl"), directory, &mut found)?;
    for part in PARTS {
        let part = directory.join(part);
        look(&part, directory, &mut found)?;
        let entries = match fs::read_dir(&part) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed("read", &part, &error)),
        };
        let mut documents = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| failed("read", &part, &error))?.path();
            if path.extension().is_some_and(|extension| extension == "kdl") {
                documents.push(path);
            }
        }
        documents.sort_unstable();
        for path in documents {
            look(&path, directory, &mut found)?;
        }
    }
    Ok(found)
}

/// Looks at what lies in a directory that was looked at.
fn look(path: &Path, directory: &Path, found: &mut Vec<Untrusted>) -> Result<(), Failure> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => {
            note(path, check_target(path, directory), found);
        }
        Ok(metadata) => note(path, check_one(path, &metadata, true), found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed("inspect", path, &error)),
    }
    Ok(())
}

fn note(path: &Path, result: Result<(), Failure>, found: &mut Vec<Untrusted>) {
    let Err(failure) = result else { return };
    let own =
        |metadata: Metadata| !metadata.is_symlink() && check_one(path, &metadata, true).is_err();
    found.push(Untrusted {
        mode_alone: failure.cause == Some(Cause::Mode) && fs::symlink_metadata(path).is_ok_and(own),
        path: path.to_owned(),
        failure,
    });
}

/// Refuses `path` if somebody else than root and the caller could change it: by its own mode or owner, or by those of a
/// directory above it, from `top` down. Where `path` is not below `top`, every directory above it counts. What is not
/// there yet is not checked. Of symlinks both the way to them and the way that they lead is checked.
///
/// # Errors
/// `zmgr::file::unsafe_owner` or `zmgr::file::unsafe_mode`, with the command that mends it; if something cannot be looked at.
pub fn check_trusted(path: &Path, top: &Path) -> Result<(), Failure> {
    check_way(path, top)?;
    check_target(path, top)
}

/// Checks the way that the symlinks of `path` lead.
fn check_target(path: &Path, top: &Path) -> Result<(), Failure> {
    match path.canonicalize() {
        Ok(resolved) if resolved != path => check_way(
            &resolved,
            &top.canonicalize().unwrap_or_else(|_| top.to_path_buf()),
        ),
        _ => Ok(()),
    }
}

fn check_way(path: &Path, top: &Path) -> Result<(), Failure> {
    let start = if path.starts_with(top) {
        top
    } else {
        Path::new("/")
    };
    let mut way: Vec<&Path> = path
        .ancestors()
        .take_while(|above| *above != start && !above.as_os_str().is_empty())
        .collect();
    if path.starts_with(start) {
        way.push(start);
    }
    for step in way.into_iter().rev() {
        match fs::metadata(step) {
            Ok(metadata) => check_one(step, &metadata, step == path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed("inspect", step, &error)),
        }
    }
    Ok(())
}

fn check_one(path: &Path, metadata: &Metadata, last: bool) -> Result<(), Failure> {
    let (caller, group) = (
        rustix::process::geteuid().as_raw(),
        rustix::process::getegid().as_raw(),
    );
    let shown = path.display();
    if metadata.uid() != 0 && metadata.uid() != caller {
        let message = format!(
            "{shown} belongs to user {}, who can change it",
            metadata.uid()
        );
        return Err(
            Failure::new(ExitCode::Failed, Code::FileUnsafeOwner, message)
                .with_help(format!("run chown root {shown}")),
        );
    }
    // In a directory like /tmp nobody can rename what belongs to another.
    if metadata.is_dir() && metadata.mode() & 0o1000 != 0 && !last {
        return Ok(());
    }
    // A user's own group, where the system gives each user one and new files are writable by it.
    let own_group = caller != 0 && metadata.gid() == group && metadata.uid() == caller;
    let others = if own_group { 0o002 } else { 0o022 };
    if metadata.mode() & others != 0 {
        let message = format!(
            "{shown} is writable by others: its mode is {:04o}",
            metadata.mode() & 0o7777
        );
        return Err(
            Failure::new(ExitCode::Failed, Code::FileUnsafeMode, message)
                .because(Cause::Mode)
                .with_help(format!("run chmod go-w {shown}")),
        );
    }
    Ok(())
}
