//! Making zones: addresses, names, configuration, steps.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use illumos::datalink::LinkName;
use illumos::zone::config::IpType;
use illumos::zone::{ZoneConfig, ZoneName};
use ipnet::IpNet;

use super::lower::{Lower, link_name, lower, new_vnic};
use super::{Action, DocumentChange, Plan, PublisherSetting, Step, Vnic, config};
use crate::documents::model::{
    AddressMode, Documents, LinkSettings, Settings, Template, TemplateNet, ZoneEntry, ZoneNet,
};
use crate::documents::render_zone;
use crate::ipam::{Book, Refused, Request, Space, joined_length, vnic_name};
use crate::observe::Observed;
use crate::{ExitCode, Failure};

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
    /// Whether it is booted at the end; `None` if `autoboot` decides.
    pub boot: Option<bool>,
    /// Its identity.
    pub id: String,
    /// The time: RFC 3339.
    pub created: String,
}

/// A zone that can be made.
#[derive(Debug, Clone)]
pub struct Planned {
    /// What the registry will say of it.
    pub entry: ZoneEntry,
    /// Its configuration.
    pub config: ZoneConfig,
    /// How it is made.
    pub plan: Plan,
}

/// Plans several zones one after the other, none of which gets what another one has.
#[derive(Debug)]
pub struct Planner<'a> {
    documents: &'a Documents,
    observed: &'a Observed,
    book: &'a Book,
    spaces: BTreeMap<&'a str, Space<'a>>,
    /// Names of zones and links, and zonepaths, of zones planned so far.
    zones: BTreeSet<ZoneName>,
    links: BTreeSet<String>,
    zonepaths: BTreeSet<String>,
}

