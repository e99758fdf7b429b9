//! zfs(8).

mod branch;
mod chosen;
mod create;
mod destroy;
mod get;
mod hold;
mod list;
mod mount;
mod properties;
mod snapshot;
mod stream;
mod usage;

use crate::Host;
use crate::storage::Refused;

use super::{Options, Terminal};

/// How a command ended early: its exit status, after it has complained.
struct Stop(i32);

type Done = Result<(), Stop>;

/// A wrong command line.
const USAGE: i32 = 2;

pub(super) fn run(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let Some((subcommand, args)) = args.split_first() else {
        terminal.error("missing command");
        terminal.error("usage: zfs command args ...");
        return USAGE;
    };
    let mut call = Call {
        terminal,
        host,
        name: match subcommand.as_str() {
            "snap" => "snapshot",
            "recv" => "receive",
            "umount" => "unmount",
            name => name,
        },
        args,
    };
    let done = match call.name {
        "bookmark" => snapshot::bookmark(&mut call),
        "clone" => branch::clone(&mut call),
        "create" => create::create(&mut call),
        "destroy" => destroy::destroy(&mut call),
        "get" => get::get(&mut call),
        "hold" => hold::hold(&mut call),
        "holds" => hold::holds(&mut call),
        "inherit" => properties::inherit(&mut call),
        "list" => list::list(&mut call),
        "mount" => mount::mount(&mut call),
        "promote" => branch::promote(&mut call),
        "receive" => stream::receive(&mut call),
        "release" => hold::release(&mut call),
        "rename" => branch::rename(&mut call),
        "rollback" => snapshot::rollback(&mut call),
        "send" => stream::send(&mut call),
        "set" => properties::set(&mut call),
        "snapshot" => snapshot::snapshot(&mut call),
        "unmount" => mount::unmount(&mut call),
        other => {
            let text = format!("unrecognized command '{other}'");
            call.terminal.error(&text);
            call.terminal.error("usage: zfs command args ...");
            Err(Stop(USAGE))
        }
    };
    match done {
        Ok(()) => 0,
        Err(Stop(status)) => status,
    }
}

/// One call of the program.
struct Call<'a, 'b> {
    terminal: &'a mut Terminal<'b>,
    host: &'a Host,
    /// The subcommand.
    name: &'a str,
    args: &'a [String],
}

impl<'a> Call<'a, '_> {
    /// The options of the subcommand.
    fn options(&mut self, known: &str) -> Result<Options<'a>, Stop> {
        Options::parse(self.args, known).map_err(|bad| match bad {
            super::options::Bad::Unknown(letter) => {
                self.usage(&format!("invalid option '{letter}'"))
            }
            // The real `list` does not tell the two apart.
            super::options::Bad::NoArgument(letter) if self.name == "list" => {
                self.usage(&format!("invalid option '{letter}'"))
            }
            super::options::Bad::NoArgument(letter) => {
                self.usage(&format!("missing argument for '{letter}' option"))
            }
        })
    }

    /// Complains about the command line.
    fn usage(&mut self, text: &str) -> Stop {
        if !text.is_empty() {
            self.terminal.error(text);
        }
        self.terminal
            .error(&format!("usage:\n{}", usage::of(self.name)));
        Stop(USAGE)
    }

    /// Complains, and ends with 1.
    fn fail(&mut self, text: &str) -> Stop {
        self.terminal.error(text);
        Stop(1)
    }

    fn refused(&mut self, Refused(text): &Refused) -> Stop {
        self.fail(text)
    }

    fn finish(&mut self, result: Result<(), Refused>) -> Done {
        result.map_err(|refused| self.refused(&refused))
    }

    /// Reads a table.
    fn read<T: crate::host::Record>(&mut self) -> Result<std::sync::Arc<T>, Stop> {
        self.host
            .read::<T>()
            .map_err(|error| self.fail(&format!("internal error: {error}")))
    }

    /// The arguments of `-o NAME=VALUE`.
    fn pairs(&mut self, options: &Options<'_>) -> Result<Vec<(String, String)>, Stop> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for pair in options.values('o') {
            let Some((name, value)) = pair.split_once('=') else {
                return Err(self.fail("missing '=' for property=value argument"));
            };
            if pairs.iter().any(|(known, _)| known == name) {
                return Err(self.fail(&format!("property '{name}' specified multiple times")));
            }
            pairs.push((name.to_owned(), value.to_owned()));
        }
        Ok(pairs)
    }

    /// The only word after the options; `what` says what it is.
    fn only(&mut self, options: &Options<'a>, what: &str) -> Result<&'a str, Stop> {
        match options.rest {
            [] => Err(self.usage(&format!("missing {what} argument"))),
            [name] => Ok(name),
            _ => Err(self.usage("too many arguments")),
        }
    }
}
