//! Comparing zones with the documents, and bringing them there.

use std::net::IpAddr;

use illumos::zone::{ZoneConfig, ZoneName};
use illumos::{ErrorKind, Flavour};

use super::{Look, Proposal, Scope, World, attempt};
use crate::documents::model::{Documents, Template, ZoneEntry};
use crate::failure::{Code, ExitCode, Failure};
use crate::ipam::{Holder, Taken};
use crate::observe::Observed;
use crate::output::Ui;
use crate::plan::Plan;
use crate::plan::apply::{Application, Line, Wish, plan};
use crate::registry::Difference;
use crate::{Context, parallel};

/// A zone that was compared.
#[derive(Debug)]
pub(crate) struct Compared {
    /// The zone.
    pub(crate) zone: ZoneName,
    /// In what it is not as the documents say.
    pub(crate) lines: Vec<Line>,
}

/// Compares the zones that both the registry and the host have with the documents; and what could not be compared.
///
/// # Errors
/// If the flavour of the host is not known.
pub(crate) fn compare(
    documents: &Documents,
    observed: &Observed,
    zones: &[ZoneName],
) -> Result<(Vec<Compared>, Vec<Failure>), Failure> {
    let flavour = illumos::flavour()?;
    let compared = parallel::each(zones, |name| -> Result<Option<Compared>, Failure> {
        let (Some(entry), Some(zone)) = (documents.zones.get(name), observed.zone(name)) else {
            return Ok(None);
        };
        let found = match ZoneConfig::read(name) {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let wish = Wish {
            entry,
            template: template(documents, entry)?,
            defaults: &documents.config,
            found: &found,
            state: zone.state,
            flavour,
        };
        Ok(Some(Compared {
            zone: name.clone(),
            lines: wish.apply(false, &|_| true)?.lines,
        }))
    });
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    for one in compared {
        match one {
            Ok(one) => all.extend(one),
            Err(failure) => problems.push(failure),
        }
    }
    Ok((all, problems))
}

fn template<'d>(
    documents: &'d Documents,
    entry: &ZoneEntry,
) -> Result<Option<&'d Template>, Failure> {
    let Some(named) = &entry.template else {
        return Ok(None);
    };
    if let Some(template) = documents.templates.get(named.as_str()) {
        return Ok(Some(template));
    }
    let message = format!(
        "zone {}: template {named} does not exist, or cannot be read",
        entry.name
    );
    let failure = Failure::new(ExitCode::NotFound, Code::DocumentUnknownReference, message);
    Err(failure.with_help("`zmgr validate` lists the problems"))
}

/// Brings the zones to what the documents say.
///
/// # Errors
/// What failed, for how many of the zones; exit status 5 if something is left.
pub(crate) fn apply(
    cx: &Context,
    ui: &mut Ui,
    zones: Vec<ZoneName>,
    at_boot: bool,
) -> Result<ExitCode, Failure> {
    let scope = Scope {
        command: "apply",
        zones,
        look: Look {
            own: true,
            usage: true,
            ..Look::default()
        },
        ..Scope::default()
    };
    let flavour = illumos::flavour()?;
    let changed = attempt(cx, ui, &scope, |world| {
        let mut proposal = Proposal::new(Vec::new(), 0_usize);
        let mut lines = Vec::new();
        for name in &scope.zones {
            match wished(world, name, flavour, at_boot) {
                Ok(Some(application)) => {
                    proposal.note += application
                        .lines
                        .iter()
                        .filter(|line| line.left.is_some())
                        .count();
                    lines.extend(application.lines.iter().map(|line| said(name, line)));
                    proposal.plans.push(plan(name, "apply", &application));
                }
                Ok(None) => {}
                Err(failure) => {
                    proposal.note += 1;
                    proposal.warnings.push(failure);
                }
            }
        }
        let changing = proposal
            .plans
            .iter()
            .filter(|plan| !plan.steps.is_empty())
            .count();
        if changing > 0 {
            proposal.question = Some(format!(
                "{}\nApply this to {}?",
                lines.join("\n"),
                match changing {
                    1 => "1 zone".to_owned(),
                    count => format!("{count} zones"),
                }
            ));
        }
        Ok(proposal)
    })?;
    let left = changed.note;
    if !cx.dry_run {
        changed.say_unchanged(ui);
    }
    let exit = changed.finish(cx, ui)?;
    Ok(if left > 0 && !cx.dry_run {
        ExitCode::Partial
    } else {
        exit
    })
}

