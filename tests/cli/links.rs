//! Addresses and links: what zones are given, what is refused before anything is made, and what changes on a zone that is there.

use serde_json::{Value, json};

use crate::support::TestHost;

pub(crate) const FLAVOURS: [&str; 2] = ["upstream", "omnios"];

/// A host with its documents and one template `t` with these nets.
pub(crate) fn host(flavour: &'static str, nets: &str) -> TestHost {
    let host = TestHost::of_flavour(flavour);
    host.zmgr("-q list").success();
    template(&host, nets);
    host
}

pub(crate) fn template(host: &TestHost, nets: &str) {
    host.write(
        "/etc/zmgr/templates/t.kdl",
        &format!("template \"t\" {{\n    brand \"ipkg\"\n{nets}\n}}\n"),
    );
}

pub(crate) fn dual(host: &TestHost) {
    host.write(
        "/etc/zmgr/pools/dual.kdl",
        "pool \"dual\" {\n    network \"10.1.0.0/24\" { gateway \"10.1.0.1\"; }\n    \
         network6 \"fd00:1::/64\" { gateway \"fd00:1::1\"; }\n    stub \"igb0\"\n}\n",
    );
}

/// The lines of a configuration; the library writes resources of one kind after those of another in the order of their making.
pub(crate) fn sorted(xml: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = xml.lines().collect();
    lines.sort_unstable();
    lines
}

pub(crate) fn links(host: &TestHost) -> String {
    host.read("/emulation/links")
}

/// Everything is as it was after a refusal.
pub(crate) fn refused(host: &TestHost, args: &str, status: i32) -> Value {
    let state = || {
        let mut lines = vec![links(host), host.read("/etc/zones/index")];
        for dir in ["/etc/zmgr/zones", "/var/zmgr/operations"] {
            let names = std::fs::read_dir(host.path(dir)).into_iter().flatten();
            let mut names: Vec<_> = names
                .map(|entry| format!("{:?}", entry.unwrap().path()))
                .collect();
            names.sort();
            lines.extend(names);
        }
        lines
    };
    let before = state();
    let failure = host.json_failure(args, status);
    assert_eq!(state(), before, "{args}");
    failure
}

#[test]
fn dual_stack_two_nets_a_vlan_and_a_mac_survive_an_import_on_a_fresh_registry() {
    for flavour in FLAVOURS {
        let host = host(
            flavour,
            "    net \"dual\" { pool \"dual\"; vlan 20; mac-address \"2:8:20:a:b:c\"; }\n    \
             net \"internal\" { pool \"internal\"; defrouter #false; mtu 1400; }",
        );
        dual(&host);
        host.zmgr("create web01 --template t -q").success();
        let nets = host.json("show web01")["nets"].clone();
        assert_eq!(nets[0]["address"], "10.1.0.2/24,fd00:1::2/64", "{nets}");
        let text = links(&host);
        let vnic = text.lines().find(|line| line.contains("web01_0")).unwrap();
        assert!(
            vnic.contains("20") && vnic.contains("2:8:20:a:b:c"),
            "{vnic}"
        );
        let xml = host.read("/etc/zones/web01.xml");
        let entry = host.read("/etc/zmgr/zones/web01.kdl");
        assert!(xml.contains("allowed-address=\"fd00:1::2/64\""), "{xml}");
        assert!(xml.contains("defrouter=\"fd00:1::1\""), "{xml}");
        host.zmgr("boot web01 -q").success();
        host.zmgr("halt web01 -q").success();
        // A fresh registry: nothing is left of what zmgr knew of its zones and of what it did.
        std::fs::remove_dir_all(host.path("/etc/zmgr/zones")).unwrap();
        std::fs::remove_dir_all(host.path("/var/zmgr")).unwrap();
        assert_eq!(host.json("list")[0]["managed"], false);
        // The template makes the configuration of the entry as it is: that is compared before it is said.
        let imported = host.json("import web01");
        assert_eq!(imported["zones"][0]["quality"], "exact", "{imported}");
        assert_eq!(imported["zones"][0]["template"], "t");
        assert_eq!(imported["warnings"], json!([]), "{imported}");
        assert_eq!(host.json("show web01")["nets"], nets);
        let fresh = host.read("/etc/zmgr/zones/web01.kdl");
        assert!(fresh.contains("vlan 20"), "{fresh}");
        assert_ne!(fresh, entry, "it was imported at another time");
        assert_eq!(sorted(&host.read("/etc/zones/web01.xml")), sorted(&xml));
        // Changed there and back, the configuration is made from the fresh entry.
        host.zmgr("net set web01 dual defrouter=false -q").success();
        assert_ne!(host.read("/etc/zones/web01.xml"), xml);
        host.zmgr("net set web01 dual defrouter=true -q").success();
        assert_eq!(
            sorted(&host.read("/etc/zones/web01.xml")),
            sorted(&xml),
            "{flavour}"
        );
    }
}

