//! `abi.json` against the measurements that it was taken from.

use std::env;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{Differences, facts, object};

/// Names a file with the full measurements; by default `../shared/illumos/abi.json` beside the workspace.
const MEASUREMENTS: &str = "ILLUMOS_ABI_MEASUREMENTS";

#[expect(clippy::print_stdout, reason = "a test that is skipped says why")]
fn say_skipped(message: &str) {
    println!("skipped: {message}");
}

/// The measurements in `name`, which are kept outside the repository; `None` if they are not there.
fn measurements(name: &str) -> Option<(PathBuf, Value)> {
    let path = env::var_os(MEASUREMENTS).map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/illumos/abi.json"),
        PathBuf::from,
    );
    let path = path.with_file_name(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        let message = format!(
            "{} is not there; {MEASUREMENTS} names another place",
            path.display()
        );
        assert!(env::var_os("CI").is_none(), "{message}");
        say_skipped(&message);
        return None;
    };
    Some((path, serde_json::from_str(&text).unwrap()))
}

/// What belongs to libkstat was measured apart.
fn is_of_kstat(name: &str) -> bool {
    name == "kid_t" || name.to_ascii_lowercase().starts_with("kstat_") || name == "kstat"
}

#[test]
fn facts_of_kstat_agree_with_the_measurements() {
    let Some((_, measured)) = measurements("kstat.json") else {
        return;
    };
    let facts = facts();
    let common = &facts["common"];
    let mut differences = Differences::default();
    for (name, structure) in object(&common["structs"]).filter(|(name, _)| is_of_kstat(name)) {
        // The value of a string is a part of kstat_named, from where its members are counted there.
        let (known, prefix, start) = match name.as_str() {
            "kstat_string" => ("kstat_named_t".to_owned(), "value.str.", 32),
            _ => (format!("{name}_t"), "", 0),
        };
        let known = &measured["structs"][&known];
        if prefix.is_empty() {
            for what in ["size", "align"] {
                differences.compare(&format!("{name}: {what}"), &structure[what], &known[what]);
            }
        }
        let members: Vec<&Value> = known["fields"]
            .as_array()
            .unwrap()
            .iter()
            .filter(
                |member| match member["name"].as_str().unwrap().strip_prefix(prefix) {
                    Some(rest) => !rest.contains('.'),
                    None => false,
                },
            )
            .collect();
        assert_eq!(
            members.len(),
            object(&structure["fields"]).count(),
            "{name}"
        );
        for member in members {
            let short = member["name"].as_str().unwrap().trim_start_matches(prefix);
            let place = &structure["fields"][short];
            let offset = member["offset"].as_u64().unwrap() - start;
            differences.compare(
                &format!("{name}::{short}"),
                &(place[0].as_u64(), place[1].as_u64()),
                &(Some(offset), member["size"].as_u64()),
            );
        }
    }
    for (name, value) in object(&common["constants"]).filter(|(name, _)| is_of_kstat(name)) {
        differences.compare(name, value, &measured["constants"][name]);
    }
    let mut listed = facts["exported"]["libkstat.so.1"]["everywhere"]
        .as_array()
        .unwrap()
        .clone();
    let mut symbols = measured["library"]["symbols"].as_array().unwrap().clone();
    listed.sort_by_key(Value::to_string);
    symbols.sort_by_key(Value::to_string);
    differences.compare("what libkstat exports", &listed, &symbols);
    differences.finish("abi.json differs from the measurements");
}

#[test]
fn facts_agree_with_the_measurements() {
    let Some((path, measurements)) = measurements("abi.json") else {
        return;
    };
    let facts = facts();
    let mut differences = Differences::default();
    for (section, distributions) in [
        (
            "common",
            &["upstream", "omnios", "omnios_cur", "smartos"][..],
        ),
        ("upstream", &["upstream"]),
        ("extended", &["omnios", "omnios_cur", "smartos"]),
    ] {
        for distribution in distributions {
            let measured = &measurements["flavours"][distribution];
            assert!(
                measured.is_object(),
                "{}: no {distribution}",
                path.display()
            );
            compare_section(&facts[section], measured, distribution, &mut differences);
        }
    }
    let exported = object(&facts["exported"]).filter(|(library, _)| *library != "libkstat.so.1");
    for (library, lists) in exported {
        for distribution in ["upstream", "omnios", "smartos"] {
            let measured = &measurements["flavours"][distribution];
            let mut listed: Vec<&str> = ["everywhere", distribution]
                .iter()
                .flat_map(|by| lists[by].as_array().into_iter().flatten())
                .map(|name| name.as_str().unwrap())
                .collect();
            listed.sort_unstable();
            // Of libc only what is called is listed.
            let Some(exported) = measured["exported_all"].get(library) else {
                for name in listed {
                    let known = &measured["exported_needed"][library][name];
                    differences.compare(
                        &format!("{distribution}: {library} exports {name}"),
                        known,
                        &true.into(),
                    );
                }
                continue;
            };
            let mut exported: Vec<&str> = exported
                .as_array()
                .unwrap()
                .iter()
                .map(|name| name.as_str().unwrap())
                .collect();
            exported.sort_unstable();
            differences.compare(
                &format!("{distribution}: what {library} exports"),
                &listed,
                &exported,
            );
        }
    }
    differences.finish("abi.json differs from the measurements");
}

