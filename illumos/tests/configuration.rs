//! Configurations through the public API: created, read, changed and deleted, on hosts of both flavours.
#![cfg(not(target_os = "illumos"))]
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

mod common;

use common::{Flavour, TestHost, config, flavours, has, name};
use illumos::ErrorKind;
use illumos::zone::config::{
    Admin, Alias, Attr, CappedMemory, DedicatedCpu, Device, Fs, IpType, Net, Property,
    SecurityFlags,
};
use illumos::zone::store::Commit;
use illumos::zone::{self, ZoneConfig, ZoneState, store};

/// A configuration with every resource that the flavour has.
fn full(flavour: Flavour) -> ZoneConfig {
    let mut config = config("web01");
    config.autoboot = true;
    config.bootargs = Some("-m verbose".to_owned());
    config.limitpriv = Some("default,dtrace_proc".to_owned());
    config.scheduling_class = Some("FSS".to_owned());
    config.hostid = Some("1234abcd".to_owned());
    config.fs_allowed = Some("ufs,pcfs".to_owned());
    config.fs.push(Fs {
        dir: "/data".to_owned(),
        special: "/export/data".to_owned(),
        raw: None,
        fs_type: "lofs".to_owned(),
        options: vec!["ro".to_owned(), "nodevices".to_owned()],
    });
    config.net.push(Net {
        physical: "web01_0".to_owned(),
        allowed_address: Some("10.0.0.10/24".to_owned()),
        defrouter: Some("10.0.0.1".to_owned()),
        ..Net::default()
    });
    config.net.push(Net {
        physical: "web01_1".to_owned(),
        ..Net::default()
    });
    config.device.push(Device {
        match_: "/dev/zvol/rdsk/rpool/x".to_owned(),
        ..Device::default()
    });
    config.attr.push(Attr {
        name: "note".to_owned(),
        attr_type: "string".to_owned(),
        value: "caf\u{e9} <&>'x\"y".to_owned(),
    });
    config.attr.push(Attr {
        name: "count".to_owned(),
        attr_type: "int".to_owned(),
        value: "-7".to_owned(),
    });
    config.dataset.push("rpool/data/web01".to_owned());
    config.security_flags = Some(SecurityFlags {
        lower: None,
        default: Some("aslr".to_owned()),
        upper: Some("all".to_owned()),
    });
    config.set_alias(Alias::MaxLwps, Some(2000));
    config.set_alias(Alias::Swap, Some(512 << 20));
    config.dedicated_cpu = Some(DedicatedCpu {
        ncpus: "1-4".to_owned(),
        importance: Some("5".to_owned()),
    });
    match flavour {
        Flavour::Upstream => config.capped_memory_physical = Some(1 << 30),
        Flavour::Omnios => {
            config.set_alias(Alias::Physical, Some(1 << 30));
            config.net[1].global_nic = Some("igb0".to_owned());
            config.net[1].mac_addr = Some("2:8:20:1:2:3".to_owned());
            config.net[1].vlan_id = Some("7".to_owned());
            config.net[1].property.push(Property {
                name: "mtu".to_owned(),
                value: "1400".to_owned(),
            });
            config.net[1].property.push(Property {
                name: "note".to_owned(),
                value: "x".repeat(255),
            });
        }
    }
    config
}

#[test]
fn everything_reads_back_as_it_was_created() {
    for flavour in flavours() {
        let host = TestHost::new(flavour);
        let config = full(flavour);
        config
            .create()
            .unwrap_or_else(|error| panic!("{flavour:?}: {error}"));
        assert_eq!(
            ZoneConfig::read(&name("web01")).unwrap(),
            config,
            "{flavour:?}"
        );
        assert!(
            host.index().ends_with("web01:configured:/zones/web01:\n"),
            "{}",
            host.index()
        );
        let zone = zone::get(&name("web01")).unwrap();
        assert_eq!(
            (zone.state, zone.zonepath.as_str(), zone.uuid, zone.id),
            (ZoneState::Configured, "/zones/web01", None, None)
        );
    }
}

