//! `zmgr edit`.

use clap::Args;
use illumos::zone::ZoneName;

use super::change::{EditorArgs, Target};
use crate::commands::args::ChangeArgs;
use crate::documents::Kind;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Open the registry entry of a zone in an editor
///
/// The text is checked when you save it. Errors are shown with their line and column, and you can go on editing. An invalid entry is never
/// written. If someone else changes the entry in the meantime, nothing is overwritten.
///
/// When the entry is saved, the zone is changed to match it: its configuration, and the settings that can change while it runs.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr edit web01
  EDITOR=nano zmgr edit web01")]
pub struct EditArgs {
    /// The zone
    #[arg(value_name = "NAME", add = crate::commands::args::complete::zone())]
    name: ZoneName,
    #[command(flatten)]
    edit: EditorArgs,
    /// Change the entry alone: `zmgr apply` changes the zone later
    #[arg(long)]
    no_apply: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Edits the entry.
///
/// # Errors
/// Exit status 6 if the registry does not have the zone; 3 if what was saved is invalid; 7 if somebody else changed the entry meanwhile.
pub fn run(cx: &Context, ui: &mut Ui, args: &EditArgs) -> Result<ExitCode, Failure> {
    let target = Target {
        kind: Kind::Zone,
        name: args.name.as_str(),
        apply: !args.no_apply,
    };
    args.edit.run(cx, ui, target)
}
