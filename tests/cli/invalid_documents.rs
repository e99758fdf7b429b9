//! One document that is invalid stops what needs it, and nothing else.

use crate::support::TestHost;

const JUNK: &str = "template \"junk\" {\n    brand\n";
const ONE: &str = "1 invalid document: `zmgr validate` says what is wrong";

fn stderr(assert: &snapbox::cmd::OutputAssert) -> String {
    String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
}

fn stdout(assert: &snapbox::cmd::OutputAssert) -> String {
    String::from_utf8_lossy(&assert.get_output().stdout).into_owned()
}

fn host() -> TestHost {
    let host = TestHost::new();
    host.zmgr("list -q").success();
    host
}

#[test]
fn a_template_that_nobody_needs_stops_nothing() {
    let host = host();
    host.write("/etc/zmgr/templates/junk.kdl", JUNK);
    for command in [
        "create web01 --no-boot",
        "pool list",
        "template list",
        "publisher list",
        "net set web01 internal address=10.0.0.77",
        "boot web01",
        "wait web01 --state running --timeout 5s",
        "shutdown web01",
        "destroy web01 --yes",
    ] {
        let assert = host.zmgr(command).success();
        let text = stderr(&assert);
        let told: Vec<&str> = text
            .lines()
            .filter(|line| line.contains("invalid"))
            .collect();
        assert_eq!(told, [format!("warning: {ONE}")], "{command}: {text}");
        assert!(!text.contains("junk"), "{command}: {text}");
    }
}

/// `list` reads entries, and of templates those alone that they name.
#[test]
fn a_list_says_in_one_line_that_entries_are_invalid() {
    let host = host();
    host.write("/etc/zmgr/templates/junk.kdl", JUNK);
    host.zone_in_registry("web01", "10.0.0.10/24");
    assert!(!stderr(&host.zmgr("list").success()).contains("invalid"));
    host.write(
        "/etc/zmgr/zones/odd.kdl",
        "zone \"odd\" { bogus 1; worse 2; }\n",
    );
    let assert = host.zmgr("list").success();
    assert!(stdout(&assert).contains("web01"));
    let text = stderr(&assert);
    let told: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("invalid"))
        .collect();
    assert_eq!(told, [format!("warning: {ONE}")], "{text}");
}

#[test]
fn several_documents_are_one_line() {
    let host = host();
    host.write("/etc/zmgr/templates/junk.kdl", JUNK);
    host.write("/etc/zmgr/publishers/none.kdl", "publisher \"none\" {\n");
    host.write(
        "/etc/zmgr/zones/odd.kdl",
        "zone \"odd\" { bogus 1; worse 2; }\n",
    );
    let text = stderr(&host.zmgr("create web01 -n").success());
    assert!(
        text.contains("3 invalid documents: `zmgr validate` says what is wrong"),
        "{text}"
    );
}

#[test]
fn what_is_needed_stops_a_creation() {
    let host = host();
    host.write("/etc/zmgr/templates/junk.kdl", JUNK);
    host.write(
        "/etc/zmgr/templates/child.kdl",
        "template \"child\" {\n    extends \"junk\"\n}\n",
    );
    for template in ["junk", "child"] {
        let failed = host
            .zmgr(&format!("create a --template {template} -n"))
            .code(3);
        assert!(stderr(&failed).contains("junk.kdl:"), "{}", stderr(&failed));
    }
    host.write(
        "/etc/zmgr/pools/internal.kdl",
        "pool \"internal\" {\n    bogus 1\n}\n",
    );
    let failed = host.zmgr("create a -n").code(3);
    assert!(
        stderr(&failed).contains("internal.kdl:"),
        "{}",
        stderr(&failed)
    );
    host.write("/etc/zmgr/config.kdl", "zonepath 1\n");
    let failed = host.zmgr("create a -n").code(3);
    assert!(
        stderr(&failed).contains("config.kdl:"),
        "{}",
        stderr(&failed)
    );
}

