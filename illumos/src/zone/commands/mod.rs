//! The command language of zonecfg(8): reading it, carrying it out in process, and writing it.
//!
//! [`run`] gives the verdicts of the tool, in its words, traps included: an error at the end does not undo what came before, and a
//! refusal may leave the exit status 0. [`OnError::CommitNothing`] is for programs: all of the commands, or none.
//!
//! What the tool does that would lose data or leave a document that nobody can read is refused in either mode.

mod ast;
mod configuration;
mod export;
mod gather;
mod global;
mod info;
mod lexer;
mod lookup;
mod options;
mod parser;
mod read;
mod removal;
mod scope;
mod scope_end;
mod scope_lists;
mod scope_values;
mod session;
mod synopsis;
pub mod units;
mod unwritable;
pub mod word;
pub(in crate::zone) mod write;

pub use ast::{Arguments, Command, Item, PropertyValue, Value};
pub use export::export_text;
pub use info::{Subset, info_text};
pub use read::{SyntaxError, parse_commands, parse_configuration};

use session::Session;

/// What happens to the commands before one that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// They are committed, as the tool does.
    #[default]
    CommitBefore,
    /// Nothing is committed. A value that the tool would cut, and a refusal that the tool does not count as an error, fail too.
    CommitNothing,
}

/// How commands are carried out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// The name of the file that the commands are from: messages give the line, and the first error ends the run. Without a name the
    /// commands are treated as if they had been given on the command line, and every one is tried.
    pub file: Option<String>,
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
    let flavour = match crate::flavour() {
        Ok(flavour) => flavour,
        Err(error) => return refused(1, format!("{error}\n")),
    };
    let reserved = zone == "global" || zone.starts_with("SUNW");
    let long = zone.len() > 63;
    if long || (!reserved && zone.parse::<super::ZoneName>().is_err()) || !is_zone_name(zone) {
        let help = synopsis::ZONE_NAME;
        return refused(2, format!("{zone}: Bogus zone name\n{help}"));
    }
    Session::new(zone, flavour, options).run(text)
}

/// Whether the characters are those of a zone name.
fn is_zone_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphanumeric())
        && bytes.all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}
