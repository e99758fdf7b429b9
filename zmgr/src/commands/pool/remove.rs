use clap::Args;

use crate::commands::args::ChangeArgs;
use crate::commands::change::{self, Target};
use crate::documents::Kind;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Remove a pool
///
/// A pool cannot be removed while a template refers to it or a zone has an address from it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr pool remove lab
  zmgr pool rm lab --dry-run")]
pub(super) struct RemoveArgs {
    /// The pool
    #[arg(value_name = "NAME", add = crate::commands::args::complete::pool())]
    name: String,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Removes the pool.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &RemoveArgs) -> Result<ExitCode, Failure> {
    let target = Target {
        kind: Kind::Pool,
        name: &args.name,
        apply: false,
    };
    change::remove(cx, ui, target)
}
