//! What is wrong with pools.

use crate::failure::Code;
use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::intervals::Intervals;
use super::space::allocatable;
use super::{Family, broadcast_address, network_address, number};
use crate::documents::model::{Pool, PoolNetwork};

/// How grave a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// The pool works, though maybe not as meant.
    Warning,
    /// The pool cannot be used as it is written.
    Error,
}

/// Which part of a pool a problem is about, so that its place in the document can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The pool as a whole.
    Pool,
    /// The n-th network, from 0.
    Network(usize),
    /// The gateway of the n-th network.
    Gateway(usize),
    /// The m-th range of the n-th network.
    Range(usize, usize),
    /// The m-th listed address of the n-th network.
    Address(usize, usize),
    /// The m-th excluded range of the n-th network.
    Exclude(usize, usize),
    /// The n-th reservation.
    Reservation(usize),
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// There is no network.
    #[error("it has no network")]
    NoNetwork,
    /// Nothing can be given out.
    #[error("it has no addresses for zones")]
    Empty,
    /// No host can have addresses of this network.
    #[error("{0} is not a network that hosts can have addresses in")]
    Unusable(IpNet),
    /// Two networks share addresses.
    #[error("network {0} and network {1} share addresses")]
    Networks(IpNet, IpNet),
    /// The gateway is not in the network.
    #[error("gateway {0} is not in network {1}")]
    GatewayOutside(IpAddr, IpNet),
    /// The gateway is an address that no host can have.
    #[error("gateway {0} is the network or broadcast address of {1}")]
    GatewayUnusable(IpAddr, IpNet),
    /// The gateway is in what is given out.
    #[error("gateway {0} is one of the addresses for zones")]
    GatewayGivenOut(IpAddr),
    /// A range ends before it begins.
    #[error("the range from {0} to {1} ends before it begins")]
    Reversed(IpAddr, IpAddr),
    /// A range begins in one family and ends in the other.
    #[error("{0} and {1} are not of the same address family")]
    Mixed(IpAddr, IpAddr),
    /// A range is not inside the network.
    #[error("{0} to {1} is not inside network {2}")]
    RangeOutside(IpAddr, IpAddr, IpNet),
    /// A listed address is not in the network.
    #[error("{0} is not in network {1}")]
    AddressOutside(IpAddr, IpNet),
    /// A listed address is never given out.
    #[error("{0} is the network or broadcast address of {1} and cannot be assigned")]
    NeverGivenOut(IpAddr, IpNet),
    /// An address is listed twice, or is in a range as well.
    #[error("{0} is listed more than once")]
    Duplicate(IpAddr),
    /// Two ranges share addresses.
    #[error("the range from {0} to {1} overlaps another one")]
    RangesOverlap(IpAddr, IpAddr),
    /// A reservation for an address of no network.
    #[error("{0} is reserved but outside the networks of the pool")]
    ReservationOutside(IpAddr),
}

/// Something wrong with a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How grave it is.
    pub grade: Grade,
    /// Which part it is about.
    pub subject: Subject,
    /// What it is.
    pub kind: ProblemKind,
}

impl Problem {
    /// Stable code for programs.
    #[must_use]
    pub fn code(&self) -> Code {
        match self.kind {
            ProblemKind::NoNetwork => Code::PoolNoNetwork,
            ProblemKind::Empty => Code::PoolEmpty,
            ProblemKind::Unusable(_) => Code::PoolNetworkUnusable,
            ProblemKind::Networks(..) => Code::PoolNetworksOverlap,
            ProblemKind::GatewayOutside(..) => Code::PoolGatewayOutside,
            ProblemKind::GatewayUnusable(..) => Code::PoolGatewayUnusable,
            ProblemKind::GatewayGivenOut(_) => Code::PoolGatewayGivenOut,
            ProblemKind::Reversed(..) => Code::PoolRangeReversed,
            ProblemKind::Mixed(..) => Code::PoolRangeMixed,
            ProblemKind::RangeOutside(..) => Code::PoolRangeOutside,
            ProblemKind::AddressOutside(..) => Code::PoolAddressOutside,
            ProblemKind::NeverGivenOut(..) => Code::PoolAddressUnusable,
            ProblemKind::Duplicate(_) => Code::PoolAddressTwice,
            ProblemKind::RangesOverlap(..) => Code::PoolRangesOverlap,
            ProblemKind::ReservationOutside(_) => Code::PoolReservationOutside,
        }
    }

