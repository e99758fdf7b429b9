//! From a registry entry and its template to the configuration of the zone.

use crate::failure::Code;
use std::collections::BTreeMap;

use illumos::Flavour;
use illumos::zone::ZoneConfig;
use illumos::zone::config::{Alias, Attr, IpType, Net};
use ipnet::IpNet;

use crate::documents::expand::{ExpandError, expand, expand_link, expand_settings};
use crate::documents::extend::extend_settings;
use crate::documents::model::{
    AddressMode, Config, Settings, Template, TemplateNet, ZoneEntry, ZoneNet,
};
use crate::documents::values::nearest;
use crate::{ExitCode, Failure};

/// The attr that holds zmgr's own identity of a zone.
pub const ID_ATTR: &str = "zmgr-id";

/// zmgr's own identity of the zone, if it has one.
#[must_use]
pub fn zone_id(config: &ZoneConfig) -> Option<&str> {
    config
        .attr
        .iter()
        .find(|attr| attr.name == ID_ATTR)
        .map(|attr| attr.value.as_str())
}

/// What the entry's zone is to be like: the template's settings with its variables replaced, and over them the entry's own, in which
/// nothing is replaced.
///
/// # Errors
/// `zmgr::template::variable` if the template uses a variable that has no value.
pub fn settings(entry: &ZoneEntry, template: Option<&Template>) -> Result<Settings, Failure> {
    let Some(template) = template else {
        return Ok(Settings::clone(&entry.settings));
    };
    let values = variables(entry, template);
    let rendered =
        expand_settings(&template.settings, &values).map_err(|error| variable(template, &error))?;
    Ok(extend_settings(&rendered, &entry.settings))
}

/// The template's nets with its variables replaced.
///
/// # Errors
/// As [`settings`].
pub fn nets(entry: &ZoneEntry, template: &Template) -> Result<Vec<TemplateNet>, Failure> {
    let values = variables(entry, template);
    let rendered = |net: &TemplateNet| {
        let link = expand_link(&net.link, &values).map_err(|error| variable(template, &error))?;
        Ok(TemplateNet {
            link,
            ..net.clone()
        })
    };
    template.nets.iter().map(rendered).collect()
}

fn variable(template: &Template, error: &ExpandError) -> Failure {
    let message = format!("template {}: {error}", template.name);
    Failure::new(ExitCode::Usage, Code::TemplateVariable, message).with_help(error.help())
}

/// Refuses a variable that was given and that nothing in the template uses: it is misspelt, or meant for another template.
///
/// # Errors
/// `zmgr::template::variable`.
pub fn check_variables(entry: &ZoneEntry, template: &Template) -> Result<(), Failure> {
    for name in entry.variables.keys() {
        let unused = |message: String, help: String| {
            Err(Failure::new(ExitCode::Usage, Code::TemplateVariable, message).with_help(help))
        };
        if name == "zone" {
            return unused(
                "the variable zone is the name of the zone".to_owned(),
                "name yours otherwise".to_owned(),
            );
        }
        if template.variables.contains_key(name) {
            continue;
        }
        let mut without = entry.clone();
        without.variables.remove(name);
        if settings(&without, Some(template)).is_ok() && nets(&without, template).is_ok() {
            let message = format!("template {} has no variable {name}", template.name);
            let known: Vec<&str> = template.variables.keys().map(String::as_str).collect();
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None if known.is_empty() => {
                    format!("write {{{name}}} where its value belongs, or leave --var {name} out")
                }
                None => format!("it has {}", known.join(", ")),
            };
            return unused(message, help);
        }
    }
    Ok(())
}

fn variables(entry: &ZoneEntry, template: &Template) -> BTreeMap<String, String> {
    let mut values = template.variables.clone();
    values.extend(entry.variables.clone());
    values.insert("zone".to_owned(), entry.name.to_string());
    values
}

