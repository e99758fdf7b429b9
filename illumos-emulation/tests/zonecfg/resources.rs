//! Resources: add, delete, modify, look up.

use std::ffi::CStr;

use illumos_emulation::Flavour;
use illumos_sys::upstream::{
    zone_mcaptab, zone_nwiftab, zonecfg_add_nwif, zonecfg_delete_nwif, zonecfg_lookup_nwif,
    zonecfg_modify_nwif,
};
use illumos_sys::{
    Z_ALIAS_DISALLOW, Z_INSUFFICIENT_SPEC, Z_INVAL, Z_NO_ENTRY, Z_NO_PROPERTY_ID, Z_NO_RESOURCE_ID,
    Z_OK, Z_TOO_BIG, extended, zone_admintab, zone_attrtab, zone_dochandle_t, zone_fstab,
    zone_psettab, zone_rctltab, zone_rctlvaltab, zone_secflagstab, zonecfg_add_admin,
    zonecfg_add_attr, zonecfg_add_pset, zonecfg_add_rctl_value, zonecfg_add_secflags,
    zonecfg_aliased_rctl_ok, zonecfg_delete_admin, zonecfg_delete_filesystem,
    zonecfg_free_fs_option_list, zonecfg_free_rctl_value_list, zonecfg_get_aliased_rctl,
    zonecfg_get_attr_boolean, zonecfg_get_attr_int, zonecfg_get_attr_string, zonecfg_get_attr_uint,
    zonecfg_getrctlent, zonecfg_getsecflagsent, zonecfg_lookup_attr, zonecfg_lookup_filesystem,
    zonecfg_lookup_pset, zonecfg_lookup_secflags, zonecfg_modify_pset, zonecfg_num_resources,
    zonecfg_rm_aliased_rctl, zonecfg_set_aliased_rctl, zonecfg_setnwifent, zonecfg_setrctlent,
};

use crate::fixture::{Handle, TestHost, c, fill, text, zeroed};

unsafe extern "C" {
    fn zonecfg_lookup_mcap(handle: zone_dochandle_t, mcap: *mut zone_mcaptab) -> i32;
    fn zonecfg_modify_mcap(handle: zone_dochandle_t, mcap: *mut zone_mcaptab) -> i32;
    fn illumos_emulation_dlsym(name: *const std::ffi::c_char) -> *mut std::ffi::c_void;
    fn zonecfg_add_res_attr(
        list: *mut *mut extended::zone_res_attrtab,
        attr: *mut extended::zone_res_attrtab,
    ) -> i32;
    fn zonecfg_free_res_attr_list(list: *mut extended::zone_res_attrtab);
    fn zonecfg_set_did(handle: zone_dochandle_t);
    fn zonecfg_get_did(handle: zone_dochandle_t) -> i32;
}

fn net(physical: &str, allowed_address: &str, address: &str) -> zone_nwiftab {
    let mut net: zone_nwiftab = zeroed();
    fill(&mut net.zone_nwif_physical, physical);
    fill(&mut net.zone_nwif_allowed_address, allowed_address);
    fill(&mut net.zone_nwif_address, address);
    net
}

fn count(handle: &Handle, kind: &str) -> i32 {
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe { zonecfg_num_resources(handle.0, c(kind).as_ptr().cast_mut()) }
}

#[test]
fn nets_are_deleted_by_their_exact_addresses() {
    let _host = TestHost::upstream();
    let handle = Handle::load("z1");
    let mut vnic0 = net("vnic0", "10.0.0.1/24", "");
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        assert_eq!(zonecfg_add_nwif(handle.0, &mut vnic0), Z_OK);
        assert_eq!(count(&handle, "net"), 4);
        assert_eq!(
            zonecfg_delete_nwif(handle.0, &mut vnic0),
            Z_OK,
            "the default router does not count"
        );
        assert_eq!(
            zonecfg_delete_nwif(handle.0, &mut net("vnic0", "", "")),
            Z_NO_RESOURCE_ID
        );
        assert_eq!(
            zonecfg_modify_nwif(
                handle.0,
                &mut net("vnic1", "", ""),
                &mut net("vnic9", "", "")
            ),
            Z_OK
        );
        assert_eq!(
            zonecfg_modify_nwif(
                handle.0,
                &mut net("nosuch", "", ""),
                &mut net("vnic8", "", "")
            ),
            Z_NO_RESOURCE_ID
        );
        assert_eq!(zonecfg_add_nwif(handle.0, &mut net("", "", "")), Z_OK);
    }
    assert_eq!(count(&handle, "net"), 4);
}

