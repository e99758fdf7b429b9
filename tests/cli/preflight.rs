//! What is known before the first step is refused before the first step, and by a dry run.

use crate::support::TestHost;

/// A host with a template `t` that extends `default` with these lines.
fn host(flavour: &'static str, lines: &str) -> TestHost {
    let host = TestHost::of_flavour(flavour);
    host.zmgr("list -q").success();
    host.write(
        "/etc/zmgr/templates/t.kdl",
        &format!("template \"t\" {{\n    extends \"default\"\n{lines}\n}}\n"),
    );
    host
}

/// A dry run and the command itself are refused alike, and nothing is made. Returns what they say.
fn refused(host: &TestHost, args: &str, status: i32, code: &str) -> String {
    let dry = host.json_failure(&format!("{args} -n"), status);
    assert_eq!(dry["code"], code, "{dry}");
    let links = host.read("/emulation/links");
    let failure = host.json_failure(args, status);
    assert_eq!(failure["code"], code, "{failure}");
    assert_eq!(host.read("/emulation/links"), links);
    host.zmgr("list --json").success();
    assert!(!host.path("/etc/zmgr/zones/z.kdl").exists());
    format!("{} {}", failure["message"], failure["help"])
}

#[test]
fn what_zoneadm_cannot_install() {
    for (flavour, lines, words) in [
        (
            "omnios",
            "    brand \"lx\"\n    install-args \"-s\" \"/var/tmp/alpine image.tar.gz\"",
            "to a shell",
        ),
        ("omnios", "    brand \"lx\"", "install-args"),
        (
            "omnios",
            "    brand \"lx\"\n    install-args \"-s\" \"/var/tmp/gone.tar.gz\"",
            "there is no /var/tmp/gone.tar.gz",
        ),
        (
            "upstream",
            "    dataset \"rpool/data/{zone}\"",
            "zfs create -p -o mountpoint=none rpool/data/z",
        ),
        (
            "upstream",
            "    zonepath \"/elsewhere/{zone}\"",
            "zfs create -p -o mountpoint=/elsewhere",
        ),
    ] {
        let host = host(flavour, lines);
        let text = refused(&host, "create z --template t", 1, "zmgr::create::install");
        assert!(text.contains(words), "{text}");
        // What is not installed needs nothing of it.
        host.zmgr("create z --template t --no-install -n -q")
            .success();
    }
}

#[test]
fn the_advice_about_datasets_works() {
    let host = host("upstream", "    dataset \"rpool/data/{zone}\"");
    host.program("zfs create -o mountpoint=/data rpool/data")
        .success();
    host.program("zfs create rpool/data/z").success();
    let text = refused(&host, "create z --template t", 1, "zmgr::create::install");
    assert!(
        text.contains("zfs set mountpoint=none rpool/data/z"),
        "{text}"
    );
    host.program("zfs set mountpoint=none rpool/data/z")
        .success();
    host.zmgr("create z --template t -q").success();

    let host = self::host("upstream", "    zonepath \"/elsewhere/{zone}\"");
    refused(&host, "create z --template t", 1, "zmgr::create::install");
    host.program("zfs create -p -o mountpoint=/elsewhere rpool/elsewhere")
        .success();
    host.zmgr("create z --template t -q").success();
}

#[test]
fn link_properties_by_type() {
    for (property, value) in [
        ("maxbw", "banana"),
        ("maxbw", "1K"),
        ("linkprop.cpus", "x"),
        ("linkprop.txrings", "all"),
    ] {
        let line = match property.split_once('.') {
            Some((node, name)) => format!("{node} \"{name}\" \"{value}\""),
            None => format!("{property} \"{value}\""),
        };
        let host = host(
            "upstream",
            &format!("    net \"internal\" {{\n        pool \"internal\"\n        {line}\n    }}"),
        );
        let text = refused(
            &host,
            "create z --template t",
            2,
            "zmgr::create::link_property",
        );
        assert!(text.contains(value), "{text}");
    }
    let host = TestHost::new();
    host.zmgr("create z -q").success();
    for dry in ["", " -n"] {
        let failure = host.json_failure(&format!("net set z internal maxbw=banana{dry}"), 2);
        assert_eq!(failure["code"], "zmgr::create::link_property");
    }
    host.zmgr("net set z internal maxbw=100M -q").success();
}

