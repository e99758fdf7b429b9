//! Handles, what they can be loaded from, and their one cursor.

use illumos_sys::upstream::{
    zone_nwiftab, zonecfg_add_nwif, zonecfg_delete_nwif, zonecfg_getnwifent,
};
use illumos_sys::{
    Z_BAD_HANDLE, Z_BAD_PROPERTY, Z_EMPTY_DOCUMENT, Z_INVAL, Z_INVALID_DOCUMENT, Z_NO_ENTRY,
    Z_NO_RESOURCE_TYPE, Z_NO_ZONE, Z_OK, Z_TOO_BIG, Z_WRONG_DOC_TYPE, ZS_EXCLUSIVE, zone_attrtab,
    zone_iptype_t, zonecfg_check_handle, zonecfg_del_all_resources, zonecfg_endnwifent,
    zonecfg_get_aliased_rctl, zonecfg_get_autoboot, zonecfg_get_iptype, zonecfg_get_name,
    zonecfg_get_zonepath, zonecfg_getattrent, zonecfg_lookup_attr, zonecfg_num_resources,
    zonecfg_save, zonecfg_set_autoboot, zonecfg_set_iptype, zonecfg_setattrent, zonecfg_setnwifent,
};

use crate::fixture::{DOCTYPE, Handle, TestHost, c, fill, text, zeroed};

fn autoboot(handle: &Handle) -> i32 {
    let mut value = 0;
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe { zonecfg_get_autoboot(handle.0, &mut value) }
}

#[test]
fn null_and_empty_handles() {
    let _host = TestHost::upstream();
    let handle = Handle::empty();
    let mut net: zone_nwiftab = zeroed();
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        assert_eq!(zonecfg_check_handle(std::ptr::null_mut()), Z_BAD_HANDLE);
        assert_eq!(zonecfg_check_handle(handle.0), Z_BAD_HANDLE);
        assert_eq!(autoboot(&handle), Z_BAD_HANDLE);
        assert_eq!(zonecfg_setnwifent(handle.0), Z_BAD_HANDLE);
        assert_eq!(zonecfg_setnwifent(std::ptr::null_mut()), Z_INVAL);
        assert_eq!(zonecfg_getnwifent(handle.0, &mut net), Z_NO_ENTRY);
        assert_eq!(zonecfg_add_nwif(handle.0, &mut net), Z_BAD_HANDLE);
        assert_eq!(zonecfg_add_nwif(handle.0, std::ptr::null_mut()), Z_INVAL);
        assert_eq!(zonecfg_save(handle.0), Z_BAD_HANDLE);
        assert_eq!(zonecfg_set_iptype(handle.0, ZS_EXCLUSIVE), Z_EMPTY_DOCUMENT);
    }
}

#[test]
fn every_kind_of_file() {
    let host = TestHost::upstream();
    let root = "zonepath=\"/zones/z1\" autoboot=\"false\" brand=\"ipkg\"";
    host.write("empty.xml", "");
    host.write("junk.xml", "not XML at all");
    host.write(
        "trunc.xml",
        format!("{DOCTYPE}<zone name=\"z\" {root}><network physical=\"v"),
    );
    host.write(
        "dtdbad.xml",
        format!("{DOCTYPE}<zone name=\"z\" zonepath=\"/z\"/>"),
    );
    host.write("nodoctype.xml", format!("<zone name=\"z\" {root}/>"));
    host.write(
        "otherroot.xml",
        format!(
            "{}<network physical=\"v0\"/>",
            DOCTYPE.replace("zone PUBLIC", "network PUBLIC")
        ),
    );
    host.write("emptyroot.xml", DOCTYPE);
    let cases = [
        ("missing", Z_NO_ZONE, Z_BAD_HANDLE, Z_BAD_HANDLE),
        ("empty", Z_INVALID_DOCUMENT, Z_BAD_HANDLE, Z_BAD_HANDLE),
        ("junk", Z_INVALID_DOCUMENT, Z_BAD_HANDLE, Z_BAD_HANDLE),
        ("trunc", Z_INVALID_DOCUMENT, Z_BAD_HANDLE, Z_BAD_HANDLE),
        ("dtdbad", Z_INVALID_DOCUMENT, Z_OK, Z_BAD_PROPERTY),
        ("nodoctype", Z_INVALID_DOCUMENT, Z_OK, Z_OK),
        ("otherroot", Z_OK, Z_OK, Z_WRONG_DOC_TYPE),
        ("emptyroot", Z_INVALID_DOCUMENT, Z_BAD_HANDLE, Z_BAD_HANDLE),
        ("../zones/z1", Z_OK, Z_OK, Z_OK),
        ("", Z_NO_ZONE, Z_BAD_HANDLE, Z_BAD_HANDLE),
    ];
    for (name, loaded, checked, read) in cases {
        let (handle, code) = Handle::try_load(name);
        // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
        let check = unsafe { zonecfg_check_handle(handle.0) };
        assert_eq!(
            (code, check, autoboot(&handle)),
            (loaded, checked, read),
            "{name}"
        );
    }
}

#[test]
fn iterations_end_once() {
    let _host = TestHost::upstream();
    let handle = Handle::load("z1");
    let mut net: zone_nwiftab = zeroed();
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        assert_eq!(zonecfg_getnwifent(handle.0, &mut net), Z_NO_ENTRY);
        assert_eq!(zonecfg_setnwifent(handle.0), Z_OK);
        for expected in ["vnic0", "vnic1", "vnic2"] {
            assert_eq!(zonecfg_getnwifent(handle.0, &mut net), Z_OK);
            assert_eq!(text(&net.zone_nwif_physical), expected);
        }
        assert_eq!(zonecfg_getnwifent(handle.0, &mut net), Z_NO_ENTRY);
        assert_eq!(zonecfg_getnwifent(handle.0, &mut net), Z_NO_ENTRY);
        assert_eq!(zonecfg_endnwifent(handle.0), Z_OK);
        assert_eq!(zonecfg_getnwifent(handle.0, &mut net), Z_NO_ENTRY);
    }
}

