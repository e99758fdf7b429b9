//! The command line: what was typed. Help text is the doc comment.

/// Runs the command line and returns its exit status.
#[must_use]
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
