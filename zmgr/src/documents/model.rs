//! What the documents say, once read and checked. Names are those of the KDL nodes.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::schema::Kind;
use crate::failure::Failure;
use compact_str::CompactString;
use illumos::datalink::MacAddress;
use illumos::zone::ZoneName;
use illumos::zone::config::{
    Admin, Attr, DedicatedCpu, Device, Fs, IpType, Net, Rctl, SecurityFlags,
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// `config.kdl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The template of `create` without `--template`.
    pub default_template: String,
    /// Where a new zone lies; `{zone}` stands for its name.
    pub zonepath: String,
    /// Named uplinks: templates name these instead of devices.
    pub uplinks: BTreeMap<String, Uplink>,
    /// The pattern of VNIC names; `{zone}`, `{net}` and `{index}` are replaced.
    pub vnic: Option<String>,
    /// How many zones are booted, halted or created at once.
    pub parallel: Option<usize>,
    /// Finished journal entries older than this are removed.
    pub history: Option<std::time::Duration>,
}

/// `uplink "public" link="igb0" vlan=20`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uplink {
    /// The link that VNICs are made over.
    pub link: String,
    /// The VLAN id, 1 to 4094.
    pub vlan: Option<u16>,
}

/// `pools/NAME.kdl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// The pool's name.
    pub name: String,
    /// The networks, in the order written; IPv4 and IPv6 may both be there.
    pub networks: Vec<PoolNetwork>,
    /// The lower link of VNICs: a link, an etherstub (made if absent) or an uplink's name.
    pub stub: Option<String>,
    /// The VLAN id of VNICs.
    pub vlan: Option<u16>,
    /// How the next address is chosen.
    pub choose: Choose,
    /// How long a released address is not given out again.
    pub quarantine: Option<std::time::Duration>,
    /// `validate` warns above this utilisation, in percent. 90 if not set.
    pub warn: Option<u8>,
    /// Addresses kept back by hand.
    pub reservations: Vec<Reservation>,
    /// Whether an address is probed on the wire before it is used.
    pub probe: bool,
}

/// A network of a pool and what of it may be given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolNetwork {
    /// The network, host bits clear.
    pub network: IpNet,
    /// The default router.
    pub gateway: Option<IpAddr>,
    /// Inclusive ranges that may be given out; empty together with `addresses` means all of the network.
    pub ranges: Vec<(IpAddr, IpAddr)>,
    /// Single addresses that may be given out.
    pub addresses: Vec<IpAddr>,
    /// Inclusive ranges that are never given out.
    pub exclude: Vec<(IpAddr, IpAddr)>,
}

/// How the next address of a pool is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choose {
    /// The lowest that is free.
    #[default]
    Lowest,
    /// The next one after the highest in use, from the start again at the end.
    Next,
    /// The highest that is free.
    Highest,
    /// By a hash of the zone's name, so that a zone made again gets the same.
    Hash,
}

/// `reserve "10.0.0.5" reason="printer" since="2026-03-22"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// The address.
    pub address: IpAddr,
    /// Why.
    pub reason: Option<String>,
    /// Since when: RFC 3339 date or time, as written.
    pub since: Option<String>,
}

/// `publishers/NAME.kdl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// The publisher's name.
    pub name: String,
    /// Its origins, in order.
    pub origins: Vec<String>,
    /// Its mirrors, in order.
    pub mirrors: Vec<String>,
    /// Whether it is sticky.
    pub sticky: bool,
}

