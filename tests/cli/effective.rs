//! What counts for a zone is the same wherever it is asked for: random chains of templates, variables and entries.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::TestHost;

/// The settings that layers say, each with the number of a value.
type Layer = BTreeMap<usize, usize>;

/// What is written in a document, under which path it counts, and what it says with its variables replaced.
struct Said {
    block: &'static str,
    node: String,
    path: &'static str,
    value: Value,
}

const SETTINGS: usize = 14;

/// The setting, said with this value by a template or an entry. `tier` is what the variable says.
fn said(setting: usize, value: usize, template: bool, tier: &str, zone: &str) -> Said {
    let variable = if template { "{tier}" } else { "own" };
    let expanded = if template { tier } else { "own" };
    let name = if template { "{zone}" } else { zone };
    let number = 100 + value;
    let privilege = ["dtrace_proc", "dtrace_user", "sys_time"][value % 3];
    let one = |block, path, node: String, value: Value| Said {
        block,
        node,
        path,
        value,
    };
    match setting {
        0 => one(
            "",
            "autoboot",
            format!("autoboot #{}", value.is_multiple_of(2)),
            json!(value.is_multiple_of(2)),
        ),
        1 => one(
            "",
            "cpu-shares",
            format!("cpu-shares {number}"),
            json!(number),
        ),
        2 => one(
            "",
            "bootargs",
            format!("bootargs \"-m {variable}{value}\""),
            json!(format!("-m {expanded}{value}")),
        ),
        3 => one(
            "",
            "zonepath",
            format!("zonepath \"/zones/{variable}{value}/{name}\""),
            json!(format!("/zones/{expanded}{value}/{zone}")),
        ),
        4 => one(
            "capped-memory",
            "capped-memory.physical",
            format!("physical \"{number}M\""),
            json!(format!("{number}M")),
        ),
        5 => one(
            "capped-memory",
            "capped-memory.swap",
            format!("swap \"{number}G\""),
            json!(format!("{number}G")),
        ),
        6 => one(
            "capped-memory",
            "capped-memory.locked",
            format!("locked \"{number}K\""),
            json!(format!("{number}K")),
        ),
        7 => one(
            "",
            "limitpriv",
            format!("limitpriv \"default,{privilege}\""),
            json!(format!("default,{privilege}")),
        ),
        8 => one(
            "",
            "fs./logs",
            format!("fs \"/logs\" special=\"/export/{variable}{value}/{name}\" type=\"lofs\""),
            json!({ "dir": "/logs", "special": format!("/export/{expanded}{value}/{zone}"), "type": "lofs" }),
        ),
        9 => one(
            "",
            "attr.comment",
            format!("attr \"comment\" value=\"{variable} {value}\""),
            json!({ "name": "comment", "type": "string", "value": format!("{expanded} {value}") }),
        ),
        10 => one(
            "",
            "rctl.zone.max-lofi",
            format!("rctl \"zone.max-lofi\" {{ value limit={number} action=\"deny\"; }}"),
            json!({ "name": "zone.max-lofi", "value": [{ "priv": "privileged", "limit": number, "action": "deny" }] }),
        ),
        11 => one(
            "security-flags",
            "security-flags.default",
            "default \"aslr\"".to_owned(),
            json!("aslr"),
        ),
        12 => one(
            "",
            "max-processes",
            format!("max-processes {number}"),
            json!(number),
        ),
        _ => one(
            "",
            "hostid",
            format!("hostid \"{number}\""),
            json!(number.to_string()),
        ),
    }
}

/// The nodes of a layer.
fn nodes(layer: &Layer, template: bool, zone: &str) -> String {
    let mut text = String::new();
    let mut blocks: BTreeMap<&str, String> = BTreeMap::new();
    for (setting, value) in layer {
        let said = said(*setting, *value, template, "", zone);
        if said.block.is_empty() {
            let _ = writeln!(text, "    {}", said.node);
        } else {
            let _ = write!(blocks.entry(said.block).or_default(), "{}; ", said.node);
        }
    }
    for (block, inner) in blocks {
        let _ = writeln!(text, "    {block} {{ {inner}}}");
    }
    text
}

