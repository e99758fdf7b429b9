use std::time::Duration;

use illumos::zone::ZoneName;
use serde::{Deserialize, Serialize};

/// What happens while operations are carried out.
///
/// Several operations may run at once; each event about one carries the operation's id, which is the name of its journal as well.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// An operation begins; its plan is in the journal.
    OperationStarted {
        /// The operation.
        id: String,
        /// The command: `create`.
        command: String,
        /// The zones concerned.
        zones: Vec<ZoneName>,
        /// How many steps it has.
        steps: usize,
    },
    /// A step, or the undoing of one, begins.
    StepStarted {
        /// The operation.
        id: String,
        /// The zones concerned.
        zones: Vec<ZoneName>,
        /// Doing or undoing.
        phase: Phase,
        /// Which step, from 0.
        step: usize,
        /// How many steps the operation has.
        steps: usize,
        /// What is done, in the present tense without a subject: `create VNIC web01_0 over int0`.
        description: String,
        /// The commands that a person would have typed.
        commands: Vec<String>,
    },
    /// A program that a step runs printed a line.
    StepOutput {
        /// The operation.
        id: String,
        /// The zones concerned.
        zones: Vec<ZoneName>,
        /// Which step, from 0.
        step: usize,
        /// The line as printed: control characters are not removed.
        line: String,
    },
    /// A step is done, or undone.
    StepDone {
        /// The operation.
        id: String,
        /// The zones concerned.
        zones: Vec<ZoneName>,
        /// Done or undone.
        phase: Phase,
        /// Which step, from 0.
        step: usize,
        /// What was done.
        description: String,
        /// How long it took.
        elapsed: Duration,
    },
    /// A step, or the undoing of one, failed.
    StepFailed {
        /// The operation.
        id: String,
        /// The zones concerned.
        zones: Vec<ZoneName>,
        /// Doing or undoing.
        phase: Phase,
        /// Which step, from 0.
        step: usize,
        /// What was attempted.
        description: String,
        /// Why it failed.
        reason: String,
    },
    /// The steps that were done are now undone, in reverse.
    UndoStarted {
        /// The operation.
        id: String,
        /// The zones concerned.
        zones: Vec<ZoneName>,
        /// How many steps are to be undone.
        steps: usize,
    },
    /// An operation is over.
    OperationFinished {
        /// The operation.
        id: String,
        /// The command.
        command: String,
        /// The zones concerned.
        zones: Vec<ZoneName>,
        /// How it ended.
        outcome: Outcome,
        /// How long it took.
        elapsed: Duration,
    },
    /// Something is waited for: a lock, a busy link, a zone that is shutting down.
    Waiting {
        /// What is waited for, and who holds it: `the lock of zone web01, held by "zmgr create web01" (pid 4711) since 14:04:15`.
        what: String,
        /// How long at most from now.
        at_most: Duration,
    },
    /// Something that the person should know and that does not stop the command.
    Warning {
        /// One sentence without a full stop.
        message: String,
        /// What to type or to do.
        help: Option<String>,
    },
}

/// Whether a step is being done or undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Done.
    Do,
    /// Undone.
    Undo,
}

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every step was done.
    Done,
    /// A step failed, and everything done before it was undone.
    Undone,
    /// A step failed, and something could not be undone.
    Left,
}

/// Where events go: a terminal, JSON lines, nowhere, or a recorder in tests. Called from several threads.
pub trait Reporter: Send + Sync {
    /// Takes note of an event.
    fn report(&self, event: &Event);
}

#[cfg(test)]
/// Reports to nobody.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Silent;

#[cfg(test)]
impl Reporter for Silent {
    fn report(&self, _: &Event) {}
}
