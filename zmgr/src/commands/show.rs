//! `zmgr show`.

use clap::Args;
use illumos::zone::{Zone, ZoneConfig, ZoneName, ZoneState};
use serde::Serialize;

use crate::documents::Store;
use crate::documents::model::ZoneEntry;
use crate::inventory::{self, NetView, One, ZoneView};
use crate::output::{Ui, escape, style};
use crate::{Context, ExitCode, Failure};

mod effective;

use effective::Effective;

/// Show a zone
///
/// With --expanded, every effective setting is shown with its origin: the zone's registry entry, its template or one that it extends, or
/// config.kdl.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr show web01
  zmgr show web01 --expanded
  zmgr show web01 --json | jq -r '.nets[].address'")]
pub struct ShowArgs {
    /// The zone
    #[arg(value_name = "NAME", add = crate::commands::args::complete::zone())]
    name: ZoneName,
    /// Show every effective setting and where it comes from
    #[arg(short, long)]
    expanded: bool,
}

/// The document of `show --json`: the fields of `list --json` and these.
#[derive(Debug, Serialize)]
struct View<'a> {
    #[serde(flatten)]
    zone: &'a ZoneView,
    uuid: Option<&'a str>,
    id: Option<i32>,
    /// When the registry got it: made or imported.
    created: Option<&'a str>,
    configuration: Option<&'a ZoneConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective: Option<&'a [Effective]>,
}

/// Shows the zone.
///
/// # Errors
/// If there is no such zone, or its registry entry cannot be read.
pub fn run(cx: &Context, ui: &mut Ui, args: &ShowArgs) -> Result<ExitCode, Failure> {
    let store = Store::open(&cx.config_dir)?;
    let One {
        view,
        entry,
        zone,
        configuration,
        problems,
    } = inventory::one(&store, &args.name)?;
    for problem in &problems {
        ui.warning(problem);
    }
    let effective = match (&entry, args.expanded) {
        (Some(entry), true) => Some(effective::of_entry(&store, entry)?),
        (None, true) => configuration.as_ref().map(effective::of_configuration),
        _ => None,
    };
    if cx.json {
        ui.json(&View {
            zone: &view,
            uuid: zone.as_ref().and_then(|zone| zone.uuid.as_deref()),
            id: zone.as_ref().and_then(|zone| zone.id),
            created: entry
                .as_ref()
                .and_then(|entry| entry.created.as_deref().or(entry.imported.as_deref())),
            configuration: configuration.as_ref(),
            effective: effective.as_deref(),
        });
    } else {
        print(ui, &view, entry.as_ref(), zone.as_ref());
        if let Some(effective) = effective {
            print_effective(ui, &effective);
        }
    }
    Ok(ExitCode::Done)
}

fn print(ui: &mut Ui, view: &ZoneView, entry: Option<&ZoneEntry>, zone: Option<&Zone>) {
    ui.header(&format!("zone {}", view.name));
    let state = match view.state {
        Some(state) => Ui::styled(state.as_str(), style::state(state)),
        None => Ui::styled(
            "missing: the registry has it, the host does not",
            style::ATTENTION,
        ),
    };
    ui.line(format_args!("  state     {state}"));
    let mut field = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            ui.line(format_args!("  {name:<9} {}", escape(value)));
        }
    };
    let marked = |path: &str, value: Option<&str>| {
        let mark = if view.differs(path) { "*" } else { "" };
        value.map(|value| format!("{value}{mark}"))
    };
    let autoboot = view.autoboot.map(|autoboot| autoboot.to_string());
    field("brand", marked("brand", view.brand.as_deref()).as_deref());
    field("template", view.template.as_deref());
    field(
        "zonepath",
        marked("zonepath", view.zonepath.as_deref()).as_deref(),
    );
    field(
        "autoboot",
        marked("autoboot", autoboot.as_deref()).as_deref(),
    );
    field("managed", Some(if view.managed { "true" } else { "false" }));
    field("created", entry.and_then(|entry| entry.created.as_deref()));
    field(
        "imported",
        entry.and_then(|entry| entry.imported.as_deref()),
    );
    field("uuid", zone.and_then(|zone| zone.uuid.as_deref()));
    let running =
        zone.filter(|zone| !matches!(zone.state, ZoneState::Configured | ZoneState::Incomplete));
    field(
        "id",
        running
            .and_then(|zone| zone.id)
            .map(|id| id.to_string())
            .as_deref(),
    );
    field("tags", Some(&view.tags.join(", ")));
    for net in &view.nets {
        print_net(ui, view, net);
    }
    if !view.differences.is_empty() {
        ui.header("differences");
        for difference in &view.differences {
            ui.line(format_args!("  * {}", escape(&difference.to_string())));
        }
    }
}

fn print_net(ui: &mut Ui, view: &ZoneView, net: &NetView) {
    ui.header(&format!("net {}", net.name));
    let (addresses, gateways) = (net.addresses.join(", "), net.gateways.join(", "));
    let fields = [
        ("pool", net.pool.as_deref()),
        ("address", Some(addresses.as_str())),
        ("gateway", Some(gateways.as_str())),
        ("vnic", net.vnic.as_deref()),
        ("stub", net.stub.as_deref()),
    ];
    for (name, value) in fields {
        let differs = view.differs(&format!("net.{}.{name}", net.name));
        let mark = if differs { "*" } else { "" };
        match value.filter(|value| !value.is_empty()) {
            Some(value) => ui.line(format_args!("  {name:<9} {}{mark}", escape(value))),
            None if differs => ui.line(format_args!("  {name:<9} -*")),
            None => {}
        }
    }
}

fn print_effective(ui: &mut Ui, effective: &[Effective]) {
    ui.header("settings");
    for setting in effective {
        let from = Ui::styled(&format!("// {}", setting.from), style::FAINT);
        let mut lines = setting.text.lines();
        ui.line(format_args!(
            "  {}  {from}",
            escape(lines.next().unwrap_or_default())
        ));
        for line in lines {
            ui.line(format_args!("  {}", escape(line)));
        }
    }
}
