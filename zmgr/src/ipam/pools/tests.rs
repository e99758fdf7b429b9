use super::*;
use crate::documents::model::{Choose, Reservation};
use crate::failure::Code;

fn network(text: &str) -> PoolNetwork {
    PoolNetwork {
        network: text.parse().unwrap(),
        gateway: None,
        ranges: Vec::new(),
        addresses: Vec::new(),
        exclude: Vec::new(),
    }
}

fn pool(name: &str, networks: Vec<PoolNetwork>) -> Pool {
    Pool {
        name: name.to_owned(),
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

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn codes(pool: &Pool) -> Vec<(Grade, Subject, Code)> {
    check(pool)
        .iter()
        .map(|problem| (problem.grade, problem.subject, problem.code()))
        .collect()
}

#[test]
fn sound_pools_have_no_problem() {
    let mut internal = network("10.0.0.0/24");
    internal.gateway = Some(ip("10.0.0.1"));
    internal.ranges = vec![(ip("10.0.0.10"), ip("10.0.0.250"))];
    let mut public = network("203.0.113.0/28");
    public.gateway = Some(ip("203.0.113.1"));
    public.addresses = vec![ip("203.0.113.5"), ip("203.0.113.9")];
    assert_eq!(
        check(&pool("a", vec![internal, network("fd00::/64"), public])),
        []
    );
    assert_eq!(check(&pool("b", vec![network("10.0.0.0/31")])), []);
}

#[test]
fn gateways() {
    let mut outside = network("10.0.0.0/24");
    outside.gateway = Some(ip("10.0.1.1"));
    assert_eq!(
        codes(&pool("a", vec![outside])),
        [(Grade::Error, Subject::Gateway(0), Code::PoolGatewayOutside)]
    );
    let mut unusable = network("10.0.0.0/24");
    unusable.gateway = Some(ip("10.0.0.255"));
    assert_eq!(
        codes(&pool("a", vec![unusable])),
        [(Grade::Error, Subject::Gateway(0), Code::PoolGatewayUnusable)]
    );
    let mut given = network("10.0.0.0/24");
    given.gateway = Some(ip("10.0.0.1"));
    given.ranges = vec![(ip("10.0.0.1"), ip("10.0.0.9"))];
    assert_eq!(
        codes(&pool("a", vec![given])),
        [(
            Grade::Warning,
            Subject::Gateway(0),
            Code::PoolGatewayGivenOut
        )]
    );
}

#[test]
fn ranges() {
    let mut bad = network("10.0.0.0/24");
    bad.ranges = vec![
        (ip("10.0.0.20"), ip("10.0.0.10")),
        (ip("10.0.0.200"), ip("10.0.1.10")),
        (ip("10.0.0.1"), ip("fd00::1")),
        (ip("10.0.0.30"), ip("10.0.0.40")),
        (ip("10.0.0.40"), ip("10.0.0.50")),
    ];
    bad.exclude = vec![(ip("10.0.2.1"), ip("10.0.2.1"))];
    assert_eq!(
        codes(&pool("a", vec![bad])),
        [
            (Grade::Error, Subject::Range(0, 0), Code::PoolRangeReversed),
            (Grade::Error, Subject::Range(0, 1), Code::PoolRangeOutside),
            (Grade::Error, Subject::Range(0, 2), Code::PoolRangeMixed),
            (
                Grade::Warning,
                Subject::Exclude(0, 0),
                Code::PoolRangeOutside
            ),
            (
                Grade::Warning,
                Subject::Range(0, 4),
                Code::PoolRangesOverlap
            ),
        ]
    );
}

#[test]
fn addresses() {
    let mut bad = network("203.0.113.0/28");
    bad.addresses = [
        "203.0.113.5",
        "203.0.113.0",
        "203.0.113.15",
        "203.0.113.16",
        "203.0.113.5",
    ]
    .map(ip)
    .to_vec();
    assert_eq!(
        codes(&pool("a", vec![bad])),
        [
            (
                Grade::Warning,
                Subject::Address(0, 1),
                Code::PoolAddressUnusable
            ),
            (
                Grade::Warning,
                Subject::Address(0, 2),
                Code::PoolAddressUnusable
            ),
            (
                Grade::Error,
                Subject::Address(0, 3),
                Code::PoolAddressOutside
            ),
            (
                Grade::Warning,
                Subject::Address(0, 4),
                Code::PoolAddressTwice
            ),
        ]
    );
}

#[test]
fn empty_pools() {
    assert_eq!(
        codes(&pool("a", vec![])),
        [(Grade::Error, Subject::Pool, Code::PoolNoNetwork)]
    );
    let mut excluded = network("10.0.0.0/30");
    excluded.exclude = vec![(ip("10.0.0.1"), ip("10.0.0.2"))];
    assert_eq!(
        codes(&pool("a", vec![excluded])),
        [(Grade::Error, Subject::Pool, Code::PoolEmpty)]
    );
}

#[test]
fn networks_and_reservations() {
    let mut bad = pool(
        "a",
        vec![
            network("10.0.0.0/8"),
            network("10.1.0.0/16"),
            network("127.0.0.0/8"),
            network("ff02::/16"),
        ],
    );
    bad.reservations = ["10.0.0.5", "192.0.2.1", "10.0.0.5"]
        .map(|address| Reservation {
            address: ip(address),
            reason: None,
            since: None,
        })
        .to_vec();
    assert_eq!(
        codes(&bad),
        [
            (Grade::Error, Subject::Network(1), Code::PoolNetworksOverlap),
            (Grade::Error, Subject::Network(2), Code::PoolNetworkUnusable),
            (Grade::Error, Subject::Network(3), Code::PoolNetworkUnusable),
            (
                Grade::Warning,
                Subject::Reservation(1),
                Code::PoolReservationOutside
            ),
            (
                Grade::Warning,
                Subject::Reservation(2),
                Code::PoolAddressTwice
            ),
        ]
    );
}

#[test]
fn overlapping_pools() {
    let mut low = network("10.0.0.0/24");
    low.ranges = vec![(ip("10.0.0.10"), ip("10.0.0.99"))];
    let mut high = network("10.0.0.0/24");
    high.ranges = vec![(ip("10.0.0.100"), ip("10.0.0.200"))];
    let low = pool("low", vec![low]);
    let high = pool("high", vec![high, network("fd00::/64")]);
    let wide = pool("wide", vec![network("10.0.0.64/26"), network("fd00::/48")]);
    assert_eq!(overlaps([&low, &high]), []);
    assert_eq!(
        overlaps([&low, &high, &wide]),
        [
            Overlap {
                pool: "low",
                other: "wide",
                first: ip("10.0.0.65"),
                last: ip("10.0.0.99")
            },
            Overlap {
                pool: "high",
                other: "wide",
                first: ip("10.0.0.100"),
                last: ip("10.0.0.126")
            },
        ]
    );
}
