//! What was read of thousands of small files, kept so that the next command need not read them again.
//!
//! Reading 8,192 zone configurations through libzonecfg takes 1.5 s, which `create` has to know because any of them may hold an address.
//! Looking at each file takes a thousandth of that. So what a file says is kept together with the file's [`Stamp`], and counts only as
//! long as the file has the same one.
//!
//! The cache is one file a [`Part`], below `cache/` in the state directory. It is only ever a way to be quicker:
//! - It is believed only if nobody but root and the caller could have written it, and if it is whole.
//! - What another version of zmgr wrote, or this one on another release of the system, is not believed either.
//! - What a command is about to destroy or change is read itself, never taken from here.
//! - A cache that cannot be read or written is nothing to talk about.

mod file;
mod stamp;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::File;
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Context, files, parallel};
use file::{Contents, Header};
pub use stamp::Stamp;

/// Below this many files, reading them all is as fast as checking their stamps.
const MIN_CACHED: usize = 256;
/// The cache is written again if at least so many values were not in it.
const STALE: usize = 128;
/// A file that changed so short a time ago may change again within the resolution of its times.
const SETTLED: Duration = Duration::from_secs(2);

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Entries of the registry.
    Registry,
    /// Configurations of zones.
    Configurations,
    /// What zones run with.
    Running,
}

impl Part {
    fn file(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Configurations => "configurations",
            Self::Running => "running",
        }
    }
}

/// The files that names stand for.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// Where they are.
    pub directory: &'a Path,
    /// What their names have after the name.
    pub suffix: &'a str,
}

impl Files<'_> {
    fn open(&self) -> Option<File> {
        File::open(self.directory).ok()
    }

    fn stamp(&self, directory: Option<&File>, name: &str) -> Option<Stamp> {
        Stamp::of(directory?.as_fd(), &[name, self.suffix].concat())
    }
}

/// What files looked like before they were read, in the order of their names.
#[derive(Debug, Clone)]
pub struct Stamps {
    begun: SystemTime,
    of: Vec<Option<Stamp>>,
}

impl Stamps {
    /// Of files that are about to be read.
    #[must_use]
    pub fn look(names: &[&str], files: Files<'_>) -> Self {
        let begun = SystemTime::now();
        let directory = files.open();
        let of = parallel::each(names, |name| files.stamp(directory.as_ref(), name));
        Self { begun, of }
    }

    /// Of files that were read without looking at them.
    #[must_use]
    pub fn none() -> Self {
        Self {
            begun: SystemTime::UNIX_EPOCH,
            of: Vec::new(),
        }
    }

    /// The stamp at `place`, if another change of the file cannot have left it as it is.
    fn settled(&self, place: usize) -> Option<Stamp> {
        let stamp = self.of.get(place).copied().flatten()?;
        stamp.is_older_than(self.begun, SETTLED).then_some(stamp)
    }

    /// The places of the files that may say something else by now. The names are those that were asked for then.
    #[must_use]
    pub fn doubtful(&self, names: &[&str], files: Files<'_>) -> Vec<usize> {
        let directory = files.open();
        let found = parallel::each(names, |name| files.stamp(directory.as_ref(), name));
        let same =
            |place: usize, found: Option<Stamp>| found.is_some() && found == self.settled(place);
        let found = found.into_iter().enumerate();
        found
            .filter_map(|(place, found)| (!same(place, found)).then_some(place))
            .collect()
    }
}

/// What a search found.
#[derive(Debug)]
pub struct Found<T, E> {
    /// What the files say, in the order of the names; `None` for those that were passed over.
    pub values: Vec<Option<Result<T, E>>>,
    /// What the files looked like before.
    pub stamps: Stamps,
}

/// What the cache knows of a file.
enum Known<T> {
    Value(T),
    PassedOver,
    Not,
}

impl<T> Known<T> {
    fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::PassedOver | Self::Not => None,
        }
    }
}

/// Where the cache lies, and whether it may be written.
#[derive(Debug, Clone)]
pub struct Cache {
    state_dir: PathBuf,
    writable: bool,
}

impl Cache {
    /// The cache of the host. A dry run changes nothing, not even the cache.
    #[must_use]
    pub fn new(cx: &Context) -> Self {
        Self {
            state_dir: cx.state_dir.clone(),
            writable: !cx.dry_run,
        }
    }

    fn directory(&self) -> PathBuf {
        self.state_dir.join("cache")
    }

