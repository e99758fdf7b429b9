//! zoneadm, as a process.
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]
#![allow(
    clippy::disallowed_methods,
    reason = "the commands are the thing tested"
)]

mod common;

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use common::{TestHost, ran};
use illumos_emulation::{Flavour, Host, kernel};

const EXCLUSIVE: &str = "brand=\"ipkg\" ip-type=\"exclusive\"";

fn net(physical: &str, address: &str) -> String {
    format!(
        "<network physical=\"{physical}\" allowed-address=\"{address}\" defrouter=\"10.0.0.1\"/>"
    )
}

/// A host with an installed zone web1 and its VNIC.
fn with_zone(flavour: Flavour) -> TestHost {
    let host = TestHost::new(flavour);
    host.good("dladm create-vnic -l igb0 web1_0");
    host.configure("web1", EXCLUSIVE, &net("web1_0", "10.0.0.10/24"));
    host.good("zoneadm -z web1 install");
    host
}

#[test]
fn a_zone_goes_through_its_life() {
    let host = TestHost::new(Flavour::Upstream);
    host.good("dladm create-vnic -l igb0 web1_0");
    host.configure("web1", EXCLUSIVE, &net("web1_0", "10.0.0.10/24"));
    let before = host.good("zfs list -H -o name");
    assert_eq!(host.state("web1"), "configured");

    let out = host.good("zoneadm -z web1 install");
    assert!(out.starts_with("A ZFS file system has been created for this zone.\nSanity Check: Looking for 'entire' incorporation.\n"), "{out}");
    assert!(
        out.contains(
            "       Image: Preparing at /zones/web1/root.\n\n   Publisher: Using openindiana.org ("
        ),
        "{out}"
    );
    assert!(
        out.contains("        Done: Installation completed in "),
        "{out}"
    );
    assert_eq!(host.state("web1"), "installed");
    let names = host.good("zfs list -H -o name,mountpoint,zoned -r rpool/zones");
    assert_eq!(
        names,
        "rpool/zones\t/zones\toff\nrpool/zones/web1\t/zones/web1\toff\n\
         rpool/zones/web1/ROOT\tlegacy\ton\nrpool/zones/web1/ROOT/zbe\tlegacy\ton\n"
    );
    assert!(host.host.path("/zones/web1/root/etc/passwd").is_file());
    assert!(
        host.good("pkg -R /zones/web1/root publisher -H -F tsv")
            .starts_with("openindiana.org\ttrue\tfalse\ttrue\torigin\tonline\thttps://")
    );

    host.good("zoneadm -z web1 boot");
    assert_eq!(host.state("web1"), "running");
    let line = host.good("zoneadm -z web1 list -p");
    assert!(
        line.starts_with("1:web1:running:/zones/web1:") && line.ends_with(":ipkg:excl\n"),
        "{line}"
    );
    assert_eq!(kernel::zone(&host.host, "web1").unwrap().id, 1);
    assert_eq!(
        host.good("dladm show-linkprop -c -o value -p zone web1_0"),
        "web1\n"
    );
    assert_eq!(
        host.good("dladm show-linkprop -c -o value -p protection web1_0"),
        "ip-nospoof\n"
    );
    assert_eq!(
        host.good("dladm show-linkprop -c -o value -p allowed-ips web1_0"),
        "10.0.0.10\n"
    );
    assert_eq!(
        host.bad("dladm delete-vnic web1_0"),
        "dladm: vnic deletion failed: link busy\n"
    );

    host.good("zoneadm -z web1 shutdown");
    assert_eq!(host.state("web1"), "installed");
    assert_eq!(
        host.good("dladm show-linkprop -c -o value -p zone,protection,allowed-ips web1_0"),
        "\n\n\n"
    );

    host.good("zoneadm -z web1 uninstall -F");
    assert_eq!(host.state("web1"), "configured");
    assert_eq!(host.good("zfs list -H -o name"), before);
    assert!(!host.host.path("/zones/web1").exists());
    host.good("dladm delete-vnic web1_0");
}

#[test]
fn the_uuid_comes_and_goes_with_the_installation() {
    let host = with_zone(Flavour::Upstream);
    let uuid = || {
        host.good("zoneadm -z web1 list -p")
            .split(':')
            .nth(4)
            .unwrap()
            .to_owned()
    };
    let first = uuid();
    assert_eq!(first.len(), 36);
    assert!(
        host.good(&format!("zoneadm -u {first} list -p"))
            .contains(":web1:")
    );
    host.good("zoneadm -z web1 uninstall -F");
    assert_eq!(uuid(), "");
    host.good("zoneadm -z web1 install");
    assert_ne!(uuid(), first);
}

