use std::net::IpAddr;

use illumos::datalink::{Link, LinkClass, LinkName, MacAddress, MacAddressChoice, NewVnic};
use illumos::ips::Setting;
use illumos::zone::{ZoneConfig, ZoneName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Live, Mend};

/// Something done to the host or to a document. Each can be described, shown as the command that a person would type, and found
/// done or not done by looking at the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Write, replace or remove documents: all of them or none.
    ChangeDocuments(Vec<DocumentChange>),
    /// Create an etherstub, and note that it is ours. One that is there already is used as it is.
    CreateEtherstub(LinkName),
    /// Delete an etherstub if it is ours and nothing uses it any more.
    DeleteEtherstub {
        /// The etherstub.
        name: LinkName,
        /// The zone that goes: what its registry entry says does not count as use.
        zone: ZoneName,
    },
    /// Create a VNIC.
    CreateVnic(NewVnic),
    /// Delete a VNIC, which is expected to be this one.
    DeleteVnic(Vnic),
    /// Create a zone's configuration.
    CreateZone(Box<ZoneConfig>),
    /// Make a zone's configuration another one.
    ReplaceZone {
        /// What it is expected to be.
        from: Box<ZoneConfig>,
        /// What it becomes.
        to: Box<ZoneConfig>,
    },
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
    /// Uninstall a zone that is not to be after all, and leave its zonepath as it was before.
    TakeBackInstall {
        /// The zone.
        zone: ZoneName,
        /// Its zonepath, a path of the host.
        zonepath: String,
        /// The empty directory that was there; `None` if there was nothing.
        before: Option<Directory>,
    },
    /// Remove what uninstalling a zone has left at its zonepath, as far as it is the zone's.
    RemoveRemains {
        /// The zone.
        zone: ZoneName,
        /// Its zonepath, a path of the host.
        zonepath: String,
        /// The zone's identity, with which its datasets are marked.
        id: Option<String>,
        /// The dataset at the zonepath, if there is one.
        dataset: Option<String>,
    },
    /// Write files below the root of an installed zone that does not run.
    WriteZoneFiles {
        /// The zone.
        zone: ZoneName,
        /// Its zonepath, a path of the host.
        zonepath: String,
        /// The files.
        files: Vec<ZoneFile>,
    },
    /// Set link properties of a VNIC that is there.
    SetLinkProperties {
        /// The VNIC.
        vnic: LinkName,
        /// Names and values; without a value the property gets its default.
        properties: Vec<(String, Option<String>)>,
    },
    /// Note that a zone gives addresses up, for pools that have a quarantine.
    Release {
        /// The zone.
        zone: ZoneName,
        /// The addresses.
        addresses: Vec<ReleasedAddress>,
    },
    /// Take back that a zone gave addresses up: they may be given out again at once.
    EndQuarantine {
        /// The zone that gave them up.
        zone: ZoneName,
        /// The addresses.
        addresses: Vec<ReleasedAddress>,
    },
    /// Set the publishers of a zone's image.
    SetPublishers {
        /// The zone.
        zone: ZoneName,
        /// The root of the zone's image, a path of the host.
        image: String,
        /// The publishers, in order.
        publishers: Vec<Setting>,
    },
    /// Boot a zone.
    Boot {
        /// The zone.
        zone: ZoneName,
        /// Boot arguments.
        args: Vec<String>,
    },
    /// Halt a zone.
    Halt(ZoneName),
    /// Shut a zone down gracefully.
    Shutdown {
        /// The zone.
        zone: ZoneName,
        /// How long the zone may take, in seconds.
        timeout: u64,
        /// Whether it is halted if it takes longer.
        force: bool,
    },
    /// Reboot a zone, not gracefully.
    Reboot(ZoneName),
    /// Change a zone that runs. Its configuration has been changed before.
    ChangeRunning {
        /// The zone.
        zone: ZoneName,
        /// What changes.
        change: Live,
    },
    /// Mend what does not belong together.
    Mend(Mend),
}

/// A document before and after a change. Texts are whole files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DocumentChange {
    /// Below the directory of the documents: `zones/web01.kdl`.
    pub path: String,
    /// What it is expected to be; `None` if it must not exist.
    pub before: Option<String>,
    /// What it becomes; `None` removes it.
    pub after: Option<String>,
}

/// What is known of a VNIC. It is deleted only if it is like this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Vnic {
    /// The name.
    pub name: LinkName,
    /// The lower link, if known.
    pub over: Option<String>,
    /// The VLAN id; `None` if untagged.
    pub vlan_id: Option<u16>,
    /// The MAC address, if known.
    pub mac_address: Option<MacAddress>,
}

