//! `doctor`: what does not belong together is found; what is ours is mended, and nothing else is touched.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::operation::state;
use crate::support::TestHost;

/// Runs `zmgr doctor ARGS --json`; what it found, as code, place and outcome.
fn findings(host: &TestHost, args: &str, status: i32) -> Vec<(String, String, String)> {
    let assert = host.zmgr(&format!("doctor {args} --json")).code(status);
    let view: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let finding = |finding: &Value| {
        assert!(!text(&finding["why"]).is_empty() && !text(&finding["what"]).is_empty());
        let code = text(&finding["code"]);
        let short = code.strip_prefix("zmgr::doctor::").unwrap().to_owned();
        (short, text(&finding["where"]), text(&finding["outcome"]))
    };
    view["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(finding)
        .collect()
}

fn codes(findings: &[(String, String, String)], outcome: &str) -> Vec<String> {
    let of = findings.iter().filter(|finding| finding.2 == outcome);
    let mut codes: Vec<String> = of.map(|finding| finding.0.clone()).collect();
    codes.sort();
    codes
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    for flavour in ["upstream", "omnios"] {
        let host = TestHost::of_flavour(flavour);
        assert_eq!(findings(&host, "", 0), []);
        host.zmgr("-q create web01").success();
        host.zmgr("-q create web02 --no-boot").success();
        host.program("dladm create-vnic -l int0 gz0").success();
        host.program("ipadm create-if gz0").success();
        assert_eq!(findings(&host, "", 0), [], "{flavour}");
        host.zmgr("-q halt web01").success();
        assert_eq!(findings(&host, "--fix", 0), [], "{flavour}");
        host.zmgr("-q destroy web01 web02 --yes").success();
        assert_eq!(findings(&host, "", 0), [], "{flavour}");
    }
}

#[test]
fn what_is_ours_is_mended_and_the_rest_is_told() {
    let host = TestHost::new();
    host.zmgr("-q create web01 --no-boot").success();
    host.zone_on_host("db01", "installed", "10.0.0.77/24");
    host.zone_in_registry("ghost", "10.0.0.88/24");
    // Ours.
    let index = host.read("/etc/zones/index");
    host.write("/etc/zones/index", &format!("{index}# edited"));
    host.write("/etc/zmgr/zones/.web01.kdl.ab12cd.new", "zone");
    let leftover = File::options()
        .write(true)
        .open(host.path("/etc/zmgr/zones/.web01.kdl.ab12cd.new"))
        .unwrap();
    leftover
        .set_modified(SystemTime::now() - Duration::from_secs(3600))
        .unwrap();
    host.write(
        "/etc/zmgr/zones/.web02.kdl.ab12cd.new",
        "young: it may be being written",
    );
    host.write("/var/zmgr/locks/zone.web07.lock", "");
    fs::set_permissions(host.path("/zones/web01"), Permissions::from_mode(0o755)).unwrap();
    host.program("dladm set-linkprop -p protection=ip-nospoof web01_0")
        .success();
    // Not ours, or not to be decided without a person.
    host.write("/etc/zones/.backup.123.db01", "<zone/>");
    host.write("/etc/zones/zonecfg.x1y2", "<zone/>");
    host.write(
        "/etc/zones/stray.xml",
        "<zone name=\"stray\" zonepath=\"/zones/stray\" brand=\"ipkg\">",
    );
    host.program("dladm create-vnic -l int0 stray0").success();
    host.program("zfs create -o org.zmgr:id=0123456789abcdef rpool/zones/old")
        .success();
    host.write("/emulation/settings", "zones-service=disabled\n");
    let ours = [
        "index_newline",
        "leftover",
        "link_protection",
        "stale_lock",
        "unsafe_zonepath",
    ];
    let told = [
        "crashed_save",
        "crashed_save",
        "dataset",
        "entry_without_zone",
        "no_vnic",
        "stray_configuration",
        "vnic_without_zone",
        "zone_without_entry",
        "zones_service",
    ];
    let found = findings(&host, "", 4);
    let mut all: Vec<&str> = ours.iter().chain(&told).copied().collect();
    all.sort_unstable();
    assert_eq!(codes(&found, "found"), all);
    let planned = findings(&host, "--fix -n", 4);
    assert_eq!(codes(&planned, "planned"), ours);
    assert_eq!(findings(&host, "", 4), found, "a dry run changed something");
    let fixed = findings(&host, "--fix", 5);
    assert_eq!(codes(&fixed, "fixed"), ours);
    assert_eq!(codes(&findings(&host, "", 4), "found"), told);
    for kept in [
        "/etc/zones/.backup.123.db01",
        "/etc/zones/zonecfg.x1y2",
        "/etc/zones/stray.xml",
        "/etc/zones/db01.xml",
        "/etc/zmgr/zones/ghost.kdl",
        "/etc/zmgr/zones/.web02.kdl.ab12cd.new",
        "/zones/old",
    ] {
        assert!(host.path(kept).exists(), "{kept}");
    }
    assert!(host.read("/emulation/links").contains(" stray0 "));
    let history = host.json("history").to_string();
    assert!(history.contains("\"doctor\""), "{history}");
    host.zmgr("-q boot web01").success();
}

#[test]
fn documents_that_others_can_write_are_refused_until_they_are_mended() {
    let host = TestHost::new();
    host.zmgr("-q create web01 --no-boot").success();
    for (path, mode) in [
        ("/etc/zmgr", 0o777),
        ("/etc/zmgr/pools", 0o775),
        ("/etc/zmgr/zones/web01.kdl", 0o666),
        ("/etc/zmgr/config.kdl", 0o664),
    ] {
        let safe = fs::metadata(host.path(path)).unwrap().permissions();
        fs::set_permissions(host.path(path), Permissions::from_mode(mode)).unwrap();
        for command in [
            "create web02 --no-boot",
            "destroy web01 --yes",
            "boot web01",
            "forget web01",
            "import",
            "recover",
            "pool set internal description=x",
            "init",
        ] {
            let failure = host.json_failure(command, 1);
            assert_eq!(
                failure["code"], "zmgr::file::unsafe_mode",
                "{path}: {command}"
            );
            let help = failure["help"].as_str().unwrap();
            assert!(
                help.contains("chmod go-w") && help.ends_with(path),
                "{help}"
            );
        }
        host.zmgr("-q list").success();
        let fixed = findings(&host, "--fix", 0);
        assert_eq!(codes(&fixed, "fixed"), ["unsafe_document"], "{path}");
        let mended = fs::metadata(host.path(path)).unwrap().permissions();
        assert_eq!(mended, safe, "{path}");
    }
    host.zmgr("-q destroy web01 --yes").success();
}

#[test]
fn a_symlink_of_a_document_stays_and_what_it_leads_to_is_looked_at() {
    let host = TestHost::new();
    host.zmgr("-q list").success();
    host.write(
        "/shared/internal.kdl",
        &host.read("/etc/zmgr/pools/internal.kdl"),
    );
    let link = host.path("/etc/zmgr/pools/internal.kdl");
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("../../../shared/internal.kdl", &link).unwrap();
    let target = host.path("/shared/internal.kdl");
    fs::set_permissions(&target, Permissions::from_mode(0o640)).unwrap();
    host.zmgr("-q pool set internal reserve=10.0.0.250")
        .success();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        fs::metadata(&target).unwrap().permissions().mode() & 0o7777,
        0o640
    );
    assert!(host.read("/shared/internal.kdl").contains("10.0.0.250"));
    fs::set_permissions(&target, Permissions::from_mode(0o666)).unwrap();
    let failure = host.json_failure("create web01 --no-boot", 1);
    assert_eq!(failure["code"], "zmgr::file::unsafe_mode");
    // Where a symlink leads is not ours to change.
    assert_eq!(
        codes(&findings(&host, "--fix", 4), "found"),
        ["unsafe_document"]
    );
}

