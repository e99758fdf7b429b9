//! The command language of zonecfg(8): reading it, carrying it out in process, and writing it.
//!
//! [`run`] gives the verdicts of the tool, in its words, traps included: an error at the end does not undo what came before, and a
//! refusal may leave the exit status 0. [`OnError::CommitNothing`] is for programs: all of the commands, or none.
//!
//! What the tool does that would lose data or leave a document that nobody can read is refused in either mode.

mod ast;
mod change;
mod configuration;
mod export;
mod gather;
mod global;
mod info;
mod lexer;
mod lookup;
mod options;
mod parser;
#[cfg(not(target_os = "illumos"))]
mod program;
mod read;
mod removal;
mod scope;
mod scope_end;
mod scope_lists;
mod scope_values;
mod session;
mod synopsis;
#[cfg(not(target_os = "illumos"))]
mod terminal;
pub mod units;
mod unwritable;
pub mod word;
mod write;

pub use ast::{Arguments, Command, Item, PropertyValue, Value};
pub use change::{Inexpressible, change_commands};
pub use export::export_text;
pub use info::{Subset, info_text};
pub use read::{SyntaxError, parse_commands, parse_configuration};
pub use write::to_commands;

use illumos::zone::ZoneName;
use session::Session;

/// The longest name of a zone or template, in bytes.
const LONGEST_NAME: usize = 63;

/// What happens to the commands before one that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// They are committed, as the tool does.
    #[default]
    CommitBefore,
    /// Nothing is committed. A value that the tool would cut, and a refusal that the tool does not count as an error, fail too.
    CommitNothing,
}

/// Where the commands are from, which decides what an error and `exit` mean.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Source {
    /// The arguments of the command line: every command is tried.
    #[default]
    Arguments,
    /// The file of this name: messages give the line, and the first error ends the run.
    File(String),
    /// Standard input: every command is tried until `exit`.
    Input,
}

/// How commands are carried out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// Where they are from.
    pub source: Source,
    /// What an error means for the commands before it.
    pub on_error: OnError,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The tool's exit status: 0, 1 after an error, 2 for a name that no zone can have.
    pub status: i32,
    /// What it printed.
    pub stdout: String,
    /// What it said.
    pub stderr: String,
    /// Whether a configuration was saved or deleted.
    pub changed: bool,
}

/// Carries out the commands in `text` on the zone `zone`, as `zonecfg -z ZONE` does with an input that is no terminal.
///
/// Needs the global zone and all privileges to change something.
#[must_use]
pub fn run(zone: &str, text: &[u8], options: &Options) -> Outcome {
    let refused = |status, stderr: String| Outcome {
        status,
        stdout: String::new(),
        stderr,
        changed: false,
    };
    let flavour = match illumos::flavour() {
        Ok(flavour) => flavour,
        Err(error) => return refused(1, format!("{error}\n")),
    };
    if !is_usable(zone) {
        let help = synopsis::ZONE_NAME;
        return refused(2, format!("{zone}: Bogus zone name\n{help}"));
    }
    Session::new(zone, flavour, options, None).run(text)
}

/// Whether the tool takes the name of a zone: that of a template, and `global`, too.
fn is_usable(zone: &str) -> bool {
    let reserved = zone == "global" || zone.starts_with("SUNW");
    zone.len() <= LONGEST_NAME
        && is_zone_name(zone)
        && (reserved || zone.parse::<ZoneName>().is_ok())
}

/// Whether the characters are those of a zone name.
fn is_zone_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphanumeric())
        && bytes.all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}
