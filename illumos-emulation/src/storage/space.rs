//! The space that datasets take, as far as a directory can tell: what their files have in bytes, and a little for each dataset.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{self, Entry};
use super::name::{parent, pool};
use super::snapshots::Snapshots;
use super::table::{Kind, Table};
use super::view::View;
use crate::Host;

/// What a file system has without any file, and a volume without any block.
const EMPTY_FILESYSTEM: u64 = 24_576;
const EMPTY_VOLUME: u64 = 12_288;

/// The size of a pool unless `pool-size` says something else.
const POOL: u64 = 100_000_000_000;

/// The space of one file system or volume.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Space {
    /// What its files take.
    pub(crate) referenced: u64,
    /// What of that it does not share with the snapshot that it was cloned from.
    pub(crate) by_dataset: u64,
    /// What would be free without its snapshots.
    pub(crate) by_snapshots: u64,
    /// What the datasets below take, or have reserved.
    pub(crate) by_children: u64,
    /// What is reserved for it and not taken yet.
    pub(crate) by_refreservation: u64,
}

impl Space {
    /// All of it.
    pub(crate) fn used(self) -> u64 {
        self.by_dataset + self.by_snapshots + self.by_children + self.by_refreservation
    }
}

type Scan = Arc<BTreeMap<PathBuf, Entry>>;