#[test]
fn addresses_in_use_are_never_given_out() {
    let host = host("upstream", "    net \"internal\" { pool \"internal\"; }");
    // The global zone, an unregistered zone that does not run, a reservation.
    host.write("/emulation/ipadm", "igb0 v4=10.0.0.10/24 v6=fd00::1/64\n");
    host.zone_on_host("db", "installed", "10.0.0.11/24");
    host.zmgr("pool reserve internal 10.0.0.12 --reason printer -q")
        .success();
    let next = host.json("pool free internal --next");
    assert_eq!(next, json!(["10.0.0.13/24"]));
    for (address, who) in [
        ("10.0.0.10", "the global zone"),
        ("10.0.0.11", "zone db"),
        ("10.0.0.12", "printer"),
    ] {
        let failure = refused(
            &host,
            &format!("create web01 --template t --net internal={address}"),
            7,
        );
        assert!(
            failure["message"].as_str().unwrap().contains(who),
            "{failure}"
        );
        let why = host.json(&format!("pool why {address}"));
        assert!(
            why["holders"][0]["text"].as_str().unwrap().contains(who),
            "{why}"
        );
    }
    host.zmgr("create web01 --template t -q").success();
    assert_eq!(
        host.json("show web01")["nets"][0]["address"],
        "10.0.0.13/24"
    );
    // Somebody gives a registered zone another address behind the registry's back.
    let xml = host.read("/etc/zones/web01.xml");
    host.write(
        "/etc/zones/web01.xml",
        &xml.replace("10.0.0.13/24", "10.0.0.14/24"),
    );
    host.zmgr("create web02 --template t -q").success();
    assert_eq!(
        host.json("show web02")["nets"][0]["address"],
        "10.0.0.15/24"
    );
}

#[test]
fn a_reservation_is_made_and_taken_back_with_the_document_left_as_it_was() {
    let host = host("upstream", "");
    let before = host.read("/etc/zmgr/pools/internal.kdl");
    host.zmgr("pool reserve internal 10.0.0.20 -n -q").success();
    assert_eq!(host.read("/etc/zmgr/pools/internal.kdl"), before);
    host.zmgr("pool reserve internal 10.0.0.20 --reason printer -q")
        .success();
    let after = host.read("/etc/zmgr/pools/internal.kdl");
    assert!(
        after.contains("printer") && after.contains("since"),
        "{after}"
    );
    assert_eq!(host.json("pool show internal")["reserved"], 1);
    host.json_failure("pool reserve internal 10.0.0.20", 7);
    host.json_failure("pool reserve internal 10.0.0.1", 7);
    host.json_failure("pool reserve internal 192.0.2.1", 7);
    host.zmgr("pool release internal 10.0.0.20 -q").success();
    assert_eq!(host.read("/etc/zmgr/pools/internal.kdl"), before);
    host.json_failure("pool release internal 10.0.0.20", 6);
}

