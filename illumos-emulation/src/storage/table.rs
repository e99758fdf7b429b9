//! The table of file systems and volumes: `emulation/datasets`, one a line, `NAME KEY=VALUE…`, pools first named without a slash.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::property::Types;
use crate::host::{Record, decode, encode};

/// What a dataset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Filesystem,
    Volume,
    Snapshot,
    Bookmark,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Filesystem => "filesystem",
            Self::Volume => "volume",
            Self::Snapshot => "snapshot",
            Self::Bookmark => "bookmark",
        }
    }

    pub(crate) fn types(self) -> Types {
        match self {
            Self::Filesystem => Types::FILESYSTEM,
            Self::Volume => Types::VOLUME,
            Self::Snapshot => Types::SNAPSHOT,
            Self::Bookmark => Types::BOOKMARK,
        }
    }
}

/// The properties of a dataset or snapshot that are set there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Set by `zfs set`.
    pub(crate) local: BTreeMap<String, String>,
    /// Come with a stream.
    pub(crate) received: BTreeMap<String, String>,
    /// Inherited although a value was received.
    pub(crate) inherited: BTreeSet<String>,
}

impl Settings {
    /// Reads a word of a line, if it is a property.
    pub(super) fn parse(&mut self, key: &str, value: String) {
        match key.split_at_checked(1) {
            Some(("<", name)) => {
                self.received.insert(decode(name), value);
            }
            Some(("!", name)) => {
                self.inherited.insert(decode(name));
            }
            _ => {
                self.local.insert(decode(key), value);
            }
        }
    }

    pub(super) fn print(&self, out: &mut String) {
        for (key, value) in &self.local {
            let _ = write!(out, " {}={}", encode(key), encode(value));
        }
        for (key, value) in &self.received {
            let _ = write!(out, " <{}={}", encode(key), encode(value));
        }
        for key in &self.inherited {
            let _ = write!(out, " !{}=", encode(key));
        }
    }
}

/// A file system or volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dataset {
    pub(crate) kind: Kind,
    /// Where it is mounted.
    pub(crate) mounted: Option<String>,
    /// The snapshot that it was cloned from.
    pub(crate) origin: Option<String>,
    /// Says which of two was made first, and where the files are kept.
    pub(crate) number: u64,
    /// Seconds since 1970.
    pub(crate) created: u64,
    /// What is left of a receive that broke off, as [`super::stream`] writes it.
    pub(crate) partial: Option<String>,
    pub(crate) settings: Settings,
}

impl Dataset {
    pub(crate) fn new(kind: Kind, number: u64) -> Self {
        Self {
            kind,
            mounted: None,
            origin: None,
            number,
            created: super::now(),
            partial: None,
            settings: Settings::default(),
        }
    }
}

/// All file systems and volumes, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) datasets: BTreeMap<String, Dataset>,
    last_number: u64,
}

impl Table {
    pub(crate) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// The highest number in use.
    pub(super) fn last_number(&self) -> u64 {
        self.last_number
    }

    /// Numbers from here on are higher than `number`.
    pub(super) fn number_after(&mut self, number: u64) {
        self.last_number = self.last_number.max(number);
    }

    /// The file system that is mounted at exactly this path.
    pub(crate) fn mounted_at(&self, path: &str) -> Option<&str> {
        let found = self
            .datasets
            .iter()
            .find(|(_, dataset)| dataset.mounted.as_deref() == Some(path));
        found.map(|(name, _)| name.as_str())
    }

    /// The file systems and volumes below `name`, at any depth, in the order of their names.
    pub(crate) fn below<'a>(
        &'a self,
        name: &'a str,
    ) -> impl DoubleEndedIterator<Item = (&'a str, &'a Dataset)> {
        // `/` and `0` are neighbours: all names between begin with `NAME/`.
        let range = self.datasets.range(format!("{name}/")..format!("{name}0"));
        range.map(|(name, dataset)| (name.as_str(), dataset))
    }

    /// The file systems and volumes directly below `name`.
    pub(crate) fn children<'a>(
        &'a self,
        name: &'a str,
    ) -> impl DoubleEndedIterator<Item = (&'a str, &'a Dataset)> {
        self.below(name)
            .filter(move |(below, _)| super::name::is_child(below, name))
    }
}

impl Record for Table {
    const FILE: &'static str = "datasets";

    fn parse(text: &str) -> Result<Self, String> {
        let mut table = Self::default();
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bad = || format!("line {}: not NAME KEY=VALUE…", number + 1);
            let mut words = line.split_ascii_whitespace();
            let name = decode(words.next().ok_or_else(bad)?);
            if name.contains('@') {
                let reason = "a snapshot, which belongs into emulation/snapshots";
                return Err(format!("line {}: {reason}", number + 1));
            }
            let mut dataset = Dataset {
                created: 0,
                ..Dataset::new(Kind::Filesystem, 0)
            };
            for word in words {
                let (key, value) = word.split_once('=').ok_or_else(bad)?;
                let value = decode(value);
                match key {
                    "#volume" => dataset.kind = Kind::Volume,
                    "#mounted" => dataset.mounted = Some(value),
                    "#origin" => dataset.origin = Some(value),
                    "#number" => dataset.number = value.parse().map_err(|_| bad())?,
                    "#created" => dataset.created = value.parse().map_err(|_| bad())?,
                    "#partial" => dataset.partial = Some(value),
                    _ => dataset.settings.parse(key, value),
                }
            }
            table.last_number = table.last_number.max(dataset.number);
            table.datasets.insert(name, dataset);
        }
        // Lines that people wrote have no numbers; every reader gives them the same ones.
        let mut last = table.last_number;
        for dataset in table
            .datasets
            .values_mut()
            .filter(|found| found.number == 0)
        {
            last += 1;
            dataset.number = last;
        }
        table.last_number = last;
        Ok(table)
    }

    fn print(&self, out: &mut String) {
        for (name, dataset) in &self.datasets {
            out.push_str(&encode(name));
            if dataset.kind == Kind::Volume {
                out.push_str(" #volume=");
            }
            let texts = [
                ("mounted", &dataset.mounted),
                ("origin", &dataset.origin),
                ("partial", &dataset.partial),
            ];
            for (key, value) in texts {
                if let Some(value) = value {
                    let _ = write!(out, " #{key}={}", encode(value));
                }
            }
            let _ = write!(out, " #number={}", dataset.number);
            if dataset.created != 0 {
                let _ = write!(out, " #created={}", dataset.created);
            }
            dataset.settings.print(out);
            out.push('\n');
        }
    }
}
