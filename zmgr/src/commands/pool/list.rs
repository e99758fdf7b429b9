use clap::Args;
use serde::Serialize;

use crate::documents::model::Pool;
use crate::ipam::{Family, Space, Usage, warn_above};
use crate::output::{Cell, Column, Table, Ui, style};
use crate::{Context, ExitCode, Failure};

/// List address pools and how full they are
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr pool list
  zmgr pool list --json | jq -r '.[] | select(.percent > 80) | .name'")]
pub(super) struct ListArgs {
    /// Omit the header
    #[arg(short = 'H', long)]
    no_header: bool,
    /// Separate fields with colons; a : or \ in a value is escaped with \
    #[arg(short, long, conflicts_with = "json")]
    parsable: bool,
}

/// An element of `pool list --json`.
#[derive(Debug, Serialize)]
pub(super) struct PoolView<'a> {
    name: &'a str,
    networks: Vec<String>,
    stub: Option<&'a str>,
    #[serde(flatten)]
    usage: Usage,
    percent: u8,
    families: Vec<FamilyView>,
}

/// What is used of one family.
#[derive(Debug, Serialize)]
pub(super) struct FamilyView {
    family: &'static str,
    #[serde(flatten)]
    usage: Usage,
    percent: u8,
}

impl<'a> PoolView<'a> {
    pub(super) fn new(pool: &'a Pool, space: &Space<'_>) -> Self {
        let usage = space.usage();
        Self {
            name: &pool.name,
            networks: pool
                .networks
                .iter()
                .map(|network| network.network.to_string())
                .collect(),
            stub: pool.stub.as_deref(),
            usage,
            percent: space.percent(),
            families: space
                .usage_by_family()
                .into_iter()
                .map(|(family, usage)| FamilyView {
                    family: match family {
                        Family::V4 => "ipv4",
                        Family::V6 => "ipv6",
                    },
                    usage,
                    percent: usage.percent(),
                })
                .collect(),
        }
    }
}

/// Lists the pools.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &ListArgs) -> Result<ExitCode, Failure> {
    let addresses = super::read(cx, ui)?;
    let views: Vec<(PoolView<'_>, u8)> = addresses
        .pools
        .values()
        .map(|pool| {
            (
                PoolView::new(pool, &Space::new(pool, &addresses.book)),
                warn_above(pool),
            )
        })
        .collect();
    if cx.json {
        ui.json(&views.into_iter().map(|(view, _)| view).collect::<Vec<_>>());
        return Ok(ExitCode::Done);
    }
    let mut table = Table::new(vec![
        Column::new("NAME"),
        Column::new("NETWORKS").wrap(),
        Column::new("STUB"),
        Column::new("USED").right(),
        Column::new("FREE").right(),
        Column::new("RESERVED").right(),
        Column::new("TOTAL").right(),
        Column::new("FULL").right(),
    ])
    .without_header(args.no_header);
    for (view, warn) in views {
        let full = Cell::new(format!("{}%", view.percent));
        table.row([
            Cell::new(view.name).styled(style::NAME),
            Cell::list(view.networks),
            Cell::list(view.stub),
            counts(&view.families, |usage| usage.used),
            counts(&view.families, |usage| usage.free),
            counts(&view.families, |usage| usage.reserved),
            counts(&view.families, |usage| usage.total),
            if view.percent > warn {
                full.styled(style::ATTENTION)
            } else {
                full
            },
        ]);
    }
    if args.parsable {
        ui.parsable(&table);
    } else if table.is_empty() {
        ui.status("no pools");
    } else {
        ui.table(&table);
    }
    Ok(ExitCode::Done)
}

/// A count of each family: IPv4 first.
fn counts(families: &[FamilyView], of: impl Fn(&Usage) -> u128) -> Cell<'static> {
    let counts: Vec<String> = families
        .iter()
        .map(|family| of(&family.usage).to_string())
        .collect();
    Cell::list(counts)
}
