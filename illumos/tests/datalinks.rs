//! Links through the public API, on hosts of both flavours.
#![cfg(not(target_os = "illumos"))]
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

mod common;

use common::{Flavour, TestHost, flavours};
use illumos::ErrorKind;
use illumos::datalink::{Datalinks, LinkClass, MacAddress, MacAddressChoice, NewVnic};

fn vnic(name: &str, over: &str) -> NewVnic {
    NewVnic {
        name: name.parse().unwrap(),
        over: over.to_owned(),
        mac_address: MacAddressChoice::Auto,
        vlan_id: None,
        properties: Vec::new(),
        temporary: false,
    }
}

#[test]
fn a_vnic_that_cannot_be_read_after_it_was_made_was_not_there_before() {
    for flavour in flavours() {
        let _host = TestHost::new(flavour);
        let links = Datalinks::open().unwrap();
        // EXIST and LINKBUSY, which of the creation itself would say that somebody else has the name, or that it may be tried again.
        for (name, status) in [("web01_0", 8), ("web02_0", 24)] {
            let order = illumos_emulation::fault::order("dladm_vnic_info", 1, status);
            let error = links.create_vnic(&vnic(name, "igb0")).unwrap_err();
            drop(order);
            assert_eq!(error.kind(), ErrorKind::Failed, "{error}");
            assert!(links.find(name).unwrap().is_some());
        }
    }
}

#[test]
fn a_vnic_is_created_found_and_deleted() {
    for flavour in flavours() {
        let _host = TestHost::new(flavour);
        let links = Datalinks::open().unwrap();
        let before = links.list().unwrap();
        assert!(
            before
                .iter()
                .any(|link| link.name == "igb0" && link.class == LinkClass::Phys && link.active)
        );
        let mut new = vnic("web01_0", "igb0");
        new.vlan_id = Some(7);
        new.mac_address = MacAddressChoice::Fixed(MacAddress([2, 8, 0x20, 1, 2, 3]));
        let made = links.create_vnic(&new).unwrap();
        assert_eq!(
            (
                made.class.clone(),
                made.active,
                made.persistent,
                made.zone.clone()
            ),
            (LinkClass::Vnic, true, true, None)
        );
        let details = made.vnic.clone().unwrap();
        assert_eq!(details.over.as_deref(), Some("igb0"));
        assert_eq!(
            (details.mac_address, details.vlan_id),
            (MacAddress([2, 8, 0x20, 1, 2, 3]), Some(7))
        );
        assert_eq!(links.find("web01_0").unwrap(), Some(made.clone()));
        assert!(links.list().unwrap().contains(&made));
        links.delete_vnic(&new.name).unwrap();
        assert_eq!(links.list().unwrap(), before);
        assert_eq!(
            links.delete_vnic(&new.name).unwrap_err().kind(),
            ErrorKind::NotFound
        );
    }
}

#[test]
fn the_system_chooses_an_address_if_none_is_given() {
    let _host = TestHost::new(Flavour::Upstream);
    let links = Datalinks::open().unwrap();
    let mut addresses = Vec::new();
    for (number, choice) in [
        MacAddressChoice::Auto,
        MacAddressChoice::Random,
        MacAddressChoice::Auto,
    ]
    .into_iter()
    .enumerate()
    {
        let new = NewVnic {
            mac_address: choice,
            ..vnic(&format!("v{number}"), "igb0")
        };
        let address = links.create_vnic(&new).unwrap().vnic.unwrap().mac_address;
        assert!(!address.is_multicast() && !addresses.contains(&address));
        addresses.push(address);
    }
}

