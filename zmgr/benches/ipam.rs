//! What it costs to give out an address from a network that is large and full: the work may depend on neither.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::unwrap_used, reason = "a benchmark has nobody to report to")]

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use criterion::{Criterion, criterion_group, criterion_main};
use zmgr::internals::documents::model::{Choose, Pool, PoolNetwork};
use zmgr::internals::ipam::{Book, Holder, Space, Taken, vnic_name};

const RESERVATIONS: u32 = 1_000_000;

fn pool(network: &str, choose: Choose) -> Pool {
    Pool {
        name: "bench".to_owned(),
        networks: vec![PoolNetwork {
            network: network.parse().unwrap(),
            gateway: None,
            ranges: Vec::new(),
            addresses: Vec::new(),
            exclude: Vec::new(),
        }],
        stub: None,
        vlan: None,
        choose,
        quarantine: None,
        warn: None,
        reservations: Vec::new(),
        probe: false,
    }
}

/// A million reservations with a gap after every seventh, so that there are many intervals.
fn book(address: impl Fn(u32) -> IpAddr) -> Book {
    let reserved = (0..RESERVATIONS).map(|index| Taken {
        address: address(1 + index + index / 7),
        holder: Holder::Reserved {
            pool: "bench".to_owned(),
            reason: None,
            since: None,
        },
    });
    Book::new(reserved.collect())
}

fn allocate(c: &mut Criterion) {
    let v4 = book(|index| IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + index)));
    let v6 = book(|index| IpAddr::V6(Ipv6Addr::from((0xfd00_u128 << 112) + u128::from(index))));
    let reserved = [
        IpAddr::V4(Ipv4Addr::new(10, 8, 0, 0)),
        "fd00::8:0".parse().unwrap(),
    ];
    for ((network, book), address) in [("10.0.0.0/8", &v4), ("fd00::/64", &v6)]
        .into_iter()
        .zip(reserved)
    {
        for choose in [Choose::Lowest, Choose::Next, Choose::Highest, Choose::Hash] {
            let pool = pool(network, choose);
            let mut space = Space::new(&pool, book);
            c.bench_function(&format!("allocate {network} {choose:?}"), |b| {
                b.iter(|| {
                    let given = space.allocate(black_box("web01"), &[]).unwrap();
                    space.release(given[0].address.addr());
                });
            });
        }
        let pool = pool(network, Choose::Lowest);
        c.bench_function(&format!("why {network}"), |b| {
            let space = Space::new(&pool, book);
            b.iter(|| space.why(black_box(address)));
        });
    }
    let mut group = c.benchmark_group("whole command");
    group.sample_size(10);
    let pool = pool("10.0.0.0/8", Choose::Lowest);
    group.bench_function("space of a million", |b| {
        b.iter(|| Space::new(black_box(&pool), &v4).usage());
    });
    group.finish();
    let zone = "a-zone-name-that-is-longer-than-a-link-name"
        .parse()
        .unwrap();
    c.bench_function("vnic name", |b| {
        b.iter(|| vnic_name(None, black_box(&zone), "internal", 0, &|_| false));
    });
}

criterion_group!(benches, allocate);
criterion_main!(benches);
