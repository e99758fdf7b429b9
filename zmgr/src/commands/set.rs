//! `zmgr set`.

use clap::Args;
use illumos::zone::ZoneName;

use super::change::{Target, ValuesArgs};
use crate::commands::args::ChangeArgs;
use crate::documents::Kind;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Change a setting of a zone
///
/// Changes the registry entry, whose other lines, comments and layout are kept, and then the zone: its configuration, and the settings that
/// can change while it runs. `zmgr doc zone` lists the paths.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr set web01 cpu-shares=50
  zmgr set web01 capped-memory.physical=4G -n
  zmgr set web01 tags web production
  zmgr set web01 --add tags eu
  zmgr set web01 --remove tags")]
pub struct SetArgs {
    /// The zone
    #[arg(value_name = "NAME", add = crate::commands::args::complete::zone())]
    name: ZoneName,
    #[command(flatten)]
    set: ValuesArgs,
    /// Change the entry alone: `zmgr apply` changes the zone later
    #[arg(long)]
    no_apply: bool,
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
        apply: !args.no_apply,
    };
    args.set.run(cx, ui, target)
}
