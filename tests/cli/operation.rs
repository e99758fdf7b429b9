//! Zones made, run, destroyed and adopted; what is left when something fails or the process dies.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::TestHost;

const FLAVOURS: [&str; 2] = ["upstream", "omnios"];

/// Everything of the host that an operation may change, without what changes with time alone.
pub(crate) fn state(host: &TestHost) -> Vec<String> {
    let mut lines = Vec::new();
    for dir in [
        "etc/zones",
        "etc/zmgr",
        "var/zmgr/etherstubs",
        "var/zmgr/operations/open",
    ] {
        files(&host.path(dir), &mut lines);
    }
    for record in ["emulation/links", "emulation/datasets"] {
        let text = fs::read_to_string(host.path(record)).unwrap_or_default();
        let kept = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.starts_with("last-id"));
        lines.extend(kept.map(|line| format!("{record}: {line}")));
    }
    lines.sort();
    lines
}

fn files(dir: &Path, lines: &mut Vec<String>) {
    for entry in fs::read_dir(dir).into_iter().flatten().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files(&path, lines);
        } else if path.file_name().is_some_and(|name| name != "did.txt") {
            // The one left out is OmniOS's counter of debug ids.
            let text = fs::read_to_string(&path).unwrap_or_default();
            lines.push(format!("{}: {text}", path.display()));
        }
    }
}

/// A host with its documents.
fn host(flavour: &'static str) -> TestHost {
    let host = TestHost::of_flavour(flavour);
    host.zmgr("-q list").success();
    host
}

pub(crate) fn state_of(host: &TestHost, zone: &str) -> String {
    host.json(&format!("show {zone}"))["state"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn a_zone_comes_and_goes_without_a_trace() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let before = state(&host);
        let made = host.json("create web01");
        assert_eq!(made["operations"][0]["outcome"], "done");
        let shown = host.json("show web01");
        assert_eq!(shown["state"], "running");
        assert_eq!(shown["nets"][0]["address"], "10.0.0.10/24");
        assert_eq!(shown["nets"][0]["vnic"], "web01_0");
        assert!(host.read("etc/zones/web01.xml").contains("zmgr-id"));
        for (verb, state) in [
            ("halt", "installed"),
            ("boot", "running"),
            ("reboot", "running"),
            ("shutdown", "installed"),
        ] {
            host.zmgr(&format!("-q {verb} web01")).success();
            assert_eq!(state_of(&host, "web01"), state, "after {verb}");
        }
        host.zmgr("-q destroy web01 --yes").success();
        assert_eq!(state(&host), before, "{flavour}");
    }
}

#[test]
fn a_dry_run_changes_nothing() {
    let host = host("upstream");
    let before = state(&host);
    let plan = host.json("create web01 -n");
    assert_eq!(plan["dry-run"], true);
    let commands: Vec<&str> = plan["operations"][0]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|step| step["commands"].as_array().unwrap())
        .filter_map(Value::as_str)
        .collect();
    assert!(
        commands.contains(&"dladm create-vnic -l int0 web01_0"),
        "{commands:?}"
    );
    assert!(
        commands.contains(&"/usr/sbin/zoneadm -z web01 install"),
        "{commands:?}"
    );
    assert_eq!(state(&host), before);
    assert!(!host.path("var/zmgr").exists(), "not even a lock");
    host.zmgr("-q create web01 --no-boot").success();
    let before = state(&host);
    for command in [
        "destroy web01 -n",
        "boot web01 -n",
        "forget web01 -n",
        "import -n",
        "recover -n",
    ] {
        host.zmgr(&format!("-q {command}")).success();
        assert_eq!(state(&host), before, "{command}");
    }
}

#[test]
fn exit_statuses() {
    let host = host("upstream");
    host.json_failure("create web01 --template nosuch", 6);
    host.json_failure("create web01 --net nosuch=10.0.0.5", 2);
    host.json_failure("create .web", 2);
    host.json_failure("destroy web01 --yes", 6);
    host.json_failure("boot web01", 6);
    host.zmgr("-q create web01 --no-boot").success();
    host.json_failure("create web01", 7);
    host.json_failure("create web02 --net internal=10.0.0.10", 7);
    host.json_failure("reboot web01", 7);
    host.json_failure("destroy web01", 2);
    host.json_failure("import web01", 7);
    let unchanged = host.json("halt web01");
    assert_eq!(unchanged["operations"][0]["outcome"], "unchanged");
}