#[test]
fn a_released_address_is_kept_from_others_for_a_while() {
    let host = host("upstream", "    net \"internal\" { pool \"internal\"; }");
    host.zmgr("pool set internal quarantine 24h -q").success();
    host.zmgr("create web01 --template t -q").success();
    host.zmgr("halt web01 -q");
    assert_eq!(
        host.json("pool show internal")["used"],
        1,
        "a halted zone keeps it"
    );
    host.zmgr("destroy web01 -y -q").success();
    assert_eq!(host.json("pool show internal")["quarantined"], 1);
    let why = host.json("pool why 10.0.0.10");
    assert_eq!(why["holders"][0]["kind"], "quarantined");
    assert_eq!(why["holders"][0]["zone"], "web01");
    host.zmgr("create web02 --template t -q").success();
    assert_eq!(
        host.json("show web02")["nets"][0]["address"],
        "10.0.0.11/24"
    );
    // The zone itself gets it again; and it can be let go by hand.
    host.zmgr("create web01 --template t -q").success();
    assert_eq!(
        host.json("show web01")["nets"][0]["address"],
        "10.0.0.10/24"
    );
    host.zmgr("destroy web01 -y -q").success();
    host.zmgr("pool release internal 10.0.0.10 -q").success();
    assert_eq!(host.json("pool show internal")["quarantined"], 0);
    assert_eq!(
        host.json("pool free internal --next"),
        json!(["10.0.0.10/24"])
    );
}

#[test]
fn what_answers_is_passed_over() {
    let host = host("upstream", "    net \"internal\" { pool \"internal\"; }");
    host.write("/emulation/neighbours", "10.0.0.10\n10.0.0.11 silent\n");
    host.zmgr("pool set internal probe true -q").success();
    host.zmgr("create web01 --template t -q").success();
    assert_eq!(
        host.json("show web01")["nets"][0]["address"],
        "10.0.0.12/24"
    );
    for address in ["10.0.0.10", "10.0.0.11"] {
        let args = format!("create web02 --template t --net internal={address}");
        assert_eq!(refused(&host, &args, 7)["code"], "zmgr::create::answers");
    }
}

#[test]
fn too_many_characters_for_the_system_are_refused_before_anything_is_made() {
    for flavour in FLAVOURS {
        let host = host(flavour, "    net \"internal\" { pool \"internal\"; }");
        let three = "create web01 --template t --net internal=10.0.0.100 --net internal=10.0.0.101 --net internal=10.0.0.102";
        host.zmgr(&format!("{three} -n -q")).success();
        let four = format!("{three} --net internal=10.0.0.103");
        let failure = refused(&host, &four, 1);
        assert_eq!(failure["code"], "zmgr::create::too_long");
        // What fits boots, and the zone is told every address.
        host.zmgr(&format!("{three} --boot -q")).success();
        let told = host.read("/var/run/zones/web01.network");
        assert!(
            told.contains("address=10.0.0.100/24,10.0.0.101/24,10.0.0.102/24"),
            "{told}"
        );
        // Without protection nothing is handed over, and nothing is cut.
        template(
            &host,
            "    net \"internal\" { pool \"internal\"; protect #false; }",
        );
        host.zmgr(&format!(
            "{} -q",
            four.replace("web01", "web02")
                .replace("10.0.0.10", "10.0.0.20")
        ))
        .success();
    }
}

#[test]
fn an_unprotected_zone_is_told_its_addresses_by_files() {
    for flavour in FLAVOURS {
        let host = host(
            flavour,
            "    net \"dual\" { pool \"dual\"; protect #false; }",
        );
        dual(&host);
        host.zmgr("create web01 --template t -q").success();
        let xml = host.read("/etc/zones/web01.xml");
        assert!(!xml.contains("10.1.0.2"), "{xml}");
        let root = "/zones/web01/root/etc";
        assert_eq!(
            host.read(&format!("{root}/hostname.web01_0")),
            "10.1.0.2/24\n"
        );
        assert_eq!(
            host.read(&format!("{root}/hostname6.web01_0")),
            "addif fd00:1::2/64 up\n"
        );
        assert_eq!(host.read(&format!("{root}/defaultrouter")), "10.1.0.1\n");
        host.zmgr("boot web01 -q").success();
    }
}

#[test]
fn modes_without_a_pool_hand_nothing_over() {
    for flavour in FLAVOURS {
        let host = host(
            flavour,
            "    net \"a\" { mode \"dhcp\"; stub \"igb0\"; }\n    net \"b\" { mode \"addrconf\"; stub \"igb0\"; }",
        );
        host.zmgr("create web.01 --template t --boot -q").success();
        let xml = host.read("/etc/zones/web.01.xml");
        assert!(!xml.contains("allowed-address"), "{xml}");
        // The zone's scripts split names at dots.
        for file in ["hostname.web_01_0", "dhcp.web_01_0", "hostname6.web_01_1"] {
            assert_eq!(host.read(&format!("/zones/web.01/root/etc/{file}")), "");
        }
        refused(&host, "create web02 --template t --net a=10.0.0.9", 2);
    }
}

