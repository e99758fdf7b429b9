use serde::{Deserialize, Serialize};

use super::Action;

/// A step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// What takes it back; `None` if nothing does, or nothing needs to.
    pub undo: Option<Action>,
    /// What follows if it fails.
    #[serde(default)]
    pub on_failure: OnFailure,
}

/// What follows when a step fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnFailure {
    /// What was done before is undone, in reverse.
    #[default]
    Undo,
    /// The operation ends here: what was done before cannot, or should not, be taken back.
    Stop,
    /// Later steps that say the same are still tried; the others are left out.
    Continue,
}

impl Step {
    /// A step that is taken back by `undo`.
    #[must_use]
    pub fn new(action: Action, undo: Option<Action>) -> Self {
        Self {
            action,
            undo,
            on_failure: OnFailure::Undo,
        }
    }

    /// A step that is not taken back, in an operation that goes forward only.
    #[must_use]
    pub fn forward(action: Action, on_failure: OnFailure) -> Self {
        Self {
            action,
            undo: None,
            on_failure,
        }
    }
}
