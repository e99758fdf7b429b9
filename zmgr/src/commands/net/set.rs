use crate::failure::Code;
use clap::Args;
use illumos::datalink::LinkName;
use illumos::zone::ZoneName;

use super::{change, setting};
use crate::commands::args::ChangeArgs;
use crate::documents::model::LinkSettings;
use crate::ipam::Request;
use crate::output::Ui;
use crate::plan::net_change::{self, Changes, Existing};
use crate::{Context, ExitCode, Failure};

/// Change a net of a zone
///
/// Link properties (mtu, maxbw, priority, linkprop) take effect at once, addresses and routers at the next boot. Changing stub, vlan or
/// mac-address replaces the VNIC, so the zone must not be running. NAME= without a value removes a setting.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr net set web01 internal address=10.0.0.42
  zmgr net set web01 internal maxbw=100M priority=low
  zmgr net set web01 public vlan=20 --dry-run
  zmgr net set web01 public maxbw=")]
pub(super) struct SetArgs {
    /// The zone
    #[arg(value_name = "ZONE", add = crate::commands::args::complete::zone())]
    zone: ZoneName,
    /// The net
    #[arg(value_name = "NET", add = crate::commands::args::complete::net())]
    net: String,
    /// New settings
    #[arg(required = true, value_name = "NAME=VALUE", add = crate::commands::args::complete::net_value())]
    settings: Vec<String>,
    /// Assign an address even if those of another zone cannot be read
    #[arg(long)]
    assume_free: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Changes the net.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &SetArgs) -> Result<ExitCode, Failure> {
    let words = setting::words(&args.settings)?;
    change::run(
        cx,
        ui,
        "net set",
        &args.zone,
        &|world, planner, existing| {
            let is_ours = |stub: &LinkName| world.etherstubs.contains(stub);
            let changes = changes(args, &words, existing)?;
            planner.assume_free(args.assume_free);
            net_change::set(planner, existing, &args.net, &changes, &is_ours, world.now)
        },
    )
}

/// The words over what the entry says.
fn changes(
    args: &SetArgs,
    words: &setting::Words,
    existing: &Existing<'_>,
) -> Result<Changes, Failure> {
    let usage = |message: String| Failure::new(ExitCode::Usage, Code::Usage, message);
    let mut changes = Changes::default();
    for request in &words.requests {
        match request {
            Request::Address(address) => changes.addresses.push(*address),
            Request::Range(..) => {
                return Err(usage(
                    "address= of an existing net takes a single address".to_owned(),
                ));
            }
        }
    }
    let current = existing.entry.nets.iter().find(|net| net.name == args.net);
    let (gone, set): (Vec<_>, Vec<_>) = words
        .settings
        .iter()
        .cloned()
        .partition(|(_, value)| value.is_empty());
    let named = |wanted: &str| set.iter().any(|(name, _)| name == wanted);
    let mut block = set.clone();
    if !named("pool") && !named("mode") {
        // A net has one of the two; which, its entry says.
        block.push(match current.and_then(|net| net.pool.clone()) {
            Some(pool) => ("pool".to_owned(), pool.into()),
            None => ("mode".to_owned(), "dhcp".to_owned()),
        });
    }
    let new = setting::net(&args.net, &block)?;
    changes.pool = new.pool.filter(|_| named("pool"));
    changes.stub.clone_from(&new.link.stub);
    changes.mode = (named("mode") || named("pool")).then_some(new.mode);
    changes.vlan = words.settings.iter().any(|(name, _)| name == "vlan");
    let link = current.map(|net| net.link.clone()).unwrap_or_default();
    let mut linkprop = link.linkprop;
    linkprop.extend(new.link.linkprop);
    changes.link = LinkSettings {
        vnic: None,
        stub: None,
        vlan: new.link.vlan.or(link.vlan),
        mac_address: new.link.mac_address.or(link.mac_address),
        keep_mac: new.link.keep_mac.or(link.keep_mac),
        mtu: new.link.mtu.or(link.mtu),
        maxbw: new.link.maxbw.or(link.maxbw),
        priority: new.link.priority.or(link.priority),
        linkprop,
        protect: new.link.protect.or(link.protect),
        defrouter: new.link.defrouter.or(link.defrouter),
        on_demand: new.link.on_demand.or(link.on_demand),
    };
    if new.link.vnic.is_some() {
        return Err(usage("a VNIC cannot be renamed".to_owned()).with_help(
            "remove the net with `zmgr net remove`, then add another with `zmgr net add`",
        ));
    }
    for (name, _) in &gone {
        let link = &mut changes.link;
        match name.as_str() {
            "vlan" => link.vlan = None,
            "mac-address" => link.mac_address = None,
            "keep-mac" => link.keep_mac = None,
            "mtu" => link.mtu = None,
            "maxbw" => link.maxbw = None,
            "priority" => link.priority = None,
            "protect" => link.protect = None,
            "defrouter" => link.defrouter = None,
            "on-demand" => link.on_demand = None,
            "linkprop" => link.linkprop.clear(),
            other => {
                return Err(usage(format!("{other}=: this setting cannot be removed"))
                    .with_help("vlan, mac-address, keep-mac, mtu, maxbw, priority, linkprop, protect, defrouter and on-demand can be removed"));
            }
        }
    }
    Ok(changes)
}
