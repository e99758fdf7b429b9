//! The mark on the datasets of zones that zmgr installed: zmgr's identity of the zone, as a user property of the dataset at its zonepath.
//!
//! Datasets below inherit it. A zonepath that is no dataset of its own has none.

use std::collections::BTreeMap;

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

/// What the datasets at zonepaths are marked with, by zonepath.
///
/// # Errors
/// If `zfs` fails.
pub fn of(zonepaths: &[&str]) -> Result<BTreeMap<String, plan::destroy::Mark>, Failure> {
    let found = zfs::properties_at(zonepaths, PROPERTY)?.into_iter();
    let marked = found.filter_map(|(zonepath, (dataset, id))| {
        Some((zonepath, plan::destroy::Mark { dataset, id: id? }))
    });
    Ok(marked.collect())
}
