//! `set` and `clear` of a resource's properties.

use super::ast::PropertyValue;
use super::lookup::size;
use super::scope::Draft;
use super::session::{CLEAR_DISALLOWED, Flow, Session};
use super::units::with_unit;
use super::word::{Property, Resource, Verb};
use illumos::Flavour;
use illumos::zone::config::{Alias, IpType};
use illumos::zone::handle::Handle;
use illumos::zone::verify::{net, number, values};

fn given(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

impl Session<'_> {
    pub(super) fn resource(&self) -> Option<Resource> {
        self.scope.as_ref().map(|scope| scope.draft.resource())
    }

    pub(super) fn draft(&mut self) -> Option<&mut Draft> {
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
                let ip_type = self.handle.as_ref().map(Handle::ip_type);
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
            (Some(Draft::Net(net)), P::AllowedAddress) if extended => &mut net.allowed_address,
            (Some(Draft::Net(net)), P::Defrouter) if extended => &mut net.defrouter,
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
        let ip_type = self.handle.as_ref().map(Handle::ip_type);
        ip_type.and_then(Result::ok).unwrap_or_default()
    }
}
