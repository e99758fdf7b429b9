//! `zfs list`.

use crate::storage::{self, Types};

use super::chosen::{
    Column, Tables, chosen, depth, kinds, needs_snapshots, print, property_list, sort_by,
};
use super::{Call, Done, Stop};

pub(super) fn list(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("Hprd:o:t:s:S:")?;
    let kinds = kinds(call, &options, Types::FILESYSTEM.and(Types::VOLUME))?;
    let depth = depth(call, &options)?;
    let columns = match options.value('o') {
        Some("all") => Ok(std::iter::once("name")
            .chain(storage::property_names())
            .map(str::to_owned)
            .collect()),
        wanted => property_list(wanted.unwrap_or("name,used,avail,refer,mountpoint")),
    };
    let columns = columns.map_err(|text| call.usage(&text))?;
    let mut order = Vec::new();
    for (letter, column) in options.all().filter(|(letter, _)| "sS".contains(*letter)) {
        if !storage::is_known(column) {
            return Err(call.usage(&format!("invalid property '{column}'")));
        }
        order.push((storage::full_name(column).to_owned(), letter == 'S'));
    }
    let types = kinds.types;
    let snapshots = types.has(Types::SNAPSHOT.and(Types::BOOKMARK))
        || options.rest.iter().any(|name| name.contains(['@', '#']))
        || columns.iter().any(|column| needs_snapshots(column))
        || order.iter().any(|(column, _)| needs_snapshots(column));
    let tables = Tables::read(call, snapshots)?;
    let view = tables.view(call.host);
    let (mut names, status) = chosen(call, &view, options.rest, kinds, depth);
    if !order.is_empty() {
        sort_by(&view, &mut names, &order);
    }
    let exact = options.has('p');
    let rows: Vec<Vec<String>> = names
        .iter()
        .map(|name| {
            let value = |column: &String| view.shown(name, column, exact).0;
            columns.iter().map(value).collect()
        })
        .collect();
    if options.has('H') || !rows.is_empty() {
        let columns: Vec<Column> = columns
            .iter()
            .map(|column| Column {
                heading: storage::heading(column),
                right: storage::is_right(column),
            })
            .collect();
        print(call, &columns, &rows, options.has('H'));
    } else if status == 0 {
        call.terminal.line("no datasets available");
    }
    if status == 0 {
        Ok(())
    } else {
        Err(Stop(status))
    }
}
