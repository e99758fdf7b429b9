//! Reading a file that somebody else could have placed.
//!
//! Where a regular file is expected there may be a FIFO, which would be waited for without end, a device, or more bytes than
//! memory has. What is read through here is a regular file of a bounded length, or an error that says what it is.

use std::fs::{File, FileType, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

/// Opens the regular file at `path` for reading. Symlinks are followed.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] if it is not a regular file; otherwise as open(2).
pub fn open(path: &Path) -> io::Result<File> {
    // Before it is opened: to open a device may already do something.
    check(std::fs::metadata(path)?.file_type())?;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(path)?;
    check(file.metadata()?.file_type())?;
    Ok(file)
}

/// Reads the regular file at `path`. Symlinks are followed.
///
/// # Errors
/// [`io::ErrorKind::FileTooLarge`] if it is longer than `largest` bytes; otherwise as [`open`].
pub fn read(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    read_open(&open(path)?, largest)
}

/// Reads an open file to its end.
///
/// # Errors
/// [`io::ErrorKind::FileTooLarge`] if there are more than `largest` bytes; otherwise as read(2).
pub fn read_open(file: &File, largest: u64) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len().min(largest);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    // It may be growing while it is read.
    file.take(largest.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > largest {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it is larger than {largest} bytes"),
        ));
    }
    Ok(bytes)
}

/// Refuses what is not a regular file.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`], which says what it is instead.
pub fn check(found: FileType) -> io::Result<()> {
    if found.is_file() {
        return Ok(());
    }
    let what = if found.is_dir() {
        "a directory"
    } else if found.is_fifo() {
        "a FIFO"
    } else if found.is_symlink() {
        "a symlink"
    } else if found.is_socket() {
        "a socket"
    } else {
        "a device"
    };
    Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("it is {what}, not a regular file"),
    ))
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_bound() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        let error = read(&path, 4).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(read(&link, 5).unwrap(), b"12345");
    }

    #[test]
    fn what_is_not_a_regular_file_is_named_and_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let fifo = dir.path().join("fifo");
        let name = std::ffi::CString::new(fifo.as_os_str().as_bytes()).unwrap();
        // SAFETY: mkfifo(3C) reads a string that ends in NUL, which `name` is.
        assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
        let link = dir.path().join("link");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        for (path, what) in [
            (fifo.as_path(), "a FIFO"),
            (dir.path(), "a directory"),
            (Path::new("/dev/zero"), "a device"),
            (&link, "a device"),
        ] {
            let error = read(path, 100).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{what}");
            assert!(error.to_string().contains(what), "{error}");
        }
    }
}
