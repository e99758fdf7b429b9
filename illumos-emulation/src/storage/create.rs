//! `zfs create`.

use std::collections::BTreeMap;

use super::mount::mount_at;
use super::name::{dataset_fault, parent, pool};
use super::property::{self, Target};
use super::table::{Dataset, Kind, Table};
use super::view::View;
use super::{Refused, Snapshots, refused};
use crate::Host;

/// What is to be created.
#[derive(Debug, Default)]
pub(crate) struct Created {
    pub(crate) properties: Vec<(String, String)>,
    /// The size, if it is a volume.
    pub(crate) volume: Option<u64>,
    /// Whether a volume reserves nothing.
    pub(crate) sparse: bool,
    /// Whether missing parents are made too, and an existing dataset is no error.
    pub(crate) parents: bool,
}

impl Created {
    fn kind(&self) -> Kind {
        match self.volume {
            Some(_) => Kind::Volume,
            None => Kind::Filesystem,
        }
    }
}

/// Creates a file system or volume, and mounts it where its properties say.
pub(crate) fn create(host: &Host, name: &str, created: &Created) -> Result<(), Refused> {
    let mounted = host.update(|table: &mut Table| {
        let Some(local) = local(host, table, name, created)? else {
            return Ok(Ok(()));
        };
        let mut mounted = make_parents(host, table, name);
        add(table, name, created.kind(), local);
        if let Err(text) = fits(host, table, name) {
            table.datasets.remove(name);
            return refused(format!("cannot create '{name}': {text}"));
        }
        mounted = mounted.and(mount_new(host, table, name));
        Ok::<_, Refused>(mounted)
    })?;
    mounted.map_err(not_mounted)
}

/// What `zfs create` adds if it cannot mount what it made.
pub(super) fn not_mounted(Refused(text): Refused) -> Refused {
    Refused(format!(
        "{text}\nfilesystem successfully created, but not mounted"
    ))
}

/// Whether a dataset could be created: `zfs create -n`.
pub(crate) fn would_create(host: &Host, name: &str, created: &Created) -> Result<(), Refused> {
    local(host, &*host.read::<Table>()?, name, created).map(drop)
}

/// Checks everything; the properties as they are stored, or nothing if the dataset is there and may be.
fn local(
    host: &Host,
    table: &Table,
    name: &str,
    created: &Created,
) -> Result<Option<BTreeMap<String, String>>, Refused> {
    let no = |text: String| Refused(format!("cannot create '{name}': {text}"));
    if let Some(fault) = dataset_fault(name) {
        return Err(no(fault));
    }
    let is_there = created.parents && table.datasets.contains_key(name);
    if !name.contains('/') && !is_there {
        return Err(no("missing dataset name".to_owned()));
    }
    if !table.datasets.contains_key(pool(name)) {
        return Err(no(format!("no such pool '{}'", pool(name))));
    }
    if table.datasets.contains_key(name) {
        return if created.parents {
            Ok(None)
        } else {
            Err(no("dataset already exists".to_owned()))
        };
    }
    let nearest = nearest(table, name);
    if Some(nearest) != parent(name) && !created.parents {
        return Err(no("parent does not exist".to_owned()));
    }
    refuse_volume(table, nearest, name).map_err(no)?;
    let snapshots = Snapshots::default();
    let target = Target {
        types: created.kind().types(),
        zoned: View::new(host, table, &snapshots).is_zoned(nearest),
        new: true,
    };
    let checked = property::check(&created.properties, target).map_err(no)?;
    let mut local: BTreeMap<String, String> = checked.into_iter().collect();
    if let Some(size) = created.volume {
        volume(&mut local, size, created.sparse).map_err(no)?;
    }
    Ok(Some(local))
}

/// The nearest dataset above a name that is there.
pub(super) fn nearest<'a>(table: &Table, name: &'a str) -> &'a str {
    std::iter::successors(parent(name), |name| parent(name))
        .find(|above| table.datasets.contains_key(*above))
        .unwrap_or_else(|| pool(name))
}

