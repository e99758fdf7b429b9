use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use illumos::zfs::{self, MountPoint};

use crate::Failure;

/// The datasets of the host, each asked for when somebody wants to know, and then kept: a host with 8,192 zones has several for each.
#[derive(Debug, Default)]
pub struct Datasets {
    places: Mutex<BTreeMap<String, bool>>,
    named: Mutex<BTreeMap<String, Option<MountPoint>>>,
}

impl Datasets {
    /// Whether a dataset is mounted at the absolute path, with that path as its mount point.
    ///
    /// # Errors
    /// If `zfs` fails.
    pub fn is_mount_point(&self, path: &str) -> Result<bool, Failure> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = places.get(path) {
            return Ok(*known);
        }
        let found = zfs::property_at(path, "type")?.is_some();
        places.insert(path.to_owned(), found);
        Ok(found)
    }

    /// The mount point of a dataset; `None` if there is no such dataset.
    ///
    /// # Errors
    /// If `zfs` fails.
    pub fn mount_point(&self, dataset: &str) -> Result<Option<MountPoint>, Failure> {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = named.get(dataset) {
            return Ok(known.clone());
        }
        let found = match zfs::mount_point(dataset) {
            Ok(found) => Some(found),
            Err(error) if error.kind() == illumos::ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        named.insert(dataset.to_owned(), found.clone());
        Ok(found)
    }
}
