//! How a zone gets its addresses: each rule of zoneadmd(8), of the zone's own start, and of each family of brands, in both flavours.
//!
//! illumos-gate `usr/src/cmd/zoneadmd/vplat.c` (`add_net_for_linkid`), `usr/src/cmd/cmd-inet/lib/ipmgmtd`, `usr/src/cmd/svc/milestone/net-physical`;
//! omniosorg/pkg5 `src/brand`.

use crate::links::{FLAVOURS, host, links, refused, template};
use crate::support::TestHost;

const ONE: &str = "    net \"internal\" { pool \"internal\"; }";

/// What the kernel hands to the zone when it boots: `LINK address=ADDRESS/PREFIX,… defrouter=ADDRESS`.
fn told(host: &TestHost, zone: &str) -> String {
    host.read(&format!("/var/run/zones/{zone}.network"))
}

/// The value of a link property.
fn linkprop(host: &TestHost, property: &str, link: &str) -> String {
    let args = format!("dladm show-linkprop -c -o value -p {property} {link}");
    let output = host.program(&args).success();
    String::from_utf8_lossy(&output.get_output().stdout)
        .trim()
        .to_owned()
}

/// Changes the configuration of a zone behind the registry's back.
fn edit(host: &TestHost, zone: &str, from: &str, to: &str) {
    let file = format!("/etc/zones/{zone}.xml");
    let xml = host.read(&file);
    assert!(xml.contains(from), "{xml}");
    host.write(&file, &xml.replace(from, to));
}

/// A brand that the distribution does not have of itself.
fn brand(host: &TestHost, name: &str) {
    let text = "<?xml version=\"1.0\"?>\n<brand name=\"X\"/>\n";
    host.write(
        &format!("/usr/lib/brand/{name}/config.xml"),
        &text.replace('X', name),
    );
}

#[test]
fn protection_is_set_by_the_platform_at_boot_and_taken_back_at_halt() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 --template t -q").success();
        for property in ["protection", "allowed-ips"] {
            assert_eq!(linkprop(&host, property, "web01_0"), "", "{property}");
        }
        host.zmgr("boot web01 -q").success();
        assert_eq!(linkprop(&host, "protection", "web01_0"), "ip-nospoof");
        assert_eq!(linkprop(&host, "allowed-ips", "web01_0"), "10.0.0.10");
        host.zmgr("reboot web01 -q").success();
        host.zmgr("halt web01 -q").success();
        assert_eq!(linkprop(&host, "protection", "web01_0"), "");
    }
}

#[test]
fn protection_that_is_set_already_is_told_before_the_boot_that_it_would_end() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 --template t -q").success();
        for (property, value) in [
            ("protection", "mac-nospoof"),
            ("allowed-ips", "10.0.0.10/32"),
        ] {
            let set = format!("dladm set-linkprop -t -p {property}={value} web01_0");
            host.program(&set).success();
            for args in ["boot web01", "boot web01 -n"] {
                let failure = refused(&host, args, 1);
                assert_eq!(failure["code"], "zmgr::boot::protection");
                let help = failure["help"].as_str().unwrap();
                let command = format!("dladm reset-linkprop -p {property} web01_0");
                assert!(help.contains(&command), "{failure}");
            }
            // The platform would refuse it in the middle of the boot.
            host.program("zoneadm -z web01 boot").failure();
            host.program(&format!("dladm reset-linkprop -p {property} web01_0"))
                .success();
        }
        host.zmgr("boot web01 -q").success();
        // Nothing is handed over to a zone that protects itself: whoever set them meant it.
        template(
            &host,
            "    net \"internal\" { pool \"internal\"; protect #false; }",
        );
        host.zmgr("create web02 --template t -q").success();
        host.program("dladm set-linkprop -t -p protection=mac-nospoof web02_0")
            .success();
        host.zmgr("boot web02 -q").success();
    }
}

