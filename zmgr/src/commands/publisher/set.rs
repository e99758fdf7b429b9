use clap::Args;

use crate::commands::args::ChangeArgs;
use crate::commands::change::{self, Target};
use crate::documents::Kind;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Set a value in a publisher
///
/// Comments, order and layout of the rest are kept. `zmgr doc publisher` lists the paths.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr publisher set openindiana.org sticky false
  zmgr publisher set openindiana.org --add origin https://mirror.example.org/hipster/")]
pub(super) struct SetArgs {
    /// The publisher
    #[arg(value_name = "NAME", add = crate::commands::args::complete::publisher())]
    name: String,
    #[command(flatten)]
    set: change::ValuesArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Sets the value.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &SetArgs) -> Result<ExitCode, Failure> {
    let target = Target {
        kind: Kind::Publisher,
        name: &args.name,
        apply: false,
    };
    args.set.run(cx, ui, target)
}