impl View<'_> {
    /// Where the files of a file system are now.
    pub(super) fn live(&self, name: &str) -> Option<PathBuf> {
        let dataset = self.table.datasets.get(name)?;
        Some(match &dataset.mounted {
            Some(path) => files::place(self.host, path),
            None => files::store(self.host, dataset.number),
        })
    }

    /// Where other file systems are mounted below the place of this one.
    pub(super) fn mounts_below(&self, name: &str) -> Vec<PathBuf> {
        let Some(own) = self
            .table
            .datasets
            .get(name)
            .and_then(|found| found.mounted.as_ref())
        else {
            return Vec::new();
        };
        let below = format!("{}/", own.trim_end_matches('/'));
        let others = self.table.datasets.values();
        others
            .filter_map(|dataset| dataset.mounted.as_ref())
            .filter(|mounted| mounted.starts_with(&below))
            .map(|mounted| files::place(self.host, mounted))
            .collect()
    }

    /// The files of a file system as they are now.
    pub(super) fn live_scan(&self, name: &str) -> Scan {
        match self.live(name) {
            Some(directory) => self.scan(directory, &self.mounts_below(name)),
            None => Arc::default(),
        }
    }

    /// The files of a snapshot.
    pub(super) fn tree_scan(&self, snapshot: &str) -> Scan {
        match self.snapshots.get(snapshot).and_then(|found| found.tree) {
            Some(tree) => self.scan(files::tree(self.host, tree), &[]),
            None => Arc::default(),
        }
    }

    /// The space that a file system or volume takes.
    pub(crate) fn space(&self, name: &str) -> Space {
        if let Some(known) = self.spaces.borrow().get(name) {
            return *known;
        }
        let space = self.measure(name);
        self.spaces.borrow_mut().insert(name.to_owned(), space);
        space
    }

    fn measure(&self, name: &str) -> Space {
        let Some(dataset) = self.table.datasets.get(name) else {
            return Space::default();
        };
        let live = self.live_scan(name);
        let referenced = match dataset.kind {
            Kind::Volume => EMPTY_VOLUME,
            _ => EMPTY_FILESYSTEM + total(&live),
        };
        let mut by_dataset = match &dataset.origin {
            Some(origin) => only_in(&live, &self.tree_scan(origin)),
            None => referenced,
        };
        if dataset.partial.is_some() {
            let half = super::stream::half(self.host, dataset.number);
            by_dataset += total(&self.scan(half, &[])).saturating_sub(total(&live));
        }
        let mut kept: BTreeMap<(&Path, u128, u64), u64> = BTreeMap::new();
        let trees: Vec<Scan> = self
            .snapshots
            .of(name)
            .iter()
            .map(|(label, _)| self.tree_scan(&format!("{name}@{label}")))
            .collect();
        for tree in &trees {
            for (path, entry) in tree.iter().filter(|(_, entry)| entry.is_file()) {
                if live.get(path) != Some(entry) {
                    kept.insert((path, entry.modified, entry.size), entry.space());
                }
            }
        }
        let by_children = self
            .table
            .children(name)
            .map(|(child, _)| {
                let used = self.space(child).used();
                used.max(self.number(child, "reservation"))
            })
            .sum();
        Space {
            referenced,
            by_dataset,
            by_snapshots: kept.values().sum(),
            by_children,
            by_refreservation: self
                .number(name, "refreservation")
                .saturating_sub(by_dataset),
        }
    }

    /// What its quotas and those above leave for a dataset; nothing if there are none. It is not looked at more than these need.
    pub(crate) fn in_quotas(&self, name: &str) -> Option<u64> {
        let refquota = self.number(name, "refquota");
        let mut free =
            (refquota != 0).then(|| refquota.saturating_sub(self.space(name).referenced));
        let mut at = Some(name);
        // What is reserved is free for its owner only.
        let mut own = 0;
        while let Some(name) = at {
            let quota = self.number(name, "quota");
            let reserved = self.number(name, "reservation");
            if quota != 0 || reserved != 0 {
                let used = self.space(name).used();
                let left = quota.saturating_sub(used).saturating_add(own);
                free = free.into_iter().chain((quota != 0).then_some(left)).min();
                own = own.max(reserved.saturating_sub(used));
            }
            at = parent(name);
        }
        free
    }

    /// What is free for a dataset: what its quotas leave, and the pool.
    pub(crate) fn available(&self, name: &str) -> u64 {
        let dataset = parent(name).filter(|_| name.contains('@')).unwrap_or(name);
        let free = self.in_quotas(dataset).unwrap_or(u64::MAX);
        let mut own = self.space(dataset).by_refreservation;
        let mut at = Some(dataset);
        while let Some(name) = at {
            let reserved = self.number(name, "reservation");
            if reserved != 0 {
                own = own.max(reserved.saturating_sub(self.space(name).used()));
            }
            at = parent(name);
        }
        let used = self.space(pool(name)).used();
        let size = self
            .host
            .setting("pool-size")
            .and_then(|value| super::property::parse_number(&value).ok())
            .unwrap_or(POOL);
        free.min(size.saturating_sub(used) + own)
    }

    /// What would be free if one snapshot went.
    pub(crate) fn unique(&self, snapshot: &str) -> u64 {
        let Some((dataset, label)) = snapshot.split_once('@') else {
            return 0;
        };
        let all = self.snapshots.of(dataset);
        let Some(place) = all.iter().position(|(known, _)| known == label) else {
            return 0;
        };
        self.reclaimed(dataset, place, place)
    }

    /// What would be free if the snapshots from one place to another went.
    pub(crate) fn reclaimed(&self, dataset: &str, first: usize, last: usize) -> u64 {
        let all = self.snapshots.of(dataset);
        let tree = |place: usize| self.tree_scan(&format!("{dataset}@{}", all[place].0));
        let before = first.checked_sub(1).map(tree).unwrap_or_default();
        let after = if last + 1 < all.len() {
            tree(last + 1)
        } else {
            self.live_scan(dataset)
        };
        let mut freed: BTreeMap<(PathBuf, u128, u64), u64> = BTreeMap::new();
        for place in first..=last {
            for (path, entry) in tree(place).iter().filter(|(_, entry)| entry.is_file()) {
                if before.get(path) != Some(entry) && after.get(path) != Some(entry) {
                    freed.insert((path.clone(), entry.modified, entry.size), entry.space());
                }
            }
        }
        freed.values().sum()
    }

    /// What was written since the snapshot before.
    pub(crate) fn written(&self, name: &str) -> u64 {
        let (dataset, label) = match name.split_once('@') {
            Some((dataset, label)) => (dataset, Some(label)),
            None => (name, None),
        };
        let all = self.snapshots.of(dataset);
        let before = match label {
            Some(label) => all
                .iter()
                .position(|(known, _)| known == label)
                .and_then(|place| place.checked_sub(1)),
            None => all.len().checked_sub(1),
        };
        let scan = match label {
            Some(_) => self.tree_scan(name),
            None => self.live_scan(name),
        };
        match before {
            Some(place) => {
                let before = self.tree_scan(&format!("{dataset}@{}", all[place].0));
                let changed = only_in(&scan, &before);
                let touched = changed == 0 && differs(&scan, &before);
                changed + if touched { 14_336 } else { 0 }
            }
            None => match self.table.datasets.get(dataset).map(|found| &found.origin) {
                Some(Some(origin)) => only_in(&scan, &self.tree_scan(origin)),
                _ => EMPTY_FILESYSTEM + total(&scan),
            },
        }
    }

    /// What was written since a snapshot; `None` if there is none.
    pub(crate) fn written_since(&self, name: &str, label: &str) -> Option<u64> {
        let dataset = name.split('@').next().unwrap_or(name);
        let before = format!("{dataset}@{label}");
        self.snapshots.get(&before)?;
        let scan = if name.contains('@') {
            self.tree_scan(name)
        } else {
            self.live_scan(name)
        };
        Some(only_in(&scan, &self.tree_scan(&before)))
    }
}