#[test]
fn allowed_ips_are_the_platforms_or_ours_and_never_both() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 --template t -q").success();
        for (property, value) in [
            ("allowed-ips", "10.0.0.10"),
            ("protection", "ip-nospoof"),
            ("zone", "web01"),
        ] {
            let prop = format!("linkprop \"{property}\" \"{value}\"");
            template(
                &host,
                &format!("    net \"a\" {{ pool \"internal\"; {prop}; }}"),
            );
            for args in [
                "create web02 --template t".to_owned(),
                format!("net set web01 internal linkprop={property}={value}"),
                format!(
                    "net add web01 more pool=internal defrouter=false linkprop={property}={value}"
                ),
            ] {
                let failure = refused(&host, &args, 2);
                assert_eq!(failure["code"], "zmgr::create::net_refused", "{args}");
                assert!(
                    failure["message"].as_str().unwrap().contains(property),
                    "{failure}"
                );
            }
        }
        // Of a zone that is not protected they are ours alone, and stay through boot and halt.
        template(
            &host,
            "    net \"a\" { pool \"internal\"; protect #false; linkprop \"protection\" \"ip-nospoof\"; linkprop \"allowed-ips\" \"10.0.0.0/24\"; }",
        );
        host.zmgr("create web02 --template t --boot -q").success();
        assert_eq!(linkprop(&host, "allowed-ips", "web02_0"), "10.0.0.0/24");
        assert_eq!(told(&host, "web02"), "");
        refused(&host, "net set web02 a protect=true", 2);
    }
}

#[test]
fn an_address_is_handed_over_with_its_prefix_length() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 --template t --boot -q").success();
        let xml = host.read("/etc/zones/web01.xml");
        assert!(xml.contains("allowed-address=\"10.0.0.10/24\""), "{xml}");
        assert!(told(&host, "web01").contains("address=10.0.0.10/24"));
        // One that was written without is left as it is, and counted as the system completes it.
        host.zone_on_host("db", "configured", "192.168.100.1");
        host.program("zoneadm -z db install").success();
        host.program("dladm create-vnic -l int0 db0").success();
        host.zmgr("import db -q").success();
        let xml = host.read("/etc/zones/db.xml");
        assert!(xml.contains("allowed-address=\"192.168.100.1\""), "{xml}");
        host.zmgr("boot db -q").success();
        assert!(told(&host, "db").contains("address=192.168.100.1/24"));
        host.zmgr("halt db -q").success();
        let line = xml
            .lines()
            .find(|line| line.contains("<network"))
            .unwrap()
            .to_owned();
        let more: Vec<String> = (1..4)
            .map(|last| line.replace("192.168.100.1", &format!("192.168.100.{last}")))
            .collect();
        // Three of 16 characters with prefix length and comma are 51.
        edit(&host, "db", &line, &more.join("\n"));
        assert_eq!(refused(&host, "boot db", 1)["code"], "zmgr::boot::too_long");
    }
}

#[test]
fn several_addresses_of_a_link_are_a_net_resource_each() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr(
            "create web01 --template t --net internal=10.0.0.20 --net internal=10.0.0.30 --boot -q",
        )
        .success();
        let xml = host.read("/etc/zones/web01.xml");
        assert_eq!(xml.matches("physical=\"web01_0\"").count(), 2, "{xml}");
        assert_eq!(xml.matches("defrouter=").count(), 1, "{xml}");
        assert_eq!(
            told(&host, "web01"),
            "web01_0 address=10.0.0.20/24,10.0.0.30/24 defrouter=10.0.0.1\n"
        );
    }
}

