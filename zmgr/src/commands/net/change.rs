//! What adding, setting and removing a net have in common: locks, documents, host, plan, run.

use crate::failure::Code;
use illumos::zone::{ZoneConfig, ZoneName};

use crate::cache::Cache;
use crate::commands::operation::{self, OperationView};
use crate::documents::model::{Documents, ZoneEntry};
use crate::documents::{Document, Kind, Store};
use crate::execute::{self, Operation, recover};
use crate::observe::Observed;
use crate::output::Ui;
use crate::plan::Plan;
use crate::plan::create::Planner;
use crate::plan::net_change::Existing;
use crate::{Context, ExitCode, Failure};

/// Plans with `plan` and carries out what it says.
pub(super) fn run(
    cx: &Context,
    ui: &mut Ui,
    operation: &str,
    zone: &ZoneName,
    plan: &dyn Fn(&mut Planner<'_>, &Existing<'_>) -> Result<Plan, Failure>,
) -> Result<ExitCode, Failure> {
    operation::prepare(cx, operation)?;
    let progress = ui.progress();
    if cx.dry_run {
        let (plan, _) = planned(cx, zone, plan)?;
        drop(progress);
        operation::warn(ui, &plan);
        operation::show_plans(ui, vec![OperationView::planned(&plan)]);
        return Ok(ExitCode::Done);
    }
    let names = std::slice::from_ref(zone);
    let locks = execute::lock_zones(cx, names, &progress)?;
    recover::refuse_unsettled(cx, names)?;
    execute::zones_idle(cx, names, &progress)?;
    let host = execute::lock_host(cx, &progress)?;
    let (plan, history) = planned(cx, zone, plan)?;
    operation::warn(ui, &plan);
    if plan.steps.is_empty() {
        drop((host, progress, locks));
        ui.status(format_args!("{zone}: nothing to do"));
        let view = OperationView::unchanged(operation, zone);
        return operation::finish(cx, ui, history, vec![view], None);
    }
    let running = Operation::begin(cx, &progress, plan.clone(), locks)?;
    drop(host);
    let applied = running.run();
    drop(progress);
    operation::finish_one(cx, ui, history, &plan, applied)
}

fn planned(
    cx: &Context,
    zone: &ZoneName,
    plan: &dyn Fn(&mut Planner<'_>, &Existing<'_>) -> Result<Plan, Failure>,
) -> Result<(Plan, Option<std::time::Duration>), Failure> {
    let store = Store::open(&cx.config_dir)?;
    let documents: Documents = store.load()?.ok()?;
    let released = operation::released(cx, &documents)?;
    let mut observed = Observed::host()?;
    let Some(entry) = documents.zones.get(zone) else {
        if observed.zone(zone).is_some() {
            let message = format!("zone {zone} is not in the registry");
            return Err(
                Failure::new(ExitCode::NotFound, Code::ZoneNotManaged, message)
                    .with_help(format!("`zmgr import {zone}` registers it")),
            );
        }
        let known = documents.zones.keys().map(ZoneName::as_str);
        return Err(operation::unknown_zone(zone.as_str(), known));
    };
    let Some(state) = observed.zone(zone).map(|found| found.state) else {
        let message = format!("zone {zone} is in the registry, and not on this host");
        return Err(Failure::new(ExitCode::NotFound, Code::ZoneMissing, message));
    };
    let uses = observed.uses(|_| true, Some(&Cache::new(cx)))?;
    let problems = observed.claim(&documents, &uses);
    observed.plumbed()?;
    let book = operation::book(&documents, released, &observed.claims);
    let document = Document::open(&store, Kind::Zone, zone.as_str())?;
    let config = ZoneConfig::read(zone)?;
    let render = |entry: &ZoneEntry| {
        let mut changed = document.clone();
        changed.set_zone(entry)?;
        Ok(changed.text().to_owned())
    };
    let existing = Existing {
        entry,
        text: document.text(),
        config: &config,
        state,
        render: &render,
    };
    let mut planner = Planner::new(&documents, &observed, &book)
        .with_nodename(operation::nodename())
        .with_probe(&operation::answers);
    let mut plan = plan(&mut planner, &existing)?;
    plan.warnings
        .extend(problems.into_iter().map(|problem| problem.message));
    Ok((plan, documents.config.history))
}
