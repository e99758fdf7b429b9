//! The C functions of libc that tell of zones (illumos-gate usr/src/head/zone.h).

use std::ffi::{CStr, c_char, c_int, c_void};

use illumos_sys::{datalink_id_t, uint_t, zoneid_t};

use super::KernelZone;
use crate::{Host, datalink, fault};

/// `ALL_ZONES`.
const ALL_ZONES: zoneid_t = -1;

/// Passes the points of `name` and gives `work` the host; what goes wrong is put into `errno`, and `failed` returned.
fn call<T>(name: &'static str, failed: T, work: impl FnOnce(&Host) -> Result<T, c_int>) -> T {
    let result = match (fault::before(name), Host::current()) {
        (Err(code), _) => Err(code),
        (Ok(()), None) => Err(libc::ENOENT),
        (Ok(()), Some(host)) => work(&host),
    };
    match result {
        Ok(value) => {
            fault::after(name);
            value
        }
        Err(code) => {
            set_errno(code);
            failed
        }
    }
}

fn set_errno(code: c_int) {
    #[cfg(any(target_os = "macos", target_os = "freebsd"))]
    // SAFETY: libc promises that the function returns the address of this thread's errno.
    let errno = unsafe { libc::__error() };
    #[cfg(not(any(target_os = "macos", target_os = "freebsd")))]
    // SAFETY: as above.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: as above.
    unsafe { *errno = code };
}

/// `getzoneid(3C)`: the emulated world is seen from the global zone.
#[unsafe(no_mangle)]
extern "C" fn getzoneid() -> zoneid_t {
    call("getzoneid", -1, |_| Ok(0))
}

/// `getzoneidbyname(3C)`.
///
/// # Safety
/// `name` is null or a C string.
#[unsafe(no_mangle)]
unsafe extern "C" fn getzoneidbyname(name: *const c_char) -> zoneid_t {
    call("getzoneidbyname", -1, |host| {
        if name.is_null() {
            return Ok(0);
        }
        // SAFETY: the caller promises a C string.
        let name = unsafe { CStr::from_ptr(name) }
            .to_str()
            .map_err(|_| libc::EINVAL)?;
        super::zone(host, name)
            .map(|zone| zone.id)
            .ok_or(libc::EINVAL)
    })
}

/// `getzonenamebyid(3C)`: the length of the name with its end, of which at most `length` bytes are stored.
///
/// # Safety
/// `buffer` is null or has room for `length` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn getzonenamebyid(id: zoneid_t, buffer: *mut c_char, length: usize) -> isize {
    call("getzonenamebyid", -1, |host| {
        let zone = super::zone_by_id(host, id).ok_or(libc::EINVAL)?;
        // SAFETY: the caller promises room for `length` bytes.
        Ok(unsafe { store_text(&zone.name, buffer.cast(), length) })
    })
}

/// `zone_getattr(2)` for the attributes 1 to 11, which are alike everywhere.
///
/// # Safety
/// `value` is null or has room for `length` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn zone_getattr(
    id: zoneid_t,
    attribute: c_int,
    value: *mut c_void,
    length: usize,
) -> isize {
    call("zone_getattr", -1, |host| {
        super::with_zone(host, id, |zone| {
            // SAFETY: the caller promises room for `length` bytes.
            unsafe { store_attribute(zone, attribute, value.cast(), length) }
        })
        .unwrap_or(Err(libc::EINVAL))
    })
}

/// # Safety
/// `value` is null or has room for `length` bytes.
unsafe fn store_attribute(
    zone: &KernelZone,
    attribute: c_int,
    value: *mut u8,
    length: usize,
) -> Result<isize, c_int> {
    let text = match attribute {
        1 => &zone.root,
        2 => &zone.name,
        9 => "/sbin/init",
        10 => &zone.bootargs,
        11 => &zone.brand,
        _ => {
            let number = match attribute {
                3 => zone.status.to_ne_bytes().to_vec(),
                // The id serves as the number that no other zone ever has.
                5 => i64::from(zone.id).to_ne_bytes().to_vec(),
                6 => 0_i32.to_ne_bytes().to_vec(),
                7 => if zone.init_pid == 0 {
                    -1
                } else {
                    zone.init_pid
                }
                .to_ne_bytes()
                .to_vec(),
                _ => return Err(libc::EINVAL),
            };
            // SAFETY: the caller promises room for `length` bytes.
            return Ok(unsafe { store(&number, value, length) });
        }
    };
    // SAFETY: the caller promises room for `length` bytes.
    Ok(unsafe { store_text(text, value, length) })
}

