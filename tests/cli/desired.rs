//! `zmgr diff`, `zmgr apply`, and settings that are applied at once.

use snapbox::str;

use crate::support::TestHost;

/// A host with two running zones of the default template.
fn host() -> TestHost {
    let host = TestHost::new();
    host.zmgr("-q create web01 web02").success();
    host
}

/// Values of settings, the first of which a zone is made with: the setting, the values, and what the real tools keep of it where.
const SETTINGS: [(&str, [&str; 2]); 14] = [
    ("autoboot", ["true", "false"]),
    ("bootargs", ["-m verbose", "-v"]),
    ("limitpriv", ["default,dtrace_proc", "default"]),
    ("hostid", ["80f0c086", "7"]),
    ("fs-allowed", ["ufs,pcfs", "ufs"]),
    ("cpu-shares", ["10", "50"]),
    ("capped-cpu.ncpus", ["1.5", "2"]),
    ("capped-memory.physical", ["1G", "2G"]),
    ("capped-memory.swap", ["1G", "3G"]),
    ("capped-memory.locked", ["64M", "128M"]),
    ("max-lwps", ["500", "800"]),
    ("max-processes", ["300", "400"]),
    ("max-shm-memory", ["1G", "2G"]),
    ("max-sem-ids", ["16", "32"]),
];

