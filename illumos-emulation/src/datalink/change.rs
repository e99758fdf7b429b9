//! What can be done with links, and what is refused.

use std::io;
use std::sync::Arc;

use super::plumbing::Plumbing;
use super::property::{Property, Value, value_of};
use super::table::{Class, Link, MacType, Properties, Table};
use super::{ACTIVE, ANCHOR, MacAddress, PERSIST, Status, name};
use crate::{Host, kernel};

/// Where the MAC address of a new VNIC comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MacChoice {
    /// Chosen; `random` and `auto` differ only for devices with factory addresses.
    Chosen,
    Fixed(MacAddress),
}

/// A VNIC or etherstub to be made.
#[derive(Debug)]
pub(crate) struct NewVnic {
    /// `None` for `vnicN` with the lowest free number.
    pub(crate) name: Option<String>,
    /// The lower link's id; of no meaning for an etherstub.
    pub(crate) over: u32,
    pub(crate) mac: MacChoice,
    pub(crate) vid: u16,
    pub(crate) properties: Properties,
}

/// A link that is not made by `dladm_vnic_create`: a device, a VLAN, an aggregation.
#[derive(Debug)]
pub(crate) struct NewLink {
    pub(crate) class: Class,
    pub(crate) name: String,
    pub(crate) over: Vec<String>,
    pub(crate) vid: u16,
    pub(crate) temporary: bool,
}

/// The links as they are now.
pub(crate) fn read(host: &Host) -> io::Result<Arc<Table>> {
    host.read::<Table>()
}

/// Creates a VNIC, or with [`ANCHOR`] an etherstub. Returns its id.
pub(crate) fn create_vnic(host: &Host, new: NewVnic, flags: u32) -> Result<u32, Status> {
    if flags & ACTIVE == 0 {
        return Err(Status::NOTSUP);
    }
    let persistent = flags & PERSIST != 0;
    host.update(|table: &mut Table| {
        let name = match new.name {
            Some(name) => name,
            None => free_name(table),
        };
        let mut link = if flags & ANCHOR != 0 {
            Link::new(Class::Etherstub, &name)
        } else {
            vnic(host, table, &name, new.over, new.mac, new.vid, persistent)?
        };
        if !name::valid(&name) {
            return Err(Status::LINKINVAL);
        }
        if table.by_name(&name).is_some() {
            return Err(Status::EXIST);
        }
        link.persistent = persistent;
        for (property, values) in new.properties {
            let known = Property::find(&property).ok_or(Status::NOTFOUND)?;
            known.check(&values)?;
            if known.resource {
                put(&mut link.set, &property, values.clone());
            }
            if persistent {
                put(&mut link.stored, &property, values);
            }
        }
        Ok(table.add(link))
    })
}

fn vnic(
    host: &Host,
    table: &Table,
    name: &str,
    over: u32,
    mac: MacChoice,
    vid: u16,
    persistent: bool,
) -> Result<Link, Status> {
    let lower = table.by_id(over).ok_or(Status::NOTFOUND)?;
    if matches!(lower.class, Class::Vnic | Class::Vlan) {
        return Err(Status::BADARG);
    }
    if persistent && !lower.persistent {
        return Err(Status::persist_on_temp(host.flavour()));
    }
    if !lower.active {
        return Err(Status::NOTFOUND);
    }
    if vid > 4094 {
        return Err(Status::VIDINVAL);
    }
    if vid != 0 && is_default_tag(table, lower, vid) {
        return Err(Status::LINKBUSY);
    }
    if !lower.zone.is_empty() {
        return Err(Status::LINKBUSY);
    }
    let taken = |mac: MacAddress| {
        let peers = table
            .links()
            .iter()
            .filter(|link| link.active && link.class == Class::Vnic && link.over == lower.name);
        (lower.mac == mac && vid == 0)
            || peers
                .into_iter()
                .any(|peer| peer.mac == mac && peer.vid == vid)
    };
    let (mac, mac_type) = match mac {
        MacChoice::Fixed(mac) if !mac.is_unicast() => return Err(Status::INVALIDMACADDR),
        MacChoice::Fixed(mac) if taken(mac) => return Err(Status::INVALIDMACADDRINUSE),
        MacChoice::Fixed(mac) => (mac, MacType::Fixed),
        MacChoice::Chosen => {
            let mut mac = MacAddress::random();
            while taken(mac) {
                mac = MacAddress::random();
            }
            (mac, MacType::Random)
        }
    };
    Ok(Link {
        over: lower.name.clone(),
        mac,
        mac_type,
        vid,
        ..Link::new(Class::Vnic, name)
    })
}

