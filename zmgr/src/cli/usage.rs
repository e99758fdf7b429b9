//! What is said when the command line is wrong, and when it asks for help.

use crate::failure::Code;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::output::{Ui, UiOptions};
use crate::{ExitCode, Failure};

/// Prints help or the version, or why the command line cannot be understood.
pub(super) fn tell(error: &clap::Error, args: &[OsString]) -> ExitCode {
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
        _ if json => ui.finish(Err(failure(error))),
        _ => {
            ui.usage(error.render().ansi());
            ExitCode::Usage
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
