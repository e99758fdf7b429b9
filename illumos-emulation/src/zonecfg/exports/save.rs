//! Saving, deleting and detaching.

use std::ffi::{c_char, c_int};
use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use illumos_sys::{boolean_t, uint_t, zone_dochandle_t};

use super::{argument, at, boolean, host, open, point, point_or};
use crate::Host;
use crate::zonecfg::handle::Handle;
use crate::zonecfg::index::{self, Change};
use crate::zonecfg::save::file_error;
use crate::zonecfg::{code, paths, state};

/// `ZONE_DRY_RUN`: the detached document goes to the standard output.
const DRY_RUN: uint_t = 1;

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_save(handle: zone_dochandle_t) -> c_int {
    // SAFETY: the caller's promise.
    point("zonecfg_save", || unsafe { open(handle) }?.save())
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_verify_save(handle: zone_dochandle_t, file: *mut c_char) -> c_int {
    point("zonecfg_verify_save", || {
        // SAFETY: the caller's promise.
        let (handle, file) = unsafe { (open(handle)?, argument("zonecfg_verify_save", file)) };
        handle.verify_save(&paths::on_host(&handle.host, file))
    })
}

/// Removes the document; one that is not there is no error but [`code::NO_ZONE`].
fn remove_document(path: &Path) -> Result<(), i32> {
    fs::remove_file(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => code::NO_ZONE,
        _ => file_error(&error),
    })
}

/// Removes a zone's configuration.
fn destroy(host: &Host, zone: &[u8], force: bool) -> Result<(), i32> {
    let path = paths::document(host, zone).ok_or(code::MISC_FS)?;
    let state = state::of(host, zone);
    match rustix::fs::access(&path, rustix::fs::Access::WRITE_OK) {
        Err(rustix::io::Errno::NOENT) if state.is_err() => return Err(code::NO_ZONE),
        Err(rustix::io::Errno::ACCESS) => return Err(code::ACCES),
        Err(error) if error != rustix::io::Errno::NOENT && !force => return Err(code::MISC_FS),
        _ => {}
    }
    // The real library compares an uninitialized variable where the zone is not in the index; this is what was observed then.
    let state = state.map_err(|_| code::BAD_ZONE_STATE)?;
    if state > illumos_sys::ZONE_STATE_INSTALLED
        || (!force && state > illumos_sys::ZONE_STATE_CONFIGURED)
    {
        return Err(code::BAD_ZONE_STATE);
    }
    match index::put(host, &Change::Remove { name: zone }) {
        Err(code) if !force => return Err(code),
        _ => {}
    }
    match remove_document(&path) {
        Err(code::NO_ZONE) => Ok(()),
        removed => removed,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_destroy(zone: *const c_char, force: boolean_t) -> c_int {
    point("zonecfg_destroy", || {
        // SAFETY: the caller's promise.
        let zone = unsafe { argument("zonecfg_destroy", zone) };
        destroy(&host()?, zone, force != 0)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_create_snapshot(zone: *const c_char) -> c_int {
    point("zonecfg_create_snapshot", || {
        // SAFETY: the caller's promise.
        let zone = unsafe { argument("zonecfg_create_snapshot", zone) };
        let mut handle = Handle::new(host()?);
        handle.load_named(Some(zone))?;
        handle.save_snapshot(zone)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_destroy_snapshot(zone: *const c_char) -> c_int {
    point("zonecfg_destroy_snapshot", || {
        // SAFETY: the caller's promise.
        let zone = unsafe { argument("zonecfg_destroy_snapshot", zone) };
        remove_document(&paths::snapshot(&host()?, zone).ok_or(code::MISC_FS)?)
    })
}

/// `SUNWdetached.xml` in the zonepath of the zone that the handle is of.
fn detached_file(handle: &Handle, file: &str) -> Result<std::path::PathBuf, i32> {
    let (zonepath, _) = state::zonepath(&handle.host, handle.property("name")?)?;
    Ok(paths::on_host(&handle.host, &zonepath).join(file))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_detach_save(handle: zone_dochandle_t, flags: uint_t) -> c_int {
    point("zonecfg_detach_save", || {
        // SAFETY: the caller's promise.
        let handle = unsafe { open(handle) }?;
        handle.document()?;
        let path = if flags & DRY_RUN == 0 {
            Some(detached_file(handle, "SUNWdetached.xml")?)
        } else {
            None
        };
        let bytes = handle.detached()?;
        match path {
            Some(path) => {
                fs::write(&path, bytes).map_err(|_| code::SAVING_FILE)?;
                let _ = fs::set_permissions(&path, fs::Permissions::from_mode(0o644));
                Ok(())
            }
            None => std::io::stdout()
                .write_all(&bytes)
                .map_err(|_| code::SAVING_FILE),
        }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_detached(zonepath: *const c_char) -> boolean_t {
    point_or("zonecfg_detached", boolean(false), || {
        // SAFETY: the caller's promise.
        let zonepath = unsafe { argument("zonecfg_detached", zonepath) };
        boolean(host().is_ok_and(|host| {
            paths::on_host(&host, zonepath)
                .join("SUNWdetached.xml")
                .exists()
        }))
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_rm_detached(handle: zone_dochandle_t, forced: boolean_t) {
    point_or("zonecfg_rm_detached", (), || {
        // SAFETY: the caller's promise.
        let Some(handle) = (unsafe { at(handle) }) else {
            return;
        };
        let (Ok(detached), Ok(attached)) = (
            detached_file(handle, "SUNWdetached.xml"),
            detached_file(handle, "SUNWattached.xml"),
        ) else {
            return;
        };
        if forced == 0 {
            let _ = fs::remove_file(attached);
            let _ = fs::remove_file(detached);
        } else {
            let _ = fs::rename(detached, attached);
        }
    });
}

/// Without a document, the directory is asked: whether a new zone could be made. So done does not mean that the zone exists.
#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_access(zone: *const c_char, mode: c_int) -> c_int {
    use rustix::fs::{Access, access};
    use rustix::io::Errno;
    point("zonecfg_access", || {
        // SAFETY: the caller's promise.
        let zone = unsafe { argument("zonecfg_access", zone) };
        let host = host()?;
        let mode =
            Access::from_bits(mode.try_into().map_err(|_| code::INVAL)?).ok_or(code::INVAL)?;
        let document = paths::document(&host, zone).ok_or(code::INVAL)?;
        let directory = paths::configuration(&host).ok_or(code::INVAL)?;
        let answer = match access(&document, mode) {
            Err(Errno::NOENT) => access(&directory, mode),
            answer => answer,
        };
        answer.map_err(|error| match error {
            Errno::ACCESS => code::ACCES,
            Errno::INVAL => code::INVAL,
            _ => code::MISC_FS,
        })
    })
}
