//! What `boot`, `halt`, `shutdown` and `reboot` have in common.

use super::select::SelectArgs;
use crate::Context;
use crate::documents::summary;
use crate::failure::{ExitCode, Failure};
use crate::operation::{self, Request};
use crate::output::Ui;
use crate::plan::lifecycle::Verb;

/// Does `verb` to every zone that is meant, several at once. What stops every zone is asked for before.
pub(super) fn run(
    cx: &Context,
    ui: &mut Ui,
    select: &SelectArgs,
    verb: &Verb,
    parallel: Option<usize>,
) -> Result<ExitCode, Failure> {
    let (documents, problems, host) = operation::glance(cx)?;
    if let Some(problem) = summary(&problems) {
        ui.warning(&problem);
    }
    let zones = select.zones(&documents, &host)?;
    let stops = matches!(verb, Verb::Halt | Verb::Shutdown { .. } | Verb::Reboot);
    let question = (select.all && stops).then(|| {
        format!(
            "{} all {} registered zones?",
            capitalised(verb.as_str()),
            zones.len()
        )
    });
    let request = Request {
        verb,
        zones,
        parallel,
        question,
        documents: &documents,
    };
    operation::lifecycle(cx, ui, &request)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase())
        .into_iter()
        .chain(letters)
        .collect()
}

/// How many at once: at least one.
pub(super) fn parallel(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|count| *count > 0)
        .ok_or_else(|| "expected a number of at least 1".to_owned())
}
