//! `wait`, `exec`, `login`, `console` and `rename`.

use snapbox::str;

use crate::support::TestHost;

fn host_with_zone() -> TestHost {
    let host = TestHost::new();
    host.zmgr("-q create web01").success();
    host
}

#[test]
fn arguments_reach_the_zone_unharmed() {
    let host = host_with_zone();
    let args = [
        "plain",
        "two words",
        "",
        "it's",
        "\"quoted\"",
        "$HOME `id` $(id)",
        "a;b|c&d>e<f",
        "*?[a]~!",
        "back\\slash",
        "line\nbreak",
        "tab\t",
        "-n",
        "ünï",
    ];
    let output = host
        .command("exec web01 -- printf %s\\0")
        .args(args)
        .assert()
        .success();
    let printed = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    let printed: Vec<&str> = printed.trim_end_matches('\0').split('\0').collect();
    assert_eq!(printed, args);
}

#[test]
fn streams_and_status_are_those_of_the_command() {
    let host = host_with_zone();
    host.command("exec web01 -- sh -c")
        .arg("cat; echo oops >&2; exit 42")
        .stdin("input\n")
        .assert()
        .code(42)
        .stdout_eq("input\n")
        .stderr_eq(str![[r#"
this system is not illumos: working on the emulated host in [HOST]
oops

"#]]);
    host.zmgr("-q exec web01 -- true").success().stderr_eq("");
    host.zmgr("-q exec web01 -- no-such-command-there")
        .code(127);
}

#[test]
fn a_signal_is_reported() {
    let host = host_with_zone();
    host.command("exec web01 -- sh -c")
        .arg("kill -9 $$")
        .assert()
        .code(137)
        .stderr_eq(str![[r#"
this system is not illumos: working on the emulated host in [HOST]
...
signal 9 ended the command

"#]]);
    // zlogin says 0 when what it started itself dies.
    let failed = host
        .command("-q exec web01 -- sh -c")
        .arg("kill -9 $PPID; sleep 1")
        .assert()
        .code(1);
    let text = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
    assert!(text.contains("is not known"), "{text}");
}

#[test]
fn a_zone_that_does_not_run_takes_no_command() {
    let host = host_with_zone();
    host.zmgr("-q halt web01").success();
    for (args, status, code) in [
        ("exec web01 -- true", 2, "zmgr::usage"),
        ("wait nothing --state running", 6, "zmgr::zone::not_found"),
        ("rename web01 web02", 1, "zmgr::rename::refused"),
        ("rename web09 web02", 6, "zmgr::zone::not_found"),
    ] {
        assert_eq!(
            host.json_failure_before(args, status)["code"],
            code,
            "{args}"
        );
    }
    host.zmgr("-q exec web01 -- true")
        .code(7)
        .stderr_eq(str![[r#"
error: zone web01 is installed; running a command is not possible
  help: `zmgr boot web01` boots it

"#]]);
    host.zmgr("-q login web01").code(7);
    host.zmgr("-q login web09").code(6);
    host.zmgr("-q console web01").success().stdout_eq(str![[r#"
[Connected to zone 'web01' console]

[Connection to zone 'web01' console closed]

"#]]);
}

#[test]
fn the_shell_completes_names() {
    let host = host_with_zone();
    for (typed, expected) in [
        ("show we", "web01"),
        ("exec we", "web01"),
        ("create web02 --template r", "router"),
        ("template remove r", "router"),
        ("pool edit i", "internal"),
        ("publisher set o", "openindiana.org"),
        ("wait web01 --state r", "ready\nrunning"),
        ("list --state inst", "installed"),
        ("completions z", "zsh"),
    ] {
        let words = typed.split(' ').count();
        host.command(&format!("-- zmgr {typed}"))
            .env("COMPLETE", "bash")
            .env("_CLAP_IFS", "\n")
            .env("_CLAP_COMPLETE_INDEX", words.to_string())
            .assert()
            .success()
            .stdout_eq(expected);
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = host.zmgr(&format!("completions {shell}")).success();
        let script = String::from_utf8_lossy(&script.get_output().stdout).into_owned();
        assert!(script.contains("COMPLETE"), "{script}");
    }
}

#[test]
fn a_session_ends_well_whatever_its_last_command_said() {
    let host = host_with_zone();
    host.command("-q login web01")
        .stdin("exit 3\n")
        .assert()
        .success()
        .stderr_eq("");
}

#[test]
fn states_are_waited_for() {
    let host = host_with_zone();
    assert_eq!(
        host.json("wait web01 --state running,installed")[0]["state"],
        "running"
    );
    let failure = host.json_failure("wait web* --state installed --timeout 1", 1);
    assert_eq!(failure["code"], "zmgr::wait::timeout");
    assert_eq!(
        failure["message"],
        "the time is over: web01 is running, not installed"
    );
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            host.zmgr("-q wait web01 --state installed --timeout 50")
                .success();
        });
        host.zmgr("-q halt web01").success();
        waiting.join().unwrap();
    });
    host.zmgr("-q destroy web01 -y").success();
    assert_eq!(
        host.json("wait web01 --state missing")[0]["state"],
        "missing"
    );
}
