//! `zmgr publisher`.

mod create;
mod edit;
mod import;
mod list;
mod remove;
mod set;
mod show;

use clap::{Args, Subcommand};

use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Manage publishers
///
/// A publisher is a file publishers/NAME.kdl. It holds the origins and mirrors of an IPS publisher. Templates refer to it.
#[derive(Debug, Args)]
pub struct PublisherArgs {
    #[command(subcommand)]
    command: PublisherCommand,
}

#[derive(Debug, Subcommand)]
enum PublisherCommand {
    #[command(visible_alias = "ls")]
    List(list::ListArgs),
    Show(show::ShowArgs),
    Create(create::CreateArgs),
    Edit(edit::EditArgs),
    Set(set::SetArgs),
    Import(import::ImportArgs),
    #[command(visible_alias = "rm")]
    Remove(remove::RemoveArgs),
}

/// Runs the subcommand.
///
/// # Errors
/// As the subcommand says.
pub fn run(cx: &Context, ui: &mut Ui, args: &PublisherArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        PublisherCommand::List(args) => list::run(cx, ui, args),
        PublisherCommand::Show(args) => show::run(cx, ui, args),
        PublisherCommand::Create(args) => create::run(cx, ui, args),
        PublisherCommand::Edit(args) => edit::run(cx, ui, args),
        PublisherCommand::Import(args) => import::run(cx, ui, args),
        PublisherCommand::Set(args) => set::run(cx, ui, args),
        PublisherCommand::Remove(args) => remove::run(cx, ui, args),
    }
}
