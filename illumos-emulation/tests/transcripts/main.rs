//! What the real zoneadm did with given zones, command by command, done again with the emulated one.
//!
//! The transcripts lie in `../shared/golden-zoneadm` beside the workspace, or, with `ZMGR_GOLDEN`, in that directory's name with
//! `-zoneadm` behind it. They come from the real program with the kernel, zoneadmd, ZFS and the brands' scripts replaced, so that not
//! all that they hold is evidence: `compare` says by which rules something is left out.
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]
#![allow(
    clippy::disallowed_methods,
    reason = "the commands are the thing tested"
)]
#![allow(
    clippy::print_stdout,
    reason = "what agrees and what is left out is to be seen"
)]

#[path = "../common/mod.rs"]
mod common;
mod compare;
mod setting;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use illumos_emulation::Flavour;
use serde_json::Value;

use compare::Outcome;
use setting::Scenario;

/// Where the transcripts are; `None` where there are none.
fn folder(flavour: Flavour) -> Option<PathBuf> {
    let mut golden = std::env::var_os("ZMGR_GOLDEN").unwrap_or_else(|| {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../shared/golden")
            .into_os_string()
    });
    golden.push("-zoneadm");
    let folder = Path::new(&golden).join(flavour.name());
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the transcripts are missing: {}",
        folder.display()
    );
    println!("skipped: there are no transcripts in {}", folder.display());
    None
}

fn read(path: &Path) -> Option<Value> {
    serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
}

#[derive(Default)]
struct Tally {
    agreed: usize,
    /// Why how many were left out.
    left_out: BTreeMap<String, usize>,
    differences: Vec<String>,
}

/// Types the commands of one transcript.
fn replay(case: &Path, flavour: Flavour, tally: &mut Tally) {
    let name = case.file_name().unwrap().to_string_lossy();
    let (Some(setup), Some(Value::Array(steps))) = (
        read(&case.join("setup.json")),
        read(&case.join("transcript.json")),
    ) else {
        let reason = "the transcript has another form".to_owned();
        *tally.left_out.entry(reason).or_default() += 1;
        return;
    };
    let anew = setup["each_command_from_the_beginning"] == Value::Bool(true);
    let mut scenario = Scenario::new(flavour, &setup);
    let mut unknown = None;
    for step in steps {
        if let Some(text) = step["setup"].as_str() {
            if unknown.is_none() && !scenario.apply(text) {
                unknown = Some(format!("what was set up is not emulated: {text}"));
            }
            continue;
        }
        if step["log"].to_string().contains("zfs promote") {
            unknown = Some("a clone takes over its origin, which is not emulated".to_owned());
        }
        let outcome = match &unknown {
            Some(reason) => Outcome::LeftOut(reason.clone()),
            None => compare::command(&mut scenario, &step),
        };
        match outcome {
            Outcome::Agrees => tally.agreed += 1,
            Outcome::LeftOut(reason) => *tally.left_out.entry(reason).or_default() += 1,
            Outcome::Differs(text) => tally.differences.push(format!(
                "{name}: {}\n{text}",
                step["cmd"].as_str().unwrap_or_default()
            )),
        }
        if anew {
            scenario = Scenario::new(flavour, &setup);
        }
    }
}

fn replay_all(flavour: Flavour) {
    let Some(folder) = folder(flavour) else {
        return;
    };
    let only = std::env::var("ZMGR_TRANSCRIPT").ok();
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|case| only.as_ref().is_none_or(|only| case.ends_with(only)))
        .collect();
    cases.sort();
    let mut tally = Tally::default();
    for case in &cases {
        replay(case, flavour, &mut tally);
    }
    println!("{}: {} commands agree", flavour.name(), tally.agreed);
    for (reason, count) in &tally.left_out {
        println!("{}: {count} left out: {reason}", flavour.name());
    }
    assert!(
        tally.differences.is_empty(),
        "{} differ:\n{}",
        tally.differences.len(),
        tally.differences.join("\n")
    );
}

#[test]
fn upstream_does_what_the_real_one_did() {
    replay_all(Flavour::Upstream);
}

#[test]
fn omnios_does_what_the_real_one_did() {
    replay_all(Flavour::Omnios);
}
