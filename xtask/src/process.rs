//! Starting other programs: cargo, rustfmt, nm.
#![expect(
    clippy::disallowed_methods,
    reason = "illumos::command is for programs of the host; here it is the developer's tools"
)]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

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

/// Rust source as the project's rustfmt.toml wants it.
///
/// # Errors
/// If there is no rustfmt, or it does not understand the text.
pub(crate) fn rustfmt(root: &Path, text: &str) -> Result<String, Failure> {
    let mut child = command(root, "rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("rustfmt: {error}"))?;
    let mut stdin = child.stdin.take().ok_or("rustfmt has no stdin")?;
    stdin.write_all(text.as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("rustfmt: {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
