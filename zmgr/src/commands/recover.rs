//! `zmgr recover`.

use crate::failure::Code;
use clap::Args;
use serde::Serialize;

use super::operation;
use crate::cli::ChangeArgs;
use crate::execute::journal::{self, Operation as Recorded, Progress};
use crate::execute::{Outcome, batch, recover};
use crate::output::{Ui, escape};
use crate::plan::Direction;
use crate::{Context, ExitCode, Failure};

/// Settle operations that were cut short
///
/// What was cut short by a crash, or left something because a step could not be undone, is undone or finished by looking at what is really
/// there. A creation is undone and a destruction finished unless an option says otherwise. Running it twice is harmless.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr recover --dry-run
  zmgr recover
  zmgr recover 20260322T140415Z-0a1f --resume")]
pub struct RecoverArgs {
    /// The ids of the operations [default: all that are not settled]
    #[arg(value_name = "ID", add = crate::cli::complete::operation())]
    ids: Vec<String>,
    /// Undo what was done
    #[arg(long, conflicts_with = "resume")]
    undo: bool,
    /// Do what is missing
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
/// Exit status 6 if there is no such operation; 7 if one is running; 5 if something is still left.
pub fn run(cx: &Context, ui: &mut Ui, args: &RecoverArgs) -> Result<ExitCode, Failure> {
    operation::prepare(cx, "recover")?;
    let operations = chosen(cx, &args.ids)?;
    let asked = match (args.undo, args.resume) {
        (true, _) => Some(Direction::Undo),
        (_, true) => Some(Direction::Resume),
        _ => None,
    };
    if operations.is_empty() {
        ui.status("no operation was cut short");
    }
    if cx.dry_run {
        let views: Vec<SettledView> = operations
            .iter()
            .map(|operation| planned(operation, asked))
            .collect();
        show(ui, &views);
        return Ok(ExitCode::Done);
    }
    let progress = ui.progress();
    let mut views = Vec::new();
    let mut failures = Vec::new();
    // Oldest first, one after the other: a later one may stand on what an earlier one left.
    for operation in &operations {
        let settled = recover::settle(cx, &progress, operation, asked);
        let mut view = planned(operation, asked);
        match settled {
            Ok(applied) if applied.outcome == Outcome::Left => {
                failures.extend(applied.into_failure());
            }
            Ok(applied) => {
                view.outcome = if applied.outcome == Outcome::Done {
                    "done"
                } else {
                    "undone"
                };
                views.push(view);
            }
            Err(failure) => failures.push(failure),
        }
    }
    drop(progress);
    recover::sweep(cx)?;
    match batch::conclude(failures, operations.len()) {
        Some(failure) => Err(failure),
        None => {
            if ui.is_json() {
                ui.json(&views);
            }
            Ok(ExitCode::Done)
        }
    }
}

fn chosen(cx: &Context, ids: &[String]) -> Result<Vec<Recorded>, Failure> {
    let crashed = recover::crashed(cx)?;
    if ids.is_empty() {
        return Ok(crashed);
    }
    let mut chosen = Vec::new();
    for id in ids {
        match crashed.iter().find(|operation| operation.id == *id) {
            Some(operation) => chosen.push(operation.clone()),
            None => {
                let recorded = journal::read(&cx.state_dir, id)
                    .map_err(|error| recover::unreadable(&error))?;
                let (exit, what) = match recorded.outcome() {
                    Some(_) => (ExitCode::NotFound, "is settled"),
                    None => (ExitCode::Exists, "is running"),
                };
                return Err(Failure::new(
                    exit,
                    Code::RecoverSettled,
                    format!("operation {id} {what}"),
                ));
            }
        }
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
