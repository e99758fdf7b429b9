//! zoneadm, zfs and pkg as subprocesses, which off illumos are this program under their names.
#![cfg(not(target_os = "illumos"))]
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

mod common;

use std::time::Duration;

use common::{Flavour, TestHost, config, flavours, name};
use illumos::command::{Command, Stream};
use illumos::zone::lifecycle::{self, Verb};
use illumos::zone::{self, ZoneState};
use illumos::{ErrorKind, ips, zfs};
use illumos_emulation::kernel;

fn silent(_: Stream, _: &str) {}

fn state(zone: &str) -> ZoneState {
    zone::get(&name(zone)).unwrap().state
}

fn run(zone: &str, verb: Verb) -> illumos::Result<()> {
    lifecycle::run(
        &name(zone),
        verb,
        &[],
        Some(Duration::from_secs(60)),
        &mut silent,
    )
}

#[test]
fn a_zone_goes_through_its_states() {
    for flavour in flavours() {
        let _host = TestHost::new(flavour);
        config("web01").create().unwrap();
        let mut lines = Vec::new();
        lifecycle::run(&name("web01"), Verb::Install, &[], None, &mut |_, line| {
            lines.push(line.to_owned());
        })
        .unwrap();
        assert!(!lines.is_empty());
        let installed = zone::get(&name("web01")).unwrap();
        assert_eq!(installed.state, ZoneState::Installed);
        assert!(installed.uuid.is_some());
        run("web01", Verb::Verify).unwrap();
        run("web01", Verb::Boot).unwrap();
        let running = zone::get(&name("web01")).unwrap();
        assert_eq!(running.state, ZoneState::Running);
        assert!(running.id.is_some_and(|id| id > 0));
        assert_eq!(zone::list().unwrap(), [running]);
        run("web01", Verb::Reboot).unwrap();
        run("web01", Verb::Shutdown).unwrap();
        assert_eq!(state("web01"), ZoneState::Installed);
        run("web01", Verb::Boot).unwrap();
        run("web01", Verb::Halt).unwrap();
        run("web01", Verb::Uninstall).unwrap();
        assert_eq!(state("web01"), ZoneState::Configured);
        assert_eq!(zone::get(&name("web01")).unwrap().uuid, None);
    }
}

#[test]
fn a_state_that_does_not_allow_the_verb_is_busy() {
    let _host = TestHost::new(Flavour::Upstream);
    config("web01").create().unwrap();
    for verb in [
        Verb::Boot,
        Verb::Halt,
        Verb::Shutdown,
        Verb::Reboot,
        Verb::Uninstall,
    ] {
        let error = run("web01", verb).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
        assert!(error.to_string().contains("configured"), "{error}");
    }
    assert_eq!(
        run("nosuch", Verb::Boot).unwrap_err().kind(),
        ErrorKind::NotFound
    );
}

#[test]
fn a_zone_that_is_torn_down_is_not_booted() {
    for (status, expected) in [(5, ZoneState::ShuttingDown), (7, ZoneState::Down)] {
        let host = TestHost::new(Flavour::Upstream);
        config("web01").create().unwrap();
        run("web01", Verb::Install).unwrap();
        let zone = kernel::KernelZone {
            name: "web01".to_owned(),
            status,
            root: "/zones/web01/root/".to_owned(),
            ip_type: "excl".to_owned(),
            ..kernel::KernelZone::default()
        };
        kernel::put(&host.host, zone).unwrap();
        assert_eq!(state("web01"), expected);
        // zoneadm answers with exit status 0.
        assert!(
            Command::new("/usr/sbin/zoneadm")
                .args(["-z", "web01", "boot"])
                .run(&mut silent)
                .is_ok()
        );
        let error = run("web01", Verb::Boot).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert!(error.to_string().contains(expected.as_str()), "{error}");
    }
}

#[test]
fn a_zonepath_that_a_shell_would_change_is_refused() {
    let host = TestHost::new(Flavour::Upstream);
    host.document("web01", "", "");
    host.append_to_index("web01:configured:/zones/$(reboot):\n");
    let error = run("web01", Verb::Install).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("shell"), "{error}");
}

