use clap::Args;
use serde::Serialize;

use crate::documents::model::{Documents, Publisher};
use crate::documents::{Store, summary};
use crate::output::{Cell, Column, Table, Ui, style};
use crate::{Context, ExitCode, Failure};

/// List the publishers
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr publisher list
  zmgr publisher list --json | jq -r '.[].origins[]'")]
pub(super) struct ListArgs {
    /// Omit the header
    #[arg(short = 'H', long)]
    no_header: bool,
    /// Separate fields with colons; a : or \ in a value is escaped with \
    #[arg(short, long, conflicts_with = "json")]
    parsable: bool,
}

/// An element of `publisher list --json`, and the document of `publisher show --json`.
#[derive(Debug, Serialize)]
pub(super) struct PublisherView<'a> {
    name: &'a str,
    origins: &'a [String],
    mirrors: &'a [String],
    sticky: bool,
    templates: Vec<&'a str>,
}

impl<'a> PublisherView<'a> {
    pub(super) fn new(publisher: &'a Publisher, documents: &'a Documents) -> Self {
        let templates = documents.templates.values();
        Self {
            name: &publisher.name,
            origins: &publisher.origins,
            mirrors: &publisher.mirrors,
            sticky: publisher.sticky,
            templates: templates
                .filter(|template| template.publishers.contains(&publisher.name))
                .map(|template| template.name.as_str())
                .collect(),
        }
    }
}

/// Lists the publishers.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &ListArgs) -> Result<ExitCode, Failure> {
    let loaded = Store::open(&cx.config_dir)?.load()?;
    if let Some(problem) = summary(&loaded.problems) {
        ui.warning(&problem);
    }
    let documents = &loaded.documents;
    let views: Vec<_> = documents
        .publishers
        .values()
        .map(|publisher| PublisherView::new(publisher, documents))
        .collect();
    if cx.json {
        ui.json(&views);
        return Ok(ExitCode::Done);
    }
    let mut table = Table::new(vec![
        Column::new("NAME"),
        Column::new("ORIGINS").shrink(20),
        Column::new("MIRRORS").shrink(10),
        Column::new("STICKY"),
        Column::new("TEMPLATES").shrink(10),
    ])
    .without_header(args.no_header);
    for view in views {
        table.row([
            Cell::new(view.name).styled(style::NAME),
            Cell::list(view.origins),
            Cell::list(view.mirrors),
            view.sticky.to_string().into(),
            Cell::list(view.templates),
        ]);
    }
    if args.parsable {
        ui.parsable(&table);
    } else if table.is_empty() {
        ui.status("no publishers");
    } else {
        ui.table(&table);
    }
    Ok(ExitCode::Done)
}
