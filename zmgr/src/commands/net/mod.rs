//! `zmgr net`.

mod add;
mod change;
mod remove;
mod set;
mod setting;

use clap::{Args, Subcommand};

use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Change the nets of a zone that is there
///
/// The VNIC, the zone's configuration and its entry in the registry change together. It is told what takes effect now and what when
/// the zone boots.
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