/// Stores as many of `bytes` as there is room for; returns how many there are.
///
/// # Safety
/// `value` is null or has room for `length` bytes.
unsafe fn store(bytes: &[u8], value: *mut u8, length: usize) -> isize {
    if !value.is_null() {
        // SAFETY: the caller promises room for `length` bytes, of which at most so many are written; the
        // source is memory of this program, which the caller's buffer cannot overlap.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), value, bytes.len().min(length)) };
    }
    isize::try_from(bytes.len()).unwrap_or(isize::MAX)
}

/// As [`store`], for a text with its end.
///
/// # Safety
/// `value` is null or has room for `length` bytes.
unsafe fn store_text(text: &str, value: *mut u8, length: usize) -> isize {
    let mut bytes = text.as_bytes().to_vec();
    bytes.push(0);
    // SAFETY: the caller promises room for `length` bytes.
    unsafe { store(&bytes, value, length) }
}

/// `zone_list(2)`: at most `*count` ids are stored; `*count` becomes the number of zones.
///
/// # Safety
/// `count` is valid; `ids` is null or has room for `*count` ids.
#[unsafe(no_mangle)]
unsafe extern "C" fn zone_list(ids: *mut zoneid_t, count: *mut uint_t) -> c_int {
    call("zone_list", -1, |host| {
        if count.is_null() {
            return Err(libc::EFAULT);
        }
        let known = super::ids(host);
        // SAFETY: the caller promises a valid `count`.
        let room = unsafe { *count } as usize;
        if !ids.is_null() {
            // SAFETY: the caller promises room for `room` ids; the source is memory of this program.
            unsafe { std::ptr::copy_nonoverlapping(known.as_ptr(), ids, known.len().min(room)) };
        }
        // SAFETY: the caller promises a valid `count`.
        unsafe { *count = uint_t::try_from(known.len()).unwrap_or(uint_t::MAX) };
        Ok(0)
    })
}

/// `zone_check_datalink`: whether the link is in the zone `*id`; with `ALL_ZONES` there, `*id` becomes the zone
/// that has it. 0 if found; else -1 and `ENXIO`.
///
/// # Safety
/// `id` is valid.
#[unsafe(no_mangle)]
unsafe extern "C" fn zone_check_datalink(id: *mut zoneid_t, link: datalink_id_t) -> c_int {
    call("zone_check_datalink", -1, |host| {
        if id.is_null() {
            return Err(libc::EFAULT);
        }
        let table = datalink::read(host).map_err(|_| libc::EIO)?;
        let zone = table.by_id(link).map_or("", |link| &link.zone);
        let holder = if zone.is_empty() {
            None
        } else {
            super::zone(host, zone)
        };
        let holder = holder.ok_or(libc::ENXIO)?.id;
        // SAFETY: the caller promises a valid `id`.
        unsafe {
            if *id != ALL_ZONES && *id != holder {
                return Err(libc::ENXIO);
            }
            *id = holder;
        }
        Ok(0)
    })
}

/// `zone_list_datalink`: the ids of the links in a zone.
///
/// # Safety
/// `count` is valid; `links` is null or has room for `*count` ids.
#[unsafe(no_mangle)]
unsafe extern "C" fn zone_list_datalink(
    id: zoneid_t,
    count: *mut c_int,
    links: *mut datalink_id_t,
) -> c_int {
    call("zone_list_datalink", -1, |host| {
        if count.is_null() {
            return Err(libc::EFAULT);
        }
        let zone = super::zone_by_id(host, id).ok_or(libc::ENXIO)?;
        let table = datalink::read(host).map_err(|_| libc::EIO)?;
        let held = table
            .links()
            .iter()
            .filter(|link| link.zone == zone.name && id != 0);
        let held: Vec<datalink_id_t> = held.map(|link| link.id).collect();
        // SAFETY: the caller promises a valid `count`.
        let room = usize::try_from(unsafe { *count }).unwrap_or(0);
        if !links.is_null() {
            // SAFETY: the caller promises room for `room` ids; the source is memory of this program.
            unsafe { std::ptr::copy_nonoverlapping(held.as_ptr(), links, held.len().min(room)) };
        }
        // SAFETY: the caller promises a valid `count`.
        unsafe { *count = c_int::try_from(held.len()).unwrap_or(c_int::MAX) };
        Ok(0)
    })
}
