//! One pool seen against the book: what may be given out, what is free, and why an address is not.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::book::{Book, Holder, Taken};
use super::intervals::{FreeSet, Intervals};
use super::{Family, bounds, broadcast_address, network_address, number};
use crate::documents::model::{Choose, Pool, PoolNetwork};

mod answer;
mod usage;

pub use answer::{Allocation, Refused, Request, Why};
pub use usage::{Usage, warn_above};

/// The part of a pool in one family.
#[derive(Debug, Clone)]
struct Part {
    family: Family,
    /// What the pool gives out: ranges and lists, without what is never given out.
    allocatable: Intervals,
    free: FreeSet,
    /// The highest address of it that a registered zone has.
    highest: Option<u128>,
    /// What each zone released lately and nothing else holds.
    quarantined: BTreeMap<String, Vec<u128>>,
}

/// A pool seen against the book of addresses.
#[derive(Debug, Clone)]
pub struct Space<'a> {
    pool: &'a Pool,
    book: &'a Book,
    parts: Vec<Part>,
    /// Given out since, and to which zone.
    given: BTreeMap<IpAddr, String>,
}

/// What the networks give out, without looking at who has it.
pub(super) fn allocatable(networks: &[PoolNetwork], family: Family) -> Intervals {
    let mut give = Vec::new();
    let mut never = Vec::new();
    for network in networks
        .iter()
        .filter(|network| Family::of(network.network.addr()) == family)
    {
        let (first, last) = bounds(network.network);
        let inside = |(start, end): &(IpAddr, IpAddr)| {
            let same = Family::of(*start) == family && Family::of(*end) == family;
            same.then(|| (number(*start).max(first), number(*end).min(last)))
        };
        if network.ranges.is_empty() && network.addresses.is_empty() {
            give.push((first, last));
        }
        give.extend(network.ranges.iter().filter_map(inside));
        give.extend(
            network
                .addresses
                .iter()
                .filter_map(|address| inside(&(*address, *address))),
        );
        never.extend(network.exclude.iter().filter_map(inside));
        let alone = [
            network_address(network.network),
            broadcast_address(network.network),
            network.gateway,
        ];
        never.extend(
            alone
                .into_iter()
                .flatten()
                .map(|address| (number(address), number(address))),
        );
    }
    Intervals::new(give).without(&Intervals::new(never))
}

impl<'a> Space<'a> {
    /// The pool against the book.
    #[must_use]
    pub fn new(pool: &'a Pool, book: &'a Book) -> Self {
        let mut parts = Vec::new();
        for family in Family::ALL {
            if !pool
                .networks
                .iter()
                .any(|network| Family::of(network.network.addr()) == family)
            {
                continue;
            }
            let allocatable = allocatable(&pool.networks, family);
            let mut taken = Vec::new();
            let mut highest = None;
            let mut quarantined: BTreeMap<String, Vec<u128>> = BTreeMap::new();
            for &(start, end) in allocatable.ranges() {
                for entry in book.between(family.address(start), family.address(end)) {
                    let number = number(entry.address);
                    taken.push((number, number));
                    match &entry.holder {
                        Holder::Zone { .. } => highest = highest.max(Some(number)),
                        Holder::Quarantined {
                            zone: Some(zone), ..
                        } if book.holders(entry.address).len() == 1 => {
                            quarantined.entry(zone.clone()).or_default().push(number);
                        }
                        _ => {}
                    }
                }
            }
            let free = allocatable.without(&Intervals::new(taken)).into();
            parts.push(Part {
                family,
                allocatable,
                free,
                highest,
                quarantined,
            });
        }
        Self {
            pool,
            book,
            parts,
            given: BTreeMap::new(),
        }
    }

