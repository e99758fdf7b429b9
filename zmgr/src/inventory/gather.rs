use crate::failure::Code;
use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use illumos::datalink::{Datalinks, Link};
use illumos::zone::config::IpType;
use illumos::zone::{Zone, ZoneConfig, ZoneName};

use super::registered::Sources;
use super::{NetView, ZoneView};
use crate::cache::Cache;
use crate::documents::model::ZoneEntry;
use crate::documents::{Kind, Store, summary};
use crate::ipam::addresses_listed;
use crate::natural::natural;
use crate::observe::{Links, NetSketch, Read, Sketch, most, sketches};
use crate::registry;
use crate::{ExitCode, Failure, parallel};

/// What is asked for: what is not costs nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Brand, autoboot or nets: the configurations of the host's zones are read.
    pub configuration: bool,
    /// The lower links of their VNICs.
    pub links: bool,
}

impl Need {
    /// Everything.
    pub const ALL: Self = Self {
        configuration: true,
        links: true,
    };
}

/// The zones of registry and host, sorted by name, and what could not be read.
///
/// Of a zone that the host has, what its configuration says is shown; what the documents say otherwise is in its differences.
///
/// # Errors
/// If the registry's directory or the zone index cannot be read.
pub fn gather(
    store: &Store,
    cache: &Cache,
    need: Need,
) -> Result<(Vec<ZoneView>, Vec<Failure>), Failure> {
    let (registry, host) = parallel::both(|| store.zones(), illumos::zone::list);
    let (entries, invalid) = registry?;
    let mut problems: Vec<Failure> = summary(&invalid).into_iter().collect();
    // An entry that cannot be read is still an entry: its zone is managed.
    let registered: BTreeSet<String> = if problems.is_empty() {
        BTreeSet::new()
    } else {
        store.names(Kind::Zone)?.into_iter().collect()
    };
    let zones = host?;
    let names: Vec<ZoneName> = zones.iter().map(|zone| zone.name.clone()).collect();
    let read = if need.configuration {
        sketches(&names, Some(cache))
    } else {
        Vec::new()
    };
    let mut read = read.into_iter();
    let mut host: BTreeMap<String, (Zone, Option<Read>)> = zones
        .into_iter()
        .map(|zone| (zone.name.to_string(), (zone, read.next())))
        .collect();
    let mut sources = Sources::new(store);
    let mut views = Vec::with_capacity(entries.len().max(host.len()));
    for entry in entries.into_values() {
        let (zone, read) = host.remove(entry.name.as_str()).unzip();
        let configuration = match read.flatten() {
            Some(Ok((sketch, unread))) => {
                problems.extend(unread);
                Some(sketch)
            }
            Some(Err(failure)) => {
                problems.push(failure);
                None
            }
            None => None,
        };
        views.push(sources.view(entry, zone.as_ref(), configuration.as_ref()));
    }
    let links = if need.links && !host.is_empty() {
        links(&mut problems)
    } else {
        Vec::new()
    };
    let lower: BTreeMap<&str, &str> = links
        .iter()
        .filter_map(|link| Some((link.name.as_str(), over(link)?)))
        .collect();
    for (name, (zone, read)) in host {
        let managed = registered.contains(&name);
        views.push(foreign(&zone, managed, read, &lower, &mut problems));
    }
    views.sort_by(|a, b| natural(a.name.as_str(), b.name.as_str()));
    Ok((views, problems))
}

/// One zone.
#[derive(Debug)]
pub struct One {
    /// What is to be shown of it.
    pub view: ZoneView,
    /// Its entry in the registry.
    pub entry: Option<ZoneEntry>,
    /// Its line in the index of the host.
    pub zone: Option<Zone>,
    /// Its configuration, as far as it can be read.
    pub configuration: Option<ZoneConfig>,
    /// What could not be read.
    pub problems: Vec<Failure>,
}

