use clap::Args;

use crate::commands::args::ChangeArgs;
use crate::commands::change::{self, New, Target};
use crate::documents::Kind;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Create a template
///
/// Any setting can be given by the path of its node; `zmgr doc template` lists the paths.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr template create web --extends default --set brand=lipkg
  zmgr template create router2 --set net.internal.pool=internal --set net.public.pool=public
  zmgr template create web --edit
  zmgr template create web --file web.kdl")]
pub(super) struct CreateArgs {
    /// The name of the new template
    name: String,
    /// The template that it extends
    #[arg(long, value_name = "TEMPLATE", add = crate::commands::args::complete::template())]
    extends: Option<String>,
    /// The brand of the zones: ipkg, lipkg, …
    #[arg(long)]
    brand: Option<String>,
    /// A net of the zones, and the pool that its addresses come from; can be repeated
    #[arg(long, value_name = "NET=POOL")]
    net: Vec<String>,
    /// A publisher of packages; can be repeated
    #[arg(long, value_name = "PUBLISHER", add = crate::commands::args::complete::publisher())]
    publisher: Vec<String>,
    #[command(flatten)]
    document: change::DocumentArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Makes the template.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &CreateArgs) -> Result<ExitCode, Failure> {
    let mut new = New::default()
        .node("extends", &args.extends)
        .node("brand", &args.brand);
    for net in &args.net {
        new = new.set_pair("net", net, "pool")?;
    }
    new = new.node("publishers", &args.publisher);
    let target = Target {
        kind: Kind::Template,
        name: &args.name,
        apply: false,
    };
    args.document.run(cx, ui, target, &new)
}
