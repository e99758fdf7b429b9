//! `create`, `edit`, `set` and `remove` of templates, pools and publishers; `fmt` and `doc`.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be read or set up ends the test"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use snapbox::str;

use crate::support::TestHost;

const POOL: &str = "/etc/zmgr/pools/internal.kdl";

/// A host with its documents.
fn host() -> TestHost {
    let host = TestHost::new();
    host.zmgr("-q list").success();
    host
}

/// An editor: a script of sh, which gets the file as `$1`.
fn editor(host: &TestHost, script: &str) -> String {
    let path = host.path("/editor");
    host.write("/editor", &format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

pub(crate) fn edit(host: &TestHost, args: &str, script: &str) -> snapbox::cmd::OutputAssert {
    let editor = editor(host, script);
    let tmp = host.path("/tmp");
    fs::create_dir_all(&tmp).unwrap();
    host.command(args)
        .env("PATH", "/usr/bin:/bin")
        .env("TMPDIR", tmp)
        .env("EDITOR", editor)
        .assert()
}

#[test]
fn a_pool_is_made_set_and_removed() {
    let host = host();
    host.zmgr("-q pool create lab --network 10.1.0.0/24 --gateway 10.1.0.1 --range 10.1.0.10 10.1.0.19 --range 10.1.0.30 10.1.0.39 --stub lab0")
        .success();
    let lab = "/etc/zmgr/pools/lab.kdl";
    snapbox::assert_data_eq!(
        host.read(lab),
        str![[r#"
/- kdl-version 2
pool "lab" {
    network "10.1.0.0/24"
    gateway "10.1.0.1"
    range "10.1.0.10" "10.1.0.19"
    range "10.1.0.30" "10.1.0.39"
    stub "lab0"
}

"#]]
    );
    assert_eq!(host.json("pool show lab")["free"], 20);
    // What was written by hand stays.
    let by_hand = host
        .read(lab)
        .replace("    stub", "\n    // the lab\n    stub    ");
    host.write(lab, &by_hand);
    host.zmgr("-q pool set lab gateway 10.1.0.254").success();
    assert_eq!(
        host.read(lab),
        by_hand.replace("10.1.0.1\"", "10.1.0.254\"")
    );
    host.zmgr("-q pool set lab warn=80 choose=next").success();
    assert_eq!(host.json("pool show lab")["choose"], "next");
    host.zmgr("-q pool set lab --remove choose").success();
    host.zmgr("-q pool set lab --remove warn").success();
    assert_eq!(
        host.read(lab),
        by_hand.replace("10.1.0.1\"", "10.1.0.254\"")
    );
    host.zmgr("-q pool rm lab").success();
    assert!(!host.path(lab).exists());
    let history = host.json("history");
    let operations: Vec<&str> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|operation| operation["operation"].as_str().unwrap())
        .collect();
    for operation in ["pool create", "pool set", "pool remove"] {
        assert!(operations.contains(&operation), "{operations:?}");
    }
}

#[test]
fn a_dry_run_shows_the_difference() {
    let host = host();
    let before = host.read(POOL);
    host.zmgr("-q pool set internal gateway 10.0.0.254 --dry-run")
        .success()
        .stdout_eq(str![[r#"
--- pools/internal.kdl
+++ pools/internal.kdl
@@ -2,7 +2,7 @@
 // A network within this host. `zmgr doc pool` explains every node.
 pool "internal" {
     network "10.0.0.0/24"
-    gateway "10.0.0.1"
+    gateway "10.0.0.254"
     range-start "10.0.0.10"
     range-end "10.0.0.250"
     // An etherstub; it is made with the first zone.
pool set
  1. change pools/internal.kdl

"#]]);
    assert_eq!(host.read(POOL), before);
    let planned = host.json("pool create lab --network 10.1.0.0/24 -n");
    assert_eq!(planned["dry-run"], true);
    assert_eq!(planned["operations"][0]["outcome"], "planned");
    assert!(!host.path("/etc/zmgr/pools/lab.kdl").exists());
    let same = host.json("pool set internal gateway 10.0.0.1");
    assert_eq!(same["operations"][0]["outcome"], "unchanged");
}

#[test]
fn what_is_wrong_is_not_written() {
    let host = host();
    let before = host.read(POOL);
    for (args, status, code) in [
        (
            "pool set internal gateway 10.9.0.1",
            3,
            "zmgr::document::outside_network",
        ),
        (
            "pool set internal gatewya 10.0.0.2",
            2,
            "zmgr::document::unknown_node",
        ),
        ("pool set internal gateway", 2, "zmgr::usage"),
        (
            "pool set internal vlan 9999",
            2,
            "zmgr::document::bad_value",
        ),
        ("pool set internel vlan 9", 6, "zmgr::document::not_found"),
        (
            "pool set internal --remove vlan",
            6,
            "zmgr::document::not_found",
        ),
        ("pool set ../internal vlan 9", 2, "zmgr::document::bad_name"),
        (
            "pool create internal --network 10.1.0.0/24",
            7,
            "zmgr::document::exists",
        ),
        (
            "pool create x --network 10.1.0.0",
            2,
            "zmgr::document::bad_value",
        ),
        (
            "template create x --extends nothing",
            3,
            "zmgr::document::unknown_reference",
        ),
        (
            "template create x --net a=nothing",
            3,
            "zmgr::document::unknown_reference",
        ),
        (
            "template set default extends default",
            3,
            "zmgr::document::cycle",
        ),
        ("publisher create x", 2, "zmgr::usage"),
    ] {
        let failure = host.json_failure(args, status);
        assert_eq!(failure["code"], code, "{args}: {failure}");
    }
    assert_eq!(host.read(POOL), before);
    host.zmgr("validate -q").success();
}

#[test]
fn what_is_referred_to_is_not_removed() {
    let host = host();
    host.zone_in_registry("web01", "10.0.0.10/24");
    let failure = host.json_failure("pool remove internal", 7);
    assert_eq!(failure["code"], "zmgr::document::in_use");
    assert_eq!(
        failure["message"],
        "pool \"internal\" is in use: template \"default\", template \"router\", zone web01 refer to it"
    );
    let failure = host.json_failure("template rm default", 7);
    assert_eq!(
        failure["message"],
        "template \"default\" is in use: default-template of config.kdl, zone web01 refer to it"
    );
    let failure = host.json_failure("publisher remove openindiana.org", 7);
    assert_eq!(
        failure["message"],
        "publisher \"openindiana.org\" is in use: template \"default\", template \"router\" refer to it"
    );
    host.zmgr("-q template create web --extends router")
        .success();
    let failure = host.json_failure("template rm router", 7);
    assert_eq!(
        failure["message"],
        "template \"router\" is in use: template \"web\" refers to it"
    );
    host.zmgr("-q template rm web").success();
    host.zmgr("-q template rm router").success();
}

#[test]
fn templates_and_publishers_are_made_from_arguments_and_files() {
    let host = host();
    host.zmgr("-q publisher create example.org --origin https://a.example.org/ --origin https://b.example.org/ --set sticky=false")
        .success();
    host.zmgr("-q template create web --extends router --brand lipkg --net dmz=public --publisher example.org --set capped-memory.physical=2G")
        .success();
    snapbox::assert_data_eq!(
        host.read("/etc/zmgr/templates/web.kdl"),
        str![[r#"
/- kdl-version 2
template "web" {
    extends "router"
    brand "lipkg"
    net "dmz" {
        pool "public"
    }
    publishers "example.org"
    capped-memory {
        physical "2G"
    }
}

"#]]
    );
    let text = "// from a file\npublisher \"other.org\" { origin \"https://o.example.org/\"; }\n";
    host.command("-q publisher create other.org --file -")
        .stdin(text)
        .assert()
        .success();
    assert_eq!(host.read("/etc/zmgr/publishers/other.org.kdl"), text);
    let bad = host.path("/bad.kdl");
    host.write(
        "/bad.kdl",
        "publisher \"third.org\" {\n    orign \"x\"\n}\n",
    );
    host.command("-q publisher create third.org --file")
        .arg(&bad)
        .assert()
        .code(3)
        .stderr_eq(str![[r#"
error: 2 problems in the documents
error: `origin` is missing in publisher "third.org"
  --> [HOST]/bad.kdl:1:1
  help: add origin "https://pkg.openindiana.org/hipster"
error: unknown node `orign` in publisher "third.org"
  --> [HOST]/bad.kdl:2:5
  help: did you mean `origin`?

"#]]);
    assert!(!host.path("/etc/zmgr/publishers/third.org.kdl").exists());
}

#[test]
fn an_edited_document_is_checked_before_it_counts() {
    let host = host();
    let before = host.read(POOL);
    edit(
        &host,
        "-q pool edit internal",
        "sed -i s/10.0.0.250/10.0.0.99/ \"$1\"",
    )
    .success();
    assert_eq!(host.read(POOL), before.replace("10.0.0.250", "10.0.0.99"));
    let good = host.read(POOL);
    let failed = edit(
        &host,
        "--json pool edit internal",
        "echo 'what is this' >> \"$1\"",
    )
    .code(3);
    let failure: serde_json::Value = serde_json::from_slice(&failed.get_output().stderr).unwrap();
    assert_eq!(host.read(POOL), good);
    // Nothing of what was typed is lost.
    let kept = failure["file"]
        .as_str()
        .unwrap_or_else(|| panic!("{failure}"));
    assert_eq!(
        fs::read_to_string(kept).unwrap(),
        format!("{good}what is this\n")
    );
    assert_eq!(failure["line"], good.lines().count() + 1);
    assert!(
        failure["help"].as_str().unwrap().contains(kept),
        "{failure}"
    );
    edit(&host, "-q pool edit internal", "exit 3").code(1);
    edit(&host, "pool edit internal", "true")
        .success()
        .stderr_eq(str![[r#"
this system is not illumos: working on the emulated host in [HOST]
pools/internal.kdl is unchanged

"#]]);
    // What the others refer to is looked at as well.
    edit(
        &host,
        "-q template edit router",
        "sed -i 's/pool \"public\"/pool \"publik\"/' \"$1\"",
    )
    .code(3);
    // A document that is wrong already can be mended.
    host.write(POOL, "pool \"internal\" {");
    edit(
        &host,
        "-q pool edit internal",
        "printf 'pool \"internal\" { network \"10.0.0.0/24\"; }\\n' > \"$1\"",
    )
    .success();
    host.zmgr("validate -q").success();
}

#[test]
fn an_edit_overwrites_nobody() {
    let host = host();
    let theirs = host.read(POOL).replace("10.0.0.250", "10.0.0.200");
    host.write("/theirs", &theirs);
    let script = format!(
        "sed -i s/10.0.0.250/10.0.0.99/ \"$1\"; cp {} {}",
        host.path("/theirs").display(),
        host.path(POOL).display()
    );
    let failed = edit(&host, "--json pool edit internal", &script).code(7);
    let failure: serde_json::Value = serde_json::from_slice(&failed.get_output().stderr).unwrap();
    assert_eq!(failure["code"], "zmgr::document::changed");
    assert_eq!(host.read(POOL), theirs);
    let help = failure["help"].as_str().unwrap();
    let kept = help.rsplit(' ').next().unwrap();
    assert!(fs::read_to_string(kept).unwrap().contains("10.0.0.99"));
}

#[test]
fn documents_are_formatted() {
    let host = host();
    let before = host.read(POOL);
    host.zmgr("fmt --check").success();
    host.write(POOL, &before.replace("    gateway ", "\tgateway     "));
    host.zmgr("-q fmt --check")
        .code(4)
        .stdout_eq("[HOST]/etc/zmgr/pools/internal.kdl\n");
    let view = host.json("fmt");
    assert_eq!(view["documents"], 6);
    assert_eq!(view["changed"].as_array().unwrap().len(), 1);
    assert_eq!(host.read(POOL), before);
    // Anywhere, without a host.
    let elsewhere = TestHost::new();
    elsewhere.write(
        "/repository/pools/a.kdl",
        "pool  \"a\"{\nnetwork \"10.0.0.0/24\"}\n",
    );
    elsewhere
        .command("fmt")
        .arg(elsewhere.path("/repository"))
        .assert()
        .success();
    assert_eq!(
        elsewhere.read("/repository/pools/a.kdl"),
        "pool \"a\" {\n    network \"10.0.0.0/24\"\n}\n"
    );
    assert!(!elsewhere.path("/etc").exists());
    host.write(POOL, "pool \"internal\" {");
    host.zmgr("fmt").code(3);
}

#[test]
fn every_node_is_explained() {
    let host = TestHost::new();
    let topics = host.json("doc");
    let topics = topics.as_array().unwrap();
    assert!(topics.len() > 100);
    for topic in ["pool", "template.net.vlan", "exit-status", "diagnostics"] {
        assert!(topics.iter().any(|known| known == topic), "{topic}");
        host.zmgr(&format!("doc {topic}")).success().stderr_eq("");
    }
    host.zmgr("doc template.net.vlna").code(2);
    let found = host.json("doc vlan");
    let topics = found["topics"].as_array().unwrap();
    assert_eq!(topics[0], "config.uplink.vlan");
    assert!(topics.iter().any(|topic| topic == "template.net.vlan"));
    // A word of a sentence is found too.
    let found = host.json("doc quarantine");
    assert_eq!(found["topics"][0], "pool.quarantine");
    host.zmgr("doc nonsense").code(2).stderr_eq(str![[r#"
error: no documentation found for "nonsense"
  help: `zmgr doc` lists the topics

"#]]);
    assert!(!host.path("/").exists());
}
