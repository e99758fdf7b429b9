//! `zfs list` and `zfs get`.

use crate::Host;
use crate::commands::Terminal;
use crate::storage::{self, Kind, Table};

use super::{options, usage};

/// `-t` and what it stands for; `None` for a type that is not known.
fn kinds(types: &str) -> Option<Vec<Kind>> {
    let mut kinds = Vec::new();
    for word in types.split(',') {
        match word {
            "filesystem" | "fs" => kinds.push(Kind::Filesystem),
            "volume" | "vol" => kinds.push(Kind::Volume),
            "snapshot" | "snap" => kinds.push(Kind::Snapshot),
            "all" => kinds.extend([Kind::Filesystem, Kind::Volume, Kind::Snapshot]),
            "bookmark" => {}
            _ => return None,
        }
    }
    Some(kinds)
}

/// The datasets that a command is about: those named, or all; with `depth` levels below each.
fn chosen<'a>(
    terminal: &mut Terminal<'_>,
    table: &'a Table,
    names: &[String],
    depth: usize,
    kinds: Option<&[Kind]>,
) -> (Vec<&'a str>, i32) {
    let mut status = 0;
    let mut found: Vec<&str> = Vec::new();
    let default = [Kind::Filesystem, Kind::Volume];
    let wanted = |kind: Kind| kinds.unwrap_or(&default).contains(&kind);
    if names.is_empty() {
        let all = table
            .datasets
            .iter()
            .filter(|(_, dataset)| wanted(dataset.kind));
        return (all.map(|(name, _)| name.as_str()).collect(), 0);
    }
    for name in names {
        let path_dataset = name
            .starts_with('/')
            .then(|| table.mounted_at(name))
            .flatten();
        let name = path_dataset.unwrap_or(name);
        let Some((name, dataset)) = table.datasets.get_key_value(name) else {
            terminal.error(&format!("cannot open '{name}': dataset does not exist"));
            status = 1;
            continue;
        };
        // One that is named is meant, whatever its type, unless types are asked for.
        if kinds.is_none() || wanted(dataset.kind) {
            found.push(name);
        }
        if depth > 0 {
            let below = table
                .datasets
                .range(name.clone()..)
                .skip(1)
                .take_while(|(other, _)| other.starts_with(name.as_str()));
            found.extend(
                below
                    .filter(|(_, dataset)| wanted(dataset.kind))
                    .filter(|(other, _)| {
                        let rest = &other[name.len()..];
                        rest.starts_with(['/', '@']) && rest.matches(['/', '@']).count() <= depth
                    })
                    .map(|(other, _)| other.as_str()),
            );
        }
    }
    (found, status)
}

/// The levels that `-r` and `-d` ask for.
fn depth(options: &crate::commands::Options<'_>) -> Option<usize> {
    match options.value('d') {
        Some(depth) => depth.parse().ok(),
        None => Some(if options.has('r') { usize::MAX } else { 0 }),
    }
}

