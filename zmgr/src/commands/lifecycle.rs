//! What `boot`, `halt`, `shutdown` and `reboot` have in common.

use illumos::zone::{self, ZoneName};

use super::operation::{self, OperationView};
use super::select::SelectArgs;
use crate::execute::{self, Operation, Reporter, batch, interrupt, recover};
use crate::observe::Observed;
use crate::output::Ui;
use crate::plan::lifecycle::{Verb, lifecycle};
use crate::{Context, ExitCode, Failure};

/// Does `verb` to every zone that is meant, several at once. What stops every zone is asked for before.
pub(super) fn run(
    cx: &Context,
    ui: &mut Ui,
    select: &SelectArgs,
    verb: &Verb,
    parallel: Option<usize>,
) -> Result<ExitCode, Failure> {
    operation::prepare(cx, verb.as_str())?;
    let documents = operation::readable_documents(cx, ui)?;
    let observed = Observed::host()?;
    let names = select.zones(&documents, &observed)?;
    if cx.dry_run {
        let mut views = Vec::new();
        for name in &names {
            views.push(match lifecycle(of(&observed, name)?, verb)? {
                Some(plan) => OperationView::planned(&plan),
                None => OperationView::unchanged(verb.as_str(), name),
            });
        }
        operation::show_plans(ui, views);
        return Ok(ExitCode::Done);
    }
    if select.all && matches!(verb, Verb::Halt | Verb::Shutdown { .. } | Verb::Reboot) {
        ui.confirm(&format!(
            "{} all {} registered zones?",
            capitalised(verb.as_str()),
            names.len()
        ))?;
    }
    let progress = ui.progress();
    let parallel = parallel
        .or(documents.config.parallel)
        .unwrap_or_else(batch::default_parallel);
    let results = batch::each(names.clone(), parallel, |name| {
        one(cx, &progress, &name, verb)
    });
    drop(progress);
    let mut done = Vec::new();
    let mut failures = Vec::new();
    for result in results {
        match result {
            Ok(view) => done.push(view),
            Err(failure) => failures.push(failure),
        }
    }
    for view in done.iter().filter(|view| view.outcome == "unchanged") {
        for name in &view.zones {
            ui.status(format_args!("{name}: nothing to do"));
        }
    }
    let failure = batch::conclude(failures, names.len());
    operation::finish(cx, ui, documents.config.history, done, failure)
}

fn of<'a>(observed: &'a Observed, name: &ZoneName) -> Result<&'a zone::Zone, Failure> {
    observed.zone(name).ok_or_else(|| {
        let message = format!("zone {name} is in the registry, and not on this host");
        Failure::new(ExitCode::NotFound, "zmgr::zone::missing", message)
    })
}

fn one(
    cx: &Context,
    reporter: &dyn Reporter,
    name: &ZoneName,
    verb: &Verb,
) -> Result<OperationView, Failure> {
    if interrupt::requested() {
        return Err(interrupt::failure(&format!(
            "nothing was done to zone {name}"
        )));
    }
    let lock = execute::lock_zone(cx, name, reporter)?;
    recover::refuse_unsettled(cx, std::slice::from_ref(name))?;
    // The state is looked at again, now that nobody else changes it.
    let zone = zone::get(name)?;
    let Some(plan) = lifecycle(&zone, verb)? else {
        return Ok(OperationView::unchanged(verb.as_str(), name));
    };
    let applied = Operation::begin(cx, reporter, plan.clone(), vec![lock])?.run();
    operation::view(&plan, applied)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase())
        .into_iter()
        .chain(letters)
        .collect()
}

/// How many at once: at least one.
pub(super) fn parallel(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|count| *count > 0)
        .ok_or_else(|| "expected a number from 1".to_owned())
}
