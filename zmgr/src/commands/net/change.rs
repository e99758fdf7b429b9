//! What adding, setting and removing a net have in common: what is looked at, and the zone as it is.

use illumos::zone::ZoneName;

use crate::commands::select::unknown_zone;
use crate::documents::model::ZoneEntry;
use crate::documents::{Document, Kind, Store};
use crate::failure::{Code, ExitCode, Failure};
use crate::operation::{self, Look, Proposal, Scope, World};
use crate::output::Ui;
use crate::plan::Plan;
use crate::plan::create::Planner;
use crate::plan::net_change::Existing;
use crate::{Context, observe};

/// Plans with `plan` and carries out what it says.
pub(super) fn run(
    cx: &Context,
    ui: &mut Ui,
    command: &str,
    zone: &ZoneName,
    plan: &dyn Fn(&World, &mut Planner<'_>, &Existing<'_>) -> Result<Plan, Failure>,
) -> Result<ExitCode, Failure> {
    let scope = Scope {
        command,
        zones: vec![zone.clone()],
        look: Look {
            config: true,
            usage: true,
            interfaces: true,
            own: true,
            marks: true,
            ..Look::default()
        },
        ..Scope::default()
    };
    let store = Store::open(&cx.config_dir)?;
    operation::change(cx, ui, &scope, |world| {
        planned(world, &store, zone, plan).map(Proposal::from)
    })
}

fn planned(
    world: &World,
    store: &Store,
    zone: &ZoneName,
    plan: &dyn Fn(&World, &mut Planner<'_>, &Existing<'_>) -> Result<Plan, Failure>,
) -> Result<Plan, Failure> {
    let documents = world.documents();
    documents.usable(Kind::Zone, zone.as_str())?;
    let found = world.host.zone(zone);
    let Some(entry) = documents.zones.get(zone) else {
        if found.is_some() {
            let message = format!("zone {zone} is not in the registry");
            return Err(
                Failure::new(ExitCode::NotFound, Code::ZoneNotManaged, message)
                    .with_help(format!("`zmgr import {zone}` registers it")),
            );
        }
        let known = documents.zones.keys().map(ZoneName::as_str);
        return Err(unknown_zone(zone.as_str(), known));
    };
    let missing = || {
        let message = format!("zone {zone} is in the registry but not on this host");
        Failure::new(ExitCode::NotFound, Code::ZoneMissing, message)
    };
    let state = found.ok_or_else(missing)?.state;
    let config = world
        .own
        .get(zone)
        .map_or(Ok(None), |own| own.config.clone())?;
    let config = config.ok_or_else(missing)?;
    let document = Document::open(store, Kind::Zone, zone.as_str())?;
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
    let mut planner = Planner::new(documents, &world.host, &world.book)
        .with_nodename(observe::nodename())
        .with_probe(&observe::answers);
    let mut plan = plan(world, &mut planner, &existing)?;
    let unread = world.unread.iter().map(|problem| problem.message.clone());
    plan.warnings.extend(unread);
    Ok(plan)
}