pub(super) fn list(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let options = match options(terminal, args, "Hprd:o:t:s:S:") {
        Ok(options) => options,
        Err(status) => return status,
    };
    let columns: Vec<&str> = options
        .value('o')
        .unwrap_or("name,used,avail,refer,mountpoint")
        .split(',')
        .collect();
    for column in &columns {
        if !storage::is_known(storage::full_name(column)) {
            return usage(
                terminal,
                &format!("bad property list: invalid property '{column}'"),
            );
        }
    }
    let kinds = match options.value('t').map(kinds) {
        Some(None) => {
            return usage(
                terminal,
                &format!("invalid type '{}'", options.value('t').unwrap_or_default()),
            );
        }
        Some(kinds) => kinds,
        None => None,
    };
    let Some(depth) = depth(&options) else {
        return usage(terminal, "invalid depth");
    };
    let table = match host.read::<Table>() {
        Ok(table) => table,
        Err(error) => {
            terminal.error(&format!("internal error: {error}"));
            return 1;
        }
    };
    // Snapshots that are asked for by type are looked for below the named dataset.
    let depth = if depth == 0
        && kinds
            .as_ref()
            .is_some_and(|kinds| kinds.contains(&Kind::Snapshot))
    {
        1
    } else {
        depth
    };
    let (names, status) = chosen(terminal, &table, options.rest, depth, kinds.as_deref());
    let row = |name: &str| -> Vec<String> {
        columns
            .iter()
            .map(|column| storage::value(&table, name, storage::full_name(column)).0)
            .collect()
    };
    let rows: Vec<Vec<String>> = names.into_iter().map(row).collect();
    if options.has('H') {
        let text: String = rows.iter().map(|row| row.join("\t") + "\n").collect();
        terminal.text(&text);
    } else if rows.is_empty() {
        if status == 0 {
            terminal.error("no datasets available");
        }
    } else {
        let heading = columns.iter().map(|column| column.to_uppercase()).collect();
        terminal.text(&table_of(heading, rows));
    }
    status
}

/// Columns as wide as their widest value.
fn table_of(heading: Vec<String>, rows: Vec<Vec<String>>) -> String {
    let rows: Vec<Vec<String>> = std::iter::once(heading).chain(rows).collect();
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|at| rows.iter().map(|row| row[at].len()).max().unwrap_or(0))
        .collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

pub(super) fn get(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let options = match options(terminal, args, "Hprd:o:t:s:") {
        Ok(options) => options,
        Err(status) => return status,
    };
    let Some((properties, names)) = options.rest.split_first() else {
        return usage(terminal, "missing property argument");
    };
    let properties: Vec<&str> = properties.split(',').map(storage::full_name).collect();
    for property in &properties {
        if !storage::is_known(property) && *property != "all" {
            return usage(
                terminal,
                &format!("bad property list: invalid property '{property}'"),
            );
        }
    }
    let columns: Vec<&str> = options
        .value('o')
        .unwrap_or("name,property,value,source")
        .split(',')
        .collect();
    if let Some(column) = columns
        .iter()
        .find(|column| !["name", "property", "value", "source", "received"].contains(column))
    {
        return usage(terminal, &format!("invalid column name '{column}'"));
    }
    let kinds = options.value('t').and_then(kinds);
    let Some(depth) = depth(&options) else {
        return usage(terminal, "invalid depth");
    };
    let table = match host.read::<Table>() {
        Ok(table) => table,
        Err(error) => {
            terminal.error(&format!("internal error: {error}"));
            return 1;
        }
    };
    let (names, status) = chosen(terminal, &table, names, depth, kinds.as_deref());
    let mut rows = Vec::new();
    for name in names {
        for property in expand(&properties, &table, name) {
            let (value, source) = storage::value(&table, name, property);
            let cell = |column: &&str| match *column {
                "name" => name.to_owned(),
                "property" => property.to_owned(),
                "value" => value.clone(),
                "source" => source.text(),
                _ => "-".to_owned(),
            };
            rows.push(columns.iter().map(cell).collect::<Vec<_>>());
        }
    }
    if options.has('H') {
        let text: String = rows.iter().map(|row| row.join("\t") + "\n").collect();
        terminal.text(&text);
    } else {
        terminal.text(&table_of(
            columns.iter().map(|column| column.to_uppercase()).collect(),
            rows,
        ));
    }
    status
}

/// The properties asked for; `all` stands for those that the dataset has.
fn expand<'a>(properties: &[&'a str], table: &'a Table, name: &str) -> Vec<&'a str> {
    if properties != ["all"] {
        return properties.to_vec();
    }
    let user = table
        .datasets
        .get(name)
        .into_iter()
        .flat_map(|dataset| dataset.local.keys());
    let mut all: Vec<&str> = storage::settable().collect();
    all.extend(user.map(String::as_str).filter(|name| name.contains(':')));
    all.retain(|property| storage::value(table, name, property).0 != "-");
    all
}
