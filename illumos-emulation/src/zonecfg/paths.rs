//! Where libzonecfg's files lie: on the host, below the alternate root if one is set.

use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Host;

/// `MAXPATHLEN`: a longer path, its NUL included, is refused.
pub(super) const MAXPATHLEN: usize = 1024;

/// The alternate root of the process (`zonecfg_set_root`); empty for none.
static ROOT: Mutex<Option<CString>> = Mutex::new(None);

fn root_guard() -> MutexGuard<'static, Option<CString>> {
    ROOT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The alternate root; empty for none.
pub(super) fn root() -> Vec<u8> {
    root_guard()
        .as_deref()
        .unwrap_or_default()
        .to_bytes()
        .to_vec()
}

/// Sets the alternate root. A text of fewer than two bytes means none.
pub(super) fn set_root(root: Option<&CStr>) {
    *root_guard() = root
        .filter(|root| root.count_bytes() > 1)
        .map(CStr::to_owned);
}

/// The alternate root's own memory: it is good until the root is set again.
pub(super) fn root_pointer() -> *const libc::c_char {
    root_guard().as_deref().unwrap_or_default().as_ptr()
}

/// `ROOT` + `parts`, on the host; `None` if the path is too long.
fn below_root(host: &Host, parts: &[&[u8]]) -> Option<PathBuf> {
    let mut path = root();
    path.extend(parts.concat());
    (path.len() < MAXPATHLEN).then(|| on_host(host, &path))
}

/// Where the absolute path `path` of the host lies.
pub(super) fn on_host(host: &Host, path: &[u8]) -> PathBuf {
    let relative = path
        .iter()
        .position(|&byte| byte != b'/')
        .map_or(&[][..], |start| &path[start..]);
    host.dir().join(OsStr::from_bytes(relative))
}

/// `/etc/zones/NAME.xml`
pub(super) fn document(host: &Host, name: &[u8]) -> Option<PathBuf> {
    below_root(host, &[b"/etc/zones/", name, b".xml"])
}

/// `/var/run/zones/NAME.snapshot.xml`
pub(super) fn snapshot(host: &Host, name: &[u8]) -> Option<PathBuf> {
    below_root(host, &[b"/var/run/zones/", name, b".snapshot.xml"])
}

/// `/var/run/zones/NAME.zoneadm.lock`
pub(super) fn zone_lock(host: &Host, name: &[u8]) -> Option<PathBuf> {
    below_root(host, &[b"/var/run/zones/", name, b".zoneadm.lock"])
}

/// `/etc/zones`
pub(super) fn configuration(host: &Host) -> Option<PathBuf> {
    below_root(host, &[b"/etc/zones"])
}

/// `/etc/zones/index`
pub(super) fn index(host: &Host) -> Option<PathBuf> {
    below_root(host, &[b"/etc/zones/index"])
}

/// `/var/run/zones`
pub(super) fn run(host: &Host) -> Option<PathBuf> {
    below_root(host, &[b"/var/run/zones"])
}

/// `/etc/zones/did.txt`, the last debug id given out (extended flavour).
pub(super) fn debug_id(host: &Host) -> Option<PathBuf> {
    below_root(host, &[b"/etc/zones/did.txt"])
}
