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
                "addresses": ["10.0.0.10/24"], "gateways": ["10.0.0.1"], "vnic": "web010", "stub": "int0",
            }],
            "differences": [
                { "setting": "net.internal.vnic", "documents": "web01_0", "base": null, "host": "web010" },
            ],
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

#[test]
fn a_zone_whose_configuration_cannot_be_read_is_listed_as_its_entry_says() {
    let host = host();
    std::fs::write(host.path("/etc/zones/web01.xml"), "not a document").unwrap();
    let zones = host.json("list name=web01");
    assert_eq!(zones[0]["brand"], "ipkg");
    assert_eq!(zones[0]["nets"][0]["vnic"], "web01_0");
    let warned = host.zmgr("list name=web01").success();
    let stderr = String::from_utf8_lossy(&warned.get_output().stderr).into_owned();
    assert!(
        stderr.contains("web01") && stderr.contains("warning"),
        "{stderr}"
    );
    // What needs no configuration reads none.
    let quiet = host
        .zmgr("list name=web01 -o name,state,template")
        .success();
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
    let said = "1 invalid document: `zmgr validate` says what is wrong";
    assert!(stderr.contains(said), "{stderr}");
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
  vnic      web010*
  stub      int0
differences
  * net.internal.vnic: documents web01_0, host web010

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
    assert_eq!(from("zonepath"), "zonepath \"/zones/web01\" // config");
    assert_eq!(from("ip-type"), "ip-type \"exclusive\" // default");
    assert!(from("net").ends_with("// zone"));
}

