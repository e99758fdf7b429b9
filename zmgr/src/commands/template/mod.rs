//! `zmgr template`.

mod list;
mod show;

use clap::{Args, Subcommand};

use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Manage templates
///
/// A template is a file templates/NAME.kdl with everything that zones made from it have in common.
#[derive(Debug, Args)]
pub struct TemplateArgs {
    #[command(subcommand)]
    command: TemplateCommand,
}

#[derive(Debug, Subcommand)]
enum TemplateCommand {
    #[command(visible_alias = "ls")]
    List(list::ListArgs),
    Show(show::ShowArgs),
}

/// Runs the subcommand.
///
/// # Errors
/// As the subcommand says.
pub fn run(cx: &Context, ui: &mut Ui, args: &TemplateArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        TemplateCommand::List(args) => list::run(cx, ui, args),
        TemplateCommand::Show(args) => show::run(cx, ui, args),
    }
}