/// A chain of templates, nearest first, each with the variable or not, and the entry.
#[derive(Debug, Clone)]
struct Case {
    templates: Vec<(Layer, Option<usize>)>,
    entry: (Layer, Option<usize>),
}

fn case() -> impl Strategy<Value = Case> {
    let layer = || {
        (
            proptest::collection::btree_map(0..SETTINGS, 0..40usize, 0..9),
            proptest::option::of(0..9usize),
        )
    };
    (proptest::collection::vec(layer(), 1..4), layer())
        .prop_map(|(templates, entry)| Case { templates, entry })
}

impl Case {
    /// The variable's value: the entry's, or that of the nearest template, or the furthest one's own.
    fn tier(&self) -> (String, String) {
        let templates = self.templates.iter().enumerate();
        let said = std::iter::once(("zone".to_owned(), self.entry.1))
            .chain(templates.map(|(place, (_, tier))| (format!("template t{place}"), *tier)));
        let mut said = said.filter_map(|(from, tier)| Some((format!("tier{}", tier?), from)));
        let last = format!("template t{}", self.templates.len() - 1);
        said.next().unwrap_or(("tier".to_owned(), last))
    }

    fn write(&self, host: &TestHost, zone: &str) {
        for (place, (layer, tier)) in self.templates.iter().enumerate() {
            let last = place + 1 == self.templates.len();
            let mut text = format!("template \"{zone}-t{place}\" {{\n");
            if last {
                text.push_str("    brand \"ipkg\"\n");
            } else {
                let _ = writeln!(text, "    extends \"{zone}-t{}\"", place + 1);
            }
            match tier {
                Some(tier) => {
                    let _ = writeln!(text, "    variable \"tier\" \"tier{tier}\"");
                }
                None if last => text.push_str("    variable \"tier\" \"tier\"\n"),
                None => {}
            }
            let _ = writeln!(text, "{}}}", nodes(layer, true, zone));
            host.write(&format!("/etc/zmgr/templates/{zone}-t{place}.kdl"), &text);
        }
        let mut text = format!("zone \"{zone}\" {{\n    template \"{zone}-t0\"\n");
        if let Some(tier) = self.entry.1 {
            let _ = writeln!(text, "    variable \"tier\" \"tier{tier}\"");
        }
        let _ = writeln!(text, "{}}}", nodes(&self.entry.0, false, zone));
        host.write(&format!("/etc/zmgr/zones/{zone}.kdl"), &text);
    }

    /// What has to count, by path, and where it is written.
    fn expected(&self, zone: &str) -> BTreeMap<String, (Value, String)> {
        let (tier, tier_from) = self.tier();
        let mut all = BTreeMap::new();
        let from = |place: usize| format!("template {zone}-t{place}");
        let at = |from: String| from.replace("template t", &format!("template {zone}-t"));
        for (place, (layer, _)) in self.templates.iter().enumerate().rev() {
            for (setting, value) in layer {
                let said = said(*setting, *value, true, &tier, zone);
                all.insert(said.path.to_owned(), (said.value, from(place)));
            }
        }
        for (setting, value) in &self.entry.0 {
            let said = said(*setting, *value, false, &tier, zone);
            all.insert(said.path.to_owned(), (said.value, "zone".to_owned()));
        }
        all.insert("variable.tier".to_owned(), (json!(tier), at(tier_from)));
        let last = self.templates.len() - 1;
        all.insert("brand".to_owned(), (json!("ipkg"), from(last)));
        let mut preset = |path: &str, value: Value, from: &str| {
            let preset = (value, from.to_owned());
            all.entry(path.to_owned()).or_insert(preset);
        };
        preset("autoboot", json!(false), "default");
        preset("ip-type", json!("exclusive"), "default");
        preset("zonepath", json!(format!("/zones/{zone}")), "config");
        all
    }
}

