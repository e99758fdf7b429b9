//! `zmgr boot`.

use clap::Args;

use super::lifecycle;
use super::select::SelectArgs;
use crate::commands::args::ChangeArgs;
use crate::output::Ui;
use crate::plan::lifecycle::Verb;
use crate::{Context, ExitCode, Failure};

/// Boot zones
///
/// The zone's links are checked first. A zone that is already running is left alone; booting one that is shutting down is an error.
#[derive(Debug, Args)]
#[command(alias = "start")]
#[command(after_help = "\
Examples:
  zmgr boot web01
  zmgr boot 'web*' --parallel 4
  zmgr boot web01 -- -m verbose")]
pub struct BootArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// Arguments for init, after --
    #[arg(last = true, value_name = "ARG")]
    boot_args: Vec<String>,
    /// How many zones at once [default: parallel in config.kdl, otherwise up to 8]
    #[arg(short, long, value_name = "COUNT", value_parser = super::lifecycle::parallel)]
    parallel: Option<usize>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Boots the zones.
///
/// # Errors
/// Exit status 6 if there is no such zone; 7 if a zone's state does not allow it; 5 if only some of the zones got there.
pub fn run(cx: &Context, ui: &mut Ui, args: &BootArgs) -> Result<ExitCode, Failure> {
    let verb = Verb::Boot(args.boot_args.clone());
    lifecycle::run(cx, ui, &args.select, &verb, args.parallel)
}
