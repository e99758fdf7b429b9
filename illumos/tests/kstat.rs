//! The kernel's statistics through the public API, on hosts of both flavours.
#![cfg(not(target_os = "illumos"))]
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

mod common;

use std::collections::BTreeMap;

use common::{Flavour, TestHost, flavours};
use illumos::kstat::{Kstats, Value};
use illumos_emulation::kernel::{self, KernelZone};
use illumos_emulation::{fault, kstat};

fn boot(host: &TestHost, name: &str) -> i32 {
    let zone = KernelZone {
        name: name.to_owned(),
        status: 4,
        root: format!("/zones/{name}/root/"),
        brand: "native".to_owned(),
        ip_type: "excl".to_owned(),
        init_pid: 1234,
        ..KernelZone::default()
    };
    kernel::put(&host.host, zone).unwrap()
}

/// The statistic of every kstat of the class, by instance and name.
fn all(kstats: &mut Kstats, class: &str, statistic: &str) -> BTreeMap<(i32, String), u64> {
    let mut found = BTreeMap::new();
    for mut kstat in kstats.iter_mut().filter(|kstat| kstat.class() == class) {
        let key = (kstat.instance(), kstat.name().to_owned());
        if let Some(number) = kstat.read().unwrap().unwrap().number(statistic) {
            found.insert(key, number);
        }
    }
    found
}

#[test]
fn every_zone_is_there_with_its_whole_name() {
    for flavour in flavours() {
        let host = TestHost::new(flavour);
        let long = "a-name-that-is-cut-by-the-kernel-because-it-is-long";
        let ids = [boot(&host, long), boot(&host, &format!("{long}-too"))];
        let mut kstats = Kstats::open().unwrap();
        let mut names = BTreeMap::new();
        for mut kstat in kstats
            .iter_mut()
            .filter(|kstat| kstat.class() == "zone_misc")
        {
            assert!(kstat.name().len() <= 30);
            let (instance, module) = (kstat.instance(), kstat.module().to_owned());
            assert_eq!(module, "zones");
            let statistics = kstat.read().unwrap().unwrap();
            names.insert(instance, statistics.text("zonename").unwrap().to_owned());
            assert!(statistics.number("nsec_user").is_some());
            assert_eq!(statistics.get("nothing"), None);
            let has = statistics.get("mapfail_seglim").is_some();
            assert_eq!(has, flavour == Flavour::Omnios);
        }
        assert_eq!(names[&0], "global");
        assert_eq!(names[&ids[0]], long);
        assert_eq!(names[&ids[1]], format!("{long}-too"));
    }
}

#[test]
fn limits_are_there_without_a_cap_too() {
    let host = TestHost::new(Flavour::Upstream);
    let id = boot(&host, "web01");
    let mut kstats = Kstats::open().unwrap();
    let values = all(&mut kstats, "zone_caps", "value");
    assert_eq!(values[&(id, format!("swapresv_zone_{id}"))], u64::MAX);
    assert_eq!(values[&(id, format!("nprocs_zone_{id}"))], 0x7fff_ffff);
    assert!(!values.contains_key(&(id, format!("cpucaps_zone_{id}"))));
}

#[test]
fn what_is_gone_is_skipped_and_what_comes_is_seen_after_an_update() {
    for flavour in flavours() {
        let host = TestHost::new(flavour);
        boot(&host, "web01");
        let mut kstats = Kstats::open().unwrap();
        assert!(!kstats.update().unwrap());
        // Every zone of the table goes with a restart.
        host.host.restart().unwrap();
        let mut gone = 0;
        for mut kstat in kstats.iter_mut() {
            let zone = kstat.class().starts_with("zone_") && kstat.instance() != 0;
            let read = kstat.read().unwrap();
            assert!(!zone || read.is_none());
            gone += usize::from(zone);
        }
        assert!(gone >= 4, "{gone}");
        let id = boot(&host, "web02");
        assert!(kstats.update().unwrap());
        let users = all(&mut kstats, "zone_misc", "nsec_user");
        assert!(users.contains_key(&(id, "web02".to_owned())));
        assert!(!users.keys().any(|(_, name)| name == "web01"));
    }
}

#[test]
fn entries_without_name_and_texts_without_address_are_not_there() {
    let host = TestHost::new(Flavour::Omnios);
    let id = boot(&host, "web01");
    kstat::set(&host.host, &format!("memory_cap:{id}:web01:zonename"), 0).unwrap();
    kstat::set(&host.host, &format!("memory_cap:{id}:web01:rss"), 123_456).unwrap();
    let mut kstats = Kstats::open().unwrap();
    let mut kstat = kstats
        .iter_mut()
        .find(|kstat| kstat.module() == "memory_cap" && kstat.instance() == id)
        .unwrap();
    let statistics = kstat.read().unwrap().unwrap();
    assert_eq!(statistics.get("zonename"), None);
    assert_eq!(statistics.get("rss"), Some(Value::Unsigned(123_456)));
    assert_eq!(statistics.get(""), None);
    assert!(statistics.iter().all(|(name, _)| !name.is_empty()));
    assert!(format!("{statistics:?}").contains("\"rss\": Unsigned(123456)"));
}

#[test]
fn the_kernels_refusals_are_errors() {
    let _host = TestHost::new(Flavour::Upstream);
    {
        let _order = fault::order("kstat_open", 1, libc::EAGAIN);
        Kstats::open().unwrap_err();
    }
    let mut kstats = Kstats::open().unwrap();
    {
        let _order = fault::order("kstat_chain_update", 1, libc::EIO);
        kstats.update().unwrap_err();
    }
    let _order = fault::order("kstat_read", 1, libc::EFAULT);
    let mut kstat = kstats
        .iter_mut()
        .find(|kstat| kstat.class() == "net")
        .unwrap();
    let error = kstat.read().unwrap_err();
    assert!(error.to_string().contains("link:0:igb0"), "{error}");
}
