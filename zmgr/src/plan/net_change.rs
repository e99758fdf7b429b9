//! A net of a zone that is there: added, changed, removed.

use std::net::IpAddr;

use illumos::datalink::{MacAddressChoice, NewVnic};
use illumos::zone::config::{IpType, Net};
use illumos::zone::{ZoneConfig, ZoneName, ZoneState};
use jiff::Timestamp;

use super::config::net_resources;
use super::create::{Planner, entry_path};
use super::destroy::{released, vnic};
use super::lower::lower;
use super::net::{Asked, check_routers, link_name, new_vnic, properties};
use super::zone_files::{changed, routers_left_out, zone_files};
use super::{Action, DocumentChange, Plan, ReleasedAddress, Step, Vnic};
use crate::documents::model::{AddressMode, LinkSettings, TemplateNet, ZoneEntry, ZoneNet};
use crate::ipam::{Family, Request};
use crate::{ExitCode, Failure};

/// A zone one of whose nets changes.
pub struct Existing<'a> {
    /// Its registry entry.
    pub entry: &'a ZoneEntry,
    /// The text of the entry, as the file has it.
    pub text: &'a str,
    /// Its configuration.
    pub config: &'a ZoneConfig,
    /// Its state.
    pub state: ZoneState,
    /// Writes the entry's text anew, with what people wrote into it.
    pub render: &'a dyn Fn(&ZoneEntry) -> Result<String, Failure>,
}

impl std::fmt::Debug for Existing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Existing")
            .field("zone", &self.entry.name)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Existing<'_> {
    fn name(&self) -> &ZoneName {
        &self.entry.name
    }

    /// Whether the zone has its links: from ready to down.
    fn holds_links(&self) -> bool {
        !matches!(
            self.state,
            ZoneState::Configured | ZoneState::Incomplete | ZoneState::Installed
        )
    }

    fn find(&self, name: &str) -> Result<(usize, &ZoneNet), Failure> {
        let mut nets = self.entry.nets.iter().enumerate();
        nets.find(|(_, net)| net.name == name).ok_or_else(|| {
            let message = format!("zone {} has no net {name}", self.name());
            let names: Vec<&str> = self
                .entry
                .nets
                .iter()
                .map(|net| net.name.as_str())
                .collect();
            Failure::new(ExitCode::NotFound, "zmgr::net::not_found", message).with_help(match names
                .as_slice()
            {
                [] => "it has no net at all".to_owned(),
                names => format!("it has {}", names.join(", ")),
            })
        })
    }

    /// Refuses what cannot be done to links that the zone has.
    fn must_not_hold(&self, what: &str) -> Result<(), Failure> {
        if !self.holds_links() {
            return Ok(());
        }
        let name = self.name();
        let message = format!(
            "zone {name} is {} and has its links: {what} is not possible",
            self.state
        );
        Err(Failure::new(ExitCode::Exists, "zmgr::zone::state", message)
            .with_help(format!("shut it down first: `zmgr shutdown {name}`")))
    }

    fn documents(&self, entry: &ZoneEntry) -> Result<Step, Failure> {
        let change = DocumentChange {
            path: entry_path(self.name()),
            before: Some(self.text.to_owned()),
            after: Some((self.render)(entry)?),
        };
        let undo = Action::ChangeDocuments(vec![change.reversed()]);
        Ok(Step::new(Action::ChangeDocuments(vec![change]), Some(undo)))
    }

    fn configuration(&self, nets: Vec<Net>) -> Option<Step> {
        if nets == self.config.net {
            return None;
        }
        let (from, mut to) = (Box::new(self.config.clone()), Box::new(self.config.clone()));
        to.net = nets;
        let undo = Action::ReplaceZone {
            from: to.clone(),
            to: from.clone(),
        };
        Some(Step::new(Action::ReplaceZone { from, to }, Some(undo)))
    }

    /// Takes the files of the zone from what the nets need now to what they will need.
    fn files(&self, nets: &[ZoneNet]) -> Result<Option<Step>, Failure> {
        let of = |nets: &[ZoneNet]| zone_files(nets, &self.config.brand, self.config.ip_type);
        let (before, after) = (of(&self.entry.nets), of(nets));
        let files = changed(&before, &after);
        if files.is_empty() {
            return Ok(None);
        }
        self.must_not_hold("writing its files")?;
        if self.state != ZoneState::Installed {
            let name = self.name();
            let message = format!("zone {name} is {}: it has no root to write to", self.state);
            return Err(Failure::new(ExitCode::Exists, "zmgr::zone::state", message)
                .with_help(format!("install it first: `zoneadm -z {name} install`")));
        }
        let write = |files| Action::WriteZoneFiles {
            zone: self.name().clone(),
            zonepath: self.config.zonepath.clone(),
            files,
        };
        Ok(Some(Step::new(
            write(files),
            Some(write(changed(&after, &before))),
        )))
    }

    /// The `net` resources of the configuration that are this net's.
    fn is_of(&self, net: &ZoneNet) -> impl Fn(&Net) -> bool + use<> {
        let link = match self.config.ip_type {
            IpType::Exclusive => net.vnic.clone(),
            IpType::Shared => net.stub.clone(),
        };
        let addresses = net.addresses.clone();
        let (resources, shared) = (net.resources.clone(), self.config.ip_type == IpType::Shared);
        move |resource| {
            if !resources.is_empty() {
                return resources.contains(resource);
            }
            // A shared-IP zone may have several nets on one interface.
            let mine = resource.address.as_ref().and_then(|text| text.parse().ok());
            let mine = !shared || mine.is_some_and(|address| addresses.contains(&address));
            link.as_ref() == Some(&resource.physical) && mine
        }
    }
}

