//! `zmgr apply`.

use clap::Args;
use illumos::zone::ZoneName;

use super::select::AnyArgs;
use crate::commands::args::ChangeArgs;
use crate::operation;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Bring zones to what the documents say
///
/// Writes what `zmgr diff` shows into the configurations of the zones, and changes what can be changed of the zones that run: CPU shares
/// and caps, memory caps, limits, the resource pool. The rest takes effect when a zone boots. What cannot be applied is left and named.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr apply -n
  zmgr apply web01
  zmgr apply 'web*' --at-boot --yes

Exit status 5 if something is left.")]
pub struct ApplyArgs {
    #[command(flatten)]
    select: AnyArgs,
    /// Change configurations alone: running zones change when they boot
    #[arg(long)]
    at_boot: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Applies the documents.
///
/// # Errors
/// Exit status 6 if there is no such zone; 5 if something is left, or a running zone could not be changed.
pub fn run(cx: &Context, ui: &mut Ui, args: &ApplyArgs) -> Result<ExitCode, Failure> {
    let (documents, problems, observed) = operation::glance(cx)?;
    for problem in &problems {
        ui.warning(problem);
    }
    let zones: Vec<ZoneName> = args.select.zones(&documents, &observed)?;
    operation::apply(cx, ui, zones, args.at_boot)
}
