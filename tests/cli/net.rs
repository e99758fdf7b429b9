//! Nets of zones that are there: what moves, what stays, what is told of when it counts.

use std::fs;

use crate::links::{FLAVOURS, host, links, refused, sorted, template};
use crate::support::TestHost;

const ONE: &str = "    net \"a\" { pool \"internal\"; }";

/// What a change says before it is made.
fn warnings(host: &TestHost, args: &str) -> String {
    host.json(args)["operations"][0]["warnings"].to_string()
}

/// The line of a link.
fn link(host: &TestHost, name: &str) -> Option<String> {
    let named = |line: &&str| line.split(' ').nth(1) == Some(name);
    links(host).lines().find(named).map(str::to_owned)
}

fn vnic(host: &TestHost, name: &str) -> String {
    link(host, name).unwrap_or_else(|| panic!("no link {name}:\n{}", links(host)))
}

/// The word of a link's line that begins so.
fn word(line: &str, start: &str) -> String {
    let found = line.split(' ').find_map(|word| word.strip_prefix(start));
    found.unwrap_or_default().to_owned()
}

fn net(host: &TestHost, zone: &str) -> serde_json::Value {
    host.json(&format!("show {zone}"))["nets"][0].clone()
}

#[test]
fn a_net_moves_across_etherstubs_and_links_and_leaves_none_behind() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.program("dladm create-etherstub mine0").success();
        host.zmgr("create web01 web02 --template t -q").success();
        let mac = word(&vnic(&host, "web01_0"), "mac=");
        let over = |stub: &str| {
            host.zmgr(&format!("net set web01 a stub={stub} -q"))
                .success();
            let line = vnic(&host, "web01_0");
            assert_eq!(word(&line, "over="), stub, "{line}");
            assert_eq!(word(&line, "mac="), mac, "the MAC address goes along");
            assert_eq!(net(&host, "web01")["stub"], stub);
            assert_eq!(net(&host, "web01")["address"], "10.0.0.10/24");
        };
        // Web02 stays on the etherstub that was made for both.
        over("lab0");
        assert!(link(&host, "int0").is_some());
        over("lab1");
        assert!(link(&host, "lab0").is_none(), "nobody is on it any more");
        over("igb0");
        assert!(link(&host, "lab1").is_none());
        over("mine0");
        over("int0");
        assert!(link(&host, "mine0").is_some(), "it is somebody else's");
        host.zmgr("boot web01 -q").success();
        host.zmgr("halt web01 -q").success();
        // And the last one takes it along.
        host.zmgr("net set web01 a stub=igb0 -q").success();
        host.zmgr("net set web02 a stub=lab0 -q").success();
        assert!(link(&host, "int0").is_none());
        host.zmgr("net remove web02 a -q").success();
        assert!(link(&host, "lab0").is_none());
        assert!(link(&host, "web02_0").is_none());
    }
}

#[test]
fn a_move_that_fails_leaves_everything_where_it_was() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 --template t -q").success();
        let entry = host.read("/etc/zmgr/zones/web01.kdl");
        let xml = host.read("/etc/zones/web01.xml");
        let line = vnic(&host, "web01_0");
        // The second is the VNIC: the etherstub is there by then, and the old VNIC gone.
        host.command("net set web01 a stub=lab0 address=10.0.0.77 -q")
            .env("ZMGR_EMULATED_FAULT_FAIL", "dladm_vnic_create@2=1")
            .assert()
            .code(1);
        assert_eq!(host.read("/etc/zmgr/zones/web01.kdl"), entry);
        assert_eq!(host.read("/etc/zones/web01.xml"), xml);
        assert!(link(&host, "lab0").is_none(), "made for it and taken away");
        let again = vnic(&host, "web01_0");
        assert_eq!(word(&again, "over="), "int0");
        assert_eq!(word(&again, "mac="), word(&line, "mac="));
    }
}

/// Should one of the last steps fail, the zone has its address again: nobody else is to have it before the end.
#[test]
fn an_address_that_is_given_up_is_free_when_that_is_over() {
    let host = host("upstream", ONE);
    host.zmgr("create web01 --template t -q").success();
    let trace = host.path("trace");
    let set = |kill: &str| {
        let _ = fs::remove_file(&trace);
        host.command("net set web01 a address=10.0.0.77 -q")
            .env("ZMGR_EMULATED_FAULT_TRACE", &trace)
            .env("ZMGR_EMULATED_FAULT_KILL", kill)
            .assert()
    };
    set("").success();
    host.zmgr("net set web01 a address=10.0.0.10 -q").success();
    let points = fs::read_to_string(&trace).unwrap();
    let saved = |line: &str| line.contains("after  zonecfg_save");
    let number = points.lines().position(saved).unwrap() + 1;
    set(&number.to_string()).interrupted();
    let address = |zone: &str| net(&host, zone)["address"].to_string();
    assert_eq!(address("web01"), "\"10.0.0.77/24\"");
    host.zmgr("create web02 --template t -q").success();
    assert_eq!(address("web02"), "\"10.0.0.11/24\"");
    let failure = refused(&host, "net set web02 a address=10.0.0.10", 7);
    let told = failure["message"].as_str().unwrap();
    assert!(told.contains("an unfinished net set"), "{failure}");
    host.zmgr("recover -q").success();
    host.zmgr("create web03 --template t -q").success();
    assert_eq!(address("web03"), "\"10.0.0.10/24\"");
}

