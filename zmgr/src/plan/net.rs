//! One net of a zone: its addresses, its VNIC's name and MAC address, and what is refused before anything is made.

use crate::failure::Code;
use std::borrow::Cow;
use std::cell::RefCell;
use std::net::IpAddr;

use illumos::Flavour;
use illumos::datalink::{LinkName, MacAddress, MacAddressChoice, NewVnic};
use illumos::zone::ZoneName;
use illumos::zone::config::IpType;
use ipnet::IpNet;

use super::create::Planner;
use super::link_values;
use super::lower::{AUTO, Lower};
use super::mend::BOOT_PROPERTIES;
use super::zone_files::reads_files;
use crate::documents::Kind;
use crate::documents::model::{AddressMode, LinkSettings, Pool, TemplateNet, ZoneNet};
use crate::ipam::{Allocation, Family, Grade, Refused, Request, joined_length, vnic_name};
use crate::{ExitCode, Failure};

/// What is asked of a net besides what its document says.
pub(super) struct Asked<'w> {
    /// The zone.
    pub(super) zone: &'w ZoneName,
    /// The place of the net among the zone's.
    pub(super) place: usize,
    /// The zone's brand.
    pub(super) brand: &'w str,
    /// The zone's ip-type.
    pub(super) ip_type: IpType,
    /// The addresses that are asked for.
    pub(super) requests: &'w [Request],
    /// The VNIC's name, if it is asked for and not made from the pattern.
    pub(super) vnic: Option<&'w str>,
}

