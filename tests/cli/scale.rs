//! A host of a thousand zones: what is right for three must be right for many. `cargo xtask bench` runs the same commands on 8,192.

use crate::support::TestHost;

#[path = "../../zmgr/benches/support/host.rs"]
mod generator;

use generator::{Size, zone_name};

const ZONES: usize = 1000;

fn host(flavour: &'static str, registered: bool) -> (TestHost, Size) {
    let host = TestHost::of_flavour(flavour);
    host.zmgr("init -q").success();
    let size = Size {
        zones: ZONES,
        registered,
        ..Size::default()
    };
    size.fill(&host.path("/")).unwrap();
    (host, size)
}

fn addresses(zone: &serde_json::Value) -> Vec<&str> {
    let nets = zone["nets"].as_array().unwrap();
    nets.iter()
        .map(|net| net["address"].as_str().unwrap())
        .collect()
}

/// Every zone is there, running, with its own addresses.
fn every_zone_is_listed(host: &TestHost, size: Size, managed: bool) {
    let zones = host.json("list");
    let zones = zones.as_array().unwrap();
    assert_eq!(zones.len(), ZONES);
    for (index, zone) in zones.iter().enumerate() {
        assert_eq!(zone["name"], zone_name(index));
        assert_eq!(zone["state"], "running", "{zone}");
        assert_eq!(zone["managed"], managed, "{zone}");
        let expected = [0, 1].map(|net| format!("{}/16", size.address(index, net)));
        assert_eq!(addresses(zone), expected, "{zone}");
    }
}

#[test]
fn registered_zones() {
    let (host, size) = host("upstream", true);
    every_zone_is_listed(&host, size, true);
    host.zmgr("validate").success();
    let address = size.address(500, 1);
    let why = host.json(&format!("pool why {address}"));
    let text = why["holders"][0]["text"].as_str().unwrap();
    assert!(text.contains("zone0500"), "{why}");

    // An edit by hand is seen by the next command.
    let entry = host.read("etc/zmgr/zones/zone0500.kdl");
    host.write(
        "etc/zmgr/zones/zone0500.kdl",
        &entry.replace(&address, "10.7.200.200"),
    );
    let why = host.json(&format!("pool why {address}"));
    assert_eq!(why["holders"].as_array().unwrap().len(), 0, "{why}");
    host.write("etc/zmgr/zones/zone0500.kdl", &entry);

    host.zmgr("create new{number} --count 2 --template template3 --no-boot")
        .success();
    let new = host.json("show new2");
    let taken: Vec<String> = (0..ZONES)
        .flat_map(|zone| [0, 1].map(|net| format!("{}/16", size.address(zone, net))))
        .collect();
    for address in addresses(&new) {
        assert!(!taken.iter().any(|taken| taken == address), "{new}");
    }
    host.zmgr("validate").success();
    host.zmgr("destroy new1 new2 -y").success();
    every_zone_is_listed(&host, size, true);
}

#[test]
fn zones_of_others() {
    let (host, size) = host("omnios", false);
    every_zone_is_listed(&host, size, false);
    host.zmgr("import -q").success();
    every_zone_is_listed(&host, size, true);
    host.zmgr("validate").success();
    let import = host.json("import -n");
    assert_eq!(import["zones"].as_array().unwrap().len(), 0);
}

/// A VNIC that nobody registered is not taken for a name that is free.
#[test]
fn a_link_of_the_host_is_not_named_again() {
    let (host, _) = host("upstream", true);
    let links = host.read("emulation/links");
    let id = 2 + 60 + 2 * ZONES;
    host.write(
        "emulation/links",
        &format!("{links}vnic new1_0 id={id} over=stub0 mac=2:8:20:9:9:9\n").replacen(
            &format!("last-id {}", id - 1),
            &format!("last-id {id}"),
            1,
        ),
    );
    host.zmgr("create new1 --template template3 --no-boot")
        .success();
    let new = host.json("show new1");
    assert_ne!(new["nets"][0]["vnic"], "new1_0");
    assert_eq!(new["nets"][1]["vnic"], "new1_1");
    host.zmgr("validate").success();
}
