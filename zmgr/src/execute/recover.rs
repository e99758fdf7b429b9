//! Operations that were cut short: finding them, and settling them by looking at what is really there.

use crate::failure::Code;
use std::io;

use illumos::zone::ZoneName;
use jiff::Timestamp;

use super::journal::{self, Journal, Operation as Recorded, Record, Unsettled};
use super::run::{Applied, Operation};
use super::{Outcome, Reporter, lock, look, zoneadm};
use crate::plan::{Action, Direction, DocumentChange, Plan, Step};
use crate::{Context, ExitCode, Failure, files};

/// What a command says about operations that were cut short, in one line; `None` if there are none, or nobody can tell.
#[must_use]
pub fn notice(context: &Context) -> Option<String> {
    let crashed = crashed_ids(context).ok().filter(|ids| !ids.is_empty())?;
    let count = crashed.len();
    Some(if count == 1 {
        "1 operation was cut short or left something: `zmgr recover` settles it".to_owned()
    } else {
        format!("{count} operations were cut short or left something: `zmgr recover` settles them")
    })
}

fn crashed_ids(context: &Context) -> io::Result<Vec<String>> {
    let crashed = |unsettled| match unsettled {
        Unsettled::Crashed(id) => Some(id),
        Unsettled::Running(_) => None,
    };
    Ok(journal::unsettled(&context.state_dir)?
        .into_iter()
        .filter_map(crashed)
        .collect())
}

/// The operations that were cut short or left something, oldest first.
///
/// # Errors
/// `zmgr::journal::failed` if a journal cannot be read.
pub fn crashed(context: &Context) -> Result<Vec<Recorded>, Failure> {
    let read = || -> io::Result<Vec<Recorded>> {
        crashed_ids(context)?
            .iter()
            .map(|id| journal::read(&context.state_dir, id))
            .collect()
    };
    read().map_err(|error| unreadable(&error))
}

/// Refuses to begin something with a zone on which an earlier operation was cut short.
///
/// # Errors
/// `zmgr::recover::unsettled` (exit status 7).
pub fn refuse_unsettled(context: &Context, zones: &[ZoneName]) -> Result<(), Failure> {
    let crashed = crashed(context)?;
    let about =
        |operation: &&Recorded| operation.plan.zones.iter().any(|zone| zones.contains(zone));
    let Some(operation) = crashed.iter().find(about) else {
        return Ok(());
    };
    let names: Vec<&str> = operation.plan.zones.iter().map(AsRef::as_ref).collect();
    Err(unsettled(operation, &names.join(" ")))
}

/// Settles the operation `id`. `None` as direction takes the plan's own.
///
/// # Errors
/// Exit status 7 if it is running or another settles it; `zmgr::journal::failed`.
pub fn settle(
    context: &Context,
    reporter: &dyn Reporter,
    recorded: &Recorded,
    direction: Option<Direction>,
) -> Result<Applied, Failure> {
    let locks = lock::zones(context, &recorded.plan.zones, reporter)?;
    zoneadm::idle(context, &recorded.plan.zones, reporter)?;
    let journal =
        Journal::reopen(&context.state_dir, &recorded.id).map_err(|error| unreadable(&error))?;
    let Some(mut journal) = journal else {
        let message = format!("operation {} is running", recorded.id);
        return Err(Failure::new(
            ExitCode::Exists,
            Code::RecoverRunning,
            message,
        ));
    };
    // It may have come further since it was read.
    let recorded =
        journal::read(&context.state_dir, &recorded.id).map_err(|error| unreadable(&error))?;
    if let Some(outcome @ (Outcome::Done | Outcome::Undone)) = recorded.outcome() {
        // Only its journal could not be moved: what was told as done stays done.
        return close(journal, recorded, outcome);
    }
    let direction = match direction {
        Some(direction) => direction,
        None => own_direction(context, &recorded.plan)?,
    };
    let note = Record::Recover {
        direction,
        pid: std::process::id(),
        time: lock::now(),
    };
    journal.append(&note)?;
    let progress = recorded.progress();
    let operation = Operation::of(context, reporter, recorded.plan, journal, progress, locks);
    Ok(match direction {
        Direction::Undo => operation.undo(),
        Direction::Resume => operation.resume(),
    })
}

