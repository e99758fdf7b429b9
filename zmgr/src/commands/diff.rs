//! `zmgr diff`.

use std::collections::BTreeMap;

use clap::Args;
use illumos::zone::ZoneName;
use serde::Serialize;

use super::select::AnyArgs;
use crate::documents::model::Documents;
use crate::operation::{self, Compared};
use crate::output::{Cell, Column, Table, Ui};
use crate::plan::Effect;
use crate::plan::apply::Line;
use crate::registry::Difference;
use crate::{Context, ExitCode, Failure};

/// Show where zones differ from the documents
///
/// Compares the configuration of each zone with its entry and template, setting by setting, and shows when a change by `zmgr apply` takes
/// effect. A difference that several zones share is shown once.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr diff
  zmgr diff web01
  zmgr diff 'web*' --json

Exit status 4 if there are differences.")]
pub struct DiffArgs {
    #[command(flatten)]
    select: AnyArgs,
}

/// The document of `diff --json`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct View<'a> {
    schema_version: u32,
    zones: Vec<ZoneView<'a>>,
}

#[derive(Debug, Serialize)]
struct ZoneView<'a> {
    zone: &'a ZoneName,
    template: Option<&'a str>,
    differences: Vec<DifferenceView<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct DifferenceView<'a> {
    #[serde(flatten)]
    difference: &'a Difference,
    effect: Effect,
    left: Option<&'a str>,
}

/// Shows them.
///
/// # Errors
/// Exit status 6 if there is no such zone; 5 if a zone cannot be compared: the others are shown.
pub fn run(cx: &Context, ui: &mut Ui, args: &DiffArgs) -> Result<ExitCode, Failure> {
    let (documents, problems, observed) = operation::glance(cx)?;
    for problem in &problems {
        ui.warning(problem);
    }
    let zones = args.select.zones(&documents, &observed)?;
    let (compared, unread) = operation::compare(&documents, &observed, &zones)?;
    for problem in &unread {
        ui.warning(problem);
    }
    let differ: Vec<&Compared> = compared
        .iter()
        .filter(|one| !one.lines.is_empty())
        .collect();
    if cx.json {
        ui.json(&view(&documents, &differ));
    } else {
        show(ui, &documents, &differ);
        ui.status(match differ.len() {
            0 => format!("{} as the documents say", zones_are(compared.len())),
            count => format!(
                "{count} of {} not as the documents say: `zmgr apply` changes the zones",
                zones_are(compared.len())
            ),
        });
    }
    Ok(match (unread.is_empty(), differ.is_empty()) {
        (false, _) => ExitCode::Partial,
        (true, true) => ExitCode::Done,
        (true, false) => ExitCode::Differs,
    })
}

fn zones_are(count: usize) -> String {
    match count {
        1 => "1 zone is".to_owned(),
        count => format!("{count} zones are"),
    }
}

fn template<'d>(documents: &'d Documents, zone: &ZoneName) -> Option<&'d str> {
    documents.zones.get(zone)?.template.as_deref()
}

fn view<'a>(documents: &'a Documents, differ: &[&'a Compared]) -> View<'a> {
    let line = |line: &'a Line| DifferenceView {
        difference: &line.difference,
        effect: line.effect,
        left: line.left.as_deref(),
    };
    View {
        schema_version: 1,
        zones: differ
            .iter()
            .map(|one| ZoneView {
                zone: &one.zone,
                template: template(documents, &one.zone),
                differences: one.lines.iter().map(line).collect(),
            })
            .collect(),
    }
}

/// One row for each difference; zones of a template that have it in common share a row.
fn show(ui: &mut Ui, documents: &Documents, differ: &[&Compared]) {
    type Shared<'a> = (Option<&'a str>, String, String, String, String);
    let mut rows: Vec<(Shared<'_>, Vec<&ZoneName>)> = Vec::new();
    let mut places: BTreeMap<Shared<'_>, usize> = BTreeMap::new();
    for one in differ {
        for line in &one.lines {
            let key = (
                template(documents, &one.zone),
                line.difference.setting.clone(),
                line.difference.host_text(),
                line.difference.documents_text(),
                when(line),
            );
            let place = *places.entry(key.clone()).or_insert_with(|| {
                rows.push((key, Vec::new()));
                rows.len() - 1
            });
            rows[place].1.push(&one.zone);
        }
    }
    if rows.is_empty() {
        return;
    }
    let mut table = Table::new(
        ["ZONE", "SETTING", "HOST", "DOCUMENTS", "EFFECT"]
            .map(Column::new)
            .into_iter()
            .collect(),
    );
    for ((template, setting, host, documents, when), zones) in rows {
        let zone = match (zones.as_slice(), template) {
            ([zone], _) => zone.to_string(),
            (zones, Some(template)) => format!("{} of template {template}", zones.len()),
            (zones, None) => format!("{} zones", zones.len()),
        };
        table.row([zone, setting, host, documents, when].map(Cell::new));
    }
    ui.table(&table);
}

fn when(line: &Line) -> String {
    match &line.left {
        Some(reason) => format!("not applied: {reason}"),
        None => line.effect.words().to_owned(),
    }
}
