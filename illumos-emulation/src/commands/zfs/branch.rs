//! `zfs clone`, `zfs promote` and `zfs rename`.

use crate::storage;

use super::{Call, Done};

pub(super) fn clone(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("po:")?;
    let properties = call.pairs(&options)?;
    let (snapshot, name) = match options.rest {
        [] => return Err(call.usage("missing source dataset argument")),
        [_] => return Err(call.usage("missing target dataset argument")),
        [snapshot, name] => (snapshot, name),
        _ => return Err(call.usage("too many arguments")),
    };
    let made = storage::clone(call.host, snapshot, name, &properties, options.has('p'));
    call.finish(made)
}

pub(super) fn promote(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("")?;
    let name = call.only(&options, "clone filesystem")?;
    let done = storage::promote(call.host, name);
    call.finish(done)
}

pub(super) fn rename(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("fpr")?;
    let (name, new) = match options.rest {
        [] => return Err(call.usage("missing source dataset argument")),
        [_] => return Err(call.usage("missing target dataset argument")),
        [name, new] => (name, new),
        _ => return Err(call.usage("too many arguments")),
    };
    if options.has('r') && options.has('p') {
        return Err(call.usage("-p and -r options are mutually exclusive"));
    }
    if options.has('r') && !name.contains('@') {
        return Err(call.usage("source dataset for recursive rename must be a snapshot"));
    }
    let done = if name.contains('@') {
        storage::rename_snapshot(call.host, name, new, options.has('r'))
    } else {
        storage::rename(call.host, name, new, options.has('p'))
    };
    call.finish(done)
}
