//! Which snapshots a stream has, and what a package says of them.

use std::collections::BTreeMap;

use super::format::{Described, DescribedSnapshot, Package};
use super::send::{Base, Sending, Step};
use crate::storage::View;
use crate::storage::property::{self, Edit};
use crate::storage::snapshots::Snapshot;
use crate::storage::table::Settings;

/// The snapshots that are sent, in order, and what is said about those that are not.
pub(super) fn steps(view: &View<'_>, name: &str, how: &Sending) -> (Vec<Step>, String) {
    let (top, label) = name.split_once('@').unwrap_or((name, ""));
    let from = how.base.as_ref();
    if !how.tree {
        return (of_one(view, top, label, from), String::new());
    }
    let mut warnings = String::new();
    let mut waiting: Vec<&str> = vec![top];
    waiting.extend(view.table.below(top).map(|(below, _)| below));
    let all = waiting.clone();
    let mut steps: Vec<Step> = Vec::new();
    let mut sent: Vec<&str> = Vec::new();
    // A clone comes after what it was cloned from.
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|name| {
            let origin = origin(view, name);
            !origin.is_some_and(|origin| all.contains(&origin) && !sent.contains(&origin))
        });
        let dataset = waiting.remove(ready.unwrap_or(0));
        sent.push(dataset);
        let Some(last) = view.snapshots.get(&format!("{dataset}@{label}")) else {
            warnings += &format!("skipping dataset {dataset}: snapshot {label} does not exist\n");
            continue;
        };
        for (later, found) in view.snapshots.of(dataset) {
            if found.txg > last.txg {
                warnings += &format!(
                    "skipping snapshot {dataset}@{later} because it was created after the destination snapshot ({label})\n"
                );
            }
        }
        let base = from.and_then(|base| here(view, dataset, base));
        match base {
            Some(base) => {
                let own = of_one(view, dataset, label, Some(&base));
                steps.extend(own.into_iter().map(|step| Step {
                    short: true,
                    ..step
                }));
            }
            None => steps.extend(all_of(view, dataset, last)),
        }
    }
    (steps, warnings)
}

/// The dataset that one was cloned from.
fn origin<'a>(view: &View<'a>, name: &str) -> Option<&'a str> {
    let origin = view.table.datasets.get(name)?.origin.as_deref()?;
    origin.split('@').next()
}

/// The base of a tree for one dataset in it, if that has one.
fn here(view: &View<'_>, dataset: &str, base: &Base) -> Option<Base> {
    let (Base::One(name) | Base::All(name)) = base;
    let label = name.split('@').nth(1)?;
    let name = format!("{dataset}@{label}");
    view.snapshots.get(&name)?;
    Some(match base {
        Base::One(_) => Base::One(name),
        Base::All(_) => Base::All(name),
    })
}

/// One dataset up to a snapshot, from a base or in full.
fn of_one(view: &View<'_>, dataset: &str, label: &str, from: Option<&Base>) -> Vec<Step> {
    let last = format!("{dataset}@{label}");
    let step = |snapshot: String, base: Option<String>, short: bool| Step {
        snapshot,
        base,
        short,
        resumes: None,
    };
    match from {
        None => vec![step(last, None, false)],
        Some(Base::One(base)) => vec![step(last, Some(base.clone()), false)],
        Some(Base::All(base)) => {
            let txg = |name: &str| view.snapshots.get(name).map_or(0, |found| found.txg);
            let (first, end) = (txg(base), txg(&last));
            let mut before = base.clone();
            let mut steps = Vec::new();
            for (label, found) in view.snapshots.of(dataset) {
                if found.txg > first && found.txg <= end {
                    let snapshot = format!("{dataset}@{label}");
                    steps.push(step(snapshot.clone(), Some(before), true));
                    before = snapshot;
                }
            }
            steps
        }
    }
}

/// Every snapshot of one dataset up to one; the first in full, or from what the dataset was cloned from.
fn all_of(view: &View<'_>, dataset: &str, last: &Snapshot) -> Vec<Step> {
    let mut before = view
        .table
        .datasets
        .get(dataset)
        .and_then(|found| found.origin.clone());
    let mut steps = Vec::new();
    let all = view.snapshots.of(dataset).iter();
    for (at, (label, _)) in all.filter(|(_, found)| found.txg <= last.txg).enumerate() {
        let snapshot = format!("{dataset}@{label}");
        steps.push(Step {
            snapshot: snapshot.clone(),
            base: before.replace(snapshot),
            short: at > 0,
            resumes: None,
        });
    }
    steps
}

/// What a stream with properties, or of a tree, begins with; nothing for any other.
pub(super) fn package(view: &View<'_>, name: &str, how: &Sending) -> Option<Package> {
    if !how.tree && !how.properties && !how.received {
        return None;
    }
    let (top, label) = name.split_once('@')?;
    let below = view.table.below(top).map(|(below, _)| below);
    let names = std::iter::once(top).chain(below.filter(|_| how.tree));
    let from = how.base.as_ref().and_then(|base| {
        let (Base::One(name) | Base::All(name)) = base;
        name.split('@').nth(1).map(str::to_owned)
    });
    let datasets = names.filter_map(|name| {
        let last = view.snapshots.get(&format!("{name}@{label}"))?;
        let settings = &view.table.datasets.get(name)?.settings;
        let snapshots = view.snapshots.of(name).iter();
        let snapshots = snapshots
            .filter(|(known, found)| found.txg <= last.txg && (how.tree || known == label));
        Some(Described {
            name: name.to_owned(),
            properties: sent(settings, how.received),
            snapshots: snapshots
                .map(|(label, found)| DescribedSnapshot {
                    label: label.clone(),
                    guid: found.guid,
                    properties: sent(&found.settings, how.received),
                    holds: found.holds.keys().filter(|_| how.holds).cloned().collect(),
                })
                .collect(),
        })
    });
    Some(Package {
        from,
        tree: how.tree,
        datasets: datasets.collect(),
    })
}

/// The properties that travel: those set on the dataset, or with `received` those that it got itself by a stream.
fn sent(settings: &Settings, received: bool) -> BTreeMap<String, String> {
    let mut sent = settings.received.clone();
    sent.retain(|name, _| received || !settings.inherited.contains(name));
    if !received {
        sent.extend(settings.local.clone());
    }
    sent.retain(|name, _| {
        property::property(name).is_none_or(|known| known.edit != Edit::No && name != "volsize")
    });
    sent
}