fn compare_section(
    facts: &Value,
    measured: &Value,
    distribution: &str,
    differences: &mut Differences,
) {
    for (name, layout) in object(&facts["structs"]).filter(|(name, _)| !is_of_kstat(name)) {
        // One structure with two lengths, which have names of their own in the bindings.
        let known = match (name.as_str(), distribution) {
            ("zone_res_attrtab_256", "omnios")
            | ("zone_res_attrtab_1024", "omnios_cur" | "smartos") => {
                &measured["structs"]["zone_res_attrtab"]
            }
            ("zone_res_attrtab_256" | "zone_res_attrtab_1024", _) => continue,
            _ => &measured["structs"][name],
        };
        let what = format!("{distribution}: {name}");
        let size = known["size"].as_u64();
        if let Some(least) = layout["at_least"].as_u64() {
            if size.is_none_or(|size| size > least) {
                differences.say(&format!("{what}: {size:?} bytes are more than {least}"));
            }
        } else if layout["longer"] == true {
            if size < layout["size"].as_u64() {
                differences.say(&format!(
                    "{what}: {size:?} bytes are fewer than {}",
                    layout["size"]
                ));
            }
        } else {
            differences.compare(&format!("{what}: size"), &layout["size"], &known["size"]);
        }
        differences.compare(
            &format!("{what}: alignment"),
            &layout["align"],
            &known["align"],
        );
        let members = known["fields"].as_array().map_or(&[][..], Vec::as_slice);
        for (member, place) in object(&layout["fields"]) {
            let Some(known) = members
                .iter()
                .find(|known| known["name"] == member.as_str())
            else {
                differences.say(&format!("{what}::{member} was not measured"));
                continue;
            };
            differences.compare(
                &format!("{what}::{member}: offset"),
                &place[0],
                &known["offset"],
            );
            if !place[1].is_null() {
                differences.compare(
                    &format!("{what}::{member}: size"),
                    &place[1],
                    &known["size"],
                );
            }
        }
        let complete =
            layout.get("longer").is_some() || object(&layout["fields"]).count() == members.len();
        differences.compare(
            &format!("{what}: all its members are there"),
            &complete,
            &true,
        );
    }
    for (name, layout) in object(&facts["types"]).filter(|(name, _)| !is_of_kstat(name)) {
        let known = &measured["typedefs"][name];
        differences.compare(
            &format!("{distribution}: size of {name}"),
            &layout[0],
            &known["size"],
        );
        differences.compare(
            &format!("{distribution}: alignment of {name}"),
            &layout[1],
            &known["align"],
        );
    }
    // Older trees have B_TRUE under the name _B_TRUE.
    let enumerator = |name: &str| {
        object(&measured["enums"])
            .flat_map(|(_, values)| object(values))
            .find(|(known, _)| *known == name || known.strip_prefix('_') == Some(name))
            .map(|(_, value)| value)
    };
    for (name, value) in object(&facts["constants"])
        .chain(object(&facts["enums"]).flat_map(|(_, values)| object(values)))
        .filter(|(name, _)| !is_of_kstat(name))
    {
        let known = measured["constants"].get(name).or_else(|| enumerator(name));
        differences.compare(&format!("{distribution}: {name}"), &Some(value), &known);
    }
    for (name, value) in object(&facts["strings"]) {
        differences.compare(
            &format!("{distribution}: {name}"),
            value,
            &measured["string_constants"][name],
        );
    }
    for (name, signature) in object(&facts["functions"]).filter(|(name, _)| !is_of_kstat(name)) {
        let known = &measured["functions"][name];
        // SmartOS alone declares it.
        if known.is_null() && name == "zonecfg_set_uuid" && distribution != "smartos" {
            continue;
        }
        let arguments: Vec<Value> = signature.as_array().unwrap()[1..].to_vec();
        differences.compare(
            &format!("{distribution}: arguments of {name}"),
            &Value::from(arguments),
            &known["args"],
        );
        // The result of a function that takes a function was recorded with its arguments behind it.
        let result = signature[0].as_str().unwrap();
        let known = known["ret"].as_str().unwrap_or_default();
        if known != result && !known.starts_with(&format!("{result} (")) {
            differences.compare(
                &format!("{distribution}: result of {name}"),
                &result,
                &known,
            );
        }
    }
}