/// Plans another net.
///
/// # Errors
/// As [`Planner::create`]; exit status 7 if the zone has a net of that name.
pub fn add(
    planner: &mut Planner<'_>,
    existing: &Existing<'_>,
    net: &TemplateNet,
    requests: &[Request],
    name_of_vnic: Option<&str>,
) -> Result<Plan, Failure> {
    let name = existing.name();
    if existing
        .entry
        .nets
        .iter()
        .any(|other| other.name == net.name)
    {
        let message = format!("zone {name} has a net {} already", net.name);
        return Err(
            Failure::new(ExitCode::Exists, "zmgr::net::exists", message).with_help(format!(
                "change it with `zmgr net set {name} {} …`",
                net.name
            )),
        );
    }
    let lower = lower(
        net,
        existing.config.ip_type,
        planner.documents,
        planner.observed,
    )?;
    let mut plan = Plan::new("net add", vec![name.clone()], Vec::new());
    let asked = Asked {
        zone: name,
        place: existing.entry.nets.len(),
        brand: &existing.config.brand,
        ip_type: existing.config.ip_type,
        requests,
        vnic: name_of_vnic,
    };
    let new = planner.net(&asked, net, &lower, &mut plan.warnings)?;
    let mut entry = existing.entry.clone();
    entry.nets.push(new.clone());
    check_routers(&entry.nets)?;
    plan.steps.push(existing.documents(&entry)?);
    if lower.missing {
        let name_of_stub = link_name(&lower.link)?;
        plan.warnings.push(format!(
            "there is no link {name_of_stub}: an etherstub of that name is created"
        ));
        plan.steps.push(Step::new(
            Action::CreateEtherstub(name_of_stub.clone()),
            Some(Action::DeleteEtherstub {
                name: name_of_stub,
                zone: name.clone(),
            }),
        ));
    }
    if let Some(vnic) = new
        .vnic
        .as_ref()
        .filter(|_| new.link.on_demand != Some(true))
    {
        let vnic = new_vnic(link_name(vnic)?, &lower.link, &new.link);
        let undo = Action::DeleteVnic(Vnic::made_from(&vnic));
        plan.steps
            .push(Step::new(Action::CreateVnic(vnic), Some(undo)));
    }
    let mut nets = existing.config.net.clone();
    nets.extend(net_resources(&new, existing.config.ip_type));
    plan.steps.extend(existing.configuration(nets));
    plan.steps.extend(existing.files(&entry.nets)?);
    plan.warnings
        .extend(routers_left_out(std::slice::from_ref(&new)));
    plan.warnings.push(effect(existing, "the net", &[]));
    let handed_over = new.mode == AddressMode::Static
        && !new.addresses.is_empty()
        && new.link.protect != Some(false)
        && existing.config.ip_type == IpType::Exclusive;
    let installed = !matches!(
        existing.state,
        ZoneState::Configured | ZoneState::Incomplete
    );
    if let Some(vnic) = new.vnic.filter(|_| handed_over && installed) {
        plan.warnings.push(format!(
            "a zone makes interfaces of its own only at its first boot: if zone {name} has booted before and the address does not come up, \
             `zlogin {name} ipadm create-if {vnic}` once, then `zmgr reboot {name}`"
        ));
    }
    Ok(plan)
}

