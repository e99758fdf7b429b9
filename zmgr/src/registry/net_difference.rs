//! In what the nets of a zone differ from what the documents say.

use compact_str::CompactString;
use illumos::datalink::MacAddress;
use illumos::zone::config::{IpType, Net, Property};
use ipnet::IpNet;
use serde_json::Value as Json;

use super::difference::Difference;
use crate::documents::model::{ZoneEntry, ZoneNet};
use crate::observe::NetSketch;

/// The `net` resources of one link: several of one link are its several addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NetSide {
    pub(crate) ip_type: IpType,
    pub(crate) link: CompactString,
    pub(crate) addresses: Vec<CompactString>,
    pub(crate) gateways: Vec<CompactString>,
    pub(crate) global_nic: Option<CompactString>,
    mac: Option<CompactString>,
    vlan: Option<CompactString>,
    properties: Vec<Property>,
}

impl NetSide {
    /// The nets of a configuration.
    pub(crate) fn of_resources(resources: &[Net], ip_type: IpType) -> Vec<Self> {
        let mut sides = Vec::new();
        for net in resources {
            let side = Self::add(&mut sides, &NetSketch::from(net), ip_type);
            side.vlan = side.vlan.take().or(net.vlan_id.as_ref().map(Into::into));
            let new = net.property.iter();
            let new = new.filter(|property| !side.properties.contains(property));
            let new: Vec<Property> = new.cloned().collect();
            side.properties.extend(new);
        }
        sides
    }

    /// The nets of what is known of every configuration.
    pub(crate) fn of_sketches(sketches: &[NetSketch], ip_type: IpType) -> Vec<Self> {
        let mut sides = Vec::with_capacity(sketches.len());
        for sketch in sketches {
            Self::add(&mut sides, sketch, ip_type);
        }
        sides
    }

    fn add<'s>(sides: &'s mut Vec<Self>, net: &NetSketch, ip_type: IpType) -> &'s mut Self {
        let known = sides.iter().position(|side| side.link == net.physical);
        let place = known.unwrap_or_else(|| {
            sides.push(Self {
                ip_type,
                link: net.physical.clone(),
                ..Self::default()
            });
            sides.len() - 1
        });
        let side = &mut sides[place];
        let address = net.allowed_address.as_ref().or(net.address.as_ref());
        side.addresses.extend(address.cloned());
        let new = |router: &&CompactString| !side.gateways.contains(router);
        let router = net.defrouter.as_ref().filter(new).cloned();
        side.gateways.extend(router);
        side.global_nic = side.global_nic.take().or(net.global_nic.clone());
        side.mac = side.mac.take().or(net.mac_addr.clone());
        side
    }

    pub(crate) fn has_addresses_of(&self, other: &Self) -> bool {
        same_addresses(&self.addresses, &other.addresses)
    }

    pub(crate) fn has_gateways_of(&self, other: &Self) -> bool {
        same_addresses(&self.gateways, &other.gateways)
    }

    /// The node that names the link.
    fn link_node(&self) -> &'static str {
        match self.ip_type {
            IpType::Exclusive => "vnic",
            IpType::Shared => "stub",
        }
    }

    fn json(&self) -> Json {
        let mut object = serde_json::Map::new();
        object.insert(self.link_node().to_owned(), Json::from(self.link.as_str()));
        object.insert("address".to_owned(), list(&self.addresses));
        Json::Object(object)
    }
}

fn list(texts: &[CompactString]) -> Json {
    if texts.is_empty() {
        return Json::Null;
    }
    Json::Array(texts.iter().map(|text| Json::from(text.as_str())).collect())
}

fn text(text: &Option<CompactString>) -> Json {
    text.as_deref().map_or(Json::Null, Json::from)
}

/// A net of the documents and that of the host which it is; one of them is missing where the other side has none.
pub(crate) type Pair = (Option<NetSide>, Option<NetSide>);

/// Finds which nets are the same ones: by their links, then those whose link has another name now, in their order.
pub(crate) fn pairs(documents: Vec<NetSide>, host: Vec<NetSide>) -> Vec<Pair> {
    let mut unknown = host;
    let mut pairs: Vec<Pair> = documents
        .into_iter()
        .map(|said| {
            let place = unknown.iter().position(|there| there.link == said.link);
            (Some(said), place.map(|place| unknown.remove(place)))
        })
        .collect();
    let mut unknown = unknown.into_iter();
    for (_, there) in pairs.iter_mut().filter(|(_, there)| there.is_none()) {
        *there = unknown.next();
    }
    pairs.extend(unknown.map(|there| (None, Some(there))));
    pairs
}

