//! `zmgr halt`.

use clap::Args;

use super::lifecycle;
use super::select::SelectArgs;
use crate::commands::args::ChangeArgs;
use crate::output::Ui;
use crate::plan::lifecycle::Verb;
use crate::{Context, ExitCode, Failure};

/// Halt zones immediately
///
/// Processes in the zone are killed. Use `zmgr shutdown` for a graceful shutdown.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr halt web01
  zmgr halt --all --yes")]
pub struct HaltArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// How many zones at once [default: parallel in config.kdl, otherwise up to 8]
    #[arg(short, long, value_name = "COUNT", value_parser = super::lifecycle::parallel)]
    parallel: Option<usize>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Halts the zones.
///
/// # Errors
/// Exit status 6 if there is no such zone; 7 if a zone's state does not allow it; 5 if only some of the zones got there.
pub fn run(cx: &Context, ui: &mut Ui, args: &HaltArgs) -> Result<ExitCode, Failure> {
    lifecycle::run(cx, ui, &args.select, &Verb::Halt, args.parallel)
}
