//! `zmgr net`.

mod add;
mod change;
mod remove;
mod set;
mod setting;

use clap::{Args, Subcommand};

use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Change an existing zone's nets
///
/// The VNIC, the zone's configuration and its registry entry change together. zmgr says which changes apply now and which at the next boot.
#[derive(Debug, Args)]
pub struct NetArgs {
    #[command(subcommand)]
    command: NetCommand,
}

#[derive(Debug, Subcommand)]
enum NetCommand {
    Add(add::AddArgs),
    Set(set::SetArgs),
    #[command(visible_alias = "rm")]
    Remove(remove::RemoveArgs),
}

/// Runs the subcommand.
///
/// # Errors
/// As the subcommand says.
pub fn run(cx: &Context, ui: &mut Ui, args: &NetArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        NetCommand::Add(args) => add::run(cx, ui, args),
        NetCommand::Set(args) => set::run(cx, ui, args),
        NetCommand::Remove(args) => remove::run(cx, ui, args),
    }
}
