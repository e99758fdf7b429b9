//! Resource controls: the names that the kernel knows, the aliases, and which values are taken.

use super::number::strtoull;
use crate::Flavour;

/// A property that stands for a resource control.
#[derive(Debug)]
pub(super) struct Alias {
    /// The property.
    pub(super) name: &'static str,
    /// The resource control.
    pub(super) rctl: &'static str,
    /// What exceeding the limit does: `deny` or `none`.
    pub(super) action: &'static str,
    /// The smallest limit that `zonecfg_valid_alias_limit` takes.
    pub(super) low_limit: u64,
}

const fn alias(
    name: &'static str,
    rctl: &'static str,
    action: &'static str,
    low_limit: u64,
) -> Alias {
    Alias {
        name,
        rctl,
        action,
        low_limit,
    }
}

/// The privilege of every alias.
pub(super) const ALIAS_PRIVILEGE: &str = "privileged";

/// `illumos-gate usr/src/lib/libzonecfg/common/libzonecfg.c`, `aliases`.
const COMMON: &[Alias] = &[
    alias("max-lwps", "zone.max-lwps", "deny", 100),
    alias("max-processes", "zone.max-processes", "deny", 100),
    alias("max-shm-memory", "zone.max-shm-memory", "deny", 0),
    alias("max-shm-ids", "zone.max-shm-ids", "deny", 0),
    alias("max-msg-ids", "zone.max-msg-ids", "deny", 0),
    alias("max-sem-ids", "zone.max-sem-ids", "deny", 0),
    alias("locked", "zone.max-locked-memory", "deny", 0),
    alias("swap", "zone.max-swap", "deny", 0),
    alias("cpu-shares", "zone.cpu-shares", "none", 0),
    alias("cpu-cap", "zone.cpu-cap", "deny", 0),
];

/// `illumos-omnios`, the same file.
const OMNIOS: &[Alias] = &[
    alias("physical", "zone.max-physical-memory", "deny", 1 << 20),
    alias("zfs-io-priority", "zone.zfs-io-priority", "none", 1),
];

/// The alias called `name`.
pub(super) fn find_alias(flavour: Flavour, name: &[u8]) -> Option<&'static Alias> {
    let own = match flavour {
        Flavour::Upstream => &[][..],
        Flavour::Omnios => OMNIOS,
    };
    COMMON
        .iter()
        .chain(own)
        .find(|alias| alias.name.as_bytes() == name)
}

/// The resource controls of zones, processes, tasks and projects (`illumos-gate usr/src/uts/common/os`).
const NAMES: &[&str] = &[
    "zone.cpu-cap",
    "zone.cpu-shares",
    "zone.max-locked-memory",
    "zone.max-lofi",
    "zone.max-lwps",
    "zone.max-msg-ids",
    "zone.max-processes",
    "zone.max-sem-ids",
    "zone.max-shm-ids",
    "zone.max-shm-memory",
    "zone.max-swap",
    "process.max-address-space",
    "process.max-core-size",
    "process.max-cpu-time",
    "process.max-data-size",
    "process.max-file-descriptor",
    "process.max-file-size",
    "process.max-locked-memory",
    "process.max-msg-messages",
    "process.max-msg-qbytes",
    "process.max-port-events",
    "process.max-sem-nsems",
    "process.max-sem-ops",
    "process.max-sigqueue-size",
    "process.max-stack-size",
    "project.cpu-cap",
    "project.cpu-shares",
    "project.max-contracts",
    "project.max-crypto-memory",
    "project.max-device-locked-memory",
    "project.max-locked-memory",
    "project.max-lwps",
    "project.max-msg-ids",
    "project.max-port-ids",
    "project.max-processes",
    "project.max-sem-ids",
    "project.max-shm-ids",
    "project.max-shm-memory",
    "project.max-tasks",
    "task.max-cpu-time",
    "task.max-lwps",
    "task.max-processes",
];

/// Whether the kernel has a resource control called `name`.
pub(super) fn is_known(flavour: Flavour, name: &[u8]) -> bool {
    let is = |known: &str| known.as_bytes() == name;
    NAMES.iter().copied().any(is)
        || (flavour == Flavour::Omnios && OMNIOS.iter().any(|alias| is(alias.rctl)))
}

/// Whether `name` has the form of a zone's resource control.
pub(super) fn is_valid_name(name: &[u8]) -> bool {
    name.strip_prefix(b"zone.").is_some_and(|rest| {
        !rest.is_empty()
            && rest
                .iter()
                .all(|&byte| byte.is_ascii_alphabetic() || byte == b'-')
    })
}

/// Whether a zone may have this value.
pub(super) fn is_valid_value(privilege: &[u8], limit: &[u8], action: &[u8]) -> bool {
    let number = strtoull(limit, 0);
    let is_number = !limit.starts_with(b"-") && !number.overflows && number.length == limit.len();
    privilege == b"privileged" && is_number && matches!(action, b"none" | b"deny")
}
