//! What becomes of properties when a stream is received: those that it brings, and `-o` and `-x` of the receiver.

use std::collections::BTreeMap;

use super::receive::Receiving;
use crate::storage::Change;
use crate::storage::property::{self, Target};
use crate::storage::table::{Kind, Settings};

/// Checks `-o` and `-x` of the receiver; `None` if they are good.
pub(super) fn fault(how: &Receiving, kind: Kind, zoned: bool) -> Option<String> {
    let target = Target {
        types: kind.types(),
        zoned,
        new: true,
    };
    let sets = property::check(&how.sets, target).err();
    sets.or_else(|| {
        let unknown = how.excludes.iter().find(|name| !property::is_known(name));
        unknown.map(|name| format!("invalid property '{name}'"))
    })
}

fn is_inherited(name: &str) -> bool {
    property::property(name).is_none_or(|known| known.inherited)
}

/// Sets what a stream brings on a dataset. `top` is the one that the command names.
///
/// # Source
/// r1mikey/illumos-gate usr/src/lib/libzfs/common/libzfs_sendrecv.c, `zfs_setup_cmdline_props`.
pub(super) fn apply(
    settings: &mut Settings,
    brought: Option<&BTreeMap<String, String>>,
    how: &Receiving,
    top: bool,
) {
    let excluded = |name: &str| how.excludes.iter().any(|other| other == name);
    if let Some(brought) = brought {
        settings.received = brought.clone();
        // A value that cannot be inherited is not received at all.
        settings
            .received
            .retain(|name, _| is_inherited(name) || !excluded(name));
        let received = &settings.received;
        settings
            .inherited
            .retain(|name| received.contains_key(name));
    }
    for (name, value) in &how.sets {
        if top {
            settings.inherited.remove(name);
            settings.local.insert(name.clone(), value.clone());
        } else if is_inherited(name) {
            settings.local.remove(name);
            settings.inherited.insert(name.clone());
        }
    }
    for name in how.excludes.iter().filter(|name| is_inherited(name)) {
        // What is set here already stays.
        if !settings.local.contains_key(name) {
            settings.inherited.insert(name.clone());
        }
    }
}

/// Sets on a snapshot what a package says of it.
pub(super) fn apply_to_snapshot(
    change: &mut Change<'_>,
    name: &str,
    brought: &super::format::DescribedSnapshot,
    how: &Receiving,
) {
    let now = crate::storage::now();
    if let Some(snapshot) = change.snapshots.get_mut(name) {
        snapshot.settings.received = brought.properties.clone();
        for (name, _) in &how.sets {
            if snapshot.settings.received.contains_key(name) {
                snapshot.settings.inherited.insert(name.clone());
            }
        }
        if !how.no_holds {
            let tags = brought.holds.iter().map(|tag| (tag.clone(), now));
            snapshot.holds.extend(tags);
        }
    }
}
