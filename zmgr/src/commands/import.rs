//! `zmgr import`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use illumos::datalink::Link;
use illumos::zone::{ZoneConfig, ZoneName};
use serde::Serialize;

use super::select::unknown_zone;
use crate::Context;
use crate::commands::args::ChangeArgs;
use crate::documents::{Kind, render_zone};
use crate::failure::{Code, ExitCode, Failure};
use crate::observe::Foreign;
use crate::operation::{self, Look, Proposal, Scope, World};
use crate::output::{Cell, Column, Table, Ui};
use crate::parallel;
use crate::plan::create::entry_path;
use crate::plan::import::{self, Adopted, Adopter, Quality};
use crate::plan::{Action, DocumentChange, Plan, Step};

/// For up to this many zones each link is queried by itself; for more, all links of the host are listed.
const MOST_SINGLE_LINKS: usize = 64;

/// Register zones that zmgr did not create
///
/// zmgr compares each zone's configuration with every template and records the template with the fewest differences. The differences are
/// recorded as settings of the zone, and each net gets the pool that its addresses are from. The zone itself is not changed. Virtual
/// machines (brands bhyve, kvm, emu, propolis) are skipped.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr import --dry-run
  zmgr import
  zmgr import db01 web02")]
pub struct ImportArgs {
    /// The names of the zones [default: all unregistered zones]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    change: ChangeArgs,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct ImportView {
    dry_run: bool,
    /// The operation's id; none in a dry run, or if there was nothing to import.
    id: Option<String>,
    zones: Vec<ZoneView>,
    /// Zones that were left out.
    skipped: Vec<SkippedView>,
    warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct ZoneView {
    name: ZoneName,
    template: Option<String>,
    /// `exact`, `settings`, `own` or `partial`.
    quality: Quality,
    nets: Vec<NetView>,
    /// What is explicit over the template, or for `partial` what the entry cannot say.
    differences: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct NetView {
    name: String,
    pool: Option<String>,
    address: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct SkippedView {
    name: ZoneName,
    reason: String,
    /// Whether it should have been imported.
    failed: bool,
}

/// Imports the zones.
///
/// # Errors
/// Exit status 6 if there is no such zone; 7 if it is registered; 2 if it is a virtual machine; 5 if the configuration of one cannot be read.
pub fn run(cx: &Context, ui: &mut Ui, args: &ImportArgs) -> Result<ExitCode, Failure> {
    // No zone's lock is taken, of which there could be thousands: nothing of the zones is touched, and with which of them something is
    // being done, the journals say.
    let scope = Scope {
        command: "import",
        look: Look {
            config: true,
            interfaces: true,
            foreign: true,
            ..Look::default()
        },
        ..Scope::default()
    };
    let mut changed = operation::attempt(cx, ui, &scope, |world| propose(world, cx, args))?;
    if let Some(failure) = changed.failures.pop() {
        return Err(failure);
    }
    if !cx.dry_run {
        changed.note.id = changed.operations.pop().and_then(|view| view.id);
    }
    show(ui, &changed.note);
    Ok(
        if changed.note.skipped.iter().any(|skipped| skipped.failed) {
            ExitCode::Partial
        } else {
            ExitCode::Done
        },
    )
}

/// What is registered, and what is left out.
fn propose(
    world: &World,
    cx: &Context,
    args: &ImportArgs,
) -> Result<Proposal<ImportView>, Failure> {
    let documents = world.documents();
    let foreign = chosen(world, &args.names)?;
    let links = links(&foreign, world)?;
    let adopter = Adopter::new(documents, world.host.flavour, &links, world.time());
    let (mut adopted, mut skipped, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
    let considered = parallel::each(&foreign, |zone| consider(world, &adopter, zone));
    for (zone, considered) in foreign.iter().zip(considered) {
        match considered {
            Ok((entry, refused)) => {
                adopted.push(entry);
                warnings.extend(refused);
            }
            Err((reason, failed)) => skipped.push(SkippedView {
                name: zone.zone.name.clone(),
                reason,
                failed,
            }),
        }
    }
    refuse_named(args, &skipped)?;
    warnings.extend(world.unread.iter().map(|failure| failure.message.clone()));
    let configs = world
        .foreign
        .iter()
        .filter_map(|zone| zone.config.as_ref().ok());
    let used = import::links(configs);
    if adopted
        .iter()
        .any(|adopted| adopted.quality != Quality::Exact)
    {
        let templates = documents.invalid(Kind::Template);
        warnings.extend(
            templates.map(|(name, _)| {
                format!("template {name} is invalid: no zone was compared with it")
            }),
        );
    }
    warnings.extend(import::conflicts(&adopted, documents));
    let plumbed = &world.host.claims.plumbed;
    warnings.extend(import::obstacles(&adopted, documents, &used, plumbed));
    let view = ImportView {
        dry_run: cx.dry_run,
        id: None,
        zones: adopted.iter().map(zone_view).collect(),
        skipped,
        warnings,
    };
    let plans = if adopted.is_empty() {
        Vec::new()
    } else {
        vec![plan(&adopted)]
    };
    Ok(Proposal::new(plans, view))
}

/// The entry of a zone, and what zonecfg(8) would not like of the zone; or why it is left out, and whether that is a failure.
fn consider(
    world: &World,
    adopter: &Adopter<'_>,
    zone: &Foreign,
) -> Result<(Adopted, Option<String>), (String, bool)> {
    if let Some(operation) = world.in_motion.get(&zone.zone.name) {
        return Err((format!("a {operation} of it is not over"), true));
    }
    let (name, documents) = (&zone.zone.name, world.documents());
    if let Err(failure) = documents.usable(Kind::Zone, name.as_str()) {
        let reason = format!(
            "its entry zones/{name}.kdl is invalid: {}; correct it with `zmgr edit {name}`, or take it out with `zmgr forget {name}`",
            failure.message
        );
        return Err((reason, true));
    }
    match &zone.config {
        Ok(config) if import::is_virtual_machine(&config.brand) => Err((
            format!("brand {} is a virtual machine", config.brand),
            false,
        )),
        Ok(config) => {
            let adopted = incomplete(adopter.adopt(config), zone);
            if let Some((net, pool)) = import::of_invalid_pool(&adopted.entry, documents) {
                let reason =
                    format!("net {net} may have its addresses from pool {pool}, which is invalid");
                return Err((reason, true));
            }
            Ok((adopted, refused(config)))
        }
        Err(failure) => Err((failure.message.clone(), true)),
    }
}

/// Of a configuration that cannot be read as a whole, or has what nothing stands for any more, the entry cannot say everything.
fn incomplete(mut adopted: Adopted, zone: &Foreign) -> Adopted {
    let unread = zone.unread.iter().map(|failure| failure.message.clone());
    let mut lost: Vec<String> = unread.collect();
    lost.extend(ZoneConfig::obsolete(&zone.zone.name).unwrap_or_default());
    if !lost.is_empty() {
        adopted.quality = Quality::Partial;
        adopted.differences.extend(lost);
    }
    adopted
}

/// Why the zone could not be created again as it is, if it could not.
fn refused(config: &ZoneConfig) -> Option<String> {
    let mut problems = config.verify().ok()?;
    let unknown = config.unknown_controls().into_iter();
    problems.extend(unknown.map(|name| format!("this host has no resource control {name}")));
    if problems.is_empty() {
        return None;
    }
    Some(format!(
        "zone {} has a configuration that cannot be created again: {}",
        config.zonename,
        problems.join("; ")
    ))
}

/// The unregistered zones that are meant.
fn chosen<'a>(world: &'a World, names: &[String]) -> Result<Vec<&'a Foreign>, Failure> {
    let wanted: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let meant = |zone: &&Foreign| names.is_empty() || wanted.contains(zone.zone.name.as_str());
    let chosen: Vec<&Foreign> = world.foreign.iter().filter(meant).collect();
    let found: BTreeSet<&str> = chosen.iter().map(|zone| zone.zone.name.as_str()).collect();
    let Some(name) = names.iter().find(|name| !found.contains(name.as_str())) else {
        return Ok(chosen);
    };
    let registered = |name: &ZoneName| world.documents().zones.contains_key(name);
    if name.parse().is_ok_and(|name| registered(&name)) {
        let message = format!("zone {name} is already in the registry");
        return Err(
            Failure::new(ExitCode::Exists, Code::ImportRegistered, message).with_help(format!(
                "`zmgr forget {name}` removes it from the registry; then it can be imported again"
            )),
        );
    }
    let known = world.host.zones.iter().map(|zone| zone.name.as_str());
    Err(unknown_zone(name, known))
}

/// The links that the zones name.
fn links<'a>(
    foreign: &[&Foreign],
    world: &'a World,
) -> Result<Cow<'a, BTreeMap<String, Link>>, Failure> {
    if foreign.len() > MOST_SINGLE_LINKS {
        return world.host.links.all().map(Cow::Borrowed);
    }
    let configs = foreign.iter().filter_map(|zone| zone.config.as_ref().ok());
    let mut links = BTreeMap::new();
    for net in configs.flat_map(|config| &config.net) {
        if let Some(link) = world.host.links.find_lent(&net.physical)? {
            links.insert(net.physical.clone(), link);
        }
    }
    Ok(Cow::Owned(links))
}

