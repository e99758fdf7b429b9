//! `zmgr list` and `zmgr show`.

use serde_json::json;
use snapbox::str;

use crate::support::TestHost;

/// A zone of both, one of the registry alone, and one of the host alone.
fn host() -> TestHost {
    let host = TestHost::new();
    host.zone_on_host("web01", "installed", "10.0.0.10/24");
    host.zone_in_registry("web01", "10.0.0.10/24");
    host.zone_in_registry("gone", "10.0.0.11/24");
    host.zone_on_host("db-1", "configured", "10.0.0.12/24");
    host
}

#[test]
fn all_zones_are_listed() {
    host()
        .zmgr("list")
        .success()
        .stdout_eq(str![[r#"
NAME   STATE       BRAND  TEMPLATE  ZONEPATH      AUTOBOOT  MANAGED  NETS
db-1   configured  ipkg   -         /zones/db-1   true      false    db-10 10.0.0.12/24
gone   missing     ipkg   default   /zones/gone   true      true     internal 10.0.0.11/24
web01  installed   ipkg   default   /zones/web01  true      true     internal 10.0.0.10/24

"#]])
        .stderr_eq(str![[r#"
this system is not illumos: working on the emulated host in [HOST]

"#]]);
}

#[test]
fn json_has_the_documented_fields() {
    let zones = host().json("list");
    assert_eq!(
        zones[2],
        json!({
            "name": "web01", "state": "installed", "brand": "ipkg", "template": "default", "zonepath": "/zones/web01",
            "autoboot": true, "managed": true, "tags": [],
            "nets": [{
                "name": "internal", "pool": "internal", "address": "10.0.0.10/24", "gateway": "10.0.0.1",
                "vnic": "web01_0", "stub": "int0",
            }],
        })
    );
    assert_eq!(zones[0]["managed"], false);
    assert_eq!(zones[0]["template"], json!(null));
    assert_eq!(zones[0]["nets"][0]["vnic"], "db-10");
    assert_eq!(zones[1]["state"], json!(null));
    assert_eq!(zones.as_array().unwrap().len(), 3);
}

#[test]
fn columns_filters_and_order() {
    let host = host();
    host.zmgr("list -q -H -o name,address -s -address")
        .success()
        .stdout_eq(str![[r#"
db-1   10.0.0.12/24
gone   10.0.0.11/24
web01  10.0.0.10/24

"#]]);
    host.zmgr("list -q managed=true --state installed,missing -p -o name,state,nets")
        .success()
        .stdout_eq(str![[r#"
gone:missing:internal 10.0.0.11/24
web01:installed:internal 10.0.0.10/24

"#]]);
    host.zmgr("list -q name~^web address=10.0.0.10 -o name")
        .success()
        .stdout_eq(str![[r#"
NAME
web01

"#]]);
    host.zmgr("list name=nothing")
        .success()
        .stdout_eq("")
        .stderr_eq(str![[r#"
this system is not illumos: working on the emulated host in [HOST]
no zones

"#]]);
    assert_eq!(host.json("list template="), host.json("list managed=false"));
    assert_eq!(
        host.json_failure("list nmae=x", 2)["help"],
        "did you mean name?"
    );
    assert_eq!(
        host.json_failure("list web01", 2)["code"],
        "zmgr::list::filter"
    );
}

/// Of zones in the registry no configuration is read: a list of them works with all of them gone.
#[test]
fn no_configuration_of_a_managed_zone_is_read() {
    let host = host();
    std::fs::write(host.path("/etc/zones/web01.xml"), "not a document").unwrap();
    let zones = host.json("list name=web01");
    assert_eq!(zones[0]["brand"], "ipkg");
    let quiet = host.zmgr("list name=web01").success();
    assert!(!String::from_utf8_lossy(&quiet.get_output().stderr).contains("warning"));
}

#[test]
fn what_cannot_be_read_is_warned_of_and_the_rest_is_listed() {
    let host = host();
    std::fs::write(host.path("/etc/zones/db-1.xml"), "not a document").unwrap();
    host.write(
        "/etc/zmgr/zones/gone.kdl",
        "zone \"gone\" { tepmlate \"default\"; }\n",
    );
    let assert = host
        .zmgr("list -o name,brand,managed")
        .success()
        .stdout_eq(str![[r#"
NAME   BRAND  MANAGED
db-1   -      false
web01  ipkg   true

"#]]);
    let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(stderr.contains("gone.kdl:1:15"), "{stderr}");
    assert!(stderr.contains("db-1"), "{stderr}");
}

/// An entry that cannot be read does not make its zone a stranger.
#[test]
fn a_zone_with_an_invalid_entry_is_still_managed() {
    let host = host();
    host.write("/etc/zmgr/zones/web01.kdl", "zone \"web01\" {\n");
    assert_eq!(host.json("list name=web01")[0]["managed"], true);
}

#[test]
fn show() {
    let host = host();
    host.zmgr("show web01 -q").success().stdout_eq(str![[r#"
zone web01
  state     installed
  brand     ipkg
  template  default
  zonepath  /zones/web01
  autoboot  true
  managed   true
net internal
  pool      internal
  address   10.0.0.10/24
  gateway   10.0.0.1
  vnic      web01_0
  stub      int0

"#]]);
    let zone = host.json("show web01");
    let listed = host.json("list name=web01");
    for (field, value) in listed[0].as_object().unwrap() {
        assert_eq!(&zone[field], value, "{field}");
    }
    assert_eq!(zone["configuration"]["net"][0]["physical"], "web010");
    assert_eq!(host.json("show db-1")["managed"], false);
    host.zmgr("show gone -q").success();
    let failure = host.json_failure("show web1", 6);
    assert_eq!(failure["code"], "zmgr::zone::not_found");
    assert_eq!(failure["help"], "did you mean web01?");
}

#[test]
fn show_expanded_says_where_values_come_from() {
    let host = host();
    host.write(
        "/etc/zmgr/templates/base.kdl",
        "template \"base\" {\n    brand \"ipkg\"\n    cpu-shares 10\n}\n",
    );
    host.write(
        "/etc/zmgr/templates/default.kdl",
        "template \"default\" {\n    extends \"base\"\n    autoboot #true\n    cpu-shares 20\n}\n",
    );
    let zone = host.json("show web01 --expanded");
    let from = |setting: &str| {
        let effective = zone["effective"].as_array().unwrap();
        let found: Vec<_> = effective
            .iter()
            .filter(|one| one["setting"] == setting)
            .collect();
        assert_eq!(found.len(), 1, "{setting} counts once: {found:?}");
        format!(
            "{} // {}",
            found[0]["text"].as_str().unwrap(),
            found[0]["from"].as_str().unwrap()
        )
    };
    assert_eq!(from("brand"), "brand \"ipkg\" // template base");
    assert_eq!(from("cpu-shares"), "cpu-shares 20 // template default");
    assert_eq!(from("autoboot"), "autoboot #true // template default");
    assert_eq!(from("zonepath"), "zonepath \"/zones/{zone}\" // config");
    assert!(from("net").ends_with("// zone"));
}

#[test]
fn names_that_are_no_names_are_refused() {
    let host = TestHost::new();
    let failure = host.json_failure("show ../../etc/passwd", 2);
    assert_eq!(failure["code"], "zmgr::usage");
    assert_eq!(
        host.json_failure("pool show ../zones/web01", 2)["code"],
        "zmgr::document::bad_name"
    );
    assert_eq!(
        host.json_failure("template show ..", 2)["code"],
        "zmgr::document::bad_name"
    );
}