#[test]
fn a_zone_that_is_stuck_is_told_with_advice() {
    let host = TestHost::new();
    host.zmgr("-q create web01").success();
    host.command("-q halt web01")
        .env("ZMGR_EMULATED_STUCK_HALT", "web01")
        .assert()
        .failure();
    let found = host.zmgr("doctor --json").code(4);
    let view: Value = serde_json::from_slice(&found.get_output().stdout).unwrap();
    let stuck = view["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["code"] == "zmgr::doctor::stuck_zone")
        .unwrap();
    assert!(
        stuck["commands"]
            .to_string()
            .contains("zoneadm -z web01 halt"),
        "{stuck}"
    );
}

#[test]
fn every_other_finding_is_told_and_nothing_of_it_is_touched() {
    let host = TestHost::new();
    for zone in ["web01", "web02", "web03", "web04", "web05", "web06"] {
        host.zmgr(&format!("-q create {zone} --no-boot")).success();
    }
    let entry = host.read("/etc/zmgr/zones/web01.kdl");
    let id = entry.split("id \"").nth(1).unwrap().get(..16).unwrap();
    let other = entry.replace(id, "0123456789abcdef");
    host.write("/etc/zmgr/zones/web01.kdl", &other);
    fs::remove_file(host.path("/etc/zones/web02.xml")).unwrap();
    host.write("/etc/zones/web03.xml", "<zone");
    host.program("dladm delete-vnic web04_0").success();
    host.program("dladm delete-vnic web05_0").success();
    host.program("dladm create-vnic -l igb0 web05_0").success();
    let record = host.path("/etc/zones/web05.xml");
    fs::set_permissions(record, Permissions::from_mode(0o666)).unwrap();
    host.write("/etc/zmgr/templates/odd.kdl", "template \"odd\" {");
    host.command("-q destroy web06 --yes")
        .env("ZMGR_EMULATED_FAULT_FAIL", "zoneadm uninstall@1=1")
        .assert()
        .failure();
    let before = state(&host);
    let found = findings(&host, "", 4);
    assert_eq!(
        codes(&found, "found"),
        [
            "another_zone",
            "bad_configuration",
            "document",
            "no_configuration",
            "no_vnic",
            "unsafe_record",
            "unsettled",
            "vnic_differs",
        ]
    );
    assert_eq!(findings(&host, "--fix", 4), found);
    assert_eq!(state(&host), before);
    let failed = host
        .command("doctor --json")
        .env("ZMGR_EMULATED_FAULT_FAIL", "zfs get@*=1")
        .assert()
        .code(4);
    let told = String::from_utf8_lossy(&failed.get_output().stdout).into_owned();
    assert!(told.contains("zmgr::doctor::unchecked"), "{told}");
}

/// What else there is of the kinds of findings above.
#[test]
fn every_state_mode_and_owner_counts() {
    let host = TestHost::new();
    let found = |wanted: &[(&str, &str)]| {
        let found = findings(&host, "", 4);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(code, place, _)| (code.as_str(), place.as_str()))
            .collect();
        for wanted in wanted {
            assert!(found.contains(wanted), "{wanted:?}: {found:?}");
        }
    };
    for zone in ["web01", "web02", "web03"] {
        host.zmgr(&format!("-q create {zone} --no-boot")).success();
    }
    host.zmgr("-q boot web01").success();
    let kernel = host.read("/emulation/kernel");
    host.write(
        "/emulation/kernel",
        &kernel.replace(" web01 4 ", " web01 5 "),
    );
    let index = host.read("/etc/zones/index");
    let incomplete = index.replace("web02:installed:", "web02:incomplete:");
    host.write("/etc/zones/index", &incomplete);
    found(&[("stuck_zone", "zone web01"), ("stuck_zone", "zone web02")]);
    host.write("/emulation/kernel", &kernel);
    host.write("/etc/zones/index", &index);
    host.zmgr("-q halt web01").success();

    host.program("dladm set-linkprop -p allowed-ips=10.0.0.10 web01_0")
        .success();
    found(&[("link_protection", "link web01_0")]);
    host.zmgr("-q doctor --fix").success();

    host.write("/emulation/settings", "zones-service=maintenance\n");
    found(&[("zones_service", "svc:/system/zones:default")]);
    fs::remove_file(host.path("/emulation/settings")).unwrap();

    let safe = fs::metadata(host.path("/etc/zones/index")).unwrap();
    let unsafe_mode = Permissions::from_mode(0o666);
    fs::set_permissions(host.path("/etc/zones/index"), unsafe_mode).unwrap();
    found(&[("unsafe_record", "/etc/zones/index")]);
    fs::set_permissions(host.path("/etc/zones/index"), safe.permissions()).unwrap();

    fs::rename(host.path("/zones/web03"), host.path("/zones/away")).unwrap();
    host.write("/zones/web03", "no directory");
    let mut expected = vec![("unsafe_zonepath", "/zones/web03")];
    if rustix::process::geteuid().is_root() {
        // Nobody else can give a directory away.
        std::os::unix::fs::chown(host.path("/zones/web02"), Some(60001), None).unwrap();
        expected.push(("unsafe_zonepath", "/zones/web02"));
    }
    found(&expected);
}