/// A zone that was named and cannot be imported is a failure; of all zones it is only left out.
fn refuse_named(args: &ImportArgs, skipped: &[SkippedView]) -> Result<(), Failure> {
    let named =
        |skipped: &&SkippedView| args.names.iter().any(|name| name == skipped.name.as_str());
    let Some(skipped) = skipped.iter().find(named) else {
        return Ok(());
    };
    let exit = if skipped.failed {
        ExitCode::Failed
    } else {
        ExitCode::Usage
    };
    let message = format!(
        "zone {} cannot be imported: {}",
        skipped.name, skipped.reason
    );
    Err(Failure::new(exit, Code::ImportRefused, message))
}

fn plan(adopted: &[Adopted]) -> Plan {
    let changes: Vec<DocumentChange> = adopted
        .iter()
        .map(|adopted| DocumentChange {
            path: entry_path(&adopted.entry.name),
            before: None,
            after: Some(render_zone(&adopted.entry)),
        })
        .collect();
    let undo = changes.iter().map(DocumentChange::reversed).collect();
    let zones = adopted
        .iter()
        .map(|adopted| adopted.entry.name.clone())
        .collect();
    let step = Step::new(
        Action::ChangeDocuments(changes),
        Some(Action::ChangeDocuments(undo)),
    );
    Plan::new("import", zones, vec![step])
}

