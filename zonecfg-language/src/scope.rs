//! The resource that is being put together: `add`, `select`, `cancel`.

use super::ast::{Arguments, PropertyValue, Value};
use super::configuration::is_resource_of_zones_only;
use super::gather::gather;
use super::info::Info;
use super::lookup::Criterion;
use super::session::{ALIAS_DISALLOWED, Flow, GLOBAL_WARNING, NO_ENTRY, NO_RESOURCE_TYPE, Session};
use super::word::{Property, Resource, Verb};
use illumos::Flavour;
use illumos::zone::config::{
    Admin, Alias, Attr, DedicatedCpu, Device, Fs, IpType, Net, Rctl, SecurityFlags,
};
use illumos::zone::handle::Handle;

/// A resource as far as it was described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Draft {
    Fs(Fs),
    Net(Net),
    Device(Device),
    Rctl(Rctl),
    Attr(Attr),
    Dataset(String),
    DedicatedCpu(DedicatedCpu),
    /// Its one property goes into the document at once.
    CappedCpu,
    /// `physical` where it is not a resource control; the others go into the document at once.
    CappedMemory(Option<u64>),
    Admin(Admin),
    SecurityFlags(SecurityFlags),
}

impl Draft {
    fn new(resource: Resource) -> Self {
        match resource {
            Resource::Fs => Self::Fs(Fs::default()),
            Resource::Net => Self::Net(Net::default()),
            Resource::Device => Self::Device(Device::default()),
            Resource::Rctl => Self::Rctl(Rctl::default()),
            Resource::Attr => Self::Attr(Attr::default()),
            Resource::Dataset => Self::Dataset(String::new()),
            Resource::DedicatedCpu => Self::DedicatedCpu(DedicatedCpu::default()),
            Resource::CappedCpu => Self::CappedCpu,
            Resource::CappedMemory => Self::CappedMemory(None),
            Resource::Admin => Self::Admin(Admin::default()),
            Resource::SecurityFlags => Self::SecurityFlags(SecurityFlags::default()),
        }
    }

    pub(super) fn resource(&self) -> Resource {
        match self {
            Self::Fs(_) => Resource::Fs,
            Self::Net(_) => Resource::Net,
            Self::Device(_) => Resource::Device,
            Self::Rctl(_) => Resource::Rctl,
            Self::Attr(_) => Resource::Attr,
            Self::Dataset(_) => Resource::Dataset,
            Self::DedicatedCpu(_) => Resource::DedicatedCpu,
            Self::CappedCpu => Resource::CappedCpu,
            Self::CappedMemory(_) => Resource::CappedMemory,
            Self::Admin(_) => Resource::Admin,
            Self::SecurityFlags(_) => Resource::SecurityFlags,
        }
    }
}

/// Where a run is between `add` or `select` and `end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope {
    pub(super) draft: Draft,
    /// What was selected; `None` after `add`.
    pub(super) selected: Option<Draft>,
}

/// Whether the alias has a value. One that cannot be read as an alias counts as `unreadable` says.
fn is_set(handle: &Handle, alias: Alias, unreadable: bool) -> bool {
    match handle.alias(alias) {
        Ok(value) => value.is_some(),
        Err(_) => unreadable,
    }
}

/// What a query says of properties that the zone's `ip-type` does not have stays in the net that it has found: libzonecfg fills the
/// structure of the query, and only with the properties that go with the `ip-type`.
fn keep_query(net: &mut Net, criteria: &[Criterion], ip_type: IpType) {
    for (property, value) in criteria.iter().filter(|(_, value)| !value.is_empty()) {
        let place = match (ip_type, property) {
            (IpType::Exclusive, Property::Address) => &mut net.address,
            (IpType::Shared, Property::AllowedAddress) => &mut net.allowed_address,
            (IpType::Shared, Property::MacAddr) => &mut net.mac_addr,
            (IpType::Shared, Property::VlanId) => &mut net.vlan_id,
            (IpType::Shared, Property::GlobalNic) => &mut net.global_nic,
            _ => continue,
        };
        *place = Some(value.clone());
    }
}