#[test]
fn nets_are_looked_up() {
    let _host = TestHost::upstream();
    let handle = Handle::load("z1");
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        let mut found = net("vnic0", "", "");
        assert_eq!(zonecfg_lookup_nwif(handle.0, &mut found), Z_OK);
        assert_eq!(text(&found.zone_nwif_allowed_address), "10.0.0.1/24");
        assert_eq!(text(&found.zone_nwif_defrouter), "10.0.0.254");
        let cases = [
            (net("", "10.0.0.1", ""), Z_OK),
            (net("", "", "10.0.0.1"), Z_INSUFFICIENT_SPEC),
            (net("", "", ""), Z_INSUFFICIENT_SPEC),
            (net("", "10.0.0.1", "10.0.0.1"), Z_INVAL),
            (net("nosuch", "", ""), Z_NO_RESOURCE_ID),
        ];
        for (mut query, code) in cases {
            assert_eq!(zonecfg_lookup_nwif(handle.0, &mut query), code);
        }
    }
}

fn attr(name: &str, kind: &str, value: &str) -> zone_attrtab {
    let mut attr: zone_attrtab = zeroed();
    fill(&mut attr.zone_attr_name, name);
    fill(&mut attr.zone_attr_type, kind);
    fill(&mut attr.zone_attr_value, value);
    attr
}

#[test]
fn attrs_are_not_checked() {
    let host = TestHost::upstream();
    let handle = Handle::load("z1");
    let special = "l1\nl2\tq\"<&>'";
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        assert_eq!(
            zonecfg_add_attr(handle.0, &mut attr("", "string", "")),
            Z_OK
        );
        assert_eq!(
            zonecfg_add_attr(handle.0, &mut attr("a", "string", "")),
            Z_OK
        );
        assert_eq!(
            zonecfg_add_attr(handle.0, &mut attr("nl", "string", special)),
            Z_OK
        );
        assert_eq!(handle.save(), Z_OK);
        let handle = Handle::load("z1");
        let mut query = attr("nl", "", "");
        assert_eq!(zonecfg_lookup_attr(handle.0, &mut query), Z_OK);
        assert_eq!(text(&query.zone_attr_value), special);
        assert_eq!(
            zonecfg_lookup_attr(handle.0, &mut attr("a", "", "")),
            Z_INSUFFICIENT_SPEC
        );
    }
    let line =
        "  <attr name=\"nl\" type=\"string\" value=\"l1&#10;l2&#9;q&quot;&lt;&amp;&gt;'\"/>\n";
    assert!(host.read("z1.xml").contains(line));
}

#[test]
fn a_control_character_makes_the_document_unreadable() {
    let _host = TestHost::upstream();
    let handle = Handle::load("z1");
    assert_eq!(
        // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
        unsafe { zonecfg_add_attr(handle.0, &mut attr("c", "string", "\u{1}")) },
        Z_OK
    );
    assert_eq!(handle.save(), Z_OK);
    assert_eq!(Handle::try_load("z1").1, illumos_sys::Z_INVALID_DOCUMENT);
}

#[test]
fn what_is_not_utf_8_cannot_be_saved() {
    let host = TestHost::upstream();
    let before = host.read("z1.xml");
    let handle = Handle::load("z1");
    let mut bad = attr("c", "string", "x");
    bad.zone_attr_value[0] = 0xe9u8.cast_signed();
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    assert_eq!(unsafe { zonecfg_add_attr(handle.0, &mut bad) }, Z_OK);
    assert_eq!(handle.save(), illumos_sys::Z_SAVING_FILE);
    assert_eq!(host.read("z1.xml"), before);
    assert_eq!(Handle::try_load("z1").1, Z_OK);
}

