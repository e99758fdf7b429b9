//! Addresses that zones gave up, and when: pools with a quarantine do not give them to others for a while.
//!
//! What a zone released is in a file of its own below `released/`, so that zones that go at the same time do not wait for each
//! other. It says when, not until when: the pool's document decides how long that counts.

use crate::failure::Code;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use illumos::zone::ZoneName;
use jiff::Timestamp;

use super::journal::{self, Unsettled, is_damaged};
use crate::documents::model::Documents;
use crate::documents::{Kind, Source, decode_zone};
use crate::ipam::{Holder, Taken};
use crate::plan::{Action, DocumentChange, ReleasedAddress};
use crate::{ExitCode, Failure, files};

/// The largest file of notes that is read, in bytes.
const LARGEST: u64 = 16 << 20;

fn directory(state_dir: &Path) -> PathBuf {
    state_dir.join("released")
}

fn path(state_dir: &Path, zone: &ZoneName) -> PathBuf {
    directory(state_dir).join(format!("{zone}.json"))
}

fn failed(path: &Path, error: impl std::fmt::Display) -> Failure {
    let message = format!("cannot read {}: {error}", path.display());
    Failure::new(ExitCode::Failed, Code::ReleasedFailed, message).with_help(
        "it records recently released addresses; remove it if zones may get them at once",
    )
}

fn read(path: &Path) -> Result<Vec<ReleasedAddress>, Failure> {
    match illumos::file::read(path, LARGEST) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| failed(path, error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(failed(path, error)),
    }
}

fn write(state_dir: &Path, zone: &ZoneName, released: &[ReleasedAddress]) -> Result<(), Failure> {
    let path = path(state_dir, zone);
    if released.is_empty() {
        return match files::remove(&path) {
            Err(failure) if failure.exit == ExitCode::NotFound => Ok(()),
            other => other,
        };
    }
    journal::make_directory(&directory(state_dir))?;
    let text = serde_json::to_vec(released).map_err(|error| failed(&path, error))?;
    files::replace(&path, &text)
}

/// Notes what the zone gives up, besides what is noted of it. To be called with the host's lock held.
///
/// # Errors
/// If its file cannot be read or written.
pub(super) fn note(
    state_dir: &Path,
    zone: &ZoneName,
    new: &[ReleasedAddress],
) -> Result<(), Failure> {
    let mut all = read(&path(state_dir, zone))?;
    all.retain(|old| new.iter().all(|new| new.address != old.address));
    all.extend(new.iter().cloned());
    write(state_dir, zone, &all)
}

/// Whether all of it is noted.
pub(super) fn is_noted(
    state_dir: &Path,
    zone: &ZoneName,
    new: &[ReleasedAddress],
) -> Result<bool, Failure> {
    let all = read(&path(state_dir, zone))?;
    Ok(new.iter().all(|new| all.contains(new)))
}

/// Whether any of it is noted.
pub(super) fn is_any_noted(
    state_dir: &Path,
    zone: &ZoneName,
    notes: &[ReleasedAddress],
) -> Result<bool, Failure> {
    let all = read(&path(state_dir, zone))?;
    Ok(notes.iter().any(|note| all.contains(note)))
}

/// Takes these notes of the zone back. To be called with the host's lock held.
///
/// # Errors
/// If its file cannot be read or written.
pub(super) fn take_back(
    state_dir: &Path,
    zone: &ZoneName,
    notes: &[ReleasedAddress],
) -> Result<(), Failure> {
    let mut all = read(&path(state_dir, zone))?;
    let before = all.len();
    all.retain(|known| !notes.contains(known));
    if all.len() == before {
        return Ok(());
    }
    write(state_dir, zone, &all)
}

/// The notes about an address, by the zones that gave it up.
///
/// # Errors
/// If a file cannot be read.
pub fn of(
    state_dir: &Path,
    address: IpAddr,
) -> Result<Vec<(ZoneName, Vec<ReleasedAddress>)>, Failure> {
    let mut found = all(state_dir)?;
    for (_, notes) in &mut found {
        notes.retain(|note| note.address == address);
    }
    found.retain(|(_, notes)| !notes.is_empty());
    Ok(found)
}

/// Removes what no longer counts. To be called with the host's lock held.
///
/// # Errors
/// If a file cannot be read or written.
pub fn prune(state_dir: &Path, documents: &Documents, now: Timestamp) -> Result<(), Failure> {
    for (zone, released) in all(state_dir)? {
        let kept: Vec<ReleasedAddress> = released
            .iter()
            .filter(|released| until(released, documents).is_some_and(|until| until > now))
            .cloned()
            .collect();
        if kept.len() != released.len() {
            write(state_dir, &zone, &kept)?;
        }
    }
    Ok(())
}