#[test]
fn a_debug_id_is_given_where_zones_have_one() {
    for flavour in flavours() {
        let host = TestHost::new(flavour);
        config("web01").create().unwrap();
        assert_eq!(
            host.read("/etc/zones/web01.xml").contains("debugid"),
            flavour == Flavour::Omnios,
            "{flavour:?}"
        );
    }
}

#[test]
fn what_a_flavour_does_not_have_is_unsupported() {
    if !has(Flavour::Upstream) {
        return;
    }
    let host = TestHost::new(Flavour::Upstream);
    let before = host.index();
    let mut one = config("web01");
    one.net.push(Net {
        physical: "web01_0".to_owned(),
        global_nic: Some("igb0".to_owned()),
        ..Net::default()
    });
    assert!(one.create().is_err());
    assert_eq!(host.index(), before);
    assert!(!host.path("/etc/zones/web01.xml").exists());
}

#[test]
fn a_change_touches_what_differs_and_nothing_else() {
    for flavour in flavours() {
        let host = TestHost::new(flavour);
        let old = full(flavour);
        old.create().unwrap();
        let mut new = old.clone();
        new.autoboot = false;
        new.bootargs = None;
        new.ip_type = IpType::Exclusive;
        new.net[0].allowed_address = Some("10.0.0.11/24".to_owned());
        new.attr.remove(1);
        new.dedicated_cpu = None;
        new.security_flags = None;
        new.capped_memory_physical = None;
        new.set_alias(Alias::Swap, None);
        new.fs.clear();
        let document = host.read("/etc/zones/web01.xml");
        host.write(
            "/etc/zones/web01.xml",
            document.replace("  <device", "  <!-- kept -->\n  <device"),
        );
        assert_eq!(new.replace(&old).unwrap(), Commit::Saved);
        assert_eq!(
            ZoneConfig::read(&name("web01")).unwrap(),
            new,
            "{flavour:?}"
        );
        assert!(host.read("/etc/zones/web01.xml").contains("<!-- kept -->"));
    }
}

#[test]
fn a_change_that_somebody_else_made_is_not_overwritten() {
    let _host = TestHost::new(Flavour::Upstream);
    let read = config("web01");
    read.create().unwrap();
    let read = ZoneConfig::read(&read.zonename).unwrap();
    let theirs = ZoneConfig {
        bootargs: Some("-v".to_owned()),
        ..read.clone()
    };
    assert_eq!(theirs.replace(&read).unwrap(), Commit::Saved);
    let mine = ZoneConfig {
        autoboot: true,
        ..read.clone()
    };
    assert_eq!(mine.replace(&read).unwrap(), Commit::OutOfDate);
    assert_eq!(ZoneConfig::read(&read.zonename).unwrap(), theirs);
    let gone = config("gone");
    assert_eq!(gone.replace(&gone).unwrap_err().kind(), ErrorKind::NotFound);
    let renamed = ZoneConfig {
        zonename: name("web02"),
        ..theirs.clone()
    };
    assert_eq!(
        renamed.replace(&theirs).unwrap_err().kind(),
        ErrorKind::Invalid
    );
}