impl Planner<'_> {
    /// The net as the registry will have it.
    pub(super) fn net(
        &mut self,
        asked: &Asked<'_>,
        net: &TemplateNet,
        lower: &Lower,
        warnings: &mut Vec<String>,
    ) -> Result<ZoneNet, Failure> {
        self.check_possible(asked, net, lower)?;
        let (addresses, gateways) = match net.mode {
            AddressMode::Static => self.allocate(asked, net, warnings)?,
            AddressMode::Dhcp | AddressMode::Addrconf if !asked.requests.is_empty() => {
                let message = format!("net {} gets its addresses automatically", net.name);
                return Err(Failure::new(ExitCode::Usage, Code::CreateAddress, message)
                    .with_help("only a net with mode static can have a requested address"));
            }
            AddressMode::Dhcp | AddressMode::Addrconf => (Vec::new(), Vec::new()),
        };
        if net.link.protect != Some(false) && asked.ip_type == IpType::Exclusive {
            joined_length(&addresses).map_err(|error| {
                Failure::new(
                    ExitCode::Failed,
                    Code::CreateTooLong,
                    format!("net {}: {error}", net.name),
                )
                .with_help("put the addresses on two nets, or write `protect #false` into the net")
            })?;
        }
        let vnic = match asked.ip_type {
            IpType::Exclusive => Some(self.vnic_name(asked, net)?),
            IpType::Shared => None,
        };
        let mac_address = self.mac_address(asked, net)?;
        Ok(ZoneNet {
            name: net.name.as_str().into(),
            pool: net.pool.as_ref().map(Into::into),
            mode: net.mode,
            addresses,
            gateways,
            vnic: vnic.map(|vnic| vnic.as_str().into()),
            stub: Some(lower.link.as_str().into()),
            link: LinkSettings {
                vnic: None,
                stub: None,
                vlan: lower.vlan,
                mac_address,
                ..net.link.clone()
            },
            resources: Vec::new(),
        })
    }

    /// Refuses what this distribution, brand or ip-type cannot do.
    fn check_possible(
        &self,
        asked: &Asked<'_>,
        net: &TemplateNet,
        lower: &Lower,
    ) -> Result<(), Failure> {
        let refused = |message: String, help: &str| {
            let message = format!("net {}: {message}", net.name);
            Err(Failure::new(ExitCode::Usage, Code::CreateNetRefused, message).with_help(help))
        };
        let link = &net.link;
        if asked.ip_type == IpType::Shared {
            if net.mode != AddressMode::Static {
                return refused(
                    "a shared-IP zone cannot configure addresses itself".to_owned(),
                    "give the net a pool, or the zone ip-type exclusive",
                );
            }
            let own = link.mac_address.is_some()
                || link.keep_mac == Some(true)
                || link.on_demand == Some(true)
                || lower.vlan.is_some();
            if own {
                return refused(
                    "a shared-IP zone has no VNIC, so no VLAN, MAC address or on-demand".to_owned(),
                    "remove them, or give the zone ip-type exclusive",
                );
            }
            return Ok(());
        }
        link_values::check(&net.name, &net.link)?;
        lower.carries(net, self.observed)?;
        if link.linkprop.contains_key("zone") {
            return refused(
                "link property zone is set when the zone boots".to_owned(),
                "remove it",
            );
        }
        let handed_over = net.mode == AddressMode::Static && link.protect != Some(false);
        if let Some(property) = BOOT_PROPERTIES
            .into_iter()
            .find(|property| handed_over && link.linkprop.contains_key(*property))
        {
            return refused(
                format!(
                    "link property {property} is set by the system for the allowed addresses: the zone would not boot with another value"
                ),
                "remove it, or write `protect #false` and set `protection` and `allowed-ips` yourself",
            );
        }
        if link.on_demand == Some(true) {
            if self.observed.flavour == Flavour::Upstream {
                return refused(
                    "this distribution has no on-demand VNICs: its zone configuration has no `global-nic`".to_owned(),
                    "remove `on-demand`; then the VNIC is created with the zone",
                );
            }
            let properties = link.mtu.is_some()
                || link.maxbw.is_some()
                || link.priority.is_some()
                || !link.linkprop.is_empty();
            if properties {
                return refused(
                    "the brand creates an on-demand VNIC at each boot, without link properties"
                        .to_owned(),
                    "remove mtu, maxbw, priority and linkprop, or remove `on-demand`",
                );
            }
            let protected = net.mode == AddressMode::Static && link.protect != Some(false);
            if lower.link == AUTO && !protected {
                return refused(
                    "the brand finds the link of `auto` by the allowed address, and there is none"
                        .to_owned(),
                    "name the link",
                );
            }
        }
        if net.mode == AddressMode::Static
            && link.protect == Some(false)
            && !reads_files(asked.brand)
        {
            return refused(
                format!(
                    "a zone of brand {} gets its address from allowed-address, but `protect` is false",
                    asked.brand
                ),
                "remove `protect`, or use mode \"dhcp\"",
            );
        }
        Ok(())
    }

    /// A zone besides `zone` whose configuration or entry names the link.
    pub(super) fn other_user(&self, zone: &ZoneName, link: &str) -> Option<&ZoneName> {
        let claims = self.observed.claims.links.get(link).into_iter().flatten();
        let named = |net: &ZoneNet| net.vnic.as_deref() == Some(link);
        let entries = self.documents.zones.values();
        let registered = entries
            .filter(|entry| entry.nets.iter().any(named))
            .map(|entry| &entry.name);
        claims.chain(registered).find(|other| *other != zone)
    }

    fn vnic_name(&mut self, asked: &Asked<'_>, net: &TemplateNet) -> Result<LinkName, Failure> {
        // The zone's scripts split the names of `hostname.LINK` and `dhcp.LINK` at every dot.
        let by_file = net.mode != AddressMode::Static || net.link.protect == Some(false);
        let plain = |text: &str| match by_file {
            true => text.replace('.', "_"),
            false => text.to_owned(),
        };
        if let Some(name) = asked.vnic {
            let exists = |message: String, help: &str| {
                Err(Failure::new(ExitCode::Exists, Code::NetVnic, message).with_help(help))
            };
            let vnic = link_name(name)?;
            if self.observed.claims.plumbed.contains(name) {
                return exists(
                    format!("link {name} is an IP interface of the global zone"),
                    "a zone cannot have it; choose another name",
                );
            }
            if let Some(zone) = self.other_user(asked.zone, name) {
                return exists(
                    format!("zone {zone} already has a net on link {name}"),
                    "two zones cannot share a link; choose another name",
                );
            }
            if self.is_link(name)? {
                return exists(format!("link {name} already exists"), "choose another name");
            }
            if by_file && name.contains('.') {
                let message = format!("{name} has a dot, and the zone splits names at dots");
                return Err(Failure::new(ExitCode::Usage, Code::NetVnic, message)
                    .with_help("choose a name without a dot"));
            }
            self.links.insert(Cow::Owned(name.to_owned()));
            return Ok(vnic);
        }
        let pattern = net
            .link
            .vnic
            .as_deref()
            .or(self.documents.config.vnic.as_deref())
            .map(plain);
        let zone = plain(asked.zone.as_str());
        let zone = zone.parse().unwrap_or_else(|_| asked.zone.clone());
        let failed = RefCell::new(None);
        let taken = |name: &LinkName| {
            let taken = self.is_link(name.as_str());
            taken.unwrap_or_else(|failure| {
                failed.replace(Some(failure));
                false
            })
        };
        let (pattern, name) = (pattern.as_deref(), plain(&net.name));
        let vnic = vnic_name(pattern, &zone, &name, asked.place, &taken);
        if let Some(failure) = failed.into_inner() {
            return Err(failure);
        }
        self.links.insert(Cow::Owned(vnic.to_string()));
        Ok(vnic)
    }

    /// Whether a link has this name, or is to have it.
    fn is_link(&self, name: &str) -> Result<bool, Failure> {
        Ok(self.links.contains(name) || self.observed.links.find(name)?.is_some())
    }

    /// The net's MAC address: the one that is set, or one that the names of host, zone and net make.
    fn mac_address(
        &mut self,
        asked: &Asked<'_>,
        net: &TemplateNet,
    ) -> Result<Option<MacAddress>, Failure> {
        if net.link.mac_address.is_none() && net.link.keep_mac != Some(true) {
            return Ok(None);
        }
        if !self.live_mac_addresses {
            for link in self.observed.links.all()?.values() {
                let mac_address = link.vnic.as_ref().map(|vnic| vnic.mac_address);
                self.mac_addresses
                    .extend(mac_address.map(|mac| (mac, format!("VNIC {}", link.name))));
            }
            self.live_mac_addresses = true;
        }
        let address = net
            .link
            .mac_address
            .unwrap_or_else(|| self.kept_mac_address(asked, net));
        let Some(holder) = self.mac_addresses.get(&address) else {
            let holder = format!("zone {}", asked.zone);
            self.mac_addresses.insert(address, holder);
            return Ok(Some(address));
        };
        let message = format!(
            "net {}: MAC address {address} already belongs to {holder}",
            net.name
        );
        let failure = Failure::new(ExitCode::Exists, Code::CreateMacAddress, message);
        Err(failure
            .with_help("every link needs its own; `keep-mac #true` generates one for each zone"))
    }

    fn kept_mac_address(&self, asked: &Asked<'_>, net: &TemplateNet) -> MacAddress {
        let (host, zone) = (&self.nodename, asked.zone);
        let mut attempt: u32 = 0;
        loop {
            let hash = fnv(&format!("{host}\0{zone}\0{}\0{attempt}", net.name));
            let [a, b, c, d, e, f, g, h] = hash.to_le_bytes();
            // The prefix that libdladm gives to addresses that it makes: locally administered.
            let address = MacAddress([0x02, 0x08, 0x20, a ^ d ^ g, b ^ e ^ h, c ^ f]);
            if !self.mac_addresses.contains_key(&address) {
                return address;
            }
            attempt += 1;
        }
    }

    fn allocate(
        &mut self,
        asked: &Asked<'_>,
        net: &TemplateNet,
        warnings: &mut Vec<String>,
    ) -> Result<(Vec<IpNet>, Vec<IpAddr>), Failure> {
        let Some(name) = &net.pool else {
            return Ok((Vec::new(), Vec::new()));
        };
        self.documents.usable(Kind::Pool, name)?;
        let Some((name, pool)) = self.documents.pools.get_key_value(name) else {
            let message = format!(
                "net {} takes its addresses from pool {name}, which does not exist",
                net.name
            );
            return Err(Failure::new(
                ExitCode::NotFound,
                Code::PoolNotFound,
                message,
            ));
        };
        refuse_invalid(pool)?;
        self.refuse_unknown(&net.name)?;
        self.warn_of_overlaps(name, warnings);
        let probe = self.probe.filter(|_| pool.probe);
        let allocations = loop {
            let allocations = self
                .spaces
                .allocate(pool, asked.zone.as_str(), asked.requests)
                .map_err(|refused| refusal(name, &net.name, &refused))?;
            let Some(probe) = probe else {
                break allocations;
            };
            let mut answered = None;
            for address in allocations.iter().map(|given| given.address.addr()) {
                if let Some(what) = probe(address)? {
                    answered = Some((address, what));
                    break;
                }
            }
            let Some((address, what)) = answered else {
                break allocations;
            };
            if asked.requests.contains(&Request::Address(address)) {
                let message = format!("net {}: {address} {what}", net.name);
                let failure = Failure::new(ExitCode::Exists, Code::CreateAnswers, message);
                return Err(failure.with_help(format!(
                    "find out what uses it, and reserve it: `zmgr pool reserve {name} {address}`"
                )));
            }
            warnings.push(format!(
                "{address} {what}: it is skipped; `zmgr pool reserve {name} {address}` reserves it"
            ));
            // The others go back; the one that answers stays taken for the rest of this command.
            for given in &allocations {
                if given.address.addr() != address {
                    self.spaces.release(given.address.addr());
                }
            }
        };
        if let Some(message) = self.spaces.nearly_full(pool)
            && self.full.insert(name)
        {
            warnings.push(message);
        }
        // A zone that is the router of the network does not send through itself.
        let own = |gateway: &IpAddr| {
            let mut given = allocations.iter();
            given.any(|given| given.address.addr() == *gateway)
        };
        let mut gateways: Vec<IpAddr> = Vec::new();
        for gateway in allocations
            .iter()
            .filter_map(|given| given.gateway)
            .filter(|gateway| !own(gateway))
        {
            if !gateways
                .iter()
                .any(|known| Family::of(*known) == Family::of(gateway))
            {
                gateways.push(gateway);
            }
        }
        let address = |given: &Allocation| given.address;
        Ok((allocations.iter().map(address).collect(), gateways))
    }
}

