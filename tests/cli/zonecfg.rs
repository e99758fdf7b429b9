//! The emulated host's `zonecfg`, which is `zmgr` under another name: zones made and changed without zmgr, and what zmgr makes of them.

use snapbox::cmd::{Command, OutputAssert};

use crate::support::TestHost;

const FLAVOURS: [&str; 2] = ["upstream", "omnios"];

/// Runs the host's zonecfg with these arguments and this standard input.
fn zonecfg(host: &TestHost, args: &[&str], input: &str) -> OutputAssert {
    // Whoever opens the host puts the link there.
    if !host.path("/usr/sbin/zonecfg").exists() {
        host.zmgr("list -q").success();
    }
    Command::new(host.path("/usr/sbin/zonecfg"))
        .env_clear()
        .env("ZMGR_EMULATED_HOST", host.path("/"))
        .args(args)
        .stdin(input)
        .assert()
}

fn printed(assert: &OutputAssert) -> String {
    String::from_utf8_lossy(&assert.get_output().stdout).into_owned()
}

fn said(assert: &OutputAssert) -> String {
    String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
}

#[test]
fn a_zone_is_made_the_old_way_and_imported() {
    for flavour in FLAVOURS {
        let host = TestHost::of_flavour(flavour);
        let made = zonecfg(
            &host,
            &[
                "-z",
                "old",
                "create -b; set zonepath=/zones/old; set brand=ipkg; set autoboot=true; set ip-type=exclusive; \
                 add net; set physical=old0; end",
            ],
            "",
        );
        made.success();
        let info = zonecfg(&host, &["-z", "old", "info", "net"], "").success();
        assert!(printed(&info).contains("physical: old0"));
        host.zmgr("import old --yes").success();
        assert!(host.read("/etc/zmgr/zones/old.kdl").contains("old0"));
        zonecfg(&host, &["-z", "old", "set", "autoboot=false"], "").success();
        let info = zonecfg(&host, &["-z", "old", "info", "autoboot"], "").success();
        assert_eq!(printed(&info), "autoboot: false\n");
        zonecfg(&host, &["-z", "old", "delete", "-F"], "").success();
        assert!(!host.path("/etc/zones/old.xml").exists());
    }
}

#[test]
fn commands_come_from_a_file_or_from_standard_input() {
    let host = TestHost::new();
    host.zmgr("list -q").success();
    let commands = "create -b\nset zonepath=/zones/a\nset brand=ipkg\n";
    host.write("/tmp/commands", commands);
    let file = host.path("/tmp/commands");
    let file = file.to_str().unwrap();
    zonecfg(&host, &["-z", "a", "-f", file], "").success();
    // The tool looks for the zone before it reads.
    let input = commands.replace("zones/a", "zones/b");
    let made = zonecfg(&host, &["-z", "b"], &input).success();
    assert_eq!(said(&made), "b: No such zone configured\n");
    assert_eq!(
        printed(&made),
        "Use 'create' to begin configuring a new zone.\n"
    );
    for zone in ["a", "b"] {
        let exported = zonecfg(&host, &["-z", zone, "export"], "").success();
        let expected = format!(
            "create -b\nset zonepath=/zones/{zone}\nset brand=ipkg\nset autoboot=false\nset ip-type=shared\n"
        );
        assert_eq!(printed(&exported), expected);
    }
    // `exit` ends the input, an error does not; in a file it does.
    let input = "set autoboot=maybe\nset bootargs=-v\nexit\nset bootargs=-s\n";
    let failed = zonecfg(&host, &["-z", "b"], input).code(1);
    assert_eq!(said(&failed), "autoboot value must be 'true' or 'false'.\n");
    assert!(host.read("/etc/zones/b.xml").contains("bootargs=\"-v\""));
    host.write("/tmp/commands", input);
    let failed = zonecfg(&host, &["-z", "a", "-f", file], "").code(1);
    let expected = format!("On line 1 of {file}:\nautoboot value must be 'true' or 'false'.\n");
    assert_eq!(said(&failed), expected);
    assert!(!host.read("/etc/zones/a.xml").contains("bootargs"));
}

