//! zfs(8).

mod list;

use crate::Host;
use crate::storage::{self, Created, Refused};

use super::{Options, Terminal};

const USAGE: i32 = 2;

pub(super) fn run(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let Some((subcommand, args)) = args.split_first() else {
        return usage(terminal, "missing command");
    };
    match subcommand.as_str() {
        "list" => list::list(terminal, host, args),
        "get" => list::get(terminal, host, args),
        "create" => create(terminal, host, args),
        "set" => set(terminal, host, args),
        "destroy" => destroy(terminal, host, args),
        "snapshot" => snapshot(terminal, host, args),
        "rollback" => rollback(terminal, host, args),
        "clone" => clone(terminal, host, args),
        "mount" | "unmount" | "umount" => mount(terminal, host, subcommand, args),
        other => usage(terminal, &format!("unrecognized command '{other}'")),
    }
}

fn usage(terminal: &mut Terminal<'_>, text: &str) -> i32 {
    terminal.error(text);
    terminal.error("usage: zfs command args ...");
    USAGE
}

fn finish(terminal: &mut Terminal<'_>, result: Result<(), Refused>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(Refused(text)) => {
            terminal.error(&text);
            1
        }
    }
}

/// The options of a subcommand, or the exit status after having complained.
fn options<'a>(
    terminal: &mut Terminal<'_>,
    args: &'a [String],
    known: &str,
) -> Result<Options<'a>, i32> {
    Options::parse(args, known).map_err(|bad| match bad {
        super::options::Bad::Unknown(letter) => {
            usage(terminal, &format!("invalid option '{letter}'"))
        }
        super::options::Bad::NoArgument(letter) => {
            usage(terminal, &format!("missing argument for '{letter}' option"))
        }
    })
}

/// The arguments of `-o NAME=VALUE`.
fn properties(
    terminal: &mut Terminal<'_>,
    options: &Options<'_>,
) -> Result<Vec<(String, String)>, i32> {
    let pairs = options.values('o').map(|pair| pair.split_once('='));
    let pairs: Option<Vec<_>> = pairs
        .map(|pair| pair.map(|(name, value)| (name.to_owned(), value.to_owned())))
        .collect();
    pairs.ok_or_else(|| usage(terminal, "missing '=' for -o option"))
}

fn create(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let create = |terminal: &mut Terminal<'_>| {
        let options = options(terminal, args, "po:V:sb:")?;
        let mut properties = properties(terminal, &options)?;
        let [name] = options.rest else {
            return Err(usage(terminal, "missing or too many dataset arguments"));
        };
        if let Some(size) = options.value('V') {
            properties.push(("volsize".to_owned(), size.to_owned()));
        }
        let created = Created {
            properties,
            volume: options.has('V'),
            parents: options.has('p'),
        };
        Ok(finish(terminal, storage::create(host, name, &created)))
    };
    create(terminal).unwrap_or_else(|status| status)
}

fn set(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let pairs: Vec<(&str, &str)> = args.iter().map_while(|arg| arg.split_once('=')).collect();
    let datasets = &args[pairs.len()..];
    if pairs.is_empty() || datasets.is_empty() {
        return usage(
            terminal,
            if pairs.is_empty() {
                "missing property=value argument"
            } else {
                "missing dataset name"
            },
        );
    }
    let mut status = 0;
    for dataset in datasets {
        for (property, value) in &pairs {
            status |= finish(terminal, storage::set(host, dataset, property, value));
        }
    }
    status
}

fn destroy(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let options = match options(terminal, args, "frR") {
        Ok(options) => options,
        Err(status) => return status,
    };
    let [name] = options.rest else {
        return usage(terminal, "missing or too many dataset arguments");
    };
    finish(
        terminal,
        storage::destroy(host, name, options.has('r') || options.has('R')),
    )
}

fn snapshot(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let options = match options(terminal, args, "ro:") {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.rest.is_empty() {
        return usage(terminal, "missing snapshot argument");
    }
    let taken = options
        .rest
        .iter()
        .try_for_each(|name| storage::snapshot(host, name, options.has('r')));
    finish(terminal, taken)
}

fn rollback(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let options = match options(terminal, args, "rRf") {
        Ok(options) => options,
        Err(status) => return status,
    };
    let [name] = options.rest else {
        return usage(terminal, "missing dataset argument");
    };
    finish(
        terminal,
        storage::rollback(host, name, options.has('r') || options.has('R')),
    )
}

fn clone(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let clone = |terminal: &mut Terminal<'_>| {
        let options = options(terminal, args, "po:")?;
        let properties = properties(terminal, &options)?;
        let [snapshot, name] = options.rest else {
            return Err(usage(terminal, "missing source or target argument"));
        };
        Ok(finish(
            terminal,
            storage::clone(host, snapshot, name, &properties),
        ))
    };
    clone(terminal).unwrap_or_else(|status| status)
}

fn mount(terminal: &mut Terminal<'_>, host: &Host, subcommand: &str, args: &[String]) -> i32 {
    let [name] = args else {
        return usage(terminal, "missing filesystem argument");
    };
    let result = if subcommand == "mount" {
        storage::mount(host, name, None)
    } else {
        storage::unmount(host, name)
    };
    finish(terminal, result)
}
