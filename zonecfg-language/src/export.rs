//! What `export` prints.

use std::fmt::Write as _;

use super::units::with_unit;
use super::word;
use illumos::zone::config::{IpType, Property, ZoneConfig};

/// The commands that `export` prints. Since illumos 11894 (2019) the flavours print the same.
///
/// It is not free of loss: `physical` of `capped-memory` is rounded, values with a blank, a double quote or a newline may not be
/// readable by the tool. [`to_commands`](crate::to_commands) is what to use for anything but comparing with the tool.
#[must_use]
pub fn export_text(config: &ZoneConfig) -> String {
    readable(config, &[])
}

/// As [`export_text`], without the properties that could not be read.
pub(super) fn readable(config: &ZoneConfig, unreadable: &[word::Property]) -> String {
    let mut export = Export {
        text: String::from("create -b\n"),
    };
    export.zone(config, !unreadable.contains(&word::Property::IpType));
    export.resources(config);
    export.text
}

struct Export {
    text: String,
}

impl Export {
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    /// A property of the zone, without quotes whatever is in it.
    fn plain(&mut self, property: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.line(format_args!("set {property}={value}"));
        }
    }

    /// A property of a resource: in quotes, whatever is in it.
    fn quoted(&mut self, property: &str, value: Option<&str>) {
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            return;
        };
        self.line(format_args!("set {property}=\"{value}\""));
    }

    fn properties(&mut self, properties: &[Property]) {
        for Property { name, value } in properties {
            self.line(format_args!("add property (name={name},value=\"{value}\")"));
        }
    }

    fn add(&mut self, resource: &str, body: impl FnOnce(&mut Self)) {
        self.line(format_args!("add {resource}"));
        body(self);
        self.line(format_args!("end"));
    }

    fn zone(&mut self, config: &ZoneConfig, has_ip_type: bool) {
        self.plain("zonepath", Some(&config.zonepath));
        let brand = config.brand.as_str();
        self.plain("brand", Some(brand).filter(|brand| *brand != "native"));
        self.plain(
            "autoboot",
            Some(if config.autoboot { "true" } else { "false" }),
        );
        self.plain("bootargs", config.bootargs.as_deref());
        self.plain("pool", config.pool.as_deref());
        self.plain("limitpriv", config.limitpriv.as_deref());
        self.plain("scheduling-class", config.scheduling_class.as_deref());
        let ip_type = match config.ip_type {
            IpType::Shared => "shared",
            IpType::Exclusive => "exclusive",
        };
        self.plain("ip-type", Some(ip_type).filter(|_| has_ip_type));
        self.plain("hostid", config.hostid.as_deref());
        self.plain("fs-allowed", config.fs_allowed.as_deref());
    }

    fn resources(&mut self, config: &ZoneConfig) {
        for fs in &config.fs {
            self.add("fs", |export| {
                export.quoted("dir", Some(&fs.dir));
                export.quoted("special", Some(&fs.special));
                export.quoted("raw", fs.raw.as_deref());
                export.quoted("type", Some(&fs.fs_type));
                for option in &fs.options {
                    if option.contains('=') {
                        export.line(format_args!("add options \"{option}\""));
                    } else {
                        export.line(format_args!("add options {option}"));
                    }
                }
            });
        }
        for net in &config.net {
            self.add("net", |export| {
                export.quoted("address", net.address.as_deref());
                export.quoted("allowed-address", net.allowed_address.as_deref());
                export.quoted("physical", Some(&net.physical));
                export.quoted("mac-addr", net.mac_addr.as_deref());
                export.quoted("vlan-id", net.vlan_id.as_deref());
                export.quoted("global-nic", net.global_nic.as_deref());
                export.quoted("defrouter", net.defrouter.as_deref());
                export.properties(&net.property);
            });
        }
        for device in &config.device {
            self.add("device", |export| {
                export.quoted("match", Some(&device.match_));
                export.properties(&device.property);
            });
        }
        if let Some(bytes) = config.capped_memory_physical {
            self.add("capped-memory", |export| {
                export.plain("physical", Some(&with_unit(bytes)));
            });
        }
        for rctl in &config.rctl {
            self.add("rctl", |export| {
                export.quoted("name", Some(&rctl.name));
                for value in &rctl.value {
                    let (privilege, limit, action) = (&value.priv_, &value.limit, &value.action);
                    export.line(format_args!(
                        "add value (priv={privilege},limit={limit},action={action})"
                    ));
                }
            });
        }
        for attr in &config.attr {
            self.add("attr", |export| {
                export.quoted("name", Some(&attr.name));
                export.quoted("type", Some(&attr.attr_type));
                export.quoted("value", Some(&attr.value));
            });
        }
        for name in &config.dataset {
            self.add("dataset", |export| export.quoted("name", Some(name)));
        }
        if let Some(cpus) = &config.dedicated_cpu {
            self.add("dedicated-cpu", |export| {
                export.plain("ncpus", Some(&cpus.ncpus));
                export.plain("importance", cpus.importance.as_deref());
            });
        }
        for admin in &config.admin {
            self.add("admin", |export| {
                export.quoted("user", Some(&admin.user));
                export.quoted("auths", Some(&admin.auths));
            });
        }
        if let Some(flags) = &config.security_flags {
            self.add("security-flags", |export| {
                export.quoted("default", flags.default.as_deref());
                export.quoted("lower", flags.lower.as_deref());
                export.quoted("upper", flags.upper.as_deref());
            });
        }
    }
}