/// The configuration of the entry's zone.
///
/// # Errors
/// As [`settings`], and `zmgr::zone::brand` if neither entry nor template names a brand.
pub fn zone_config(
    entry: &ZoneEntry,
    template: Option<&Template>,
    defaults: &Config,
    flavour: Flavour,
) -> Result<ZoneConfig, Failure> {
    let settings = settings(entry, template)?;
    let zonepath = match settings.zonepath {
        Some(zonepath) => zonepath,
        None => default_zonepath(entry, defaults)?,
    };
    let Some(brand) = settings.brand else {
        let message = format!("zone {} has no brand", entry.name);
        return Err(Failure::new(ExitCode::Usage, Code::ZoneBrand, message)
            .with_help("name one with --brand, or in the template"));
    };
    let mut config = ZoneConfig::new(entry.name.clone(), zonepath, brand);
    config.autoboot = settings.autoboot.unwrap_or(false);
    config.ip_type = settings.ip_type.unwrap_or(IpType::Exclusive);
    config.bootargs = settings.bootargs;
    config.pool = settings.resource_pool;
    config.limitpriv = settings.limitpriv;
    config.scheduling_class = settings.scheduling_class;
    config.hostid = settings.hostid;
    config.fs_allowed = settings.fs_allowed;
    config.fs = settings.fs;
    config.device = settings.device;
    config.dedicated_cpu = settings.dedicated_cpu;
    config.dataset = settings.dataset;
    config.admin = settings.admin;
    config.security_flags = settings.security_flags;
    config.rctl = settings.rctl;
    let memory = settings.capped_memory;
    if flavour == Flavour::Upstream {
        config.capped_memory_physical = memory.physical;
    } else if memory.physical.is_some() {
        config.set_alias(Alias::Physical, memory.physical);
    }
    for (alias, value) in [
        (Alias::Swap, memory.swap),
        (Alias::Locked, memory.locked),
        (Alias::CpuCap, settings.capped_cpu),
        (Alias::CpuShares, settings.cpu_shares),
        (Alias::MaxLwps, settings.max_lwps),
        (Alias::MaxProcesses, settings.max_processes),
        (Alias::MaxShmMemory, settings.max_shm_memory),
        (Alias::MaxShmIds, settings.max_shm_ids),
        (Alias::MaxMsgIds, settings.max_msg_ids),
        (Alias::MaxSemIds, settings.max_sem_ids),
    ] {
        if value.is_some() {
            config.set_alias(alias, value);
        }
    }
    config.attr = settings.attr;
    if let Some(id) = &entry.id {
        config.attr.retain(|attr| attr.name != ID_ATTR);
        config.attr.push(Attr {
            name: ID_ATTR.to_owned(),
            attr_type: "string".to_owned(),
            value: id.to_string(),
        });
    }
    config.net = entry
        .nets
        .iter()
        .flat_map(|net| net_resources(net, config.ip_type))
        .collect();
    Ok(config)
}

fn default_zonepath(entry: &ZoneEntry, defaults: &Config) -> Result<String, Failure> {
    let values = BTreeMap::from([("zone".to_owned(), entry.name.to_string())]);
    expand(&defaults.zonepath, &values).map_err(|error| {
        Failure::new(
            ExitCode::Invalid,
            Code::ConfigZonepath,
            format!("config.kdl: {error}"),
        )
        .with_help(error.help())
    })
}

/// The `net` resources that a net of an entry is: one for each address.
pub(super) fn net_resources(net: &ZoneNet, ip_type: IpType) -> Vec<Net> {
    if !net.resources.is_empty() {
        return net.resources.clone();
    }
    let physical = match ip_type {
        IpType::Exclusive => net.vnic.as_deref(),
        IpType::Shared => net.stub.as_deref(),
    };
    let mut bare = Net {
        physical: physical.unwrap_or_default().to_owned(),
        ..Net::default()
    };
    if net.link.on_demand == Some(true) {
        bare.global_nic = net.stub.as_ref().map(ToString::to_string);
        bare.mac_addr = net.link.mac_address.map(|address| address.to_string());
        bare.vlan_id = net.link.vlan.map(|vlan| vlan.to_string());
    }
    let unprotected = ip_type == IpType::Exclusive && net.link.protect == Some(false);
    if net.mode != AddressMode::Static || net.addresses.is_empty() || unprotected {
        return vec![bare];
    }
    let mut resources = Vec::new();
    for (place, address) in net.addresses.iter().enumerate() {
        let mut resource = bare.clone();
        let text = Some(address.to_string());
        match ip_type {
            IpType::Exclusive => resource.allowed_address = text,
            IpType::Shared => resource.address = text,
        }
        let first_of_family = !net.addresses[..place]
            .iter()
            .any(|before| same_family(*before, *address));
        if first_of_family && net.link.defrouter != Some(false) {
            let router = net
                .gateways
                .iter()
                .find(|gateway| gateway.is_ipv4() == address.addr().is_ipv4());
            resource.defrouter = router.map(ToString::to_string);
        }
        resources.push(resource);
    }
    resources
}

fn same_family(one: IpNet, other: IpNet) -> bool {
    one.addr().is_ipv4() == other.addr().is_ipv4()
}
