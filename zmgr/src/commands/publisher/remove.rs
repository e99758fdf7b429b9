use clap::Args;

use crate::commands::args::ChangeArgs;
use crate::commands::change::{self, Target};
use crate::documents::Kind;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Remove a publisher
///
/// A publisher cannot be removed while a template refers to it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr publisher remove example.org")]
pub(super) struct RemoveArgs {
    /// The publisher
    #[arg(value_name = "NAME", add = crate::commands::args::complete::publisher())]
    name: String,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Removes the publisher.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &RemoveArgs) -> Result<ExitCode, Failure> {
    let target = Target {
        kind: Kind::Publisher,
        name: &args.name,
        apply: false,
    };
    change::remove(cx, ui, target)
}
