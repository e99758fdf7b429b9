//! Which layout the library has, and the functions that it alone exports.
//!
//! Both flavours have the same soname and symbol version, so the run-time linker lets either through. What differs is which symbols are
//! exported.

use std::ffi::{CStr, c_void};
use std::mem::transmute;
use std::ptr::{self, NonNull};

use illumos_sys::{extended, upstream};

use super::symbol;
use crate::{Error, ErrorKind, Flavour, Result};

/// The library's flavour, with what only that flavour exports.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Api {
    Upstream(Upstream),
    Extended(Extended),
}

/// What only the upstream flavour exports.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Upstream {
    pub(crate) lookup_mcap: upstream::zonecfg_lookup_mcap_fn,
    pub(crate) modify_mcap: upstream::zonecfg_modify_mcap_fn,
    pub(crate) delete_mcap: upstream::zonecfg_delete_mcap_fn,
}

/// What only the extended flavour exports.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extended {
    pub(crate) add_res_attr: extended::zonecfg_add_res_attr_fn,
    pub(crate) free_res_attr_list: extended::zonecfg_free_res_attr_list_fn,
    pub(crate) get_did: extended::zonecfg_get_did_fn,
    pub(crate) set_did: extended::zonecfg_set_did_fn,
    pub(crate) fix_obsolete: extended::zonecfg_fix_obsolete_fn,
    /// How many bytes the value of a property node has: 256 or 1024.
    pub(crate) value_length: usize,
}

impl Api {
    /// The library of the system; off illumos that of the current host, which is why it is not remembered there: threads are on different
    /// hosts, and a directory may become another host.
    pub(crate) fn get() -> Result<Self> {
        #[cfg(target_os = "illumos")]
        {
            static API: std::sync::OnceLock<Result<Api>> = std::sync::OnceLock::new();
            API.get_or_init(Self::detect).clone()
        }
        #[cfg(not(target_os = "illumos"))]
        {
            if illumos_emulation::Host::current().is_none() {
                return Err(unsupported(
                    "there is no emulated host; ZMGR_EMULATED_HOST=DIR names one",
                ));
            }
            Self::detect()
        }
    }

    fn detect() -> Result<Self> {
        let lookup_mcap = symbol::zonecfg(upstream::ZONECFG_LOOKUP_MCAP_NAME);
        let add_res_attr = symbol::zonecfg(extended::ZONECFG_ADD_RES_ATTR_NAME);
        match (lookup_mcap, add_res_attr) {
            (Some(lookup_mcap), None) => {
                let modify_mcap = needed(upstream::ZONECFG_MODIFY_MCAP_NAME)?;
                let delete_mcap = needed(upstream::ZONECFG_DELETE_MCAP_NAME)?;
                // SAFETY: a library of this flavour exports these names as functions of these types (illumos-gate libzonecfg.h).
                let api = unsafe {
                    Upstream {
                        lookup_mcap: transmute::<NonNull<c_void>, upstream::zonecfg_lookup_mcap_fn>(
                            lookup_mcap,
                        ),
                        modify_mcap: transmute::<NonNull<c_void>, upstream::zonecfg_modify_mcap_fn>(
                            modify_mcap,
                        ),
                        delete_mcap: transmute::<NonNull<c_void>, upstream::zonecfg_delete_mcap_fn>(
                            delete_mcap,
                        ),
                    }
                };
                Ok(Self::Upstream(api))
            }
            (None, Some(add_res_attr)) => {
                let free_res_attr_list = needed(extended::ZONECFG_FREE_RES_ATTR_LIST_NAME)?;
                let get_did = needed(extended::ZONECFG_GET_DID_NAME)?;
                let set_did = needed(extended::ZONECFG_SET_DID_NAME)?;
                let fix_obsolete = needed(extended::ZONECFG_FIX_OBSOLETE_NAME)?;
                // SAFETY: a library of this flavour exports these names as functions of these types (illumos-omnios libzonecfg.h).
                let mut api = unsafe {
                    Extended {
                        add_res_attr: transmute::<NonNull<c_void>, extended::zonecfg_add_res_attr_fn>(
                            add_res_attr,
                        ),
                        free_res_attr_list: transmute::<
                            NonNull<c_void>,
                            extended::zonecfg_free_res_attr_list_fn,
                        >(free_res_attr_list),
                        get_did: transmute::<NonNull<c_void>, extended::zonecfg_get_did_fn>(
                            get_did,
                        ),
                        set_did: transmute::<NonNull<c_void>, extended::zonecfg_set_did_fn>(
                            set_did,
                        ),
                        fix_obsolete: transmute::<NonNull<c_void>, extended::zonecfg_fix_obsolete_fn>(
                            fix_obsolete,
                        ),
                        value_length: 0,
                    }
                };
                api.value_length = value_length(api.add_res_attr)?;
                Ok(Self::Extended(api))
            }
            (Some(_), Some(_)) => Err(unsupported(
                "it exports the functions of both known layouts",
            )),
            (None, None) => Err(unsupported(
                "it exports the functions of neither known layout",
            )),
        }
    }

    /// The flavour.
    pub(crate) fn flavour(&self) -> Flavour {
        match self {
            Self::Upstream(_) => Flavour::Upstream,
            Self::Extended(_) => Flavour::Extended,
        }
    }
}

fn unsupported(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::Unsupported, "use libzonecfg", reason)
}

fn needed(name: &CStr) -> Result<NonNull<c_void>> {
    symbol::zonecfg(name)
        .ok_or_else(|| unsupported(format!("it does not export {}", name.to_string_lossy())))
}

/// How many bytes the value of a property node has, from where the library writes the pointer that follows it.
fn value_length(add_res_attr: extended::zonecfg_add_res_attr_fn) -> Result<usize> {
    #[repr(C, align(8))]
    struct Node([u8; 4096]);

    let mut node = Node([0xff; 4096]);
    let mut list: *mut extended::zone_res_attrtab = ptr::null_mut();
    // SAFETY: the function appends the caller's node to the caller's list and clears the node's pointer; both outlive the call, and
    // the list is dropped without being followed. The node is longer than any distribution's.
    let code = unsafe { add_res_attr(&raw mut list, (&raw mut node).cast()) };
    let cleared = |offset: usize| node.0[offset..offset + 8] == [0; 8];
    match (code, cleared(512), cleared(1280)) {
        (illumos_sys::Z_OK, true, false) => Ok(256),
        (illumos_sys::Z_OK, false, true) => Ok(1024),
        _ => Err(unsupported(
            "its property nodes have neither of the two known lengths",
        )),
    }
}
