//! A change to one document, carried out as every other operation is: planned, journalled, undone when it fails.

use super::Target;
use super::difference::difference;
use crate::Context;
use crate::documents::{Kind, Source, Store, combine, decode_zone};
use crate::failure::{ExitCode, Failure};
use crate::operation::{self, Look, Proposal, Scope, World};
use crate::output::{Ui, escape_lines};
use crate::plan::{Action, DocumentChange, Plan, Step};

/// What a document becomes.
#[derive(Debug)]
pub(super) struct Changing {
    /// Its text now; `None` if it is not there.
    pub(super) before: Option<String>,
    /// Its text then; `None` if it is removed.
    pub(super) after: Option<String>,
    /// What the person should know of it.
    pub(super) warnings: Vec<Failure>,
}

/// Makes the change that `make` works out.
///
/// # Errors
/// What `make` says; if the document cannot be written.
pub(super) fn change(
    cx: &Context,
    ui: &mut Ui,
    target: Target<'_>,
    verb: &str,
    make: impl Fn(&Store) -> Result<Changing, Failure>,
) -> Result<ExitCode, Failure> {
    let command = target.operation(verb);
    let zone = target.name.parse().ok();
    let zone = zone.filter(|_| target.kind == Kind::Zone);
    let scope = Scope {
        command: &command,
        zones: zone.into_iter().collect(),
        documents: vec![target.path()],
        look: Look {
            own: target.apply,
            usage: target.apply,
            ..Look::default()
        },
        ..Scope::default()
    };
    let store = Store::open(&cx.config_dir)?;
    let changed = operation::attempt(cx, ui, &scope, |world| {
        let Changing {
            before,
            after,
            warnings,
        } = make(&store)?;
        let change = DocumentChange {
            path: target.path(),
            before,
            after,
        };
        let plan = plan(&store, world, target, &command, &scope, &change)?;
        let difference = match plan.steps.is_empty() {
            true => String::new(),
            false => difference(&change),
        };
        Ok(Proposal {
            warnings,
            ..Proposal::new(vec![plan], difference)
        })
    })?;
    if cx.dry_run && !ui.is_json() {
        ui.text(escape_lines(&changed.note));
    }
    if !cx.dry_run && changed.is_nothing() {
        ui.status(format_args!("{} is unchanged", target.path()));
    }
    changed.finish(cx, ui)
}

fn plan(
    store: &Store,
    world: &World,
    target: Target<'_>,
    command: &str,
    scope: &Scope<'_>,
    change: &DocumentChange,
) -> Result<Plan, Failure> {
    if change.before == change.after {
        return Ok(Plan::new(command, Vec::new(), Vec::new()));
    }
    let undo = Action::ChangeDocuments(vec![change.reversed()]);
    let step = Step::new(Action::ChangeDocuments(vec![change.clone()]), Some(undo));
    let mut plan = Plan::new(command, scope.zones.clone(), vec![step]);
    if let (Kind::Zone, Some(text)) = (target.kind, &change.after) {
        if target.apply {
            let entry = decode_zone(&Source::new(target.path(), text), Some(target.name))
                .map_err(combine)?;
            let applied = operation::applied(world, &entry, command)?;
            plan.steps.extend(applied.steps);
            plan.recovery = applied.recovery;
            plan.warnings.extend(applied.warnings);
        } else {
            plan.warnings
                .extend(super::zone::warning(store, target, text));
        }
    }
    Ok(plan)
}