impl Session<'_> {
    pub(super) fn add(&mut self, arguments: &Arguments) -> Flow {
        if let Arguments::Words(words) = arguments {
            // `add WORD`: the word is neither a resource type nor a property.
            if self.scan(Verb::Add, words, "?").is_some() {
                self.short_usage(Verb::Add);
            }
            return Ok(());
        }
        if self.is_read_only() || !self.initialize()? {
            return Ok(());
        }
        match (arguments, self.scope.is_some()) {
            (Arguments::Resource { resource, .. }, false) => {
                self.add_resource(*resource);
                Ok(())
            }
            (
                Arguments::Property {
                    property, value, ..
                },
                true,
            ) => self.add_value(Verb::Add, *property, value),
            _ => {
                self.long_usage(Verb::Add);
                Ok(())
            }
        }
    }

    fn add_resource(&mut self, resource: Resource) {
        if self.global && is_resource_of_zones_only(resource) {
            self.fail(&format!(
                "Cannot add a {resource} resource to the global zone."
            ));
            return;
        }
        if let Some(sentence) = self.excluded(resource) {
            // The tool does not count it as an error; what follows meets no resource, and fails.
            self.say(&sentence);
            return;
        }
        if self.global {
            match resource {
                Resource::Rctl => self.warn(&format!(
                    "WARNING: Setting a global zone resource control too low {GLOBAL_WARNING}"
                )),
                Resource::CappedMemory => self.warn(&format!(
                    "WARNING: Setting a global zone memory cap too low {GLOBAL_WARNING}"
                )),
                _ => {}
            }
        }
        let exists = self
            .handle
            .as_ref()
            .is_some_and(|handle| matches!(handle.security_flags(), Ok(Some(_))));
        if resource == Resource::SecurityFlags && exists {
            self.say("The security-flags resource already exists.");
            if self.is_strict() {
                return;
            }
        }
        self.scope = Some(Scope {
            draft: Draft::new(resource),
            selected: None,
        });
    }

    /// Why a resource that can be there once cannot be added.
    fn excluded(&self, resource: Resource) -> Option<String> {
        let handle = self.handle.as_ref()?;
        let dedicated = matches!(handle.dedicated_cpu(), Ok(Some(_)));
        let exists = |resource: Resource| Some(format!("The {resource} resource already exists."));
        match resource {
            Resource::DedicatedCpu if dedicated => exists(Resource::DedicatedCpu),
            Resource::DedicatedCpu if is_set(handle, Alias::CpuCap, true) => {
                exists(Resource::CappedCpu)
            }
            Resource::DedicatedCpu if matches!(handle.pool(), Ok(Some(_))) => Some(
                "The pool property is already set.  A persistent pool is incompatible with\nthe dedicated-cpu resource."
                    .to_owned(),
            ),
            Resource::CappedCpu if dedicated => exists(Resource::DedicatedCpu),
            Resource::CappedCpu => match handle.alias(Alias::CpuCap) {
                Ok(None) => None,
                Ok(Some(_)) => exists(Resource::CappedCpu),
                Err(_) => Some(format!("capped-cpu: {ALIAS_DISALLOWED}")),
            },
            Resource::CappedMemory if self.has_capped_memory() => Some(
                "The capped-memory resource or a related resource control already exists.".to_owned(),
            ),
            _ => None,
        }
    }

    fn has_capped_memory(&self) -> bool {
        let Some(handle) = self.handle.as_ref() else {
            return false;
        };
        let physical = match self.flavour {
            Flavour::Upstream => matches!(handle.mcap(), Ok(Some(_))),
            Flavour::Extended => is_set(handle, Alias::Physical, false),
        };
        physical || is_set(handle, Alias::Swap, false) || is_set(handle, Alias::Locked, false)
    }

    pub(super) fn select(
        &mut self,
        resource: Resource,
        criteria: &[(Property, PropertyValue)],
    ) -> Flow {
        if self.is_read_only() {
            return Ok(());
        }
        if self.scope.is_some() {
            self.fail("The select command only makes sense in the global scope.");
            return Ok(());
        }
        if !self.initialize()? {
            return Ok(());
        }
        self.scope = self.selected(resource, criteria);
        Ok(())
    }

    fn selected(
        &mut self,
        resource: Resource,
        given: &[(Property, PropertyValue)],
    ) -> Option<Scope> {
        let same = |draft: Draft| {
            Some(Scope {
                draft: draft.clone(),
                selected: Some(draft),
            })
        };
        let mut config = self.handle.as_ref().map(|handle| gather(handle).config)?;
        let reason = match resource {
            Resource::DedicatedCpu => match config.dedicated_cpu {
                Some(cpus) => return same(Draft::DedicatedCpu(cpus)),
                None => NO_ENTRY.to_owned(),
            },
            Resource::CappedCpu => match self.handle.as_ref()?.alias(Alias::CpuCap) {
                Ok(Some(_)) => return same(Draft::CappedCpu),
                Ok(None) => NO_ENTRY.to_owned(),
                Err(error) => error.reason().to_owned(),
            },
            Resource::CappedMemory if self.has_capped_memory() => {
                return same(Draft::CappedMemory(config.capped_memory_physical));
            }
            Resource::CappedMemory => NO_RESOURCE_TYPE.to_owned(),
            _ => {
                let criteria = self.criteria(Verb::Select, resource, given)?;
                let index = self.find_one(Verb::Select, resource, &criteria, &config)?;
                return same(match resource {
                    Resource::Fs => Draft::Fs(config.fs.swap_remove(index)),
                    Resource::Net => {
                        let stored = config.net.swap_remove(index);
                        let mut net = stored.clone();
                        keep_query(&mut net, &criteria, config.ip_type);
                        return Some(Scope {
                            draft: Draft::Net(net),
                            selected: Some(Draft::Net(stored)),
                        });
                    }
                    Resource::Device => Draft::Device(config.device.swap_remove(index)),
                    Resource::Rctl => Draft::Rctl(config.rctl.swap_remove(index)),
                    Resource::Attr => Draft::Attr(config.attr.swap_remove(index)),
                    Resource::Dataset => Draft::Dataset(config.dataset.swap_remove(index)),
                    Resource::Admin => Draft::Admin(config.admin.swap_remove(index)),
                    _ => Draft::SecurityFlags(config.security_flags?),
                });
            }
        };
        self.not_found(Verb::Select, resource, &reason);
        None
    }

    pub(super) fn cancel(&mut self, words: &[Value]) -> Flow {
        if self.scan_all(Verb::Cancel, words, "?").is_none() {
            return Ok(());
        }
        if self.scope.take().is_none() {
            self.fail("The cancel command only makes sense in the resource scope.");
        }
        Ok(())
    }

    /// What `info` prints within a resource.
    pub(super) fn info_scope(&mut self) {
        let (Some(scope), Some(handle)) = (&self.scope, &self.handle) else {
            return;
        };
        let mut info = Info::new(self.flavour, self.global);
        let alias = |alias: Alias| handle.alias(alias).ok().flatten();
        match &scope.draft {
            Draft::Fs(fs) => info.fs(fs),
            Draft::Net(net) => info.net(net),
            Draft::Device(device) => info.device(device),
            Draft::Rctl(rctl) => info.rctl(rctl),
            Draft::Attr(attr) => info.attr(attr),
            Draft::Dataset(name) => info.dataset(name),
            Draft::DedicatedCpu(cpus) => {
                info.dedicated_cpu(&cpus.ncpus, cpus.importance.as_deref());
            }
            Draft::CappedCpu => info.capped_cpu(alias(Alias::CpuCap)),
            Draft::CappedMemory(physical) => {
                let physical = match self.flavour {
                    Flavour::Upstream => *physical,
                    Flavour::Extended => alias(Alias::Physical),
                };
                info.capped_memory(physical, alias(Alias::Swap), alias(Alias::Locked));
            }
            Draft::Admin(admin) => info.admin(admin),
            Draft::SecurityFlags(flags) => info.security_flags(flags),
        }
        let text = info.into_text();
        self.stdout.push_str(&text);
    }
}
