use std::fmt;

use serde::{Deserialize, Serialize};

/// The state of a zone, in the words of zoneadm(8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneState {
    /// Configured; nothing is installed.
    Configured,
    /// An install or uninstall is in progress or failed.
    Incomplete,
    /// The root file system is there; not running.
    Installed,
    /// The virtual platform is up; no process runs.
    Ready,
    /// `init` has been started. Says nothing of the services.
    Running,
    /// Being torn down.
    ShuttingDown,
    /// Torn down but for what holds it.
    Down,
    /// A scratch zone: the root is mounted for maintenance.
    Mounted,
}

impl ZoneState {
    /// Every state, in the order of their numbers in libzonecfg.h.
    pub const ALL: [Self; 8] = [
        Self::Configured,
        Self::Incomplete,
        Self::Installed,
        Self::Ready,
        Self::Running,
        Self::ShuttingDown,
        Self::Down,
        Self::Mounted,
    ];

    /// The word that zoneadm(8) prints.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::Incomplete => "incomplete",
            Self::Installed => "installed",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::ShuttingDown => "shutting_down",
            Self::Down => "down",
            Self::Mounted => "mounted",
        }
    }
}

impl fmt::Display for ZoneState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
