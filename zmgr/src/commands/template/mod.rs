//! `zmgr template`.

mod create;
mod edit;
mod list;
mod remove;
mod set;
mod show;

use clap::{Args, Subcommand};

use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Manage templates
///
/// A template is a file templates/NAME.kdl. It holds the settings that its zones have in common.
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
    Create(create::CreateArgs),
    Edit(edit::EditArgs),
    Set(set::SetArgs),
    #[command(visible_alias = "rm")]
    Remove(remove::RemoveArgs),
}

/// Runs the subcommand.
///
/// # Errors
/// As the subcommand says.
pub fn run(cx: &Context, ui: &mut Ui, args: &TemplateArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        TemplateCommand::List(args) => list::run(cx, ui, args),
        TemplateCommand::Show(args) => show::run(cx, ui, args),
        TemplateCommand::Create(args) => create::run(cx, ui, args),
        TemplateCommand::Edit(args) => edit::run(cx, ui, args),
        TemplateCommand::Set(args) => set::run(cx, ui, args),
        TemplateCommand::Remove(args) => remove::run(cx, ui, args),
    }
}
