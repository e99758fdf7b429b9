//! The zones that the kernel has, with one call for their ids and two for each.

use super::ZoneState;
use crate::Result;

/// A zone with kernel presence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KernelZone {
    pub(super) id: i32,
    pub(super) name: String,
    pub(super) state: ZoneState,
}

/// Every zone that the kernel has but the global one. A zone that ends meanwhile is left out. Needs no privilege.
///
/// # Errors
/// As [`zone`].
pub(super) fn zones() -> Result<Vec<KernelZone>> {
    ids()?
        .into_iter()
        .filter(|id| *id != illumos_sys::GLOBAL_ZONEID)
        .filter_map(|id| zone_by_id(id).transpose())
        .collect()
}

/// The zone `name`, if the kernel has it.
///
/// # Errors
/// If the kernel answers something else than that there is no such zone: a zone that runs must not be taken for one that does not.
pub(super) fn zone(name: &str) -> Result<Option<KernelZone>> {
    match id(name)? {
        Some(id) => zone_by_id(id),
        None => Ok(None),
    }
}

/// What zoneadm(8) calls the kernel's `status` of a zone with this root (illumos-gate libzonecfg.c, kernel_state_to_user_state).
fn state(status: u32, root: &str) -> ZoneState {
    match status {
        illumos_sys::ZONE_IS_UNINITIALIZED | illumos_sys::ZONE_IS_INITIALIZED => ZoneState::Ready,
        illumos_sys::ZONE_IS_READY if root.ends_with("/lu") => ZoneState::Mounted,
        illumos_sys::ZONE_IS_READY => ZoneState::Ready,
        illumos_sys::ZONE_IS_BOOTING | illumos_sys::ZONE_IS_RUNNING => ZoneState::Running,
        illumos_sys::ZONE_IS_SHUTTING_DOWN | illumos_sys::ZONE_IS_EMPTY => ZoneState::ShuttingDown,
        _ => ZoneState::Down,
    }
}

#[cfg(not(external_libzonecfg))]
mod system {
    use std::ffi::{CString, c_int};
    use std::io;
    use std::ptr;

    use super::{KernelZone, state};
    use crate::{Error, ErrorKind, Result};

    pub(super) fn ids() -> Result<Vec<i32>> {
        let mut ids: Vec<i32> = Vec::new();
        loop {
            let room = u32::try_from(ids.len()).unwrap_or(u32::MAX);
            let mut count = room;
            let place = if ids.is_empty() {
                ptr::null_mut()
            } else {
                ids.as_mut_ptr()
            };
            // SAFETY: the array has room for as many ids as the count says; the kernel fills at most that many and leaves the number of zones.
            if unsafe { illumos_sys::zone_list(place, &raw mut count) } != 0 {
                let reason = io::Error::last_os_error().to_string();
                return Err(Error::new(
                    ErrorKind::Failed,
                    "list the zones that the kernel has",
                    reason,
                ));
            }
            let total = usize::try_from(count).unwrap_or(usize::MAX);
            if count <= room && !ids.is_empty() {
                ids.truncate(total);
                return Ok(ids);
            }
            // Some more, for zones that come up meanwhile.
            ids = vec![0; total.saturating_add(16)];
        }
    }

    pub(super) fn id(name: &str) -> Result<Option<i32>> {
        let Ok(text) = CString::new(name) else {
            return Ok(None);
        };
        // SAFETY: the name ends in a NUL and is only read.
        let id = unsafe { illumos_sys::getzoneidbyname(text.as_ptr()) };
        if id >= 0 {
            return Ok(Some(id));
        }
        let error = io::Error::last_os_error();
        // illumos-gate usr/src/uts/common/os/zone.c, zone_lookup
        if error.raw_os_error() == Some(libc::EINVAL) {
            return Ok(None);
        }
        let operation = format!("ask the kernel for zone {name}");
        Err(Error::new(ErrorKind::Failed, operation, error.to_string()))
    }

    pub(super) fn zone_by_id(id: i32) -> Result<Option<KernelZone>> {
        let Some(name) = text::<{ illumos_sys::ZONENAME_MAX }>(id, illumos_sys::ZONE_ATTR_NAME)?
        else {
            return Ok(None);
        };
        let mut status = [0; 4];
        if attribute(id, illumos_sys::ZONE_ATTR_STATUS, &mut status)?.is_none() {
            return Ok(None);
        }
        let status = u32::from_ne_bytes(status);
        // The root tells a mounted zone from one that is ready, and nothing else: of 8,192 running ones it is not asked for.
        let mounted_at = if status == illumos_sys::ZONE_IS_READY {
            root(id)?
        } else {
            String::new()
        };
        Ok(Some(KernelZone {
            id,
            name,
            state: state(status, &mounted_at),
        }))
    }

