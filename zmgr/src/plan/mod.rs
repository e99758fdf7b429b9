//! Documents and observed host → steps. Pure.
//!
//! A plan is data: it can be shown, written to the journal, carried out, undone and resumed after a crash.

mod action;
mod adopted_net;
mod again;
pub mod apply;
pub mod create;
mod describe;
pub mod destroy;
pub mod import;
pub mod lifecycle;
pub mod link_rules;
mod link_values;
pub mod live;
mod lower;
mod mend;
mod net;
pub mod net_change;
mod possible;
pub(crate) mod publishers;
mod step;
mod zone_files;
mod zonepaths;

pub use action::{Action, Directory, DocumentChange, ReleasedAddress, Vnic, ZoneFile};
pub(crate) use describe::quoted;
pub use live::{Effect, Live};
pub use lower::{is_default_tag, unusable};
pub use mend::{BOOT_PROPERTIES, Mend};
pub use step::{OnFailure, Step};

use illumos::zone::ZoneName;
use serde::{Deserialize, Serialize};

/// What an operation is, for people and for the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Plan {
    /// The command: `create`, `destroy`, `import`, `template set`.
    pub operation: String,
    /// The zones concerned.
    pub zones: Vec<ZoneName>,
    /// In the order in which they are carried out.
    pub steps: Vec<Step>,
    /// What the person should know before it starts.
    pub warnings: Vec<String>,
    /// Which way an operation that was cut short is settled unless the person says otherwise.
    #[serde(default)]
    pub recovery: Direction,
}

/// Which way an operation that was cut short is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Back: what was done is undone.
    #[default]
    Undo,
    /// Forward: what is missing is done.
    Resume,
}

impl Plan {
    /// A plan without warnings that is undone when it is cut short.
    #[must_use]
    pub fn new(operation: impl Into<String>, zones: Vec<ZoneName>, steps: Vec<Step>) -> Self {
        Self {
            operation: operation.into(),
            zones,
            steps,
            warnings: Vec::new(),
            recovery: Direction::Undo,
        }
    }

    /// How many steps at the beginning change documents alone: those reserve what the rest needs.
    #[must_use]
    pub fn reserving(&self) -> usize {
        self.steps
            .iter()
            .take_while(|step| step.action.is_document())
            .count()
    }
}
