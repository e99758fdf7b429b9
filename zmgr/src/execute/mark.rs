//! The mark on the datasets of zones that zmgr installed: zmgr's identity of the zone, as a user property of the dataset at its zonepath.
//!
//! Datasets below inherit it. A zonepath that is no dataset of its own has none.

use illumos::zone::{ZoneConfig, ZoneName};
use illumos::{ErrorKind, zfs};

use crate::registry::zone_id;
use crate::{Failure, plan};

/// The user property of zfs(8) that holds it.
pub const PROPERTY: &str = "org.zmgr:id";

/// Marks the dataset of a zone that has an identity.
pub(super) fn set(zone: &ZoneName) -> Result<(), Failure> {
    let Some((id, dataset, found)) = state(zone)? else {
        return Ok(());
    };
    if found.as_ref() != Some(&id) {
        zfs::set(&dataset, PROPERTY, &id)?;
    }
    Ok(())
}

/// Whether the dataset of the zone is marked, or nothing is to be.
pub(super) fn is_set(zone: &ZoneName) -> Result<bool, Failure> {
    Ok(state(zone)?.is_none_or(|(id, _, found)| found == Some(id)))
}

/// The identity of the zone, the dataset at its zonepath, and what that is marked with.
fn state(zone: &ZoneName) -> Result<Option<(String, String, Option<String>)>, Failure> {
    let config = match ZoneConfig::read(zone) {
        Ok(config) => config,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let Some(id) = zone_id(&config) else {
        return Ok(None);
    };
    let found = zfs::property_at(&config.zonepath, PROPERTY)?;
    Ok(found.map(|(dataset, mark)| (id.to_owned(), dataset, mark)))
}

/// What the dataset at a zonepath is marked with.
///
/// # Errors
/// If `zfs` fails.
pub fn at(zonepath: &str) -> Result<Option<plan::destroy::Mark>, Failure> {
    let found = zfs::property_at(zonepath, PROPERTY)?;
    Ok(found.and_then(|(dataset, id)| Some(plan::destroy::Mark { dataset, id: id? })))
}
