use jiff::Timestamp;

use super::super::book::of_pool;
use super::*;
use crate::documents::model::Reservation;

pub(in crate::ipam) fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub(in crate::ipam) fn network(text: &str) -> PoolNetwork {
    PoolNetwork {
        network: text.parse().unwrap(),
        gateway: None,
        ranges: Vec::new(),
        addresses: Vec::new(),
        exclude: Vec::new(),
    }
}

pub(in crate::ipam) fn pool(networks: Vec<PoolNetwork>) -> Pool {
    Pool {
        name: "internal".to_owned(),
        networks,
        stub: None,
        vlan: None,
        choose: Choose::Lowest,
        quarantine: None,
        warn: None,
        reservations: Vec::new(),
        probe: false,
    }
}

fn internal() -> Pool {
    let mut network = network("10.0.0.0/24");
    network.gateway = Some(ip("10.0.0.1"));
    network.ranges = vec![(ip("10.0.0.10"), ip("10.0.0.12"))];
    pool(vec![network])
}

pub(in crate::ipam) fn zone(address: &str, zone: &str) -> Taken {
    let holder = Holder::Zone {
        zone: zone.parse().unwrap(),
        net: "internal".into(),
        pool: Some("internal".into()),
        template: None,
        since: None,
    };
    Taken {
        address: ip(address),
        holder,
    }
}

pub(in crate::ipam) fn host(address: &str) -> Taken {
    Taken {
        address: ip(address),
        holder: Holder::Host {
            what: "the global zone, on igb0".to_owned(),
            zone: None,
        },
    }
}

pub(in crate::ipam) fn quarantined(address: &str, zone: &str) -> Taken {
    let holder = Holder::Quarantined {
        zone: Some(zone.to_owned()),
        until: Timestamp::UNIX_EPOCH,
    };
    Taken {
        address: ip(address),
        holder,
    }
}

fn one(space: &mut Space<'_>, requests: &[Request]) -> Result<String, Refused> {
    let allocations = space.allocate("web01", requests)?;
    Ok(allocations
        .iter()
        .map(|allocation| allocation.address.to_string())
        .collect::<Vec<_>>()
        .join(" "))
}

#[test]
fn lowest_until_there_is_none() {
    let pool = internal();
    let book = Book::new(vec![host("10.0.0.11")]);
    let mut space = Space::new(&pool, &book);
    let first = space.allocate("a", &[]).unwrap();
    assert_eq!(
        first,
        [Allocation {
            address: "10.0.0.10/24".parse().unwrap(),
            gateway: Some(ip("10.0.0.1"))
        }]
    );
    assert_eq!(space.why(ip("10.0.0.10")), Why::Given("a".to_owned()));
    assert_eq!(one(&mut space, &[]).unwrap(), "10.0.0.12/24");
    assert_eq!(
        one(&mut space, &[]),
        Err(Refused::Exhausted {
            family: Family::V4,
            total: 3
        })
    );
    space.release(ip("10.0.0.10"));
    assert_eq!(one(&mut space, &[]).unwrap(), "10.0.0.10/24");
}

#[test]
fn network_broadcast_and_gateway_are_never_given_out() {
    let mut network = network("192.0.2.0/29");
    network.gateway = Some(ip("192.0.2.3"));
    network.addresses = ["192.0.2.0", "192.0.2.3", "192.0.2.7"].map(ip).to_vec();
    network.ranges = vec![(ip("192.0.2.0"), ip("192.0.2.7"))];
    let pool = pool(vec![network]);
    let book = Book::default();
    let space = Space::new(&pool, &book);
    let free: Vec<_> = space.free().collect();
    assert_eq!(
        free,
        [
            (ip("192.0.2.1"), ip("192.0.2.2")),
            (ip("192.0.2.4"), ip("192.0.2.6"))
        ]
    );
    assert_eq!(
        space.why(ip("192.0.2.3")),
        Why::Gateway("192.0.2.0/29".parse().unwrap())
    );
    assert_eq!(
        space.why(ip("192.0.2.0")),
        Why::NetworkAddress("192.0.2.0/29".parse().unwrap())
    );
    assert_eq!(
        space.why(ip("192.0.2.7")),
        Why::BroadcastAddress("192.0.2.0/29".parse().unwrap())
    );
}

#[test]
fn tiny_networks_have_no_network_address() {
    let pool = pool(vec![
        network("10.0.0.0/31"),
        network("10.0.1.7/32"),
        network("fd00::/127"),
    ]);
    let book = Book::default();
    assert_eq!(Space::new(&pool, &book).usage().total, 5);
}

