//! Documents and observed host → steps. Pure.
//!
//! A plan is data: it can be shown, written to the journal, carried out, undone and resumed after a crash.

mod step;

pub use step::{Action, Step};

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
}