    /// Where the zone's root is mounted, without a trailing slash; empty if the zone is gone.
    pub(in crate::zone) fn root(id: i32) -> Result<String> {
        let root = text::<{ illumos_sys::MAXPATHLEN }>(id, illumos_sys::ZONE_ATTR_ROOT)?;
        let root = root.unwrap_or_default();
        Ok(root.trim_end_matches('/').to_owned())
    }

    /// Only the attributes 1 to 11 have the same number on every distribution. `None` if the zone is gone.
    fn attribute(id: i32, attribute: c_int, buffer: &mut [u8]) -> Result<Option<usize>> {
        // SAFETY: the buffer is writable for the length that is given with it.
        let length = unsafe {
            illumos_sys::zone_getattr(id, attribute, buffer.as_mut_ptr().cast(), buffer.len())
        };
        if let Ok(length) = usize::try_from(length) {
            return Ok(Some(length));
        }
        let error = io::Error::last_os_error();
        // illumos-gate usr/src/uts/common/os/zone.c, zone_getattr
        if error.raw_os_error() == Some(libc::EINVAL) {
            return Ok(None);
        }
        let operation = format!("ask the kernel for zone {id}");
        Err(Error::new(ErrorKind::Failed, operation, error.to_string()))
    }

    /// A text of at most `N` bytes with its end.
    fn text<const N: usize>(id: i32, number: c_int) -> Result<Option<String>> {
        let mut buffer = [0; N];
        if attribute(id, number, &mut buffer)?.is_none() {
            return Ok(None);
        }
        let text = buffer.split(|byte| *byte == 0).next().unwrap_or_default();
        Ok(Some(String::from_utf8_lossy(text).into_owned()))
    }
}

/// Beside another libzonecfg the kernel is the emulated one all the same.
#[cfg(external_libzonecfg)]
mod system {
    use illumos_emulation::{Host, kernel};

    use super::{KernelZone, state};
    use crate::Result;

    fn zone(zone: kernel::KernelZone) -> KernelZone {
        let root = zone.root.trim_end_matches('/').to_owned();
        KernelZone {
            id: zone.id,
            name: zone.name,
            state: state(zone.status, &root),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "as on a real host")]
    pub(in crate::zone) fn root(id: i32) -> Result<String> {
        Ok(Host::current()
            .and_then(|host| kernel::zone_by_id(&host, id))
            .map(|zone| zone.root.trim_end_matches('/').to_owned())
            .unwrap_or_default())
    }

    #[expect(clippy::unnecessary_wraps, reason = "as on a real host")]
    pub(super) fn ids() -> Result<Vec<i32>> {
        Ok(Host::current()
            .map(|host| kernel::zones(&host))
            .unwrap_or_default()
            .into_iter()
            .map(|zone| zone.id)
            .collect())
    }

    #[expect(clippy::unnecessary_wraps, reason = "as on a real host")]
    pub(super) fn id(name: &str) -> Result<Option<i32>> {
        let zone = Host::current().and_then(|host| kernel::zone(&host, name));
        Ok(zone.map(|zone| zone.id))
    }

    #[expect(clippy::unnecessary_wraps, reason = "as on a real host")]
    pub(super) fn zone_by_id(id: i32) -> Result<Option<KernelZone>> {
        let found = Host::current().and_then(|host| kernel::zone_by_id(&host, id));
        Ok(found.map(zone))
    }
}

pub(super) use system::root;
use system::{id, ids, zone_by_id};

#[cfg(test)]
mod tests {
    use super::state;
    use crate::zone::ZoneState;

    #[test]
    fn kernel_states_have_zoneadms_names() {
        let expected = [
            ZoneState::Ready,
            ZoneState::Ready,
            ZoneState::Ready,
            ZoneState::Running,
            ZoneState::Running,
            ZoneState::ShuttingDown,
            ZoneState::ShuttingDown,
            ZoneState::Down,
            ZoneState::Down,
            ZoneState::Down,
        ];
        for (status, expected) in (0..).zip(expected) {
            assert_eq!(state(status, "/zones/web01/root"), expected, "{status}");
        }
        assert_eq!(state(2, "/zones/web01/lu"), ZoneState::Mounted);
        assert_eq!(state(4, "/zones/web01/lu"), ZoneState::Running);
    }
}