#[test]
fn dual_stack_gives_one_of_each() {
    let mut v6 = network("2001:db8::/64");
    v6.gateway = Some(ip("2001:db8::1"));
    let mut pool = internal();
    pool.networks.push(v6);
    let book = Book::new(vec![host("2001:db8::2")]);
    let mut space = Space::new(&pool, &book);
    assert_eq!(one(&mut space, &[]).unwrap(), "10.0.0.10/24 2001:db8::3/64");
    let asked = [Request::Address(ip("2001:db8::42"))];
    assert_eq!(
        one(&mut space, &asked).unwrap(),
        "10.0.0.11/24 2001:db8::42/64"
    );
    let twice = [
        Request::Address(ip("2001:db8::43")),
        Request::Address(ip("2001:db8::44")),
    ];
    assert_eq!(
        one(&mut space, &twice).unwrap(),
        "10.0.0.12/24 2001:db8::43/64 2001:db8::44/64"
    );
    let same = [
        Request::Address(ip("2001:db8::45")),
        Request::Address(ip("2001:db8::45")),
    ];
    let free = space.usage().free;
    assert!(one(&mut space, &same).is_err());
    assert_eq!(
        space.usage().free,
        free,
        "nothing is kept of what was refused"
    );
}

#[test]
fn nothing_is_given_out_if_one_family_has_nothing() {
    let mut pool = internal();
    let mut v6 = network("2001:db8::/64");
    v6.addresses = vec![ip("2001:db8::5")];
    pool.networks.push(v6);
    let book = Book::new(vec![zone("2001:db8::5", "a")]);
    let mut space = Space::new(&pool, &book);
    assert_eq!(
        one(&mut space, &[]),
        Err(Refused::Exhausted {
            family: Family::V6,
            total: 1
        })
    );
    assert_eq!(space.why(ip("10.0.0.10")), Why::Free);
}

#[test]
fn requests() {
    let mut pool = internal();
    pool.networks[0].ranges = vec![(ip("10.0.0.10"), ip("10.0.0.250"))];
    pool.networks[0].exclude = vec![(ip("10.0.0.20"), ip("10.0.0.29"))];
    let book = Book::new(vec![zone("10.0.0.40", "db-1")]);
    let mut space = Space::new(&pool, &book);
    let mut ask = |address: &str| {
        one(&mut space, &[Request::Address(ip(address))]).map_err(|error| error.to_string())
    };
    assert_eq!(ask("10.0.0.42").unwrap(), "10.0.0.42/24");
    assert_eq!(
        ask("10.0.0.42").unwrap_err(),
        "10.0.0.42 has just been given to zone web01"
    );
    assert_eq!(
        ask("10.0.0.40").unwrap_err(),
        "10.0.0.40 belongs to zone db-1, net internal"
    );
    assert_eq!(
        ask("10.0.0.25").unwrap_err(),
        "10.0.0.25 is excluded with the range 10.0.0.20 to 10.0.0.29"
    );
    assert_eq!(
        ask("10.0.0.5").unwrap_err(),
        "10.0.0.5 is in 10.0.0.0/24, but the pool does not assign it"
    );
    assert_eq!(
        ask("10.0.1.5").unwrap_err(),
        "10.0.1.5 is outside the networks of the pool"
    );
    assert_eq!(
        ask("fd00::5").unwrap_err(),
        "fd00::5 is outside the networks of the pool"
    );
    let range = |first, last| [Request::Range(ip(first), ip(last))];
    assert_eq!(
        one(&mut space, &range("10.0.0.15", "10.0.0.35")).unwrap(),
        "10.0.0.15/24"
    );
    assert_eq!(
        one(&mut space, &range("10.0.0.20", "10.0.0.35")).unwrap(),
        "10.0.0.30/24"
    );
    assert_eq!(
        one(&mut space, &range("10.0.0.20", "10.0.0.29")),
        Err(Refused::RangeExhausted {
            first: ip("10.0.0.20"),
            last: ip("10.0.0.29")
        })
    );
    assert!(matches!(
        one(&mut space, &range("10.0.0.20", "10.0.0.19")),
        Err(Refused::NotARange { .. })
    ));
}

#[test]
fn next_goes_round() {
    let mut pool = internal();
    pool.choose = Choose::Next;
    let book = Book::new(vec![zone("10.0.0.11", "a")]);
    let mut space = Space::new(&pool, &book);
    assert_eq!(one(&mut space, &[]).unwrap(), "10.0.0.12/24");
    assert_eq!(one(&mut space, &[]).unwrap(), "10.0.0.10/24");
}

