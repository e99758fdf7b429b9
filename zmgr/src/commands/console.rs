//! `zmgr console`.

use clap::Args;
use illumos::zone::{ZoneName, ZoneState, login};

use super::enter;
use crate::execute::privilege;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Connect to the console of a zone
///
/// The console exists before the zone runs: connect to it, then boot the zone from another terminal. Type ~. at the start of a line to
/// disconnect.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr console web01
  zmgr console web01 --disconnect")]
pub struct ConsoleArgs {
    /// The zone
    #[arg(value_name = "NAME", add = crate::commands::args::complete::zone())]
    name: ZoneName,
    /// Disconnect when the zone halts
    #[arg(short, long)]
    disconnect: bool,
}

/// Connects.
///
/// # Errors
/// Exit status 6 if there is no such zone; 7 if nothing is installed in it.
pub fn run(cx: &Context, _: &mut Ui, args: &ConsoleArgs) -> Result<ExitCode, Failure> {
    enter::refuse_json(cx, "console")?;
    privilege::check(cx, "console")?;
    enter::check(cx, &args.name, "a console", |state| {
        !matches!(state, ZoneState::Configured | ZoneState::Incomplete)
    })?;
    let status = login::console(&args.name, args.disconnect)?;
    enter::ended(&args.name, "console", status)
}
