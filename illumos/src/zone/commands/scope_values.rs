//! `set`, `add`, `remove` and `clear` of a resource's properties.

use super::ast::{Item, PropertyValue, Value};
use super::lookup::size;
use super::scope::Draft;
use super::session::{CLEAR_DISALLOWED, Flow, NO_PROPERTY_ID, NO_PROPERTY_TYPE, Session};
use super::units::with_unit;
use super::word::{Property, Resource, Verb};
use crate::Flavour;
use crate::zone::config::{self, Alias, IpType, RctlValue};
use crate::zone::verify::{net, number, values};

/// How many bytes of the name and of the value of a `property` the extended flavour keeps, with the terminating NUL.
const PROPERTY_SIZE: usize = 256;

type Pieces = [(Property, Value)];

fn given(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

impl Session<'_> {
    fn resource(&self) -> Option<Resource> {
        self.scope.as_ref().map(|scope| scope.draft.resource())
    }

    fn draft(&mut self) -> Option<&mut Draft> {
        self.scope.as_mut().map(|scope| &mut scope.draft)
    }

    pub(super) fn set_in_scope(&mut self, property: Property, value: &PropertyValue) -> Flow {
        let Some(resource) = self.resource() else {
            return Ok(());
        };
        if !self.initialize()? {
            return Ok(());
        }
        let several = match (resource, property) {
            (Resource::Fs, Property::Options) | (Resource::Rctl, Property::Value) => true,
            (Resource::Net | Resource::Device, Property::Property) => {
                self.flavour == Flavour::Extended
            }
            _ => false,
        };
        if several {
            return self.replace_values(property, value);
        }
        let PropertyValue::Simple(value) = value else {
            self.fail("A simple value was expected here.");
            return Ok(());
        };
        let whole = value.to_string();
        let text = self.text(value, size(resource, property));
        match resource {
            Resource::Net => self.set_net(property, &whole, text),
            Resource::CappedMemory => self.set_memory(property, &whole),
            Resource::CappedCpu if property == Property::Ncpus => {
                match number::cpu_cap(&whole, self.flavour) {
                    Some(cap) => self.change(|handle| handle.set_alias(Alias::CpuCap, cap)),
                    None => self.fail("ncpus property is out of range."),
                }
            }
            _ => self.set_text(property, &whole, text),
        }
        Ok(())
    }

    /// Sets a property that is a text, as far as the tool keeps it.
    fn set_text(&mut self, property: Property, whole: &str, text: String) {
        use Property as P;
        let complaint = match (self.resource(), property) {
            (Some(Resource::Fs), P::Type) if !values::is_fs_type(whole) => {
                return self.fail(&format!("\"{whole}\" is not a valid type."));
            }
            (Some(Resource::Rctl), P::Name) if !values::is_rctl_name(whole) => {
                // The tool does not count it as an error; the name is missing at the end.
                return self.say(&format!("'{whole}' is not a valid zone rctl name."));
            }
            (Some(Resource::DedicatedCpu), P::Ncpus) => number::cpu_range(whole).is_none(),
            (Some(Resource::DedicatedCpu), P::Importance) => number::unsigned(whole).is_none(),
            _ => false,
        };
        if complaint {
            return self.fail(&format!("{property} property is out of range."));
        }
        let Some(draft) = self.draft() else { return };
        let place = match (draft, property) {
            (Draft::Fs(fs), P::Dir) => &mut fs.dir,
            (Draft::Fs(fs), P::Special) => &mut fs.special,
            (Draft::Fs(fs), P::Type) => &mut fs.fs_type,
            (Draft::Fs(fs), P::Raw) => {
                fs.raw = given(text);
                return;
            }
            (Draft::Device(device), P::Match) => &mut device.match_,
            (Draft::Rctl(rctl), P::Name) => &mut rctl.name,
            (Draft::Attr(attr), P::Name) => &mut attr.name,
            (Draft::Attr(attr), P::Type) => &mut attr.attr_type,
            (Draft::Attr(attr), P::Value) => &mut attr.value,
            (Draft::Dataset(name), P::Name) => name,
            (Draft::DedicatedCpu(cpus), P::Ncpus) => {
                // A range of one number is that number.
                let range = number::cpu_range(whole).unwrap_or(("", ""));
                cpus.ncpus = match range {
                    (low, high) if low == high => low.to_owned(),
                    (low, high) => format!("{low}-{high}"),
                };
                return;
            }
            (Draft::DedicatedCpu(cpus), P::Importance) => {
                cpus.importance = given(text);
                return;
            }
            (Draft::Admin(admin), P::User) => &mut admin.user,
            (Draft::Admin(admin), P::Auths) => &mut admin.auths,
            (Draft::SecurityFlags(flags), P::Default | P::Lower | P::Upper) => {
                let place = match property {
                    P::Default => &mut flags.default,
                    P::Lower => &mut flags.lower,
                    _ => &mut flags.upper,
                };
                *place = given(text);
                return;
            }
            _ => return self.no_such_property(Verb::Set, property),
        };
        *place = text;
    }

    fn set_net(&mut self, property: Property, whole: &str, text: String) {
        use Property as P;
        let extended = self.flavour == Flavour::Extended;
        let checked = match property {
            P::Address | P::AllowedAddress => net::address(whole),
            P::Defrouter => {
                if let Some(warning) = net::defrouter_warning(whole) {
                    self.warn(&warning);
                }
                net::defrouter(whole)
            }
            P::Physical => {
                let ip_type = self.handle.as_ref().map(|handle| handle.ip_type());
                let Some(Ok(ip_type)) = ip_type else {
                    return self
                        .fail("zone configuration has an invalid or nonexistent ip-type property");
                };
                if let Err(sentence) = net::physical(whole, ip_type) {
                    return self.fail(&sentence);
                }
                Ok(())
            }
            P::MacAddr | P::VlanId | P::GlobalNic if extended => Ok(()),
            _ => return self.no_such_property(Verb::Set, property),
        };
        if let Err(problem) = checked {
            self.fail(&problem.sentence);
            if problem.syntax {
                self.explain_addresses();
            }
            return;
        }
        let Some(Draft::Net(net)) = self.draft() else {
            return;
        };
        match property {
            P::Physical => net.physical = text,
            P::Address => net.address = given(text),
            P::AllowedAddress => net.allowed_address = given(text),
            P::Defrouter => net.defrouter = given(text),
            P::MacAddr => net.mac_addr = given(text),
            P::VlanId => net.vlan_id = given(text),
            _ => net.global_nic = given(text),
        }
    }

    fn set_memory(&mut self, property: Property, text: &str) {
        const NON_NEGATIVE: &str =
            "A non-negative number with a required scale suffix (K, M, G or T) was expected\nhere.";
        const POSITIVE: &str =
            "A positive number with a required scale suffix (K, M, G or T) was expected here.";
        let upstream = self.flavour == Flavour::Upstream;
        let (alias, shown, sentence) = match property {
            Property::Physical if upstream => (None, property.as_str(), POSITIVE),
            // The extended flavour speaks of `locked` here.
            Property::Physical => (Some(Alias::Physical), "locked", NON_NEGATIVE),
            Property::Swap => (Some(Alias::Swap), "swap", POSITIVE),
            Property::Locked => (Some(Alias::Locked), "locked", NON_NEGATIVE),
            _ => return self.no_such_property(Verb::Set, property),
        };
        if let Some(alias) = alias {
            let allowed = self
                .handle
                .as_ref()
                .is_some_and(|handle| matches!(handle.alias_ok(alias), Ok(true)));
            if !allowed {
                let reason = super::session::ALIAS_DISALLOWED;
                return self.fail(&format!("{shown}: {reason}"));
            }
        }
        let Some(bytes) = number::bytes(text) else {
            return self.fail(sentence);
        };
        let least = match property {
            Property::Physical if upstream => number::LEAST_PHYSICAL,
            Property::Swap if self.global => number::LEAST_SWAP_GLOBAL,
            Property::Swap => number::LEAST_SWAP,
            _ => 0,
        };
        if bytes < least {
            let least = with_unit(least);
            let sentence = format!("{property} value is too small.  It must be at least {least}.");
            return self.fail(&sentence);
        }
        match (alias, self.draft()) {
            (Some(alias), _) => self.change(|handle| handle.set_alias(alias, bytes)),
            (None, Some(Draft::CappedMemory(physical))) => *physical = Some(bytes),
            (None, _) => {}
        }
    }

    /// `set` of a property that holds several values.
    fn replace_values(&mut self, property: Property, value: &PropertyValue) -> Flow {
        if !self.takes(property, value, Verb::Set) {
            return Ok(());
        }
        match self.draft() {
            Some(Draft::Fs(fs)) => fs.options.clear(),
            Some(Draft::Rctl(rctl)) => rctl.value.clear(),
            Some(Draft::Net(net)) => net.property.clear(),
            Some(Draft::Device(device)) => device.property.clear(),
            _ => {}
        }
        self.add_value(Verb::Set, property, value)
    }

    /// Whether the kind of value is one that the property holds; says if not.
    fn takes(&mut self, property: Property, value: &PropertyValue, verb: Verb) -> bool {
        use PropertyValue as V;
        let complaint = match (property, value, verb) {
            (Property::Options, V::Complex(_), _) => "A simple or list value was expected here.",
            (Property::Value, V::Simple(_), Verb::Remove)
            | (Property::Value, V::List(_), Verb::Remove)
            | (Property::Property, V::Simple(_) | V::List(_), _) => {
                "A complex value was expected here."
            }
            (Property::Value, V::Simple(_), _) => "A complex or list value was expected here.",
            _ => return true,
        };
        self.fail(complaint);
        false
    }

    /// Whether the resource has the property, and it holds several values; says if not.
    fn holds_several(&mut self, verb: Verb, property: Property) -> bool {
        let Some(resource) = self.resource() else {
            return false;
        };
        let extended = self.flavour == Flavour::Extended;
        let wanted = match resource {
            Resource::Fs => Property::Options,
            Resource::Rctl => Property::Value,
            Resource::Net if !extended && verb == Verb::Remove => Property::Defrouter,
            Resource::Net | Resource::Device if extended => Property::Property,
            _ => {
                self.no_such_resource(verb, resource);
                return false;
            }
        };
        if property != wanted {
            self.no_such_property(verb, property);
            return false;
        }
        true
    }

    pub(super) fn add_value(
        &mut self,
        verb: Verb,
        property: Property,
        value: &PropertyValue,
    ) -> Flow {
        if !self.holds_several(Verb::Add, property) || !self.takes(property, value, verb) {
            return Ok(());
        }
        match value {
            PropertyValue::Simple(option) => self.add_option(option),
            PropertyValue::Complex(pieces) => self.add_complex(property, pieces),
            PropertyValue::List(items) => {
                for item in items {
                    match item {
                        Item::Simple(option) if property == Property::Options => {
                            self.add_option(option);
                        }
                        Item::Complex(pieces) if property == Property::Value => {
                            self.add_complex(property, pieces);
                        }
                        // An item of the other kind ends the list.
                        _ => break,
                    }
                }
            }
        }
        Ok(())
    }

    fn add_option(&mut self, option: &Value) {
        let option = self.text(option, 1024);
        if let Some(Draft::Fs(fs)) = self.draft() {
            fs.options.push(option);
        }
    }

    fn add_complex(&mut self, property: Property, pieces: &Pieces) {
        if property == Property::Value {
            self.add_rctl_value(pieces);
        } else if let Some(found) =
            self.pieces(pieces, [Property::Name, Property::Value], PROPERTY_SIZE)
        {
            let [name, value] = found;
            let property = config::Property { name, value };
            match self.draft() {
                Some(Draft::Net(net)) => net.property.push(property),
                Some(Draft::Device(device)) => device.property.push(property),
                _ => {}
            }
        }
    }

    fn add_rctl_value(&mut self, pieces: &Pieces) {
        let wanted = [Property::Priv, Property::Limit, Property::Action];
        let Some([priv_, limit, action]) = self.pieces(pieces, wanted, 256) else {
            return;
        };
        let value = RctlValue {
            priv_,
            limit,
            action,
        };
        if !values::is_rctl_value(&value) {
            // The tool does not count it as an error; the value is missing at the end.
            self.say("Invalid rctl value specification");
        } else if let Some(Draft::Rctl(rctl)) = self.draft() {
            rctl.value.push(value);
        }
    }

    /// The values of the `wanted` pieces; `None` after saying that one is missing, there twice, or not known.
    fn pieces<const N: usize>(
        &mut self,
        pieces: &Pieces,
        wanted: [Property; N],
        size: usize,
    ) -> Option<[String; N]> {
        let mut found: [Option<String>; N] = std::array::from_fn(|_| None);
        for (property, value) in pieces {
            let Some(place) = wanted.iter().position(|name| name == property) else {
                let of = if N == 3 {
                    Property::Value
                } else {
                    Property::Property
                };
                self.fail(&format!("{of}: {NO_PROPERTY_TYPE}"));
                self.long_usage(Verb::Add);
                return None;
            };
            if found[place].is_some() {
                self.say(&format!("{property} already specified"));
                return None;
            }
            found[place] = Some(self.text(value, size));
        }
        let mut complete = true;
        for (property, value) in wanted.iter().zip(&found) {
            if value.is_none() {
                self.say(&format!("{property} not specified"));
                complete = false;
            }
        }
        complete.then(|| found.map(Option::unwrap_or_default))
    }

    pub(super) fn remove_value(&mut self, property: Property, value: &PropertyValue) -> Flow {
        if !self.initialize()?
            || !self.holds_several(Verb::Remove, property)
            || !self.takes(property, value, Verb::Remove)
        {
            return Ok(());
        }
        if property == Property::Defrouter {
            if let Some(Draft::Net(net)) = self.draft() {
                net.defrouter = None;
            }
            return Ok(());
        }
        match value {
            PropertyValue::Simple(option) => self.remove_option(option),
            PropertyValue::List(items) => {
                for item in items {
                    let Item::Simple(option) = item else { break };
                    self.remove_option(option);
                }
            }
            PropertyValue::Complex(pieces) => self.remove_complex(property, pieces),
        }
        Ok(())
    }

    fn remove_option(&mut self, option: &Value) {
        let option = self.text(option, 1024);
        let Some(Draft::Fs(fs)) = self.draft() else {
            return;
        };
        match fs.options.iter().position(|known| *known == option) {
            Some(place) => {
                fs.options.remove(place);
            }
            None => self.fail(&format!("options: {NO_PROPERTY_ID}")),
        }
    }

    fn remove_complex(&mut self, property: Property, pieces: &Pieces) {
        let text = |wanted: Property| {
            let piece = pieces.iter().rev().find(|(name, _)| *name == wanted);
            piece
                .map(|(_, value)| value.to_string())
                .unwrap_or_default()
        };
        let known: &[Property] = if property == Property::Value {
            &[Property::Priv, Property::Limit, Property::Action]
        } else {
            &[Property::Name, Property::Value]
        };
        if pieces.iter().any(|(name, _)| !known.contains(name)) {
            self.fail(&format!("{property}: {NO_PROPERTY_TYPE}"));
            self.long_usage(Verb::Remove);
            return;
        }
        let value = RctlValue {
            priv_: text(Property::Priv),
            limit: text(Property::Limit),
            action: text(Property::Action),
        };
        let named = config::Property {
            name: text(Property::Name),
            value: text(Property::Value),
        };
        let removed = match self.draft() {
            Some(Draft::Rctl(rctl)) => take(&mut rctl.value, &value),
            Some(Draft::Net(net)) => take(&mut net.property, &named),
            Some(Draft::Device(device)) => take(&mut device.property, &named),
            _ => true,
        };
        if !removed {
            self.fail(&format!("{property}: {NO_PROPERTY_ID}"));
        }
    }

    pub(super) fn clear_in_scope(&mut self, property: Property) -> Flow {
        use Property as P;
        if !self.initialize()? {
            return Ok(());
        }
        let extended = self.flavour == Flavour::Extended;
        let memory = self.resource() == Some(Resource::CappedMemory);
        let alias = match property {
            P::Physical if memory && extended => Some(Alias::Physical),
            P::Swap if memory => Some(Alias::Swap),
            P::Locked if memory => Some(Alias::Locked),
            _ => None,
        };
        if let Some(alias) = alias {
            self.clear_alias(property, alias);
            return Ok(());
        }
        let place = match (self.draft(), property) {
            (Some(Draft::Fs(fs)), P::Raw) => &mut fs.raw,
            (Some(Draft::DedicatedCpu(cpus)), P::Importance) => &mut cpus.importance,
            (Some(Draft::CappedMemory(physical)), P::Physical) => {
                *physical = None;
                self.need_to_commit = true;
                return Ok(());
            }
            (Some(Draft::Net(net)), P::AllowedAddress) => &mut net.allowed_address,
            (Some(Draft::Net(net)), P::Defrouter) => &mut net.defrouter,
            (Some(Draft::Net(net)), P::GlobalNic) if extended => &mut net.global_nic,
            (Some(Draft::Net(net)), P::MacAddr) if extended => &mut net.mac_addr,
            (Some(Draft::Net(net)), P::VlanId) if extended => &mut net.vlan_id,
            (Some(Draft::SecurityFlags(flags)), P::Default) => &mut flags.default,
            (Some(Draft::SecurityFlags(flags)), P::Lower) => &mut flags.lower,
            (Some(Draft::SecurityFlags(flags)), P::Upper) => &mut flags.upper,
            _ => {
                self.fail(&format!("{property}: {CLEAR_DISALLOWED}"));
                return Ok(());
            }
        };
        *place = None;
        self.need_to_commit = true;
        Ok(())
    }

    /// The `ip-type` that is in force.
    pub(super) fn ip_type(&self) -> IpType {
        let ip_type = self.handle.as_ref().map(|handle| handle.ip_type());
        ip_type.and_then(Result::ok).unwrap_or_default()
    }
}

/// Removes the first that is equal; whether there was one.
fn take<T: PartialEq>(items: &mut Vec<T>, item: &T) -> bool {
    let place = items.iter().position(|known| known == item);
    if let Some(place) = place {
        items.remove(place);
    }
    place.is_some()
}
