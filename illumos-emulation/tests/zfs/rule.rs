//! Where illumos is known to differ from the system of the transcripts, and which steps are left out.
//!
//! The numbers are those of the file `ILLUMOS.md` that comes with the transcripts.

use crate::Step;
use crate::host::Found;

/// What to do with a step.
pub(crate) enum Rule {
    /// It is carried out and compared.
    Compare,
    /// It is carried out, for what it does; nothing is compared.
    Run(&'static str),
    /// It is not carried out.
    Skip(&'static str),
}

/// What to do once a step was carried out.
pub(crate) enum After {
    Compare,
    /// Nothing can be compared, and the hosts are alike all the same.
    LeftOut(&'static str),
    /// From here on the two hosts are not alike any more.
    Diverged(&'static str),
}

/// The subcommands that the emulated `zfs` has.
const SUBCOMMANDS: &[&str] = &[
    "bookmark", "clone", "create", "destroy", "get", "hold", "holds", "inherit", "list", "mount",
    "promote", "receive", "recv", "release", "rename", "rollback", "send", "set", "snap",
    "snapshot", "umount", "unmount",
];

/// Options that illumos does not have (4.6, 4.8, 4.9, 4.11, 4.12).
const MISSING_OPTIONS: &[(&str, &str)] = &[
    ("holds", "H"),
    ("create", "u"),
    ("receive", "cM"),
    ("send", "sSdV"),
    ("rename", "u"),
];

/// The calls of `zfs` in a line, each as its words.
pub(crate) fn calls(line: &str) -> Vec<Vec<&str>> {
    line.split([';', '|', '&', '(', ')'])
        .map(|part| part.split_ascii_whitespace().collect::<Vec<_>>())
        .filter_map(|words| {
            let at = words.iter().position(|word| *word == "zfs")?;
            let first = words[..at]
                .iter()
                .all(|word| *word == "do" || word.contains('='));
            first.then(|| words[at + 1..].to_vec())
        })
        .filter(|words| !words.is_empty())
        .collect()
}

/// The letters of the options of a call.
fn letters(words: &[&str]) -> String {
    let options = words.iter().filter(|word| word.starts_with('-'));
    options.map(|word| word.trim_start_matches('-')).collect()
}

/// What to do with a step, by its command and what it did then.
pub(crate) fn before(step: &Step) -> Rule {
    let line = step.cmd.as_str();
    let calls = calls(line);
    let starts = |word: &str| line == word || line.starts_with(&format!("{word} "));
    if step.rc.is_none() {
        return Rule::Skip("it was not carried out then either");
    }
    if starts("zpool") {
        return Rule::Skip("the emulated host has no zpool(8)");
    }
    if starts("mount") || starts("umount") || line.contains("zpool ") {
        return Rule::Run("programs of another system");
    }
    if step.stderr.starts_with("sh: ") {
        return Rule::Run("the shell could not do it then");
    }
    if starts("su") || line.contains("zfs allow") || line.contains("zfs unallow") {
        return Rule::Skip("rights are not delegated on the emulated host");
    }
    if line.contains("/proc/mounts") {
        return Rule::Skip("the mounts of another kernel");
    }
    if line.contains("%recv") || step.stdout.contains("%recv") {
        return Rule::Skip("the hidden dataset of a receive that broke off has no name here");
    }
    if line.contains("/.zfs/") || line.ends_with("/.zfs") {
        return Rule::Skip("the emulated host has no directory .zfs");
    }
    if let Some(other) = calls.iter().find(|words| {
        words[0].bytes().all(|byte| byte.is_ascii_lowercase()) && !SUBCOMMANDS.contains(&words[0])
    }) {
        let _ = other;
        return Rule::Skip("a subcommand that zmgr does not use");
    }
    let missing = calls.iter().any(|words| {
        let options = letters(&words[1..]);
        MISSING_OPTIONS
            .iter()
            .any(|(name, letters)| *name == words[0] && options.contains(|c| letters.contains(c)))
    });
    if missing {
        return Rule::Skip("an option that illumos does not have");
    }
    if step.stderr.contains("Read-only file system") {
        return Rule::Skip("a directory of the emulated host cannot be made read-only");
    }
    let counted = line.contains("zfs send") || line.contains("receive_resume_token");
    if line.contains("wc -c") && counted || line.contains("tr 0-9 d") {
        return Rule::Run("nothing but a size, an id or a time");
    }
    if calls.is_empty() {
        let compared = ["ls", "cat", "cmp"];
        return if compared.iter().any(|program| starts(program)) && step.rc == Some(0) {
            Rule::Compare
        } else {
            Rule::Run("another program, which prepares something")
        };
    }
    if calls
        .iter()
        .any(|words| words[0] == "list" && has_all(words))
    {
        return Rule::Run(
            "all columns at once: another order and other properties on illumos (14)",
        );
    }
    Rule::Compare
}

fn has_all(words: &[&str]) -> bool {
    words.windows(2).any(|pair| pair == ["-o", "all"])
}

/// What illumos would have done, by what the other system did.
pub(crate) fn expected(step: &Step) -> Found {
    let mut found = Found {
        rc: step.rc.unwrap_or(0),
        stdout: step.stdout.clone(),
        stderr: step.stderr.clone(),
    };
    let texts = [
        // 3
        ("pool or dataset is busy", "Device busy"),
        // 7
        (
            "empty component or misplaced '@' or '#' delimiter in name",
            "empty component in name",
        ),
        // Compression with zstd is not there.
        (
            " | zstd | zstd-[1-19] | zstd-fast | zstd-fast-[1-10,20,30,40,50,60,70,80,90,100,500,1000]",
            "",
        ),
    ];
    // 8
    let broken = ": checksum mismatch or incomplete stream";
    for text in [": incomplete stream", ": checksum mismatch\n"] {
        let ends = if text.ends_with('\n') { "\n" } else { "" };
        found.stderr = found.stderr.replace(text, &format!("{broken}{ends}"));
    }
    for (there, here) in texts {
        found.stderr = found.stderr.replace(there, here);
    }
    // 2
    if found.stderr.contains("no datasets available\n") {
        found.stderr = found.stderr.replace("no datasets available\n", "");
        found.stdout += "no datasets available\n";
    }
    // 7: `.` and `..` can be parts of names.
    if found.stderr.contains("reference, '.") {
        found.rc = 0;
        found.stderr.clear();
    }
    let calls = calls(&step.cmd);
    let Some(words) = calls.first() else {
        return found;
    };
    // 13
    if matches!(words[0], "list" | "get") {
        let lines = found.stderr.lines().map(|line| {
            let path = line
                .strip_prefix("cannot open '")
                .and_then(|rest| rest.strip_suffix("': No such file or directory"));
            match path {
                Some(path) => format!("{path}: No such file or directory\n"),
                None => format!("{line}\n"),
            }
        });
        found.stderr = lines.collect();
        refuse_without_depth(words, &mut found);
    }
    // 4: the first that fails ends it.
    if words[0] == "destroy" && found.rc == 1 && letters(&words[1..]).contains(['r', 'R']) {
        let first = found.stderr.lines().next().unwrap_or_default();
        if first.contains("dataset is busy") || first.contains("Device busy") {
            found.stderr = format!("{first}\n");
        }
    }
    found
}

/// 1: snapshots of a dataset that is named are listed with `-r` or `-d` only.
fn refuse_without_depth(words: &[&str], found: &mut Found) {
    let mut names = Vec::new();
    let mut kinds = None;
    let mut deep = false;
    let mut rest = words[1..].iter();
    while let Some(word) = rest.next() {
        match word.strip_prefix('-') {
            Some(letters) if letters.ends_with('t') => kinds = rest.next(),
            Some(letters) if letters.ends_with(['o', 's', 'S']) => drop(rest.next()),
            Some(letters) if letters.ends_with('d') => {
                deep = true;
                rest.next();
            }
            Some(letters) => deep |= letters.contains('r'),
            None if word.starts_with(['>', '<', '2']) => {}
            None => names.push(*word),
        }
    }
    if words[0] == "get" {
        names = names.split_off(1.min(names.len()));
    }
    let only = kinds.is_some_and(|kinds| matches!(*kinds, "snapshot" | "snap"));
    let datasets: Vec<&&str> = names.iter().filter(|name| !name.contains('@')).collect();
    if !deep && only && !datasets.is_empty() && datasets.len() == names.len() {
        found.rc = 1;
        found.stdout.clear();
        found.stderr = datasets
            .iter()
            .map(|name| format!("cannot open '{name}': missing '@' delimiter in snapshot name\n"))
            .collect();
    }
}

/// Whether the hosts still are alike after a step.
pub(crate) fn after(step: &Step, found: &Found, before: &[&Step]) -> After {
    let calls = calls(&step.cmd);
    let is = |name: &str| calls.iter().any(|words| words[0] == name);
    let fails_here = |text: &str| found.stderr.contains(text) && !step.stderr.contains(text);
    // 5
    if fails_here("directory is not empty") && found.rc == 1 {
        return After::Diverged("from where a mount hides files, which illumos refuses (5)");
    }
    // 6
    let zoned = "child dataset with inherited mountpoint is used in a non-global zone";
    if is("rename") && fails_here(zoned) {
        return if step.rc == Some(0) {
            After::Diverged(
                "from where a tree with a zoned child is renamed, which illumos refuses (6)",
            )
        } else {
            After::LeftOut("another reason not to rename a tree with a zoned child (6)")
        };
    }
    let modified = "has been modified";
    if (is("receive") || is("recv"))
        && step.stderr.contains(modified)
        && !found.stderr.contains(modified)
        && before.iter().any(|step| reads(&step.cmd))
    {
        return After::Diverged("from where a time of access counts as a change");
    }
    if format!("{}{}", step.stdout, step.stderr).contains("No space left on device") {
        return After::Diverged("from where a pool is full of what other programs wrote");
    }
    let destroys = |option: char| {
        let mut calls = calls.iter();
        calls.any(|words| words[0] == "destroy" && letters(&words[1..]).contains(option))
    };
    let held = step.rc == Some(1) && step.stderr.contains(": dataset is busy");
    if destroys('R') && held && before.iter().any(|step| step.cmd.contains("zfs clone")) {
        return After::Diverged("from where destroy -R ends half-way, in the order of a hash");
    }
    if destroys('r') && held && step.stderr.contains("cannot unmount") {
        return After::Diverged("from where illumos stops at the first that it cannot destroy (4)");
    }
    After::Compare
}

/// Whether a step is one of somebody else, and changed something all the same.
pub(crate) fn changed_by_user(step: &Step) -> bool {
    let changes = ["create", "destroy", "set", "snapshot", "rollback"];
    step.cmd.starts_with("su ")
        && (step.rc == Some(0) || step.stderr.contains("successfully created"))
        && changes
            .iter()
            .any(|name| step.cmd.contains(&format!("zfs {name}")))
}

/// Whether a command reads files.
fn reads(line: &str) -> bool {
    ["ls ", "cat ", "cmp ", "cd "]
        .iter()
        .any(|program| line.starts_with(program))
}
