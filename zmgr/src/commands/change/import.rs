//! Documents that take over what the host has.

use super::Target;
use super::difference::difference;
use super::set::checked;
use crate::Context;
use crate::documents::syntax::tree::quote;
use crate::documents::{Document, Kind, Store};
use crate::failure::{ExitCode, Failure};
use crate::operation::{self, Proposal, Scope};
use crate::output::{Ui, escape_lines};
use crate::plan::{Action, DocumentChange, Plan, Step};

/// A document of the host: its name, and what each of its nodes says.
pub(in crate::commands) type Taken = (String, Vec<(&'static str, Vec<String>)>);

/// Makes the documents, or makes those that are there say the same; the rest of their text stays.
///
/// # Errors
/// Exit status 3 if one would be invalid.
pub(in crate::commands) fn import(
    cx: &Context,
    ui: &mut Ui,
    kind: Kind,
    documents: &[Taken],
) -> Result<ExitCode, Failure> {
    let command = format!("{} import", kind.word());
    let path = |(name, _): &Taken| {
        Target {
            kind,
            name,
            apply: false,
        }
        .path()
    };
    let scope = Scope {
        command: &command,
        documents: documents.iter().map(path).collect(),
        ..Scope::default()
    };
    let store = Store::open(&cx.config_dir)?;
    let changed = operation::attempt(cx, ui, &scope, |_| {
        let (mut changes, mut warnings) = (Vec::new(), Vec::new());
        for (name, nodes) in documents {
            let target = Target {
                kind,
                name,
                apply: false,
            };
            let document = taken(&store, target, nodes)?;
            warnings.extend(checked(&store, target, &document)?);
            changes.push(DocumentChange {
                path: target.path(),
                before: document.original().map(str::to_owned),
                after: Some(document.text().to_owned()),
            });
        }
        changes.retain(|change| change.before != change.after);
        let difference: String = changes.iter().map(difference).collect();
        let undo = changes.iter().map(DocumentChange::reversed).collect();
        let steps = match changes.is_empty() {
            true => Vec::new(),
            false => vec![Step::new(
                Action::ChangeDocuments(changes),
                Some(Action::ChangeDocuments(undo)),
            )],
        };
        let plan = Plan::new(&command, Vec::new(), steps);
        Ok(Proposal {
            warnings,
            ..Proposal::new(vec![plan], difference)
        })
    })?;
    if cx.dry_run && !ui.is_json() {
        ui.text(escape_lines(&changed.note));
    }
    if !cx.dry_run && changed.is_nothing() {
        ui.status("the documents are up to date");
    }
    changed.finish(cx, ui)
}

/// The document, with these nodes and no others of their names.
fn taken(
    store: &Store,
    target: Target<'_>,
    nodes: &[(&'static str, Vec<String>)],
) -> Result<Document, Failure> {
    let Target { kind, name, .. } = target;
    let mut document = match Document::open(store, kind, name) {
        Err(failure) if failure.exit == ExitCode::NotFound => {
            let text = format!("/- kdl-version 2\n{} {} {{\n}}\n", kind.word(), quote(name));
            Document::create(store, kind, name, text)?
        }
        opened => opened?,
    };
    for (path, values) in nodes {
        if !values.is_empty() {
            document.set(path, values)?;
            continue;
        }
        match document.remove(path, &[]) {
            // A node that is not there need not go.
            Err(failure) if failure.exit != ExitCode::NotFound => return Err(failure),
            _ => {}
        }
    }
    Ok(document)
}