#[test]
fn zonepath_and_brand_of_an_installed_zone_stay() {
    let host = TestHost::new(Flavour::Upstream);
    let old = config("web01");
    old.create().unwrap();
    let index = host.index().replace(
        "web01:configured:/zones/web01:",
        "web01:installed:/zones/web01:0d8a2f2e-1111-4222-8333-444455556666",
    );
    host.write("/etc/zones/index", index);
    let moved = ZoneConfig {
        zonepath: "/zones/elsewhere".to_owned(),
        ..old.clone()
    };
    assert_eq!(moved.replace(&old).unwrap_err().kind(), ErrorKind::Busy);
    let brands = zone::brands().unwrap();
    let branded = ZoneConfig {
        brand: brands
            .into_iter()
            .find(|brand| *brand != old.brand)
            .unwrap(),
        ..old.clone()
    };
    assert_eq!(branded.replace(&old).unwrap_err().kind(), ErrorKind::Busy);
    let booted = ZoneConfig {
        autoboot: true,
        ..old.clone()
    };
    assert_eq!(booted.replace(&old).unwrap(), Commit::Saved);
    // The UUID and the state are still there.
    assert!(
        host.index()
            .contains("web01:installed:/zones/web01:0d8a2f2e-1111-4222-8333-444455556666")
    );
}

#[test]
fn an_admin_is_added_and_removed() {
    let host = TestHost::new(Flavour::Upstream);
    let old = config("web01");
    old.create().unwrap();
    let mut new = old.clone();
    new.admin.push(Admin {
        user: "root".to_owned(),
        auths: "login,manage".to_owned(),
    });
    assert_eq!(new.replace(&old).unwrap(), Commit::Saved);
    assert_eq!(ZoneConfig::read(&name("web01")).unwrap(), new);
    assert_eq!(old.replace(&new).unwrap(), Commit::Saved);
    assert_eq!(ZoneConfig::read(&name("web01")).unwrap(), old);
    drop(host);
}

#[test]
fn deleting_takes_document_and_entry() {
    for flavour in flavours() {
        let host = TestHost::new(flavour);
        let before = host.index();
        config("web01").create().unwrap();
        store::delete(&name("web01"), false).unwrap();
        assert_eq!(host.index(), before);
        assert!(!host.path("/etc/zones/web01.xml").exists());
        assert_eq!(
            store::delete(&name("web01"), true).unwrap_err().kind(),
            ErrorKind::NotFound
        );
        // Installed: only if forced.
        config("web02").create().unwrap();
        host.write(
            "/etc/zones/index",
            host.index().replace("web02:configured", "web02:installed"),
        );
        assert_eq!(
            store::delete(&name("web02"), false).unwrap_err().kind(),
            ErrorKind::Busy
        );
        store::delete(&name("web02"), true).unwrap();
        assert_eq!(host.index(), before);
    }
}

#[test]
fn many_configurations_are_read_on_threads_of_two_hosts() {
    let one = TestHost::new(Flavour::Upstream);
    let names: Vec<_> = (0..40)
        .map(|number| name(&format!("zone{number}")))
        .collect();
    for zone in &names {
        config(zone.as_str()).create().unwrap();
    }
    let other_thread = std::thread::spawn(|| {
        let _other = TestHost::new(Flavour::Omnios);
        let names: Vec<_> = (0..40)
            .map(|number| name(&format!("other{number}")))
            .collect();
        for zone in &names {
            config(zone.as_str()).create().unwrap();
        }
        store::read_all(&names, 4)
            .into_iter()
            .map(|read| read.unwrap().zonename)
            .eq(names.iter().cloned())
    });
    for threads in [0, 1, 3, 100] {
        let mut asked = names.clone();
        asked.insert(7, name("missing"));
        let read = store::read_all(&asked, threads);
        assert_eq!(read.len(), asked.len());
        for (asked, read) in asked.iter().zip(read) {
            match read {
                Ok(config) => assert_eq!(config.zonename, *asked),
                Err(error) => assert_eq!(
                    (asked.as_str(), error.kind()),
                    ("missing", ErrorKind::NotFound)
                ),
            }
        }
    }
    assert!(other_thread.join().unwrap());
    drop(one);
}

#[test]
fn threads_that_create_lose_no_entry() {
    let host = TestHost::new(Flavour::Upstream);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let host = &host.host;
            scope.spawn(move || {
                let _entered = host.enter();
                for number in 0..15 {
                    config(&format!("t{thread}-{number}")).create().unwrap();
                }
            });
        }
    });
    assert_eq!(zone::list().unwrap().len(), 60);
}