fn zone_view(adopted: &Adopted) -> ZoneView {
    let nets = adopted.entry.nets.iter().map(|net| NetView {
        name: net.name.to_string(),
        pool: net.pool.as_ref().map(ToString::to_string),
        address: net.addresses.iter().map(ToString::to_string).collect(),
    });
    ZoneView {
        name: adopted.entry.name.clone(),
        template: adopted.entry.template.as_ref().map(ToString::to_string),
        quality: adopted.quality,
        nets: nets.collect(),
        differences: adopted.differences.clone(),
    }
}

fn show(ui: &mut Ui, view: &ImportView) {
    if ui.is_json() {
        ui.json(view);
        return;
    }
    for warning in &view.warnings {
        ui.warning(&Failure::new(
            ExitCode::Done,
            Code::ImportConflict,
            warning.clone(),
        ));
    }
    for skipped in &view.skipped {
        let message = format!("zone {} is skipped: {}", skipped.name, skipped.reason);
        if skipped.failed {
            ui.warning(&Failure::new(
                ExitCode::Partial,
                Code::ImportRefused,
                message,
            ));
        } else {
            ui.status(message);
        }
    }
    if view.zones.is_empty() {
        ui.status("no zones to import");
        return;
    }
    let columns = ["NAME", "TEMPLATE", "MATCH", "NETS", "DIFFERENCES"]
        .map(Column::new)
        .into_iter()
        .collect();
    let mut table = Table::new(columns);
    for zone in &view.zones {
        let nets = zone.nets.iter().map(|net| match &net.pool {
            Some(pool) => format!("{} (pool {pool})", net.name),
            None => format!("{} (no pool)", net.name),
        });
        table.row([
            Cell::new(zone.name.as_str()),
            Cell::new(zone.template.as_deref().unwrap_or("-")),
            Cell::new(quality(zone.quality)),
            Cell::list(nets),
            Cell::list(zone.differences.iter().map(String::as_str)),
        ]);
    }
    ui.table(&table);
    if view.dry_run {
        ui.status("dry run: nothing was changed");
    }
}

fn quality(quality: Quality) -> &'static str {
    match quality {
        Quality::Exact => "exact",
        Quality::Settings => "settings",
        Quality::Own => "own",
        Quality::Partial => "partial",
    }
}