impl Planner<'_> {
    /// Refuses to call any address free while those of a zone are not known.
    fn refuse_unknown(&self, net: &str) -> Result<(), Failure> {
        if self.assume_free {
            return Ok(());
        }
        // What can be read of an invalid entry is in the book.
        let entries = self.documents.invalid(Kind::Zone);
        let mut unread = entries.filter(|(_, invalid)| invalid.networks.is_none());
        let unread = unread
            .next()
            .map(|(zone, invalid)| (zone.to_owned(), invalid.failure.message.clone()));
        let configured = self.observed.claims.unknown.first_key_value();
        let configured = configured.map(|(zone, why)| (zone.to_string(), why.clone()));
        let Some((zone, why)) = configured.or(unread) else {
            return Ok(());
        };
        let message = format!("net {net}: the addresses of zone {zone} are not known: {why}");
        let failure = Failure::new(ExitCode::Failed, Code::CreateAddressesUnknown, message);
        Err(failure.with_help(
            "`zmgr doctor` says what to repair; with `--assume-free`, addresses are assigned anyway",
        ))
    }

    /// Tells of pools that give out addresses of this one: none is given out twice, but zones may get them with another prefix length or
    /// default router than is meant.
    fn warn_of_overlaps(&mut self, pool: &str, warnings: &mut Vec<String>) {
        let pools = self.documents.pools.values();
        let overlaps = self
            .overlaps
            .get_or_insert_with(|| crate::ipam::overlaps(pools));
        overlaps.retain(|overlap| {
            let concerned = overlap.pool == pool || overlap.other == pool;
            if concerned {
                warnings.push(overlap.to_string());
            }
            !concerned
        });
    }
}

