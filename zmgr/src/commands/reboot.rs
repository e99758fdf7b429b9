//! `zmgr reboot`.

use clap::Args;

use super::lifecycle;
use super::select::SelectArgs;
use crate::commands::args::ChangeArgs;
use crate::output::Ui;
use crate::plan::lifecycle::Verb;
use crate::{Context, ExitCode, Failure};

/// Reboot zones immediately
///
/// Processes in the zone are killed, as `zoneadm reboot` does. For a graceful reboot, run `zmgr shutdown` and then `zmgr boot`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr reboot web01
  zmgr reboot 'web*' --parallel 2")]
pub struct RebootArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// How many zones at once [default: parallel in config.kdl, otherwise up to 8]
    #[arg(short, long, value_name = "COUNT", value_parser = super::lifecycle::parallel)]
    parallel: Option<usize>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Reboots the zones.
///
/// # Errors
/// Exit status 6 if there is no such zone; 7 if a zone's state does not allow it; 5 if only some of the zones got there.
pub fn run(cx: &Context, ui: &mut Ui, args: &RebootArgs) -> Result<ExitCode, Failure> {
    lifecycle::run(cx, ui, &args.select, &Verb::Reboot, args.parallel)
}
