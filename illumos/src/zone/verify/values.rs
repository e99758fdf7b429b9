//! What `set` and `end` check: single values, and resources that exclude each other.

use std::collections::HashSet;

use super::{Problem, attr, brand, net, number, user, whole};
use crate::Flavour;
use crate::zone::config::{Alias, IpType, RctlValue, ZoneConfig};

pub(super) fn problems(config: &ZoneConfig, flavour: Flavour) -> Vec<Problem> {
    let mut found = Vec::new();
    zone(config, &mut found);
    filesystems(config, &mut found);
    networks(config, flavour, &mut found);
    others(config, &mut found);
    processors_and_memory(config, flavour, &mut found);
    found
}

fn zone(config: &ZoneConfig, found: &mut Vec<Problem>) {
    let path = &config.zonepath;
    if !path.is_empty() && !path.starts_with('/') {
        let sentence = format!("{path} is not an absolute path.");
        found.push(Problem::new("zonepath", path, sentence, "a path from /"));
    } else if !path.is_empty() && path.bytes().all(|b| b == b'/') {
        found.push(Problem::new(
            "zonepath",
            path,
            "/ is not allowed as a zonepath.",
            "a directory below /",
        ));
    }
    let pool = config.pool.as_deref().unwrap_or_default();
    if pool.starts_with("SUNW") {
        found.push(Problem::new(
            "pool",
            pool,
            "pool names starting with SUNW are reserved.",
            "another name",
        ));
    }
    if !pool.is_empty() && config.dedicated_cpu.is_some() {
        found.push(Problem::new(
            "pool",
            pool,
            "The pool property is already set.  A persistent pool is incompatible with\nthe dedicated-cpu resource.",
            "one of the two",
        ));
    }
    if config.ip_type == IpType::Exclusive && !brand::allows_exclusive_ip(&config.brand) {
        let sentence = format!(
            "ip-type cannot be 'exclusive' when brand is '{}'.",
            config.brand
        );
        found.push(Problem::new("ip-type", "exclusive", sentence, "shared"));
    }
    if let Some(hostid) = &config.hostid {
        let digits = hostid
            .strip_prefix("0x")
            .or_else(|| hostid.strip_prefix("0X"))
            .unwrap_or(hostid);
        let value = u32::from_str_radix(digits, 16).ok();
        if digits.starts_with('+') || value.is_none_or(|value| value == u32::MAX) {
            found.push(Problem::new(
                "hostid",
                hostid,
                "hostid: Specified property is invalid",
                "eight hexadecimal digits, not ffffffff",
            ));
        }
    }
    if let Some(list) = &config.fs_allowed {
        let item = |item: &str| {
            !item.is_empty() && item.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if list.len() > 1024 || !list.split(',').all(item) {
            let sentence = format!("{}: Specified property is invalid", config.zonename);
            found.push(Problem::new(
                "fs-allowed",
                list,
                sentence,
                "such as ufs,pcfs",
            ));
        }
    }
}

/// One problem for each that occurs a second time.
fn duplicates<'a>(
    resource: &str,
    property: &str,
    values: impl Iterator<Item = &'a str>,
    found: &mut Vec<Problem>,
) {
    let mut seen = HashSet::new();
    for value in values.filter(|value| !value.is_empty()) {
        if !seen.insert(value) {
            found.push(Problem::new(
                format!("{resource} {property}"),
                value,
                exists(resource, property, value),
                "remove one of them",
            ));
        }
    }
}

/// What the tool says of a resource that is there already.
pub fn exists(resource: &str, property: &str, value: &str) -> String {
    let article = if resource == "attr" { "An" } else { "A" };
    format!("{article} {resource} resource with the {property} '{value}' already exists.")
}

