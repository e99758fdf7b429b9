//! A configuration as commands, without loss.

use crate::zone::config::{IpType, Property, ZoneConfig};

/// The commands that make `config`, one a line.
///
/// Unlike `export`, every text is in double quotes and every number exact. A text with a double quote or a newline in it cannot be
/// written in the language; it is put between the quotes as it is, as `export` does, and
/// [`parse_configuration`](super::parse_configuration) reads it back.
pub(in crate::zone) fn commands(config: &ZoneConfig) -> Vec<String> {
    let mut lines = Lines(vec!["create -b".to_owned()]);
    lines.zone(config);
    lines.resources(config);
    lines.0
}

struct Lines(Vec<String>);

impl Lines {
    fn set(&mut self, property: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.0.push(format!("set {property}=\"{value}\""));
        }
    }

    /// Where an empty text means that it is not set.
    fn given(&mut self, property: &str, value: &str) {
        self.set(property, Some(value).filter(|value| !value.is_empty()));
    }

    fn properties(&mut self, properties: &[Property]) {
        for Property { name, value } in properties {
            self.0
                .push(format!("add property (name={name},value=\"{value}\")"));
        }
    }

    fn add(&mut self, resource: &str, body: impl FnOnce(&mut Self)) {
        self.0.push(format!("add {resource}"));
        body(self);
        self.0.push("end".to_owned());
    }

    fn zone(&mut self, config: &ZoneConfig) {
        self.given("zonepath", &config.zonepath);
        self.given("brand", &config.brand);
        self.0.push(format!("set autoboot={}", config.autoboot));
        self.set("bootargs", config.bootargs.as_deref());
        self.set("pool", config.pool.as_deref());
        self.set("limitpriv", config.limitpriv.as_deref());
        self.set("scheduling-class", config.scheduling_class.as_deref());
        let ip_type = match config.ip_type {
            IpType::Shared => "shared",
            IpType::Exclusive => "exclusive",
        };
        self.0.push(format!("set ip-type={ip_type}"));
        self.set("hostid", config.hostid.as_deref());
        self.set("fs-allowed", config.fs_allowed.as_deref());
    }

    fn resources(&mut self, config: &ZoneConfig) {
        for fs in &config.fs {
            self.add("fs", |lines| {
                lines.given("dir", &fs.dir);
                lines.given("special", &fs.special);
                lines.set("raw", fs.raw.as_deref());
                lines.given("type", &fs.fs_type);
                for option in &fs.options {
                    lines.0.push(format!("add options \"{option}\""));
                }
            });
        }
        for net in &config.net {
            self.add("net", |lines| {
                lines.set("address", net.address.as_deref());
                lines.set("allowed-address", net.allowed_address.as_deref());
                lines.given("physical", &net.physical);
                lines.set("mac-addr", net.mac_addr.as_deref());
                lines.set("vlan-id", net.vlan_id.as_deref());
                lines.set("global-nic", net.global_nic.as_deref());
                lines.set("defrouter", net.defrouter.as_deref());
                lines.properties(&net.property);
            });
        }
        for device in &config.device {
            self.add("device", |lines| {
                lines.given("match", &device.match_);
                lines.properties(&device.property);
            });
        }
        if let Some(bytes) = config.capped_memory_physical {
            self.add("capped-memory", |lines| {
                lines.0.push(format!("set physical={bytes}"))
            });
        }
        for rctl in &config.rctl {
            self.add("rctl", |lines| {
                lines.given("name", &rctl.name);
                for value in &rctl.value {
                    let (privilege, limit, action) = (&value.priv_, &value.limit, &value.action);
                    lines.0.push(format!(
                        "add value (priv={privilege},limit={limit},action={action})"
                    ));
                }
            });
        }
        for attr in &config.attr {
            self.add("attr", |lines| {
                lines.given("name", &attr.name);
                lines.given("type", &attr.attr_type);
                lines.given("value", &attr.value);
            });
        }
        for name in &config.dataset {
            self.add("dataset", |lines| lines.given("name", name));
        }
        if let Some(cpus) = &config.dedicated_cpu {
            self.add("dedicated-cpu", |lines| {
                lines.given("ncpus", &cpus.ncpus);
                lines.set("importance", cpus.importance.as_deref());
            });
        }
        for admin in &config.admin {
            self.add("admin", |lines| {
                lines.given("user", &admin.user);
                lines.given("auths", &admin.auths);
            });
        }
        if let Some(flags) = &config.security_flags {
            self.add("security-flags", |lines| {
                lines.set("default", flags.default.as_deref());
                lines.set("lower", flags.lower.as_deref());
                lines.set("upper", flags.upper.as_deref());
            });
        }
    }
}