/// Whether packets with this tag are the untagged ones of the lower link.
fn is_default_tag(table: &Table, lower: &Link, vid: u16) -> bool {
    let Some(property) = Property::find("default_tag") else {
        return false;
    };
    lower.class != Class::Etherstub
        && value_of(table, lower, property, Value::Current)
            .is_ok_and(|values| values.first().is_some_and(|tag| *tag == vid.to_string()))
}

fn free_name(table: &Table) -> String {
    let mut number = 0_u32;
    loop {
        let name = format!("vnic{number}");
        if table.by_name(&name).is_none() {
            return name;
        }
        number += 1;
    }
}

/// Deletes the active part, the stored part, or both, of a VNIC or etherstub.
pub(crate) fn delete_vnic(host: &Host, id: u32, flags: u32) -> Result<(), Status> {
    let plumbing = host.read::<Plumbing>()?;
    host.update(|table: &mut Table| {
        let link = table.by_id(id).ok_or(Status::BADARG)?;
        if !matches!(link.class, Class::Vnic | Class::Etherstub) {
            return Err(Status::BADARG);
        }
        delete(table, &plumbing, id, flags)
    })
}

/// Deletes a link of any class: the emulated world's hand that pulls a card, and `delete-vlan`, `delete-simnet`.
pub(crate) fn delete_link(host: &Host, id: u32, flags: u32) -> Result<(), Status> {
    let plumbing = host.read::<Plumbing>()?;
    host.update(|table: &mut Table| delete(table, &plumbing, id, flags))
}

fn delete(table: &mut Table, plumbing: &Plumbing, id: u32, flags: u32) -> Result<(), Status> {
    let link = table.by_id(id).ok_or(Status::BADARG)?;
    if flags & (ACTIVE | PERSIST) == 0 {
        return Err(Status::BADARG);
    }
    if flags & ACTIVE != 0 && link.active {
        let used = table
            .links()
            .iter()
            .any(|upper| upper.active && upper.over.split(',').any(|over| over == link.name));
        if used || !link.zone.is_empty() || plumbing.has(&link.name) {
            return Err(Status::LINKBUSY);
        }
    } else if flags & PERSIST == 0 || !link.persistent && flags & ACTIVE == 0 {
        return Err(Status::NOTFOUND);
    }
    let link = table.by_id_mut(id).ok_or(Status::BADARG)?;
    link.active &= flags & ACTIVE == 0;
    link.persistent &= flags & PERSIST == 0;
    table.retain(|link| link.active || link.persistent);
    Ok(())
}

/// Adds a device, VLAN, aggregation or overlay.
pub(crate) fn add_link(host: &Host, new: NewLink) -> Result<u32, Status> {
    host.update(|table: &mut Table| {
        if !name::valid(&new.name) {
            return Err(Status::LINKINVAL);
        }
        if table.by_name(&new.name).is_some() {
            return Err(Status::EXIST);
        }
        for over in &new.over {
            let lower = table.by_name(over).ok_or(Status::NOTFOUND)?;
            if matches!(lower.class, Class::Vnic | Class::Vlan) {
                return Err(Status::BADARG);
            }
            if !new.temporary && !lower.persistent {
                return Err(Status::persist_on_temp(host.flavour()));
            }
            if new.class == Class::Vlan && is_default_tag(table, lower, new.vid) {
                return Err(Status::LINKBUSY);
            }
        }
        if new.vid > 4094 {
            return Err(Status::VIDINVAL);
        }
        let mut link = Link::new(new.class, &new.name);
        link.over = new.over.join(",");
        link.vid = new.vid;
        link.persistent = !new.temporary;
        Ok(table.add(link))
    })
}

fn put(properties: &mut Properties, name: &str, values: Vec<String>) {
    properties.retain(|(known, _)| known != name);
    if !values.is_empty() {
        properties.push((name.to_owned(), values));
    }
}

