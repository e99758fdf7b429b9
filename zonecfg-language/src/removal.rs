//! `remove` of resources.

use super::ast::{Arguments, PropertyValue, Value};
use super::configuration::is_resource_of_zones_only;
use super::gather::gather;
use super::lookup;
use super::session::{ALIAS_DISALLOWED, Flow, NO_ENTRY, NO_RESOURCE_TYPE, Session};
use super::word::{Property, Resource, Verb};
use illumos::Flavour;
use illumos::zone::config::Alias;
use illumos::zone::handle::Kind;

impl Session<'_> {
    pub(super) fn remove(&mut self, arguments: &Arguments) -> Flow {
        if self.is_read_only() {
            return Ok(());
        }
        match arguments {
            Arguments::Property {
                property, value, ..
            } if self.scope.is_some() => self.remove_value(*property, value),
            // Within a resource the tool looks at the property alone, and at one only.
            Arguments::Resource { criteria, .. } if self.scope.is_some() => match &criteria[..] {
                [(property, value)] => self.remove_value(*property, value),
                [] => {
                    self.long_usage(Verb::Remove);
                    Ok(())
                }
                _ => {
                    self.long_usage(Verb::Add);
                    Ok(())
                }
            },
            Arguments::Resource {
                option,
                resource,
                criteria,
            } if self.scope.is_none() => self.remove_resource(option.as_ref(), *resource, criteria),
            _ => {
                self.long_usage(Verb::Remove);
                Ok(())
            }
        }
    }

    fn remove_resource(
        &mut self,
        option: Option<&Value>,
        resource: Resource,
        criteria: &[(Property, PropertyValue)],
    ) -> Flow {
        if self.global && is_resource_of_zones_only(resource) {
            self.fail(&format!(
                "{resource} is not a valid resource for the global zone."
            ));
            return Ok(());
        }
        let words: Vec<Value> = option.cloned().into_iter().collect();
        let Some(scan) = self.scan(Verb::Remove, &words, "?F") else {
            return Ok(());
        };
        if !self.initialize()? {
            return Ok(());
        }
        let Some(kind) = kind(resource) else {
            self.remove_single(resource);
            return Ok(());
        };
        if criteria.is_empty() {
            self.remove_all(resource, kind, scan.has('F'));
        } else {
            self.remove_one(resource, criteria);
        }
        Ok(())
    }

    fn remove_all(&mut self, resource: Resource, kind: Kind, force: bool) {
        let Some(count) = self.handle.as_ref().map(|handle| handle.count(kind)) else {
            return;
        };
        let many = match count {
            Ok(0) => return self.not_found(Verb::Remove, resource, NO_ENTRY),
            Ok(number) => number > 1 && !force,
            Err(error) => return self.removed(resource, Err(error)),
        };
        if many {
            let question = format!("Are you sure you want to remove ALL '{resource}' resources");
            match self.asked(&question) {
                Some(true) => {}
                Some(false) => return,
                None => {
                    return self.fail(
                        "There are multiple instances of this resource.  Either qualify the resource to\n\
                         remove a single instance or use the -F option to remove all instances.",
                    );
                }
            }
        }
        let Some(handle) = self.handle.as_mut() else {
            return;
        };
        let removed = handle.delete_all(kind);
        self.removed(resource, removed);
    }

    fn removed(&mut self, resource: Resource, result: illumos::Result<()>) {
        match result {
            Ok(()) => self.need_to_commit = true,
            Err(error) => self.not_found(Verb::Remove, resource, error.reason()),
        }
    }

    fn remove_one(&mut self, resource: Resource, criteria: &[(Property, PropertyValue)]) {
        let Some(criteria) = self.criteria(Verb::Remove, resource, criteria) else {
            return;
        };
        let Some(config) = self.handle.as_ref().map(|handle| gather(handle).config) else {
            return;
        };
        let Some(index) = self.find_one(Verb::Remove, resource, &criteria, &config) else {
            return;
        };
        if resource == Resource::Net
            && let Some(reason) =
                lookup::deletes_another(&config.net, &config.net[index], self.flavour)
        {
            return self.not_found(Verb::Remove, resource, &reason);
        }
        let Some(handle) = self.handle.as_mut() else {
            return;
        };
        let removed = match resource {
            Resource::Fs => handle.delete_fs(&config.fs[index]),
            Resource::Net => handle.delete_net(&config.net[index]),
            Resource::Device => handle.delete_device(&config.device[index]),
            Resource::Rctl => handle.delete_rctl(&config.rctl[index]),
            Resource::Attr => handle.delete_attr(&config.attr[index]),
            Resource::Dataset => handle.delete_dataset(&config.dataset[index]),
            Resource::Admin => handle.delete_admin(&config.admin[index]),
            Resource::DedicatedCpu
            | Resource::CappedCpu
            | Resource::CappedMemory
            | Resource::SecurityFlags => return,
        };
        self.removed(resource, removed);
    }

    /// Removes a resource of which there is one at most.
    fn remove_single(&mut self, resource: Resource) {
        let flavour = self.flavour;
        let Some(handle) = self.handle.as_mut() else {
            return;
        };
        let is_set = |alias: Alias, handle: &illumos::zone::handle::Handle| {
            matches!(handle.alias(alias), Ok(Some(_)))
        };
        match resource {
            Resource::DedicatedCpu => match handle.dedicated_cpu() {
                Ok(Some(_)) => {
                    let removed = handle.set_dedicated_cpu(None);
                    self.removed(resource, removed);
                }
                Ok(None) => self.not_found(Verb::Remove, resource, NO_ENTRY),
                Err(error) => self.not_found(Verb::Remove, resource, error.reason()),
            },
            Resource::CappedCpu if is_set(Alias::CpuCap, handle) => {
                let removed = handle.remove_alias(Alias::CpuCap);
                self.removed(resource, removed);
            }
            Resource::CappedMemory => {
                let physical = matches!(handle.mcap(), Ok(Some(_)));
                let mut aliases = vec![Alias::Swap, Alias::Locked];
                if flavour == Flavour::Extended {
                    aliases.insert(0, Alias::Physical);
                }
                aliases.retain(|alias| is_set(*alias, handle));
                if !physical && aliases.is_empty() {
                    return self.not_found(Verb::Remove, resource, NO_RESOURCE_TYPE);
                }
                let mut results = Vec::new();
                if physical {
                    results.push(handle.set_mcap(None));
                }
                for alias in aliases {
                    results.push(handle.remove_alias(alias));
                }
                for result in results {
                    self.removed(resource, result);
                }
            }
            Resource::SecurityFlags => match handle.security_flags() {
                Ok(Some(_)) => {
                    let removed = handle.set_security_flags(None);
                    self.removed(resource, removed);
                }
                // The tool does not count this one as an error.
                _ => self.say(&format!("remove {resource}: {NO_RESOURCE_TYPE}")),
            },
            _ => self.not_found(Verb::Remove, resource, NO_RESOURCE_TYPE),
        }
    }

    /// Removes the resource control behind an alias, which must be set.
    pub(super) fn clear_alias(&mut self, property: Property, alias: Alias) {
        let Some(handle) = self.handle.as_mut() else {
            return;
        };
        match handle.alias(alias) {
            Ok(Some(_)) => match handle.remove_alias(alias) {
                Ok(()) => self.need_to_commit = true,
                Err(error) => self.fail(&format!("clear {property}: {}", error.reason())),
            },
            Ok(None) => self.fail(&format!("clear {property}: {NO_ENTRY}")),
            Err(error) => self.fail(&format!("clear {property}: {}", error.reason())),
        }
    }

    /// Whether the resource control behind an alias may be set; says if not.
    pub(super) fn may_set_alias(&mut self, property: Property, alias: Alias) -> bool {
        let allowed = self
            .handle
            .as_ref()
            .is_some_and(|handle| matches!(handle.alias_ok(alias), Ok(true)));
        if !allowed {
            self.fail(&format!("{property}: {ALIAS_DISALLOWED}"));
        }
        allowed
    }
}

fn kind(resource: Resource) -> Option<Kind> {
    match resource {
        Resource::Fs => Some(Kind::Fs),
        Resource::Net => Some(Kind::Net),
        Resource::Device => Some(Kind::Device),
        Resource::Rctl => Some(Kind::Rctl),
        Resource::Attr => Some(Kind::Attr),
        Resource::Dataset => Some(Kind::Dataset),
        Resource::Admin => Some(Kind::Admin),
        Resource::DedicatedCpu
        | Resource::CappedCpu
        | Resource::CappedMemory
        | Resource::SecurityFlags => None,
    }
}