#[test]
fn exit_statuses_are_those_of_the_tool() {
    let host = TestHost::new();
    for (args, status, expected) in [
        (
            &["-z", "none", "info"][..],
            1,
            "none: No such zone configured\n",
        ),
        (&["-z", "-a", "info"], 2, "-a: Bogus zone name\n"),
        (&["info"], 2, "usage:\tzonecfg help\n"),
        (
            &["-z", "none", "-f", "/nowhere"],
            1,
            "could not open file /nowhere: No such file or directory\n",
        ),
        (&["-z", "none", "-f", "/"], 1, "/ is not a regular file.\n"),
        (
            &["-z", "none", "delete"],
            1,
            "none: No such zone configured\n",
        ),
    ] {
        let assert = zonecfg(&host, args, "").code(status);
        assert!(
            said(&assert).starts_with(expected),
            "{args:?}: {}",
            said(&assert)
        );
    }
    let help = zonecfg(&host, &["help"], "").success();
    assert!(printed(&help).contains("create [-F]"));
}

/// What a dry run shows is what a person can type: the document is the same in the end.
#[test]
fn the_command_of_a_dry_run_makes_the_same_zone() {
    for flavour in FLAVOURS {
        let host = TestHost::of_flavour(flavour);
        let plan = host.zmgr("create web01 -n").success();
        let plan = printed(&plan);
        let line = plan
            .lines()
            .find_map(|line| line.trim_start().strip_prefix("zonecfg -z web01 '"))
            .unwrap_or_else(|| panic!("{plan}"));
        let commands = line.strip_suffix('\'').unwrap();
        zonecfg(&host, &["-z", "web01", commands], "").success();
        let by_hand = host.read("/etc/zones/web01.xml");
        zonecfg(&host, &["-z", "web01", "delete", "-F"], "").success();
        host.zmgr("create web01 --yes").success();
        // What is drawn or counted anew each time.
        // Without what is drawn or counted anew each time.
        let masked = |text: &str| -> String {
            let kept = |word: &&str| !word.starts_with("debugid=");
            let lines = text.lines().filter(|line| !line.contains("zmgr-id"));
            let words = lines.flat_map(|line| line.trim_end_matches('>').split(' '));
            words.filter(kept).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            masked(&by_hand),
            masked(&host.read("/etc/zones/web01.xml")),
            "{flavour}"
        );
    }
}

/// What `net … -n` shows for a zone that is there can be typed, and leads to the same document.
#[test]
fn the_command_for_an_installed_zone_changes_it() {
    for flavour in FLAVOURS {
        for (change, expected) in [
            (
                "net add web01 storage pool=internal stub=int0 defrouter=false",
                "'add net; ",
            ),
            (
                "net set web01 internal address=10.0.0.77",
                "'select net physical=\"web01_0\"; ",
            ),
            (
                "net remove web01 internal",
                "'remove net physical=\"web01_0\"'",
            ),
        ] {
            let host = TestHost::of_flavour(flavour);
            host.zmgr("create web01 --no-boot --yes").success();
            let before = host.read("/etc/zones/web01.xml");
            let plan = printed(&host.zmgr(&format!("{change} -n")).success());
            let line = plan
                .lines()
                .find_map(|line| line.trim_start().strip_prefix("zonecfg -z web01 "))
                .unwrap_or_else(|| panic!("{plan}"));
            assert!(line.starts_with(expected), "{line}");
            let commands = line.trim_matches('\'');
            zonecfg(&host, &["-z", "web01", commands], "").success();
            let by_hand = host.read("/etc/zones/web01.xml");
            assert_ne!(by_hand, before, "{line}");
            host.write("/etc/zones/web01.xml", &before);
            host.zmgr(&format!("{change} --yes")).success();
            let mut lines = [by_hand, host.read("/etc/zones/web01.xml")]
                .map(|text| text.lines().map(ToOwned::to_owned).collect::<Vec<_>>());
            // A resource that is changed moves behind the others.
            lines.iter_mut().for_each(|lines| lines.sort());
            assert_eq!(lines[0], lines[1], "{flavour}: {line}");
        }
    }
}
