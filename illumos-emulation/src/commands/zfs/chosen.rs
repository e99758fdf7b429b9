//! The datasets that `zfs list` and `zfs get` are about, and the columns that they print.

use std::cmp::Ordering;

use crate::commands::Options;
use crate::storage::{
    self, Kind, Snapshots, Table, Types, View, dataset_fault, name_fault, snapshot_fault,
};

use super::{Call, Stop};

/// Which kinds are asked for: with `-t`, or by themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kinds {
    pub(super) types: Types,
    /// Whether there was a `-t`.
    pub(super) asked: bool,
}

impl Kinds {
    fn has(self, kind: Kind) -> bool {
        self.types.has(kind.types())
    }
}

/// Reads `-t`.
pub(super) fn kinds(
    call: &mut Call<'_, '_>,
    options: &Options<'_>,
    default: Types,
) -> Result<Kinds, Stop> {
    let Some(words) = options.value('t') else {
        return Ok(Kinds {
            types: default,
            asked: false,
        });
    };
    let mut types: Option<Types> = None;
    for word in words.split(',') {
        let found = match word {
            "filesystem" => Types::FILESYSTEM,
            "volume" => Types::VOLUME,
            "snapshot" => Types::SNAPSHOT,
            "snap" if call.name == "list" => Types::SNAPSHOT,
            "bookmark" => Types::BOOKMARK,
            "all" => Types::FILESYSTEM
                .and(Types::VOLUME)
                .and(Types::SNAPSHOT)
                .and(Types::BOOKMARK),
            _ => return Err(call.usage(&format!("invalid type '{word}'"))),
        };
        types = Some(types.map_or(found, |types| types.and(found)));
    }
    Ok(Kinds {
        types: types.unwrap_or(default),
        asked: true,
    })
}

/// Reads `-r` and `-d`: how many levels below are meant, or nothing.
pub(super) fn depth(call: &mut Call<'_, '_>, options: &Options<'_>) -> Result<Option<usize>, Stop> {
    let Some(text) = options.value('d') else {
        return Ok(options.has('r').then_some(usize::MAX));
    };
    match text.parse::<i64>() {
        Err(_) => Err(call.usage(&format!("{text} is not an integer"))),
        Ok(depth) => match usize::try_from(depth) {
            Ok(depth) => Ok(Some(depth)),
            Err(_) => Err(call.usage("Depth can not be negative.")),
        },
    }
}

/// The tables that a command needs. Snapshots are read only if they are.
pub(super) struct Tables {
    table: std::sync::Arc<Table>,
    snapshots: std::sync::Arc<Snapshots>,
}

impl Tables {
    pub(super) fn read(call: &mut Call<'_, '_>, snapshots: bool) -> Result<Self, Stop> {
        Ok(Self {
            table: call.read()?,
            snapshots: if snapshots {
                call.read()?
            } else {
                std::sync::Arc::default()
            },
        })
    }

    pub(super) fn view<'a>(&'a self, host: &'a crate::Host) -> View<'a> {
        View::new(host, &self.table, &self.snapshots)
    }
}

/// Whether a property cannot be known without looking at snapshots.
pub(super) fn needs_snapshots(property: &str) -> bool {
    matches!(
        property,
        "all"
            | "space"
            | "used"
            | "available"
            | "written"
            | "logicalused"
            | "usedbysnapshots"
            | "usedbychildren"
            | "usedbydataset"
            | "clones"
            | "snapshot_count"
    ) || property.starts_with("written@")
}

