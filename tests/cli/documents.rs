//! `zmgr init`, `validate`, and what `pool`, `template` and `publisher` show.

use std::fs;

use serde_json::json;
use snapbox::str;

use crate::support::TestHost;

#[test]
fn init_writes_what_is_not_there_and_overwrites_nothing() {
    let host = TestHost::new();
    host.zmgr("init -n -q").success();
    assert!(!host.path("/etc/zmgr").exists(), "-n changes nothing");
    host.write("/etc/zmgr/config.kdl", "// mine\n");
    host.zmgr("init").success().stdout_eq(str![[r#"
[HOST]/etc/zmgr/templates/default.kdl
[HOST]/etc/zmgr/templates/router.kdl
[HOST]/etc/zmgr/pools/internal.kdl
[HOST]/etc/zmgr/pools/public.kdl
[HOST]/etc/zmgr/publishers/openindiana.org.kdl

"#]]);
    assert_eq!(host.read("/etc/zmgr/config.kdl"), "// mine\n");
    let again = host.json("init");
    assert_eq!(again["written"], json!([]));
    assert_eq!(again["kept"].as_array().unwrap().len(), 6);
    host.zmgr("validate -q").success();
}

/// Documents that are there are kept: what was wrong in them once would stay.
#[test]
fn init_writes_nothing_if_the_host_cannot_be_read() {
    let host = TestHost::new();
    for fault in [
        "pkg publisher@1=1",
        "pkg publisher@1=garbage",
        "dladm_walk_datalink_id@1=2",
    ] {
        host.command("init")
            .env("ZMGR_EMULATED_FAULT_FAIL", fault)
            .assert()
            .code(1);
        assert!(!host.path("/etc/zmgr/config.kdl").exists(), "{fault}");
    }
    fs::remove_dir_all(host.path("/var/pkg")).unwrap();
    host.zmgr("init -q").success();
    let template = host.read("/etc/zmgr/templates/default.kdl");
    assert!(!template.contains("publishers"), "{template}");
}

#[test]
fn a_fresh_host_has_the_documents_of_init() {
    for flavour in ["upstream", "omnios"] {
        let host = TestHost::of_flavour(flavour);
        host.zmgr("validate").success().stderr_eq(str![[r#"
this system is not illumos: working on the emulated host in [HOST]
no problems in 6 documents

"#]]);
        host.zmgr("validate --host -q").success();
        assert_eq!(host.json("template list")[0]["name"], "default");
        assert_eq!(host.json("template list")[1]["name"], "router");
    }
}

#[test]
fn validate_finds_everything_at_once() {
    let host = TestHost::new();
    host.zone_in_registry("a", "10.0.0.10/24");
    host.zone_in_registry("b", "10.0.0.10/24");
    let pool = host
        .read("/etc/zmgr/pools/internal.kdl")
        .replace("10.0.0.250", "10.0.1.250");
    host.write("/etc/zmgr/pools/internal.kdl", &pool);
    host.write(
        "/etc/zmgr/templates/router.kdl",
        "template \"router\" {\n    brnad \"ipkg\"\n    net \"x\" { pool \"publik\"; }\n}\n",
    );
    host.write(
        "/etc/zmgr/templates/other.kdl",
        "template \"other\" {\n    net \"x\" { pool \"publik\"; }\n}\n",
    );
    host.zmgr("validate -q")
        .code(3)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: [..]`brnad`[..]
  --> [HOST]/etc/zmgr/templates/router.kdl:2:5
  help: [..]brand[..]
error: `range`: 10.0.1.250 is not in 10.0.0.0/24
  --> [HOST]/etc/zmgr/pools/internal.kdl:[..]
  help: correct the address, or add the network that it lies in
error: template "other" refers to pool "publik", but there is no such pool
  --> [HOST]/etc/zmgr/templates/other.kdl:2:20
  help: did you mean "public"?
error: template "router" refers to pool "publik", but there is no such pool
  --> [HOST]/etc/zmgr/templates/router.kdl:3:20
  help: did you mean "public"?
error: zones a and b both have 10.0.0.10
  --> [HOST]/etc/zmgr/zones/b.kdl:5:17
  help: give one of them another address
error: 10.0.0.10 is also here
  --> [HOST]/etc/zmgr/zones/a.kdl:5:17
error: 5 errors in 9 documents

"#]]);
    let assert = host.zmgr("validate --json").code(3);
    let report: serde_json::Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    assert_eq!(report["errors"].as_array().unwrap().len(), 5);
    assert_eq!(report["errors"][4]["code"], "zmgr::zone::address_twice");
    assert_eq!(report["errors"][4]["line"], 5);
    assert_eq!(report["errors"][4]["column"], 17);
    assert_eq!(report["errors"][4]["related"][0]["line"], 5);
    let failure: serde_json::Value = serde_json::from_slice(&assert.get_output().stderr).unwrap();
    assert_eq!(failure["code"], "zmgr::validate::invalid");
}

#[test]
fn warnings_alone_are_no_failure() {
    let host = TestHost::new();
    host.zmgr("list -q").success();
    host.write(
        "/etc/zmgr/pools/small.kdl",
        "pool \"small\" {\n    network \"192.0.2.0/30\"\n    gateway \"192.0.2.1\"\n    range \"192.0.2.1\" \"192.0.2.2\"\n}\n",
    );
    host.zone_in_registry("a", "192.0.2.2/30");
    let pool = host
        .read("/etc/zmgr/zones/a.kdl")
        .replace("pool \"internal\"", "pool \"small\"");
    host.write("/etc/zmgr/zones/a.kdl", &pool);
    let report = host.json("validate");
    assert_eq!(report["errors"], json!([]));
    assert_eq!(
        report["warnings"][0]["code"],
        "zmgr::pool::gateway_given_out"
    );
    assert_eq!(report["warnings"][1]["code"], "zmgr::pool::nearly_full");
    assert_eq!(
        report["warnings"][1]["message"],
        "pool \"small\" is 100% full: 0 of 1 addresses are free"
    );
}

#[test]
fn paths_are_checked_anywhere_and_make_no_host() {
    let host = TestHost::new();
    host.write(
        "/lab/pools/a.kdl",
        "pool \"a\" {\n    network \"10.0.0.0/24\"\n    stub \"int0\"\n}\n",
    );
    host.write(
        "/lab/templates/t.kdl",
        "template \"t\" {\n    net \"a\" { pool \"b\"; }\n}\n",
    );
    host.write("/loose/x.kdl", "zone \"x\" {\n    brand 7\n}\n");
    host.write("/loose/notes.txt", "not a document");
    let check = |path: &str| host.command("validate").arg(host.path(path)).assert();
    check("/lab").code(3).stderr_eq(str![[r#"
error: template "t" refers to pool "b", but there is no such pool
  --> [HOST]/lab/templates/t.kdl:2:20
  help: did you mean "a"?
error: 1 error in 2 documents

"#]]);
    check("/lab/templates/t.kdl")
        .success()
        .stderr_eq("no problems in 1 document\n");
    check("/loose").code(3);
    check("/loose/nothing.kdl").code(6);
    host.command("validate --config-dir")
        .arg(host.path("/lab"))
        .assert()
        .code(3);
    assert!(!host.path("/etc").exists());
}

#[test]
fn validate_compares_with_the_host() {
    let host = TestHost::new();
    host.zone_in_registry("gone", "10.0.0.10/24");
    host.zone_on_host("web01", "installed", "10.0.0.11/24");
    host.zone_in_registry("web01", "10.0.0.11/24");
    host.write(
        "/etc/zmgr/templates/lx.kdl",
        "template \"lx\" {\n    brand \"nobrand\"\n}\n",
    );
    let config = host.read("/etc/zmgr/config.kdl").replace("igb0", "igb7");
    host.write("/etc/zmgr/config.kdl", &config);
    let assert = host.zmgr("validate --host --json").code(4);
    let report: serde_json::Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    let codes: Vec<&str> = report["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["code"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        [
            "zmgr::host::no_link",
            "zmgr::host::no_brand",
            "zmgr::host::no_zone",
            "zmgr::host::no_vnic",
            "zmgr::host::configuration"
        ]
    );
    assert_eq!(report["errors"], json!([]));
    host.zmgr("validate").success();
}

#[test]
fn pools() {
    let host = TestHost::new();
    host.zone_in_registry("web01", "10.0.0.10/24");
    host.zone_on_host("db", "installed", "10.0.0.11/24");
    let pool = host.read("/etc/zmgr/pools/internal.kdl");
    let pool = pool.trim_end().strip_suffix('}').unwrap().to_owned()
        + "    reserve \"10.0.0.12\" reason=\"printer\"\n}\n";
    host.write("/etc/zmgr/pools/internal.kdl", &pool);
    host.zmgr("pool list -q").success().stdout_eq(str![[r#"
NAME      NETWORKS        STUB      USED  FREE  RESERVED  TOTAL  FULL
internal  10.0.0.0/24     int0         2   238         1    241    1%
public    203.0.113.0/28  external     0     2         0      2    0%

"#]]);
    let shown = host.json("pool show internal");
    for (field, value) in [
        ("used", 2),
        ("free", 238),
        ("reserved", 1),
        ("quarantined", 0),
        ("total", 241),
        ("percent", 1),
    ] {
        assert_eq!(shown[field], value, "{field}");
    }
    host.zmgr("pool show internal -q").success();
    host.zmgr("pool addresses internal -q")
        .success()
        .stdout_eq(str![[r#"
ADDRESS    KIND      ZONE   NET       SINCE  WHY
10.0.0.1   gateway   -      -         -      is the gateway of pool internal
10.0.0.10  zone      web01  internal  -      belongs to zone web01, net internal
10.0.0.11  host      db     -         -      is in use by zone db, on db0
10.0.0.12  reserved  -      -         -      is reserved in pool internal: printer

"#]]);
    host.zmgr("pool free internal -q")
        .success()
        .stdout_eq("10.0.0.13 - 10.0.0.250\n");
    host.zmgr("pool free internal --next -q")
        .success()
        .stdout_eq("10.0.0.13/24\n");
    let why = |address: &str, expected: &str| {
        host.zmgr(&format!("pool why {address} -q"))
            .success()
            .stdout_eq(format!("{address} {expected}\n"));
    };
    why(
        "10.0.0.10",
        "belongs to zone web01, net internal, from pool internal, made from template default",
    );
    why("10.0.0.12", "is reserved in pool internal: printer");
    why("10.0.0.13", "is free (pool internal)");
    why(
        "10.0.0.0",
        "is the address of the network 10.0.0.0/24 itself (pool internal)",
    );
    why(
        "10.0.0.5",
        "is in 10.0.0.0/24, but the pool does not assign it (pool internal)",
    );
    why(
        "192.0.2.1",
        "is in no pool, and nothing on this host uses it",
    );
    assert_eq!(
        host.json("pool why 10.0.0.10")["holders"][0]["zone"],
        "web01"
    );
    assert_eq!(
        host.json_failure("pool show intenral", 6)["help"],
        "did you mean \"internal\"?"
    );
}

#[test]
fn pools_larger_than_64_bits() {
    let host = TestHost::new();
    host.zmgr("list -q").success();
    host.write(
        "/etc/zmgr/pools/six.kdl",
        "pool \"six\" {\n    network \"fd00::/48\"\n    stub \"int0\"\n}\n",
    );
    let assert = host.zmgr("pool show six --json").success();
    let text = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    assert!(
        text.contains("\"free\": \"1208925819614629174706175\","),
        "{text}"
    );
    host.zmgr("pool free six --next -q")
        .success()
        .stdout_eq("fd00::1/48\n");
}

#[test]
fn templates_and_publishers() {
    let host = TestHost::new();
    let text = host.zmgr("template show router -q").success();
    assert_eq!(
        String::from_utf8_lossy(&text.get_output().stdout),
        host.read("/etc/zmgr/templates/router.kdl")
    );
    let template = host.json("template show router");
    assert_eq!(template["settings"]["brand"], "ipkg");
    assert_eq!(template["settings"]["autoboot"], true);
    assert_eq!(template["nets"][0]["pool"], "internal");
    host.zmgr("template show router --expanded -q").success();
    assert_eq!(
        host.json("publisher list")[0]["templates"],
        json!(["default", "router"])
    );
    assert_eq!(host.json("publisher show openindiana.org")["sticky"], true);
    assert_eq!(
        host.json_failure("publisher show x", 6)["code"],
        "zmgr::document::not_found"
    );
}
