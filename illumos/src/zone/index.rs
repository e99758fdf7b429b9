//! The zone index, `/etc/zones/index`: one line a zone, `name:state:zonepath:uuid`, in the order of creation.
//!
//! Reading takes no lock: writers replace the file, so that a reader sees one version of it.

use std::fs::OpenOptions;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::ptr::NonNull;

use rustix::fs::{FlockOperation, fcntl_lock};

use super::ZoneState;
use crate::ffi::{self, Guard};
use crate::{Error, ErrorKind, Result, host_path};

/// The largest index that is read, in bytes: 8,192 zones need a fiftieth of it.
const LARGEST: u64 = 64 << 20;

/// What a line says of its zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) state: ZoneState,
    pub(super) zonepath: String,
    pub(super) uuid: Option<String>,
}

/// Hands every line that libzonecfg understands to `each`, in order.
///
/// Lines that libzonecfg skips are not seen: comments, unknown states, over-long ones, and a last line without a newline.
pub(super) fn walk(_: &Guard, mut each: impl FnMut(&EntryPointer)) -> Result<()> {
    let file = Cookie::open()?;
    while let Some(entry) = file.next() {
        each(&entry.0);
    }
    Ok(())
}

/// The first line of the zone `name`, which is the one that counts. No further one is read.
pub(super) fn find(_: &Guard, name: &str) -> Result<Option<Line>> {
    let file = Cookie::open()?;
    while let Some(entry) = file.next() {
        if entry.0.is_named(name) {
            return Ok(Some(entry.0.line()));
        }
    }
    Ok(None)
}

/// The open index.
struct Cookie(NonNull<illumos_sys::FILE>);

impl Cookie {
    fn open() -> Result<Self> {
        // libzonecfg would wait for a FIFO without end.
        if let Ok(found) = std::fs::metadata(path()) {
            crate::file::check(found.file_type()).map_err(|error| io_error("read", &error))?;
        }
        // SAFETY: takes nothing and returns a stream that is the caller's to close, or NULL.
        let cookie = unsafe { illumos_sys::setzoneent() };
        NonNull::new(cookie).map(Self).ok_or_else(|| {
            let error = crate::file::open(&path())
                .err()
                .unwrap_or_else(|| io::Error::other("libzonecfg cannot open it"));
            io_error("read", &error)
        })
    }

    fn next(&self) -> Option<OwnedEntry> {
        // SAFETY: the stream is open; the result is an entry from malloc that is the caller's, or NULL at the end.
        let entry = unsafe { illumos_sys::getzoneent_private(self.0.as_ptr()) };
        NonNull::new(entry).map(|entry| OwnedEntry(EntryPointer(entry)))
    }
}

impl Drop for Cookie {
    fn drop(&mut self) {
        // SAFETY: the stream came from setzoneent and is not used afterwards.
        unsafe { illumos_sys::endzoneent(self.0.as_ptr()) };
    }
}

/// An entry that libzonecfg allocated. It may be longer than the declared structure, so it is read in place.
struct OwnedEntry(EntryPointer);

impl Drop for OwnedEntry {
    fn drop(&mut self) {
        // SAFETY: from malloc (illumos-gate getzoneent.c), and not used afterwards.
        unsafe { libc::free(self.0.0.as_ptr().cast()) };
    }
}

/// A line of the index as libzonecfg reads it.
pub(super) struct EntryPointer(NonNull<illumos_sys::zoneent>);

impl EntryPointer {
    fn get(&self) -> &illumos_sys::zoneent {
        // SAFETY: the library filled the entry in, every distribution begins it with these fields, and it lives until it is freed with its owner.
        unsafe { self.0.as_ref() }
    }

    pub(super) fn name(&self) -> String {
        escaped(&self.get().zone_name)
    }

    fn is_named(&self, name: &str) -> bool {
        let field = self.get().zone_name.iter().map(|c| c.to_ne_bytes()[0]);
        field.take_while(|byte| *byte != 0).eq(name.bytes())
    }

    pub(super) fn line(&self) -> Line {
        let entry = self.get();
        Line {
            // The library leaves states of a running zone to the kernel.
            state: match entry.zone_state {
                0 => ZoneState::Configured,
                1 => ZoneState::Incomplete,
                _ => ZoneState::Installed,
            },
            zonepath: escaped(&entry.zone_path),
            uuid: (entry.zone_uuid != [0; 16]).then(|| uuid(entry.zone_uuid)),
        }
    }
}

/// A UUID in its usual form.
fn uuid(bytes: [u8; 16]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.into_iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 0xf] {
            text.push(char::from(DIGITS[usize::from(digit)]));
        }
    }
    text
}

/// The text of an array; bytes that are not UTF-8 as `\xHH`. Such a name is no zone's, and such a path names nothing: one bad line must not hide
/// all the others.
fn escaped(field: &[std::ffi::c_char]) -> String {
    let length = field.iter().position(|c| *c == 0).unwrap_or(field.len());
    let bytes = field[..length].iter().map(|c| c.to_ne_bytes()[0]).collect();
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return text,
        Err(error) => error.into_bytes(),
    };
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// The index as it is, for what libzonecfg does not check before it rewrites it.
#[derive(Debug)]
pub(super) struct Raw(Vec<u8>);

impl Raw {
    pub(super) fn read() -> Result<Self> {
        crate::file::read(&path(), LARGEST)
            .map(Self)
            .map_err(|error| io_error("read", &error))
    }

    /// Whether a new line would be a line of its own.
    pub(super) fn ends_in_newline(&self) -> bool {
        self.0.is_empty() || self.0.ends_with(b"\n")
    }