/// Sets a property, in force, stored, or both; no values reset it.
pub(crate) fn set_property(
    host: &Host,
    id: u32,
    property: &str,
    values: &[String],
    flags: u32,
) -> Result<(), Status> {
    let known = Property::find(property).ok_or(Status::NOTFOUND)?;
    if flags & (ACTIVE | PERSIST) == 0 {
        return Err(Status::BADARG);
    }
    if known.name == "zone" {
        if flags & PERSIST != 0 {
            return Err(Status::TEMPONLY);
        }
        return match values {
            [] => assign_zone(host, id, ""),
            [zone] => assign_zone(host, id, zone),
            _ => Err(Status::BADVALCNT),
        };
    }
    known.check(values)?;
    host.update(|table: &mut Table| {
        let link = table.by_id(id).ok_or(Status::NOTFOUND)?;
        if flags & ACTIVE != 0 && !link.active {
            return Err(Status::NOTFOUND);
        }
        if flags & PERSIST != 0 && !link.persistent {
            return Err(Status::TEMPONLY);
        }
        if known.name == "mtu" {
            check_mtu(table, link, values)?;
        }
        let link = table.by_id_mut(id).ok_or(Status::NOTFOUND)?;
        if flags & ACTIVE != 0 {
            put(&mut link.set, property, values.to_vec());
        }
        if flags & PERSIST != 0 {
            put(&mut link.stored, property, values.to_vec());
        }
        Ok(())
    })
}

/// A VNIC's MTU is at most that of its lower link.
fn check_mtu(table: &Table, link: &Link, values: &[String]) -> Result<(), Status> {
    let Some((lower, property)) = table.by_name(&link.over).zip(Property::find("mtu")) else {
        return Ok(());
    };
    let number = |values: &[String]| values.first().and_then(|value| value.parse::<u32>().ok());
    let most = number(&value_of(table, lower, property, Value::Current)?);
    if number(values)
        .zip(most)
        .is_some_and(|(wanted, most)| wanted > most)
    {
        Err(Status::INVALID_MTU)
    } else {
        Ok(())
    }
}

/// Moves a link into a ready or running zone with an IP stack of its own, or with an empty name back to the global zone.
pub(crate) fn assign_zone(host: &Host, id: u32, zone: &str) -> Result<(), Status> {
    let zone = if zone == "global" { "" } else { zone };
    if !zone.is_empty() {
        let found = kernel::zone(host, zone).ok_or(Status::BADVAL)?;
        if found.ip_type != "excl"
            || !(kernel::STATUS_READY..=kernel::STATUS_RUNNING).contains(&found.status)
        {
            return Err(Status::BADVAL);
        }
    }
    let plumbing = host.read::<Plumbing>()?;
    host.update(|table: &mut Table| {
        let link = table.by_id_mut(id).ok_or(Status::NOTFOUND)?;
        if !link.active {
            return Err(Status::NOTFOUND);
        }
        if !zone.is_empty()
            && (plumbing.has(&link.name) || !link.zone.is_empty() && link.zone != zone)
        {
            return Err(Status::LINKBUSY);
        }
        zone.clone_into(&mut link.zone);
        Ok(())
    })
}

/// Takes properties out of force, as far as they are.
pub(crate) fn unset_active(host: &Host, id: u32, properties: &[&str]) -> Result<(), Status> {
    host.update(|table: &mut Table| {
        let link = table.by_id_mut(id).ok_or(Status::NOTFOUND)?;
        link.set
            .retain(|(name, _)| !properties.contains(&name.as_str()));
        Ok(())
    })
}

/// What a boot of the host does to its links: temporary ones are gone, stored ones and their properties are in force. A link whose
/// lower link is gone stays stored only.
pub(crate) fn restart(host: &Host) -> io::Result<()> {
    host.update(|table: &mut Table| {
        table.retain(|link| link.persistent);
        let names: std::collections::HashSet<String> =
            table.links().iter().map(|link| link.name.clone()).collect();
        for link in table.links_mut() {
            link.active =
                link.over.is_empty() || link.over.split(',').all(|over| names.contains(over));
            link.zone.clear();
            link.set.clone_from(&link.stored);
        }
        Ok(())
    })
}