/// Refuses to go on if the file system that a path of the host lies in has more than a quota lets in. Nobody can be kept from writing into a
/// directory, so the emulated programs ask after they have written.
pub(crate) fn refuse_over_quota(host: &Host, path: &str) -> io::Result<()> {
    let table = host.read::<Table>()?;
    let mounts = table.datasets.iter();
    let dataset = mounts
        .filter_map(|(name, found)| Some((found.mounted.as_deref()?, name)))
        .filter(|(mounted, _)| {
            let rest = path.strip_prefix(mounted.trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
        .max_by_key(|(mounted, _)| mounted.len());
    let Some((_, name)) = dataset else {
        return Ok(());
    };
    let limited = |at: &str, limit: &str| {
        let found = table.datasets.get(at);
        found.is_some_and(|found| found.settings.local.contains_key(limit))
    };
    let above = std::iter::successors(Some(name.as_str()), |name| parent(name));
    if !limited(name, "refquota") && !above.clone().any(|at| limited(at, "quota")) {
        return Ok(());
    }
    let snapshots = host.read::<Snapshots>()?;
    let view = View::new(host, &table, &snapshots);
    let over = |quota: u64, used: u64| quota != 0 && used > quota;
    let full = over(view.number(name, "refquota"), view.space(name).referenced)
        || above
            .clone()
            .any(|at| over(view.number(at, "quota"), view.space(at).used()));
    if full {
        return Err(io::Error::other("Disc quota exceeded"));
    }
    Ok(())
}

/// The space of all files.
fn total(scan: &BTreeMap<PathBuf, Entry>) -> u64 {
    scan.values().map(Entry::space).sum()
}

/// The space of the files that the other does not have.
fn only_in(scan: &BTreeMap<PathBuf, Entry>, other: &BTreeMap<PathBuf, Entry>) -> u64 {
    let own = scan
        .iter()
        .filter(|(path, entry)| entry.is_file() && other.get(*path) != Some(entry));
    own.map(|(_, entry)| entry.space()).sum()
}

/// Whether anything differs. A file system without an own root directory is empty, as is a snapshot without a tree.
pub(super) fn differs(one: &BTreeMap<PathBuf, Entry>, other: &BTreeMap<PathBuf, Entry>) -> bool {
    let below = |scan: &BTreeMap<PathBuf, Entry>| {
        let mut entries: Vec<_> = scan.clone().into_iter().collect();
        entries.retain(|(path, _)| !path.as_os_str().is_empty());
        entries
    };
    below(one) != below(other)
}