/// Plans the end of a net.
///
/// # Errors
/// Exit status 6 if there is no such net; 7 if the zone has its links.
pub fn remove(
    planner: &Planner<'_>,
    existing: &Existing<'_>,
    name_of_net: &str,
    is_ours: &dyn Fn(&illumos::datalink::LinkName) -> bool,
    at: Timestamp,
) -> Result<Plan, Failure> {
    let name = existing.name();
    let (place, net) = existing.find(name_of_net)?;
    if existing.config.ip_type == IpType::Exclusive {
        existing.must_not_hold("taking one away")?;
    }
    let mut plan = Plan::new("net remove", vec![name.clone()], Vec::new());
    let mut entry = existing.entry.clone();
    entry.nets.remove(place);
    let is_of = existing.is_of(net);
    let mut nets = existing.config.net.clone();
    nets.retain(|resource| !is_of(resource));
    plan.steps.extend(existing.configuration(nets));
    plan.steps.extend(existing.files(&entry.nets)?);
    match vnic(name, net, planner.documents, planner.observed) {
        Ok(Some(found)) => {
            let undo = made_again(planner, net, &found);
            plan.steps.push(Step::new(
                Action::DeleteVnic(found),
                Some(Action::CreateVnic(undo)),
            ));
        }
        Ok(None) => {}
        Err(why) => plan.warnings.push(why),
    }
    let stub = net.stub.as_ref().and_then(|stub| stub.parse().ok());
    let elsewhere = entry.nets.iter().any(|other| other.stub == net.stub);
    if let Some(stub) = stub.filter(|stub| is_ours(stub) && !elsewhere) {
        let undo = Action::CreateEtherstub(stub.clone());
        let delete = Action::DeleteEtherstub {
            name: stub,
            zone: name.clone(),
        };
        plan.steps.push(Step::new(delete, Some(undo)));
    }
    let addresses = released(std::slice::from_ref(net), planner.documents, at);
    plan.steps.extend(release(name, addresses));
    // The entry keeps the addresses until nothing uses them any more.
    plan.steps.push(existing.documents(&entry)?);
    if existing.config.ip_type == IpType::Shared {
        plan.warnings
            .push(effect(existing, "the end of the net", &[]));
    }
    Ok(plan)
}

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
}

/// Plans another shape of a net.
///
/// # Errors
/// As [`add`]; exit status 7 if the VNIC must be made anew and the zone has its links; 1 if its configuration holds what a net cannot
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
        return Err(Failure::new(ExitCode::Failed, "zmgr::net::resources", message).with_help(
            format!("change it with `zonecfg -z {name}`, then `zmgr forget {name}` and `zmgr import {name}`"),
        ));
    }
    let ip_type = existing.config.ip_type;
    let wanted = TemplateNet {
        name: net.name.clone(),
        pool: changes.pool.clone().or_else(|| net.pool.clone()),
        mode: changes.mode.unwrap_or(net.mode),
        link: LinkSettings {
            vnic: None,
            stub: changes.stub.clone().or_else(|| net.stub.clone()),
            ..changes.link.clone()
        },
    };
    let mut lower = lower(&wanted, ip_type, planner.documents, planner.observed)?;
    if changes.stub.is_none() {
        // The entry says what is, whatever pool or uplink say by now.
        lower.vlan = changes.link.vlan;
    }
    let mut plan = Plan::new("net set", vec![name.clone()], Vec::new());
    let live = net
        .vnic
        .as_ref()
        .and_then(|vnic| planner.observed.links.get(vnic)?.vnic.as_ref());
    let mut new = planned_again(planner, existing, net, &wanted, &lower, changes, &mut plan)?;
    let over_again = new.stub != net.stub || new.link.vlan != net.link.vlan;
    let other_mac = new.link.mac_address != net.link.mac_address
        && new.link.mac_address != live.map(|live| live.mac_address);
    let anew = ip_type == IpType::Exclusive
        && (over_again || other_mac || new.link.on_demand != net.link.on_demand);
    if anew {
        existing.must_not_hold("making one anew")?;
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
    if later || now.is_empty() {
        plan.warnings.push(effect(existing, "the change", &now));
    } else {
        plan.warnings
            .push(format!("{} take effect now", now.join(" and ")));
    }
    Ok(plan)
}

