//! Finding the one resource that `select` and `remove` name by its properties.

use super::ast::PropertyValue;
use super::session::{NO_ENTRY, NO_PROPERTY_TYPE, Session};
use super::word::{Property, Resource, Verb};
use illumos::Flavour;
use illumos::zone::config::{Net, ZoneConfig};
use illumos::zone::verify::net;

/// libzonecfg's texts for a query that matches nothing, too much, or cannot match.
const NO_RESOURCE_ID: &str = "No such resource with that id";
const INSUFFICIENT: &str = "Insufficient specification";
const INVALID: &str = "Invalid argument";

/// A property by which a resource is found, and its value.
pub(super) type Criterion = (Property, String);

/// Whether resources of the type are found by the property.
pub(super) fn identifies(resource: Resource, property: Property, flavour: Flavour) -> bool {
    use Property as P;
    let extended = flavour == Flavour::Extended;
    match resource {
        Resource::Fs => matches!(property, P::Dir | P::Special | P::Raw | P::Type),
        Resource::Net => match property {
            P::Address | P::AllowedAddress | P::Physical | P::Defrouter => true,
            P::MacAddr | P::VlanId | P::GlobalNic => extended,
            _ => false,
        },
        Resource::Device => property == P::Match,
        Resource::Rctl | Resource::Dataset => property == P::Name,
        Resource::Attr => matches!(property, P::Name | P::Type | P::Value),
        Resource::Admin => matches!(property, P::User | P::Auths),
        Resource::SecurityFlags => matches!(property, P::Default | P::Lower | P::Upper),
        Resource::DedicatedCpu | Resource::CappedCpu | Resource::CappedMemory => true,
    }
}

/// How many bytes of the property the tool keeps, with the terminating NUL.
pub(super) fn size(resource: Resource, property: Property) -> usize {
    use Property as P;
    match (resource, property) {
        (Resource::Fs, P::Type) => 16,
        (Resource::Fs, _) | (Resource::Device, _) | (Resource::SecurityFlags, _) => 1024,
        (Resource::Net, P::Physical | P::GlobalNic) => 32,
        (Resource::Net, P::MacAddr) => 20,
        (Resource::Net, P::VlanId) => 11,
        (Resource::Net, _) => 46,
        (Resource::Attr, P::Value) => 2048,
        (Resource::Admin, P::User) => 32,
        (Resource::Admin, _) => 4096,
        _ => 256,
    }
}

impl Session<'_> {
    /// The criteria as text; `None` after saying why they cannot be used.
    pub(super) fn criteria(
        &mut self,
        verb: Verb,
        resource: Resource,
        given: &[(Property, PropertyValue)],
    ) -> Option<Vec<Criterion>> {
        let mut criteria = Vec::new();
        for (property, value) in given {
            let PropertyValue::Simple(value) = value else {
                self.fail("A simple value was expected here.");
                self.not_found(verb, resource, INSUFFICIENT);
                return None;
            };
            if !identifies(resource, *property, self.flavour) {
                self.fail(&format!("{property}: {NO_PROPERTY_TYPE}"));
                self.not_found(verb, resource, INSUFFICIENT);
                return None;
            }
            let value = self.text(value, size(resource, *property));
            criteria.retain(|(known, _)| known != property);
            criteria.push((*property, value));
        }
        Some(criteria)
    }

    pub(super) fn not_found(&mut self, verb: Verb, resource: Resource, reason: &str) {
        self.fail(&format!("{verb} {resource}: {reason}"));
    }

    /// The place among the resources of its type of the one that matches; `None` after saying that there is not one.
    pub(super) fn find_one(
        &mut self,
        verb: Verb,
        resource: Resource,
        criteria: &[Criterion],
        config: &ZoneConfig,
    ) -> Option<usize> {
        match find(resource, criteria, config) {
            Ok(index) => Some(index),
            Err(reason) => {
                self.not_found(verb, resource, reason);
                None
            }
        }
    }
}

