use crate::failure::Code;
use std::net::IpAddr;

use illumos::zone::config::IpType;
use jiff::Timestamp;

use super::existing::{Existing, effect, release};
use super::vnic::link_anew;
use crate::documents::model::{AddressMode, LinkSettings, TemplateNet, ZoneNet};
use crate::ipam::{Family, Request};
use crate::plan::create::Planner;
use crate::plan::destroy::released;
use crate::plan::lower::{Lower, lower as link_below, pool_link};
use crate::plan::net::{Asked, check_routers, link_name, properties};
use crate::plan::zone_files::{modes_left_out, routers_left_out};
use crate::plan::{Action, Direction, Plan, Step};
use crate::registry::net_resources;
use crate::{ExitCode, Failure};

/// What is to be changed of a net.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The addresses that it shall have, in place of those of the same families.
    pub addresses: Vec<IpAddr>,
    /// Another pool.
    pub pool: Option<String>,
    /// Another mode.
    pub mode: Option<AddressMode>,
    /// The settings of the link as they shall be.
    pub link: LinkSettings,
    /// The lower link that is asked for; as it is if none.
    pub stub: Option<String>,
    /// Whether the VLAN id of `link` is asked for, and not what the net has had.
    pub vlan: bool,
}

/// Plans another shape of a net.
///
/// # Errors
/// As [`add`](super::add); exit status 7 if the VNIC must be made anew and the zone has its links; 1 if its configuration holds what a net cannot
/// say.
pub fn set(
    planner: &mut Planner<'_>,
    existing: &Existing<'_>,
    name_of_net: &str,
    changes: &Changes,
    is_ours: &dyn Fn(&illumos::datalink::LinkName) -> bool,
    at: Timestamp,
) -> Result<Plan, Failure> {
    let name = existing.name();
    let (place, net) = existing.find(name_of_net)?;
    if !net.resources.is_empty() {
        let message =
            format!("net {name_of_net} of zone {name} is kept as its configuration has it");
        return Err(Failure::new(ExitCode::Failed, Code::NetResources, message).with_help(
            format!("change it with `zonecfg -z {name}`, then `zmgr forget {name}` and `zmgr import {name}`"),
        ));
    }
    let ip_type = existing.config.ip_type;
    let wanted = TemplateNet {
        name: net.name.to_string(),
        // A net has a pool, or asks for its addresses itself.
        pool: match changes.mode {
            Some(AddressMode::Dhcp | AddressMode::Addrconf) => None,
            _ => changes
                .pool
                .clone()
                .or_else(|| net.pool.as_ref().map(ToString::to_string)),
        },
        mode: changes.mode.unwrap_or(net.mode),
        link: LinkSettings {
            vnic: None,
            stub: changes
                .stub
                .clone()
                .or_else(|| net.stub.as_ref().map(ToString::to_string)),
            ..changes.link.clone()
        },
    };
    let mut plan = Plan::new("net set", vec![name.clone()], Vec::new());
    // The entry gives addresses up at the beginning, and others may have them by the time of a recovery.
    plan.recovery = Direction::Resume;
    let moved = moved(planner, existing, net, &wanted, changes)?;
    let moves = moved.is_some() || changes.stub.is_some();
    let mut lower = match moved {
        Some(lower) => lower,
        None => below(planner, existing, net, &wanted, changes)?,
    };
    let live = match &net.vnic {
        Some(vnic) => planner.observed.links.find_lent(vnic)?,
        None => None,
    };
    let live = live.and_then(|link| link.vnic);
    let mut new = planned_again(planner, existing, net, &wanted, &lower, changes, &mut plan)?;
    if !moves {
        new.stub.clone_from(&net.stub);
    }
    let over_again = new.stub != net.stub || new.link.vlan != net.link.vlan;
    let other_mac = new.link.mac_address != net.link.mac_address
        && new.link.mac_address != live.as_ref().map(|live| live.mac_address);
    let anew = ip_type == IpType::Exclusive
        && (over_again || other_mac || new.link.on_demand != net.link.on_demand);
    if anew {
        existing.must_not_hold("replacing a VNIC")?;
        existing.must_be_own(planner, net)?;
        if new.stub.is_some() {
            lower.usable(&wanted, ip_type, planner.observed)?;
        } else {
            lower = link_below(&wanted, ip_type, planner.documents, planner.observed)?;
            new.stub = Some(lower.link.as_str().into());
        }
        if new.link.mac_address.is_none() {
            // The address survives the VNIC: neighbours and DHCP servers know it.
            new.link.mac_address = live.map(|live| live.mac_address);
        }
    }
    let mut entry = existing.entry.clone();
    if let Some(entry) = entry.nets.get_mut(place) {
        entry.clone_from(&new);
    }
    check_routers(&entry.nets)?;
    let (is_of, mut nets) = (existing.is_of(net), existing.config.net.clone());
    let at_place = nets.iter().position(&is_of).unwrap_or(nets.len());
    nets.retain(|resource| !is_of(resource));
    let at_place = at_place.min(nets.len());
    nets.splice(at_place..at_place, net_resources(&new, ip_type));
    let document = existing.documents(&entry)?;
    if new == *net {
        return Ok(plan);
    }
    plan.steps.push(document);
    let mut now = Vec::new();
    if anew {
        link_anew(
            planner,
            existing,
            (net, &new),
            lower.missing,
            is_ours,
            &mut plan,
        )?;
    } else if let (Some(vnic), IpType::Exclusive) = (&new.vnic, ip_type) {
        let (before, after) = (properties(&net.link), properties(&new.link));
        if before != after && new.link.on_demand != Some(true) {
            let set = |from: &[(String, String)], to: &[(String, String)]| {
                let gone = from
                    .iter()
                    .filter(|(name, _)| !to.iter().any(|(other, _)| other == name))
                    .map(|(name, _)| (name.clone(), None));
                let new = to.iter().filter(|pair| !from.contains(pair));
                gone.chain(new.map(|(name, value)| (name.clone(), Some(value.clone()))))
                    .collect::<Vec<_>>()
            };
            existing.must_be_own(planner, net)?;
            let vnic = link_name(vnic)?;
            now.push("link properties");
            let undo = Action::SetLinkProperties {
                vnic: vnic.clone(),
                properties: set(&after, &before),
            };
            let action = Action::SetLinkProperties {
                vnic,
                properties: set(&before, &after),
            };
            plan.steps.push(Step::new(action, Some(undo)));
        }
    }
    let configuration = existing.configuration(nets);
    let later = configuration.is_some() || anew;
    plan.steps.extend(configuration);
    plan.steps.extend(existing.files(&entry.nets)?);
    let mut gone = net.clone();
    gone.addresses
        .retain(|address| !new.addresses.contains(address));
    let addresses = released(&[gone], planner.documents, at);
    plan.steps.extend(release(name, addresses));
    plan.warnings
        .extend(routers_left_out(std::slice::from_ref(&new)));
    if existing.config.ip_type == IpType::Exclusive {
        let brand = &existing.config.brand;
        plan.warnings
            .extend(modes_left_out(std::slice::from_ref(&new), brand));
    }
    if later || now.is_empty() {
        plan.warnings.push(effect(existing, "the change", &now));
    } else {
        plan.warnings
            .push(format!("{} take effect now", now.join(" and ")));
    }
    Ok(plan)
}

