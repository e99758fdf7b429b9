//! What was there before is never taken away, and what is a zone's own goes with it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::operation::state;
use crate::support::TestHost;

fn host() -> TestHost {
    let host = TestHost::new();
    host.zmgr("-q list").success();
    host
}

const PLAIN: &str = "template \"plain\" {\n    brand \"sn1\"\n    zonepath \"/plain/{zone}\"\n    net \"internal\" {\n        pool \"internal\"\n    }\n}\n";

/// A host with a template whose zonepaths are plain directories.
fn plain_host() -> TestHost {
    let host = host();
    host.write("etc/zmgr/templates/plain.kdl", PLAIN);
    fs::create_dir(host.path("plain")).unwrap();
    host
}

/// Installs fail once the brand has begun.
fn installs_fail(host: &TestHost) {
    let settings = fs::read_to_string(host.path("emulation/settings")).unwrap_or_default();
    host.write(
        "emulation/settings",
        &format!("{settings}publishers-without-entire=openindiana.org\n"),
    );
}

#[test]
fn a_dataset_that_is_at_the_zonepath_is_left_alone() {
    for prepare in [
        "zfs create -o quota=10G rpool/zones/web01",
        "zfs create rpool/zones/web01",
    ] {
        let host = host();
        installs_fail(&host);
        host.program(prepare).success();
        fs::write(host.path("zones/web01/notes.txt"), "my notes").unwrap();
        host.program("zfs snapshot rpool/zones/web01@before")
            .success();
        let before = state(&host);
        for command in ["create web01 -n", "create web01"] {
            let failure = host.json_failure(command, 7);
            assert_eq!(failure["code"], "zmgr::create::zonepath");
            let message = failure["message"].as_str().unwrap();
            assert!(message.contains("rpool/zones/web01"), "{message}");
            assert!(message.contains("notes.txt"), "{message}");
        }
        assert_eq!(state(&host), before);
        assert_eq!(host.read("zones/web01/notes.txt"), "my notes");
    }
}

#[test]
fn files_and_directories_at_the_zonepath_are_left_alone() {
    let host = plain_host();
    let path = host.path("plain/web01");
    fs::create_dir(&path).unwrap();
    fs::write(path.join("notes.txt"), "my notes").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    for command in ["create web01 -n", "create web01"] {
        let failure = host.json_failure(&format!("{command} --template plain"), 7);
        assert!(failure["message"].as_str().unwrap().contains("notes.txt"));
    }
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
        0o755
    );
    assert_eq!(host.read("plain/web01/notes.txt"), "my notes");
    fs::remove_dir_all(&path).unwrap();
    // A file, and a symlink, which would lead elsewhere.
    fs::write(&path, "a file").unwrap();
    host.json_failure("create web01 --template plain", 7);
    assert_eq!(host.read("plain/web01"), "a file");
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/tmp", &path).unwrap();
    host.json_failure("create web01 --template plain", 7);
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
}

#[test]
fn an_empty_directory_is_as_before_when_the_installation_fails() {
    for mode in [Some(0o755), Some(0o700), Some(0o2750), None] {
        for fault in ["zoneadm install@1=1", "zoneadm boot@1=1"] {
            let host = plain_host();
            let path = host.path("plain/web01");
            if let Some(mode) = mode {
                fs::create_dir(&path).unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            }
            host.command("-q create web01 --template plain --boot")
                .env("ZMGR_EMULATED_FAULT_FAIL", fault)
                .assert()
                .code(1);
            let found = fs::metadata(&path).ok();
            let found = found.map(|found| found.permissions().mode() & 0o7777);
            assert_eq!(found, mode, "{fault}");
            assert!(fs::read_dir(&path).into_iter().flatten().next().is_none());
        }
    }
}

#[test]
fn the_vnic_of_an_imported_zone_stays() {
    for (made, links) in [
        ("dladm create-vnic -l igb0 pay0", false),
        ("dladm create-vnic -t -l igb0 pay0", false),
        ("dladm create-vnic -l igb0 pay0", true),
    ] {
        let host = host();
        host.program(made).success();
        host.zone_on_host("pay", "configured", "10.0.0.70/24");
        host.zmgr("-q import pay -y").success();
        let option = if links { "--links" } else { "" };
        let planned = host.json(&format!("destroy pay -n {option}")).to_string();
        assert_eq!(planned.contains("delete-vnic pay0"), links, "{planned}");
        assert_eq!(planned.contains("destroy --links pay"), !links, "{planned}");
        host.zmgr(&format!("-q destroy pay -y {option}")).success();
        let there = host.read("emulation/links").contains("pay0");
        assert_eq!(there, !links, "{made}");
    }
}

/// A temporary VNIC is not one that zmgr makes, whatever it is called.
#[test]
fn a_temporary_vnic_in_the_place_of_ours_stays() {
    let host = host();
    host.zmgr("-q create web01 --no-boot").success();
    host.program("dladm delete-vnic web01_0").success();
    host.program("dladm create-vnic -t -l int0 web01_0")
        .success();
    host.zmgr("-q destroy web01 -y").success();
    assert!(host.read("emulation/links").contains("web01_0"));
}

