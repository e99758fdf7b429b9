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
the command was killed by signal 9

"#]]);
    // zlogin says 0 when what it started itself dies.
    let failed = host
        .command("-q exec web01 -- sh -c")
        .arg("kill -9 $PPID; sleep 1")
        .assert()
        .code(1);
    let text = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
    assert!(text.contains("is unknown"), "{text}");
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

/// Runs `zmgr ARGS` with zlogin failing in this way: the order is a variable and its value.
fn with_broken_zlogin(
    host: &TestHost,
    args: &str,
    order: (&str, &str),
) -> snapbox::cmd::OutputAssert {
    let trace = host.path("/trace");
    let _ = std::fs::remove_file(&trace);
    let (name, what) = order;
    host.command(args)
        .env("ZMGR_EMULATED_FAULT_TRACE", trace)
        .env(format!("ZMGR_EMULATED_FAULT_{name}"), what)
        .assert()
}

#[test]
fn a_command_that_never_ran_is_no_success() {
    let host = host_with_zone();
    with_broken_zlogin(&host, "-q exec web01 -- true", ("FAIL", "none@1=1")).success();
    let trace = host.read("/trace");
    let points: Vec<&str> = trace.lines().collect();
    let begun = points
        .iter()
        .position(|point| point.contains("before zlogin"));
    let kill = (begun.unwrap() + 1).to_string();
    // zlogin exits with 0 if a signal ended what it started.
    for (order, said, reason) in [
        (
            ("FAIL", "zlogin@1=garbage"),
            "",
            "zlogin ended with exit status 0 before it",
        ),
        (
            ("FAIL", "zlogin@1=1"),
            "zlogin: the fault that was ordered\n",
            "zlogin ended with exit status 1 before it",
        ),
        (("KILL", kill.as_str()), "", "zlogin was killed by a signal"),
    ] {
        let help = "it may not have started, or may still be running: check with `zmgr login web01 --failsafe`";
        with_broken_zlogin(&host, "-q exec web01 -- true", order).code(1).stderr_eq(format!(
            "{said}error: the outcome of the command in zone web01 is unknown: {reason}\n  help: {help}\n"
        ));
        if reason.contains("status 0") {
            continue;
        }
        let reason = reason.trim_end_matches(" before it");
        for command in ["login", "console"] {
            let args = format!("-q {command} web01");
            let failed = with_broken_zlogin(&host, &args, order).code(1);
            let text = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
            assert!(text.contains(reason), "{command}: {text}");
        }
    }
}

#[test]
fn every_exit_status_is_the_commands_own() {
    let host = host_with_zone();
    for status in [1, 2, 7, 126, 127, 128, 255] {
        host.command("-q exec web01 -- sh -c")
            .arg(format!("exit {status}"))
            .assert()
            .code(status)
            .stderr_eq("");
    }
    // A word that looks like an option is none of zlogin's, su's or the shell's.
    host.zmgr("-q exec web01 -- -c").code(127);
    host.zmgr("-q exec web01 -- printf %s -- -S")
        .success()
        .stdout_eq("---S");
    host.zmgr("-q exec web01 --user -c -- true").code(2);
    for command in ["exec web01 --user=-c -- true", "login web01 --user=-c"] {
        let failure = host.json_failure_before(command, 2);
        assert_eq!(
            failure["message"],
            "invalid value '-c' for '--user <USER>': not a user name"
        );
    }
    host.zmgr("-q exec web01 --").code(2);
}

#[test]
fn closed_streams_are_no_terminal() {
    let host = host_with_zone();
    let zmgr = snapbox::cmd::cargo_bin("zmgr");
    for (redirection, printed) in [("<&-", "begun\n"), (">&-", ""), ("<&- >&- 2>&-", "")] {
        let script = format!(
            "'{}' -q exec web01 -- sh -c 'echo begun; cat > /dev/null; exit 9' {redirection}; test $? -eq 9 || test $? -eq 1",
            zmgr.display()
        );
        snapbox::cmd::Command::new("/bin/sh")
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("ZMGR_EMULATED_HOST", host.path("/"))
            .timeout(std::time::Duration::from_secs(30))
            .args(["-c", &script])
            .stdin("")
            .assert()
            .success()
            .stdout_eq(printed);
    }
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
        ("edit we", "web01"),
        ("set we", "web01"),
        ("net set web01 i", "internal"),
        ("net set web01 internal add", "address="),
        ("set web01 autob", "autoboot"),
        ("pool set internal gatew", "gateway"),
        ("template set router aut", "autoboot"),
        ("config set para", "parallel"),
        ("create web02 --set cpu-sh", "cpu-shares="),
        ("doc exit", "exit-status"),
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
    let history = host.json("history");
    let id = history[0]["id"].as_str().unwrap();
    host.command("-- zmgr history show 2")
        .env("COMPLETE", "bash")
        .env("_CLAP_IFS", "\n")
        .env("_CLAP_COMPLETE_INDEX", "3")
        .assert()
        .success()
        .stdout_eq(id.to_owned());
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
        "timed out: web01 is running, not installed"
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
