//! What `verify` and `commit` check: the configuration as a whole.

use super::{Problem, brand, dataset, net, privilege, security_flags, user};
use crate::zone::config::{IpType, ZoneConfig};

/// The codes of libzonecfg that zonecfg(8) sums a refusal up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// A property has a value that it cannot have.
    BadProperty,
    /// The zonepath, or the like.
    RequiredResourceMissing,
    /// A resource lacks a property.
    RequiredPropertyMissing,
    /// A value does not go with the others.
    Invalid,
    /// The document as a whole.
    InvalidDocument,
    /// A resource that has no end yet.
    InsufficientSpecification,
    /// Two settings that exclude each other.
    Incompatible,
}

impl Code {
    /// libzonecfg's text for it.
    pub fn text(self) -> &'static str {
        match self {
            Self::BadProperty => "Bad document property",
            Self::RequiredResourceMissing => "Required resource missing",
            Self::RequiredPropertyMissing => "Required property missing",
            Self::Invalid => "Invalid argument",
            Self::InvalidDocument => "Invalid document",
            Self::InsufficientSpecification => "Insufficient specification",
            Self::Incompatible => "Incompatible settings",
        }
    }
}

/// What a problem means for the command that found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// It is summed up at the end, unless something else was found before.
    Counts,
    /// It is summed up at the end, whatever was found before.
    Overrides,
    /// The tool stops looking, and flags an error.
    Stops,
    /// The tool stops looking, and flags none: the configuration is not saved, and that is all.
    StopsSilently,
    /// Only said.
    Warns,
}

/// A problem, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub problem: Problem,
    /// The code that the tool sums it up with.
    pub code: Code,
    /// What it means for the command.
    pub weight: Weight,
    /// libzonecfg says it by itself, not zonecfg(8).
    pub by_library: bool,
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, code: Code, weight: Weight, problem: Problem) {
        self.0.push(Finding {
            problem,
            code,
            weight,
            by_library: false,
        });
    }

    fn required(&mut self, resource: &str, property: &str, value: &str) {
        if value.is_empty() {
            self.add(
                Code::RequiredPropertyMissing,
                Weight::Counts,
                Problem::new(
                    format!("{resource} {property}"),
                    "",
                    format!("{resource}: {property} not specified"),
                    format!("give the {resource} resource a {property}"),
                ),
            );
        }
    }

    fn is_clean(&self) -> bool {
        self.0.iter().all(|finding| finding.weight == Weight::Warns)
    }
}

/// What a document has and libzonecfg does not hand over, so that it is not in the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Withheld {
    /// Its `ip-type` is neither shared nor exclusive.
    pub ip_type: bool,
    /// Its `hostid` is not one.
    pub hostid: Option<String>,
    /// Its `fs-allowed` is not one.
    pub fs_allowed: Option<String>,
}

/// Checks `config` as zonecfg(8) does before it saves it; `zone` is the name that messages begin with.
pub fn findings(
    zone: &str,
    config: &ZoneConfig,
    withheld: &Withheld,
    global: bool,
) -> Vec<Finding> {
    let mut found = Findings(Vec::new());
    if config.zonepath.is_empty() && !global {
        found.add(
            Code::RequiredResourceMissing,
            Weight::Overrides,
            Problem::new(
                "zonepath",
                "",
                "zonepath cannot be empty.",
                "an absolute path, such as /zones/NAME",
            ),
        );
    }
    if !config.brand.is_empty() && !brand::is_installed(&config.brand) {
        found.add(
            Code::InvalidDocument,
            Weight::Stops,
            Problem::new(
                "brand",
                &config.brand,
                format!("{zone}: unknown brand.\n"),
                format!("one of {}", brand::installed().join(", ")),
            ),
        );
        return found.0;
    }
    let limitpriv = config.limitpriv.as_deref().unwrap_or_default();
    if withheld.ip_type {
        let instead = "set ip-type=shared or set ip-type=exclusive";
        let problem = Problem::new("ip-type", "", "cannot get ip-type", instead);
        found.add(Code::RequiredResourceMissing, Weight::Overrides, problem);
        // Without it the set of privileges cannot be worked out either, and there is no privilege to name.
        let sentence = format!("{zone}: invalid privilege: (null)");
        let problem = Problem::new("limitpriv", limitpriv, sentence, instead);
        found.add(Code::BadProperty, Weight::StopsSilently, problem);
        return found.0;
    }
    if let Some(privilege) = privilege::refused(limitpriv, config.ip_type) {
        found.add(
            Code::BadProperty,
            Weight::StopsSilently,
            Problem::new(
                "limitpriv",
                limitpriv,
                format!("{zone}: invalid privilege: {privilege}"),
                "\"default\", and after it privileges that a zone may have",
            ),
        );
        return found.0;
    }
    let stored = [
        ("hostid", &withheld.hostid),
        ("fs-allowed", &withheld.fs_allowed),
    ];
    for (property, value) in stored {
        if let Some(value) = value {
            let sentence = format!("{zone}: invalid {property}: {value}");
            let problem = Problem::new(property, value, sentence, format!("set {property}=VALUE"));
            found.add(Code::BadProperty, Weight::StopsSilently, problem);
            return found.0;
        }
    }
    for fs in &config.fs {
        found.required("fs", "dir", &fs.dir);
        found.required("fs", "special", &fs.special);
        found.required("fs", "type", &fs.fs_type);
    }
    networks(config, &mut found);
    resource_controls(config, &mut found);
    for attr in &config.attr {
        found.required("attr", "name", &attr.name);
        found.required("attr", "type", &attr.attr_type);
        found.required("attr", "value", &attr.value);
    }
    for name in &config.dataset {
        found.required("dataset", "name", name);
        if !name.is_empty() && !dataset::is_valid_name(name) {
            found.add(
                Code::BadProperty,
                Weight::Counts,
                Problem::new(
                    "dataset name",
                    name,
                    "dataset: name invalid",
                    "a ZFS file system, such as rpool/data/NAME",
                ),
            );
        }
    }
    admins(zone, config, &mut found);
    for (sentence, refuses) in config
        .security_flags
        .as_ref()
        .map(security_flags::problems)
        .unwrap_or_default()
    {
        let weight = if refuses {
            Weight::Overrides
        } else {
            Weight::Warns
        };
        found.add(
            Code::BadProperty,
            weight,
            Problem::new(
                "security-flags",
                "",
                sentence,
                "lower within default, default within upper",
            ),
        );
    }
    found.0
}

