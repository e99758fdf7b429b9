//! `zfs mount` and `zfs unmount`.

use crate::storage::{self, Refused, Table, dataset_fault};

use super::{Call, Done};

pub(super) fn mount(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("avOo:")?;
    if options.has('a') {
        if !options.rest.is_empty() {
            return Err(call.usage("too many arguments"));
        }
        let failed = storage::mount_all(call.host).map_err(|refused| call.refused(&refused))?;
        let texts: Vec<String> = failed.into_iter().map(|Refused(text)| text).collect();
        return match texts.is_empty() {
            true => Ok(()),
            false => Err(call.fail(&texts.join("\n"))),
        };
    }
    if options.rest.is_empty() {
        let table = call.read::<Table>()?;
        let mounted = table
            .datasets
            .iter()
            .filter_map(|(name, found)| Some((name, found.mounted.as_ref()?)));
        let lines: String = mounted
            .map(|(name, path)| format!("{name:<30}  {path}\n"))
            .collect();
        call.terminal.text(&lines);
        return Ok(());
    }
    let name = call.only(&options, "dataset")?;
    if let Some(fault) = dataset_fault(name) {
        return Err(call.fail(&format!("cannot open '{name}': {fault}")));
    }
    let done = storage::mount(call.host, name, options.has('O'));
    call.finish(done)
}

pub(super) fn unmount(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("f")?;
    let name = call.only(&options, "filesystem")?;
    let name = if name.starts_with('/') {
        let table = call.read::<Table>()?;
        match table.mounted_at(name) {
            Some(dataset) => dataset.to_owned(),
            None => {
                return Err(call.fail(&format!("cannot unmount '{name}': not a mountpoint")));
            }
        }
    } else {
        name.to_owned()
    };
    if let Some(fault) = dataset_fault(&name) {
        return Err(call.fail(&format!("cannot open '{name}': {fault}")));
    }
    let done = storage::unmount(call.host, &name, options.has('f'));
    call.finish(done)
}
