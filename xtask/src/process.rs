//! Starting other programs, and saying what is done.
#![expect(
    clippy::disallowed_methods,
    reason = "illumos::command is for programs of the host; these are the developer's tools"
)]

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Failure;

/// A program to be started in the workspace's directory.
pub(crate) fn command(root: &Path, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root);
    command
}

/// Runs a program and lets it print.
///
/// # Errors
/// If it cannot be started or does not end with status 0.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command
        .status()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {status}").into())
}

/// What a program prints to its standard output.
///
/// # Errors
/// If it cannot be started or does not end with status 0.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Tells the developer what happens.
#[expect(clippy::print_stderr, reason = "the one place where a task prints")]
pub(crate) fn say(message: &str) {
    eprintln!("{message}");
}
