//! What can be done with datasets, and what is refused.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use super::files;
use super::name::{self, is_within, parent};
use super::property::{READ_ONLY, is_settable, value};
use super::table::{Dataset, Kind, Table};
use crate::{Host, kernel};

/// What zfs(8) prints, without the program's name, and its further lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) String);

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self(format!("internal error: {error}"))
    }
}

fn refused<T>(text: String) -> Result<T, Refused> {
    Err(Refused(text))
}

/// What is to be created.
#[derive(Debug, Default)]
pub(crate) struct Created {
    pub(crate) properties: Vec<(String, String)>,
    pub(crate) volume: bool,
    /// Whether missing parents are made too, and an existing dataset is no error.
    pub(crate) parents: bool,
}

/// Creates a file system or volume, and mounts it where its properties say.
pub(crate) fn create(host: &Host, name: &str, created: &Created) -> Result<(), Refused> {
    if let Some(fault) = name::fault(name) {
        return refused(format!("cannot create '{name}': {fault}"));
    }
    if name.contains('@') {
        return refused(format!(
            "cannot create '{name}': snapshot delimiter '@' is not expected here"
        ));
    }
    host.update(|table: &mut Table| {
        if table.datasets.contains_key(name) {
            if created.parents {
                return Ok(());
            }
            return refused(format!("cannot create '{name}': dataset already exists"));
        }
        let pool = name.split('/').next().unwrap_or(name);
        if !table.datasets.contains_key(pool) {
            return refused(format!("cannot create '{name}': no such pool '{pool}'"));
        }
        let missing: Vec<&str> = std::iter::successors(parent(name), |name| parent(name))
            .take_while(|ancestor| !table.datasets.contains_key(*ancestor))
            .collect();
        if !missing.is_empty() && !created.parents {
            return refused(format!("cannot create '{name}': parent does not exist"));
        }
        for ancestor in missing.into_iter().rev() {
            add(host, table, ancestor, Kind::Filesystem, BTreeMap::new())?;
        }
        for (property, value) in &created.properties {
            check(property, value)
                .map_err(|text| Refused(format!("cannot create '{name}': {text}")))?;
        }
        let kind = if created.volume {
            Kind::Volume
        } else {
            Kind::Filesystem
        };
        add(
            host,
            table,
            name,
            kind,
            created.properties.iter().cloned().collect(),
        )
    })
}

fn add(
    host: &Host,
    table: &mut Table,
    name: &str,
    kind: Kind,
    local: BTreeMap<String, String>,
) -> Result<(), Refused> {
    let number = table.next_number();
    table.datasets.insert(
        name.to_owned(),
        Dataset {
            kind,
            mounted: None,
            origin: None,
            number,
            local,
        },
    );
    if let Some(path) = wanted_mount(table, name) {
        mount_at(host, table, name, &path)?;
    }
    Ok(())
}

/// Where the file system is mounted by itself, if it is.
fn wanted_mount(table: &Table, name: &str) -> Option<String> {
    let property = |property: &str| value(table, name, property).0;
    let path = property("mountpoint");
    (path.starts_with('/') && property("canmount") == "on" && property("zoned") == "off")
        .then_some(path)
}

fn mount_at(host: &Host, table: &mut Table, name: &str, path: &str) -> Result<(), Refused> {
    let place = files::directory(host, path).map_err(|error| {
        Refused(format!(
            "cannot mount '{name}': mountpoint or dataset is busy ({error})"
        ))
    })?;
    let store = files::store(host, name);
    files::move_directory(&store, &place)?;
    files::remove(&store)?;
    if let Some(dataset) = table.datasets.get_mut(name) {
        dataset.mounted = Some(path.to_owned());
    }
    Ok(())
}

/// Checks a value to be set, in the words of zfs(8).
fn check(property: &str, value: &str) -> Result<(), String> {
    if READ_ONLY.contains(&property) {
        return Err(format!("'{property}' is readonly"));
    }
    if !is_settable(property) {
        return Err(format!("invalid property '{property}'"));
    }
    let one_of = |words: &[&str]| {
        if words.contains(&value) {
            Ok(())
        } else {
            Err(format!(
                "'{property}' must be one of '{}'",
                words.join(" | ")
            ))
        }
    };
    match property {
        "canmount" => one_of(&["on", "off", "noauto"]),
        "zoned" | "devices" | "setuid" | "readonly" | "atime" => one_of(&["on", "off"]),
        "mountpoint" if !value.starts_with('/') && !matches!(value, "none" | "legacy") => Err(
            format!("'{property}' must be an absolute path, 'none', or 'legacy'"),
        ),
        "mountpoint" if value.split('/').any(|component| component == "..") => Err(format!(
            "'{property}' must be an absolute path, 'none', or 'legacy'"
        )),
        _ => Ok(()),
    }
}