/// Refuses more than one default router of a family from different nets, unless each of them says that it shall be one.
pub(super) fn check_routers(nets: &[ZoneNet]) -> Result<(), Failure> {
    for family in Family::ALL {
        let routing: Vec<&ZoneNet> = nets
            .iter()
            .filter(|net| {
                let has = |gateway: &IpAddr| Family::of(*gateway) == family;
                net.link.defrouter != Some(false) && net.gateways.iter().any(has)
            })
            .collect();
        let said = |net: &&ZoneNet| net.link.defrouter == Some(true);
        if routing.len() < 2 || routing.iter().all(said) {
            continue;
        }
        let names: Vec<&str> = routing.iter().map(|net| net.name.as_str()).collect();
        let message = format!(
            "the zone would get a default router for {family} from more than one net: {}",
            names.join(", ")
        );
        return Err(
            Failure::new(ExitCode::Invalid, Code::CreateRouters, message).with_help(
                "write `defrouter #false` into the nets that must not provide one, or `defrouter #true` into each net if you want several",
            ),
        );
    }
    Ok(())
}

/// The VNIC of a net.
pub(super) fn new_vnic(name: LinkName, over: &str, link: &LinkSettings) -> NewVnic {
    let mac_address = link.mac_address;
    NewVnic {
        name,
        over: over.to_owned(),
        mac_address: mac_address.map_or(MacAddressChoice::Auto, MacAddressChoice::Fixed),
        vlan_id: link.vlan,
        properties: properties(link),
        temporary: false,
    }
}