fn find(
    resource: Resource,
    criteria: &[Criterion],
    config: &ZoneConfig,
) -> Result<usize, &'static str> {
    use Property as P;
    let wanted = |property: P| {
        let found = criteria.iter().find(|(name, _)| *name == property);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    };
    let same = |property: P, value: &str| wanted(property).is_none_or(|w| w == value);
    let asks = |(property, value): &Criterion| counts(resource, *property) && !value.is_empty();
    if resource != Resource::SecurityFlags && !criteria.iter().any(asks) {
        return match resource {
            Resource::Net => Err(INSUFFICIENT),
            Resource::Rctl => Err(INVALID),
            _ => Err(NO_RESOURCE_ID),
        };
    }
    let matching: Vec<usize> = match resource {
        Resource::Fs => places(&config.fs, |fs| {
            let raw = fs.raw.as_deref().unwrap_or_default();
            same(P::Dir, &fs.dir)
                && same(P::Special, &fs.special)
                && same(P::Raw, raw)
                && same(P::Type, &fs.fs_type)
        }),
        Resource::Net => {
            let text = |property: P| wanted(property).map(ToOwned::to_owned);
            let query = Net {
                address: text(P::Address),
                allowed_address: text(P::AllowedAddress),
                physical: text(P::Physical).unwrap_or_default(),
                defrouter: text(P::Defrouter),
                global_nic: text(P::GlobalNic),
                mac_addr: text(P::MacAddr),
                vlan_id: None,
                property: Vec::new(),
            };
            if query.address.is_some() && query.allowed_address.is_some() {
                return Err(INVALID);
            }
            places(&config.net, |found| {
                net::matches(&query, found, config.ip_type)
            })
        }
        Resource::Device => places(&config.device, |device| same(P::Match, &device.match_)),
        // Of several with one name libzonecfg takes the first.
        Resource::Rctl => places(&config.rctl, |rctl| same(P::Name, &rctl.name))
            .into_iter()
            .take(1)
            .collect(),
        Resource::Attr => places(&config.attr, |attr| {
            same(P::Name, &attr.name)
                && same(P::Type, &attr.attr_type)
                && same(P::Value, &attr.value)
        }),
        Resource::Dataset => places(&config.dataset, |name| same(P::Name, name)),
        Resource::Admin => places(&config.admin, |admin| {
            same(P::User, &admin.user) && same(P::Auths, &admin.auths)
        }),
        // libzonecfg hands over the first, whatever was asked for.
        Resource::SecurityFlags if config.security_flags.is_some() => vec![0],
        Resource::SecurityFlags => return Err(NO_ENTRY),
        Resource::DedicatedCpu | Resource::CappedCpu | Resource::CappedMemory => Vec::new(),
    };
    match matching[..] {
        [] => Err(NO_RESOURCE_ID),
        [index] => Ok(index),
        _ => Err(INSUFFICIENT),
    }
}

/// Why libzonecfg would delete another net than `wanted`, if it would: it compares some of the properties and deletes the first that
/// fits (libzonecfg.c zonecfg_delete_nwif_core). The tool itself loses that net without a word.
pub(super) fn deletes_another(nets: &[Net], wanted: &Net, flavour: Flavour) -> Option<String> {
    let fits = |net: &&Net| {
        let address = net.address == wanted.address;
        let allowed = net.allowed_address == wanted.allowed_address;
        let fits = match flavour {
            Flavour::Upstream => address && allowed,
            Flavour::Extended => {
                address
                    || allowed
                    || net.mac_addr == wanted.mac_addr
                    || net.global_nic == wanted.global_nic
            }
        };
        fits && net.physical == wanted.physical
    };
    let first = nets.iter().find(fits).filter(|net| *net != wanted)?;
    let mut named = vec![("physical", Some(&first.physical))];
    named.push(("allowed-address", first.allowed_address.as_ref()));
    named.push(("address", first.address.as_ref()));
    let named: Vec<String> = named
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", value?)))
        .collect();
    Some(format!(
        "zonecfg would delete another net of the same link here ({}); remove that one first, and add it again afterwards",
        named.join(" ")
    ))
}

/// Whether libzonecfg looks for resources of the type by the property at all. What it passes over can be given all the same.
fn counts(resource: Resource, property: Property) -> bool {
    !matches!(
        (resource, property),
        (Resource::Net, Property::VlanId) | (Resource::Admin, Property::Auths)
    )
}

fn places<T>(items: &[T], matches: impl Fn(&T) -> bool) -> Vec<usize> {
    items
        .iter()
        .enumerate()
        .filter(|(_, item)| matches(item))
        .map(|(index, _)| index)
        .collect()
}
