//! `zmgr destroy`.

use crate::failure::Code;
use clap::Args;
use illumos::ErrorKind;
use illumos::datalink::LinkName;
use illumos::zone::{ZoneConfig, ZoneName, ZoneState};
use jiff::Timestamp;

use super::operation::{self, OperationView};
use crate::cli::ChangeArgs;
use crate::documents::model::Documents;
use crate::documents::{Kind, Store};
use crate::execute::{self, Operation, batch, etherstub, mark, recover, released};
use crate::observe::Observed;
use crate::output::Ui;
use crate::plan::Plan;
use crate::plan::destroy::{Doomed, destroy};
use crate::{Context, ExitCode, Failure};

/// Destroy zones with everything that belongs to them
///
/// A zone is halted, uninstalled and its configuration deleted; then its VNICs and the etherstubs that zmgr made for them, if nothing
/// else uses them, and at last its entry in the registry. What does not belong to the zone is never touched.
#[derive(Debug, Args)]
#[command(aliases = ["delete", "rm"])]
#[command(after_help = "\
Examples:
  zmgr destroy web01
  zmgr destroy web01 web02 --yes
  zmgr destroy web01 --dry-run")]
pub struct DestroyArgs {
    /// The names of the zones
    #[arg(required = true, value_name = "NAME", add = crate::cli::complete::zone())]
    names: Vec<String>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Destroys the zones.
///
/// # Errors
/// Exit status 6 if one is not registered; 1 or 5 if a step failed: what is left is told, and the entry stays.
pub fn run(cx: &Context, ui: &mut Ui, args: &DestroyArgs) -> Result<ExitCode, Failure> {
    operation::prepare(cx, "destroy")?;
    let documents = operation::readable_documents(cx, ui)?;
    let observed = Observed::host()?;
    let names = names(args, &documents, &observed)?;
    // Planned once to ask, and again under the locks.
    let plans = plan_all(cx, &names, &documents, &observed)?;
    if cx.dry_run {
        for plan in &plans {
            operation::warn(ui, plan);
        }
        operation::show_plans(ui, plans.iter().map(OperationView::planned).collect());
        return Ok(ExitCode::Done);
    }
    ui.confirm(&question(&names, &observed))?;
    let progress = ui.progress();
    let locks = execute::lock_zones(cx, &names, &progress)?;
    execute::zones_idle(cx, &names, &progress)?;
    let host = execute::lock_host(cx, &progress)?;
    // What closes the journals of the zone when it is gone must not fail then.
    recover::cut_short(cx)?;
    let documents = Store::open(&cx.config_dir)?.load()?.documents;
    let plans = plan_all(cx, &names, &documents, &Observed::host()?)?;
    for plan in &plans {
        operation::warn(ui, plan);
    }
    released::prune(&cx.state_dir, &documents, Timestamp::now())?;
    drop(host);
    let parallel = documents
        .config
        .parallel
        .unwrap_or_else(batch::default_parallel);
    let applied = batch::each(plans.clone(), parallel, |plan| {
        Operation::begin(cx, &progress, plan, Vec::new()).map(Operation::run)
    });
    let mut done = Vec::new();
    let mut failures = Vec::new();
    for (plan, applied) in plans.iter().zip(applied) {
        match applied.and_then(|applied| operation::view(plan, applied)) {
            Ok(view) => done.push(view),
            Err(failure) => failures.push(failure),
        }
    }
    for zone in done.iter().flat_map(|view| &view.zones) {
        failures.extend(recover::supersede(cx, zone).err());
    }
    drop(locks);
    drop(progress);
    let failure = batch::conclude(failures, plans.len());
    operation::finish(cx, ui, documents.config.history, done, failure)
}

fn names(
    args: &DestroyArgs,
    documents: &Documents,
    observed: &Observed,
) -> Result<Vec<ZoneName>, Failure> {
    let mut names: Vec<ZoneName> = Vec::new();
    for text in &args.names {
        let name: ZoneName = text.parse().map_err(|error| {
            Failure::new(ExitCode::Usage, Code::Usage, format!("{text:?}: {error}"))
        })?;
        if !documents.zones.contains_key(&name) {
            if observed.zone(&name).is_some() {
                let message = format!(
                    "zone {name} is not in the registry; only registered zones are destroyed"
                );
                return Err(
                    Failure::new(ExitCode::NotFound, Code::ZoneNotManaged, message)
                        .with_help(format!("`zmgr import {name}` registers it")),
                );
            }
            return Err(operation::unknown_zone(
                text,
                documents.zones.keys().map(ZoneName::as_str),
            ));
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

fn question(names: &[ZoneName], observed: &Observed) -> String {
    let one = |name: &ZoneName| match observed.zone(name) {
        Some(zone) => format!("{name} ({}, {})", zone.state, zone.zonepath),
        None => format!("{name} (not on this host)"),
    };
    let zones: Vec<String> = names.iter().map(one).collect();
    let (word, files) = if names.len() == 1 {
        ("zone", "its")
    } else {
        ("zones", "their")
    };
    format!(
        "Destroy {word} {} with all {files} files, snapshots included?",
        zones.join(", ")
    )
}

fn plan_all(
    cx: &Context,
    names: &[ZoneName],
    documents: &Documents,
    observed: &Observed,
) -> Result<Vec<Plan>, Failure> {
    let store = Store::open(&cx.config_dir)?;
    names
        .iter()
        .map(|name| plan(cx, &store, name, documents, observed))
        .collect()
}

fn plan(
    cx: &Context,
    store: &Store,
    name: &ZoneName,
    documents: &Documents,
    observed: &Observed,
) -> Result<Plan, Failure> {
    let gone = || operation::unknown_zone(name.as_str(), []);
    let entry = documents.zones.get(name).ok_or_else(gone)?;
    let path = store.path(Kind::Zone, name.as_str())?;
    let text = std::fs::read_to_string(&path).map_err(|error| {
        let message = format!("cannot read {}: {error}", path.display());
        Failure::new(ExitCode::Failed, Code::DocumentUnreadable, message)
    })?;
    let config = match ZoneConfig::read(name) {
        Ok(config) => Some(config),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    let mark = match observed.zone(name) {
        Some(zone) if zone.state != ZoneState::Configured => mark::at(&zone.zonepath)?,
        _ => None,
    };
    let doomed = Doomed {
        entry,
        text: &text,
        config: config.as_ref(),
        mark: mark.as_ref(),
    };
    let is_ours = |stub: &LinkName| etherstub::is_ours(&cx.state_dir, stub);
    destroy(doomed, documents, observed, &is_ours, Timestamp::now())
}
