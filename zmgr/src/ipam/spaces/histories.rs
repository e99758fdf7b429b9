//! What happens to a host with several pools, in any order: whatever it is, no address is with two zones.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use proptest::prelude::*;

use super::*;
use crate::documents::model::{Choose, PoolNetwork, Reservation};
use crate::ipam::book::of_pool;
use crate::ipam::space::tests::{host, ip, network, quarantined, zone};
use crate::ipam::{Family, Holder, Taken, broadcast_address, network_address};

/// Something that a person, a zone or the power supply does.
#[derive(Debug, Clone)]
enum Move {
    /// One command that makes these zones, each with a net of each of these pools.
    Create(Vec<(u8, Vec<usize>, Option<Request>)>),
    /// The same, and the process dies when the entries, which reserve the addresses, are written.
    Crash(Vec<(u8, Vec<usize>, Option<Request>)>),
    /// Of what was cut short, this zone is finished or undone.
    Recover(u8, bool),
    Destroy(u8),
    Reserve(usize, IpAddr),
    /// `pool release`: of a reservation and of a quarantine.
    Release(usize, IpAddr),
    /// Somebody uses an address without asking, or does so no longer.
    Appear(IpAddr),
    Vanish(IpAddr),
    /// Time goes by: quarantines end.
    Wait,
}

#[derive(Debug, Default)]
struct Host {
    pools: Vec<Pool>,
    /// Entries of the registry, those of operations that were cut short included.
    zones: BTreeMap<String, Vec<IpAddr>>,
    unfinished: BTreeSet<String>,
    quarantine: BTreeMap<IpAddr, String>,
    foreign: BTreeSet<IpAddr>,
}

impl Host {
    fn book(&self) -> Book {
        let mut taken: Vec<Taken> = self.pools.iter().flat_map(of_pool).collect();
        for (name, addresses) in &self.zones {
            taken.extend(
                addresses
                    .iter()
                    .map(|address| zone(&address.to_string(), name)),
            );
        }
        let quarantine = self.quarantine.iter();
        taken.extend(quarantine.map(|(address, name)| quarantined(&address.to_string(), name)));
        taken.extend(
            self.foreign
                .iter()
                .map(|address| host(&address.to_string())),
        );
        Book::new(taken)
    }

    /// Whether the pool may give this zone the address, as the documents say it, address by address.
    /// The gateway is given to who asks for it by name.
    fn may_give(
        &self,
        pool: &Pool,
        address: IpAddr,
        zone: &str,
        given: &BTreeSet<IpAddr>,
        by_name: bool,
    ) -> bool {
        let mut networks = pool.networks.iter();
        let inside = networks.any(|network| {
            let within = |(first, last): &(IpAddr, IpAddr)| (first..=last).contains(&&address);
            let all = network.ranges.is_empty() && network.addresses.is_empty();
            network.network.contains(&address)
                && (all
                    || network.ranges.iter().any(within)
                    || network.addresses.contains(&address))
        });
        let own = |network: &PoolNetwork| {
            network.network.contains(&address) && network.gateway == Some(address)
        };
        let routes = by_name && pool.networks.iter().any(own);
        let never = pool.networks.iter().any(|network| {
            let mut excluded = network.exclude.iter();
            (!routes && excluded.any(|(first, last)| (first..=last).contains(&&address)))
                || network_address(network.network) == Some(address)
                || broadcast_address(network.network) == Some(address)
        });
        let gateway = |pool: &Pool| {
            let mut networks = pool.networks.iter();
            networks.any(|network| network.gateway == Some(address))
        };
        let reserved = |pool: &Pool| {
            let mut reservations = pool.reservations.iter();
            reservations.any(|reservation| reservation.address == address)
        };
        // What a pool gives out can be another pool's gateway.
        (inside || routes)
            && !never
            && (by_name || !self.pools.iter().any(gateway))
            && !self.pools.iter().any(reserved)
            && !self.foreign.contains(&address)
            && !given.contains(&address)
            && !self.zones.values().flatten().any(|held| *held == address)
            && self.quarantine.get(&address).is_none_or(|had| had == zone)
    }

