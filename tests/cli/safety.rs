//! Nothing that is another's is deleted, nothing is lost: ownership, privileges, busy things, signals.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use snapbox::cmd::Command;

use crate::operation::{state, state_of};
use crate::support::TestHost;

/// A destroy of web01 that must be refused before anything is begun.
fn refused(host: &TestHost, what: &str) {
    let before = state(host);
    let failure = host.json_failure("destroy web01 --yes", 1);
    assert_eq!(failure["code"], "zmgr::destroy::not_ours", "{failure}");
    let message = failure["message"].as_str().unwrap();
    assert!(message.contains(what), "{message}");
    assert_eq!(state(host), before, "{what}");
}

#[test]
fn the_datasets_of_a_zone_are_marked() {
    let host = TestHost::new();
    host.zmgr("-q create web01 --no-boot").success();
    let entry = host.read("/etc/zmgr/zones/web01.kdl");
    let datasets = host.read("/emulation/datasets");
    let line = datasets
        .lines()
        .find(|line| line.starts_with("rpool/zones/web01 "))
        .unwrap();
    let id = line
        .split_whitespace()
        .find_map(|word| word.strip_prefix("org.zmgr:id="))
        .unwrap();
    assert!(entry.contains(id), "{entry}");
    host.program(&format!("zfs set org.zmgr:id=f{id} rpool/zones/web01"))
        .success();
    refused(&host, "rpool/zones/web01");
    // Without a mark, as a zone has that an earlier zmgr made, the configuration alone says whose it is.
    let unmarked = host
        .read("/emulation/datasets")
        .replace(&format!("org.zmgr:id=f{id}"), "");
    host.write("/emulation/datasets", &unmarked);
    host.zmgr("-q destroy web01 --yes").success();
}

#[test]
fn a_link_that_is_not_the_zone_s_keeps_it_from_being_destroyed() {
    let host = TestHost::new();
    host.zmgr("-q create web01 --no-boot").success();
    host.program("dladm delete-vnic web01_0").success();
    host.program("dladm create-vnic -l igb0 web01_0").success();
    refused(&host, "igb0");
    host.program("dladm delete-vnic web01_0").success();
    host.program("dladm create-vnic -l int0 -v 7 web01_0")
        .success();
    refused(&host, "VLAN id 7");
    host.program("dladm delete-vnic web01_0").success();
    host.program("dladm create-etherstub web01_0").success();
    let warned = host.zmgr("-q destroy web01 --yes").success();
    drop(warned);
    assert!(host.read("/emulation/links").contains("etherstub web01_0"));
}

#[test]
fn an_entry_that_names_the_link_of_another_is_refused() {
    let host = TestHost::new();
    host.zmgr("-q create web01 --no-boot").success();
    host.zmgr("-q create db1 --no-boot").success();
    host.zmgr("-q forget db1").success();
    let entry = host.read("/etc/zmgr/zones/web01.kdl");
    host.write(
        "/etc/zmgr/zones/web01.kdl",
        &entry.replace("web01_0", "db1_0"),
    );
    refused(&host, "db1_0");
}

#[test]
fn another_mac_address_is_another_link() {
    let host = TestHost::new();
    host.zmgr("-q create web01 --no-boot").success();
    let entry = host.read("/etc/zmgr/zones/web01.kdl");
    let fixed = entry.replace(
        "vnic \"web01_0\"",
        "vnic \"web01_0\"\n        mac-address \"2:8:20:1:2:3\"",
    );
    assert_ne!(fixed, entry);
    host.write("/etc/zmgr/zones/web01.kdl", &fixed);
    refused(&host, "MAC address");
}

#[test]
fn without_privileges_nothing_is_begun() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("left out: only root can become another user");
        return;
    }
    let host = TestHost::new();
    host.zmgr("-q create web01").success();
    fs::set_permissions(
        host.path("/").parent().unwrap(),
        Permissions::from_mode(0o755),
    )
    .unwrap();
    let before = state(&host);
    let program = snapbox::cmd::cargo_bin("zmgr");
    for command in [
        "create web02",
        "destroy web01 --yes",
        "halt web01",
        "shutdown web01",
        "reboot web01",
        "import",
        "forget web01",
        "recover",
        "pool set internal description=x",
        "template remove default --yes",
        "doctor --fix",
        "init",
    ] {
        let run = Command::new("setpriv")
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(&program)
            .args(command.split(' '))
            .arg("--json")
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("ZMGR_EMULATED_HOST", host.path("/"))
            .assert();
        let output = run.get_output();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.code() == Some(126) || output.status.code() == Some(127) {
            eprintln!("left out: another user cannot start {}", program.display());
            return;
        }
        assert_eq!(output.status.code(), Some(1), "{command}: {told}");
        assert!(told.contains("zmgr::privilege"), "{command}: {told}");
        assert_eq!(state(&host), before, "{command}");
    }
}

