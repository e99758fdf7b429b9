//! What the real zonecfg(8) did with given inputs, carried out by this crate on an emulated host.
//!
//! Two kinds of cases: those of the repository, in `tests/cases`, and transcripts of the real tool, which are not part of it. They are
//! looked for in `../shared` beside the workspace, or in the directory that `ZMGR_GOLDEN` names: `golden` (illumos-gate) and
//! `golden-omnios` below it. With `CI` set, it is a failure if they are missing. `tests/golden/README.md` says what a case is, which are
//! left out, and why.

#[path = "golden/case.rs"]
mod case;
#[path = "golden/compare.rs"]
mod compare;
#[path = "golden/host.rs"]
mod host;
#[path = "golden/rule.rs"]
mod rule;

use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};
use zonecfg_language::{Options, Outcome, Source};

use case::{Case, Set};
use host::CaseHost;

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
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let (shared, named) = transcripts();
    let mut trials = Vec::new();
    let sets = [
        ("cases", own.join("upstream"), Set::Upstream),
        ("cases-extended", own.join("extended"), Set::Extended),
        ("golden", shared.join("golden"), Set::Upstream),
        ("golden-omnios", shared.join("golden-omnios"), Set::Extended),
    ];
    for (name, dir, set) in sets {
        let cases = case::cases(&dir, set);
        if cases.is_empty() {
            trials.push(missing(name, &dir, named));
        }
        trials.extend(cases.into_iter().map(|case| trial(name, case)));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// Stands for a set that is not there: ignored, or a failure where it has to be there.
fn missing(set: &str, dir: &Path, named: bool) -> Trial {
    let reason = format!("no cases in {}", dir.display());
    let wanted = named || std::env::var_os("CI").is_some() || set.starts_with("cases");
    Trial::test(format!("{set}: {reason}"), move || {
        Err(Failed::from(reason))
    })
    .with_ignored_flag(!wanted)
}

fn trial(set: &str, case: Case) -> Trial {
    let left_out = rule::left_out(&case).or_else(|| rule::undecided(&case, host::library()));
    let name = match left_out {
        Some(reason) => format!("{set}/{} ({reason})", case.name),
        None => format!("{set}/{}", case.name),
    };
    Trial::test(name, move || check(&case)).with_ignored_flag(left_out.is_some())
}

fn run(case: &Case) -> Outcome {
    let mut options = Options::default();
    let text = match &case.input {
        Some(input) => {
            if let Some(name) = case.arguments.last() {
                options.source = Source::File(String::from_utf8_lossy(name).into_owned());
            }
            input.clone()
        }
        None => {
            let mut text = case.arguments[2..].join(&b' ');
            text.push(b'\n');
            text
        }
    };
    zonecfg_language::run(&case.zone, &text, &options)
}

fn commands_of(case: &Case) -> Vec<u8> {
    case.input
        .clone()
        .unwrap_or_else(|| case.arguments[2..].join(&b' '))
}

fn check(case: &Case) -> Result<(), Failed> {
    let place = CaseHost::new(case)?;
    let _entered = place.host.enter();
    let outcome = run(case);
    let found = place.zone_files()?;
    let mut complaints = Vec::new();
    if let Some(reason) = rule::loses_data(case) {
        if outcome.status == 0 {
            complaints.push(format!("{reason}: it must be refused"));
        }
        complaints.extend(rule::lost(case, &found));
        for name in rule::documents(&found) {
            let asked = zonecfg_language::run(&name, b"info\n", &Options::default());
            if asked.status != 0 {
                complaints.push(format!("{reason}: {name} cannot be read: {}", asked.stderr));
            }
        }
        return verdict(complaints, &outcome);
    }
    if outcome.status != case.status {
        complaints.push(format!(
            "exit status {}, wanted {}",
            outcome.status, case.status
        ));
    }
    if case.status != 0 || !case.stderr.is_empty() {
        compare::messages(&case.stderr, &outcome.stderr, &mut complaints);
    }
    if !rule::prints_help(&commands_of(case)) {
        compare::text(
            "stdout",
            &case.stdout,
            outcome.stdout.as_bytes(),
            &mut complaints,
        );
    }
    compare::files(&case.after, &found, case.random_uuid, &mut complaints);
    for answer in &case.answers {
        let command = format!("{}\n", answer.command);
        let asked = zonecfg_language::run(&answer.zone, command.as_bytes(), &Options::default());
        let what = format!("{} of {}", answer.command, answer.zone);
        if asked.status != answer.status {
            complaints.push(format!(
                "{what}: exit status {}, wanted {}",
                asked.status, answer.status
            ));
        }
        if let Some(stdout) = &answer.stdout {
            compare::text(&what, stdout, asked.stdout.as_bytes(), &mut complaints);
        }
        if answer.status != 0 {
            compare::messages(&answer.stderr, &asked.stderr, &mut complaints);
        }
    }
    verdict(complaints, &outcome)
}

fn verdict(complaints: Vec<String>, outcome: &Outcome) -> Result<(), Failed> {
    if complaints.is_empty() {
        return Ok(());
    }
    Err(Failed::from(format!(
        "{}\n--- it said\n{}",
        complaints.join("\n\n"),
        outcome.stderr
    )))
}
