//! `zfs set` and `zfs inherit`.

use crate::storage::{self, Refused, Table};

use super::{Call, Done, Stop};

pub(super) fn set(call: &mut Call<'_, '_>) -> Done {
    let args = call.args;
    if let Some(option) = args
        .first()
        .filter(|arg| arg.starts_with('-') && arg.len() > 1)
    {
        let letter = option.chars().nth(1).unwrap_or('-');
        return Err(call.usage(&format!("invalid option '{letter}'")));
    }
    match args.len() {
        0 => return Err(call.usage("missing arguments")),
        1 if args[0].contains('=') => return Err(call.usage("missing dataset name(s)")),
        1 => return Err(call.usage("missing property=value argument(s)")),
        _ => {}
    }
    let pairs: Vec<(String, String)> = args
        .iter()
        .map_while(|arg| arg.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    if let Some((name, _)) = pairs
        .iter()
        .enumerate()
        .find(|(at, (name, _))| pairs[..*at].iter().any(|(known, _)| known == name))
        .map(|(_, pair)| pair)
    {
        call.terminal
            .error(&format!("property '{name}' specified multiple times"));
        return Err(Stop(255));
    }
    let datasets = &args[pairs.len()..];
    if pairs.is_empty() {
        // The first word was meant as a dataset.
        return Err(call.fail(&format!(
            "cannot open '{}': dataset does not exist",
            args[0]
        )));
    }
    if datasets.is_empty() {
        return Err(call.usage("missing dataset name(s)"));
    }
    each(call, datasets, |call, name| {
        storage::set(call.host, name, &pairs)
    })
}

pub(super) fn inherit(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("rS")?;
    let Some((property, names)) = options.rest.split_first() else {
        return Err(call.usage("missing property argument"));
    };
    if names.is_empty() {
        return Err(call.usage("missing dataset argument"));
    }
    let property = storage::full_name(property);
    let received = options.has('S');
    if let Some((text, usage)) = storage::inherit_fault(property, received) {
        return Err(if usage {
            call.usage(&text)
        } else {
            call.fail(&text)
        });
    }
    let mut all = Vec::new();
    let table = call.read::<Table>()?;
    for name in names {
        all.push(name.clone());
        if options.has('r') {
            all.extend(table.below(name).map(|(below, _)| below.to_owned()));
        }
    }
    each(call, &all, |call, name| {
        storage::inherit(call.host, name, property, received)
    })
}

/// Does the same to all of them; one that fails is no reason to leave the others.
pub(super) fn each(
    call: &mut Call<'_, '_>,
    names: &[String],
    mut action: impl FnMut(&mut Call<'_, '_>, &str) -> Result<(), Refused>,
) -> Done {
    let mut done = Ok(());
    for name in names {
        if let Err(refused) = action(call, name) {
            done = Err(call.refused(&refused));
        }
    }
    done
}
