//! A zone of the registry: what its host has, and where the documents say something else.

use std::collections::BTreeMap;

use compact_str::{CompactString, ToCompactString};
use illumos::Flavour;
use illumos::zone::config::IpType;
use illumos::zone::{Zone, ZoneConfig};

use super::{NetView, ZoneView};
use crate::documents::Store;
use crate::documents::model::{Config, Settings, Template, ZoneEntry, ZoneNet};
use crate::observe::{NetSketch, Sketch};
use crate::registry::{self, NetSide, Pair};

/// Templates and config, each read when the first entry needs it.
pub(super) struct Sources<'a> {
    store: &'a Store,
    templates: BTreeMap<String, Option<Template>>,
    config: Option<Option<Config>>,
}

impl<'a> Sources<'a> {
    pub(super) fn new(store: &'a Store) -> Self {
        Self {
            store,
            templates: BTreeMap::new(),
            config: None,
        }
    }

    /// What the documents say of the entry's zone; `None` if they do not say all of it: `zmgr validate` says why.
    fn outline(&mut self, entry: &ZoneEntry) -> Option<Settings> {
        let (template, config) = self.of(entry)?;
        registry::outline(entry, template, config).ok()
    }

    /// The configuration that the documents make; `None` as for [`outline`](Self::outline).
    pub(super) fn configuration(
        &mut self,
        entry: &ZoneEntry,
        flavour: Flavour,
    ) -> Option<ZoneConfig> {
        let (template, config) = self.of(entry)?;
        registry::zone_config(entry, template, config?, flavour).ok()
    }

    /// The entry's template, if it has one, and config.kdl.
    fn of(&mut self, entry: &ZoneEntry) -> Option<(Option<&Template>, Option<&Config>)> {
        let store = self.store;
        let config = self.config.get_or_insert_with(|| store.config().ok());
        let Some(name) = entry.template.as_deref() else {
            return Some((None, config.as_ref()));
        };
        if !self.templates.contains_key(name) {
            let template = store.template(name).ok();
            self.templates.insert(name.to_owned(), template);
        }
        let template = self.templates.get(name)?.as_ref()?;
        Some((Some(template), config.as_ref()))
    }

    /// The zone of the entry. `host` is what the host has: its place in the index, and its configuration if that was read.
    pub(super) fn view(
        &mut self,
        entry: ZoneEntry,
        zone: Option<&Zone>,
        configuration: Option<&Sketch>,
    ) -> ZoneView {
        let outline = self.outline(&entry);
        let said = outline.as_ref().unwrap_or(&entry.settings);
        let brand = said.brand.as_deref().map(CompactString::from);
        let mut view = ZoneView {
            name: entry.name.clone(),
            state: zone.map(|zone| zone.state),
            brand,
            template: entry.template.clone(),
            zonepath: said.zonepath.clone(),
            autoboot: Some(said.autoboot.unwrap_or(false)),
            managed: true,
            tags: said.tags.clone(),
            nets: Vec::new(),
            differences: Vec::new(),
        };
        if let Some(zone) = zone {
            view.zonepath = Some(zone.zonepath.clone());
        }
        let Some(host) = configuration else {
            view.nets = entry.nets.iter().map(|net| of_entry(&entry, net)).collect();
            return view;
        };
        let ip_type = said.ip_type.unwrap_or(IpType::Exclusive);
        let pairs = registry::pairs(
            rendered(&entry, ip_type),
            NetSide::of_sketches(&host.net, host.ip_type),
        );
        if let Some(said) = outline {
            let host = Settings {
                // An empty brand is the system's default.
                brand: Some(host.brand.to_string()).filter(|brand| !brand.is_empty()),
                zonepath: view.zonepath.clone(),
                autoboot: Some(host.autoboot),
                ip_type: Some(host.ip_type),
                ..Settings::default()
            };
            let said = Settings {
                brand: said.brand.filter(|_| host.brand.is_some()),
                autoboot: view.autoboot,
                ip_type: Some(ip_type),
                zonepath: said.zonepath,
                ..Settings::default()
            };
            view.differences = registry::settings_differences(&said, &host);
            view.differences
                .extend(registry::net_differences(&entry, &pairs));
        }
        view.autoboot = Some(host.autoboot);
        if !host.brand.is_empty() {
            view.brand = Some(host.brand.clone());
        }
        view.nets = pairs
            .iter()
            .filter_map(|pair| of_pair(&entry, pair))
            .collect();
        view
    }
}

/// The nets that the entry makes.
fn rendered(entry: &ZoneEntry, ip_type: IpType) -> Vec<NetSide> {
    let resources = entry.nets.iter();
    let resources = resources.flat_map(|net| registry::net_resources(net, ip_type));
    let sketches: Vec<NetSketch> = resources.map(|net| NetSketch::from(&net)).collect();
    NetSide::of_sketches(&sketches, ip_type)
}

/// A net as the entry says it.
fn of_entry(entry: &ZoneEntry, net: &ZoneNet) -> NetView {
    let (addresses, gateways) = if net.resources.is_empty() {
        (addresses(net), gateways(entry, net))
    } else {
        let resources: Vec<NetSketch> = net.resources.iter().map(Into::into).collect();
        super::gather::as_written(resources.iter())
    };
    NetView {
        name: net.name.clone(),
        pool: net.pool.clone(),
        addresses,
        gateways,
        vnic: net.vnic.clone(),
        stub: net.stub.clone(),
    }
}

fn addresses(net: &ZoneNet) -> Vec<CompactString> {
    let addresses = net.addresses.iter();
    addresses.map(ToCompactString::to_compact_string).collect()
}

fn gateways(entry: &ZoneEntry, net: &ZoneNet) -> Vec<CompactString> {
    // A zone that was imported without a default router has none, whatever its pool says.
    if entry.imported.is_some() && net.link.defrouter == Some(false) {
        return Vec::new();
    }
    let gateways = net.gateways.iter();
    gateways.map(ToCompactString::to_compact_string).collect()
}

/// A net as the host has it. What a configuration does not hold, such as the addresses of a net without protection, the entry
/// says.
fn of_pair(entry: &ZoneEntry, (said, there): &Pair) -> Option<NetView> {
    let there = there.as_ref()?;
    let net = said.as_ref().and_then(|said| registry::net_of(entry, said));
    let mut view = match net {
        Some(net) => of_entry(entry, net),
        None => NetView {
            name: there.link.clone(),
            ..NetView::default()
        },
    };
    let same =
        |has: fn(&NetSide, &NetSide) -> bool| said.as_ref().is_some_and(|said| has(said, there));
    if !same(NetSide::has_addresses_of) {
        view.addresses.clone_from(&there.addresses);
    }
    if !same(NetSide::has_gateways_of) {
        view.gateways.clone_from(&there.gateways);
    }
    let link = Some(there.link.clone()).filter(|link| !link.is_empty());
    match there.ip_type {
        IpType::Exclusive => {
            view.vnic = link;
            view.stub = there.global_nic.clone().or(view.stub);
        }
        IpType::Shared => {
            view.vnic = None;
            view.stub = link;
        }
    }
    Some(view)
}
