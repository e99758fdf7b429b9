use clap::Args;

use crate::commands::args::ChangeArgs;
use crate::commands::change::{self, New, Target};
use crate::documents::Kind;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Create an address pool
///
/// A pool needs a network. Zones get addresses from its ranges, from single addresses, or from the whole network.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr pool create lab --network 10.1.0.0/24 --gateway 10.1.0.1 --range 10.1.0.10 10.1.0.99 --stub lab0
  zmgr pool create public --network 203.0.113.0/28 --address 203.0.113.5 --address 203.0.113.9 --stub igb0
  zmgr pool create lab --file lab.kdl")]
pub(super) struct CreateArgs {
    /// The name of the new pool
    name: String,
    /// The network, with its prefix length
    #[arg(long, value_name = "NETWORK", required_unless_present_any = ["file", "edit", "set"])]
    network: Option<String>,
    /// The gateway of the network
    #[arg(long, value_name = "ADDRESS")]
    gateway: Option<String>,
    /// The first and last address that zones may get; can be repeated
    #[arg(long, num_args = 2, value_names = ["FIRST", "LAST"])]
    range: Vec<String>,
    /// A single address that zones may get; can be repeated
    #[arg(long, value_name = "ADDRESS", conflicts_with = "range")]
    address: Vec<String>,
    /// The link or etherstub over which VNICs are created
    #[arg(long, value_name = "LINK")]
    stub: Option<String>,
    /// The VLAN id
    #[arg(long, value_name = "ID")]
    vlan: Option<u16>,
    #[command(flatten)]
    document: change::DocumentArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Makes the pool.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &CreateArgs) -> Result<ExitCode, Failure> {
    let mut new = New::default()
        .node("network", &args.network)
        .node("gateway", &args.gateway);
    for range in args.range.chunks(2) {
        new = new.another("range", range);
    }
    new = new
        .node("addresses", &args.address)
        .node("stub", &args.stub)
        .node("vlan", args.vlan);
    let target = Target {
        kind: Kind::Pool,
        name: &args.name,
        apply: false,
    };
    args.document.run(cx, ui, target, &new)
}
