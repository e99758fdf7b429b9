//! What `template`, `pool`, `publisher`, `config` and the registry have in common: documents that are made, edited, set and removed.

mod apply;
mod beside;
mod create;
mod difference;
mod edit;
mod import;
mod remove;
mod set;
mod zone;

pub(super) use create::{DocumentArgs, New};
pub(super) use edit::EditorArgs;
pub(super) use import::{Taken, import};
pub(super) use remove::remove;
pub(super) use set::ValuesArgs;

use crate::documents::{Kind, Store};
use crate::failure::Code;
use crate::{ExitCode, Failure};

/// The document that a command is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    /// Its kind.
    pub(super) kind: Kind,
    /// Its name.
    pub(super) name: &'a str,
    /// Whether the zone, if it is an entry, is brought to what it says.
    pub(super) apply: bool,
}

impl Target<'_> {
    /// Its path below the directory of the documents.
    fn path(self) -> String {
        match self.kind.directory() {
            Some(directory) => format!("{directory}/{}.kdl", self.name),
            None => "config.kdl".to_owned(),
        }
    }

    /// The name of an operation on it, which is the command: `pool set`, and `set` of a zone's entry.
    fn operation(self, verb: &str) -> String {
        match self.kind {
            Kind::Zone => verb.to_owned(),
            kind => format!("{} {verb}", kind.word()),
        }
    }

    /// Its text, which may be invalid.
    fn text(self, store: &Store) -> Result<String, Failure> {
        Ok(store.source(self.kind, self.name)?.text)
    }

    /// Its text; `None` for a `config.kdl` that is not there, which says nothing then.
    fn text_if_any(self, store: &Store) -> Result<Option<String>, Failure> {
        match self.text(store) {
            Ok(text) => Ok(Some(text)),
            Err(failure) if self.kind == Kind::Config && failure.exit == ExitCode::NotFound => {
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }
}

fn usage(message: impl Into<String>) -> Failure {
    Failure::new(ExitCode::Usage, Code::Usage, message)
}
