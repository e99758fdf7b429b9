//! Documents as the first zmgr had them, in both versions of KDL: they work unchanged.

use serde_json::json;

use crate::links::FLAVOURS;
use crate::support::TestHost;

const CONFIG: &str = r#"default-template "default"
zonepath "/zones/{zone}"          // {zone} is the zone name
"#;

const INTERNAL: &str = r#"// pools/internal.kdl: contiguous range
pool "internal" {
    network "10.0.0.0/24"
    gateway "10.0.0.1"
    range-start "10.0.0.10"
    range-end "10.0.0.250"
    stub "int0"                   // VNICs are created over this link; an etherstub is created if there is no such link
}
"#;

const PUBLIC: &str = r#"// pools/public.kdl: addresses that a hoster assigned
pool "public" {
    network "203.0.113.0/28"
    gateway "203.0.113.1"
    addresses {
        - "203.0.113.5"
        - "203.0.113.9"
    }
    stub "igb0"
}
"#;

const ROUTER: &str = r#"template "router" {
    brand "ipkg"
    autoboot #true
    net "internal" { pool "internal"; }
    net "public" { pool "public"; }
    publishers "openindiana.org"
}
"#;

const LEGACY: &str = r#"// older templates name one pool for the whole zone instead of net blocks
template "legacy" { brand "ipkg"; pool "internal"; }
"#;

const DEFAULT: &str = r#"template "default" {
    brand "ipkg"
    autoboot #true
    pool "internal"
    publishers "openindiana.org"
}
"#;

const PUBLISHER: &str = r#"publisher "openindiana.org" { origin "https://pkg.example.org/hipster"; }
"#;

const ZONE: &str = r#"zone "web01" {
    template "default"
    brand "ipkg"
    zonepath "/zones/web01"
    created "2026-03-22T14:04:15Z"
    net "internal" {
        pool "internal"
        address "10.0.0.10/24"
        gateway "10.0.0.1"
        vnic "web01_0"
        stub "int0"
    }
}
"#;

/// A host with these documents and no others, with booleans as the version of KDL writes them.
fn host(flavour: &'static str, version: u8) -> (TestHost, Vec<(&'static str, String)>) {
    let host = TestHost::of_flavour(flavour);
    host.zmgr("list -q").success();
    std::fs::remove_dir_all(host.path("/etc/zmgr")).unwrap();
    let documents = [
        ("config.kdl", CONFIG),
        ("pools/internal.kdl", INTERNAL),
        ("pools/public.kdl", PUBLIC),
        ("templates/router.kdl", ROUTER),
        ("templates/legacy.kdl", LEGACY),
        ("templates/default.kdl", DEFAULT),
        ("publishers/openindiana.org.kdl", PUBLISHER),
        ("zones/web01.kdl", ZONE),
    ];
    let mut written = Vec::new();
    for (file, text) in documents {
        let text = match version {
            1 => text.replace("#true", "true"),
            _ => text.to_owned(),
        };
        host.write(&format!("/etc/zmgr/{file}"), &text);
        written.push((file, text));
    }
    (host, written)
}

#[test]
fn pools_of_the_first_zmgr_work_unchanged() {
    for flavour in FLAVOURS {
        for version in [1, 2] {
            let (host, documents) = host(flavour, version);
            let report = host.json("validate");
            assert_eq!(report["errors"], json!([]), "{report}");
            assert_eq!(report["warnings"], json!([]), "{report}");
            let pool = host.json("pool show internal");
            assert_eq!((&pool["total"], &pool["used"]), (&json!(241), &json!(1)));
            let pool = host.json("pool show public");
            assert_eq!((&pool["total"], &pool["free"]), (&json!(2), &json!(2)));
            let why = host.json("pool why 10.0.0.10");
            assert_eq!(why["holders"][0]["zone"], "web01");
            assert_eq!(why["holders"][0]["since"], "2026-03-22T14:04:15Z");
            // The registry entry is that of a zone that the host does not have, and keeps its address and its VNIC's name.
            let zone = host.json("list")[0].clone();
            assert_eq!(zone["name"], "web01");
            assert_eq!(zone["managed"], true);
            assert_eq!(
                zone["nets"],
                json!([{
                    "name": "internal", "pool": "internal", "address": "10.0.0.10/24", "gateway": "10.0.0.1",
                    "addresses": ["10.0.0.10/24"], "gateways": ["10.0.0.1"], "vnic": "web01_0", "stub": "int0",
                }])
            );
            host.zmgr("create old01 --template legacy -q").success();
            host.zmgr("create web02 -q").success();
            let net = |zone: &str| host.json(&format!("show {zone}"))["nets"][0].clone();
            assert_eq!(net("old01")["address"], "10.0.0.11/24");
            assert_eq!(net("web02")["address"], "10.0.0.12/24");
            assert_eq!(net("old01")["stub"], "int0");
            let links = host.read("/emulation/links");
            assert!(links.contains("etherstub int0"), "{links}");
            // Both pools have a gateway: which is the default router has to be said once.
            let failure = host.json_failure("create gate --template router", 3);
            assert_eq!(failure["code"], "zmgr::create::routers");
            host.zmgr("template set router net.internal.defrouter false -q")
                .success();
            host.zmgr("create gate --template router -q").success();
            let nets = host.json("show gate")["nets"].clone();
            assert_eq!(nets[0]["address"], "10.0.0.13/24");
            assert_eq!(nets[1]["address"], "203.0.113.5/28");
            assert_eq!(nets[1]["stub"], "igb0");
            host.zmgr("destroy old01 web02 gate -y -q").success();
            for (file, text) in documents {
                if file != "templates/router.kdl" {
                    assert_eq!(host.read(&format!("/etc/zmgr/{file}")), text, "{file}");
                }
            }
        }
    }
}

#[test]
fn what_is_changed_in_them_changes_nothing_else() {
    for version in [1, 2] {
        let (host, documents) = host("upstream", version);
        host.zmgr("pool reserve internal 10.0.0.20 --reason printer -q")
            .success();
        let after = host.read("/etc/zmgr/pools/internal.kdl");
        for line in INTERNAL.lines().filter(|line| *line != "}") {
            assert!(after.contains(line), "{after}");
        }
        host.zmgr("pool release internal 10.0.0.20 -q").success();
        assert_eq!(host.read("/etc/zmgr/pools/internal.kdl"), INTERNAL);
        host.zmgr("pool set public vlan 20 -q").success();
        host.zmgr("pool set public --remove vlan -q").success();
        assert_eq!(host.read("/etc/zmgr/pools/public.kdl"), PUBLIC);
        assert_eq!(documents.len(), 8);
    }
}
