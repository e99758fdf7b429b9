use crate::failure::Code;
use std::collections::{BTreeMap, BTreeSet};

use compact_str::{CompactString, ToCompactString};
use illumos::datalink::{Datalinks, Link};
use illumos::zone::config::IpType;
use illumos::zone::{Zone, ZoneConfig, ZoneName};

use super::{NetView, ZoneView};
use crate::cache::Cache;
use crate::documents::model::{Config, Template, ZoneEntry};
use crate::documents::{Kind, Store};
use crate::ipam::addresses_listed;
use crate::observe::{Links, NetSketch, Read, Sketch, most, sketches};
use crate::{ExitCode, Failure, parallel};

/// What is asked for: what is not costs nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Brand, autoboot or nets of zones that the registry does not have: their configurations are read.
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
/// Of a zone that the registry has, no configuration is read: what the entry does not say, its template does.
///
/// # Errors
/// If the registry's directory or the zone index cannot be read.
pub fn gather(
    store: &Store,
    cache: &Cache,
    need: Need,
) -> Result<(Vec<ZoneView>, Vec<Failure>), Failure> {
    let (registry, host) = parallel::both(|| store.zones(), illumos::zone::list);
    let (entries, mut problems) = registry?;
    // An entry that cannot be read is still an entry: its zone is managed.
    let registered: BTreeSet<String> = if problems.is_empty() {
        BTreeSet::new()
    } else {
        store.names(Kind::Zone)?.into_iter().collect()
    };
    let mut host: BTreeMap<String, Zone> = host?
        .into_iter()
        .map(|zone| (zone.name.to_string(), zone))
        .collect();
    let mut sources = Sources::new(store);
    let mut views = Vec::with_capacity(entries.len().max(host.len()));
    for entry in entries.into_values() {
        let zone = host.remove(entry.name.as_str());
        views.push(sources.registered(entry, zone.as_ref()));
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
    let names: Vec<ZoneName> = host.values().map(|zone| zone.name.clone()).collect();
    let read = if need.configuration {
        sketches(&names, Some(cache))
    } else {
        Vec::new()
    };
    let mut read = read.into_iter();
    for (name, zone) in &host {
        let managed = registered.contains(name);
        views.push(foreign(zone, managed, read.next(), &lower, &mut problems));
    }
    views.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((views, problems))
}

/// One zone, and its registry entry if it has one.
///
/// # Errors
/// [`ExitCode::NotFound`] if neither registry nor host has the zone; if its entry cannot be read.
pub fn one(
    store: &Store,
    name: &ZoneName,
) -> Result<(ZoneView, Option<ZoneEntry>, Option<Zone>), Failure> {
    let entry = store.find_zone(name)?;
    let zone = illumos::zone::find(name)?;
    match (entry, zone) {
        (Some(entry), zone) => Ok((
            Sources::new(store).registered(entry.clone(), zone.as_ref()),
            Some(entry),
            zone,
        )),
        (None, Some(zone)) => {
            let mut problems = Vec::new();
            let read = most(name, ZoneConfig::read(name));
            let read = read.map(|(config, unread)| (Sketch::from(config), unread));
            let nets = read.iter().flat_map(|(config, _)| &config.net);
            let found = links_of(nets, &mut problems);
            let lower = found
                .iter()
                .filter_map(|link| Some((link.name.as_str(), over(link)?)))
                .collect();
            let view = foreign(&zone, false, Some(read), &lower, &mut problems);
            match problems.pop() {
                // Of a configuration that can be read in part, that part is shown.
                Some(problem) if view.autoboot.is_none() => Err(problem),
                _ => Ok((view, None, Some(zone))),
            }
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

/// Templates and config, each read when the first entry needs it.
struct Sources<'a> {
    store: &'a Store,
    templates: BTreeMap<String, Option<Template>>,
    config: Option<Option<Config>>,
}

impl<'a> Sources<'a> {
    fn new(store: &'a Store) -> Self {
        Self {
            store,
            templates: BTreeMap::new(),
            config: None,
        }
    }

    /// The template, unless it cannot be read: `zmgr validate` tells why.
    fn template(&mut self, name: Option<&str>) -> Option<&Template> {
        let name = name?;
        let store = self.store;
        self.templates
            .entry(name.to_owned())
            .or_insert_with(|| store.template(name).ok())
            .as_ref()
    }

    fn zonepath(&mut self, name: &ZoneName) -> Option<String> {
        let store = self.store;
        let config = self
            .config
            .get_or_insert_with(|| store.config().ok())
            .as_ref()?;
        Some(config.zonepath.replace("{zone}", name.as_str()))
    }

    /// The tags of the template, then the entry's own.
    fn tags(&mut self, entry: &ZoneEntry) -> Vec<String> {
        let own = &entry.settings.tags;
        let Some(template) = self.template(entry.template.as_deref()) else {
            return own.clone();
        };
        let mut tags = template.settings.tags.clone();
        if tags.iter().any(|tag| tag.contains('{')) {
            // A variable without a value is told by validate.
            let settings = crate::plan::config::settings(entry, Some(template));
            return settings.map_or_else(|_| own.clone(), |settings| settings.tags);
        }
        let new = own
            .iter()
            .filter(|tag| !template.settings.tags.contains(tag));
        tags.extend(new.cloned());
        tags
    }

    fn registered(&mut self, entry: ZoneEntry, zone: Option<&Zone>) -> ZoneView {
        let own = &entry.settings;
        let name = entry.template.as_deref();
        let brand = own
            .brand
            .as_deref()
            .or_else(|| self.template(name)?.settings.brand.as_deref());
        let brand = brand.map(CompactString::from);
        let autoboot = own
            .autoboot
            .or_else(|| self.template(name)?.settings.autoboot);
        let zonepath = zone
            .map(|zone| zone.zonepath.clone())
            .or_else(|| own.zonepath.clone());
        let zonepath = zonepath.or_else(|| {
            let pattern = self.template(name)?.settings.zonepath.as_ref()?;
            Some(pattern.replace("{zone}", entry.name.as_str()))
        });
        let zonepath = zonepath.or_else(|| self.zonepath(&entry.name));
        let tags = self.tags(&entry);
        let nets = entry.nets.into_iter().map(|net| {
            // A zone that was imported without a default router has none, whatever its pool says.
            let unused = entry.imported.is_some() && net.link.defrouter == Some(false);
            let gateways = net.gateways.iter().filter(|_| !unused);
            let (addresses, gateways) = if net.resources.is_empty() {
                (
                    net.addresses
                        .iter()
                        .map(ToCompactString::to_compact_string)
                        .collect(),
                    gateways.map(ToCompactString::to_compact_string).collect(),
                )
            } else {
                let resources: Vec<NetSketch> = net.resources.iter().map(Into::into).collect();
                as_written(resources.iter())
            };
            NetView {
                name: net.name,
                pool: net.pool,
                addresses,
                gateways,
                vnic: net.vnic,
                stub: net.stub,
            }
        });
        ZoneView {
            name: entry.name,
            state: zone.map(|zone| zone.state),
            brand,
            template: entry.template,
            zonepath,
            autoboot: Some(autoboot.unwrap_or(false)),
            managed: true,
            tags,
            nets: nets.collect(),
        }
    }
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
fn as_written<'n>(
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
            r#"{"name":"db1","pool":null,"address":"192.0.2.5/24","gateway":null,"vnic":"db1","stub":null}"#
        );
    }
}