/// The lower link that is asked for, or that the net has had. An uplink brings its VLAN.
fn below(
    planner: &Planner<'_>,
    existing: &Existing<'_>,
    net: &ZoneNet,
    wanted: &TemplateNet,
    changes: &Changes,
) -> Result<Lower, Failure> {
    let Some(stub) = &changes.stub else {
        return Ok(Lower::recorded(net, changes.link.vlan));
    };
    let mut wanted = wanted.clone();
    if planner.documents.config.uplinks.contains_key(stub) && !changes.vlan {
        wanted.link.vlan = None;
    }
    let ip_type = existing.config.ip_type;
    link_below(&wanted, ip_type, planner.documents, planner.observed)
}

/// The lower link of the new pool, if the net gets another pool and has been where its old one said.
fn moved(
    planner: &Planner<'_>,
    existing: &Existing<'_>,
    net: &ZoneNet,
    wanted: &TemplateNet,
    changes: &Changes,
) -> Result<Option<Lower>, Failure> {
    if wanted.pool.is_none()
        || wanted.pool.as_deref() == net.pool.as_deref()
        || changes.stub.is_some()
    {
        return Ok(None);
    }
    let documents = planner.documents;
    let place = |pool: Option<&str>| pool_link(pool?, documents);
    let (old, new) = (place(net.pool.as_deref()), place(wanted.pool.as_deref()));
    let was = (net.stub.as_deref(), net.link.vlan);
    if new.is_none() || old.is_none_or(|(link, vlan)| was != (Some(link.as_str()), vlan)) {
        return Ok(None);
    }
    let mut wanted = wanted.clone();
    wanted.link.stub = None;
    if !changes.vlan {
        wanted.link.vlan = None;
    }
    let ip_type = existing.config.ip_type;
    link_below(&wanted, ip_type, documents, planner.observed).map(Some)
}