/// Sets a property. A new mount point takes the files along.
pub(crate) fn set(host: &Host, name: &str, property: &str, wanted: &str) -> Result<(), Refused> {
    host.update(|table: &mut Table| {
        if !table.datasets.contains_key(name) {
            return refused(format!("cannot open '{name}': dataset does not exist"));
        }
        check(property, wanted)
            .map_err(|text| Refused(format!("cannot set property for '{name}': {text}")))?;
        let moves = matches!(property, "mountpoint" | "canmount" | "zoned");
        let before = moves.then(|| wanted_mounts(table, name));
        if let Some(dataset) = table.datasets.get_mut(name) {
            dataset.local.insert(property.to_owned(), wanted.to_owned());
        }
        let Some(before) = before else { return Ok(()) };
        for ((below, old), (_, new)) in before.iter().zip(wanted_mounts(table, name)).rev() {
            if *old != new && old.is_some() {
                unmount_from(host, table, below)?;
            }
        }
        for ((below, old), (_, new)) in before.iter().zip(wanted_mounts(table, name)) {
            if let Some(path) = new.filter(|new| old.as_ref() != Some(new)) {
                mount_at(host, table, below, &path)?;
            }
        }
        Ok(())
    })
}

/// Where each file system from `name` on down is mounted by itself.
fn wanted_mounts(table: &Table, name: &str) -> Vec<(String, Option<String>)> {
    let within = table
        .datasets
        .iter()
        .filter(|(below, dataset)| is_within(below, name) && dataset.kind == Kind::Filesystem);
    within
        .map(|(below, _)| (below.clone(), wanted_mount(table, below)))
        .collect()
}

fn unmount_from(host: &Host, table: &mut Table, name: &str) -> Result<(), Refused> {
    let Some(path) = table
        .datasets
        .get(name)
        .and_then(|dataset| dataset.mounted.clone())
    else {
        return Ok(());
    };
    refuse_busy(host, &path)?;
    let below = format!("{}/", path.trim_end_matches('/'));
    if table.datasets.values().any(|other| {
        other
            .mounted
            .as_ref()
            .is_some_and(|mounted| mounted.starts_with(&below))
    }) {
        return refused(format!("cannot unmount '{path}': Device busy"));
    }
    let store = files::store(host, name);
    std::fs::create_dir_all(&store)?;
    files::move_directory(&host.path(&path), &store)?;
    if let Some(dataset) = table.datasets.get_mut(name) {
        dataset.mounted = None;
    }
    Ok(())
}

/// A file system with the root of a zone that the kernel has in it is busy.
fn refuse_busy(host: &Host, path: &str) -> Result<(), Refused> {
    let path = path.trim_end_matches('/');
    let used = |zone: &kernel::KernelZone| {
        let root = zone.root.trim_end_matches('/');
        zone.id != 0
            && (root == path
                || root
                    .strip_prefix(path)
                    .is_some_and(|rest| rest.starts_with('/')))
    };
    if kernel::zones(host).iter().any(used) || host.setting_names("busy-paths", path) {
        return refused(format!("cannot unmount '{path}': Device busy"));
    }
    Ok(())
}

/// Mounts a file system at a path that is not that of its properties (`mount -F zfs`), or with `None` where they say.
pub(crate) fn mount(host: &Host, name: &str, path: Option<&str>) -> Result<(), Refused> {
    host.update(|table: &mut Table| {
        let Some(dataset) = table.datasets.get(name) else {
            return refused(format!("cannot open '{name}': dataset does not exist"));
        };
        if dataset.mounted.is_some() {
            return refused(format!("cannot mount '{name}': filesystem already mounted"));
        }
        let path = path.map_or_else(|| value(table, name, "mountpoint").0, str::to_owned);
        if !path.starts_with('/') {
            return refused(format!("cannot mount '{name}': {path} mountpoint"));
        }
        mount_at(host, table, name, &path)
    })
}