#[test]
fn every_part_of_a_setting_that_counts_is_shown() {
    let host = TestHost::new();
    host.write(
        "/etc/zmgr/templates/base.kdl",
        "template \"base\" {\n    tags \"all\"\n    variable \"tier\" \"iron\"\n    fs \"/logs\" special=\"/export/{zone}\" type=\"lofs\"\n}\n",
    );
    host.write(
        "/etc/zmgr/templates/v.kdl",
        "template \"v\" {\n    extends \"base\"\n    brand \"ipkg\"\n    zonepath \"/zones/{tier}/{zone}\"\n    variable \"tier\" \"gold\"\n    capped-memory { physical \"1G\"; }\n    security-flags { lower \"ASLR\"; }\n}\n",
    );
    host.write(
        "/etc/zmgr/zones/hand.kdl",
        "zone \"hand\" {\n    template \"v\"\n    capped-memory { swap \"2G\"; }\n    security-flags { upper \"ASLR\"; }\n    tags \"own\"\n}\n",
    );
    assert_eq!(host.json("list")[0]["zonepath"], "/zones/gold/hand");
    let zone = host.json("show hand --expanded");
    assert_eq!(zone["zonepath"], "/zones/gold/hand");
    let effective: Vec<String> = zone["effective"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            format!(
                "{} {} // {}",
                one["path"].as_str().unwrap(),
                one["value"],
                one["from"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        effective,
        [
            "brand \"ipkg\" // template v",
            "zonepath \"/zones/gold/hand\" // template v",
            "autoboot false // default",
            "ip-type \"exclusive\" // default",
            "capped-memory.physical \"1G\" // template v",
            "capped-memory.swap \"2G\" // zone",
            "fs./logs {\"dir\":\"/logs\",\"special\":\"/export/hand\",\"type\":\"lofs\"} // template base",
            "security-flags.lower \"ASLR\" // template v",
            "security-flags.upper \"ASLR\" // zone",
            "tags \"all\" // template base",
            "tags \"own\" // zone",
            "variable.tier \"gold\" // template v",
        ]
    );
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

/// What the documents say is a wish until the host has it.
#[test]
fn the_host_is_listed_and_what_the_documents_say_otherwise_is_marked() {
    let host = TestHost::new();
    host.zmgr("create web2 -q").success();
    host.zmgr("create web10 -q").success();
    let address = host.json("show web2")["nets"][0]["address"].clone();
    assert_eq!(host.json("list")[0]["differences"], json!([]));
    host.zmgr("set web2 autoboot=false --no-apply -q").success();
    let xml = host.read("/etc/zones/web2.xml");
    host.write(
        "/etc/zones/web2.xml",
        &xml.replace("10.0.0.10/24", "10.0.0.99/24"),
    );
    host.zmgr("list -o name,autoboot,address")
        .success()
        .stdout_eq(str![[r#"
NAME   AUTOBOOT  ADDRESS
web2   true*     10.0.0.99/24*
web10  true      10.0.0.11/24

"#]])
        .stderr_eq(str![[r#"
this system is not illumos: working on the emulated host in [HOST]
* web2 differs from its documents in autoboot, net.internal.address: `zmgr show web2` shows both values

"#]]);
    host.zmgr("list -o autoboot -H name=web2")
        .success()
        .stdout_eq("true*\n")
        .stderr_eq(str![[r#"
this system is not illumos: working on the emulated host in [HOST]
* web2 autoboot: documents false, host true

"#]]);
    // Programs get the value alone, and filters look at what the host has.
    host.zmgr("list -o name,autoboot -H -p autoboot=true -q")
        .success()
        .stdout_eq("web2:true\nweb10:true\n");
    assert_eq!(host.json("list address=10.0.0.99")[0]["name"], "web2");
    let zone = host.json("show web2");
    assert_eq!(zone["autoboot"], true);
    assert_eq!(zone["nets"][0]["addresses"], json!(["10.0.0.99/24"]));
    assert_eq!(
        zone["differences"],
        json!([
            { "setting": "autoboot", "documents": false, "base": null, "host": true },
            { "setting": "net.internal.address", "documents": [address], "base": null, "host": ["10.0.0.99/24"] },
        ])
    );
    assert_eq!(host.json("list")[0]["differences"], zone["differences"]);
}

#[test]
fn what_zones_of_a_template_have_in_common_is_one_difference() {
    let host = TestHost::new();
    host.zmgr("create web2 web10 -q").success();
    host.zmgr("create db --set cpu-shares=5 -q").success();
    host.zmgr("template set default cpu-shares=50 -q").success();
    host.zmgr("validate --host -q").code(4).stderr_eq(str![[r#"
error: 2 zones of template default differ from their entries in cpu-shares (documents 50, host nothing): web2, web10
  --> [HOST]/etc/zmgr/templates/default.kdl:[..]
  help: `zmgr show web2` shows both sides
error: 1 difference in [..] documents

"#]]);
    let xml = host.read("/etc/zones/web2.xml");
    host.write(
        "/etc/zones/web2.xml",
        &xml.replace("<zone ", "<zone limitpriv=\"default,dtrace_proc\" ").replace(
            "</zone>",
            "<rctl name=\"zone.cpu-shares\"><rctl-value priv=\"privileged\" limit=\"20\" action=\"none\"/></rctl></zone>",
        ),
    );
    host.zmgr("validate --host -q").code(4).stderr_eq(str![[r#"
error: zone web10 differs from its entry in cpu-shares (documents 50, host nothing)
  --> [HOST]/etc/zmgr/zones/web10.kdl:[..]
  help: `zmgr show web10` shows both sides, `zonecfg -z web10 info` the zone's
error: zone web2 differs from its entry in limitpriv (documents nothing, host default,dtrace_proc), cpu-shares (documents 50, host 20)
  --> [HOST]/etc/zmgr/zones/web2.kdl:[..]
  help: `zmgr set web2 limitpriv default,dtrace_proc` copies the setting of the zone into its entry; zonecfg(8) changes the zone
error: 2 differences in [..] documents

"#]]);
    // The advice works, and the same in other words is no difference.
    host.zmgr("set web2 limitpriv dtrace_proc,default -q")
        .success();
    host.zmgr("set web2 cpu-shares 20 -q").success();
    assert_eq!(host.json("show web2")["differences"], json!([]));
}