    /// Gives the zone one address of each family that the pool has. `requests` says which: each of a family gives one.
    ///
    /// # Errors
    /// If a request cannot be met or a family has no free address; nothing is given out then.
    pub fn allocate(
        &mut self,
        zone: &str,
        requests: &[Request],
    ) -> Result<Vec<Allocation>, Refused> {
        if self.parts.is_empty() {
            return Err(Refused::Empty);
        }
        for request in requests {
            let (Request::Address(address) | Request::Range(address, _)) = *request;
            if !self
                .parts
                .iter()
                .any(|part| part.family == request.family())
            {
                return Err(Refused::Unavailable {
                    address,
                    why: Box::new(Why::Outside),
                });
            }
        }
        let mut chosen = Vec::new();
        for index in 0..self.parts.len() {
            let family = self.parts[index].family;
            let mut wanted: Vec<Option<Request>> = requests
                .iter()
                .copied()
                .filter(|request| request.family() == family)
                .map(Some)
                .collect();
            if wanted.is_empty() {
                wanted.push(None);
            }
            self.reclaim(index, zone);
            let given = self.give(index, zone, &wanted, &mut chosen);
            self.keep_back(index, zone);
            if let Err(refused) = given {
                for (_, address) in chosen {
                    self.release(address);
                }
                return Err(refused);
            }
        }
        let mut allocations = Vec::new();
        for (index, address) in chosen {
            let part = &mut self.parts[index];
            part.highest = part.highest.max(Some(number(address)));
            let network = self.network_of(address);
            let prefix_len = network.map_or(if address.is_ipv4() { 32 } else { 128 }, |network| {
                network.network.prefix_len()
            });
            allocations.push(Allocation {
                address: IpNet::new(address, prefix_len).unwrap_or_else(|_| address.into()),
                gateway: network.and_then(|network| network.gateway),
            });
        }
        Ok(allocations)
    }

    /// Gives out an address for each of the requests, and notes them.
    fn give(
        &mut self,
        index: usize,
        zone: &str,
        wanted: &[Option<Request>],
        chosen: &mut Vec<(usize, IpAddr)>,
    ) -> Result<(), Refused> {
        for request in wanted {
            let number = self.choose(index, zone, *request)?;
            let part = &mut self.parts[index];
            part.free.take(number);
            let address = part.family.address(number);
            self.given.insert(address, zone.to_owned());
            chosen.push((index, address));
        }
        Ok(())
    }

    /// Puts an address that [`allocate`](Self::allocate) gave out back.
    pub fn release(&mut self, address: IpAddr) {
        if self.given.remove(&address).is_none() {
            return;
        }
        let quarantined = self.quarantined_by(address).map(str::to_owned);
        let of_family = |part: &&mut Part| part.family == Family::of(address);
        let Some(part) = self.parts.iter_mut().find(of_family) else {
            return;
        };
        let number = number(address);
        if let Some(zone) = quarantined {
            part.quarantined.entry(zone).or_default().push(number);
        } else if self.book.holders(address).is_empty() {
            part.free.put(number);
        }
    }

    /// Whether a zone that asks for this address by name can have it, to be the router that others send through: they do, and nobody on this
    /// host has it.
    fn may_route(&self, part: &Part, address: IpAddr) -> bool {
        let routes =
            |taken: &Taken| matches!(taken.holder, Holder::Gateway { .. } | Holder::Router { .. });
        let holders = self.book.holders(address);
        let mut networks = self.pool.networks.iter();
        let own = networks
            .any(|network| network.gateway == Some(address) && network.network.contains(&address));
        let never = self.pool.networks.iter().any(|network| {
            network_address(network.network) == Some(address)
                || broadcast_address(network.network) == Some(address)
        });
        (own || part.allocatable.contains(number(address)))
            && !never
            && !holders.is_empty()
            && holders.iter().all(routes)
            && !self.given.contains_key(&address)
    }

