//! `zmgr config`.

mod edit;
mod set;
mod show;

use clap::{Args, Subcommand};

use super::change::Target;
use crate::documents::Kind;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Manage config.kdl
///
/// config.kdl holds the settings of the whole host: the default template and zonepath of new zones, named uplinks, and how many zones are
/// worked on at once.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    Show(show::ShowArgs),
    Edit(edit::EditArgs),
    Set(set::SetArgs),
}

/// The document.
const CONFIG: Target<'static> = Target {
    kind: Kind::Config,
    name: "config",
    apply: false,
};

/// Runs the subcommand.
///
/// # Errors
/// As the subcommand says.
pub fn run(cx: &Context, ui: &mut Ui, args: &ConfigArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        ConfigCommand::Show(args) => show::run(cx, ui, args),
        ConfigCommand::Edit(args) => args.edit.run(cx, ui, CONFIG),
        ConfigCommand::Set(args) => args.set.run(cx, ui, CONFIG),
    }
}
