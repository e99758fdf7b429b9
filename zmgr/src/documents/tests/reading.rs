//! The documents of the design, and those of old.

use super::super::model::{AddressMode, Choose, Template, ZoneEntry};
use super::super::{
    decode_config, decode_pool, decode_publisher, decode_template, decode_zone, render_zone,
};
use super::{source, told};

fn template(text: &str) -> Template {
    decode_template(&source(text), None)
        .map_err(|problems| told(&problems))
        .unwrap()
}

fn zone(text: &str) -> ZoneEntry {
    decode_zone(&source(text), None)
        .map_err(|problems| told(&problems))
        .unwrap()
}

#[test]
fn a_config() {
    let text = "default-template \"web\"\nzonepath \"/tank/{zone}\" // here\nuplink \"public\" link=\"igb0\" vlan=20\nhistory \"90d\"\n";
    let config = decode_config(&source(text)).unwrap();
    assert_eq!(config.default_template, "web");
    assert_eq!(config.zonepath, "/tank/{zone}");
    assert_eq!(
        (
            config.uplinks["public"].link.as_str(),
            config.uplinks["public"].vlan
        ),
        ("igb0", Some(20))
    );
    assert_eq!(
        config.history,
        Some(std::time::Duration::from_secs(90 * 86_400))
    );
}

#[test]
fn an_empty_config_has_the_defaults() {
    let config = decode_config(&source("")).unwrap();
    assert_eq!(
        (config.default_template.as_str(), config.zonepath.as_str()),
        ("default", "/zones/{zone}")
    );
}

#[test]
fn the_pools_of_the_first_zmgr() {
    let text = r#"pool "internal" {
    network "10.0.0.0/24"
    gateway "10.0.0.1"
    range-start "10.0.0.10"
    range-end "10.0.0.250"
    stub "int0"
}
"#;
    let pool = decode_pool(&source(text), Some("internal")).unwrap();
    let network = &pool.networks[0];
    assert_eq!(network.network, "10.0.0.0/24".parse().unwrap());
    assert_eq!(network.gateway, Some("10.0.0.1".parse().unwrap()));
    assert_eq!(
        network.ranges,
        [("10.0.0.10".parse().unwrap(), "10.0.0.250".parse().unwrap())]
    );
    assert_eq!(pool.stub.as_deref(), Some("int0"));
    assert_eq!(pool.choose, Choose::Lowest);
    let text = r#"pool "public" {
    network "203.0.113.0/28"
    gateway "203.0.113.1"
    addresses {
        - "203.0.113.5"
        - "203.0.113.9"
    }
    stub "igb0"
}
"#;
    let pool = decode_pool(&source(text), Some("public")).unwrap();
    let addresses: Vec<String> = pool.networks[0]
        .addresses
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(addresses, ["203.0.113.5", "203.0.113.9"]);
    assert!(pool.networks[0].ranges.is_empty());
}

#[test]
fn a_dual_stack_pool_in_both_forms() {
    let flat = r#"pool "p" {
    network "10.0.0.0/24"
    network6 "fd00::/64"
    gateway "10.0.0.1" "fd00::1"
    range "10.0.0.10" "10.0.0.19"
    range "fd00::10" "fd00::ffff"
    exclude "10.0.0.12"
    exclude "10.0.0.16/30"
    exclude "fd00::20" "fd00::2f"
}"#;
    let blocks = r#"pool "p" {
    network "10.0.0.0/24" {
        gateway "10.0.0.1"
        range-start "10.0.0.10"; range-end "10.0.0.19"
        exclude "10.0.0.12"; exclude "10.0.0.16" "10.0.0.19"
    }
    network "fd00::/64" { gateway "fd00::1"; range "fd00::10" "fd00::ffff"; exclude "fd00::20" "fd00::2f"; }
}"#;
    let flat = decode_pool(&source(flat), None)
        .map_err(|problems| told(&problems))
        .unwrap();
    assert_eq!(
        flat,
        decode_pool(&source(blocks), None)
            .map_err(|problems| told(&problems))
            .unwrap()
    );
    assert_eq!(flat.networks.len(), 2);
    assert_eq!(
        flat.networks[1].exclude,
        [("fd00::20".parse().unwrap(), "fd00::2f".parse().unwrap())]
    );
}

#[test]
fn templates_with_nets_and_templates_of_old() {
    let router = template(
        "template \"router\" {\n    brand \"ipkg\"\n    autoboot #true\n    net \"internal\" { pool \"internal\"; }\n    net \"public\" { pool \"public\"; }\n    publishers \"openindiana.org\"\n}\n",
    );
    assert_eq!(router.settings.autoboot, Some(true));
    assert_eq!(
        router
            .nets
            .iter()
            .map(|net| net.name.as_str())
            .collect::<Vec<_>>(),
        ["internal", "public"]
    );
    assert_eq!(router.publishers, ["openindiana.org"]);
    let legacy = template("template \"legacy\" { brand \"ipkg\"; pool \"internal\"; }");
    assert_eq!(
        (legacy.nets[0].name.as_str(), legacy.nets[0].pool.as_deref()),
        ("internal", Some("internal"))
    );
}

