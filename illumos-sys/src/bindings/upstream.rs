//! OpenIndiana, Tribblix and Helios, from `include/upstream.h`.
//!
//! Made by `cargo xtask bindings`. Do not edit.

use crate::*;

pub const ZONECFG_LOOKUP_MCAP_NAME: &::core::ffi::CStr = c"zonecfg_lookup_mcap";
pub const ZONECFG_MODIFY_MCAP_NAME: &::core::ffi::CStr = c"zonecfg_modify_mcap";
pub const ZONECFG_DELETE_MCAP_NAME: &::core::ffi::CStr = c"zonecfg_delete_mcap";
pub const ZONECFG_GETMCAPENT_NAME: &::core::ffi::CStr = c"zonecfg_getmcapent";
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_nwiftab {
    pub zone_nwif_address: [::core::ffi::c_char; 46usize],
    pub zone_nwif_allowed_address: [::core::ffi::c_char; 46usize],
    pub zone_nwif_physical: [::core::ffi::c_char; 32usize],
    pub zone_nwif_defrouter: [::core::ffi::c_char; 46usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_nwiftab"][::core::mem::size_of::<zone_nwiftab>() - 170usize];
    ["Alignment of zone_nwiftab"][::core::mem::align_of::<zone_nwiftab>() - 1usize];
    ["Offset of field: zone_nwiftab::zone_nwif_address"]
        [::core::mem::offset_of!(zone_nwiftab, zone_nwif_address) - 0usize];
    ["Offset of field: zone_nwiftab::zone_nwif_allowed_address"]
        [::core::mem::offset_of!(zone_nwiftab, zone_nwif_allowed_address) - 46usize];
    ["Offset of field: zone_nwiftab::zone_nwif_physical"]
        [::core::mem::offset_of!(zone_nwiftab, zone_nwif_physical) - 92usize];
    ["Offset of field: zone_nwiftab::zone_nwif_defrouter"]
        [::core::mem::offset_of!(zone_nwiftab, zone_nwif_defrouter) - 124usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_devtab {
    pub zone_dev_match: [::core::ffi::c_char; 1024usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_devtab"][::core::mem::size_of::<zone_devtab>() - 1024usize];
    ["Alignment of zone_devtab"][::core::mem::align_of::<zone_devtab>() - 1usize];
    ["Offset of field: zone_devtab::zone_dev_match"]
        [::core::mem::offset_of!(zone_devtab, zone_dev_match) - 0usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_mcaptab {
    pub zone_physmem_cap: [::core::ffi::c_char; 256usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_mcaptab"][::core::mem::size_of::<zone_mcaptab>() - 256usize];
    ["Alignment of zone_mcaptab"][::core::mem::align_of::<zone_mcaptab>() - 1usize];
    ["Offset of field: zone_mcaptab::zone_physmem_cap"]
        [::core::mem::offset_of!(zone_mcaptab, zone_physmem_cap) - 0usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_cmd_arg {
    pub uniqid: u64,
    pub cmd: zone_cmd_t,
    pub _pad: u32,
    pub locale: [::core::ffi::c_char; 1024usize],
    pub bootbuf: [::core::ffi::c_char; 256usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_cmd_arg"][::core::mem::size_of::<zone_cmd_arg>() - 1296usize];
    ["Alignment of zone_cmd_arg"][::core::mem::align_of::<zone_cmd_arg>() - 8usize];
    ["Offset of field: zone_cmd_arg::uniqid"]
        [::core::mem::offset_of!(zone_cmd_arg, uniqid) - 0usize];
    ["Offset of field: zone_cmd_arg::cmd"][::core::mem::offset_of!(zone_cmd_arg, cmd) - 8usize];
    ["Offset of field: zone_cmd_arg::_pad"][::core::mem::offset_of!(zone_cmd_arg, _pad) - 12usize];
    ["Offset of field: zone_cmd_arg::locale"]
        [::core::mem::offset_of!(zone_cmd_arg, locale) - 16usize];
    ["Offset of field: zone_cmd_arg::bootbuf"]
        [::core::mem::offset_of!(zone_cmd_arg, bootbuf) - 1040usize];
};
pub type zone_cmd_arg_t = zone_cmd_arg;
unsafe extern "C" {
    pub fn zonecfg_add_nwif(handle: zone_dochandle_t, net: *mut zone_nwiftab)
    -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_delete_nwif(
        handle: zone_dochandle_t,
        net: *mut zone_nwiftab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_modify_nwif(
        handle: zone_dochandle_t,
        from: *mut zone_nwiftab,
        to: *mut zone_nwiftab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_lookup_nwif(
        handle: zone_dochandle_t,
        net: *mut zone_nwiftab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_getnwifent(
        handle: zone_dochandle_t,
        net: *mut zone_nwiftab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_add_dev(
        handle: zone_dochandle_t,
        device: *mut zone_devtab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_delete_dev(
        handle: zone_dochandle_t,
        device: *mut zone_devtab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_modify_dev(
        handle: zone_dochandle_t,
        from: *mut zone_devtab,
        to: *mut zone_devtab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_lookup_dev(
        handle: zone_dochandle_t,
        device: *mut zone_devtab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_getdevent(
        handle: zone_dochandle_t,
        device: *mut zone_devtab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_call_zoneadmd(
        zone: *const ::core::ffi::c_char,
        request: *mut zone_cmd_arg_t,
        locale: *mut ::core::ffi::c_char,
        lock: boolean_t,
    ) -> ::core::ffi::c_int;
}
pub type zonecfg_lookup_mcap_fn =
    unsafe extern "C" fn(handle: zone_dochandle_t, mcap: *mut zone_mcaptab) -> ::core::ffi::c_int;
pub type zonecfg_modify_mcap_fn =
    unsafe extern "C" fn(handle: zone_dochandle_t, mcap: *mut zone_mcaptab) -> ::core::ffi::c_int;
pub type zonecfg_delete_mcap_fn =
    unsafe extern "C" fn(handle: zone_dochandle_t) -> ::core::ffi::c_int;
pub type zonecfg_getmcapent_fn =
    unsafe extern "C" fn(handle: zone_dochandle_t, mcap: *mut zone_mcaptab) -> ::core::ffi::c_int;
