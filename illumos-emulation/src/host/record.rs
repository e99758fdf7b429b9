//! Files below `emulation/` that hold what a real host keeps in its kernel and its daemons: the zones that are up, the
//! datalinks, the datasets. Each is one text file, read whole, replaced by rename, and changed under a lock of its own.

use std::any::Any;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::Host;

/// What one such file holds.
pub(crate) trait Record: Clone + Default + Send + Sync + 'static {
    /// The file's name below `emulation/`.
    const FILE: &'static str;

    /// Reads the text of the file.
    fn parse(text: &str) -> Result<Self, String>;

    /// Appends the text of the file to `out`.
    fn print(&self, out: &mut String);
}

/// What tells one version of a file from the next.
///
/// An inode may be used again within one tick of the clock that stamps files; the first line of each version
/// is therefore one byte longer than that of the version before (see [`heading`]), so that the size differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Version {
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

impl Version {
    fn of(path: &Path) -> io::Result<Option<Self>> {
        match std::fs::metadata(path) {
            Ok(found) => Ok(Some(Self {
                inode: found.ino(),
                size: found.size(),
                modified: (found.mtime(), found.mtime_nsec()),
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A record as last read, and the version of the file that it was read from.
type Known = (Option<Version>, Arc<dyn Any + Send + Sync>);

/// The records of one host as last read, by file name.
#[derive(Debug, Default)]
pub(super) struct Cache {
    entries: Mutex<HashMap<&'static str, Known>>,
}

impl Cache {
    fn get<T: Record>(&self, version: Option<Version>) -> Option<Arc<T>> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, value) = entries.get(T::FILE)?;
        if *known == version {
            Arc::clone(value).downcast().ok()
        } else {
            None
        }
    }

    fn put<T: Record>(&self, version: Option<Version>, value: &Arc<T>) {
        let value = Arc::clone(value);
        self.entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(T::FILE, (version, value));
    }
}

const HEADING_LENGTHS: usize = 64;

/// The first line of a version: a comment whose length differs from that of the version before.
fn heading(before: Option<&str>) -> String {
    let length = before
        .and_then(|text| text.lines().next())
        .map_or(0, str::len);
    format!("#{}\n", "-".repeat(length % HEADING_LENGTHS))
}

impl Host {
    /// Reads a record; a missing file is an empty one. The file is read only when it is another than last time.
    pub(crate) fn read<T: Record>(&self) -> io::Result<Arc<T>> {
        let path = self.emulation_path(T::FILE);
        let version = Version::of(&path)?;
        if let Some(value) = self.cache().get::<T>(version) {
            return Ok(value);
        }
        let value = Arc::new(load::<T>(&path)?.0);
        self.cache().put(version, &value);
        Ok(value)
    }

    /// Changes a record while nobody else does. Nothing is written if `change` fails or leaves it as it was.
    pub(crate) fn update<T: Record, R, E: From<io::Error>>(
        &self,
        change: impl FnOnce(&mut T) -> Result<R, E>,
    ) -> Result<R, E> {
        let path = self.emulation_path(T::FILE);
        let _lock = self.lock(T::FILE)?;
        let version = Version::of(&path)?;
        let old = match std::fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        let mut value = match self.cache().get::<T>(version) {
            Some(value) => value.as_ref().clone(),
            None => parse::<T>(&path, old.as_deref().unwrap_or_default())?,
        };
        let result = change(&mut value)?;
        let mut body = String::new();
        value.print(&mut body);
        if old
            .as_deref()
            .is_some_and(|text| text.split_once('\n').is_some_and(|(_, rest)| rest == body))
        {
            return Ok(result);
        }
        super::replace(
            &path,
            format!("{}{body}", heading(old.as_deref())).as_bytes(),
        )?;
        self.cache().put(Version::of(&path)?, &Arc::new(value));
        Ok(result)
    }

    /// Waits for the lock of `emulation/FILE`; it is free when the returned file is dropped, or its process has ended.
    pub(crate) fn lock(&self, file: &str) -> io::Result<File> {
        let lock = File::options()
            .create(true)
            .append(true)
            .open(self.emulation_path(&format!("{file}.lock")))?;
        lock.lock()?;
        Ok(lock)
    }
}

fn load<T: Record>(path: &Path) -> io::Result<(T, String)> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    Ok((parse(path, &text)?, text))
}

fn parse<T: Record>(path: &Path, text: &str) -> io::Result<T> {
    T::parse(text).map_err(|reason| {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{}: {reason}", path.display()),
        )
    })
}

/// Puts `bytes` in place of the file at `path`: readers see the old file or the new one, whole.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".new.")
        .tempfile_in(directory)?;
    file.write_all(bytes)?;
    set_mode(file.as_file(), 0o644)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

pub(crate) fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}