/// Addresses that no entry says and that are not given out: those that were released a short time ago, and those that operations which are
/// not over give up or take. To be asked for before the configurations of zones are read.
///
/// # Errors
/// If a file or a journal cannot be read: addresses in it may not be given out.
pub fn kept_back(
    state_dir: &Path,
    documents: &Documents,
    now: Timestamp,
) -> Result<Vec<Taken>, Failure> {
    let mut taken = quarantined(state_dir, documents, now)?;
    taken.extend(in_motion(state_dir, documents)?);
    Ok(taken)
}

/// The addresses that are in quarantine now.
///
/// # Errors
/// If a file cannot be read: addresses in it may not be given out.
fn quarantined(
    state_dir: &Path,
    documents: &Documents,
    now: Timestamp,
) -> Result<Vec<Taken>, Failure> {
    let mut taken = Vec::new();
    for (zone, released) in all(state_dir)? {
        for released in released {
            let Some(until) = until(&released, documents).filter(|until| *until > now) else {
                continue;
            };
            taken.push(Taken {
                address: released.address,
                holder: Holder::Quarantined {
                    zone: Some(zone.to_string()),
                    until,
                },
            });
        }
    }
    Ok(taken)
}

/// The addresses that operations which are not over give up or take, unless `documents` say so themselves: if such an operation fails or is
/// undone, its zone has again what it gave up, and what it takes may be in the entry of another directory of documents, and in no
/// configuration yet.
///
/// What is read here must be read before the configurations of zones: an operation ends after it has written its zone's.
///
/// # Errors
/// If a journal that may be undone cannot be read: addresses in it may not be given out.
fn in_motion(state_dir: &Path, documents: &Documents) -> Result<Vec<Taken>, Failure> {
    let unreadable = |error: io::Error| super::recover::unreadable(&error);
    let said = |change: &DocumentChange, address: IpAddr| {
        let entry = zone_of(change).and_then(|zone| documents.zones.get(&zone));
        entry.is_some_and(|entry| {
            let mut addresses = entry.nets.iter().flat_map(|net| &net.addresses);
            addresses.any(|said| said.addr() == address)
        })
    };
    let mut taken = Vec::new();
    for unsettled in journal::unsettled(state_dir).map_err(unreadable)? {
        let (Unsettled::Running(id) | Unsettled::Crashed(id)) = unsettled;
        let operation = match journal::read(state_dir, &id) {
            Ok(operation) => operation,
            // It was settled while we looked, and its journal pruned; or nobody can undo it, so that no entry gets an address back.
            Err(error) if error.kind() == io::ErrorKind::NotFound || is_damaged(&error) => continue,
            Err(error) => return Err(unreadable(error)),
        };
        let what = format!("an unfinished {}", operation.plan.operation);
        for step in &operation.plan.steps {
            let Action::ChangeDocuments(changes) = &step.action else {
                continue;
            };
            // What is only taken out of the registry stays its zone's, whose configuration says it.
            for change in changes.iter().filter(|change| change.after.is_some()) {
                let both = [change.before.as_deref(), change.after.as_deref()].map(addresses);
                let all: BTreeSet<IpAddr> = both.into_iter().flatten().collect();
                let unsaid = all.into_iter().filter(|address| !said(change, *address));
                taken.extend(unsaid.map(|address| Taken {
                    address,
                    holder: Holder::Host {
                        what: what.clone(),
                        zone: zone_of(change).map(|zone| zone.to_string()),
                    },
                }));
            }
        }
    }
    Ok(taken)
}

/// The zone whose entry is changed.
fn zone_of(change: &DocumentChange) -> Option<ZoneName> {
    let name = change.path.strip_prefix("zones/")?.strip_suffix(".kdl")?;
    name.parse().ok()
}

/// The addresses in the text of an entry; none of another document.
fn addresses(text: Option<&str>) -> BTreeSet<IpAddr> {
    let entry = text.and_then(|text| decode_zone(&Source::new("entry", text), None).ok());
    let nets = entry.into_iter().flat_map(|entry| entry.nets);
    nets.flat_map(|net| net.addresses)
        .map(|address| address.addr())
        .collect()
}

/// Until when the address is not given to others; `None` if its pool has no quarantine, or is gone.
fn until(released: &ReleasedAddress, documents: &Documents) -> Option<Timestamp> {
    // Nobody knows how long a pool that cannot be read keeps an address back.
    if documents.usable(Kind::Pool, &released.pool).is_err() {
        return Some(Timestamp::MAX);
    }
    let quarantine = documents.pools.get(&released.pool)?.quarantine?;
    released.at.checked_add(quarantine).ok()
}

fn all(state_dir: &Path) -> Result<Vec<(ZoneName, Vec<ReleasedAddress>)>, Failure> {
    let directory = directory(state_dir);
    let entries = match fs::read_dir(&directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(&directory, error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| failed(&directory, error))?;
        let name = entry.file_name();
        let zone = name.to_str().and_then(|name| name.strip_suffix(".json"));
        // Anything else there is a file that a crash left half written.
        if let Some(zone) = zone.and_then(|zone| zone.parse::<ZoneName>().ok()) {
            found.push((zone, read(&entry.path())?));
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(found)
}
