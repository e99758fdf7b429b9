//! `zmgr destroy`.

use clap::Args;
use illumos::datalink::LinkName;
use illumos::zone::{ZoneName, ZoneState};

use super::select::unknown_zone;
use crate::Context;
use crate::commands::args::ChangeArgs;
use crate::documents::Kind;
use crate::documents::model::Documents;
use crate::failure::{Code, ExitCode, Failure};
use crate::observe::Observed;
use crate::operation::{self, Look, Proposal, Scope, World};
use crate::output::Ui;
use crate::plan::Plan;
use crate::plan::destroy::{Doomed, destroy};
use crate::plan::import::is_virtual_machine;

/// Destroy zones and everything that belongs to them
///
/// Each zone is halted and uninstalled, and its configuration is deleted. Then its VNICs are deleted, the etherstubs that zmgr created for
/// them if nothing else uses them, and last its registry entry. Nothing else is touched: a VNIC that zmgr did not create is kept unless
/// --links is given, and files and datasets that others put into the zonepath are listed and kept.
#[derive(Debug, Args)]
#[command(aliases = ["delete", "rm"])]
#[command(after_help = "\
Examples:
  zmgr destroy web01
  zmgr destroy web01 web02 --yes
  zmgr destroy web01 --dry-run")]
pub struct DestroyArgs {
    /// The names of the zones
    #[arg(required = true, value_name = "NAME", add = crate::commands::args::complete::zone())]
    names: Vec<String>,
    /// Also delete VNICs that zmgr did not create: those of imported zones, and temporary ones
    #[arg(long)]
    links: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Destroys the zones.
///
/// # Errors
/// Exit status 6 if one is not registered; 1 or 5 if a step failed: what is left is told, and the entry stays.
pub fn run(cx: &Context, ui: &mut Ui, args: &DestroyArgs) -> Result<ExitCode, Failure> {
    let scope = Scope {
        command: "destroy",
        zones: names(args)?,
        look: Look {
            usage: true,
            own: true,
            marks: true,
            ..Look::default()
        },
        ends: true,
        ..Scope::default()
    };
    operation::change(cx, ui, &scope, |world| {
        let plans = scope.zones.iter().map(|name| plan(world, name, args.links));
        Ok(Proposal {
            question: Some(question(&scope.zones, &world.host)),
            ..Proposal::new(plans.collect::<Result<_, _>>()?, ())
        })
    })
}

/// The names, each once.
fn names(args: &DestroyArgs) -> Result<Vec<ZoneName>, Failure> {
    let mut names: Vec<ZoneName> = Vec::new();
    for text in &args.names {
        let name = text.parse().map_err(|error| {
            Failure::new(ExitCode::Usage, Code::Usage, format!("{text:?}: {error}"))
        })?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

fn plan(world: &World, name: &ZoneName, links: bool) -> Result<Plan, Failure> {
    let documents = world.documents();
    let own = world.own.get(name);
    let text = own.and_then(|own| own.text.as_deref());
    refuse_invalid_entry(documents, name)?;
    let (Some(entry), Some(text)) = (documents.zones.get(name), text) else {
        if world.host.zone(name).is_none() {
            let known = documents.zones.keys().map(ZoneName::as_str);
            return Err(unknown_zone(name.as_str(), known));
        }
        let message =
            format!("zone {name} is not in the registry; only registered zones are destroyed");
        return Err(
            Failure::new(ExitCode::NotFound, Code::ZoneNotManaged, message)
                .with_help(how_to_destroy(name)),
        );
    };
    let config = own.map_or(Ok(None), |own| own.config.clone())?;
    let zone = world.host.zone(name);
    let doomed = Doomed {
        entry,
        text,
        config: config.as_ref(),
        // Of a zone that is not installed the dataset at its zonepath need not be its.
        mark: zone
            .filter(|zone| zone.state != ZoneState::Configured)
            .and_then(|zone| world.marks.get(&zone.zonepath)),
        remains: world.remains.get(name),
        links,
    };
    let is_ours = |stub: &LinkName| world.etherstubs.contains(stub);
    destroy(doomed, documents, &world.host, &is_ours, world.now)
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

/// Refuses a zone whose entry cannot be used: what belongs to the zone is not known then.
fn refuse_invalid_entry(documents: &Documents, name: &ZoneName) -> Result<(), Failure> {
    let Err(problem) = documents.usable(Kind::Zone, name.as_str()) else {
        return Ok(());
    };
    let message =
        format!("the entry of zone {name} is invalid, so what belongs to the zone is not known");
    let help = format!(
        "correct the entry with `zmgr edit {name}`; or `zmgr forget {name}` takes it out, and {}",
        how_to_destroy(name)
    );
    Err(Failure {
        related: vec![problem],
        ..Failure::new(ExitCode::Invalid, Code::DocumentInvalid, message).with_help(help)
    })
}

/// What destroys a zone that is not registered: importing it comes first, where it can be imported.
fn how_to_destroy(name: &ZoneName) -> String {
    let by_hand = format!("`zoneadm -z {name} uninstall -F`, then `zonecfg -z {name} delete -F`");
    match illumos::zone::ZoneConfig::read(name) {
        Ok(config) if is_virtual_machine(&config.brand) => {
            format!("it is a virtual machine, which zmgr does not manage: {by_hand}")
        }
        Ok(_) => format!("`zmgr import {name}` registers it"),
        Err(_) => {
            format!("its configuration cannot be read, so it cannot be imported: {by_hand}")
        }
    }
}