    /// The zone that released the address lately, if nothing else holds it.
    fn quarantined_by(&self, address: IpAddr) -> Option<&'a str> {
        match self.book.holders(address) {
            [
                Taken {
                    holder:
                        Holder::Quarantined {
                            zone: Some(zone), ..
                        },
                    ..
                },
            ] => Some(zone),
            _ => None,
        }
    }

    /// Notes that another pool has given the address to this zone.
    pub(super) fn occupy(&mut self, address: IpAddr, zone: &str) {
        let number = number(address);
        let had = self.quarantined_by(address);
        let of_family = |part: &&mut Part| part.family == Family::of(address);
        let Some(part) = self.parts.iter_mut().find(of_family) else {
            return;
        };
        if !part.allocatable.contains(number) {
            return;
        }
        part.highest = part.highest.max(Some(number));
        let mut quarantined = false;
        if let Some(numbers) = had.and_then(|had| part.quarantined.get_mut(had)) {
            let before = numbers.len();
            numbers.retain(|other| *other != number);
            quarantined = numbers.len() < before;
        }
        if part.free.take(number) || quarantined {
            self.given.insert(address, zone.to_owned());
        }
    }

    /// What this zone released lately is free to it: quarantine keeps addresses from others only.
    fn reclaim(&mut self, index: usize, zone: &str) {
        let part = &mut self.parts[index];
        for number in part.quarantined.get(zone).into_iter().flatten() {
            part.free.put(*number);
        }
    }

    /// What was reclaimed and not given is kept from the zones that come after this one.
    fn keep_back(&mut self, index: usize, zone: &str) {
        let part = &mut self.parts[index];
        if let Some(numbers) = part.quarantined.get_mut(zone) {
            numbers.retain(|number| part.free.take(*number));
        }
    }

    fn choose(&self, index: usize, zone: &str, request: Option<Request>) -> Result<u128, Refused> {
        let part = &self.parts[index];
        let (low, high) = match request {
            None => (0, u128::MAX),
            Some(Request::Address(address)) => {
                let number = number(address);
                if part.free.contains(number) || self.may_route(part, address) {
                    return Ok(number);
                }
                return Err(Refused::Unavailable {
                    address,
                    why: Box::new(self.why(address)),
                });
            }
            Some(Request::Range(first, last)) => {
                if first > last || Family::of(first) != Family::of(last) {
                    return Err(Refused::NotARange { first, last });
                }
                (number(first), number(last))
            }
        };
        let free = &part.free;
        let chosen = match self.pool.choose {
            Choose::Lowest => free.lowest(low, high),
            Choose::Highest => free.highest(low, high),
            Choose::Next => {
                // The highest in use may lie outside the range that was asked for.
                let after = part
                    .highest
                    .and_then(|highest| highest.checked_add(1))
                    .map_or(low, |next| next.max(low));
                free.lowest(after, high).or_else(|| free.lowest(low, high))
            }
            Choose::Hash => {
                let before = part.allocatable.rank(low);
                let inside = match high.checked_add(1) {
                    Some(end) => part.allocatable.rank(end) - before,
                    None => part.allocatable.count() - before,
                };
                let rank = hash(zone).checked_rem(inside).map(|rank| before + rank);
                let start = rank
                    .and_then(|rank| part.allocatable.at(rank))
                    .unwrap_or(low);
                free.lowest(start, high).or_else(|| free.lowest(low, high))
            }
        };
        chosen.ok_or(match request {
            Some(Request::Range(first, last)) => Refused::RangeExhausted { first, last },
            _ => Refused::Exhausted {
                family: part.family,
                total: part.allocatable.count(),
            },
        })
    }

    /// The network of the pool that the address is in.
    #[must_use]
    pub fn network_of(&self, address: IpAddr) -> Option<&'a PoolNetwork> {
        self.pool
            .networks
            .iter()
            .find(|network| network.network.contains(&address))
    }

    /// Who has the address, or why it is never given out.
    #[must_use]
    pub fn why(&self, address: IpAddr) -> Why {
        if let Some(zone) = self.given.get(&address) {
            return Why::Given(zone.clone());
        }
        let held = self.book.holders(address).first();
        // The pool's own gateway is told as such; anybody else's is a holder like others.
        if let Some(taken) = held.filter(|taken| !self.is_own_gateway(taken)) {
            return Why::Held(taken.holder.clone());
        }
        let Some(network) = self.network_of(address) else {
            return Why::Outside;
        };
        if network.gateway == Some(address) {
            return Why::Gateway(network.network);
        }
        if network_address(network.network) == Some(address) {
            return Why::NetworkAddress(network.network);
        }
        if broadcast_address(network.network) == Some(address) {
            return Why::BroadcastAddress(network.network);
        }
        // An exclusion of any network of the pool counts, as it does when addresses are given out.
        let excluded = self
            .pool
            .networks
            .iter()
            .flat_map(|network| &network.exclude);
        if let Some((first, last)) = excluded
            .into_iter()
            .find(|(first, last)| (first..=last).contains(&&address))
        {
            return Why::Excluded(*first, *last);
        }
        let part = self
            .parts
            .iter()
            .find(|part| part.family == Family::of(address));
        if part.is_some_and(|part| part.allocatable.contains(number(address))) {
            Why::Free
        } else {
            Why::NotGivenOut(network.network)
        }
    }

    fn is_own_gateway(&self, taken: &Taken) -> bool {
        matches!(&taken.holder, Holder::Gateway { pool } if *pool == self.pool.name)
    }

    /// How much of the pool is used.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.parts
            .iter()
            .map(|part| self.usage_of(part))
            .fold(Usage::default(), Usage::add)
    }

    fn usage_of(&self, part: &Part) -> Usage {
        let mut usage = Usage {
            total: part.allocatable.count(),
            free: part.free.count(),
            ..Usage::default()
        };
        for &(start, end) in part.allocatable.ranges() {
            let entries = self
                .book
                .between(part.family.address(start), part.family.address(end));
            let mut last = None;
            for entry in entries {
                // The first entry of an address says most about it.
                if last == Some(entry.address) || self.given.contains_key(&entry.address) {
                    continue;
                }
                last = Some(entry.address);
                match entry.holder {
                    Holder::Zone { .. }
                    | Holder::Host { .. }
                    | Holder::Gateway { .. }
                    | Holder::Router { .. } => {
                        usage.used += 1;
                    }
                    Holder::Reserved { .. } => usage.reserved += 1,
                    Holder::Quarantined { .. } => usage.quarantined += 1,
                }
            }
        }
        usage.used += self
            .given
            .keys()
            .filter(|given| Family::of(**given) == part.family)
            .count() as u128;
        usage
    }

    /// How much of the pool is used, of each family that it has.
    #[must_use]
    pub fn usage_by_family(&self) -> Vec<(Family, Usage)> {
        let parts = self.parts.iter();
        parts
            .map(|part| (part.family, self.usage_of(part)))
            .collect()
    }

    /// How full the pool is in percent: as full as the family that is fuller, because a zone gets an address of each.
    #[must_use]
    pub fn percent(&self) -> u8 {
        let parts = self.parts.iter();
        let percents = parts.filter(|part| !part.allocatable.is_empty());
        percents
            .map(|part| Self::fullness(part).percent())
            .max()
            .unwrap_or(100)
    }

    /// That the pool is nearly full in one of its families, if it is.
    #[must_use]
    pub fn nearly_full(&self) -> Option<String> {
        let mut parts = self.parts.iter();
        parts.find_map(|part| Self::fullness(part).nearly_full(self.pool, part.family))
    }

    /// How full a part is, counted without looking at who has what: `used` is everything that is not free.
    fn fullness(part: &Part) -> Usage {
        Usage {
            used: part.allocatable.count() - part.free.count(),
            free: part.free.count(),
            total: part.allocatable.count(),
            ..Usage::default()
        }
    }

    /// The free addresses as ranges, in order, IPv4 first.
    pub fn free(&self) -> impl Iterator<Item = (IpAddr, IpAddr)> + '_ {
        self.parts.iter().flat_map(|part| {
            part.free
                .ranges()
                .map(|(start, end)| (part.family.address(start), part.family.address(end)))
        })
    }

    /// What the book says about addresses of the pool's networks, in order.
    pub fn entries(&self) -> impl Iterator<Item = &'a Taken> + '_ {
        // Sorted because networks may be written in any order, and once each because they may overlap.
        let mut networks: Vec<IpNet> = self
            .pool
            .networks
            .iter()
            .map(|network| network.network)
            .collect();
        networks = IpNet::aggregate(&networks);
        networks.sort_by_key(IpNet::network);
        networks
            .into_iter()
            .flat_map(|network| self.book.between(network.network(), network.broadcast()))
    }
}

/// FNV-1a, 128 bits: the same in every release, so that a zone made again gets the same address.
fn hash(text: &str) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    text.bytes().fold(OFFSET, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(PRIME)
    })
}

#[cfg(test)]
mod histories;
#[cfg(test)]
pub(super) mod tests;
