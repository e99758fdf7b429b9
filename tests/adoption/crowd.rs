//! The documents of all cases as the zones of one host.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::case::{Case, Files, Set};
use crate::host::Host;
use crate::shown;
use crate::xml;

/// How many zones there are at least.
const ENOUGH: usize = 200;

/// What `validate` may warn of: zones of different transcripts have the same addresses and links.
const TRUE: [&str; 2] = ["zmgr::zone::address_twice", "zmgr::zone::vnic_twice"];

/// What is lost, or called an error.
pub(crate) fn check(cases: &[Case], set: Set) -> Vec<String> {
    let host = Host::new(set);
    let files = zones(cases, set);
    let names: Vec<String> = files
        .keys()
        .filter_map(|file| file.strip_suffix(".xml"))
        .map(str::to_owned)
        .collect();
    assert!(names.len() >= ENOUGH, "{} zones", names.len());
    host.put_zones(&files);
    for link in links(&files) {
        make_link(&host, &link);
    }
    let mut complaints = Vec::new();
    let imported = host.json("import --yes");
    assert_eq!(imported["zones"].as_array().unwrap().len(), names.len());
    for zone in imported["zones"].as_array().unwrap() {
        if zone["quality"] == "partial" {
            complaints.push(format!("not imported whole: {zone}"));
        }
    }
    let valid = host.json("validate");
    assert_eq!(valid["errors"], Value::Array(Vec::new()));
    for warning in valid["warnings"].as_array().unwrap() {
        if !TRUE.contains(&warning["code"].as_str().unwrap()) {
            complaints.push(format!("validate: {warning}"));
        }
    }
    // What zonecfg(8) would refuse to make cannot be made again, and import says so.
    let refused = |name: &String| {
        let told = imported["warnings"].as_array().unwrap().iter();
        let start = format!("zone {name} has a configuration that cannot be created again: ");
        let mut texts = told.filter_map(Value::as_str);
        texts.any(|text| text.starts_with(&start))
    };
    let possible: Vec<String> = names
        .iter()
        .filter(|name| !refused(name))
        .cloned()
        .collect();
    assert!(
        possible.len() * 20 > names.len() * 19,
        "{} of {}",
        possible.len(),
        names.len()
    );
    complaints.extend(again(&host.copy(), &names, &possible));
    complaints
}

/// Destroys every zone, makes those that can be made again from their entries, and compares the documents.
fn again(host: &Host, all: &[String], names: &[String]) -> Vec<String> {
    let entries = host.path("etc/zmgr/zones");
    let kept: Vec<(String, Vec<u8>)> = names
        .iter()
        .map(|name| {
            (
                format!("{name}.kdl"),
                fs::read(entries.join(format!("{name}.kdl"))).unwrap(),
            )
        })
        .collect();
    let read = |name: &str| fs::read(host.path("etc/zones").join(format!("{name}.xml")));
    let before: Vec<Vec<u8>> = names.iter().map(|name| read(name).unwrap()).collect();
    host.must(&format!("-q destroy --yes {}", all.join(" ")));
    assert_eq!(host.json("list"), Value::Array(Vec::new()));
    for (file, bytes) in &kept {
        fs::write(entries.join(file), bytes).unwrap();
    }
    let made = host.run("-q create --from-registry --no-install");
    let mut complaints = Vec::new();
    if made.status != 0 {
        complaints.push(format!(
            "create: exit status {}: {}",
            made.status, made.stderr
        ));
    }
    for (name, before) in names.iter().zip(&before) {
        let Ok(after) = read(name) else {
            let before = String::from_utf8_lossy(before);
            complaints.push(format!("{name} was not made again: {before}"));
            continue;
        };
        if xml::read(before) != xml::read(&after) {
            complaints.push(format!(
                "{name} is another zone now\n{}\n{}",
                String::from_utf8_lossy(before),
                String::from_utf8_lossy(&after)
            ));
        }
    }
    complaints
}

/// An index and documents: those of the cases, with names and zonepaths of their own, more than once if they are too few.
fn zones(cases: &[Case], set: Set) -> Files {
    let of_set: Vec<&Case> = cases.iter().filter(|case| case.set == set).collect();
    let documents: Vec<(&Case, String)> = of_set
        .into_iter()
        .filter(|case| case.after.contains_key("index"))
        .flat_map(|case| {
            let zones = shown::listed(case).into_iter();
            zones.map(move |(name, _)| (case, name))
        })
        .filter(|(case, name)| {
            let document = shown::document(case, name);
            let whole = |document: &xml::Element| {
                shown::is_readable(case, name)
                    && shown::is_known(document)
                    && !shown::is_machine(document)
            };
            document.as_ref().is_some_and(whole)
        })
        .collect();
    let mut files = Files::new();
    let mut index = "global:installed:/\n".to_owned();
    for (number, (case, name)) in documents
        .iter()
        .cycle()
        .take(documents.len().max(ENOUGH + 10))
        .enumerate()
    {
        let new = format!("zone-{number:03}");
        let zonepath = format!("/zones/{new}");
        let state = if number % 2 == 0 {
            "configured"
        } else {
            "installed"
        };
        index.push_str(&format!("{new}:{state}:{zonepath}:\n"));
        let bytes = &case.after[&format!("{name}.xml")];
        let changed = xml::with_attributes(bytes, &[("name", &new), ("zonepath", &zonepath)]);
        files.insert(format!("{new}.xml"), changed);
    }
    files.insert("index".to_owned(), index.into_bytes());
    files
}

/// The links that the zones have.
fn links(files: &Files) -> BTreeSet<String> {
    files
        .values()
        .filter_map(|bytes| xml::read(bytes))
        .flat_map(|zone| {
            let nets = zone.all("network").iter();
            nets.map(|net| net.attribute("physical").to_owned())
                .collect::<Vec<_>>()
        })
        .filter(|link| !link.is_empty())
        .collect()
}

/// Makes a link of that name, if a link can have it.
fn make_link(host: &Host, link: &str) {
    snapbox::cmd::Command::new(host.path("usr/sbin/dladm"))
        .env_clear()
        .env("ZMGR_EMULATED_HOST", host.path(""))
        .args(["create-vnic", "-l", "igb0", link])
        .output()
        .unwrap();
}
