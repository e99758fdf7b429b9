//! Reservations made and taken back: worked out and done under the host's lock, so that no address is given out meanwhile.

use std::net::IpAddr;

use crate::commands::operation::{self, OperationView};
use crate::documents::{Document, Kind};
use crate::execute::{self, Operation, released};
use crate::output::Ui;
use crate::plan::{Action, DocumentChange, Plan, Step};
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
    let plan = plan(cx, name, change.document.as_ref())?;
    if cx.dry_run {
        operation::show_plans(ui, vec![OperationView::planned(&plan)]);
        return Ok(ExitCode::Done);
    }
    if let Some(address) = change.lift {
        released::forget(&cx.state_dir, address)?;
    }
    if plan.steps.is_empty() {
        drop((host, progress));
        return operation::finish(cx, ui, None, vec![OperationView::done(&plan, "")], None);
    }
    let applied = Operation::begin(cx, &progress, plan.clone(), Vec::new())?.run();
    drop((host, progress));
    let (done, failure) = match operation::view(&plan, applied) {
        Ok(view) => (vec![view], None),
        Err(failure) => (Vec::new(), Some(failure)),
    };
    let history = super::store(cx)?
        .config()
        .ok()
        .and_then(|config| config.history);
    operation::finish(cx, ui, history, done, failure)
}

fn plan(cx: &Context, name: &str, document: Option<&Document>) -> Result<Plan, Failure> {
    let mut plan = Plan::new(name, Vec::new(), Vec::new());
    let Some(document) = document else {
        return Ok(plan);
    };
    document.check()?;
    let path = document.path().strip_prefix(&cx.config_dir);
    let path = path.map_or_else(
        |_| Kind::Pool.directory().unwrap_or_default().into(),
        |path| path.to_string_lossy(),
    );
    let change = DocumentChange {
        path: path.into_owned(),
        before: document.original().map(str::to_owned),
        after: Some(document.text().to_owned()),
    };
    let undo = Action::ChangeDocuments(vec![change.reversed()]);
    plan.steps
        .push(Step::new(Action::ChangeDocuments(vec![change]), Some(undo)));
    Ok(plan)
}
