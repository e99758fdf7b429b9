//! `zmgr recover`.

use crate::failure::Code;
use clap::Args;
use serde::Serialize;

use crate::commands::args::ChangeArgs;
use crate::execute::journal::{self, Operation as Recorded, Progress, Unreadable};
use crate::execute::recover::{self, CutShort, Settled};
use crate::execute::{Outcome, batch};
use crate::operation;
use crate::output::{Ui, escape};
use crate::plan::Direction;
use crate::{Context, ExitCode, Failure};

/// Finish or roll back interrupted operations
///
/// Undoes or finishes operations that a crash interrupted, or that could not be undone completely, after checking the state of the host. By
/// default a creation is undone and a destruction is finished. It is safe to run this twice, or several times at once. If the journal of an
/// operation cannot be read, zmgr reports what it knows of the operation and sets the journal aside.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr recover --dry-run
  zmgr recover
  zmgr recover 20260322T140415Z-0a1f --resume")]
pub struct RecoverArgs {
    /// The ids of the operations [default: all unfinished operations]
    #[arg(value_name = "ID", add = crate::commands::args::complete::operation())]
    ids: Vec<String>,
    /// Undo the steps that were done
    #[arg(long, conflicts_with = "resume")]
    undo: bool,
    /// Carry out the remaining steps
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct SettledView {
    id: String,
    operation: String,
    zones: Vec<illumos::zone::ZoneName>,
    direction: Direction,
    outcome: &'static str,
    steps: Vec<StepView>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct StepView {
    description: String,
    progress: Progress,
    commands: Vec<String>,
}

/// Settles them.
///
/// # Errors
/// Exit status 6 if there is no such operation; 7 if one is running; 5 if something is still left, or a journal cannot be read.
pub fn run(cx: &Context, ui: &mut Ui, args: &RecoverArgs) -> Result<ExitCode, Failure> {
    operation::prepare(cx, "recover", false)?;
    let CutShort { known, unreadable } = chosen(cx, ui, &args.ids)?;
    let asked = match (args.undo, args.resume) {
        (true, _) => Some(Direction::Undo),
        (_, true) => Some(Direction::Resume),
        _ => None,
    };
    if known.is_empty() && unreadable.is_empty() && args.ids.is_empty() {
        ui.status("there are no unfinished operations");
    }
    if cx.dry_run {
        let views: Vec<SettledView> = known
            .iter()
            .map(|operation| planned(operation, asked))
            .collect();
        for journal in &unreadable {
            ui.warning(&would_set_aside(journal));
        }
        show(ui, &views);
        return Ok(ExitCode::Done);
    }
    let progress = ui.progress();
    let mut views = Vec::new();
    let mut failures = Vec::new();
    // Oldest first, one after the other: a later one may stand on what an earlier one left.
    for operation in &known {
        let mut view = planned(operation, asked);
        match recover::settle(cx, &progress, operation, asked) {
            Ok(Settled::Here(applied)) if applied.outcome == Outcome::Left => {
                failures.extend(applied.into_failure());
            }
            Ok(Settled::Here(applied)) => {
                view.outcome = word(applied.outcome);
                views.push(view);
            }
            Ok(Settled::Elsewhere) => {
                // Whoever settled it has told how.
                let ended = journal::read(&cx.state_dir, &operation.id).ok();
                let outcome = ended.and_then(|ended| ended.outcome());
                view.outcome = word(outcome.unwrap_or(Outcome::Undone));
                views.push(view);
            }
            Err(failure) => failures.push(failure),
        }
    }
    for journal in &unreadable {
        failures.extend(recover::set_aside(cx, journal).err());
    }
    drop(progress);
    recover::sweep(cx)?;
    match batch::conclude(failures, known.len() + unreadable.len()) {
        Some(failure) => Err(failure),
        None => {
            if ui.is_json() {
                ui.json(&views);
            }
            Ok(ExitCode::Done)
        }
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::Undone => "undone",
        Outcome::Left => "left",
    }
}

fn would_set_aside(journal: &Unreadable) -> Failure {
    let message = format!(
        "the journal of {} cannot be read and would be set aside: {}",
        recover::about(journal),
        journal.reason
    );
    Failure::new(ExitCode::Done, Code::RecoverSetAside, message)
}

/// The operations that are to be settled: all, or those that are named. One that is settled already is told as that.
fn chosen(cx: &Context, ui: &mut Ui, ids: &[String]) -> Result<CutShort, Failure> {
    let mut found = recover::cut_short(cx)?;
    if ids.is_empty() {
        return Ok(found);
    }
    let mut chosen = CutShort::default();
    for id in ids {
        if let Some(at) = found.known.iter().position(|known| known.id == *id) {
            chosen.known.push(found.known.remove(at));
            continue;
        }
        if let Some(at) = found.unreadable.iter().position(|known| known.id == *id) {
            chosen.unreadable.push(found.unreadable.remove(at));
            continue;
        }
        let recorded =
            journal::read(&cx.state_dir, id).map_err(|error| recover::unreadable(&error))?;
        let over = recorded.outcome().is_some();
        if !over && !cx.dry_run {
            // Its process runs, or another one settles it: waited for as for a lock.
            chosen.known.push(recorded);
            continue;
        }
        if !over {
            return Err(Failure::new(
                ExitCode::Exists,
                Code::RecoverRunning,
                format!("operation {id} is running"),
            ));
        }
        ui.status(format!("operation {id} is already finished"));
    }
    Ok(chosen)
}

fn planned(operation: &Recorded, asked: Option<Direction>) -> SettledView {
    let direction = asked.unwrap_or(operation.plan.recovery);
    let steps = operation.plan.steps.iter().zip(operation.progress());
    let concerned = |progress: Progress| match direction {
        Direction::Undo => !matches!(progress, Progress::NotBegun | Progress::Undone),
        Direction::Resume => progress != Progress::Done,
    };
    let mut steps: Vec<StepView> = steps
        .filter(|(_, progress)| concerned(*progress))
        .filter_map(|(step, progress)| {
            let action = match direction {
                Direction::Undo => step.undo.as_ref()?,
                Direction::Resume => &step.action,
            };
            Some(StepView {
                description: action.describe(),
                progress,
                commands: action.commands(),
            })
        })
        .collect();
    if direction == Direction::Undo {
        steps.reverse();
    }
    SettledView {
        id: operation.id.clone(),
        operation: operation.plan.operation.clone(),
        zones: operation.plan.zones.clone(),
        direction,
        outcome: "planned",
        steps,
    }
}

fn show(ui: &mut Ui, views: &[SettledView]) {
    if ui.is_json() {
        ui.json(views);
        return;
    }
    for view in views {
        let names: Vec<&str> = view.zones.iter().map(AsRef::as_ref).collect();
        let word = if view.direction == Direction::Undo {
            "undo"
        } else {
            "finish"
        };
        ui.header(&format!(
            "{word} {} {} ({})",
            view.operation,
            names.join(" "),
            view.id
        ));
        for (number, step) in view.steps.iter().enumerate() {
            // Only a look at the host will tell of a step that was cut short.
            let certain = match view.direction {
                Direction::Undo => step.progress == Progress::Done,
                Direction::Resume => step.progress == Progress::NotBegun,
            };
            ui.line(format_args!(
                "  {}. {}{}",
                number + 1,
                escape(&step.description),
                if certain { "" } else { ", if needed" }
            ));
            for command in &step.commands {
                ui.line(format_args!("       {}", escape(command)));
            }
        }
    }
    ui.status("dry run: nothing was changed");
}
