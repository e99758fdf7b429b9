//! Adopting zones that zmgr did not make: what the registry says of them is proven by rendering it again.

use std::collections::{BTreeMap, BTreeSet};

use illumos::Flavour;
use illumos::datalink::Link;
use illumos::zone::config::{IpType, Net};
use illumos::zone::{ZoneConfig, ZoneName};
use ipnet::IpNet;

use super::adopted_net::nets;
use crate::documents::model::{Documents, Invalid, Settings, Template, ZoneEntry};
use crate::documents::{Kind, Source, decode_zone, render_zone};
use crate::ipam::joined_length;
use crate::registry::{self, Difference, ID_ATTR, Naming};

/// How well a zone fits what the documents say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quality {
    /// A template makes the zone as it is.
    Exact,
    /// A template does with settings of the zone's own over it.
    Settings,
    /// No template does; the entry says everything itself.
    Own,
    /// The entry cannot say everything: see the differences.
    Partial,
}

/// A zone as the registry will have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// The entry.
    pub entry: ZoneEntry,
    /// How well it fits.
    pub quality: Quality,
    /// What is explicit in the entry over its template, or what the entry cannot say, in the words of zonecfg(8).
    pub differences: Vec<String>,
    /// Nets whose addresses are in no pool.
    pub without_pool: Vec<String>,
}

/// Whether the brand is a virtual machine's: such zones are not for zmgr.
#[must_use]
pub fn is_virtual_machine(brand: &str) -> bool {
    matches!(brand, "bhyve" | "kvm" | "emu" | "propolis")
}

/// Finds entries for zones that the registry does not have.
#[derive(Debug)]
pub struct Adopter<'a> {
    documents: &'a Documents,
    flavour: Flavour,
    links: &'a BTreeMap<String, Link>,
    imported: String,
    /// The identities that registered zones have.
    ids: BTreeSet<&'a str>,
}

impl<'a> Adopter<'a> {
    /// With what entries are made: `links` are those of the host that the zones name, `imported` is when the entries are made.
    #[must_use]
    pub fn new(
        documents: &'a Documents,
        flavour: Flavour,
        links: &'a BTreeMap<String, Link>,
        imported: impl Into<String>,
    ) -> Self {
        let entries = documents.zones.values();
        Self {
            documents,
            flavour,
            links,
            imported: imported.into(),
            ids: entries.filter_map(|entry| entry.id.as_deref()).collect(),
        }
    }

    /// The entry of a zone with this configuration. Of what can be proven, that with the fewest settings of its own is taken.
    #[must_use]
    pub fn adopt(&self, config: &ZoneConfig) -> Adopted {
        let mut candidates: Vec<(usize, &Template, Settings)> = Vec::new();
        let pretty = registry::observed(config, self.flavour, Naming::Properties);
        // Whether the nets fit is seen without rendering anything: of many templates few remain.
        let bare = self.entry(config, None, Settings::default());
        let fitting = self.documents.templates.values();
        for template in fitting.filter(|template| fits(template, &bare)) {
            let base = self.entry(config, Some(template), Settings::default());
            let Ok(mut rendered) = registry::settings(&base, Some(template)) else {
                continue;
            };
            if rendered.brand.as_deref() != Some(&config.brand) {
                continue;
            }
            // Every entry has the path of its zone.
            rendered.zonepath.clone_from(&pretty.zonepath);
            if let Some(own) = registry::own_over(&rendered, &pretty) {
                candidates.push((names(&own).len(), template, own));
            }
        }
        let default = &self.documents.config.default_template;
        candidates.sort_by_key(|(count, template, _)| {
            (*count, template.name != *default, template.name.clone())
        });
        for (_, template, own) in candidates {
            let differences: Vec<String> = names(&own).into_iter().map(str::to_owned).collect();
            let quality = if differences.is_empty() {
                Quality::Exact
            } else {
                Quality::Settings
            };
            let entry = self.entry(config, Some(template), own);
            if self.unproven(&entry, Some(template), config).is_empty() {
                return adopted(entry, quality, differences);
            }
        }
        for naming in [Naming::Properties, Naming::Rctls] {
            let own = registry::observed(config, self.flavour, naming);
            let entry = self.entry(config, None, own);
            if self.unproven(&entry, None, config).is_empty() {
                return adopted(entry, Quality::Own, Vec::new());
            }
        }
        let mut own = registry::observed(config, self.flavour, Naming::Rctls);
        let mut entry = self.entry(config, None, own.clone());
        let mut differences = self.unproven(&entry, None, config);
        if differences == [UNREADABLE] {
            // Something in it is no setting that a document may hold: what is known for certain is kept.
            own = Settings {
                brand: own.brand,
                autoboot: own.autoboot,
                ip_type: own.ip_type,
                zonepath: own.zonepath,
                ..Settings::default()
            };
            *entry.settings = own;
            differences = self.unproven(&entry, None, config);
        }
        adopted(entry, Quality::Partial, differences)
    }

