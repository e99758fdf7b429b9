use clap::Args;

use crate::commands::args::ChangeArgs;
use crate::commands::change::{self, Target};
use crate::documents::Kind;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Set a value in a pool
///
/// Comments, order and layout of the rest are kept. `zmgr doc pool` lists the paths.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr pool set internal gateway 10.0.0.254
  zmgr pool set internal warn=80 choose=next
  zmgr pool set public --add addresses 203.0.113.10
  zmgr pool set internal --remove vlan")]
pub(super) struct SetArgs {
    /// The pool
    #[arg(value_name = "NAME", add = crate::commands::args::complete::pool())]
    name: String,
    #[command(flatten)]
    set: change::ValuesArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Sets the value.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &SetArgs) -> Result<ExitCode, Failure> {
    let target = Target {
        kind: Kind::Pool,
        name: &args.name,
        apply: false,
    };
    args.set.run(cx, ui, target)
}