#[test]
fn what_another_vnic_is_needed_for_waits_until_the_zone_is_down() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 --template t --boot -q").success();
        for setting in ["stub=igb0", "vlan=20", "mac-address=2:8:20:1:2:3"] {
            let failure = refused(&host, &format!("net set web01 a {setting}"), 7);
            assert_eq!(failure["code"], "zmgr::zone::state", "{setting}");
            assert!(
                failure["help"]
                    .as_str()
                    .unwrap()
                    .contains("zmgr shutdown web01"),
                "{failure}"
            );
        }
        refused(&host, "net remove web01 a", 7);
        host.zmgr("halt web01 -q").success();
        let told = warnings(&host, "net set web01 a vlan=20");
        assert!(
            told.contains("the change takes effect when zone web01 boots"),
            "{told}"
        );
        assert_eq!(word(&vnic(&host, "web01_0"), "vid="), "20");
        host.zmgr("net set web01 a mac-address=2:8:20:1:2:3 -q")
            .success();
        let line = vnic(&host, "web01_0");
        assert_eq!(word(&line, "mac="), "2:8:20:1:2:3", "{line}");
        assert_eq!(word(&line, "vid="), "20", "{line}");
        host.zmgr("net set web01 a vlan= -q").success();
        let line = vnic(&host, "web01_0");
        assert_eq!(word(&line, "vid="), "", "{line}");
        assert_eq!(word(&line, "mac="), "2:8:20:1:2:3", "{line}");
        host.zmgr("boot web01 -q").success();
    }
}

#[test]
fn what_counts_now_and_what_counts_at_the_next_boot() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 --template t --boot -q").success();
        let told = warnings(&host, "net set web01 a maxbw=100M priority=low");
        assert_eq!(told, "[\"link properties take effect now\"]");
        let maxbw = "dladm show-linkprop -c -o value -p maxbw web01_0";
        let output = host.program(maxbw).success();
        assert_eq!(
            String::from_utf8_lossy(&output.get_output().stdout),
            "  100\n"
        );
        let told = warnings(&host, "net set web01 a address=10.0.0.77");
        assert!(
            told.contains("at the next boot of zone web01, which is running"),
            "{told}"
        );
        let network = "/var/run/zones/web01.network";
        assert!(host.read(network).contains("10.0.0.10/24"), "not before");
        // Both at once are told apart.
        let told = warnings(&host, "net set web01 a address=10.0.0.78 maxbw=");
        assert!(
            told.contains("link properties take effect now; the rest of the change takes effect"),
            "{told}"
        );
        let output = host.program(maxbw).success();
        assert_eq!(
            String::from_utf8_lossy(&output.get_output().stdout).trim(),
            ""
        );
        let told = warnings(&host, "net set web01 a defrouter=false");
        assert!(told.contains("at the next boot"), "{told}");
        host.zmgr("reboot web01 -q").success();
        assert_eq!(host.read(network), "web01_0 address=10.0.0.78/24\n");
        let told = warnings(&host, "net add web01 b pool=public defrouter=false");
        assert!(
            told.contains("the net takes effect at the next boot"),
            "{told}"
        );
        host.zmgr("reboot web01 -q").success();
        assert!(
            host.read(network)
                .contains("web01_1 address=203.0.113.5/28")
        );
    }
}

#[test]
fn what_is_so_already_is_not_done_again() {
    let host = host("upstream", ONE);
    host.zmgr("create web01 --template t -q").success();
    host.zmgr("net set web01 a maxbw=100M vlan=20 -q").success();
    for same in [
        "maxbw=100M",
        "vlan=20",
        "stub=int0",
        "address=10.0.0.10",
        "pool=internal",
    ] {
        let done = host.json(&format!("net set web01 a {same}"));
        assert_eq!(done["operations"][0]["outcome"], "unchanged", "{same}");
        assert_eq!(
            done["operations"][0]["steps"],
            serde_json::json!([]),
            "{same}"
        );
    }
    for wrong in [
        "vnic=x0",
        "stub=",
        "pool=nope",
        "address=10.0.0.300",
        "foo=1",
        "maxbw",
        "vlan=4095",
    ] {
        let output = host.zmgr(&format!("net set web01 a {wrong} --json"));
        let status = output.get_output().status.code();
        assert!(matches!(status, Some(2 | 6)), "{wrong}: {status:?}");
    }
    host.json_failure("net set web01 nope vlan=2", 6);
    host.json_failure("net set nope a vlan=2", 6);
}

