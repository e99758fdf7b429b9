//! `zmgr set`.

use clap::Args;
use illumos::zone::ZoneName;

use super::change::{Target, ValuesArgs};
use crate::commands::args::ChangeArgs;
use crate::documents::Kind;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Set a value in the registry entry of a zone
///
/// Comments, order and layout of everything else stay as they are. `zmgr doc zone` lists the paths. As with `zmgr edit`, nothing of
/// the zone itself is changed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr set web01 tags web production
  zmgr set web01 --add tags eu
  zmgr set web01 --remove tags")]
pub struct SetArgs {
    /// The zone
    #[arg(value_name = "NAME", add = crate::commands::args::complete::zone())]
    name: ZoneName,
    #[command(flatten)]
    set: ValuesArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Sets the value.
///
/// # Errors
/// Exit status 6 if the registry does not have the zone; 2 if there is no such node or the values do not fit; 3 if the entry would be
/// invalid.
pub fn run(cx: &Context, ui: &mut Ui, args: &SetArgs) -> Result<ExitCode, Failure> {
    let target = Target {
        kind: Kind::Zone,
        name: args.name.as_str(),
    };
    args.set.run(cx, ui, target)
}