/// The net with the changes, its addresses and VNIC kept where nothing is said of them.
fn planned_again(
    planner: &mut Planner<'_>,
    existing: &Existing<'_>,
    net: &ZoneNet,
    wanted: &TemplateNet,
    lower: &Lower,
    changes: &Changes,
    plan: &mut Plan,
) -> Result<ZoneNet, Failure> {
    let other_source = wanted.pool.as_deref() != net.pool.as_deref() || wanted.mode != net.mode;
    let (kept, requested): (Vec<IpAddr>, Vec<IpAddr>) = changes
        .addresses
        .iter()
        .partition(|address| net.addresses.iter().any(|own| own.addr() == **address));
    let requests: Vec<Request> = requested.iter().map(|one| Request::Address(*one)).collect();
    let asked = Asked {
        zone: existing.name(),
        place: 0,
        brand: &existing.config.brand,
        ip_type: existing.config.ip_type,
        requests: &requests,
        vnic: None,
    };
    // Its own addresses and MAC address are taken by itself: only what is new is asked for.
    let mut bare = wanted.clone();
    if bare.link.mac_address == net.link.mac_address {
        bare.link.mac_address = None;
        bare.link.keep_mac = None;
    }
    if !other_source && requests.is_empty() {
        bare.pool = None;
    }
    let mut new = planner.net(&asked, &bare, lower, &mut plan.warnings)?;
    new.pool = wanted.pool.as_ref().map(Into::into);
    new.vnic.clone_from(&net.vnic);
    new.link.keep_mac = wanted.link.keep_mac;
    if bare.link.mac_address.is_none() && new.link.mac_address.is_none() {
        new.link.mac_address = wanted.link.mac_address;
    }
    if !other_source {
        let asked_for = |family: Family| {
            let of = |address: &IpAddr| Family::of(*address) == family;
            changes.addresses.iter().any(of)
        };
        new.addresses
            .retain(|address| requested.contains(&address.addr()));
        let own = net
            .addresses
            .iter()
            .filter(|own| kept.contains(&own.addr()) || !asked_for(Family::of(own.addr())));
        let mut addresses: Vec<ipnet::IpNet> = own.copied().chain(new.addresses.clone()).collect();
        addresses.sort_by_key(|address| address.addr().is_ipv6());
        new.addresses = addresses;
        for gateway in &net.gateways {
            let same = |other: &IpAddr| Family::of(*other) == Family::of(*gateway);
            if !new.gateways.iter().any(same) {
                new.gateways.push(*gateway);
            }
        }
        let handed_over = existing.config.ip_type == IpType::Exclusive
            && new.link.protect != Some(false)
            && new.mode == AddressMode::Static;
        if handed_over && let Err(error) = crate::ipam::joined_length(&new.addresses) {
            let message = format!("net {}: {error}", net.name);
            return Err(Failure::new(ExitCode::Failed, Code::CreateTooLong, message)
                .with_help("put the addresses on two nets, or set `protect=false`"));
        }
    }
    Ok(new)
}
