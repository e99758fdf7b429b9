//! Every system call that changes something of the host, of `zmgr` and of everything that it starts: killed there, failed there, half
//! written there, or without room from there on. The points of the emulated host lie between such calls; these are the calls.
//!
//! `tracer.c` counts them and does it. Linux on x86_64, with a C compiler.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::fail::judge;
use super::host::TestHost;
use super::kill::settled;
use super::scenario::{Prepared, Scenario, scenarios};
use super::{conclude, each, progress, sample, tell};

/// The operations that are swept. Not `shutdown`: where the emulated zoneadmd fails in the middle of it, files of its own stay in `/var/run`,
/// which a restart of the machine removes.
const SWEPT: [&str; 14] = [
    "create",
    "create with two nets beside another zone",
    "create from the registry",
    "destroy",
    "destroy into quarantine",
    "import",
    "forget",
    "boot",
    "halt",
    "net add",
    "net set",
    "net remove",
    "pool release from quarantine",
    "set of an entry",
];

/// How many places of an operation the bounded form takes, of each thing that may happen.
const BOUNDED: usize = 1;

/// What happens at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Kill,
    Error(i32),
    Torn,
    Full,
    ReadOnly,
}

impl What {
    fn word(self) -> String {
        match self {
            Self::Kill => "kill".to_owned(),
            Self::Error(number) => format!("error={number}"),
            Self::Torn => "torn".to_owned(),
            Self::Full => "full".to_owned(),
            Self::ReadOnly => "readonly".to_owned(),
        }
    }
}

/// The tracer, compiled once.
static TRACER: LazyLock<PathBuf> = LazyLock::new(|| {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/crash/tracer.c");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("zmgr-tracer");
    let beside = program.with_extension(std::process::id().to_string());
    let compiled = snapbox::cmd::Command::new("cc")
        .args(["-O1", "-Wall", "-o"])
        .args([&beside, &source])
        .assert();
    compiled.success();
    fs::rename(&beside, &program).unwrap();
    program
});

/// Where the calls of a run are noted.
fn report(host: &TestHost) -> PathBuf {
    host.root().with_extension("calls")
}

/// Runs the operation of a scenario under the tracer.
fn traced(prepared: &Prepared, host: &TestHost, what: &str, place: usize) -> super::host::Ended {
    let (root, report) = (host.root(), report(host));
    let place = place.to_string();
    let words = [
        root.as_os_str(),
        report.as_os_str(),
        what.as_ref(),
        place.as_ref(),
    ];
    host.zmgr_under(&TRACER, &words, &format!("{} -q", prepared.scenario.args))
}

/// The names of the calls of an operation, in order.
fn calls(prepared: &Prepared) -> Vec<String> {
    let host = prepared.host.copy();
    let ended = traced(prepared, &host, "count", 0);
    assert_eq!(
        ended.status,
        Some(0),
        "{}: {}",
        prepared.label(),
        ended.stderr
    );
    let text = fs::read_to_string(report(&host)).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// Everything that may happen at each call.
fn orders(calls: &[String]) -> Vec<(What, usize)> {
    let mut orders = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let place = at + 1;
        orders.extend([
            (What::Kill, place),
            (What::Full, place),
            (What::ReadOnly, place),
        ]);
        // EIO and ENOSPC; EMFILE where a descriptor is wanted.
        let other = if call.starts_with("open") { 24 } else { 5 };
        orders.extend([(What::Error(other), place), (What::Error(28), place)]);
        if call == "write" {
            orders.push((What::Torn, place));
        }
    }
    orders
}

fn happened(prepared: &Prepared, what: What, place: usize, clean: bool) -> Result<(), String> {
    let host = prepared.host.copy();
    let ended = traced(prepared, &host, &what.word(), place);
    let judged = match what {
        What::Kill => settled(prepared, &host, false),
        _ => agrees(&host, &ended).and_then(|()| judge(prepared, &host, &ended)),
    };
    judged
        .and_then(|()| match host.zmgr("doctor -q") {
            found if clean && found.status != Some(0) => Err(format!("doctor: {:?}", found.status)),
            _ => Ok(()),
        })
        .map_err(|reason| {
            format!(
                "{}, {what:?} at call {place}: exit status {:?}: {reason}; said: {}",
                prepared.label(),
                ended.status,
                ended.stderr.trim().replace('\n', " | ")
            )
        })
}

/// A journal is open exactly if the exit status says that something is left.
fn agrees(host: &TestHost, ended: &super::host::Ended) -> Result<(), String> {
    let open = host.unsettled();
    if open.is_empty() == (ended.status == Some(5)) {
        return Err(format!("journals that are open: {open:?}"));
    }
    Ok(())
}

#[test]
fn every_system_call() {
    let (mut calls_of_all, mut tried) = (0, 0);
    let mut wrong = Vec::new();
    let swept = |(_, scenario): &(usize, &'static Scenario)| SWEPT.contains(&scenario.name);
    for (salt, scenario) in scenarios().filter(swept) {
        // The bounded form takes every third operation.
        if !super::full() && salt % 3 != 0 {
            continue;
        }
        let prepared = Prepared::new(scenario, ["upstream", "omnios"][salt % 2]);
        let clean = prepared.host.copy().zmgr("doctor -q").status == Some(0);
        let calls = calls(&prepared);
        let all = orders(&calls);
        let mut chosen = Vec::new();
        for kind in [
            What::Kill,
            What::Error(5),
            What::Error(24),
            What::Error(28),
            What::Torn,
            What::Full,
            What::ReadOnly,
        ] {
            let of_kind: Vec<(What, usize)> = all
                .iter()
                .filter(|(what, _)| *what == kind)
                .copied()
                .collect();
            chosen.extend(sample(&of_kind, BOUNDED, 7 * salt));
        }
        let found = each(&chosen, |(what, place)| {
            happened(&prepared, *what, *place, clean)
        });
        calls_of_all += calls.len();
        tried += chosen.len();
        progress(&prepared, "system calls", chosen.len(), &found);
        wrong.extend(found);
    }
    tell(&format!("changing system calls: {calls_of_all}"));
    conclude("system calls", tried, &wrong);
}
