//! What happens to one pool in any order, beside a model that looks at every address in turn.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::tests::{host, pool, quarantined, zone};
use super::*;
use crate::ipam::book::of_pool;

/// A pool as a naive model sees it: every address, one by one.
fn naive(pool: &Pool, book: &Book, zone: &str, request: Option<Request>) -> Option<IpAddr> {
    let numbers = 0..=255_u8;
    let give_out = |last: u8| {
        let address = IpAddr::from([10, 0, 0, last]);
        pool.networks.iter().any(|network| {
            let hosts: Vec<IpAddr> = match network.network {
                IpNet::V4(network) => network.hosts().map(IpAddr::V4).collect(),
                IpNet::V6(_) => Vec::new(),
            };
            let all = network.ranges.is_empty() && network.addresses.is_empty();
            let listed = network.addresses.contains(&address)
                || network
                    .ranges
                    .iter()
                    .any(|(first, last)| *first <= address && address <= *last);
            hosts.contains(&address) && (all || listed)
        }) && !pool.networks.iter().any(|network| {
            network.gateway == Some(address)
                || network
                    .exclude
                    .iter()
                    .any(|(first, last)| *first <= address && address <= *last)
        })
    };
    // By name a zone can have the gateway, if nobody has it: it is to be the router.
    let asked_router = |address: &IpAddr| {
        let own = |network: &PoolNetwork| {
            network.gateway == Some(*address)
                && network.network.hosts().any(|host| host == *address)
        };
        let mut holders = book.holders(*address).iter();
        pool.networks.iter().any(own)
            && holders.all(|taken| matches!(taken.holder, Holder::Gateway { .. }))
    };
    if let Some(Request::Address(asked)) =
        request.filter(|request| matches!(request, Request::Address(asked) if asked_router(asked)))
    {
        return Some(asked);
    }
    let free = |address: IpAddr| {
        let holders = book.holders(address);
        let own = matches!(holders, [Taken { holder: Holder::Quarantined { zone: Some(had), .. }, .. }] if had == zone);
        holders.is_empty() || own
    };
    let fits = |address: IpAddr| match request {
        None => true,
        Some(Request::Address(asked)) => asked == address,
        Some(Request::Range(first, last)) => first <= address && address <= last,
    };
    let all: Vec<IpAddr> = numbers
        .filter(|last| give_out(*last))
        .map(|last| IpAddr::from([10, 0, 0, last]))
        .collect();
    let mut candidates = all
        .iter()
        .copied()
        .filter(|address| free(*address) && fits(*address));
    let highest = all.iter().copied().rfind(|address| {
        book.holders(*address)
            .iter()
            .any(|taken| matches!(taken.holder, Holder::Zone { .. }))
    });
    match pool.choose {
        Choose::Lowest => candidates.next(),
        Choose::Highest => candidates.next_back(),
        Choose::Next => {
            let candidates: Vec<IpAddr> = candidates.collect();
            let after = candidates
                .iter()
                .find(|address| highest.is_none_or(|highest| **address > highest));
            after.or(candidates.first()).copied()
        }
        Choose::Hash => {
            let inside: Vec<IpAddr> = all
                .iter()
                .copied()
                .filter(|address| fits(*address))
                .collect();
            let start =
                inside.get(usize::try_from(hash(zone) % inside.len().max(1) as u128).unwrap())?;
            let candidates: Vec<IpAddr> = candidates.collect();
            candidates
                .iter()
                .find(|address| *address >= start)
                .or(candidates.first())
                .copied()
        }
    }
}

fn small_address() -> impl Strategy<Value = IpAddr> {
    (0..40_u8).prop_map(|last| IpAddr::from([10, 0, 0, last]))
}

fn small_range() -> impl Strategy<Value = (IpAddr, IpAddr)> {
    (small_address(), small_address()).prop_map(|(a, b)| (a.min(b), a.max(b)))
}

fn small_network() -> impl Strategy<Value = PoolNetwork> {
    (
        prop_oneof![
            Just("10.0.0.0/27"),
            Just("10.0.0.32/29"),
            Just("10.0.0.0/30"),
            Just("10.0.0.8/31"),
            Just("10.0.0.9/32")
        ],
        proptest::option::of(small_address()),
        proptest::collection::vec(small_range(), 0..3),
        proptest::collection::vec(small_address(), 0..4),
        proptest::collection::vec(small_range(), 0..2),
    )
        .prop_map(
            |(network, gateway, ranges, addresses, exclude)| PoolNetwork {
                network: network.parse().unwrap(),
                // A gateway that lies elsewhere is an error of the document, found before anything is given out.
                gateway: gateway
                    .filter(|gateway| network.parse::<IpNet>().unwrap().contains(gateway)),
                ranges,
                addresses,
                exclude,
            },
        )
}

