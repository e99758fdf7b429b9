//! Taking a zone away: only what is its own, and only as it was recorded.

use crate::failure::Code;
use illumos::datalink::{LinkClass, LinkName};
use illumos::zone::{Zone, ZoneConfig, ZoneName, ZoneState};
use jiff::Timestamp;

use super::create::entry_path;
use super::{Action, Direction, DocumentChange, OnFailure, Plan, ReleasedAddress, Step, Vnic};
use crate::documents::Kind;
use crate::documents::model::{Documents, Pool, ZoneEntry, ZoneNet};
use crate::observe::Observed;
use crate::{ExitCode, Failure, registry};

/// What is known of a zone that is to go.
#[derive(Debug, Clone, Copy)]
pub struct Doomed<'a> {
    /// Its registry entry.
    pub entry: &'a ZoneEntry,
    /// The text of the entry, as the file has it.
    pub text: &'a str,
    /// Its configuration, if it has one.
    pub config: Option<&'a ZoneConfig>,
    /// The mark on the dataset at its zonepath, if there is one.
    pub mark: Option<&'a Mark>,
    /// What uninstalling it leaves, or has left, at its zonepath.
    pub remains: Option<&'a Remains>,
    /// Whether VNICs that zmgr did not make go as well.
    pub links: bool,
}

/// A dataset that zmgr marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The dataset.
    pub dataset: String,
    /// The identity of the zone that it belongs to.
    pub id: String,
}

/// What uninstalling a zone would leave at its zonepath, or has left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remains {
    /// The zonepath.
    pub zonepath: String,
    /// The dataset at it, if that bears the zone's mark.
    pub dataset: Option<String>,
    /// The names in it that are not the zone's, joined; empty if all are.
    pub strange: String,
}

/// Plans the destruction of a zone, from whatever state it is in.
///
/// `is_ours` says of an etherstub whether zmgr made it; `at` is the time at which quarantines begin.
///
/// # Errors
/// Exit status 1 if the zone is not the one that was recorded, or is in a state from which it cannot be taken down.
pub fn destroy(
    doomed: Doomed<'_>,
    documents: &Documents,
    observed: &Observed,
    is_ours: &dyn Fn(&LinkName) -> bool,
    at: Timestamp,
) -> Result<Plan, Failure> {
    let name = &doomed.entry.name;
    check_identity(doomed)?;
    let mut plan = Plan::new("destroy", vec![name.clone()], Vec::new());
    // Nothing brings back what is uninstalled: a destruction that was cut short goes on.
    plan.recovery = Direction::Resume;
    if let Some(zone) = observed.zone(name) {
        plan.steps = down(zone)?;
    }
    if let Some(config) = doomed.config {
        plan.steps.push(Step::forward(
            Action::DeleteZone(Box::new(config.clone())),
            OnFailure::Stop,
        ));
    }
    if let Some(remains) = doomed.remains {
        if !remains.strange.is_empty() {
            plan.warnings.push(format!(
                "{} holds files that do not belong to the zone; they are kept: {}",
                remains.zonepath, remains.strange
            ));
        }
        let remove = Action::RemoveRemains {
            zone: name.clone(),
            zonepath: remains.zonepath.clone(),
            id: doomed.entry.id.as_ref().map(ToString::to_string),
            dataset: remains.dataset.clone(),
        };
        plan.steps.push(Step::forward(remove, OnFailure::Continue));
    }
    let mut stubs: Vec<LinkName> = Vec::new();
    for net in &doomed.entry.nets {
        match recorded_vnic(doomed, net, documents, observed)? {
            Ok(Some(vnic)) => {
                if let Some(why) = kept(doomed, &vnic, observed)? {
                    plan.warnings.push(why);
                    continue;
                }
                let over = vnic.over.as_ref().and_then(|over| over.parse().ok());
                stubs.extend(over.filter(|over| is_ours(over) && !stubs.contains(over)));
                plan.steps
                    .push(Step::forward(Action::DeleteVnic(vnic), OnFailure::Continue));
            }
            Ok(None) => {}
            Err(why) => plan.warnings.push(why),
        }
        let stub = net.stub.as_ref().and_then(|stub| stub.parse().ok());
        stubs.extend(stub.filter(|stub| is_ours(stub) && !stubs.contains(stub)));
    }
    let released = released(&doomed.entry.nets, documents, at);
    if !released.is_empty() {
        let release = Action::Release {
            zone: name.clone(),
            addresses: released,
        };
        plan.steps.push(Step::forward(release, OnFailure::Stop));
    }
    // The entry goes after everything that is the zone's alone: it says what there is to clean up.
    let change = DocumentChange {
        path: entry_path(name),
        before: Some(doomed.text.to_owned()),
        after: None,
    };
    plan.steps.push(Step::forward(
        Action::ChangeDocuments(vec![change]),
        OnFailure::Stop,
    ));
    // Of several zones that go at once each would find the entries of the others, were these not gone first.
    for stub in stubs {
        let delete = Action::DeleteEtherstub {
            name: stub,
            zone: name.clone(),
        };
        plan.steps.push(Step::forward(delete, OnFailure::Continue));
    }
    Ok(plan)
}

