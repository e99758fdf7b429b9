//! What is shown of operations: the dry run, warnings, and the JSON document at the end.

use std::time::Duration;

use illumos::zone::{ZoneConfig, ZoneName};
use jiff::Timestamp;
use serde::Serialize;

use crate::Context;
use crate::execute::journal;
use crate::failure::{Code, ExitCode, Failure};
use crate::output::{Ui, escape};
use crate::plan::Plan;

/// How long finished journals are kept where the configuration does not say.
const HISTORY: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// What an operation does, or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct OperationView {
    /// Its id in the journal; none in a dry run.
    pub(crate) id: Option<String>,
    /// The command.
    pub(crate) operation: String,
    /// The zones concerned.
    pub(crate) zones: Vec<ZoneName>,
    /// `planned`, `done`, or `unchanged` if there was nothing to do.
    pub(crate) outcome: &'static str,
    /// The steps.
    pub(crate) steps: Vec<StepView>,
    /// What the person should know.
    pub(crate) warnings: Vec<String>,
}

/// A step of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct StepView {
    /// What is done.
    pub(crate) description: String,
    /// The commands that a person would type.
    pub(crate) commands: Vec<String>,
    /// What takes it back.
    pub(crate) undo: Option<String>,
    /// The configuration that it makes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) configuration: Option<ZoneConfig>,
}

/// The one JSON document of a command that changes something.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct OperationsView {
    /// Whether nothing was changed because of `-n`.
    pub(crate) dry_run: bool,
    /// The operations, in the order of the zones.
    pub(crate) operations: Vec<OperationView>,
}

impl OperationView {
    /// A plan that is not carried out.
    pub(super) fn planned(plan: &Plan) -> Self {
        let nothing = plan.steps.is_empty();
        Self::of(plan, None, if nothing { "unchanged" } else { "planned" })
    }

    /// A plan that was carried out.
    pub(super) fn done(plan: &Plan, id: &str) -> Self {
        Self::of(plan, Some(id.to_owned()), "done")
    }

    /// A plan of nothing.
    pub(super) fn unchanged(plan: &Plan) -> Self {
        Self::of(plan, None, "unchanged")
    }

    /// The zones to which nothing was to be done.
    pub(super) fn unchanged_zones(&self) -> &[ZoneName] {
        match self.outcome {
            "unchanged" => &self.zones,
            _ => &[],
        }
    }

    fn of(plan: &Plan, id: Option<String>, outcome: &'static str) -> Self {
        let steps = plan.steps.iter().map(|step| StepView {
            description: step.action.describe(),
            commands: step.action.commands(),
            undo: step.undo.as_ref().map(crate::plan::Action::describe),
            configuration: step.action.configuration().cloned(),
        });
        Self {
            id,
            operation: plan.operation.clone(),
            zones: plan.zones.clone(),
            outcome,
            steps: steps.collect(),
            warnings: plan.warnings.clone(),
        }
    }
}

/// Shows a dry run.
pub(super) fn show_plans(ui: &mut Ui, operations: Vec<OperationView>) {
    if ui.is_json() {
        ui.json(&OperationsView {
            dry_run: true,
            operations,
        });
        return;
    }
    for operation in &operations {
        let mut words = vec![operation.operation.as_str()];
        words.extend(operation.zones.iter().map(AsRef::as_ref));
        ui.header(&words.join(" "));
        if operation.outcome == "unchanged" {
            ui.line("  nothing to do");
        }
        for (number, step) in operation.steps.iter().enumerate() {
            ui.line(format_args!(
                "  {}. {}",
                number + 1,
                escape(&step.description)
            ));
            for command in &step.commands {
                ui.line(format_args!("       {}", escape(command)));
            }
        }
    }
    ui.status("dry run: nothing was changed");
}

/// Says what the person should know before it starts.
pub(super) fn warn(ui: &mut Ui, plan: &Plan) {
    for warning in &plan.warnings {
        ui.warning(&Failure::new(
            ExitCode::Done,
            Code::PlanWarning,
            warning.clone(),
        ));
    }
}

/// Removes journals that are older than `keep`.
pub(super) fn prune(cx: &Context, keep: Option<Duration>) {
    let oldest = Timestamp::now() - keep.unwrap_or(HISTORY);
    // Old journals that cannot be removed now are removed by the next command.
    let _ = journal::prune(&cx.state_dir, oldest);
}

/// Shows operations that were done, if JSON is asked for.
pub(super) fn show_done(ui: &mut Ui, operations: Vec<OperationView>) {
    if ui.is_json() {
        ui.json(&OperationsView {
            dry_run: false,
            operations,
        });
    }
}
