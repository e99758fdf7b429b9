//! What counts as an address that somebody has: every form in which a configuration, a link or a running zone says it.

use crate::support::TestHost;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <!DOCTYPE zone PUBLIC \"-//Sun Microsystems Inc//DTD Zones//EN\" \
    \"file:///usr/share/lib/xml/dtd/zonecfg.dtd.1\">\n";

/// Puts an installed zone with this `network` element on the host.
fn zone(host: &TestHost, name: &str, brand: &str, network: &str) {
    host.zmgr("list -q").success();
    let index = host.read("/etc/zones/index");
    host.write(
        "/etc/zones/index",
        &format!("{index}{name}:installed:/zones/{name}:\n"),
    );
    let ip_type = if network.contains(" address=") {
        "shared"
    } else {
        "exclusive"
    };
    host.write(
        &format!("/etc/zones/{name}.xml"),
        &format!(
            "{HEAD}<zone name=\"{name}\" zonepath=\"/zones/{name}\" autoboot=\"false\" brand=\"{brand}\" \
             ip-type=\"{ip_type}\">\n  {network}\n</zone>\n"
        ),
    );
}

fn why(host: &TestHost, address: &str) -> String {
    let output = host.zmgr(&format!("pool why {address}")).success();
    String::from_utf8_lossy(&output.get_output().stdout).into_owned()
}

fn addresses(host: &TestHost, zone: &str) -> String {
    host.json(&format!("list name={zone}")).to_string()
}

/// The address is nobody else's: neither the next one nor one that is asked for.
fn is_taken(host: &TestHost, address: &str, who: &str) {
    assert!(why(host, address).contains(who), "{}", why(host, address));
    host.zmgr(&format!("create x --net internal={address} -n"))
        .code(7);
    let plan = host.json("create y -n").to_string();
    assert!(!plan.contains(&format!("{address}/")), "{plan}");
}

#[test]
fn every_form_of_an_address_in_a_configuration() {
    let property = |name: &str, value: &str| {
        format!(
            "<network physical=\"d0\" global-nic=\"igb0\"><net-attr name=\"{name}\" value=\"{value}\"/></network>"
        )
    };
    for (flavour, network) in [
        ("omnios", property("ips", "10.0.0.10/24")),
        ("omnios", property("ips", "dhcp,10.0.0.10/24")),
        ("omnios", property("ip", "10.0.0.10")),
        (
            "upstream",
            "<network address=\"10.0.0.10\" physical=\"igb0\"/>".to_owned(),
        ),
        (
            "upstream",
            "<network address=\"10.0.0.10/24\" physical=\"igb0\"/>".to_owned(),
        ),
        (
            "upstream",
            "<network allowed-address=\"10.0.0.10\" physical=\"d0\"/>".to_owned(),
        ),
        (
            "upstream",
            "<network address=\"db01\" physical=\"igb0\"/>".to_owned(),
        ),
    ] {
        let host = TestHost::of_flavour(flavour);
        zone(
            &host,
            "d",
            if flavour == "omnios" { "lx" } else { "ipkg" },
            &network,
        );
        host.write("/etc/inet/hosts", "10.0.0.10 db01.example.org db01\n");
        is_taken(&host, "10.0.0.10", "in use by zone d");
        host.zmgr("import d -q").success();
        if network.contains("db01") {
            host.zmgr("create x --net internal=10.0.0.10 -n").code(7);
            continue;
        }
        is_taken(&host, "10.0.0.10", "zone d");
        assert!(addresses(&host, "d").contains("10.0.0.10"), "{network}");
        // Lost by the host, the zone keeps what its entry says.
        host.program("zoneadm -z d uninstall -F").success();
        std::fs::remove_file(host.path("/etc/zones/d.xml")).unwrap();
        host.write("/etc/zones/index", "global:installed:/:\n");
        is_taken(&host, "10.0.0.10", "belongs to zone d");
    }
}

#[test]
fn the_router_of_a_zone_is_somebodys() {
    let host = TestHost::of_flavour("omnios");
    zone(
        &host,
        "d",
        "lx",
        "<network physical=\"d0\" global-nic=\"igb0\"><net-attr name=\"gateway\" value=\"10.0.0.10\"/></network>",
    );
    assert!(why(&host, "10.0.0.10").contains("is the default router of zone d"));
    let plan = host.json("create y -n").to_string();
    assert!(plan.contains("10.0.0.11/24"), "{plan}");
    // Who asks for it by name is to be that router.
    let plan = host
        .json("create y --net internal=10.0.0.10 -n")
        .to_string();
    assert!(plan.contains("10.0.0.10/24"), "{plan}");
}