/// Zones that were detached, or whose configuration was deleted, leave their datasets, which bear their mark.
#[test]
fn a_zone_that_is_not_installed_any_more_is_destroyed_with_its_datasets() {
    for how in ["detached", "deconfigured"] {
        let host = host();
        let before = state(&host);
        host.zmgr("-q create web01 --no-boot").success();
        if how == "detached" {
            host.program("zoneadm -z web01 detach").success();
        } else {
            let index = host.read("etc/zones/index");
            let kept = index.lines().filter(|line| !line.starts_with("web01:"));
            let kept: String = kept.map(|line| format!("{line}\n")).collect();
            host.write("etc/zones/index", &kept);
            fs::remove_file(host.path("etc/zones/web01.xml")).unwrap();
        }
        let planned = host.json("destroy web01 -n").to_string();
        assert!(
            planned.contains("zfs destroy -r rpool/zones/web01"),
            "{how}: {planned}"
        );
        host.zmgr("-q destroy web01 -y").success();
        assert_eq!(state(&host), before, "{how}");
        host.zmgr("-q create web01 --no-boot").success();
    }
}

/// The mark is that of another zone: somebody has put another dataset in its place.
#[test]
fn a_dataset_with_another_mark_is_not_destroyed_with_a_zone() {
    let host = host();
    host.zmgr("-q create web01 --no-boot").success();
    host.program("zoneadm -z web01 detach").success();
    host.program("zfs set org.zmgr:id=0123456789abcdef rpool/zones/web01")
        .success();
    host.zmgr("-q destroy web01 -y");
    assert!(
        host.read("emulation/datasets")
            .contains("rpool/zones/web01")
    );
}

#[test]
fn what_others_put_below_a_zonepath_is_told_and_stays() {
    // A dataset, with and without a configuration.
    for detach in [false, true] {
        let host = host();
        host.zmgr("-q create web01 --no-boot").success();
        if detach {
            host.program("zoneadm -z web01 detach").success();
        }
        host.program("zfs create rpool/zones/web01/data").success();
        fs::write(host.path("zones/web01/data/file"), "mine").unwrap();
        let planned = host.json("destroy web01 -n").to_string();
        assert!(planned.contains("data"), "{planned}");
        let failure = host.json_failure("destroy web01 -y", 5).to_string();
        assert!(
            failure.contains("zfs destroy -r rpool/zones/web01"),
            "{failure}"
        );
        assert_eq!(host.read("zones/web01/data/file"), "mine");
        assert!(
            host.path("etc/zmgr/zones/web01.kdl").exists(),
            "it says what is left"
        );
        host.program("zfs destroy -r rpool/zones/web01").success();
        host.zmgr("-q recover").success();
        assert!(!host.path("etc/zmgr/zones/web01.kdl").exists());
    }
    // Files.
    let host = plain_host();
    host.zmgr("-q create web01 --template plain --no-boot")
        .success();
    host.write("plain/web01/etc/ipf.conf", "block in all");
    let failure = host.json_failure("destroy web01 -y", 5).to_string();
    assert!(failure.contains("rm -r /plain/web01"), "{failure}");
    assert_eq!(host.read("plain/web01/etc/ipf.conf"), "block in all");
    fs::remove_dir_all(host.path("plain/web01")).unwrap();
    host.zmgr("-q destroy web01 -y").success();
    host.zmgr("-q create web01 --template plain --no-boot")
        .success();
}

/// zoneadmd died between the two things that it does when a zone halts: the links still have what it set on them.
#[test]
fn a_zone_whose_halt_was_cut_short_boots_after_recovery() {
    let host = host();
    host.zmgr("-q create web01").success();
    let running = host.read("emulation/links");
    let trace = host.path("trace");
    host.command("-q halt web01")
        .env("ZMGR_EMULATED_FAULT_TRACE", &trace)
        .assert()
        .success();
    let points = fs::read_to_string(&trace).unwrap();
    let number = points
        .lines()
        .position(|line| line.contains("after  zoneadm halt"));
    host.zmgr("-q boot web01").success();
    host.command("-q halt web01")
        .env(
            "ZMGR_EMULATED_FAULT_KILL",
            (number.unwrap() + 1).to_string(),
        )
        .assert()
        .interrupted();
    let line = |text: &str, of: &str| {
        text.lines()
            .find(|line| line.contains(of))
            .unwrap()
            .to_owned()
    };
    let links = host.read("emulation/links");
    let (down, up) = (line(&links, "web01_0"), line(&running, "web01_0"));
    assert_ne!(down, up);
    // As it was while the zone ran, but for whose link it is.
    let up: Vec<&str> = up
        .split(' ')
        .filter(|word| !word.starts_with("zone="))
        .collect();
    host.write("emulation/links", &links.replace(&down, &up.join(" ")));
    host.zmgr("-q recover").success();
    host.zmgr("-q doctor").success();
    host.zmgr("-q boot web01").success();
}
