//! Making zones: addresses, names, configuration, steps.

use crate::failure::Code;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::IpAddr;

use compact_str::CompactString;
use illumos::datalink::MacAddress;
use illumos::ips::{Publisher, Setting};
use illumos::zone::config::IpType;
use illumos::zone::{ZoneConfig, ZoneName};

use super::lower::{Lower, lower};
use super::net::{Asked, check_routers, link_name, new_vnic};
use super::possible;
use super::publishers::{Wished, check_install_args, has_image, is_linked, wished};
use super::zone_files::{modes_left_out, routers_left_out, zone_files};
use super::zonepaths::Zonepaths;
use super::{Action, DocumentChange, Plan, Step, Vnic};
use crate::documents::Kind;
use crate::documents::model::{Documents, Settings, Template, ZoneEntry};
use crate::documents::render_zone;
use crate::ipam::{Book, Overlap, Request, Spaces};
use crate::observe::Observed;
use crate::{ExitCode, Failure, registry};

/// A zone that is asked for.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Its name.
    pub name: ZoneName,
    /// What it is made from.
    pub template: &'a Template,
    /// What is special to it, over the template.
    pub settings: Settings,
    /// Addresses that are asked for, by net.
    pub addresses: BTreeMap<String, Vec<Request>>,
    /// Values of variables.
    pub variables: BTreeMap<String, String>,
    /// How far it is brought.
    pub until: Until,
    /// Its identity.
    pub id: String,
    /// The time: RFC 3339.
    pub created: String,
}

/// How far a zone is brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Until {
    /// Booted if it has `autoboot`, else installed.
    #[default]
    Autoboot,
    /// Booted.
    Running,
    /// Installed.
    Installed,
    /// Configured: nothing is written into its zonepath.
    Configured,
}

/// What is made of an entry.
pub(super) struct Making<'m> {
    pub(super) entry: &'m ZoneEntry,
    pub(super) config: &'m ZoneConfig,
    pub(super) template: Option<&'m Template>,
    pub(super) install_args: &'m [String],
    pub(super) until: Until,
}

/// A zone that can be made.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Its configuration.
    pub config: ZoneConfig,
    /// How it is made.
    pub plan: Plan,
}

/// Asks the network whether something answers to an address: what it is, as the end of a sentence about the address.
pub type Probe = dyn Fn(IpAddr) -> Result<Option<String>, Failure>;

/// Reads the publishers of the global zone.
pub type Packages = dyn Fn() -> Result<Vec<Publisher>, Failure>;

/// Plans several zones one after the other, none of which gets what another one has.
pub struct Planner<'a> {
    pub(super) documents: &'a Documents,
    pub(super) observed: &'a Observed,
    pub(super) spaces: Spaces<'a>,
    /// Names of zones planned so far.
    pub(super) zones: BTreeSet<ZoneName>,
    pub(super) zonepaths: Zonepaths<'a>,
    /// Lower links that are not there and were told of.
    pub(super) missing: BTreeSet<String>,
    /// Every name that a zone's configuration, an entry or a zone planned so far gives to a link.
    pub(super) links: HashSet<Cow<'a, str>>,
    /// Every MAC address that a zone's configuration, an entry or a zone planned so far gives to a link, and whose it is.
    pub(super) mac_addresses: BTreeMap<MacAddress, String>,
    /// Whether the MAC addresses of the host's links are among them: they are asked for if one must not be had by another.
    pub(super) live_mac_addresses: bool,
    /// What makes MAC addresses of this host other than those of another.
    pub(super) nodename: String,
    /// Asks the network who answers to an address.
    pub(super) probe: Option<&'a Probe>,
    /// Reads the publishers of the global zone, once they are needed.
    pub(super) packages: Option<&'a Packages>,
    pub(super) host_publishers: Option<Vec<Publisher>>,
    /// Pools that give out the same addresses, looked for when a pool is first used; each pair is told once.
    pub(super) overlaps: Option<Vec<Overlap<'a>>>,
    /// Pools that were said to be nearly full.
    pub(super) full: BTreeSet<&'a str>,
    /// Whether addresses are given out although some zone's are not known.
    pub(super) assume_free: bool,
}

impl std::fmt::Debug for Planner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Planner")
            .field("spaces", &self.spaces)
            .field("zones", &self.zones)
            .finish_non_exhaustive()
    }
}

