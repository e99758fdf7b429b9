//! The lock that zoneadm(8) takes on a zone, and calls to the zone's daemon, of which the emulation has none.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::fs::{DirBuilder, OpenOptions};
use std::io::ErrorKind;
use std::os::fd::{FromRawFd, IntoRawFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::sync::atomic::{AtomicI32, Ordering};

use illumos_sys::boolean_t;
use rustix::fs::FlockOperation;

use super::{argument, boolean, host, point_or};
use crate::zonecfg::number::atoi;
use crate::zonecfg::{crash, paths};

/// How often this process holds the lock: of one zone or another, that is not asked.
static HELD: AtomicI32 = AtomicI32::new(0);

/// Tells child processes whether an ancestor holds the lock.
const VARIABLE: &CStr = c"_ZONEADM_LOCK_HELD";

/// The variable's value.
fn variable() -> Option<i32> {
    std::env::var_os("_ZONEADM_LOCK_HELD").map(|value| atoi(value.as_encoded_bytes()))
}

fn set_variable(is_held: bool) {
    let value = if is_held { c"1" } else { c"0" };
    // SAFETY: the real library changes the environment here as well; callers keep other threads from it.
    unsafe { libc::setenv(VARIABLE.as_ptr(), value.as_ptr(), 1) };
}

fn report(zone: &[u8], message: &str) {
    crash::report(&format!(
        "zone '{}': {message}",
        String::from_utf8_lossy(zone)
    ));
}

/// Must have been called before the lock is taken.
#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_init_lock_file(_zone: *const c_char, environment: *mut *mut c_char) {
    // SAFETY: the name ends in NUL; the result is the environment's own memory, as with the real library.
    let value = unsafe { libc::getenv(VARIABLE.as_ptr()) };
    // SAFETY: the caller's promise.
    unsafe { *environment = value };
    match variable() {
        None => set_variable(false),
        Some(1) => HELD.store(1, Ordering::SeqCst),
        Some(_) => {}
    }
}

/// Waits for the lock for ever. Whoever holds one gets any other at once, which then locks nothing.
#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_grab_lock_file(zone: *const c_char, descriptor: *mut c_int) -> c_int {
    const NAME: &str = "zonecfg_grab_lock_file";
    point_or(NAME, -1, || {
        // SAFETY: the caller's promise.
        let zone = unsafe { argument(NAME, zone) };
        let Some(environment) = variable() else {
            crash::assertion(NAME, "getenv(LOCK_ENV_VAR) != NULL");
        };
        let is_held = HELD.load(Ordering::SeqCst) > 0;
        if is_held != (environment == 1) {
            crash::assertion(
                NAME,
                "atoi(getenv(LOCK_ENV_VAR)) is whether the lock is held",
            );
        }
        let locked = if is_held {
            HELD.fetch_add(1, Ordering::SeqCst);
            Ok(-1)
        } else {
            lock(zone)
        };
        match locked {
            Ok(locked) => {
                // SAFETY: the caller's promise.
                unsafe { *descriptor = locked };
                0
            }
            Err(message) => {
                report(zone, &message);
                -1
            }
        }
    })
}

fn lock(zone: &[u8]) -> Result<c_int, String> {
    let host = host().map_err(|_| "there is no host".to_owned())?;
    let too_long = || "alternate root path is too long".to_owned();
    let directory = paths::run(&host).ok_or_else(too_long)?;
    match DirBuilder::new().mode(0o700).create(&directory) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(format!("could not mkdir {}: {error}", directory.display()));
        }
        _ => {}
    }
    let path = paths::zone_lock(&host, zone).ok_or_else(too_long)?;
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path);
    let file = file.map_err(|error| format!("could not open {}: {error}", path.display()))?;
    rustix::fs::fcntl_lock(&file, FlockOperation::LockExclusive)
        .map_err(|error| format!("unable to lock {}: {error}", path.display()))?;
    set_variable(true);
    HELD.store(1, Ordering::SeqCst);
    Ok(file.into_raw_fd())
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_release_lock_file(_zone: *const c_char, descriptor: c_int) {
    const NAME: &str = "zonecfg_release_lock_file";
    if HELD.load(Ordering::SeqCst) > 0 {
        if variable() != Some(1) {
            crash::assertion(NAME, "atoi(getenv(LOCK_ENV_VAR)) == 1");
        }
        if HELD.fetch_sub(1, Ordering::SeqCst) > 1 {
            if descriptor != -1 {
                crash::assertion(NAME, "lockfd == -1");
            }
            return;
        }
        set_variable(false);
    }
    if descriptor < 0 {
        crash::assertion(NAME, "lockfd >= 0");
    }
    // SAFETY: the descriptor comes from zonecfg_grab_lock_file and is not used any more: the caller's promise.
    drop(unsafe { OwnedFd::from_raw_fd(descriptor) });
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_lock_file_held(descriptor: *mut c_int) -> boolean_t {
    // SAFETY: the caller's promise.
    boolean(unsafe { *descriptor } >= 0 || HELD.load(Ordering::SeqCst) > 0)
}

/// No zone has a daemon.
#[unsafe(no_mangle)]
extern "C" fn zonecfg_ping_zoneadmd(_zone: *const c_char) -> c_int {
    -1
}

/// There is no daemon to start: zones change their state through `zoneadm`.
#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_call_zoneadmd(
    zone: *const c_char,
    _request: *mut c_void,
    _locale: *mut c_char,
    lock: boolean_t,
) -> c_int {
    const NAME: &str = "zonecfg_call_zoneadmd";
    point_or(NAME, -1, || {
        let mut descriptor = -1;
        // SAFETY: the caller's promise.
        if lock != 0 && unsafe { zonecfg_grab_lock_file(zone, &raw mut descriptor) } != 0 {
            return -1;
        }
        // SAFETY: the caller's promise.
        report(unsafe { argument(NAME, zone) }, "could not start zoneadmd");
        if lock != 0 {
            // SAFETY: the descriptor was just taken.
            unsafe { zonecfg_release_lock_file(zone, descriptor) };
        }
        -1
    })
}