    /// What the files of `names` say, in their order: from the cache as far as a file is as it was, from `read` otherwise, which is handed the
    /// places of the names that are left and answers in their order.
    ///
    /// # Errors
    /// As `read`.
    pub fn recall<T, E, F>(
        &self,
        part: Part,
        names: &[&str],
        files: Files<'_>,
        read: impl FnOnce(&[usize]) -> Result<Vec<Result<T, E>>, F>,
    ) -> Result<Vec<Result<T, E>>, F>
    where
        T: Serialize + DeserializeOwned + Send,
    {
        let found = self.search(part, names, files, |_| true, read)?;
        Ok(found.values.into_iter().flatten().collect())
    }

    /// As [`recall`](Self::recall), but what was kept of a file is passed over, as `None`, if `wanted` refuses it: it is asked of the value's bytes as
    /// postcard writes them.
    ///
    /// # Errors
    /// As `read`.
    pub fn search<T, E, F>(
        &self,
        part: Part,
        names: &[&str],
        files: Files<'_>,
        wanted: impl Fn(&[u8]) -> bool + Sync,
        read: impl FnOnce(&[usize]) -> Result<Vec<Result<T, E>>, F>,
    ) -> Result<Found<T, E>, F>
    where
        T: Serialize + DeserializeOwned + Send,
    {
        if names.len() < MIN_CACHED {
            let everything: Vec<usize> = (0..names.len()).collect();
            let read = read(&everything)?.into_iter().map(Some);
            return Ok(Found {
                values: read.collect(),
                stamps: Stamps::none(),
            });
        }
        let begun = SystemTime::now();
        let directory = files.open();
        let stamp_of = |name: &str| files.stamp(directory.as_ref(), name);
        let header = Header::of_this_program();
        let bytes = file::read(&self.directory().join(part.file()));
        let contents = Contents::parse(&bytes, &header);
        // Before anything is read: a file that changes in between gets another stamp than the one that is kept.
        let looked = parallel::each(names, |name| {
            let stamp = stamp_of(name);
            let value = match stamp.and_then(|stamp| contents.find(name, &stamp)) {
                Some(kept) if !wanted(kept) => Known::PassedOver,
                Some(kept) => postcard::from_bytes(kept).map_or(Known::Not, Known::Value),
                None => Known::Not,
            };
            (stamp, value)
        });
        let (stamps, looked): (_, Vec<Known<T>>) = looked.into_iter().unzip();
        let stamps = Stamps { begun, of: stamps };
        let unknown =
            |(place, value): (usize, &Known<T>)| matches!(value, Known::Not).then_some(place);
        let missing: Vec<usize> = looked.iter().enumerate().filter_map(unknown).collect();
        if missing.is_empty() {
            let values = looked.into_iter().map(|value| value.into_value().map(Ok));
            return Ok(Found {
                values: values.collect(),
                stamps,
            });
        }
        let read = read(&missing)?;
        let mut records = Vec::new();
        for (place, result) in missing.iter().zip(&read) {
            let settled = stamps.settled(*place);
            let value = result
                .as_ref()
                .ok()
                .and_then(|value| postcard::to_allocvec(value).ok());
            let record = settled.zip(value);
            records.extend(record.map(|(stamp, value)| (names[*place], stamp, Cow::Owned(value))));
        }
        if self.writable && records.len() >= STALE {
            // What is as it was, asked for now or not.
            let read: HashSet<&str> = missing.iter().map(|place| names[*place]).collect();
            let others = contents.iter().filter(|(name, _, _)| !read.contains(name));
            let kept = others.filter(|(name, stamp, _)| stamp_of(name) == Some(*stamp));
            records.extend(kept.map(|(name, stamp, value)| (name, stamp, Cow::Borrowed(value))));
            self.write(part, &file::encode(&header, &records));
        }
        let mut read = read.into_iter();
        let values = looked.into_iter().map(|value| match value {
            Known::Not => read.next(),
            known => known.into_value().map(Ok),
        });
        Ok(Found {
            values: values.collect(),
            stamps,
        })
    }

    /// Writes a part of the cache, if that is possible.
    fn write(&self, part: Part, bytes: &[u8]) {
        let directory = self.directory();
        if files::make_private_directory(&directory).is_ok() {
            // Without the cache everything works as well.
            let _ = files::remove_leftovers(&directory);
            let _ = files::replace_unsynced(&directory.join(part.file()), bytes);
        }
    }
}

#[cfg(test)]
mod tests;
