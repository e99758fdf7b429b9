//! Links that cannot be used: refused with one clear error before anything is made, in both flavours.

use serde_json::Value;

use crate::links::{FLAVOURS, host, links, refused, template};
use crate::support::TestHost;

const ONE: &str = "    net \"internal\" { pool \"internal\"; }";

fn message(failure: &Value) -> &str {
    failure["message"].as_str().unwrap()
}

/// Makes the template's one net lie over `stub`, with these further settings.
fn over(host: &TestHost, stub: &str, more: &str) {
    template(
        host,
        &format!("    net \"a\" {{ pool \"internal\"; stub \"{stub}\"; {more} }}"),
    );
}

/// `create`, `net add` and `net set` refuse the same, with this exit status and code, and say `text`.
fn everywhere(host: &TestHost, stub: &str, more: &[&str], expected: (i32, &str), text: &str) {
    over(
        host,
        stub,
        &more
            .iter()
            .map(|word| format!("{};", word.replace('=', " ")))
            .collect::<String>(),
    );
    let words = more.join(" ");
    for args in [
        "create new --template t".to_owned(),
        "create new --template t -n".to_owned(),
        format!("net add web01 more pool=internal stub={stub} defrouter=false {words}"),
        format!("net set web01 internal stub={stub} {words}"),
    ] {
        let failure = refused(host, &args, expected.0);
        assert_eq!(failure["code"], expected.1, "{args}: {failure}");
        assert!(message(&failure).contains(text), "{args}: {failure}");
    }
}

#[test]
fn a_lower_link_over_which_there_can_be_no_vnic() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 --template t -q").success();
        host.program("dladm create-vlan -l igb0 -v 7 vlan7")
            .success();
        host.program("dladm create-etherstub -t brief0").success();
        let lower = (1, "zmgr::create::lower_link");
        everywhere(&host, "web01_0", &[], lower, "is a VNIC");
        everywhere(&host, "vlan7", &[], lower, "is a VLAN");
        everywhere(&host, "brief0", &[], lower, "is gone after the next boot");
        everywhere(&host, "no-link", &[], lower, "there is no link no-link");
        let failure = refused(&host, "create new --template t", 1);
        assert!(
            failure["help"].as_str().unwrap().contains("igb0"),
            "{failure}"
        );
        // An uplink stands for its link, which is never made up.
        let config = host.read("/etc/zmgr/config.kdl");
        host.write(
            "/etc/zmgr/config.kdl",
            &format!("{config}\nuplink \"out\" link=\"igb7\"\n"),
        );
        everywhere(
            &host,
            "out",
            &[],
            lower,
            "uplink out: there is no link igb7",
        );
    }
}

#[test]
fn a_lower_link_that_is_in_a_zone() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 --template t -q").success();
        host.program("dladm create-simnet sim0").success();
        host.zone_on_host("db", "configured", "10.0.0.200/24");
        let xml = host.read("/etc/zones/db.xml");
        host.write("/etc/zones/db.xml", &xml.replace("db0", "sim0"));
        host.program("zoneadm -z db install").success();
        host.program("zoneadm -z db boot").success();
        everywhere(
            &host,
            "sim0",
            &[],
            (7, "zmgr::create::lower_link"),
            "is in zone db",
        );
    }
}

#[test]
fn a_vlan_or_mtu_that_the_lower_link_cannot_carry() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 --template t -q").success();
        let vlan = (1, "zmgr::create::vlan");
        everywhere(&host, "igb0", &["vlan=1"], vlan, "cannot carry VLAN 1");
        host.program("dladm set-linkprop -p default_tag=30 igb0")
            .success();
        everywhere(&host, "igb0", &["vlan=30"], vlan, "cannot carry VLAN 30");
        let mtu = (1, "zmgr::create::mtu");
        everywhere(
            &host,
            "igb0",
            &["mtu=9000"],
            mtu,
            "larger than the mtu 1500",
        );
        // Without a default tag, and over an etherstub, every VLAN can be.
        host.program("dladm set-linkprop -p default_tag=0 igb0")
            .success();
        over(&host, "igb0", "vlan 30;");
        host.zmgr("create web02 --template t -q").success();
        over(&host, "stub7", "vlan 1;");
        host.zmgr("create web03 --template t -q").success();
        // What was there before it could not be carried any more is left alone.
        host.program("dladm set-linkprop -p default_tag=31 igb0")
            .success();
        host.zmgr("net set web02 a address=10.0.0.77 -q").success();
        refused(&host, "net set web02 a vlan=31", 1);
    }
}

#[test]
fn a_link_of_the_global_zone() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 web02 --template t -q").success();
        // With no address yet, and with one.
        for plumb in [
            "create-if web01_0",
            "create-addr -T static -a 192.0.2.9/24 web01_0/v4",
        ] {
            host.program(&format!("ipadm {plumb}")).success();
            for args in ["boot web01", "boot web01 -n"] {
                let failure = refused(&host, args, 7);
                assert_eq!(failure["code"], "zmgr::boot::link");
                assert!(
                    message(&failure).contains("IP interface of the global zone"),
                    "{failure}"
                );
                assert!(
                    failure["help"]
                        .as_str()
                        .unwrap()
                        .contains("ipadm delete-if web01_0"),
                    "{failure}"
                );
            }
            for args in [
                "net set web01 internal stub=igb0",
                "net set web01 internal mac-address=2:8:20:1:2:3",
                "net set web01 internal maxbw=10M",
                "net remove web01 internal",
                "net add web02 x mode=dhcp stub=igb0 vnic=web01_0",
            ] {
                let failure = refused(&host, args, 7);
                assert_eq!(failure["code"], "zmgr::net::vnic", "{args}: {failure}");
                assert!(
                    message(&failure).contains("global zone"),
                    "{args}: {failure}"
                );
            }
        }
        refused(&host, "net add web02 x mode=dhcp stub=igb0 vnic=igb0", 7);
        let report: Value = serde_json::from_slice(
            &host
                .zmgr("validate --host --json")
                .code(4)
                .get_output()
                .stdout,
        )
        .unwrap();
        assert_eq!(
            report["differences"][0]["code"], "zmgr::host::plumbed",
            "{report}"
        );
        assert_eq!(
            report["differences"].as_array().unwrap().len(),
            1,
            "{report}"
        );
        // Several are told apart: the other one boots.
        host.zmgr("boot --all -y -q").code(5);
        assert_eq!(host.json("show web02")["state"], "running");
        host.program("ipadm delete-if web01_0").success();
        host.zmgr("boot web01 -q").success();
    }
}

