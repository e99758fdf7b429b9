//! `zfs destroy`.

use crate::storage::{self, Destroy, dataset_fault, name_fault, snapshot_fault};

use super::{Call, Done, Stop};

pub(super) fn destroy(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("vpndfrR")?;
    let name = call.only(&options, "dataset")?;
    let how = Destroy {
        recursive: options.has('r') || options.has('R'),
        clones: options.has('R'),
        force: options.has('f'),
        dry: options.has('n'),
        verbose: options.has('v'),
        parsable: options.has('p'),
        deferred: options.has('d'),
    };
    // `%` and `,` join snapshots, and are not part of a name.
    let first = name.split(['%', ',']).next().unwrap_or(name);
    let first = first.strip_suffix('@').unwrap_or(first);
    let fault = if name.contains('#') {
        name_fault(name)
    } else if name.contains('@') {
        name_fault(first)
    } else if how.deferred {
        snapshot_fault(name)
    } else {
        dataset_fault(name)
    };
    if let Some(fault) = fault {
        return Err(call.fail(&format!("cannot open '{name}': {fault}")));
    }
    if name.contains('#') {
        if how.recursive {
            call.terminal
                .error("recursive is not supported with bookmark");
            return Err(Stop(255));
        }
        let done = storage::destroy_bookmark(call.host, name);
        return call.finish(done);
    }
    let (lines, done) = if name.contains('@') {
        storage::destroy_snapshots(call.host, name, how)
    } else {
        storage::destroy_recursively(call.host, name, how)
    };
    call.terminal.text(&lines);
    call.finish(done)
}