/// Unmounts a file system; its files are kept.
pub(crate) fn unmount(host: &Host, name: &str) -> Result<(), Refused> {
    host.update(|table: &mut Table| {
        if !table.datasets.contains_key(name) {
            return refused(format!("cannot open '{name}': dataset does not exist"));
        }
        unmount_from(host, table, name)
    })
}

/// Destroys a dataset or snapshot, with `recursive` everything below it.
pub(crate) fn destroy(host: &Host, name: &str, recursive: bool) -> Result<(), Refused> {
    host.update(|table: &mut Table| {
        if !table.datasets.contains_key(name) {
            let text = if name.contains('@') { "could not find any snapshots to destroy; check snapshot names." } else { "" };
            if text.is_empty() {
                return refused(format!("cannot open '{name}': dataset does not exist"));
            }
            return refused(text.to_owned());
        }
        if !name.contains('/') && !name.contains('@') {
            let lines = format!("cannot destroy '{name}': operation does not apply to pools\nuse 'zpool destroy {name}' to destroy the pool");
            return refused(lines);
        }
        let doomed: Vec<String> = table.datasets.keys().filter(|other| is_within(other, name)).cloned().collect();
        let below: Vec<&str> = doomed.iter().filter(|other| *other != name).map(String::as_str).collect();
        if !below.is_empty() && !recursive {
            return refused(format!(
                "cannot destroy '{name}': filesystem has children\nuse '-r' to destroy the following datasets:\n{}",
                below.join("\n")
            ));
        }
        let clones: Vec<&str> = table
            .datasets
            .iter()
            .filter(|(other, dataset)| {
                dataset.origin.as_ref().is_some_and(|origin| doomed.contains(origin)) && !doomed.contains(other)
            })
            .map(|(other, _)| other.as_str())
            .collect();
        if !clones.is_empty() {
            let what = if name.contains('@') { "snapshot" } else { "filesystem" };
            return refused(format!(
                "cannot destroy '{name}': {what} has dependent clones\nuse '-R' to destroy the following datasets:\n{}",
                clones.join("\n")
            ));
        }
        let mounts: Vec<String> =
            doomed.iter().filter_map(|other| table.datasets.get(other)?.mounted.clone()).collect();
        for path in &mounts {
            refuse_busy(host, path)?;
        }
        for other in doomed.iter().rev() {
            if let Some(path) = table.datasets.get(other).and_then(|dataset| dataset.mounted.clone()) {
                let place = files::directory(host, &path)?;
                let kept = mounts_below(host, table, other, &path);
                files::empty(&place, &kept)?;
                // A mount point that somebody uses otherwise stays.
                let _ = std::fs::remove_dir(&place);
            }
            files::remove(&files::store(host, other))?;
            table.datasets.remove(other);
        }
        Ok(())
    })
}

/// Where other file systems are mounted below `path`.
fn mounts_below(host: &Host, table: &Table, name: &str, path: &str) -> Vec<PathBuf> {
    let below = format!("{}/", path.trim_end_matches('/'));
    let others = table.datasets.iter().filter(|(other, _)| *other != name);
    others
        .filter_map(|(_, dataset)| dataset.mounted.as_ref())
        .filter(|mounted| mounted.starts_with(&below))
        .map(|mounted| host.path(mounted))
        .collect()
}

/// Takes a snapshot, with `recursive` of everything below too.
pub(crate) fn snapshot(host: &Host, name: &str, recursive: bool) -> Result<(), Refused> {
    if let Some(fault) = name::fault(name) {
        return refused(format!("cannot create snapshot '{name}': {fault}"));
    }
    let Some((dataset, label)) = name.split_once('@') else {
        return refused(format!(
            "cannot create snapshot '{name}': missing '@' delimiter in snapshot name"
        ));
    };
    host.update(|table: &mut Table| {
        if !table.datasets.contains_key(dataset) {
            return refused(format!("cannot open '{dataset}': dataset does not exist"));
        }
        let of: Vec<String> = table
            .datasets
            .iter()
            .filter(|(other, found)| {
                found.kind != Kind::Snapshot
                    && (*other == dataset || recursive && is_within(other, dataset))
            })
            .map(|(other, _)| other.clone())
            .collect();
        if let Some(taken) = of
            .iter()
            .map(|of| format!("{of}@{label}"))
            .find(|taken| table.datasets.contains_key(taken))
        {
            return refused(format!(
                "cannot create snapshot '{taken}': dataset already exists"
            ));
        }
        let number = table.next_number();
        for of in of {
            let taken = format!("{of}@{label}");
            copy_files(host, table, &of, &files::store(host, &taken))?;
            let dataset = Dataset {
                kind: Kind::Snapshot,
                mounted: None,
                origin: None,
                number,
                local: BTreeMap::new(),
            };
            table.datasets.insert(taken, dataset);
        }
        Ok(())
    })
}

