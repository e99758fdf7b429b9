//! `zmgr shutdown`.

use clap::Args;

use super::lifecycle;
use super::select::SelectArgs;
use crate::commands::args::ChangeArgs;
use crate::output::Ui;
use crate::plan::lifecycle::Verb;
use crate::{Context, ExitCode, Failure};

/// Shut zones down gracefully
///
/// The zone runs its own shutdown. If that takes longer than the timeout, the command fails; with --force, the zone is halted instead.
#[derive(Debug, Args)]
#[command(alias = "stop")]
#[command(after_help = "\
Examples:
  zmgr shutdown web01
  zmgr shutdown --all --timeout 5m --force")]
pub struct ShutdownArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// How long each zone may take: seconds, or a time such as 2m
    #[arg(long, value_name = "TIME", default_value = "2m", value_parser = crate::commands::args::duration)]
    timeout: std::time::Duration,
    /// Halt a zone that does not shut down in time
    #[arg(short, long)]
    force: bool,
    /// How many zones at once [default: parallel in config.kdl, otherwise up to 8]
    #[arg(short, long, value_name = "COUNT", value_parser = super::lifecycle::parallel)]
    parallel: Option<usize>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Shuts the zones down.
///
/// # Errors
/// Exit status 6 if there is no such zone; 7 if a zone's state does not allow it; 5 if only some of the zones got there.
pub fn run(cx: &Context, ui: &mut Ui, args: &ShutdownArgs) -> Result<ExitCode, Failure> {
    let verb = Verb::Shutdown {
        timeout: args.timeout.as_secs(),
        force: args.force,
    };
    lifecycle::run(cx, ui, &args.select, &verb, args.parallel)
}
