use clap::Args;

use crate::commands::args::ChangeArgs;
use crate::commands::change::EditorArgs;

/// Open config.kdl in an editor
///
/// The text is checked when you save it. Errors are shown with their line and column, and you can go on editing. An invalid document is
/// never written. If someone else changes the document in the meantime, nothing is overwritten.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr config edit
  EDITOR=nano zmgr config edit")]
pub(super) struct EditArgs {
    #[command(flatten)]
    pub(super) edit: EditorArgs,
    #[command(flatten)]
    change: ChangeArgs,
}