impl<'a> Planner<'a> {
    /// A planner for a host. `book` says which addresses are taken.
    #[must_use]
    pub fn new(documents: &'a Documents, observed: &'a Observed, book: &'a Book) -> Self {
        let nets = || documents.zones.values().flat_map(|entry| &entry.nets);
        let registered = nets().filter_map(|net| net.vnic.as_deref());
        let mut mac_addresses = BTreeMap::new();
        for entry in documents.zones.values() {
            let fixed = entry.nets.iter().filter_map(|net| net.link.mac_address);
            mac_addresses.extend(fixed.map(|mac| (mac, format!("zone {}", entry.name))));
        }
        for (mac, zone) in &observed.claims.mac_addresses {
            mac_addresses.insert(*mac, format!("zone {zone}"));
        }
        let claimed = observed.claims.links.keys().map(CompactString::as_str);
        Self {
            documents,
            observed,
            spaces: Spaces::new(book),
            zones: BTreeSet::new(),
            zonepaths: Zonepaths::of(documents, observed),
            missing: BTreeSet::new(),
            links: claimed.chain(registered).map(Cow::Borrowed).collect(),
            mac_addresses,
            live_mac_addresses: false,
            nodename: String::new(),
            probe: None,
            packages: None,
            host_publishers: None,
            overlaps: None,
            full: BTreeSet::new(),
            assume_free: false,
        }
    }

    /// Gives out addresses even if there are zones whose addresses are not known.
    pub fn assume_free(&mut self, assume: bool) {
        self.assume_free = assume;
    }

    /// With the host's name, which goes into MAC addresses that are kept.
    #[must_use]
    pub fn with_nodename(mut self, nodename: impl Into<String>) -> Self {
        self.nodename = nodename.into();
        self
    }

    /// With somebody who asks the network, for pools that want it.
    #[must_use]
    pub fn with_probe(mut self, probe: &'a Probe) -> Self {
        self.probe = Some(probe);
        self
    }

    /// With somebody who reads the publishers of the global zone.
    #[must_use]
    pub fn with_packages(mut self, packages: &'a Packages) -> Self {
        self.packages = Some(packages);
        self
    }

    /// Plans a zone.
    ///
    /// # Errors
    /// Exit status 7 if the name or the zonepath is taken; 1 if a pool has no free address or a lower link cannot be used; 2 if a
    /// value that was given cannot be used.
    pub fn create(&mut self, wanted: &Wanted<'_>) -> Result<Planned, Failure> {
        self.check_name(&wanted.name)?;
        self.check_nets(wanted)?;
        let mut entry = ZoneEntry {
            name: wanted.name.clone(),
            template: Some(wanted.template.name.as_str().into()),
            created: Some(wanted.created.as_str().into()),
            imported: None,
            id: Some(wanted.id.as_str().into()),
            settings: Box::new(wanted.settings.clone()),
            nets: Vec::new(),
            variables: wanted.variables.clone(),
        };
        registry::check_variables(&entry, wanted.template)?;
        let settings = registry::settings(&entry, Some(wanted.template))?;
        let ip_type = settings.ip_type.unwrap_or(IpType::Exclusive);
        let mut lowers = Vec::new();
        let mut warnings = Vec::new();
        for (index, net) in registry::nets(&entry, wanted.template)?.iter().enumerate() {
            let lower = lower(net, ip_type, self.documents, self.observed)?;
            let requests = wanted.addresses.get(&net.name);
            let asked = Asked {
                zone: &wanted.name,
                place: index,
                brand: settings.brand.as_deref().unwrap_or_default(),
                ip_type,
                requests: requests.map(Vec::as_slice).unwrap_or_default(),
                vnic: None,
            };
            entry
                .nets
                .push(self.net(&asked, net, &lower, &mut warnings)?);
            if lower.missing && self.missing.insert(lower.link.clone()) {
                warnings.push(format!(
                    "there is no link {}: zmgr creates an etherstub of that name",
                    lower.link
                ));
            }
            lowers.push(Some(lower));
        }
        check_routers(&entry.nets)?;
        // What decides over the zone's place and kind is kept, so that a change of the template does not move it.
        entry.settings.brand = settings.brand.clone();
        let config = registry::zone_config(
            &entry,
            Some(wanted.template),
            &self.documents.config,
            self.observed.flavour,
        )?;
        entry.settings.zonepath = Some(config.zonepath.clone());
        check_plain(&config.zonepath)?;
        self.check_overlap(&config.zonepath, &entry.name)?;
        let mut plan = Plan::new("create", vec![entry.name.clone()], Vec::new());
        let change = DocumentChange {
            path: entry_path(&entry.name),
            before: None,
            after: Some(render_zone(&entry)),
        };
        let undo = Action::ChangeDocuments(vec![change.reversed()]);
        plan.steps = vec![Step::new(Action::ChangeDocuments(vec![change]), Some(undo))];
        let making = Making {
            entry: &entry,
            config: &config,
            template: Some(wanted.template),
            install_args: &settings.install_args,
            until: wanted.until,
        };
        self.steps(&making, &lowers, &mut plan)?;
        if !wanted.template.publishers.is_empty() && !has_image(&config.brand) {
            warnings.push(format!(
                "brand {} has no package image: the template's publishers are not set",
                config.brand
            ));
        }
        warnings.extend(routers_left_out(&entry.nets));
        if ip_type == IpType::Exclusive {
            warnings.extend(modes_left_out(&entry.nets, &config.brand));
        }
        plan.warnings.splice(0..0, warnings);
        self.zones.insert(entry.name.clone());
        self.zonepaths.plan(&config.zonepath);
        Ok(Planned { config, plan })
    }