#[test]
fn a_default_router_comes_from_one_net() {
    let host = host(
        "upstream",
        "    net \"a\" { pool \"internal\"; }\n    net \"b\" { pool \"public\"; }",
    );
    let failure = refused(&host, "create web01 --template t", 3);
    assert_eq!(failure["code"], "zmgr::create::routers");
    template(
        &host,
        "    net \"a\" { pool \"internal\"; defrouter #true; }\n    net \"b\" { pool \"public\"; defrouter #true; }",
    );
    host.zmgr("create web01 --template t -q").success();
}

#[test]
fn lower_links_that_cannot_be_used_are_refused() {
    let host = host(
        "upstream",
        "    net \"a\" { pool \"internal\"; stub \"web01_0\"; vlan 7; }",
    );
    host.zmgr("create web01 -q").success();
    let failure = refused(&host, "create web02 --template t", 1);
    assert!(
        failure["message"].as_str().unwrap().contains("VNIC"),
        "{failure}"
    );
    assert!(
        failure["help"].as_str().unwrap().contains("igb0"),
        "{failure}"
    );
    template(
        &host,
        "    net \"a\" { pool \"internal\"; stub \"no-link\"; }",
    );
    refused(&host, "create web02 --template t", 1);
    template(
        &host,
        "    net \"a\" { pool \"internal\"; mac-address \"2:8:20:1:2:3\"; }",
    );
    host.zmgr("create web02 --template t -q").success();
    assert_eq!(
        refused(&host, "create web03 --template t", 7)["code"],
        "zmgr::create::mac_address"
    );
}

#[test]
fn a_kept_mac_address_is_the_same_when_the_zone_is_made_again() {
    let host = host(
        "upstream",
        "    net \"a\" { pool \"internal\"; keep-mac #true; }",
    );
    let mac = |zone: &str| {
        let entry = host.read(&format!("/etc/zmgr/zones/{zone}.kdl"));
        let line = entry.lines().find(|line| line.contains("mac-address"));
        line.unwrap().to_owned()
    };
    host.zmgr("create web01 web02 --template t -q").success();
    let first = mac("web01");
    assert_ne!(first, mac("web02"));
    host.zmgr("destroy web01 -y -q").success();
    host.zmgr("create web01 --template t -q").success();
    assert_eq!(mac("web01"), first);
}

#[test]
fn on_demand_is_for_distributions_that_have_it() {
    let nets = "    net \"a\" { pool \"internal\"; stub \"igb0\"; on-demand #true; }";
    let upstream = host("upstream", nets);
    assert_eq!(
        refused(&upstream, "create web01 --template t", 2)["code"],
        "zmgr::create::net_refused"
    );
    let host = host("omnios", nets);
    host.write(
        "/etc/zmgr/templates/u.kdl",
        "template \"u\" {\n    brand \"lipkg\"\n    net \"a\" { pool \"internal\"; stub \"igb0\"; on-demand #true; }\n}\n",
    );
    host.zmgr("create web01 --template u -q").success();
    assert!(!links(&host).contains("web01_0"), "made by the brand");
    host.zmgr("boot web01 -q").success();
    assert!(links(&host).contains("web01_0"));
    assert!(
        host.read("/etc/zones/web01.xml").contains("mac-addr"),
        "the brand wrote it back"
    );
    // The drift is no obstacle, to import nor to destroy.
    host.zmgr("forget web01 -q").success();
    host.zmgr("import web01 -q").success();
    assert!(
        host.read("/etc/zmgr/zones/web01.kdl")
            .contains("on-demand #true")
    );
    host.zmgr("destroy web01 -y -q").success();
    assert!(!links(&host).contains("web01_0"));
}

