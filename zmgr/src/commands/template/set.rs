use clap::Args;

use crate::commands::args::ChangeArgs;
use crate::commands::change::{self, Target};
use crate::documents::Kind;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Set a value in a template
///
/// Comments, order and layout of the rest are kept. `zmgr doc template` lists the paths.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr template set router autoboot false
  zmgr template set router brand=lipkg capped-memory.physical=2G
  zmgr template set router net.public.vlan 12
  zmgr template set router --remove net public")]
pub(super) struct SetArgs {
    /// The template
    #[arg(value_name = "NAME", add = crate::commands::args::complete::template())]
    name: String,
    #[command(flatten)]
    set: change::ValuesArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Sets the value.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &SetArgs) -> Result<ExitCode, Failure> {
    let target = Target {
        kind: Kind::Template,
        name: &args.name,
        apply: false,
    };
    args.set.run(cx, ui, target)
}
