//! `zfs clone` and `zfs promote`.

use std::collections::BTreeMap;

use super::create::{add, make_parents, mount_new, nearest, not_mounted, refuse_volume};
use super::name::{dataset_fault, parent, pool, snapshot_fault};
use super::property::{self, Target};
use super::snapshots::Of;
use super::table::Kind;
use super::{Refused, change, files, refused};
use crate::Host;

/// Makes a file system or volume of a snapshot, with `parents` the missing ones above it too.
pub(crate) fn clone(
    host: &Host,
    snapshot: &str,
    name: &str,
    properties: &[(String, String)],
    parents: bool,
) -> Result<(), Refused> {
    let no = |text: String| Refused(format!("cannot create '{name}': {text}"));
    let mounted = change(host, |change| {
        if let Some(fault) = snapshot_fault(snapshot) {
            return refused(format!("cannot open '{snapshot}': {fault}"));
        }
        let Some(found) = change.snapshots.get(snapshot).cloned() else {
            return refused(format!("cannot open '{snapshot}': dataset does not exist"));
        };
        if let Some(fault) = dataset_fault(name) {
            return Err(no(fault));
        }
        if change.table.datasets.contains_key(name) {
            if parents {
                return Ok(Ok(()));
            }
            return Err(no("dataset already exists".to_owned()));
        }
        if !change.table.datasets.contains_key(pool(name)) {
            return Err(no(format!("no such pool '{}'", pool(name))));
        }
        let above = nearest(change.table, name);
        if Some(above) != parent(name) && !parents {
            return Err(no("parent does not exist".to_owned()));
        }
        refuse_volume(change.table, above, name).map_err(no)?;
        let kind = match found.volsize {
            Some(_) => Kind::Volume,
            None => Kind::Filesystem,
        };
        let target = Target {
            types: kind.types(),
            zoned: change.view().is_zoned(above),
            new: true,
        };
        let checked = property::check(properties, target).map_err(no)?;
        if pool(snapshot) != pool(name) {
            return Err(no("source and target pools differ".to_owned()));
        }
        let mut local: BTreeMap<String, String> = checked.into_iter().collect();
        if let Some(size) = found.volsize {
            local
                .entry("volsize".to_owned())
                .or_insert(size.to_string());
        }
        let made = make_parents(change.host, change.table, name);
        add(change.table, name, kind, local);
        let Some(dataset) = change.table.datasets.get_mut(name) else {
            return Ok(made);
        };
        dataset.origin = Some(snapshot.to_owned());
        if let Some(tree) = found.tree {
            let store = files::store(change.host, dataset.number);
            files::copy_directory(&files::tree(change.host, tree), &store, &[])?;
        }
        Ok(made.and(mount_new(change.host, change.table, name)))
    })?;
    mounted.map_err(not_mounted)
}

/// Turns a clone and what it was cloned of around: the clone gets the snapshots up to its origin, and the other becomes its clone.
pub(crate) fn promote(host: &Host, name: &str) -> Result<(), Refused> {
    change(host, |change| {
        let no = |text: String| refused(format!("cannot promote '{name}': {text}"));
        if let Some(fault) = dataset_fault(name) {
            return refused(format!("cannot open '{name}': {fault}"));
        }
        let Some(dataset) = change.table.datasets.get(name) else {
            return refused(format!("cannot open '{name}': dataset does not exist"));
        };
        let Some(origin) = dataset.origin.clone() else {
            return no("not a cloned filesystem".to_owned());
        };
        let parent = origin.split('@').next().unwrap_or(&origin).to_owned();
        let last = change.snapshots.get(&origin).map_or(0, |found| found.txg);
        let own = change.snapshots.of(name);
        let moved = change.snapshots.of(&parent).iter();
        let moved = moved.filter(|(_, found)| found.txg <= last);
        let conflict = moved
            .clone()
            .find(|(label, _)| own.iter().any(|(known, _)| known == label));
        if let Some((label, _)) = conflict {
            return no(format!(
                "conflicting snapshot '{label}' from parent '{parent}'"
            ));
        }
        let Of {
            snapshots,
            bookmarks,
        } = change.snapshots.take(&parent);
        let (moved, kept): (Vec<_>, Vec<_>) = snapshots
            .into_iter()
            .partition(|(_, found)| found.txg <= last);
        let rest = Of {
            snapshots: kept,
            bookmarks,
        };
        change.snapshots.put(&parent, rest);
        for (label, snapshot) in moved {
            let (before, after) = (format!("{parent}@{label}"), format!("{name}@{label}"));
            change.snapshots.add(&after, snapshot);
            for dataset in change.table.datasets.values_mut() {
                if dataset.origin.as_deref() == Some(&before) {
                    dataset.origin = Some(after.clone());
                }
            }
        }
        let origin = origin.replacen(&parent, name, 1);
        let older = change
            .table
            .datasets
            .get_mut(&parent)
            .and_then(|dataset| dataset.origin.replace(origin));
        if let Some(dataset) = change.table.datasets.get_mut(name) {
            dataset.origin = older;
        }
        Ok(())
    })
}