#[test]
fn the_index_is_merged_and_foreign_lines_do_not_matter() {
    let host = TestHost::new(Flavour::Upstream);
    let index = "# a comment\nglobal:installed:/:\na:configured:/zones/a:\nq:installed:\"/zones/a:b\":0d8a2f2e-1111-4222-8333-444455556666\n\
                 a:installed:/elsewhere:\nbad:running:/x:\n sp:configured:/x:\nSUNWx:configured:/x:\nz:incomplete:/zones/z:bad-uuid\n";
    host.write("/etc/zones/index", index);
    let zones: Vec<_> = zone::list()
        .unwrap()
        .into_iter()
        .map(|zone| {
            format!(
                "{} {} {} {:?}",
                zone.name, zone.state, zone.zonepath, zone.uuid
            )
        })
        .collect();
    let expected = [
        "a configured /zones/a None",
        "q installed /zones/a:b Some(\"0d8a2f2e-1111-4222-8333-444455556666\")",
        "z incomplete /zones/z None",
    ];
    assert_eq!(zones, expected);
    assert_eq!(zone::names().unwrap(), ["a", "q", "z"].map(name));
    assert_eq!(
        zone::find(&name("q")).unwrap().unwrap().zonepath,
        "/zones/a:b"
    );
    assert_eq!(zone::find(&name("nosuch")).unwrap(), None);
    assert_eq!(
        zone::get(&name("nosuch")).unwrap_err().kind(),
        ErrorKind::NotFound
    );
    std::fs::remove_file(host.path("/etc/zones/index")).unwrap();
    let error = zone::list().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("/etc/zones/index"), "{error}");
}

#[test]
fn bytes_of_a_path_that_are_not_utf8_hide_no_other_zone() {
    let host = TestHost::new(Flavour::Upstream);
    let mut index = host.index().into_bytes();
    index.extend(b"lat:configured:/zones/caf\xe9:\nweb01:configured:/zones/web01:\n");
    host.write("/etc/zones/index", index);
    let zones = zone::list().unwrap();
    assert_eq!(zones[0].zonepath, "/zones/caf\\xe9");
    assert_eq!(zones[1].name, name("web01"));
}

#[test]
fn the_flavour_is_the_hosts() {
    for flavour in flavours() {
        let host = TestHost::new(flavour);
        let expected = match flavour {
            Flavour::Upstream => illumos::Flavour::Upstream,
            Flavour::Omnios => illumos::Flavour::Extended,
        };
        assert_eq!(illumos::flavour().unwrap(), expected);
        assert_eq!(illumos::host_path("/etc/zones"), host.path("/etc/zones"));
        assert!(zone::brands().unwrap().contains(&"ipkg".to_owned()));
    }
}

#[test]
fn a_limit_that_would_not_be_in_force_is_refused() {
    if !has(Flavour::Upstream) {
        return;
    }
    let _host = TestHost::new(Flavour::Upstream);
    let mut capped = config("web01");
    capped.set_alias(Alias::Physical, Some(1 << 30));
    let error = capped.create().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(
        error.reason().contains("zone.max-physical-memory"),
        "{error}"
    );
    let flavour = illumos::flavour().unwrap();
    let caps = CappedMemory {
        physical: Some(1 << 30),
        ..CappedMemory::default()
    };
    capped.set_capped_memory(Some(caps), flavour);
    capped.create().unwrap();
    let read = ZoneConfig::read(&name("web01")).unwrap();
    assert_eq!(read.capped_memory(), Some(caps));
    let mut changed = read.clone();
    changed.set_alias(Alias::Physical, Some(1 << 30));
    assert_eq!(
        changed.replace(&read).unwrap_err().kind(),
        ErrorKind::Invalid
    );
}