#[test]
fn what_runs_counts_where_the_configuration_cannot_be_read() {
    for gone in ["", "/var/run/zones/ext.snapshot.xml"] {
        let host = TestHost::new();
        host.zmgr("create ext -q --boot").success();
        host.zmgr("forget ext -y -q").success();
        host.write("/etc/zones/ext.xml", "<zone name=");
        if !gone.is_empty() {
            std::fs::remove_file(host.path(gone)).unwrap();
        }
        is_taken(&host, "10.0.0.10", "in use by zone ext, on ext_0");
        host.zmgr("create n1 -q").success();
        assert!(addresses(&host, "n1").contains("10.0.0.11/24"));
    }
}

#[test]
fn what_a_zone_runs_with_counts_after_its_configuration_was_changed() {
    let host = TestHost::new();
    host.zmgr("create web01 -q --boot").success();
    host.zmgr("net set web01 internal address=10.0.0.20 -q")
        .success();
    is_taken(
        &host,
        "10.0.0.10",
        "zone web01, on web01_0, which runs with it",
    );
    is_taken(&host, "10.0.0.20", "belongs to zone web01");
    host.zmgr("reboot web01 -q").success();
    assert!(why(&host, "10.0.0.10").contains("is free"));
}

#[test]
fn no_address_is_given_out_where_those_of_a_zone_cannot_be_known() {
    let host = TestHost::new();
    zone(&host, "ext", "ipkg", "");
    host.write("/etc/zones/ext.xml", "<zone name=");
    for command in [
        "create n1 -n",
        "create n1",
        "create n1 --net internal=10.0.0.12 -n",
    ] {
        let failure = host.json_failure(command, 1);
        assert_eq!(failure["code"], "zmgr::create::addresses_unknown");
        assert!(failure["message"].as_str().unwrap().contains("zone ext"));
        assert!(failure["help"].as_str().unwrap().contains("--assume-free"));
    }
    host.zmgr("create n1 --assume-free -q").success();
    let failure = host.json_failure("net add n1 two pool=internal defrouter=false", 1);
    assert_eq!(failure["code"], "zmgr::create::addresses_unknown");
    host.zmgr("net add n1 two pool=internal defrouter=false --assume-free -q")
        .success();
    // A host name that nobody can look up is no better.
    let host = TestHost::new();
    zone(
        &host,
        "ext",
        "ipkg",
        "<network address=\"db01\" physical=\"igb0\"/>",
    );
    let failure = host.json_failure("create n1 -n", 1);
    assert!(failure["message"].as_str().unwrap().contains("\"db01\""));
    // A registered zone has what its entry says.
    let host = TestHost::new();
    host.zmgr("create ext -q --no-boot").success();
    host.write("/etc/zones/ext.xml", "<zone name=");
    is_taken(&host, "10.0.0.10", "belongs to zone ext");
}

#[test]
fn a_zone_is_the_gateway_of_its_network() {
    let host = TestHost::new();
    host.zmgr("create edge --template router --net internal=10.0.0.1 -q")
        .success();
    host.zmgr("create web01 -q").success();
    assert_eq!(
        host.read("/zones/edge/root/etc/hostname.edge_0"),
        "10.0.0.1/24\n"
    );
    let web = host.read("/etc/zones/web01.xml");
    assert!(web.contains("defrouter=\"10.0.0.1\""), "{web}");
    let edge = host.read("/etc/zmgr/zones/edge.kdl");
    assert!(!edge.contains("gateway \"10.0.0.1\""), "{edge}");
    assert!(why(&host, "10.0.0.1").contains("belongs to zone edge"));
    // Only one can be.
    host.zmgr("create edge2 --template router --net internal=10.0.0.1 -n")
        .code(7);
    host.zmgr("net set web01 internal address=10.0.0.1 -n")
        .code(7);
    host.zmgr("validate").success();
    // The other way round: the zone was there first.
    let host = TestHost::new();
    host.zmgr("create edge --template router --net internal=10.0.0.10 -q")
        .success();
    host.zmgr("pool set internal gateway=10.0.0.10 -q")
        .success();
    host.zmgr("create web01 -q").success();
    let web = host.read("/etc/zones/web01.xml");
    assert!(web.contains("defrouter=\"10.0.0.10\""), "{web}");
}
