//! `zfs rollback`.

use super::name::snapshot_fault;
use super::{Change, Refused, change, files, refused};
use crate::Host;

/// What a rollback may destroy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rollback {
    /// Nothing.
    Last,
    /// Later snapshots and bookmarks: `-r`.
    Later,
    /// What was cloned of those, too: `-R`.
    Clones,
}

/// Brings the files of a snapshot back.
pub(crate) fn rollback(host: &Host, name: &str, may: Rollback) -> Result<(), Refused> {
    if let Some(fault) = snapshot_fault(name) {
        return refused(format!("cannot open '{name}': {fault}"));
    }
    change(host, |change| {
        let dataset = name.split('@').next().unwrap_or(name);
        let Some(snapshot) = change.snapshots.get(name).cloned() else {
            return refused(format!("cannot open '{name}': dataset does not exist"));
        };
        if !change.table.datasets.contains_key(dataset) {
            return refused(format!("cannot open '{dataset}': dataset does not exist"));
        }
        let later = change.later(dataset, snapshot.txg);
        if may == Rollback::Last && !later.is_empty() {
            return refused(format!(
                "cannot rollback to '{name}': more recent snapshots or bookmarks exist\n\
                 use '-r' to force deletion of the following snapshots and bookmarks:\n{}",
                later.join("\n")
            ));
        }
        let clones: Vec<String> = later
            .iter()
            .filter(|later| later.contains('@'))
            .flat_map(|later| change.dependents(later, true))
            .collect();
        if may == Rollback::Later && !clones.is_empty() {
            return refused(format!(
                "cannot rollback to '{name}': clones of previous snapshots exist\n\
                 use '-R' to force deletion of the following clones and dependents:\n{}",
                clones.join("\n")
            ));
        }
        change.destroy_later(&clones, &later)?;
        change.restore(dataset, snapshot.tree)
    })
}

impl Change<'_> {
    /// The snapshots and bookmarks of a dataset that were taken after the given moment.
    pub(super) fn later(&self, dataset: &str, txg: u64) -> Vec<String> {
        let snapshots = self.snapshots.of(dataset).iter();
        let snapshots = snapshots
            .filter(|(_, found)| found.txg > txg)
            .map(|(label, _)| format!("{dataset}@{label}"));
        let bookmarks = self.snapshots.bookmarks(dataset);
        let bookmarks = bookmarks
            .filter(|(_, found)| found.txg > txg)
            .map(|(label, _)| format!("{dataset}#{label}"));
        snapshots.chain(bookmarks).collect()
    }

    /// Destroys clones, then snapshots, one after the other; a held one stays and the rollback fails.
    fn destroy_later(&mut self, clones: &[String], later: &[String]) -> Result<(), Refused> {
        let mut failed = Vec::new();
        for name in clones.iter().chain(later) {
            let no = |text: &str| format!("cannot destroy '{name}': {text}");
            if name.contains('#') {
                self.snapshots.remove(name);
            } else if !name.contains('@') {
                failed.extend(self.destroy_one(name, true).err().map(|Refused(text)| text));
            } else if self
                .snapshots
                .get(name)
                .is_some_and(|found| !found.holds.is_empty())
            {
                failed.push(no("dataset is busy"));
            } else {
                let gone = self.destroy_batch(std::slice::from_ref(name), false);
                failed.extend(gone.err().map(|_| no("dataset is busy")));
            }
        }
        if failed.is_empty() {
            Ok(())
        } else {
            refused(failed.join("\n"))
        }
    }

    /// Puts the files of a tree in place of those of a file system.
    pub(super) fn restore(&mut self, dataset: &str, tree: Option<u64>) -> Result<(), Refused> {
        let Some((place, mounts)) = self.place(dataset) else {
            return Ok(());
        };
        let mounted = self
            .table
            .datasets
            .get(dataset)
            .is_some_and(|found| found.mounted.is_some());
        if mounted {
            files::empty(&place, &mounts)?;
        } else {
            files::remove(&place)?;
        }
        if let Some(tree) = tree {
            files::restore_directory(&files::tree(self.host, tree), &place, &mounts)?;
        }
        Ok(())
    }
}
