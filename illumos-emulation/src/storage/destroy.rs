//! `zfs destroy`: what it refuses, the order in which it goes on, and what is gone by then.

use std::path::PathBuf;

use super::mount::{refuse_busy, uncover};
use super::name::pool;
use super::table::Kind;
use super::{Change, Refused, change, files, nice, refused};
use crate::Host;

/// How `zfs destroy` was called.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Destroy {
    /// `-r`, and with `-R` too.
    pub(crate) recursive: bool,
    /// `-R`.
    pub(crate) clones: bool,
    /// `-f`.
    pub(crate) force: bool,
    /// `-n`.
    pub(crate) dry: bool,
    /// `-v`.
    pub(crate) verbose: bool,
    /// `-p`.
    pub(crate) parsable: bool,
    /// `-d`.
    pub(crate) deferred: bool,
}

impl Destroy {
    fn line(self, name: &str) -> String {
        match (self.verbose || self.parsable, self.parsable, self.dry) {
            (false, ..) => String::new(),
            (_, true, _) => format!("destroy\t{name}\n"),
            (_, _, true) => format!("would destroy {name}\n"),
            _ => format!("will destroy {name}\n"),
        }
    }
}

/// What was printed, and how it ended.
pub(crate) type Printed = (String, Result<(), Refused>);

/// Destroys a file system or volume without asking how it was called: not if anything is below it.
pub(crate) fn destroy_dataset(host: &Host, name: &str, recursive: bool) -> Result<(), Refused> {
    let how = Destroy {
        recursive,
        ..Destroy::default()
    };
    destroy_recursively(host, name, how).1
}

/// Destroys a file system or volume as `zfs destroy` does.
///
/// # Source
/// r1mikey/illumos-gate usr/src/cmd/zfs/zfs_main.c, `zfs_do_destroy`.
pub(crate) fn destroy_recursively(host: &Host, name: &str, how: Destroy) -> Printed {
    let mut printed = String::new();
    let done = change(host, |change| {
        if !change.table.datasets.contains_key(name) {
            return refused(format!("cannot open '{name}': dataset does not exist"));
        }
        if !how.recursive && !name.contains('/') {
            return refused(format!(
                "cannot destroy '{name}': operation does not apply to pools\n\
                 use 'zfs destroy -r {name}' to destroy all datasets in the pool\n\
                 use 'zpool destroy {name}' to destroy the pool itself"
            ));
        }
        if !how.clones {
            change.refuse_dependents(name, how)?;
        }
        let mut doomed = change.dependents(name, how.clones);
        doomed.push(name.to_owned());
        let mut seen = Vec::new();
        doomed.retain(|name| {
            let new = !seen.contains(name) || how.dry;
            seen.push(name.clone());
            new
        });
        let mut batch: Vec<String> = Vec::new();
        for other in doomed {
            if other == pool(&other) {
                continue;
            }
            printed += &how.line(&other);
            if how.dry {
                continue;
            }
            // Snapshots that follow each other go together.
            if other.contains('@') {
                batch.push(other);
                continue;
            }
            change.destroy_batch(&std::mem::take(&mut batch), false)?;
            change.destroy_one(&other, how.force)?;
        }
        change.destroy_batch(&batch, false)
    });
    (printed, done)
}

