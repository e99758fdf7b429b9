//! The pages that a reader can follow: each is run from top to bottom, as it stands, by a shell on a machine of its own.
//!
//! A `console` block has commands with `$ ` before them and what they print. A `sh` block has commands that must succeed. A `kdl` block whose
//! first line is `// FILE` is written to that file below `/etc/zmgr`. A block with another word after its language (`sh example`) is only read.
//!
//! `SNAPSHOTS=overwrite` writes what the commands print into the pages.

use std::fmt::Write as _;
use std::path::Path;

use regex_lite::Regex;
use snapbox::cmd::Command;

/// What a page does on the reader's machine.
enum Action {
    /// A command and the lines of the page that show what it prints.
    Command {
        line: usize,
        script: String,
        shown: std::ops::Range<usize>,
    },
    /// Commands that must succeed.
    Script { line: usize, script: String },
    /// A document that the reader writes.
    Document { path: String, text: String },
}

/// The actions of a page, in order.
fn actions(lines: &[&str]) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some(language) = lines[at].strip_prefix("```") else {
            at += 1;
            continue;
        };
        let first = at + 1;
        let length = lines[first..].iter().position(|line| *line == "```");
        let end = first + length.unwrap_or_else(|| panic!("line {first}: a block without end"));
        at = end + 1;
        match language {
            "console" => commands(lines, first, end, &mut actions),
            "sh" => actions.push(Action::Script {
                line: first + 1,
                script: lines[first..end].join("\n"),
            }),
            "kdl" => {
                if let Some(path) = lines[first].strip_prefix("// ")
                    && path.ends_with(".kdl")
                {
                    actions.push(Action::Document {
                        path: path.trim_start_matches("/etc/zmgr/").to_owned(),
                        text: lines[first + 1..end].join("\n"),
                    });
                }
            }
            _ => {}
        }
    }
    actions
}

/// The commands of a console block, which has the lines `first..end`.
fn commands(lines: &[&str], first: usize, end: usize, actions: &mut Vec<Action>) {
    let mut at = first;
    while at < end {
        let line = lines[at].strip_prefix("$ ");
        let line = line.unwrap_or_else(|| panic!("line {}: a command was expected", at + 1));
        let (number, mut script) = (at + 1, line.to_owned());
        at += 1;
        while at < end && lines[at].starts_with("> ") {
            script.push('\n');
            script.push_str(&lines[at][2..]);
            at += 1;
        }
        let shown = at;
        while at < end && !lines[at].starts_with("$ ") {
            at += 1;
        }
        actions.push(Action::Command {
            line: number,
            script,
            shown: shown..at,
        });
    }
}

/// A script of the whole page: what each action prints and its exit status go to files of its number.
fn script(actions: &[Action]) -> String {
    let mut all = String::new();
    for (number, action) in actions.iter().enumerate() {
        let (body, strict) = match action {
            Action::Command { script, .. } => (script.clone(), ""),
            Action::Script { script, .. } => (script.clone(), "set -e; "),
            Action::Document { path, text } => {
                let path = format!(
                    "${{ZMGR_EMULATED_HOST:-$HOME/.local/state/zmgr/host}}/etc/zmgr/{path}"
                );
                (format!("cat >\"{path}\" <<'END'\n{text}\nEND"), "")
            }
        };
        // A script that exports something cannot be in a subshell; `set -e` must not end the page.
        let exports = body.lines().any(|line| line.starts_with("export "));
        let (open, close) = if exports { ("{", "}") } else { ("(", ")") };
        let strict = if exports { "" } else { strict };
        writeln!(
            all,
            "{open} {strict}{body}\n{close} >\"$OUT/{number}.out\" 2>&1 </dev/null; echo $? >\"$OUT/{number}.status\""
        )
        .unwrap();
    }
    all
}

/// What differs from run to run, alike.
fn alike(text: &str) -> String {
    let mut text = text.to_owned();
    for (pattern, shown) in [
        (r"\d+(\.\d+)?m?s\b", "TIME"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "DATE"),
        (r"\d{8}T\d{6}Z-[0-9a-z]+", "OPERATION"),
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "UUID"),
        (r#"value="[0-9a-f]{16}""#, "value=ID"),
    ] {
        let pattern = Regex::new(pattern).unwrap();
        text = pattern.replace_all(&text, shown).into_owned();
    }
    text
}