#[test]
fn properties_are_in_force_and_stored() {
    for flavour in flavours() {
        let _host = TestHost::new(flavour);
        let links = Datalinks::open().unwrap();
        let mut new = vnic("web01_0", "igb0");
        // The second would only be stored if it were given to the call that creates the VNIC.
        new.properties = vec![
            ("maxbw".to_owned(), "100M".to_owned()),
            ("mtu".to_owned(), "1400".to_owned()),
            ("allowed-ips".to_owned(), "10.0.0.1,10.0.0.2".to_owned()),
        ];
        let made = links.create_vnic(&new).unwrap();
        assert_eq!(made.mtu, Some(1400));
        assert_eq!(links.property("web01_0", "mtu").unwrap(), ["1400"]);
        assert_eq!(
            links.property("web01_0", "allowed-ips").unwrap(),
            ["10.0.0.1", "10.0.0.2"]
        );
        links.set_property("web01_0", "mtu", &[], false).unwrap();
        assert_eq!(links.property("web01_0", "mtu").unwrap(), ["1500"]);
        assert_eq!(
            links.property("web01_0", "nosuch").unwrap_err().kind(),
            ErrorKind::NotFound
        );
        assert_eq!(
            links.property("nolink0", "mtu").unwrap_err().kind(),
            ErrorKind::NotFound
        );
        assert_eq!(
            links
                .set_property("web01_0", "mtu", &["many"], false)
                .unwrap_err()
                .kind(),
            ErrorKind::Invalid
        );
        assert_eq!(
            links
                .set_property("web01_0", "mtu", &["1\0"], false)
                .unwrap_err()
                .kind(),
            ErrorKind::Invalid
        );
    }
}

#[test]
fn a_vnic_with_a_refused_property_is_not_left_behind() {
    let _host = TestHost::new(Flavour::Upstream);
    let links = Datalinks::open().unwrap();
    let mut new = vnic("web01_0", "igb0");
    new.properties = vec![
        ("maxbw".to_owned(), "100M".to_owned()),
        ("mtu".to_owned(), "many".to_owned()),
    ];
    let error = links.create_vnic(&new).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("mtu"), "{error}");
    assert_eq!(links.find("web01_0").unwrap(), None);
}

#[test]
fn what_cannot_be_created_says_why() {
    let _host = TestHost::new(Flavour::Upstream);
    let links = Datalinks::open().unwrap();
    links.create_vnic(&vnic("web01_0", "igb0")).unwrap();
    let mut fixed = vnic("a0", "igb0");
    fixed.mac_address = MacAddressChoice::Fixed(MacAddress([2, 8, 0x20, 1, 2, 3]));
    links.create_vnic(&fixed).unwrap();
    links
        .create_vnic(&NewVnic {
            temporary: true,
            ..vnic("tmp0", "igb0")
        })
        .unwrap();
    let stub = "stubtmp0".parse().unwrap();
    links.create_etherstub(&stub, true).unwrap();
    let same_address = NewVnic {
        name: "b0".parse().unwrap(),
        ..fixed.clone()
    };
    let multicast = NewVnic {
        mac_address: MacAddressChoice::Fixed(MacAddress([3, 0, 0, 0, 0, 1])),
        ..vnic("c0", "igb0")
    };
    for (new, kind) in [
        (vnic("web01_0", "igb0"), ErrorKind::AlreadyExists),
        (vnic("x0", "nolink0"), ErrorKind::NotFound),
        (vnic("x0", "web01_0"), ErrorKind::Invalid),
        (vnic("x0", "stubtmp0"), ErrorKind::Invalid),
        (same_address, ErrorKind::Busy),
        (multicast, ErrorKind::Invalid),
        (
            NewVnic {
                vlan_id: Some(0),
                ..vnic("x0", "igb0")
            },
            ErrorKind::Invalid,
        ),
        (
            NewVnic {
                vlan_id: Some(4095),
                ..vnic("x0", "igb0")
            },
            ErrorKind::Invalid,
        ),
        (
            NewVnic {
                vlan_id: Some(1),
                ..vnic("x0", "igb0")
            },
            ErrorKind::Busy,
        ),
    ] {
        let error = links.create_vnic(&new).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(new.name.as_str()), "{error}");
    }
    assert_eq!(links.find("x0").unwrap(), None);
}

