//! What `info` prints.

use std::fmt::Write as _;

use super::units::with_unit;
use super::word::{Property, Resource};
use illumos::Flavour;
use illumos::zone::config::{
    self, Admin, Alias, Attr, Device, Fs, IpType, Net, Rctl, SecurityFlags, ZoneConfig,
};
use illumos::zone::verify::net;

/// What `info` is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subset {
    /// Everything.
    All,
    /// A property of the zone.
    Property(Property),
    /// The resources of a type that have these property values: all of the type without any.
    Resource(Resource, Vec<(Property, String)>),
}

/// What `info` prints about the configuration of a zone.
#[must_use]
pub fn info_text(config: &ZoneConfig, flavour: Flavour, subset: &Subset) -> String {
    Info::new(flavour, false).print(config.zonename.as_str(), config, subset, &[])
}

const ALIASES: [(Property, Alias); 7] = [
    (Property::MaxLwps, Alias::MaxLwps),
    (Property::MaxProcesses, Alias::MaxProcesses),
    (Property::MaxShmMemory, Alias::MaxShmMemory),
    (Property::MaxShmIds, Alias::MaxShmIds),
    (Property::MaxMsgIds, Alias::MaxMsgIds),
    (Property::MaxSemIds, Alias::MaxSemIds),
    (Property::CpuShares, Alias::CpuShares),
];

/// The alias that a property of the zone is.
pub(super) fn alias_of(property: Property) -> Option<Alias> {
    let found = ALIASES.iter().find(|(name, _)| *name == property);
    found.map(|(_, alias)| *alias)
}

/// Prints configurations, and resources that are not part of one yet.
#[derive(Debug)]
pub(super) struct Info {
    text: String,
    flavour: Flavour,
    /// Of the global zone, which has no properties but what controls resources.
    global: bool,
}

impl Info {
    pub(super) fn new(flavour: Flavour, global: bool) -> Self {
        Self {
            text: String::new(),
            flavour,
            global,
        }
    }

