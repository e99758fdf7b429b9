use clap::Args;
use serde::Serialize;

use crate::ipam::{Holder, Space, Taken, Why};
use crate::output::{Cell, Column, Table, Ui, style};
use crate::{Context, ExitCode, Failure};

/// List the addresses of a pool that are in use
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr pool addresses internal
  zmgr pool addresses internal --json | jq -r '.[] | select(.kind == \"zone\") | .address'")]
pub(super) struct AddressesArgs {
    /// The pool
    #[arg(value_name = "NAME", add = crate::commands::args::complete::pool())]
    name: String,
    /// Omit the header
    #[arg(short = 'H', long)]
    no_header: bool,
    /// Separate fields with colons; a : or \ in a value is escaped with \
    #[arg(short, long, conflicts_with = "json")]
    parsable: bool,
}

/// Who has an address: an element of `pool addresses --json`.
#[derive(Debug, Serialize)]
pub(super) struct HolderView {
    pub(super) address: String,
    pub(super) kind: &'static str,
    pub(super) zone: Option<String>,
    pub(super) net: Option<String>,
    pub(super) pool: Option<String>,
    pub(super) template: Option<String>,
    pub(super) since: Option<String>,
    pub(super) until: Option<String>,
    /// For people.
    pub(super) text: String,
}

impl HolderView {
    pub(super) fn new(taken: &Taken) -> Self {
        let mut view = Self {
            address: taken.address.to_string(),
            kind: "",
            zone: None,
            net: None,
            pool: None,
            template: None,
            since: None,
            until: None,
            text: Why::Held(taken.holder.clone()).to_string(),
        };
        match taken.holder.clone() {
            Holder::Zone {
                zone,
                net,
                pool,
                template,
                since,
            } => {
                view.kind = "zone";
                view.zone = Some(zone.to_string());
                view.net = Some(net.into());
                view.pool = pool.map(Into::into);
                view.template = template.map(Into::into);
                view.since = since.map(Into::into);
            }
            Holder::Gateway { pool } => {
                view.kind = "gateway";
                view.pool = Some(pool);
            }
            Holder::Router { zone, .. } => {
                view.kind = "router";
                view.zone = Some(zone.to_string());
            }
            Holder::Reserved { pool, since, .. } => {
                view.kind = "reserved";
                view.pool = Some(pool);
                view.since = since;
            }
            Holder::Host { zone, .. } => {
                view.kind = "host";
                view.zone = zone;
            }
            Holder::Quarantined { zone, until } => {
                view.kind = "quarantined";
                view.zone = zone;
                view.until = Some(until.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
            }
        }
        view
    }
}

/// Lists the addresses.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &AddressesArgs) -> Result<ExitCode, Failure> {
    let addresses = super::read(cx, ui)?;
    let pool = addresses.pool(cx, &args.name)?;
    let views: Vec<HolderView> = Space::new(pool, &addresses.book)
        .entries()
        .map(HolderView::new)
        .collect();
    if cx.json {
        ui.json(&views);
        return Ok(ExitCode::Done);
    }
    let mut table = Table::new(vec![
        Column::new("ADDRESS"),
        Column::new("KIND"),
        Column::new("ZONE"),
        Column::new("NET"),
        Column::new("SINCE").optional(),
        Column::new("WHY").wrap(),
    ])
    .without_header(args.no_header);
    for view in views {
        table.row([
            Cell::new(view.address),
            view.kind.into(),
            Cell::list(view.zone).styled(style::NAME),
            Cell::list(view.net),
            Cell::list(view.since),
            Cell::new(view.text).styled(style::FAINT),
        ]);
    }
    if args.parsable {
        ui.parsable(&table);
    } else if table.is_empty() {
        ui.status("no addresses");
    } else {
        ui.table(&table);
    }
    Ok(ExitCode::Done)
}
