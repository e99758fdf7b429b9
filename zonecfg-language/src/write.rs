//! A configuration as commands, without loss.

use super::lexer::LONGEST;
use super::unwritable;
use super::word::{Property, Resource, Verb};
use illumos::zone::config::{
    self, Admin, Attr, DedicatedCpu, Device, Fs, IpType, Net, Rctl, RctlValue, SecurityFlags,
    ZoneConfig,
};

/// What stands for a value of a resource control, a named property and an option, `\0` being the places of the texts.
pub(super) const RCTL_VALUE: &str = "add value (priv=\0,limit=\0,action=\0)";
pub(super) const PROPERTY: &str = "add property (name=\0,value=\0)";
pub(super) const OPTION: &str = "add options \0";

/// The commands that make `config`, one a line.
///
/// Unlike `export`, every text is in double quotes and every number exact. A text that cannot be written in the language stands in a
/// comment (`unwritable`), which [`parse_configuration`](super::parse_configuration) reads.
pub fn to_commands(config: &ZoneConfig) -> Vec<String> {
    let mut lines = Lines::default();
    lines.line("create -b".to_owned());
    lines.zone(config);
    lines.resources(config);
    lines.lines
}

/// A text as a value of its own; `None` if there is no way to write it.
pub(super) fn written(text: &str) -> Option<String> {
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

/// Commands, one a line.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) lines: Vec<String>,
    /// The first line with a text that could not be written, without the text.
    pub(super) unwritable: Option<String>,
}

