//! A host of a thousand zones, or of `ZMGR_TEST_ZONES`: what is right for three must be right for many. The kernel allows 8,192.

use std::fs::{self, File};
use std::time::Duration;

use crate::support::TestHost;

#[path = "../../zmgr/benches/support/host.rs"]
mod generator;

use generator::{Size, zone_name};

fn zones() -> usize {
    let zones = std::env::var("ZMGR_TEST_ZONES");
    zones.map_or(1000, |zones| zones.parse().unwrap())
}

fn host(flavour: &'static str, registered: bool) -> (TestHost, Size) {
    let host = TestHost::of_flavour(flavour);
    host.zmgr("init -q").success();
    let size = Size {
        zones: zones(),
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
    assert_eq!(zones.len(), size.zones);
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
    let taken: Vec<String> = (0..size.zones)
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

/// A process may have few files open: 256 where a service sets the limit of old.
#[test]
fn few_descriptors_are_enough_to_import_many_zones() {
    let (host, size) = host("upstream", false);
    let zmgr = snapbox::cmd::cargo_bin("zmgr");
    let script = format!("ulimit -n 256 && exec {} import -q", zmgr.display());
    snapbox::cmd::Command::new("/bin/sh")
        .args(["-c", &script])
        .env("ZMGR_EMULATED_HOST", host.path("/"))
        .assert()
        .success();
    every_zone_is_listed(&host, size, true);
}

type Damage = fn(&[u8]) -> Vec<u8>;

/// An edit by hand is seen whatever the cache knows, and a cache that is damaged or gone changes nothing.
#[test]
fn the_cache_is_never_wrong() {
    let (host, size) = host("upstream", true);
    // What has just been written is not kept.
    std::thread::sleep(Duration::from_secs(3));
    every_zone_is_listed(&host, size, true);
    host.zmgr("create new1 --template template3 --no-boot -q")
        .success();
    host.zmgr("destroy new1 -y -q").success();
    let kept = ["registry", "configurations"].map(|part| host.path("/var/zmgr/cache").join(part));
    let whole: Vec<Vec<u8>> = kept.iter().map(|path| fs::read(path).unwrap()).collect();
    assert!(whole.iter().all(|bytes| bytes.len() > 100 * size.zones));

    // An entry, in place, with its size and time kept.
    let entry = host.path("/etc/zmgr/zones/zone0500.kdl");
    let address = size.address(500, 0);
    let other = address.replacen("10.", "11.", 1);
    in_place(&entry, &address, &other);
    let why = host.json(&format!("pool why {other}"));
    let text = why["holders"][0]["text"].as_str().unwrap();
    assert!(text.contains("zone0500"), "{why}");
    in_place(&entry, &other, &address);

    // A configuration: what the next zone would get is some zone's behind the registry's back.
    let next = next_address(&host);
    let document = host.path("/etc/zones/zone0007.xml");
    let text = fs::read_to_string(&document).unwrap();
    fs::write(&document, text.replace(&size.address(7, 0), &next)).unwrap();
    assert_ne!(next_address(&host), next);
    fs::write(&document, text).unwrap();
    assert_eq!(next_address(&host), next);

    let damage: [Damage; 4] = [
        |_| Vec::new(),
        |bytes| bytes[..bytes.len() / 2].to_vec(),
        |bytes| bytes.iter().map(|byte| byte.wrapping_add(1)).collect(),
        |bytes| {
            let mut flipped = bytes.to_vec();
            flipped[bytes.len() / 2] ^= 1;
            flipped
        },
    ];
    for damage in damage {
        for (path, bytes) in kept.iter().zip(&whole) {
            fs::write(path, damage(bytes)).unwrap();
        }
        assert_eq!(next_address(&host), next);
        every_zone_is_listed(&host, size, true);
    }
    fs::remove_dir_all(host.path("/var/zmgr/cache")).unwrap();
    every_zone_is_listed(&host, size, true);
    assert_eq!(next_address(&host), next);
}

/// Changes a file in place so that neither its size nor the time of its content tells.
fn in_place(path: &std::path::Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    let before = fs::metadata(path).unwrap();
    assert!(from.len() == to.len() && text.contains(from));
    fs::write(path, text.replace(from, to)).unwrap();
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(before.modified().unwrap()).unwrap();
}

/// The address of the first net that a new zone would get.
fn next_address(host: &TestHost) -> String {
    let plan = host.json("create new2 --template template3 -n");
    let steps = plan["operations"][0]["steps"].as_array().unwrap();
    let configuration = steps.iter().find_map(|step| step.get("configuration"));
    let net = &configuration.unwrap()["net"][0];
    let address = net["allowed-address"].as_str().unwrap();
    address.split('/').next().unwrap().to_owned()
}

/// A VNIC that nobody registered is not taken for a name that is free.
#[test]
fn a_link_of_the_host_is_not_named_again() {
    let (host, size) = host("upstream", true);
    let links = host.read("emulation/links");
    let id = 2 + 60 + 2 * size.zones;
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