/// The addresses of the nets that pools keep from others for a while.
pub(super) fn released(
    nets: &[ZoneNet],
    documents: &Documents,
    at: Timestamp,
) -> Vec<ReleasedAddress> {
    let mut released = Vec::new();
    for net in nets {
        let pool = net
            .pool
            .as_ref()
            .and_then(|pool| documents.pools.get(pool.as_str()));
        if let Some(name) = &net.pool
            && documents.usable(Kind::Pool, name).is_err()
        {
            // How long it keeps an address back is seen when it can be read again.
            released.extend(net.addresses.iter().map(|address| ReleasedAddress {
                address: address.addr(),
                pool: name.to_string(),
                at,
            }));
            continue;
        }
        let quarantine = |pool: &&Pool| pool.quarantine.is_some_and(|long| !long.is_zero());
        let Some(pool) = pool.filter(quarantine) else {
            continue;
        };
        released.extend(net.addresses.iter().map(|address| ReleasedAddress {
            address: address.addr(),
            pool: pool.name.clone(),
            at,
        }));
    }
    released
}

/// Refuses a zone that somebody else has made in the place of ours.
fn check_identity(doomed: Doomed<'_>) -> Result<(), Failure> {
    if let Some(mark) = doomed
        .mark
        .filter(|mark| doomed.entry.id.as_deref() != Some(&*mark.id))
    {
        let name = &doomed.entry.name;
        let message = format!(
            "zone {name} is not destroyed: dataset {} at its zonepath was made for another zone, whose identity is {}",
            mark.dataset, mark.id
        );
        return Err(Failure::new(ExitCode::Failed, Code::DestroyNotOurs, message).with_help(format!(
            "find that zone with `grep -l {} /etc/zmgr/zones/*.kdl`; if it is gone, `zfs inherit org.zmgr:id {}` removes the mark",
            mark.id, mark.dataset
        )));
    }
    let (Some(expected), Some(config)) = (&doomed.entry.id, doomed.config) else {
        return Ok(());
    };
    if registry::zone_id(config) == Some(expected) {
        return Ok(());
    }
    let name = &doomed.entry.name;
    let message = format!(
        "zone {name} is not the one that zmgr created: its attr {} is not {expected}",
        registry::ID_ATTR
    );
    Err(Failure::new(ExitCode::Failed, Code::DestroyNotOurs, message).with_help(format!(
        "`zmgr forget {name}` and `zmgr import {name}` register it in its present state; then it can be destroyed"
    )))
}

/// The steps from the zone's state to `configured`.
fn down(zone: &Zone) -> Result<Vec<Step>, Failure> {
    let halt = Step::forward(Action::Halt(zone.name.clone()), OnFailure::Stop);
    let uninstall = Step::forward(Action::Uninstall(zone.name.clone()), OnFailure::Stop);
    Ok(match zone.state {
        ZoneState::Configured => Vec::new(),
        ZoneState::Incomplete | ZoneState::Installed => vec![uninstall],
        ZoneState::Ready | ZoneState::Running | ZoneState::ShuttingDown | ZoneState::Down => {
            vec![halt, uninstall]
        }
        ZoneState::Mounted => {
            let message = format!("zone {} is mounted for maintenance", zone.name);
            return Err(
                Failure::new(ExitCode::Exists, Code::ZoneBusy, message).with_help(format!(
                    "unmount it with `zoneadm -z {} unmount`",
                    zone.name
                )),
            );
        }
    })
}