#[test]
fn an_etherstub_goes_when_nothing_is_on_it() {
    for flavour in flavours() {
        let _host = TestHost::new(flavour);
        let links = Datalinks::open().unwrap();
        let stub = "int0".parse().unwrap();
        links.create_etherstub(&stub, false).unwrap();
        assert_eq!(
            links.create_etherstub(&stub, false).unwrap_err().kind(),
            ErrorKind::AlreadyExists
        );
        assert_eq!(
            links.find("int0").unwrap().unwrap().class,
            LinkClass::Etherstub
        );
        let on_it = vnic("web01_0", "int0");
        links.create_vnic(&on_it).unwrap();
        assert_eq!(
            links.delete_etherstub(&stub).unwrap_err().kind(),
            ErrorKind::Busy
        );
        assert_eq!(
            links.delete_vnic(&stub).unwrap_err().kind(),
            ErrorKind::Invalid
        );
        assert_eq!(
            links.delete_etherstub(&on_it.name).unwrap_err().kind(),
            ErrorKind::Invalid
        );
        links.delete_vnic(&on_it.name).unwrap();
        links.delete_etherstub(&stub).unwrap();
        assert_eq!(links.find("int0").unwrap(), None);
    }
}

#[test]
fn temporary_links_are_not_stored_and_can_be_deleted() {
    let _host = TestHost::new(Flavour::Upstream);
    let links = Datalinks::open().unwrap();
    let new = NewVnic {
        temporary: true,
        ..vnic("web01_0", "igb0")
    };
    let made = links.create_vnic(&new).unwrap();
    assert_eq!((made.active, made.persistent), (true, false));
    links.delete_vnic(&new.name).unwrap();
    assert_eq!(links.find("web01_0").unwrap(), None);
}

#[test]
fn names_that_no_link_has_are_not_found() {
    let _host = TestHost::new(Flavour::Upstream);
    let links = Datalinks::open().unwrap();
    for name in ["", "a\0b", "web-0", &"x".repeat(64), "\u{e9}0"] {
        assert_eq!(links.find(name).unwrap(), None, "{name:?}");
    }
}

#[test]
fn a_handle_may_go_to_another_thread() {
    let host = TestHost::new(Flavour::Upstream);
    let links = Datalinks::open().unwrap();
    std::thread::scope(|scope| {
        let host = &host.host;
        let thread = scope.spawn(move || {
            let _entered = host.enter();
            links.list().unwrap().len()
        });
        assert!(thread.join().unwrap() > 0);
    });
}

#[test]
fn thousands_of_links_are_listed_without_a_process_each() {
    const MANY: usize = 16_384;
    let host = TestHost::new(Flavour::Upstream);
    let links = Datalinks::open().unwrap();
    let mut seed = vnic("seed0", "igb0");
    seed.mac_address = MacAddressChoice::Fixed(MacAddress([2, 8, 0x20, 0xff, 0, 0]));
    links.create_vnic(&seed).unwrap();
    // The host's own record of its links, extended: one by one would take minutes.
    let path = host.path("/emulation/links");
    let mut text = std::fs::read_to_string(&path).unwrap();
    let line = text
        .lines()
        .find(|line| line.contains("seed0"))
        .unwrap()
        .to_owned();
    let id = line
        .split(' ')
        .find(|word| word.starts_with("id="))
        .unwrap()
        .to_owned();
    for number in 0..MANY {
        let address = format!("2:8:20:0:{:x}:{:x}", number >> 8, number & 255);
        let line = line
            .replace("seed0", &format!("many{number}"))
            .replace("2:8:20:ff:0:0", &address);
        text.push_str(&line.replace(&id, &format!("id={}", 100 + number)));
        text.push('\n');
    }
    std::fs::write(&path, text).unwrap();
    let started = std::time::Instant::now();
    let listed = links.list().unwrap();
    let elapsed = started.elapsed();
    assert_eq!(listed.len(), MANY + 2);
    assert!(
        listed
            .iter()
            .filter(|link| link
                .vnic
                .as_ref()
                .is_some_and(|vnic| vnic.over.as_deref() == Some("igb0")))
            .count()
            == MANY + 1
    );
    // Far more than it takes, and far less than a process for each would.
    assert!(elapsed < std::time::Duration::from_secs(10), "{elapsed:?}");
}
