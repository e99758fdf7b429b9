use clap::Args;

use crate::commands::args::ChangeArgs;
use crate::commands::change::{self, Target};
use crate::documents::Kind;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Open a template in an editor
///
/// The text is checked when you save it. Errors are shown with their line and column, and you can go on editing. An invalid document is
/// never written. If someone else changes the document in the meantime, nothing is overwritten.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr template edit router
  EDITOR=nano zmgr template edit router")]
pub(super) struct EditArgs {
    /// The template
    #[arg(value_name = "NAME", add = crate::commands::args::complete::template())]
    name: String,
    #[command(flatten)]
    edit: change::EditorArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Edits the template.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &EditArgs) -> Result<ExitCode, Failure> {
    let target = Target {
        kind: Kind::Template,
        name: &args.name,
        apply: false,
    };
    args.edit.run(cx, ui, target)
}