/// One zone, with every setting in which documents and host differ.
///
/// # Errors
/// [`ExitCode::NotFound`] if neither registry nor host has the zone; if its entry cannot be read; if the configuration of a zone that the
/// registry does not have cannot be read.
pub fn one(store: &Store, name: &ZoneName) -> Result<One, Failure> {
    let entry = store.find_zone(name)?;
    let zone = illumos::zone::find(name)?;
    let mut problems = Vec::new();
    let read = zone.as_ref().map(|_| most(name, ZoneConfig::read(name)));
    match (entry, zone) {
        (Some(entry), zone) => {
            let configuration = match read {
                Some(Ok((config, unread))) => {
                    problems.extend(unread);
                    Some(config)
                }
                Some(Err(failure)) => {
                    problems.push(failure);
                    None
                }
                None => None,
            };
            let sketch = configuration.clone().map(Sketch::from);
            let mut sources = Sources::new(store);
            let mut view = sources.view(entry.clone(), zone.as_ref(), sketch.as_ref());
            let flavour = illumos::flavour()?;
            let wanted = sources.configuration(&entry, flavour);
            if let (Some(found), Some(wanted)) = (&configuration, wanted)
                && problems.is_empty()
            {
                view.differences = registry::differences(&entry, &wanted, found, flavour);
            }
            Ok(One {
                view,
                entry: Some(entry),
                zone,
                configuration,
                problems,
            })
        }
        (None, Some(zone)) => {
            let mut unread = Vec::new();
            let mut configuration = None;
            let read = match read {
                Some(Ok((config, problems))) => {
                    configuration = Some(config.clone());
                    unread = problems;
                    Some(Ok((Sketch::from(config), Vec::new())))
                }
                Some(Err(failure)) => return Err(failure),
                None => None,
            };
            let nets = read.iter().flatten().flat_map(|(config, _)| &config.net);
            let found = links_of(nets, &mut problems);
            let lower = found
                .iter()
                .filter_map(|link| Some((link.name.as_str(), over(link)?)))
                .collect();
            let view = foreign(&zone, false, read, &lower, &mut problems);
            unread.append(&mut problems);
            Ok(One {
                view,
                entry: None,
                zone: Some(zone),
                configuration,
                problems: unread,
            })
        }
        (None, None) => Err(not_found(store, name)),
    }
}

fn not_found(store: &Store, name: &ZoneName) -> Failure {
    let mut names = store.names(Kind::Zone).unwrap_or_default();
    names.extend(
        illumos::zone::list()
            .unwrap_or_default()
            .into_iter()
            .map(|zone| zone.name.to_string()),
    );
    let failure = Failure::new(
        ExitCode::NotFound,
        Code::ZoneNotFound,
        format!("there is no zone {name}"),
    );
    match crate::documents::values::nearest(name.as_str(), names.iter().map(String::as_str)) {
        Some(nearest) => failure.with_help(format!("did you mean {nearest}?")),
        None => failure.with_help("zmgr list shows the zones of this host"),
    }
}

fn links(problems: &mut Vec<Failure>) -> Vec<Link> {
    Datalinks::open()
        .and_then(|datalinks| datalinks.list())
        .unwrap_or_else(|error| {
            problems.push(error.into());
            Vec::new()
        })
}

/// The links that the nets name.
fn links_of<'n>(
    nets: impl Iterator<Item = &'n NetSketch>,
    problems: &mut Vec<Failure>,
) -> Vec<Link> {
    let links = Links::default();
    let mut found = Vec::new();
    for net in nets.filter(|net| !net.physical.is_empty()) {
        match links.find_lent(&net.physical) {
            Ok(link) => found.extend(link),
            Err(failure) => problems.push(failure),
        }
    }
    found
}

fn over(link: &Link) -> Option<&str> {
    link.vnic.as_ref()?.over.as_deref()
}

/// A zone that has no readable registry entry: what its configuration says, if it was read.
fn foreign(
    zone: &Zone,
    managed: bool,
    read: Option<Read>,
    lower: &BTreeMap<&str, &str>,
    problems: &mut Vec<Failure>,
) -> ZoneView {
    let mut view = ZoneView {
        name: zone.name.clone(),
        state: Some(zone.state),
        brand: None,
        template: None,
        zonepath: Some(zone.zonepath.clone()),
        autoboot: None,
        managed,
        tags: Vec::new(),
        nets: Vec::new(),
        differences: Vec::new(),
    };
    match read {
        Some(Ok((config, unread))) => {
            problems.extend(unread);
            view.nets = nets(&config.net, config.ip_type, lower);
            view.autoboot = Some(config.autoboot);
            view.brand = Some(config.brand).filter(|brand| !brand.is_empty());
        }
        Some(Err(failure)) => problems.push(failure),
        None => {}
    }
    view
}