impl Lines {
    /// A line with the texts in the places of the `\0`, each as it could be written.
    pub(super) fn put(&mut self, skeleton: &str, texts: &[(&str, Option<String>)]) {
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
                self.unwritable
                    .get_or_insert_with(|| skeleton.replace('\0', "…"));
                unwritable::comment(skeleton, &texts)
            }
        };
        self.line(line);
    }

    pub(super) fn set(&mut self, property: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.put(&format!("set {property}=\0"), &[(value, written(value))]);
        }
    }

    /// Where an empty text means that it is not set.
    pub(super) fn given(&mut self, property: &str, value: &str) {
        self.set(property, Some(value).filter(|value| !value.is_empty()));
    }

    pub(super) fn add(&mut self, resource: &str, body: impl FnOnce(&mut Self)) {
        self.block(format!("add {resource}"), body);
    }

    /// A resource between the line that opens it and its `end`.
    pub(super) fn block(&mut self, open: String, body: impl FnOnce(&mut Self)) {
        self.line(open);
        body(self);
        self.line("end".to_owned());
    }

    pub(super) fn line(&mut self, line: String) {
        self.lines.push(line);
    }

    fn zone(&mut self, config: &ZoneConfig) {
        self.given("zonepath", &config.zonepath);
        self.given("brand", &config.brand);
        self.line(format!("set autoboot={}", config.autoboot));
        self.set("bootargs", config.bootargs.as_deref());
        self.set("pool", config.pool.as_deref());
        self.set("limitpriv", config.limitpriv.as_deref());
        self.set("scheduling-class", config.scheduling_class.as_deref());
        self.ip_type(config.ip_type);
        self.set("hostid", config.hostid.as_deref());
        self.set("fs-allowed", config.fs_allowed.as_deref());
    }

    pub(super) fn ip_type(&mut self, ip_type: IpType) {
        let ip_type = match ip_type {
            IpType::Shared => "shared",
            IpType::Exclusive => "exclusive",
        };
        self.line(format!("set ip-type={ip_type}"));
    }

    fn resources(&mut self, config: &ZoneConfig) {
        config.fs.iter().for_each(|fs| self.fs(fs));
        config.net.iter().for_each(|net| self.net(net));
        let devices = config.device.iter();
        devices.for_each(|device| self.device(device));
        if let Some(bytes) = config.capped_memory_physical {
            self.add("capped-memory", |lines| lines.physical(bytes));
        }
        config.rctl.iter().for_each(|rctl| self.rctl(rctl));
        config.attr.iter().for_each(|attr| self.attr(attr));
        config.dataset.iter().for_each(|name| self.dataset(name));
        if let Some(cpus) = &config.dedicated_cpu {
            self.dedicated_cpu(cpus);
        }
        config.admin.iter().for_each(|admin| self.admin(admin));
        if let Some(flags) = &config.security_flags {
            self.security_flags(flags);
        }
    }

    pub(super) fn fs(&mut self, fs: &Fs) {
        self.add("fs", |lines| {
            lines.given("dir", &fs.dir);
            lines.given("special", &fs.special);
            lines.set("raw", fs.raw.as_deref());
            lines.given("type", &fs.fs_type);
            for option in &fs.options {
                lines.option(Verb::Add, option);
            }
        });
    }

    pub(super) fn net(&mut self, net: &Net) {
        self.add("net", |lines| {
            lines.set("address", net.address.as_deref());
            lines.set("allowed-address", net.allowed_address.as_deref());
            lines.given("physical", &net.physical);
            lines.set("mac-addr", net.mac_addr.as_deref());
            lines.set("vlan-id", net.vlan_id.as_deref());
            lines.set("global-nic", net.global_nic.as_deref());
            lines.set("defrouter", net.defrouter.as_deref());
            for property in &net.property {
                lines.property(Verb::Add, property);
            }
        });
    }

    pub(super) fn device(&mut self, device: &Device) {
        self.add("device", |lines| {
            lines.given("match", &device.match_);
            for property in &device.property {
                lines.property(Verb::Add, property);
            }
        });
    }

    pub(super) fn rctl(&mut self, rctl: &Rctl) {
        self.add("rctl", |lines| {
            lines.given("name", &rctl.name);
            for value in &rctl.value {
                lines.value(Verb::Add, value);
            }
        });
    }

    pub(super) fn attr(&mut self, attr: &Attr) {
        self.add("attr", |lines| {
            lines.given("name", &attr.name);
            lines.given("type", &attr.attr_type);
            lines.given("value", &attr.value);
        });
    }

    pub(super) fn dataset(&mut self, name: &str) {
        self.add("dataset", |lines| lines.given("name", name));
    }

    pub(super) fn dedicated_cpu(&mut self, cpus: &DedicatedCpu) {
        self.add("dedicated-cpu", |lines| {
            lines.given("ncpus", &cpus.ncpus);
            lines.set("importance", cpus.importance.as_deref());
        });
    }

    pub(super) fn physical(&mut self, bytes: u64) {
        self.line(format!("set physical={bytes}"));
    }

    pub(super) fn admin(&mut self, admin: &Admin) {
        self.add("admin", |lines| {
            lines.given("user", &admin.user);
            lines.given("auths", &admin.auths);
        });
    }

    pub(super) fn security_flags(&mut self, flags: &SecurityFlags) {
        self.add("security-flags", |lines| {
            lines.set("default", flags.default.as_deref());
            lines.set("lower", flags.lower.as_deref());
            lines.set("upper", flags.upper.as_deref());
        });
    }

    /// `add options ro`, `remove options ro`.
    pub(super) fn option(&mut self, verb: Verb, option: &str) {
        let skeleton = skeleton(verb, OPTION);
        self.put(&skeleton, &[(option, written(option))]);
    }

    pub(super) fn value(&mut self, verb: Verb, value: &RctlValue) {
        let texts = [&value.priv_, &value.limit, &value.action];
        let skeleton = skeleton(verb, RCTL_VALUE);
        self.put(&skeleton, &texts.map(|text| (text.as_str(), piece(text))));
    }

    pub(super) fn property(&mut self, verb: Verb, property: &config::Property) {
        let config::Property { name, value } = property;
        let named = piece(name).or_else(|| written(name));
        let skeleton = skeleton(verb, PROPERTY);
        self.put(&skeleton, &[(name, named), (value, written(value))]);
    }
}

/// The skeleton of an `add` with another verb.
fn skeleton(verb: Verb, add: &str) -> String {
    add.replacen("add", verb.as_str(), 1)
}
