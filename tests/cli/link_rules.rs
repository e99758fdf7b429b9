//! What a zone's link must be: the same to `validate --host`, `doctor` and `boot`.

use crate::support::TestHost;

const ON_DEMAND: &str = "template \"od\" {\n    brand \"lipkg\"\n    net \"internal\" {\n        pool \"internal\"\n        \
    stub \"igb0\"\n        vlan 7\n        on-demand #true\n    }\n}\n";

/// All three say the same of the link of zone `zone`.
fn wrong(host: &TestHost, zone: &str, words: &str) {
    let validate = host.zmgr("validate --host").code(4);
    let doctor = host.zmgr("doctor").code(4);
    let boot = host.zmgr(&format!("boot {zone} -q")).code(1);
    for output in [validate, doctor, boot] {
        let output = output.get_output();
        let text = [&output.stdout[..], &output.stderr[..]].concat();
        let text = String::from_utf8_lossy(&text);
        assert!(text.contains(words), "{text}");
    }
    assert!(
        host.json(&format!("list name={zone}"))
            .to_string()
            .contains("installed")
    );
}

#[test]
fn an_on_demand_vnic_is_no_difference_after_its_first_boot() {
    let host = TestHost::of_flavour("omnios");
    host.zmgr("list -q").success();
    host.write("/etc/zmgr/templates/od.kdl", ON_DEMAND);
    host.zmgr("create od1 --template od --no-boot -q").success();
    for _ in 0..2 {
        host.zmgr("validate --host").success();
        host.zmgr("boot od1 -q").success();
        assert!(
            host.read("/etc/zones/od1.xml")
                .contains("mac-addr=\"2:8:20")
        );
        host.zmgr("validate --host").success();
        host.zmgr("halt od1 -q").success();
    }
    // One that was asked for is.
    let fixed = ON_DEMAND.replace("vlan 7", "vlan 7\n        mac-address \"2:8:20:a:b:c\"");
    host.write("/etc/zmgr/templates/od.kdl", &fixed);
    host.zmgr("create od2 --template od --no-boot -q").success();
    let xml = host.read("/etc/zones/od2.xml");
    host.write(
        "/etc/zones/od2.xml",
        &xml.replace("2:8:20:a:b:c", "2:8:20:a:b:d"),
    );
    host.zmgr("validate --host").code(4);
}

#[test]
fn a_zone_does_not_boot_over_the_wrong_link_or_vlan() {
    let host = TestHost::of_flavour("omnios");
    host.zmgr("list -q").success();
    host.write("/etc/zmgr/templates/od.kdl", ON_DEMAND);
    host.zmgr("create od1 --template od --no-boot -q").success();
    host.program("dladm create-etherstub st0").success();
    host.program("dladm create-vnic -l st0 od1_0").success();
    wrong(&host, "od1", "is over st0, not over igb0");
    host.program("dladm delete-vnic od1_0").success();
    host.program("dladm create-vnic -l igb0 -v 8 od1_0")
        .success();
    wrong(&host, "od1", "has VLAN 8, but should have VLAN 7");
    host.program("dladm delete-vnic od1_0").success();
    host.zmgr("boot od1 -q").success();

    let host = TestHost::new();
    host.zmgr("create n1 --no-boot -q").success();
    host.program("dladm create-etherstub st0").success();
    host.program("dladm delete-vnic n1_0").success();
    host.program("dladm create-vnic -l st0 n1_0").success();
    wrong(&host, "n1", "is over st0, not over int0");
    host.program("dladm delete-vnic n1_0").success();
    host.program("dladm create-vnic -l int0 -v 9 n1_0")
        .success();
    wrong(&host, "n1", "has VLAN 9, but should have no VLAN");
    host.program("dladm delete-vnic n1_0").success();
    wrong(&host, "n1", "dladm create-vnic -l int0 n1_0");
    host.program("dladm create-vnic -l int0 n1_0").success();
    host.zmgr("boot n1 -q").success();
}

#[test]
fn a_card_and_a_vlan_link_of_a_zone_are_no_findings() {
    let host = TestHost::new();
    host.zone_on_host("carp2", "installed", "10.0.0.71/24");
    let xml = host.read("/etc/zones/carp2.xml");
    host.write(
        "/etc/zones/carp2.xml",
        &xml.replace("</zone>", "<network physical=\"igb2\"/>\n</zone>")
            .replace("carp20", "e1000g12000"),
    );
    for line in [
        "dladm create-phys igb2",
        "dladm create-phys e1000g0",
        "dladm create-vlan -l e1000g0 -v 12 e1000g12000",
    ] {
        host.program(line).success();
    }
    host.zmgr("import -q").success();
    host.zmgr("validate --host").success();
    host.zmgr("doctor").success();
    // A link that is gone is one, before and after.
    host.program("dladm delete-vlan e1000g12000").success();
    host.zmgr("doctor").code(4);
    host.zmgr("forget carp2 -y -q").success();
    let doctor = host.zmgr("doctor").code(4);
    let text = String::from_utf8_lossy(&doctor.get_output().stdout).into_owned();
    assert!(
        text.contains("its link e1000g12000 does not exist"),
        "{text}"
    );
}