fn filesystems(config: &ZoneConfig, found: &mut Vec<Problem>) {
    for fs in &config.fs {
        let raw = fs.raw.as_deref().unwrap_or_default();
        for (property, path) in [("dir", fs.dir.as_str()), ("raw", raw)] {
            if !path.is_empty() && !path.starts_with('/') {
                let sentence = format!("{property} {path} is not an absolute path.");
                let property = format!("fs {property}");
                found.push(Problem::new(property, path, sentence, "a path from /"));
            }
        }
        if !fs.fs_type.is_empty() && !is_fs_type(&fs.fs_type) {
            let sentence = format!("\"{}\" is not a valid type.", fs.fs_type);
            found.push(Problem::new(
                "fs type",
                &fs.fs_type,
                sentence,
                "such as lofs",
            ));
        }
    }
    let dirs = config.fs.iter().map(|fs| fs.dir.as_str());
    duplicates("fs", "dir", dirs, found);
}

/// Whether the tool takes it for a type of file system: a path component.
pub fn is_fs_type(name: &str) -> bool {
    name.len() < 256 && !name.is_empty() && !name.contains('/') && name != "." && name != ".."
}

fn networks(config: &ZoneConfig, flavour: Flavour, found: &mut Vec<Problem>) {
    for (index, net) in config.net.iter().enumerate() {
        for (property, value) in [
            ("net address", &net.address),
            ("net allowed-address", &net.allowed_address),
        ] {
            if let Some(Err(problem)) = value.as_deref().map(net::address) {
                let value = value.as_deref().unwrap_or_default();
                let sentence = problem.sentence;
                found.push(Problem::new(
                    property,
                    value,
                    sentence,
                    "such as 10.0.0.5/24",
                ));
            }
        }
        if let Some(Err(problem)) = net.defrouter.as_deref().map(net::defrouter) {
            let value = net.defrouter.as_deref().unwrap_or_default();
            let sentence = problem.sentence;
            found.push(Problem::new(
                "net defrouter",
                value,
                sentence,
                "such as 10.0.0.1",
            ));
        }
        if flavour == Flavour::Upstream
            && (net.global_nic.is_some() || net.mac_addr.is_some() || net.vlan_id.is_some())
        {
            found.push(Problem::new(
                "net",
                &net.physical,
                "net: global-nic, mac-addr and vlan-id do not exist on this system",
                "create the VNIC beforehand",
            ));
        }
        let same = |other: &&crate::zone::config::Net| net::matches(net, other, config.ip_type);
        if config.net[..index].iter().filter(same).count() == 1 {
            found.push(Problem::new(
                "net physical",
                &net.physical,
                net_exists(net),
                "remove one of them",
            ));
        }
    }
}

/// What the tool says of a `net` that is there already.
pub fn net_exists(net: &crate::zone::config::Net) -> String {
    let (property, address) = match &net.address {
        Some(address) => ("address", address.as_str()),
        None => (
            "allowed-address",
            net.allowed_address.as_deref().unwrap_or_default(),
        ),
    };
    format!(
        "A net resource with the physical '{}', and {property} '{address}' already exists.",
        net.physical
    )
}

fn others(config: &ZoneConfig, found: &mut Vec<Problem>) {
    let devices = config.device.iter().map(|device| device.match_.as_str());
    duplicates("device", "match", devices, found);
    for device in &config.device {
        if device.match_.is_empty() {
            found.push(Problem::new(
                "device match",
                "",
                "match not specified",
                "such as /dev/zvol/rdsk/rpool/v",
            ));
        }
    }
    let datasets = config.dataset.iter().map(String::as_str);
    duplicates("dataset", "name", datasets, found);
    let attrs = config.attr.iter().map(|attr| attr.name.as_str());
    duplicates("attr", "name", attrs, found);
    for attribute in &config.attr {
        if let Err(sentence) = attr::name(&attribute.name) {
            let instead = "letters, digits, - and .";
            found.push(Problem::new(
                "attr name",
                &attribute.name,
                sentence,
                instead,
            ));
        }
        if let Err(sentence) = attr::value(attribute) {
            let instead = "a value of the type; a string has at most 255 bytes";
            found.push(Problem::new(
                "attr value",
                &attribute.value,
                sentence,
                instead,
            ));
        }
    }
    let users = config.admin.iter().map(|admin| admin.user.as_str());
    duplicates("admin", "user", users, found);
    for admin in &config.admin {
        if !admin.user.is_empty() && !user::exists(&admin.user) {
            let sentence = format!("user {} is not a valid username", admin.user);
            let instead = "a user of this host";
            found.push(Problem::new("admin user", &admin.user, sentence, instead));
        }
        if let Some(auth) = user::unknown_authorization(&admin.auths) {
            let zone = config.zonename.as_str();
            found.push(whole::unknown_authorization(zone, &admin.auths, auth));
        }
    }
    let controls = config.rctl.iter().map(|rctl| rctl.name.as_str());
    duplicates("rctl", "name", controls, found);
    for rctl in &config.rctl {
        if !rctl.name.is_empty() && !is_rctl_name(&rctl.name) {
            let sentence = format!("'{}' is not a valid zone rctl name.", rctl.name);
            found.push(Problem::new("rctl name", &rctl.name, sentence, "zone.…"));
        }
        if let Some(value) = rctl.value.iter().find(|value| !is_rctl_value(value)) {
            let written = format!(
                "(priv={},limit={},action={})",
                value.priv_, value.limit, value.action
            );
            let instead = "priv=privileged, a number, action none or deny";
            let sentence = "Invalid rctl value specification";
            found.push(Problem::new("rctl value", written, sentence, instead));
        }
    }
}