/// The names that a command is about, in the order of names, and its exit status so far.
pub(super) fn chosen(
    call: &mut Call<'_, '_>,
    view: &View<'_>,
    names: &[String],
    kinds: Kinds,
    depth: Option<usize>,
) -> (Vec<String>, i32) {
    let mut found: Vec<String> = Vec::new();
    if names.is_empty() {
        let pools = view
            .table
            .datasets
            .keys()
            .filter(|name| !name.contains('/'));
        for pool in pools {
            let depth = depth.unwrap_or(usize::MAX);
            collect(view, pool, kinds, depth, &mut found);
        }
        sort(view, &mut found);
        return (found, 0);
    }
    let mut status = 0;
    for name in names {
        match open(view, name, kinds, depth.is_some()) {
            Ok(name) if name.contains(['@', '#']) => found.push(name),
            Ok(name) => match depth {
                Some(depth) => collect(view, &name, kinds, depth, &mut found),
                None => found.push(name),
            },
            Err(text) => {
                call.terminal.error(&text);
                status = 1;
            }
        }
    }
    sort(view, &mut found);
    found.dedup();
    (found, status)
}

/// The dataset that a word names, or what is said instead.
fn open(view: &View<'_>, name: &str, kinds: Kinds, recursive: bool) -> Result<String, String> {
    let no = |text: &str| Err(format!("cannot open '{name}': {text}"));
    if name.starts_with('/') || name.starts_with("./") || name.starts_with("../") {
        let Some(dataset) = at_path(view, name) else {
            return Err(format!("{name}: No such file or directory"));
        };
        return Ok(dataset);
    }
    let mut types = kinds.types;
    if recursive {
        types = types.and(Types::FILESYSTEM);
        if types.has(Types::SNAPSHOT) {
            types = types.and(Types::VOLUME);
        }
    }
    // One that is named is meant, whatever its kind, unless kinds are asked for.
    let fault = if !kinds.asked || types.has(Types::SNAPSHOT) && types.has(Types::FILESYSTEM) {
        name_fault(name)
    } else if types.has(Types::SNAPSHOT) {
        snapshot_fault(name)
    } else if types.has(Types::BOOKMARK) && !types.has(Types::FILESYSTEM) {
        (!name.contains('#'))
            .then(|| "missing '#' delimiter in bookmark name".to_owned())
            .or_else(|| name_fault(name))
    } else {
        dataset_fault(name)
    };
    if let Some(fault) = fault {
        return no(&fault);
    }
    match view.find(name) {
        None => no("dataset does not exist"),
        Some(found) if kinds.asked && !types.has(found.kind().types()) => {
            no("operation not applicable to datasets of this type")
        }
        Some(_) => Ok(name.to_owned()),
    }
}

