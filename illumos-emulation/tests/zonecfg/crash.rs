//! Where the real library ends the process, the emulated one does so too. Each case runs in a process of its own.
#![expect(
    clippy::disallowed_methods,
    reason = "the processes are this test's own"
)]

use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use illumos_sys::upstream::{zone_mcaptab, zonecfg_call_zoneadmd};
use illumos_sys::{
    Z_OK, zone_attrtab, zone_dochandle_t, zone_psettab, zonecfg_add_attr, zonecfg_delete_pset,
    zonecfg_get_root, zonecfg_get_zonepath, zonecfg_grab_lock_file, zonecfg_in_alt_root,
    zonecfg_init_lock_file, zonecfg_lock_file_held, zonecfg_modify_pset, zonecfg_release_lock_file,
    zonecfg_set_root, zonecfg_set_zonepath,
};

use crate::fixture::{Handle, INDEX, TestHost, c, fill, text, zeroed};

unsafe extern "C" {
    fn zonecfg_modify_mcap(handle: zone_dochandle_t, mcap: *mut zone_mcaptab) -> i32;
    fn zonecfg_delete_mcap(handle: zone_dochandle_t) -> i32;
}

/// Names the case that a process is to run.
const CASE: &str = "ZONECFG_TEST_CASE";

/// Runs `body` in a process of its own; how that ends.
fn in_a_process(case: &str, body: impl FnOnce()) -> Option<std::process::ExitStatus> {
    if std::env::var_os(CASE).is_some_and(|wanted| wanted == case) {
        body();
        return None;
    }
    let test = format!("crash::{case}");
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &test, "--nocapture"])
        .env(CASE, case)
        .env_remove("_ZONEADM_LOCK_HELD")
        .output()
        .unwrap();
    Some(output.status)
}

fn ends_with(case: &str, signal: i32, body: impl FnOnce()) {
    if let Some(status) = in_a_process(case, body) {
        assert_eq!(status.signal(), Some(signal), "{status}");
    }
}

#[test]
fn delete_mcap_at_once() {
    ends_with("delete_mcap_at_once", libc::SIGSEGV, || {
        // SAFETY: handles and structures are valid; what the call does to the process is what is looked at, and the process is its own.
        unsafe {
            let _host = TestHost::upstream();
            zonecfg_delete_mcap(Handle::load("z1").0);
        }
    });
}

#[test]
fn modify_mcap_at_once() {
    ends_with("modify_mcap_at_once", libc::SIGSEGV, || {
        // SAFETY: handles and structures are valid; what the call does to the process is what is looked at, and the process is its own.
        unsafe {
            let _host = TestHost::upstream();
            zonecfg_modify_mcap(Handle::load("z1").0, &mut zeroed());
        }
    });
}

#[test]
fn delete_pset_at_once() {
    ends_with("delete_pset_at_once", libc::SIGSEGV, || {
        // SAFETY: handles and structures are valid; what the call does to the process is what is looked at, and the process is its own.
        unsafe {
            let _host = TestHost::upstream();
            zonecfg_delete_pset(Handle::load("z1").0);
        }
    });
}

#[test]
fn modify_pset_at_once() {
    ends_with("modify_pset_at_once", libc::SIGSEGV, || {
        // SAFETY: handles and structures are valid; what the call does to the process is what is looked at, and the process is its own.
        unsafe {
            let _host = TestHost::upstream();
            zonecfg_modify_pset(Handle::load("z1").0, &mut zeroed::<zone_psettab>());
        }
    });
}

#[test]
fn saving_what_is_not_valid() {
    ends_with("saving_what_is_not_valid", libc::SIGABRT, || {
        // SAFETY: handles and structures are valid; what the call does to the process is what is looked at, and the process is its own.
        unsafe {
            let _host = TestHost::upstream();
            let handle = Handle::load("z1");
            let mut attr: zone_attrtab = zeroed();
            fill(&mut attr.zone_attr_name, "a");
            fill(&mut attr.zone_attr_type, "float");
            assert_eq!(zonecfg_add_attr(handle.0, &mut attr), Z_OK);
            handle.save();
        }
    });
}

#[test]
fn locking_without_initialization() {
    ends_with("locking_without_initialization", libc::SIGABRT, || {
        // SAFETY: handles and structures are valid; what the call does to the process is what is looked at, and the process is its own.
        unsafe {
            let _host = TestHost::upstream();
            zonecfg_grab_lock_file(c("z1").as_ptr(), &mut 0);
        }
    });
}

