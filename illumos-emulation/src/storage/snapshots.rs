//! The table of snapshots and bookmarks: `emulation/snapshots`, one a line, `NAME KEY=VALUE…`. A host may have a hundred thousand of them, so
//! it is read only by commands that ask for snapshots.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::table::Settings;
use crate::host::{Record, decode, encode};

/// A snapshot, or with nothing in it a bookmark.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Snapshot {
    /// Says which of two was taken first; those of one command have the same.
    pub(crate) txg: u64,
    /// The same for all copies of a snapshot, on every host.
    pub(crate) guid: u64,
    /// Seconds since 1970.
    pub(crate) created: u64,
    /// Where its files are kept; nothing if it has none. Several may share one.
    pub(crate) tree: Option<u64>,
    /// The size of what it refers to.
    pub(crate) referenced: u64,
    /// Whether it goes by itself once nobody needs it.
    pub(crate) deferred: bool,
    /// The size of the volume that it is of.
    pub(crate) volsize: Option<u64>,
    /// Tags that hold it, and since when.
    pub(crate) holds: BTreeMap<String, u64>,
    pub(crate) settings: Settings,
}

/// The snapshots and bookmarks of one dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Of {
    /// The first taken comes first.
    pub(crate) snapshots: Vec<(String, Snapshot)>,
    pub(crate) bookmarks: BTreeMap<String, Snapshot>,
}

/// All snapshots and bookmarks, by dataset.
#[derive(Debug, Clone, Default)]
pub(crate) struct Snapshots {
    of: BTreeMap<String, Of>,
    last_txg: u64,
    last_tree: u64,
}

impl Snapshots {
    /// The snapshots of a dataset, the first taken first.
    pub(crate) fn of(&self, dataset: &str) -> &[(String, Snapshot)] {
        self.of.get(dataset).map_or(&[], |of| &of.snapshots)
    }

    /// The bookmarks of a dataset.
    pub(crate) fn bookmarks(&self, dataset: &str) -> impl Iterator<Item = (&str, &Snapshot)> {
        let of = self.of.get(dataset).into_iter();
        of.flat_map(|of| &of.bookmarks)
            .map(|(name, bookmark)| (name.as_str(), bookmark))
    }

    /// The snapshot or bookmark of this full name.
    pub(crate) fn get(&self, name: &str) -> Option<&Snapshot> {
        if let Some((dataset, label)) = name.split_once('@') {
            let mut all = self.of(dataset).iter();
            return all
                .find(|(known, _)| known == label)
                .map(|(_, found)| found);
        }
        let (dataset, label) = name.split_once('#')?;
        self.of.get(dataset)?.bookmarks.get(label)
    }

    /// As [`get`](Self::get), to be changed.
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Snapshot> {
        if let Some((dataset, label)) = name.split_once('@') {
            let mut all = self.of.get_mut(dataset)?.snapshots.iter_mut();
            return all
                .find(|(known, _)| known == label)
                .map(|(_, found)| found);
        }
        let (dataset, label) = name.split_once('#')?;
        self.of.get_mut(dataset)?.bookmarks.get_mut(label)
    }

    /// Everything of one dataset, to be changed. The caller keeps the order.
    pub(crate) fn entry(&mut self, dataset: &str) -> &mut Of {
        self.of.entry(dataset.to_owned()).or_default()
    }

    /// Takes everything of a dataset out.
    pub(crate) fn take(&mut self, dataset: &str) -> Of {
        self.of.remove(dataset).unwrap_or_default()
    }

    /// Puts back what was taken out.
    pub(crate) fn put(&mut self, dataset: &str, of: Of) {
        if of != Of::default() {
            self.of.insert(dataset.to_owned(), of);
        }
    }

    /// Adds a snapshot or bookmark.
    pub(crate) fn add(&mut self, name: &str, snapshot: Snapshot) {
        self.last_txg = self.last_txg.max(snapshot.txg);
        self.last_tree = self.last_tree.max(snapshot.tree.unwrap_or(0));
        if let Some((dataset, label)) = name.split_once('@') {
            let all = &mut self.entry(dataset).snapshots;
            let place = all.partition_point(|(_, known)| known.txg <= snapshot.txg);
            all.insert(place, (label.to_owned(), snapshot));
        } else if let Some((dataset, label)) = name.split_once('#') {
            let of = self.entry(dataset);
            of.bookmarks.insert(label.to_owned(), snapshot);
        }
    }

    /// Removes a snapshot or bookmark.
    pub(crate) fn remove(&mut self, name: &str) -> Option<Snapshot> {
        if let Some((dataset, label)) = name.split_once('@') {
            let all = &mut self.of.get_mut(dataset)?.snapshots;
            let place = all.iter().position(|(known, _)| known == label)?;
            return Some(all.remove(place).1);
        }
        let (dataset, label) = name.split_once('#')?;
        self.of.get_mut(dataset)?.bookmarks.remove(label)
    }