/// What cannot be looked at is told: nothing found would not be the truth.
#[test]
fn what_cannot_be_looked_at_is_told() {
    let told = |host: &TestHost, fault: &str| {
        let assert = host
            .command("doctor --json")
            .env("ZMGR_EMULATED_FAULT_FAIL", fault)
            .assert()
            .code(4);
        let view: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
        let unchecked = view["findings"].as_array().unwrap().iter();
        let unchecked = unchecked.filter(|finding| finding["code"] == "zmgr::doctor::unchecked");
        let places = unchecked.map(|finding| finding["where"].as_str().unwrap().to_owned());
        places.collect::<Vec<String>>()
    };
    let host = TestHost::new();
    host.zmgr("-q create web01 --no-boot").success();
    host.program("dladm create-vnic -l int0 stray0").success();
    assert_eq!(told(&host, "ipadm show-if@*=1"), ["the IP interfaces"]);
    assert_eq!(told(&host, "dladm_get_linkprop@*=2"), ["link web01_0"]);
    assert_eq!(told(&host, "dladm_open@2=2"), ["the links"]);
    for (directory, what) in [
        ("etherstubs", "the etherstubs"),
        ("locks", "the locks"),
        ("operations/open", "the journal"),
    ] {
        let path = host.path("/var/zmgr").join(directory);
        let away = path.with_extension("away");
        fs::rename(&path, &away).unwrap();
        fs::write(&path, "no directory").unwrap();
        assert_eq!(told(&host, ""), [what]);
        fs::remove_file(&path).unwrap();
        fs::rename(&away, &path).unwrap();
    }
    let id = "20260322T140415Z-0a1f";
    host.write(&format!("/var/zmgr/operations/open/{id}.jsonl"), "{}\n");
    let told = host.zmgr("doctor --json").code(4);
    let view: Value = serde_json::from_slice(&told.get_output().stdout).unwrap();
    let finding = view["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["code"] == "zmgr::doctor::unsettled")
        .unwrap();
    assert_eq!(finding["where"], format!("operation {id}"));
    assert_eq!(finding["commands"][0], format!("zmgr recover {id}"));
    host.zmgr("-q recover").code(5);
    let told = host.zmgr("doctor --json").code(4);
    let told = String::from_utf8_lossy(&told.get_output().stdout).into_owned();
    assert!(!told.contains(id), "{told}");
}

#[test]
fn an_etherstub_that_nothing_uses_is_deleted_if_it_is_ours() {
    let host = TestHost::new();
    host.zmgr("-q create web01 --no-boot").success();
    for name in ["old0", "their0"] {
        host.program(&format!("dladm create-etherstub {name}"))
            .success();
    }
    host.write("/var/zmgr/etherstubs/old0", "made by zmgr\n");
    let fixed = findings(&host, "--fix", 0);
    assert_eq!(codes(&fixed, "fixed"), ["etherstub"]);
    let links = host.read("/emulation/links");
    assert!(!links.contains("etherstub old0 "), "{links}");
    assert!(links.contains("etherstub their0 "), "{links}");
    assert!(links.contains("etherstub int0 "), "{links}");
    let before = state(&host);
    let operations = host.json("history").as_array().unwrap().len();
    assert_eq!(findings(&host, "--fix", 0), []);
    assert_eq!(state(&host), before);
    assert_eq!(host.json("history").as_array().unwrap().len(), operations);
}

#[test]
fn what_could_not_be_mended_is_told_as_left_and_recovered() {
    let host = TestHost::new();
    host.zmgr("-q create web01 --no-boot").success();
    let zonepath = host.path("/zones/web01");
    fs::set_permissions(&zonepath, Permissions::from_mode(0o755)).unwrap();
    let left = host
        .command("doctor --fix --json")
        .env("ZMGR_EMULATED_FAULT_FAIL", "file:chmod@1=5")
        .assert()
        .code(4);
    let view: Value = serde_json::from_slice(&left.get_output().stdout).unwrap();
    assert_eq!(view["findings"][0]["outcome"], "left", "{view}");
    host.zmgr("-q recover").success();
    let mode = fs::metadata(&zonepath).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode, 0o700);
    assert_eq!(findings(&host, "", 0), []);
}

/// The guide says of every code what it means.
#[test]
fn the_guide_names_every_finding() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = fs::read_to_string(root.join("../docs/guide/doctor.md")).unwrap();
    let reference = root.join("../docs/reference/diagnostics.md");
    let reference = fs::read_to_string(reference).unwrap();
    let mut named = 0;
    // How the command itself ends is no finding.
    let findings = reference
        .split('`')
        .filter(|word| word.starts_with("zmgr::doctor::") && *word != "zmgr::doctor::findings");
    for code in findings {
        assert!(guide.contains(&format!("`{code}`")), "{code}");
        named += 1;
    }
    assert!(named > 20, "{named}");
}