/// `show --expanded`, by path.
fn shown(host: &TestHost, zone: &str) -> BTreeMap<String, (Value, String)> {
    let zone = host.json(&format!("show {zone} --expanded"));
    let effective = zone["effective"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    effective
        .map(|one| {
            (
                text(&one["path"]),
                (one["value"].clone(), text(&one["from"])),
            )
        })
        .collect()
}

/// What the configuration of a plan has of these paths.
fn planned(configuration: &Value, path: &str) -> Value {
    let rctl = |name: &str| {
        let rctls = configuration["rctl"].as_array().unwrap();
        let rctl = rctls.iter().find(|rctl| rctl["name"] == name);
        rctl.map_or(Value::Null, |rctl| {
            let limit = rctl["value"][0]["limit"].as_str().unwrap();
            json!(limit.parse::<u64>().unwrap())
        })
    };
    match path {
        "cpu-shares" => rctl("zone.cpu-shares"),
        "max-processes" => rctl("zone.max-processes"),
        "capped-memory.swap" => json!(format!(
            "{}G",
            rctl("zone.max-swap").as_u64().unwrap() >> 30
        )),
        "capped-memory.locked" => json!(format!(
            "{}K",
            rctl("zone.max-locked-memory").as_u64().unwrap() >> 10
        )),
        "capped-memory.physical" => {
            let bytes = configuration["capped-memory-physical"].as_u64();
            let bytes = bytes.unwrap_or_else(|| rctl("zone.max-physical-memory").as_u64().unwrap());
            json!(format!("{}M", bytes >> 20))
        }
        "rctl.zone.max-lofi" => rctl("zone.max-lofi"),
        "fs./logs" => configuration["fs"][0]["special"].clone(),
        "attr.comment" => configuration["attr"][0]["value"].clone(),
        "security-flags.default" => configuration["security-flags"]["default"].clone(),
        path => configuration[path].clone(),
    }
}

/// What of a value [`planned`] says.
fn in_plan(path: &str, value: &Value) -> Value {
    match path {
        "rctl.zone.max-lofi" => value["value"][0]["limit"].clone(),
        "fs./logs" => value["special"].clone(),
        "attr.comment" => value["value"].clone(),
        _ => value.clone(),
    }
}

fn agree(flavour: &'static str, cases: &[Case]) {
    let host = TestHost::of_flavour(flavour);
    host.zmgr("list -q").success();
    let names: Vec<String> = (0..cases.len()).map(|place| format!("z{place}")).collect();
    for (case, zone) in cases.iter().zip(&names) {
        case.write(&host, zone);
    }
    assert_eq!(host.json("validate")["errors"], json!([]));
    let listed = host.json("list");
    for ((case, zone), listed) in cases.iter().zip(&names).zip(listed.as_array().unwrap()) {
        let expected = case.expected(zone);
        assert_eq!(shown(&host, zone), expected, "{case:?}");
        for field in ["brand", "zonepath", "autoboot"] {
            assert_eq!(listed[field], expected[field].0, "{field}: {case:?}");
        }
        let plan = host.json(&format!("create {zone} --from-registry --no-install -n"));
        let steps = plan["operations"][0]["steps"].as_array().unwrap();
        let mut configurations = steps.iter().map(|step| &step["configuration"]);
        let configuration = configurations.find(|one| one.is_object()).unwrap();
        for (path, (value, _)) in &expected {
            if !path.starts_with("variable.") {
                assert_eq!(
                    planned(configuration, path),
                    in_plan(path, value),
                    "{path}: {case:?}"
                );
            }
        }
    }
    // Made as the documents say, every zone is what they say, in all words that say it.
    host.zmgr(&format!(
        "create {} --from-registry --no-install -q",
        names.join(" ")
    ))
    .success();
    let report = host.json("validate --host");
    assert_eq!(report["settings"], json!([]), "{cases:?}");
    for zone in host.json("list").as_array().unwrap() {
        assert_eq!(zone["differences"], json!([]), "{cases:?}");
        let name = zone["name"].as_str().unwrap();
        assert_eq!(host.json(&format!("show {name}"))["differences"], json!([]));
    }
}

#[test]
fn every_command_says_the_same_of_random_documents() {
    let config = Config {
        cases: 2,
        failure_persistence: None,
        max_shrink_iters: 12,
        ..Config::default()
    };
    let cases = proptest::collection::vec(case(), 6..10);
    for flavour in ["upstream", "omnios"] {
        let mut runner = TestRunner::new(config.clone());
        let run = |cases: Vec<Case>| {
            agree(flavour, &cases);
            Ok(())
        };
        runner.run(&cases, run).unwrap();
    }
}
