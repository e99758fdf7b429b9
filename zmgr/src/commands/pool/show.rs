use clap::Args;
use serde::Serialize;

use super::list::PoolView;
use crate::documents::model::{Choose, Pool, PoolNetwork};
use crate::documents::values::write_duration;
use crate::ipam::{Space, Usage, warn_above};
use crate::output::{Ui, escape, style};
use crate::{Context, ExitCode, Failure};

/// Show an address pool and how full it is
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr pool show internal
  zmgr pool show internal --json | jq .free")]
pub(super) struct ShowArgs {
    /// The pool
    #[arg(value_name = "NAME", add = crate::commands::args::complete::pool())]
    name: String,
}

/// The document of `pool show --json`: the fields of `pool list --json` and these.
#[derive(Debug, Serialize)]
struct View<'a> {
    #[serde(flatten)]
    pool: PoolView<'a>,
    ranges: Vec<NetworkView>,
    vlan: Option<u16>,
    choose: &'static str,
    quarantine: Option<String>,
    warn: u8,
}

/// A network of the pool.
#[derive(Debug, Serialize)]
struct NetworkView {
    network: String,
    gateway: Option<String>,
    range: Vec<[String; 2]>,
    addresses: Vec<String>,
    exclude: Vec<[String; 2]>,
}

impl From<&PoolNetwork> for NetworkView {
    fn from(network: &PoolNetwork) -> Self {
        let pairs = |ranges: &[(std::net::IpAddr, std::net::IpAddr)]| {
            ranges
                .iter()
                .map(|(first, last)| [first.to_string(), last.to_string()])
                .collect()
        };
        Self {
            network: network.network.to_string(),
            gateway: network.gateway.map(|gateway| gateway.to_string()),
            range: pairs(&network.ranges),
            addresses: network.addresses.iter().map(ToString::to_string).collect(),
            exclude: pairs(&network.exclude),
        }
    }
}

fn choose(pool: &Pool) -> &'static str {
    match pool.choose {
        Choose::Lowest => "lowest",
        Choose::Next => "next",
        Choose::Highest => "highest",
        Choose::Hash => "hash",
    }
}

/// Shows the pool.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &ShowArgs) -> Result<ExitCode, Failure> {
    let addresses = super::read(cx, ui)?;
    let pool = addresses.pool(cx, &args.name)?;
    let space = Space::new(pool, &addresses.book);
    let warn = warn_above(pool);
    if cx.json {
        ui.json(&View {
            pool: PoolView::new(pool, &space),
            ranges: pool.networks.iter().map(NetworkView::from).collect(),
            vlan: pool.vlan,
            choose: choose(pool),
            quarantine: pool.quarantine.map(write_duration),
            warn,
        });
        return Ok(ExitCode::Done);
    }
    ui.header(&format!("pool {}", pool.name));
    if let Some(stub) = &pool.stub {
        ui.line(format_args!("  stub        {}", escape(stub)));
    }
    if let Some(vlan) = pool.vlan {
        ui.line(format_args!("  vlan        {vlan}"));
    }
    ui.line(format_args!("  choose      {}", choose(pool)));
    if let Some(quarantine) = pool.quarantine {
        ui.line(format_args!("  quarantine  {}", write_duration(quarantine)));
    }
    for network in &pool.networks {
        print_network(ui, network);
    }
    let families = space.usage_by_family();
    for (family, usage) in &families {
        let title = match families.len() {
            1 => "addresses".to_owned(),
            _ => format!("{family} addresses"),
        };
        print_usage(ui, &title, *usage, warn);
    }
    Ok(ExitCode::Done)
}

fn print_network(ui: &mut Ui, network: &PoolNetwork) {
    ui.header(&format!("network {}", network.network));
    if let Some(gateway) = network.gateway {
        ui.line(format_args!("  gateway     {gateway}"));
    }
    for (first, last) in &network.ranges {
        ui.line(format_args!("  range       {first} to {last}"));
    }
    for address in &network.addresses {
        ui.line(format_args!("  address     {address}"));
    }
    for (first, last) in &network.exclude {
        ui.line(format_args!("  exclude     {first} to {last}"));
    }
}

fn print_usage(ui: &mut Ui, title: &str, usage: Usage, warn: u8) {
    let percent = usage.percent();
    let style = if percent > warn {
        style::ATTENTION
    } else {
        style::GOOD
    };
    ui.header(title);
    ui.line(format_args!("  used        {}", usage.used));
    ui.line(format_args!("  free        {}", usage.free));
    ui.line(format_args!("  reserved    {}", usage.reserved));
    ui.line(format_args!("  quarantined {}", usage.quarantined));
    ui.line(format_args!("  total       {}", usage.total));
    ui.line(format_args!(
        "  {} {percent}%",
        Ui::styled(&bar(percent, usage.free < usage.total), style)
    ));
}

/// A bar of 40 places, one of which is filled as soon as anything is `taken`.
fn bar(percent: u8, taken: bool) -> String {
    let filled = (usize::from(percent) * 40)
        .div_ceil(100)
        .max(usize::from(taken));
    format!("[{}{}]", "#".repeat(filled), ".".repeat(40 - filled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars() {
        assert_eq!(bar(0, false), format!("[{}]", ".".repeat(40)));
        assert_eq!(bar(0, true), format!("[#{}]", ".".repeat(39)));
        assert_eq!(bar(1, true), format!("[#{}]", ".".repeat(39)));
        assert_eq!(
            bar(50, true),
            format!("[{}{}]", "#".repeat(20), ".".repeat(20))
        );
        assert_eq!(bar(100, true), format!("[{}]", "#".repeat(40)));
    }
}
