//! prctl, rcapadm, poolbind and priocntl, as processes.
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]
#![allow(
    clippy::disallowed_methods,
    reason = "the commands are the thing tested"
)]

mod common;

use common::TestHost;
use illumos_emulation::{Flavour, kernel};

/// A host with a running zone `web1`.
fn running(flavour: Flavour, more: &str) -> TestHost {
    let host = TestHost::new(flavour);
    host.configure("web1", "brand=\"ipkg\" ip-type=\"exclusive\"", more);
    host.good("zoneadm -z web1 install");
    host.good("zoneadm -z web1 boot");
    host
}

#[test]
fn a_control_is_replaced_until_the_zone_halts() {
    let shares = "<rctl name=\"zone.cpu-shares\"><rctl-value priv=\"privileged\" limit=\"10\" action=\"none\"/></rctl>";
    let host = running(Flavour::Upstream, shares);
    let read = || host.good("prctl -P -n zone.cpu-shares -t privileged -i zone web1");
    assert_eq!(
        read(),
        "zone: 1: web1\nzone.cpu-shares privileged 10 - none -\n"
    );
    host.good("prctl -n zone.cpu-shares -t privileged -v 50 -r -i zone web1");
    assert_eq!(
        read(),
        "zone: 1: web1\nzone.cpu-shares privileged 50 - none -\n"
    );
    host.good("zoneadm -z web1 halt");
    assert_eq!(kernel::resources(&host.host, "web1"), None);
    host.good("zoneadm -z web1 boot");
    assert!(read().ends_with("zone.cpu-shares privileged 10 - none -\n"));
}

#[test]
fn what_is_not_there_is_set_and_not_replaced() {
    let host = running(Flavour::Upstream, "");
    let name = "-n zone.max-swap -t privileged";
    assert_eq!(
        host.bad(&format!("prctl {name} -v 1G -r -e deny -i zone web1")),
        "1001:\t/sbin/init\nprctl: no matching resource control to replace\n\n"
    );
    host.good(&format!("prctl {name} -v 1G -s -e deny -i zone web1"));
    let control = kernel::resources(&host.host, "web1")
        .unwrap()
        .controls
        .into_iter()
        .find(|control| control.name == "zone.max-swap")
        .unwrap();
    assert_eq!((control.value, control.action.as_str()), (1 << 30, "deny"));
    assert!(
        host.bad(&format!("prctl {name} -v 1G -s -i zone web1"))
            .contains("prctl: resource control already exists\n")
    );
    host.good(&format!("prctl {name} -x -i zone web1"));
    assert!(
        host.bad(&format!("prctl {name} -x -i zone web1"))
            .contains("no matching resource control found for deletion")
    );
}

#[test]
fn a_zone_without_processes_has_nothing_to_control() {
    let host = running(Flavour::Upstream, "");
    host.good("zoneadm -z web1 halt");
    host.good("zoneadm -z web1 ready");
    for id in ["web1", "2"] {
        assert_eq!(
            host.bad(&format!(
                "prctl -n zone.cpu-shares -t privileged -v 5 -r -i zone {id}"
            )),
            format!("prctl: {id}: No controllable process found in task, project, or zone.\n\n")
        );
    }
    assert_eq!(
        host.bad("prctl -n zone.cpu-shares -t privileged -v 5 -r -i zone web9"),
        "prctl: web9: unknown zone\n\n"
    );
}

#[test]
fn a_control_that_is_not_known_is_refused() {
    for (flavour, status) in [(Flavour::Upstream, 2), (Flavour::Omnios, 0)] {
        let host = running(flavour, "");
        let line = "prctl -n zone.max-physical-memory -t privileged -v 1G -s -i zone web1";
        let (found, _, err) = host.run(line);
        assert_eq!(found, status, "{err}");
        assert_eq!(
            err.starts_with("prctl: failed to get resource control for zone.max-physical-memory: Invalid argument\n"),
            flavour == Flavour::Upstream,
            "{err}"
        );
        assert_eq!(
            host.run("prctl -n zone.cpu-shares -t privileged -v 65536 -r -i zone web1")
                .0,
            2
        );
    }
}

#[test]
fn caps_pools_and_classes_are_those_of_the_kernel() {
    let host = running(Flavour::Upstream, "<mcap physcap=\"536870912\"/>");
    let resources = || kernel::resources(&host.host, "web1").unwrap();
    assert_eq!(resources().memory_cap, 512 << 20);
    host.good("rcapadm -z web1 -m 1G");
    assert_eq!(resources().memory_cap, 1 << 30);
    assert_eq!(
        host.bad("rcapadm -z web9 -m 1G"),
        "zone 'web9' must be running\n"
    );
    assert_eq!(
        host.bad("rcapadm -z web1 -m much"),
        "invalid max-rss value\n"
    );

    assert_eq!(
        host.bad("poolbind -p small -i zoneid web1"),
        "poolbind: couldn't open pools state file: Facility is not active\n"
    );
    let settings = host.host.path("emulation/settings");
    std::fs::write(settings, "pools=small,large\n").unwrap();
    host.good("poolbind -p small -i zoneid web1");
    assert_eq!(resources().pool, "small");
    assert!(
        host.bad("poolbind -p other -i zoneid 1")
            .starts_with("poolbind: binding zoneid 1 to pool 'other': ")
    );

    assert_eq!(resources().scheduling_class, "TS");
    host.good("priocntl -s -c FSS -i zoneid 1");
    assert_eq!(resources().scheduling_class, "FSS");
    assert!(
        host.bad("priocntl -s -c ABC -i zoneid 1")
            .contains("not configured")
    );
    assert!(
        host.bad("priocntl -s -c FSS -i zoneid 9")
            .contains("Invalid zoneid")
    );
}

#[test]
fn an_ordered_fault_leaves_the_value() {
    let host = running(Flavour::Upstream, "");
    let line = "prctl -n zone.cpu-shares -t privileged -v 7 -r -i zone web1";
    let mut command = host.command(line);
    let status = command
        .env("ZMGR_EMULATED_FAULT_FAIL", "prctl@1=1")
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
    let before = kernel::resources(&host.host, "web1").unwrap();
    assert_eq!(before.controls[0].value, 1);
    host.good(line);
    let after = kernel::resources(&host.host, "web1").unwrap();
    assert_eq!(after.controls[0].value, 7);
}
