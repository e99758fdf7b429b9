//! Making a tree here like that of the sender before an incremental stream of all of it: what was renamed there is renamed, and with `-F`
//! what is gone there goes.

use super::super::format::{Described, Package};
use super::{Names, Receiving};
use crate::storage::name::is_within;
use crate::storage::{Change, Refused};

/// Matches the datasets here with those of a package. Returns what was tried.
pub(super) fn match_up(
    change: &mut Change<'_>,
    package: &Package,
    names: &Names,
    how: &Receiving,
) -> Result<String, Refused> {
    let mut tried = String::new();
    let here: Vec<String> = change
        .table
        .datasets
        .keys()
        .filter(|name| is_within(name, &names.target))
        .cloned()
        .collect();
    for name in here {
        // One that went with another, or was renamed with it, is not there any more.
        if !change.table.datasets.contains_key(&name) {
            continue;
        }
        let Some(sent) = sender_of(change, package, &name) else {
            let foreign = !change.snapshots.of(&name).is_empty() || name != names.target;
            if how.force && foreign && !is_sent(package, names, &name) {
                destroy(change, &name, &mut tried);
            }
            continue;
        };
        if let Some(from) = &package.from {
            let base = sent.snapshots.iter().find(|sent| sent.label == *from);
            if base.is_none() {
                tried += &without_base(&name, from);
            }
        }
        if how.force {
            let labels: Vec<String> = change
                .snapshots
                .of(&name)
                .iter()
                .filter(|(_, found)| sent.snapshots.iter().all(|other| other.guid != found.guid))
                .map(|(label, _)| format!("{name}@{label}"))
                .collect();
            for snapshot in labels {
                attempt(change, &snapshot, &mut tried);
            }
        }
        let wanted = names.here(&format!("{}@x", sent.name));
        let wanted = wanted.split('@').next().unwrap_or(&wanted).to_owned();
        if wanted != name && !how.dry && !change.table.datasets.contains_key(&wanted) {
            change.rename_tree(&name, &wanted)??;
        }
    }
    Ok(tried)
}

/// What is said of a dataset that cannot go on from the base of a package.
pub(super) fn without_base(name: &str, from: &str) -> String {
    format!(
        "local fs {name} does not have fromsnap ({from} in stream); must have been deleted locally; ignoring\n"
    )
}

/// The dataset of the package that has a snapshot in common with the one here.
fn sender_of<'a>(change: &Change<'_>, package: &'a Package, name: &str) -> Option<&'a Described> {
    let own = change.snapshots.of(name);
    package.datasets.iter().find(|sent| {
        let mut guids = sent.snapshots.iter().map(|snapshot| snapshot.guid);
        guids.any(|guid| own.iter().any(|(_, found)| found.guid == guid))
    })
}

/// Whether the package has a dataset of this name.
fn is_sent(package: &Package, names: &Names, name: &str) -> bool {
    let mut sent = package.datasets.iter();
    sent.any(|sent| names.here(&format!("{}@x", sent.name)).split('@').next() == Some(name))
}

/// Destroys a dataset with everything below it, the deepest first.
fn destroy(change: &mut Change<'_>, name: &str, tried: &mut String) {
    for other in change.dependents(name, false) {
        attempt(change, &other, tried);
    }
    attempt(change, name, tried);
}

fn attempt(change: &mut Change<'_>, name: &str, tried: &mut String) {
    let done = if name.contains('@') {
        change.destroy_batch(&[name.to_owned()], false)
    } else {
        change.destroy_one(name, false)
    };
    let word = if done.is_ok() {
        "success"
    } else {
        "failed (0)"
    };
    *tried += &format!("attempting destroy {name}\n{word}\n");
}
