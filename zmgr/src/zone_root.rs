//! Files below the root of a zone that does not run, reached one directory at a time and never through a symlink.
//!
//! Root in the zone controls everything there: a symlink `/etc` would lead the global zone's root into its own `/etc`. So every
//! directory is opened from the one above by descriptor, with `O_NOFOLLOW`, and a file is written beside its place under a new name
//! and renamed over whatever has that name, which follows nothing either.

use crate::failure::Code;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{AtFlags, Gid, Mode, OFlags, Uid};
use rustix::io::Errno;

use crate::{ExitCode, Failure};

/// The mode of files that are written.
const MODE: u32 = 0o644;

/// The longest file that is read, in bytes: what zmgr writes is far shorter, and a zone may leave anything.
const LONGEST: u64 = 1 << 20;

/// What the file `path` below the root of the zone at `zonepath` says; `None` if there is none.
///
/// # Errors
/// `zmgr::zone::root` if the root is not there, a directory of the path is none, or the file is a symlink or not a regular file.
pub fn read(zonepath: &str, path: &str) -> Result<Option<String>, Failure> {
    read_file(zonepath, path).map_err(|error| failed("read", zonepath, path, &error))
}

/// Writes the file `path` below the root of the zone at `zonepath`, or without a text removes it: mode 0644, owned by root. Its
/// directory must be there.
///
/// # Errors
/// As [`read`], and if it cannot be written; the file is as it was then.
pub fn write(zonepath: &str, path: &str, text: Option<&str>) -> Result<(), Failure> {
    write_file(zonepath, path, text).map_err(|error| failed("write", zonepath, path, &error))
}

fn failed(verb: &str, zonepath: &str, path: &str, error: &io::Error) -> Failure {
    let message = format!("cannot {verb} /{path} in the zone at {zonepath}: {error}");
    Failure::new(ExitCode::Failed, Code::ZoneRoot, message).with_help(
        "the zone's root must be mounted, and nothing on the way may be a symlink: look at it with ls -l",
    )
}

/// The directory that the file is in, and its name.
fn open_parent<'p>(zonepath: &str, path: &'p str) -> io::Result<(OwnedFd, &'p str)> {
    let (directories, name) = path.rsplit_once('/').unwrap_or(("", path));
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    // The zonepath is the global zone's, mode 0700: nobody in the zone can change what it is.
    let zonepath = illumos::host_path(zonepath);
    let top = rustix::fs::open(&zonepath, flags.difference(OFlags::NOFOLLOW), Mode::empty())?;
    let mut directory = rustix::fs::openat(&top, "root", flags, Mode::empty())?;
    for part in directories.split('/').filter(|part| !part.is_empty()) {
        check(part)?;
        directory = rustix::fs::openat(&directory, part, flags, Mode::empty())?;
    }
    check(name)?;
    Ok((directory, name))
}

fn check(name: &str) -> io::Result<()> {
    if name.is_empty() || name == "." || name == ".." || name.contains(['/', '\0']) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{name:?} cannot be part of a path"),
        ));
    }
    Ok(())
}

fn read_file(zonepath: &str, path: &str) -> io::Result<Option<String>> {
    let (directory, name) = open_parent(zonepath, path)?;
    // A named pipe would hang without O_NONBLOCK.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match rustix::fs::openat(&directory, name, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(Errno::NOENT) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is no regular file",
        ));
    }
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text)?;
    Ok(Some(text))
}

fn write_file(zonepath: &str, path: &str, text: Option<&str>) -> io::Result<()> {
    let (directory, name) = open_parent(zonepath, path)?;
    let Some(text) = text else {
        return match rustix::fs::unlinkat(&directory, name, AtFlags::empty()) {
            Ok(()) => sync(&directory),
            Err(Errno::NOENT) => Ok(()),
            Err(error) => Err(error.into()),
        };
    };
    let beside = format!(".{name}.zmgr");
    // What a crash left, or somebody put there.
    match rustix::fs::unlinkat(&directory, beside.as_str(), AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(error) => return Err(error.into()),
    }
    let written = write_beside(&directory, &beside, text).and_then(|()| {
        Ok(rustix::fs::renameat(
            &directory,
            beside.as_str(),
            &directory,
            name,
        )?)
    });
    if written.is_err() {
        let _ = rustix::fs::unlinkat(&directory, beside.as_str(), AtFlags::empty());
        return written;
    }
    sync(&directory)
}