    fn check_name(&self, name: &ZoneName) -> Result<(), Failure> {
        let exists = |message: String, help: String| {
            Err(Failure::new(ExitCode::Exists, Code::CreateExists, message).with_help(help))
        };
        self.documents.usable(Kind::Zone, name.as_str())?;
        if self.documents.zones.contains_key(name) || self.zones.contains(name) {
            return exists(
                format!("zone {name} exists already"),
                match self.observed.zone(name) {
                    None if !self.zones.contains(name) => {
                        format!(
                            "the host has lost it: `zmgr create {name} --from-registry` creates it again"
                        )
                    }
                    _ => format!("inspect it with `zmgr show {name}`"),
                },
            );
        }
        if let Some(zone) = self.observed.zone(name) {
            return exists(
                format!(
                    "zone {name} exists already on this host, {} and not registered",
                    zone.state
                ),
                format!("`zmgr import {name}` registers it"),
            );
        }
        Ok(())
    }

    /// Refuses addresses for nets that the template does not have.
    fn check_nets(&self, wanted: &Wanted<'_>) -> Result<(), Failure> {
        let has = |name: &&String| !wanted.template.nets.iter().any(|net| net.name == **name);
        let Some(unknown) = wanted.addresses.keys().find(has) else {
            return Ok(());
        };
        let message = format!("template {} has no net {unknown}", wanted.template.name);
        let names: Vec<&str> = wanted
            .template
            .nets
            .iter()
            .map(|net| net.name.as_str())
            .collect();
        let help = if names.is_empty() {
            "it has no nets".to_owned()
        } else {
            format!("it has {}", names.join(", "))
        };
        Err(Failure::new(ExitCode::Usage, Code::CreateNet, message).with_help(help))
    }

    /// Refuses a zonepath that another zone than `own` has, or that lies within that of another, or around it.
    pub(super) fn check_overlap(&self, zonepath: &str, own: &ZoneName) -> Result<(), Failure> {
        let Some(other) = self.zonepaths.overlapping(zonepath, own) else {
            return Ok(());
        };
        let message = format!("zonepath {zonepath} overlaps {other}, which another zone has");
        Err(
            Failure::new(ExitCode::Exists, Code::CreateZonepath, message)
                .with_help("choose another with --set zonepath=PATH"),
        )
    }