fn settings_that_differ(host: &TestHost, zone: &str) -> Vec<String> {
    let assert = host.zmgr(&format!("-q diff {zone} --json"));
    let output = assert.get_output().stdout.clone();
    let view: serde_json::Value = serde_json::from_slice(&output).unwrap();
    crate::schema::check("diff", &view);
    let zones = view["zones"].as_array().unwrap().iter();
    let differences = zones.flat_map(|zone| zone["differences"].as_array().unwrap());
    differences
        .map(|one| one["setting"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn each_setting_is_set_and_then_the_zone_has_it() {
    let host = TestHost::new();
    let mut create = host.command("-q create web01");
    for (setting, [first, _]) in SETTINGS {
        create = create.arg("--set").arg(format!("{setting}={first}"));
    }
    create.assert().success();
    assert_eq!(settings_that_differ(&host, "web01"), [""; 0]);
    for (setting, [first, second]) in SETTINGS {
        // Behind zmgr's back, as an admin does it: the documents say one thing and the host another.
        host.command("-q set web01 --no-apply")
            .arg(format!("{setting}={second}"))
            .assert()
            .success();
        assert_eq!(settings_that_differ(&host, "web01"), [setting], "{setting}");
        let show = host.json("show web01");
        let difference = &show["differences"][0];
        assert_eq!(difference["setting"], setting, "{show:#}");
        assert_ne!(difference["documents"], difference["host"]);
        host.zmgr("-q apply web01 --yes").success();
        assert_eq!(settings_that_differ(&host, "web01"), [""; 0], "{setting}");
        // And back, in one step.
        let before = host.read("/etc/zones/web01.xml");
        host.command("-q set web01")
            .arg(format!("{setting}={first}"))
            .assert()
            .success();
        assert_ne!(host.read("/etc/zones/web01.xml"), before, "{setting}");
        assert_eq!(settings_that_differ(&host, "web01"), [""; 0], "{setting}");
    }
}

#[test]
fn a_running_zone_changes_where_the_kernel_can() {
    let host = host();
    host.zmgr("-q set web01 cpu-shares=10").success();
    assert!(
        host.read("/emulation/resources")
            .contains("zone.cpu-shares,privileged,10")
    );
    host.zmgr("-q set web01 cpu-shares=50 -n").success();
    assert!(
        host.read("/emulation/resources")
            .contains("zone.cpu-shares,privileged,10")
    );
    host.zmgr("set web01 cpu-shares=50").success();
    assert!(
        host.read("/emulation/resources")
            .contains("zone.cpu-shares,privileged,50")
    );
    // With --at-reboot the running zone keeps its value.
    host.zmgr("-q set web01 cpu-shares=70 --no-apply").success();
    host.zmgr("-q apply web01 --at-reboot --yes").success();
    assert!(host.read("/etc/zones/web01.xml").contains("limit=\"70\""));
    assert!(
        host.read("/emulation/resources")
            .contains("zone.cpu-shares,privileged,50")
    );
}

/// On the upstream flavour nothing takes a memory cap away from a running zone.
#[test]
fn a_cap_that_goes_waits_for_a_boot() {
    let host = host();
    host.zmgr("-q set web01 capped-memory.physical=1G")
        .success();
    host.zmgr("-q set web01 --remove capped-memory.physical --no-apply")
        .success();
    host.zmgr("-q diff web01").code(4).stdout_eq(str![[r#"
ZONE   SETTING                 HOST  DOCUMENTS  EFFECT
web01  capped-memory.physical  1G    nothing    at the next boot

"#]]);
}

#[test]
fn a_template_that_changes_is_one_line_and_one_apply() {
    let host = host();
    let template = host.read("/etc/zmgr/templates/default.kdl");
    host.write(
        "/etc/zmgr/templates/default.kdl",
        &template.replace("autoboot #true", "autoboot #false\n    cpu-shares 20"),
    );
    host.zmgr("-q diff").code(4).stdout_eq(str![[r#"
ZONE                   SETTING     HOST     DOCUMENTS  EFFECT
2 of template default  autoboot    true     false      now
2 of template default  cpu-shares  nothing  20         now

"#]]);
    // It asks, and there is no terminal to ask on.
    host.zmgr("-q apply").code(2);
    assert!(
        host.read("/etc/zones/web01.xml")
            .contains("autoboot=\"true\"")
    );
    host.zmgr("-q apply -n").success();
    assert!(
        host.read("/etc/zones/web01.xml")
            .contains("autoboot=\"true\"")
    );
    host.zmgr("-q apply --yes").success();
    for zone in ["web01", "web02"] {
        let xml = host.read(&format!("/etc/zones/{zone}.xml"));
        assert!(
            xml.contains("autoboot=\"false\"") && xml.contains("zone.cpu-shares"),
            "{xml}"
        );
    }
    host.zmgr("-q diff").success().stdout_eq("");
    let again = host.json("apply --yes");
    assert!(
        again["operations"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["outcome"] == "unchanged")
    );
}

#[test]
fn what_a_zone_cannot_become_is_refused_before_anything_changes() {
    let host = host();
    let before = host.read("/etc/zmgr/zones/web01.kdl");
    host.zmgr("-q set web01 brand=lipkg")
        .code(7)
        .stderr_eq(str![[r#"
error: zone web01 cannot have brand lipkg: the brand of a zone cannot be changed: destroy the zone and create it again
  help: --no-apply changes only the entry

"#]]);
    host.zmgr("-q set web01 brand=lipkg -n").code(7);
    assert_eq!(host.read("/etc/zmgr/zones/web01.kdl"), before);
    // One that differs already stands in the way of nothing else, and is named.
    host.zmgr("-q set web01 brand=lipkg --no-apply").success();
    host.zmgr("-q set web01 cpu-shares=5").success();
    let assert = host.zmgr("apply web01 --yes").code(5);
    let said = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(said.contains("zone web01 keeps brand ipkg"), "{said}");
}

#[test]
fn a_live_change_that_fails_leaves_the_configuration_changed() {
    let host = host();
    host.zmgr("-q set web01 cpu-shares=10").success();
    let assert = host
        .command("-q set web01 cpu-shares=20")
        .env("ZMGR_EMULATED_FAULT_FAIL", "prctl@1=1")
        .assert()
        .code(5);
    let said = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(said.contains("the running zone is not"), "{said}");
    assert!(said.contains("zmgr reboot web01"), "{said}");
    assert!(host.read("/etc/zones/web01.xml").contains("limit=\"20\""));
    assert!(
        host.read("/emulation/resources")
            .contains("zone.cpu-shares,privileged,10")
    );
}

#[test]
fn the_address_that_a_zone_has_is_shown_and_applied() {
    let host = host();
    host.zmgr("-q set web01 net.internal.address=10.0.0.77/24 --no-apply")
        .success();
    assert_eq!(
        settings_that_differ(&host, "web01"),
        ["net.internal.address"]
    );
    let list = host.json("list name=web01");
    assert_eq!(list[0]["nets"][0]["address"], "10.0.0.10/24");
    host.zmgr("-q apply web01 --yes").success();
    assert!(host.read("/etc/zones/web01.xml").contains("10.0.0.77/24"));
    let list = host.json("list name=web01");
    assert_eq!(list[0]["nets"][0]["address"], "10.0.0.77/24");
}

#[test]
fn an_address_that_somebody_else_has_is_not_applied() {
    let host = host();
    host.zone_on_host("old01", "installed", "10.0.0.77/24");
    let before = host.read("/etc/zones/web01.xml");
    let failure = host.json_failure("set web01 net.internal.address=10.0.0.77/24", 7);
    assert_eq!(failure["code"], "zmgr::create::address_taken");
    host.zmgr("-q set web01 net.internal.address=10.0.0.77/24 --no-apply")
        .success();
    host.zmgr("-q apply web01 --yes").code(5);
    assert_eq!(host.read("/etc/zones/web01.xml"), before);
}
