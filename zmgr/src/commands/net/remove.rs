use clap::Args;
use illumos::datalink::LinkName;
use illumos::zone::ZoneName;

use super::change;
use crate::commands::args::ChangeArgs;
use crate::output::Ui;
use crate::plan::net_change;
use crate::{Context, ExitCode, Failure};

/// Remove a net from a zone
///
/// The zone must not be running, because the link of a running zone cannot be deleted. The net's addresses become free, or go into
/// quarantine if the pool has one.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr net remove web01 public
  zmgr net remove web01 public --dry-run")]
pub(super) struct RemoveArgs {
    /// The zone
    #[arg(value_name = "ZONE", add = crate::commands::args::complete::zone())]
    zone: ZoneName,
    /// The net
    #[arg(value_name = "NET", add = crate::commands::args::complete::net())]
    net: String,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Takes the net away.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &RemoveArgs) -> Result<ExitCode, Failure> {
    change::run(
        cx,
        ui,
        "net remove",
        &args.zone,
        &|world, planner, existing| {
            let is_ours = |stub: &LinkName| world.etherstubs.contains(stub);
            net_change::remove(planner, existing, &args.net, &is_ours, world.now)
        },
    )
}
