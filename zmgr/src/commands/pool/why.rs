use std::net::IpAddr;

use clap::Args;
use serde::Serialize;

use super::addresses::HolderView;
use crate::ipam::{Space, Why};
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Show who has an address, or why no zone can get it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr pool why 10.0.0.10
  zmgr pool why 10.0.0.1 --json")]
pub(super) struct WhyArgs {
    /// The address
    #[arg(value_name = "ADDRESS")]
    address: IpAddr,
}

/// The document of `pool why --json`.
#[derive(Debug, Serialize)]
struct View {
    address: String,
    holders: Vec<HolderView>,
    pools: Vec<InPool>,
}

/// What one pool says about the address.
#[derive(Debug, Serialize)]
struct InPool {
    pool: String,
    free: bool,
    text: String,
}

/// Since when a zone has its address, from which pool, and what the zone was made from.
fn history(holder: &HolderView) -> String {
    let mut text = String::new();
    if holder.kind != "zone" {
        return text;
    }
    let parts = [
        (&holder.since, ", since "),
        (&holder.pool, ", from pool "),
        (&holder.template, ", made from template "),
    ];
    for (value, words) in parts {
        if let Some(value) = value {
            text.push_str(words);
            text.push_str(value);
        }
    }
    text
}

/// Says who has the address.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &WhyArgs) -> Result<ExitCode, Failure> {
    let addresses = super::read_about(cx, ui, Some(args.address))?;
    let mut view = View {
        address: args.address.to_string(),
        holders: addresses
            .book
            .holders(args.address)
            .iter()
            .map(HolderView::new)
            .collect(),
        pools: Vec::new(),
    };
    for pool in addresses.pools.values() {
        let why = Space::new(pool, &addresses.book).why(args.address);
        // Who has it is the same for every pool.
        let told = match &why {
            Why::Outside | Why::Held(_) => true,
            Why::Gateway(_) => view
                .holders
                .iter()
                .any(|holder| holder.kind == "gateway" && holder.pool.as_ref() == Some(&pool.name)),
            _ => false,
        };
        if !told {
            view.pools.push(InPool {
                pool: pool.name.clone(),
                free: why == Why::Free,
                text: why.to_string(),
            });
        }
    }
    if cx.json {
        ui.json(&view);
        return Ok(ExitCode::Done);
    }
    for holder in &view.holders {
        ui.line(Ui::styled(
            &format!("{} {}{}", view.address, holder.text, history(holder)),
            crate::output::style::PLAIN,
        ));
    }
    for pool in &view.pools {
        ui.line(Ui::styled(
            &format!("{} {} (pool {})", view.address, pool.text, pool.pool),
            crate::output::style::PLAIN,
        ));
    }
    if view.holders.is_empty() && view.pools.is_empty() {
        ui.line(format_args!(
            "{} is in no pool, and nothing on this host uses it",
            view.address
        ));
    }
    Ok(ExitCode::Done)
}
