//! OmniOS and SmartOS, from `include/extended.h`.
//!
//! Made by `cargo xtask bindings`. Do not edit.

use crate::*;

pub const ZONECFG_ADD_RES_ATTR_NAME: &::core::ffi::CStr = c"zonecfg_add_res_attr";
pub const ZONECFG_REMOVE_RES_ATTR_NAME: &::core::ffi::CStr = c"zonecfg_remove_res_attr";
pub const ZONECFG_FREE_RES_ATTR_LIST_NAME: &::core::ffi::CStr = c"zonecfg_free_res_attr_list";
pub const ZONECFG_GET_DID_NAME: &::core::ffi::CStr = c"zonecfg_get_did";
pub const ZONECFG_SET_DID_NAME: &::core::ffi::CStr = c"zonecfg_set_did";
pub const ZONE_GET_DID_NAME: &::core::ffi::CStr = c"zone_get_did";
pub const ZONECFG_FIX_OBSOLETE_NAME: &::core::ffi::CStr = c"zonecfg_fix_obsolete";
pub const ZONECFG_SET_UUID_NAME: &::core::ffi::CStr = c"zonecfg_set_uuid";
pub const ALIAS_MAXPHYSMEM: &::core::ffi::CStr = c"physical";
pub const ALIAS_ZFSPRI: &::core::ffi::CStr = c"zfs-io-priority";
#[repr(C)]
#[derive(Debug)]
pub struct zone_res_attrtab {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_res_attrtab_256 {
    pub zone_res_attr_name: [::core::ffi::c_char; 256usize],
    pub zone_res_attr_value: [::core::ffi::c_char; 256usize],
    pub zone_res_attr_next: *mut zone_res_attrtab,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_res_attrtab_256"][::core::mem::size_of::<zone_res_attrtab_256>() - 520usize];
    ["Alignment of zone_res_attrtab_256"][::core::mem::align_of::<zone_res_attrtab_256>() - 8usize];
    ["Offset of field: zone_res_attrtab_256::zone_res_attr_name"]
        [::core::mem::offset_of!(zone_res_attrtab_256, zone_res_attr_name) - 0usize];
    ["Offset of field: zone_res_attrtab_256::zone_res_attr_value"]
        [::core::mem::offset_of!(zone_res_attrtab_256, zone_res_attr_value) - 256usize];
    ["Offset of field: zone_res_attrtab_256::zone_res_attr_next"]
        [::core::mem::offset_of!(zone_res_attrtab_256, zone_res_attr_next) - 512usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_res_attrtab_1024 {
    pub zone_res_attr_name: [::core::ffi::c_char; 256usize],
    pub zone_res_attr_value: [::core::ffi::c_char; 1024usize],
    pub zone_res_attr_next: *mut zone_res_attrtab,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_res_attrtab_1024"][::core::mem::size_of::<zone_res_attrtab_1024>() - 1288usize];
    ["Alignment of zone_res_attrtab_1024"]
        [::core::mem::align_of::<zone_res_attrtab_1024>() - 8usize];
    ["Offset of field: zone_res_attrtab_1024::zone_res_attr_name"]
        [::core::mem::offset_of!(zone_res_attrtab_1024, zone_res_attr_name) - 0usize];
    ["Offset of field: zone_res_attrtab_1024::zone_res_attr_value"]
        [::core::mem::offset_of!(zone_res_attrtab_1024, zone_res_attr_value) - 256usize];
    ["Offset of field: zone_res_attrtab_1024::zone_res_attr_next"]
        [::core::mem::offset_of!(zone_res_attrtab_1024, zone_res_attr_next) - 1280usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_nwiftab {
    pub zone_nwif_address: [::core::ffi::c_char; 46usize],
    pub zone_nwif_allowed_address: [::core::ffi::c_char; 46usize],
    pub zone_nwif_physical: [::core::ffi::c_char; 32usize],
    pub zone_nwif_mac: [::core::ffi::c_char; 20usize],
    pub zone_nwif_vlan_id: [::core::ffi::c_char; 11usize],
    pub zone_nwif_gnic: [::core::ffi::c_char; 32usize],
    pub zone_nwif_defrouter: [::core::ffi::c_char; 46usize],
    pub zone_nwif_attrp: *mut zone_res_attrtab,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_nwiftab"][::core::mem::size_of::<zone_nwiftab>() - 248usize];
    ["Alignment of zone_nwiftab"][::core::mem::align_of::<zone_nwiftab>() - 8usize];
    ["Offset of field: zone_nwiftab::zone_nwif_address"]
        [::core::mem::offset_of!(zone_nwiftab, zone_nwif_address) - 0usize];
    ["Offset of field: zone_nwiftab::zone_nwif_allowed_address"]
        [::core::mem::offset_of!(zone_nwiftab, zone_nwif_allowed_address) - 46usize];
    ["Offset of field: zone_nwiftab::zone_nwif_physical"]
        [::core::mem::offset_of!(zone_nwiftab, zone_nwif_physical) - 92usize];
    ["Offset of field: zone_nwiftab::zone_nwif_mac"]
        [::core::mem::offset_of!(zone_nwiftab, zone_nwif_mac) - 124usize];
    ["Offset of field: zone_nwiftab::zone_nwif_vlan_id"]
        [::core::mem::offset_of!(zone_nwiftab, zone_nwif_vlan_id) - 144usize];
    ["Offset of field: zone_nwiftab::zone_nwif_gnic"]
        [::core::mem::offset_of!(zone_nwiftab, zone_nwif_gnic) - 155usize];
    ["Offset of field: zone_nwiftab::zone_nwif_defrouter"]
        [::core::mem::offset_of!(zone_nwiftab, zone_nwif_defrouter) - 187usize];
    ["Offset of field: zone_nwiftab::zone_nwif_attrp"]
        [::core::mem::offset_of!(zone_nwiftab, zone_nwif_attrp) - 240usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_devtab {
    pub zone_dev_match: [::core::ffi::c_char; 1024usize],
    pub zone_dev_attrp: *mut zone_res_attrtab,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_devtab"][::core::mem::size_of::<zone_devtab>() - 1032usize];
    ["Alignment of zone_devtab"][::core::mem::align_of::<zone_devtab>() - 8usize];
    ["Offset of field: zone_devtab::zone_dev_match"]
        [::core::mem::offset_of!(zone_devtab, zone_dev_match) - 0usize];
    ["Offset of field: zone_devtab::zone_dev_attrp"]
        [::core::mem::offset_of!(zone_devtab, zone_dev_attrp) - 1024usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_cmd_arg {
    pub uniqid: u64,
    pub cmd: zone_cmd_t,
    pub status: ::core::ffi::c_int,
    pub debug: u32,
    pub locale: [::core::ffi::c_char; 1024usize],
    pub bootbuf: [::core::ffi::c_char; 256usize],
    pub pad: ::core::ffi::c_int,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_cmd_arg"][::core::mem::size_of::<zone_cmd_arg>() - 1304usize];
    ["Alignment of zone_cmd_arg"][::core::mem::align_of::<zone_cmd_arg>() - 8usize];
    ["Offset of field: zone_cmd_arg::uniqid"]
        [::core::mem::offset_of!(zone_cmd_arg, uniqid) - 0usize];
    ["Offset of field: zone_cmd_arg::cmd"][::core::mem::offset_of!(zone_cmd_arg, cmd) - 8usize];
    ["Offset of field: zone_cmd_arg::status"]
        [::core::mem::offset_of!(zone_cmd_arg, status) - 12usize];
    ["Offset of field: zone_cmd_arg::debug"]
        [::core::mem::offset_of!(zone_cmd_arg, debug) - 16usize];
    ["Offset of field: zone_cmd_arg::locale"]
        [::core::mem::offset_of!(zone_cmd_arg, locale) - 20usize];
    ["Offset of field: zone_cmd_arg::bootbuf"]
        [::core::mem::offset_of!(zone_cmd_arg, bootbuf) - 1044usize];
    ["Offset of field: zone_cmd_arg::pad"][::core::mem::offset_of!(zone_cmd_arg, pad) - 1300usize];
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
pub type zonecfg_add_res_attr_fn = unsafe extern "C" fn(
    list: *mut *mut zone_res_attrtab,
    attr: *mut zone_res_attrtab,
) -> ::core::ffi::c_int;
pub type zonecfg_remove_res_attr_fn = unsafe extern "C" fn(
    list: *mut *mut zone_res_attrtab,
    attr: *mut zone_res_attrtab,
) -> ::core::ffi::c_int;
pub type zonecfg_free_res_attr_list_fn = unsafe extern "C" fn(list: *mut zone_res_attrtab);
pub type zonecfg_get_did_fn = unsafe extern "C" fn(handle: zone_dochandle_t) -> zoneid_t;
pub type zonecfg_set_did_fn = unsafe extern "C" fn(handle: zone_dochandle_t);
pub type zone_get_did_fn = unsafe extern "C" fn(zone: *mut ::core::ffi::c_char) -> zoneid_t;
pub type zonecfg_fix_obsolete_fn =
    unsafe extern "C" fn(handle: zone_dochandle_t) -> ::core::ffi::c_int;
pub type zonecfg_set_uuid_fn = unsafe extern "C" fn(
    zone: *const ::core::ffi::c_char,
    zonepath: *const ::core::ffi::c_char,
    uuid: *const ::core::ffi::c_char,
) -> ::core::ffi::c_int;