    fn entry(&self, config: &ZoneConfig, template: Option<&Template>, own: Settings) -> ZoneEntry {
        let id = registry::zone_id(config).filter(|id| !self.ids.contains(id));
        let mut settings = own;
        settings.brand = Some(config.brand.clone());
        settings.zonepath = Some(config.zonepath.clone());
        // The identity is the last attr of a zone that zmgr made; anywhere else it stays an attr like others.
        let id = id.filter(|_| config.attr.last().is_some_and(|attr| attr.name == ID_ATTR));
        if id.is_some() {
            settings.attr.retain(|attr| attr.name != ID_ATTR);
        }
        ZoneEntry {
            name: config.zonename.clone(),
            template: template.map(|template| template.name.as_str().into()),
            created: id.map(|_| self.imported.as_str().into()),
            imported: id.is_none().then(|| self.imported.as_str().into()),
            id: id.map(Into::into),
            settings: Box::new(settings),
            nets: nets(config, self.documents, self.links, template),
            variables: std::collections::BTreeMap::new(),
        }
    }

    /// What of the configuration the entry does not make again; empty if it makes it as it is.
    fn unproven(
        &self,
        entry: &ZoneEntry,
        template: Option<&Template>,
        config: &ZoneConfig,
    ) -> Vec<String> {
        let text = render_zone(entry);
        let read = decode_zone(&Source::new("zone.kdl", text), Some(entry.name.as_str()));
        if read.as_ref() != Ok(entry) {
            return vec![UNREADABLE.to_owned()];
        }
        match registry::zone_config(entry, template, &self.documents.config, self.flavour) {
            Ok(rendered) => {
                let found = registry::differences(entry, &rendered, config, self.flavour);
                let node = |one: &Difference| one.setting.split('.').next().map(str::to_owned);
                let mut nodes: Vec<String> = found.iter().filter_map(node).collect();
                // The resources themselves count here, not only what they mean.
                if rendered.net != config.net {
                    nodes.push("net".to_owned());
                }
                nodes.dedup();
                nodes
            }
            Err(failure) => vec![failure.message],
        }
    }
}

/// What is said of an entry that its own text does not say.
const UNREADABLE: &str = "a value that a document cannot hold";

fn adopted(entry: ZoneEntry, quality: Quality, differences: Vec<String>) -> Adopted {
    let without =
        |net: &&crate::documents::model::ZoneNet| net.pool.is_none() && !net.addresses.is_empty();
    let without_pool = entry
        .nets
        .iter()
        .filter(without)
        .map(|net| net.name.to_string())
        .collect();
    Adopted {
        entry,
        quality,
        differences,
        without_pool,
    }
}

/// A net without a pool whose addresses may be from a pool that is invalid, and that pool.
#[must_use]
pub fn of_invalid_pool<'a>(
    entry: &'a ZoneEntry,
    documents: &'a Documents,
) -> Option<(&'a str, &'a str)> {
    let mut nets = entry.nets.iter().filter(|net| net.pool.is_none());
    nets.find_map(|net| {
        // An invalid pool that names no network may be of any.
        let may_have = |invalid: &Invalid, address: &IpNet| {
            let networks = invalid.networks.iter().flatten();
            let mut networks = networks
                .filter(|network| network.prefix_len() < network.max_prefix_len())
                .peekable();
            networks.peek().is_none() || networks.any(|network| network.contains(&address.addr()))
        };
        let mut pools = documents.invalid(Kind::Pool);
        let pool = pools.find(|(_, invalid)| {
            net.addresses
                .iter()
                .any(|address| may_have(invalid, address))
        });
        pool.map(|(pool, _)| (net.name.as_str(), pool))
    })
}

