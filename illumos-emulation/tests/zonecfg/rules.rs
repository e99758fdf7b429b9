//! Texts that are checked without a handle.

use illumos_sys::{
    Z_BOGUS_ADDRESS, Z_OK, zonecfg_is_rctl, zonecfg_same_net_address, zonecfg_str_to_bytes,
    zonecfg_valid_alias_limit, zonecfg_valid_auths, zonecfg_valid_fs_type,
    zonecfg_valid_importance, zonecfg_valid_ncpus, zonecfg_valid_net_address,
    zonecfg_valid_rctlname,
};

use crate::fixture::{TestHost, c, text, zeroed};

#[test]
fn net_addresses() {
    let _host = TestHost::upstream();
    let needs_prefix = 35;
    let cases = [
        ("10.0.0.1", Z_OK),
        ("10.0.0.1/24", Z_OK),
        ("10.0.0.1/99", Z_OK),
        ("10.0.0.1/x", Z_OK),
        ("2001:db8::1", needs_prefix),
        ("2001:db8::1/64", Z_OK),
        ("2001:db8::1/999", Z_OK),
        ("localhost", Z_OK),
        ("no.such.host.invalid", Z_BOGUS_ADDRESS),
        ("10.0.0", Z_OK),
        ("", Z_BOGUS_ADDRESS),
        ("300.1.1.1", Z_BOGUS_ADDRESS),
    ];
    for (address, code) in cases {
        let mut buffer: Vec<_> = c(address)
            .into_bytes_with_nul()
            .into_iter()
            .map(u8::cast_signed)
            .collect();
        let mut request = zeroed();
        assert_eq!(
            // SAFETY: texts end in a NUL and live through the call; results are written to the test's own variables.
            unsafe { zonecfg_valid_net_address(buffer.as_mut_ptr(), &mut request) },
            code,
            "{address}"
        );
        assert_eq!(
            text(&buffer),
            address.split('/').next().unwrap(),
            "the prefix length is cut off"
        );
    }
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    let same = |first, second| unsafe {
        zonecfg_same_net_address(c(first).as_ptr().cast_mut(), c(second).as_ptr().cast_mut())
    };
    assert_eq!(same("10.0.0.1", "10.0.0.1/24"), 1);
    assert_eq!(same("10.0.0.1/25", "10.0.0.1/24"), 0);
}

#[test]
fn a_host_name_is_looked_up_in_the_hosts_file_only() {
    let host = TestHost::upstream();
    std::fs::create_dir_all(host.host.path("/etc/inet")).unwrap();
    std::fs::write(
        host.host.path("/etc/inet/hosts"),
        "# web is not this\n10.9.8.7 www web # web\n",
    )
    .unwrap();
    let mut request: illumos_sys::lifreq = zeroed();
    assert_eq!(
        // SAFETY: texts end in a NUL and live through the call; results are written to the test's own variables.
        unsafe { zonecfg_valid_net_address(c("web").into_raw(), &mut request) },
        Z_OK
    );
    let socket = request.lifr_lifru[0].to_ne_bytes();
    assert_eq!(socket, [2, 0, 0, 0, 10, 9, 8, 7]);
}

#[test]
fn numbers() {
    let _host = TestHost::upstream();
    // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
    let ncpus = |low, high| unsafe {
        zonecfg_valid_ncpus(c(low).as_ptr().cast_mut(), c(high).as_ptr().cast_mut())
    };
    for (low, high, is_valid) in [
        ("1", "4", 1),
        ("0", "1", 0),
        ("4", "1", 0),
        ("", "1", 0),
        ("-1", "1", 0),
        ("1", "x", 0),
    ] {
        assert_eq!(ncpus(low, high), is_valid, "{low}-{high}");
    }
    for (importance, is_valid) in [("0", 1), ("-1", 0), ("x", 0)] {
        assert_eq!(
            // SAFETY: texts end in a NUL and live through the call; results are written to the test's own variables.
            unsafe { zonecfg_valid_importance(c(importance).as_ptr().cast_mut()) },
            is_valid
        );
    }
    for (alias, limit, is_valid) in [
        ("max-lwps", "99", 0),
        ("max-lwps", "100", 1),
        ("cpu-shares", "0", 1),
        ("nosuch", "0", 0),
    ] {
        let mut value = 0;
        let (alias, limit) = (c(alias), c(limit));
        // SAFETY: the handle is the test's own; structures are of this flavour and initialised, texts end in a NUL.
        let answer = unsafe {
            zonecfg_valid_alias_limit(
                alias.as_ptr().cast_mut(),
                limit.as_ptr().cast_mut(),
                &mut value,
            )
        };
        assert_eq!(answer, is_valid, "{alias:?} {limit:?}");
    }
    let mut bytes = 12345;
    assert_eq!(
        // SAFETY: texts end in a NUL and live through the call; results are written to the test's own variables.
        unsafe { zonecfg_str_to_bytes(c("1P").as_ptr().cast_mut(), &mut bytes) },
        -1
    );
    assert_eq!(bytes, 12345);
}

#[test]
fn names() {
    let _host = TestHost::upstream();
    for (name, is_valid) in [
        ("lofs", 1),
        ("nfs", 0),
        ("nfs4", 0),
        ("proc", 0),
        ("junk", 1),
    ] {
        assert_eq!(
            // SAFETY: texts end in a NUL and live through the call; results are written to the test's own variables.
            unsafe { zonecfg_valid_fs_type(c(name).as_ptr()) },
            is_valid,
            "{name}"
        );
    }
    for (name, is_known) in [("zone.cpu-shares", 1), ("zone.x", 0)] {
        assert_eq!(
            // SAFETY: texts end in a NUL and live through the call; results are written to the test's own variables.
            unsafe { zonecfg_is_rctl(c(name).as_ptr()) },
            is_known,
            "{name}"
        );
    }
    for (name, is_valid) in [
        ("zone.x", 1),
        ("zone.", 0),
        ("zone.a1", 0),
        ("process.x", 0),
    ] {
        assert_eq!(
            // SAFETY: texts end in a NUL and live through the call; results are written to the test's own variables.
            unsafe { zonecfg_valid_rctlname(c(name).as_ptr()) },
            is_valid,
            "{name}"
        );
    }
    for (auths, is_valid) in [("login,manage,clonefrom", 1), ("login,fly", 0)] {
        assert_eq!(
            // SAFETY: texts end in a NUL and live through the call; results are written to the test's own variables.
            unsafe { zonecfg_valid_auths(c(auths).as_ptr(), c("z1").as_ptr()) },
            is_valid,
            "{auths}"
        );
    }
}
