//! The zone lock: `/var/run/zones/NAME.zoneadm.lock`, an fcntl(2) lock that is waited for without end.

use std::fs::File;
use std::io;

use rustix::fs::{FlockOperation, fcntl_lock};

use super::Zone;

/// Says that an ancestor holds the lock.
const HELD_VARIABLE: &str = "_ZONEADM_LOCK_HELD";

impl Zone<'_> {
    /// Takes the zone lock; it ends with the process or when dropped. Nothing is taken if an ancestor holds it.
    pub(super) fn lock(&self) -> io::Result<Option<File>> {
        if std::env::var(HELD_VARIABLE).is_ok_and(|value| value == "1") {
            return Ok(None);
        }
        let path = self
            .host
            .path(&format!("/var/run/zones/{}.zoneadm.lock", self.name));
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory)?;
        }
        let file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)?;
        loop {
            match fcntl_lock(&file, FlockOperation::LockExclusive) {
                Err(rustix::io::Errno::INTR) => {}
                result => return result.map(|()| Some(file)).map_err(io::Error::from),
            }
        }
    }

    /// What zoneadmd does one after the other for a zone.
    pub(super) fn daemon(&self) -> io::Result<File> {
        self.host.lock(&format!("zoneadmd.{}", self.name))
    }
}
