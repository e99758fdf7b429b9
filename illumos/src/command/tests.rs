use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::stream::Capture;
use super::{Command, Output, Stream, process, quote};
use crate::{ErrorKind, Result};

/// Runs `script` with sh through the runner; on this system there is one.
fn sh(command: &Command, script: &str, line: &mut dyn FnMut(Stream, &str)) -> Result<Output> {
    let mut process = process::system("/bin/sh");
    process.args(["-c", script]);
    process::run(command, process, line)
}

fn command() -> Command {
    Command::new("/usr/sbin/zoneadm").args(["-z", "web01", "install"])
}

#[test]
fn both_streams_are_captured_and_streamed() {
    let mut seen = Vec::new();
    let output = sh(
        &command(),
        "echo one; echo two >&2; printf last",
        &mut |stream, line| seen.push((stream, line.to_owned())),
    )
    .unwrap();
    assert_eq!(
        (
            output.status,
            output.stdout.as_str(),
            output.stderr.as_str()
        ),
        (Some(0), "one\nlast", "two\n")
    );
    seen.sort_by_key(|(stream, line)| (*stream == Stream::Stderr, line.clone()));
    let expected = [
        (Stream::Stdout, "last"),
        (Stream::Stdout, "one"),
        (Stream::Stderr, "two"),
    ];
    assert_eq!(
        seen,
        expected.map(|(stream, line)| (stream, line.to_owned()))
    );
}

#[test]
fn lines_arrive_while_the_program_runs() {
    let started = Instant::now();
    let mut first = None;
    sh(&command(), "echo one; sleep 1; echo two", &mut |_, _| {
        first.get_or_insert_with(|| started.elapsed());
    })
    .unwrap();
    assert!(
        first.unwrap() < Duration::from_millis(700),
        "the first line came with the last: {first:?}"
    );
}

#[test]
fn much_output_on_both_streams_does_not_block() {
    let script = "i=0; while [ $i -lt 3000 ]; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; \
                  echo bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb >&2; i=$((i+1)); done";
    let mut lines = 0;
    let output = sh(
        &command().deadline(Duration::from_secs(60)),
        script,
        &mut |_, _| lines += 1,
    )
    .unwrap();
    assert_eq!(
        (
            lines,
            output.stdout.lines().count(),
            output.stderr.lines().count()
        ),
        (6000, 3000, 3000)
    );
}

#[test]
fn a_passed_deadline_ends_the_whole_group() {
    let dir = tempfile::tempdir().unwrap();
    let late = dir.path().join("late");
    let script = format!(
        "(sleep 2; touch {}) & echo started; sleep 60",
        late.display()
    );
    let started = Instant::now();
    let error = sh(
        &command().deadline(Duration::from_millis(300)),
        &script,
        &mut |_, _| {},
    )
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(
        error
            .to_string()
            .contains("/usr/sbin/zoneadm -z web01 install"),
        "{error}"
    );
    assert!(
        error.to_string().contains("started"),
        "the tail is missing: {error}"
    );
    assert!(started.elapsed() < Duration::from_secs(3));
    std::thread::sleep(Duration::from_millis(2200));
    assert!(!late.exists(), "a process of the group went on");
}

#[test]
fn a_program_that_ignores_the_first_signal_is_killed() {
    let started = Instant::now();
    let script = "trap '' TERM; while :; do sleep 1; done";
    let error = sh(
        &command().deadline(Duration::from_millis(200)),
        script,
        &mut |_, _| {},
    )
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(started.elapsed() >= Command::GRACE && started.elapsed() < Command::GRACE * 2);
}

#[test]
fn the_stop_flag_ends_it() {
    let flag = Arc::new(AtomicBool::new(false));
    let command = command().stop_when(Arc::clone(&flag));
    let error = sh(&command, "echo started; sleep 60", &mut |_, _| {
        flag.store(true, Ordering::Relaxed);
    })
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
}

#[test]
fn every_program_is_ended_when_that_is_asked_for() {
    static ASKED: AtomicBool = AtomicBool::new(false);
    // Other tests of this process run on: nobody asks while they have no flag of their own.
    thread_local! {
        static MINE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    }
    MINE.set(true);
    super::stop_all_when(|| MINE.get() && ASKED.load(Ordering::Relaxed));
    let started = Instant::now();
    let error = sh(&command(), "echo started; sleep 60", &mut |_, _| {
        ASKED.store(true, Ordering::Relaxed);
    })
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(started.elapsed() < Duration::from_secs(30));
    let flag = Arc::new(AtomicBool::new(false));
    sh(&command().stop_when(flag), "exit 0", &mut |_, _| {}).unwrap();
}

