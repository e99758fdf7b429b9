//! Zones: names, states, the index, configurations, and what `zoneadm` does with them.

pub mod config;
pub mod handle;
mod index;
mod kernel;
pub mod lifecycle;
pub mod live;
mod lock;
pub mod login;
mod name;
mod state;
pub mod store;
pub mod verify;

pub use config::ZoneConfig;
pub use index::mend_index;
pub use lock::{LockHolder, zoneadm_lock_holder};
pub use name::{InvalidZoneName, ZoneName};
pub use state::ZoneState;

use std::collections::{HashMap, HashSet};

use crate::{Error, ErrorKind, Result, ffi, host_path};

/// A line of the zone index, merged with what the kernel says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// The zone's name.
    pub name: ZoneName,
    /// The kernel's state if the zone has kernel presence, else the index's.
    pub state: ZoneState,
    /// The zonepath, as in the index. Bytes that are not UTF-8 appear as `\xHH`, and the path then names nothing.
    pub zonepath: String,
    /// The installation's UUID, lower case; `None` until the zone is first installed. It changes with every install.
    pub uuid: Option<String>,
    /// The zone id, if the zone has kernel presence.
    pub id: Option<i32>,
}

/// Lists every zone but the global one, in the order of the index, with one pass over it.
///
/// Of several lines of one zone the first counts. Lines whose name no zone can have are passed over, as is what libzonecfg itself does not see:
/// comments, unknown states, and a last line without a newline ([`mend_index`]). Zones that the kernel has and the index lacks
/// come last, without a UUID, in the order of their ids.
///
/// No configuration is read. Needs no privilege.
///
/// # Errors
/// If the index cannot be read.
///
/// # Source
/// illumos-gate `usr/src/lib/libzonecfg/common/getzoneent.c` (`getzoneent_private`), `usr/src/head/zone.h` (`zone_list`, `zone_getattr`).
pub fn list() -> Result<Vec<Zone>> {
    let guard = ffi::shared();
    let mut running: HashMap<String, Presence> = kernel::zones()?
        .into_iter()
        .map(|zone| (zone.name, (zone.id, zone.state)))
        .collect();
    let mut zones: Vec<Zone> = Vec::with_capacity(running.len());
    index::walk(&guard, |entry| {
        let name = entry.name();
        let kernel = running.remove(&name);
        if let Ok(name) = name.try_into() {
            zones.push(merge(name, Some(entry.line()), kernel));
        }
    })?;
    keep_first(&mut zones, |zone| &zone.name);
    // Scratch zones have names that no zone can have.
    let rest = running.into_iter();
    let rest = rest.filter_map(|(name, zone)| Some((name.try_into().ok()?, zone)));
    let mut rest: Vec<(ZoneName, Presence)> = rest.collect();
    rest.sort_by_key(|(_, (id, _))| *id);
    zones.extend(
        rest.into_iter()
            .map(|(name, zone)| merge(name, None, Some(zone))),
    );
    Ok(zones)
}

/// As [`list`], but the kernel is asked about the zones `asked` alone: the state of every other zone is the index's, and its zone id is not known.
///
/// # Errors
/// If the index cannot be read.
pub fn list_index(asked: &[ZoneName]) -> Result<Vec<Zone>> {
    let guard = ffi::shared();
    let mut present: HashMap<&str, Presence> = HashMap::new();
    for name in asked {
        let found = kernel::zone(name.as_str())?;
        present.extend(found.map(|zone| (name.as_str(), (zone.id, zone.state))));
    }
    let mut zones: Vec<Zone> = Vec::new();
    index::walk(&guard, |entry| {
        let name = entry.name();
        let kernel = present.remove(name.as_str());
        if let Ok(name) = name.try_into() {
            zones.push(merge(name, Some(entry.line()), kernel));
        }
    })?;
    keep_first(&mut zones, |zone| &zone.name);
    for name in asked {
        let kernel = present.remove(name.as_str());
        zones.extend(kernel.map(|kernel| merge(name.clone(), None, Some(kernel))));
    }
    Ok(zones)
}

/// The names of the zones of the index but for the global one, in its order: [`list`] without the kernel.
///
/// # Errors
/// If the index cannot be read.
pub fn names() -> Result<Vec<ZoneName>> {
    let mut names: Vec<ZoneName> = Vec::new();
    index::walk(&ffi::shared(), |entry| {
        names.extend(entry.name().try_into().ok());
    })?;
    keep_first(&mut names, |name| name);
    Ok(names)
}

/// Of several lines of one zone the first counts.
fn keep_first<T>(lines: &mut Vec<T>, name: impl Fn(&T) -> &ZoneName) {
    let mut seen = HashSet::with_capacity(lines.len());
    let first: Vec<bool> = lines.iter().map(|line| seen.insert(name(line))).collect();
    let mut first = first.into_iter();
    lines.retain(|_| first.next() == Some(true));
}

/// The zone named `name`, or `None`. As [`list`], but the index is read no further than to its line.
///
/// # Errors
/// If the index cannot be read.
pub fn find(name: &ZoneName) -> Result<Option<Zone>> {
    let line = index::find(&ffi::shared(), name.as_str())?;
    let kernel = kernel::zone(name.as_str())?.map(|zone| (zone.id, zone.state));
    Ok((line.is_some() || kernel.is_some()).then(|| merge(name.clone(), line, kernel)))
}

/// The zone named `name`.
///
/// # Errors
/// [`crate::ErrorKind::NotFound`] if there is none; otherwise as [`find`].
pub fn get(name: &ZoneName) -> Result<Zone> {
    find(name)?.ok_or_else(|| {
        Error::new(
            ErrorKind::NotFound,
            format!("find zone {name}"),
            "No such zone configured",
        )
    })
}

/// The id and the state of a zone that the kernel has.
type Presence = (i32, ZoneState);

/// What the index and the kernel say of one zone.
fn merge(name: ZoneName, line: Option<index::Line>, kernel: Option<Presence>) -> Zone {
    let (id, kernel_state) = kernel.unzip();
    let (index_state, zonepath, uuid) = match line {
        Some(line) => (line.state, line.zonepath, line.uuid),
        // The root is the zonepath's `root`.
        None => (
            ZoneState::Installed,
            id.and_then(|id| kernel::root(id).ok())
                .unwrap_or_default()
                .rsplit_once('/')
                .map_or_else(String::new, |(path, _)| path.to_owned()),
            None,
        ),
    };
    Zone {
        name,
        state: kernel_state.unwrap_or(index_state),
        zonepath,
        uuid,
        id,
    }
}

/// The brands that are installed: those with a `/usr/lib/brand/BRAND/config.xml`, in alphabetical order.
///
/// # Errors
/// If the directory cannot be read.
///
/// # Source
/// illumos-gate `usr/src/lib/libbrand`.
pub fn brands() -> Result<Vec<String>> {
    let directory = host_path("/usr/lib/brand");
    let failed = |error: std::io::Error| {
        Error::new(
            ErrorKind::Failed,
            "list the installed brands",
            format!("{}: {error}", directory.display()),
        )
    };
    let entries = match std::fs::read_dir(&directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut brands = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        if entry.path().join("config.xml").is_file()
            && let Ok(name) = entry.file_name().into_string()
        {
            brands.push(name);
        }
    }
    brands.sort();
    Ok(brands)
}
