//! What every distribution has alike, from `include/common.h`.
//!
//! Made by `cargo xtask bindings`. Do not edit.

pub const B_FALSE: boolean_t = 0;
pub const B_TRUE: boolean_t = 1;
pub const ZONENAME_MAX: usize = 64;
pub const MAXNAMELEN: usize = 256;
pub const MAXPATHLEN: usize = 1024;
pub const MAXUSERNAME: usize = 32;
pub const MAXAUTHS: usize = 4096;
pub const MAX_MNTOPT_STR: usize = 1024;
pub const FSTYPSZ: usize = 16;
pub const BUFSIZ: usize = 1024;
pub const LIFNAMSIZ: usize = 32;
pub const INET_ADDRSTRLEN: usize = 16;
pub const INET6_ADDRSTRLEN: usize = 46;
pub const BOOTARGS_MAX: usize = 256;
pub const ZONE_FS_ALLOWED_MAX: usize = 1024;
pub const ZONECFG_SECFLAGS_MAX: usize = 1024;
pub const ZONE_STATE_MAXSTRLEN: usize = 14;
pub const UUID_LEN: usize = 16;
pub const UUID_PRINTABLE_STRING_LENGTH: usize = 37;
pub const MAXLINKNAMELEN: usize = 32;
pub const MAXMACADDRLEN: usize = 20;
pub const DLADM_PROP_VAL_MAX: usize = 128;
pub const DLADM_MAX_PROP_VALCNT: usize = 32;
pub const GLOBAL_ZONENAME: &::core::ffi::CStr = c"global";
pub const ZONE_CONFIG_ROOT: &::core::ffi::CStr = c"/etc/zones";
pub const ZONE_INDEX_FILE: &::core::ffi::CStr = c"/etc/zones/index";
pub const ZONE_DETACHED: &::core::ffi::CStr = c"SUNWdetached.xml";
pub const ZONES_TMPDIR: &::core::ffi::CStr = c"/var/run/zones";
pub const ALIAS_SHARES: &::core::ffi::CStr = c"cpu-shares";
pub const ALIAS_CPUCAP: &::core::ffi::CStr = c"cpu-cap";
pub const ALIAS_MAXLWPS: &::core::ffi::CStr = c"max-lwps";
pub const ALIAS_MAXPROCS: &::core::ffi::CStr = c"max-processes";
pub const ALIAS_MAXLOCKEDMEM: &::core::ffi::CStr = c"locked";
pub const ALIAS_MAXSWAP: &::core::ffi::CStr = c"swap";
pub const ALIAS_MAXSHMMEM: &::core::ffi::CStr = c"max-shm-memory";
pub const ALIAS_MAXSHMIDS: &::core::ffi::CStr = c"max-shm-ids";
pub const ALIAS_MAXMSGIDS: &::core::ffi::CStr = c"max-msg-ids";
pub const ALIAS_MAXSEMIDS: &::core::ffi::CStr = c"max-sem-ids";
pub const Z_OK: ::core::ffi::c_int = 0;
pub const Z_EMPTY_DOCUMENT: ::core::ffi::c_int = 1;
pub const Z_WRONG_DOC_TYPE: ::core::ffi::c_int = 2;
pub const Z_BAD_PROPERTY: ::core::ffi::c_int = 3;
pub const Z_TEMP_FILE: ::core::ffi::c_int = 4;
pub const Z_SAVING_FILE: ::core::ffi::c_int = 5;
pub const Z_NO_ENTRY: ::core::ffi::c_int = 6;
pub const Z_BOGUS_ZONE_NAME: ::core::ffi::c_int = 7;
pub const Z_REQD_RESOURCE_MISSING: ::core::ffi::c_int = 8;
pub const Z_REQD_PROPERTY_MISSING: ::core::ffi::c_int = 9;
pub const Z_BAD_HANDLE: ::core::ffi::c_int = 10;
pub const Z_NOMEM: ::core::ffi::c_int = 11;
pub const Z_INVAL: ::core::ffi::c_int = 12;
pub const Z_ACCES: ::core::ffi::c_int = 13;
pub const Z_TOO_BIG: ::core::ffi::c_int = 14;
pub const Z_MISC_FS: ::core::ffi::c_int = 15;
pub const Z_NO_ZONE: ::core::ffi::c_int = 16;
pub const Z_NO_RESOURCE_TYPE: ::core::ffi::c_int = 17;
pub const Z_NO_RESOURCE_ID: ::core::ffi::c_int = 18;
pub const Z_NO_PROPERTY_TYPE: ::core::ffi::c_int = 19;
pub const Z_NO_PROPERTY_ID: ::core::ffi::c_int = 20;
pub const Z_BAD_ZONE_STATE: ::core::ffi::c_int = 21;
pub const Z_INVALID_DOCUMENT: ::core::ffi::c_int = 22;
pub const Z_NAME_IN_USE: ::core::ffi::c_int = 23;
pub const Z_NO_SUCH_ID: ::core::ffi::c_int = 24;
pub const Z_UPDATING_INDEX: ::core::ffi::c_int = 25;
pub const Z_LOCKING_FILE: ::core::ffi::c_int = 26;
pub const Z_UNLOCKING_FILE: ::core::ffi::c_int = 27;
pub const Z_SYSTEM: ::core::ffi::c_int = 28;
pub const Z_INSUFFICIENT_SPEC: ::core::ffi::c_int = 29;
pub const Z_RESOLVED_PATH: ::core::ffi::c_int = 34;
pub const Z_BOGUS_ADDRESS: ::core::ffi::c_int = 36;
pub const Z_PRIV_PROHIBITED: ::core::ffi::c_int = 37;
pub const Z_PRIV_REQUIRED: ::core::ffi::c_int = 38;
pub const Z_PRIV_UNKNOWN: ::core::ffi::c_int = 39;
pub const Z_BRAND_ERROR: ::core::ffi::c_int = 40;
pub const Z_INCOMPATIBLE: ::core::ffi::c_int = 41;
pub const Z_ALIAS_DISALLOW: ::core::ffi::c_int = 42;
pub const Z_CLEAR_DISALLOW: ::core::ffi::c_int = 43;
pub const Z_POOL: ::core::ffi::c_int = 44;
pub const Z_POOLS_NOT_ACTIVE: ::core::ffi::c_int = 45;
pub const Z_POOL_ENABLE: ::core::ffi::c_int = 46;
pub const Z_NO_POOL: ::core::ffi::c_int = 47;
pub const Z_POOL_CREATE: ::core::ffi::c_int = 48;
pub const Z_POOL_BIND: ::core::ffi::c_int = 49;
pub const Z_INVALID_PROPERTY: ::core::ffi::c_int = 50;
pub const ZONE_STATE_CONFIGURED: zone_state_t = 0;
pub const ZONE_STATE_INCOMPLETE: zone_state_t = 1;
pub const ZONE_STATE_INSTALLED: zone_state_t = 2;
pub const ZONE_STATE_READY: zone_state_t = 3;
pub const ZONE_STATE_RUNNING: zone_state_t = 4;
pub const ZONE_STATE_SHUTTING_DOWN: zone_state_t = 5;
pub const ZONE_STATE_DOWN: zone_state_t = 6;
pub const ZONE_STATE_MOUNTED: zone_state_t = 7;
pub const GLOBAL_ZONEID: zoneid_t = 0;
pub const MIN_ZONEID: zoneid_t = 0;
pub const MIN_USERZONEID: zoneid_t = 1;
pub const ALL_ZONES: zoneid_t = -1;
pub const ZONE_ID_UNDEFINED: zoneid_t = -1;
pub const ZONE_ATTR_ROOT: ::core::ffi::c_int = 1;
pub const ZONE_ATTR_NAME: ::core::ffi::c_int = 2;
pub const ZONE_ATTR_STATUS: ::core::ffi::c_int = 3;
pub const ZONE_ATTR_PRIVSET: ::core::ffi::c_int = 4;
pub const ZONE_ATTR_UNIQID: ::core::ffi::c_int = 5;
pub const ZONE_ATTR_POOLID: ::core::ffi::c_int = 6;
pub const ZONE_ATTR_INITPID: ::core::ffi::c_int = 7;
pub const ZONE_ATTR_SLBL: ::core::ffi::c_int = 8;
pub const ZONE_ATTR_INITNAME: ::core::ffi::c_int = 9;
pub const ZONE_ATTR_BOOTARGS: ::core::ffi::c_int = 10;
pub const ZONE_ATTR_BRAND: ::core::ffi::c_int = 11;
pub const PZE_MODIFY: ::core::ffi::c_int = -1;
pub const PZE_REMOVE: ::core::ffi::c_int = 0;
pub const PZE_ADD: ::core::ffi::c_int = 1;
pub const DATALINK_INVALID_LINKID: datalink_id_t = 0;
pub const DATALINK_ALL_LINKID: datalink_id_t = 0;
pub const DATALINK_MAX_LINKID: datalink_id_t = 4294967295;
pub const DATALINK_ANY_MEDIATYPE: datalink_media_t = 4294967296;
pub const DL_ETHER: u32 = 4;
pub const DLADM_OPT_ACTIVE: u32 = 1;
pub const DLADM_OPT_PERSIST: u32 = 2;
pub const DLADM_OPT_CREATE: u32 = 4;
pub const DLADM_OPT_FORCE: u32 = 8;
pub const DLADM_OPT_PREFIX: u32 = 16;
pub const DLADM_OPT_ANCHOR: u32 = 32;
pub const DLADM_OPT_VLAN: u32 = 64;
pub const DLADM_OPT_NOREFRESH: u32 = 128;
pub const DLADM_OPT_BOOT: u32 = 256;
pub const DLADM_WALK_TERMINATE: ::core::ffi::c_int = 0;
pub const DLADM_WALK_CONTINUE: ::core::ffi::c_int = -1;
pub const VLAN_ID_NONE: u16 = 0;
pub const VLAN_ID_MIN: u16 = 1;
pub const VLAN_ID_MAX: u16 = 4094;
pub const DLADM_VNIC_ATTR_ALLOC: usize = 32768;
pub const DLADM_VNIC_MODIFY_NAME: &::core::ffi::CStr = c"dladm_vnic_modify";
pub const KSTAT_STRLEN: usize = 31;
pub const KSTAT_TYPE_NAMED: uchar_t = 1;
pub const KSTAT_DATA_CHAR: uchar_t = 0;
pub const KSTAT_DATA_INT32: uchar_t = 1;
pub const KSTAT_DATA_UINT32: uchar_t = 2;
pub const KSTAT_DATA_INT64: uchar_t = 3;
pub const KSTAT_DATA_UINT64: uchar_t = 4;
pub const KSTAT_DATA_STRING: uchar_t = 9;
pub const KSTAT_FLAG_INVALID: uchar_t = 32;
pub type boolean_t = ::core::ffi::c_int;
pub type uchar_t = ::core::ffi::c_uchar;
pub type uint_t = ::core::ffi::c_uint;
pub type hrtime_t = ::core::ffi::c_longlong;
pub type zoneid_t = ::core::ffi::c_int;
pub type uuid_t = [uchar_t; 16usize];
pub type uid_t = uint_t;
pub type gid_t = uint_t;
pub type mode_t = uint_t;
pub type zone_state_t = uint_t;
pub type datalink_id_t = u32;
pub type datalink_media_t = u64;
pub type vrid_t = u32;
#[repr(C)]
#[derive(Debug)]
pub struct __FILE {
    _unused: [u8; 0],
}
pub type FILE = __FILE;
pub const ZONE_IS_UNINITIALIZED: zone_status_t = 0;
pub const ZONE_IS_INITIALIZED: zone_status_t = 1;
pub const ZONE_IS_READY: zone_status_t = 2;
pub const ZONE_IS_BOOTING: zone_status_t = 3;
pub const ZONE_IS_RUNNING: zone_status_t = 4;
pub const ZONE_IS_SHUTTING_DOWN: zone_status_t = 5;
pub const ZONE_IS_EMPTY: zone_status_t = 6;
pub const ZONE_IS_DOWN: zone_status_t = 7;
pub const ZONE_IS_DYING: zone_status_t = 8;
pub const ZONE_IS_DEAD: zone_status_t = 9;
pub type zone_status_t = ::core::ffi::c_uint;
pub const ZS_SHARED: zone_iptype_t = 0;
pub const ZS_EXCLUSIVE: zone_iptype_t = 1;
pub type zone_iptype_t = ::core::ffi::c_uint;
pub const Z_READY: zone_cmd_t = 0;
pub const Z_BOOT: zone_cmd_t = 1;
pub const Z_FORCEBOOT: zone_cmd_t = 2;
pub const Z_REBOOT: zone_cmd_t = 3;
pub const Z_HALT: zone_cmd_t = 4;
pub const Z_NOTE_UNINSTALLING: zone_cmd_t = 5;
pub const Z_MOUNT: zone_cmd_t = 6;
pub const Z_FORCEMOUNT: zone_cmd_t = 7;
pub const Z_UNMOUNT: zone_cmd_t = 8;
pub const Z_SHUTDOWN: zone_cmd_t = 9;
pub type zone_cmd_t = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug)]
pub struct zone_dochandle {
    _unused: [u8; 0],
}
pub type zone_dochandle_t = *mut zone_dochandle;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zoneent {
    pub zone_name: [::core::ffi::c_char; 64usize],
    pub zone_state: ::core::ffi::c_int,
    pub zone_path: [::core::ffi::c_char; 1024usize],
    pub zone_uuid: uuid_t,
    pub zone_newname: [::core::ffi::c_char; 64usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zoneent"][::core::mem::size_of::<zoneent>() - 1172usize];
    ["Alignment of zoneent"][::core::mem::align_of::<zoneent>() - 4usize];
    ["Offset of field: zoneent::zone_name"][::core::mem::offset_of!(zoneent, zone_name) - 0usize];
    ["Offset of field: zoneent::zone_state"]
        [::core::mem::offset_of!(zoneent, zone_state) - 64usize];
    ["Offset of field: zoneent::zone_path"][::core::mem::offset_of!(zoneent, zone_path) - 68usize];
    ["Offset of field: zoneent::zone_uuid"]
        [::core::mem::offset_of!(zoneent, zone_uuid) - 1092usize];
    ["Offset of field: zoneent::zone_newname"]
        [::core::mem::offset_of!(zoneent, zone_newname) - 1108usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_fsopt {
    pub zone_fsopt_next: *mut zone_fsopt,
    pub zone_fsopt_opt: [::core::ffi::c_char; 1024usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_fsopt"][::core::mem::size_of::<zone_fsopt>() - 1032usize];
    ["Alignment of zone_fsopt"][::core::mem::align_of::<zone_fsopt>() - 8usize];
    ["Offset of field: zone_fsopt::zone_fsopt_next"]
        [::core::mem::offset_of!(zone_fsopt, zone_fsopt_next) - 0usize];
    ["Offset of field: zone_fsopt::zone_fsopt_opt"]
        [::core::mem::offset_of!(zone_fsopt, zone_fsopt_opt) - 8usize];
};
pub type zone_fsopt_t = zone_fsopt;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_fstab {
    pub zone_fs_special: [::core::ffi::c_char; 1024usize],
    pub zone_fs_dir: [::core::ffi::c_char; 1024usize],
    pub zone_fs_type: [::core::ffi::c_char; 16usize],
    pub zone_fs_options: *mut zone_fsopt_t,
    pub zone_fs_raw: [::core::ffi::c_char; 1024usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_fstab"][::core::mem::size_of::<zone_fstab>() - 3096usize];
    ["Alignment of zone_fstab"][::core::mem::align_of::<zone_fstab>() - 8usize];
    ["Offset of field: zone_fstab::zone_fs_special"]
        [::core::mem::offset_of!(zone_fstab, zone_fs_special) - 0usize];
    ["Offset of field: zone_fstab::zone_fs_dir"]
        [::core::mem::offset_of!(zone_fstab, zone_fs_dir) - 1024usize];
    ["Offset of field: zone_fstab::zone_fs_type"]
        [::core::mem::offset_of!(zone_fstab, zone_fs_type) - 2048usize];
    ["Offset of field: zone_fstab::zone_fs_options"]
        [::core::mem::offset_of!(zone_fstab, zone_fs_options) - 2064usize];
    ["Offset of field: zone_fstab::zone_fs_raw"]
        [::core::mem::offset_of!(zone_fstab, zone_fs_raw) - 2072usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_rctlvaltab {
    pub zone_rctlval_priv: [::core::ffi::c_char; 256usize],
    pub zone_rctlval_limit: [::core::ffi::c_char; 256usize],
    pub zone_rctlval_action: [::core::ffi::c_char; 256usize],
    pub zone_rctlval_next: *mut zone_rctlvaltab,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_rctlvaltab"][::core::mem::size_of::<zone_rctlvaltab>() - 776usize];
    ["Alignment of zone_rctlvaltab"][::core::mem::align_of::<zone_rctlvaltab>() - 8usize];
    ["Offset of field: zone_rctlvaltab::zone_rctlval_priv"]
        [::core::mem::offset_of!(zone_rctlvaltab, zone_rctlval_priv) - 0usize];
    ["Offset of field: zone_rctlvaltab::zone_rctlval_limit"]
        [::core::mem::offset_of!(zone_rctlvaltab, zone_rctlval_limit) - 256usize];
    ["Offset of field: zone_rctlvaltab::zone_rctlval_action"]
        [::core::mem::offset_of!(zone_rctlvaltab, zone_rctlval_action) - 512usize];
    ["Offset of field: zone_rctlvaltab::zone_rctlval_next"]
        [::core::mem::offset_of!(zone_rctlvaltab, zone_rctlval_next) - 768usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_rctltab {
    pub zone_rctl_name: [::core::ffi::c_char; 256usize],
    pub zone_rctl_valptr: *mut zone_rctlvaltab,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_rctltab"][::core::mem::size_of::<zone_rctltab>() - 264usize];
    ["Alignment of zone_rctltab"][::core::mem::align_of::<zone_rctltab>() - 8usize];
    ["Offset of field: zone_rctltab::zone_rctl_name"]
        [::core::mem::offset_of!(zone_rctltab, zone_rctl_name) - 0usize];
    ["Offset of field: zone_rctltab::zone_rctl_valptr"]
        [::core::mem::offset_of!(zone_rctltab, zone_rctl_valptr) - 256usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_attrtab {
    pub zone_attr_name: [::core::ffi::c_char; 256usize],
    pub zone_attr_type: [::core::ffi::c_char; 256usize],
    pub zone_attr_value: [::core::ffi::c_char; 2048usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_attrtab"][::core::mem::size_of::<zone_attrtab>() - 2560usize];
    ["Alignment of zone_attrtab"][::core::mem::align_of::<zone_attrtab>() - 1usize];
    ["Offset of field: zone_attrtab::zone_attr_name"]
        [::core::mem::offset_of!(zone_attrtab, zone_attr_name) - 0usize];
    ["Offset of field: zone_attrtab::zone_attr_type"]
        [::core::mem::offset_of!(zone_attrtab, zone_attr_type) - 256usize];
    ["Offset of field: zone_attrtab::zone_attr_value"]
        [::core::mem::offset_of!(zone_attrtab, zone_attr_value) - 512usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_dstab {
    pub zone_dataset_name: [::core::ffi::c_char; 256usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_dstab"][::core::mem::size_of::<zone_dstab>() - 256usize];
    ["Alignment of zone_dstab"][::core::mem::align_of::<zone_dstab>() - 1usize];
    ["Offset of field: zone_dstab::zone_dataset_name"]
        [::core::mem::offset_of!(zone_dstab, zone_dataset_name) - 0usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_psettab {
    pub zone_ncpu_min: [::core::ffi::c_char; 256usize],
    pub zone_ncpu_max: [::core::ffi::c_char; 256usize],
    pub zone_importance: [::core::ffi::c_char; 256usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_psettab"][::core::mem::size_of::<zone_psettab>() - 768usize];
    ["Alignment of zone_psettab"][::core::mem::align_of::<zone_psettab>() - 1usize];
    ["Offset of field: zone_psettab::zone_ncpu_min"]
        [::core::mem::offset_of!(zone_psettab, zone_ncpu_min) - 0usize];
    ["Offset of field: zone_psettab::zone_ncpu_max"]
        [::core::mem::offset_of!(zone_psettab, zone_ncpu_max) - 256usize];
    ["Offset of field: zone_psettab::zone_importance"]
        [::core::mem::offset_of!(zone_psettab, zone_importance) - 512usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_admintab {
    pub zone_admin_user: [::core::ffi::c_char; 32usize],
    pub zone_admin_auths: [::core::ffi::c_char; 4096usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_admintab"][::core::mem::size_of::<zone_admintab>() - 4128usize];
    ["Alignment of zone_admintab"][::core::mem::align_of::<zone_admintab>() - 1usize];
    ["Offset of field: zone_admintab::zone_admin_user"]
        [::core::mem::offset_of!(zone_admintab, zone_admin_user) - 0usize];
    ["Offset of field: zone_admintab::zone_admin_auths"]
        [::core::mem::offset_of!(zone_admintab, zone_admin_auths) - 32usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_secflagstab {
    pub zone_secflags_lower: [::core::ffi::c_char; 1024usize],
    pub zone_secflags_upper: [::core::ffi::c_char; 1024usize],
    pub zone_secflags_default: [::core::ffi::c_char; 1024usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_secflagstab"][::core::mem::size_of::<zone_secflagstab>() - 3072usize];
    ["Alignment of zone_secflagstab"][::core::mem::align_of::<zone_secflagstab>() - 1usize];
    ["Offset of field: zone_secflagstab::zone_secflags_lower"]
        [::core::mem::offset_of!(zone_secflagstab, zone_secflags_lower) - 0usize];
    ["Offset of field: zone_secflagstab::zone_secflags_upper"]
        [::core::mem::offset_of!(zone_secflagstab, zone_secflags_upper) - 1024usize];
    ["Offset of field: zone_secflagstab::zone_secflags_default"]
        [::core::mem::offset_of!(zone_secflagstab, zone_secflags_default) - 2048usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct zone_devpermtab {
    pub zone_devperm_name: [::core::ffi::c_char; 1024usize],
    pub zone_devperm_uid: uid_t,
    pub zone_devperm_gid: gid_t,
    pub zone_devperm_mode: mode_t,
    pub zone_devperm_acl: *mut ::core::ffi::c_char,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of zone_devpermtab"][::core::mem::size_of::<zone_devpermtab>() - 1048usize];
    ["Alignment of zone_devpermtab"][::core::mem::align_of::<zone_devpermtab>() - 8usize];
    ["Offset of field: zone_devpermtab::zone_devperm_name"]
        [::core::mem::offset_of!(zone_devpermtab, zone_devperm_name) - 0usize];
    ["Offset of field: zone_devpermtab::zone_devperm_uid"]
        [::core::mem::offset_of!(zone_devpermtab, zone_devperm_uid) - 1024usize];
    ["Offset of field: zone_devpermtab::zone_devperm_gid"]
        [::core::mem::offset_of!(zone_devpermtab, zone_devperm_gid) - 1028usize];
    ["Offset of field: zone_devpermtab::zone_devperm_mode"]
        [::core::mem::offset_of!(zone_devpermtab, zone_devperm_mode) - 1032usize];
    ["Offset of field: zone_devpermtab::zone_devperm_acl"]
        [::core::mem::offset_of!(zone_devpermtab, zone_devperm_acl) - 1040usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct lifreq {
    pub lifr_name: [::core::ffi::c_char; 32usize],
    pub lifr_lifru1: u32,
    pub lifr_type: uint_t,
    pub lifr_lifru: [u64; 42usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of lifreq"][::core::mem::size_of::<lifreq>() - 376usize];
    ["Alignment of lifreq"][::core::mem::align_of::<lifreq>() - 8usize];
    ["Offset of field: lifreq::lifr_name"][::core::mem::offset_of!(lifreq, lifr_name) - 0usize];
    ["Offset of field: lifreq::lifr_lifru1"]
        [::core::mem::offset_of!(lifreq, lifr_lifru1) - 32usize];
    ["Offset of field: lifreq::lifr_type"][::core::mem::offset_of!(lifreq, lifr_type) - 36usize];
    ["Offset of field: lifreq::lifr_lifru"][::core::mem::offset_of!(lifreq, lifr_lifru) - 40usize];
};
unsafe extern "C" {
    pub fn zonecfg_init_handle() -> zone_dochandle_t;
}
unsafe extern "C" {
    pub fn zonecfg_fini_handle(handle: zone_dochandle_t);
}
unsafe extern "C" {
    pub fn zonecfg_check_handle(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_handle(
        zone: *const ::core::ffi::c_char,
        handle: zone_dochandle_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_snapshot_handle(
        zone: *const ::core::ffi::c_char,
        handle: zone_dochandle_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_xml_handle(
        path: *const ::core::ffi::c_char,
        handle: zone_dochandle_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_template_handle(
        tmpl: *const ::core::ffi::c_char,
        zone: *const ::core::ffi::c_char,
        handle: zone_dochandle_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_attach_handle(
        path: *const ::core::ffi::c_char,
        file: *const ::core::ffi::c_char,
        zone: *const ::core::ffi::c_char,
        keep: boolean_t,
        handle: zone_dochandle_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_save(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_verify_save(
        handle: zone_dochandle_t,
        path: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_destroy(
        zone: *const ::core::ffi::c_char,
        force: boolean_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_create_snapshot(zone: *const ::core::ffi::c_char) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_destroy_snapshot(zone: *const ::core::ffi::c_char) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_detach_save(handle: zone_dochandle_t, flags: uint_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_detached(zonepath: *const ::core::ffi::c_char) -> boolean_t;
}
unsafe extern "C" {
    pub fn zonecfg_rm_detached(handle: zone_dochandle_t, forced: boolean_t);
}
unsafe extern "C" {
    pub fn zonecfg_strerror(error: ::core::ffi::c_int) -> *mut ::core::ffi::c_char;
}
unsafe extern "C" {
    pub fn zonecfg_access(
        zone: *const ::core::ffi::c_char,
        mode: ::core::ffi::c_int,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_set_root(root: *const ::core::ffi::c_char);
}
unsafe extern "C" {
    pub fn zonecfg_get_root() -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    pub fn zonecfg_in_alt_root() -> boolean_t;
}
unsafe extern "C" {
    pub fn zonecfg_num_resources(
        handle: zone_dochandle_t,
        resource: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_del_all_resources(
        handle: zone_dochandle_t,
        resource: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_validate_zonename(zone: *const ::core::ffi::c_char) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_name(
        handle: zone_dochandle_t,
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_set_name(
        handle: zone_dochandle_t,
        name: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_zonepath(
        handle: zone_dochandle_t,
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_set_zonepath(
        handle: zone_dochandle_t,
        zonepath: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_brand(
        handle: zone_dochandle_t,
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_set_brand(
        handle: zone_dochandle_t,
        brand: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_autoboot(
        handle: zone_dochandle_t,
        autoboot: *mut boolean_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_set_autoboot(
        handle: zone_dochandle_t,
        autoboot: boolean_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_iptype(
        handle: zone_dochandle_t,
        iptype: *mut zone_iptype_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_set_iptype(
        handle: zone_dochandle_t,
        iptype: zone_iptype_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_pool(
        handle: zone_dochandle_t,
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_set_pool(
        handle: zone_dochandle_t,
        pool: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_bootargs(
        handle: zone_dochandle_t,
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_set_bootargs(
        handle: zone_dochandle_t,
        bootargs: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_sched_class(
        handle: zone_dochandle_t,
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_set_sched(
        handle: zone_dochandle_t,
        class: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_dflt_sched_class(
        handle: zone_dochandle_t,
        buffer: *mut ::core::ffi::c_char,
        length: ::core::ffi::c_int,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_limitpriv(
        handle: zone_dochandle_t,
        limitpriv: *mut *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_set_limitpriv(
        handle: zone_dochandle_t,
        limitpriv: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_hostid(
        handle: zone_dochandle_t,
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_set_hostid(
        handle: zone_dochandle_t,
        hostid: *const ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_fs_allowed(
        handle: zone_dochandle_t,
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_set_fs_allowed(
        handle: zone_dochandle_t,
        fs_allowed: *const ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_add_filesystem(
        handle: zone_dochandle_t,
        fs: *mut zone_fstab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_delete_filesystem(
        handle: zone_dochandle_t,
        fs: *mut zone_fstab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_modify_filesystem(
        handle: zone_dochandle_t,
        from: *mut zone_fstab,
        to: *mut zone_fstab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_lookup_filesystem(
        handle: zone_dochandle_t,
        fs: *mut zone_fstab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_add_fs_option(
        fs: *mut zone_fstab,
        option: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_remove_fs_option(
        fs: *mut zone_fstab,
        option: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_free_fs_option_list(list: *mut zone_fsopt_t);
}
unsafe extern "C" {
    pub fn zonecfg_setfsent(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_getfsent(handle: zone_dochandle_t, fs: *mut zone_fstab) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_endfsent(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_setnwifent(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_endnwifent(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_setdevent(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_enddevent(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_add_attr(
        handle: zone_dochandle_t,
        attr: *mut zone_attrtab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_delete_attr(
        handle: zone_dochandle_t,
        attr: *mut zone_attrtab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_modify_attr(
        handle: zone_dochandle_t,
        from: *mut zone_attrtab,
        to: *mut zone_attrtab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_lookup_attr(
        handle: zone_dochandle_t,
        attr: *mut zone_attrtab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_attr_boolean(
        attr: *const zone_attrtab,
        value: *mut boolean_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_attr_int(attr: *const zone_attrtab, value: *mut i64) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_attr_uint(attr: *const zone_attrtab, value: *mut u64) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_attr_string(
        attr: *const zone_attrtab,
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_setattrent(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_getattrent(
        handle: zone_dochandle_t,
        attr: *mut zone_attrtab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_endattrent(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_add_ds(handle: zone_dochandle_t, dataset: *mut zone_dstab)
    -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_delete_ds(
        handle: zone_dochandle_t,
        dataset: *mut zone_dstab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_modify_ds(
        handle: zone_dochandle_t,
        from: *mut zone_dstab,
        to: *mut zone_dstab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_lookup_ds(
        handle: zone_dochandle_t,
        dataset: *mut zone_dstab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_setdsent(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_getdsent(
        handle: zone_dochandle_t,
        dataset: *mut zone_dstab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_enddsent(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_add_rctl(
        handle: zone_dochandle_t,
        rctl: *mut zone_rctltab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_delete_rctl(
        handle: zone_dochandle_t,
        rctl: *mut zone_rctltab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_modify_rctl(
        handle: zone_dochandle_t,
        from: *mut zone_rctltab,
        to: *mut zone_rctltab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_lookup_rctl(
        handle: zone_dochandle_t,
        rctl: *mut zone_rctltab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_add_rctl_value(
        rctl: *mut zone_rctltab,
        value: *mut zone_rctlvaltab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_remove_rctl_value(
        rctl: *mut zone_rctltab,
        value: *mut zone_rctlvaltab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_free_rctl_value_list(list: *mut zone_rctlvaltab);
}
unsafe extern "C" {
    pub fn zonecfg_setrctlent(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_getrctlent(
        handle: zone_dochandle_t,
        rctl: *mut zone_rctltab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_endrctlent(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_aliased_rctl(
        handle: zone_dochandle_t,
        alias: *mut ::core::ffi::c_char,
        value: *mut u64,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_set_aliased_rctl(
        handle: zone_dochandle_t,
        alias: *mut ::core::ffi::c_char,
        value: u64,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_rm_aliased_rctl(
        handle: zone_dochandle_t,
        alias: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_aliased_rctl_ok(
        handle: zone_dochandle_t,
        alias: *mut ::core::ffi::c_char,
    ) -> boolean_t;
}
unsafe extern "C" {
    pub fn zonecfg_add_pset(
        handle: zone_dochandle_t,
        pset: *mut zone_psettab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_delete_pset(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_modify_pset(
        handle: zone_dochandle_t,
        pset: *mut zone_psettab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_lookup_pset(
        handle: zone_dochandle_t,
        pset: *mut zone_psettab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_getpsetent(
        handle: zone_dochandle_t,
        pset: *mut zone_psettab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_add_admin(
        handle: zone_dochandle_t,
        admin: *mut zone_admintab,
        zone: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_delete_admin(
        handle: zone_dochandle_t,
        admin: *mut zone_admintab,
        zone: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_modify_admin(
        handle: zone_dochandle_t,
        from: *mut zone_admintab,
        to: *mut zone_admintab,
        zone: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_lookup_admin(
        handle: zone_dochandle_t,
        admin: *mut zone_admintab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_delete_admins(
        handle: zone_dochandle_t,
        zone: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_setadminent(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_getadminent(
        handle: zone_dochandle_t,
        admin: *mut zone_admintab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_endadminent(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_authorize_users(
        handle: zone_dochandle_t,
        zone: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_deauthorize_user(
        handle: zone_dochandle_t,
        user: *mut ::core::ffi::c_char,
        zone: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_deauthorize_users(
        handle: zone_dochandle_t,
        zone: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_insert_userauths(
        handle: zone_dochandle_t,
        user: *mut ::core::ffi::c_char,
        zone: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_remove_userauths(
        handle: zone_dochandle_t,
        user: *mut ::core::ffi::c_char,
        zone: *mut ::core::ffi::c_char,
        deauthorize: boolean_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_update_userauths(
        handle: zone_dochandle_t,
        zone: *mut ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_valid_auths(
        auths: *const ::core::ffi::c_char,
        zone: *const ::core::ffi::c_char,
    ) -> boolean_t;
}
unsafe extern "C" {
    pub fn zonecfg_add_secflags(
        handle: zone_dochandle_t,
        secflags: *mut zone_secflagstab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_delete_secflags(
        handle: zone_dochandle_t,
        secflags: *mut zone_secflagstab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_modify_secflags(
        handle: zone_dochandle_t,
        from: *mut zone_secflagstab,
        to: *mut zone_secflagstab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_lookup_secflags(
        handle: zone_dochandle_t,
        secflags: *mut zone_secflagstab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_getsecflagsent(
        handle: zone_dochandle_t,
        secflags: *mut zone_secflagstab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_setdevperment(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_getdevperment(
        handle: zone_dochandle_t,
        devperm: *mut zone_devpermtab,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_enddevperment(handle: zone_dochandle_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_str_to_bytes(
        text: *mut ::core::ffi::c_char,
        bytes: *mut u64,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_valid_memlimit(text: *mut ::core::ffi::c_char, bytes: *mut u64) -> boolean_t;
}
unsafe extern "C" {
    pub fn zonecfg_valid_alias_limit(
        alias: *mut ::core::ffi::c_char,
        text: *mut ::core::ffi::c_char,
        value: *mut u64,
    ) -> boolean_t;
}
unsafe extern "C" {
    pub fn zonecfg_valid_ncpus(
        low: *mut ::core::ffi::c_char,
        high: *mut ::core::ffi::c_char,
    ) -> boolean_t;
}
unsafe extern "C" {
    pub fn zonecfg_valid_importance(text: *mut ::core::ffi::c_char) -> boolean_t;
}
unsafe extern "C" {
    pub fn zonecfg_valid_fs_type(type_: *const ::core::ffi::c_char) -> boolean_t;
}
unsafe extern "C" {
    pub fn zonecfg_same_net_address(
        one: *mut ::core::ffi::c_char,
        other: *mut ::core::ffi::c_char,
    ) -> boolean_t;
}
unsafe extern "C" {
    pub fn zonecfg_valid_net_address(
        address: *mut ::core::ffi::c_char,
        result: *mut lifreq,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_is_rctl(name: *const ::core::ffi::c_char) -> boolean_t;
}
unsafe extern "C" {
    pub fn zonecfg_valid_rctlname(name: *const ::core::ffi::c_char) -> boolean_t;
}
unsafe extern "C" {
    pub fn zone_get_state(
        zone: *mut ::core::ffi::c_char,
        state: *mut zone_state_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zone_set_state(
        zone: *mut ::core::ffi::c_char,
        state: zone_state_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zone_state_str(state: zone_state_t) -> *mut ::core::ffi::c_char;
}
unsafe extern "C" {
    pub fn zone_get_zonepath(
        zone: *mut ::core::ffi::c_char,
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zone_get_rootpath(
        zone: *mut ::core::ffi::c_char,
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zone_get_devroot(
        zone: *mut ::core::ffi::c_char,
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zone_get_brand(
        zone: *mut ::core::ffi::c_char,
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zone_get_id(text: *const ::core::ffi::c_char, id: *mut zoneid_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_uuid(
        zone: *const ::core::ffi::c_char,
        uuid: *mut uchar_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_get_name_by_uuid(
        uuid: *const uchar_t,
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_default_brand(
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn setzoneent() -> *mut FILE;
}
unsafe extern "C" {
    pub fn getzoneent(cookie: *mut FILE) -> *mut ::core::ffi::c_char;
}
unsafe extern "C" {
    pub fn getzoneent_private(cookie: *mut FILE) -> *mut zoneent;
}
unsafe extern "C" {
    pub fn endzoneent(cookie: *mut FILE);
}
unsafe extern "C" {
    pub fn putzoneent(entry: *mut zoneent, operation: ::core::ffi::c_int) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_init_lock_file(
        zone: *const ::core::ffi::c_char,
        environment: *mut *mut ::core::ffi::c_char,
    );
}
unsafe extern "C" {
    pub fn zonecfg_grab_lock_file(
        zone: *const ::core::ffi::c_char,
        descriptor: *mut ::core::ffi::c_int,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_release_lock_file(
        zone: *const ::core::ffi::c_char,
        descriptor: ::core::ffi::c_int,
    );
}
unsafe extern "C" {
    pub fn zonecfg_lock_file_held(descriptor: *mut ::core::ffi::c_int) -> boolean_t;
}
unsafe extern "C" {
    pub fn zonecfg_ping_zoneadmd(zone: *const ::core::ffi::c_char) -> ::core::ffi::c_int;
}
pub type zonecfg_notify_cb_t = ::core::option::Option<
    unsafe extern "C" fn(
        zone: *const ::core::ffi::c_char,
        id: zoneid_t,
        new_state: *const ::core::ffi::c_char,
        old_state: *const ::core::ffi::c_char,
        when: hrtime_t,
        argument: *mut ::core::ffi::c_void,
    ) -> ::core::ffi::c_int,
>;
unsafe extern "C" {
    pub fn zonecfg_notify_bind(
        callback: zonecfg_notify_cb_t,
        argument: *mut ::core::ffi::c_void,
    ) -> *mut ::core::ffi::c_void;
}
unsafe extern "C" {
    pub fn zonecfg_notify_unbind(binding: *mut ::core::ffi::c_void);
}
unsafe extern "C" {
    pub fn zonecfg_notify_critical_enter(binding: *mut ::core::ffi::c_void);
}
unsafe extern "C" {
    pub fn zonecfg_notify_critical_exit(binding: *mut ::core::ffi::c_void) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zonecfg_notify_critical_abort(binding: *mut ::core::ffi::c_void);
}
unsafe extern "C" {
    pub fn getzoneid() -> zoneid_t;
}
unsafe extern "C" {
    pub fn getzoneidbyname(name: *const ::core::ffi::c_char) -> zoneid_t;
}
unsafe extern "C" {
    pub fn getzonenamebyid(id: zoneid_t, buffer: *mut ::core::ffi::c_char, length: usize) -> isize;
}
unsafe extern "C" {
    pub fn zone_getattr(
        id: zoneid_t,
        attribute: ::core::ffi::c_int,
        value: *mut ::core::ffi::c_void,
        length: usize,
    ) -> isize;
}
unsafe extern "C" {
    pub fn zone_list(ids: *mut zoneid_t, count: *mut uint_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zone_check_datalink(id: *mut zoneid_t, link: datalink_id_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn zone_list_datalink(
        id: zoneid_t,
        count: *mut ::core::ffi::c_int,
        links: *mut datalink_id_t,
    ) -> ::core::ffi::c_int;
}
pub const DATALINK_CLASS_PHYS: datalink_class_t = 1;
pub const DATALINK_CLASS_VLAN: datalink_class_t = 2;
pub const DATALINK_CLASS_AGGR: datalink_class_t = 4;
pub const DATALINK_CLASS_VNIC: datalink_class_t = 8;
pub const DATALINK_CLASS_ETHERSTUB: datalink_class_t = 16;
pub const DATALINK_CLASS_SIMNET: datalink_class_t = 32;
pub const DATALINK_CLASS_BRIDGE: datalink_class_t = 64;
pub const DATALINK_CLASS_IPTUN: datalink_class_t = 128;
pub const DATALINK_CLASS_PART: datalink_class_t = 256;
pub const DATALINK_CLASS_OVERLAY: datalink_class_t = 512;
pub type datalink_class_t = ::core::ffi::c_uint;
pub const VNIC_MAC_ADDR_TYPE_UNKNOWN: vnic_mac_addr_type_t = -1;
pub const VNIC_MAC_ADDR_TYPE_FIXED: vnic_mac_addr_type_t = 0;
pub const VNIC_MAC_ADDR_TYPE_RANDOM: vnic_mac_addr_type_t = 1;
pub const VNIC_MAC_ADDR_TYPE_FACTORY: vnic_mac_addr_type_t = 2;
pub const VNIC_MAC_ADDR_TYPE_AUTO: vnic_mac_addr_type_t = 3;
pub const VNIC_MAC_ADDR_TYPE_PRIMARY: vnic_mac_addr_type_t = 4;
pub const VNIC_MAC_ADDR_TYPE_VRID: vnic_mac_addr_type_t = 5;
pub type vnic_mac_addr_type_t = ::core::ffi::c_int;
pub const DLADM_PROP_VAL_CURRENT: dladm_prop_type_t = 1;
pub const DLADM_PROP_VAL_DEFAULT: dladm_prop_type_t = 2;
pub const DLADM_PROP_VAL_PERM: dladm_prop_type_t = 3;
pub const DLADM_PROP_VAL_MODIFIABLE: dladm_prop_type_t = 4;
pub const DLADM_PROP_VAL_PERSISTENT: dladm_prop_type_t = 5;
pub type dladm_prop_type_t = ::core::ffi::c_uint;
pub const DLADM_STATUS_OK: dladm_status_t = 0;
pub const DLADM_STATUS_BADARG: dladm_status_t = 1;
pub const DLADM_STATUS_FAILED: dladm_status_t = 2;
pub const DLADM_STATUS_TOOSMALL: dladm_status_t = 3;
pub const DLADM_STATUS_NOTSUP: dladm_status_t = 4;
pub const DLADM_STATUS_NOTFOUND: dladm_status_t = 5;
pub const DLADM_STATUS_BADVAL: dladm_status_t = 6;
pub const DLADM_STATUS_NOMEM: dladm_status_t = 7;
pub const DLADM_STATUS_EXIST: dladm_status_t = 8;
pub const DLADM_STATUS_LINKINVAL: dladm_status_t = 9;
pub const DLADM_STATUS_PROPRDONLY: dladm_status_t = 10;
pub const DLADM_STATUS_BADVALCNT: dladm_status_t = 11;
pub const DLADM_STATUS_DBNOTFOUND: dladm_status_t = 12;
pub const DLADM_STATUS_DENIED: dladm_status_t = 13;
pub const DLADM_STATUS_IOERR: dladm_status_t = 14;
pub const DLADM_STATUS_TEMPONLY: dladm_status_t = 15;
pub const DLADM_STATUS_TIMEDOUT: dladm_status_t = 16;
pub const DLADM_STATUS_ISCONN: dladm_status_t = 17;
pub const DLADM_STATUS_NOTCONN: dladm_status_t = 18;
pub const DLADM_STATUS_REPOSITORYINVAL: dladm_status_t = 19;
pub const DLADM_STATUS_MACADDRINVAL: dladm_status_t = 20;
pub const DLADM_STATUS_KEYINVAL: dladm_status_t = 21;
pub const DLADM_STATUS_INVALIDMACADDRLEN: dladm_status_t = 22;
pub const DLADM_STATUS_INVALIDMACADDRTYPE: dladm_status_t = 23;
pub const DLADM_STATUS_LINKBUSY: dladm_status_t = 24;
pub const DLADM_STATUS_VIDINVAL: dladm_status_t = 25;
pub const DLADM_STATUS_NONOTIF: dladm_status_t = 26;
pub const DLADM_STATUS_TRYAGAIN: dladm_status_t = 27;
pub const DLADM_STATUS_IPTUNTYPE: dladm_status_t = 28;
pub const DLADM_STATUS_IPTUNTYPEREQD: dladm_status_t = 29;
pub const DLADM_STATUS_BADIPTUNLADDR: dladm_status_t = 30;
pub const DLADM_STATUS_BADIPTUNRADDR: dladm_status_t = 31;
pub const DLADM_STATUS_ADDRINUSE: dladm_status_t = 32;
pub const DLADM_STATUS_BADTIMEVAL: dladm_status_t = 33;
pub const DLADM_STATUS_INVALIDMACADDR: dladm_status_t = 34;
pub const DLADM_STATUS_INVALIDMACADDRNIC: dladm_status_t = 35;
pub const DLADM_STATUS_INVALIDMACADDRINUSE: dladm_status_t = 36;
pub const DLADM_STATUS_MACFACTORYSLOTINVALID: dladm_status_t = 37;
pub const DLADM_STATUS_MACFACTORYSLOTUSED: dladm_status_t = 38;
pub const DLADM_STATUS_MACFACTORYSLOTALLUSED: dladm_status_t = 39;
pub const DLADM_STATUS_MACFACTORYNOTSUP: dladm_status_t = 40;
pub const DLADM_STATUS_INVALIDMACPREFIX: dladm_status_t = 41;
pub const DLADM_STATUS_INVALIDMACPREFIXLEN: dladm_status_t = 42;
pub const DLADM_STATUS_BADCPUID: dladm_status_t = 43;
pub const DLADM_STATUS_CPUERR: dladm_status_t = 44;
pub const DLADM_STATUS_CPUNOTONLINE: dladm_status_t = 45;
pub const DLADM_STATUS_BADRANGE: dladm_status_t = 46;
pub const DLADM_STATUS_TOOMANYELEMENTS: dladm_status_t = 47;
pub const DLADM_STATUS_DB_NOTFOUND: dladm_status_t = 48;
pub const DLADM_STATUS_DB_PARSE_ERR: dladm_status_t = 49;
pub const DLADM_STATUS_PROP_PARSE_ERR: dladm_status_t = 50;
pub const DLADM_STATUS_ATTR_PARSE_ERR: dladm_status_t = 51;
pub const DLADM_STATUS_FLOW_DB_ERR: dladm_status_t = 52;
pub const DLADM_STATUS_FLOW_DB_OPEN_ERR: dladm_status_t = 53;
pub const DLADM_STATUS_FLOW_DB_PARSE_ERR: dladm_status_t = 54;
pub const DLADM_STATUS_FLOWPROP_DB_PARSE_ERR: dladm_status_t = 55;
pub const DLADM_STATUS_FLOW_ADD_ERR: dladm_status_t = 56;
pub const DLADM_STATUS_FLOW_WALK_ERR: dladm_status_t = 57;
pub const DLADM_STATUS_FLOW_IDENTICAL: dladm_status_t = 58;
pub const DLADM_STATUS_FLOW_INCOMPATIBLE: dladm_status_t = 59;
pub const DLADM_STATUS_FLOW_EXISTS: dladm_status_t = 60;
pub const DLADM_STATUS_PERSIST_FLOW_EXISTS: dladm_status_t = 61;
pub const DLADM_STATUS_INVALID_IP: dladm_status_t = 62;
pub const DLADM_STATUS_INVALID_PREFIXLEN: dladm_status_t = 63;
pub const DLADM_STATUS_INVALID_PROTOCOL: dladm_status_t = 64;
pub const DLADM_STATUS_INVALID_PORT: dladm_status_t = 65;
pub const DLADM_STATUS_INVALID_DSF: dladm_status_t = 66;
pub const DLADM_STATUS_INVALID_DSFMASK: dladm_status_t = 67;
pub const DLADM_STATUS_INVALID_MACMARGIN: dladm_status_t = 68;
pub const DLADM_STATUS_NOTDEFINED: dladm_status_t = 69;
pub const DLADM_STATUS_BADPROP: dladm_status_t = 70;
pub const DLADM_STATUS_MINMAXBW: dladm_status_t = 71;
pub const DLADM_STATUS_NO_HWRINGS: dladm_status_t = 72;
pub const DLADM_STATUS_PERMONLY: dladm_status_t = 73;
pub const DLADM_STATUS_OPTMISSING: dladm_status_t = 74;
pub const DLADM_STATUS_POOLCPU: dladm_status_t = 75;
pub const DLADM_STATUS_INVALID_PORT_INSTANCE: dladm_status_t = 76;
pub const DLADM_STATUS_PORT_IS_DOWN: dladm_status_t = 77;
pub const DLADM_STATUS_PKEY_NOT_PRESENT: dladm_status_t = 78;
pub const DLADM_STATUS_PARTITION_EXISTS: dladm_status_t = 79;
pub const DLADM_STATUS_INVALID_PKEY: dladm_status_t = 80;
pub const DLADM_STATUS_NO_IB_HW_RESOURCE: dladm_status_t = 81;
pub const DLADM_STATUS_INVALID_PKEY_TBL_SIZE: dladm_status_t = 82;
pub const DLADM_STATUS_PORT_NOPROTO: dladm_status_t = 83;
pub const DLADM_STATUS_INVALID_MTU: dladm_status_t = 84;
pub type dladm_status_t = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug)]
pub struct dladm_handle {
    _unused: [u8; 0],
}
pub type dladm_handle_t = *mut dladm_handle;
#[repr(C)]
#[derive(Debug)]
pub struct dladm_arg_list {
    _unused: [u8; 0],
}
pub type dladm_arg_list_t = dladm_arg_list;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct dladm_errlist {
    pub el_count: uint_t,
    pub el_alloc: uint_t,
    pub el_errs: *mut *mut ::core::ffi::c_char,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of dladm_errlist"][::core::mem::size_of::<dladm_errlist>() - 16usize];
    ["Alignment of dladm_errlist"][::core::mem::align_of::<dladm_errlist>() - 8usize];
    ["Offset of field: dladm_errlist::el_count"]
        [::core::mem::offset_of!(dladm_errlist, el_count) - 0usize];
    ["Offset of field: dladm_errlist::el_alloc"]
        [::core::mem::offset_of!(dladm_errlist, el_alloc) - 4usize];
    ["Offset of field: dladm_errlist::el_errs"]
        [::core::mem::offset_of!(dladm_errlist, el_errs) - 8usize];
};
pub type dladm_errlist_t = dladm_errlist;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct dladm_attr {
    pub da_max_sdu: uint_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of dladm_attr"][::core::mem::size_of::<dladm_attr>() - 4usize];
    ["Alignment of dladm_attr"][::core::mem::align_of::<dladm_attr>() - 4usize];
    ["Offset of field: dladm_attr::da_max_sdu"]
        [::core::mem::offset_of!(dladm_attr, da_max_sdu) - 0usize];
};
pub type dladm_attr_t = dladm_attr;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct dladm_phys_attr {
    pub dp_dev: [::core::ffi::c_char; 32usize],
    pub dp_novanity: boolean_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of dladm_phys_attr"][::core::mem::size_of::<dladm_phys_attr>() - 36usize];
    ["Alignment of dladm_phys_attr"][::core::mem::align_of::<dladm_phys_attr>() - 4usize];
    ["Offset of field: dladm_phys_attr::dp_dev"]
        [::core::mem::offset_of!(dladm_phys_attr, dp_dev) - 0usize];
    ["Offset of field: dladm_phys_attr::dp_novanity"]
        [::core::mem::offset_of!(dladm_phys_attr, dp_novanity) - 32usize];
};
pub type dladm_phys_attr_t = dladm_phys_attr;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct dladm_vlan_attr {
    pub dv_vid: u16,
    pub dv_linkid: datalink_id_t,
    pub dv_force: boolean_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of dladm_vlan_attr"][::core::mem::size_of::<dladm_vlan_attr>() - 12usize];
    ["Alignment of dladm_vlan_attr"][::core::mem::align_of::<dladm_vlan_attr>() - 4usize];
    ["Offset of field: dladm_vlan_attr::dv_vid"]
        [::core::mem::offset_of!(dladm_vlan_attr, dv_vid) - 0usize];
    ["Offset of field: dladm_vlan_attr::dv_linkid"]
        [::core::mem::offset_of!(dladm_vlan_attr, dv_linkid) - 4usize];
    ["Offset of field: dladm_vlan_attr::dv_force"]
        [::core::mem::offset_of!(dladm_vlan_attr, dv_force) - 8usize];
};
pub type dladm_vlan_attr_t = dladm_vlan_attr;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct dladm_vnic_attr {
    pub va_vnic_id: datalink_id_t,
    pub va_link_id: datalink_id_t,
    pub va_mac_addr_type: vnic_mac_addr_type_t,
    pub va_mac_len: uint_t,
    pub va_mac_addr: [uchar_t; 20usize],
    pub va_mac_slot: ::core::ffi::c_int,
    pub va_mac_prefix_len: uint_t,
    pub va_vid: u16,
    pub va_force: boolean_t,
    pub va_vrid: vrid_t,
    pub va_af: ::core::ffi::c_int,
    pub va_resource_props: [uchar_t; 32708usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of dladm_vnic_attr"][::core::mem::size_of::<dladm_vnic_attr>() - 32768usize];
    ["Alignment of dladm_vnic_attr"][::core::mem::align_of::<dladm_vnic_attr>() - 4usize];
    ["Offset of field: dladm_vnic_attr::va_vnic_id"]
        [::core::mem::offset_of!(dladm_vnic_attr, va_vnic_id) - 0usize];
    ["Offset of field: dladm_vnic_attr::va_link_id"]
        [::core::mem::offset_of!(dladm_vnic_attr, va_link_id) - 4usize];
    ["Offset of field: dladm_vnic_attr::va_mac_addr_type"]
        [::core::mem::offset_of!(dladm_vnic_attr, va_mac_addr_type) - 8usize];
    ["Offset of field: dladm_vnic_attr::va_mac_len"]
        [::core::mem::offset_of!(dladm_vnic_attr, va_mac_len) - 12usize];
    ["Offset of field: dladm_vnic_attr::va_mac_addr"]
        [::core::mem::offset_of!(dladm_vnic_attr, va_mac_addr) - 16usize];
    ["Offset of field: dladm_vnic_attr::va_mac_slot"]
        [::core::mem::offset_of!(dladm_vnic_attr, va_mac_slot) - 36usize];
    ["Offset of field: dladm_vnic_attr::va_mac_prefix_len"]
        [::core::mem::offset_of!(dladm_vnic_attr, va_mac_prefix_len) - 40usize];
    ["Offset of field: dladm_vnic_attr::va_vid"]
        [::core::mem::offset_of!(dladm_vnic_attr, va_vid) - 44usize];
    ["Offset of field: dladm_vnic_attr::va_force"]
        [::core::mem::offset_of!(dladm_vnic_attr, va_force) - 48usize];
    ["Offset of field: dladm_vnic_attr::va_vrid"]
        [::core::mem::offset_of!(dladm_vnic_attr, va_vrid) - 52usize];
    ["Offset of field: dladm_vnic_attr::va_af"]
        [::core::mem::offset_of!(dladm_vnic_attr, va_af) - 56usize];
    ["Offset of field: dladm_vnic_attr::va_resource_props"]
        [::core::mem::offset_of!(dladm_vnic_attr, va_resource_props) - 60usize];
};
pub type dladm_vnic_attr_t = dladm_vnic_attr;
pub type dladm_walkcb_t = ::core::option::Option<
    unsafe extern "C" fn(
        name: *const ::core::ffi::c_char,
        argument: *mut ::core::ffi::c_void,
    ) -> ::core::ffi::c_int,
>;
pub type dladm_walk_datalink_id_cb_t = ::core::option::Option<
    unsafe extern "C" fn(
        handle: dladm_handle_t,
        link: datalink_id_t,
        argument: *mut ::core::ffi::c_void,
    ) -> ::core::ffi::c_int,
>;
unsafe extern "C" {
    pub fn dladm_open(handle: *mut dladm_handle_t) -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_close(handle: dladm_handle_t);
}
unsafe extern "C" {
    pub fn dladm_status2str(
        status: dladm_status_t,
        buffer: *mut ::core::ffi::c_char,
    ) -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    pub fn dladm_class2str(
        class: datalink_class_t,
        buffer: *mut ::core::ffi::c_char,
    ) -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    pub fn dladm_media2str(
        media: u32,
        buffer: *mut ::core::ffi::c_char,
    ) -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    pub fn dladm_valid_linkname(name: *const ::core::ffi::c_char) -> boolean_t;
}
unsafe extern "C" {
    pub fn dladm_name2info(
        handle: dladm_handle_t,
        name: *const ::core::ffi::c_char,
        link: *mut datalink_id_t,
        flags: *mut u32,
        class: *mut datalink_class_t,
        media: *mut u32,
    ) -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_datalink_id2info(
        handle: dladm_handle_t,
        link: datalink_id_t,
        flags: *mut u32,
        class: *mut datalink_class_t,
        media: *mut u32,
        buffer: *mut ::core::ffi::c_char,
        length: usize,
    ) -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_walk(
        callback: dladm_walkcb_t,
        handle: dladm_handle_t,
        argument: *mut ::core::ffi::c_void,
        class: datalink_class_t,
        media: datalink_media_t,
        flags: u32,
    ) -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_walk_datalink_id(
        callback: dladm_walk_datalink_id_cb_t,
        handle: dladm_handle_t,
        argument: *mut ::core::ffi::c_void,
        class: datalink_class_t,
        media: datalink_media_t,
        flags: u32,
    ) -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_info(
        handle: dladm_handle_t,
        link: datalink_id_t,
        attr: *mut dladm_attr_t,
    ) -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_phys_info(
        handle: dladm_handle_t,
        link: datalink_id_t,
        attr: *mut dladm_phys_attr_t,
        flags: u32,
    ) -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_vlan_info(
        handle: dladm_handle_t,
        link: datalink_id_t,
        attr: *mut dladm_vlan_attr_t,
        flags: u32,
    ) -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_vnic_create(
        handle: dladm_handle_t,
        name: *const ::core::ffi::c_char,
        over: datalink_id_t,
        mac_type: vnic_mac_addr_type_t,
        mac: *mut uchar_t,
        mac_length: uint_t,
        mac_slot: *mut ::core::ffi::c_int,
        mac_prefix_length: uint_t,
        vid: u16,
        vrid: vrid_t,
        af: ::core::ffi::c_int,
        link: *mut datalink_id_t,
        properties: *mut dladm_arg_list_t,
        errors: *mut dladm_errlist_t,
        flags: u32,
    ) -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_vnic_delete(
        handle: dladm_handle_t,
        link: datalink_id_t,
        flags: u32,
    ) -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_vnic_info(
        handle: dladm_handle_t,
        link: datalink_id_t,
        attr: *mut dladm_vnic_attr_t,
        flags: u32,
    ) -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_vnic_up(handle: dladm_handle_t, link: datalink_id_t, flags: u32)
    -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_vnic_str2macaddrtype(
        text: *const ::core::ffi::c_char,
        mac_type: *mut vnic_mac_addr_type_t,
    ) -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_set_linkprop(
        handle: dladm_handle_t,
        link: datalink_id_t,
        property: *const ::core::ffi::c_char,
        values: *mut *mut ::core::ffi::c_char,
        count: uint_t,
        flags: uint_t,
    ) -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_get_linkprop(
        handle: dladm_handle_t,
        link: datalink_id_t,
        type_: dladm_prop_type_t,
        property: *const ::core::ffi::c_char,
        values: *mut *mut ::core::ffi::c_char,
        count: *mut uint_t,
    ) -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_parse_link_props(
        text: *mut ::core::ffi::c_char,
        list: *mut *mut dladm_arg_list_t,
        names_only: boolean_t,
    ) -> dladm_status_t;
}
unsafe extern "C" {
    pub fn dladm_free_props(list: *mut dladm_arg_list_t);
}
unsafe extern "C" {
    pub fn dladm_errlist_init(list: *mut dladm_errlist_t);
}
unsafe extern "C" {
    pub fn dladm_errlist_reset(list: *mut dladm_errlist_t);
}
unsafe extern "C" {
    pub fn dladm_errlist_append(
        list: *mut dladm_errlist_t,
        text: *const ::core::ffi::c_char,
    ) -> dladm_status_t;
}
pub type kid_t = ::core::ffi::c_int;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct kstat {
    pub ks_crtime: hrtime_t,
    pub ks_next: *mut kstat,
    pub ks_kid: kid_t,
    pub ks_module: [::core::ffi::c_char; 31usize],
    pub ks_resv: uchar_t,
    pub ks_instance: ::core::ffi::c_int,
    pub ks_name: [::core::ffi::c_char; 31usize],
    pub ks_type: uchar_t,
    pub ks_class: [::core::ffi::c_char; 31usize],
    pub ks_flags: uchar_t,
    pub ks_data: *mut ::core::ffi::c_void,
    pub ks_ndata: uint_t,
    pub ks_data_size: usize,
    pub ks_snaptime: hrtime_t,
    pub ks_update: *mut ::core::ffi::c_void,
    pub ks_private: *mut ::core::ffi::c_void,
    pub ks_snapshot: *mut ::core::ffi::c_void,
    pub ks_lock: *mut ::core::ffi::c_void,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of kstat"][::core::mem::size_of::<kstat>() - 184usize];
    ["Alignment of kstat"][::core::mem::align_of::<kstat>() - 8usize];
    ["Offset of field: kstat::ks_crtime"][::core::mem::offset_of!(kstat, ks_crtime) - 0usize];
    ["Offset of field: kstat::ks_next"][::core::mem::offset_of!(kstat, ks_next) - 8usize];
    ["Offset of field: kstat::ks_kid"][::core::mem::offset_of!(kstat, ks_kid) - 16usize];
    ["Offset of field: kstat::ks_module"][::core::mem::offset_of!(kstat, ks_module) - 20usize];
    ["Offset of field: kstat::ks_resv"][::core::mem::offset_of!(kstat, ks_resv) - 51usize];
    ["Offset of field: kstat::ks_instance"][::core::mem::offset_of!(kstat, ks_instance) - 52usize];
    ["Offset of field: kstat::ks_name"][::core::mem::offset_of!(kstat, ks_name) - 56usize];
    ["Offset of field: kstat::ks_type"][::core::mem::offset_of!(kstat, ks_type) - 87usize];
    ["Offset of field: kstat::ks_class"][::core::mem::offset_of!(kstat, ks_class) - 88usize];
    ["Offset of field: kstat::ks_flags"][::core::mem::offset_of!(kstat, ks_flags) - 119usize];
    ["Offset of field: kstat::ks_data"][::core::mem::offset_of!(kstat, ks_data) - 120usize];
    ["Offset of field: kstat::ks_ndata"][::core::mem::offset_of!(kstat, ks_ndata) - 128usize];
    ["Offset of field: kstat::ks_data_size"]
        [::core::mem::offset_of!(kstat, ks_data_size) - 136usize];
    ["Offset of field: kstat::ks_snaptime"][::core::mem::offset_of!(kstat, ks_snaptime) - 144usize];
    ["Offset of field: kstat::ks_update"][::core::mem::offset_of!(kstat, ks_update) - 152usize];
    ["Offset of field: kstat::ks_private"][::core::mem::offset_of!(kstat, ks_private) - 160usize];
    ["Offset of field: kstat::ks_snapshot"][::core::mem::offset_of!(kstat, ks_snapshot) - 168usize];
    ["Offset of field: kstat::ks_lock"][::core::mem::offset_of!(kstat, ks_lock) - 176usize];
};
pub type kstat_t = kstat;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct kstat_named {
    pub name: [::core::ffi::c_char; 31usize],
    pub data_type: uchar_t,
    pub value: [u64; 2usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of kstat_named"][::core::mem::size_of::<kstat_named>() - 48usize];
    ["Alignment of kstat_named"][::core::mem::align_of::<kstat_named>() - 8usize];
    ["Offset of field: kstat_named::name"][::core::mem::offset_of!(kstat_named, name) - 0usize];
    ["Offset of field: kstat_named::data_type"]
        [::core::mem::offset_of!(kstat_named, data_type) - 31usize];
    ["Offset of field: kstat_named::value"][::core::mem::offset_of!(kstat_named, value) - 32usize];
};
pub type kstat_named_t = kstat_named;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct kstat_string {
    pub addr: *mut ::core::ffi::c_char,
    pub len: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of kstat_string"][::core::mem::size_of::<kstat_string>() - 16usize];
    ["Alignment of kstat_string"][::core::mem::align_of::<kstat_string>() - 8usize];
    ["Offset of field: kstat_string::addr"][::core::mem::offset_of!(kstat_string, addr) - 0usize];
    ["Offset of field: kstat_string::len"][::core::mem::offset_of!(kstat_string, len) - 8usize];
};
pub type kstat_string_t = kstat_string;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct kstat_ctl {
    pub kc_chain_id: kid_t,
    pub kc_chain: *mut kstat_t,
    pub kc_kd: ::core::ffi::c_int,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of kstat_ctl"][::core::mem::size_of::<kstat_ctl>() - 24usize];
    ["Alignment of kstat_ctl"][::core::mem::align_of::<kstat_ctl>() - 8usize];
    ["Offset of field: kstat_ctl::kc_chain_id"]
        [::core::mem::offset_of!(kstat_ctl, kc_chain_id) - 0usize];
    ["Offset of field: kstat_ctl::kc_chain"][::core::mem::offset_of!(kstat_ctl, kc_chain) - 8usize];
    ["Offset of field: kstat_ctl::kc_kd"][::core::mem::offset_of!(kstat_ctl, kc_kd) - 16usize];
};
pub type kstat_ctl_t = kstat_ctl;
unsafe extern "C" {
    pub fn kstat_open() -> *mut kstat_ctl_t;
}
unsafe extern "C" {
    pub fn kstat_close(control: *mut kstat_ctl_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn kstat_read(
        control: *mut kstat_ctl_t,
        kstat: *mut kstat_t,
        data: *mut ::core::ffi::c_void,
    ) -> kid_t;
}
unsafe extern "C" {
    pub fn kstat_chain_update(control: *mut kstat_ctl_t) -> kid_t;
}
