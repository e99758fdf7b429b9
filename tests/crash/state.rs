//! What is on a host, read from its files, and whether they agree with each other.

use std::collections::{BTreeMap, BTreeSet};

use regex_lite::Regex;
use serde_json::Value;

use super::host::TestHost;
use super::many::files;

/// What there is, as the model of a history has it and as a host shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct State {
    pub(crate) zones: BTreeMap<String, Zone>,
    /// Addresses that are reserved in the pool `internal`.
    pub(crate) reserved: BTreeSet<String>,
    /// What was written into documents, by their kind.
    pub(crate) edited: BTreeMap<&'static str, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Zone {
    /// Whether the registry has it.
    pub(crate) registered: bool,
    pub(crate) running: bool,
    pub(crate) nets: usize,
}

/// Every value that `pattern` finds in `text`.
fn values(pattern: &str, text: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    pattern
        .captures_iter(text)
        .map(|found| found[1].to_owned())
        .collect()
}

fn set(values: Vec<String>) -> BTreeSet<String> {
    values.into_iter().collect()
}

impl State {
    /// What is on the host, and who has which address.
    ///
    /// # Errors
    /// If index, configurations, registry, links and datasets disagree, or an address is two zones'.
    pub(crate) fn of(host: &TestHost) -> Result<(Self, BTreeMap<String, String>), String> {
        let mut state = Self::default();
        let mut held: BTreeMap<String, String> = BTreeMap::new();
        let index = host.read("/etc/zones/index");
        let names = values("(?m)^([a-z][^:#]*):", &index);
        let names: Vec<String> = names.into_iter().filter(|name| name != "global").collect();
        let zones = set(names.clone());
        if zones.len() != names.len() {
            return Err(format!("index: something is there twice: {names:?}"));
        }
        // Templates of the system begin with the name of a company.
        let configurations = files(host, "/etc/zones")
            .into_iter()
            .filter_map(|file| Some(file.strip_suffix(".xml")?.to_owned()))
            .filter(|name| !name.starts_with(char::is_uppercase))
            .collect();
        same("configurations", &configurations, &zones)?;
        let datasets = values(
            "(?m)^rpool/zones/([^/ ]+) ",
            &host.read("/emulation/datasets"),
        );
        same("datasets", &set(datasets), &zones)?;
        let running = host.read("/emulation/kernel");
        let up = values("(?m)^[0-9]+ ([a-z][^ ]*) ", &running);
        let running = set(values("(?m)^[0-9]+ ([a-z][^ ]*) [34] ", &running));
        same("zones that are up", &set(up), &running)?;
        let entries = files(host, "/etc/zmgr/zones");
        let registered: BTreeSet<String> = entries
            .iter()
            .map(|file| file.trim_end_matches(".kdl").to_owned())
            .collect();
        if let Some(stray) = registered.difference(&zones).next() {
            return Err(format!("{stray} is registered, and no zone"));
        }
        let mut vnics = BTreeSet::new();
        for zone in &zones {
            let config = host.read(&format!("/etc/zones/{zone}.xml"));
            let physical = set(values("physical=\"([^\"]*)\"", &config));
            let mut addresses = set(values("allowed-address=\"([^\"/]*)", &config));
            if registered.contains(zone) {
                let entry = host.read(&format!("/etc/zmgr/zones/{zone}.kdl"));
                let said = set(values("vnic \"([^\"]*)\"", &entry));
                same(&format!("VNICs of {zone}"), &said, &physical)?;
                let said = set(values("address \"([0-9.]*)", &entry));
                if !addresses.is_empty() {
                    same(&format!("addresses of {zone}"), &said, &addresses)?;
                }
                addresses.extend(said);
            }
            for address in addresses {
                if let Some(other) = held.insert(address.clone(), zone.clone()) {
                    return Err(format!("{address} is {other}'s and {zone}'s"));
                }
            }
            let zone_state = Zone {
                registered: registered.contains(zone),
                running: running.contains(zone),
                nets: physical.len(),
            };
            vnics.extend(physical);
            state.zones.insert(zone.clone(), zone_state);
        }
        let links = host.read("/emulation/links");
        same("VNICs", &set(values("(?m)^vnic ([^ ]+)", &links)), &vnics)?;
        if links.contains("etherstub int0 ") == vnics.is_empty() {
            return Err(format!("etherstub int0 does not fit VNICs {vnics:?}"));
        }
        let pool = host.read("/etc/zmgr/pools/internal.kdl");
        state.reserved = set(values("(?m)^ *reserve \"([0-9.]+)\"", &pool));
        quarantined(host, &pool, &held)?;
        let edited = [
            ("pool", values("range-end \"10.0.0.24([0-9])\"", &pool)),
            (
                "publisher",
                values(
                    "mirror \"https://m([0-9])\\.",
                    &host.read("/etc/zmgr/publishers/openindiana.org.kdl"),
                ),
            ),
            (
                "template",
                values(
                    "(?m)^ *cpu-shares ([0-9])",
                    &host.read("/etc/zmgr/templates/default.kdl"),
                ),
            ),
        ];
        for (kind, mut values) in edited {
            if let Some(value) = values.pop() {
                state.edited.insert(kind, value);
            }
        }
        Ok((state, held))
    }
}

fn same(what: &str, found: &BTreeSet<String>, zones: &BTreeSet<String>) -> Result<(), String> {
    if found == zones {
        Ok(())
    } else {
        Err(format!("{what}: {found:?} instead of {zones:?}"))
    }
}

/// No zone has an address that another one released: no history lasts as long as the quarantine.
fn quarantined(host: &TestHost, pool: &str, held: &BTreeMap<String, String>) -> Result<(), String> {
    if !pool.contains("quarantine \"1h\"") {
        return Ok(());
    }
    for file in files(host, "/var/zmgr/released") {
        let text = host.read(&format!("/var/zmgr/released/{file}"));
        let notes: Value =
            serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
        for note in notes.as_array().into_iter().flatten() {
            let address = note["address"].as_str().unwrap_or_default();
            let own = |zone: &&String| file.strip_suffix(".json") == Some(zone.as_str());
            if let Some(zone) = held.get(address).filter(|zone| !own(zone)) {
                return Err(format!("{address} is in quarantine, and {zone} has it"));
            }
        }
    }
    Ok(())
}