impl<'a> Planner<'a> {
    /// A planner for a host. `book` says which addresses are taken.
    #[must_use]
    pub fn new(documents: &'a Documents, observed: &'a Observed, book: &'a Book) -> Self {
        let registered = documents
            .zones
            .values()
            .flat_map(|entry| &entry.nets)
            .filter_map(|net| net.vnic.clone());
        Self {
            documents,
            observed,
            book,
            spaces: BTreeMap::new(),
            zones: BTreeSet::new(),
            links: observed.links.keys().cloned().chain(registered).collect(),
            zonepaths: BTreeSet::new(),
        }
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
            template: Some(wanted.template.name.clone()),
            created: Some(wanted.created.clone()),
            id: Some(wanted.id.clone()),
            settings: wanted.settings.clone(),
            nets: Vec::new(),
            variables: wanted.variables.clone(),
        };
        let settings = config::settings(&entry, Some(wanted.template))?;
        let ip_type = settings.ip_type.unwrap_or(IpType::Exclusive);
        let mut lowers = Vec::new();
        let mut warnings = Vec::new();
        for (index, net) in config::nets(&entry, wanted.template)?.iter().enumerate() {
            let lower = lower(net, self.documents, self.observed)?;
            entry
                .nets
                .push(self.net(wanted, net, index, &lower, ip_type)?);
            if lower.missing {
                warnings.push(format!(
                    "there is no link {}: an etherstub of that name is created",
                    lower.link
                ));
            }
            lowers.push(lower);
        }
        if entry
            .nets
            .iter()
            .filter(|net| net.link.defrouter != Some(false) && !net.gateways.is_empty())
            .count()
            > 1
        {
            warnings.push(format!(
                "zone {} gets a default router from more than one net; write `defrouter #false` into those that shall not give one",
                entry.name
            ));
        }
        // What decides over the zone's place and kind is kept, so that a change of the template does not move it.
        entry.settings.brand = settings.brand.clone();
        let config = config::zone_config(
            &entry,
            Some(wanted.template),
            &self.documents.config,
            self.observed.flavour,
        )?;
        entry.settings.zonepath = Some(config.zonepath.clone());
        self.check_zonepath(&config.zonepath)?;
        let mut plan = Plan::new("create", vec![entry.name.clone()], Vec::new());
        plan.steps = self.steps(wanted, &entry, &config, &lowers, &settings.install_args)?;
        if !wanted.template.publishers.is_empty() && !has_image(&config.brand) {
            warnings.push(format!(
                "brand {} has no package image: the template's publishers are not set",
                config.brand
            ));
        }
        plan.warnings = warnings;
        self.zones.insert(entry.name.clone());
        self.zonepaths.insert(config.zonepath.clone());
        Ok(Planned {
            entry,
            config,
            plan,
        })
    }

    fn check_name(&self, name: &ZoneName) -> Result<(), Failure> {
        let exists = |message: String, help: String| {
            Err(Failure::new(ExitCode::Exists, "zmgr::create::exists", message).with_help(help))
        };
        if self.documents.zones.contains_key(name) || self.zones.contains(name) {
            return exists(
                format!("zone {name} exists already"),
                format!("look at it with `zmgr show {name}`"),
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
            "it has no net at all".to_owned()
        } else {
            format!("it has {}", names.join(", "))
        };
        Err(Failure::new(ExitCode::Usage, "zmgr::create::net", message).with_help(help))
    }

    /// Refuses a zonepath that the system, or a shell that a brand runs, would misread, or that another zone has.
    fn check_zonepath(&self, zonepath: &str) -> Result<(), Failure> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/_.,:=@+-".contains(c);
        let component = |part: &str| !part.is_empty() && part != "." && part != "..";
        let fits = zonepath
            .strip_prefix('/')
            .is_some_and(|rest| rest.split('/').all(component));
        if !fits || !zonepath.chars().all(plain) {
            let message = format!("{zonepath:?} cannot be a zonepath");
            return Err(Failure::new(ExitCode::Usage, "zmgr::create::zonepath", message).with_help(
                "it is absolute, without `.` and `..`, of letters, digits and `/_.,:=@+-` only: brands hand it to a shell",
            ));
        }
        let overlaps = |other: &str| {
            let inside = |one: &str, two: &str| {
                one.strip_prefix(two)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            inside(zonepath, other) || inside(other, zonepath)
        };
        let host = self
            .observed
            .zones
            .iter()
            .map(|zone| zone.zonepath.as_str());
        let registered = self
            .documents
            .zones
            .values()
            .filter_map(|entry| entry.settings.zonepath.as_deref());
        let planned = self.zonepaths.iter().map(String::as_str);
        let Some(other) = host
            .chain(registered)
            .chain(planned)
            .find(|other| overlaps(other))
        else {
            return Ok(());
        };
        let message = format!("zonepath {zonepath} overlaps {other}, which another zone has");
        Err(
            Failure::new(ExitCode::Exists, "zmgr::create::zonepath", message)
                .with_help("name another with --set zonepath=PATH"),
        )
    }

    /// A net of the entry: its addresses and the name of its VNIC.
    fn net(
        &mut self,
        wanted: &Wanted<'_>,
        net: &TemplateNet,
        index: usize,
        lower: &Lower,
        ip_type: IpType,
    ) -> Result<ZoneNet, Failure> {
        let (addresses, gateways) = match net.mode {
            AddressMode::Static => self.allocate(wanted, net)?,
            AddressMode::Dhcp | AddressMode::Addrconf => (Vec::new(), Vec::new()),
        };
        if net.link.protect != Some(false) && ip_type == IpType::Exclusive {
            joined_length(&addresses).map_err(|error| {
                Failure::new(
                    ExitCode::Failed,
                    "zmgr::create::too_long",
                    format!("net {}: {error}", net.name),
                )
                .with_help("put the addresses on two nets, or write `protect #false` into the net")
            })?;
        }
        let vnic = (ip_type == IpType::Exclusive).then(|| {
            let pattern = net
                .link
                .vnic
                .as_deref()
                .or(self.documents.config.vnic.as_deref());
            let taken = |name: &LinkName| self.links.contains(name.as_str());
            vnic_name(pattern, &wanted.name, &net.name, index, &taken)
        });
        if let Some(vnic) = &vnic {
            self.links.insert(vnic.to_string());
        }
        self.check_mac_address(net)?;
        Ok(ZoneNet {
            name: net.name.clone(),
            pool: net.pool.clone(),
            mode: net.mode,
            addresses,
            gateways,
            vnic: vnic.map(String::from),
            stub: Some(lower.link.clone()),
            link: LinkSettings {
                vnic: None,
                stub: None,
                vlan: lower.vlan,
                ..net.link.clone()
            },
            resources: Vec::new(),
        })
    }

    fn check_mac_address(&self, net: &TemplateNet) -> Result<(), Failure> {
        let Some(address) = net.link.mac_address else {
            return Ok(());
        };
        let has = |link: &&illumos::datalink::Link| {
            link.vnic
                .as_ref()
                .is_some_and(|vnic| vnic.mac_address == address)
        };
        let registered = self.documents.zones.values().find(|entry| {
            entry
                .nets
                .iter()
                .any(|net| net.link.mac_address == Some(address))
        });
        let holder = match (self.observed.links.values().find(has), registered) {
            (Some(link), _) => format!("VNIC {}", link.name),
            (None, Some(entry)) => format!("zone {}", entry.name),
            (None, None) => return Ok(()),
        };
        let message = format!(
            "net {}: MAC address {address} is {holder}'s already",
            net.name
        );
        Err(Failure::new(
            ExitCode::Exists,
            "zmgr::create::mac_address",
            message,
        ))
    }

    fn allocate(
        &mut self,
        wanted: &Wanted<'_>,
        net: &TemplateNet,
    ) -> Result<(Vec<IpNet>, Vec<IpAddr>), Failure> {
        let Some(name) = &net.pool else {
            return Ok((Vec::new(), Vec::new()));
        };
        let Some((name, pool)) = self.documents.pools.get_key_value(name) else {
            let message = format!(
                "net {} takes its addresses from pool {name}, which does not exist",
                net.name
            );
            return Err(Failure::new(
                ExitCode::NotFound,
                "zmgr::pool::not_found",
                message,
            ));
        };
        let book = self.book;
        let space = self
            .spaces
            .entry(name)
            .or_insert_with(|| Space::new(pool, book));
        let requests = wanted
            .addresses
            .get(&net.name)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let allocations = space
            .allocate(wanted.name.as_str(), requests)
            .map_err(|refused| refusal(name, &net.name, &refused))?;
        let addresses = allocations
            .iter()
            .map(|allocation| allocation.address)
            .collect();
        let gateways = allocations
            .iter()
            .filter_map(|allocation| allocation.gateway)
            .collect();
        Ok((addresses, gateways))
    }

    fn steps(
        &self,
        wanted: &Wanted<'_>,
        entry: &ZoneEntry,
        config: &ZoneConfig,
        lowers: &[Lower],
        install_args: &[String],
    ) -> Result<Vec<Step>, Failure> {
        let change = DocumentChange {
            path: entry_path(&entry.name),
            before: None,
            after: Some(render_zone(entry)),
        };
        let undo = Action::ChangeDocuments(vec![change.reversed()]);
        let mut steps = vec![Step::new(Action::ChangeDocuments(vec![change]), Some(undo))];
        for (net, lower) in entry.nets.iter().zip(lowers) {
            if net.link.on_demand == Some(true) {
                continue;
            }
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
            if let Some(name) = &net.vnic {
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
        let install = Action::Install {
            zone: entry.name.clone(),
            args: install_args.to_vec(),
        };
        steps.push(Step::new(
            install,
            Some(Action::Uninstall(entry.name.clone())),
        ));
        if has_image(&config.brand) && !wanted.template.publishers.is_empty() {
            let publishers = self.publishers(wanted.template)?;
            let image = format!("{}/root", config.zonepath);
            steps.push(Step::new(
                Action::SetPublishers {
                    zone: entry.name.clone(),
                    image,
                    publishers,
                },
                None,
            ));
        }
        if wanted.boot.unwrap_or(config.autoboot) {
            let boot = Action::Boot {
                zone: entry.name.clone(),
                args: Vec::new(),
            };
            steps.push(Step::new(boot, Some(Action::Halt(entry.name.clone()))));
        }
        Ok(steps)
    }

    fn publishers(&self, template: &Template) -> Result<Vec<PublisherSetting>, Failure> {
        let setting = |name: &String| {
            let publisher = self.documents.publishers.get(name).ok_or_else(|| {
                let message = format!(
                    "template {} names publisher {name}, which does not exist",
                    template.name
                );
                Failure::new(ExitCode::NotFound, "zmgr::publisher::not_found", message)
            })?;
            let (name, origins, sticky) = (
                publisher.name.clone(),
                publisher.origins.clone(),
                publisher.sticky,
            );
            Ok(PublisherSetting {
                name,
                origins,
                sticky,
            })
        };
        template.publishers.iter().map(setting).collect()
    }
}

/// Where the registry entry of a zone lies, below the directory of the documents.
#[must_use]
pub fn entry_path(name: &ZoneName) -> String {
    format!("zones/{name}.kdl")
}

/// Whether zones of the brand have a package image of their own (pkg(7)).
fn has_image(brand: &str) -> bool {
    matches!(brand, "ipkg" | "nlipkg" | "lipkg" | "sparse" | "pkgsrc")
}

fn refusal(pool: &str, net: &str, refused: &Refused) -> Failure {
    let (exit, code) = match refused {
        Refused::Exhausted { .. } | Refused::RangeExhausted { .. } => {
            (ExitCode::Failed, "zmgr::create::no_free_address")
        }
        Refused::Unavailable { .. } => (ExitCode::Exists, "zmgr::create::address_taken"),
        Refused::NotARange { .. } | Refused::Twice(_) => (ExitCode::Usage, "zmgr::create::address"),
        Refused::Empty => (ExitCode::Invalid, "zmgr::create::address"),
    };
    Failure::new(exit, code, format!("net {net}: pool {pool}: {refused}")).with_help(format!(
        "`zmgr pool show {pool}` shows what is used and what is free"
    ))
}