#[test]
fn what_the_program_said_is_in_the_error() {
    let _host = TestHost::new(Flavour::Upstream);
    let error = Command::new("/usr/sbin/zoneadm")
        .args(["-z", "nosuch", "boot"])
        .run(&mut silent)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Failed);
    let text = error.to_string();
    assert!(
        text.contains("/usr/sbin/zoneadm -z nosuch boot") && text.contains("exit status 1"),
        "{text}"
    );
    assert!(text.contains("No such zone configured"), "{text}");
}

#[test]
fn a_program_that_the_host_does_not_have_is_unsupported() {
    let _host = TestHost::new(Flavour::Upstream);
    // Started under such a name, this program would be itself.
    let error = Command::new("/usr/sbin/nosuch")
        .run(&mut silent)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn datasets_are_created_read_and_destroyed() {
    for flavour in flavours() {
        let _host = TestHost::new(flavour);
        assert!(
            zfs::list()
                .unwrap()
                .iter()
                .any(|dataset| dataset.name == "rpool" && dataset.mounted && !dataset.zoned)
        );
        let parent = zfs::mounted_at("/zones").unwrap().unwrap();
        assert_eq!(parent.name, "rpool/zones");
        zfs::create(
            "rpool/data",
            &[("mountpoint", "/data"), ("org.example:note", "a b")],
        )
        .unwrap();
        assert_eq!(
            zfs::create("rpool/data", &[]).unwrap_err().kind(),
            ErrorKind::AlreadyExists
        );
        assert_eq!(
            zfs::create("rpool/no/such", &[]).unwrap_err().kind(),
            ErrorKind::NotFound
        );
        assert_eq!(
            zfs::mounted_at("/data").unwrap().unwrap().name,
            "rpool/data"
        );
        assert_eq!(
            zfs::get("rpool/data", "org.example:note")
                .unwrap()
                .as_deref(),
            Some("a b")
        );
        assert_eq!(zfs::get("rpool/data", "org.example:none").unwrap(), None);
        zfs::set("rpool/data", "quota", "1073741824").unwrap();
        assert_eq!(
            zfs::get("rpool/data", "quota").unwrap().as_deref(),
            Some("1073741824")
        );
        assert_eq!(
            zfs::get("rpool/nosuch", "quota").unwrap_err().kind(),
            ErrorKind::NotFound
        );
        assert_eq!(
            zfs::set("rpool/data", "nosuchproperty", "1")
                .unwrap_err()
                .kind(),
            ErrorKind::Invalid
        );
        zfs::create("rpool/data/child", &[]).unwrap();
        assert_eq!(
            zfs::destroy("rpool/data", false).unwrap_err().kind(),
            ErrorKind::Busy
        );
        zfs::destroy("rpool/data", true).unwrap();
        assert_eq!(
            zfs::destroy("rpool/data", false).unwrap_err().kind(),
            ErrorKind::NotFound
        );
    }
}

#[test]
fn a_mount_point_that_a_zone_chose_is_not_believed() {
    let _host = TestHost::new(Flavour::Upstream);
    zfs::create("rpool/data", &[("mountpoint", "/evil")]).unwrap();
    assert!(zfs::mounted_at("/evil").unwrap().is_some());
    zfs::set("rpool/data", "zoned", "on").unwrap();
    assert_eq!(zfs::mounted_at("/evil").unwrap(), None);
}

fn setting(name: &str, origins: &[&str]) -> ips::Setting {
    ips::Setting {
        name: name.to_owned(),
        origins: origins.iter().map(|uri| uri.parse().unwrap()).collect(),
        mirrors: Vec::new(),
        sticky: true,
        rank: ips::Rank::Unchanged,
        enable: false,
    }
}

fn shown(publishers: &[ips::Publisher]) -> Vec<String> {
    let one = |publisher: &ips::Publisher| {
        let uris = |uris: &[ips::RepositoryUri]| -> Vec<String> {
            uris.iter().map(ToString::to_string).collect()
        };
        format!(
            "{}{}{} {} {}",
            publisher.name,
            if publisher.sticky { "" } else { " non-sticky" },
            if publisher.enabled { "" } else { " disabled" },
            uris(&publisher.origins).join(","),
            uris(&publisher.mirrors).join(",")
        )
    };
    publishers.iter().map(one).collect()
}

#[test]
fn publishers_of_an_image_are_read_and_set() {
    let _host = TestHost::new(Flavour::Omnios);
    let before = shown(&ips::publishers("/").unwrap());
    assert_eq!(
        before,
        [
            "omnios https://pkg.omnios.org/r151054/core/ ",
            "extra.omnios https://pkg.omnios.org/r151054/extra/ ",
        ]
    );
    let mut new = setting(
        "example.org",
        &["https://b.example.org", "https://a.example.org/"],
    );
    new.sticky = false;
    new.mirrors = vec!["http://m".parse().unwrap()];
    new.apply("/").unwrap();
    let with = |line: &str| [before.clone(), vec![line.to_owned()]].concat();
    let set =
        with("example.org non-sticky https://a.example.org/,https://b.example.org/ http://m/");
    assert_eq!(shown(&ips::publishers("/").unwrap()), set);
    new.apply("/").unwrap();
    assert_eq!(shown(&ips::publishers("/").unwrap()), set);
    setting("example.org", &["https://c.example.org"])
        .apply("/")
        .unwrap();
    assert_eq!(
        shown(&ips::publishers("/").unwrap()),
        with("example.org https://c.example.org/ ")
    );
    let mut behind = setting("example.org", &["https://c.example.org"]);
    behind.rank = ips::Rank::After("omnios".to_owned());
    behind.apply("/").unwrap();
    let names = || -> Vec<String> {
        ips::publishers("/")
            .unwrap()
            .into_iter()
            .map(|publisher| publisher.name)
            .collect()
    };
    assert_eq!(names(), ["omnios", "example.org", "extra.omnios"]);
    behind.rank = ips::Rank::First;
    behind.apply("/").unwrap();
    assert_eq!(names(), ["example.org", "omnios", "extra.omnios"]);
    assert_eq!(
        ips::publishers("/nosuch").unwrap_err().kind(),
        ErrorKind::NotFound
    );
}

#[test]
fn a_disabled_publisher_is_enabled_only_where_that_is_asked() {
    let host = TestHost::new(Flavour::Omnios);
    std::fs::write(
        host.host.dir().join("var/pkg/publishers"),
        "omnios enabled=false origin=https://a/ origin=https://b/ disabled=true\nextra.omnios\n",
    )
    .unwrap();
    let publishers = ips::publishers("/").unwrap();
    assert_eq!(
        shown(&publishers),
        ["omnios disabled https://a/ ", "extra.omnios  "]
    );
    assert_eq!(publishers[0].disabled_origins[0].as_str(), "https://b/");
    assert_eq!(
        shown(&ips::enabled_publishers("/").unwrap()),
        ["extra.omnios  "]
    );
    let mut setting = setting("omnios", &["https://a/"]);
    setting.apply("/").unwrap();
    assert_eq!(
        shown(&ips::publishers("/").unwrap())[0],
        "omnios disabled https://a/ "
    );
    setting.enable = true;
    setting.apply("/").unwrap();
    assert_eq!(
        shown(&ips::publishers("/").unwrap())[0],
        "omnios https://a/ "
    );
}

#[test]
fn a_locked_image_is_read_and_is_busy_for_whoever_sets_it() {
    let host = TestHost::new(Flavour::Omnios);
    let lock = std::fs::File::options()
        .create(true)
        .append(true)
        .open(host.host.dir().join("var/pkg/lock"))
        .unwrap();
    rustix::fs::fcntl_lock(&lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
    assert_eq!(ips::publishers("/").unwrap().len(), 2);
    let kind = setting("a.org", &["https://a/"])
        .apply("/")
        .unwrap_err()
        .kind();
    assert_eq!(kind, ErrorKind::Busy);
    assert_eq!(ips::refresh("/", &[]).unwrap_err().kind(), ErrorKind::Busy);
    drop(lock);
    setting("a.org", &["https://a/"]).apply("/").unwrap();
}

#[test]
fn a_refresh_says_which_repositories_do_not_answer() {
    let host = TestHost::new(Flavour::Omnios);
    assert_eq!(ips::refresh("/", &[]).unwrap(), ips::Refreshed::All);
    std::fs::write(
        host.host.dir().join("emulation/settings"),
        "unreachable-repositories=https://pkg.omnios.org/r151054/extra\n",
    )
    .unwrap();
    let ips::Refreshed::NotAll(said) = ips::refresh("/", &[]).unwrap() else {
        panic!("all answered");
    };
    assert!(
        said.starts_with("1/2 catalogs successfully updated:") && said.contains("'extra.omnios'"),
        "{said}"
    );
}
