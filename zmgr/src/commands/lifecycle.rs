//! What `boot`, `halt`, `shutdown` and `reboot` have in common.

use crate::failure::Code;
use std::collections::{BTreeMap, BTreeSet};

use illumos::address;
use illumos::zone::{self, ZoneName};

use super::operation::{self, OperationView};
use super::select::SelectArgs;
use crate::documents::model::Documents;
use crate::execute::{self, Operation, Reporter, batch, boot_links, interrupt, recover};
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
    let links = match verb {
        Verb::Boot(_) | Verb::Reboot => Some(Links::new(ui, &documents, &names)),
        Verb::Halt | Verb::Shutdown { .. } => None,
    };
    if cx.dry_run {
        let mut views = Vec::new();
        for name in &names {
            views.push(match lifecycle(of(&observed, name)?, verb)? {
                Some(plan) => {
                    links
                        .as_ref()
                        .map_or(Ok(()), |links| links.check(name, &documents))?;
                    OperationView::planned(&plan)
                }
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
        one(cx, &progress, &name, verb, links.as_ref(), &documents)
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
        Failure::new(ExitCode::NotFound, Code::ZoneMissing, message)
    })
}

/// What is asked of links before zones are booted, once for all of them.
struct Links {
    /// The IP interfaces of the global zone.
    plumbed: BTreeSet<String>,
    /// Zones that have a link with a zone before them.
    second: BTreeMap<ZoneName, (String, ZoneName)>,
}

impl Links {
    fn new(ui: &mut Ui, documents: &Documents, names: &[ZoneName]) -> Self {
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
        Self { plumbed, second }
    }

    /// Refuses a zone that cannot boot because of its links, before anything is begun.
    fn check(&self, name: &ZoneName, documents: &Documents) -> Result<(), Failure> {
        if let Some((vnic, holder)) = self.second.get(name) {
            let message = format!("zone {name} cannot boot: zone {holder} has its link {vnic} too");
            return Err(
                Failure::new(ExitCode::Exists, Code::BootLink, message).with_help(
                    "two zones cannot have one link: give one of them another, or boot only one of them",
                ),
            );
        }
        boot_links::check(name, documents.zones.get(name), &self.plumbed)
    }
}

fn one(
    cx: &Context,
    reporter: &dyn Reporter,
    name: &ZoneName,
    verb: &Verb,
    links: Option<&Links>,
    documents: &Documents,
) -> Result<OperationView, Failure> {
    if interrupt::requested() {
        return Err(interrupt::failure(&format!(
            "nothing was done to zone {name}"
        )));
    }
    let lock = execute::lock_zone(cx, name, reporter)?;
    recover::refuse_unsettled(cx, std::slice::from_ref(name))?;
    execute::zones_idle(cx, std::slice::from_ref(name), reporter)?;
    // The state is looked at again, now that nobody else changes it.
    let zone = zone::get(name)?;
    let Some(plan) = lifecycle(&zone, verb)? else {
        return Ok(OperationView::unchanged(verb.as_str(), name));
    };
    links.map_or(Ok(()), |links| links.check(name, documents))?;
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