#[test]
fn a_physical_link_of_the_global_zone_in_an_imported_zone() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zone_on_host("db", "installed", "10.0.0.200/24");
        let xml = host.read("/etc/zones/db.xml");
        host.write("/etc/zones/db.xml", &xml.replace("db0", "igb0"));
        host.program("ipadm create-if igb0").success();
        let warnings = host.json("import db")["warnings"].to_string();
        assert!(
            warnings.contains("zone db has link igb0, which is an IP interface of the global zone"),
            "{warnings}"
        );
        assert_eq!(refused(&host, "boot db", 7)["code"], "zmgr::boot::link");
        // A physical link is nobody's to delete, and none is made in its place.
        refused(&host, "net set db internal vlan=20 stub=int0", 7);
    }
}

#[test]
fn one_vnic_of_two_zones() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 web02 --template t -q").success();
        host.program("dladm create-vnic -l igb0 db0").success();
        host.zone_on_host("db", "configured", "10.0.0.200/24");
        host.program("zoneadm -z db install").success();
        for (vnic, holder) in [("db0", "zone db"), ("web02_0", "zone web02")] {
            let args = format!("net add web01 x mode=dhcp stub=igb0 vnic={vnic}");
            let failure = refused(&host, &args, 7);
            assert_eq!(failure["code"], "zmgr::net::vnic");
            assert!(message(&failure).contains(holder), "{failure}");
        }
        // A name made from the pattern is never another zone's, be there a VNIC of that name or only somebody who says so.
        host.write(
            "/etc/zones/db.xml",
            &host.read("/etc/zones/db.xml").replace("db0", "web03_0"),
        );
        host.zmgr("create web03 --template t -q").success();
        let net = host.json("show web03")["nets"][0].clone();
        assert_ne!(net["vnic"], "web03_0");
        // Somebody gives an unregistered zone the VNIC of a registered one.
        host.write(
            "/etc/zones/db.xml",
            &host.read("/etc/zones/db.xml").replace("web03_0", "web01_0"),
        );
        for args in [
            "net set web01 internal stub=igb0",
            "net set web01 internal maxbw=10M",
        ] {
            let failure = refused(&host, args, 7);
            assert!(
                message(&failure).contains("zones web01 and db both"),
                "{failure}"
            );
        }
        let output = host.zmgr("validate --host --json").code(4);
        let report: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
        assert_eq!(
            report["differences"][0]["code"], "zmgr::host::link_twice",
            "{report}"
        );
        let dry = host.json("import db -n")["warnings"].to_string();
        assert!(
            dry.contains("zones db and web01 both have link web01_0"),
            "{dry}"
        );
        // While one of them runs, the other one cannot.
        host.zmgr("boot web01 -q").success();
        host.zmgr("import db -q").success();
        let failure = refused(&host, "boot db", 7);
        assert_eq!(failure["code"], "zmgr::boot::link");
        assert!(
            message(&failure).contains("held by zone web01"),
            "{failure}"
        );
        host.zmgr("halt web01 -q").success();
        // Both at once: the second is refused.
        host.zmgr("boot web01 db -q").code(5);
        assert_eq!(host.json("show web01")["state"], "running");
        assert_eq!(host.json("show db")["state"], "installed");
        host.zmgr("halt web01 -q").success();
        let output = host.zmgr("validate --json").code(3);
        let report: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
        let errors = report["errors"].to_string();
        assert!(errors.contains("zmgr::zone::vnic_twice"), "{report}");
        // Neither takes the link away from the other.
        let warnings =
            host.json("net remove web01 internal")["operations"][0]["warnings"].to_string();
        assert!(
            warnings.contains("also belongs to zone db and is kept"),
            "{warnings}"
        );
        assert!(links(&host).contains("web01_0"));
    }
}

#[test]
fn a_zone_without_its_link() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 --template t -q").success();
        host.program("dladm delete-vnic web01_0").success();
        for args in ["boot web01", "boot web01 -n"] {
            let failure = refused(&host, args, 1);
            assert_eq!(failure["code"], "zmgr::boot::link");
            assert!(
                message(&failure).contains("web01_0 does not exist"),
                "{failure}"
            );
        }
        // A zone that runs would not come up again.
        host.program("dladm create-vnic -l int0 web01_0").success();
        host.zmgr("boot web01 -q").success();
        let xml = host.read("/etc/zones/web01.xml");
        host.write("/etc/zones/web01.xml", &xml.replace("web01_0", "web01_9"));
        refused(&host, "reboot web01", 1);
        assert_eq!(host.json("show web01")["state"], "running");
        host.write("/etc/zones/web01.xml", &xml);
        host.zmgr("reboot web01 -q").success();
    }
}