/// What follows for the zone from its entry, which is not written yet: a plan without steps if nothing does.
///
/// # Errors
/// If the zone's configuration cannot be read; if the documents do not say a whole zone; `zmgr::apply::refused` if the entry says
/// something new that cannot be applied.
pub(crate) fn applied(world: &World, entry: &ZoneEntry, command: &str) -> Result<Plan, Failure> {
    let flavour = illumos::flavour()?;
    let before = match world.documents().zones.get(&entry.name) {
        Some(before) => wished_by(world, before, flavour, false, &|_| true)
            .ok()
            .flatten(),
        None => None,
    };
    // What differed before stays as it is: `zmgr apply` brings the whole zone to the documents.
    let before = before.unwrap_or_default();
    let new = |difference: &Difference| {
        let mut known = before.lines.iter();
        !known.any(|line| line.difference == *difference)
    };
    let application = wished_by(world, entry, flavour, false, &new)?.unwrap_or_default();
    let mut lines = application.lines.iter();
    let refused = lines.find(|line| line.left.is_some() && new(&line.difference));
    if let Some((line, reason)) = refused.and_then(|line| Some((line, line.left.as_ref()?))) {
        let message = format!(
            "zone {} cannot have {} {}: {reason}",
            entry.name,
            line.difference.setting,
            line.difference.documents_text()
        );
        let failure = Failure::new(ExitCode::Exists, Code::ApplyRefused, message);
        return Err(failure.with_help("--no-apply changes only the entry"));
    }
    Ok(plan(&entry.name, command, &application))
}

/// What is to be done to the zone; `None` if registry or host do not have it.
fn wished(
    world: &World,
    name: &ZoneName,
    flavour: Flavour,
    at_boot: bool,
) -> Result<Option<Application>, Failure> {
    match world.documents().zones.get(name) {
        Some(entry) => wished_by(world, entry, flavour, at_boot, &|_| true),
        None => Ok(None),
    }
}

fn wished_by(
    world: &World,
    entry: &ZoneEntry,
    flavour: Flavour,
    at_boot: bool,
    counts: &dyn Fn(&Difference) -> bool,
) -> Result<Option<Application>, Failure> {
    let (documents, name) = (world.documents(), &entry.name);
    let own = world.own.get(name);
    let found = own.map_or(Ok(None), |own| own.config.clone())?;
    let (Some(found), Some(zone)) = (found, world.host.zone(name)) else {
        return Ok(None);
    };
    let wish = Wish {
        entry,
        template: template(documents, entry)?,
        defaults: &documents.config,
        found: &found,
        state: zone.state,
        flavour,
    };
    let application = wish.apply(at_boot, counts)?;
    let mut lines = application.lines.iter();
    let in_use = lines.find_map(|line| {
        let applied = line.left.is_none() && counts(&line.difference);
        applied
            .then(|| in_use(world, name, &line.difference))
            .flatten()
    });
    in_use.map_or(Ok(Some(application)), Err)
}

/// Refuses an address that a zone would get and somebody else has.
fn in_use(world: &World, name: &ZoneName, difference: &Difference) -> Option<Failure> {
    if !(difference.setting.starts_with("net.") && difference.setting.ends_with(".address")) {
        return None;
    }
    let another = |taken: &&Taken| match &taken.holder {
        Holder::Zone { zone, .. } => zone != name,
        Holder::Host { zone, .. } => zone.as_deref() != Some(name.as_str()),
        Holder::Gateway { .. }
        | Holder::Router { .. }
        | Holder::Reserved { .. }
        | Holder::Quarantined { .. } => false,
    };
    let texts = difference.documents.as_array().into_iter().flatten();
    let mut addresses = texts.filter_map(|text| {
        let address = text.as_str()?.split('/').next()?;
        address.parse::<IpAddr>().ok()
    });
    let taken = addresses.find_map(|address| world.book.holders(address).iter().find(another))?;
    let who = match &taken.holder {
        Holder::Zone { zone, .. } => format!("zone {zone}"),
        Holder::Host { what, .. } => what.clone(),
        _ => return None,
    };
    let message = format!(
        "zone {name} cannot have address {}: it is in use by {who}",
        taken.address
    );
    let failure = Failure::new(ExitCode::Exists, Code::CreateAddressTaken, message);
    Some(failure.with_help(format!("`zmgr pool why {}` says more", taken.address)))
}

/// `web01: cpu-shares 10 → 50, now`
fn said(name: &ZoneName, line: &Line) -> String {
    let difference = &line.difference;
    let when = match &line.left {
        Some(_) => "left",
        None => line.effect.words(),
    };
    format!(
        "{name}: {} {} → {}, {when}",
        difference.setting,
        difference.host_text(),
        difference.documents_text()
    )
}
