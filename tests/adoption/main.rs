//! Zones that the real zonecfg(8) made, adopted by `zmgr`: what is shown of each, and whether anything of it is lost.
//!
//! The transcripts are those of the golden suite (`zonecfg-language/tests/golden`), found in the same places and left out in the same way where
//! there are none. Two kinds of tests. Every case that has files afterwards becomes a host of its own, of the case's flavour: what
//! `import`, `list` and `show` say of each zone is compared with what its document says. And the documents of all cases, under
//! names of their own, become the zones of one host: they are imported and validated, and each is destroyed in a copy of that host and
//! made again from its entry, which must lead to a document that says the same.

#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

#[path = "../../zonecfg-language/tests/golden/case.rs"]
#[expect(
    dead_code,
    reason = "what zonecfg(8) said is the golden suite's matter"
)]
mod case;
mod crowd;
mod host;
mod shown;
mod xml;

use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};

use case::Set;

/// Where the transcripts are looked for, and whether somebody said so.
fn transcripts() -> (PathBuf, bool) {
    match std::env::var_os("ZMGR_GOLDEN").filter(|dir| !dir.is_empty()) {
        Some(dir) => (PathBuf::from(dir), true),
        None => (
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
            false,
        ),
    }
}

fn main() {
    let arguments = Arguments::from_args();
    let (shared, named) = transcripts();
    let mut trials = Vec::new();
    let mut all = Vec::new();
    for (name, set) in [("golden", Set::Upstream), ("golden-omnios", Set::Extended)] {
        let dir = shared.join(name);
        let cases = case::cases(&dir, set);
        if cases.is_empty() {
            trials.push(missing(name, &dir, named));
            continue;
        }
        for case in cases {
            all.push(case.clone());
            if case.after.contains_key("index") {
                let name = format!("{name}/{}", case.name);
                trials.push(Trial::test(name, move || verdict(shown::check(&case))));
            }
        }
    }
    for (name, set) in [("upstream", Set::Upstream), ("extended", Set::Extended)] {
        let name = format!("many zones on one host, {name}");
        let cases = all.clone();
        let none = cases.is_empty();
        let trial = Trial::test(name, move || verdict(crowd::check(&cases, set)));
        trials.push(trial.with_ignored_flag(none));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// Stands for a set that is not there: ignored, or a failure where it has to be there.
fn missing(set: &str, dir: &Path, named: bool) -> Trial {
    let reason = format!("no cases in {}", dir.display());
    let wanted = named || std::env::var_os("CI").is_some();
    Trial::test(format!("{set}: {reason}"), move || {
        Err(Failed::from(reason))
    })
    .with_ignored_flag(!wanted)
}

fn verdict(complaints: Vec<String>) -> Result<(), Failed> {
    if complaints.is_empty() {
        return Ok(());
    }
    Err(Failed::from(complaints.join("\n")))
}