/// Whether it can be the name of a resource control of zones: `zone.` and letters or `-`.
pub fn is_rctl_name(name: &str) -> bool {
    name.strip_prefix("zone.").is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-')
    })
}

/// Whether libzonecfg takes it.
pub fn is_rctl_value(value: &RctlValue) -> bool {
    value.priv_ == "privileged"
        && matches!(value.action.as_str(), "none" | "deny")
        && number::limit(&value.limit).is_some()
}

fn processors_and_memory(config: &ZoneConfig, flavour: Flavour, found: &mut Vec<Problem>) {
    if let Some(cpus) = &config.dedicated_cpu {
        if number::cpu_range(&cpus.ncpus).is_none() {
            let sentence = "ncpus property is out of range.";
            let instead = "such as 2 or 1-4";
            found.push(Problem::new(
                "dedicated-cpu ncpus",
                &cpus.ncpus,
                sentence,
                instead,
            ));
        }
        let importance = cpus.importance.as_deref().unwrap_or_default();
        if number::unsigned(importance).is_none() {
            let sentence = "importance property is out of range.";
            let instead = "a number";
            found.push(Problem::new(
                "dedicated-cpu importance",
                importance,
                sentence,
                instead,
            ));
        }
    }
    let physical = match flavour {
        Flavour::Upstream => config.capped_memory_physical,
        Flavour::Extended => config.alias(Alias::Physical),
    };
    if flavour == Flavour::Upstream && physical.is_some_and(|bytes| bytes < number::LEAST_PHYSICAL)
    {
        let sentence = "physical value is too small.  It must be at least 1M.";
        let value = physical.unwrap_or_default().to_string();
        found.push(Problem::new(
            "capped-memory physical",
            value,
            sentence,
            "1M or more",
        ));
    }
    let swap = config.alias(Alias::Swap);
    if swap.is_some_and(|bytes| bytes < number::LEAST_SWAP) {
        let sentence = "swap value is too small.  It must be at least 50M.";
        let value = swap.unwrap_or_default().to_string();
        found.push(Problem::new(
            "capped-memory swap",
            value,
            sentence,
            "50M or more",
        ));
    }
    let locked = config.alias(Alias::Locked);
    if let (Some(locked), Some(physical)) = (locked, physical)
        && locked > physical
    {
        found.push(Problem::new(
            "capped-memory locked",
            locked.to_string(),
            "The locked cap must be less than or equal to the physical cap.",
            format!("{physical} or less"),
        ));
    }
    for (alias, name) in [
        (Alias::MaxLwps, "max-lwps"),
        (Alias::MaxProcesses, "max-processes"),
    ] {
        if let Some(limit) = config.alias(alias).filter(|limit| *limit < 100) {
            let sentence = format!("{name} property is out of range.");
            found.push(Problem::new(
                name,
                limit.to_string(),
                sentence,
                "100 or more",
            ));
        }
    }
    if config.alias(Alias::CpuCap) == Some(0) {
        let sentence = "ncpus property is out of range.";
        found.push(Problem::new(
            "capped-cpu ncpus",
            "0",
            sentence,
            "0.01 or more",
        ));
    }
}
