//! zfs, pkg, dladm, ipadm and zlogin, as processes.
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]
#![allow(
    clippy::disallowed_methods,
    reason = "the commands are the thing tested"
)]

mod common;

use common::{TestHost, ran};
use illumos_emulation::{Flavour, Host, commands};

#[test]
fn datasets_are_made_described_and_destroyed() {
    let host = TestHost::new(Flavour::Upstream);
    assert_eq!(
        host.good("zfs list -H -o name,mountpoint"),
        "rpool\t/rpool\nrpool/zones\t/zones\n"
    );
    host.good("zfs create -o compression=lz4 rpool/data");
    host.good("zfs create -p -o mountpoint=/srv rpool/data/a/b");
    assert!(host.host.path("/srv").is_dir());
    assert_eq!(
        host.good("zfs get -H -p -o value,source compression,mountpoint,canmount rpool/data/a/b"),
        "lz4\tinherited from rpool/data\n/srv\tlocal\non\tdefault\n"
    );
    host.good("zfs set zmgr:zone=web1 rpool/data");
    assert_eq!(
        host.good("zfs get -H -o value zmgr:zone rpool/data/a"),
        "web1\n"
    );
    assert_eq!(
        host.good("zfs get -H -o value,source zmgr:other rpool/data"),
        "-\t-\n"
    );
    assert_eq!(
        host.bad("zfs destroy rpool/data"),
        "cannot destroy 'rpool/data': filesystem has children\nuse '-r' to destroy the following datasets:\n\
         rpool/data/a/b\nrpool/data/a\n"
    );
    host.good("zfs destroy -r rpool/data");
    assert!(!host.host.path("/srv").exists());
}

#[test]
fn refusals_of_zfs_have_its_words() {
    let host = TestHost::new(Flavour::Upstream);
    for (line, text) in [
        (
            "zfs list -H gone",
            "cannot open 'gone': dataset does not exist\n",
        ),
        (
            "zfs get -H -o value zoned gone/x",
            "cannot open 'gone/x': dataset does not exist\n",
        ),
        (
            "zfs create rpool/zones",
            "cannot create 'rpool/zones': dataset already exists\n",
        ),
        (
            "zfs create rpool/a/b",
            "cannot create 'rpool/a/b': parent does not exist\n",
        ),
        (
            "zfs create tank/a",
            "cannot create 'tank/a': no such pool 'tank'\n",
        ),
        (
            "zfs create 'rpool/a;b'",
            "cannot create 'rpool/a;b': invalid character ';' in name\n",
        ),
        (
            "zfs create -o colour=red rpool/a",
            "cannot create 'rpool/a': invalid property 'colour'\n",
        ),
        (
            "zfs set zoned=maybe rpool/zones",
            "cannot set property for 'rpool/zones': 'zoned' must be one of 'on | off'\n",
        ),
        (
            "zfs set used=1 rpool/zones",
            "cannot set property for 'rpool/zones': 'used' is readonly\n",
        ),
        (
            "zfs set quota=1G rpool/gone",
            "cannot open 'rpool/gone': dataset does not exist\n",
        ),
        (
            "zfs destroy rpool/gone",
            "cannot open 'rpool/gone': dataset does not exist\n",
        ),
        (
            "zfs set mountpoint=/a/../../etc rpool/zones",
            "cannot mount '/a/../../etc': directory is not empty\nproperty may be set but unable to remount filesystem\n",
        ),
    ] {
        assert_eq!(host.bad(line), text, "{line}");
    }
    for line in [
        "zfs",
        "zfs list -o colour",
        "zfs get colour rpool",
        "zfs fly",
        "zfs create",
        "zfs snapshot rpool/gone@a",
    ] {
        assert_eq!(host.run(line).0, 2, "{line}");
    }
}

