//! Files below `emulation/` that hold what a real host keeps in its kernel and its daemons: the zones that are up, the
//! datalinks, the datasets. Each is one text file, read whole, replaced by rename, and changed under a lock of its own.

use std::any::Any;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

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

/// One version of a file, held open: as long as it is, no other file can have its inode. It is the one that everybody reads until it has
/// no name any more, because it was replaced, or somebody has written into it.
#[derive(Debug)]
struct Version {
    file: File,
    written: Option<SystemTime>,
}

impl Version {
    /// The version at `path`; `None` if there is no file.
    fn of(path: &Path) -> io::Result<Option<Self>> {
        match File::open(path) {
            Ok(file) => Ok(Some(Self {
                written: file.metadata()?.modified().ok(),
                file,
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn is_current(&self) -> bool {
        let found = self.file.metadata();
        found.is_ok_and(|found| found.nlink() > 0 && found.modified().ok() == self.written)
    }

    fn text(&mut self) -> io::Result<String> {
        let mut text = String::new();
        self.file.read_to_string(&mut text)?;
        Ok(text)
    }
}

/// A record as last read, and the version of the file that it was read from.
type Known = (Version, Arc<dyn Any + Send + Sync>);

/// The records of one host as last read, by file name.
#[derive(Debug, Default)]
pub(super) struct Cache {
    entries: Mutex<HashMap<&'static str, Known>>,
}

impl Cache {
    fn get<T: Record>(&self) -> Option<Arc<T>> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (version, value) = entries.get(T::FILE)?;
        if version.is_current() {
            Arc::clone(value).downcast().ok()
        } else {
            None
        }
    }

    fn put<T: Record>(&self, version: Version, value: &Arc<T>) {
        let value = Arc::clone(value);
        self.entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(T::FILE, (version, value));
    }
}

impl Host {
    /// Reads a record; a missing file is an empty one. The file is read only when it is another than last time.
    pub(crate) fn read<T: Record>(&self) -> io::Result<Arc<T>> {
        if let Some(value) = self.cache().get::<T>() {
            return Ok(value);
        }
        let path = self.emulation_path(T::FILE);
        let Some(mut version) = Version::of(&path)? else {
            return Ok(Arc::default());
        };
        let value = Arc::new(parse::<T>(&path, &version.text()?)?);
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
        let old = match Version::of(&path)? {
            Some(mut version) => Some(version.text()?),
            None => None,
        };
        let mut value = match self.cache().get::<T>() {
            Some(value) => value.as_ref().clone(),
            None => parse::<T>(&path, old.as_deref().unwrap_or_default())?,
        };
        let result = change(&mut value)?;
        let mut text = String::new();
        value.print(&mut text);
        if old.as_ref() == Some(&text) {
            return Ok(result);
        }
        replace(&path, text.as_bytes())?;
        if let Some(version) = Version::of(&path)? {
            self.cache().put(version, &Arc::new(value));
        }
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