/// What a template or a registry entry says of the zone itself. Each is `None` or empty where it says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Settings {
    /// `brand`.
    pub brand: Option<String>,
    /// `zonepath`, `{zone}` allowed in a template.
    pub zonepath: Option<String>,
    /// `autoboot`.
    pub autoboot: Option<bool>,
    /// `ip-type`.
    pub ip_type: Option<IpType>,
    /// `bootargs`.
    pub bootargs: Option<String>,
    /// `pool` of zonecfg, written `resource-pool` because `pool` names an address pool.
    pub resource_pool: Option<String>,
    /// `limitpriv`.
    pub limitpriv: Option<String>,
    /// `scheduling-class`.
    pub scheduling_class: Option<String>,
    /// `hostid`.
    pub hostid: Option<String>,
    /// `fs-allowed`.
    pub fs_allowed: Option<String>,
    /// `cpu-shares`.
    pub cpu_shares: Option<u64>,
    /// `capped-cpu`, in hundredths of a CPU.
    pub capped_cpu: Option<u64>,
    /// `dedicated-cpu`.
    pub dedicated_cpu: Option<DedicatedCpu>,
    /// `capped-memory`, each in bytes.
    pub capped_memory: CappedMemory,
    /// `max-lwps`.
    pub max_lwps: Option<u64>,
    /// `max-processes`.
    pub max_processes: Option<u64>,
    /// `max-shm-memory`, in bytes.
    pub max_shm_memory: Option<u64>,
    /// `max-shm-ids`.
    pub max_shm_ids: Option<u64>,
    /// `max-msg-ids`.
    pub max_msg_ids: Option<u64>,
    /// `max-sem-ids`.
    pub max_sem_ids: Option<u64>,
    /// `rctl`: those that no property above stands for.
    pub rctl: Vec<Rctl>,
    /// `fs`.
    pub fs: Vec<Fs>,
    /// `dataset`.
    pub dataset: Vec<String>,
    /// `device`.
    pub device: Vec<Device>,
    /// `attr`.
    pub attr: Vec<Attr>,
    /// `admin`.
    pub admin: Vec<Admin>,
    /// `security-flags`.
    pub security_flags: Option<SecurityFlags>,
    /// `install-args`: options handed to the brand at install.
    pub install_args: Vec<String>,
    /// `tags`.
    pub tags: Vec<String>,
}

/// `capped-memory { physical "1G"; swap "2G"; locked "512M"; }`, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CappedMemory {
    /// `physical`.
    pub physical: Option<u64>,
    /// `swap`.
    pub swap: Option<u64>,
    /// `locked`.
    pub locked: Option<u64>,
}

/// `templates/NAME.kdl`, with what it extends merged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The template's name.
    pub name: String,
    /// What it extends, nearest first.
    pub extends: Vec<String>,
    /// The zone's settings.
    pub settings: Settings,
    /// Its nets, in order. A template that names one pool for the whole zone has one net named after the pool.
    pub nets: Vec<TemplateNet>,
    /// Publishers, in order.
    pub publishers: Vec<String>,
    /// Default values of own variables.
    pub variables: BTreeMap<String, String>,
    /// What it and each template that it extends say themselves, nearest first; empty if it extends none.
    pub written: Vec<Written>,
}

/// What a template that others extend, or that extends others, says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The template's name.
    pub name: String,
    /// Its settings.
    pub settings: Settings,
    /// Its variables.
    pub variables: BTreeMap<String, String>,
}

/// How a net of a zone gets its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum AddressMode {
    /// Addresses from the pool, handed to the zone from the global zone.
    #[default]
    Static,
    /// The zone asks a DHCP server.
    Dhcp,
    /// Stateless IPv6 autoconfiguration.
    Addrconf,
}

/// A `net` block of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateNet {
    /// The net's name.
    pub name: String,
    /// The pool that addresses come from; `None` only where `mode` is not static.
    pub pool: Option<String>,
    /// How addresses are got.
    pub mode: AddressMode,
    /// The link settings.
    pub link: LinkSettings,
}