fn close(journal: Journal, recorded: Recorded, outcome: Outcome) -> Result<Applied, Failure> {
    journal.close()?;
    Ok(Applied {
        id: recorded.id,
        operation: recorded.plan.operation,
        zones: recorded.plan.zones,
        outcome,
        done: Vec::new(),
        undone: Vec::new(),
        left: Vec::new(),
        failure: None,
    })
}

/// Which way an operation that was cut short goes, as its plan has it, so that no address that somebody was given since is taken again:
/// the one whole thing that has happened stays, and what an entry does not reserve yet is not begun.
fn own_direction(context: &Context, plan: &Plan) -> Result<Direction, Failure> {
    let Some(first) = plan.steps.first().map(|step| &step.action) else {
        return Ok(plan.recovery);
    };
    Ok(match plan.recovery {
        Direction::Undo
            if plan.steps.len() == 1 && first.is_atomic() && look::is_done(context, first)? =>
        {
            Direction::Resume
        }
        Direction::Resume if first.is_document() && !look::is_done(context, first)? => {
            Direction::Undo
        }
        direction => direction,
    })
}

/// Refuses to change a document on which an earlier operation was cut short: to undo that one would be to undo both.
///
/// # Errors
/// `zmgr::recover::unsettled` (exit status 7).
pub fn refuse_unsettled_document(context: &Context, path: &str) -> Result<(), Failure> {
    let about = |change: &DocumentChange| change.path == path;
    let changes = |step: &Step| match &step.action {
        Action::ChangeDocuments(changes) => changes.iter().any(about),
        _ => false,
    };
    let crashed = crashed(context)?;
    match crashed
        .iter()
        .find(|operation| operation.plan.steps.iter().any(changes))
    {
        Some(operation) => Err(unsettled(operation, path)),
        None => Ok(()),
    }
}

fn unsettled(operation: &Recorded, about: &str) -> Failure {
    let message = format!(
        "{} {about}, begun {}, was cut short or left something",
        operation.plan.operation, operation.started
    );
    Failure::new(ExitCode::Exists, Code::RecoverUnsettled, message)
        .with_help(format!("settle it first: `zmgr recover {}`", operation.id))
}

/// Removes what writers left that died before they changed anything: documents and journals that were never whole.
///
/// # Errors
/// If a directory cannot be read or a file cannot be removed.
pub fn sweep(context: &Context) -> Result<(), Failure> {
    files::remove_leftovers(&context.config_dir)?;
    for kind in ["zones", "pools", "templates", "publishers"] {
        files::remove_leftovers(&context.config_dir.join(kind))?;
    }
    for kept in ["etherstubs", "released"] {
        files::remove_leftovers(&context.state_dir.join(kept))?;
    }
    journal::prune(&context.state_dir, Timestamp::UNIX_EPOCH).map_err(|error| unreadable(&error))
}

/// Closes the journals of operations on the zone that were cut short, because the zone is gone with all that they may have left.
///
/// # Errors
/// `zmgr::journal::failed`.
pub fn supersede(context: &Context, zone: &ZoneName) -> Result<(), Failure> {
    for operation in crashed(context)? {
        if operation.plan.zones.as_slice() == [zone.clone()]
            && let Some(journal) = Journal::reopen(&context.state_dir, &operation.id)
                .map_err(|error| unreadable(&error))?
        {
            journal.end(Outcome::Undone)?;
        }
    }
    Ok(())
}

/// The failure of a journal that cannot be read.
pub(crate) fn unreadable(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::NotFound {
        return Failure::new(
            ExitCode::NotFound,
            Code::JournalNotFound,
            "there is no such operation",
        )
        .with_help("`zmgr history` lists them");
    }
    Failure::new(
        ExitCode::Failed,
        Code::JournalFailed,
        format!("cannot read the journal: {error}"),
    )
}
