use clap::Args;

use crate::commands::args::ChangeArgs;
use crate::commands::change::{self, Target};
use crate::documents::Kind;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Remove a template
///
/// A template cannot be removed while another template extends it, a zone uses it, or it is the default template.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr template remove web
  zmgr template rm web --dry-run")]
pub(super) struct RemoveArgs {
    /// The template
    #[arg(value_name = "NAME", add = crate::commands::args::complete::template())]
    name: String,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Removes the template.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &RemoveArgs) -> Result<ExitCode, Failure> {
    let target = Target {
        kind: Kind::Template,
        name: &args.name,
        apply: false,
    };
    change::remove(cx, ui, target)
}