/// What a net says of its VNIC.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LinkSettings {
    /// The pattern of the VNIC's name.
    pub vnic: Option<String>,
    /// The lower link: a link, an etherstub or an uplink's name; the pool's if not set.
    pub stub: Option<String>,
    /// The VLAN id; the pool's or uplink's if not set.
    pub vlan: Option<u16>,
    /// A fixed MAC address.
    pub mac_address: Option<MacAddress>,
    /// Whether the MAC address is made from the names of host, zone and net, so that a zone made again has the same.
    pub keep_mac: Option<bool>,
    /// `mtu`, in bytes.
    pub mtu: Option<u32>,
    /// `maxbw`, as dladm(8) takes it.
    pub maxbw: Option<String>,
    /// `priority`: `low`, `medium`, `high`.
    pub priority: Option<String>,
    /// Other link properties.
    pub linkprop: BTreeMap<String, String>,
    /// Whether the zone may use its addresses only. True if not set.
    pub protect: Option<bool>,
    /// Whether the net's gateway becomes the zone's default router. True if not set.
    pub defrouter: Option<bool>,
    /// OmniOS: let the brand create the VNIC at boot (`global-nic`).
    pub on_demand: Option<bool>,
}

/// `zones/NAME.kdl`: the registry entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneEntry {
    /// The zone's name.
    pub name: ZoneName,
    /// The template that it was made from.
    pub template: Option<CompactString>,
    /// When it was made: RFC 3339, as written.
    pub created: Option<CompactString>,
    /// When it was imported, if zmgr did not make it: RFC 3339, as written.
    pub imported: Option<CompactString>,
    /// zmgr's own identity of the zone: kept in the zone's `zmgr-id` attr. `None` for a zone that zmgr did not make.
    pub id: Option<CompactString>,
    /// What is special to this zone, over its template.
    pub settings: Box<Settings>,
    /// Its nets, in the order of their VNICs.
    pub nets: Vec<ZoneNet>,
    /// Values of variables.
    pub variables: BTreeMap<String, String>,
}

/// A `net` of a registry entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneNet {
    /// The net's name.
    pub name: CompactString,
    /// The pool that the addresses came from.
    pub pool: Option<CompactString>,
    /// How addresses are got.
    pub mode: AddressMode,
    /// The addresses with their prefix lengths.
    pub addresses: Vec<IpNet>,
    /// The default routers, at most one a family.
    pub gateways: Vec<IpAddr>,
    /// The VNIC's name, as it is. A text because foreign configurations hold anything.
    pub vnic: Option<CompactString>,
    /// The lower link, as it is.
    pub stub: Option<CompactString>,
    /// Further link settings.
    pub link: LinkSettings,
    /// The `net` resources as they are, of a zone that zmgr did not make, where the fields above cannot say them.
    pub resources: Vec<Net>,
}

/// Everything under `/etc/zmgr`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documents {
    /// `config.kdl`.
    pub config: Config,
    /// By name.
    pub templates: BTreeMap<String, Template>,
    /// By name.
    pub pools: BTreeMap<String, Pool>,
    /// By name.
    pub publishers: BTreeMap<String, Publisher>,
    /// By name.
    pub zones: BTreeMap<ZoneName, ZoneEntry>,
    /// The documents that are there and cannot be used, by kind and name.
    pub invalid: BTreeMap<(Kind, String), Invalid>,
}

/// A document that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// What is wrong with it.
    pub failure: Failure,
    /// Everything in its text that is an address or a network; `None` if there is no text.
    pub networks: Option<Vec<IpNet>>,
}

impl Documents {
    /// Refuses a document that is there and cannot be used. One that is not there is not refused.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn usable(&self, kind: Kind, name: &str) -> Result<(), Failure> {
        // Hardly ever is one invalid, and then no name has to be copied.
        if self.invalid.is_empty() {
            return Ok(());
        }
        match self.invalid.get(&(kind, name.to_owned())) {
            Some(invalid) => Err(invalid.failure.clone()),
            None => Ok(()),
        }
    }

    /// The invalid documents of a kind, with their names.
    pub fn invalid(&self, kind: Kind) -> impl Iterator<Item = (&str, &Invalid)> {
        let of_kind = self.invalid.iter().filter(move |((of, _), _)| *of == kind);
        of_kind.map(|((_, name), invalid)| (name.as_str(), invalid))
    }
}
