//! Properties of the zone, names and texts that are checked.

use std::ffi::{CStr, c_char};

use illumos_sys::{
    Z_BAD_PROPERTY, Z_BOGUS_ZONE_NAME, Z_INVALID_PROPERTY, Z_NAME_IN_USE, Z_OK, Z_PRIV_PROHIBITED,
    Z_PRIV_REQUIRED, Z_PRIV_UNKNOWN, Z_TOO_BIG, ZS_EXCLUSIVE, zone_dochandle_t, zone_iptype_t,
    zone_state_str, zonecfg_default_brand, zonecfg_get_bootargs, zonecfg_get_brand,
    zonecfg_get_fs_allowed, zonecfg_get_hostid, zonecfg_get_iptype, zonecfg_get_name,
    zonecfg_get_pool, zonecfg_get_zonepath, zonecfg_set_bootargs, zonecfg_set_brand,
    zonecfg_set_fs_allowed, zonecfg_set_hostid, zonecfg_set_iptype, zonecfg_set_limitpriv,
    zonecfg_set_name, zonecfg_set_pool, zonecfg_set_zonepath, zonecfg_strerror,
    zonecfg_validate_zonename,
};

use crate::fixture::{Handle, TestHost, c};

unsafe extern "C" {
    fn zonecfg_get_privset(
        handle: zone_dochandle_t,
        set: *mut std::ffi::c_void,
        name: *mut *mut c_char,
    ) -> i32;
}

#[test]
fn small_buffers_and_unset_properties() {
    let _host = TestHost::upstream();
    let handle = Handle::load("z1");
    assert_eq!(
        handle.get(zonecfg_get_zonepath, 4),
        (Z_TOO_BIG, "/zo".to_owned())
    );
    assert_eq!(
        handle.get(zonecfg_get_brand, 2),
        (Z_TOO_BIG, "i".to_owned())
    );
    assert_eq!(handle.get(zonecfg_get_hostid, 64).0, Z_BAD_PROPERTY);
    assert_eq!(handle.get(zonecfg_get_fs_allowed, 64).0, Z_BAD_PROPERTY);
    assert_eq!(handle.get(zonecfg_get_bootargs, 64), (Z_OK, String::new()));
    assert_eq!(handle.get(zonecfg_get_pool, 64), (Z_OK, String::new()));
}

#[test]
fn zonepaths() {
    let _host = TestHost::upstream();
    let handle = Handle::load("z1");
    let cases = [
        ("relative", Z_BAD_PROPERTY, "/zones/z1"),
        ("", Z_BAD_PROPERTY, "/zones/z1"),
        ("/", Z_BAD_PROPERTY, "/zones/z1"),
        ("//", Z_BAD_PROPERTY, "/zones/z1"),
        ("//a//b/", Z_OK, "/a/b"),
        ("/a/../b", Z_OK, "/a/../b"),
        ("/a b:c\"d", Z_OK, "/a b:c\"d"),
    ];
    for (path, code, now) in cases {
        assert_eq!(handle.set(zonecfg_set_zonepath, path), code, "{path}");
        assert_eq!(
            handle.get(zonecfg_get_zonepath, 1024),
            (Z_OK, now.to_owned()),
            "{path}"
        );
    }
}

#[test]
fn renaming() {
    let host = TestHost::upstream();
    host.write(
        "index",
        format!("{}used:configured:/zones/used:\n", crate::fixture::INDEX),
    );
    let handle = Handle::load("z1");
    let cases = [
        ("z1", Z_OK, "z1"),
        ("global", Z_BOGUS_ZONE_NAME, "z1"),
        ("SUNWx", Z_BOGUS_ZONE_NAME, "z1"),
        ("-x", Z_BOGUS_ZONE_NAME, "z1"),
        ("", Z_BOGUS_ZONE_NAME, "z1"),
        ("z2", Z_OK, "z2"),
        ("z3", Z_OK, "z3"),
        ("z1", Z_OK, "z1"),
        ("used", Z_NAME_IN_USE, "z1"),
    ];
    for (name, code, now) in cases {
        assert_eq!(handle.set(zonecfg_set_name, name), code, "{name}");
        assert_eq!(
            handle.get(zonecfg_get_name, 64),
            (Z_OK, now.to_owned()),
            "{name}"
        );
    }
}

#[test]
fn zone_names() {
    let _host = TestHost::upstream();
    let long = "a".repeat(63);
    let longer = "a".repeat(64);
    let good = [
        "a",
        "Global",
        "9",
        "a.b-c_d",
        "SUNWx",
        "SYSx",
        "a..b",
        long.as_str(),
    ];
    let bad = [
        "global",
        "",
        "-a",
        "_a",
        ".a",
        "a b",
        "a/b",
        "..",
        longer.as_str(),
    ];
    for (names, code) in [(good.as_slice(), Z_OK), (bad.as_slice(), Z_BOGUS_ZONE_NAME)] {
        for name in names {
            assert_eq!(
                // SAFETY: texts end in a NUL and live through the call; results are written to the test's own variables.
                unsafe { zonecfg_validate_zonename(c(name).as_ptr()) },
                code,
                "{name}"
            );
        }
    }
}