    /// What to write instead.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let between = |network: &IpNet| format!("{} to {}", network.network(), network.broadcast());
        Some(match &self.kind {
            ProblemKind::NoNetwork => "add a network, such as network \"10.0.0.0/24\"".to_owned(),
            ProblemKind::Empty => "widen its ranges, list addresses, or exclude less".to_owned(),
            ProblemKind::Unusable(_) => "use a unicast network that is not for loopback".to_owned(),
            ProblemKind::Networks(..) => "keep one of them, or make them smaller".to_owned(),
            ProblemKind::GatewayOutside(_, network)
            | ProblemKind::RangeOutside(_, _, network)
            | ProblemKind::AddressOutside(_, network) => {
                format!("the network has the addresses {}", between(network))
            }
            ProblemKind::GatewayUnusable(_, network) => match network {
                IpNet::V4(network) => format!(
                    "use an address from {} to {}",
                    std::net::Ipv4Addr::from(u32::from(network.network()).saturating_add(1)),
                    std::net::Ipv4Addr::from(u32::from(network.broadcast()).saturating_sub(1)),
                ),
                IpNet::V6(_) => format!("use another address of {network}"),
            },
            ProblemKind::GatewayGivenOut(_) => {
                "zones never get it; start the range after it to make this clear".to_owned()
            }
            ProblemKind::Reversed(first, last) => format!("write the range from {last} to {first}"),
            ProblemKind::Mixed(..) => "a range begins and ends in the same network".to_owned(),
            ProblemKind::NeverGivenOut(..) | ProblemKind::Duplicate(_) => {
                "remove it from the list".to_owned()
            }
            ProblemKind::RangesOverlap(..) => {
                "no address is assigned twice, but join the ranges".to_owned()
            }
            ProblemKind::ReservationOutside(_) => return None,
        })
    }
}

/// Everything that is wrong with the pool, in the order of the document.
#[must_use]
pub fn check(pool: &Pool) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut push = |grade, subject, kind| {
        problems.push(Problem {
            grade,
            subject,
            kind,
        });
    };
    if pool.networks.is_empty() {
        push(Grade::Error, Subject::Pool, ProblemKind::NoNetwork);
    }
    for (index, network) in pool.networks.iter().enumerate() {
        check_network(index, network, &mut push);
        for earlier in &pool.networks[..index] {
            if earlier.network.contains(&network.network)
                || network.network.contains(&earlier.network)
            {
                let kind = ProblemKind::Networks(earlier.network, network.network);
                push(Grade::Error, Subject::Network(index), kind);
            }
        }
    }
    for (index, reservation) in pool.reservations.iter().enumerate() {
        let address = reservation.address;
        if !pool
            .networks
            .iter()
            .any(|network| network.network.contains(&address))
        {
            push(
                Grade::Warning,
                Subject::Reservation(index),
                ProblemKind::ReservationOutside(address),
            );
        }
        if pool.reservations[..index]
            .iter()
            .any(|earlier| earlier.address == address)
        {
            push(
                Grade::Warning,
                Subject::Reservation(index),
                ProblemKind::Duplicate(address),
            );
        }
    }
    // With an error the reason is known already.
    let empty = Family::ALL
        .iter()
        .all(|family| allocatable(&pool.networks, *family).is_empty());
    if empty
        && problems
            .iter()
            .all(|problem| problem.grade == Grade::Warning)
    {
        problems.push(Problem {
            grade: Grade::Error,
            subject: Subject::Pool,
            kind: ProblemKind::Empty,
        });
    }
    problems
}