/// The link properties that a net sets.
pub(super) fn properties(link: &LinkSettings) -> Vec<(String, String)> {
    let mut properties: Vec<(String, String)> = Vec::new();
    properties.extend(link.mtu.map(|mtu| ("mtu".to_owned(), mtu.to_string())));
    properties.extend(link.maxbw.clone().map(|maxbw| ("maxbw".to_owned(), maxbw)));
    properties.extend(
        link.priority
            .clone()
            .map(|priority| ("priority".to_owned(), priority)),
    );
    properties.extend(link.linkprop.clone());
    properties
}

/// The name of a link, or why it cannot be one.
pub(super) fn link_name(text: &str) -> Result<LinkName, Failure> {
    text.parse().map_err(|error| {
        Failure::new(
            ExitCode::Usage,
            Code::CreateLinkName,
            format!("{text:?} cannot be the name of a link: {error}"),
        )
    })
}

/// Refuses a pool that `validate` calls invalid.
fn refuse_invalid(pool: &Pool) -> Result<(), Failure> {
    let problems = crate::ipam::check(pool);
    let Some(problem) = problems
        .into_iter()
        .find(|problem| problem.grade == Grade::Error)
    else {
        return Ok(());
    };
    let message = format!("pool {:?}: {}", pool.name, problem.kind);
    let mut failure = Failure::new(ExitCode::Invalid, problem.code(), message);
    failure.help = problem.help();
    Err(failure)
}

fn refusal(pool: &str, net: &str, refused: &Refused) -> Failure {
    let (exit, code) = match refused {
        Refused::Exhausted { .. } | Refused::RangeExhausted { .. } => {
            (ExitCode::Failed, Code::CreateNoFreeAddress)
        }
        Refused::Unavailable { .. } => (ExitCode::Exists, Code::CreateAddressTaken),
        Refused::NotARange { .. } => (ExitCode::Usage, Code::CreateAddress),
        Refused::Empty => (ExitCode::Invalid, Code::CreateAddress),
    };
    Failure::new(exit, code, format!("net {net}: pool {pool}: {refused}")).with_help(format!(
        "`zmgr pool show {pool}` shows what is used and what is free"
    ))
}

/// FNV-1a, 64 bits: the same in every release.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