#[test]
fn a_plumbed_link_is_named_and_the_rest_is_cleaned_up() {
    let host = TestHost::new();
    host.zmgr("-q list").success();
    let before = state(&host);
    host.zmgr("-q create web01 --no-boot").success();
    host.program("ipadm create-if web01_0").success();
    let failure = host.json_failure("destroy web01 --yes", 5);
    let told = failure.to_string();
    assert!(
        told.contains("web01_0") && told.contains("ipadm show-if"),
        "{told}"
    );
    assert!(!host.path("/etc/zones/web01.xml").exists());
    assert!(
        host.path("/etc/zmgr/zones/web01.kdl").exists(),
        "it says what is left"
    );
    host.program("ipadm delete-if web01_0").success();
    host.zmgr("-q recover").success();
    assert_eq!(state(&host), before);
}

#[test]
fn a_zone_that_does_not_go_down_keeps_what_it_has() {
    let host = TestHost::new();
    host.zmgr("-q list").success();
    let before = state(&host);
    host.zmgr("-q create web01").success();
    let stuck = host
        .command("destroy web01 --yes --json")
        .env("ZMGR_EMULATED_STUCK_HALT", "web01")
        .assert()
        .failure();
    let told = String::from_utf8_lossy(&stuck.get_output().stderr).into_owned();
    assert!(told.contains("web01"), "{told}");
    assert!(host.read("/emulation/links").contains(" web01_0 "));
    assert!(host.path("/etc/zmgr/zones/web01.kdl").exists());
    host.zmgr("-q recover").success();
    assert_eq!(state(&host), before);
}

#[test]
fn a_zoneadm_at_work_is_waited_for_and_named() {
    let host = TestHost::new();
    host.zmgr("-q create web01 --no-boot").success();
    host.program("zoneadm -z web01 uninstall -F").success();
    let trace = host.path("/trace");
    let mut install = spawn(
        &host,
        &host.path("/usr/sbin/zoneadm"),
        "-z web01 install",
        &[
            ("ZMGR_EMULATED_INSTALL_SECONDS", "4"),
            ("ZMGR_EMULATED_FAULT_TRACE", trace.to_str().unwrap()),
        ],
    );
    until_installing(&host, &trace);
    let failure = host.json_failure("destroy web01 --yes --lock-timeout 0", 7);
    assert_eq!(failure["code"], "zmgr::zone::busy");
    let told = failure.to_string();
    assert!(told.contains(&install.id().to_string()), "{told}");
    assert_eq!(host.json("history").as_array().unwrap().len(), 1, "create");
    // Nothing of either was lost: the zone is installed, and then destroyed.
    host.zmgr("-q destroy web01 --yes --lock-timeout 30")
        .success();
    assert!(install.wait().unwrap().success());
    assert_eq!(host.json("list"), serde_json::json!([]));
}

/// Holds the lock of a zone as `zoneadm` does until it is dropped.
fn zoneadm_lock(host: &TestHost, zone: &str) -> fs::File {
    let path = host.path(&format!("/var/run/zones/{zone}.zoneadm.lock"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = fs::File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .unwrap();
    let operation = rustix::fs::FlockOperation::NonBlockingLockExclusive;
    rustix::fs::fcntl_lock(&file, operation).unwrap();
    file
}

#[test]
fn while_a_zoneadm_works_on_the_zone_nothing_is_begun() {
    let host = TestHost::new();
    host.zmgr("-q create web01 --no-boot").success();
    host.zmgr("-q create web02").success();
    let locks: Vec<fs::File> = ["web01", "web02", "web03"]
        .iter()
        .map(|zone| zoneadm_lock(&host, zone))
        .collect();
    let refused = |command: &str| {
        let before = state(&host);
        let operations = host.json("history").as_array().unwrap().len();
        let failure = host.json_failure(&format!("{command} --lock-timeout 0"), 7);
        assert_eq!(failure["code"], "zmgr::zone::busy", "{command}: {failure}");
        let message = failure["message"].as_str().unwrap();
        let pid = format!("process {} holds", std::process::id());
        assert!(message.contains(&pid), "{command}: {message}");
        assert_eq!(state(&host), before, "{command}");
        let after = host.json("history").as_array().unwrap().len();
        assert_eq!(after, operations, "{command} is in the journal");
    };
    for command in [
        "create web03",
        "destroy web01 --yes",
        "destroy web02 --yes",
        "boot web01",
        "halt web02",
        "shutdown web02",
        "reboot web02",
        "net add web01 lab mode=dhcp stub=igb0",
        "net set web01 internal maxbw=100M",
        "net remove web01 internal",
    ] {
        refused(command);
    }
    // With more time it is waited for.
    let letting_go = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(600));
        drop(locks);
    });
    let begun = Instant::now();
    host.zmgr("-q reboot web02 --lock-timeout 30").success();
    assert!(begun.elapsed() >= Duration::from_millis(400), "not waited");
    letting_go.join().unwrap();
    host.zmgr("-q destroy web01 web02 --yes").success();
}

