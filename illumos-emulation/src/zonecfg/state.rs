//! States, paths and brands of zones: the kernel's word first, then the index, then the document.

use super::document::ZoneDocument;
use super::{code, document, index, paths};
use crate::Host;
use crate::kernel::{self, KernelZone};

/// `ZONE_STATE_*`
const READY: u32 = 3;
const RUNNING: u32 = 4;
const SHUTTING_DOWN: u32 = 5;
const DOWN: u32 = 6;
const MOUNTED: u32 = 7;

/// The state of a zone that the kernel knows.
fn of_kernel(zone: &KernelZone) -> u32 {
    match zone.status {
        0 | 1 => READY,
        // A scratch zone: its root is mounted for maintenance.
        2 if zone.root.len() > 3 && zone.root.trim_end_matches('/').ends_with("/lu") => MOUNTED,
        2 => READY,
        3 | 4 => RUNNING,
        5 | 6 => SHUTTING_DOWN,
        _ => DOWN,
    }
}

/// The state of the zone `name`, a `ZONE_STATE_*`.
///
/// With an alternate root, the running zone of the same name is another one.
///
/// # Errors
/// [`code::NO_ZONE`].
pub(super) fn of(host: &Host, name: &[u8]) -> Result<u32, i32> {
    let running = std::str::from_utf8(name)
        .ok()
        .filter(|_| paths::root().is_empty());
    if let Some(zone) = running.and_then(|name| kernel::zone(host, name)) {
        return Ok(of_kernel(&zone));
    }
    index::find(host, name)
        .map(|entry| u32::from(entry.state))
        .ok_or(code::NO_ZONE)
}

/// The text of a `ZONE_STATE_*`.
pub(super) fn text(state: u32) -> &'static std::ffi::CStr {
    match state {
        0 => c"configured",
        1 => c"incomplete",
        2 => c"installed",
        READY => c"ready",
        RUNNING => c"running",
        SHUTTING_DOWN => c"shutting_down",
        DOWN => c"down",
        MOUNTED => c"mounted",
        _ => c"unknown",
    }
}

/// Where a zone lies, and whether it comes from the index, which says nothing when it does not fit.
///
/// # Errors
/// Those of reading the document.
pub(super) fn zonepath(host: &Host, name: &[u8]) -> Result<(Vec<u8>, bool), i32> {
    let mut path = paths::root();
    while path.last() == Some(&b'/') {
        path.pop();
    }
    if name == b"global" {
        return Ok((if path.is_empty() { b"/".to_vec() } else { path }, true));
    }
    if let Some(entry) = index::find(host, name).filter(|entry| !entry.path.is_empty()) {
        path.extend(entry.path);
        return Ok((path, true));
    }
    let name = String::from_utf8_lossy(name);
    let document = document::load_snapshot(host, &name).or_else(|_| document::load(host, &name))?;
    Ok((
        [paths::root(), document.zonepath().into_bytes()].concat(),
        false,
    ))
}

/// The brand that zones without one have: that of the template `SUNWdefault`, or `native`.
///
/// # Errors
/// Those of reading the template.
pub(super) fn default_brand(host: &Host) -> Result<Vec<u8>, i32> {
    let brand = document::load(host, "SUNWdefault")?.brand();
    Ok(if brand.is_empty() {
        b"native".to_vec()
    } else {
        brand.into_bytes()
    })
}

/// The brand of a zone; the global zone has the default one.
///
/// # Errors
/// Those of reading its document.
pub(super) fn brand(host: &Host, name: &[u8]) -> Result<Vec<u8>, i32> {
    if name == b"global" {
        return default_brand(host);
    }
    let brand = document::load(host, &String::from_utf8_lossy(name))
        .as_ref()
        .map(ZoneDocument::brand)
        .map_err(|&code| code)?;
    if brand.is_empty() {
        default_brand(host)
    } else {
        Ok(brand.into_bytes())
    }
}

/// The id of a zone: `text` is the id or the name of one that the kernel knows, or the name of one with a document, which has
/// the id -1.
pub(super) fn id(host: &Host, text: &[u8]) -> Option<i32> {
    let number = super::number::strtoull(text, 0);
    if number.length > 0 && number.length == text.len() && !number.overflows {
        let id = i32::try_from(number.value.cast_signed()).ok();
        if let Some(zone) = id.and_then(|id| kernel::zone_by_id(host, id)) {
            return Some(zone.id);
        }
    }
    let name = std::str::from_utf8(text).ok()?;
    if let Some(zone) = kernel::zone(host, name) {
        return Some(zone.id);
    }
    document::load(host, name).is_ok().then_some(-1)
}