#[test]
fn snapshots_bring_files_back() {
    let host = TestHost::new(Flavour::Upstream);
    host.good("zfs create rpool/zones/a");
    let file = host.host.path("/zones/a/file");
    std::fs::write(&file, "one").unwrap();
    host.good("zfs snapshot rpool/zones/a@first");
    std::fs::write(&file, "two").unwrap();
    host.good("zfs snapshot -r rpool/zones@second");
    assert_eq!(
        host.good("zfs list -H -o name -t snapshot -r rpool/zones"),
        "rpool/zones@second\nrpool/zones/a@first\nrpool/zones/a@second\n"
    );
    assert!(
        host.bad("zfs rollback rpool/zones/a@first")
            .starts_with("cannot rollback to 'rpool/zones/a@first': more recent snapshots")
    );
    host.good("zfs rollback -r rpool/zones/a@first");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "one");
    host.good("zfs clone rpool/zones/a@first rpool/zones/b");
    assert_eq!(
        std::fs::read_to_string(host.host.path("/zones/b/file")).unwrap(),
        "one"
    );
    assert!(
        host.bad("zfs destroy -r rpool/zones/a")
            .starts_with("cannot destroy 'rpool/zones/a': filesystem has dependent clones")
    );
    host.good("zfs unmount rpool/zones/b");
    assert!(!host.host.path("/zones/b/file").exists());
    host.good("zfs mount rpool/zones/b");
    host.good("zfs set mountpoint=/elsewhere rpool/zones/b");
    assert_eq!(
        std::fs::read_to_string(host.host.path("/elsewhere/file")).unwrap(),
        "one"
    );
}

