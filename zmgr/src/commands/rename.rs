//! `zmgr rename`.

use crate::failure::Code;
use clap::Args;
use illumos::zone::ZoneName;

use super::enter;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Explain why zones cannot be renamed, and what to do instead
///
/// libzonecfg can corrupt the zone index when it renames a zone: after the renamed line, it compares every other name with the new name
/// only up to the length of the old one, so that another zone can be renamed too, or lost. The zone's VNICs and dataset would also keep the
/// old name.
#[derive(Debug, Args)]
#[command(hide = true)]
#[command(after_help = "\
Examples:
  zmgr rename web01 web02      says why not")]
pub struct RenameArgs {
    /// The zone
    #[arg(value_name = "NAME", add = crate::commands::args::complete::zone())]
    name: ZoneName,
    /// The new name
    #[arg(value_name = "NEW")]
    new: ZoneName,
}

/// Refuses.
///
/// # Errors
/// Always: exit status 6 if there is no such zone, else 1.
pub fn run(cx: &Context, _: &mut Ui, args: &RenameArgs) -> Result<ExitCode, Failure> {
    enter::check(cx, &args.name, "renaming", |_| true)?;
    let (name, new) = (&args.name, &args.new);
    let message = format!(
        "zone {name} cannot be renamed: libzonecfg can damage the entries of other zones in /etc/zones/index"
    );
    Err(
        Failure::new(ExitCode::Failed, Code::RenameRefused, message).with_help(format!(
            "create a new zone from the same template with `zmgr create {new}`, move the data, then run `zmgr destroy {name}`"
        )),
    )
}