/// An entry that cannot be read has its addresses all the same.
#[test]
fn the_addresses_of_an_invalid_entry_are_given_to_nobody() {
    let host = host();
    host.zone_in_registry("odd", "10.0.0.10/24");
    let entry = host.read("/etc/zmgr/zones/odd.kdl");
    host.write("/etc/zmgr/zones/odd.kdl", &format!("{entry}bogus 1\n"));
    host.zmgr("create web01 --no-boot").success();
    assert!(
        host.read("/etc/zmgr/zones/web01.kdl")
            .contains("10.0.0.11/24")
    );
    let refused = host
        .zmgr("create web02 --net internal=10.0.0.10 -n")
        .code(7);
    assert!(
        stderr(&refused).contains("zone odd"),
        "{}",
        stderr(&refused)
    );
    let path = host.path("/etc/zmgr/zones/odd.kdl");
    std::fs::write(&path, b"zone \"odd\" { // \xff\n}\n").unwrap();
    let refused = host.zmgr("create web02 -n").code(1);
    assert!(
        stderr(&refused).contains("the addresses of zone odd are not known"),
        "{}",
        stderr(&refused)
    );
    host.zmgr("create web02 -n --assume-free").success();
}

#[test]
fn the_import_of_all_zones_leaves_out_the_one_with_an_invalid_entry() {
    let host = host();
    for (name, address) in [
        ("a1", "10.0.0.31/24"),
        ("a2", "10.0.0.32/24"),
        ("a3", "10.0.0.33/24"),
    ] {
        host.zone_on_host(name, "installed", address);
    }
    host.write(
        "/etc/zmgr/zones/a2.kdl",
        "zone \"a2\" { brand \"ipkg\"; bogus 1; }\n",
    );
    for command in ["import -n", "import"] {
        let assert = host.zmgr(command).code(5);
        let (out, err) = (stdout(&assert), stderr(&assert));
        assert!(
            out.contains("a1") && out.contains("a3") && !out.contains("a2"),
            "{out}"
        );
        assert!(
            err.contains("zone a2 is skipped: its entry zones/a2.kdl is invalid"),
            "{err}"
        );
    }
    assert!(host.path("/etc/zmgr/zones/a1.kdl").exists());
    assert!(host.path("/etc/zmgr/zones/a3.kdl").exists());
    let failed = host.zmgr("import a2").code(1);
    assert!(
        stderr(&failed).contains("zmgr forget a2"),
        "{}",
        stderr(&failed)
    );
    // What is said works: no circle.
    let failed = host.zmgr("destroy a2 --yes").code(3);
    let text = stderr(&failed);
    assert!(
        text.contains("zmgr forget a2") && text.contains("a2.kdl:1:"),
        "{text}"
    );
    host.zmgr("forget a2").success();
    host.zmgr("import a2").success();
    host.zmgr("destroy a2 --yes").success();
}

#[test]
fn no_zone_is_imported_without_its_pool_because_that_is_invalid() {
    let host = host();
    host.zone_on_host("a1", "installed", "10.0.0.31/24");
    host.zone_on_host("b1", "installed", "192.0.2.31/24");
    let pool = host.read("/etc/zmgr/pools/internal.kdl");
    host.write(
        "/etc/zmgr/pools/internal.kdl",
        &pool.replace("    gateway", "    bogus 1\n    gateway"),
    );
    let assert = host.zmgr("import").code(5);
    assert!(
        stderr(&assert).contains("zone a1 is skipped: net a10 may have its addresses from pool internal, which is invalid"),
        "{}",
        stderr(&assert)
    );
    assert!(!host.path("/etc/zmgr/zones/a1.kdl").exists());
    assert!(host.path("/etc/zmgr/zones/b1.kdl").exists());
    host.write("/etc/zmgr/pools/internal.kdl", &pool);
    host.zmgr("import").success();
    assert!(
        host.read("/etc/zmgr/zones/a1.kdl")
            .contains("pool \"internal\"")
    );
}

/// How long an invalid pool keeps an address back is not forgotten.
#[test]
fn a_quarantine_outlives_an_invalid_pool() {
    let host = host();
    host.zmgr("pool set internal quarantine 1h").success();
    host.zmgr("create web01 web02 --no-boot").success();
    let pool = host.read("/etc/zmgr/pools/internal.kdl");
    host.zmgr("destroy web01 --yes").success();
    host.write("/etc/zmgr/pools/internal.kdl", "pool \"internal\" {\n");
    host.zmgr("destroy web02 --yes").success();
    host.write("/etc/zmgr/pools/internal.kdl", &pool);
    host.zmgr("create web03 --no-boot").success();
    assert!(
        host.read("/etc/zmgr/zones/web03.kdl")
            .contains("10.0.0.12/24")
    );
}