    /// Whether a snapshot has this tree.
    pub(crate) fn uses(&self, tree: u64) -> bool {
        let mut all = self.of.values().flat_map(|of| &of.snapshots);
        all.any(|(_, snapshot)| snapshot.tree == Some(tree))
    }

    /// A number that is higher than all there were, and than `above`.
    pub(crate) fn next_txg(&mut self, above: u64) -> u64 {
        self.last_txg = self.last_txg.max(above) + 1;
        self.last_txg
    }

    /// A number for a new tree.
    pub(crate) fn next_tree(&mut self) -> u64 {
        self.last_tree += 1;
        self.last_tree
    }
}

impl Record for Snapshots {
    const FILE: &'static str = "snapshots";

    fn parse(text: &str) -> Result<Self, String> {
        let mut snapshots = Self::default();
        for (number, line) in text.lines().enumerate() {
            let bad = || format!("line {}: not NAME KEY=VALUE…", number + 1);
            let mut words = line.split_ascii_whitespace();
            let Some(first) = words.next() else { continue };
            if first.starts_with('#') {
                // The first line has the numbers that must not be used again.
                for word in words {
                    match word.split_once('=') {
                        Some(("txg", last)) => {
                            snapshots.last_txg = last.parse().map_err(|_| bad())?;
                        }
                        Some(("tree", last)) => {
                            snapshots.last_tree = last.parse().map_err(|_| bad())?;
                        }
                        _ => {}
                    }
                }
                continue;
            }
            let name = decode(first);
            if !name.contains(['@', '#']) {
                return Err(bad());
            }
            let mut snapshot = Snapshot::default();
            for word in words {
                let (key, value) = word.split_once('=').ok_or_else(bad)?;
                let value = decode(value);
                let number = || value.parse().map_err(|_| bad());
                match key {
                    "#txg" => snapshot.txg = number()?,
                    "#guid" => snapshot.guid = number()?,
                    "#created" => snapshot.created = number()?,
                    "#tree" => snapshot.tree = Some(number()?),
                    "#referenced" => snapshot.referenced = number()?,
                    "#volsize" => snapshot.volsize = Some(number()?),
                    "#deferred" => snapshot.deferred = true,
                    _ => match key.strip_prefix("#hold.") {
                        Some(tag) => {
                            snapshot.holds.insert(decode(tag), number()?);
                        }
                        None => snapshot.settings.parse(key, value),
                    },
                }
            }
            snapshots.add(&name, snapshot);
        }
        Ok(snapshots)
    }

    fn print(&self, out: &mut String) {
        let _ = writeln!(out, "# txg={} tree={}", self.last_txg, self.last_tree);
        let mut line = |name: String, snapshot: &Snapshot| {
            out.push_str(&encode(&name));
            let _ = write!(out, " #txg={} #guid={}", snapshot.txg, snapshot.guid);
            let _ = write!(out, " #created={}", snapshot.created);
            if let Some(tree) = snapshot.tree {
                let _ = write!(out, " #tree={tree}");
            }
            let _ = write!(out, " #referenced={}", snapshot.referenced);
            if let Some(volsize) = snapshot.volsize {
                let _ = write!(out, " #volsize={volsize}");
            }
            if snapshot.deferred {
                out.push_str(" #deferred=");
            }
            for (tag, since) in &snapshot.holds {
                let _ = write!(out, " #hold.{}={since}", encode(tag).replace('=', "%3d"));
            }
            snapshot.settings.print(out);
            out.push('\n');
        };
        for (dataset, of) in &self.of {
            for (label, snapshot) in &of.snapshots {
                line(format!("{dataset}@{label}"), snapshot);
            }
            for (label, bookmark) in &of.bookmarks {
                line(format!("{dataset}#{label}"), bookmark);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Snapshot, Snapshots};
    use crate::host::Record;

    #[test]
    fn a_table_is_what_it_was() {
        let mut snapshots = Snapshots::default();
        let mut snapshot = Snapshot {
            txg: 7,
            guid: 8,
            created: 9,
            tree: Some(3),
            ..Snapshot::default()
        };
        snapshot.holds.insert("a=b c".to_owned(), 5);
        let value = "x\ty".to_owned();
        snapshot.settings.local.insert("org:a".to_owned(), value);
        snapshots.add("rpool/a b@one", snapshot.clone());
        snapshots.add("rpool/a b@zero", Snapshot::default());
        snapshots.add("rpool/a b#mark", snapshot.clone());
        let mut text = String::new();
        snapshots.print(&mut text);
        let mut read = Snapshots::parse(&text).unwrap();
        assert_eq!(read.get("rpool/a b@one"), Some(&snapshot));
        assert_eq!(read.get("rpool/a b#mark"), Some(&snapshot));
        assert_eq!(read.of("rpool/a b")[0].0, "zero");
        assert_eq!((read.next_txg(0), read.next_tree()), (8, 4));
        assert!(read.uses(3) && !read.uses(4));
    }
}