/// Why a VNIC of the zone stays although it is the zone's alone, if it does: zmgr did not make it.
fn kept(doomed: Doomed<'_>, vnic: &Vnic, observed: &Observed) -> Result<Option<String>, Failure> {
    let zone = &doomed.entry.name;
    if doomed.links {
        return Ok(None);
    }
    let why = if doomed.entry.imported.is_some() {
        "zmgr did not create it: zone NAME was imported"
    } else if let Some(link) = observed.links.find_lent(vnic.name.as_str())?
        && !link.persistent
    {
        "it is temporary, and zmgr never creates temporary VNICs"
    } else {
        return Ok(None);
    };
    Ok(Some(format!(
        "VNIC {} is kept, because {}; `zmgr destroy --links {zone}` would delete it",
        vnic.name,
        why.replace("NAME", zone.as_str())
    )))
}

/// The VNIC of a net, as [`vnic`] finds it.
///
/// # Errors
/// `zmgr::destroy::not_ours` if the link of that name is not the one that was recorded, or not the zone's.
fn recorded_vnic(
    doomed: Doomed<'_>,
    net: &ZoneNet,
    documents: &Documents,
    observed: &Observed,
) -> Result<Result<Option<Vnic>, String>, Failure> {
    let zone = &doomed.entry.name;
    let own = vnic(zone, net, documents, observed)?;
    let Some(name) = net.vnic.as_deref().filter(|_| own != Ok(None)) else {
        return Ok(own);
    };
    let uses = |config: &ZoneConfig| config.net.iter().any(|net| net.physical == *name);
    if doomed.config.is_some_and(|config| !uses(config)) {
        let why = format!("{name} is in its entry but not in its configuration");
        return Err(not_ours(zone, &why));
    }
    let Ok(Some(vnic)) = &own else {
        return Ok(own);
    };
    let link = observed.links.find_lent(vnic.name.as_str())?;
    if let Some(difference) = link.and_then(|link| vnic.difference(&link)) {
        return Err(not_ours(zone, &format!("{} {difference}", vnic.name)));
    }
    Ok(own)
}

/// The link of a zone's entry is not the zone's: nothing is begun.
fn not_ours(zone: &ZoneName, why: &str) -> Failure {
    let message = format!("zone {zone} is not destroyed: link {why}");
    Failure::new(ExitCode::Failed, Code::DestroyNotOurs, message).with_help(format!(
        "correct /etc/zmgr/{}, or register the zone as it is: `zmgr forget {zone}` and `zmgr import {zone}`",
        entry_path(zone)
    ))
}

/// The VNIC of a net, if there is one that is the zone's own; why it stays, if it is not.
///
/// # Errors
/// If the link cannot be looked at: it may be the zone's.
pub(super) fn vnic(
    zone: &ZoneName,
    net: &ZoneNet,
    documents: &Documents,
    observed: &Observed,
) -> Result<Result<Option<Vnic>, String>, Failure> {
    let Some(name) = &net.vnic else {
        return Ok(Ok(None));
    };
    let Some(link) = observed.links.find_lent(name)? else {
        return Ok(Ok(None));
    };
    if net.link.on_demand == Some(true) {
        // The brand deletes it when the zone halts.
        return Ok(Ok(None));
    }
    let Some(details) = link.vnic.as_ref().filter(|_| link.class == LinkClass::Vnic) else {
        return Ok(Err(format!("link {name} is not a VNIC; it is kept")));
    };
    if let Some(holder) = link.zone.as_ref().filter(|holder| *holder != zone.as_str()) {
        return Ok(Err(format!(
            "VNIC {name} is in use by zone {holder} and is kept"
        )));
    }
    let uses = |entry: &&ZoneEntry| {
        entry.name != *zone && entry.nets.iter().any(|net| net.vnic.as_ref() == Some(name))
    };
    let registered = documents.zones.values().find(uses).map(|entry| &entry.name);
    // Whose configuration names it, as far as it was read.
    let claims = observed
        .claims
        .links
        .get(name.as_str())
        .into_iter()
        .flatten();
    let other = registered.or_else(|| claims.into_iter().find(|other| *other != zone));
    if let Some(other) = other {
        return Ok(Err(format!(
            "VNIC {name} also belongs to zone {other} and is kept"
        )));
    }
    let Ok(name) = name.parse() else {
        return Ok(Ok(None));
    };
    Ok(Ok(Some(Vnic {
        name,
        over: net
            .stub
            .as_ref()
            .map(ToString::to_string)
            .or_else(|| details.over.clone()),
        vlan_id: net.link.vlan,
        mac_address: net.link.mac_address,
    })))
}