fn write_beside(directory: &OwnedFd, name: &str, text: &str) -> io::Result<()> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mode = Mode::from_raw_mode(MODE);
    let mut file = File::from(rustix::fs::openat(directory, name, flags, mode)?);
    if rustix::process::geteuid().is_root() {
        rustix::fs::fchown(file.as_fd(), Some(Uid::ROOT), Some(Gid::ROOT))?;
    }
    rustix::fs::fchmod(file.as_fd(), mode)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn sync(directory: &OwnedFd) -> io::Result<()> {
    Ok(rustix::fs::fsync(directory)?)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn zone() -> (tempfile::TempDir, String) {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("zone/root/etc")).unwrap();
        let zonepath = dir.path().join("zone").to_str().unwrap().to_owned();
        (dir, zonepath)
    }

    #[test]
    fn writes_reads_and_removes() {
        let (_dir, zone) = zone();
        assert_eq!(read(&zone, "etc/defaultrouter").unwrap(), None);
        write(&zone, "etc/defaultrouter", Some("10.0.0.1\n")).unwrap();
        write(&zone, "etc/defaultrouter", Some("10.0.0.2\n")).unwrap();
        assert_eq!(
            read(&zone, "etc/defaultrouter").unwrap().as_deref(),
            Some("10.0.0.2\n")
        );
        let file = format!("{zone}/root/etc/defaultrouter");
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o7777,
            0o644
        );
        assert_eq!(fs::read_dir(format!("{zone}/root/etc")).unwrap().count(), 1);
        write(&zone, "etc/defaultrouter", None).unwrap();
        write(&zone, "etc/defaultrouter", None).unwrap();
        assert!(!fs::exists(file).unwrap());
    }

    #[test]
    fn a_directory_that_is_a_symlink_is_not_followed() {
        let (dir, zone) = zone();
        let outside = dir.path().join("outside");
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("shadow"), "secret").unwrap();
        let root = format!("{zone}/root");
        fs::remove_dir(format!("{root}/etc")).unwrap();
        symlink(&outside, format!("{root}/etc")).unwrap();
        assert!(write(&zone, "etc/defaultrouter", Some("x")).is_err());
        assert!(write(&zone, "etc/shadow", None).is_err());
        assert!(read(&zone, "etc/shadow").is_err());
        fs::remove_file(format!("{root}/etc")).unwrap();
        fs::remove_dir(&root).unwrap();
        fs::create_dir(outside.join("etc")).unwrap();
        symlink(&outside, &root).unwrap();
        assert!(write(&zone, "etc/defaultrouter", Some("x")).is_err());
        assert_eq!(fs::read_dir(outside.join("etc")).unwrap().count(), 0);
        assert_eq!(
            fs::read_to_string(outside.join("shadow")).unwrap(),
            "secret"
        );
    }

    #[test]
    fn a_file_that_is_a_symlink_is_replaced_and_not_followed() {
        let (dir, zone) = zone();
        let outside = dir.path().join("secret");
        fs::write(&outside, "secret").unwrap();
        for name in ["defaultrouter", ".defaultrouter.zmgr"] {
            symlink(&outside, format!("{zone}/root/etc/{name}")).unwrap();
        }
        assert!(read(&zone, "etc/defaultrouter").is_err());
        write(&zone, "etc/defaultrouter", Some("10.0.0.1\n")).unwrap();
        assert_eq!(fs::read_to_string(&outside).unwrap(), "secret");
        assert_eq!(
            read(&zone, "etc/defaultrouter").unwrap().as_deref(),
            Some("10.0.0.1\n")
        );
    }

    #[test]
    fn paths_that_climb_are_refused() {
        let (_dir, zone) = zone();
        for path in ["../x", "etc/../../x", "etc/..", "", "etc/"] {
            assert!(write(&zone, path, Some("x")).is_err(), "{path:?}");
        }
    }
}
