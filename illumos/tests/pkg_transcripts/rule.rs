//! What of a transcript is not carried out, and why. No lists of names: what a command is decides.

use crate::transcript::{Step, Transcript, words};

/// What is done with a command.
pub(crate) enum Part {
    /// The emulated pkg runs it, and everything is compared.
    Pkg(Vec<String>),
    /// The emulated pkg runs it; whether the publishers of linked zones let it go on is compared, not what it would install.
    LinkCheck(Vec<String>),
    /// A change of files that the emulated host can follow.
    Files(Vec<String>),
    LeftOut(&'static str),
}

/// The subcommands that are about publishers.
const PUBLISHERS: [&str; 6] = [
    "publisher",
    "set-publisher",
    "unset-publisher",
    "refresh",
    "copy-publishers-from",
    "image-create",
];

/// Why nothing of a transcript is carried out.
pub(crate) fn left_out(transcript: &Transcript) -> Option<&'static str> {
    let before = &transcript.before;
    if before.contains("mount ") || before.contains("chmod ") {
        return Some("the emulated host does not look at modes and mounts of images");
    }
    if before.contains("/var/pkg/") && !before.contains("/var/pkg/lock") {
        return Some("the files of an image were edited, whose form is pkg's own");
    }
    let known = |line: &str| {
        line.is_empty()
            || line.contains("/var/pkg/lock")
            || KNOWN.iter().any(|name| line.starts_with(name))
    };
    let unknown = before.split([';', '&']).any(|line| !known(line.trim()));
    unknown.then_some("it was set up by a program that is not here")
}

/// What a transcript can have been set up with.
const KNOWN: [&str; 7] = [
    "pkg ", "pkgsend ", "mkdir ", "cp ", "rm ", "printf ", "echo ",
];

/// Whether a command locks an image and keeps it locked.
pub(crate) fn locks(line: &str) -> bool {
    line.contains("lock") && !KNOWN.iter().any(|name| line.starts_with(name))
}

/// What is done with a command of a transcript. `linked` says whether there are zones by then.
pub(crate) fn part(step: &Step, linked: bool) -> Part {
    let Some(words) = words(&step.line) else {
        return Part::LeftOut("more than one command, or a pipe");
    };
    let at = words
        .iter()
        .position(|word| !word.contains('=') || word.starts_with('-'))
        .unwrap_or(0);
    match words[at].as_str() {
        "pkg" if at == 0 => {}
        "pkg" => return Part::LeftOut("variables of the environment, which zmgr does not set"),
        "mkdir" | "cp" | "rm" | "printf" | "echo" => return Part::Files(words),
        "setpriv" => {
            return Part::LeftOut("another user: the emulated host does not look at privileges");
        }
        _ => return Part::LeftOut("a look at files whose form is pkg's own"),
    }
    if step.status == 99 {
        return Part::LeftOut("an internal error of pkg");
    }
    let args = &words[1..];
    match subcommand(args) {
        // Options of pkg itself.
        None => Part::Pkg(words),
        Some(name) if PUBLISHERS.contains(&name) => {
            if step.stderr.contains("invalid linked image") || args.iter().any(|arg| arg == "-r") {
                return Part::LeftOut(
                    "set-publisher in linked images at once, which zmgr does not do",
                );
            }
            Part::Pkg(words)
        }
        Some("update") if linked => Part::LinkCheck(words),
        Some(name) if name.ends_with("-linked") => {
            Part::LeftOut("images linked by hand: zones are linked by their brands")
        }
        Some(_) if step.stderr.contains("unknown subcommand") => Part::Pkg(words),
        Some(_) => Part::LeftOut("a subcommand that is about packages"),
    }
}

/// The subcommand among the arguments of pkg.
fn subcommand(args: &[String]) -> Option<&str> {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-R" | "-D" => drop(args.next()),
            arg if arg.starts_with('-') => {}
            arg => return Some(arg),
        }
    }
    None
}

/// Whether a command that is left out may have changed publishers, so that what follows cannot be compared.
pub(crate) fn changes_publishers(step: &Step) -> bool {
    let Some(words) = words(&step.line) else {
        let writes = ["set-publisher", "copy-publishers-from", "image-create"];
        return step.line.contains(';') && writes.iter().any(|name| step.line.contains(name));
    };
    let dry = words
        .iter()
        .any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('n'));
    let temporary = words.iter().any(|word| word == "-g");
    match words
        .iter()
        .position(|word| word == "pkg")
        .map(|at| &words[at + 1..])
    {
        // An install from another origin leaves its publisher behind.
        Some(args) => match subcommand(args) {
            Some("install" | "update" | "exact-install") => temporary && !dry,
            Some("set-publisher" | "unset-publisher") => step.status == 0,
            _ => false,
        },
        None => false,
    }
}
