//! Every JSON output against its published schema.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be read or set up ends the test"
)]

use std::path::Path;

use serde_json::Value;

use crate::support::TestHost;

const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/schemas");

/// Fails unless the output of `zmgr ARGS --json` fits its schema.
pub(crate) fn check(args: &str, output: &Value) {
    check_against(name(args), args, output);
}

/// Fails unless what a failed command says fits its schema.
pub(crate) fn check_failure(args: &str, output: &Value) {
    check_against("error", args, output);
}

fn check_against(name: &str, args: &str, output: &Value) {
    let file = Path::new(DIRECTORY).join(format!("{name}.json"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!(
            "zmgr {args} --json has no schema {}: {error}",
            file.display()
        )
    });
    let schema = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(output)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(
        errors.is_empty(),
        "zmgr {args} --json does not fit {name}.json:\n{}\n{output:#}",
        errors.join("\n")
    );
}

/// The name of the schema.
fn name(args: &str) -> &'static str {
    let words: Vec<&str> = args
        .split_whitespace()
        .filter(|word| !word.starts_with('-'))
        .collect();
    match words.as_slice() {
        ["list", ..] => "list",
        ["show", ..] => "show",
        ["diff", ..] => "diff",
        ["validate", ..] => "validate",
        ["init", ..] => "init",
        ["import", ..] => "import",
        ["history", "show", ..] => "history-show",
        ["history", ..] => "history",
        ["recover", ..] => "recover",
        ["metrics", ..] => "metrics",
        ["wait", ..] => "wait",
        ["fmt", ..] => "fmt",
        ["doc"] => "doc",
        ["doc", _] => "doc-topic",
        ["config", "show"] => "config-show",
        ["template", "list" | "ls", ..] => "template-list",
        ["template", "show", ..] => "template-show",
        ["publisher", "list" | "ls", ..] => "publisher-list",
        ["publisher", "show", ..] => "publisher-show",
        ["pool", "list" | "ls", ..] => "pool-list",
        ["pool", "show", ..] => "pool-show",
        ["pool", "free", ..] => "pool-free",
        ["pool", "addresses", ..] => "pool-addresses",
        ["pool", "why", ..] => "pool-why",
        _ => "operations",
    }
}

#[test]
fn every_json_output_fits_its_schema() {
    let host = TestHost::new();
    host.zone_on_host("old01", "installed", "10.0.0.77/24");
    for args in [
        "init",
        "doc",
        "doc pool",
        "create web01 -n",
        "create web01",
        "list",
        "show web01",
        "show web01 --expanded",
        "show old01 --expanded",
        "pool list",
        "pool show internal",
        "pool free internal",
        "pool free internal --next",
        "pool addresses internal",
        "pool why 10.0.0.10",
        "pool why 10.0.0.99",
        "pool create lab --network 10.1.0.0/24 --network 10.1.0.0/24 -n",
        "template list",
        "template show router",
        "publisher list",
        "publisher show openindiana.org",
        "publisher set openindiana.org sticky=false",
        "diff",
        "apply -n",
        "validate",
        "import -n",
        "import",
        "list managed=true",
        "config show",
        "set web01 tags web",
        "wait web01 --state running",
        "halt web01 -n",
        "halt web01",
        "boot web01",
        "shutdown web01",
        "forget old01",
        "history",
        "metrics",
        "recover",
        "fmt",
        "fmt --check",
        "destroy web01 -y -n",
        "destroy web01 -y",
    ] {
        if args.contains("10.1.0.0/24 --network") {
            host.json_failure(args, 2);
        } else {
            host.json(args);
        }
    }
    let history = host.json("history");
    let id = history[0]["id"].as_str().unwrap();
    host.json(&format!("history show {id}"));
    host.json_failure("show nothing", 6);
}

/// Something that fits no schema is found.
#[test]
#[should_panic(expected = "does not fit list.json")]
fn a_field_that_is_not_documented_is_found() {
    let host = TestHost::new();
    host.zone_on_host("old01", "installed", "10.0.0.77/24");
    let mut list = host.json("list");
    list[0]["colour"] = "red".into();
    check("list", &list);
}
