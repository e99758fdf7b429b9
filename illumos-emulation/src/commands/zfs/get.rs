//! `zfs get`.

use crate::storage::{self, Types, View};

use super::chosen::{Column, Tables, chosen, depth, kinds, needs_snapshots, print};
use super::{Call, Done, Stop};

const COLUMNS: [&str; 5] = ["name", "property", "value", "received", "source"];
const SOURCES: [&str; 6] = [
    "local",
    "default",
    "inherited",
    "received",
    "temporary",
    "none",
];

pub(super) fn get(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("Hprd:o:t:s:")?;
    let all = Types::FILESYSTEM
        .and(Types::VOLUME)
        .and(Types::SNAPSHOT)
        .and(Types::BOOKMARK);
    let kinds = kinds(call, &options, all)?;
    let depth = depth(call, &options)?;
    let columns: Vec<&str> = match options.value('o') {
        Some("all") => COLUMNS.to_vec(),
        wanted => wanted
            .unwrap_or("name,property,value,source")
            .split(',')
            .collect(),
    };
    if let Some(column) = columns.iter().find(|column| !COLUMNS.contains(column)) {
        return Err(call.usage(&format!("invalid column name '{column}'")));
    }
    let sources: Option<Vec<&str>> = options.value('s').map(|list| list.split(',').collect());
    let unknown = sources
        .iter()
        .flatten()
        .find(|source| !SOURCES.contains(source));
    if let Some(source) = unknown {
        return Err(call.usage(&format!("invalid source '{source}'")));
    }
    let Some((properties, names)) = options.rest.split_first() else {
        return Err(call.usage("missing property argument"));
    };
    let properties = match properties.as_str() {
        "all" => Vec::new(),
        list => super::chosen::property_list(list).map_err(|text| call.usage(&text))?,
    };
    let snapshots = properties.is_empty()
        || properties.iter().any(|property| needs_snapshots(property))
        || kinds.asked && kinds.types.has(Types::SNAPSHOT.and(Types::BOOKMARK))
        || !kinds.asked && (names.is_empty() || depth.is_some())
        || names.iter().any(|name| name.contains(['@', '#']));
    let tables = Tables::read(call, snapshots)?;
    let view = tables.view(call.host);
    let (names, status) = chosen(call, &view, names, kinds, depth);
    let exact = options.has('p');
    let mut rows = Vec::new();
    for name in &names {
        for property in expand(&view, name, &properties) {
            let (value, source) = view.shown(name, &property, exact);
            let wanted = |sources: &Vec<&str>| sources.contains(&source.word());
            if !sources.as_ref().is_none_or(wanted) {
                continue;
            }
            let cell = |column: &&str| match *column {
                "name" => name.clone(),
                "property" => property.clone(),
                "value" => value.clone(),
                "received" => view.received(name, &property).map_or_else(
                    || "-".to_owned(),
                    |raw| storage::shown(&property, &raw, exact),
                ),
                _ => source.text(),
            };
            rows.push(columns.iter().map(cell).collect::<Vec<_>>());
        }
    }
    let columns: Vec<Column> = columns
        .iter()
        .map(|column| Column {
            heading: column.to_uppercase(),
            right: false,
        })
        .collect();
    if options.has('H') || !rows.is_empty() {
        print(call, &columns, &rows, options.has('H'));
    }
    if status == 0 {
        Ok(())
    } else {
        Err(Stop(status))
    }
}

/// The properties asked for; none stand for all that the dataset has.
fn expand(view: &View<'_>, name: &str, properties: &[String]) -> Vec<String> {
    if properties.is_empty() {
        view.all(name)
    } else {
        properties.to_vec()
    }
}