#[test]
fn checked_properties() {
    let _host = TestHost::upstream();
    let handle = Handle::load("z1");
    let hostids = [
        ("0x1234", Z_OK),
        ("ffffffff", Z_INVALID_PROPERTY),
        ("0xffffffff", Z_INVALID_PROPERTY),
        ("fffffffe", Z_OK),
        ("123456789", Z_INVALID_PROPERTY),
        ("0x12345678", Z_OK),
        ("0x123456789", Z_TOO_BIG),
        ("", Z_INVALID_PROPERTY),
        ("12 3", Z_INVALID_PROPERTY),
        ("xyz", Z_INVALID_PROPERTY),
        ("0", Z_OK),
    ];
    for (value, code) in hostids {
        assert_eq!(
            // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
            unsafe { zonecfg_set_hostid(handle.0, c(value).as_ptr()) },
            code,
            "{value}"
        );
    }
    assert_eq!(
        // SAFETY: NULL is a value that the function takes.
        unsafe { zonecfg_set_hostid(handle.0, std::ptr::null()) },
        Z_OK
    );
    let long = "a".repeat(1025);
    let lists = [
        ("ufs", Z_OK),
        ("ufs,pcfs", Z_OK),
        ("ufs,", Z_INVALID_PROPERTY),
        (",ufs", Z_INVALID_PROPERTY),
        ("u fs", Z_INVALID_PROPERTY),
        ("", Z_OK),
        ("a-b", Z_OK),
        (long.as_str(), Z_TOO_BIG),
    ];
    for (value, code) in lists {
        assert_eq!(
            // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
            unsafe { zonecfg_set_fs_allowed(handle.0, c(value).as_ptr()) },
            code,
            "{value}"
        );
    }
    let mut iptype: zone_iptype_t = 9;
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    unsafe {
        assert_eq!(zonecfg_set_iptype(handle.0, 7), Z_OK);
        assert_eq!(zonecfg_get_iptype(handle.0, &mut iptype), Z_OK);
        assert_eq!(zonecfg_set_bootargs(handle.0, std::ptr::null_mut()), Z_OK);
    }
    assert_eq!(iptype, ZS_EXCLUSIVE);
    assert_eq!(handle.set(zonecfg_set_brand, "nonexistent"), Z_OK);
    assert_eq!(handle.set(zonecfg_set_pool, ""), Z_OK);
    assert_eq!(handle.set(zonecfg_set_limitpriv, "junk"), Z_OK);
}

#[test]
fn brands() {
    let host = TestHost::upstream();
    let handle = host.load_with("nobrand", "");
    assert_eq!(handle.get(zonecfg_get_brand, 64), (Z_OK, "ipkg".to_owned()));
    let mut buffer = [0; 64];
    assert_eq!(
        // SAFETY: texts end in a NUL and live through the call; results are written to the test's own variables.
        unsafe { zonecfg_default_brand(buffer.as_mut_ptr(), buffer.len()) },
        Z_OK
    );
    assert_eq!(crate::fixture::text(&buffer), "ipkg");
}

#[test]
fn privileges() {
    let _host = TestHost::upstream();
    let handle = Handle::load("z1");
    let cases = [
        ("", Z_OK, ""),
        ("default", Z_OK, ""),
        ("default,sys_time", Z_OK, ""),
        ("default,!sys_nfs", Z_OK, ""),
        (
            "basic,proc_exec,proc_fork,sys_mount,sys_ip_config",
            Z_OK,
            "",
        ),
        ("basic", Z_PRIV_REQUIRED, "sys_mount"),
        ("default,dtrace_kernel", Z_PRIV_PROHIBITED, "dtrace_kernel"),
        ("default,!proc_fork", Z_PRIV_REQUIRED, "proc_fork"),
        ("default,fly", Z_PRIV_UNKNOWN, "fly"),
        ("zone", Z_PRIV_UNKNOWN, "zone"),
        ("all", Z_PRIV_PROHIBITED, "virt_manage"),
    ];
    for (limitpriv, code, privilege) in cases {
        assert_eq!(handle.set(zonecfg_set_limitpriv, limitpriv), Z_OK);
        let mut name = std::ptr::null_mut();
        // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
        unsafe {
            assert_eq!(
                zonecfg_get_privset(handle.0, std::ptr::null_mut(), &mut name),
                code,
                "{limitpriv}"
            );
            if !privilege.is_empty() {
                assert_eq!(CStr::from_ptr(name).to_str(), Ok(privilege), "{limitpriv}");
                libc::free(name.cast());
            }
        }
    }
}

#[test]
fn texts_of_codes_and_states() {
    let text = |pointer| {
        // SAFETY: the library's texts are static and end in a NUL.
        unsafe { CStr::from_ptr(pointer) }
            .to_str()
            .unwrap()
            .to_owned()
    };
    for (code, expected) in [
        (0, "OK"),
        (16, "No such zone configured"),
        (24, "No such zone ID"),
        (30, "Unknown error"),
        (42, "An incompatible rctl already exists for this property"),
        (50, "Specified property is invalid"),
        (51, "Unknown error"),
    ] {
        // SAFETY: every number is taken.
        assert_eq!(text(unsafe { zonecfg_strerror(code) }), expected);
    }
    let states = [
        "configured",
        "incomplete",
        "installed",
        "ready",
        "running",
        "shutting_down",
        "down",
        "mounted",
        "unknown",
    ];
    for (state, expected) in (0..).zip(states) {
        // SAFETY: every number is taken.
        assert_eq!(text(unsafe { zone_state_str(state) }), expected);
    }
}