/// The `net` resources by link: several of one link are its several addresses.
fn nets(resources: &[NetSketch], ip_type: IpType, lower: &BTreeMap<&str, &str>) -> Vec<NetView> {
    let mut links: Vec<(&str, Vec<&NetSketch>)> = Vec::new();
    for net in resources {
        match links.iter_mut().find(|(link, _)| *link == net.physical) {
            Some((_, group)) => group.push(net),
            None => links.push((&net.physical, vec![net])),
        }
    }
    let view = |(link, group): (&str, Vec<&NetSketch>)| {
        let (addresses, gateways) = as_written(group.iter().copied());
        let physical = Some(link).filter(|link| !link.is_empty());
        let over = group[0].global_nic.as_deref();
        let over = over.or_else(|| lower.get(link).copied());
        let (vnic, stub) = match ip_type {
            IpType::Exclusive => (physical, over),
            IpType::Shared => (None, physical),
        };
        NetView {
            name: link.into(),
            pool: None,
            addresses,
            gateways,
            vnic: vnic.map(Into::into),
            stub: stub.map(Into::into),
        }
    };
    links.into_iter().map(view).collect()
}

/// The addresses and default routers of `net` resources as they are, even what is none.
pub(super) fn as_written<'n>(
    resources: impl Iterator<Item = &'n NetSketch>,
) -> (Vec<CompactString>, Vec<CompactString>) {
    let (mut addresses, mut gateways) = (Vec::new(), Vec::new());
    for net in resources {
        addresses.extend(
            net.allowed_address
                .as_ref()
                .or(net.address.as_ref())
                .cloned(),
        );
        for (name, value) in &net.property {
            let listed = addresses_listed(name, value).map(CompactString::from);
            for text in listed {
                let address = |text: &str| text.split('/').next().map(str::to_owned);
                // The same address is often in `allowed-address` as well.
                if !addresses
                    .iter()
                    .any(|known| address(known) == address(&text))
                {
                    addresses.push(text);
                }
            }
        }
        let new = |router: &&CompactString| !gateways.contains(*router);
        gateways.extend(net.defrouter.as_ref().filter(new).cloned());
    }
    (addresses, gateways)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_link_are_one_net() {
        let net = |physical: &str, address: &str, router: Option<&str>| NetSketch {
            physical: physical.into(),
            allowed_address: Some(address.into()),
            defrouter: router.map(Into::into),
            ..NetSketch::default()
        };
        let resources = [
            net("db0", "10.0.0.5/24", Some("10.0.0.1")),
            net("db1", "192.0.2.5/24", None),
            net("db0", "fd00::5/64", Some("10.0.0.1")),
        ];
        let lower = BTreeMap::from([("db0", "igb0")]);
        let shared = nets(&resources[1..2], IpType::Shared, &lower);
        assert_eq!(
            (shared[0].vnic.as_deref(), shared[0].stub.as_deref()),
            (None, Some("db1"))
        );
        let nets = nets(&resources, IpType::Exclusive, &lower);
        assert_eq!(nets.len(), 2);
        assert_eq!(nets[0].line(), "db0 10.0.0.5/24 fd00::5/64");
        assert_eq!(nets[0].gateways, ["10.0.0.1"]);
        assert_eq!(nets[0].stub.as_deref(), Some("igb0"));
        assert_eq!(nets[1].stub, None);
        let json = serde_json::to_string(&nets[1]).unwrap();
        assert_eq!(
            json,
            r#"{"name":"db1","pool":null,"address":"192.0.2.5/24","gateway":null,"addresses":["192.0.2.5/24"],"gateways":[],"vnic":"db1","stub":null}"#
        );
    }
}
