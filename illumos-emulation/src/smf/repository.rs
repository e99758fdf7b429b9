//! The repository of a zone: what its profiles and its first boot have changed, in `/etc/svc/repository.db` below its root. The form is the
//! emulation's own, a line for each fact. A clone of the zone has a copy.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

use crate::host::{decode, encode, replace};

/// Where it lies below the zone's root.
const FILE: &str = "etc/svc/repository.db";

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Repository {
    /// Whether instances are enabled of which something else was said than their manifest says.
    pub(super) enabled: BTreeMap<String, bool>,
    /// Values of properties by `FMRI` and `GROUP/PROPERTY`.
    pub(super) properties: BTreeMap<(String, String), String>,
    /// The hash that each profile had when it was applied.
    pub(super) applied: BTreeMap<String, String>,
}

/// The path below the root of a zone; none of its directories may be a link, as a link would lead out of the zone.
pub(super) fn inside(root: &Path, path: &str) -> io::Result<PathBuf> {
    let mut place = root.to_owned();
    for component in path.split('/').filter(|component| !component.is_empty()) {
        if std::fs::symlink_metadata(&place).is_ok_and(|found| !found.is_dir()) {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        place.push(component);
    }
    match std::fs::symlink_metadata(&place) {
        Ok(found) if !found.is_file() => Err(io::Error::other("not a plain file")),
        _ => Ok(place),
    }
}

/// The text of a file of the zone; none if there is no plain file.
pub(super) fn read(root: &Path, path: &str) -> Option<String> {
    let place = inside(root, path).ok()?;
    let bytes = std::fs::read(place).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Adds a line to a log of the zone. That it cannot be written hinders nothing.
pub(super) fn log(root: &Path, fmri: &str, line: &str) {
    use io::Write as _;
    let path = log_path(fmri);
    let Ok(place) = inside(root, &path) else {
        return;
    };
    if let Some(directory) = place.parent() {
        let _ = std::fs::create_dir_all(directory);
    }
    if let Ok(mut file) = std::fs::File::options()
        .create(true)
        .append(true)
        .open(place)
    {
        let _ = writeln!(file, "{line}");
    }
}

/// Where the log of an instance lies in its zone.
pub(super) fn log_path(fmri: &str) -> String {
    let name = fmri.trim_start_matches("svc:/").replace('/', "-");
    format!("/var/svc/log/{name}.log")
}

impl Repository {
    /// Reads the repository of the zone; none if it has not booted yet.
    pub(super) fn load(root: &Path) -> Option<Self> {
        let mut repository = Self::default();
        for line in read(root, FILE)?.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["enabled", fmri, value] => {
                    repository.enabled.insert(fmri.to_owned(), value == "true");
                }
                ["property", fmri, name, value] => {
                    let key = (fmri.to_owned(), decode(name));
                    repository.properties.insert(key, decode(value));
                }
                ["applied", path, hash] => {
                    repository.applied.insert(decode(path), hash.to_owned());
                }
                _ => {}
            }
        }
        Some(repository)
    }

    pub(super) fn save(&self, root: &Path) -> io::Result<()> {
        let mut text = String::from("# The repository of an emulated zone.\n");
        for (fmri, enabled) in &self.enabled {
            let _ = writeln!(text, "enabled {fmri} {enabled}");
        }
        for ((fmri, name), value) in &self.properties {
            let _ = writeln!(text, "property {fmri} {} {}", encode(name), encode(value));
        }
        for (path, hash) in &self.applied {
            let _ = writeln!(text, "applied {} {hash}", encode(path));
        }
        let place = inside(root, FILE)?;
        if let Some(directory) = place.parent() {
            std::fs::create_dir_all(directory)?;
        }
        replace(&place, text.as_bytes())
    }
}