#[test]
fn a_daemon_that_keeps_the_streams_does_not_hold_us() {
    let started = Instant::now();
    let output = sh(&command(), "sleep 5 & echo done", &mut |_, _| {}).unwrap();
    assert_eq!(output.stdout, "done\n");
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_program_that_closes_its_streams_is_waited_for() {
    let started = Instant::now();
    let output = sh(&command(), "exec >&- 2>&-; sleep 1; exit 3", &mut |_, _| {}).unwrap();
    assert_eq!(output.status, Some(3));
    assert!(started.elapsed() >= Duration::from_millis(900));
}

#[test]
fn a_panic_in_the_callback_ends_the_program() {
    let dir = tempfile::tempdir().unwrap();
    let pid = dir.path().join("pid");
    let script = format!("echo $$ > {}; echo one; sleep 60", pid.display());
    let result =
        std::panic::catch_unwind(|| sh(&command(), &script, &mut |_, _| panic!("callback")));
    assert!(result.is_err());
    let pid = std::fs::read_to_string(pid).unwrap();
    let process = std::path::Path::new("/proc").join(pid.trim());
    let begun = Instant::now();
    while process.exists() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it runs on");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn failure_names_status_signal_and_tail() {
    let output = |status, signal, stdout: &str, stderr: &str| Output {
        status,
        signal,
        stdout: stdout.to_owned(),
        stderr: stderr.to_owned(),
        truncated: false,
    };
    let text = |output: &Output| command().failure(ErrorKind::Failed, output).to_string();
    assert_eq!(
        text(&output(
            Some(1),
            None,
            "out\n",
            "zoneadm: web01: No such zone configured\n"
        )),
        "cannot run `/usr/sbin/zoneadm -z web01 install`: exit status 1: zoneadm: web01: No such zone configured"
    );
    assert_eq!(
        text(&output(None, Some(9), "a\n\nb\n", "")),
        "cannot run `/usr/sbin/zoneadm -z web01 install`: ended by signal 9:\na\nb"
    );
    let many: String = (0..100).map(|i| format!("line {i}\n")).collect();
    assert!(!text(&output(Some(1), None, &many, "")).contains("line 87"));
    assert!(text(&output(Some(1), None, &many, "")).contains("line 88"));
}

#[test]
fn the_environment_is_clean_and_stdin_empty() {
    let output = sh(&command(), "env; cat", &mut |_, _| {}).unwrap();
    let names: Vec<&str> = output
        .stdout
        .lines()
        .filter_map(|line| Some(line.split_once('=')?.0))
        .collect();
    assert!(
        names.contains(&"PATH") && names.contains(&"LC_ALL"),
        "{names:?}"
    );
    assert!(
        !names.contains(&"HOME") && !names.contains(&"CARGO"),
        "{names:?}"
    );
}

#[test]
fn a_missing_program_is_unsupported() {
    let error = process::run(
        &command(),
        process::system("/nonexistent/zoneadm"),
        &mut |_, _| {},
    )
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn display_quotes_for_sh() {
    let text = Command::new("/usr/sbin/zfs")
        .args(["get", "a b", "it's", "", "$HOME", "org:x=1"])
        .display();
    assert_eq!(
        text,
        r"/usr/sbin/zfs get 'a b' 'it'\''s' '' '$HOME' org:x=1"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn sh_reads_back_what_was_quoted(word in "[^\0]{0,40}") {
        let output = sh(&command(), &format!("printf %s {}", quote(&word)), &mut |_, _| {}).unwrap();
        prop_assert_eq!(output.stdout, word);
    }

    #[test]
    fn lines_do_not_depend_on_how_the_bytes_arrive(text in "[a-c\n\r]{0,60}", sizes in proptest::collection::vec(1_usize..7, 0..30)) {
        let mut whole = Vec::new();
        let mut pieces = Vec::new();
        let mut capture = Capture::new(1000);
        capture.push(text.as_bytes(), &mut |line| whole.push(line.to_owned()));
        capture.finish(&mut |line| whole.push(line.to_owned()));
        let mut capture = Capture::new(1000);
        let mut rest = text.as_bytes();
        for size in sizes {
            let (head, tail) = rest.split_at(size.min(rest.len()));
            capture.push(head, &mut |line| pieces.push(line.to_owned()));
            rest = tail;
        }
        capture.push(rest, &mut |line| pieces.push(line.to_owned()));
        capture.finish(&mut |line| pieces.push(line.to_owned()));
        prop_assert_eq!(&whole, &pieces);
        prop_assert_eq!(capture.into_text(), text);
    }

    #[test]
    fn the_tail_is_kept_within_the_limit(lines in proptest::collection::vec("[a-z]{0,9}", 0..200)) {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let mut capture = Capture::new(100);
        capture.push(text.as_bytes(), &mut |_| {});
        let truncated = capture.truncated();
        let kept = capture.into_text();
        prop_assert!(kept.len() <= 100 && text.ends_with(&kept));
        prop_assert_eq!(truncated, text.len() > 100);
        prop_assert!(kept.is_empty() || kept.len() == text.len() || text[..text.len() - kept.len()].ends_with('\n'));
    }
}