    /// Every address that could be meant.
    fn all() -> impl Iterator<Item = IpAddr> {
        let v4 = (0..=40_u8).map(|last| IpAddr::from([10, 0, 0, last]));
        let v6 = (0..=12_u16).map(|last| ip(&format!("fd00::{last:x}")));
        v4.chain(v6)
    }

    /// Plans the zones as one command does: all of them, or none.
    fn plan(
        &self,
        wanted: &[(u8, Vec<usize>, Option<Request>)],
    ) -> Result<BTreeMap<String, Vec<IpAddr>>, TestCaseError> {
        let book = self.book();
        let mut spaces = Spaces::new(&book);
        let mut planned: BTreeMap<String, Vec<IpAddr>> = BTreeMap::new();
        let mut given: BTreeSet<IpAddr> = BTreeSet::new();
        for (name, nets, request) in wanted {
            let name = format!("z{name}");
            if self.zones.contains_key(&name) || planned.contains_key(&name) {
                continue;
            }
            let mut own = Vec::new();
            for (place, index) in nets.iter().enumerate() {
                let pool = &self.pools[index % self.pools.len()];
                let requests: Vec<Request> =
                    request.iter().copied().filter(|_| place == 0).collect();
                let free = |family| {
                    let addresses = Self::all().filter(move |one| Family::of(*one) == family);
                    addresses
                        .filter(|one| self.may_give(pool, *one, &name, &given, false))
                        .count()
                };
                let possible = Family::ALL.into_iter().all(|family| {
                    let mut networks = pool.networks.iter();
                    !networks.any(|one| Family::of(one.network.addr()) == family)
                        || free(family) > 0
                });
                let allocations = match spaces.allocate(pool, &name, &requests) {
                    Ok(allocations) => allocations,
                    Err(refused) => {
                        // Nothing is refused that could be given.
                        prop_assert!(!possible || !requests.is_empty(), "{refused} {name}");
                        return Ok(BTreeMap::new());
                    }
                };
                for allocation in allocations {
                    let address = allocation.address.addr();
                    prop_assert!(
                        self.may_give(
                            pool,
                            address,
                            &name,
                            &given,
                            requests.contains(&Request::Address(address))
                        ),
                        "{address} to {name} from {}",
                        pool.name
                    );
                    prop_assert!(given.insert(address));
                    own.push(address);
                }
            }
            planned.insert(name, own);
        }
        Ok(planned)
    }

    fn register(&mut self, planned: BTreeMap<String, Vec<IpAddr>>) {
        for (name, addresses) in planned {
            for address in &addresses {
                self.quarantine.remove(address);
            }
            self.zones.insert(name, addresses);
        }
    }

    fn go(&mut self, step: Move) -> Result<(), TestCaseError> {
        match step {
            Move::Create(wanted) => {
                let planned = self.plan(&wanted)?;
                self.register(planned);
            }
            Move::Crash(wanted) => {
                let planned = self.plan(&wanted)?;
                self.unfinished.extend(planned.keys().cloned());
                self.register(planned);
            }
            Move::Recover(name, finish) => {
                let name = format!("z{name}");
                // What is undone never was: nobody knew the address, so that it is free at once.
                if self.unfinished.remove(&name) && !finish {
                    self.zones.remove(&name);
                }
            }
            Move::Destroy(name) => {
                let name = format!("z{name}");
                self.unfinished.remove(&name);
                for address in self.zones.remove(&name).unwrap_or_default() {
                    self.quarantine.insert(address, name.clone());
                }
            }
            Move::Reserve(index, address) => {
                let book = self.book();
                let count = self.pools.len();
                let pool = &mut self.pools[index % count];
                if book
                    .holders(address)
                    .iter()
                    .all(|taken| matches!(taken.holder, Holder::Quarantined { .. }))
                {
                    pool.reservations.push(Reservation {
                        address,
                        reason: None,
                        since: None,
                    });
                }
            }
            Move::Release(index, address) => {
                let count = self.pools.len();
                let pool = &mut self.pools[index % count];
                pool.reservations.retain(|one| one.address != address);
                self.quarantine.remove(&address);
            }
            Move::Appear(address) => {
                if !self.zones.values().flatten().any(|held| *held == address) {
                    self.foreign.insert(address);
                }
            }
            Move::Vanish(address) => {
                self.foreign.remove(&address);
            }
            Move::Wait => self.quarantine.clear(),
        }
        let mut held: Vec<IpAddr> = self.zones.values().flatten().copied().collect();
        let before = held.len();
        held.sort_unstable();
        held.dedup();
        prop_assert_eq!(held.len(), before, "an address twice");
        Ok(())
    }
}

