//! What registry entries and templates say against the configurations that zones have.

use std::collections::{BTreeMap, BTreeSet};

use illumos::zone::{ZoneConfig, ZoneName};
use illumos::{ErrorKind, Flavour};
use serde::Serialize;
use serde_json::Value as Json;

use super::places::Wanted;
use super::{Findings, Grade};
use crate::documents::Kind;
use crate::documents::model::{Config, Documents, Template, ZoneEntry};
use crate::failure::Code;
use crate::observe::Observed;
use crate::plan::quoted;
use crate::registry::{self, Difference};
use crate::{ExitCode, Failure};

/// So many zones are named in a message.
const NAMED: usize = 5;

/// A setting in which a zone differs from what the documents say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Differing {
    /// The zone.
    pub zone: ZoneName,
    /// The setting, and what both say.
    #[serde(flatten)]
    pub difference: Difference,
}

/// The settings in which the zone differs from what its entry says; `None` if there is no such zone on this host.
///
/// # Errors
/// If the zone's configuration cannot be read; `zmgr::template::variable` or `zmgr::zone::brand` if the entry does not say a whole zone.
pub fn unlike(
    entry: &ZoneEntry,
    template: Option<&Template>,
    defaults: &Config,
    flavour: Flavour,
) -> Result<Option<Vec<Difference>>, Failure> {
    let found = match ZoneConfig::read(&entry.name) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let wanted = registry::zone_config(entry, template, defaults, flavour)?;
    let differences = registry::differences(entry, &wanted, &found, flavour);
    Ok(Some(differences))
}

/// `cpu-shares (documents 50, host 10), autoboot (documents false, host true)`.
#[must_use]
pub fn told(differences: &[&Difference]) -> String {
    let each = differences.iter().map(|one| {
        let (documents, host) = (one.documents_text(), one.host_text());
        format!("{} (documents {documents}, host {host})", one.setting)
    });
    each.collect::<Vec<_>>().join(", ")
}

/// Finds where zones are not what their entries and templates say now. What several zones of a template have in common is one
/// finding.
pub(super) fn compare(
    documents: &Documents,
    observed: &Observed,
    findings: &mut Findings<'_>,
) -> Vec<Differing> {
    let there = |entry: &&ZoneEntry| observed.zone(&entry.name).is_some();
    let mut all: Vec<(&ZoneEntry, Vec<Difference>)> = Vec::new();
    for entry in documents.zones.values().filter(there) {
        let template = match &entry.template {
            Some(name) => match documents.templates.get(name.as_str()) {
                Some(template) => Some(template),
                // Found as a reference that leads nowhere.
                None => continue,
            },
            None => None,
        };
        match unlike(entry, template, &documents.config, observed.flavour) {
            Ok(differences) => all.push((entry, differences.unwrap_or_default())),
            Err(failure) => {
                let grade = if failure.exit == ExitCode::Failed {
                    Grade::Warning
                } else {
                    Grade::Error
                };
                push(findings, entry, grade, failure);
            }
        }
    }
    let common = common(&all);
    for ((template, setting, _, _), zones) in &common {
        of_template(findings, template, setting, zones);
    }
    for (entry, differences) in &all {
        let own = differences.iter();
        let own = own.filter(|one| !common.contains_key(&key(entry, one)));
        let own: Vec<&Difference> = own.collect();
        if !own.is_empty() {
            of_zone(findings, entry, &own);
        }
    }
    let differing = all.into_iter().flat_map(|(entry, differences)| {
        differences.into_iter().map(|difference| Differing {
            zone: entry.name.clone(),
            difference,
        })
    });
    differing.collect()
}

/// Template, setting, and what documents and host say of it.
type Key = (String, String, String, String);
/// The zones that have a difference in common, and that difference.
type Common<'a> = BTreeMap<Key, Vec<(&'a ZoneEntry, &'a Difference)>>;

fn key(entry: &ZoneEntry, difference: &Difference) -> Key {
    (
        entry.template.as_deref().unwrap_or_default().to_owned(),
        difference.setting.clone(),
        difference.documents.to_string(),
        difference.host.to_string(),
    )
}

/// What several zones of one template have in common.
fn common<'a>(all: &'a [(&'a ZoneEntry, Vec<Difference>)]) -> Common<'a> {
    let mut common: Common<'a> = BTreeMap::new();
    for (entry, differences) in all.iter().filter(|(entry, _)| entry.template.is_some()) {
        for difference in differences {
            let zones = common.entry(key(entry, difference)).or_default();
            zones.push((entry, difference));
        }
    }
    common.retain(|_, zones| zones.len() > 1);
    common
}

fn of_template(
    findings: &mut Findings<'_>,
    template: &str,
    setting: &str,
    zones: &[(&ZoneEntry, &Difference)],
) {
    let Some((_, difference)) = zones.first() else {
        return;
    };
    let mut names: Vec<&str> = zones.iter().map(|(entry, _)| entry.name.as_str()).collect();
    names.sort_by(|one, other| crate::natural::natural(one, other));
    let mut named = names
        .iter()
        .take(NAMED)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > NAMED {
        named.push_str(&format!(" and {} more", names.len() - NAMED));
    }
    let message = format!(
        "{} zones of template {template} differ from their entries in {}: {named}",
        names.len(),
        told(&[difference])
    );
    let help = match word(&difference.host).filter(|_| !setting.starts_with("net.")) {
        Some(value) => format!(
            "`zmgr template set {} {setting} {value}` copies the setting of the zones into the template; zonecfg(8) changes a zone",
            quoted(template)
        ),
        None => format!("`zmgr show {}` shows both sides", names[0]),
    };
    let failure = Failure::new(ExitCode::Differs, Code::HostConfiguration, message).with_help(help);
    let node = setting.rsplit('.').next().unwrap_or(setting);
    let nodes = [node];
    let wanted = Wanted::first(&nodes, &|_| true);
    let place = findings.places.of(Kind::Template, template, wanted);
    findings.push(Grade::Difference, failure, place);
}

fn of_zone(findings: &mut Findings<'_>, entry: &ZoneEntry, differences: &[&Difference]) {
    let name = &entry.name;
    let message = format!(
        "zone {name} differs from its entry in {}",
        told(differences)
    );
    let said: BTreeSet<&str> = registry::said(&entry.settings).into_iter().collect();
    let follow = differences.iter().find_map(|one| {
        let node = one.setting.split('.').next().unwrap_or_default();
        match word(&one.host) {
            _ if matches!(node, "net" | "id") => None,
            Some(value) => Some(format!("zmgr set {name} {} {value}", quoted(&one.setting))),
            None if one.host.is_null() && said.contains(node) => {
                Some(format!("zmgr set {name} --remove {}", quoted(&one.setting)))
            }
            None => None,
        }
    });
    let help = match follow {
        Some(command) => format!(
            "`{command}` copies the setting of the zone into its entry; zonecfg(8) changes the zone"
        ),
        None => format!("`zmgr show {name}` shows both sides, `zonecfg -z {name} info` the zone's"),
    };
    let failure = Failure::new(ExitCode::Differs, Code::HostConfiguration, message).with_help(help);
    push(findings, entry, Grade::Difference, failure);
}

/// A value that one word on a command line says.
fn word(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(quoted(text)),
        Json::Bool(_) | Json::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

fn push(findings: &mut Findings<'_>, entry: &ZoneEntry, grade: Grade, failure: Failure) {
    let name = entry.name.as_str();
    let is = |text: &str| text == name;
    let wanted = Wanted::first(&["zone"], &is);
    let place = findings.places.of(Kind::Zone, name, wanted);
    findings.push(grade, failure, place);
}