#[test]
fn another_pool_brings_its_link() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        let config = host.read("/etc/zmgr/config.kdl");
        host.write(
            "/etc/zmgr/config.kdl",
            &format!("{config}\nuplink \"out\" link=\"igb0\" vlan=30\n"),
        );
        host.write(
            "/etc/zmgr/pools/lab.kdl",
            "pool \"lab\" {\n    network \"10.9.0.0/24\"\n    gateway \"10.9.0.1\"\n    stub \"out\"\n}\n",
        );
        host.zmgr("create web01 web02 --template t -q").success();
        // An address of a network on a link of another would reach nobody.
        host.zmgr("net set web01 a pool=lab -q").success();
        let line = vnic(&host, "web01_0");
        assert_eq!(word(&line, "over="), "igb0", "{line}");
        assert_eq!(word(&line, "vid="), "30", "{line}");
        let now = net(&host, "web01");
        assert_eq!(now["address"], "10.9.0.2/24");
        assert_eq!(now["gateway"], "10.9.0.1");
        assert!(
            host.read("/etc/zones/web01.xml")
                .contains("defrouter=\"10.9.0.1\"")
        );
        host.zmgr("net set web01 a pool=internal -q").success();
        let line = vnic(&host, "web01_0");
        assert_eq!(word(&line, "over="), "int0", "{line}");
        assert_eq!(word(&line, "vid="), "", "{line}");
        assert_eq!(net(&host, "web01")["address"], "10.0.0.10/24");
        // A net that was put elsewhere by hand stays there, as does one of which it is said.
        host.zmgr("net set web02 a stub=lab7 -q").success();
        host.zmgr("net set web02 a pool=lab -q").success();
        assert_eq!(word(&vnic(&host, "web02_0"), "over="), "lab7");
        host.zmgr("net set web01 a pool=lab stub=int0 -q").success();
        assert_eq!(word(&vnic(&host, "web01_0"), "over="), "int0");
        // An uplink is a link with its VLAN, whatever VLAN the net has had; but what is said counts.
        host.zmgr("net set web01 a vlan=7 -q").success();
        host.zmgr("net set web01 a stub=out -q").success();
        assert_eq!(word(&vnic(&host, "web01_0"), "vid="), "30");
        host.zmgr("net set web01 a stub=out vlan=7 -q").success();
        assert_eq!(word(&vnic(&host, "web01_0"), "vid="), "7");
        // A running zone's link does not move.
        host.zmgr("boot web02 -q").success();
        host.zmgr("net set web02 a pool=internal -q").success();
        host.zmgr("boot web01 -q").success();
        host.zmgr("halt web02 -q").success();
        host.zmgr("net set web02 a stub=int0 -q").success();
        host.zmgr("boot web02 -q").success();
        refused(&host, "net set web02 a pool=lab", 7);
    }
}

#[test]
fn a_net_goes_from_a_pool_to_asking_for_itself_and_back() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 --template t -q").success();
        let (xml, entry) = (
            host.read("/etc/zones/web01.xml"),
            host.read("/etc/zmgr/zones/web01.kdl"),
        );
        host.zmgr("net set web01 a mode=dhcp -q").success();
        let now = net(&host, "web01");
        assert!(now["pool"].is_null() && now["address"].is_null(), "{now}");
        assert!(
            !host
                .read("/etc/zones/web01.xml")
                .contains("allowed-address")
        );
        assert!(host.path("/zones/web01/root/etc/dhcp.web01_0").exists());
        assert_eq!(host.json("pool show internal")["used"], 0);
        host.zmgr("net set web01 a pool=internal -q").success();
        assert_eq!(net(&host, "web01")["address"], "10.0.0.10/24");
        assert!(!host.path("/zones/web01/root/etc/dhcp.web01_0").exists());
        assert_eq!(sorted(&host.read("/etc/zones/web01.xml")), sorted(&xml));
        assert_eq!(host.read("/etc/zmgr/zones/web01.kdl"), entry);
    }
}

#[test]
fn an_address_that_a_net_gives_up_is_free_or_in_quarantine() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 web02 --template t -q").success();
        host.zmgr("net set web01 a address=10.0.0.50 -q").success();
        assert_eq!(host.json("pool free internal --next")[0], "10.0.0.10/24");
        host.zmgr("pool set internal quarantine 1h -q").success();
        host.zmgr("net set web01 a address=10.0.0.60 -q").success();
        host.zmgr("net remove web02 a -q").success();
        for (address, zone) in [("10.0.0.50", "web01"), ("10.0.0.11", "web02")] {
            let why = host.json(&format!("pool why {address}"));
            assert_eq!(why["holders"][0]["kind"], "quarantined", "{why}");
            assert_eq!(why["holders"][0]["zone"], zone, "{why}");
        }
        // The zone that had it may have it again; another may not.
        template(&host, ONE);
        refused(&host, "create web03 --template t --net a=10.0.0.50", 7);
        host.zmgr("net set web01 a address=10.0.0.50 -q").success();
        assert_eq!(net(&host, "web01")["address"], "10.0.0.50/24");
    }
}
