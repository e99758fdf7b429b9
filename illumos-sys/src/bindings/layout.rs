//! The layouts of `abi.json`.
//!
//! Made by `cargo xtask bindings`. Do not edit.

use crate::layout::{assert_structure, assert_type};

assert_type!(crate::kid_t, 4, 4);

assert_type!(crate::boolean_t, 4, 4);

assert_type!(crate::uint_t, 4, 4);

assert_type!(crate::hrtime_t, 8, 8);

assert_type!(crate::zoneid_t, 4, 4);

assert_type!(crate::uuid_t, 16, 1);

assert_type!(crate::zone_state_t, 4, 4);

assert_type!(crate::datalink_id_t, 4, 4);

assert_type!(crate::datalink_media_t, 8, 8);

assert_type!(crate::vrid_t, 4, 4);

assert_type!(crate::zone_status_t, 4, 4);

assert_type!(crate::zone_iptype_t, 4, 4);

assert_type!(crate::zone_cmd_t, 4, 4);

assert_type!(crate::zone_dochandle_t, 8, 8);

assert_type!(crate::datalink_class_t, 4, 4);

assert_type!(crate::vnic_mac_addr_type_t, 4, 4);

assert_type!(crate::dladm_prop_type_t, 4, 4);

assert_type!(crate::dladm_status_t, 4, 4);

assert_type!(crate::dladm_handle_t, 8, 8);

assert_structure!(crate::kstat, == 184, 8, {
    ks_crtime: 0, 8;
    ks_next: 8, 8;
    ks_kid: 16, 4;
    ks_module: 20, 31;
    ks_resv: 51, 1;
    ks_instance: 52, 4;
    ks_name: 56, 31;
    ks_type: 87, 1;
    ks_class: 88, 31;
    ks_flags: 119, 1;
    ks_data: 120, 8;
    ks_ndata: 128, 4;
    ks_data_size: 136, 8;
    ks_snaptime: 144, 8;
    ks_update: 152, 8;
    ks_private: 160, 8;
    ks_snapshot: 168, 8;
    ks_lock: 176, 8;
});

assert_structure!(crate::kstat_named, == 48, 8, {
    name: 0, 31;
    data_type: 31, 1;
    value: 32, 16;
});

assert_structure!(crate::kstat_string, == 16, 8, {
    addr: 0, 8;
    len: 8, 4;
});

assert_structure!(crate::kstat_ctl, == 24, 8, {
    kc_chain_id: 0, 4;
    kc_chain: 8, 8;
    kc_kd: 16, 4;
});

assert_structure!(crate::zoneent, == 1172, 4, {
    zone_name: 0, 64;
    zone_state: 64, 4;
    zone_path: 68, 1024;
    zone_uuid: 1092, 16;
    zone_newname: 1108, 64;
});

assert_structure!(crate::zone_fsopt, == 1032, 8, {
    zone_fsopt_next: 0, 8;
    zone_fsopt_opt: 8, 1024;
});

assert_structure!(crate::zone_fstab, == 3096, 8, {
    zone_fs_special: 0, 1024;
    zone_fs_dir: 1024, 1024;
    zone_fs_type: 2048, 16;
    zone_fs_options: 2064, 8;
    zone_fs_raw: 2072, 1024;
});

assert_structure!(crate::zone_rctlvaltab, == 776, 8, {
    zone_rctlval_priv: 0, 256;
    zone_rctlval_limit: 256, 256;
    zone_rctlval_action: 512, 256;
    zone_rctlval_next: 768, 8;
});

assert_structure!(crate::zone_rctltab, == 264, 8, {
    zone_rctl_name: 0, 256;
    zone_rctl_valptr: 256, 8;
});

assert_structure!(crate::zone_attrtab, == 2560, 1, {
    zone_attr_name: 0, 256;
    zone_attr_type: 256, 256;
    zone_attr_value: 512, 2048;
});

assert_structure!(crate::zone_dstab, == 256, 1, {
    zone_dataset_name: 0, 256;
});

assert_structure!(crate::zone_psettab, == 768, 1, {
    zone_ncpu_min: 0, 256;
    zone_ncpu_max: 256, 256;
    zone_importance: 512, 256;
});

