//! Help, wrong command lines, and what needs no host.

use snapbox::str;

use crate::support::TestHost;

#[test]
fn a_wrong_command_line_is_told_and_exits_with_2() {
    let host = TestHost::new();
    host.zmgr("lst").code(2).stdout_eq("").stderr_eq(str![[r#"
error: unrecognized subcommand 'lst'

  tip: a similar subcommand exists: 'list'

Usage: zmgr [OPTIONS] <COMMAND>

For more information, try '--help'.

"#]]);
    let failure = host.json_failure("man --ouptut x", 2);
    assert_eq!(failure["code"], "zmgr::usage");
    assert_eq!(failure["message"], "unexpected argument '--ouptut' found");
    assert_eq!(failure["help"], "did you mean --output?");
}

#[test]
fn what_follows_two_dashes_is_a_name() {
    let host = TestHost::new();
    for command in ["create", "destroy"] {
        let failure = host.json_failure_before(&format!("{command} -- --json"), 2);
        let message = failure["message"].as_str().unwrap();
        assert!(
            message.contains("--json") && message.contains("begins with '-'"),
            "{message}"
        );
    }
    host.zmgr("-q create --no-boot -- web01").success();
}

#[test]
fn other_names_of_commands() {
    let host = TestHost::new();
    for command in [
        "ls --help",
        "start --help",
        "stop --help",
        "delete --help",
        "rm --help",
    ] {
        host.zmgr(command).success();
    }
    for (typed, meant) in [
        ("creat", "create"),
        ("delet", "delete"),
        ("histroy", "history"),
    ] {
        let failure = host.json_failure(typed, 2);
        assert_eq!(failure["help"], format!("did you mean {meant}?"));
    }
    // What is near to nothing is not guessed.
    assert_eq!(
        host.json_failure("frobnicate", 2)["help"],
        "see zmgr --help"
    );
}

#[test]
fn no_command_shows_the_help_and_exits_with_2() {
    let assert = TestHost::new().zmgr("").code(2).stdout_eq("");
    assert!(String::from_utf8_lossy(&assert.get_output().stderr).contains("Usage: zmgr"));
}

#[test]
fn what_needs_no_host_makes_none() {
    let host = TestHost::new();
    host.zmgr("--version").success();
    host.zmgr("man --help").success();
    host.zmgr("completions bash").success().stderr_eq("");
    host.zmgr("man").success().stderr_eq("");
    assert!(!host.path("/").exists());
}

#[test]
fn a_page_for_every_command() {
    let host = TestHost::new();
    let dir = host.path("/man8");
    std::fs::create_dir_all(&dir).unwrap();
    host.command("man --output")
        .arg(&dir)
        .assert()
        .success()
        .stdout_eq("");
    let page = host.read("/man8/zmgr.8");
    assert!(page.contains(".TH ZMGR 8"), "{page}");
    for section in [
        "SYNOPSIS",
        "EXAMPLES",
        "EXIT STATUS",
        "ENVIRONMENT",
        "FILES",
    ] {
        let page = host.read("/man8/zmgr-create.8");
        assert!(
            page.contains(&format!(".SH {section}"))
                || page.contains(&format!(".SH \"{section}\"")),
            "{section}: {page}"
        );
    }
    assert!(host.read("/man8/zmgr-create.8").contains("NAME=VALUE"));
    let documents = host.read("/man8/zmgr.5");
    assert!(documents.contains(".SS template.net.vlan"), "{documents}");
    assert!(
        host.read("/man8/zmgr-completions.8")
            .contains("zmgr completions")
    );
    host.zmgr("man nothing").code(2).stderr_eq(str![[r#"
error: there is no command "nothing"
  help: see zmgr --help

"#]]);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let host = TestHost::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    #[expect(
        clippy::disallowed_methods,
        reason = "snapbox reads everything; this test must not"
    )]
    let output = std::process::Command::new(snapbox::cmd::cargo_bin("zmgr"))
        .args(["man"])
        .env_clear()
        .env("ZMGR_EMULATED_HOST", host.path("/"))
        .stdout(writer)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}
