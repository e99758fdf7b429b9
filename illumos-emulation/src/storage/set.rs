//! `zfs set` and `zfs inherit`.

use super::create::reservation;
use super::mount::{Remount, unmount_from};
use super::property::{self, Edit, Target, Types};
use super::table::{Kind, Settings, Table};
use super::view::{Source, View};
use super::{Refused, Snapshots, change, name, refused};
use crate::Host;

/// Sets properties of a dataset or snapshot: all of them, or none. A new mount point takes the files along.
pub(crate) fn set(host: &Host, name: &str, pairs: &[(String, String)]) -> Result<(), Refused> {
    if name.contains('@') {
        return set_on_snapshot(host, name, pairs);
    }
    if let Some(fault) = name::dataset_fault(name) {
        return refused(format!("cannot open '{name}': {fault}"));
    }
    let no = |text: String| Refused(format!("cannot set property for '{name}': {text}"));
    let outcome = host.update(|table: &mut Table| {
        let Some(dataset) = table.datasets.get(name) else {
            return refused(format!("cannot open '{name}': dataset does not exist"));
        };
        let none = Snapshots::default();
        let target = Target {
            types: dataset.kind.types(),
            zoned: View::new(host, table, &none).is_zoned(name),
            new: false,
        };
        let checked = property::check(pairs, target).map_err(no)?;
        check_sizes(host, table, name, &checked).map_err(no)?;
        let remount = match places(host, table, name, &checked).map_err(no)? {
            Some((names, fresh)) => Some(Remount::begin(host, table, names, fresh)?),
            None => None,
        };
        if checked.contains(&("canmount".to_owned(), "off".to_owned())) {
            unmount_from(host, table, name, false)?;
        }
        if let Some(dataset) = table.datasets.get_mut(name) {
            store(&mut dataset.settings, dataset.kind, checked);
        }
        Ok::<_, Refused>(match remount {
            Some(remount) => remount.end(host, table, str::to_owned),
            None => Ok(()),
        })
    })?;
    outcome.map_err(|Refused(text)| {
        Refused(format!(
            "{text}\nproperty may be set but unable to remount filesystem"
        ))
    })
}

fn store(settings: &mut Settings, kind: Kind, checked: Vec<(String, String)>) {
    for (property, mut value) in checked {
        if property == "volsize" && kind == Kind::Volume {
            value = resized(settings, &value);
        }
        settings.inherited.remove(&property);
        settings.local.insert(property, value);
    }
}

/// The new size of a volume, in whole blocks. What reserved the old size reserves the new one.
fn resized(settings: &mut Settings, value: &str) -> String {
    let number = |name: &str| {
        settings
            .local
            .get(name)
            .and_then(|value| value.parse().ok())
    };
    let block: u64 = number("volblocksize").unwrap_or(8192);
    let size = value.parse::<u64>().unwrap_or(0).next_multiple_of(block);
    let before = number("volsize").map(|size| reservation(size, block));
    if before.is_some() && before == number("refreservation") {
        let reserved = reservation(size, block).to_string();
        settings.local.insert("refreservation".to_owned(), reserved);
    }
    size.to_string()
}

fn set_on_snapshot(host: &Host, name: &str, pairs: &[(String, String)]) -> Result<(), Refused> {
    change(host, |change| {
        if change.view().find(name).is_none() {
            return refused(format!("cannot open '{name}': dataset does not exist"));
        }
        let target = Target {
            types: Types::SNAPSHOT,
            zoned: false,
            new: false,
        };
        let checked = property::check(pairs, target)
            .map_err(|text| Refused(format!("cannot set property for '{name}': {text}")))?;
        if let Some(snapshot) = change.snapshots.get_mut(name) {
            store(&mut snapshot.settings, Kind::Snapshot, checked);
        }
        Ok(())
    })
}

/// Refuses a quota below what is used, and a reservation above what is free.
fn check_sizes(
    host: &Host,
    table: &Table,
    name: &str,
    checked: &[(String, String)],
) -> Result<(), String> {
    let mut later = None;
    for (property, value) in checked {
        let limit = matches!(
            property.as_str(),
            "quota" | "refquota" | "reservation" | "refreservation" | "volsize"
        );
        let Some(wanted) = value
            .parse::<u64>()
            .ok()
            .filter(|wanted| limit && *wanted != 0)
        else {
            continue;
        };
        // What other values of the same command change counts too.
        let later = match &mut later {
            Some(later) => later,
            None => {
                let mut copy = table.clone();
                if let Some(dataset) = copy.datasets.get_mut(name) {
                    let before = dataset.settings.local.clone();
                    dataset.settings.local.extend(checked.iter().cloned());
                    for limit in ["quota", "reservation", "refreservation", "volsize"] {
                        if dataset
                            .settings
                            .local
                            .get(limit)
                            .is_some_and(|value| value != "0")
                        {
                            let old = before.get(limit).cloned();
                            dataset.settings.local.remove(limit);
                            dataset
                                .settings
                                .local
                                .extend(old.map(|old| (limit.to_owned(), old)));
                        }
                    }
                }
                later.insert(copy)
            }
        };
        let snapshots = host
            .read::<Snapshots>()
            .map_err(|error| error.to_string())?;
        let view = View::new(host, later, &snapshots);
        let space = view.space(name);
        let quota = view.number(name, "quota");
        let over_quota = quota != 0 && wanted > quota;
        let free = || view.available(name);
        match property.as_str() {
            "quota" if wanted < space.used().max(view.number(name, "reservation")) => {
                return Err("size is less than current used or reserved space".to_owned());
            }
            "refquota" if wanted < space.referenced => {
                return Err("size is less than current used or reserved space".to_owned());
            }
            "reservation" if over_quota || wanted > space.used() + free() => {
                return Err("size is greater than available space".to_owned());
            }
            "refreservation" if over_quota || wanted > space.by_dataset + free() => {
                return Err("size is greater than available space".to_owned());
            }
            "volsize" if wanted > space.used() + free() => {
                return Err("size is greater than available space".to_owned());
            }
            _ => {}
        }
    }
    Ok(())
}

