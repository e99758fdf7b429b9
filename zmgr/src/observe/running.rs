//! What zones run with, which is not always what their configurations say: a change counts from the next boot on.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::IpAddr;

use illumos::datalink::Datalinks;
use illumos::zone::{ZoneConfig, ZoneName};

use super::Sketch;
use crate::Failure;
use crate::cache::{Cache, Files, Part};

/// Where zoneadmd(8) keeps the configurations of zones that are ready or running (illumos-gate
/// `usr/src/lib/libzonecfg/common/libzonecfg.c`, `zonecfg_create_snapshot`).
const DIRECTORY: &str = "/var/run/zones";
const SUFFIX: &str = ".snapshot.xml";

/// What those of the zones that are ready or running were booted with. Only root sees it on some systems: for others there is none.
pub(super) fn running(zones: &[ZoneName], cache: Option<&Cache>) -> Vec<(ZoneName, Sketch)> {
    let directory = illumos::host_path(DIRECTORY);
    let Ok(entries) = std::fs::read_dir(&directory) else {
        return Vec::new();
    };
    let found: BTreeSet<String> = entries
        .filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            Some(name.strip_suffix(SUFFIX)?.to_owned())
        })
        .collect();
    let names: Vec<&ZoneName> = zones
        .iter()
        .filter(|zone| found.contains(zone.as_str()))
        .collect();
    let read = |name: &ZoneName| ZoneConfig::read_running(name).map(|(config, _)| config.into());
    let sketches: Vec<illumos::Result<Sketch>> = match cache {
        None => names.iter().map(|name| read(name)).collect(),
        Some(cache) => {
            let texts: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            let files = Files {
                directory: &directory,
                suffix: SUFFIX,
            };
            let Ok(sketches) = cache.recall(Part::Running, &texts, files, |missing| {
                let read = missing.iter().map(|place| read(names[*place]));
                Ok::<_, Infallible>(read.collect())
            });
            sketches
        }
    };
    // One that cannot be read, or is gone by now, says nothing.
    names
        .into_iter()
        .zip(sketches)
        .filter_map(|(name, sketch)| Some((name.clone(), sketch.ok()?)))
        .collect()
}

/// What is in force on the links of a zone.
#[derive(Debug, Clone, Default)]
pub(super) struct InForce {
    /// A link and an address that the zone may use on it.
    pub(super) addresses: Vec<(String, IpAddr)>,
    /// Whether the zone has a link, and can use no other addresses than these.
    pub(super) all: bool,
}

/// What is in force on the links that each zone has now, for zones about which nothing else is known.
pub(super) fn in_force(zones: &[&ZoneName]) -> Result<Vec<InForce>, Failure> {
    if zones.is_empty() {
        return Ok(Vec::new());
    }
    let datalinks = Datalinks::open()?;
    let links = datalinks.list()?;
    let of = |zone: &&ZoneName| {
        let mut found = InForce::default();
        let mut free = false;
        for link in &links {
            if link.zone.as_deref() != Some(zone.as_str()) {
                continue;
            }
            found.all = true;
            let allowed = datalinks
                .property(&link.name, "allowed-ips")
                .unwrap_or_default();
            let addresses = allowed
                .iter()
                .filter_map(|text| text.split('/').next()?.parse().ok());
            let before = found.addresses.len();
            found
                .addresses
                .extend(addresses.map(|address| (link.name.clone(), address)));
            free |= found.addresses.len() == before;
        }
        found.all &= !free;
        found
    };
    Ok(zones.iter().map(of).collect())
}