#[test]
fn forty_five_characters_a_link_wherever_addresses_come_from() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        let three = "--net internal=10.0.0.100 --net internal=10.0.0.101 --net internal=10.0.0.102";
        host.zmgr(&format!("create web01 --template t {three} -q"))
            .success();
        let fourth = "10.0.0.103";
        for args in [
            format!("create web02 --template t {three} --net internal={fourth}").replace("10.0.0.10", "10.0.0.12"),
            format!(
                "net set web01 internal address=10.0.0.100 address=10.0.0.101 address=10.0.0.102 address={fourth}"
            ),
            "net add web01 more pool=internal defrouter=false address=10.0.0.111 address=10.0.0.112 address=10.0.0.113 address=10.0.0.114"
                .to_owned(),
        ] {
            let failure = refused(&host, &args, 1);
            assert_eq!(failure["code"], "zmgr::create::too_long", "{args}");
            assert!(
                failure["message"].as_str().unwrap().contains("accepts at most 45"),
                "{failure}"
            );
        }
        // Somebody adds one with zonecfg(8): of these four the last prefix length would be cut without a word.
        let xml = host.read("/etc/zones/web01.xml");
        let line = xml
            .lines()
            .find(|line| line.contains("10.0.0.102"))
            .unwrap();
        let both = format!("{line}\n{}", line.replace("10.0.0.102", fourth));
        edit(&host, "web01", line, &both);
        for args in ["boot web01", "boot web01 -n"] {
            let failure = refused(&host, args, 1);
            assert_eq!(failure["code"], "zmgr::boot::too_long");
            assert!(
                failure["message"]
                    .as_str()
                    .unwrap()
                    .contains("link web01_0"),
                "{failure}"
            );
        }
        // And a zone that is adopted is told of.
        host.zmgr("forget web01 -q").success();
        let warnings = host.json("import web01")["warnings"].to_string();
        assert!(
            warnings.contains("illumos accepts at most 45"),
            "{warnings}"
        );
        let output = host.zmgr("validate --json").code(3);
        let text = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
        assert!(text.contains("zmgr::zone::addresses_too_long"), "{text}");
    }
}

#[test]
fn a_default_router_goes_with_an_address_of_its_family() {
    for flavour in FLAVOURS {
        let host = host(
            flavour,
            "    net \"dual\" { pool \"dual\"; }\n    net \"b\" { pool \"internal\"; defrouter #false; }",
        );
        crate::links::dual(&host);
        host.zmgr("create web01 --template t --boot -q").success();
        assert_eq!(
            told(&host, "web01"),
            "web01_0 address=10.1.0.2/24,fd00:1::2/64 defrouter=10.1.0.1 defrouter=fd00:1::1\n\
             web01_1 address=10.0.0.10/24\n"
        );
        // Several of one family are several default routes, if that is said.
        template(
            &host,
            "    net \"dual\" { pool \"dual\"; defrouter #true; }\n    net \"b\" { pool \"internal\"; defrouter #true; }",
        );
        host.zmgr("create web02 --template t --boot -q").success();
        assert_eq!(told(&host, "web02").matches("defrouter=10.").count(), 2);
        // None without an address that is handed over: it would be refused.
        template(&host, "    net \"a\" { mode \"dhcp\"; stub \"igb0\"; }");
        host.zmgr("create web03 --template t --boot -q").success();
        assert!(!host.read("/etc/zones/web03.xml").contains("defrouter"));
    }
}

#[test]
fn a_protected_zone_needs_no_file_and_an_unprotected_one_is_not_held_back() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 --template t --boot -q").success();
        for file in ["hostname.web01_0", "hostname6.web01_0", "defaultrouter"] {
            assert!(
                !host.path(&format!("/zones/web01/root/etc/{file}")).exists(),
                "{file} would be ignored, or be a second truth"
            );
        }
        template(
            &host,
            "    net \"a\" { pool \"internal\"; protect #false; }",
        );
        host.zmgr("create web02 --template t --boot -q").success();
        assert_eq!(linkprop(&host, "protection", "web02_0"), "");
        assert_eq!(told(&host, "web02"), "");
        assert_eq!(
            host.read("/zones/web02/root/etc/hostname.web02_0"),
            "10.0.0.11/24\n"
        );
        assert_eq!(
            host.read("/zones/web02/root/etc/defaultrouter"),
            "10.0.0.1\n"
        );
        // From the one to the other: what the zone would read of the other is taken away.
        host.zmgr("halt web02 -q").success();
        host.zmgr("net set web02 a protect=true -q").success();
        assert!(!host.path("/zones/web02/root/etc/hostname.web02_0").exists());
        assert!(!host.path("/zones/web02/root/etc/defaultrouter").exists());
        host.zmgr("boot web02 -q").success();
        assert!(told(&host, "web02").contains("address=10.0.0.11/24"));
    }
}

