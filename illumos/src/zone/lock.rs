//! The lock that zoneadm(8) holds on a zone while it works on it.

use std::io;
use std::os::fd::AsRawFd;

use super::ZoneName;
use crate::{Error, ErrorKind, Result};

/// Who holds the lock of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockHolder {
    /// The process; `None` if the system does not tell, as of a lock that belongs to an open file instead of a process.
    pub pid: Option<u32>,
}

/// Who holds the zone's `/var/run/zones/NAME.zoneadm.lock`, or `None` if the lock is free.
///
/// A `zoneadm` that is started while the lock is held waits for it without an end, so this is to be asked before. The answer may be
/// out of date as soon as it is given. Held during install, uninstall, clone, move, attach, detach and mark; during boot and halt
/// only while `zoneadmd` is being started (illumos-gate usr/src/lib/libzonecfg/common/libzonecfg.c `zonecfg_grab_lock_file`).
///
/// # Errors
/// [`ErrorKind::PermissionDenied`] if the file cannot be opened; [`ErrorKind::Failed`].
pub fn zoneadm_lock_holder(name: &ZoneName) -> Result<Option<LockHolder>> {
    let failed = |error: io::Error| {
        let kind = match error.kind() {
            io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
            _ => ErrorKind::Failed,
        };
        Error::new(
            kind,
            format!("look at the zoneadm lock of zone {name}"),
            error.to_string(),
        )
    };
    let path = crate::host_path(format!("/var/run/zones/{name}.zoneadm.lock"));
    let file = match crate::file::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    // The constants have one type on illumos and another elsewhere.
    let number = |value: i64| libc::c_short::try_from(value).unwrap_or_default();
    // SAFETY: `flock` is a C structure of integers, for which all zeros is a value.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = number(i64::from(libc::F_WRLCK));
    lock.l_whence = number(i64::from(libc::SEEK_SET));
    // SAFETY: `file` keeps the descriptor open, and F_GETLK reads and writes the one structure that it is handed (fcntl(2)).
    let answer = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETLK, &raw mut lock) };
    if answer == -1 {
        return Err(failed(io::Error::last_os_error()));
    }
    if lock.l_type == number(i64::from(libc::F_UNLCK)) {
        return Ok(None);
    }
    let pid = u32::try_from(lock.l_pid).ok().filter(|pid| *pid > 0);
    Ok(Some(LockHolder { pid }))
}
