//! ZFS datasets, through `/usr/sbin/zfs` as a subprocess.

use crate::Result;

/// A file system dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// The name: `rpool/zones/web01`.
    pub name: String,
    /// The mount point; `None` if it is `legacy` or `none`.
    pub mountpoint: Option<String>,
}

/// Lists every file system dataset of the host by name. Snapshots are not listed.
///
/// # Errors
/// If `zfs` fails.
pub fn list() -> Result<Vec<Dataset>> {
    unimplemented!()
}

/// The dataset mounted at the absolute path `mountpoint`, with that path as its mount point, or `None`.
///
/// # Errors
/// If `zfs` fails.
pub fn mounted_at(mountpoint: &str) -> Result<Option<Dataset>> {
    let _ = mountpoint;
    unimplemented!()
}

/// The value of a property, or `None` if it is not set (`-`).
///
/// # Errors
/// [`crate::ErrorKind::NotFound`] without such a dataset.
pub fn get(dataset: &str, property: &str) -> Result<Option<String>> {
    let _ = (dataset, property);
    unimplemented!()
}

/// Sets a property; user properties have a colon in their name.
///
/// # Errors
/// [`crate::ErrorKind::NotFound`]; [`crate::ErrorKind::Invalid`].
pub fn set(dataset: &str, property: &str, value: &str) -> Result<()> {
    let _ = (dataset, property, value);
    unimplemented!()
}

/// Creates a file system dataset.
///
/// # Errors
/// [`crate::ErrorKind::AlreadyExists`]; [`crate::ErrorKind::NotFound`] if the parent does not exist.
pub fn create(dataset: &str, properties: &[(&str, &str)]) -> Result<()> {
    let _ = (dataset, properties);
    unimplemented!()
}

/// Destroys a dataset; with `recursive`, everything below it and all snapshots too.
///
/// # Errors
/// [`crate::ErrorKind::NotFound`]; [`crate::ErrorKind::Busy`] if it is in use, has children or clones.
pub fn destroy(dataset: &str, recursive: bool) -> Result<()> {
    let _ = (dataset, recursive);
    unimplemented!()
}
