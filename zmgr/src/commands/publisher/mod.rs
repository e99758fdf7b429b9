//! `zmgr publisher`.

mod list;
mod show;

use clap::{Args, Subcommand};

use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Manage publishers
///
/// A publisher is a file publishers/NAME.kdl with the origins and mirrors of an IPS publisher, which templates refer to.
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
}

/// Runs the subcommand.
///
/// # Errors
/// As the subcommand says.
pub fn run(cx: &Context, ui: &mut Ui, args: &PublisherArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        PublisherCommand::List(args) => list::run(cx, ui, args),
        PublisherCommand::Show(args) => show::run(cx, ui, args),
    }
}