#[test]
fn lists_are_those_of_the_distribution() {
    for (flavour, global, tail) in [
        (
            Flavour::Upstream,
            "0:global:running:/::ipkg:shared\n",
            ":ipkg:excl\n",
        ),
        (
            Flavour::Omnios,
            "0:global:running:/::ipkg:shared:0\n",
            ":ipkg:excl:\n",
        ),
    ] {
        let host = with_zone(flavour);
        host.configure("new1", EXCLUSIVE, "");
        assert_eq!(host.good("zoneadm list -p"), global);
        let out = host.good("zoneadm list -cp");
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines.len(), 3, "{out}");
        assert!(
            lines[1].starts_with("-:web1:installed:/zones/web1:") && out.ends_with(tail),
            "{out}"
        );
        assert_eq!(host.good("zoneadm list -cn"), "web1\nnew1\n");
        assert_eq!(host.good("zoneadm list -in"), "web1\n");
        assert_eq!(host.good("zoneadm list"), "global\n");
    }
}

#[test]
fn the_table_has_the_columns_of_the_real_one() {
    let host = TestHost::new(Flavour::Upstream);
    assert_eq!(
        host.good("zoneadm list -v"),
        "  ID NAME             STATUS     PATH                           BRAND    IP    \n   \
         0 global           running    /                              ipkg     shared\n"
    );
}

#[test]
fn wrong_uses_are_refused() {
    let host = with_zone(Flavour::Upstream);
    host.configure("new1", EXCLUSIVE, "");
    for (line, text) in [
        (
            "zoneadm -z gone list",
            "zoneadm: gone: No such zone configured\n",
        ),
        (
            "zoneadm -z gone boot",
            "zoneadm: gone: No such zone configured\n",
        ),
        (
            "zoneadm -z web1 install",
            "zoneadm: zone 'web1': is already installed.\n",
        ),
        (
            "zoneadm -z new1 boot",
            "zoneadm: zone 'new1': must be installed before boot.\n",
        ),
        (
            "zoneadm -z new1 uninstall -F",
            "zoneadm: zone 'new1': is already in state 'configured'.\n",
        ),
        (
            "zoneadm -z web1 reboot",
            "zoneadm: zone 'web1': not running\n",
        ),
        (
            "zoneadm -z web1 shutdown",
            "zoneadm: zone 'web1': not running\n",
        ),
        (
            "zoneadm -z global halt",
            "zoneadm: zone 'global': halt operation is invalid for the global zone.\n",
        ),
        (
            "zoneadm -z web1 uninstall",
            "zoneadm: zone 'web1': Input not from terminal and -F not specified: uninstall not done.\n",
        ),
        (
            "zoneadm list -pv",
            "zoneadm: list -p and -v are mutually exclusive.\n",
        ),
        (
            "zoneadm -u nonsense list",
            "zoneadm: illegal UUID value specified\n",
        ),
    ] {
        assert_eq!(host.bad(line), text, "{line}");
    }
    for line in [
        "zoneadm",
        "zoneadm -z web1",
        "zoneadm -z web1 fly",
        "zoneadm -z web1 list -c",
        "zoneadm -z web1 mark",
    ] {
        assert_eq!(host.run(line).0, 2, "{line}");
    }

    host.good("zoneadm -z web1 boot");
    let err = host.bad("zoneadm -z web1 uninstall -F");
    assert_eq!(
        err,
        "zoneadm: zone 'web1': uninstall operation is invalid for running zones.\n"
    );
    let (status, _, err) = host.run("zoneadm -z web1 boot");
    assert_eq!(
        (status, err.as_str()),
        (0, "zone 'web1': zone is already booted\n")
    );
    host.good("zoneadm -z web1 halt");
    let (status, _, err) = host.run("zoneadm -z web1 halt");
    assert_eq!(
        (status, err.as_str()),
        (0, "zone 'web1': zone is already halted\n")
    );
    host.good("zoneadm -z web1 mark incomplete");
    let err = host.bad("zoneadm -z web1 install");
    assert_eq!(
        err,
        "zoneadm: zone 'web1': zone is incomplete; uninstall required.\n"
    );
}