#[test]
fn documents_of_kdl_1() {
    let first = template(
        "template \"t\" {\n    autoboot true\n    brand r\"ipkg\"\n    fs \"/x\" special=\"\\/y\" type=\"lofs\"\n}\n",
    );
    assert_eq!(first.settings.autoboot, Some(true));
    assert_eq!(first.settings.fs[0].special, "/y");
    assert_eq!(first.settings.brand.as_deref(), Some("ipkg"));
}

#[test]
fn a_registry_entry_whatever_its_order() {
    let entry = zone(
        "zone \"web01\" {\n    template \"default\"\n    brand \"ipkg\"\n    zonepath \"/zones/web01\"\n    created \"2026-03-22T14:04:15Z\"\n    net \"internal\" {\n        pool \"internal\"\n        address \"10.0.0.10/24\"\n        gateway \"10.0.0.1\"\n        vnic \"web01_0\"\n        stub \"int0\"\n    }\n}\n",
    );
    let other = zone(
        "zone \"web01\" {\n    net \"internal\" vnic=\"web01_0\" {\n        stub \"int0\"\n        gateway \"10.0.0.1\"\n        address \"10.0.0.10/24\"\n        pool \"internal\"\n    }\n    created \"2026-03-22T14:04:15Z\"\n    zonepath \"/zones/web01\"\n    brand \"ipkg\"; template \"default\"\n}\n",
    );
    assert_eq!(entry, other);
    assert_eq!(entry.nets[0].vnic.as_deref(), Some("web01_0"));
    assert_eq!(entry.nets[0].mode, AddressMode::Static);
    assert_eq!(zone(&render_zone(&entry)), entry);
    let bare = zone(
        "zone \"web01\" { net \"a\" { address \"10.0.0.1/8\" \"fd00::1/64\"; address \"10.0.0.2/8\"; }; }",
    );
    assert_eq!(bare.nets[0].addresses.len(), 3);
    assert_eq!((bare.template, bare.created), (None, None));
}

#[test]
fn a_publisher() {
    let text = "publisher \"openindiana.org\" { origin \"https://pkg.example.org/hipster\"; }";
    let publisher = decode_publisher(&source(text), Some("openindiana.org")).unwrap();
    assert_eq!(publisher.origins, ["https://pkg.example.org/hipster"]);
    assert!(publisher.sticky);
}

#[test]
fn everything_that_a_zone_can_be() {
    let text = r#"template "all" {
    brand "ipkg"
    ip-type "exclusive"
    bootargs "-m verbose"
    resource-pool "batch"
    limitpriv "default,dtrace_proc"
    scheduling-class "FSS"
    hostid "80f0c086"
    fs-allowed "ufs,pcfs"
    cpu-shares 20
    capped-cpu { ncpus 1.5; }
    dedicated-cpu ncpus="1-4" importance=5
    capped-memory { physical "1.5G"; swap "2G"; locked 536870912; }
    max-lwps 1000
    max-shm-memory "1G"
    rctl "zone.max-lofi" { value priv="privileged" limit=10 action="deny"; }
    fs "/data" { special "/export/data"; type "lofs"; options "ro" "nodevices"; }
    dataset "rpool/{zone}"
    device "/dev/zvol/rdsk/x" { property "model" "virtio"; }
    attr "comment" type="string" value="the web server"
    admin "alice" auths="login,manage"
    security-flags { lower "aslr"; upper "all"; }
    install-args "-e" "editor/vim"
    tags "web"
    variable "domain" "example.org"
    net "a" { mode "dhcp"; mac-address "2:8:20:a:b:c"; mtu 9000; maxbw "100M"; priority "high"; linkprop "cpus" "1" "2"; protect #false; vlan 20; }
}"#;
    let all = template(text);
    let settings = &all.settings;
    assert_eq!(settings.capped_cpu, Some(150));
    assert_eq!(settings.capped_memory.physical, Some(3 << 29));
    assert_eq!(settings.capped_memory.locked, Some(512 << 20));
    assert_eq!(settings.dedicated_cpu.as_ref().unwrap().ncpus, "1-4");
    assert_eq!(
        settings
            .dedicated_cpu
            .as_ref()
            .unwrap()
            .importance
            .as_deref(),
        Some("5")
    );
    assert_eq!(settings.rctl[0].value[0].limit, "10");
    assert_eq!(settings.device[0].property[0].value, "virtio");
    assert_eq!(all.nets[0].mode, AddressMode::Dhcp);
    assert_eq!(all.nets[0].link.linkprop["cpus"], "1,2");
    assert_eq!(all.nets[0].link.vlan, Some(20));
}