/// The reader's machine: a home, a checkout with `target/debug/zmgr`, and a `cargo` whose `run` is that program.
fn machine(root: &Path) {
    let zmgr = snapbox::cmd::cargo_bin("zmgr");
    for dir in ["home", "tmp", "out", "bin", "checkout/target/debug"] {
        std::fs::create_dir_all(root.join(dir)).unwrap();
    }
    std::os::unix::fs::symlink(&zmgr, root.join("checkout/target/debug/zmgr")).unwrap();
    std::os::unix::fs::symlink(&zmgr, root.join("bin/zmgr")).unwrap();
    let cargo = root.join("bin/cargo");
    let text = "#!/bin/sh\n[ \"$1 $2\" = 'run --' ] || exit 0\nshift 2\nexec zmgr \"$@\"\n";
    std::fs::write(&cargo, text).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&cargo, mode).unwrap();
}

/// Runs a page, and compares what its commands print with what it shows. At least so many commands must be in it.
fn follow(page: &str, at_least: usize) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page);
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let actions = actions(&lines);
    let root = tempfile::tempdir().unwrap();
    machine(root.path());
    let out = root.path().join("out");
    let path = std::env::var("PATH").unwrap();
    Command::new("sh")
        .env_clear()
        .env("HOME", root.path().join("home"))
        .env("TMPDIR", root.path().join("tmp"))
        .env("OUT", &out)
        .env(
            "PATH",
            format!("{}:{path}", root.path().join("bin").display()),
        )
        .current_dir(root.path().join("checkout"))
        .timeout(std::time::Duration::from_secs(300))
        .args(["-c", &script(&actions)])
        .assert()
        .success();
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite");
    let (mut new, mut copied) = (String::new(), 0);
    let mut count = 0;
    for (number, action) in actions.iter().enumerate() {
        let printed = std::fs::read_to_string(out.join(format!("{number}.out"))).unwrap();
        let printed: Vec<&str> = printed
            .lines()
            .filter(|line| !line.starts_with("this system is not illumos"))
            .collect();
        let printed = printed.join("\n");
        let status = std::fs::read_to_string(out.join(format!("{number}.status"))).unwrap();
        match action {
            Action::Document { path, .. } => {
                assert_eq!(status, "0\n", "{page}: writing {path}: {printed}");
            }
            Action::Script { line, script } => {
                count += script.lines().count();
                assert_eq!(status, "0\n", "{page}:{line}: {script}\n{printed}");
            }
            Action::Command {
                line,
                script,
                shown,
            } => {
                count += 1;
                let expected = lines[shown.clone()].join("\n");
                let same = alike(&printed) == alike(&expected);
                if overwrite && !same {
                    for line in &lines[copied..shown.start] {
                        writeln!(new, "{line}").unwrap();
                    }
                    copied = shown.end;
                    if !printed.is_empty() {
                        writeln!(new, "{printed}").unwrap();
                    }
                    continue;
                }
                assert_eq!(
                    alike(&printed),
                    alike(&expected),
                    "{page}:{line}: {script}\nSNAPSHOTS=overwrite writes what is printed into the page"
                );
                // 4 says that something was found: differences, problems.
                let refused = printed.lines().any(|line| line.starts_with("error: "));
                let expected = match status.as_str() {
                    "0\n" => !refused,
                    "4\n" => true,
                    _ => refused,
                };
                assert!(expected, "{page}:{line}: {script}: exit status {status}");
            }
        }
    }
    if copied > 0 {
        for line in &lines[copied..] {
            writeln!(new, "{line}").unwrap();
        }
        std::fs::write(&file, new).unwrap();
    }
    assert!(count >= at_least, "{page}: only {count} commands found");
}

#[test]
fn the_readme_is_as_it_says() {
    follow("README.md", 10);
}

#[test]
fn the_tour_is_as_it_says() {
    follow("docs/tour.md", 20);
}

#[test]
fn the_guide_to_zones_is_as_it_says() {
    follow("docs/guide/zones.md", 20);
}

#[test]
fn the_guide_to_changing_is_as_it_says() {
    follow("docs/guide/changing.md", 10);
}

#[test]
fn the_guide_to_adopting_is_as_it_says() {
    follow("docs/guide/adopting.md", 5);
}

#[test]
fn the_guide_to_networks_is_as_it_says() {
    follow("docs/guide/networks.md", 8);
}

#[test]
fn the_guide_to_scripts_is_as_it_says() {
    follow("docs/guide/scripts.md", 6);
}