#[test]
fn typed_getters() {
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        let mut int = 0;
        let mut uint = 0;
        let mut boolean = 0;
        let ints = [
            ("-7", Z_OK),
            ("", Z_OK),
            ("9223372036854775808", Z_INVAL),
            (" 5", Z_OK),
            ("5 ", Z_INVAL),
            ("0x10", Z_INVAL),
        ];
        for (value, code) in ints {
            assert_eq!(
                zonecfg_get_attr_int(&attr("n", "int", value), &mut int),
                code,
                "{value:?}"
            );
        }
        assert_eq!(int, 5);
        assert_eq!(
            zonecfg_get_attr_uint(&attr("n", "int", "-7"), &mut uint),
            Z_INVAL
        );
        assert_eq!(
            zonecfg_get_attr_uint(&attr("n", "uint", "18446744073709551615"), &mut uint),
            Z_OK
        );
        assert_eq!(uint, u64::MAX);
        assert_eq!(
            zonecfg_get_attr_uint(&attr("n", "uint", "-1"), &mut uint),
            Z_INVAL
        );
        assert_eq!(
            zonecfg_get_attr_boolean(&attr("b", "boolean", "true"), &mut boolean),
            Z_OK
        );
        assert_eq!(boolean, 1);
        assert_eq!(
            zonecfg_get_attr_boolean(&attr("b", "boolean", "TRUE"), &mut boolean),
            Z_INVAL
        );
        let mut buffer = [0; 8];
        let long = attr("s", "string", "123456789");
        assert_eq!(
            zonecfg_get_attr_string(&long, buffer.as_mut_ptr(), buffer.len()),
            Z_TOO_BIG
        );
        assert_eq!(text(&buffer), "1234567");
    }
}

#[test]
fn capped_memory_after_and_within_an_iteration() {
    let host = TestHost::upstream();
    let mut mcap: zone_mcaptab = zeroed();
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        let handle = Handle::load("z1");
        assert_eq!(zonecfg_lookup_mcap(handle.0, &mut mcap), Z_NO_ENTRY);
        fill(&mut mcap.zone_physmem_cap, "1048576");
        assert_eq!(zonecfg_modify_mcap(handle.0, &mut mcap), Z_OK);
        assert_eq!(zonecfg_modify_mcap(handle.0, &mut mcap), Z_OK, "replaced");
        assert_eq!(zonecfg_lookup_mcap(handle.0, &mut mcap), Z_OK);
        assert_eq!(zonecfg_setnwifent(handle.0), Z_OK);
        assert_eq!(
            zonecfg_modify_mcap(handle.0, &mut mcap),
            Z_OK,
            "the old one is not found there"
        );
        assert_eq!(handle.save(), Z_OK);
    }
    assert_eq!(
        host.read("z1.xml")
            .matches("  <mcap physcap=\"1048576\"/>\n")
            .count(),
        2
    );
}

#[test]
fn dedicated_cpu() {
    let host = TestHost::upstream();
    let handle = Handle::load("z1");
    let mut pset: zone_psettab = zeroed();
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        assert_eq!(zonecfg_lookup_pset(handle.0, &mut pset), Z_NO_ENTRY);
        fill(&mut pset.zone_ncpu_min, "1");
        fill(&mut pset.zone_ncpu_max, "2");
        fill(&mut pset.zone_importance, "3");
        assert_eq!(zonecfg_modify_pset(handle.0, &mut pset), Z_NO_RESOURCE_ID);
        assert_eq!(zonecfg_add_pset(handle.0, &mut pset), Z_OK);
        assert_eq!(zonecfg_modify_pset(handle.0, &mut pset), Z_OK);
        assert_eq!(zonecfg_add_pset(handle.0, &mut pset), Z_OK);
    }
    assert_eq!(handle.save(), Z_OK);
    let pset = "  <pset ncpu_min=\"1\" ncpu_max=\"2\"/>\n";
    assert!(host.read("z1.xml").ends_with(&format!(
        "{pset}{pset}  <tmp_pool importance=\"3\"/>\n</zone>\n"
    )));
}

fn alias(handle: &Handle, name: &str) -> (i32, u64) {
    let mut limit = 0;
    let code =
        // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
        unsafe { zonecfg_get_aliased_rctl(handle.0, c(name).as_ptr().cast_mut(), &mut limit) };
    (code, limit)
}

