//! A change to one document, carried out as every other operation is: planned, journalled, undone when it fails.

use super::Target;
use super::difference::difference;
use crate::commands::operation::{self, OperationView};
use crate::documents::{Kind, Store};
use crate::execute::{self, Operation, recover};
use crate::output::{Ui, escape_lines};
use crate::plan::{Action, DocumentChange, Plan, Step};
use crate::{Context, ExitCode, Failure};

/// Makes the change that `make` hands out, which it works out while nobody else changes documents: the text before and after.
///
/// # Errors
/// What `make` says; if the document cannot be written.
pub(super) fn change(
    cx: &Context,
    ui: &mut Ui,
    target: Target<'_>,
    verb: &str,
    make: impl FnOnce(&mut Ui, &Store) -> Result<(Option<String>, Option<String>), Failure>,
) -> Result<ExitCode, Failure> {
    let operation = target.operation(verb);
    operation::prepare(cx, &operation)?;
    let store = Store::open(&cx.config_dir)?;
    let progress = ui.progress();
    let (zones, locks) = super::zone::lock(cx, target, &progress)?;
    let lock = match cx.dry_run {
        true => None,
        false => Some(execute::lock_host(cx, &progress)?),
    };
    if !cx.dry_run {
        recover::refuse_unsettled_document(cx, &target.path())?;
    }
    let (before, after) = make(ui, &store)?;
    let change = DocumentChange {
        path: target.path(),
        before,
        after,
    };
    if change.before == change.after {
        drop(progress);
        return unchanged(cx, ui, &operation, target);
    }
    let undo = Action::ChangeDocuments(vec![change.reversed()]);
    let step = Step::new(Action::ChangeDocuments(vec![change.clone()]), Some(undo));
    let mut plan = Plan::new(operation, zones, vec![step]);
    if let (Kind::Zone, Some(text)) = (target.kind, &change.after) {
        plan.warnings
            .extend(super::zone::warning(&store, target, text));
    }
    operation::warn(ui, &plan);
    if cx.dry_run {
        if !ui.is_json() {
            ui.text(escape_lines(&difference(&change)));
        }
        operation::show_plans(ui, vec![OperationView::planned(&plan)]);
        return Ok(ExitCode::Done);
    }
    let running = Operation::begin(cx, &progress, plan.clone(), locks)?;
    drop(lock);
    let applied = running.run();
    drop(progress);
    let history = store.config().ok().and_then(|config| config.history);
    operation::finish_one(cx, ui, history, &plan, applied)
}

fn unchanged(
    cx: &Context,
    ui: &mut Ui,
    operation: &str,
    target: Target<'_>,
) -> Result<ExitCode, Failure> {
    let view = OperationView {
        id: None,
        operation: operation.to_owned(),
        zones: Vec::new(),
        outcome: "unchanged",
        steps: Vec::new(),
        warnings: Vec::new(),
    };
    if cx.dry_run {
        operation::show_plans(ui, vec![view]);
        return Ok(ExitCode::Done);
    }
    ui.status(format_args!("{} is as it was", target.path()));
    operation::finish(cx, ui, None, vec![view], None)
}
