//! Datalinks: links, VNICs, etherstubs and their properties, through libdladm.
//!
//! A VNIC of a zone is made in the global zone and named in the zone's configuration; `zoneadmd` moves it into the zone at boot and back at halt.
//! libdladm is a private interface; where it is known to have another call for creating VNICs, dladm(8) is run instead.

mod bandwidth;
mod create;
mod dladm;
mod handle;
mod list;
mod mac;
mod name;
mod property;

pub use bandwidth::{Bandwidth, InvalidBandwidth};
pub use mac::{InvalidMacAddress, MacAddress};
pub use name::{InvalidLinkName, LinkName};

use serde::{Deserialize, Serialize};

use self::handle::Handle;

/// The class of a datalink, in the words of dladm(8).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LinkClass {
    /// A physical device.
    Phys,
    /// A VLAN.
    Vlan,
    /// An aggregation.
    Aggr,
    /// A VNIC.
    Vnic,
    /// An etherstub.
    Etherstub,
    /// A simulated network device.
    Simnet,
    /// A bridge.
    Bridge,
    /// An IP tunnel.
    Iptun,
    /// An IB partition.
    Part,
    /// An overlay.
    Overlay,
    /// A class that this crate does not know, by its number.
    Unknown(u32),
}

/// A datalink.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Link {
    /// The name.
    pub name: String,
    /// The class.
    pub class: LinkClass,
    /// Whether the link is active; one that is not is stored for the next boot only.
    pub active: bool,
    /// Whether the link is stored for the next boot.
    pub persistent: bool,
    /// The maximum transmission unit in bytes, if the link tells.
    pub mtu: Option<u32>,
    /// The zone that the link is assigned to now, if not the global one.
    pub zone: Option<String>,
    /// Details if it is a VNIC.
    pub vnic: Option<VnicDetails>,
}

/// What a VNIC has besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct VnicDetails {
    /// The lower link; `None` if it is gone.
    pub over: Option<String>,
    /// The MAC address.
    pub mac_address: MacAddress,
    /// The VLAN id; `None` if untagged.
    pub vlan_id: Option<u16>,
}

/// How a new VNIC gets its MAC address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MacAddressChoice {
    /// The system chooses.
    #[default]
    Auto,
    /// Random.
    Random,
    /// This one.
    Fixed(MacAddress),
}

/// A VNIC to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct NewVnic {
    /// The name.
    pub name: LinkName,
    /// The lower link: physical, aggregation, etherstub, overlay or simnet.
    pub over: String,
    /// Where the MAC address comes from.
    pub mac_address: MacAddressChoice,
    /// The VLAN id, 1 to 4094; `None` for untagged.
    pub vlan_id: Option<u16>,
    /// Link properties: `("maxbw", "100M")`.
    pub properties: Vec<(String, String)>,
    /// Whether it is temporary: it is gone after the next boot of the host.
    pub temporary: bool,
}

/// A connection to libdladm. Closed on drop. May be handed to another thread, but not used by two at once.
#[derive(Debug)]
pub struct Datalinks {
    handle: Handle,
}
