//! The table of datasets: `emulation/datasets`, one a line, `NAME KEY=VALUE…`, pools first named without a slash.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::host::{Record, decode, encode};

/// What a dataset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Filesystem,
    Volume,
    Snapshot,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Filesystem => "filesystem",
            Self::Volume => "volume",
            Self::Snapshot => "snapshot",
        }
    }
}

/// A dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dataset {
    pub(crate) kind: Kind,
    /// Where it is mounted.
    pub(crate) mounted: Option<String>,
    /// The snapshot that it was cloned from.
    pub(crate) origin: Option<String>,
    /// Says which of two was made first.
    pub(crate) number: u64,
    /// Properties set here.
    pub(crate) local: BTreeMap<String, String>,
}

/// All datasets, by name.
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

    /// The file system that is mounted at exactly this path.
    pub(crate) fn mounted_at(&self, path: &str) -> Option<&str> {
        let found = self
            .datasets
            .iter()
            .find(|(_, dataset)| dataset.mounted.as_deref() == Some(path));
        found.map(|(name, _)| name.as_str())
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
            let kind = if name.contains('@') {
                Kind::Snapshot
            } else {
                Kind::Filesystem
            };
            let mut dataset = Dataset {
                kind,
                mounted: None,
                origin: None,
                number: 0,
                local: BTreeMap::new(),
            };
            for word in words {
                let (key, value) = word.split_once('=').ok_or_else(bad)?;
                let value = decode(value);
                match key {
                    "#volume" => dataset.kind = Kind::Volume,
                    "#mounted" => dataset.mounted = Some(value),
                    "#origin" => dataset.origin = Some(value),
                    "#number" => dataset.number = value.parse().map_err(|_| bad())?,
                    _ => {
                        dataset.local.insert(decode(key), value);
                    }
                }
            }
            table.last_number = table.last_number.max(dataset.number);
            table.datasets.insert(name, dataset);
        }
        Ok(table)
    }

    fn print(&self, out: &mut String) {
        for (
            name,
            Dataset {
                kind,
                mounted,
                origin,
                number,
                local,
            },
        ) in &self.datasets
        {
            out.push_str(&encode(name));
            if *kind == Kind::Volume {
                out.push_str(" #volume=");
            }
            for (key, value) in [("mounted", mounted), ("origin", origin)] {
                if let Some(value) = value {
                    let _ = write!(out, " #{key}={}", encode(value));
                }
            }
            if *number != 0 {
                let _ = write!(out, " #number={number}");
            }
            for (key, value) in local {
                let _ = write!(out, " {}={}", encode(key), encode(value));
            }
            out.push('\n');
        }
    }
}