    /// Adds the steps that make the zone. Of each net `lowers` says over what its VNIC is made; `None` if none is.
    pub(super) fn steps(
        &mut self,
        making: &Making<'_>,
        lowers: &[Option<Lower>],
        plan: &mut Plan,
    ) -> Result<(), Failure> {
        let Making { entry, config, .. } = *making;
        if making.until != Until::Configured {
            possible::install(config, making.install_args, self.observed)?;
        }
        let publishers = self.publishers(making, &mut plan.warnings)?;
        let steps = &mut plan.steps;
        for (net, lower) in entry.nets.iter().zip(lowers) {
            let Some(lower) = lower else {
                continue;
            };
            if lower.missing {
                let name = link_name(&lower.link)?;
                let made = steps
                    .iter()
                    .any(|step| step.action == Action::CreateEtherstub(name.clone()));
                if !made {
                    steps.push(Step::new(
                        Action::CreateEtherstub(name.clone()),
                        Some(Action::DeleteEtherstub {
                            name,
                            zone: entry.name.clone(),
                        }),
                    ));
                }
            }
            // An on-demand VNIC is made by the brand when the zone boots.
            if let Some(name) = net
                .vnic
                .as_ref()
                .filter(|_| net.link.on_demand != Some(true))
            {
                let vnic = new_vnic(link_name(name)?, &lower.link, &net.link);
                let undo = Action::DeleteVnic(Vnic::made_from(&vnic));
                steps.push(Step::new(Action::CreateVnic(vnic), Some(undo)));
            }
        }
        let boxed = Box::new(config.clone());
        steps.push(Step::new(
            Action::CreateZone(boxed.clone()),
            Some(Action::DeleteZone(boxed)),
        ));
        if making.until == Until::Configured {
            return Ok(());
        }
        let install = Action::Install {
            zone: entry.name.clone(),
            args: making.install_args.to_vec(),
        };
        steps.push(Step::new(
            install,
            Some(Action::TakeBackInstall {
                zone: entry.name.clone(),
                zonepath: config.zonepath.clone(),
                before: None,
            }),
        ));
        let files = zone_files(&entry.nets, &config.brand, config.ip_type);
        if !files.is_empty() {
            // Uninstalling takes them away.
            let write = Action::WriteZoneFiles {
                zone: entry.name.clone(),
                zonepath: config.zonepath.clone(),
                files,
            };
            steps.push(Step::new(write, None));
        }
        if !publishers.is_empty() {
            steps.push(Step::new(
                Action::SetPublishers {
                    zone: entry.name.clone(),
                    image: format!("{}/root", config.zonepath),
                    publishers,
                },
                None,
            ));
        }
        if making.until == Until::Running || (making.until == Until::Autoboot && config.autoboot) {
            let boot = Action::Boot {
                zone: entry.name.clone(),
                args: Vec::new(),
            };
            steps.push(Step::new(boot, Some(Action::Halt(entry.name.clone()))));
        }
        Ok(())
    }

    /// The publishers that are set in the zone's image, once it is installed.
    fn publishers(
        &mut self,
        making: &Making<'_>,
        warnings: &mut Vec<String>,
    ) -> Result<Vec<Setting>, Failure> {
        let Making {
            config, template, ..
        } = *making;
        let asked = template.filter(|template| !template.publishers.is_empty());
        let given = making.install_args.iter().any(|arg| arg.starts_with("-P"));
        if making.until == Until::Configured
            || !has_image(&config.brand)
            || asked.is_none() && !given
        {
            return Ok(Vec::new());
        }
        let (documents, linked) = (
            self.documents,
            is_linked(self.observed.flavour, &config.brand),
        );
        let host = self.host_publishers()?;
        check_install_args(making.install_args, host, linked)?;
        let wished = match asked {
            Some(template) => wished(template, documents, host, linked)?,
            None => Wished::default(),
        };
        warnings.extend(wished.warnings);
        Ok(wished.settings)
    }

    /// The publishers of the global zone, read once.
    fn host_publishers(&mut self) -> Result<&[Publisher], Failure> {
        if self.host_publishers.is_none() {
            self.host_publishers = Some(
                self.packages
                    .map_or_else(|| Ok(Vec::new()), |read| read())?,
            );
        }
        Ok(self.host_publishers.as_deref().unwrap_or_default())
    }
}

/// Refuses a zonepath that the system, or a shell that a brand runs, would misread.
pub(super) fn check_plain(zonepath: &str) -> Result<(), Failure> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/_.,:=@+-".contains(c);
    let component = |part: &str| !part.is_empty() && part != "." && part != "..";
    let fits = zonepath
        .strip_prefix('/')
        .is_some_and(|rest| rest.split('/').all(component));
    if fits && zonepath.chars().all(plain) {
        return Ok(());
    }
    let message = format!("{zonepath:?} cannot be a zonepath");
    Err(Failure::new(ExitCode::Usage, Code::CreateZonepath, message).with_help(
        "use an absolute path without `.` and `..`, with only letters, digits and `/_.,:=@+-`, because brands pass it to a shell",
    ))
}

/// Where the registry entry of a zone lies, below the directory of the documents.
#[must_use]
pub fn entry_path(name: &ZoneName) -> String {
    format!("zones/{name}.kdl")
}
