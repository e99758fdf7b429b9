//! `zmgr apply`.

use clap::Args;
use illumos::zone::ZoneName;

use super::select::AnyArgs;
use crate::commands::args::ChangeArgs;
use crate::operation;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Apply the documents to zones
///
/// Writes the changes that `zmgr diff` shows into the configurations of the zones. CPU shares and caps, memory caps, limits and the
/// resource pool of a running zone change at once; the rest takes effect at its next boot. Changes that cannot be applied are listed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr apply -n
  zmgr apply web01
  zmgr apply 'web*' --at-reboot --yes

Exit status 5 if something is left.")]
pub struct ApplyArgs {
    #[command(flatten)]
    select: AnyArgs,
    /// Change only the configurations; running zones change at their next boot
    #[arg(long)]
    at_reboot: bool,
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
    operation::apply(cx, ui, zones, args.at_reboot)
}
