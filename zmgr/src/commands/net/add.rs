use clap::Args;
use illumos::zone::ZoneName;

use super::{change, setting};
use crate::commands::args::ChangeArgs;
use crate::output::Ui;
use crate::plan::net_change;
use crate::{Context, ExitCode, Failure};

/// Add a net to a zone
///
/// Each NAME is a node of a net in a template, `address` for the net's address, or `vnic` for the name of its VNIC. The zone gets the net
/// at its next boot.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr net add web01 public pool=public defrouter=false
  zmgr net add web01 storage pool=internal address=10.0.0.42 vlan=20
  zmgr net add web01 lab mode=dhcp stub=igb0 --dry-run")]
pub(super) struct AddArgs {
    /// The zone
    #[arg(value_name = "ZONE", add = crate::commands::args::complete::zone())]
    zone: ZoneName,
    /// The name of the net
    #[arg(value_name = "NET")]
    net: String,
    /// Its settings
    #[arg(value_name = "NAME=VALUE", add = crate::commands::args::complete::net_value())]
    settings: Vec<String>,
    /// Assign an address even if those of another zone cannot be read
    #[arg(long)]
    assume_free: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Adds the net.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &AddArgs) -> Result<ExitCode, Failure> {
    let mut words = setting::words(&args.settings)?;
    let given = words.settings.iter().position(|(name, _)| name == "vnic");
    let vnic = given.map(|place| words.settings.remove(place).1);
    let net = setting::net(&args.net, &words.settings)?;
    change::run(cx, ui, "net add", &args.zone, &|_, planner, existing| {
        planner.assume_free(args.assume_free);
        net_change::add(planner, existing, &net, &words.requests, vnic.as_deref())
    })
}
