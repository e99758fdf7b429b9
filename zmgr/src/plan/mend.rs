//! What `zmgr doctor --fix` does. Each is harmless when it is done already, and touches only what is zmgr's own.

use illumos::datalink::LinkName;
use illumos::zone::ZoneName;
use serde::{Deserialize, Serialize};

use super::Vnic;
use super::describe::quoted;

/// The properties that `zoneadmd` sets on the links of a zone that it boots, and finds set only if something went wrong.
pub const BOOT_PROPERTIES: [&str; 2] = ["protection", "allowed-ips"];

/// Something mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mend {
    /// End the zone index in a newline.
    Index,
    /// Remove a file that zmgr was writing when it died: its path below the directory of the documents.
    Leftover(String),
    /// Remove the lock file of a zone that nobody holds.
    StaleLock(ZoneName),
    /// Take the permission to write from everybody but the owner of a document, or of a directory of documents: its path below the
    /// directory of the documents, `.` for that directory itself.
    DocumentMode(String),
    /// Make a zonepath accessible for its owner alone.
    ZonepathMode {
        /// The zone.
        zone: ZoneName,
        /// Its zonepath.
        zonepath: String,
    },
    /// Reset what a zone that is down left on its VNIC, and would refuse to boot with.
    LinkProtection {
        /// The zone.
        zone: ZoneName,
        /// The VNIC, as it was recorded.
        vnic: Vnic,
    },
    /// Delete an etherstub that zmgr made and nothing uses, or forget that zmgr made one that is gone.
    Etherstub(LinkName),
}

impl Mend {
    /// What is done, in the present tense without a subject.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Index => "end /etc/zones/index in a newline".to_owned(),
            Self::Leftover(path) => format!("remove {path}, which was never finished"),
            Self::StaleLock(zone) => format!("remove the lock file of zone {zone}"),
            Self::DocumentMode(path) => format!("make {path} writable only by its owner"),
            Self::ZonepathMode { zonepath, .. } => {
                format!("make {zonepath} accessible only to its owner")
            }
            Self::LinkProtection { vnic, .. } => {
                format!(
                    "reset {} of VNIC {}",
                    BOOT_PROPERTIES.join(" and "),
                    vnic.name
                )
            }
            Self::Etherstub(name) => format!("delete etherstub {name} if nothing uses it"),
        }
    }

    /// The commands that a person would type for it.
    #[must_use]
    pub fn commands(&self) -> Vec<String> {
        vec![match self {
            Self::Index => "echo >> /etc/zones/index".to_owned(),
            Self::Leftover(path) => format!("rm {}", quoted(&document(path))),
            Self::StaleLock(zone) => format!("rm /var/zmgr/locks/zone.{zone}.lock"),
            Self::DocumentMode(path) => format!("chmod go-w {}", quoted(&document(path))),
            Self::ZonepathMode { zonepath, .. } => format!("chmod 700 {}", quoted(zonepath)),
            Self::LinkProtection { vnic, .. } => {
                format!(
                    "dladm reset-linkprop -p {} {}",
                    BOOT_PROPERTIES.join(","),
                    vnic.name
                )
            }
            Self::Etherstub(name) => format!("dladm delete-etherstub {name}"),
        }]
    }

    /// The zone that must not be worked on meanwhile.
    #[must_use]
    pub fn zone(&self) -> Option<&ZoneName> {
        match self {
            Self::ZonepathMode { zone, .. } | Self::LinkProtection { zone, .. } => Some(zone),
            Self::Index
            | Self::Leftover(_)
            | Self::StaleLock(_)
            | Self::DocumentMode(_)
            | Self::Etherstub(_) => None,
        }
    }
}

fn document(path: &str) -> String {
    if path == "." {
        "/etc/zmgr".to_owned()
    } else {
        format!("/etc/zmgr/{path}")
    }
}
