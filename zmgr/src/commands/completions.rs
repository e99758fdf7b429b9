//! `zmgr completions`.

use crate::failure::Code;
use clap::Args;
use clap_complete::env::Shells;

use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Print a shell completion script
///
/// The script asks zmgr for completions, including the names of zones, templates and pools. Load it when the shell starts, so that it
/// always matches the installed zmgr.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  source <(zmgr completions bash)
  source <(zmgr completions zsh)
  zmgr completions fish | source")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_parser = ["bash", "elvish", "fish", "powershell", "zsh"])]
    shell: String,
}

/// Prints the script.
///
/// # Errors
/// If the shell is unknown, which the command line does not let through.
pub fn run(_: &Context, ui: &mut Ui, args: &CompletionsArgs) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    let shells = Shells::builtins();
    let written = shells
        .completer(&args.shell)
        .map(|shell| shell.write_registration("COMPLETE", "zmgr", "zmgr", "zmgr", &mut script));
    match written {
        Some(Ok(())) => {
            ui.raw(&script);
            Ok(ExitCode::Done)
        }
        _ => Err(Failure::new(
            ExitCode::Usage,
            Code::CompletionsShell,
            format!("no completions for {}", args.shell),
        )),
    }
}