/// Refuses a dataset below a volume.
pub(super) fn refuse_volume(table: &Table, above: &str, name: &str) -> Result<(), String> {
    let kind = table.datasets.get(above).map(|found| found.kind);
    if kind != Some(Kind::Volume) {
        return Ok(());
    }
    Err(if parent(name) == Some(above) {
        "parent is not a filesystem".to_owned()
    } else {
        format!("parent '{above}' is not a filesystem")
    })
}

/// The size of a volume, in whole blocks, and what it reserves.
fn volume(local: &mut BTreeMap<String, String>, size: u64, sparse: bool) -> Result<(), String> {
    if size == 0 {
        return Err("volume size cannot be zero".to_owned());
    }
    let block = local
        .get("volblocksize")
        .and_then(|value| value.parse().ok());
    let block = block.unwrap_or(8192_u64);
    let size = size.next_multiple_of(block);
    local.insert("volsize".to_owned(), size.to_string());
    if !sparse {
        local
            .entry("refreservation".to_owned())
            .or_insert_with(|| reservation(size, block).to_string());
    }
    Ok(())
}

/// What a volume takes when it is full: its blocks, and those with their places, twice.
///
/// # Source
/// r1mikey/illumos-gate usr/src/lib/libzfs/common/libzfs_dataset.c, `zvol_volsize_to_reservation`.
pub(super) fn reservation(size: u64, block: u64) -> u64 {
    let mut blocks = size / block;
    let mut places = 7;
    while blocks > 1 {
        blocks = blocks.div_ceil(1024);
        places += blocks;
    }
    size + places * 2 * 131_072
}

/// Makes the missing file systems above a name.
pub(super) fn make_parents(host: &Host, table: &mut Table, name: &str) -> Result<(), Refused> {
    let missing: Vec<&str> = std::iter::successors(parent(name), |name| parent(name))
        .take_while(|above| !table.datasets.contains_key(*above))
        .collect();
    let mut mounted = Ok(());
    for above in missing.into_iter().rev() {
        add(table, above, Kind::Filesystem, BTreeMap::new());
        mounted = mounted.and(mount_new(host, table, above));
    }
    mounted
}

/// Adds a dataset to the table.
pub(super) fn add(table: &mut Table, name: &str, kind: Kind, local: BTreeMap<String, String>) {
    let number = table.next_number();
    let mut dataset = Dataset::new(kind, number);
    dataset.settings.local = local;
    table.datasets.insert(name.to_owned(), dataset);
}

/// Mounts what was just made, if its properties say so.
pub(super) fn mount_new(host: &Host, table: &mut Table, name: &str) -> Result<(), Refused> {
    let snapshots = Snapshots::default();
    let view = View::new(host, table, &snapshots);
    let kind = table.datasets.get(name).map(|found| found.kind);
    match view.wanted_mount(name) {
        Some(path) if kind == Some(Kind::Filesystem) => mount_at(host, table, name, &path, false),
        _ => Ok(()),
    }
}

/// Whether what is reserved for a new dataset, and its quotas, fit into what there is.
fn fits(host: &Host, table: &Table, name: &str) -> Result<(), String> {
    let Some(dataset) = table.datasets.get(name) else {
        return Ok(());
    };
    let set = |property: &str| dataset.settings.local.get(property).map(String::as_str);
    let limits = ["quota", "refquota", "reservation", "refreservation"];
    let limited = limits
        .iter()
        .any(|limit| set(limit).is_some_and(|value| value != "0"));
    if !limited && host.setting("pool-size").is_none() {
        return Ok(());
    }
    let snapshots = host
        .read::<Snapshots>()
        .map_err(|error| error.to_string())?;
    let view = View::new(host, table, &snapshots);
    let used = view
        .space(name)
        .used()
        .max(view.number(name, "reservation"));
    let small = ["quota", "refquota"].iter().any(|limit| {
        let quota = view.number(name, limit);
        quota != 0 && quota < used
    });
    let free = match parent(name) {
        Some(above) => view.available(above),
        None => u64::MAX,
    };
    // What is there already is part of what the parent uses.
    if small || free == 0 && used > 0 {
        return Err("out of space".to_owned());
    }
    Ok(())
}