#[test]
fn aliases() {
    let host = TestHost::upstream();
    let handle = Handle::load("z1");
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    let set = |handle: &Handle, name, limit| unsafe {
        zonecfg_set_aliased_rctl(handle.0, c(name).as_ptr().cast_mut(), limit)
    };
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    let remove = |handle: &Handle, name| unsafe {
        zonecfg_rm_aliased_rctl(handle.0, c(name).as_ptr().cast_mut())
    };
    assert_eq!(alias(&handle, "cpu-shares"), (Z_OK, 5));
    assert_eq!(alias(&handle, "max-lwps").0, Z_NO_ENTRY);
    assert_eq!(alias(&handle, "nosuch").0, Z_NO_PROPERTY_ID);
    assert_eq!(alias(&handle, "physical").0, Z_NO_PROPERTY_ID);
    assert_eq!(set(&handle, "max-lwps", 5), Z_OK);
    assert_eq!(set(&handle, "nosuch", 5), Z_ALIAS_DISALLOW);
    assert_eq!(remove(&handle, "locked"), Z_OK);
    assert_eq!(remove(&handle, "nosuch"), Z_OK);
    assert_eq!(set(&handle, "cpu-shares", 9), Z_OK);
    assert_eq!(alias(&handle, "cpu-shares"), (Z_OK, 9));
    assert_eq!(count(&handle, "rctl"), 2);
    let value = "<rctl-value priv=\"privileged\" limit=\"1\" action=\"deny\"/>";
    let handle = host.load_with(
        "two",
        &format!("<rctl name=\"zone.max-swap\">{value}{value}</rctl>"),
    );
    assert_eq!(alias(&handle, "swap").0, Z_ALIAS_DISALLOW);
    assert_eq!(
        // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
        unsafe { zonecfg_aliased_rctl_ok(handle.0, c("swap").as_ptr().cast_mut()) },
        0
    );
    assert_eq!(set(&handle, "swap", 1), Z_ALIAS_DISALLOW);
    assert_eq!(remove(&handle, "swap"), Z_OK);
}

fn rctl_value(priv_: &str, limit: &str, action: &str) -> *mut zone_rctlvaltab {
    // SAFETY: calloc takes any size; NULL would end the test at once.
    let value = unsafe { libc::calloc(1, size_of::<zone_rctlvaltab>()) }.cast::<zone_rctlvaltab>();
    // SAFETY: it was just allocated with this size, all-zero bytes are a value of it, and nobody else has it yet.
    let fields = unsafe { &mut *value };
    fill(&mut fields.zone_rctlval_priv, priv_);
    fill(&mut fields.zone_rctlval_limit, limit);
    fill(&mut fields.zone_rctlval_action, action);
    value
}

#[test]
fn values_of_resource_controls() {
    let host = TestHost::upstream();
    let mut rctl: zone_rctltab = zeroed();
    let cases = [
        (("basic", "1", "deny"), Z_INVAL),
        (("privileged", "1", "signal"), Z_INVAL),
        (("privileged", "-1", "deny"), Z_INVAL),
        (("privileged", "", "deny"), Z_OK),
        (("privileged", "0x10", "none"), Z_OK),
    ];
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        for ((priv_, limit, action), code) in cases {
            let value = rctl_value(priv_, limit, action);
            assert_eq!(
                zonecfg_add_rctl_value(&mut rctl, value),
                code,
                "{priv_} {limit} {action}"
            );
            if code != Z_OK {
                libc::free(value.cast());
            }
        }
        zonecfg_free_rctl_value_list(rctl.zone_rctl_valptr);
    }
    let handle = host.load_with(
        "odd",
        "<rctl name=\"zone.max-swap\"><rctl-value priv=\"privileged\" limit=\"1\" action=\"deny\"/>\
         <rctl-value priv=\"basic\" limit=\"1\" action=\"deny\"/></rctl>\
         <rctl name=\"zone.cpu-shares\"><rctl-value priv=\"privileged\" limit=\"x\" action=\"none\"/></rctl>",
    );
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        assert_eq!(zonecfg_setrctlent(handle.0), Z_OK);
        for (name, is_empty) in [("zone.max-swap", false), ("zone.cpu-shares", true)] {
            assert_eq!(zonecfg_getrctlent(handle.0, &mut rctl), Z_OK);
            assert_eq!(text(&rctl.zone_rctl_name), name);
            assert_eq!(rctl.zone_rctl_valptr.is_null(), is_empty);
            if !is_empty {
                assert!(
                    (*rctl.zone_rctl_valptr).zone_rctlval_next.is_null(),
                    "the list ends at the first bad value"
                );
            }
            zonecfg_free_rctl_value_list(rctl.zone_rctl_valptr);
        }
        assert_eq!(zonecfg_getrctlent(handle.0, &mut rctl), Z_NO_ENTRY);
    }
}