#[test]
fn an_interface_after_the_first_boot_is_explained() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        host.zmgr("create web01 --template t -q").success();
        let add = "net add web01 more pool=public defrouter=false -n";
        let warnings = |args: &str| host.json(args)["operations"][0]["warnings"].to_string();
        let gate = "zlogin web01 ipadm create-if web01_1";
        assert!(warnings(add).contains(gate), "{}", warnings(add));
        // A zone that configures its interfaces itself makes them itself.
        for own in [
            "net add web01 more mode=dhcp stub=igb0 -n",
            "net add web01 more pool=public defrouter=false protect=false -n",
        ] {
            assert!(!warnings(own).contains("create-if"), "{}", warnings(own));
        }
        // A zone that is not installed has its first boot before it.
        host.program("zoneadm -z web01 uninstall -F").success();
        assert!(!warnings(add).contains("create-if"), "{}", warnings(add));
        // Nets that a zone is made with are there at its first boot.
        let created = warnings("create web02 --template t -n");
        assert!(!created.contains("create-if"), "{created}");
    }
}

#[test]
fn addresses_that_a_zone_gets_by_itself_are_asked_for_by_files() {
    for flavour in FLAVOURS {
        let host = host(
            flavour,
            "    net \"a\" { mode \"dhcp\"; stub \"igb0\"; }\n    net \"b\" { mode \"addrconf\"; stub \"igb0\"; }",
        );
        host.zmgr("create web01 --template t --boot -q").success();
        let etc = "/zones/web01/root/etc";
        for file in ["hostname.web01_0", "dhcp.web01_0", "hostname6.web01_1"] {
            assert_eq!(host.read(&format!("{etc}/{file}")), "", "{file}");
        }
        for link in ["web01_0", "web01_1"] {
            assert_eq!(
                linkprop(&host, "protection", link),
                "",
                "DHCP would not work"
            );
        }
    }
}

#[test]
fn resolvers_are_an_attribute_and_written_by_nobody_else() {
    for flavour in FLAVOURS {
        let host = host(flavour, ONE);
        let text = host.read("/etc/zmgr/templates/t.kdl").replace(
            "brand \"ipkg\"",
            "brand \"ipkg\"\n    attr \"resolvers\" type=\"string\" value=\"10.0.0.1,10.0.0.2\"",
        );
        host.write("/etc/zmgr/templates/t.kdl", &text);
        host.zmgr("create web01 --template t -q").success();
        let xml = host.read("/etc/zones/web01.xml");
        assert!(
            xml.contains("name=\"resolvers\" type=\"string\" value=\"10.0.0.1,10.0.0.2\""),
            "{xml}"
        );
        assert!(!host.path("/zones/web01/root/etc/resolv.conf").exists());
    }
}

