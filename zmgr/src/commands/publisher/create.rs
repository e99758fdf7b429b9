use clap::Args;

use crate::commands::args::ChangeArgs;
use crate::commands::change::{self, New, Target};
use crate::documents::Kind;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Create a publisher
///
/// Zones get their packages from the publishers that their template names.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr publisher create example.org --origin https://pkg.example.org/
  zmgr publisher create example.org --origin https://a.example.org/ --mirror https://b.example.org/ --set sticky=false")]
pub(super) struct CreateArgs {
    /// The name of the new publisher
    name: String,
    /// The origin of its packages; can be repeated
    #[arg(long, value_name = "URI", required_unless_present_any = ["file", "edit", "set"])]
    origin: Vec<String>,
    /// A mirror of its packages; can be repeated
    #[arg(long, value_name = "URI")]
    mirror: Vec<String>,
    #[command(flatten)]
    document: change::DocumentArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Makes the publisher.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &CreateArgs) -> Result<ExitCode, Failure> {
    let mut new = New::default();
    for origin in &args.origin {
        new = new.another("origin", [origin]);
    }
    for mirror in &args.mirror {
        new = new.another("mirror", [mirror]);
    }
    let target = Target {
        kind: Kind::Publisher,
        name: &args.name,
        apply: false,
    };
    args.document.run(cx, ui, target, &new)
}
