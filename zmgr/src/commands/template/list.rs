use clap::Args;
use serde::Serialize;

use crate::documents::{Store, summary};
use crate::output::{Cell, Column, Table, Ui, style};
use crate::{Context, ExitCode, Failure};

/// List the templates
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr template list
  zmgr template list --json | jq -r '.[].name'")]
pub(super) struct ListArgs {
    /// Omit the header
    #[arg(short = 'H', long)]
    no_header: bool,
    /// Separate fields with colons; a : or \ in a value is escaped with \
    #[arg(short, long, conflicts_with = "json")]
    parsable: bool,
}

/// An element of `template list --json`.
#[derive(Debug, Serialize)]
struct View<'a> {
    name: &'a str,
    brand: Option<&'a str>,
    autoboot: bool,
    extends: Option<&'a str>,
    pools: Vec<&'a str>,
    publishers: &'a [String],
    zones: usize,
    default: bool,
}

/// Lists the templates.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &ListArgs) -> Result<ExitCode, Failure> {
    let loaded = Store::open(&cx.config_dir)?.load()?;
    if let Some(problem) = summary(&loaded.problems) {
        ui.warning(&problem);
    }
    let documents = &loaded.documents;
    let views: Vec<View<'_>> = documents
        .templates
        .values()
        .map(|template| View {
            name: &template.name,
            brand: template.settings.brand.as_deref(),
            autoboot: template.settings.autoboot.unwrap_or(false),
            extends: template.extends.first().map(String::as_str),
            pools: template
                .nets
                .iter()
                .filter_map(|net| net.pool.as_deref())
                .collect(),
            publishers: &template.publishers,
            zones: documents
                .zones
                .values()
                .filter(|zone| zone.template.as_deref() == Some(&*template.name))
                .count(),
            default: documents.config.default_template == template.name,
        })
        .collect();
    if cx.json {
        ui.json(&views);
        return Ok(ExitCode::Done);
    }
    let mut table = Table::new(vec![
        Column::new("NAME"),
        Column::new("BRAND"),
        Column::new("AUTOBOOT"),
        Column::new("EXTENDS"),
        Column::new("POOLS").shrink(12),
        Column::new("PUBLISHERS").shrink(12),
        Column::new("ZONES").right(),
        Column::new("DEFAULT"),
    ])
    .without_header(args.no_header);
    for view in views {
        table.row([
            Cell::new(view.name).styled(style::NAME),
            Cell::list(view.brand),
            view.autoboot.to_string().into(),
            Cell::list(view.extends),
            Cell::list(view.pools),
            Cell::list(view.publishers),
            view.zones.to_string().into(),
            view.default.to_string().into(),
        ]);
    }
    if args.parsable {
        ui.parsable(&table);
    } else if table.is_empty() {
        ui.status("no templates");
    } else {
        ui.table(&table);
    }
    Ok(ExitCode::Done)
}
