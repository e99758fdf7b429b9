use clap::Args;

use super::list::PublisherView;
use crate::documents::{Kind, Source, Store};
use crate::output::{Ui, escape_lines};
use crate::{Context, ExitCode, Failure};

/// Show a publisher
///
/// Prints the document as it is written.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr publisher show openindiana.org")]
pub(super) struct ShowArgs {
    /// The publisher
    #[arg(value_name = "NAME", add = crate::commands::args::complete::publisher())]
    name: String,
}

/// Shows the publisher.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &ShowArgs) -> Result<ExitCode, Failure> {
    let store = Store::open(&cx.config_dir)?;
    let publisher = store.publisher(&args.name)?;
    if cx.json {
        let loaded = store.load()?;
        ui.json(&PublisherView::new(&publisher, &loaded.documents));
    } else {
        let source = Source::read(&store.path(Kind::Publisher, &args.name)?)?;
        ui.text(escape_lines(&source.text));
    }
    Ok(ExitCode::Done)
}