#[test]
fn a_destroyed_dataset_takes_nothing_along_that_a_link_points_to() {
    let host = TestHost::new(Flavour::Upstream);
    let outside = host.beside("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("file"), "").unwrap();
    host.good("zfs create rpool/zones/a");
    std::os::unix::fs::symlink(&outside, host.host.path("/zones/a/link")).unwrap();
    host.good("zfs destroy rpool/zones/a");
    assert!(outside.join("file").exists());
    std::os::unix::fs::symlink(&outside, host.host.path("/zones/b")).unwrap();
    assert_eq!(host.run("zfs create rpool/zones/b").0, 1);
    assert!(outside.join("file").exists());
}

#[test]
fn publishers_are_those_of_the_distribution_and_can_be_changed() {
    let host = TestHost::new(Flavour::Upstream);
    assert_eq!(
        host.good("pkg publisher -F tsv"),
        "PUBLISHER\tSTICKY\tSYSPUB\tENABLED\tTYPE\tSTATUS\tURI\tPROXY\n\
         openindiana.org\ttrue\tfalse\ttrue\torigin\tonline\thttps://pkg.openindiana.org/hipster/\t-\n"
    );
    host.good("pkg set-publisher --no-refresh --non-sticky -g https://b.example -g https://a.example/ -m https://c.example/ extra");
    host.good("pkg set-publisher --no-refresh local");
    let lines = host.good("pkg publisher -H -F tsv");
    let extra: Vec<&str> = lines.lines().skip(1).collect();
    assert_eq!(
        extra,
        [
            "extra\tfalse\tfalse\ttrue\torigin\tonline\thttps://a.example/\t-",
            "extra\tfalse\tfalse\ttrue\torigin\tonline\thttps://b.example/\t-",
            "extra\tfalse\tfalse\ttrue\tmirror\tonline\thttps://c.example/\t-",
            "local\ttrue\tfalse\ttrue\t\t\t\t",
        ]
    );
    host.good("pkg set-publisher -G '*' -g https://d.example/ --search-first extra");
    assert!(
        host.good("pkg publisher -H -F tsv")
            .starts_with("extra\tfalse\tfalse\ttrue\torigin\tonline\thttps://d.example/\t-\n")
    );
    // Its origins are still enabled, and that is what the column says.
    host.good("pkg set-publisher -d extra");
    assert!(
        host.good("pkg publisher -H -F tsv")
            .starts_with("extra\tfalse\tfalse\ttrue\t")
    );
    assert!(!host.good("pkg publisher -n -F tsv").contains("extra"));
    host.good("pkg unset-publisher extra");
    assert_eq!(
        host.bad("pkg unset-publisher extra"),
        "\npkg unset-publisher: Removal failed for 'extra': Unknown publisher 'extra'.\n\n"
    );
    assert_eq!(
        host.bad("pkg -R /zones/none publisher -F tsv"),
        "pkg: No image rooted at '/zones/none'\n"
    );
    assert_eq!(host.run("pkg").0, 2);
}

#[test]
fn links_are_made_by_dladm() {
    let host = TestHost::new(Flavour::Upstream);
    host.good("dladm create-phys e1000g0");
    host.good("dladm create-etherstub stub0");
    host.good("dladm create-simnet sim0");
    host.good("dladm create-vnic -l stub0 -m 2:8:20:ab:c:d -v 20 -p maxbw=100M,priority=high a0");
    assert_eq!(
        host.good("dladm show-link -p -o link,class,mtu,state,over"),
        "igb0:phys:1500:up:\ne1000g0:phys:1500:up:\nstub0:etherstub:9000:unknown:\nsim0:simnet:1500:up:\na0:vnic:9000:up:stub0\n"
    );
    assert_eq!(
        host.good("dladm show-vnic -p -o link,over,vid,macaddress"),
        "a0:stub0:20:2\\:8\\:20\\:ab\\:c\\:d\n"
    );
    assert_eq!(
        host.good("dladm show-vnic -p -o macaddress a0"),
        "2:8:20:ab:c:d\n"
    );
    assert_eq!(
        host.good("dladm show-linkprop -c -o value,default -p maxbw,priority a0"),
        "  100:\nhigh:medium\n"
    );
    host.good("dladm create-vlan -l igb0 -v 7");
    assert_eq!(
        host.good("dladm show-vlan -p -o link,vid,over"),
        "igb7000:7:igb0\n"
    );
    host.good("dladm delete-vnic -t a0");
    assert_eq!(host.good("dladm show-vnic -p -o link"), "");
    assert_eq!(host.good("dladm show-vnic -P -p -o link"), "a0\n");
    host.good("dladm delete-vnic a0");
}

#[test]
fn refusals_of_dladm_have_its_words() {
    let host = TestHost::new(Flavour::Upstream);
    host.good("dladm create-vnic -l igb0 -m 2:8:20:1:1:1 a0");
    host.good("dladm create-etherstub stub0");
    host.good("dladm create-vnic -l stub0 b0");
    host.good("dladm create-etherstub -t tmp0");
    for (line, text) in [
        (
            "dladm create-vnic -l igb0 web-0",
            "invalid link name 'web-0'",
        ),
        (
            "dladm create-vnic -l igb0 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0",
            "link name too long 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0'",
        ),
        ("dladm create-vnic -l net9 c0", "invalid link name 'net9'"),
        (
            "dladm create-vnic -l igb0 a0",
            "vnic creation over igb0 failed: object already exists",
        ),
        (
            "dladm create-vnic -l igb0 -m 2:8:20:1:1:1 c0",
            "vnic creation over igb0 failed: MAC address is already in use",
        ),
        (
            "dladm create-vnic -l a0 c0",
            "vnic creation over a0 failed: invalid argument",
        ),
        (
            "dladm create-vnic -l igb0 -v 4095 c0",
            "invalid VLAN identifier '4095'",
        ),
        (
            "dladm create-vnic -l igb0 -v 1 c0",
            "VLAN over 'igb0' may not use default_tag ID (see dladm(8))",
        ),
        (
            "dladm create-vnic -l tmp0 c0",
            "vnic creation over tmp0 failed: can't create persistent object on top of temporary object",
        ),
        ("dladm delete-vnic c0", "invalid link name 'c0'"),
        ("dladm delete-vnic stub0", "'stub0' is not a vnic"),
        ("dladm delete-etherstub a0", "'a0' is not an etherstub"),
        (
            "dladm delete-etherstub stub0",
            "vnic deletion failed: link busy",
        ),
        (
            "dladm show-vnic c0",
            "invalid vnic name 'c0': object not found",
        ),
        (
            "dladm show-vnic igb0",
            "datalink igb0 is not a vnic: found class phys",
        ),
        (
            "dladm show-link -p",
            "output fields must be specified in parsable mode",
        ),
        (
            "dladm show-link -p -o all",
            "output field `all' invalid in parsable mode",
        ),
        (
            "dladm show-vnic -p -o link,zone",
            "unknown output field: `zone'",
        ),
        (
            "dladm set-linkprop -p colour=red a0",
            "invalid link property 'colour'",
        ),
        (
            "dladm set-linkprop -p priority=urgent a0",
            "link property 'priority' must be one of: low,medium,high",
        ),
    ] {
        assert_eq!(host.bad(line), format!("dladm: {text}\n"), "{line}");
    }
    let omnios = TestHost::new(Flavour::Omnios);
    omnios.good("dladm create-vnic -l igb0 a0");
    assert_eq!(omnios.good("dladm show-vnic -p -o link,zone"), "a0:--\n");
}

#[test]
fn interfaces_of_the_global_zone_hold_links() {
    let host = TestHost::new(Flavour::Upstream);
    host.good("dladm create-vnic -l igb0 a0");
    host.good("ipadm create-addr -T static -a 192.0.2.1/24 a0/v4");
    assert_eq!(
        host.good("ipadm show-addr -p -o addrobj,addr"),
        "a0/v4:192.0.2.1/24\n"
    );
    assert_eq!(
        host.bad("dladm delete-vnic a0"),
        "dladm: vnic deletion failed: link busy\n"
    );
    host.good("ipadm delete-addr a0/v4");
    host.good("ipadm delete-if a0");
    host.good("dladm delete-vnic a0");
}

fn running() -> TestHost {
    let host = TestHost::new(Flavour::Upstream);
    host.configure("web1", "brand=\"ipkg\" ip-type=\"exclusive\"", "");
    host.good("zoneadm -z web1 install");
    host.good("zoneadm -z web1 boot");
    host
}

#[test]
fn zlogin_gives_its_words_to_a_shell_again() {
    let host = running();
    assert_eq!(host.good("zlogin web1 echo 'two   blanks'"), "two blanks\n");
    assert_eq!(host.good("zlogin web1 head -1 etc/group"), "root::0:\n");
    assert_eq!(
        host.good("zlogin web1 'echo $HOME $LOGNAME $ZMGR_EMULATED_HOST'"),
        "/root root\n"
    );
    assert_eq!(host.run("zlogin web1 'exit 7'").0, 7);
    assert_eq!(host.run("zlogin web1 nosuchcommand").0, 127);
    // The real one loses a death by signal.
    assert_eq!(host.run("zlogin web1 'kill -9 $$'").0, 0);
    host.good("zlogin web1 'echo changed > etc/nodename'");
    assert_eq!(
        std::fs::read_to_string(host.host.path("/zones/web1/root/etc/nodename")).unwrap(),
        "changed\n"
    );
}

#[test]
fn zlogin_wants_a_running_zone() {
    let host = running();
    host.configure("new1", "brand=\"ipkg\"", "");
    host.good("zoneadm -z web1 halt");
    assert_eq!(
        host.bad("zlogin web1 true"),
        "zlogin: login allowed only to running zones (web1 is 'installed').\n"
    );
    assert_eq!(
        host.bad("zlogin new1 true"),
        "zlogin: cannot login to a zone which is 'configured'\n"
    );
    assert_eq!(
        host.bad("zlogin gone true"),
        "zlogin: zone 'gone' unknown\n"
    );
    assert_eq!(host.run("zlogin").0, 2);
}

#[test]
fn a_command_prints_garbage_or_hangs_when_ordered() {
    let host = TestHost::new(Flavour::Upstream);
    let mut command = host.command("zfs list -H -o name");
    let (status, out, _) = ran(command
        .env("ZMGR_EMULATED_FAULT_FAIL", "zfs list@1=garbage")
        .output()
        .unwrap());
    assert_eq!(status, 0);
    assert!(!out.contains("rpool"), "{out}");

    let mut command = host.command("zfs list -H -o name");
    let mut child = command
        .env("ZMGR_EMULATED_FAULT_FAIL", "zfs list@*=hang")
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "it hangs");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn calls_are_counted_over_processes_that_share_a_trace() {
    let host = TestHost::new(Flavour::Upstream);
    let trace = host.beside("trace");
    let list = || {
        let mut command = host.command("zfs list -H -o name");
        command
            .env("ZMGR_EMULATED_FAULT_TRACE", &trace)
            .env("ZMGR_EMULATED_FAULT_FAIL", "zfs list@2=3");
        ran(command.output().unwrap()).0
    };
    assert_eq!([list(), list(), list()], [0, 3, 0]);
    let text = std::fs::read_to_string(&trace).unwrap();
    let numbers: Vec<&str> = text.lines().map(|line| line[..9].trim()).collect();
    assert_eq!(numbers, ["1", "2", "3", "4", "5"], "{text}");
}

#[test]
fn the_machine_dies_with_everything_in_the_trace() {
    let host = TestHost::new(Flavour::Upstream);
    let trace = host.beside("trace");
    host.configure("web1", "brand=\"ipkg\"", "");
    let mut command = host.command("zoneadm -z web1 install");
    command
        .env("ZMGR_EMULATED_FAULT_TRACE", &trace)
        .env("ZMGR_EMULATED_INSTALL_SECONDS", "60");
    let mut install = command.stdout(std::process::Stdio::null()).spawn().unwrap();
    let points = || {
        std::fs::read_to_string(&trace)
            .unwrap_or_default()
            .lines()
            .count()
    };
    while points() < 6 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let mut command = host.command("zfs list");
    command.env("ZMGR_EMULATED_FAULT_TRACE", &trace);
    command.env(
        "ZMGR_EMULATED_FAULT_KILL",
        format!("{}:machine", points() + 1),
    );
    assert_eq!(command.status().unwrap().code(), None);
    assert_eq!(install.wait().unwrap().code(), None);
    assert_eq!(host.state("web1"), "incomplete");
}

#[test]
fn orders_that_make_no_sense_stop_the_program() {
    let host = TestHost::new(Flavour::Upstream);
    let mut command = host.command("zfs list");
    let output = command
        .env("ZMGR_EMULATED_FAULT_FAIL", "zfs list")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), None);
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("is not NAME@N=WHAT")
    );
}