fn copy_files(host: &Host, table: &Table, name: &str, to: &std::path::Path) -> io::Result<()> {
    files::remove(to)?;
    match table
        .datasets
        .get(name)
        .and_then(|dataset| dataset.mounted.as_ref())
    {
        Some(path) => {
            files::copy_entries(&host.path(path), to, &mounts_below(host, table, name, path))
        }
        None => files::copy_entries(&files::store(host, name), to, &[]),
    }
}

/// Puts a dataset back to a snapshot of it; with `force` newer snapshots are destroyed.
pub(crate) fn rollback(host: &Host, name: &str, force: bool) -> Result<(), Refused> {
    host.update(|table: &mut Table| {
        let Some((number, dataset)) = table
            .datasets
            .get(name)
            .zip(parent(name))
            .map(|(found, dataset)| (found.number, dataset.to_owned()))
        else {
            return refused(format!("cannot open '{name}': dataset does not exist"));
        };
        let newer: Vec<String> = table
            .datasets
            .iter()
            .filter(|(other, found)| {
                found.kind == Kind::Snapshot
                    && parent(other) == Some(&dataset)
                    && found.number > number
            })
            .map(|(other, _)| other.clone())
            .collect();
        if !newer.is_empty() && !force {
            return refused(format!(
                "cannot rollback to '{name}': more recent snapshots or bookmarks exist\n\
                 use '-r' to force deletion of the following snapshots and bookmarks:\n{}",
                newer.join("\n")
            ));
        }
        for newer in newer {
            files::remove(&files::store(host, &newer))?;
            table.datasets.remove(&newer);
        }
        let from = files::store(host, name);
        match table
            .datasets
            .get(&dataset)
            .and_then(|found| found.mounted.clone())
        {
            Some(path) => {
                let kept = mounts_below(host, table, &dataset, &path);
                files::empty(&host.path(&path), &kept)?;
                files::copy_entries(&from, &host.path(&path), &kept)?;
            }
            None => {
                let store = files::store(host, &dataset);
                files::remove(&store)?;
                files::copy_entries(&from, &store, &[])?;
            }
        }
        Ok(())
    })
}

/// Makes a file system of a snapshot.
pub(crate) fn clone(
    host: &Host,
    snapshot: &str,
    name: &str,
    properties: &[(String, String)],
) -> Result<(), Refused> {
    if let Some(fault) = name::fault(name) {
        return refused(format!("cannot create '{name}': {fault}"));
    }
    host.update(|table: &mut Table| {
        if table
            .datasets
            .get(snapshot)
            .is_none_or(|found| found.kind != Kind::Snapshot)
        {
            return refused(format!("cannot open '{snapshot}': dataset does not exist"));
        }
        if table.datasets.contains_key(name) {
            return refused(format!("cannot create '{name}': dataset already exists"));
        }
        if parent(name).is_none_or(|parent| !table.datasets.contains_key(parent)) {
            return refused(format!("cannot create '{name}': parent does not exist"));
        }
        for (property, value) in properties {
            check(property, value)
                .map_err(|text| Refused(format!("cannot create '{name}': {text}")))?;
        }
        files::copy_entries(
            &files::store(host, snapshot),
            &files::store(host, name),
            &[],
        )?;
        add(
            host,
            table,
            name,
            Kind::Filesystem,
            properties.iter().cloned().collect(),
        )?;
        if let Some(dataset) = table.datasets.get_mut(name) {
            dataset.origin = Some(snapshot.to_owned());
        }
        Ok(())
    })
}
