//! Debug ids of zones (extended flavour).

use std::fs::OpenOptions;
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;

use rustix::fs::FlockOperation;

use super::number::atoi;
use super::paths;
use crate::Host;

/// The next debug id; they are counted in a file.
pub(crate) fn next(host: &Host) -> Option<i32> {
    let path = paths::debug_id(host)?;
    let mut options = OpenOptions::new();
    let mut file = options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o644)
        .open(path)
        .ok()?;
    rustix::fs::fcntl_lock(&file, FlockOperation::LockExclusive).ok()?;
    let mut text = Vec::new();
    file.read_to_end(&mut text).ok()?;
    let id = if text.is_empty() {
        1
    } else {
        atoi(&text).checked_add(1)?
    };
    file.rewind().ok()?;
    file.write_all(format!("{id}\n").as_bytes()).ok()?;
    Some(id)
}