/// How many nets an iteration sees if `between` is called after each.
fn nets_seen(handle: &Handle, mut between: impl FnMut(&mut zone_nwiftab)) -> usize {
    let mut net: zone_nwiftab = zeroed();
    let mut seen = 0;
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        assert_eq!(zonecfg_setnwifent(handle.0), Z_OK);
        while zonecfg_getnwifent(handle.0, &mut net) == Z_OK {
            seen += 1;
            between(&mut net);
        }
    }
    seen
}

#[test]
fn what_ends_an_iteration() {
    let _host = TestHost::upstream();
    let handle = Handle::load("z1");
    let mut attr: zone_attrtab = zeroed();
    fill(&mut attr.zone_attr_name, "a");
    let lookup = |_: &mut zone_nwiftab| {
        // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
        unsafe { zonecfg_lookup_attr(handle.0, &mut attr) };
    };
    assert_eq!(nets_seen(&handle, lookup), 1);
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    let scalars = |_: &mut zone_nwiftab| unsafe {
        let mut iptype: zone_iptype_t = 0;
        assert_eq!(handle.get(zonecfg_get_zonepath, 64).0, Z_OK);
        assert_eq!(zonecfg_get_iptype(handle.0, &mut iptype), Z_OK);
        assert_eq!(zonecfg_set_autoboot(handle.0, 0), Z_OK);
    };
    assert_eq!(nets_seen(&handle, scalars), 3);
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    let alias = |_: &mut zone_nwiftab| unsafe {
        let mut limit = 0;
        assert_eq!(
            zonecfg_get_aliased_rctl(handle.0, c("cpu-shares").as_ptr().cast_mut(), &mut limit),
            Z_OK
        );
    };
    assert_eq!(nets_seen(&handle, alias), 1);
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    let delete = |net: &mut zone_nwiftab| unsafe {
        assert_eq!(zonecfg_delete_nwif(handle.0, net), Z_OK);
    };
    assert_eq!(nets_seen(&handle, delete), 1);
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        assert_eq!(
            zonecfg_num_resources(handle.0, c("net").as_ptr().cast_mut()),
            2
        );
        assert_eq!(zonecfg_setnwifent(handle.0), Z_OK);
        assert_eq!(zonecfg_getattrent(handle.0, &mut attr), Z_OK);
    }
}

#[test]
fn a_value_that_does_not_fit_ends_an_iteration() {
    let host = TestHost::upstream();
    let handle = host.load_with(
        "big",
        &format!(
            "<attr name=\"s\" type=\"string\" value=\"1\"/><attr name=\"big\" type=\"string\" value=\"{}\"/>\
             <attr name=\"t\" type=\"string\" value=\"2\"/>",
            "x".repeat(2048)
        ),
    );
    let mut attr: zone_attrtab = zeroed();
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        assert_eq!(zonecfg_setattrent(handle.0), Z_OK);
        assert_eq!(zonecfg_getattrent(handle.0, &mut attr), Z_OK);
        assert_eq!(text(&attr.zone_attr_name), "s");
        assert_eq!(zonecfg_getattrent(handle.0, &mut attr), Z_TOO_BIG);
        assert_eq!(text(&attr.zone_attr_value).len(), 2047);
        assert_eq!(zonecfg_getattrent(handle.0, &mut attr), Z_NO_ENTRY);
        for (name, expected) in [("t", Z_OK), ("big", Z_TOO_BIG)] {
            let mut query: zone_attrtab = zeroed();
            fill(&mut query.zone_attr_name, name);
            assert_eq!(
                zonecfg_lookup_attr(handle.0, &mut query),
                expected,
                "{name}"
            );
        }
    }
}

#[test]
fn kinds_of_resources() {
    let _host = TestHost::upstream();
    let handle = Handle::load("z1");
    let cases = [
        ("net", 3, Z_OK),
        ("attr", 2, Z_OK),
        ("fs", 1, Z_OK),
        ("device", 0, Z_OK),
        ("rctl", 1, Z_OK),
        ("dataset", 0, Z_OK),
        ("admin", 0, Z_OK),
        ("network", 0, Z_NO_RESOURCE_TYPE),
        ("capped-memory", 0, Z_NO_RESOURCE_TYPE),
        ("security-flags", 0, Z_NO_RESOURCE_TYPE),
    ];
    for (kind, count, deleted) in cases {
        let kind = c(kind);
        // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
        unsafe {
            assert_eq!(
                zonecfg_num_resources(handle.0, kind.as_ptr().cast_mut()),
                count,
                "{kind:?}"
            );
            assert_eq!(
                zonecfg_del_all_resources(handle.0, kind.as_ptr().cast_mut()),
                deleted,
                "{kind:?}"
            );
            assert_eq!(
                zonecfg_num_resources(handle.0, kind.as_ptr().cast_mut()),
                0,
                "{kind:?}"
            );
        }
    }
}

#[test]
fn handles_on_several_threads() {
    let host = TestHost::upstream();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let host = host.host.clone();
            scope.spawn(move || {
                let _entered = host.enter();
                for _ in 0..50 {
                    let handle = Handle::load("z1");
                    assert_eq!(
                        handle.get(zonecfg_get_name, 64),
                        (Z_OK, "z1".to_owned()),
                        "{thread}"
                    );
                    assert_eq!(nets_seen(&handle, |_| {}), 3);
                }
            });
        }
    });
}
