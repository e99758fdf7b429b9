//! Reservations made and taken back: worked out and done under the host's lock, so that no address is given out meanwhile.

use std::net::IpAddr;

use crate::commands::operation::{self, OperationView};
use crate::documents::{Document, Kind};
use crate::execute::{self, Operation, recover, released};
use crate::output::Ui;
use crate::plan::{Action, Direction, DocumentChange, OnFailure, Plan, Step};
use crate::{Context, ExitCode, Failure};

/// What changes.
pub(super) struct Change {
    /// The pool's document.
    pub(super) document: Option<Document>,
    /// An address whose quarantine ends.
    pub(super) lift: Option<IpAddr>,
}

/// Makes the change that `make` works out.
pub(super) fn run(
    cx: &Context,
    ui: &mut Ui,
    name: &str,
    make: &dyn Fn(&mut Ui) -> Result<Change, Failure>,
) -> Result<ExitCode, Failure> {
    operation::prepare(cx, name)?;
    let progress = ui.progress();
    let host = if cx.dry_run {
        None
    } else {
        Some(execute::lock_host(cx, &progress)?)
    };
    let change = make(ui)?;
    let path = change.document.as_ref().map(|document| path(cx, document));
    if let Some(path) = path.filter(|_| !cx.dry_run) {
        recover::refuse_unsettled_document(cx, &path)?;
    }
    let plan = plan(cx, name, &change)?;
    if cx.dry_run {
        operation::show_plans(ui, vec![OperationView::planned(&plan)]);
        return Ok(ExitCode::Done);
    }
    // The document is changed under the host's lock; the end of a quarantine takes it again.
    let operation = Operation::begin(cx, &progress, plan.clone(), Vec::new())?;
    drop(host);
    let applied = operation.run();
    drop(progress);
    let history = super::store(cx)?
        .config()
        .ok()
        .and_then(|config| config.history);
    operation::finish_one(cx, ui, history, &plan, applied)
}

fn plan(cx: &Context, name: &str, change: &Change) -> Result<Plan, Failure> {
    let mut plan = Plan::new(name, Vec::new(), Vec::new());
    if let Some(document) = &change.document {
        plan.steps.push(rewrite(cx, document)?);
    }
    if let Some(address) = change.lift {
        for (zone, addresses) in released::of(&cx.state_dir, address)? {
            let undo = Action::Release {
                zone: zone.clone(),
                addresses: addresses.clone(),
            };
            let end = Action::EndQuarantine { zone, addresses };
            plan.steps.push(Step::new(end, Some(undo)));
        }
    }
    if plan.steps.len() > 1 {
        // What is free after the first step may be somebody's after the second: there is no way back.
        plan.recovery = Direction::Resume;
        for step in &mut plan.steps {
            *step = Step::forward(step.action.clone(), OnFailure::Stop);
        }
    }
    Ok(plan)
}

/// Where the document lies below the directory of the documents.
fn path(cx: &Context, document: &Document) -> String {
    let path = document.path().strip_prefix(&cx.config_dir);
    let path = path.map_or_else(
        |_| Kind::Pool.directory().unwrap_or_default().into(),
        |path| path.to_string_lossy(),
    );
    path.into_owned()
}

fn rewrite(cx: &Context, document: &Document) -> Result<Step, Failure> {
    document.check()?;
    let change = DocumentChange {
        path: path(cx, document),
        before: document.original().map(str::to_owned),
        after: Some(document.text().to_owned()),
    };
    let undo = Action::ChangeDocuments(vec![change.reversed()]);
    Ok(Step::new(Action::ChangeDocuments(vec![change]), Some(undo)))
}