#[test]
fn a_zone_without_a_readable_configuration_is_skipped() {
    let host = with_zone(Flavour::Upstream);
    std::fs::remove_file(host.host.path("/etc/zones/web1.xml")).unwrap();
    let (status, out, err) = host.run("zoneadm list -cp");
    assert_eq!((status, out.lines().count()), (0, 1));
    assert_eq!(
        err,
        "zoneadm: web1: could not get brand name: No such zone configured\n"
    );
}

#[test]
fn boot_fails_without_the_link() {
    let host = with_zone(Flavour::Upstream);
    host.good("dladm delete-vnic web1_0");
    assert_eq!(
        host.bad("zoneadm -z web1 boot"),
        "WARNING: skipping network interface 'web1_0': object not found\n\
         zone 'web1': failed to add network device: No such file or directory\n\
         zoneadm: zone 'web1': call to zoneadmd failed\n"
    );
    assert_eq!(host.state("web1"), "installed");
}

#[test]
fn boot_fails_when_the_link_is_in_use() {
    let host = with_zone(Flavour::Upstream);
    host.good("ipadm create-if web1_0");
    let err = host.bad("zoneadm -z web1 boot");
    assert!(
        err.contains(
            "WARNING: skipping network interface 'web1_0' which is used in the global zone.\n"
        ),
        "{err}"
    );
    assert!(
        err.contains("zone 'web1': WARNING: unable to add network interface 'web1_0': link busy\n"),
        "{err}"
    );
    host.good("ipadm delete-if web1_0");
    host.good("zoneadm -z web1 boot");

    host.configure("web2", EXCLUSIVE, &net("web1_0", "10.0.0.11/24"));
    let (status, _, err) = host.run("zoneadm -z web2 install");
    assert_eq!(status, 0);
    assert_eq!(
        err,
        "WARNING: skipping network interface 'web1_0' which is used by the non-global zone 'web1'.\n"
    );
    assert!(
        host.bad("zoneadm -z web2 boot")
            .contains("failed to add network device")
    );
    assert_eq!(
        host.good("dladm show-linkprop -c -o value -p zone web1_0"),
        "web1\n"
    );
}

#[test]
fn boot_fails_when_protection_is_already_set() {
    let host = with_zone(Flavour::Upstream);
    host.good("dladm set-linkprop -t -p protection=mac-nospoof web1_0");
    let err = host.bad("zoneadm -z web1 boot");
    assert!(
        err.starts_with(
            "zone 'web1': Protection is already set\nzone 'web1': failed to add address: "
        ),
        "{err}"
    );
    assert_eq!(
        host.good("dladm show-linkprop -c -o value -p zone web1_0"),
        "\n"
    );
    host.good("dladm reset-linkprop -t -p protection web1_0");
    host.good("dladm set-linkprop -t -p allowed-ips=10.9.9.9 web1_0");
    let err = host.bad("zoneadm -z web1 boot");
    assert!(
        err.starts_with("zone 'web1': allowed-ips is already set\n"),
        "{err}"
    );
}

#[test]
fn too_many_addresses_for_one_link_fail_the_boot() {
    let host = TestHost::new(Flavour::Upstream);
    host.good("dladm create-vnic -l igb0 web1_0");
    let nets: String = (10..13)
        .map(|number| net("web1_0", &format!("192.168.100.{number}/24")))
        .collect();
    host.configure("web1", EXCLUSIVE, &nets);
    host.good("zoneadm -z web1 install");
    let err = host.bad("zoneadm -z web1 boot");
    assert!(
        err.contains("zone 'web1': failed to add address: Invalid argument\n"),
        "{err}"
    );
    assert_eq!(host.state("web1"), "installed");
}

#[test]
fn omnios_makes_vnics_on_demand() {
    let host = TestHost::new(Flavour::Omnios);
    host.good("ipadm create-addr -T static -a 10.0.0.2/24 igb0/v4");
    let net = "<network physical=\"web1_0\" global-nic=\"auto\" vlan-id=\"20\" allowed-address=\"10.0.0.10/24\"/>";
    host.configure("web1", "brand=\"lipkg\" ip-type=\"exclusive\"", net);
    host.good("zoneadm -z web1 install");
    host.good("zoneadm -z web1 boot");
    let out = host.good("dladm show-vnic -p -o over,vid,zone,macaddress web1_0");
    assert!(out.starts_with("igb0:20:web1:2\\:8\\:20\\:"), "{out}");
    let mac = host.good("dladm show-vnic -p -o macaddress web1_0");
    let config = std::fs::read_to_string(host.host.path("/etc/zones/web1.xml")).unwrap();
    assert!(
        config.contains(&format!("mac-addr=\"{}\"", mac.trim())),
        "{config}"
    );
    host.good("zoneadm -z web1 halt");
    assert!(
        host.bad("dladm show-vnic web1_0")
            .contains("object not found")
    );
    host.good("zoneadm -z web1 boot");
    assert_eq!(host.good("dladm show-vnic -p -o macaddress web1_0"), mac);
}

