//! `zmgr history`.

use clap::{Args, Subcommand};
use illumos::zone::ZoneName;
use jiff::Timestamp;
use serde::Serialize;

use crate::execute::journal::{self, Operation as Recorded, Progress, Record, Unreadable};
use crate::execute::{Outcome, recover};
use crate::output::{Cell, Column, Table, Ui, escape};
use crate::{Context, ExitCode, Failure};

/// Show past operations
///
/// Every operation that changed something has a journal, which records its plan, its progress and its outcome. Journals are removed after
/// 90 days, or after the time that `history` in config.kdl sets. Journals of unfinished operations are kept.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  zmgr history
  zmgr history web01
  zmgr history show 20260322T140415Z-0a1f")]
pub struct HistoryArgs {
    #[command(subcommand)]
    command: Option<HistoryCommand>,
    /// Show only operations on this zone
    #[arg(value_name = "NAME", add = crate::commands::args::complete::zone())]
    name: Option<String>,
}

#[derive(Debug, Subcommand)]
enum HistoryCommand {
    /// Show one operation and its steps
    Show {
        /// The id of the operation
        #[arg(add = crate::commands::args::complete::operation())]
        id: String,
    },
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct OperationView {
    id: String,
    operation: String,
    zones: Vec<ZoneName>,
    command: String,
    started: String,
    ended: Option<String>,
    /// `done`, `undone`, `left`, `cut-short`, `unreadable`.
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<Vec<StepView>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct StepView {
    description: String,
    commands: Vec<String>,
    progress: Progress,
    reason: Option<String>,
}

/// Shows them.
///
/// # Errors
/// Exit status 6 if there is no such operation; 1 if a journal cannot be read.
pub fn run(cx: &Context, ui: &mut Ui, args: &HistoryArgs) -> Result<ExitCode, Failure> {
    if let Some(HistoryCommand::Show { id }) = &args.command {
        let recorded =
            journal::read(&cx.state_dir, id).map_err(|error| recover::unreadable(&error))?;
        show(ui, &recorded);
        return Ok(ExitCode::Done);
    }
    let ids = journal::all(&cx.state_dir).map_err(|error| recover::unreadable(&error))?;
    let mut views = Vec::new();
    for id in ids {
        match journal::read(&cx.state_dir, &id) {
            Ok(recorded) => {
                let about =
                    |name: &String| recorded.plan.zones.iter().any(|zone| zone.as_str() == name);
                if args.name.as_ref().is_none_or(about) {
                    views.push(view(&recorded, false));
                }
            }
            // It was removed meanwhile.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                ui.warning(&recover::unreadable(&error));
                let known = journal::salvage(&cx.state_dir, &id, &error);
                let about = |known: &Unreadable| {
                    let about =
                        |name: &String| known.zones.iter().any(|zone| zone.as_str() == name);
                    args.name.as_ref().is_none_or(about)
                };
                views.extend(known.filter(about).map(unreadable_view));
            }
        }
    }
    list(ui, &views);
    Ok(ExitCode::Done)
}

/// What is known of an operation whose journal cannot be read.
fn unreadable_view(known: Unreadable) -> OperationView {
    let began = |id: &str| -> Option<Timestamp> {
        let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", id.get(..16)?).ok()?;
        Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    OperationView {
        started: began(&known.id).map_or_else(String::new, |time| time.to_string()),
        id: known.id,
        operation: known.operation.unwrap_or_default(),
        zones: known.zones,
        command: known.command.unwrap_or_default(),
        ended: None,
        outcome: "unreadable",
        steps: None,
    }
}

fn view(recorded: &Recorded, with_steps: bool) -> OperationView {
    OperationView {
        id: recorded.id.clone(),
        operation: recorded.plan.operation.clone(),
        zones: recorded.plan.zones.clone(),
        command: recorded.command.clone(),
        started: recorded.started.to_string(),
        ended: recorded.outcome().map(|_| recorded.last().to_string()),
        outcome: match recorded.outcome() {
            Some(Outcome::Done) => "done",
            Some(Outcome::Undone) => "undone",
            Some(Outcome::Left) => "left",
            None => "cut-short",
        },
        steps: with_steps.then(|| steps(recorded)),
    }
}

fn steps(recorded: &Recorded) -> Vec<StepView> {
    let reason = |number: usize| {
        recorded
            .records
            .iter()
            .rev()
            .find_map(|record| match record {
                Record::Failed { step, reason, .. } | Record::UndoFailed { step, reason, .. }
                    if *step == number =>
                {
                    Some(reason.clone())
                }
                _ => None,
            })
    };
    let steps = recorded
        .plan
        .steps
        .iter()
        .zip(recorded.progress())
        .enumerate();
    let view = |(number, (step, progress)): (usize, (&crate::plan::Step, Progress))| StepView {
        description: step.action.describe(),
        commands: step.action.commands(),
        progress,
        reason: reason(number),
    };
    steps.map(view).collect()
}

fn list(ui: &mut Ui, views: &[OperationView]) {
    if ui.is_json() {
        ui.json(views);
        return;
    }
    let columns = ["ID", "STARTED", "OUTCOME", "COMMAND"]
        .map(Column::new)
        .into_iter()
        .collect();
    let mut table = Table::new(columns);
    for view in views {
        table.row(
            [&view.id, &view.started, view.outcome, &view.command]
                .map(|text: &str| Cell::new(text)),
        );
    }
    ui.table(&table);
}

fn show(ui: &mut Ui, recorded: &Recorded) {
    let view = view(recorded, true);
    if ui.is_json() {
        ui.json(&view);
        return;
    }
    ui.line(format_args!("id:      {}", view.id));
    ui.line(format_args!("command: {}", escape(&view.command)));
    ui.line(format_args!("started: {}", view.started));
    ui.line(format_args!(
        "ended:   {}",
        view.ended.as_deref().unwrap_or("-")
    ));
    ui.line(format_args!("outcome: {}", view.outcome));
    for (number, step) in view.steps.iter().flatten().enumerate() {
        let progress = progress_word(step.progress);
        ui.line(format_args!(
            "  {}. {}: {progress}",
            number + 1,
            escape(&step.description)
        ));
        if let Some(reason) = &step.reason {
            ui.line(format_args!("       {}", escape(reason)));
        }
    }
}

fn progress_word(progress: Progress) -> &'static str {
    match progress {
        Progress::NotBegun => "not begun",
        Progress::Begun => "begun",
        Progress::Done => "done",
        Progress::Failed => "failed",
        Progress::UndoBegun => "undoing begun",
        Progress::Undone => "undone",
        Progress::UndoFailed => "could not be undone",
    }
}
