//! Journals that are torn, damaged, somebody else's or settled by several at once.

use std::fs;
use std::path::PathBuf;

use snapbox::cmd::Command;

use crate::operation::{state, state_of};
use crate::support::TestHost;

const ID: &str = "20260322T140415Z-0a1f";

fn host() -> TestHost {
    let host = TestHost::new();
    host.zmgr("-q list").success();
    host
}

fn open(host: &TestHost) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(host.path("var/zmgr/operations/open"))
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .collect();
    found.sort();
    found
}

/// Runs a command that is killed at the first fault point with `point` in it, found out on a copy of the host.
fn killed(host: &TestHost, command: &str, point: &str) {
    let trace = host.path("trace");
    let copy = host.path("..").join("copy");
    let _ = fs::remove_dir_all(&copy);
    Command::new("/bin/cp")
        .args(["-a".as_ref(), host.path("").as_os_str(), copy.as_os_str()])
        .assert()
        .success();
    let real = host.path("").display().to_string();
    let on_copy = command.replace(&real, &format!("{}/", copy.display()));
    host.command(&on_copy)
        .env("ZMGR_EMULATED_HOST", &copy)
        .env("ZMGR_EMULATED_FAULT_TRACE", &trace)
        .assert()
        .success();
    let points = fs::read_to_string(&trace).unwrap();
    let number = points
        .lines()
        .position(|line| line.contains(point))
        .unwrap_or_else(|| panic!("{point}: {points}"))
        + 1;
    fs::remove_file(&trace).unwrap();
    host.command(command)
        .env("ZMGR_EMULATED_FAULT_KILL", number.to_string())
        .assert()
        .interrupted();
}

fn mkfifo(path: &std::path::Path) {
    Command::new("mkfifo").arg(path).assert().success();
}

/// Every kind of journal that cannot be read, put where an open journal lies.
const DAMAGED: [&str; 7] = [
    "garbage",
    "empty",
    "later",
    "torn",
    "directory",
    "fifo",
    "link",
];