#[test]
fn an_install_takes_its_time_and_can_be_watched() {
    let host = TestHost::new(Flavour::Upstream);
    host.configure("web1", EXCLUSIVE, "");
    let mut command = host.command("zoneadm -z web1 install");
    let mut child = command
        .env("ZMGR_EMULATED_INSTALL_SECONDS", "0.6")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Instant::now();
    let mut seen = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        seen.push((line.unwrap(), started.elapsed()));
    }
    assert!(child.wait().unwrap().success());
    let at = |text: &str| seen.iter().find(|(line, _)| line.contains(text)).unwrap().1;
    assert!(at("Done:") >= Duration::from_millis(600));
    assert!(
        at("Sanity Check") < at("Done:") - Duration::from_millis(400),
        "{seen:?}"
    );
}

#[test]
fn an_install_that_is_told_to_end_cleans_up() {
    let host = TestHost::new(Flavour::Upstream);
    host.configure("web1", EXCLUSIVE, "");
    let before = host.good("zfs list -H -o name");
    let mut command = host.command("zoneadm -z web1 install");
    let child = command
        .env("ZMGR_EMULATED_INSTALL_SECONDS", "30")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while host.good("zfs list -H -o name").lines().count() < before.lines().count() + 3 {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(host.state("web1"), "incomplete");
    let pid = rustix::process::Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let (status, ..) = ran(child.wait_with_output().unwrap());
    assert_eq!(status, 1);
    assert_eq!(host.state("web1"), "configured");
    assert_eq!(host.good("zfs list -H -o name"), before);
}

#[test]
fn two_of_them_wait_for_each_other() {
    let host = TestHost::new(Flavour::Upstream);
    host.configure("web1", EXCLUSIVE, "");
    let mut install = host.command("zoneadm -z web1 install");
    let install = install
        .env("ZMGR_EMULATED_INSTALL_SECONDS", "0.5")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while host.state("web1") != "incomplete" {
        std::thread::sleep(Duration::from_millis(5));
    }
    let started = Instant::now();
    // It waits for the lock, and then finds the zone installed.
    host.good("zoneadm -z web1 uninstall -F");
    assert!(started.elapsed() > Duration::from_millis(200));
    assert!({ install }.wait().unwrap().success());
    assert_eq!(host.state("web1"), "configured");
}

#[test]
fn a_zone_can_be_stuck() {
    let host = with_zone(Flavour::Upstream);
    host.good("zoneadm -z web1 boot");
    let settings = host.host.dir().join("emulation/settings");
    std::fs::write(
        &settings,
        "stuck-halt=web1\nstuck-shutdown=web1\nshutdown-timeout-seconds=0.1\n",
    )
    .unwrap();
    assert_eq!(
        host.bad("zoneadm -z web1 shutdown"),
        "zone 'web1': unable to shutdown zone\n"
    );
    assert_eq!(host.state("web1"), "running");
    assert!(
        host.bad("zoneadm -z web1 halt")
            .contains("zone 'web1': unable to destroy zone\n")
    );
    assert_eq!(host.state("web1"), "down");
    let (status, _, err) = host.run("zoneadm -z web1 boot");
    assert_eq!(
        (status, err.as_str()),
        (0, "zone 'web1': zone is already booted\n")
    );
    assert_eq!(
        host.bad("dladm delete-vnic web1_0"),
        "dladm: vnic deletion failed: link busy\n"
    );
    std::fs::remove_file(settings).unwrap();
    host.good("zoneadm -z web1 halt");
    assert_eq!(host.state("web1"), "installed");
}

#[test]
fn a_clone_is_a_zone_of_its_own() {
    let host = with_zone(Flavour::Upstream);
    std::fs::write(host.host.path("/zones/web1/root/etc/motd"), "from web1").unwrap();
    host.configure("web2", EXCLUSIVE, "");
    host.good("zoneadm -z web2 clone web1");
    assert_eq!(
        std::fs::read_to_string(host.host.path("/zones/web2/root/etc/motd")).unwrap(),
        "from web1"
    );
    assert_eq!(
        host.good("zfs get -H -o value origin rpool/zones/web2/ROOT/zbe"),
        "rpool/zones/web1/ROOT/zbe@web2_snap\n"
    );
    host.configure("web3", "brand=\"nlipkg\"", "");
    assert_eq!(
        host.bad("zoneadm -z web3 clone web1"),
        "zoneadm: Zones 'web1' and 'web3' have different brand types.\n"
    );
    host.good("zoneadm -z web1 boot");
    assert_eq!(
        host.bad("zoneadm -z web3 clone web1"),
        "zoneadm: zone 'web3': clone operation is invalid for running zones.\n"
    );
}

#[test]
fn a_zone_moves_and_is_detached() {
    let host = with_zone(Flavour::Upstream);
    host.good("zoneadm -z web1 move /zones/web9");
    assert!(host.host.path("/zones/web9/root/etc/passwd").is_file());
    assert!(
        host.good("zoneadm -z web1 list -p")
            .contains(":/zones/web9:")
    );
    host.good("zoneadm -z web1 detach");
    assert_eq!(host.state("web1"), "configured");
    assert!(
        host.bad("zoneadm -z web1 install")
            .contains("Cannot install detached zone.")
    );
    host.good("zoneadm -z web1 attach");
    host.good("zoneadm -z web1 boot");
}

#[test]
fn a_restart_of_the_machine_takes_zones_down() {
    let host = with_zone(Flavour::Upstream);
    host.good("zoneadm -z web1 boot");
    host.good("dladm create-etherstub -t tmp0");
    Host::open_or_create(host.host.dir(), Flavour::Upstream)
        .unwrap()
        .restart()
        .unwrap();
    assert_eq!(host.state("web1"), "installed");
    assert_eq!(host.good("dladm show-link -p -o link"), "igb0\nweb1_0\n");
    host.good("zoneadm -z web1 boot");
}

#[test]
fn an_ordered_failure_leaves_what_the_exit_status_says() {
    for (order, state, datasets) in [
        ("zoneadm install: packages@1=254", "configured", 2),
        ("zoneadm install: packages@1=255", "incomplete", 5),
        ("zoneadm install@1=1", "configured", 2),
    ] {
        let host = TestHost::new(Flavour::Upstream);
        host.configure("web1", EXCLUSIVE, "");
        let mut command = host.command("zoneadm -z web1 install");
        let (status, ..) = ran(command
            .env("ZMGR_EMULATED_FAULT_FAIL", order)
            .output()
            .unwrap());
        assert_eq!((status, host.state("web1").as_str()), (1, state), "{order}");
        assert_eq!(
            host.good("zfs list -H -o name").lines().count(),
            datasets,
            "{order}"
        );
    }
}

#[test]
fn a_process_can_be_killed_at_every_point() {
    let host = TestHost::new(Flavour::Upstream);
    let trace = host.beside("trace");
    host.configure("web1", EXCLUSIVE, "");
    let mut command = host.command("zoneadm -z web1 install");
    assert!(
        command
            .env("ZMGR_EMULATED_FAULT_TRACE", &trace)
            .stdout(Stdio::null())
            .status()
            .unwrap()
            .success()
    );
    let points = std::fs::read_to_string(&trace).unwrap();
    assert!(
        points
            .lines()
            .next()
            .unwrap()
            .contains("before zoneadm install "),
        "{points}"
    );
    let count = points.lines().count();
    assert!(count >= 10, "{points}");
    for number in 1..=count {
        let host = TestHost::new(Flavour::Upstream);
        let trace = host.beside("trace");
        host.configure("web1", EXCLUSIVE, "");
        let mut command = host.command("zoneadm -z web1 install");
        let kill = command
            .env("ZMGR_EMULATED_FAULT_TRACE", &trace)
            .env("ZMGR_EMULATED_FAULT_KILL", number.to_string());
        let status = kill.stdout(Stdio::null()).status().unwrap();
        assert_eq!(status.code(), None, "point {number}");
        assert_eq!(
            std::fs::read_to_string(&trace).unwrap().lines().count(),
            number
        );
        // Whatever was left, an uninstall brings back.
        match host.state("web1").as_str() {
            "configured" => {}
            _ => {
                host.good("zoneadm -z web1 uninstall -F");
            }
        }
        host.good("zoneadm -z web1 install");
    }
}

#[test]
fn other_brands_live_as_on_omnios() {
    for (brand, ip_type, install, environment) in [
        (
            "lx",
            "exclusive",
            "install -s /var/tmp/alpine.tar.gz",
            false,
        ),
        (
            "illumos",
            "exclusive",
            "install -s /var/tmp/image.zfs",
            true,
        ),
        ("bhyve", "exclusive", "install", false),
        ("kvm", "exclusive", "install", false),
        ("emu", "exclusive", "install", false),
    ] {
        let host = TestHost::new(Flavour::Omnios);
        host.good("dladm create-vnic -l igb0 z1_0");
        host.configure(
            "z1",
            &format!("brand=\"{brand}\" ip-type=\"{ip_type}\""),
            &net("z1_0", "10.0.0.10/24"),
        );
        host.good(&format!("zoneadm -z z1 {install}"));
        assert_eq!(host.state("z1"), "installed", "{brand}");
        let datasets = host.good("zfs list -H -o name");
        assert_eq!(
            datasets.contains("rpool/zones/z1/ROOT/illumos\n"),
            environment,
            "{datasets}"
        );
        for (verb, state) in [
            ("boot", "running"),
            ("reboot", "running"),
            ("halt", "installed"),
            ("boot", "running"),
            ("shutdown", "installed"),
        ] {
            host.good(&format!("zoneadm -z z1 {verb}"));
            assert_eq!(host.state("z1"), state, "{brand} {verb}");
        }
        host.good("zoneadm -z z1 uninstall -F");
        assert_eq!(host.state("z1"), "configured");
        assert!(!host.host.path("/zones/z1").exists(), "{brand}");
    }
}

#[test]
fn an_install_that_waited_does_its_work_again() {
    let host = TestHost::new(Flavour::Upstream);
    host.configure("web1", EXCLUSIVE, "");
    let path = host.host.path("/var/run/zones/web1.zoneadm.lock");
    let lock = std::fs::File::create(path).unwrap();
    rustix::fs::fcntl_lock(&lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let start = || {
        let mut command = host.command("zoneadm -z web1 install");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let (first, second) = (start(), start());
    std::thread::sleep(Duration::from_millis(500));
    drop(lock);
    // Both have found the zone configured before they waited.
    for child in [first, second] {
        let (status, _, err) = ran(child.wait_with_output().unwrap());
        assert_eq!((status, err.as_str()), (0, ""));
    }
    let datasets = host.good("zfs list -H -o name");
    assert!(
        datasets.contains("rpool/zones/web1/ROOT/zbe-1\n"),
        "{datasets}"
    );
}

#[test]
fn what_an_uninstall_leaves_is_said() {
    let host = with_zone(Flavour::Upstream);
    host.good("zfs create rpool/zones/web1/data");
    let (status, _, err) = host.run("zoneadm -z web1 uninstall -F");
    assert_eq!(status, 0);
    assert!(
        err.starts_with("WARNING: Unable to completely remove /zones/web1\n"),
        "{err}"
    );
    assert_eq!(host.state("web1"), "configured");
}

#[test]
fn a_snapshot_of_the_configuration_is_there_while_the_zone_is_up() {
    let host = with_zone(Flavour::Upstream);
    let snapshot = host.host.path("/var/run/zones/web1.snapshot.xml");
    assert!(!snapshot.exists());
    host.good("zoneadm -z web1 boot");
    let booted = std::fs::read_to_string(&snapshot).unwrap();
    assert!(booted.contains("allowed-address=\"10.0.0.10/24\""));
    host.configure("web2", EXCLUSIVE, "");
    let other = host.host.path("/etc/zones/web2.xml");
    std::fs::copy(other, host.host.path("/etc/zones/web1.xml")).unwrap();
    assert_eq!(std::fs::read_to_string(&snapshot).unwrap(), booted);
    host.good("zoneadm -z web1 halt");
    assert!(!snapshot.exists());
}

#[test]
fn an_install_beyond_a_quota_fails() {
    let host = TestHost::new(Flavour::Upstream);
    host.configure("web1", "brand=\"ipkg\"", "");
    host.good("zfs set quota=96K rpool/zones");
    let (status, _, said) = host.run("zoneadm -z web1 install");
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("Disc quota exceeded"), "{said}");
    assert_eq!(host.state("web1"), "incomplete");
    host.good("zfs set quota=none rpool/zones");
    host.good("zoneadm -z web1 uninstall -F");
    host.good("zoneadm -z web1 install");
}