    /// Whether libzonecfg would rewrite a line for the zone `name`: one that ends in a newline and has a state, be it one that readers skip.
    pub(super) fn can_rewrite(&self, name: &str) -> bool {
        self.0
            .split_inclusive(|byte| *byte == b'\n')
            .filter_map(|line| line.strip_suffix(b"\n"))
            .any(|line| {
                let mut fields = line.split(|byte| *byte == b':');
                fields.next() == Some(name.as_bytes())
                    && fields.next().is_some_and(|state| !state.is_empty())
            })
    }

    /// Whether the last line is one of the zone `name`, and has no newline, so that readers skip it.
    pub(super) fn ends_in(&self, name: &str) -> bool {
        let line = self.0.rsplit(|byte| *byte == b'\n').next();
        line.is_some_and(|line| line.split(|byte| *byte == b':').next() == Some(name.as_bytes()))
    }

    /// The zone whose line libzonecfg would overwrite when it renames `old` to `new`, if there is one.
    ///
    /// After the renamed line it goes on comparing with the new name, but with the old name's length (illumos-gate getzoneent.c).
    pub(super) fn overwritten_by_rename(&self, old: &str, new: &str) -> Option<String> {
        let prefix = new.as_bytes().get(..old.len())?;
        let names = self.0.split(|byte| *byte == b'\n').filter_map(|line| {
            Some(
                line.split_at_checked(line.iter().position(|byte| *byte == b':')?)?
                    .0,
            )
        });
        let mut later = names.skip_while(|name| *name != old.as_bytes());
        later.next()?;
        later
            .find(|name| *name == prefix && *name != old.as_bytes())
            .map(|name| String::from_utf8_lossy(name).into_owned())
    }
}

/// Why a zone cannot be added while the index does not end in a newline.
pub(super) fn unterminated(operation: impl Into<String>) -> Error {
    let reason = "the last line of /etc/zones/index has no newline, so that libzonecfg would glue the new zone's line to it and lose the zone; \
                  add the newline: echo >> /etc/zones/index";
    Error::new(ErrorKind::Invalid, operation, reason)
}

/// Ends the last line of the zone index in a newline, if it does not; whether it had to.
///
/// An index without it has been edited by hand. libzonecfg does not see the zone of such a line, and loses the next one that is added.
/// The lock is the one that libzonecfg takes when it writes, and one byte is appended, so that readers see either version.
///
/// Needs write access to `/etc/zones`. Waits for whoever holds the lock.
///
/// # Errors
/// [`ErrorKind::PermissionDenied`]; [`ErrorKind::NotFound`] if there is no index.
///
/// # Source
/// illumos-gate `usr/src/lib/libzonecfg/common/getzoneent.c`.
pub fn mend_index() -> Result<bool> {
    mend_in(&ffi::exclusive())
}

/// As [`mend_index`], for who holds the exclusive guard.
pub(super) fn mend_in(_: &Guard) -> Result<bool> {
    mend().map_err(|error| io_error("mend", &error))
}

fn mend() -> io::Result<bool> {
    let directory = host_path("/var/run/zones");
    if !directory.exists() {
        std::fs::create_dir_all(&directory)?;
        std::fs::set_permissions(
            &directory,
            std::os::unix::fs::PermissionsExt::from_mode(0o700),
        )?;
    }
    let lock = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(directory.join("index.lock"))?;
    fcntl_lock(&lock, FlockOperation::LockExclusive)?;
    let mut index = OpenOptions::new().read(true).append(true).open(path())?;
    let mut last = [b'\n'];
    if index.seek(SeekFrom::End(0))? > 0 {
        index.seek(SeekFrom::End(-1))?;
        index.read_exact(&mut last)?;
    }
    if last == *b"\n" {
        return Ok(false);
    }
    index.write_all(b"\n")?;
    index.sync_all()?;
    Ok(true)
}

/// Where the index lies.
fn path() -> PathBuf {
    host_path(Path::new("/etc/zones/index"))
}

fn io_error(verb: &str, error: &io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => ErrorKind::NotFound,
        io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
        _ => ErrorKind::Failed,
    };
    Error::new(
        kind,
        format!("{verb} the zone index /etc/zones/index"),
        error.to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::{Raw, escaped};

    fn raw(text: &str) -> Raw {
        Raw(text.as_bytes().to_vec())
    }

    #[test]
    fn a_rename_that_overwrites_another_zone_is_recognised() {
        let index = raw("global:installed:/\naa:configured:/zones/aa:\nbb:configured:/zones/bb:\n");
        assert_eq!(
            index.overwritten_by_rename("aa", "bbb").as_deref(),
            Some("bb")
        );
        // The other zone comes first, is shorter, is longer, or is another one.
        assert_eq!(index.overwritten_by_rename("bb", "aaa"), None);
        assert_eq!(index.overwritten_by_rename("aa", "b"), None);
        assert_eq!(index.overwritten_by_rename("aa", "cc1"), None);
        let longer = raw("aa:configured:/a:\nbbb:configured:/b:\n");
        assert_eq!(longer.overwritten_by_rename("aa", "bbbb"), None);
        assert_eq!(raw("").overwritten_by_rename("aa", "bbb"), None);
    }

    #[test]
    fn an_index_without_a_last_newline_is_recognised() {
        assert!(raw("").ends_in_newline());
        assert!(raw("a:configured:/a:\n").ends_in_newline());
        assert!(!raw("a:configured:/a:").ends_in_newline());
    }

    #[test]
    fn bytes_that_are_not_utf8_stay_visible() {
        let field =
            [b'/', b'z', 0xe9, b'x', 0, b'y'].map(|byte| std::ffi::c_char::from_ne_bytes([byte]));
        assert_eq!(escaped(&field), "/z\\xe9x");
    }
}
