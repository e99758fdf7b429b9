//! Operations that were cut short: finding them, and settling them by looking at what is really there.

use crate::failure::Code;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use illumos::zone::ZoneName;
use jiff::Timestamp;

use super::journal::{self, Journal, Operation as Recorded, Record, Unreadable, Unsettled};
use super::run::{Applied, Operation};
use super::{Event, Outcome, Reporter, ZoneLocks, boot_links, interrupt, lock, look, zoneadm};
use crate::plan::{Action, Direction, DocumentChange, Plan, Step};
use crate::{Context, ExitCode, Failure, files};

/// How often it is looked whether another process has settled an operation.
const POLL: Duration = Duration::from_millis(50);

/// What a command says about operations that were cut short, in one line; `None` if there are none, or nobody can tell.
#[must_use]
pub fn notice(context: &Context) -> Option<String> {
    let crashed = crashed_ids(context).ok().filter(|ids| !ids.is_empty())?;
    let count = crashed.len();
    Some(if count == 1 {
        "1 operation is unfinished: run `zmgr recover`".to_owned()
    } else {
        format!("{count} operations are unfinished: run `zmgr recover`")
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

/// The operations that were cut short or left something.
#[derive(Debug, Default)]
pub struct CutShort {
    /// Those whose journals can be read, oldest first.
    pub known: Vec<Recorded>,
    /// The others, oldest first.
    pub unreadable: Vec<Unreadable>,
}

/// The operations that were cut short or left something. A journal that cannot be read keeps none of the others from being found.
///
/// # Errors
/// `zmgr::journal::failed` if the directory of the journals, or the lock of one, cannot be read.
pub fn cut_short(context: &Context) -> Result<CutShort, Failure> {
    let mut found = CutShort::default();
    for id in crashed_ids(context).map_err(|error| unreadable(&error))? {
        match journal::read(&context.state_dir, &id) {
            Ok(recorded) => found.known.push(recorded),
            // Another process settled it meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                found
                    .unreadable
                    .extend(journal::salvage(&context.state_dir, &id, &error));
            }
        }
    }
    Ok(found)
}

/// The zones with which an operation is not over, whether it runs or was cut short, and what it is.
///
/// # Errors
/// `zmgr::journal::failed` if the directory of the journals, or the lock of one, cannot be read.
pub fn in_motion(context: &Context) -> Result<BTreeMap<ZoneName, String>, Failure> {
    let state_dir = &context.state_dir;
    let mut found = BTreeMap::new();
    for unsettled in journal::unsettled(state_dir).map_err(|error| unreadable(&error))? {
        let (Unsettled::Running(id) | Unsettled::Crashed(id)) = unsettled;
        let (operation, zones) = match journal::read(state_dir, &id) {
            Ok(recorded) => (recorded.plan.operation, recorded.plan.zones),
            // It was settled while we looked, and its journal pruned.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => match journal::salvage(state_dir, &id, &error) {
                Some(known) => (
                    known.operation.unwrap_or_else(|| "change".to_owned()),
                    known.zones,
                ),
                None => continue,
            },
        };
        found.extend(zones.into_iter().map(|zone| (zone, operation.clone())));
    }
    Ok(found)
}

/// Refuses to begin something with a zone on which an earlier operation was cut short.
///
/// # Errors
/// `zmgr::recover::unsettled` (exit status 7).
pub fn refuse_unsettled(context: &Context, zones: &[ZoneName]) -> Result<(), Failure> {
    let found = cut_short(context)?;
    let concerned = |of: &[ZoneName]| of.iter().any(|zone| zones.contains(zone));
    if let Some(operation) = found
        .known
        .iter()
        .find(|known| concerned(&known.plan.zones))
    {
        let names: Vec<&str> = operation.plan.zones.iter().map(AsRef::as_ref).collect();
        return Err(unsettled(operation, &names.join(" ")));
    }
    if let Some(journal) = found
        .unreadable
        .iter()
        .find(|known| concerned(&known.zones))
    {
        let message = format!(
            "{} is unfinished, and its journal cannot be read: {}",
            about(journal),
            journal.reason
        );
        return Err(
            Failure::new(ExitCode::Exists, Code::RecoverUnsettled, message).with_help(format!(
                "`zmgr recover {}` sets the journal aside",
                journal.id
            )),
        );
    }
    Ok(())
}

/// What is known of an operation whose journal cannot be read: `create web01`.
#[must_use]
pub fn about(journal: &Unreadable) -> String {
    let mut words = vec![journal.operation.as_deref().unwrap_or("an operation")];
    if journal.operation.is_none() && !journal.zones.is_empty() {
        words.push("on");
    }
    words.extend(journal.zones.iter().map(AsRef::as_ref));
    words.join(" ")
}

/// Moves a journal that cannot be read out of the way of other operations, and says what is known of what it was about.
///
/// # Errors
/// `zmgr::recover::set_aside` (exit status 5) if it was moved: nobody knows what the operation left. `zmgr::journal::failed` (exit status
/// 1) if it may be readable another time.
pub fn set_aside(context: &Context, journal: &Unreadable) -> Result<(), Failure> {
    if !journal.damaged {
        let message = format!(
            "cannot read the journal of {}: {}",
            about(journal),
            journal.reason
        );
        return Err(
            Failure::new(ExitCode::Failed, Code::JournalFailed, message).with_help(format!(
                "run the command again; if it still cannot be read, move it away: `mv {} /var/tmp/`",
                journal.path.display()
            )),
        );
    }
    let Some(aside) = journal::set_aside(&context.state_dir, journal)? else {
        return Ok(());
    };
    let typed = match &journal.command {
        Some(command) => format!(" (\"{command}\")"),
        None => String::new(),
    };
    let message = format!(
        "{}{typed} could not be finished: its journal cannot be read and was set aside as {}: {}",
        about(journal),
        aside.display(),
        journal.reason
    );
    let look = match journal.zones.as_slice() {
        [] => "`zmgr doctor` finds what it left behind".to_owned(),
        [zone, ..] => format!("`zmgr show {zone}` and `zmgr doctor` find what it left behind"),
    };
    Err(Failure::new(ExitCode::Partial, Code::RecoverSetAside, message).with_help(look))
}

/// How an operation that was cut short was settled.
#[derive(Debug)]
pub enum Settled {
    /// By this process.
    Here(Box<Applied>),
    /// By another one, before this one could.
    Elsewhere,
}

/// Settles an operation. `None` as direction takes the plan's own.
///
/// # Errors
/// Exit status 7 if it is running, or another process that settles it takes longer than `--lock-timeout`; `zmgr::journal::failed`;
/// `zmgr::recover::documents` if its directory of documents is gone.
pub fn settle(
    context: &Context,
    reporter: &dyn Reporter,
    recorded: &Recorded,
    direction: Option<Direction>,
) -> Result<Settled, Failure> {
    let context = &own_context(context, recorded)?;
    let locks = ZoneLocks::take(context, &recorded.plan.zones, reporter)?;
    zoneadm::idle(context, &recorded.plan.zones, reporter)?;
    let Some(mut journal) = reopen(context, &recorded.id)? else {
        return Ok(Settled::Elsewhere);
    };
    // It may have come further since it was read.
    let recorded =
        journal::read(&context.state_dir, &recorded.id).map_err(|error| unreadable(&error))?;
    if let Some(outcome @ (Outcome::Done | Outcome::Undone)) = recorded.outcome() {
        // Only its journal could not be moved: what was told as done stays done.
        let applied = close(journal, recorded, outcome, locks)?;
        return Ok(Settled::Here(Box::new(applied)));
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
    let plan = recorded.plan.clone();
    let operation = Operation::of(context, reporter, recorded.plan, journal, progress, locks);
    let applied = match direction {
        Direction::Undo => operation.undo(),
        Direction::Resume => operation.resume(),
    };
    if let Err(failure) = let_links_go(&plan) {
        reporter.report(&Event::Warning {
            message: failure.message,
            help: Some("`zmgr doctor --fix` does it".to_owned()),
        });
    }
    Ok(Settled::Here(Box::new(applied)))
}

/// The context in which the operation was begun: on its directory of documents, not on that of the command that settles it.
fn own_context(context: &Context, recorded: &Recorded) -> Result<Context, Failure> {
    let mut own = context.clone();
    let Some(documents) = &recorded.documents else {
        return Ok(own);
    };
    if is_same(documents, &context.config_dir) {
        return Ok(own);
    }
    if documents.is_dir() {
        files::check_documents(documents, &illumos::root())?;
        own.config_dir.clone_from(documents);
        return Ok(own);
    }
    // Whoever says where the documents are says it of those that were moved.
    if context.config_dir != illumos::host_path("/etc/zmgr") {
        return Ok(own);
    }
    let message = format!(
        "the documents of operation {} are in {}, which is not a directory",
        recorded.id,
        documents.display()
    );
    Err(
        Failure::new(ExitCode::Failed, Code::RecoverDocuments, message).with_help(format!(
            "mount it, or name the new configuration directory: `zmgr --config-dir DIR recover {}`",
            recorded.id
        )),
    )
}

/// Whether both are one directory.
fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    match (real(one), real(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// Opens the journal, once no other process settles the operation. `None` if another one has settled it.
fn reopen(context: &Context, id: &str) -> Result<Option<Journal>, Failure> {
    let deadline = Instant::now() + context.lock_timeout;
    loop {
        match Journal::reopen(&context.state_dir, id) {
            Ok(Some(journal)) => return Ok(Some(journal)),
            Ok(None) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(&error)),
        }
        if Instant::now() >= deadline {
            let message = format!("operation {id} is running");
            return Err(Failure::new(
                ExitCode::Exists,
                Code::RecoverRunning,
                message,
            ));
        }
        interrupt::check("nothing was changed")?;
        std::thread::sleep(POLL);
    }
}

/// Lets the links of the plan's zones go, where a zone was booted or went down.
fn let_links_go(plan: &Plan) -> Result<(), Failure> {
    let moved = |step: &Step| {
        matches!(
            step.action,
            Action::Halt(_)
                | Action::Shutdown { .. }
                | Action::Reboot(_)
                | Action::Boot { .. }
                | Action::Uninstall(_)
        )
    };
    if !plan.steps.iter().any(moved) {
        return Ok(());
    }
    plan.zones.iter().try_for_each(boot_links::let_go)
}

fn close(
    journal: Journal,
    recorded: Recorded,
    outcome: Outcome,
    locks: ZoneLocks,
) -> Result<Applied, Failure> {
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
        _locks: locks,
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
    // A document of the same name in another directory is another document.
    let here = |operation: &Recorded| {
        let documents = operation.documents.as_deref();
        documents.is_none_or(|documents| is_same(documents, &context.config_dir))
    };
    let found = cut_short(context)?;
    match found
        .known
        .iter()
        .find(|operation| here(operation) && operation.plan.steps.iter().any(changes))
    {
        Some(operation) => Err(unsettled(operation, path)),
        None => Ok(()),
    }
}

fn unsettled(operation: &Recorded, about: &str) -> Failure {
    let message = format!(
        "{} {about}, started {}, is unfinished",
        operation.plan.operation, operation.started
    );
    Failure::new(ExitCode::Exists, Code::RecoverUnsettled, message).with_help(format!(
        "finish or undo it first: `zmgr recover {}`",
        operation.id
    ))
}

/// Removes what processes left that died before they changed anything: documents and journals that were never whole, files of locks.
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
    lock::remove_stale(&context.state_dir)?;
    journal::prune(&context.state_dir, Timestamp::UNIX_EPOCH).map_err(|error| unreadable(&error))
}

/// Closes the journals of operations on the zone that were cut short, because the zone is gone with all that they may have left.
///
/// # Errors
/// `zmgr::journal::failed` (exit status 5): the zone is gone, and a journal of it is still open.
pub fn supersede(context: &Context, zone: &ZoneName) -> Result<(), Failure> {
    let alone = |zones: &[ZoneName]| zones == [zone.clone()];
    let close = || -> Result<(), Failure> {
        let found = cut_short(context)?;
        for operation in found.known.iter().filter(|known| alone(&known.plan.zones)) {
            // What it did to other documents is not gone.
            let documents = operation.documents.as_deref();
            if !documents.is_none_or(|documents| is_same(documents, &context.config_dir)) {
                continue;
            }
            match Journal::reopen(&context.state_dir, &operation.id) {
                Ok(Some(journal)) => journal.end(Outcome::Undone)?,
                Ok(None) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(unreadable(&error)),
            }
        }
        for journal in found.unreadable.iter().filter(|known| alone(&known.zones)) {
            journal::set_aside(&context.state_dir, journal)?;
        }
        Ok(())
    };
    close().map_err(|failure| {
        let message = format!(
            "zone {zone} is destroyed, but an earlier operation on it is still unfinished: {}",
            failure.message
        );
        Failure::new(ExitCode::Partial, Code::JournalFailed, message)
            .with_help("run `zmgr recover`")
    })
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
