//! `zfs rename`.

use super::create::{make_parents, refuse_volume};
use super::mount::Remount;
use super::name::{dataset_fault, is_within, parent, pool, snapshot_fault};
use super::{Change, Refused, change, refused};
use crate::Host;

/// Renames a file system or volume with everything below it, with `parents` making the missing ones above.
pub(crate) fn rename(host: &Host, name: &str, new: &str, parents: bool) -> Result<(), Refused> {
    let no = |text: &str| refused(format!("cannot rename '{name}': {text}"));
    let bad = |text: &str| refused(format!("cannot rename to '{new}': {text}"));
    change(host, |change| {
        if let Some(fault) = dataset_fault(name) {
            return refused(format!("cannot open '{name}': {fault}"));
        }
        if !change.table.datasets.contains_key(name) {
            return refused(format!("cannot open '{name}': dataset does not exist"));
        }
        if let Some(fault) = dataset_fault(new) {
            return bad(&fault);
        }
        if !name.contains('/') || !new.contains('/') {
            return bad("missing dataset name");
        }
        if pool(name) != pool(new) {
            return bad("datasets must be within same pool");
        }
        if new != name && is_within(new, name) {
            return bad("New dataset name cannot be a descendant of current dataset name");
        }
        if change.table.datasets.contains_key(new) {
            return no("dataset already exists");
        }
        let above = parent(new).unwrap_or(new);
        if !change.table.datasets.contains_key(above) && !parents {
            return bad("parent does not exist");
        }
        if refuse_volume(change.table, above, new).is_err() {
            return bad("parent is not a filesystem");
        }
        let view = change.view();
        if view.is_zoned(name) {
            return no("dataset is used in a non-global zone");
        }
        if change
            .table
            .below(name)
            .any(|(below, _)| view.is_zoned(below))
        {
            return no("child dataset with inherited mountpoint is used in a non-global zone");
        }
        drop(view);
        let made = make_parents(change.host, change.table, new);
        made.and(change.rename_tree(name, new)?)
    })
}

impl Change<'_> {
    /// Gives a dataset and everything below it other names, and mounts anew what was mounted. The inner result says whether that went well.
    pub(super) fn rename_tree(
        &mut self,
        name: &str,
        new: &str,
    ) -> Result<Result<(), Refused>, Refused> {
        let below = self.table.below(name).map(|(below, _)| below);
        let names: Vec<String> = std::iter::once(name)
            .chain(below)
            .map(str::to_owned)
            .collect();
        let remount = Remount::begin(self.host, self.table, names.clone(), false)?;
        let renamed = |old: &str| format!("{new}{}", &old[name.len()..]);
        for old in &names {
            self.move_dataset(old, &renamed(old));
        }
        Ok(remount.end(self.host, self.table, renamed))
    }

    /// Gives one dataset another name; its snapshots and clones follow.
    fn move_dataset(&mut self, old: &str, new: &str) {
        if let Some(dataset) = self.table.datasets.remove(old) {
            self.table.datasets.insert(new.to_owned(), dataset);
        }
        let of = self.snapshots.take(old);
        self.snapshots.put(new, of);
        let prefix = format!("{old}@");
        for dataset in self.table.datasets.values_mut() {
            if let Some(label) = dataset
                .origin
                .as_ref()
                .and_then(|it| it.strip_prefix(&prefix))
            {
                dataset.origin = Some(format!("{new}@{label}"));
            }
        }
    }
}

/// Renames a snapshot, with `recursive` those of the same label below too. The new name may be a label alone.
pub(crate) fn rename_snapshot(
    host: &Host,
    name: &str,
    new: &str,
    recursive: bool,
) -> Result<(), Refused> {
    change(host, |change| {
        let (dataset, label) = name.split_once('@').unwrap_or((name, ""));
        let new = match new.strip_prefix('@') {
            Some(label) => format!("{dataset}@{label}"),
            None if new.contains(['/', '@']) => new.to_owned(),
            None => format!("{dataset}@{new}"),
        };
        if change.snapshots.get(name).is_none() {
            return refused(format!("cannot open '{name}': dataset does not exist"));
        }
        let bad = |text: &str| refused(format!("cannot rename to '{new}': {text}"));
        if let Some(fault) = snapshot_fault(&new) {
            return bad(&fault);
        }
        let Some((_, new_label)) = new.split_once('@').filter(|(of, _)| *of == dataset) else {
            return bad("snapshots must be part of same dataset");
        };
        let below = change.table.below(dataset).map(|(below, _)| below);
        let of: Vec<String> = std::iter::once(dataset)
            .chain(below.filter(|_| recursive))
            .filter(|of| change.snapshots.get(&format!("{of}@{label}")).is_some())
            .map(str::to_owned)
            .collect();
        let taken = of
            .iter()
            .any(|of| change.snapshots.get(&format!("{of}@{new_label}")).is_some());
        if taken {
            return refused(format!("cannot rename '{name}': dataset already exists"));
        }
        for of in of {
            let (old, new) = (format!("{of}@{label}"), format!("{of}@{new_label}"));
            if let Some(snapshot) = change.snapshots.remove(&old) {
                change.snapshots.add(&new, snapshot);
            }
            for dataset in change.table.datasets.values_mut() {
                if dataset.origin.as_deref() == Some(&old) {
                    dataset.origin = Some(new.clone());
                }
            }
        }
        Ok(())
    })
}