#[test]
fn a_call_with_lock_without_initialization() {
    ends_with(
        "a_call_with_lock_without_initialization",
        libc::SIGABRT,
        || {
            // SAFETY: handles and structures are valid; what the call does to the process is what is looked at, and the process is its own.
            unsafe {
                let _host = TestHost::upstream();
                zonecfg_call_zoneadmd(
                    c("z1").as_ptr(),
                    &mut zeroed(),
                    c("C").as_ptr().cast_mut(),
                    1,
                );
            }
        },
    );
}

#[test]
fn locks_are_counted_by_process() {
    let status = in_a_process("locks_are_counted_by_process", || {
        // SAFETY: handles and structures are valid; what the call does to the process is what is looked at, and the process is its own.
        unsafe {
            let host = TestHost::upstream();
            let (z1, z2) = (c("z1"), c("z2"));
            let mut environment = std::ptr::null_mut();
            zonecfg_init_lock_file(z1.as_ptr(), &mut environment);
            assert!(environment.is_null());
            let (mut first, mut second, mut third) = (-1, 0, 0);
            assert_eq!(zonecfg_lock_file_held(&mut first), 0);
            assert_eq!(zonecfg_grab_lock_file(z1.as_ptr(), &mut first), 0);
            assert!(first >= 0);
            assert_eq!(zonecfg_grab_lock_file(z1.as_ptr(), &mut second), 0);
            assert_eq!(zonecfg_grab_lock_file(z2.as_ptr(), &mut third), 0);
            assert_eq!((second, third), (-1, -1));
            assert!(!host.host.path("/var/run/zones/z2.zoneadm.lock").exists());
            zonecfg_release_lock_file(z2.as_ptr(), third);
            zonecfg_release_lock_file(z1.as_ptr(), second);
            zonecfg_release_lock_file(z1.as_ptr(), first);
            assert_eq!(std::env::var("_ZONEADM_LOCK_HELD").as_deref(), Ok("0"));
        }
    });
    assert!(status.is_none_or(|status| status.success()));
}

#[test]
fn an_alternate_root_is_put_before_paths() {
    let status = in_a_process("an_alternate_root_is_put_before_paths", || {
        // SAFETY: handles and structures are valid; what the call does to the process is what is looked at, and the process is its own.
        unsafe {
            let host = TestHost::upstream();
            let root = |path: &str| {
                zonecfg_set_root(c(path).as_ptr());
                std::ffi::CStr::from_ptr(zonecfg_get_root())
                    .to_str()
                    .unwrap()
                    .to_owned()
            };
            assert_eq!(root("/"), "");
            assert_eq!(root("/a/"), "/a/");
            assert_eq!(zonecfg_in_alt_root(), 1);
            assert_eq!(root("x"), "");
            for directory in ["/alt/etc/zones", "/alt/var/run"] {
                std::fs::create_dir_all(host.host.path(directory)).unwrap();
            }
            for file in ["index", "z1.xml"] {
                std::fs::copy(host.path(file), host.host.path("/alt/etc/zones").join(file))
                    .unwrap();
            }
            assert_eq!(root("/alt"), "/alt");
            let handle = Handle::load("z1");
            assert_eq!(
                handle.get(zonecfg_get_zonepath, 64),
                (Z_OK, "/alt/zones/z1".to_owned())
            );
            assert_eq!(
                handle.set(zonecfg_set_zonepath, "/zones/q"),
                illumos_sys::Z_BAD_PROPERTY
            );
            assert_eq!(handle.set(zonecfg_set_zonepath, "/alt/zones/q"), Z_OK);
            assert_eq!(handle.save(), Z_OK);
            zonecfg_set_root(std::ptr::null());
            let index = std::fs::read_to_string(host.host.path("/alt/etc/zones/index")).unwrap();
            assert_eq!(index, "global:installed:/\nz1:configured:/zones/q:\n");
            assert_eq!(host.read("index"), INDEX);
            let mut path = [0; 64];
            illumos_sys::zone_get_zonepath(
                c("z1").as_ptr().cast_mut(),
                path.as_mut_ptr(),
                path.len(),
            );
            assert_eq!(text(&path), "/zones/z1");
        }
    });
    assert!(status.is_none_or(|status| status.success()));
}