assert_structure!(crate::zone_admintab, == 4128, 1, {
    zone_admin_user: 0, 32;
    zone_admin_auths: 32, 4096;
});

assert_structure!(crate::zone_secflagstab, == 3072, 1, {
    zone_secflags_lower: 0, 1024;
    zone_secflags_upper: 1024, 1024;
    zone_secflags_default: 2048, 1024;
});

assert_structure!(crate::zone_devpermtab, == 1048, 8, {
    zone_devperm_name: 0, 1024;
    zone_devperm_uid: 1024, 4;
    zone_devperm_gid: 1028, 4;
    zone_devperm_mode: 1032, 4;
    zone_devperm_acl: 1040, 8;
});

assert_structure!(crate::lifreq, == 376, 8, {
    lifr_name: 0, 32;
    lifr_lifru1: 32, 4;
    lifr_type: 36, 4;
    lifr_lifru: 40, 336;
});

assert_structure!(crate::dladm_errlist, == 16, 8, {
    el_count: 0, 4;
    el_alloc: 4, 4;
    el_errs: 8, 8;
});

assert_structure!(crate::dladm_attr, == 4, 4, {
    da_max_sdu: 0, 4;
});

assert_structure!(crate::dladm_phys_attr, == 36, 4, {
    dp_dev: 0, 32;
    dp_novanity: 32, 4;
});

assert_structure!(crate::dladm_vlan_attr, == 12, 4, {
    dv_vid: 0, 2;
    dv_linkid: 4, 4;
    dv_force: 8, 4;
});

assert_structure!(crate::dladm_vnic_attr, >= 15480, 4, {
    va_vnic_id: 0, 4;
    va_link_id: 4, 4;
    va_mac_addr_type: 8, 4;
    va_mac_len: 12, 4;
    va_mac_addr: 16, 20;
    va_mac_slot: 36, 4;
    va_mac_prefix_len: 40, 4;
    va_vid: 44, 2;
    va_force: 48, 4;
    va_vrid: 52, 4;
    va_af: 56, 4;
    va_resource_props: 60, _;
});

assert_structure!(crate::upstream::zone_nwiftab, == 170, 1, {
    zone_nwif_address: 0, 46;
    zone_nwif_allowed_address: 46, 46;
    zone_nwif_physical: 92, 32;
    zone_nwif_defrouter: 124, 46;
});

assert_structure!(crate::upstream::zone_devtab, == 1024, 1, {
    zone_dev_match: 0, 1024;
});

assert_structure!(crate::upstream::zone_mcaptab, == 256, 1, {
    zone_physmem_cap: 0, 256;
});

assert_structure!(crate::upstream::zone_cmd_arg, == 1296, 8, {
    uniqid: 0, 8;
    cmd: 8, 4;
    _pad: 12, 4;
    locale: 16, 1024;
    bootbuf: 1040, 256;
});

assert_structure!(crate::extended::zone_res_attrtab_256, == 520, 8, {
    zone_res_attr_name: 0, 256;
    zone_res_attr_value: 256, 256;
    zone_res_attr_next: 512, 8;
});

assert_structure!(crate::extended::zone_res_attrtab_1024, == 1288, 8, {
    zone_res_attr_name: 0, 256;
    zone_res_attr_value: 256, 1024;
    zone_res_attr_next: 1280, 8;
});

assert_structure!(crate::extended::zone_nwiftab, == 248, 8, {
    zone_nwif_address: 0, 46;
    zone_nwif_allowed_address: 46, 46;
    zone_nwif_physical: 92, 32;
    zone_nwif_mac: 124, 20;
    zone_nwif_vlan_id: 144, 11;
    zone_nwif_gnic: 155, 32;
    zone_nwif_defrouter: 187, 46;
    zone_nwif_attrp: 240, 8;
});

assert_structure!(crate::extended::zone_devtab, == 1032, 8, {
    zone_dev_match: 0, 1024;
    zone_dev_attrp: 1024, 8;
});

assert_structure!(crate::extended::zone_cmd_arg, == 1304, 8, {
    uniqid: 0, 8;
    cmd: 8, 4;
    status: 12, 4;
    debug: 16, 4;
    locale: 20, 1024;
    bootbuf: 1044, 256;
    pad: 1300, 4;
});