#[test]
fn a_mistyped_card_is_no_etherstub() {
    for name in ["igb1", "ixgbe0", "e1000g3"] {
        let host = TestHost::new();
        host.zmgr(&format!("pool set internal stub={name} -q"))
            .success();
        let text = refused(&host, "create z", 1, "zmgr::create::lower_link");
        let command = format!("dladm create-etherstub {name}");
        assert!(text.contains(&command), "{text}");
        host.program(&command).success();
        host.zmgr("create z -q").success();
    }
    let host = TestHost::new();
    host.zmgr("pool set internal stub=lab0 -q").success();
    host.zmgr("create z -q").success();
}

#[test]
fn what_validate_calls_an_error_is_not_used() {
    let host = host("upstream", "    net \"n\" {\n        pool \"gwnet\"\n    }");
    for gateway in ["192.168.2.4", "192.168.2.7"] {
        host.write(
            "/etc/zmgr/pools/gwnet.kdl",
            &format!("pool \"gwnet\" {{\n    network \"192.168.2.4/30\" {{\n        gateway \"{gateway}\"\n    }}\n    stub \"igb0\"\n}}\n"),
        );
        host.zmgr("validate").code(3);
        let text = refused(
            &host,
            "create z --template t",
            3,
            "zmgr::pool::gateway_unusable",
        );
        assert!(text.contains("from 192.168.2.5 to 192.168.2.6"), "{text}");
    }
}

#[test]
fn advice_about_zones_that_are_not_registered_or_detached() {
    let host = TestHost::new();
    host.zone_on_host("vm9", "installed", "10.0.0.99/24");
    let xml = host.read("/etc/zones/vm9.xml");
    host.write("/etc/zones/vm9.xml", &xml.replace("\"ipkg\"", "\"bhyve\""));
    let failure = host.json_failure("destroy vm9 --yes", 6);
    let help = failure["help"].as_str().unwrap();
    assert!(
        help.contains("zonecfg -z vm9 delete -F") && !help.contains("import"),
        "{help}"
    );
    let failure = host.json_failure("forget vm9", 6);
    assert_eq!(failure["code"], "zmgr::zone::not_managed");

    let host = TestHost::new();
    host.zmgr("create dz --no-boot -q").success();
    host.program("zoneadm -z dz detach").success();
    let failure = host.json_failure("boot dz", 7);
    assert!(
        failure["help"]
            .as_str()
            .unwrap()
            .contains("zoneadm -z dz attach")
    );
    host.program("zoneadm -z dz attach").success();
    host.zmgr("boot dz -q").success();
}

#[test]
fn two_zones_with_one_address_are_found() {
    let host = TestHost::new();
    host.zmgr("create web01 -q").success();
    for zone in ["a", "b"] {
        host.zone_on_host(zone, "installed", "10.0.0.77/24");
    }
    host.zone_on_host("c", "installed", "10.0.0.10/24");
    let doctor = host.zmgr("doctor").code(4);
    let text = String::from_utf8_lossy(&doctor.get_output().stdout).into_owned();
    assert!(
        text.contains("address 10.0.0.77: zones a and b have it"),
        "{text}"
    );
    assert!(
        text.contains("address 10.0.0.10: zones c and web01 have it"),
        "{text}"
    );
    let validate = host.zmgr("validate --host").success();
    let text = String::from_utf8_lossy(&validate.get_output().stderr).into_owned();
    assert!(text.contains("zones a and b have 10.0.0.77"), "{text}");
    assert!(text.contains("zones c and web01 have 10.0.0.10"), "{text}");
}

#[test]
fn a_pool_is_as_full_as_its_fuller_family() {
    let host = TestHost::new();
    host.zmgr("list -q").success();
    host.write(
        "/etc/zmgr/pools/internal.kdl",
        "pool \"internal\" {\n    network \"10.0.0.0/24\"\n    network6 \"fd00::/64\"\n    gateway \"10.0.0.1\"\n    \
         range \"10.0.0.10\" \"10.0.0.11\"\n    stub \"int0\"\n}\n",
    );
    host.zmgr("create a b --no-boot -q").success();
    let pools = host.json("pool list");
    let pool = pools
        .as_array()
        .unwrap()
        .iter()
        .find(|pool| pool["name"] == "internal")
        .unwrap();
    assert_eq!(pool["percent"], 100);
    assert_eq!(pool["families"][0]["family"], "ipv4");
    assert_eq!(pool["families"][0]["free"], 0);
    assert_eq!(pool["families"][1]["used"], 2);
    // More than 2^53: a string, whole.
    assert_eq!(pool["families"][1]["total"], "18446744073709551615");
    let validate = host.zmgr("validate").success();
    let text = String::from_utf8_lossy(&validate.get_output().stderr).into_owned();
    assert!(text.contains("0 of 2 IPv4 addresses are free"), "{text}");
}
