//! `zfs hold` and `zfs release`.

use super::{Change, Refused, change, now, refused};
use crate::Host;

/// The longest tag. The real check lets one byte more through, and the kernel then stops.
///
/// # Source
/// r1mikey/illumos-gate usr/src/uts/common/fs/zfs/dsl_userhold.c.
const LONGEST_TAG: usize = 255;

/// The snapshots that are meant by a name: itself, with `recursive` those of the same label below too.
fn meant(change: &Change<'_>, name: &str, recursive: bool) -> Result<Vec<String>, Refused> {
    let Some((dataset, label)) = name.split_once('@') else {
        return refused(format!("'{name}' is not a snapshot"));
    };
    if !change.table.datasets.contains_key(dataset) {
        return refused(format!("cannot open '{dataset}': dataset does not exist"));
    }
    let below = change.table.below(dataset).map(|(below, _)| below);
    Ok(std::iter::once(dataset)
        .chain(below.filter(|_| recursive))
        .map(|dataset| format!("{dataset}@{label}"))
        .filter(|name| change.snapshots.get(name).is_some())
        .collect())
}

/// Holds a snapshot, so that nobody destroys it.
pub(crate) fn hold(host: &Host, tag: &str, name: &str, recursive: bool) -> Result<(), Refused> {
    change(host, |change| {
        let names = meant(change, name, recursive)?;
        let no = |name: &str, text: &str| format!("cannot hold snapshot '{name}': {text}");
        if names.is_empty() {
            return refused(no(name, "dataset does not exist"));
        }
        if tag.is_empty() {
            return refused("cannot hold: operation not applicable to datasets of this type");
        }
        let failed: Vec<String> = names
            .iter()
            .filter_map(|name| {
                let held = &change.snapshots.get(name)?.holds;
                if tag.len() > LONGEST_TAG {
                    Some(no(name, "tag too long"))
                } else if held.contains_key(tag) {
                    Some(no(name, "tag already exists on this dataset"))
                } else {
                    None
                }
            })
            .collect();
        if !failed.is_empty() {
            return refused(failed.join("\n"));
        }
        for name in names {
            if let Some(snapshot) = change.snapshots.get_mut(&name) {
                snapshot.holds.insert(tag.to_owned(), now());
            }
        }
        Ok(())
    })
}

/// Takes a hold away. A snapshot that was to be destroyed, and that nobody needs any more, goes.
pub(crate) fn release(host: &Host, tag: &str, name: &str, recursive: bool) -> Result<(), Refused> {
    change(host, |change| {
        let names = meant(change, name, recursive)?;
        let no = |text: &str| {
            refused(format!(
                "cannot release hold from snapshot '{name}': {text}"
            ))
        };
        if names.is_empty() {
            return no("dataset does not exist");
        }
        let mut found = false;
        for name in names {
            if let Some(snapshot) = change.snapshots.get_mut(&name) {
                found |= snapshot.holds.remove(tag).is_some();
            }
            change.destroy_deferred(&name)?;
        }
        if found {
            Ok(())
        } else {
            no("no such tag on this dataset")
        }
    })
}