#[test]
fn recovery_waits_for_a_zoneadm_too() {
    let host = TestHost::new();
    host.zmgr("-q list").success();
    let before = state(&host);
    let trace = host.path("/trace");
    host.command("-q create web01")
        .env("ZMGR_EMULATED_FAULT_TRACE", &trace)
        .env("ZMGR_EMULATED_FAULT_KILL", "300:machine")
        .assert()
        .interrupted();
    assert_ne!(state(&host), before);
    let lock = zoneadm_lock(&host, "web01");
    let cut_short = state(&host);
    let failure = host.json_failure("recover --lock-timeout 0", 7);
    assert_eq!(failure["code"], "zmgr::zone::busy", "{failure}");
    assert_eq!(state(&host), cut_short);
    drop(lock);
    host.zmgr("-q recover").success();
    assert_eq!(state(&host), before);
}

/// Starts a program of the host, or zmgr, whose output nobody reads.
#[expect(
    clippy::disallowed_methods,
    reason = "the program is sent signals while it runs"
)]
fn spawn(
    host: &TestHost,
    program: &std::path::Path,
    args: &str,
    variables: &[(&str, &str)],
) -> Child {
    std::process::Command::new(program)
        .args(args.split(' '))
        .env_clear()
        .env("ZMGR_EMULATED_HOST", host.path("/"))
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn signal(child: &Child, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(pid, signal).unwrap();
}

/// Waits until the zone is being installed.
fn until_installing(host: &TestHost, trace: &std::path::Path) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !fs::read_to_string(trace).is_ok_and(|text| text.contains("zoneadm install: packages")) {
        assert!(
            Instant::now() < deadline,
            "no install: {:?}",
            host.path("/")
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn signals_undo_what_was_done() {
    use rustix::process::Signal;
    for sent in [Signal::INT, Signal::TERM, Signal::HUP] {
        let host = TestHost::new();
        host.zmgr("-q list").success();
        let before = state(&host);
        let trace = host.path("/trace");
        let variables = [
            ("ZMGR_EMULATED_INSTALL_SECONDS", "20"),
            ("ZMGR_EMULATED_FAULT_TRACE", trace.to_str().unwrap()),
        ];
        let program = snapbox::cmd::cargo_bin("zmgr");
        let mut create = spawn(&host, &program, "-q create web01", &variables);
        until_installing(&host, &trace);
        let begun = Instant::now();
        signal(&create, sent);
        assert_eq!(create.wait().unwrap().code(), Some(130), "{sent:?}");
        assert!(
            begun.elapsed() < Duration::from_secs(18),
            "it waited for the install"
        );
        assert_eq!(state(&host), before, "{sent:?}");
    }
}

#[test]
fn a_second_signal_leaves_the_rest_to_recovery() {
    use rustix::process::Signal;
    let host = TestHost::new();
    host.zmgr("-q list").success();
    let before = state(&host);
    let trace = host.path("/trace");
    let variables = [
        ("ZMGR_EMULATED_INSTALL_SECONDS", "3"),
        ("ZMGR_EMULATED_FAULT_TRACE", trace.to_str().unwrap()),
    ];
    let program = snapbox::cmd::cargo_bin("zmgr");
    let mut create = spawn(&host, &program, "-q create web01", &variables);
    until_installing(&host, &trace);
    signal(&create, Signal::INT);
    std::thread::sleep(Duration::from_millis(5));
    signal(&create, Signal::INT);
    assert_eq!(create.wait().unwrap().code(), Some(130));
    host.zmgr("-q recover").success();
    assert_eq!(state(&host), before);
}

#[test]
fn a_reader_that_is_gone_loses_nothing() {
    for args in ["create web01 --no-boot", "create web01 --no-boot --json"] {
        let host = TestHost::new();
        host.zmgr("-q list").success();
        let before = state(&host);
        let program = snapbox::cmd::cargo_bin("zmgr");
        let mut create = spawn(&host, &program, args, &[]);
        drop((create.stdout.take(), create.stderr.take()));
        let status = create.wait().unwrap();
        assert!(status.code().is_some(), "{args}: ended by a signal");
        assert_eq!(state_of(&host, "web01"), "installed", "{args}");
        host.zmgr("-q destroy web01 --yes").success();
        assert_eq!(state(&host), before, "{args}");
    }
}