#[test]
fn a_net_is_added_changed_and_removed() {
    for flavour in FLAVOURS {
        let host = host(flavour, "    net \"internal\" { pool \"internal\"; }");
        host.zmgr("create web01 --template t -q").success();
        let (xml, entry) = (
            host.read("/etc/zones/web01.xml"),
            host.read("/etc/zmgr/zones/web01.kdl"),
        );
        let before = links(&host);
        host.zmgr("net add web01 public pool=public defrouter=false -n -q")
            .success();
        assert_eq!(links(&host), before);
        refused(&host, "net add web01 public pool=public", 3);
        refused(&host, "net add web01 internal pool=public", 7);
        let added = host.json("net add web01 public pool=public defrouter=false vlan=20");
        let warnings = added["operations"][0]["warnings"].to_string();
        assert!(warnings.contains("when zone web01 boots"), "{warnings}");
        assert!(warnings.contains("ipadm create-if web01_1"), "{warnings}");
        assert!(host.read("/etc/zones/web01.xml").contains("203.0.113.5/28"));
        host.zmgr("boot web01 -q").success();
        // A property counts at once, an address at the next boot; another VLAN needs another VNIC.
        let set = host.json("net set web01 public maxbw=100M");
        let warnings = set["operations"][0]["warnings"].to_string();
        assert!(warnings.contains("take effect now"), "{warnings}");
        let set = host.json("net set web01 public address=203.0.113.9");
        let warnings = set["operations"][0]["warnings"].to_string();
        assert!(warnings.contains("at the next boot"), "{warnings}");
        assert!(!host.read("/etc/zones/web01.xml").contains("203.0.113.5/28"));
        refused(&host, "net set web01 public vlan=30", 7);
        refused(&host, "net remove web01 public", 7);
        host.zmgr("halt web01 -q").success();
        let mac = |text: &str| {
            let line = text.lines().find(|line| line.contains("web01_1")).unwrap();
            let word = line.split_whitespace().find(|word| word.contains("2:8:20"));
            word.unwrap_or_default().to_owned()
        };
        let kept = mac(&links(&host));
        host.zmgr("net set web01 public vlan=30 -q").success();
        assert_eq!(mac(&links(&host)), kept, "the MAC address stays");
        host.zmgr("boot web01 -q").success();
        host.zmgr("halt web01 -q").success();
        host.zmgr("net remove web01 public -q").success();
        assert_eq!(sorted(&host.read("/etc/zones/web01.xml")), sorted(&xml));
        assert_eq!(host.read("/etc/zmgr/zones/web01.kdl"), entry);
        host.json_failure("net remove web01 public", 6);
        host.zmgr("destroy web01 -y -q").success();
    }
}

#[test]
fn a_link_of_the_global_zone_or_of_another_zone_is_refused() {
    let host = host("upstream", "    net \"internal\" { pool \"internal\"; }");
    host.zmgr("create web01 web02 --template t -q").success();
    for name in ["web02_0", "igb0"] {
        refused(
            &host,
            &format!("net add web01 x mode=dhcp stub=igb0 vnic={name}"),
            7,
        );
    }
    host.zone_on_host("db", "installed", "10.0.0.200/24");
    let failure = refused(&host, "net add web01 x mode=dhcp stub=igb0 vnic=db0", 7);
    assert!(
        failure["message"].as_str().unwrap().contains("zone db"),
        "{failure}"
    );
    refused(
        &host,
        "net add web01 x mode=dhcp stub=igb0 vnic=bad-name",
        2,
    );
}

#[test]
fn shared_ip_is_made_on_request_only() {
    for flavour in FLAVOURS {
        let host = host(
            flavour,
            "    net \"a\" { pool \"internal\"; stub \"igb0\"; }",
        );
        host.zmgr("create web01 --template t -q").success();
        assert!(host.read("/etc/zones/web01.xml").contains("web01_0"));
        let before = links(&host);
        host.zmgr("create web02 --template t --set ip-type=shared -q")
            .success();
        assert_eq!(links(&host), before, "no VNIC");
        let xml = host.read("/etc/zones/web02.xml");
        assert!(
            xml.contains(" address=\"10.0.0.11/24\"") && xml.contains("physical=\"igb0\""),
            "{xml}"
        );
        host.zmgr("forget web02 -q").success();
        host.zmgr("import web02 -q").success();
        let net = host.json("show web02")["nets"][0].clone();
        assert_eq!(net["address"], "10.0.0.11/24");
        assert_eq!(net["stub"], "igb0");
        template(
            &host,
            "    net \"a\" { pool \"internal\"; stub \"nolink0\"; }",
        );
        refused(&host, "create web03 --template t --set ip-type=shared", 1);
    }
}