fn networks(config: &ZoneConfig, found: &mut Findings) {
    // Links with a default router, the last one first: the order in which the tool speaks of them.
    let mut links: Vec<(&str, bool, bool)> = Vec::new();
    for net in &config.net {
        found.required("net", "physical", &net.physical);
        if let Err(sentence) = net::physical(&net.physical, config.ip_type) {
            let problem = Problem::new(
                "net physical",
                &net.physical,
                sentence,
                "a link name: letters, digits, _ and ., ending in a number",
            );
            found.add(Code::Invalid, Weight::Counts, problem);
        }
        match config.ip_type {
            IpType::Shared => {
                found.required("net", "address", net.address.as_deref().unwrap_or_default());
                if let Some(address) = &net.allowed_address {
                    let problem = Problem::new(
                        "net allowed-address",
                        address,
                        "net: allowed-address cannot be specified for a shared IP type",
                        "address, or ip-type exclusive",
                    );
                    found.add(Code::Invalid, Weight::Counts, problem);
                }
            }
            IpType::Exclusive => {
                if let Some(address) = &net.address {
                    let problem = Problem::new(
                        "net address",
                        address,
                        "net: address cannot be specified for an exclusive IP type",
                        "allowed-address, or ip-type shared",
                    );
                    found.add(Code::Invalid, Weight::Counts, problem);
                    continue;
                }
                let (allowed, router) = (net.allowed_address.is_some(), net.defrouter.is_some());
                match links.iter_mut().find(|(name, ..)| *name == net.physical) {
                    Some((_, has_address, has_router)) => {
                        *has_address |= allowed;
                        *has_router |= router;
                    }
                    None => links.insert(0, (&net.physical, allowed, router)),
                }
            }
        }
    }
    for (name, _, _) in links
        .iter()
        .filter(|(_, address, router)| *router && !address)
    {
        let problem = Problem::new(
            "net defrouter",
            *name,
            format!(
                "net: defrouter for {name} cannot be specified without allowed-address for an exclusive IP type"
            ),
            "an allowed-address on the same link",
        );
        found.add(Code::Invalid, Weight::Overrides, problem);
    }
}

fn resource_controls(config: &ZoneConfig, found: &mut Findings) {
    for rctl in &config.rctl {
        found.required("rctl", "name", &rctl.name);
        if rctl.value.is_empty() {
            let problem = Problem::new(
                "rctl value",
                "",
                "rctl: no value specified",
                "a value (priv=privileged,limit=N,action=deny)",
            );
            found.add(Code::RequiredPropertyMissing, Weight::Counts, problem);
        }
    }
    let has = |name: &str| config.rctl.iter().any(|rctl| rctl.name == name);
    let mut incompatible = |property: &str, value: &str, sentence: String, instead: &str| {
        found.add(
            Code::Incompatible,
            Weight::Counts,
            Problem::new(property, value, sentence, instead),
        );
    };
    if config.dedicated_cpu.is_some() && has("zone.cpu-shares") {
        incompatible(
            "cpu-shares",
            "",
            "rctl zone.cpu-shares and dedicated-cpu are incompatible.".to_owned(),
            "one of the two",
        );
    }
    if let Some(class) = config
        .scheduling_class
        .as_deref()
        .filter(|class| *class != "FSS" && has("zone.cpu-shares"))
    {
        incompatible(
            "scheduling-class",
            class,
            format!("WARNING: rctl zone.cpu-shares and scheduling-class={class} are incompatible"),
            "FSS, or no cpu-shares",
        );
    }
    if config.dedicated_cpu.is_some() && has("zone.cpu-cap") {
        incompatible(
            "capped-cpu",
            "",
            "rctl zone.cpu-cap and the dedicated-cpu are incompatible.".to_owned(),
            "one of the two",
        );
    }
}

fn admins(zone: &str, config: &ZoneConfig, found: &mut Findings) {
    for admin in &config.admin {
        found.required("admin", "user", &admin.user);
        found.required("admin", "auths", &admin.auths);
        if found.is_clean() && !user::exists(&admin.user) {
            let sentence = format!("user {} is not a valid username", admin.user);
            let problem = Problem::new("admin user", &admin.user, sentence, "a user of this host");
            found.add(Code::BadProperty, Weight::Counts, problem);
        }
        if found.is_clean()
            && let Some(auth) = user::unknown_authorization(&admin.auths)
        {
            found.add(
                Code::BadProperty,
                Weight::Counts,
                unknown_authorization(zone, &admin.auths, auth),
            );
            if let Some(last) = found.0.last_mut() {
                last.by_library = true;
            }
        }
    }
}

/// What libzonecfg says of an authorisation that a zone cannot give.
pub fn unknown_authorization(zone: &str, auths: &str, auth: &str) -> Problem {
    Problem::new(
        "admin auths",
        auths,
        format!("zone '{zone}': '{auth}' is not a valid authorization"),
        user::AUTHORIZATIONS.join(", "),
    )
}