#[test]
fn a_host_has_links_to_the_commands_for_people() {
    let host = TestHost::new(Flavour::Upstream);
    let link = host.host.path("/usr/sbin/zoneadm");
    let run = || {
        std::process::Command::new(&link)
            .arg("list")
            .env("ZMGR_EMULATED_HOST", host.host.dir())
            .output()
            .unwrap()
    };
    assert_eq!(ran(run()), (0, "global\n".to_owned(), String::new()));
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("/gone", &link).unwrap();
    Host::open_or_create(host.host.dir(), Flavour::Upstream).unwrap();
    assert_eq!(ran(run()).1, "global\n");
}

#[test]
fn a_command_runs_within_the_process_too() {
    let host = TestHost::new(Flavour::Upstream);
    let _entered = host.host.enter();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = ["list".to_owned(), "-p".to_owned()];
    assert_eq!(commands::run_with("zoneadm", &args, &mut out, &mut err), 0);
    assert_eq!(out, b"0:global:running:/::ipkg:shared\n");
    assert_eq!(
        commands::run_with("modprobe", &args, &mut out, &mut err),
        127
    );
}

#[test]
fn a_repository_that_does_not_answer_is_refused_unless_nobody_asks_it() {
    let host = TestHost::new(Flavour::Omnios);
    std::fs::write(
        host.host.dir().join("emulation/settings"),
        "unreachable-repositories=https://gone.example/\nrepositories=https://other.example/=other.org\n",
    )
    .unwrap();
    let bad = |line: &str| host.bad(line);
    assert!(
        bad("pkg set-publisher -g https://gone.example/a a.org")
            .starts_with("The origin URIs for 'a.org' do not appear")
    );
    assert!(
        bad("pkg set-publisher -g https://other.example a.org")
            .contains("contains package data for other.org; not a.org")
    );
    let before = host.good("pkg publisher -F tsv");
    host.good("pkg set-publisher --no-refresh -g https://gone.example/a a.org");
    assert_eq!(host.run("pkg refresh").0, 3);
    assert_eq!(host.run("pkg refresh a.org").0, 1);
    assert_eq!(host.run("pkg refresh omnios").0, 0);
    host.good("pkg set-publisher -d a.org");
    assert_eq!(host.run("pkg refresh").0, 0);
    host.good("pkg unset-publisher a.org");
    assert_eq!(host.good("pkg publisher -F tsv"), before);
    assert!(
        host.good("pkg set-publisher -p https://other.example")
            .contains("Added publisher(s): other.org")
    );
}