/// The file systems that a change of the mount point, or of who administers them, is about, and whether they had no mount point before.
fn places(
    host: &Host,
    table: &Table,
    name: &str,
    checked: &[(String, String)],
) -> Result<Option<(Vec<String>, bool)>, String> {
    let is = |wanted: &str| checked.iter().any(|(property, _)| property == wanted);
    let snapshots = Snapshots::default();
    let view = View::new(host, table, &snapshots);
    if is("mountpoint") {
        let names = inheriting(&view, name, "mountpoint")?;
        let fresh = matches!(view.word(name, "mountpoint").as_str(), "none" | "legacy");
        return Ok(Some((names, fresh)));
    }
    Ok(is("zoned").then(|| {
        let below = table.below(name).map(|(below, _)| below);
        let names = std::iter::once(name).chain(below);
        (names.map(str::to_owned).collect(), false)
    }))
}

/// A file system and those below that have its mount point from it. None of those below may be a zone's.
fn inheriting(view: &View<'_>, name: &str, property: &str) -> Result<Vec<String>, String> {
    let mut names = vec![name.to_owned()];
    let mut kept: Option<String> = None;
    for (below, dataset) in view.table.below(name) {
        if kept
            .as_ref()
            .is_some_and(|kept| name::is_within(below, kept))
        {
            continue;
        }
        let source = view.value(below, property).map(|(_, source)| source);
        if !matches!(source, Some(Source::Inherited(_) | Source::Default)) {
            kept = Some(below.to_owned());
            continue;
        }
        if view.is_zoned(below) && dataset.kind == Kind::Filesystem {
            return Err(
                "child dataset with inherited mountpoint is used in a non-global zone".to_owned(),
            );
        }
        names.push(below.to_owned());
    }
    Ok(names)
}

/// What `zfs inherit` cannot do, before it looks at any dataset: its text, and whether the usage follows.
pub(crate) fn inherit_fault(property: &str, received: bool) -> Option<(String, bool)> {
    let Some(known) = property::property(property) else {
        let user = property::is_user(property);
        return (!user).then(|| (format!("invalid property '{property}'"), true));
    };
    if known.edit == Edit::No {
        return Some((format!("{property} property is read-only"), false));
    }
    if known.edit == Edit::Once || !known.inherited && !received {
        let mut text = format!("'{property}' property cannot be inherited");
        if matches!(
            property,
            "quota" | "refquota" | "reservation" | "refreservation"
        ) {
            text += &format!("\nuse 'zfs set {property}=none' to clear");
            text += &format!("\nuse 'zfs inherit -S {property}' to revert to received value");
        }
        return Some((text, false));
    }
    None
}

/// Takes a value away, so that the one above counts, or with `received` that of a stream.
pub(crate) fn inherit(
    host: &Host,
    name: &str,
    property: &str,
    received: bool,
) -> Result<(), Refused> {
    let no = |text: String| Refused(format!("cannot inherit {property} for '{name}': {text}"));
    let absent = || Refused(format!("cannot open '{name}': dataset does not exist"));
    if name.contains('@') {
        return change(host, |change| match change.snapshots.get_mut(name) {
            Some(snapshot) => {
                revert(&mut snapshot.settings, property, received);
                Ok(())
            }
            None => Err(absent()),
        });
    }
    host.update(|table: &mut Table| {
        let Some(dataset) = table.datasets.get(name) else {
            return Err(absent());
        };
        let known = property::property(property);
        if known.is_some_and(|known| !known.types.has(dataset.kind.types())) {
            return Err(no(format!(
                "'{property}' does not apply to datasets of this type"
            )));
        }
        let snapshots = Snapshots::default();
        let zoned = View::new(host, table, &snapshots).is_zoned(name);
        if property == "mountpoint" && zoned && !received {
            return Err(no("dataset is used in a non-global zone".to_owned()));
        }
        let pair = [(property.to_owned(), String::new())];
        let remount = match places(host, table, name, &pair).map_err(no)? {
            Some((names, fresh)) => Some(Remount::begin(host, table, names, fresh)?),
            None => None,
        };
        if let Some(dataset) = table.datasets.get_mut(name) {
            revert(&mut dataset.settings, property, received);
        }
        Ok::<_, Refused>(match remount {
            Some(remount) => remount.end(host, table, str::to_owned),
            None => Ok(()),
        })
    })?
}

fn revert(settings: &mut Settings, property: &str, received: bool) {
    settings.local.remove(property);
    if received {
        settings.inherited.remove(property);
    } else if settings.received.contains_key(property) {
        settings.inherited.insert(property.to_owned());
    }
}