/// The net with the changes, its addresses and VNIC kept where nothing is said of them.
fn planned_again(
    planner: &mut Planner<'_>,
    existing: &Existing<'_>,
    net: &ZoneNet,
    wanted: &TemplateNet,
    lower: &super::lower::Lower,
    changes: &Changes,
    plan: &mut Plan,
) -> Result<ZoneNet, Failure> {
    let other_source = wanted.pool != net.pool || wanted.mode != net.mode;
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
    new.pool.clone_from(&wanted.pool);
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
            return Err(
                Failure::new(ExitCode::Failed, "zmgr::create::too_long", message)
                    .with_help("put the addresses on two nets, or set `protect=false`"),
            );
        }
    }
    Ok(new)
}

/// The steps that put another VNIC of the same name in the place of one.
fn link_anew(
    planner: &Planner<'_>,
    existing: &Existing<'_>,
    (before, after): (&ZoneNet, &ZoneNet),
    missing: bool,
    is_ours: &dyn Fn(&illumos::datalink::LinkName) -> bool,
    plan: &mut Plan,
) -> Result<(), Failure> {
    let name = existing.name();
    let over = after.stub.clone().unwrap_or_default();
    if missing {
        let stub = link_name(&over)?;
        plan.steps.push(Step::new(
            Action::CreateEtherstub(stub.clone()),
            Some(Action::DeleteEtherstub {
                name: stub,
                zone: name.clone(),
            }),
        ));
    }
    match vnic(name, before, planner.documents, planner.observed) {
        Ok(Some(found)) => {
            let undo = made_again(planner, before, &found);
            plan.steps.push(Step::new(
                Action::DeleteVnic(found),
                Some(Action::CreateVnic(undo)),
            ));
        }
        Ok(None) => {}
        Err(why) => {
            return Err(Failure::new(ExitCode::Exists, "zmgr::net::vnic", why));
        }
    }
    if let Some(vnic) = after
        .vnic
        .as_ref()
        .filter(|_| after.link.on_demand != Some(true))
    {
        let vnic = new_vnic(link_name(vnic)?, &over, &after.link);
        let undo = Action::DeleteVnic(Vnic::made_from(&vnic));
        plan.steps
            .push(Step::new(Action::CreateVnic(vnic), Some(undo)));
    }
    let old = before.stub.as_ref().filter(|stub| **stub != over);
    let others = existing
        .entry
        .nets
        .iter()
        .filter(|net| net.name != before.name);
    let used = others.filter(|net| net.stub == before.stub).count() > 0;
    if let Some(stub) = old
        .and_then(|stub| stub.parse().ok())
        .filter(|stub| is_ours(stub) && !used)
    {
        let undo = Action::CreateEtherstub(stub.clone());
        let delete = Action::DeleteEtherstub {
            name: stub,
            zone: name.clone(),
        };
        plan.steps.push(Step::new(delete, Some(undo)));
    }
    Ok(())
}

/// The VNIC as it is made again when its end is undone, with the MAC address that it has.
fn made_again(planner: &Planner<'_>, net: &ZoneNet, vnic: &Vnic) -> NewVnic {
    let link = planner.observed.links.get(vnic.name.as_str());
    let details = link.and_then(|link| link.vnic.as_ref());
    let over = details.and_then(|details| details.over.clone());
    let over = over.or_else(|| vnic.over.clone()).unwrap_or_default();
    let mut new = new_vnic(vnic.name.clone(), &over, &net.link);
    if let Some(details) = details {
        new.mac_address = MacAddressChoice::Fixed(details.mac_address);
        new.vlan_id = details.vlan_id;
    }
    new
}

/// The note that the zone gives addresses up, if it does.
fn release(name: &ZoneName, addresses: Vec<ReleasedAddress>) -> Option<Step> {
    if addresses.is_empty() {
        return None;
    }
    let undo = Action::EndQuarantine {
        zone: name.clone(),
        addresses: addresses.clone(),
    };
    let action = Action::Release {
        zone: name.clone(),
        addresses,
    };
    Some(Step::new(action, Some(undo)))
}

/// From when on a change counts.
fn effect(existing: &Existing<'_>, what: &str, now: &[&str]) -> String {
    let name = existing.name();
    let later = if existing.holds_links() {
        format!(
            "{what} takes effect at the next boot of zone {name}, which is {}",
            existing.state
        )
    } else {
        format!("{what} takes effect when zone {name} boots")
    };
    match now {
        [] => later,
        now => format!(
            "{} take effect now; what else there is of {later}",
            now.join(" and ")
        ),
    }
}
