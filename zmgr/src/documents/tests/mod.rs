#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod defaults;
mod edits;
mod format;
mod invalid;
mod random;
mod reading;
mod schema;
mod store;

use super::syntax::Source;
use crate::failure::Failure;

/// A document that is in no file.
fn source(text: &str) -> Source {
    Source::new("test.kdl", text)
}

/// The problems as `line:column code: message (help)`.
fn told(problems: &[Failure]) -> Vec<String> {
    problems
        .iter()
        .map(|problem| {
            let place = problem
                .location
                .as_ref()
                .map_or_else(String::new, |l| format!("{}:{} ", l.line, l.column));
            let code = problem.code.as_str().trim_start_matches("zmgr::document::");
            let help = problem
                .help
                .as_ref()
                .map_or_else(String::new, |help| format!(" ({help})"));
            format!("{place}{code}: {}{help}", problem.message)
        })
        .collect()
}
