//! What is asked of a pool, and what it answers.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;

use crate::ipam::{Family, Holder};

/// What is asked of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// This address.
    Address(IpAddr),
    /// Any address from the first to the last.
    Range(IpAddr, IpAddr),
}

impl Request {
    pub(super) fn family(self) -> Family {
        match self {
            Self::Address(address) | Self::Range(address, _) => Family::of(address),
        }
    }
}

/// An address that was given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocation {
    /// The address with the prefix length of its network.
    pub address: IpNet,
    /// The default router of its network.
    pub gateway: Option<IpAddr>,
}

/// Why a pool gives no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The pool has networks of this family, and every address of them is taken.
    #[error("it has no free {family} address ({total} of {total} in use)")]
    Exhausted {
        /// The family.
        family: Family,
        /// How many addresses it gives out in all.
        total: u128,
    },
    /// Every address of the range that was asked for is taken, or may not be given out.
    #[error("no address from {first} to {last} is free")]
    RangeExhausted {
        /// The first of the range.
        first: IpAddr,
        /// The last of the range.
        last: IpAddr,
    },
    /// The range ends before it begins, or in another family.
    #[error("{first} to {last} is not a range")]
    NotARange {
        /// What was given as the first.
        first: IpAddr,
        /// What was given as the last.
        last: IpAddr,
    },
    /// The address that was asked for is not free.
    #[error("{address} {why}")]
    Unavailable {
        /// The address.
        address: IpAddr,
        /// Why not.
        why: Box<Why>,
    },
    /// The pool has no network.
    #[error("it has no network")]
    Empty,
}

/// Who has an address, or why it is never given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It is free.
    Free,
    /// Somebody has it.
    Held(Holder),
    /// It was given to this zone by the operation that asks.
    Given(String),
    /// It is in none of the pool's networks.
    Outside,
    /// It is the address of the network itself.
    NetworkAddress(IpNet),
    /// It is the broadcast address of the network.
    BroadcastAddress(IpNet),
    /// It is the pool's own default router.
    Gateway(IpNet),
    /// It lies in this excluded range.
    Excluded(IpAddr, IpAddr),
    /// It is in the network, but not among the addresses that the pool gives out.
    NotGivenOut(IpNet),
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Free => write!(f, "is free"),
            Self::Given(zone) => write!(f, "has just been given to zone {zone}"),
            Self::Outside => write!(f, "is outside the networks of the pool"),
            Self::NetworkAddress(network) => {
                write!(f, "is the address of the network {network} itself")
            }
            Self::BroadcastAddress(network) => write!(f, "is the broadcast address of {network}"),
            Self::Gateway(network) => write!(f, "is the gateway of {network}"),
            Self::Excluded(first, last) if first == last => write!(f, "is excluded"),
            Self::Excluded(first, last) => {
                write!(f, "is excluded with the range {first} to {last}")
            }
            Self::NotGivenOut(network) => {
                write!(f, "is in {network}, but the pool does not assign it")
            }
            Self::Held(holder) => match holder {
                Holder::Zone { zone, net, .. } => write!(f, "belongs to zone {zone}, net {net}"),
                Holder::Gateway { pool } => write!(f, "is the gateway of pool {pool}"),
                Holder::Router { zone, .. } => write!(f, "is the default router of zone {zone}"),
                Holder::Reserved {
                    pool,
                    reason,
                    since,
                } => {
                    write!(f, "is reserved in pool {pool}")?;
                    if let Some(since) = since {
                        write!(f, " since {since}")?;
                    }
                    if let Some(reason) = reason {
                        write!(f, ": {reason}")?;
                    }
                    Ok(())
                }
                Holder::Host { what, .. } => write!(f, "is in use by {what}"),
                Holder::Quarantined {
                    zone: Some(zone),
                    until,
                } => {
                    let until = seconds(*until);
                    write!(
                        f,
                        "was released by zone {zone} and is in quarantine until {until}"
                    )
                }
                Holder::Quarantined { zone: None, until } => {
                    let until = seconds(*until);
                    write!(
                        f,
                        "was released recently and is in quarantine until {until}"
                    )
                }
            },
        }
    }
}

/// A time in whole seconds, as the registry has times.
fn seconds(time: Timestamp) -> impl std::fmt::Display {
    time.strftime("%Y-%m-%dT%H:%M:%SZ")
}
