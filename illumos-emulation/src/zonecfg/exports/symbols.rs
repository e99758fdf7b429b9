//! The functions that one flavour alone exports, through which programs tell the flavours apart.

use std::ffi::{CStr, c_char, c_int, c_void};

use illumos_sys::{extended, upstream, zone_dochandle_t, zoneid_t};

use super::{argument, at, host, mcap, net, open, point_or};
use crate::Flavour;
use crate::Host;
use crate::zonecfg::debug_id;
use crate::zonecfg::handle::Handle;
use crate::zonecfg::number::{atoi, strtoull};

/// What `host`'s libzonecfg exports under this name, of what not every flavour has; null if it does not.
pub(in crate::zonecfg) fn find(host: &Host, name: &CStr) -> *mut c_void {
    let functions: &[(&CStr, *mut c_void)] = match host.flavour() {
        Flavour::Upstream => &[
            (
                upstream::ZONECFG_LOOKUP_MCAP_NAME,
                mcap::zonecfg_lookup_mcap as *mut c_void,
            ),
            (
                upstream::ZONECFG_MODIFY_MCAP_NAME,
                mcap::zonecfg_modify_mcap as *mut c_void,
            ),
            (
                upstream::ZONECFG_DELETE_MCAP_NAME,
                mcap::zonecfg_delete_mcap as *mut c_void,
            ),
            (
                upstream::ZONECFG_GETMCAPENT_NAME,
                mcap::zonecfg_getmcapent as *mut c_void,
            ),
        ],
        Flavour::Omnios => &[
            (
                extended::ZONECFG_ADD_RES_ATTR_NAME,
                net::zonecfg_add_res_attr as *mut c_void,
            ),
            (
                extended::ZONECFG_REMOVE_RES_ATTR_NAME,
                net::zonecfg_remove_res_attr as *mut c_void,
            ),
            (
                extended::ZONECFG_FREE_RES_ATTR_LIST_NAME,
                net::zonecfg_free_res_attr_list as *mut c_void,
            ),
            (
                extended::ZONECFG_GET_DID_NAME,
                zonecfg_get_did as *mut c_void,
            ),
            (
                extended::ZONECFG_SET_DID_NAME,
                zonecfg_set_did as *mut c_void,
            ),
            (extended::ZONE_GET_DID_NAME, zone_get_did as *mut c_void),
            (
                extended::ZONECFG_FIX_OBSOLETE_NAME,
                zonecfg_fix_obsolete as *mut c_void,
            ),
        ],
    };
    functions
        .iter()
        .find(|(known, _)| *known == name)
        .map_or(std::ptr::null_mut(), |&(_, function)| function)
}

impl Handle {
    fn debug_id(&self) -> Option<i32> {
        self.property("debugid")
            .ok()
            .filter(|id| !id.is_empty())
            .map(atoi)
    }
}

/// Without id: -1.
#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_get_did(handle: zone_dochandle_t) -> zoneid_t {
    point_or("zonecfg_get_did", -1, || {
        // SAFETY: the caller's promise.
        unsafe { at(handle) }
            .and_then(|handle| handle.debug_id())
            .unwrap_or(-1)
    })
}

/// Gives the zone a new debug id, whether it has one or not.
#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_set_did(handle: zone_dochandle_t) {
    point_or("zonecfg_set_did", (), || {
        // SAFETY: the caller's promise.
        let Some(handle) = (unsafe { at(handle) }) else {
            return;
        };
        if let Some(id) = debug_id::next(&handle.host) {
            let _ = handle.set_property("debugid", Some(id.to_string().as_bytes()));
        }
    });
}

/// The debug id of a zone, which gets one if it has none. Where that fails: the id of the process.
#[unsafe(no_mangle)]
unsafe extern "C" fn zone_get_did(zone: *mut c_char) -> zoneid_t {
    let process = zoneid_t::try_from(std::process::id()).unwrap_or(zoneid_t::MAX);
    point_or("zone_get_did", process, || {
        // SAFETY: the caller's promise.
        let zone = unsafe { argument("zone_get_did", zone) };
        let Ok(mut handle) = host().map(Handle::new) else {
            return process;
        };
        if handle.load_named(Some(zone)).is_err() {
            return process;
        }
        if let Some(id) = handle.debug_id() {
            return id;
        }
        let Some(id) = debug_id::next(&handle.host) else {
            return process;
        };
        let _ = handle.set_property("debugid", Some(id.to_string().as_bytes()));
        let _ = handle.save();
        id
    })
}

/// Makes the first `mcap` element what it is on this flavour, a resource control, if the alias can express what is there. 1 if there was
/// one, else 0.
#[unsafe(no_mangle)]
unsafe extern "C" fn zonecfg_fix_obsolete(handle: zone_dochandle_t) -> c_int {
    point_or("zonecfg_fix_obsolete", 0, || {
        // SAFETY: the caller's promise.
        let Ok(handle) = (unsafe { open(handle) }) else {
            return 0;
        };
        if handle.prepare().is_err() {
            return 0;
        }
        let Ok(mcap) = handle.remove("mcap", |_, _| true) else {
            return 0;
        };
        let Some(text) = mcap.attribute("physcap") else {
            return 0;
        };
        let _ = handle.set_alias(b"physical", strtoull(text, 10).value);
        1
    })
}
