//! The reference: Markdown made from the definitions that the program itself uses.

mod command_line;
pub(crate) mod man;

use std::fmt::Write as _;

use crate::ExitCode;
use crate::documents::schema::reference;
use crate::failure::Code;

/// The topic that explains exit statuses.
pub const EXIT_STATUS: &str = "exit-status";
/// The topic that explains the codes of diagnostics.
pub const DIAGNOSTICS: &str = "diagnostics";

/// The pages of the reference: file names and texts. `grammar` is the command line.
#[must_use]
pub fn pages(grammar: clap::Command) -> Vec<(&'static str, String)> {
    vec![
        ("documents.md", reference::reference_markdown()),
        ("cli.md", command_line::markdown(grammar)),
        ("exit-status.md", exit_status_markdown()),
        ("diagnostics.md", diagnostics_markdown()),
    ]
}

/// Every exit status as plain text.
#[must_use]
pub fn exit_status_text() -> String {
    let mut text = String::new();
    for (exit, meaning) in ExitCode::ALL {
        let _ = writeln!(text, "{:>3}  {meaning}", exit as u8);
    }
    text
}

/// Every exit status in one sentence, for the help.
#[must_use]
pub fn exit_status_line() -> String {
    let all: Vec<String> = ExitCode::ALL
        .iter()
        .map(|(exit, meaning)| format!("{} {meaning}", *exit as u8))
        .collect();
    format!("Exit status: {}.", all.join(", "))
}

/// Every code of a diagnostic as plain text.
#[must_use]
pub fn diagnostics_text() -> String {
    let width = Code::ALL
        .iter()
        .map(|code| code.as_str().len())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for code in Code::ALL {
        let _ = writeln!(text, "{:width$}  {}", code.as_str(), code.meaning());
    }
    text
}

fn exit_status_markdown() -> String {
    let mut text = String::from(
        "# Exit status

<!-- Made by `cargo xtask docs` from zmgr/src/failure.rs. Do not edit. -->

`zmgr exec` ends with the exit status of the command that it runs; 128 and the number of a signal if that ended it.

| status | meaning |
|---|---|
",
    );
    for (exit, meaning) in ExitCode::ALL {
        let _ = writeln!(text, "| {} | {meaning} |", exit as u8);
    }
    text
}

fn diagnostics_markdown() -> String {
    let mut text = String::from(
        "# Diagnostics

<!-- Made by `cargo xtask docs` from zmgr/src/failure/code.rs. Do not edit. -->

With `--json` an error is an object on standard error: `code`, `message`, `help`, and where it applies `file`, `line`, `column`;
`related` holds further ones of the same kind, `warnings` what was warned of before. The codes stay the same from version to version,
the messages may change.

| code | meaning |
|---|---|
",
    );
    for code in Code::ALL {
        let _ = writeln!(text, "| `{code}` | {} |", code.meaning());
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn codes_in(dir: &Path, codes: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                codes_in(&path, codes);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !path.ends_with("failure/code.rs")
            {
                let text = std::fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                codes.extend(text.split("Code::").skip(1).map(|piece| {
                    let end = piece.find(|c: char| !c.is_alphanumeric());
                    piece[..end.unwrap_or(piece.len())].to_owned()
                }));
            }
        }
    }

    /// The compiler does not see this, because `Code::ALL` names every code.
    #[test]
    fn something_fails_with_every_code() {
        let mut used = BTreeSet::new();
        codes_in(
            Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
            &mut used,
        );
        let unused: Vec<_> = Code::ALL
            .iter()
            .filter(|code| !used.contains(&format!("{code:?}")))
            .collect();
        assert!(unused.is_empty(), "nothing fails with {unused:?}");
    }

    /// The pages that are checked in are those that this program makes.
    #[test]
    fn the_reference_is_up_to_date() {
        let dir = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference"));
        let grammar = <crate::cli::Cli as clap::CommandFactory>::command();
        for (name, text) in pages(grammar) {
            let found = std::fs::read_to_string(dir.join(name)).unwrap_or_default();
            assert!(
                found == text,
                "docs/reference/{name} lags: run cargo xtask docs"
            );
        }
    }
}