    /// Prints what `subset` asks for, but for the properties that could not be read.
    pub(super) fn print(
        mut self,
        name: &str,
        config: &ZoneConfig,
        subset: &Subset,
        unreadable: &[Property],
    ) -> String {
        match subset {
            Subset::All => {
                use Property as P;
                let global = [
                    P::Zonename,
                    P::Zonepath,
                    P::Brand,
                    P::Autoboot,
                    P::Bootargs,
                    P::Pool,
                    P::Limitpriv,
                    P::SchedulingClass,
                    P::IpType,
                    P::Hostid,
                    P::FsAllowed,
                ];
                let shown = |property: &P| {
                    let of_every_zone = matches!(property, P::Zonename | P::Pool);
                    (of_every_zone || !self.global) && !unreadable.contains(property)
                };
                for property in global.into_iter().filter(shown).collect::<Vec<_>>() {
                    self.property(name, config, property);
                }
                for (property, _) in ALIASES {
                    self.property(name, config, property);
                }
                self.all(config);
            }
            Subset::Property(property) if unreadable.contains(property) => {}
            Subset::Property(property) => self.property(name, config, *property),
            Subset::Resource(resource, criteria) => {
                let printed = self.matching(config, *resource, criteria);
                if !printed && !criteria.is_empty() {
                    self.line(format_args!("No such {resource} resource."));
                }
            }
        }
        self.text
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn property(&mut self, name: &str, config: &ZoneConfig, property: Property) {
        if let Some(alias) = alias_of(property) {
            if let Some(limit) = config.alias(alias) {
                let shown = match alias {
                    Alias::MaxShmMemory => with_unit(limit),
                    _ => limit.to_string(),
                };
                self.line(format_args!("[{property}: {shown}]"));
            }
            return;
        }
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let value = match property {
            Property::Zonename => name.to_owned(),
            Property::Zonepath => config.zonepath.clone(),
            Property::Brand => config.brand.clone(),
            Property::Autoboot => config.autoboot.to_string(),
            Property::Bootargs => text(&config.bootargs),
            Property::Pool => text(&config.pool),
            Property::Limitpriv => text(&config.limitpriv),
            Property::SchedulingClass => text(&config.scheduling_class),
            Property::IpType => match config.ip_type {
                IpType::Shared => "shared".to_owned(),
                IpType::Exclusive => "exclusive".to_owned(),
            },
            Property::Hostid => text(&config.hostid),
            Property::FsAllowed => text(&config.fs_allowed),
            _ => return,
        };
        self.line(format_args!("{property}: {value}"));
    }

    /// Every resource, in the tool's order.
    fn all(&mut self, config: &ZoneConfig) {
        use Resource as R;
        let order = [
            R::Fs,
            R::Net,
            R::Device,
            R::DedicatedCpu,
            R::CappedCpu,
            R::CappedMemory,
            R::Attr,
            R::Dataset,
            R::Admin,
            R::Rctl,
            R::SecurityFlags,
        ];
        for resource in order {
            let of_a_zone = matches!(
                resource,
                R::Fs | R::Net | R::Device | R::Attr | R::Dataset | R::Admin
            );
            if !(self.global && of_a_zone) {
                self.matching(config, resource, &[]);
            }
        }
    }

    /// Prints the resources of a type that match; whether there were any.
    fn matching(
        &mut self,
        config: &ZoneConfig,
        resource: Resource,
        criteria: &[(Property, String)],
    ) -> bool {
        let start = self.text.len();
        // The tool looks at the last value that was given for a property, and at no others than these.
        let wanted = |property: Property| {
            let found = criteria.iter().rev().find(|(name, _)| *name == property);
            found
                .map(|(_, value)| value.as_str())
                .filter(|value| !value.is_empty())
        };
        let same = |property: Property, value: &str| wanted(property).is_none_or(|w| w == value);
        match resource {
            Resource::Fs => {
                let matching = config.fs.iter().filter(|fs| {
                    same(Property::Dir, &fs.dir)
                        && same(Property::Special, &fs.special)
                        && same(Property::Type, &fs.fs_type)
                });
                matching.for_each(|fs| self.fs(fs));
            }
            Resource::Net => {
                let matching = config.net.iter().filter(|found| {
                    let address = found.address.as_deref().unwrap_or_default();
                    same(Property::Physical, &found.physical)
                        && wanted(Property::Address).is_none_or(|w| net::same_address(w, address))
                });
                matching.for_each(|net| self.net(net));
            }
            Resource::Device => {
                let matching = config
                    .device
                    .iter()
                    .filter(|device| same(Property::Match, &device.match_));
                matching.for_each(|device| self.device(device));
            }
            Resource::Rctl => {
                let matching = config
                    .rctl
                    .iter()
                    .filter(|rctl| same(Property::Name, &rctl.name));
                matching.for_each(|rctl| self.rctl(rctl));
            }
            Resource::Attr => {
                let matching = config.attr.iter().filter(|attr| {
                    same(Property::Name, &attr.name)
                        && same(Property::Type, &attr.attr_type)
                        && same(Property::Value, &attr.value)
                });
                matching.for_each(|attr| self.attr(attr));
            }
            Resource::Dataset => {
                let matching = config
                    .dataset
                    .iter()
                    .filter(|name| same(Property::Name, name));
                matching.for_each(|name| self.dataset(name));
            }
            Resource::Admin => {
                let matching = config
                    .admin
                    .iter()
                    .filter(|admin| same(Property::User, &admin.user));
                matching.for_each(|admin| self.admin(admin));
            }
            Resource::DedicatedCpu => {
                if let Some(cpus) = &config.dedicated_cpu {
                    self.dedicated_cpu(&cpus.ncpus, cpus.importance.as_deref());
                }
            }
            Resource::CappedCpu => self.capped_cpu(config.alias(Alias::CpuCap)),
            Resource::CappedMemory => {
                let physical = match self.flavour {
                    Flavour::Upstream => config.capped_memory_physical,
                    Flavour::Extended => config.alias(Alias::Physical),
                };
                let (swap, locked) = (config.alias(Alias::Swap), config.alias(Alias::Locked));
                if physical.or(swap).or(locked).is_some() {
                    self.capped_memory(physical, swap, locked);
                }
            }
            Resource::SecurityFlags => {
                if let Some(flags) = &config.security_flags {
                    self.security_flags(flags);
                }
            }
        }
        self.text.len() > start
    }

    /// What was printed.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn value(&mut self, property: &str, value: Option<&str>) {
        match value.filter(|value| !value.is_empty()) {
            Some(value) if value.contains(' ') => {
                self.line(format_args!("\t{property}: \"{value}\""));
            }
            Some(value) => self.line(format_args!("\t{property}: {value}")),
            None => self.line(format_args!("\t{property} not specified")),
        }
    }