fn small_pool() -> impl Strategy<Value = Pool> {
    let choose = prop_oneof![
        Just(Choose::Lowest),
        Just(Choose::Highest),
        Just(Choose::Next),
        Just(Choose::Hash)
    ];
    (proptest::collection::vec(small_network(), 1..3), choose).prop_map(|(mut networks, choose)| {
        // The naive model knows nothing of one network's range reaching into another.
        for network in &mut networks {
            let own = network.network;
            network
                .ranges
                .retain(|(first, last)| own.contains(first) && own.contains(last));
            network.addresses.retain(|address| own.contains(address));
            network
                .exclude
                .retain(|(first, last)| own.contains(first) && own.contains(last));
        }
        networks.dedup_by(|a, b| a.network.contains(&b.network) || b.network.contains(&a.network));
        Pool {
            choose,
            quarantine: Some(std::time::Duration::from_secs(60)),
            ..pool(networks)
        }
    })
}

/// Something that happens to a host with pools.
#[derive(Debug, Clone)]
enum Move {
    Create(u8, Option<Request>),
    Destroy(u8),
    Appear(IpAddr),
    Crash(u8),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let request = proptest::option::weighted(
        0.3,
        prop_oneof![
            small_address().prop_map(Request::Address),
            small_range().prop_map(|(first, last)| Request::Range(first, last)),
        ],
    );
    let one = prop_oneof![
        4 => (0..20_u8, request).prop_map(|(zone, request)| Move::Create(zone, request)),
        2 => (0..20_u8).prop_map(Move::Destroy),
        1 => small_address().prop_map(Move::Appear),
        1 => (0..20_u8).prop_map(Move::Crash),
    ];
    proptest::collection::vec(one, 0..60)
}

proptest! {
    /// Whatever happens, an address is never with two zones, never one that something else has, and always the one that
    /// somebody who looks at every address in turn would have chosen.
    #[test]
    fn histories(pool in small_pool(), moves in moves()) {
        let mut zones: BTreeMap<String, IpAddr> = BTreeMap::new();
        let mut quarantine: BTreeMap<IpAddr, String> = BTreeMap::new();
        let mut foreign: BTreeSet<IpAddr> = BTreeSet::new();
        for step in moves {
            let mut taken: Vec<Taken> = of_pool(&pool).collect();
            taken.extend(zones.iter().map(|(name, address)| zone(&address.to_string(), name)));
            taken.extend(quarantine.iter().map(|(address, name)| quarantined(&address.to_string(), name)));
            taken.extend(foreign.iter().map(|address| host(&address.to_string())));
            let book = Book::new(taken);
            let mut space = Space::new(&pool, &book);
            let usage = space.usage();
            prop_assert_eq!(usage.used + usage.free + usage.reserved + usage.quarantined, usage.total);
            match step {
                Move::Create(name, request) => {
                    let name = format!("z{name}");
                    if zones.contains_key(&name) {
                        continue;
                    }
                    let requests: Vec<Request> = request.into_iter().collect();
                    let given = space.allocate(&name, &requests);
                    let expected = naive(&pool, &book, &name, request);
                    prop_assert_eq!(given.as_ref().ok().map(|given| given[0].address.addr()), expected);
                    if let Ok(given) = given {
                        let address = given[0].address.addr();
                        prop_assert!(!zones.values().any(|other| *other == address));
                        prop_assert!(!foreign.contains(&address));
                        quarantine.remove(&address);
                        zones.insert(name, address);
                    }
                }
                Move::Destroy(name) => {
                    let name = format!("z{name}");
                    if let Some(address) = zones.remove(&name) {
                        quarantine.insert(address, name);
                    }
                }
                // A zone that was being made when the process died: its address had been given and is free again.
                Move::Crash(name) => {
                    let name = format!("z{name}");
                    if let Ok(given) = space.allocate(&name, &[]) {
                        space.release(given[0].address.addr());
                        prop_assert!(space.why(given[0].address.addr()) == Why::Free
                            || book.holders(given[0].address.addr()).len() == 1);
                    }
                }
                Move::Appear(address) => {
                    if !zones.values().any(|other| *other == address) {
                        foreign.insert(address);
                    }
                }
            }
        }
    }
}
