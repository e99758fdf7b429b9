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
/// What is saved is checked, errors are shown at their place, and the editor is opened again if you like; what is wrong never takes
/// the place of the entry. If somebody else changes it meanwhile, nothing is overwritten.
///
/// When it is saved, the zone is brought to what the entry says: its configuration, and what can be changed while it runs.
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
