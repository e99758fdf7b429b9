//! `zfs hold`, `zfs holds` and `zfs release`.

use crate::storage::{self, date};

use super::chosen::{Column, Tables, print};
use super::properties::each;
use super::{Call, Done, Stop};

pub(super) fn hold(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("r")?;
    let [tag, names @ ..] = options.rest else {
        return Err(call.usage(""));
    };
    if names.is_empty() {
        return Err(call.usage(""));
    }
    if tag.starts_with('.') {
        return Err(call.usage("tag may not start with '.'"));
    }
    each(call, names, |call, name| {
        storage::hold(call.host, tag, name, options.has('r'))
    })
}

pub(super) fn release(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("r")?;
    let [tag, names @ ..] = options.rest else {
        return Err(call.usage(""));
    };
    if names.is_empty() {
        return Err(call.usage(""));
    }
    each(call, names, |call, name| {
        storage::release(call.host, tag, name, options.has('r'))
    })
}

pub(super) fn holds(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("r")?;
    if options.rest.is_empty() {
        return Err(call.usage(""));
    }
    let tables = Tables::read(call, true)?;
    let view = tables.view(call.host);
    let mut rows = Vec::new();
    let mut faults = Vec::new();
    for name in options.rest {
        let Some((dataset, label)) = name.split_once('@') else {
            faults.push(format!("'{name}' is not a snapshot"));
            continue;
        };
        let below = view.table.below(dataset).map(|(below, _)| below);
        let below = below.filter(|_| options.has('r'));
        let mut there = false;
        for dataset in std::iter::once(dataset).chain(below) {
            let name = format!("{dataset}@{label}");
            let Some(snapshot) = view.snapshots.get(&name) else {
                continue;
            };
            there = true;
            let holds = snapshot.holds.iter();
            rows.extend(holds.map(|(tag, since)| vec![name.clone(), tag.clone(), date(*since)]));
        }
        if !there && !options.has('r') {
            faults.push(format!("cannot open '{name}': dataset does not exist"));
        } else if !there {
            call.terminal.line("no datasets available");
        }
    }
    let columns = ["NAME", "TAG", "TIMESTAMP"].map(|heading| Column {
        heading: heading.to_owned(),
        right: false,
    });
    print(call, &columns, &rows, false);
    if faults.is_empty() {
        return Ok(());
    }
    for fault in faults {
        call.terminal.error(&fault);
    }
    call.terminal.line("no datasets available");
    Err(Stop(1))
}