fn check_network(
    index: usize,
    pool: &PoolNetwork,
    push: &mut impl FnMut(Grade, Subject, ProblemKind),
) {
    let network = pool.network;
    let first = network.network();
    let unusable = first.is_loopback()
        || first.is_multicast()
        || (first.is_unspecified() && network.prefix_len() > 0);
    if unusable {
        push(
            Grade::Error,
            Subject::Network(index),
            ProblemKind::Unusable(network),
        );
    }
    let never = |address: IpAddr| {
        network_address(network) == Some(address) || broadcast_address(network) == Some(address)
    };
    if let Some(gateway) = pool.gateway {
        let subject = Subject::Gateway(index);
        if !network.contains(&gateway) {
            push(
                Grade::Error,
                subject,
                ProblemKind::GatewayOutside(gateway, network),
            );
        } else if never(gateway) {
            push(
                Grade::Error,
                subject,
                ProblemKind::GatewayUnusable(gateway, network),
            );
        } else if pool.addresses.contains(&gateway)
            || pool
                .ranges
                .iter()
                .any(|(start, end)| (start..=end).contains(&&gateway))
        {
            push(
                Grade::Warning,
                subject,
                ProblemKind::GatewayGivenOut(gateway),
            );
        }
    }
    let ranges = pool
        .ranges
        .iter()
        .enumerate()
        .map(|(at, range)| (Subject::Range(index, at), range));
    let excluded = pool
        .exclude
        .iter()
        .enumerate()
        .map(|(at, range)| (Subject::Exclude(index, at), range));
    for (subject, &(start, end)) in ranges.chain(excluded) {
        let outside = if matches!(subject, Subject::Range(..)) {
            Grade::Error
        } else {
            Grade::Warning
        };
        if Family::of(start) != Family::of(end) {
            push(Grade::Error, subject, ProblemKind::Mixed(start, end));
        } else if start > end {
            push(Grade::Error, subject, ProblemKind::Reversed(start, end));
        } else if !network.contains(&start) || !network.contains(&end) {
            push(
                outside,
                subject,
                ProblemKind::RangeOutside(start, end, network),
            );
        }
    }
    let mut covered = Covered::default();
    for (at, &(start, end)) in pool.ranges.iter().enumerate() {
        if Family::of(start) == Family::of(end)
            && start <= end
            && !covered.add(number(start), number(end))
        {
            push(
                Grade::Warning,
                Subject::Range(index, at),
                ProblemKind::RangesOverlap(start, end),
            );
        }
    }
    for (at, &address) in pool.addresses.iter().enumerate() {
        let subject = Subject::Address(index, at);
        if !network.contains(&address) {
            push(
                Grade::Error,
                subject,
                ProblemKind::AddressOutside(address, network),
            );
        } else if never(address) {
            push(
                Grade::Warning,
                subject,
                ProblemKind::NeverGivenOut(address, network),
            );
        } else if !covered.add(number(address), number(address)) {
            push(Grade::Warning, subject, ProblemKind::Duplicate(address));
        }
    }
}

/// What has been seen so far, as disjoint intervals: end by start.
#[derive(Debug, Default)]
struct Covered(BTreeMap<u128, u128>);

impl Covered {
    /// Adds an interval; false if something of it was there.
    fn add(&mut self, start: u128, end: u128) -> bool {
        let overlaps = self
            .0
            .range(..=end)
            .next_back()
            .is_some_and(|(_, last)| *last >= start);
        if !overlaps {
            self.0.insert(start, end);
        }
        !overlaps
    }
}

/// Two pools give out the same addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap<'a> {
    /// One of the pools.
    pub pool: &'a str,
    /// The other.
    pub other: &'a str,
    /// The first address that both give out.
    pub first: IpAddr,
    /// The end of the range that begins there.
    pub last: IpAddr,
}

impl std::fmt::Display for Overlap<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "pools {:?} and {:?} both give out ",
            self.pool, self.other
        )?;
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{} to {}", self.first, self.last)
        }
    }
}

/// Every pair of pools that give out the same addresses, with the first range that they share.
#[must_use]
pub fn overlaps<'a>(pools: impl IntoIterator<Item = &'a Pool>) -> Vec<Overlap<'a>> {
    let pools: Vec<&Pool> = pools.into_iter().collect();
    let mut found: BTreeMap<(usize, usize), (IpAddr, IpAddr)> = BTreeMap::new();
    for family in Family::ALL {
        let mut ranges: Vec<(u128, u128, usize)> = Vec::new();
        for (index, pool) in pools.iter().enumerate() {
            let given: Intervals = allocatable(&pool.networks, family);
            ranges.extend(
                given
                    .ranges()
                    .iter()
                    .map(|&(start, end)| (start, end, index)),
            );
        }
        ranges.sort_unstable();
        // Ranges that began and may not have ended, in no order.
        let mut open: Vec<(u128, usize)> = Vec::new();
        for (start, end, index) in ranges {
            open.retain(|(open_end, _)| *open_end >= start);
            for &(open_end, other) in &open {
                // Of one pool they are disjoint, so the other one is another pool.
                let pair = (index.min(other), index.max(other));
                found
                    .entry(pair)
                    .or_insert((family.address(start), family.address(end.min(open_end))));
            }
            open.push((end, index));
        }
    }
    let overlap = |((one, other), (first, last)): ((usize, usize), (IpAddr, IpAddr))| Overlap {
        pool: &pools[one].name,
        other: &pools[other].name,
        first,
        last,
    };
    found.into_iter().map(overlap).collect()
}

#[cfg(test)]
mod tests;
