//! What is said when the command line is wrong, and when it asks for help.

use crate::failure::Code;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::groups;
use crate::documents::values::nearest;
use crate::output::{Ui, UiOptions};
use crate::{ExitCode, Failure};

/// Prints help or the version, or why the command line cannot be understood.
pub(super) fn tell(mut error: clap::Error, root: &clap::Command, args: &[OsString]) -> ExitCode {
    suggest(&mut error, root);
    let json = args
        .iter()
        .take_while(|arg| *arg != "--")
        .any(|arg| arg == "--json");
    let mut ui = Ui::new(UiOptions {
        json,
        ..UiOptions::default()
    });
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            ui.text(error.render().ansi());
            ui.finish(Ok(ExitCode::Done))
        }
        _ if json => ui.finish(Err(failure(&error))),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if args.len() == 1 => {
            ui.usage(groups::names(root));
            ExitCode::Usage
        }
        _ => {
            ui.usage(error.render().ansi());
            ExitCode::Usage
        }
    }
}

/// Replaces the guesses of a mistyped command by those that are near enough to be meant.
fn suggest(error: &mut clap::Error, root: &clap::Command) {
    let Some(ContextValue::String(written)) = error.get(ContextKind::InvalidSubcommand) else {
        return;
    };
    // The name was looked for below the deepest command of the line, which the usage names.
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => String::new(),
    };
    let mut above = root;
    for word in usage.split_whitespace() {
        if let Some(deeper) = above.find_subcommand(word) {
            above = deeper;
        }
    }
    let names = above
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .flat_map(|command| std::iter::once(command.get_name()).chain(command.get_all_aliases()));
    match nearest(written, names) {
        Some(near) => {
            let near = vec![near.to_owned()];
            error.insert(
                ContextKind::SuggestedSubcommand,
                ContextValue::Strings(near),
            );
        }
        None => {
            error.remove(ContextKind::SuggestedSubcommand);
        }
    }
}

/// The error in the form that all failures have.
fn failure(error: &clap::Error) -> Failure {
    let text = error.render().to_string();
    // What is missing is listed below the first line.
    let message: Vec<&str> = text
        .lines()
        .take_while(|line| !line.is_empty())
        .map(str::trim)
        .collect();
    let message = message.join(" ");
    let message = message.strip_prefix("error: ").unwrap_or(&message);
    let failure = Failure::new(ExitCode::Usage, Code::Usage, message);
    let suggestion = error
        .context()
        .find_map(|(kind, value)| match (kind, value) {
            (
                ContextKind::SuggestedSubcommand
                | ContextKind::SuggestedArg
                | ContextKind::SuggestedValue,
                value,
            ) => Some(match value {
                ContextValue::Strings(names) => names.join(", "),
                other => other.to_string(),
            }),
            _ => None,
        });
    match suggestion {
        Some(name) => failure.with_help(format!("did you mean {name}?")),
        None => failure.with_help("see zmgr --help"),
    }
}