    pub(super) fn fs(&mut self, fs: &Fs) {
        self.line(format_args!("fs:"));
        self.value("dir", Some(&fs.dir));
        self.value("special", Some(&fs.special));
        self.value("raw", fs.raw.as_deref());
        self.value("type", Some(&fs.fs_type));
        let options: Vec<String> = fs
            .options
            .iter()
            .map(|option| match option.contains('=') {
                true => format!("\"{option}\""),
                false => option.clone(),
            })
            .collect();
        self.line(format_args!("\toptions: [{}]", options.join(",")));
    }

    pub(super) fn net(&mut self, net: &Net) {
        self.line(format_args!("net:"));
        self.value("address", net.address.as_deref());
        self.value("allowed-address", net.allowed_address.as_deref());
        match self.flavour {
            Flavour::Upstream => {
                self.value("physical", Some(&net.physical));
                self.value("defrouter", net.defrouter.as_deref());
            }
            Flavour::Extended => {
                self.value("defrouter", net.defrouter.as_deref());
                self.value("global-nic", net.global_nic.as_deref());
                self.value("mac-addr", net.mac_addr.as_deref());
                self.value("physical", Some(&net.physical));
                self.value("vlan-id", net.vlan_id.as_deref());
                self.properties(&net.property);
            }
        }
    }

    fn properties(&mut self, properties: &[config::Property]) {
        for config::Property { name, value } in properties {
            self.line(format_args!("\tproperty: (name={name},value=\"{value}\")"));
        }
    }

    pub(super) fn device(&mut self, device: &Device) {
        self.line(format_args!("device:"));
        self.value("match", Some(&device.match_));
        self.properties(&device.property);
    }

    pub(super) fn rctl(&mut self, rctl: &Rctl) {
        self.line(format_args!("rctl:"));
        self.value("name", Some(&rctl.name));
        for value in &rctl.value {
            let (privilege, limit, action) = (&value.priv_, &value.limit, &value.action);
            self.line(format_args!(
                "\tvalue: (priv={privilege},limit={limit},action={action})"
            ));
        }
    }

    pub(super) fn attr(&mut self, attr: &Attr) {
        self.line(format_args!("attr:"));
        self.value("name", Some(&attr.name));
        self.value("type", Some(&attr.attr_type));
        self.value("value", Some(&attr.value));
    }

    pub(super) fn dataset(&mut self, name: &str) {
        self.line(format_args!("dataset:"));
        self.value("name", Some(name));
    }

    pub(super) fn dedicated_cpu(&mut self, ncpus: &str, importance: Option<&str>) {
        self.line(format_args!("dedicated-cpu:"));
        self.line(format_args!("\tncpus: {ncpus}"));
        if let Some(importance) = importance.filter(|importance| !importance.is_empty()) {
            self.line(format_args!("\timportance: {importance}"));
        }
    }

    pub(super) fn capped_cpu(&mut self, hundredths: Option<u64>) {
        if let Some(hundredths) = hundredths {
            self.line(format_args!("capped-cpu:"));
            #[expect(
                clippy::cast_precision_loss,
                reason = "the tool computes in single precision"
            )]
            let cpus = hundredths as f32 / 100.0;
            self.line(format_args!("\t[ncpus: {cpus:.2}]"));
        }
    }

    pub(super) fn capped_memory(
        &mut self,
        physical: Option<u64>,
        swap: Option<u64>,
        locked: Option<u64>,
    ) {
        self.line(format_args!("capped-memory:"));
        if let Some(physical) = physical.map(with_unit) {
            match self.flavour {
                Flavour::Upstream => self.line(format_args!("\tphysical: {physical}")),
                Flavour::Extended => self.line(format_args!("\t[physical: {physical}]")),
            }
        }
        for (property, bytes) in [("swap", swap), ("locked", locked)] {
            if let Some(bytes) = bytes.map(with_unit) {
                self.line(format_args!("\t[{property}: {bytes}]"));
            }
        }
    }

    pub(super) fn admin(&mut self, admin: &Admin) {
        self.line(format_args!("admin:"));
        self.value("user", Some(&admin.user));
        self.value("auths", Some(&admin.auths));
    }

    pub(super) fn security_flags(&mut self, flags: &SecurityFlags) {
        self.line(format_args!("security-flags:"));
        self.value("default", flags.default.as_deref());
        self.value("lower", flags.lower.as_deref());
        self.value("upper", flags.upper.as_deref());
    }
}
