//! Starting other programs: cargo, rustfmt, nm.
#![expect(
    clippy::disallowed_methods,
    reason = "illumos::command is for programs of the host; here it is the developer's tools"
)]

use std::path::Path;
use std::process::Command;

use crate::Failure;

/// A program to be started in the workspace's directory.
pub(crate) fn command(root: &Path, program: &str) -> Command {
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
