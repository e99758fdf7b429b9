//! What the documents say against what the host has.

use std::collections::BTreeSet;

use super::places::{Places, Wanted};
use super::{Finding, Findings, Grade};
use crate::documents::model::Documents;
use crate::documents::{Kind, Store};
use crate::observe::Observed;
use crate::{ExitCode, Failure};

/// Where the documents and the host differ: zones and links that are not there, brands that are not installed.
#[must_use]
pub fn host(store: &Store, documents: &Documents, observed: &Observed) -> Vec<Finding> {
    let mut findings = Findings {
        places: Places::new(Some(store)),
        found: Vec::new(),
    };
    for (name, uplink) in &documents.config.uplinks {
        if !observed.links.contains_key(&uplink.link) {
            let links: Vec<&str> = observed.links.keys().map(String::as_str).collect();
            let message = format!(
                "uplink {name:?} is over {}, and the host has no such link",
                uplink.link
            );
            let failure = Failure::new(ExitCode::Differs, "zmgr::host::no_link", message)
                .with_help(if links.is_empty() {
                    "the host has no link at all".to_owned()
                } else {
                    format!("there are: {}", links.join(", "))
                });
            let is = |text: &str| text == uplink.link;
            let place = findings
                .places
                .of(Kind::Config, "config", Wanted::first(&["link"], &is));
            findings.push(Grade::Difference, failure, place);
        }
    }
    brands(documents, &mut findings);
    zonepaths(documents, &mut findings);
    zones(documents, observed, &mut findings);
    findings.found
}

fn brands(documents: &Documents, findings: &mut Findings<'_>) {
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for template in documents.templates.values() {
        let Some(brand) = template.settings.brand.as_deref() else {
            continue;
        };
        let installed = illumos::host_path("/usr/lib/brand")
            .join(brand)
            .join("config.xml")
            .is_file();
        if installed || !told.insert(brand) {
            continue;
        }
        let message = format!(
            "template {:?} has brand {brand:?}, which is not installed on this host",
            template.name
        );
        let failure = Failure::new(ExitCode::Differs, "zmgr::host::no_brand", message).with_help(
            format!("install the package of the brand, such as pkg install brand/{brand}"),
        );
        let is = |text: &str| text == brand;
        let place = findings.places.of(
            Kind::Template,
            &template.name,
            Wanted::first(&["brand"], &is),
        );
        findings.push(Grade::Difference, failure, place);
    }
}

/// zoneadm makes a dataset for a zone only if the directory above its zonepath is the mount point of one.
fn zonepaths(documents: &Documents, findings: &mut Findings<'_>) {
    let datasets = match illumos::zfs::list() {
        Ok(datasets) => datasets,
        Err(error) => {
            findings.push(Grade::Warning, error.into(), None);
            return;
        }
    };
    let mounted: BTreeSet<&str> = datasets
        .iter()
        .filter_map(|dataset| dataset.mountpoint.as_deref())
        .collect();
    let config = (Kind::Config, "config", Some(&documents.config.zonepath));
    let templates = documents.templates.values();
    let templates = templates.map(|template| {
        (
            Kind::Template,
            template.name.as_str(),
            template.settings.zonepath.as_ref(),
        )
    });
    for (kind, name, zonepath) in std::iter::once(config).chain(templates) {
        let Some((zonepath, (above, _))) =
            zonepath.and_then(|path| Some((path, path.rsplit_once('/')?)))
        else {
            continue;
        };
        if above.contains('{') || mounted.contains(above) {
            continue;
        }
        let message = format!("zones lie in {above}, which is no mount point of a dataset");
        let failure = Failure::new(ExitCode::Differs, "zmgr::host::no_dataset", message)
            .with_help(format!("zfs create -p -o mountpoint={above} rpool{above}"));
        let is = |text: &str| text == zonepath;
        let place = findings
            .places
            .of(kind, name, Wanted::first(&["zonepath"], &is));
        findings.push(Grade::Difference, failure, place);
    }
}

fn zones(documents: &Documents, observed: &Observed, findings: &mut Findings<'_>) {
    for entry in documents.zones.values() {
        let name = entry.name.as_str();
        if observed.zone(&entry.name).is_none() {
            let message = format!("zone {name} is in the registry, and the host does not have it");
            let failure = Failure::new(ExitCode::Differs, "zmgr::host::no_zone", message)
                .with_help(format!(
                    "zmgr create makes it again; removing {name}.kdl frees its addresses"
                ));
            let place = findings.places.of(
                Kind::Zone,
                name,
                Wanted::first(&["zone"], &|text| text == name),
            );
            findings.push(Grade::Difference, failure, place);
            continue;
        }
        for net in entry
            .nets
            .iter()
            .filter(|net| net.link.on_demand != Some(true))
        {
            let Some(vnic) = net
                .vnic
                .as_deref()
                .filter(|vnic| !observed.links.contains_key(*vnic))
            else {
                continue;
            };
            let message = format!("zone {name} has VNIC {vnic}, and the host does not");
            let mut command = format!(
                "dladm create-vnic -l {} {vnic}",
                net.stub.as_deref().unwrap_or("LINK")
            );
            if let Some(vlan) = net.link.vlan {
                command.push_str(&format!(" -v {vlan}"));
            }
            let failure = Failure::new(ExitCode::Differs, "zmgr::host::no_vnic", message)
                .with_help(format!("the zone cannot boot without it: {command}"));
            let place = findings.places.of(
                Kind::Zone,
                name,
                Wanted::first(&["vnic"], &|text| text == vnic),
            );
            findings.push(Grade::Difference, failure, place);
        }
    }
}
