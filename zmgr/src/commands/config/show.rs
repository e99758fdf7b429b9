use clap::Args;

use crate::documents::json_of;
use crate::documents::syntax::parse;
use crate::documents::{Kind, Source, Store, combine};
use crate::output::{Ui, escape_lines};
use crate::{Context, ExitCode, Failure};

/// Show config.kdl
///
/// Prints the document as it is written. `zmgr doc config` lists the defaults.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr config show
  zmgr config show --json | jq -r '.[\"default-template\"]'")]
pub(super) struct ShowArgs {}

/// Shows the document; `--json` only what can be read.
pub(super) fn run(cx: &Context, ui: &mut Ui, _: &ShowArgs) -> Result<ExitCode, Failure> {
    let store = Store::open(&cx.config_dir)?;
    let path = store.path(Kind::Config, "")?;
    let source = match Source::read(&path) {
        Ok(source) => source,
        Err(failure) if failure.exit == ExitCode::NotFound => {
            ui.status("there is no config.kdl: the defaults apply");
            Source::new(path, "")
        }
        Err(failure) => return Err(failure),
    };
    if cx.json {
        store.config()?;
        let tree = parse(&source).map_err(combine)?;
        ui.json(&json_of(&tree.nodes, &Kind::Config.specs()));
    } else {
        ui.text(escape_lines(&source.text));
    }
    Ok(ExitCode::Done)
}
