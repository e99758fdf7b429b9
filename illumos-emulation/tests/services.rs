//! svcs and svcprop of zones, and what the first boot does with the files in a zone's root.
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]
#![allow(
    clippy::disallowed_methods,
    reason = "the commands are the thing tested"
)]

mod common;

use common::TestHost;
use illumos_emulation::Flavour;

const SERVER: &str = "svc:/milestone/multi-user-server:default";

/// A host with an installed zone `web1`.
fn installed(flavour: Flavour) -> TestHost {
    let host = TestHost::new(flavour);
    host.configure("web1", "brand=\"ipkg\" ip-type=\"exclusive\"", "");
    host.good("zoneadm -z web1 install");
    host
}

fn set(host: &TestHost, settings: &str) {
    std::fs::write(host.host.path("emulation/settings"), settings).unwrap();
}

fn write(host: &TestHost, path: &str, text: &str) {
    std::fs::write(host.host.path(&format!("/zones/web1/root{path}")), text).unwrap();
}

fn read(host: &TestHost, path: &str) -> String {
    std::fs::read_to_string(host.host.path(&format!("/zones/web1/root{path}"))).unwrap()
}

/// The state of an instance.
fn state(host: &TestHost, fmri: &str) -> String {
    host.good(&format!("svcs -z web1 -H -o state {fmri}"))
        .trim_end()
        .to_owned()
}

#[test]
fn services_come_online_look_by_look() {
    let host = installed(Flavour::Upstream);
    assert!(
        host.bad("svcs -z web1 -H -o state")
            .starts_with("svcs: zone 'web1': ")
    );
    set(&host, "smf-looks=3\n");
    host.good("zoneadm -z web1 boot");
    assert_eq!(
        host.bad(&format!("svcs -z web1 -H -o state,fmri {SERVER}")),
        "svcs: Could not bind to repository server for zone web1: repository server unavailable\n"
    );
    assert_eq!(state(&host, SERVER), "offline");
    assert_eq!(state(&host, "system/filesystem/root"), "online");
    assert_eq!(
        host.good(&format!("svcs -z web1 -H -o state,fmri {SERVER}")),
        format!("online         {SERVER}\n")
    );
    host.good("zoneadm -z web1 reboot");
    host.bad("svcs -z web1");
}

#[test]
fn a_service_in_maintenance_holds_those_that_need_it() {
    let host = installed(Flavour::Omnios);
    set(
        &host,
        "smf-maintenance=web1=svc:/milestone/network:default,web2=svc:/network/ssh:default\n",
    );
    host.good("zoneadm -z web1 boot");
    assert_eq!(state(&host, "milestone/network"), "maintenance");
    for waiting in ["single-user", "multi-user", SERVER, "ssh"] {
        assert_eq!(state(&host, waiting), "offline", "{waiting}");
    }
    let text = host.good("svcs -x -z web1");
    assert!(
        text.starts_with("svc:/milestone/network:default (network milestone)\n  Zone: web1\n State: maintenance since "),
        "{text}"
    );
    assert!(
        text.contains("   See: /zones/web1/root/var/svc/log/milestone-network:default.log\n"),
        "{text}"
    );
    assert_eq!(text.matches("State:").count(), 1, "{text}");
    assert_eq!(
        host.good("svcs -L -z web1 ssh"),
        "/zones/web1/root/var/svc/log/network-ssh:default.log\n"
    );
}

#[test]
fn all_zones_are_asked_at_once() {
    let host = installed(Flavour::Upstream);
    host.configure("web2", "brand=\"ipkg\" ip-type=\"exclusive\"", "");
    host.good("zoneadm -z web2 install");
    for zone in ["web1", "web2"] {
        host.good(&format!("zoneadm -z {zone} boot"));
    }
    let text = host.good(&format!("svcs -Za -H -o zone,state {SERVER}"));
    assert_eq!(text, "web1             online\nweb2             online\n");
    assert_eq!(host.good("svcs -H -o state system/zones"), "online\n");
    assert_eq!(
        host.good(&format!("svcprop -z web2 -p restarter/state {SERVER}")),
        "online\n"
    );
    host.bad(&format!("svcprop -z web2 -p no/such {SERVER}"));
}