/// A zone of this brand has its address handed over; whether it can be unprotected, and told to use DHCP by a file, is `files`.
fn of_brand(host: &TestHost, name: &str, install: &str, files: bool) {
    let zone = name.replace('-', "");
    let head = format!("brand \"{name}\"{install}");
    let make = |net: &str| {
        host.write(
            "/etc/zmgr/templates/b.kdl",
            &format!("template \"b\" {{\n    {head}\n    net \"a\" {{ {net}; }}\n}}\n"),
        );
    };
    make("pool \"internal\"");
    host.zmgr(&format!("create {zone} --template b --no-boot -q"))
        .success();
    let xml = host.read(&format!("/etc/zones/{zone}.xml"));
    let given = xml.contains("allowed-address=\"10.0.0.") && xml.contains("defrouter=\"10.0.0.1\"");
    assert!(given, "{name}: {xml}");
    make("pool \"internal\"; protect #false");
    let free = format!("create {zone}f --template b --no-boot");
    if files {
        host.zmgr(&format!("{free} -q")).success();
        let file = format!("/zones/{zone}f/root/etc/hostname.{zone}f_0");
        assert!(host.read(&file).starts_with("10.0.0."), "{name}");
    } else {
        assert_eq!(
            refused(host, &free, 2)["code"],
            "zmgr::create::net_refused",
            "{name}: nothing would tell the zone its address"
        );
    }
    make("mode \"dhcp\"; stub \"igb0\"");
    let made = host.json(&format!("create {zone}d --template b --no-boot"));
    let warned = made["operations"][0]["warnings"]
        .to_string()
        .contains("must be configured for DHCP");
    assert_eq!(warned, !files, "{name}: {made}");
    let file = host.path(&format!("/zones/{zone}d/root/etc/dhcp.{zone}d_0"));
    assert_eq!(file.exists(), files, "{name}");
}

#[test]
fn brands_with_an_image() {
    let of = |flavour| match flavour {
        "upstream" => &["ipkg", "nlipkg"][..],
        _ => &["ipkg", "lipkg", "sparse", "pkgsrc"],
    };
    for flavour in FLAVOURS {
        let host = host(flavour, "");
        for name in of(flavour) {
            of_brand(&host, name, "", true);
        }
    }
}

#[test]
fn brand_illumos_reads_files_of_its_own_userland() {
    let host = host("omnios", "");
    host.write("/var/images/os.tar.gz", "");
    of_brand(
        &host,
        "illumos",
        "\n    install-args \"-s\" \"/var/images/os.tar.gz\"",
        true,
    );
}

#[test]
fn brand_lx_is_told_by_the_configuration_alone() {
    let host = host("omnios", "");
    host.write("/var/images/linux.tar.gz", "");
    of_brand(
        &host,
        "lx",
        "\n    install-args \"-s\" \"/var/images/linux.tar.gz\"",
        false,
    );
}

#[test]
fn brand_bhyve_is_told_by_the_configuration_alone() {
    for flavour in FLAVOURS {
        of_brand(&host(flavour, ""), "bhyve", "", false);
    }
}

#[test]
fn brands_of_smartos_and_helios_are_told_by_the_configuration_alone() {
    for (flavour, name) in [("omnios", "joyent"), ("upstream", "omicron1")] {
        let host = host(flavour, "");
        brand(&host, name);
        of_brand(&host, name, "", false);
    }
}

#[test]
fn brands_of_tribblix_read_files() {
    let host = host("upstream", "");
    for name in ["whole-root", "sparse-root", "alien-root"] {
        brand(&host, name);
        of_brand(&host, name, "", true);
    }
}

#[test]
fn on_demand_links_have_their_addresses_handed_over_as_others() {
    let host = host("omnios", "");
    host.write(
        "/etc/zmgr/templates/d.kdl",
        "template \"d\" {\n    brand \"lipkg\"\n    net \"a\" { pool \"internal\"; stub \"igb0\"; on-demand #true; vlan 20; }\n}\n",
    );
    host.zmgr("create web01 --template d --boot -q").success();
    assert!(links(&host).contains("web01_0"));
    assert!(told(&host, "web01").contains("web01_0 address=10.0.0.10/24"));
    assert_eq!(linkprop(&host, "protection", "web01_0"), "ip-nospoof");
    host.zmgr("halt web01 -q").success();
    assert!(!links(&host).contains("web01_0"));
    host.zmgr("boot web01 -q").success();
}