#[test]
fn options_end_up_in_the_registry_and_in_the_zone() {
    let host = host("upstream");
    host.zmgr("-q create web01 --no-boot --net internal=10.0.0.42 --set cpu-shares=20 --set capped-memory.swap=2G").success();
    let entry = host.read("etc/zmgr/zones/web01.kdl");
    assert!(entry.contains("cpu-shares 20"), "{entry}");
    let xml = host.read("etc/zones/web01.xml");
    assert!(
        xml.contains("10.0.0.42/24")
            && xml.contains("zone.cpu-shares")
            && xml.contains("zone.max-swap"),
        "{xml}"
    );
}

#[test]
fn several_at_once_get_several_addresses() {
    let host = host("upstream");
    host.zmgr("-q create web{number} --count 4 --no-boot")
        .success();
    let zones = host.json("list");
    let mut addresses: Vec<&str> = zones
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|zone| zone["nets"][0]["address"].as_str())
        .collect();
    addresses.sort_unstable();
    assert_eq!(
        addresses,
        [
            "10.0.0.10/24",
            "10.0.0.11/24",
            "10.0.0.12/24",
            "10.0.0.13/24"
        ]
    );
    let before_boot = host.json("boot web*");
    assert_eq!(before_boot["operations"].as_array().unwrap().len(), 4);
    host.zmgr("-q destroy web1 web2 web3 web4 --yes").success();
    assert_eq!(host.json("list"), Value::Array(Vec::new()));
}

#[test]
fn processes_that_create_together_share_nothing() {
    let host = host("upstream");
    std::thread::scope(|scope| {
        for number in 0..6 {
            let host = &host;
            scope.spawn(move || {
                host.zmgr(&format!("-q create z{number} --no-boot"))
                    .success()
            });
        }
    });
    let zones = host.json("list");
    let mut addresses: Vec<&str> = zones
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|zone| zone["nets"][0]["address"].as_str())
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    assert_eq!(addresses.len(), 6);
    assert_eq!(
        host.read("etc/zones/index")
            .lines()
            .filter(|line| line.starts_with('z'))
            .count(),
        6
    );
}

