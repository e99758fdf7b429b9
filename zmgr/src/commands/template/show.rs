use clap::Args;
use serde::Serialize;

use crate::documents::json_of;
use crate::documents::{Kind, Source, Store, setting_nodes};
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Show a template
///
/// Prints the document as it is written. With --expanded, prints its settings together with those of the templates that it extends.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr template show router
  zmgr template show router --expanded
  zmgr template show router --json | jq .settings.brand")]
pub(super) struct ShowArgs {
    /// The template
    #[arg(value_name = "NAME", add = crate::commands::args::complete::template())]
    name: String,
    /// Include the settings of the templates that it extends
    #[arg(short, long)]
    expanded: bool,
}

/// The document of `template show --json`.
#[derive(Debug, Serialize)]
struct View<'a> {
    name: &'a str,
    extends: &'a [String],
    settings: serde_json::Value,
    nets: Vec<NetView<'a>>,
    publishers: &'a [String],
    variables: &'a std::collections::BTreeMap<String, String>,
}

#[derive(Debug, Serialize)]
struct NetView<'a> {
    name: &'a str,
    pool: Option<&'a str>,
    vnic: Option<&'a str>,
    stub: Option<&'a str>,
}

/// Shows the template.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &ShowArgs) -> Result<ExitCode, Failure> {
    let store = Store::open(&cx.config_dir)?;
    let template = store.template(&args.name)?;
    if cx.json {
        ui.json(&View {
            name: &template.name,
            extends: &template.extends,
            settings: json_of(&setting_nodes(&template.settings), &Kind::Template.specs()),
            nets: template
                .nets
                .iter()
                .map(|net| NetView {
                    name: &net.name,
                    pool: net.pool.as_deref(),
                    vnic: net.link.vnic.as_deref(),
                    stub: net.link.stub.as_deref(),
                })
                .collect(),
            publishers: &template.publishers,
            variables: &template.variables,
        });
    } else if args.expanded {
        ui.text(crate::output::escape_lines(
            &crate::documents::render_template(&template),
        ));
    } else {
        let source = Source::read(&store.path(Kind::Template, &args.name)?)?;
        ui.text(crate::output::escape_lines(&source.text));
    }
    Ok(ExitCode::Done)
}