#[test]
fn filesystems() {
    let _host = TestHost::upstream();
    let handle = Handle::load("z1");
    let mut fs: zone_fstab = zeroed();
    fill(&mut fs.zone_fs_dir, "/d");
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        assert_eq!(zonecfg_lookup_filesystem(handle.0, &mut fs), Z_OK);
        assert_eq!(text(&fs.zone_fs_special), "/e");
        assert_eq!(text(&(*fs.zone_fs_options).zone_fsopt_opt), "ro");
        assert!((*fs.zone_fs_options).zone_fsopt_next.is_null());
        assert_eq!(zonecfg_delete_filesystem(handle.0, &mut fs), Z_OK);
        assert_eq!(
            zonecfg_delete_filesystem(handle.0, &mut fs),
            Z_NO_RESOURCE_ID
        );
        zonecfg_free_fs_option_list(fs.zone_fs_options);
    }
}

#[test]
fn security_flags() {
    let _host = TestHost::upstream();
    let handle = Handle::load("z1");
    let mut flags: zone_secflagstab = zeroed();
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        assert_eq!(zonecfg_lookup_secflags(handle.0, &mut flags), Z_NO_ENTRY);
        assert_eq!(zonecfg_getsecflagsent(handle.0, &mut flags), Z_NO_ENTRY);
        fill(&mut flags.zone_secflags_default, "aslr");
        assert_eq!(zonecfg_add_secflags(handle.0, &mut flags), Z_OK);
        assert_eq!(zonecfg_add_secflags(handle.0, &mut flags), Z_OK);
        let mut found: zone_secflagstab = zeroed();
        assert_eq!(zonecfg_getsecflagsent(handle.0, &mut found), Z_OK);
        assert_eq!(text(&found.zone_secflags_default), "aslr");
    }
}

#[test]
fn admins_get_their_authorizations_on_save() {
    let host = TestHost::upstream();
    let mut admin: zone_admintab = zeroed();
    fill(&mut admin.zone_admin_user, "ann");
    fill(&mut admin.zone_admin_auths, "login,manage");
    let zone = c("z1");
    let users = || std::fs::read_to_string(host.host.path("/etc/user_attr")).unwrap();
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        let handle = Handle::load("z1");
        assert_eq!(
            zonecfg_add_admin(handle.0, &mut admin, zone.as_ptr().cast_mut()),
            Z_OK
        );
        assert_eq!(handle.save(), Z_OK);
        assert_eq!(
            users(),
            "ann::::auths=solaris.zone.login/z1,solaris.zone.manage/z1;profiles=Zone Management\n"
        );
        let handle = Handle::load("z1");
        assert_eq!(
            zonecfg_delete_admin(handle.0, &mut admin, zone.as_ptr().cast_mut()),
            Z_OK
        );
        assert_eq!(handle.save(), Z_OK);
        assert_eq!(users(), "ann::::\n");
    }
}