#[test]
fn highest_comes_from_the_end() {
    let mut pool = internal();
    pool.choose = Choose::Highest;
    let book = Book::new(vec![zone("10.0.0.12", "a")]);
    assert_eq!(
        one(&mut Space::new(&pool, &book), &[]).unwrap(),
        "10.0.0.11/24"
    );
}

#[test]
fn a_hashed_address_does_not_depend_on_others() {
    let mut pool = pool(vec![network("10.0.0.0/8"), network("fd00::/64")]);
    pool.choose = Choose::Hash;
    let empty = Book::default();
    let first = one(&mut Space::new(&pool, &empty), &[]).unwrap();
    let busy = Book::new(vec![
        zone("10.0.0.12", "a"),
        zone("10.200.0.12", "b"),
        zone("fd00::1", "c"),
    ]);
    assert_eq!(one(&mut Space::new(&pool, &busy), &[]).unwrap(), first);
    let other = Space::new(&pool, &empty).allocate("web02", &[]).unwrap();
    assert_ne!(
        first.split(' ').next().unwrap(),
        other[0].address.to_string()
    );
    // Written down, because a zone made again by a later release must get the same.
    assert_eq!(first, "10.78.246.73/8 fd00::48de:a8fb:7b59:bc87/64");
}

#[test]
fn quarantine_keeps_addresses_from_others_only() {
    let mut pool = internal();
    pool.quarantine = Some(std::time::Duration::from_secs(60));
    let book = Book::new(vec![
        quarantined("10.0.0.10", "old"),
        quarantined("10.0.0.11", "web01"),
    ]);
    let mut space = Space::new(&pool, &book);
    assert_eq!(
        space.allocate("new", &[]).unwrap()[0].address,
        "10.0.0.12/24".parse().unwrap()
    );
    assert_eq!(one(&mut space, &[]).unwrap(), "10.0.0.11/24");
    let book = Book::new(vec![
        quarantined("10.0.0.11", "web01"),
        zone("10.0.0.11", "db"),
    ]);
    let mut space = Space::new(&pool, &book);
    assert!(one(&mut space, &[Request::Address(ip("10.0.0.11"))]).is_err());
}

#[test]
fn each_address_is_counted_once() {
    let mut pool = internal();
    pool.networks[0].ranges = vec![(ip("10.0.0.10"), ip("10.0.0.19"))];
    pool.reservations = vec![Reservation {
        address: ip("10.0.0.11"),
        reason: Some("printer".to_owned()),
        since: None,
    }];
    let mut taken = vec![
        zone("10.0.0.10", "a"),
        host("10.0.0.10"),
        host("10.0.0.11"),
        quarantined("10.0.0.12", "b"),
        host("10.0.0.200"),
        host("192.0.2.1"),
    ];
    taken.extend(of_pool(&pool));
    let book = Book::new(taken);
    let mut space = Space::new(&pool, &book);
    assert_eq!(
        space.usage(),
        Usage {
            used: 1,
            free: 7,
            reserved: 1,
            quarantined: 1,
            total: 10
        }
    );
    assert_eq!(space.usage().percent(), 30);
    space.allocate("web01", &[]).unwrap();
    assert_eq!(
        space.usage(),
        Usage {
            used: 2,
            free: 6,
            reserved: 1,
            quarantined: 1,
            total: 10
        }
    );
    let listed: Vec<IpAddr> = space.entries().map(|taken| taken.address).collect();
    assert_eq!(
        listed.len(),
        7,
        "everything of the network, and nothing else: {listed:?}"
    );
    assert_eq!(
        space.why(ip("10.0.0.11")).to_string(),
        "is reserved in pool internal: printer"
    );
}

#[test]
fn the_gateway_of_another_pool_is_held() {
    let pool = internal();
    let mut other = internal();
    other.name = "other".to_owned();
    other.networks[0].gateway = Some(ip("10.0.0.10"));
    let book = Book::new(of_pool(&other).collect());
    let mut space = Space::new(&pool, &book);
    assert_eq!(one(&mut space, &[]).unwrap(), "10.0.0.11/24");
}

#[test]
fn networks_of_any_size() {
    let pool = pool(vec![network("0.0.0.0/0"), network("::/0")]);
    let book = Book::default();
    let mut space = Space::new(&pool, &book);
    assert_eq!(space.usage().total, u128::MAX, "2^32 - 2 more do not fit");
    assert_eq!(space.usage().percent(), 0);
    assert_eq!(one(&mut space, &[]).unwrap(), "0.0.0.1/0 ::1/0");
}
