//! `zfs snapshot` and `zfs bookmark`.

use std::collections::BTreeMap;

use super::files;
use super::name::{fault, pool, snapshot_fault};
use super::property::{self, Target, Types};
use super::snapshots::Snapshot;
use super::table::Kind;
use super::{Change, Refused, change, new_guid, now, refused};
use crate::Host;

/// Takes one snapshot.
pub(crate) fn snapshot(host: &Host, name: &str) -> Result<(), Refused> {
    snapshot_all(host, &[name.to_owned()], false, &[])
}

/// Takes snapshots at one moment: all of them, or none. With `recursive` everything below each gets one too.
pub(crate) fn snapshot_all(
    host: &Host,
    names: &[String],
    recursive: bool,
    properties: &[(String, String)],
) -> Result<(), Refused> {
    change(host, |change| {
        let wanted = wanted(change, names, recursive)?;
        let target = Target {
            types: Types::SNAPSHOT,
            zoned: false,
            new: true,
        };
        let local = property::check(properties, target)
            .map_err(|text| Refused(format!("cannot create snapshots : {text}")))?;
        let local: BTreeMap<String, String> = local.into_iter().collect();
        refuse_before(change, &wanted)?;
        let txg = change.next_txg();
        for name in &wanted {
            let dataset = name.split('@').next().unwrap_or(name);
            if let Some(dataset) = change.table.datasets.get_mut(dataset) {
                let partial = dataset.partial.as_deref();
                dataset.partial = partial.map(super::stream::after_snapshot);
            }
        }
        for name in wanted {
            let snapshot = change.take(&name, txg, local.clone())?;
            change.snapshots.add(&name, snapshot);
        }
        Ok(())
    })
}

/// The names of all snapshots that are to be taken.
fn wanted(change: &Change<'_>, names: &[String], recursive: bool) -> Result<Vec<String>, Refused> {
    let mut wanted = Vec::new();
    for name in names {
        let no = |fault| Refused(format!("cannot create snapshot '{name}': {fault}"));
        if let Some(fault) = snapshot_fault(name) {
            return Err(no(fault));
        }
        let (dataset, label) = name.split_once('@').unwrap_or((name, ""));
        let mut of = vec![dataset];
        if recursive {
            of.extend(change.table.below(dataset).map(|(below, _)| below));
        }
        for dataset in of {
            let name = format!("{dataset}@{label}");
            if let Some(fault) = fault(&name) {
                return refused(format!(
                    "cannot create snapshot '{name}': {fault}\nno snapshots were created"
                ));
            }
            if !wanted.contains(&name) {
                wanted.push(name);
            }
        }
    }
    Ok(wanted)
}

/// Refuses all snapshots if one of them cannot be taken.
fn refuse_before(change: &Change<'_>, wanted: &[String]) -> Result<(), Refused> {
    let none = if wanted.len() > 1 {
        "\nno snapshots were created"
    } else {
        ""
    };
    let all = |text: &str| refused(format!("cannot create snapshots : {text}{none}"));
    let mut datasets: Vec<&str> = wanted
        .iter()
        .filter_map(|name| name.split('@').next())
        .collect();
    datasets.sort_unstable();
    if datasets.windows(2).any(|pair| pair[0] == pair[1]) {
        return all("multiple snapshots of same fs not allowed");
    }
    if datasets
        .windows(2)
        .any(|pair| pool(pair[0]) != pool(pair[1]))
    {
        return all("datasets must be within same pool");
    }
    let taken: Vec<String> = wanted
        .iter()
        .filter(|name| change.snapshots.get(name).is_some())
        .map(|name| format!("cannot create snapshot '{name}': dataset already exists"))
        .collect();
    if !taken.is_empty() {
        return refused(taken.join("\n") + none);
    }
    let partial = datasets.iter().find(|name| {
        let partial = change.table.datasets.get(**name);
        let partial = partial.and_then(|found| found.partial.as_ref());
        partial.is_some_and(|partial| super::stream::is_whole(partial))
    });
    if let Some(name) = partial.and_then(|of| wanted.iter().find(|name| name.starts_with(of))) {
        return refused(format!(
            "cannot create snapshot '{name}': dataset is busy{none}"
        ));
    }
    if change.host.setting("pool-size").is_some()
        && datasets
            .first()
            .is_some_and(|name| change.view().available(pool(name)) == 0)
    {
        return all("out of space");
    }
    Ok(())
}

impl Change<'_> {
    /// A snapshot of a file system or volume as it is now. It shares the files of the one before if nothing has changed since.
    pub(super) fn take(
        &mut self,
        name: &str,
        txg: u64,
        local: BTreeMap<String, String>,
    ) -> Result<Snapshot, Refused> {
        let dataset = name.split('@').next().unwrap_or(name).to_owned();
        let mut snapshot = Snapshot {
            txg,
            guid: new_guid(),
            created: now(),
            ..Snapshot::default()
        };
        snapshot.settings.local = local;
        let volume = self
            .table
            .datasets
            .get(&dataset)
            .is_some_and(|found| found.kind == Kind::Volume);
        {
            let view = self.view();
            snapshot.referenced = view.space(&dataset).referenced;
            snapshot.volsize = volume.then(|| view.number(&dataset, "volsize"));
        }
        if !volume {
            snapshot.tree = self.keep(&dataset)?;
        }
        Ok(snapshot)
    }

    /// The tree with the files that a file system has now; none if it has none.
    fn keep(&mut self, dataset: &str) -> Result<Option<u64>, Refused> {
        let Some((place, mounts)) = self.place(dataset) else {
            return Ok(None);
        };
        let live = files::scan(&place, &mounts)?;
        if live.len() <= 1 {
            return Ok(None);
        }
        let last = self.snapshots.of(dataset).last();
        if let Some(tree) = last.and_then(|(_, snapshot)| snapshot.tree) {
            let kept = files::tree(self.host, tree);
            // What is mounted within is empty in a tree, and its mode is not known.
            let before = files::scan(&kept, &[])?;
            if files::same((&place, &live), (&kept, &before))? {
                return Ok(Some(tree));
            }
        }
        let tree = self.snapshots.next_tree();
        files::copy_directory(&place, &files::tree(self.host, tree), &mounts)?;
        Ok(Some(tree))
    }

    /// Removes a tree that no snapshot has any more.
    pub(super) fn drop_tree(&mut self, tree: Option<u64>) -> Result<(), Refused> {
        if let Some(tree) = tree.filter(|tree| !self.snapshots.uses(*tree)) {
            files::remove(&files::tree(self.host, tree))?;
        }
        Ok(())
    }
}

/// Makes a bookmark of a snapshot.
pub(crate) fn bookmark(host: &Host, snapshot: &str, name: &str) -> Result<(), Refused> {
    change(host, |change| {
        let no = |text: &str| refused(format!("cannot create bookmark '{name}': {text}"));
        let Some(found) = change.snapshots.get(snapshot).cloned() else {
            return refused(format!("cannot open '{snapshot}': dataset does not exist"));
        };
        if let Some(fault) = fault(name) {
            return no(&fault);
        }
        if snapshot.split('@').next() != name.split('#').next() {
            return no("source is not an ancestor of the new bookmark's dataset");
        }
        if change.snapshots.get(name).is_some() {
            return no("bookmark exists");
        }
        let bookmark = Snapshot {
            txg: found.txg,
            guid: found.guid,
            created: found.created,
            referenced: found.referenced,
            ..Snapshot::default()
        };
        change.snapshots.add(name, bookmark);
        Ok(())
    })
}