/// In what the nets of each pair differ. Nets of the entry are called by their names, others by their links.
pub(crate) fn net_differences(entry: &ZoneEntry, pairs: &[Pair]) -> Vec<Difference> {
    let mut all = Vec::new();
    for pair in pairs {
        match pair {
            (Some(said), Some(there)) => compare(entry, said, there, &mut all),
            (Some(said), None) => {
                let path = format!("net.{}", name(entry, said));
                all.push(Difference::new(path, said.json(), Json::Null));
            }
            (None, Some(there)) => {
                let path = format!("net.{}", there.link);
                all.push(Difference::new(path, Json::Null, there.json()));
            }
            (None, None) => {}
        }
    }
    all
}

/// The net of the entry that has this link.
pub(crate) fn net_of<'e>(entry: &'e ZoneEntry, side: &NetSide) -> Option<&'e ZoneNet> {
    let has = |link: &Option<CompactString>| link.as_ref() == Some(&side.link);
    let of = |net: &&ZoneNet| match net.resources.first() {
        Some(resource) => resource.physical == side.link,
        None => match side.ip_type {
            IpType::Exclusive => has(&net.vnic),
            IpType::Shared => has(&net.stub),
        },
    };
    entry.nets.iter().find(of)
}

fn name<'n>(entry: &'n ZoneEntry, side: &'n NetSide) -> &'n str {
    net_of(entry, side).map_or(&side.link, |net| net.name.as_str())
}

fn compare(entry: &ZoneEntry, said: &NetSide, there: &NetSide, all: &mut Vec<Difference>) {
    let name = name(entry, said);
    let mut push = |node: &str, documents: Json, host: Json| {
        all.push(Difference::new(
            format!("net.{name}.{node}"),
            documents,
            host,
        ));
    };
    if said.link != there.link {
        let link = |side: &NetSide| Json::from(side.link.as_str());
        push(said.link_node(), link(said), link(there));
    }
    if !said.has_addresses_of(there) {
        push("address", list(&said.addresses), list(&there.addresses));
    }
    if !said.has_gateways_of(there) {
        push("gateway", list(&said.gateways), list(&there.gateways));
    }
    if said.global_nic != there.global_nic {
        push("stub", text(&said.global_nic), text(&there.global_nic));
    }
    // OmniOS writes the MAC address of a link that the brand makes at the first boot.
    let written_by_itself = said.mac.is_none() && there.global_nic.is_some();
    if !written_by_itself && mac(&said.mac) != mac(&there.mac) {
        push("mac-address", text(&said.mac), text(&there.mac));
    }
    if number(&said.vlan) != number(&there.vlan) {
        push("vlan", text(&said.vlan), text(&there.vlan));
    }
    for property in said.properties.iter().chain(&there.properties) {
        let of = |side: &NetSide| {
            let mut properties = side.properties.iter();
            let found = properties.find(|one| one.name == property.name);
            found.map_or(Json::Null, |one| Json::from(one.value.as_str()))
        };
        let (documents, host) = (of(said), of(there));
        let path = format!("net.{name}.property.{}", property.name);
        if documents != host && all.iter().all(|known| known.setting != path) {
            all.push(Difference::new(path, documents, host));
        }
    }
}

fn same_addresses(one: &[CompactString], other: &[CompactString]) -> bool {
    if one == other {
        return true;
    }
    let set = |texts: &[CompactString]| {
        let mut texts: Vec<CompactString> = texts.iter().map(address).collect();
        texts.sort_unstable();
        texts
    };
    set(one) == set(other)
}

/// An address in the form in which it is printed; what is none as it is.
fn address(text: &CompactString) -> CompactString {
    use compact_str::ToCompactString as _;
    match (text.parse::<IpNet>(), text.parse::<std::net::IpAddr>()) {
        (Ok(net), _) => net.to_compact_string(),
        (_, Ok(address)) => address.to_compact_string(),
        _ => text.clone(),
    }
}

fn mac(text: &Option<CompactString>) -> Option<Result<MacAddress, &str>> {
    let text = text.as_deref()?;
    Some(text.parse().map_err(|_| text))
}

fn number(text: &Option<CompactString>) -> Option<Result<u32, &str>> {
    let text = text.as_deref()?;
    Some(text.parse().map_err(|_| text))
}
