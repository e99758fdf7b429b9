//! `zfs create`.

use crate::storage::{self, Created, parse_number};

use super::{Call, Done};

pub(super) fn create(call: &mut Call<'_, '_>) -> Done {
    let options = call.options("Pno:pvV:sb:")?;
    let mut properties = call.pairs(&options)?;
    let volume = match options.value('V') {
        Some(text) => {
            let size = parse_number(text);
            Some(size.map_err(|fault| call.fail(&format!("bad volume size '{text}': {fault}")))?)
        }
        None => None,
    };
    if let Some(block) = options.value('b') {
        properties.push(("volblocksize".to_owned(), block.to_owned()));
    }
    let what = if volume.is_some() {
        "volume"
    } else {
        "filesystem"
    };
    let name = call.only(&options, what)?;
    let created = Created {
        properties,
        volume,
        sparse: options.has('s'),
        parents: options.has('p'),
    };
    if options.has('n') {
        let would = storage::would_create(call.host, name, &created);
        call.finish(would)?;
    }
    let lines = shown(
        name,
        &created,
        options.has('P'),
        options.has('v'),
        options.has('n'),
    );
    call.terminal.text(&lines);
    if options.has('n') {
        return Ok(());
    }
    if small(&created) {
        call.terminal.error(
            "Warning: volblocksize (4096) is less than the default minimum block size (8192).\n\
             To reduce wasted space a volblocksize of 8192 is recommended.",
        );
    }
    let made = storage::create(call.host, name, &created);
    call.finish(made)
}

/// What `-P` and `-v` print.
fn shown(name: &str, created: &Created, parsable: bool, verbose: bool, dry: bool) -> String {
    if parsable {
        let properties = created.properties.iter();
        let lines = properties.map(|(name, value)| format!("property\t{name}\t{value}\n"));
        return format!("create\t{name}\n{}", lines.collect::<String>());
    }
    match (verbose, dry) {
        (false, _) => String::new(),
        (true, true) => format!("would create {name}\n"),
        (true, false) => format!("create {name}\n"),
    }
}

/// Whether the blocks of a volume are smaller than is good for it.
fn small(created: &Created) -> bool {
    let block = created
        .properties
        .iter()
        .find(|(name, _)| name == "volblocksize");
    created.volume.is_some() && block.is_some_and(|(_, value)| parse_number(value) == Ok(4096))
}
