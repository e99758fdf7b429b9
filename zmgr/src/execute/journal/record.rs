//! What the lines of a journal say.

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::execute::Outcome;
use crate::plan::{Direction, Plan};

/// The version of the records below. A journal of a later version is not touched.
pub const VERSION: u32 = 1;

/// A line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "record",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Record {
    /// The first line: what is to be done, by whom.
    Plan {
        /// [`VERSION`] of the writer.
        version: u32,
        /// What was typed.
        command: String,
        /// The process.
        pid: u32,
        /// When.
        time: Timestamp,
        /// The directory of the documents: an absolute path, or one below the host's root. Not known of operations of an older zmgr.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        documents: Option<String>,
        /// The plan.
        plan: Plan,
    },
    /// A step begins. It may have happened from here on.
    Begin {
        /// Which, from 0.
        step: usize,
        /// When.
        time: Timestamp,
    },
    /// A step is done.
    Done {
        /// Which, from 0.
        step: usize,
        /// When.
        time: Timestamp,
    },
    /// A step failed.
    Failed {
        /// Which, from 0.
        step: usize,
        /// When.
        time: Timestamp,
        /// Why.
        reason: String,
        /// Whether it may have happened in part.
        partial: bool,
    },
    /// The undoing of a step begins.
    UndoBegin {
        /// Which, from 0.
        step: usize,
        /// When.
        time: Timestamp,
    },
    /// A step is undone.
    UndoDone {
        /// Which, from 0.
        step: usize,
        /// When.
        time: Timestamp,
    },
    /// A step could not be undone.
    UndoFailed {
        /// Which, from 0.
        step: usize,
        /// When.
        time: Timestamp,
        /// Why.
        reason: String,
    },
    /// Another process settles what was cut short.
    Recover {
        /// Which way.
        direction: Direction,
        /// The process.
        pid: u32,
        /// When.
        time: Timestamp,
    },
    /// The operation is over, or over with something left.
    End {
        /// How it ended.
        outcome: Outcome,
        /// When.
        time: Timestamp,
    },
}

/// What a journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The operation's id: when it began to the second, and four digits that tell those of a second apart.
    pub id: String,
    /// What was typed.
    pub command: String,
    /// The process that began it.
    pub pid: u32,
    /// When it began.
    pub started: Timestamp,
    /// The directory of its documents, if that is known.
    pub documents: Option<PathBuf>,
    /// What was to be done.
    pub plan: Plan,
    /// Every record after the plan.
    pub records: Vec<Record>,
}

/// Reads the lines of a journal. The last is left out if its newline is missing.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] if a whole line is no record, or the journal is of a later version.
pub fn parse(id: &str, bytes: &[u8]) -> io::Result<Operation> {
    let invalid = |line: usize, reason: &dyn std::fmt::Display| {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("line {line} of the journal of operation {id}: {reason}"),
        )
    };
    let whole = bytes
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |last| last + 1);
    let mut lines = bytes[..whole]
        .split_inclusive(|byte| *byte == b'\n')
        .enumerate();
    let (_, first) = lines.next().ok_or_else(|| invalid(1, &"it is empty"))?;
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    match serde_json::from_slice::<Version>(first) {
        Ok(found) if found.version > VERSION => {
            return Err(invalid(
                1,
                &format!("this zmgr does not know version {}", found.version),
            ));
        }
        _ => {}
    }
    let Record::Plan {
        command,
        pid,
        time,
        documents,
        plan,
        ..
    } = serde_json::from_slice(first).map_err(|error| invalid(1, &error))?
    else {
        return Err(invalid(1, &"it does not begin with a plan"));
    };
    let mut records = Vec::new();
    for (number, line) in lines {
        let record = read_line(line).map_err(|error| invalid(number + 1, &error))?;
        let step = match &record {
            Record::Begin { step, .. }
            | Record::Done { step, .. }
            | Record::Failed { step, .. }
            | Record::UndoBegin { step, .. }
            | Record::UndoDone { step, .. }
            | Record::UndoFailed { step, .. } => *step,
            Record::Plan { .. } => return Err(invalid(number + 1, &"a second plan")),
            Record::Recover { .. } | Record::End { .. } => 0,
        };
        if step > 0 && step >= plan.steps.len() {
            return Err(invalid(number + 1, &format!("the plan has no step {step}")));
        }
        records.push(record);
    }
    Ok(Operation {
        id: id.to_owned(),
        command,
        pid,
        started: time,
        documents: documents.map(|path| illumos::root().join(path)),
        plan,
        records,
    })
}

/// Reads a line. In journals of an older zmgr a record may stand behind the beginning of one that the disk had no room for.
fn read_line(line: &[u8]) -> serde_json::Result<Record> {
    const BEGINNING: &[u8] = br#"{"record":"#;
    let whole = serde_json::from_slice(line);
    if whole.is_ok() {
        return whole;
    }
    let last = (1..line.len())
        .rev()
        .find(|&at| line[at..].starts_with(BEGINNING));
    match last.and_then(|at| serde_json::from_slice(&line[at..]).ok()) {
        Some(record) => Ok(record),
        None => whole,
    }
}

impl Operation {
    /// How it ended; `None` if it was cut short, or runs.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        match self.records.last() {
            Some(Record::End { outcome, .. }) => Some(*outcome),
            _ => None,
        }
    }

    /// When its last record was written.
    #[must_use]
    pub fn last(&self) -> Timestamp {
        match self.records.last() {
            Some(
                Record::Plan { time, .. }
                | Record::Begin { time, .. }
                | Record::Done { time, .. }
                | Record::Failed { time, .. }
                | Record::UndoBegin { time, .. }
                | Record::UndoDone { time, .. }
                | Record::UndoFailed { time, .. }
                | Record::Recover { time, .. }
                | Record::End { time, .. },
            ) => *time,
            None => self.started,
        }
    }

    /// How far each step came.
    #[must_use]
    pub fn progress(&self) -> Vec<Progress> {
        let mut progress = vec![Progress::NotBegun; self.plan.steps.len()];
        for record in &self.records {
            let (step, reached) = match record {
                Record::Begin { step, .. } => (*step, Progress::Begun),
                Record::Done { step, .. } => (*step, Progress::Done),
                Record::Failed {
                    step,
                    partial: true,
                    ..
                } => (*step, Progress::Failed),
                Record::Failed {
                    step,
                    partial: false,
                    ..
                } => (*step, Progress::NotBegun),
                Record::UndoBegin { step, .. } => (*step, Progress::UndoBegun),
                Record::UndoDone { step, .. } => (*step, Progress::Undone),
                Record::UndoFailed { step, .. } => (*step, Progress::UndoFailed),
                Record::Plan { .. } | Record::Recover { .. } | Record::End { .. } => continue,
            };
            if let Some(place) = progress.get_mut(step) {
                *place = reached;
            }
        }
        progress
    }
}

/// How far a step came, as its journal has it. What has really happened is seen by looking at the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// It did not begin.
    NotBegun,
    /// It began, and may have happened.
    Begun,
    /// It was done.
    Done,
    /// It failed, and may have happened in part.
    Failed,
    /// Its undoing began, and may have happened.
    UndoBegun,
    /// It was undone.
    Undone,
    /// It could not be undone.
    UndoFailed,
}