fn damage(host: &TestHost, name: &str, how: &str) {
    let path = host.path(&format!("var/zmgr/operations/open/{name}.jsonl"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    match how {
        "garbage" => fs::write(path, "garbage\n").unwrap(),
        "empty" => fs::write(path, "").unwrap(),
        "later" => fs::write(path, "{\"record\":\"plan\",\"version\":99}\n").unwrap(),
        "torn" => {
            let zone = name.split(',').nth(1).unwrap_or("gone");
            let line = r#"{"record":"plan","version":1,"command":"zmgr boot ZONE","pid":1,"plan":{"operation":"boot","zones":["ZONE"],"st"#;
            fs::write(path, line.replace("ZONE", zone)).unwrap();
        }
        "directory" => fs::create_dir(path).unwrap(),
        "fifo" => mkfifo(&path),
        _ => std::os::unix::fs::symlink("/dev/zero", path).unwrap(),
    }
}

#[test]
fn a_journal_that_cannot_be_read_stops_nothing_else() {
    for how in DAMAGED {
        let host = host();
        host.zmgr("-q create web01").success();
        killed(&host, "-q create web03", "before zoneadm install");
        damage(&host, ID, how);
        for command in [
            "-q create web02 --no-boot",
            "-q halt web01",
            "-q pool reserve internal 10.0.0.80",
            "-q pool list",
            "-q pool why 10.0.0.10",
            "-q list",
            "-q history",
            "-q destroy web02 -y",
        ] {
            host.zmgr(command).success();
        }
        // It is not lost from sight.
        let told = host.zmgr("list").success();
        let told = String::from_utf8_lossy(&told.get_output().stderr).into_owned();
        assert!(
            told.contains("2 operations are unfinished"),
            "{how}: {told}"
        );
        let shown = host.json("history");
        let row = shown.as_array().unwrap().iter().find(|row| row["id"] == ID);
        assert_eq!(row.unwrap()["outcome"], "unreadable", "{how}");
        assert!(
            row.unwrap()["started"]
                .as_str()
                .unwrap()
                .starts_with("2026-03-22")
        );
        // The healthy one is settled, and the other set aside with what is known.
        let failure = host.json_failure("recover", 5).to_string();
        assert!(failure.contains("set-aside"), "{how}: {failure}");
        assert_eq!(failure.contains("boot gone"), how == "torn", "{failure}");
        assert_eq!(open(&host), Vec::<PathBuf>::new(), "{how}");
        host.zmgr("-q recover").success();
        host.zmgr("-q create web03 --no-boot").success();
        let shown = host.json("history");
        let rows = shown.as_array().unwrap();
        assert!(rows.iter().any(|row| row["id"] == ID), "{how}: still shown");
    }
}

/// The zones in the name of a journal, or in what is left of its first line, are those that it concerns.
#[test]
fn a_journal_that_cannot_be_read_concerns_its_zones() {
    for how in DAMAGED {
        let host = host();
        host.zmgr("-q create web01 --no-boot").success();
        host.zmgr("-q create gone --no-boot").success();
        damage(&host, &format!("{ID},web01,gone"), how);
        for command in ["boot web01", "set web01 autoboot=true", "forget gone -y"] {
            let failure = host.json_failure(command, 7);
            assert_eq!(
                failure["code"], "zmgr::recover::unsettled",
                "{how} {command}"
            );
            let help = failure["help"].as_str().unwrap();
            assert!(help.contains(&format!("zmgr recover {ID}")), "{help}");
        }
        host.zmgr("-q create web02 --no-boot").success();
        host.zmgr(&format!("-q recover {ID}")).code(5);
        host.zmgr("-q boot web01").success();
    }
    // An older zmgr did not write the zones into the name.
    let host = host();
    host.zmgr("-q create gone --no-boot").success();
    damage(&host, ID, "torn");
    host.json_failure("boot gone", 7);
}

/// A zone is destroyed with its journals, whatever they are like.
#[test]
fn a_destroyed_zone_leaves_no_journal_open() {
    for how in DAMAGED {
        let host = host();
        host.zmgr("-q create web01 --no-boot").success();
        damage(&host, &format!("{ID},web01"), how);
        host.zmgr("-q destroy web01 -y").success();
        assert_eq!(open(&host), Vec::<PathBuf>::new(), "{how}");
        host.zmgr("-q doctor").success();
    }
}

/// A disk without room: files become no longer than so many blocks, and a write may end in the middle of a record.
#[test]
fn a_record_that_does_not_fit_is_taken_back() {
    let mut torn = 0;
    for (command, limits) in [("create web01", [5, 6]), ("destroy old -y", [3, 4])] {
        // The command line is in the journal: a longer one moves the place where the room ends.
        for (limit, padding) in limits
            .into_iter()
            .flat_map(|limit| [0, 150, 300].map(|padding| (limit, padding)))
        {
            let host = host();
            host.zmgr("-q create old").success();
            let before = state(&host);
            let documents = host.path("etc").join("./".repeat(padding)).join("zmgr");
            let line = "trap '' XFSZ; ulimit -f $0; exec \"$@\"";
            let ended = Command::new("/bin/sh")
                .env_clear()
                .env("ZMGR_EMULATED_HOST", host.path(""))
                .args(["-c", line, &limit.to_string()])
                .arg(snapbox::cmd::cargo_bin("zmgr"))
                .args(["-q", "--config-dir"])
                .arg(documents)
                .args(command.split_whitespace())
                .assert();
            let output = ended.get_output();
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            let status = output.status.code();
            let place = format!("{command}, {limit} blocks, {padding}: {status:?} {told}");
            torn += usize::from(status == Some(5));
            assert_eq!(!open(&host).is_empty(), status == Some(5), "{place}");
            if status == Some(1) {
                assert_eq!(state(&host), before, "{place}");
            }
            host.zmgr("-q recover -y").success();
            assert_eq!(open(&host), Vec::<PathBuf>::new(), "{place}");
        }
    }
    assert!(torn >= 3, "the limits are beside the journals: {torn}");
}

#[test]
fn several_recoveries_at_once_settle_everything_once() {
    let host = host();
    let before = state(&host);
    for number in 1..4 {
        killed(
            &host,
            &format!("-q create web0{number} --no-boot"),
            "before zoneadm install",
        );
    }
    killed(
        &host,
        "-q pool reserve internal 10.0.0.80",
        "before file:rename",
    );
    let ids: Vec<String> = host
        .json("recover -n")
        .as_array()
        .unwrap()
        .iter()
        .map(|view| view["id"].as_str().unwrap().to_owned())
        .collect();
    assert!(ids.len() >= 3, "{ids:?}");
    std::thread::scope(|scope| {
        for number in 0..6 {
            let (host, ids) = (&host, &ids);
            scope.spawn(move || {
                let named = if number % 2 == 0 {
                    String::new()
                } else {
                    ids.join(" ")
                };
                host.zmgr(&format!("-q recover -y {named}")).success()
            });
        }
    });
    let settled = |state: Vec<String>| -> Vec<String> {
        state
            .into_iter()
            .filter(|line| !line.contains("pools/internal.kdl"))
            .collect()
    };
    assert_eq!(settled(state(&host)), settled(before));
    host.zmgr("-q doctor").success();
}

/// An operation is settled on the directory of documents that it was begun on.
#[test]
fn recovery_finds_the_documents_of_the_operation() {
    for explicit in ["", "--config-dir etc/zmgr "] {
        let host = host();
        host.zmgr("-q create web01 --no-boot").success();
        let lab = host.path("etc/lab");
        Command::new("/bin/cp")
            .args([
                "-a".as_ref(),
                host.path("etc/zmgr").as_os_str(),
                lab.as_os_str(),
            ])
            .assert()
            .success();
        let in_lab = format!("-q --config-dir {}", lab.display());
        let explicit = explicit.replace("etc/zmgr", &host.path("etc/zmgr").display().to_string());
        killed(
            &host,
            &format!("{in_lab} create x1 --no-boot"),
            "before zoneadm install",
        );
        assert!(lab.join("zones/x1.kdl").exists());
        host.zmgr(&format!("-q {explicit}recover -y")).success();
        assert!(!lab.join("zones/x1.kdl").exists());
        host.zmgr(&format!("{in_lab} create x1 --no-boot"))
            .success();
        killed(
            &host,
            &format!("{in_lab} destroy web01 -y"),
            "before zoneadm uninstall",
        );
        // The other directory's documents have nothing to do with it.
        host.zmgr("-q pool reserve internal 10.0.0.81").success();
        host.zmgr(&format!("-q {explicit}recover -y")).success();
        assert!(!lab.join("zones/web01.kdl").exists());
        assert!(host.path("etc/zmgr/zones/web01.kdl").exists());
    }
}

#[test]
fn recovery_refuses_when_the_documents_are_gone() {
    let host = host();
    let lab = host.path("etc/lab");
    Command::new("/bin/cp")
        .args([
            "-a".as_ref(),
            host.path("etc/zmgr").as_os_str(),
            lab.as_os_str(),
        ])
        .assert()
        .success();
    let in_lab = format!("-q --config-dir {}", lab.display());
    killed(
        &host,
        &format!("{in_lab} create x1 --no-boot"),
        "before zoneadm install",
    );
    let moved = host.path("etc/moved");
    fs::rename(&lab, &moved).unwrap();
    let failure = host.json_failure("recover", 1);
    assert_eq!(failure["code"], "zmgr::recover::documents");
    assert_eq!(open(&host).len(), 1);
    host.zmgr(&format!("-q --config-dir {} recover", moved.display()))
        .success();
    assert!(!moved.join("zones/x1.kdl").exists());
}

#[test]
fn recovery_removes_the_files_of_locks_that_nobody_holds() {
    let host = host();
    host.zmgr("-q create web01").success();
    host.write("var/zmgr/locks/zone.web01.lock", "");
    host.write("var/zmgr/locks/zone.gone.lock", "{}");
    host.zmgr("-q recover").success();
    for name in ["web01", "gone"] {
        assert!(
            !host
                .path(&format!("var/zmgr/locks/zone.{name}.lock"))
                .exists()
        );
    }
    host.zmgr("-q doctor").success();
    assert_eq!(state_of(&host, "web01"), "running");
}