#[test]
fn a_step_that_fails_leaves_no_trace() {
    let faults = [
        "dladm_vnic_create@1=3",
        "zonecfg_save@1=15",
        "zoneadm install@1=1",
        "zoneadm boot@1=1",
        "file:link@1=28",
    ];
    for fault in faults {
        let host = host("upstream");
        let before = state(&host);
        let failed = host
            .command("-q create web01")
            .env("ZMGR_EMULATED_FAULT_FAIL", fault)
            .assert();
        let output = failed.get_output();
        assert_ne!(output.status.code(), Some(0), "{fault}");
        assert_eq!(
            state(&host),
            before,
            "{fault}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn a_crash_is_told_and_settled() {
    let host = host("upstream");
    let before = state(&host);
    let trace = host.path("trace");
    host.command("-q create web01")
        .env("ZMGR_EMULATED_FAULT_TRACE", &trace)
        .assert()
        .success();
    let points = fs::read_to_string(&trace).unwrap();
    let points: Vec<&str> = points.lines().collect();
    host.zmgr("-q destroy web01 --yes").success();
    let interesting = [
        "before zoneadm install",
        "after  dladm_vnic_create",
        "after  file:append",
    ];
    for point in interesting {
        let number = points
            .iter()
            .position(|line| line.contains(point))
            .unwrap_or_else(|| panic!("{point}: {points:#?}"))
            + 1;
        fs::remove_file(&trace).unwrap();
        host.command("-q create web01")
            .env("ZMGR_EMULATED_FAULT_TRACE", &trace)
            .env("ZMGR_EMULATED_FAULT_KILL", format!("{number}:machine"))
            .assert()
            .interrupted();
        if fs::read_dir(host.path("var/zmgr/operations/open")).is_ok_and(|mut dir| {
            dir.any(|entry| {
                entry
                    .unwrap()
                    .path()
                    .extension()
                    .is_some_and(|extension| extension == "jsonl")
            })
        }) {
            let told = host.zmgr("list").success();
            let told = String::from_utf8_lossy(&told.get_output().stderr).into_owned();
            assert!(told.contains("zmgr recover"), "{point}: {told}");
            host.json_failure("create web01", 7);
        }
        host.zmgr("-q recover").success();
        host.zmgr("-q recover").success();
        // A journal that never got its plan is removed with the old ones.
        host.zmgr("-q create other --no-boot").success();
        host.zmgr("-q destroy other --yes").success();
        assert_eq!(state(&host), before, "{point}");
    }
}

#[test]
fn a_creation_that_was_cut_short_can_be_finished_or_destroyed() {
    for settle in ["-q recover --resume", "-q destroy web01 --yes"] {
        let host = host("upstream");
        let before = state(&host);
        let trace = host.path("trace");
        host.command("-q create web01")
            .env("ZMGR_EMULATED_FAULT_TRACE", &trace)
            .assert()
            .success();
        let points = fs::read_to_string(&trace).unwrap();
        let number = points
            .lines()
            .position(|line| line.contains("after  zonecfg_save"))
            .unwrap()
            + 1;
        host.zmgr("-q destroy web01 --yes").success();
        fs::remove_file(&trace).unwrap();
        host.command("-q create web01")
            .env("ZMGR_EMULATED_FAULT_TRACE", &trace)
            .env("ZMGR_EMULATED_FAULT_KILL", number.to_string())
            .assert()
            .interrupted();
        host.zmgr(settle).success();
        if settle.contains("resume") {
            assert_eq!(state_of(&host, "web01"), "running");
            host.zmgr("-q destroy web01 --yes").success();
        }
        assert_eq!(state(&host), before, "{settle}");
    }
}

/// A link or a zone that cannot be looked at is not one that is not there: it would be left behind.
#[test]
fn what_cannot_be_looked_at_is_not_destroyed_around() {
    let host = host("upstream");
    host.zmgr("-q create web01").success();
    let before = state(&host);
    for fault in [
        "zone_getattr@1=5",
        "zone_getattr@2=5",
        "dladm_name2info@1=2",
        "dladm_vnic_info@1=2",
    ] {
        host.command("-q destroy web01 --yes")
            .env("ZMGR_EMULATED_FAULT_FAIL", fault)
            .assert()
            .code(1);
        assert_eq!(state(&host), before, "{fault}");
        assert_eq!(state_of(&host, "web01"), "running", "{fault}");
    }
    for fault in ["dladm_name2info@1=2", "dladm_vnic_info@1=2"] {
        host.zmgr("-q halt web01").success();
        host.command("-q net remove web01 internal")
            .env("ZMGR_EMULATED_FAULT_FAIL", fault)
            .assert()
            .code(1);
        assert_eq!(state(&host).len(), before.len(), "{fault}");
    }
    // Nor is an etherstub gone because somebody says so: that is told, and done by `recover`.
    host.command("-q destroy web01 --yes")
        .env("ZMGR_EMULATED_FAULT_FAIL", "dladm_vnic_delete@2=5")
        .assert()
        .code(5);
    host.zmgr("-q recover").success();
    assert!(!host.read("/emulation/links").contains("etherstub"));
}

/// Two zones need the etherstub. Neither the end of the one nor the undoing of the other, which found it there, may leave it.
#[test]
fn an_etherstub_goes_with_the_last_that_needed_it() {
    let host = host("upstream");
    let before = state(&host);
    host.zmgr("-q create web01 --no-boot").success();
    let trace = host.path("trace");
    host.command("-q create web02 --no-boot")
        .env("ZMGR_EMULATED_FAULT_TRACE", &trace)
        .assert()
        .success();
    let points = fs::read_to_string(&trace).unwrap();
    let point = |line: &str| line.contains("before dladm_vnic_create");
    let number = points.lines().position(point).unwrap() + 1;
    host.zmgr("-q destroy web02 --yes").success();
    fs::remove_file(&trace).unwrap();
    host.command("-q create web02 --no-boot")
        .env("ZMGR_EMULATED_FAULT_TRACE", &trace)
        .env("ZMGR_EMULATED_FAULT_KILL", number.to_string())
        .assert()
        .interrupted();
    host.zmgr("-q destroy web01 --yes").success();
    assert!(host.read("/emulation/links").contains("etherstub int0 "));
    host.zmgr("-q recover").success();
    assert_eq!(state(&host), before);
}

#[test]
fn an_imported_zone_is_made_again_from_its_entry() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        host.zmgr("-q create web01 --no-boot --set cpu-shares=20")
            .success();
        let made = host.read("etc/zmgr/zones/web01.kdl");
        host.zmgr("-q forget web01").success();
        assert_eq!(host.json("show web01")["managed"], false);
        let imported = host.json("import");
        assert_eq!(imported["zones"][0]["quality"], "settings", "{imported}");
        assert_eq!(imported["zones"][0]["template"], "default");
        assert_eq!(
            imported["zones"][0]["differences"],
            serde_json::json!(["cpu-shares"])
        );
        let entry = host.read("etc/zmgr/zones/web01.kdl");
        let without_time = |text: &str| {
            text.lines()
                .filter(|line| !line.contains("created"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(without_time(&entry), without_time(&made), "{flavour}");
        host.zmgr("-q destroy web01 --yes").success();
    }
}

#[test]
fn virtual_machines_are_not_imported() {
    let host = host("omnios");
    host.write(
        "etc/zones/index",
        "global:installed:/\nvm0:configured:/zones/vm0:\n",
    );
    host.write(
        "etc/zones/vm0.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE zone PUBLIC \"-//Sun Microsystems Inc//DTD Zones//EN\" \
         \"file:///usr/share/lib/xml/dtd/zonecfg.dtd.1\">\n\
         <zone name=\"vm0\" zonepath=\"/zones/vm0\" autoboot=\"false\" brand=\"bhyve\" ip-type=\"exclusive\"/>\n",
    );
    let imported = host.json("import");
    assert_eq!(imported["zones"], Value::Array(Vec::new()));
    assert_eq!(imported["skipped"][0]["name"], "vm0");
    host.json_failure("import vm0", 2);
}

#[test]
fn what_is_not_ours_stays() {
    let host = host("upstream");
    host.zmgr("-q create web01 --no-boot").success();
    // Another zone was made in its place.
    let xml = host
        .read("etc/zones/web01.xml")
        .replace("name=\"zmgr-id\"", "name=\"other\"");
    host.write("etc/zones/web01.xml", &xml);
    let before = state(&host);
    let failure = host.json_failure("destroy web01 --yes", 1);
    assert_eq!(failure["code"], "zmgr::destroy::not_ours");
    assert_eq!(state(&host), before);
}

#[test]
fn the_holder_of_a_lock_is_named() {
    let host = host("upstream");
    let settings = host.read("emulation/settings");
    host.write(
        "emulation/settings",
        &format!("{settings}\ninstall-seconds=3\n"),
    );
    let slow = host.command("-q create web01 --no-boot");
    std::thread::scope(|scope| {
        scope.spawn(move || slow.assert().success());
        let lock = host.path("var/zmgr/locks/zone.web01.lock");
        while fs::read_to_string(&lock).map_or(true, |text| text.is_empty()) {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let failure = host.json_failure("create web01 --lock-timeout 0", 7);
        let message = failure["message"].as_str().unwrap();
        assert!(
            message.contains("zone web01") && message.contains("pid"),
            "{message}"
        );
        // Other zones do not wait for the install.
        host.zmgr("-q create web02 --no-boot --lock-timeout 2")
            .success();
    });
}

#[test]
fn a_variable_that_nothing_uses_is_refused() {
    let host = host("upstream");
    host.write(
        "etc/zmgr/templates/owned.kdl",
        r#"template "owned" {
            brand "ipkg"
            variable "owner" "ops"
            attr "owner" type="string" value="{owner}"
            attr "site" type="string" value="{site}"
            net "internal" { pool "internal"; }
        }"#,
    );
    let before = state(&host);
    for (given, message, help) in [
        (
            "--var site=a --var owners=x",
            "template owned has no variable owners",
            "did you mean owner?",
        ),
        (
            "--var site=a --var zone=x",
            "the variable zone is the name of the zone",
            "give yours another name",
        ),
        (
            "--var owner=x",
            r#"template owned: "{site}" has {site}, and there is no variable "site""#,
            r#"add variable "site" "VALUE" to the template, or give --var site=VALUE"#,
        ),
    ] {
        let failure = host.json_failure(&format!("create web01 --template owned {given}"), 2);
        assert_eq!(failure["message"], message);
        assert_eq!(failure["help"], help);
        assert_eq!(state(&host), before);
    }
    host.zmgr("-q create web01 --template owned --var site=a --var owner=x --no-boot")
        .success();
}

/// What is made is worked out before the lock of the host is held, and once more if somebody has changed something until then.
#[test]
fn what_changes_before_the_lock_is_held_counts() {
    let stolen = r#"zone "other" {
    net "internal" { pool "internal"; address "ADDRESS/24"; vnic "other_0"; }
}"#;
    type Change = fn(&TestHost, &str);
    let changes: [Change; 5] = [
        |host, stolen| host.write("etc/zmgr/zones/other.kdl", stolen),
        // A zone made by hand, and one changed by hand.
        |host, _| host.zone_on_host("other", "installed", "10.0.0.11/24"),
        |host, _| {
            let config = host.read("etc/zones/web01.xml");
            assert!(config.contains("10.0.0.10/24"), "{config}");
            host.write(
                "etc/zones/web01.xml",
                &config.replace("10.0.0.10/24", "10.0.0.11/24"),
            );
        },
        |host, _| {
            let pool = host.read("etc/zmgr/pools/internal.kdl");
            let pool = pool.replace("range-end", "exclude \"10.0.0.11\"\n    range-end");
            host.write("etc/zmgr/pools/internal.kdl", &pool);
        },
        |host, _| {
            let entry = host.read("etc/zmgr/zones/web01.kdl");
            host.write("etc/zmgr/zones/web01.kdl", &entry.replace("0.10/", "0.11/"));
        },
    ];
    for change in changes {
        let host = host("upstream");
        host.zmgr("-q create web01 --no-boot").success();
        let plan = host.json("create web02 -n").to_string();
        assert!(
            plan.contains("10.0.0.11/24"),
            "else this tests nothing: {plan}"
        );
        let lock = fs::File::options()
            .write(true)
            .open(host.path("var/zmgr/locks/host.lock"))
            .unwrap();
        lock.lock().unwrap();
        let create = host.command("-q create web02 --no-boot");
        std::thread::scope(|scope| {
            scope.spawn(move || create.assert().success());
            std::thread::sleep(std::time::Duration::from_secs(1));
            change(&host, &stolen.replace("ADDRESS", "10.0.0.11"));
            drop(lock);
        });
        let web02 = host.json("show web02").to_string();
        assert!(web02.contains("10.0.0.12/24"), "{web02}");
    }
}

/// Two directories of documents share the host: what an operation of one takes is in no configuration yet, and in no entry of the other.
#[test]
fn an_address_that_an_operation_of_another_directory_takes() {
    let host = host("upstream");
    host.zmgr("-q create web01 --no-boot").success();
    for kind in ["pools", "templates", "publishers"] {
        for file in fs::read_dir(host.path("etc/zmgr").join(kind)).unwrap() {
            let file = file.unwrap().file_name().into_string().unwrap();
            let text = host.read(&format!("etc/zmgr/{kind}/{file}"));
            host.write(&format!("etc/lab/{kind}/{file}"), &text);
        }
    }
    let trace = host.path("trace");
    let create = || {
        host.command("-q create other --no-boot --config-dir")
            .arg(host.path("etc/lab"))
            .env("ZMGR_EMULATED_FAULT_TRACE", &trace)
    };
    create().assert().success();
    let points = fs::read_to_string(&trace).unwrap();
    let point = |line: &str| line.contains("before dladm_vnic_create");
    let number = points.lines().position(point).unwrap() + 1;
    host.command("-q destroy other --yes --config-dir")
        .arg(host.path("etc/lab"))
        .assert()
        .success();
    fs::remove_file(&trace).unwrap();
    create()
        .env("ZMGR_EMULATED_FAULT_KILL", number.to_string())
        .assert()
        .interrupted();
    assert!(
        host.read("etc/lab/zones/other.kdl")
            .contains("10.0.0.11/24")
    );
    assert!(!host.path("etc/zones/other.xml").exists());
    host.zmgr("-q create web02 --no-boot").success();
    let web02 = host.json("show web02").to_string();
    assert!(web02.contains("10.0.0.12/24"), "{web02}");
    host.zmgr("pool why 10.0.0.11 -q")
        .success()
        .stdout_eq("10.0.0.11 is in use by an unfinished create\n");
}
