//! Registry entries and `config.kdl` edited and set; zones made again from their entries; tags.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be read or set up ends the test"
)]

use serde_json::json;
use snapbox::str;

use crate::manage::edit;
use crate::support::TestHost;

const ENTRY: &str = "/etc/zmgr/zones/web01.kdl";

fn host() -> TestHost {
    let host = TestHost::new();
    host.zmgr("-q create web01").success();
    host
}

fn failure(ended: &snapbox::cmd::OutputAssert) -> serde_json::Value {
    serde_json::from_slice(&ended.get_output().stderr).unwrap()
}

#[test]
fn the_entry_of_a_zone_is_edited() {
    let host = host();
    let before = host.read(ENTRY);
    // What concerns the registry alone needs no word.
    edit(
        &host,
        "edit web01",
        "sed -i 's|^    template.*|&\\n    tags \"web\"  // what it is|' \"$1\"",
    )
    .success()
    .stderr_eq(str![[r#"
this system is not illumos: working on the emulated host in [HOST]
web01: change zones/web01.kdl ([..])
edit web01: done in [..]

"#]]);
    assert!(host.read(ENTRY).contains("tags \"web\"  // what it is\n"));
    assert_eq!(host.json("show web01")["tags"], json!(["web"]));
    host.zmgr("-q validate --host").success();
    // What concerns the zone as well waits for `apply` if that is asked for, and is seen until then.
    edit(
        &host,
        "edit web01 --no-apply --json",
        "sed -i 's|^    tags.*|&\\n    cpu-shares 20|' \"$1\"",
    )
    .success();
    let differs = "zone web01 differs from its entry in cpu-shares (documents 20, host nothing)";
    let ended = host.zmgr("validate --host --json").code(4);
    let report: serde_json::Value = serde_json::from_slice(&ended.get_output().stdout).unwrap();
    assert_eq!(report["differences"][0]["message"], differs);
    assert_eq!(
        report["differences"][0]["code"],
        "zmgr::host::configuration"
    );
    assert_eq!(
        report["settings"],
        json!([{ "zone": "web01", "setting": "cpu-shares", "documents": 20, "base": null, "host": null }])
    );
    host.zmgr("validate --host -q").code(4).stderr_eq(str![[r#"
error: zone web01 differs from its entry in cpu-shares (documents 20, host nothing)
  --> [HOST]/etc/zmgr/zones/web01.kdl:[..]
  help: `zmgr set web01 --remove cpu-shares` copies the setting of the zone into its entry; zonecfg(8) changes the zone
error: 1 difference in 7 documents

"#]]);
    // Wrong in itself and across the documents: both are told, and nothing is written.
    let good = host.read(ENTRY);
    let script =
        "sed -i 's/pool \"internal\"/pool \"nowhere\"/; s/cpu-shares 20/cpu-shares \"x\"/' \"$1\"";
    let ended = edit(&host, "--json edit web01", script).code(3);
    let failure = failure(&ended);
    let codes: Vec<&str> = failure["related"]
        .as_array()
        .unwrap()
        .iter()
        .map(|related| related["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes.len(), 2, "{failure}");
    assert!(
        codes.contains(&"zmgr::document::unknown_reference"),
        "{failure}"
    );
    assert_eq!(host.read(ENTRY), good);
    assert_ne!(before, good);
    assert_eq!(
        host.json_failure("edit web02", 6)["help"],
        "did you mean \"web01\"?"
    );
}

#[test]
fn values_of_an_entry_are_set() {
    let host = host();
    host.zmgr("-q set web01 tags web production").success();
    host.zmgr("-q set web01 --add tags eu").success();
    assert_eq!(
        host.json("list")[0]["tags"],
        json!(["web", "production", "eu"])
    );
    let plan = host.json("set web01 capped-memory.physical=2G -n");
    assert_eq!(plan["operations"][0]["zones"], json!(["web01"]));
    let steps = plan["operations"][0]["steps"].as_array().unwrap();
    assert_eq!(
        steps[1]["description"],
        "change the configuration of zone web01"
    );
    let plan = host.json("set web01 capped-memory.physical=2G --no-apply -n");
    let warning = plan["operations"][0]["warnings"][0].as_str().unwrap();
    assert!(
        warning.contains("differs from its entry in capped-memory"),
        "{warning}"
    );
    host.zmgr("-q set web01 --remove tags").success();
    assert_eq!(host.json("list")[0]["tags"], json!([]));
    for (args, status, code) in [
        ("set web01 autobot=true", 2, "zmgr::document::unknown_node"),
        (
            "set web01 template=gone",
            3,
            "zmgr::document::unknown_reference",
        ),
        ("set gone autoboot=true", 6, "zmgr::document::not_found"),
        ("set web01 tags=web,eu", 2, "zmgr::document::bad_value"),
    ] {
        assert_eq!(host.json_failure(args, status)["code"], code, "{args}");
    }
}

#[test]
fn config_is_shown_edited_and_set() {
    let host = host();
    let config = "/etc/zmgr/config.kdl";
    let before = host.read(config);
    host.zmgr("-q config show")
        .success()
        .stdout_eq(before.clone());
    assert_eq!(host.json("config show")["default-template"], "default");
    host.zmgr("-q config set default-template router parallel=4")
        .code(2);
    host.zmgr("-q config set default-template=router parallel=4")
        .success();
    assert_eq!(host.json("config show")["default-template"], "router");
    assert_eq!(host.json("config show")["parallel"], 4);
    host.zmgr("-q config set --remove parallel").success();
    edit(&host, "-q config edit", "sed -i s/router/default/ \"$1\"").success();
    assert_eq!(host.read(config), before);
    let script = "sed -i 's/^default-template.*/default-template \"gone\"/' \"$1\"";
    edit(&host, "-q config edit", script).code(3);
    assert_eq!(host.read(config), before);
    // An editor that writes into the file that is there.
    let script = "echo 'default-template \"gone\"' > \"$1\"";
    edit(&host, "-q config edit", script).code(3);
    assert_eq!(host.read(config), before);
    host.zmgr("-q config set default-template=gone").code(3);
    assert_eq!(host.read(config), before);
    // A host that has none has what holds by default.
    std::fs::remove_file(host.path(config)).unwrap();
    host.zmgr("-q config set parallel 2").success();
    assert_eq!(host.read(config), "/- kdl-version 2\nparallel 2\n");
    std::fs::remove_file(host.path(config)).unwrap();
    edit(&host, "-q config edit", "echo 'parallel 3' > \"$1\"").success();
    assert_eq!(host.json("config show"), json!({"parallel": 3}));
}

#[test]
fn a_zone_that_the_host_has_lost_is_made_again() {
    let host = TestHost::new();
    host.zmgr("-q create web01 web02 --set cpu-shares=20")
        .success();
    let (entry, before) = (host.read(ENTRY), host.json("show web01"));
    assert_eq!(
        host.json_failure("create web01 --from-registry", 7)["code"],
        "zmgr::create::exists"
    );
    host.zmgr("create --from-registry")
        .success()
        .stderr_eq(str![[r#"
this system is not illumos: working on the emulated host in [HOST]
the host has every registered zone

"#]]);
    host.zmgr("-q destroy web01 --yes").success();
    host.write(ENTRY, &entry);
    assert_eq!(host.json("list name=web01")[0]["state"], json!(null));
    assert_eq!(
        host.json_failure("create web01", 7)["help"],
        "the host has lost it: `zmgr create web01 --from-registry` creates it again"
    );
    let help = "`zmgr create web01 --from-registry` creates it again; `zmgr forget web01` frees its addresses";
    let ended = host.zmgr("validate --host --json").code(4);
    let report: serde_json::Value = serde_json::from_slice(&ended.get_output().stdout).unwrap();
    assert_eq!(report["differences"][0]["help"], help);
    host.zmgr("create --from-registry -n")
        .success()
        .stdout_eq(str![[r#"
create web01
  1. create VNIC web01_0 over int0
       dladm create-vnic -l int0 web01_0
  2. create the configuration of zone web01
       [..]
  3. install zone web01
       /usr/sbin/zoneadm -z web01 install
  4. boot zone web01
       /usr/sbin/zoneadm -z web01 boot

"#]]);
    host.zmgr("-q create --from-registry").success();
    assert_eq!(host.read(ENTRY), entry);
    let after = host.json("show web01");
    for field in ["state", "nets", "configuration", "created"] {
        assert_eq!(before[field], after[field], "{field}");
    }
    host.zmgr("-q validate --host").success();
    assert_eq!(
        host.json_failure("create gone --from-registry", 6)["code"],
        "zmgr::zone::not_found"
    );
    assert_eq!(
        host.json_failure("create web09 --no-install --boot", 2)["code"],
        "zmgr::usage"
    );
    host.zmgr("-q create web09 --no-install").success();
    assert_eq!(host.json("list name=web09")[0]["state"], "configured");
    host.zmgr("-q destroy web09 -y").success();
}

#[test]
fn a_failed_second_making_leaves_the_entry() {
    let host = host();
    let entry = host.read(ENTRY);
    host.zmgr("-q destroy web01 --yes").success();
    host.write(ENTRY, &entry);
    let links = host.json("show web01");
    host.command("-q create --from-registry")
        .env("ZMGR_EMULATED_FAULT_FAIL", "zoneadm install@1=1")
        .assert()
        .code(1);
    assert_eq!(host.read(ENTRY), entry);
    assert_eq!(host.json("show web01")["nets"], links["nets"]);
}

#[test]
fn tags_are_a_column_and_a_filter() {
    let host = TestHost::new();
    host.zmgr("-q template set default tags base {zone}-tag")
        .success();
    host.zmgr("-q create web01 db01 --no-install").success();
    host.zmgr("-q set web01 tags web").success();
    host.zmgr("list -q -o name,tags")
        .success()
        .stdout_eq(str![[r#"
NAME   TAGS
db01   base, db01-tag
web01  base, web01-tag, web

"#]]);
    for (filter, names) in [
        ("tags=web", "web01\n"),
        ("tags!=web", "db01\n"),
        ("tags=base", "db01\nweb01\n"),
        ("tags~tag$", "db01\nweb01\n"),
        ("tags!~^we", "db01\n"),
        ("tags=", ""),
    ] {
        host.command("list -q -H -o name")
            .arg(filter)
            .assert()
            .success()
            .stdout_eq(names);
    }
    host.zmgr("list -q -p -o name,tags")
        .success()
        .stdout_eq(str![[r#"
db01:base,db01-tag
web01:base,web01-tag,web

"#]]);
}
