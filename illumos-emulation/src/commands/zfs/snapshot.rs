//! `zfs snapshot`, `zfs rollback` and `zfs bookmark`.

use crate::storage::{self, Rollback, Snapshots, Table, dataset_fault};

use super::{Call, Done};

pub(super) fn snapshot(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("ro:")?;
    let properties = call.pairs(&options)?;
    if options.rest.is_empty() {
        return Err(call.usage("missing snapshot argument"));
    }
    // What each is a snapshot of is opened before anything else.
    let table = call.read::<Table>()?;
    for name in options.rest {
        let Some((dataset, _)) = name.split_once('@') else {
            return Err(call.usage(""));
        };
        let fault = match dataset_fault(dataset) {
            Some(fault) => Some(fault),
            None if table.datasets.contains_key(dataset) => None,
            None => Some("dataset does not exist".to_owned()),
        };
        if let Some(fault) = fault {
            return Err(call.usage(&format!("cannot open '{dataset}': {fault}")));
        }
    }
    let taken = storage::snapshot_all(call.host, options.rest, options.has('r'), &properties);
    call.finish(taken)
}

pub(super) fn rollback(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("rRf")?;
    let name = call.only(&options, "dataset")?;
    let may = match (options.has('r'), options.has('R')) {
        (_, true) => Rollback::Clones,
        (true, false) => Rollback::Later,
        (false, false) => Rollback::Last,
    };
    let done = storage::rollback(call.host, name, may);
    call.finish(done)
}

pub(super) fn bookmark(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("")?;
    let (snapshot, name) = match options.rest {
        [] => return Err(call.usage("missing source argument")),
        [_] => return Err(call.usage("missing bookmark argument")),
        [snapshot, name] => (snapshot, name),
        _ => return Err(call.usage("too many arguments")),
    };
    if !snapshot.contains('@') {
        return Err(call.usage(&format!(
            "invalid source name '{snapshot}': must contain a '@' or '#'"
        )));
    }
    if !name.contains('#') {
        return Err(call.usage(&format!(
            "invalid bookmark name '{name}': must contain a '#'"
        )));
    }
    let dataset = snapshot.split('@').next().unwrap_or(snapshot);
    let name = match name.strip_prefix('#') {
        Some(label) => format!("{dataset}#{label}"),
        None => name.clone(),
    };
    if call.read::<Snapshots>()?.get(snapshot).is_none() {
        return Err(call.usage(&format!("cannot open '{snapshot}': dataset does not exist")));
    }
    let done = storage::bookmark(call.host, snapshot, &name);
    call.finish(done)
}