fn v4() -> impl Strategy<Value = IpAddr> {
    (0..=34_u8).prop_map(|last| IpAddr::from([10, 0, 0, last]))
}

fn address() -> impl Strategy<Value = IpAddr> {
    let v6 = (0..=10_u16).prop_map(|last| ip(&format!("fd00::{last:x}")));
    prop_oneof![4 => v4(), 1 => v6]
}

fn range() -> impl Strategy<Value = (IpAddr, IpAddr)> {
    (v4(), v4()).prop_map(|(a, b)| (a.min(b), a.max(b)))
}

/// A network of ten to thirty addresses, or a small one of IPv6: histories fill them.
fn some_network() -> impl Strategy<Value = PoolNetwork> {
    let name = prop_oneof![
        4 => Just("10.0.0.0/27"),
        2 => Just("10.0.0.8/29"),
        2 => Just("10.0.0.16/28"),
        1 => Just("10.0.0.30/31"),
        1 => Just("10.0.0.9/32"),
        3 => Just("fd00::/125"),
        1 => Just("fd00::4/126"),
    ];
    (
        name,
        proptest::option::of(v4()),
        proptest::collection::vec(range(), 0..3),
        proptest::collection::vec(v4(), 0..4),
        proptest::collection::vec(range(), 0..2),
    )
        .prop_map(|(name, gateway, ranges, addresses, exclude)| {
            let own: IpNet = name.parse().unwrap();
            let within =
                |(first, last): &(IpAddr, IpAddr)| own.contains(first) && own.contains(last);
            PoolNetwork {
                gateway: gateway.filter(|gateway| own.contains(gateway)),
                ranges: ranges.into_iter().filter(within).collect(),
                addresses: addresses
                    .into_iter()
                    .filter(|one| own.contains(one))
                    .collect(),
                exclude: exclude.into_iter().filter(within).collect(),
                ..network(name)
            }
        })
}

fn pools() -> impl Strategy<Value = Vec<Pool>> {
    let choose = prop_oneof![
        Just(Choose::Lowest),
        Just(Choose::Highest),
        Just(Choose::Next),
        Just(Choose::Hash)
    ];
    let pool = (proptest::collection::vec(some_network(), 1..3), choose);
    proptest::collection::vec(pool, 1..4).prop_map(|pools| {
        let named = pools.into_iter().enumerate();
        named
            .map(|(index, (mut networks, choose))| {
                networks.dedup_by(|a, b| {
                    a.network.contains(&b.network) || b.network.contains(&a.network)
                });
                Pool {
                    name: format!("p{index}"),
                    networks,
                    choose,
                    ..crate::ipam::space::tests::pool(Vec::new())
                }
            })
            .collect()
    })
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let request = proptest::option::weighted(
        0.2,
        prop_oneof![
            address().prop_map(Request::Address),
            range().prop_map(|(first, last)| Request::Range(first, last)),
        ],
    );
    let one = (
        0..12_u8,
        proptest::collection::vec(0..3_usize, 1..4),
        request,
    );
    let wanted = proptest::collection::vec(one, 1..4);
    let step = prop_oneof![
        5 => wanted.clone().prop_map(Move::Create),
        2 => wanted.prop_map(Move::Crash),
        2 => (0..12_u8, any::<bool>()).prop_map(|(name, finish)| Move::Recover(name, finish)),
        4 => (0..12_u8).prop_map(Move::Destroy),
        2 => (0..3_usize, address()).prop_map(|(pool, one)| Move::Reserve(pool, one)),
        2 => (0..3_usize, address()).prop_map(|(pool, one)| Move::Release(pool, one)),
        1 => address().prop_map(Move::Appear),
        1 => address().prop_map(Move::Vanish),
        1 => Just(Move::Wait),
    ];
    proptest::collection::vec(step, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_address_is_with_two_zones(pools in pools(), moves in moves()) {
        let mut host = Host { pools, ..Host::default() };
        for step in moves {
            host.go(step)?;
        }
    }
}
