//! What does not belong together on the host: zones, registry, links, datasets, files.
//!
//! Nothing is changed here. A finding that is provably zmgr's own says how it is mended; the others are told, with the commands that a
//! person who knows better would type.

mod addresses;
mod datasets;
mod files;
mod links;
mod publishers;
mod records;
mod service;
mod zones;

use crate::failure::Code;
use std::collections::{BTreeMap, BTreeSet};

use illumos::datalink::Link;
use illumos::zone::{ZoneConfig, ZoneName, ZoneState, store};
use serde::Serialize;

use crate::documents::Store;
use crate::documents::model::{Documents, ZoneEntry};
use crate::execute::journal::{self, Unsettled};
use crate::execute::recover;
use crate::observe::Observed;
use crate::plan::Mend;
use crate::{Context, Failure};

/// Something that does not belong together. Serialized, it is an element of `doctor --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// Stable code for programs.
    pub code: Code,
    /// What was found, as a sentence without a full stop.
    pub what: String,
    /// Where: a zone, a link, a dataset, a file, as its name begins.
    #[serde(rename = "where")]
    pub place: String,
    /// Why it matters.
    pub why: &'static str,
    /// The commands that mend it.
    pub commands: Vec<String>,
    /// What `--fix` does; `None` if it is not provably ours, or nothing can be done without a person.
    #[serde(skip)]
    pub mend: Option<Mend>,
}

impl Finding {
    fn told(
        code: Code,
        place: impl Into<String>,
        what: impl Into<String>,
        why: &'static str,
        commands: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            code,
            what: what.into(),
            place: place.into(),
            why,
            commands: commands.into_iter().collect(),
            mend: None,
        }
    }

    fn mended(
        code: Code,
        place: impl Into<String>,
        what: impl Into<String>,
        why: &'static str,
        mend: Mend,
    ) -> Self {
        Self {
            commands: mend.commands(),
            mend: Some(mend),
            ..Self::told(code, place, what, why, [])
        }
    }
}

/// What is looked at.
struct Host<'a> {
    context: &'a Context,
    documents: Documents,
    /// The entries that cannot be read as well.
    registered: BTreeSet<String>,
    observed: Observed,
    links: BTreeMap<String, Link>,
    configs: BTreeMap<ZoneName, illumos::Result<ZoneConfig>>,
    /// Zones that an operation is about that is running or was cut short: `zmgr recover` comes first.
    unsettled: BTreeSet<ZoneName>,
    /// Those of them that are being worked on now.
    running: BTreeSet<ZoneName>,
}

/// Looks at everything, and returns what was found in the order: files, records, zones, links, datasets, publishers, services.
///
/// # Errors
/// If the zone index, the links or the directory of the documents cannot be read.
pub fn examine(context: &Context) -> Result<Vec<Finding>, Failure> {
    let store = Store::open(&context.config_dir)?;
    let registered = store
        .names(crate::documents::Kind::Zone)?
        .into_iter()
        .collect();
    let mut findings = files::findings(context)?;
    // Before the host is looked at: what begins after that is not yet seen there.
    let (unsettled, running, told) = unsettled(context);
    findings.extend(told);
    let loaded = store.load()?;
    let observed = Observed::host()?;
    let links = observed.links.all()?.clone();
    let names: Vec<ZoneName> = observed
        .zones
        .iter()
        .map(|zone| zone.name.clone())
        .collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let configs = store::read_all(&names, threads);
    let host = Host {
        context,
        documents: loaded.documents,
        registered,
        observed,
        links,
        configs: names.into_iter().zip(configs).collect(),
        unsettled,
        running,
    };
    findings.extend(loaded.problems.iter().map(|problem| {
        let place = problem.location.as_ref().map_or_else(
            || context.config_dir.display().to_string(),
            |location| location.file.display().to_string(),
        );
        Finding::told(
            Code::DoctorDocument,
            place,
            problem.message.clone(),
            "zmgr ignores it, and commands that need it fail",
            ["zmgr validate".to_owned()],
        )
    }));
    findings.extend(records::findings(&host));
    findings.extend(zones::findings(&host));
    findings.extend(addresses::findings(&host));
    findings.extend(links::findings(&host));
    findings.extend(datasets::findings(&host));
    findings.extend(publishers::findings(&host));
    findings.extend(service::findings(&host));
    Ok(findings)
}

/// The zones of operations that are running or were cut short, those of running ones, and the findings about the others.
fn unsettled(context: &Context) -> (BTreeSet<ZoneName>, BTreeSet<ZoneName>, Vec<Finding>) {
    const WHY: &str = "its zones may be half created or half destroyed, and cannot be changed until it is finished or undone";
    let (mut zones, mut running) = (BTreeSet::new(), BTreeSet::new());
    let mut findings = Vec::new();
    let open = journal::unsettled(&context.state_dir).unwrap_or_else(|error| {
        findings.push(unchecked("the journal", &recover::unreadable(&error)));
        Vec::new()
    });
    for operation in open {
        let (id, crashed) = match operation {
            Unsettled::Running(id) => (id, false),
            Unsettled::Crashed(id) => (id, true),
        };
        let recorded = match journal::read(&context.state_dir, &id) {
            Ok(recorded) => recorded,
            // It ended while we looked.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => {
                let Some(journal) = journal::salvage(&context.state_dir, &id, &error) else {
                    continue;
                };
                findings.push(Finding::told(
                    Code::DoctorUnsettled,
                    format!("operation {id}"),
                    format!(
                        "{} is unfinished, and its journal cannot be read: {}",
                        recover::about(&journal),
                        journal.reason
                    ),
                    WHY,
                    [format!("zmgr recover {id}")],
                ));
                zones.extend(journal.zones);
                continue;
            }
        };
        if crashed {
            let names: Vec<&str> = recorded.plan.zones.iter().map(AsRef::as_ref).collect();
            findings.push(Finding::told(
                Code::DoctorUnsettled,
                format!("operation {id}"),
                format!(
                    "{} {} is unfinished",
                    recorded.plan.operation,
                    names.join(" ")
                ),
                WHY,
                [format!("zmgr recover {id}")],
            ));
        } else {
            running.extend(recorded.plan.zones.iter().cloned());
        }
        zones.extend(recorded.plan.zones);
    }
    (zones, running, findings)
}

/// Something could not be checked.
fn unchecked(what: &str, failure: &Failure) -> Finding {
    Finding::told(
        Code::DoctorUnchecked,
        what,
        format!("{what} could not be checked: {}", failure.message),
        "there may be problems that zmgr did not find",
        failure.help.clone(),
    )
}

impl Host<'_> {
    /// The configuration of a zone, if it can be read.
    fn config(&self, zone: &ZoneName) -> Option<&ZoneConfig> {
        self.configs.get(zone)?.as_ref().ok()
    }

    /// The registered zones that no operation is under way for.
    fn entries(&self) -> impl Iterator<Item = &ZoneEntry> {
        let settled = |entry: &&ZoneEntry| !self.unsettled.contains(&entry.name);
        self.documents.zones.values().filter(settled)
    }

    /// The state of a zone, if the host has it.
    fn state(&self, zone: &ZoneName) -> Option<ZoneState> {
        self.observed.zone(zone).map(|zone| zone.state)
    }

    /// Whether zmgr made the zone of this entry, and it is still that zone.
    fn is_ours(&self, entry: &ZoneEntry) -> bool {
        let found = self.config(&entry.name).and_then(crate::registry::zone_id);
        entry.id.is_some() && entry.id.as_deref() == found
    }
}
