//! Hosts as large as the kernel allows. Times are looked at only so far that a step too many for each zone shows.
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

mod common;

use std::ffi::c_void;
use std::fmt::Write;
use std::ptr::null_mut;
use std::time::{Duration, Instant};

use common::TestHost;
use illumos_emulation::{Flavour, Host, kernel};
use illumos_sys as sys;

const ZONES: i32 = 8191;

#[test]
fn a_full_kernel_is_read_once() {
    let host = TestHost::new(Flavour::Upstream);
    let mut text = String::from("#\nlast-id 8191\n");
    for id in 1..=ZONES {
        writeln!(
            text,
            "{id} zone{id} 4 root=/zones/zone{id}/root/ brand=native iptype=excl init=77"
        )
        .unwrap();
    }
    std::fs::write(host.host.dir().join("emulation/kernel"), text).unwrap();
    let host = Host::open_or_create(host.host.dir(), Flavour::Upstream).unwrap();
    let _entered = host.enter();
    let started = Instant::now();
    let mut ids = vec![0; 10_000];
    let mut count = 10_000;
    assert_eq!(
        // SAFETY: the buffer holds `count` ids, and nobody else has it.
        unsafe { sys::zone_list(ids.as_mut_ptr(), &raw mut count) },
        0
    );
    assert_eq!(count, 8192);
    for id in &ids[..count as usize] {
        let mut status = 0_u32;
        assert_eq!(
            // SAFETY: ZONE_ATTR_STATUS (3) is written into the four bytes of `status`.
            unsafe { sys::zone_getattr(*id, 3, (&raw mut status).cast::<c_void>(), 4) },
            4
        );
        assert_eq!(status, 4);
    }
    assert_eq!(kernel::zone(&host, "zone8191").unwrap().id, 8191);
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn all_links_of_a_full_host_are_read_once() {
    let host = TestHost::new(Flavour::Upstream);
    let mut text = String::from("#\nlast-id 16385\nphys igb0 id=1\n");
    for number in 2..=16_385 {
        let [_, _, high, low] = u32::to_be_bytes(number);
        writeln!(
            text,
            "vnic v{number} id={number} over=igb0 mac=2:8:20:0:{high:x}:{low:x} zone=zone{number}"
        )
        .unwrap();
    }
    std::fs::write(host.host.dir().join("emulation/links"), text).unwrap();
    let host = Host::open_or_create(host.host.dir(), Flavour::Upstream).unwrap();
    let _entered = host.enter();
    let started = Instant::now();
    let mut handle = null_mut();
    // SAFETY: the place is a local variable.
    assert_eq!(unsafe { sys::dladm_open(&raw mut handle) }, 0);
    for id in 1..=16_385 {
        let mut name = [0_u8; 32];
        // SAFETY: the handle is open, the buffer has 32 bytes.
        let status = unsafe {
            sys::dladm_datalink_id2info(
                handle,
                id,
                null_mut(),
                null_mut(),
                null_mut(),
                name.as_mut_ptr().cast(),
                32,
            )
        };
        assert_eq!(status, 0);
    }
    // SAFETY: the handle is open and not used again.
    unsafe { sys::dladm_close(handle) };
    assert!(
        started.elapsed() < Duration::from_secs(3),
        "{:?}",
        started.elapsed()
    );
    eprintln!("16,385 links in {:?}", started.elapsed());
}
