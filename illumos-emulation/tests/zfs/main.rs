//! What a real `zfs` did, done again by the emulated one.
//!
//! The transcripts are not part of the repository. They are looked for in `../shared/golden-zfs` beside the workspace, or below the
//! directory that `ZMGR_GOLDEN` names; with `CI` set, it is a failure if they are missing. They come from an `OpenZFS`: `rule.rs` says where
//! illumos differs, and which steps are left out, and why.
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]
#![allow(
    clippy::disallowed_methods,
    reason = "the commands are the thing tested"
)]

mod compare;
mod host;
mod rule;
mod shell;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;

use host::CaseHost;
use rule::{After, Rule};

/// A case.
#[derive(Debug, Deserialize)]
struct Transcript {
    steps: Vec<Step>,
}

/// A command of a case, and what it did.
#[derive(Debug, Clone, Deserialize)]
struct Step {
    cmd: String,
    rc: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Where the transcripts are; `None` if they are not there.
fn folder() -> Option<PathBuf> {
    let shared = match std::env::var_os("ZMGR_GOLDEN").filter(|dir| !dir.is_empty()) {
        Some(dir) => PathBuf::from(dir),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
    };
    // Some name the directory of the other transcripts.
    let places = [
        shared.join("golden-zfs"),
        shared.with_file_name("golden-zfs"),
    ];
    let found = places.into_iter().find(|place| place.is_dir());
    assert!(
        found.is_some() || std::env::var_os("CI").is_none(),
        "there are no transcripts in {}",
        shared.display()
    );
    found
}

/// What came of all cases.
#[derive(Debug, Default)]
struct Tally {
    steps: usize,
    equal: usize,
    left_out: BTreeMap<&'static str, usize>,
    different: String,
}

#[test]
fn the_emulated_zfs_does_what_a_real_one_did() {
    let Some(folder) = folder() else {
        println!("skipped: there are no transcripts of zfs");
        return;
    };
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("transcript.json"))
        .filter(|path| path.is_file())
        .collect();
    cases.sort();
    // For one who looks for the reason of a difference.
    if let Ok(only) = std::env::var("ZMGR_GOLDEN_ZFS_CASE") {
        cases.retain(|case| case.parent().unwrap().ends_with(&only));
    }
    assert!(!cases.is_empty());
    let (tally, next) = (Mutex::new(Tally::default()), AtomicUsize::new(0));
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    replay(case, &tally);
                }
            });
        }
    });
    let tally = tally.into_inner().unwrap();
    println!(
        "{} cases, {} steps: {} equal",
        cases.len(),
        tally.steps,
        tally.equal
    );
    for (reason, count) in &tally.left_out {
        println!("{count:>5} left out: {reason}");
    }
    assert!(tally.different.is_empty(), "\n{}", tally.different);
    assert!(tally.equal > 0);
}

fn replay(case: &Path, tally: &Mutex<Tally>) {
    let text = std::fs::read_to_string(case).unwrap();
    let transcript: Transcript = serde_json::from_str(&text).unwrap();
    let name = case
        .parent()
        .unwrap()
        .file_name()
        .unwrap()
        .to_string_lossy();
    let host = CaseHost::new();
    let mut before: Vec<&Step> = Vec::new();
    let mut diverged: Option<&'static str> = None;
    for (number, step) in transcript.steps.iter().enumerate() {
        let count = |reason| {
            let mut tally = tally.lock().unwrap();
            tally.steps += 1;
            *tally.left_out.entry(reason).or_default() += 1;
        };
        if let Some(reason) = diverged {
            count(reason);
            continue;
        }
        match rule::before(step) {
            Rule::Skip(reason) => {
                count(reason);
                if rule::changed_by_user(step) {
                    diverged = Some("from where a user with delegated rights changed something");
                }
                continue;
            }
            Rule::Run(reason) => {
                host.run(&step.cmd);
                count(reason);
            }
            Rule::Compare => {
                let expected = rule::expected(step);
                let found = host.run(&step.cmd);
                match rule::after(step, &found, &before) {
                    After::Compare => {
                        let difference = compare::difference(&step.cmd, &expected, &found);
                        let mut tally = tally.lock().unwrap();
                        tally.steps += 1;
                        match difference {
                            None => tally.equal += 1,
                            Some(text) => {
                                let _ = writeln!(
                                    tally.different,
                                    "{name}, step {number}: {}\n{text}",
                                    step.cmd
                                );
                            }
                        }
                    }
                    After::LeftOut(reason) => count(reason),
                    After::Diverged(reason) => {
                        count(reason);
                        diverged = Some(reason);
                    }
                }
            }
        }
        before.push(step);
    }
}
