//! The configuration of a zone: what zonecfg(8) reads and writes.

mod alias;
mod memory;

use serde::{Deserialize, Serialize};

use super::ZoneName;

pub use alias::UnknownAlias;
pub use memory::CappedMemory;

/// Whether a zone shares the global zone's IP stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IpType {
    /// `shared`: addresses are plumbed by the global zone. What an absent `ip-type` means.
    #[default]
    Shared,
    /// `exclusive`: the zone owns whole datalinks.
    Exclusive,
}

/// Everything that a zone's configuration says.
///
/// Field names are the property and resource names of zonecfg(8), with `_` for `-`. A property that is not set is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ZoneConfig {
    /// The zone's name.
    pub zonename: ZoneName,
    /// Where the zone lies: absolute, at most 1023 bytes.
    pub zonepath: String,
    /// The brand; empty means the system's default brand.
    pub brand: String,
    /// Whether the zone boots with the host.
    pub autoboot: bool,
    /// Boot arguments, at most 255 bytes.
    pub bootargs: Option<String>,
    /// The resource pool, at most 255 bytes; not with `dedicated-cpu`.
    pub pool: Option<String>,
    /// Privileges: `default,dtrace_proc`.
    pub limitpriv: Option<String>,
    /// The default scheduling class: `FSS`.
    pub scheduling_class: Option<String>,
    /// Shared or exclusive IP.
    pub ip_type: IpType,
    /// 32-bit host id in hexadecimal, not `ffffffff`.
    pub hostid: Option<String>,
    /// File system types that the zone may mount: comma list, at most 1024 bytes.
    pub fs_allowed: Option<String>,
    /// `fs` resources, in the order of the document, as all resources below.
    pub fs: Vec<Fs>,
    /// `net` resources.
    pub net: Vec<Net>,
    /// `device` resources.
    pub device: Vec<Device>,
    /// `dedicated-cpu`.
    pub dedicated_cpu: Option<DedicatedCpu>,
    /// `capped-memory` `physical`, in bytes, where it is not a resource control (upstream). `swap` and `locked` are in `rctl`.
    pub capped_memory_physical: Option<u64>,
    /// `attr` resources.
    pub attr: Vec<Attr>,
    /// `dataset` resources: names of delegated datasets.
    pub dataset: Vec<String>,
    /// `admin` resources.
    pub admin: Vec<Admin>,
    /// `rctl` resources, those behind `cpu-shares`, `capped-cpu`, `swap`, `max-lwps` and so on included.
    pub rctl: Vec<Rctl>,
    /// `security-flags`.
    pub security_flags: Option<SecurityFlags>,
}

/// An `fs` resource.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Fs {
    /// Where it is mounted in the zone: absolute.
    pub dir: String,
    /// What is mounted.
    pub special: String,
    /// The device to check, if the type needs one.
    pub raw: Option<String>,
    /// The file system type, at most 15 bytes: `lofs`, `zfs`.
    #[serde(rename = "type")]
    pub fs_type: String,
    /// Mount options.
    pub options: Vec<String>,
}

/// A `net` resource.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Net {
    /// The address of a shared-IP zone, at most 45 bytes with its prefix length.
    pub address: Option<String>,
    /// The address that an exclusive-IP zone may use on this link, at most 45 bytes with its prefix length.
    pub allowed_address: Option<String>,
    /// The datalink, at most 31 bytes.
    pub physical: String,
    /// The default router, at most 45 bytes.
    pub defrouter: Option<String>,
    /// Extended flavour: the link over which the brand creates `physical` at boot; `auto` lets it choose.
    pub global_nic: Option<String>,
    /// Extended flavour: the MAC address, at most 19 bytes.
    pub mac_addr: Option<String>,
    /// Extended flavour: the VLAN id, at most 10 bytes of text.
    pub vlan_id: Option<String>,
    /// Extended flavour: `property (name=…,value="…")`.
    pub property: Vec<Property>,
}

/// A named value of a `net` or `device` resource on the extended flavour.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Property {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// A `device` resource.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Device {
    /// The pattern below `/dev`.
    #[serde(rename = "match")]
    pub match_: String,
    /// Extended flavour: properties.
    pub property: Vec<Property>,
}

/// The `dedicated-cpu` resource.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DedicatedCpu {
    /// A number of CPUs, or a range: `2`, `1-4`.
    pub ncpus: String,
    /// The importance of the pool.
    pub importance: Option<String>,
}

/// An `attr` resource.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attr {
    /// `[A-Za-z0-9][A-Za-z0-9.-]*`, at most 255 bytes.
    pub name: String,
    /// `boolean`, `int`, `string` or `uint`.
    #[serde(rename = "type")]
    pub attr_type: String,
    /// The value; not empty, at most 255 bytes if the type is `string`.
    pub value: String,
}

/// An `admin` resource.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Admin {
    /// The user name, at most 31 bytes.
    pub user: String,
    /// Comma list of `login`, `manage`, `clonefrom`.
    pub auths: String,
}

/// An `rctl` resource.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rctl {
    /// The resource control: `zone.max-lwps`.
    pub name: String,
    /// Its values.
    pub value: Vec<RctlValue>,
}

/// One value of an `rctl` resource.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RctlValue {
    /// `privileged`.
    #[serde(rename = "priv")]
    pub priv_: String,
    /// The limit, a decimal number in the control's unit.
    pub limit: String,
    /// `none` or `deny`.
    pub action: String,
}

/// The `security-flags` resource.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SecurityFlags {
    /// Flags that processes may not drop.
    pub lower: Option<String>,
    /// Flags that processes get.
    pub default: Option<String>,
    /// Flags that processes may have.
    pub upper: Option<String>,
}

/// A property or resource property that stands for a resource control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alias {
    /// `max-lwps`: `zone.max-lwps`, at least 100.
    MaxLwps,
    /// `max-processes`: `zone.max-processes`, at least 100.
    MaxProcesses,
    /// `max-shm-memory`: bytes.
    MaxShmMemory,
    /// `max-shm-ids`.
    MaxShmIds,
    /// `max-msg-ids`.
    MaxMsgIds,
    /// `max-sem-ids`.
    MaxSemIds,
    /// `cpu-shares`.
    CpuShares,
    /// `capped-memory` `locked`: bytes.
    Locked,
    /// `capped-memory` `swap`: bytes, at least 50 MiB.
    Swap,
    /// `capped-memory` `physical`: bytes. A resource control on the extended flavour only.
    Physical,
    /// `capped-cpu` `ncpus`: hundredths of a CPU.
    CpuCap,
}

impl ZoneConfig {
    /// A configuration with nothing set but its name, zonepath and brand, `ip-type` exclusive and `autoboot` false.
    #[must_use]
    pub fn new(zonename: ZoneName, zonepath: impl Into<String>, brand: impl Into<String>) -> Self {
        Self {
            zonename,
            zonepath: zonepath.into(),
            brand: brand.into(),
            autoboot: false,
            bootargs: None,
            pool: None,
            limitpriv: None,
            scheduling_class: None,
            ip_type: IpType::Exclusive,
            hostid: None,
            fs_allowed: None,
            fs: Vec::new(),
            net: Vec::new(),
            device: Vec::new(),
            dedicated_cpu: None,
            capped_memory_physical: None,
            attr: Vec::new(),
            dataset: Vec::new(),
            admin: Vec::new(),
            rctl: Vec::new(),
            security_flags: None,
        }
    }
}
