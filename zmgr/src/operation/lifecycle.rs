//! Booting, halting, shutting down and rebooting: the protocol for each zone by itself, several at once.

use std::collections::{BTreeMap, BTreeSet};

use illumos::address;
use illumos::zone::{self, Zone, ZoneName};

use super::{Changed, Ground, Proposal, Scope, carry_out, prepare};
use crate::Context;
use crate::documents::model::Documents;
use crate::execute::{Reporter, batch, boot_links, interrupt};
use crate::failure::{Code, ExitCode, Failure};
use crate::observe::Observed;
use crate::output::Ui;
use crate::plan::Plan;
use crate::plan::lifecycle::{Verb, lifecycle as plan};

/// What is done to which zones.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    /// What is done.
    pub(crate) verb: &'a Verb,
    /// To which zones.
    pub(crate) zones: Vec<ZoneName>,
    /// To how many at once, if not to as many as the configuration says.
    pub(crate) parallel: Option<usize>,
    /// What the person is asked before.
    pub(crate) question: Option<String>,
    /// What the documents say.
    pub(crate) documents: &'a Documents,
}

/// Does what is requested to every zone, several at once.
///
/// # Errors
/// What failed, for how many of the zones.
pub(crate) fn lifecycle(
    cx: &Context,
    ui: &mut Ui,
    request: &Request<'_>,
) -> Result<ExitCode, Failure> {
    let Request {
        verb,
        zones,
        documents,
        ..
    } = request;
    prepare(cx, verb.as_str(), false)?;
    let links = match verb {
        Verb::Boot(_) | Verb::Reboot => Some(Links::new(ui, documents, zones)),
        Verb::Halt | Verb::Shutdown { .. } => None,
    };
    if cx.dry_run {
        let host = Observed::host()?;
        let plans = zones
            .iter()
            .map(|name| planned(host.zone(name), name, verb, links.as_ref()));
        let plans = plans.collect::<Result<Vec<Plan>, Failure>>()?;
        return Changed::planned(Proposal::new(plans, ())).finish(cx, ui);
    }
    if let Some(question) = &request.question {
        ui.confirm(question)?;
    }
    let progress = ui.progress();
    let config = &documents.config;
    let parallel = request.parallel.or(config.parallel);
    let parallel = parallel.unwrap_or_else(batch::default_parallel);
    let results = batch::each(zones.clone(), parallel, |name| {
        one(cx, &progress, &name, verb, links.as_ref())
    });
    drop(progress);
    let mut all = Changed {
        note: (),
        operations: Vec::new(),
        ids: Vec::new(),
        done: Vec::new(),
        failures: Vec::new(),
        total: zones.len(),
        keep: config.history,
    };
    for result in results {
        match result {
            Ok(changed) => {
                all.operations.extend(changed.operations);
                all.failures.extend(changed.failures);
            }
            Err(failure) => all.failures.push(failure),
        }
    }
    all.say_unchanged(ui);
    all.finish(cx, ui)
}

/// The protocol for one zone, whose state is looked at with its lock held.
fn one(
    cx: &Context,
    reporter: &dyn Reporter,
    name: &ZoneName,
    verb: &Verb,
    links: Option<&Links<'_>>,
) -> Result<Changed, Failure> {
    if interrupt::requested() {
        return Err(interrupt::failure(&format!("zone {name} was not changed")));
    }
    let scope = Scope {
        command: verb.as_str(),
        zones: vec![name.clone()],
        ..Scope::default()
    };
    let mut propose =
        |now: &Standing| planned(now.0.first(), name, verb, links).map(Proposal::from);
    carry_out(cx, reporter, &scope, &mut propose, &mut |_, _| Ok(()))
}

/// What is done to the zone; nothing if it is as it shall be.
fn planned(
    zone: Option<&Zone>,
    name: &ZoneName,
    verb: &Verb,
    links: Option<&Links<'_>>,
) -> Result<Plan, Failure> {
    let zone = zone.ok_or_else(|| {
        let message = format!("zone {name} is in the registry but not on this host");
        Failure::new(ExitCode::NotFound, Code::ZoneMissing, message)
    })?;
    let Some(plan) = plan(zone, verb)? else {
        return Ok(Plan::new(verb.as_str(), vec![name.clone()], Vec::new()));
    };
    links.map_or(Ok(()), |links| links.check(name))?;
    Ok(plan)
}
/// The zones of the scope and their states: all that a change of states rests on.
struct Standing(Vec<Zone>);

impl Ground for Standing {
    fn look(_: &Context, scope: &Scope<'_>) -> Result<Self, Failure> {
        let found = scope.zones.iter().map(zone::find);
        let found = found.collect::<illumos::Result<Vec<Option<Zone>>>>()?;
        Ok(Self(found.into_iter().flatten().collect()))
    }

    fn still_holds(&self, cx: &Context, scope: &Scope<'_>) -> Result<bool, Failure> {
        Ok(Self::look(cx, scope)?.0 == self.0)
    }

    fn problems(&self) -> &[Failure] {
        &[]
    }

    fn documents(&self) -> Option<&Documents> {
        None
    }
}

/// What is asked of links before zones are booted, once for all of them.
struct Links<'a> {
    documents: &'a Documents,
    /// The IP interfaces of the global zone.
    plumbed: BTreeSet<String>,
    /// Zones that have a link with a zone before them.
    second: BTreeMap<ZoneName, (String, ZoneName)>,
}

impl<'a> Links<'a> {
    fn new(ui: &mut Ui, documents: &'a Documents, names: &[ZoneName]) -> Self {
        let plumbed = address::interfaces().unwrap_or_else(|error| {
            // Zones can be booted all the same: only the reason is not known beforehand if one cannot.
            ui.warning(&error.into());
            BTreeSet::new()
        });
        let mut first: BTreeMap<&str, &ZoneName> = BTreeMap::new();
        let mut second = BTreeMap::new();
        for name in names {
            let nets = documents.zones.get(name).into_iter();
            for vnic in
                nets.flat_map(|entry| entry.nets.iter().filter_map(|net| net.vnic.as_deref()))
            {
                let holder = *first.entry(vnic).or_insert(name);
                if holder != name {
                    second.insert(name.clone(), (vnic.to_owned(), holder.clone()));
                }
            }
        }
        Self {
            documents,
            plumbed,
            second,
        }
    }

    /// Refuses a zone that cannot boot because of its links, before anything is begun.
    fn check(&self, name: &ZoneName) -> Result<(), Failure> {
        if let Some((vnic, holder)) = self.second.get(name) {
            let message =
                format!("zone {name} cannot boot: zone {holder} also has its link {vnic}");
            return Err(
                Failure::new(ExitCode::Exists, Code::BootLink, message).with_help(
                    "two zones cannot share a link: give one of them another link, or boot only one of them",
                ),
            );
        }
        boot_links::check(name, self.documents.zones.get(name), &self.plumbed)
    }
}