/// Destroys snapshots: `DATASET@FIRST%LAST,OTHER`.
pub(crate) fn destroy_snapshots(host: &Host, name: &str, how: Destroy) -> Printed {
    let mut printed = String::new();
    let done = change(host, |change| {
        let (dataset, labels) = name.split_once('@').unwrap_or((name, ""));
        if !change.table.datasets.contains_key(dataset) {
            return refused(format!("cannot open '{dataset}': dataset does not exist"));
        }
        let below = change.table.below(dataset).map(|(below, _)| below);
        let of: Vec<String> = std::iter::once(dataset)
            .chain(below.filter(|_| how.recursive))
            .map(str::to_owned)
            .collect();
        let found: Vec<(String, Vec<usize>)> = of
            .into_iter()
            .map(|dataset| {
                let places = change.places_of(&dataset, labels);
                (dataset, places)
            })
            .collect();
        let label = |change: &Change<'_>, dataset: &str, place: usize| {
            format!("{dataset}@{}", change.snapshots.of(dataset)[place].0)
        };
        let names: Vec<String> = found
            .iter()
            .flat_map(|(dataset, places)| {
                let change = &*change;
                places
                    .iter()
                    .map(move |place| label(change, dataset, *place))
            })
            .collect();
        if names.is_empty() {
            return refused("could not find any snapshots to destroy; check snapshot names.");
        }
        let mut blocked = Vec::new();
        if !how.clones && !how.deferred {
            blocked = names
                .iter()
                .filter_map(|name| change.refuse_dependents(name, how).err())
                .map(|Refused(text)| text)
                .collect();
        }
        let shown = Destroy {
            dry: how.dry || !blocked.is_empty(),
            ..how
        };
        for name in &names {
            printed += &shown.line(name);
        }
        if !blocked.is_empty() {
            return refused(blocked.join("\n"));
        }
        if how.verbose || how.parsable {
            let freed: u64 = found
                .iter()
                .map(|(dataset, places)| change.freed(dataset, places))
                .sum();
            printed += &match (how.parsable, how.dry) {
                (true, _) => format!("reclaim\t{freed}\n"),
                (_, true) => format!("would reclaim {}\n", nice(freed)),
                _ => format!("will reclaim {}\n", nice(freed)),
            };
        }
        if how.dry {
            return Ok(());
        }
        if how.clones {
            for name in &names {
                for other in change.dependents(name, true) {
                    if other.contains('@') {
                        change.destroy_batch(&[other], false)?;
                    } else if change.table.datasets.contains_key(&other) {
                        change.destroy_one(&other, how.force)?;
                    }
                }
            }
        }
        change.destroy_batch(&names, how.deferred)
    });
    (printed, done)
}

/// Destroys a bookmark.
pub(crate) fn destroy_bookmark(host: &Host, name: &str) -> Result<(), Refused> {
    change(host, |change| match change.snapshots.remove(name) {
        Some(_) => Ok(()),
        None => refused(format!("bookmark '{name}' does not exist.")),
    })
}