#[test]
fn profiles_are_applied_and_wrong_ones_are_silent() {
    let host = installed(Flavour::Omnios);
    let profile = |fmri: &str, enabled: bool| {
        format!(
            "<?xml version='1.0'?>\n<service_bundle type='profile' name='x'><service name='{fmri}' version='1' type='service'>\
             <instance name='default' enabled='{enabled}'><property_group name='config' type='application'>\
             <propval name='colour' type='astring' value='dark red'/></property_group></instance></service></service_bundle>\n"
        )
    };
    write(
        &host,
        "/etc/svc/profile/site/zmgr.xml",
        &profile("network/ssh", false),
    );
    write(
        &host,
        "/etc/svc/profile/site/other.xml",
        &profile("no/such/service", true),
    );
    write(
        &host,
        "/etc/svc/profile/site/wrong.xml",
        "<service_bundle type='profile'>",
    );
    write(
        &host,
        "/etc/svc/profile/site/note.txt",
        &profile("system/cron", false),
    );
    host.good("zoneadm -z web1 boot");
    assert_eq!(state(&host, "ssh"), "disabled");
    assert_eq!(state(&host, "cron"), "online");
    assert_eq!(
        host.good("svcprop -z web1 -p config/colour ssh"),
        "dark\\ red\n"
    );
    let log = read(&host, "/var/svc/log/system-manifest-import:default.log");
    assert_eq!(
        log,
        "WARNING: svccfg apply /etc/svc/profile/site/wrong.xml failed\n"
    );
    // One that has not changed is not applied again.
    host.good("zoneadm -z web1 halt");
    let repository = read(&host, "/etc/svc/repository.db");
    let changed = repository.replace(
        "enabled svc:/network/ssh:default false",
        "enabled svc:/network/ssh:default true",
    );
    assert_ne!(repository, changed);
    write(&host, "/etc/svc/repository.db", &changed);
    host.good("zoneadm -z web1 boot");
    assert_eq!(state(&host, "ssh"), "online");
}

#[test]
fn the_host_name_is_that_of_the_file_or_the_zone() {
    for (file, name) in [
        (None, "web1"),
        (Some("shop.example.org\n"), "shop.example.org"),
        (Some("a b\n"), "a"),
    ] {
        let host = installed(Flavour::Upstream);
        if let Some(text) = file {
            write(&host, "/etc/nodename", text);
        }
        host.good("zoneadm -z web1 boot");
        assert_eq!(
            host.good("svcprop -z web1 -p config/nodename identity:node"),
            format!("{name}\n")
        );
    }
}

#[test]
fn the_script_of_the_first_boot_runs_once() {
    let host = installed(Flavour::Omnios);
    let script = host.host.path("/zones/web1/root/.initialboot");
    std::fs::write(
        &script,
        "set_timezone Europe/Zurich\nset_hostname shop\nexit 3\n",
    )
    .unwrap();
    host.good("zoneadm -z web1 boot");
    assert_eq!(state(&host, "initial-boot"), "maintenance");
    assert!(script.exists());
    std::fs::write(&script, "set_timezone Europe/Zurich\nset_hostname shop\n").unwrap();
    host.good("zoneadm -z web1 reboot");
    assert_eq!(state(&host, "initial-boot"), "online");
    assert!(!script.exists());
    assert!(read(&host, "/etc/default/init").contains("TZ=Europe/Zurich\n"));
    assert_eq!(read(&host, "/etc/nodename"), "shop\n");
    // Without the file the service is disabled from then on.
    host.good("zoneadm -z web1 reboot");
    std::fs::write(&script, "set_hostname other\n").unwrap();
    host.good("zoneadm -z web1 reboot");
    assert_eq!(state(&host, "initial-boot"), "disabled");
    assert_eq!(read(&host, "/etc/nodename"), "shop\n");
}

#[test]
fn sysding_runs_once_and_locks_an_empty_password() {
    let host = installed(Flavour::Upstream);
    write(
        &host,
        "/etc/sysding.conf",
        "setup_ns_dns example.org 'example.org' '10.0.0.2 10.0.0.3'\nsetup_timezone UTC\n",
    );
    assert!(read(&host, "/etc/shadow").starts_with("root::"));
    host.good("zoneadm -z web1 boot");
    assert!(read(&host, "/etc/resolv.conf").contains("nameserver 10.0.0.3\n"));
    assert!(read(&host, "/etc/nsswitch.conf").contains("hosts:      files dns\n"));
    assert!(read(&host, "/etc/shadow").starts_with("root:NP:"));
    write(&host, "/etc/sysding.conf", "setup_timezone Asia/Tokyo\n");
    host.good("zoneadm -z web1 reboot");
    assert!(read(&host, "/etc/default/init").contains("TZ=UTC\n"));
}

#[test]
fn the_first_boot_follows_no_link_out_of_the_zone() {
    let host = installed(Flavour::Omnios);
    let outside = host.beside("outside");
    std::fs::write(&outside, "kept\n").unwrap();
    for path in [
        "/etc/nodename",
        "/etc/default/init",
        "/etc/svc/repository.db",
    ] {
        let place = host.host.path(&format!("/zones/web1/root{path}"));
        let _ = std::fs::remove_file(&place);
        std::os::unix::fs::symlink(&outside, place).unwrap();
    }
    write(
        &host,
        "/.initialboot",
        "set_hostname shop\nset_timezone UTC\n",
    );
    host.good("zoneadm -z web1 boot");
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), "kept\n");
}

#[test]
fn a_clone_remembers_what_its_source_applied() {
    let host = installed(Flavour::Omnios);
    host.good("zoneadm -z web1 boot");
    host.good("zoneadm -z web1 halt");
    host.configure("web2", "brand=\"ipkg\" ip-type=\"exclusive\"", "");
    host.good("zoneadm -z web2 clone web1");
    let script = host.host.path("/zones/web2/root/.initialboot");
    std::fs::write(&script, "set_hostname shop\n").unwrap();
    host.good("zoneadm -z web2 boot");
    assert!(script.exists());
    let line = "svcs -z web2 -H -o state initial-boot";
    assert_eq!(host.good(line), "disabled\n");
}
