//! Reservations made and taken back, so that no address is given out meanwhile.

use std::net::IpAddr;

use crate::Context;
use crate::documents::{Document, Kind};
use crate::execute::released;
use crate::failure::{ExitCode, Failure};
use crate::operation::{self, Look, Proposal, Scope, World};
use crate::output::Ui;
use crate::plan::{Action, Direction, DocumentChange, OnFailure, Plan, Step};

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
    command: &str,
    pool: &str,
    make: &dyn Fn(&World) -> Result<Change, Failure>,
) -> Result<ExitCode, Failure> {
    let directory = Kind::Pool.directory().unwrap_or_default();
    let scope = Scope {
        command,
        documents: vec![format!("{directory}/{pool}.kdl")],
        look: Look {
            usage: true,
            ..Look::default()
        },
        ..Scope::default()
    };
    operation::change(cx, ui, &scope, |world| {
        let change = make(world)?;
        Ok(Proposal {
            warnings: world.unread.clone(),
            ..plan(cx, command, &change)?.into()
        })
    })
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