impl Change<'_> {
    /// The places of the snapshots that `FIRST%LAST,OTHER` means, in order.
    fn places_of(&self, dataset: &str, labels: &str) -> Vec<usize> {
        let all = self.snapshots.of(dataset);
        let place = |label: &str| all.iter().position(|(known, _)| known == label);
        let mut places: Vec<usize> = labels
            .split(',')
            .flat_map(|part| match part.split_once('%') {
                None => place(part).into_iter().collect::<Vec<_>>(),
                Some((first, last)) => {
                    let first = if first.is_empty() {
                        Some(0)
                    } else {
                        place(first)
                    };
                    let last = if last.is_empty() {
                        all.len().checked_sub(1)
                    } else {
                        place(last)
                    };
                    match (first, last) {
                        (Some(first), Some(last)) => (first..=last).collect(),
                        _ => Vec::new(),
                    }
                }
            })
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// What would be free without the snapshots at these places.
    fn freed(&self, dataset: &str, places: &[usize]) -> u64 {
        let view = self.view();
        let mut freed = 0;
        let mut rest = places;
        while let Some(first) = rest.first() {
            let run = rest
                .iter()
                .zip(*first..)
                .take_while(|(place, at)| *place == at)
                .count();
            freed += view.reclaimed(dataset, *first, first + run - 1);
            rest = &rest[run..];
        }
        freed
    }

    /// What depends on a dataset or snapshot, in the order of its destruction: datasets below, snapshots, and with `clones` what was cloned
    /// of those. What is reached twice is there twice.
    pub(super) fn dependents(&self, name: &str, clones: bool) -> Vec<String> {
        let mut found = Vec::new();
        self.collect(name, clones, &mut vec![name.to_owned()], &mut found);
        found
    }

    fn collect(&self, name: &str, clones: bool, path: &mut Vec<String>, found: &mut Vec<String>) {
        let next: Vec<String> = if name.contains('@') {
            let view = self.view();
            let all = view.clones(name).into_iter().filter(|_| clones);
            all.map(str::to_owned).collect()
        } else {
            let children = self.table.children(name).map(|(child, _)| child.to_owned());
            let snapshots = self.snapshots.of(name).iter();
            children
                .chain(snapshots.map(|(label, _)| format!("{name}@{label}")))
                .collect()
        };
        for other in next {
            if path.contains(&other) {
                continue;
            }
            path.push(other.clone());
            self.collect(&other, clones, path, found);
            path.pop();
            found.push(other);
        }
    }

    /// Refuses if there is something below that was not asked for, or a clone somewhere else.
    fn refuse_dependents(&self, name: &str, how: Destroy) -> Result<(), Refused> {
        let kind = match self.table.datasets.get(name).map(|found| found.kind) {
            Some(kind) => kind,
            None => Kind::Snapshot,
        };
        let mut text = String::new();
        let mut partial = self
            .table
            .datasets
            .get(name)
            .and_then(|found| found.partial.as_ref())
            .filter(|partial| !super::stream::is_whole(partial))
            .map(|_| format!("{name}/%recv"));
        for other in partial
            .take()
            .into_iter()
            .chain(self.dependents(name, true))
        {
            let own = other
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(['/', '@']));
            if own && how.recursive {
                continue;
            }
            if !own && !how.recursive && kind != Kind::Snapshot {
                continue;
            }
            if text.is_empty() {
                let (what, option) = if own {
                    ("has children", "-r")
                } else {
                    ("has dependent clones", "-R")
                };
                text = format!(
                    "cannot destroy '{name}': {} {what}\nuse '{option}' to destroy the following datasets:",
                    kind.name()
                );
            }
            text += "\n";
            text += &other;
        }
        if text.is_empty() {
            Ok(())
        } else {
            Err(Refused(text))
        }
    }

    /// Destroys snapshots at one moment: all of them, or none if one is held or cloned.
    pub(super) fn destroy_batch(
        &mut self,
        names: &[String],
        deferred: bool,
    ) -> Result<(), Refused> {
        let no = |name: &str, text: &str| format!("cannot destroy snapshot {name}: {text}");
        let mut failed = Vec::new();
        for name in names {
            let Some(snapshot) = self.snapshots.get(name) else {
                continue;
            };
            let cloned = !self.view().clones(name).is_empty();
            if deferred {
                continue;
            }
            if !snapshot.holds.is_empty() {
                failed.push(no(name, "dataset is busy"));
            } else if cloned {
                failed.push(no(name, "snapshot is cloned"));
            }
        }
        if !failed.is_empty() {
            return refused(failed.join("\n"));
        }
        for name in names {
            if let Some(snapshot) = self.snapshots.get_mut(name) {
                snapshot.deferred = true;
            }
            self.destroy_deferred(name)?;
        }
        Ok(())
    }

    /// Destroys a snapshot that is to go, once nobody holds it and nothing was cloned of it.
    pub(super) fn destroy_deferred(&mut self, name: &str) -> Result<(), Refused> {
        let Some(snapshot) = self.snapshots.get(name) else {
            return Ok(());
        };
        let needed = !snapshot.holds.is_empty() || !self.view().clones(name).is_empty();
        if !snapshot.deferred || needed {
            return Ok(());
        }
        let gone = self.snapshots.remove(name);
        self.drop_tree(gone.and_then(|gone| gone.tree))
    }

    /// Destroys a file system or volume that has nothing below it any more.
    pub(super) fn destroy_one(&mut self, name: &str, force: bool) -> Result<(), Refused> {
        let Some(dataset) = self.table.datasets.get(name).cloned() else {
            return Ok(());
        };
        if let Some(path) = &dataset.mounted {
            refuse_busy(self.host, self.table, path, force)?;
            let place = files::place(self.host, path);
            files::empty(&place, &[])?;
            uncover(self.host, dataset.number, &place)?;
            // A mount point that somebody uses otherwise stays.
            let _ = std::fs::remove_dir(&place);
        }
        let left: [PathBuf; 2] = [
            files::store(self.host, dataset.number),
            super::stream::half(self.host, dataset.number),
        ];
        for directory in &left {
            files::remove(directory)?;
        }
        let _ = self.snapshots.take(name);
        self.table.datasets.remove(name);
        match &dataset.origin {
            Some(origin) => self.destroy_deferred(origin),
            None => Ok(()),
        }
    }
}