/// What a directory was like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Directory {
    /// The permission bits.
    pub mode: u32,
    /// The owner.
    pub uid: u32,
    /// The group.
    pub gid: u32,
}

/// A file below a zone's root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ZoneFile {
    /// Below the root: `etc/hostname.web01_0`.
    pub path: String,
    /// The whole text; `None` if there shall be no such file.
    pub text: Option<String>,
}

/// An address that a zone gives up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReleasedAddress {
    /// The address.
    pub address: IpAddr,
    /// The pool that it came from.
    pub pool: String,
    /// When.
    pub at: Timestamp,
}

impl DocumentChange {
    /// The change back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self {
            path: self.path.clone(),
            before: self.after.clone(),
            after: self.before.clone(),
        }
    }
}

impl Vnic {
    /// The VNIC that `new` makes.
    #[must_use]
    pub fn made_from(new: &NewVnic) -> Self {
        let mac_address = match new.mac_address {
            MacAddressChoice::Fixed(address) => Some(address),
            MacAddressChoice::Auto | MacAddressChoice::Random => None,
        };
        Self {
            name: new.name.clone(),
            over: Some(new.over.clone()),
            vlan_id: new.vlan_id,
            mac_address,
        }
    }

    /// How a link differs from the VNIC that was recorded, as the end of a sentence about it.
    #[must_use]
    pub fn difference(&self, link: &Link) -> Option<String> {
        let Some(details) = link.vnic.as_ref().filter(|_| link.class == LinkClass::Vnic) else {
            return Some("is not a VNIC".to_owned());
        };
        if let (Some(expected), Some(found)) = (&self.over, &details.over)
            && expected != found
        {
            return Some(format!(
                "is over {found}, not over {expected} as was recorded"
            ));
        }
        if self.vlan_id != details.vlan_id {
            let vlan =
                |id: Option<u16>| id.map_or("no VLAN id".to_owned(), |id| format!("VLAN id {id}"));
            return Some(format!(
                "has {}, not {} as was recorded",
                vlan(details.vlan_id),
                vlan(self.vlan_id)
            ));
        }
        if let Some(expected) = self.mac_address
            && expected != details.mac_address
        {
            return Some(format!(
                "has MAC address {}, not {expected} as was recorded",
                details.mac_address
            ));
        }
        None
    }
}

impl Action {
    /// The zone that the action is about, if it is about one.
    #[must_use]
    pub fn zone(&self) -> Option<&ZoneName> {
        match self {
            Self::CreateZone(config) | Self::DeleteZone(config) => Some(&config.zonename),
            Self::ReplaceZone { to, .. } => Some(&to.zonename),
            Self::Install { zone, .. }
            | Self::Uninstall(zone)
            | Self::TakeBackInstall { zone, .. }
            | Self::RemoveRemains { zone, .. }
            | Self::WriteZoneFiles { zone, .. }
            | Self::Release { zone, .. }
            | Self::EndQuarantine { zone, .. }
            | Self::SetPublishers { zone, .. }
            | Self::Boot { zone, .. }
            | Self::Halt(zone)
            | Self::Shutdown { zone, .. }
            | Self::Reboot(zone)
            | Self::ChangeRunning { zone, .. }
            | Self::DeleteEtherstub { zone, .. } => Some(zone),
            Self::Mend(mend) => mend.zone(),
            Self::ChangeDocuments(_)
            | Self::CreateEtherstub(_)
            | Self::CreateVnic(_)
            | Self::SetLinkProperties { .. }
            | Self::DeleteVnic(_) => None,
        }
    }

    /// The zone that no other `zoneadm` may work on when the action begins.
    #[must_use]
    pub fn needs_idle(&self) -> Option<&ZoneName> {
        match self {
            Self::DeleteZone(_)
            | Self::Install { .. }
            | Self::Uninstall(_)
            | Self::TakeBackInstall { .. }
            | Self::Boot { .. }
            | Self::Halt(_)
            | Self::Shutdown { .. }
            | Self::Reboot(_) => self.zone(),
            _ => None,
        }
    }

    /// Whether it happens whole or not at all, whatever is cut short.
    #[must_use]
    pub fn is_atomic(&self) -> bool {
        match self {
            Self::ChangeDocuments(changes) => changes.len() == 1,
            Self::Release { .. } | Self::EndQuarantine { .. } => true,
            _ => false,
        }
    }

    /// Whether it changes documents alone. The leading ones of a plan are carried out under the lock of the host.
    #[must_use]
    pub fn is_document(&self) -> bool {
        matches!(self, Self::ChangeDocuments(_))
    }
}
