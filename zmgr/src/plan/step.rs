use illumos::datalink::{LinkName, NewVnic};
use illumos::zone::{ZoneConfig, ZoneName};
use serde::{Deserialize, Serialize};

/// A step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// What takes it back; `None` if nothing does, or nothing needs to.
    pub undo: Option<Action>,
}

/// Something done to the host or to a document. Each can be described, shown as the command that a person would type, and found
/// done or not done by looking at the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Create an etherstub.
    CreateEtherstub(LinkName),
    /// Delete an etherstub.
    DeleteEtherstub(LinkName),
    /// Create a VNIC.
    CreateVnic(NewVnic),
    /// Delete a VNIC.
    DeleteVnic(LinkName),
    /// Create a zone's configuration.
    CreateZone(Box<ZoneConfig>),
    /// Delete a zone's configuration, which is expected to be this one.
    DeleteZone(Box<ZoneConfig>),
    /// Install a zone.
    Install {
        /// The zone.
        zone: ZoneName,
        /// Brand options.
        args: Vec<String>,
    },
    /// Uninstall a zone.
    Uninstall(ZoneName),
    /// Boot a zone.
    Boot(ZoneName),
    /// Halt a zone.
    Halt(ZoneName),
}