#[test]
fn extended_nets() {
    let host = TestHost::new(Flavour::Omnios);
    let handle = host.load_with("ext", "");
    let mut net: extended::zone_nwiftab = zeroed();
    fill(&mut net.zone_nwif_physical, "vnic0");
    fill(&mut net.zone_nwif_allowed_address, "10.0.0.5/24");
    fill(&mut net.zone_nwif_defrouter, "10.0.0.1");
    fill(&mut net.zone_nwif_mac, "2:8:20:aa:bb:cc");
    fill(&mut net.zone_nwif_vlan_id, "20");
    fill(&mut net.zone_nwif_gnic, "e1000g0");
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        let size = size_of::<extended::zone_res_attrtab_1024>();
        for (name, value) in [("mtu", "1500"), ("x", "a b")] {
            let attr = libc::calloc(1, size).cast::<extended::zone_res_attrtab_1024>();
            fill(&mut (*attr).zone_res_attr_name, name);
            fill(&mut (*attr).zone_res_attr_value, value);
            assert_eq!(
                zonecfg_add_res_attr(&mut net.zone_nwif_attrp, attr.cast()),
                Z_OK
            );
        }
        assert_eq!(extended::zonecfg_add_nwif(handle.0, &mut net), Z_OK);
        zonecfg_free_res_attr_list(net.zone_nwif_attrp);

        assert_eq!(zonecfg_get_did(handle.0), -1);
        zonecfg_set_did(handle.0);
        assert_eq!(zonecfg_get_did(handle.0), 1);

        let mut found: extended::zone_nwiftab = zeroed();
        assert_eq!(zonecfg_setnwifent(handle.0), Z_OK);
        assert_eq!(extended::zonecfg_getnwifent(handle.0, &mut found), Z_OK);
        assert_eq!(text(&found.zone_nwif_gnic), "e1000g0");
        assert_eq!(text(&found.zone_nwif_defrouter), "10.0.0.1");
        let first = found
            .zone_nwif_attrp
            .cast::<extended::zone_res_attrtab_1024>();
        assert_eq!(text(&(*first).zone_res_attr_value), "1500");
        zonecfg_free_res_attr_list(found.zone_nwif_attrp);
    }
    host.write("index", "ext:configured:/zones/ext:\n");
    assert_eq!(handle.save(), Z_OK);
    assert_eq!(host.read("did.txt"), "1\n");
    assert_eq!(
        host.read("ext.xml"),
        format!(
            "<?xml version=\"1.0\"?>\n<!--\n    DO NOT EDIT THIS FILE.  Use zonecfg(1M) instead.\n-->\n{}\n\
             <zone name=\"ext\" zonepath=\"/zones/ext\" autoboot=\"false\" ip-type=\"exclusive\" debugid=\"1\">\n  \
             <network allowed-address=\"10.0.0.5/24\" physical=\"vnic0\" defrouter=\"10.0.0.1\" \
             mac-addr=\"2:8:20:aa:bb:cc\" vlan-id=\"20\" global-nic=\"e1000g0\">\n    \
             <net-attr name=\"mtu\" value=\"1500\"/>\n    <net-attr name=\"x\" value=\"a b\"/>\n  \
             </network>\n</zone>\n",
            crate::fixture::DOCTYPE
        )
    );
}

#[test]
fn an_extended_net_is_deleted_by_its_link_and_any_one_address() {
    let host = TestHost::new(Flavour::Omnios);
    let handle = host.load_with(
        "ext",
        "<network physical=\"vnic0\" allowed-address=\"10.0.0.1/24\"/><network physical=\"vnic0\"/>",
    );
    let mut net: extended::zone_nwiftab = zeroed();
    fill(&mut net.zone_nwif_physical, "vnic0");
    assert_eq!(
        // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
        unsafe { extended::zonecfg_delete_nwif(handle.0, &mut net) },
        Z_OK
    );
    assert_eq!(
        handle.save(),
        illumos_sys::Z_UPDATING_INDEX,
        "no line in the index"
    );
    host.write("index", "ext:configured:/zones/ext:\n");
    assert_eq!(handle.save(), Z_OK);
    assert!(
        !host.read("ext.xml").contains("10.0.0.1"),
        "the first one went, whose address differs"
    );
}

#[test]
fn each_flavour_has_its_own_functions() {
    // SAFETY: the name ends in a NUL and is only read.
    let find = |name: &CStr| !unsafe { illumos_emulation_dlsym(name.as_ptr()) }.is_null();
    for (flavour, is_upstream) in [(Flavour::Upstream, true), (Flavour::Omnios, false)] {
        let _host = TestHost::new(flavour);
        for name in [
            c"zonecfg_lookup_mcap",
            c"zonecfg_modify_mcap",
            c"zonecfg_delete_mcap",
            c"zonecfg_getmcapent",
        ] {
            assert_eq!(find(name), is_upstream, "{name:?}");
        }
        for name in [
            c"zonecfg_add_res_attr",
            c"zonecfg_set_did",
            c"zone_get_did",
            c"zonecfg_fix_obsolete",
        ] {
            assert_eq!(find(name), !is_upstream, "{name:?}");
        }
        assert!(!find(c"dladm_vnic_modify") && !find(c"zonecfg_set_uuid"));
    }
}