/// The file system that a path of the host lies in.
fn at_path(view: &View<'_>, path: &str) -> Option<String> {
    if !view.host.path(path).exists() {
        return None;
    }
    let mounts = view.table.datasets.iter();
    mounts
        .filter_map(|(name, dataset)| Some((dataset.mounted.as_deref()?, name)))
        .filter(|(mounted, _)| {
            let rest = path.strip_prefix(mounted.trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
        .max_by_key(|(mounted, _)| mounted.len())
        .map(|(_, name)| name.clone())
}

fn collect(view: &View<'_>, name: &str, kinds: Kinds, depth: usize, found: &mut Vec<String>) {
    let mut add = |name: &str, levels: usize| {
        let Some(dataset) = view.table.datasets.get(name) else {
            return;
        };
        if kinds.has(dataset.kind) {
            found.push(name.to_owned());
        }
        if levels == 0 {
            return;
        }
        if kinds.has(Kind::Snapshot) {
            let snapshots = view.snapshots.of(name).iter();
            found.extend(snapshots.map(|(label, _)| format!("{name}@{label}")));
        }
        if kinds.has(Kind::Bookmark) {
            let bookmarks = view.snapshots.bookmarks(name);
            found.extend(bookmarks.map(|(label, _)| format!("{name}#{label}")));
        }
    };
    add(name, depth);
    if depth == 0 {
        return;
    }
    for (below, _) in view.table.below(name) {
        let level = below[name.len()..].matches('/').count();
        if level <= depth {
            add(below, depth - level);
        }
    }
}

/// By the name of the dataset, then by when it was taken, snapshots before bookmarks.
fn compare(view: &View<'_>, one: &str, other: &str) -> Ordering {
    let split = |name: &str| {
        let at = name.find(['@', '#']).unwrap_or(name.len());
        let mark = match name.as_bytes().get(at) {
            None => 0,
            Some(b'@') => 1,
            Some(_) => 2,
        };
        (name[..at].to_owned(), mark)
    };
    let taken = |name: &str| match name.contains('@') {
        true => view.snapshots.get(name).map_or(0, |found| found.txg),
        false => 0,
    };
    split(one)
        .cmp(&split(other))
        .then_with(|| taken(one).cmp(&taken(other)))
        .then_with(|| one.cmp(other))
}

fn sort(view: &View<'_>, names: &mut [String]) {
    names.sort_by(|one, other| compare(view, one, other));
}

/// Sorts by the columns of `-s` and `-S`, the first of them first.
pub(super) fn sort_by(view: &View<'_>, names: &mut [String], columns: &[(String, bool)]) {
    names.sort_by(|one, other| {
        for (column, reverse) in columns {
            let order = if column == "name" {
                compare(view, one, other)
            } else {
                let values = (view.value(one, column), view.value(other, column));
                match values {
                    (Some((one, _)), Some((other, _))) => {
                        match (one.parse::<u64>(), other.parse::<u64>()) {
                            (Ok(one), Ok(other)) => one.cmp(&other),
                            _ => one.cmp(&other),
                        }
                    }
                    // What has no value comes last, whatever the direction.
                    (None, Some(_)) => return Ordering::Greater,
                    (Some(_), None) => return Ordering::Less,
                    (None, None) => Ordering::Equal,
                }
            };
            let order = if *reverse { order.reverse() } else { order };
            if order != Ordering::Equal {
                return order;
            }
        }
        compare(view, one, other)
    });
}

/// A column: its heading, and whether it is set to the right.
pub(super) struct Column {
    pub(super) heading: String,
    pub(super) right: bool,
}

/// Prints rows: with `plain` separated by tabs, else below headings and as wide as their widest value.
pub(super) fn print(
    call: &mut Call<'_, '_>,
    columns: &[Column],
    rows: &[Vec<String>],
    plain: bool,
) {
    let mut text = String::new();
    if plain {
        for row in rows {
            text += &row.join("\t");
            text.push('\n');
        }
        return call.terminal.text(&text);
    }
    let headings: Vec<String> = columns
        .iter()
        .map(|column| column.heading.clone())
        .collect();
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| {
            let cells = rows
                .iter()
                .chain([&headings])
                .map(|row| row[at].chars().count());
            let least = if columns[at].right { 5 } else { 0 };
            cells.max().unwrap_or(0).max(least)
        })
        .collect();
    for row in std::iter::once(&headings).chain(rows) {
        let last = row.len().saturating_sub(1);
        for (at, (cell, column)) in row.iter().zip(columns).enumerate() {
            let width = widths[at];
            if at > 0 {
                text += "  ";
            }
            text += &match (column.right, at == last) {
                (true, _) => format!("{cell:>width$}"),
                (false, true) => cell.clone(),
                (false, false) => format!("{cell:<width$}"),
            };
        }
        text.push('\n');
    }
    call.terminal.text(&text);
}

/// The full names of the properties in a list, or what is wrong with it.
pub(super) fn property_list(list: &str) -> Result<Vec<String>, String> {
    if list.is_empty() {
        return Err("bad property list: no properties specified".to_owned());
    }
    let mut names = Vec::new();
    for word in list.split(',').filter(|word| !word.is_empty()) {
        match word {
            "space" => names.extend(
                [
                    "name",
                    "available",
                    "used",
                    "usedbysnapshots",
                    "usedbydataset",
                    "usedbyrefreservation",
                    "usedbychildren",
                ]
                .map(str::to_owned),
            ),
            word if storage::is_known(word) => names.push(storage::full_name(word).to_owned()),
            word => return Err(format!("bad property list: invalid property '{word}'")),
        }
    }
    Ok(names)
}
