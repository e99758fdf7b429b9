//! What registry entries share that they must not.

use crate::failure::Code;
use std::collections::BTreeMap;
use std::net::IpAddr;

use super::places::Wanted;
use super::{Findings, Grade};
use crate::documents::Kind;
use crate::documents::model::{Documents, ZoneEntry, ZoneNet};
use crate::ipam;
use crate::{ExitCode, Failure};

pub(super) fn check(documents: &Documents, findings: &mut Findings<'_>) {
    let mut addresses: BTreeMap<IpAddr, (&ZoneEntry, usize)> = BTreeMap::new();
    let mut vnics: BTreeMap<&str, &ZoneEntry> = BTreeMap::new();
    let mut zonepaths: BTreeMap<&str, &ZoneEntry> = BTreeMap::new();
    for entry in documents.zones.values() {
        if let Some(zonepath) = entry.settings.zonepath.as_deref()
            && let Some(other) = zonepaths.insert(zonepath, entry)
        {
            shared(
                findings,
                entry,
                other,
                Code::ZoneZonepathTwice,
                "zonepath",
                zonepath,
                &["zonepath"],
            );
        }
        let mut own: Vec<IpAddr> = Vec::new();
        for net in &entry.nets {
            for address in ipam::held_by(net) {
                let nth = own.iter().filter(|other| **other == address).count();
                own.push(address);
                if let Some(other) = addresses.insert(address, (entry, nth)) {
                    twice(findings, entry, address, nth, other);
                }
                in_pool(findings, documents, entry, net, address, nth);
            }
            if let Some(vnic) = net.vnic.as_deref()
                && let Some(other) = vnics.insert(vnic, entry)
            {
                shared(
                    findings,
                    entry,
                    other,
                    Code::ZoneVnicTwice,
                    "VNIC",
                    vnic,
                    &["vnic"],
                );
            }
            let handed_over = net.link.protect != Some(false);
            if let Err(too_long) = ipam::joined_length(&net.addresses)
                && handed_over
            {
                let message = format!("zone {}, net {:?}: {too_long}", entry.name, net.name);
                let failure = Failure::new(ExitCode::Invalid, Code::ZoneAddressesTooLong, message)
                    .with_help("spread the addresses over several nets");
                let first = net.addresses.first().map(ipnet::IpNet::addr);
                let place = first.and_then(|address| address_place(findings, entry, address, 0));
                findings.push(grade(&[entry]), failure, place);
            }
        }
    }
}

/// What zones have in common that zmgr did not make was so on the host before: two zones that never run at the same time, two networks
/// with the same addresses, a zone that is the router. It is worth a warning, and no error of the documents.
fn grade(entries: &[&ZoneEntry]) -> Grade {
    if entries.iter().all(|entry| entry.imported.is_some()) {
        Grade::Warning
    } else {
        Grade::Error
    }
}

/// The address of an entry lies in the pool that the entry names.
fn in_pool(
    findings: &mut Findings<'_>,
    documents: &Documents,
    entry: &ZoneEntry,
    net: &ZoneNet,
    address: IpAddr,
    nth: usize,
) {
    let Some(pool) = net
        .pool
        .as_ref()
        .and_then(|pool| documents.pools.get(pool.as_str()))
    else {
        return;
    };
    if pool
        .networks
        .iter()
        .any(|network| network.network.contains(&address))
    {
        return;
    }
    let message = format!(
        "zone {} has {address} from pool {:?}, but it is outside the networks of the pool",
        entry.name, pool.name
    );
    let failure = Failure::new(ExitCode::Invalid, Code::ZoneAddressOutsidePool, message)
        .with_help("name the pool that contains the address, or remove `pool` from the net");
    let place = address_place(findings, entry, address, nth);
    findings.push(Grade::Warning, failure, place);
}

fn twice(
    findings: &mut Findings<'_>,
    entry: &ZoneEntry,
    address: IpAddr,
    nth: usize,
    (other, other_nth): (&ZoneEntry, usize),
) {
    let message = if entry.name == other.name {
        format!("zone {} has {address} twice", entry.name)
    } else {
        format!(
            "zones {} and {} both have {address}",
            other.name, entry.name
        )
    };
    let mut failure = Failure::new(ExitCode::Invalid, Code::ZoneAddressTwice, message)
        .with_help("give one of them another address");
    let mut first = Failure::new(
        ExitCode::Invalid,
        Code::ZoneAddressTwice,
        format!("{address} is also here"),
    );
    first.location = address_place(findings, other, address, other_nth);
    failure.related.push(first);
    let place = address_place(findings, entry, address, nth);
    findings.push(grade(&[entry, other]), failure, place);
}

/// Two entries have the same `what`.
fn shared(
    findings: &mut Findings<'_>,
    entry: &ZoneEntry,
    other: &ZoneEntry,
    code: Code,
    what: &str,
    value: &str,
    nodes: &[&str],
) {
    let message = if entry.name == other.name {
        format!("zone {} has {what} {value:?} twice", entry.name)
    } else {
        format!(
            "zones {} and {} both have {what} {value:?}",
            other.name, entry.name
        )
    };
    let is = |text: &str| text == value;
    let failure =
        Failure::new(ExitCode::Invalid, code, message).with_help("give one of them another");
    let nth = usize::from(entry.name == other.name);
    let place = findings.places.of(
        Kind::Zone,
        entry.name.as_str(),
        Wanted {
            nodes,
            is: &is,
            nth,
        },
    );
    findings.push(grade(&[entry, other]), failure, place);
}

/// Where the entry has the address, with or without its prefix length.
fn address_place(
    findings: &mut Findings<'_>,
    entry: &ZoneEntry,
    address: IpAddr,
    nth: usize,
) -> Option<crate::failure::Location> {
    let is =
        |text: &str| text.split('/').next().and_then(|text| text.parse().ok()) == Some(address);
    findings.places.of(
        Kind::Zone,
        entry.name.as_str(),
        Wanted {
            nodes: &["address", "addresses", "-"],
            is: &is,
            nth,
        },
    )
}
