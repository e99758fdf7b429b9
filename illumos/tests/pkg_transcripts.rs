//! What the real pkg(1) did with publishers, carried out by the emulated one, and read by this crate.
//!
//! The transcripts are not part of the repository. They are looked for in `../shared/golden-pkg` beside the workspace, or in the
//! directory `golden-pkg` where `ZMGR_GOLDEN` points; with that or `CI` set, it is a failure if they are missing. `rule.rs` says which of
//! their commands are left out, and why; how many those are is printed.

#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

#[path = "pkg_transcripts/compare.rs"]
mod compare;
#[path = "pkg_transcripts/host.rs"]
mod host;
#[path = "pkg_transcripts/read.rs"]
mod read;
#[path = "pkg_transcripts/rule.rs"]
mod rule;
#[path = "pkg_transcripts/transcript.rs"]
mod transcript;

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};

use host::{ReplayHost, ZONES};
use rule::Part;
use transcript::{Step, Transcript};

/// Where the transcripts are looked for, and whether they have to be there.
fn place() -> (PathBuf, bool) {
    let named = std::env::var_os("ZMGR_GOLDEN").filter(|dir| !dir.is_empty());
    let wanted = named.is_some() || std::env::var_os("CI").is_some();
    let shared = named.map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    (shared.join("golden-pkg"), wanted)
}

fn main() {
    let arguments = Arguments::from_args();
    let (dir, wanted) = place();
    let transcripts = transcript::transcripts(&dir);
    if transcripts.is_empty() {
        let reason = format!("no transcripts in {}", dir.display());
        let missing = Trial::test(reason.clone(), move || Err(Failed::from(reason)));
        libtest_mimic::run(&arguments, vec![missing.with_ignored_flag(!wanted)]).exit();
    }
    if !arguments.list {
        print(&transcripts);
    }
    let trials = transcripts
        .into_iter()
        .map(|transcript| match rule::left_out(&transcript) {
            Some(reason) => {
                let name = format!("{} ({reason})", transcript.name);
                Trial::test(name, || Ok(())).with_ignored_flag(true)
            }
            None => Trial::test(transcript.name.clone(), move || replay(&transcript)),
        });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

/// The commands of a transcript, with what is done with each.
fn parts(transcript: &Transcript) -> Vec<(&Step, Part)> {
    let (mut linked, mut unknown) = (false, None);
    let whole = rule::left_out(transcript);
    let part = |step| {
        if let Some(reason) = whole.or(unknown) {
            return (step, Part::LeftOut(reason));
        }
        let part = rule::part(step, linked);
        if let Part::Files(words) = &part {
            linked |= words[0] != "rm" && words.iter().any(|word| word == ZONES);
        }
        if matches!(part, Part::LeftOut(_)) && rule::changes_publishers(step) {
            unknown = Some("it follows a change of publishers that is left out");
        }
        (step, part)
    };
    transcript.steps.iter().map(part).collect()
}

#[expect(
    clippy::print_stdout,
    reason = "what is not compared is not kept quiet"
)]
fn print(transcripts: &[Transcript]) {
    let (mut replayed, mut all) = (0, 0);
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for transcript in transcripts {
        for (_, part) in parts(transcript) {
            all += 1;
            match part {
                Part::LeftOut(reason) => *reasons.entry(reason).or_default() += 1,
                Part::Pkg(_) | Part::LinkCheck(_) | Part::Files(_) => replayed += 1,
            }
        }
    }
    println!(
        "{replayed} of {all} commands of {} transcripts are carried out; left out:",
        transcripts.len()
    );
    for (reason, count) in reasons {
        println!("{count:>5}  {reason}");
    }
}

/// Runs the emulated pkg on a host: this very program, under its name.
#[expect(
    clippy::disallowed_methods,
    reason = "what pkg prints is the thing tested, whatever its exit status"
)]
fn run(host: &Path, words: &[String]) -> std::io::Result<Step> {
    let output = Command::new(std::env::current_exe()?)
        .arg0(&words[0])
        .args(&words[1..])
        .env_clear()
        .env("ZMGR_EMULATED_HOST", host)
        .output()?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Step {
        line: words.join(" "),
        status: output.status.code().unwrap_or(-1),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    })
}

fn replay(transcript: &Transcript) -> Result<(), Failed> {
    let place = ReplayHost::new(transcript.base.as_deref())?;
    let _entered = place.host.enter();
    let host = place.host.dir();
    let mut locked = None;
    for line in transcript.before.split([';', '&']).map(str::trim) {
        if rule::locks(line) {
            locked = Some(place.lock()?);
        }
        let Some(words) = transcript::words(line).filter(|words| !words.is_empty()) else {
            continue;
        };
        match words[0].as_str() {
            "pkg" => drop(run(host, &words)?),
            "mkdir" | "cp" | "rm" | "printf" | "echo" => place.change(&words)?,
            _ => {}
        }
    }
    let mut complaints = Vec::new();
    for (step, part) in parts(transcript) {
        let found = match &part {
            Part::LeftOut(_) => continue,
            Part::Files(words) => {
                place.change(words)?;
                continue;
            }
            Part::Pkg(words) | Part::LinkCheck(words) => run(host, words)?,
        };
        let mut wrong = match part {
            Part::LinkCheck(_) => compare::link_check(step, &found),
            _ => compare::all(step, &found),
        };
        wrong.extend(read::check(step));
        if !wrong.is_empty() {
            complaints.push(format!("$ {}\n{}", step.line, wrong.join("\n")));
        }
    }
    drop(locked);
    if complaints.is_empty() {
        return Ok(());
    }
    Err(Failed::from(complaints.join("\n\n")))
}
