//! Datalinks: links, VNICs, etherstubs and their properties, through libdladm.

mod mac;
mod name;

pub use mac::{InvalidMacAddress, MacAddress};
pub use name::{InvalidLinkName, LinkName};

use serde::{Deserialize, Serialize};

use crate::Result;

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
    /// Whether it is gone at the next boot of the host.
    pub temporary: bool,
}

/// A connection to libdladm.
#[derive(Debug)]
pub struct Datalinks {
    _private: (),
}

impl Datalinks {
    /// Opens libdladm. Needs no privilege.
    ///
    /// # Errors
    /// If `/dev/dld` cannot be opened.
    pub fn open() -> Result<Self> {
        unimplemented!()
    }

    /// Lists every link, those included that are stored only, or assigned to zones.
    ///
    /// # Errors
    /// If libdladm fails.
    pub fn list(&self) -> Result<Vec<Link>> {
        unimplemented!()
    }

    /// The link named `name`, or `None`.
    ///
    /// # Errors
    /// If libdladm fails.
    pub fn find(&self, name: &str) -> Result<Option<Link>> {
        let _ = name;
        unimplemented!()
    }

    /// Creates a VNIC. Needs `sys_dl_config`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::AlreadyExists`] if the name is taken; [`crate::ErrorKind::NotFound`] if the lower link is not there;
    /// [`crate::ErrorKind::Invalid`] if the lower link is itself a VNIC or VLAN, or a value is refused; [`crate::ErrorKind::Busy`] if the MAC address is in use.
    pub fn create_vnic(&self, vnic: &NewVnic) -> Result<Link> {
        let _ = vnic;
        unimplemented!()
    }

    /// Deletes a VNIC, active and stored. Needs `sys_dl_config`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`]; [`crate::ErrorKind::Invalid`] if it is no VNIC; [`crate::ErrorKind::Busy`] if it is plumbed or in a running zone.
    pub fn delete_vnic(&self, name: &LinkName) -> Result<()> {
        let _ = name;
        unimplemented!()
    }

    /// Creates an etherstub.
    ///
    /// # Errors
    /// As [`create_vnic`](Self::create_vnic).
    pub fn create_etherstub(&self, name: &LinkName, temporary: bool) -> Result<()> {
        let _ = (name, temporary);
        unimplemented!()
    }

    /// Deletes an etherstub.
    ///
    /// # Errors
    /// As [`delete_vnic`](Self::delete_vnic); [`crate::ErrorKind::Busy`] while VNICs are on it.
    pub fn delete_etherstub(&self, name: &LinkName) -> Result<()> {
        let _ = name;
        unimplemented!()
    }

    /// The values of a link property.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] if there is no such link or property.
    pub fn property(&self, link: &str, property: &str) -> Result<Vec<String>> {
        let _ = (link, property);
        unimplemented!()
    }

    /// Sets a link property; no values reset it.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`]; [`crate::ErrorKind::Invalid`] if a value is refused.
    pub fn set_property(
        &self,
        link: &str,
        property: &str,
        values: &[&str],
        temporary: bool,
    ) -> Result<()> {
        let _ = (link, property, values, temporary);
        unimplemented!()
    }
}
