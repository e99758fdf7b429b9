//! What the documents say against what the host has.

use crate::failure::Code;
use std::collections::{BTreeMap, BTreeSet};

use illumos::datalink::Link;

use super::configuration::{self, Differing};
use super::places::{Places, Wanted};
use super::{Finding, Findings, Grade};
use crate::documents::model::Documents;
use crate::documents::{Kind, Store};
use crate::observe::Observed;
use crate::plan::link_rules::{Problem, Said, Seen};
use crate::plan::{is_default_tag, unusable};
use crate::{ExitCode, Failure};

/// Where the documents and the host differ: zones and links that are not there, brands that are not installed, settings. `links` are all of the host.
#[must_use]
pub fn host(
    store: &Store,
    documents: &Documents,
    observed: &Observed,
    links: &BTreeMap<String, Link>,
) -> (Vec<Finding>, Vec<Differing>) {
    let mut findings = Findings {
        places: Places::new(Some(store)),
        found: Vec::new(),
    };
    for (name, uplink) in &documents.config.uplinks {
        if !links.contains_key(&uplink.link) {
            let links: Vec<&str> = links.keys().map(String::as_str).collect();
            let message = format!(
                "uplink {name:?} is over {}, but the host has no such link",
                uplink.link
            );
            let failure = Failure::new(ExitCode::Differs, Code::HostNoLink, message).with_help(
                if links.is_empty() {
                    "the host has no links".to_owned()
                } else {
                    format!("the host has: {}", links.join(", "))
                },
            );
            let is = |text: &str| text == uplink.link;
            let place = findings
                .places
                .of(Kind::Config, "config", Wanted::first(&["link"], &is));
            findings.push(Grade::Difference, failure, place);
        }
    }
    lower_links(documents, observed, links, &mut findings);
    brands(documents, &mut findings);
    zonepaths(documents, &mut findings);
    zones(documents, observed, links, &mut findings);
    let differing = configuration::compare(documents, observed, &mut findings);
    (findings.found, differing)
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
        let failure = Failure::new(ExitCode::Differs, Code::HostNoBrand, message).with_help(
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
        let message = format!("zones lie in {above}, which is not the mount point of a dataset");
        let failure = Failure::new(ExitCode::Differs, Code::HostNoDataset, message)
            .with_help(format!("zfs create -p -o mountpoint={above} rpool{above}"));
        let is = |text: &str| text == zonepath;
        let place = findings
            .places
            .of(kind, name, Wanted::first(&["zonepath"], &is));
        findings.push(Grade::Difference, failure, place);
    }
}

/// Pools and uplinks over links that no VNIC can be over, or that do not carry their VLAN.
fn lower_links(
    documents: &Documents,
    observed: &Observed,
    links: &BTreeMap<String, Link>,
    findings: &mut Findings<'_>,
) {
    let uplinks = &documents.config.uplinks;
    let pools = documents.pools.values().filter_map(|pool| {
        let stub = pool.stub.as_ref()?;
        let uplink = uplinks.get(stub);
        let link = uplink.map_or(stub, |uplink| &uplink.link);
        // An uplink's own VLAN is looked at with the uplink.
        let told = uplink.is_some() && pool.vlan.is_none();
        (!told).then_some((Kind::Pool, pool.name.as_str(), stub, link, pool.vlan))
    });
    let named = uplinks.values().map(|uplink| {
        (
            Kind::Config,
            "config",
            &uplink.link,
            &uplink.link,
            uplink.vlan,
        )
    });
    for (kind, document, text, name, vlan) in named.chain(pools) {
        let Some(link) = links.get(name) else {
            continue;
        };
        let problem = match (unusable(link), vlan) {
            (Some(unusable), _) => format!("no VNIC can be over it: it {}", unusable.problem),
            (None, Some(vlan)) if is_default_tag(name, vlan.into(), observed).unwrap_or(false) => {
                format!("it cannot carry VLAN {vlan}, its default_tag")
            }
            _ => continue,
        };
        let what = match kind {
            Kind::Pool => format!("pool {document:?}"),
            _ => "an uplink".to_owned(),
        };
        let message = format!("{what} is over link {name}, and {problem}");
        let failure = Failure::new(ExitCode::Differs, Code::HostLowerLink, message)
            .with_help("zones that use it cannot be created");
        let is = |written: &str| written == text;
        let wanted = Wanted::first(&["stub", "link"], &is);
        let place = findings.places.of(kind, document, wanted);
        findings.push(Grade::Difference, failure, place);
    }
}

fn zones(
    documents: &Documents,
    observed: &Observed,
    links: &BTreeMap<String, Link>,
    findings: &mut Findings<'_>,
) {
    for entry in documents.zones.values() {
        let name = entry.name.as_str();
        if observed.zone(&entry.name).is_none() {
            let message = format!("zone {name} is in the registry, but the host does not have it");
            let failure = Failure::new(ExitCode::Differs, Code::HostNoZone, message)
                .with_help(format!(
                    "`zmgr create {name} --from-registry` creates it again; `zmgr forget {name}` frees its addresses"
                ));
            let place = findings.places.of(
                Kind::Zone,
                name,
                Wanted::first(&["zone"], &|text| text == name),
            );
            findings.push(Grade::Difference, failure, place);
            continue;
        }
        for net in &entry.nets {
            let Some(said) = Said::by_entry(&entry.name, net) else {
                continue;
            };
            let mut others = observed.claims.links.get(said.link).into_iter().flatten();
            let seen = Seen {
                link: links.get(said.link),
                plumbed: observed.claims.plumbed.contains(said.link),
                other: others.find(|other| *other != said.zone),
            };
            let problem = said.problem(seen);
            if let Some(failure) = problem.and_then(|problem| link(&said, &problem)) {
                let is = |text: &str| text == said.link;
                let wanted = Wanted::first(&["vnic"], &is);
                let place = findings.places.of(Kind::Zone, name, wanted);
                findings.push(Grade::Difference, failure, place);
            }
        }
    }
}

/// What is in the way of a zone's link, and what can be done.
fn link(said: &Said<'_>, problem: &Problem) -> Option<Failure> {
    let (zone, vnic) = (said.zone, said.link);
    let (code, message, help) = match problem {
        Problem::Missing => (
            Code::HostNoVnic,
            format!("zone {zone} has VNIC {vnic}, which the host does not have"),
            format!("the zone cannot boot without it: {}", said.create()),
        ),
        Problem::Shared(other) => (
            Code::HostLinkTwice,
            format!(
                "zone {zone} has VNIC {vnic}, and so has zone {other}, which is not in the registry"
            ),
            "only one of them can boot: give one of them another VNIC".to_owned(),
        ),
        Problem::Plumbed => (
            Code::HostPlumbed,
            format!("VNIC {vnic} of zone {zone} is an IP interface of the global zone"),
            format!(
                "the zone cannot boot: `ipadm delete-if {vnic}` removes it from the global zone"
            ),
        ),
        Problem::Differs(difference) => (
            Code::HostVnicDiffers,
            format!("link {vnic} of zone {zone} {difference}"),
            format!(
                "the zone is not booted, because it would be on another network: `dladm delete-vnic {vnic}`{}",
                if said.on_demand {
                    ", and the brand makes it as it should be".to_owned()
                } else {
                    format!(", `{}`", said.create())
                }
            ),
        ),
        // A zone that runs with it now need not do so when this one boots.
        Problem::Held(_) => return None,
    };
    Some(Failure::new(ExitCode::Differs, code, message).with_help(help))
}