/// Whether the zone's nets are those of the template: as many, from the same pools, in the same order.
fn fits(template: &Template, entry: &ZoneEntry) -> bool {
    template.nets.len() == entry.nets.len()
        && template.nets.iter().zip(&entry.nets).all(|(wanted, net)| {
            wanted.pool.as_deref() == net.pool.as_deref()
                || (wanted.pool.is_none() && net.addresses.is_empty())
        })
}

/// What the settings say over a template's, by the names of their nodes; the identity is none of them.
fn names(own: &Settings) -> Vec<&'static str> {
    let mut own = own.clone();
    own.attr.retain(|attr| attr.name != ID_ATTR);
    registry::said(&own)
}

/// The links that zones name: who, and which.
pub type LinkUse = (ZoneName, String);

/// The links that the nets of these configurations name, but for those that share the global zone's IP stack.
pub fn links<'a>(configs: impl IntoIterator<Item = &'a ZoneConfig>) -> BTreeSet<LinkUse> {
    let exclusive = configs
        .into_iter()
        .filter(|config| config.ip_type == IpType::Exclusive);
    let of = |config: &'a ZoneConfig| {
        let nets = config.net.iter();
        nets.map(|net| (config.zonename.clone(), net.physical.clone()))
    };
    exclusive.flat_map(of).collect()
}

/// What keeps the adopted zones from booting, or from booting beside others: links that another zone has or that are among `plumbed`, the IP
/// interfaces of the global zone, and more addresses than can be handed over. `foreign` are the links of all zones that the registry
/// does not know.
#[must_use]
pub fn obstacles(
    adopted: &[Adopted],
    documents: &Documents,
    foreign: &BTreeSet<LinkUse>,
    plumbed: &BTreeSet<String>,
) -> Vec<String> {
    let registered = documents.zones.values().flat_map(|entry| {
        let vnics = entry.nets.iter().filter_map(|net| net.vnic.as_deref());
        vnics.map(|vnic| (vnic, &entry.name))
    });
    let foreign = foreign.iter().map(|(zone, link)| (link.as_str(), zone));
    let mut users: std::collections::BTreeMap<&str, BTreeSet<&ZoneName>> =
        std::collections::BTreeMap::new();
    for (link, zone) in registered.chain(foreign) {
        users.entry(link).or_default().insert(zone);
    }
    let mut found = BTreeSet::new();
    for entry in adopted.iter().map(|adopted| &adopted.entry) {
        for net in &entry.nets {
            let Some(vnic) = net.vnic.as_deref() else {
                continue;
            };
            let zones = users.get(vnic).into_iter().flatten();
            for other in zones.filter(|other| ***other != entry.name) {
                let (one, other) = ((*other).min(&entry.name), (*other).max(&entry.name));
                found.insert(format!("zones {one} and {other} both have link {vnic}"));
            }
            if plumbed.contains(vnic) {
                found.insert(format!(
                    "zone {} has link {vnic}, which is an IP interface of the global zone: it cannot boot",
                    entry.name
                ));
            }
            if net.link.protect != Some(false)
                && let Err(error) = joined_length(&net.addresses)
            {
                found.insert(format!("zone {}, net {}: {error}", entry.name, net.name));
            }
        }
    }
    found.into_iter().collect()
}

/// The addresses that more than one of the zones has, or that one has with a registered zone.
#[must_use]
pub fn conflicts(adopted: &[Adopted], documents: &Documents) -> Vec<String> {
    let registered = documents.zones.values();
    let mut seen: std::collections::BTreeMap<std::net::IpAddr, &str> =
        std::collections::BTreeMap::new();
    let mut found = BTreeSet::new();
    for entry in registered.chain(adopted.iter().map(|adopted| &adopted.entry)) {
        for address in entry.nets.iter().flat_map(|net| &net.addresses) {
            if let Some(other) = seen.insert(address.addr(), entry.name.as_str())
                && other != entry.name.as_str()
            {
                found.insert(format!(
                    "zones {other} and {} both have the address {}",
                    entry.name,
                    address.addr()
                ));
            }
        }
    }
    found.into_iter().collect()
}

/// The `net` resources of one link, in the order of the document.
pub(super) fn groups(config: &ZoneConfig) -> Vec<Vec<Net>> {
    let mut groups: Vec<Vec<Net>> = Vec::new();
    for net in &config.net {
        match groups.last_mut().filter(|group| {
            group
                .first()
                .is_some_and(|first| first.physical == net.physical)
        }) {
            Some(group) => group.push(net.clone()),
            None => groups.push(vec![net.clone()]),
        }
    }
    groups
}
