//! A configuration as commands, without loss.

use super::lexer::LONGEST;
use super::unwritable;
use super::word::{Property, Resource};
use illumos::zone::config::{self, IpType, ZoneConfig};

/// What stands for a value of a resource control, a named property and an option, `\0` being the places of the texts.
pub(super) const RCTL_VALUE: &str = "add value (priv=\0,limit=\0,action=\0)";
pub(super) const PROPERTY: &str = "add property (name=\0,value=\0)";
pub(super) const OPTION: &str = "add options \0";

/// The commands that make `config`, one a line.
///
/// Unlike `export`, every text is in double quotes and every number exact. A text that cannot be written in the language stands in a
/// comment ([`unwritable`]), which [`parse_configuration`](super::parse_configuration) reads.
pub fn to_commands(config: &ZoneConfig) -> Vec<String> {
    let mut lines = Lines(vec!["create -b".to_owned()]);
    lines.zone(config);
    lines.resources(config);
    lines.0
}

/// A text as a value of its own; `None` if there is no way to write it.
fn written(text: &str) -> Option<String> {
    if text.contains(['"', '\n', '\0']) {
        return None;
    }
    if text.len() + 2 <= LONGEST {
        return Some(format!("\"{text}\""));
    }
    is_word(text).then(|| text.to_owned())
}

/// Whether the text is one word wherever it stands.
fn is_word(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_graphic() && !b"\";=()[],#".contains(&b);
    !text.is_empty()
        && text.len() < LONGEST
        && text.bytes().all(plain)
        && Property::from_text(text.as_bytes()).is_none()
        && Resource::from_text(text.as_bytes()).is_none()
}

/// A text among others in parentheses, where only the extended flavour has double quotes.
fn piece(text: &str) -> Option<String> {
    is_word(text).then(|| text.to_owned())
}

struct Lines(Vec<String>);

impl Lines {
    /// A line with the texts in the places of the `\0`, each as it could be written.
    fn put(&mut self, skeleton: &str, texts: &[(&str, Option<String>)]) {
        let whole: Option<Vec<&str>> = texts.iter().map(|(_, text)| text.as_deref()).collect();
        let line = match whole {
            Some(written) => {
                let mut written = written.into_iter();
                let mut pieces = skeleton.split('\0');
                let mut line = pieces.next().unwrap_or_default().to_owned();
                for piece in pieces {
                    line.push_str(written.next().unwrap_or_default());
                    line.push_str(piece);
                }
                line
            }
            None => {
                let texts: Vec<&str> = texts.iter().map(|(text, _)| *text).collect();
                unwritable::comment(skeleton, &texts)
            }
        };
        self.0.push(line);
    }

    fn set(&mut self, property: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.put(&format!("set {property}=\0"), &[(value, written(value))]);
        }
    }

    /// Where an empty text means that it is not set.
    fn given(&mut self, property: &str, value: &str) {
        self.set(property, Some(value).filter(|value| !value.is_empty()));
    }

    fn properties(&mut self, properties: &[config::Property]) {
        for config::Property { name, value } in properties {
            let named = piece(name).or_else(|| written(name));
            self.put(PROPERTY, &[(name, named), (value, written(value))]);
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
                    lines.put(OPTION, &[(option, written(option))]);
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
                lines.0.push(format!("set physical={bytes}"));
            });
        }
        for rctl in &config.rctl {
            self.add("rctl", |lines| {
                lines.given("name", &rctl.name);
                for value in &rctl.value {
                    let texts = [&value.priv_, &value.limit, &value.action];
                    lines.put(RCTL_VALUE, &texts.map(|text| (text.as_str(), piece(text))));
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
