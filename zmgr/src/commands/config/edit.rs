use clap::Args;

use crate::commands::args::ChangeArgs;
use crate::commands::change::EditorArgs;

/// Open config.kdl in an editor
///
/// What is saved is checked, errors are shown at their place, and the editor is opened again if you like; what is wrong never takes
/// the place of the document. If somebody else changes it meanwhile, nothing is overwritten.
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
