//! Pools and addresses: pure interval arithmetic, no enumeration of a range, no host.
//!
//! A [`Book`] says who has which address, for the whole host. A [`Space`] is one pool seen against that book: what may be
//! given out, what is free, and why an address is not. [`Spaces`] are several pools that give out nothing twice. [`check`] and [`overlaps`] find what is wrong with pools.

mod allowed_address;
mod book;
mod held;
mod intervals;
mod pools;
mod space;
mod spaces;
mod vnic;

pub use allowed_address::{handed_over, joined_length};
pub use book::{Book, Holder, Taken};
pub use held::{Held, addresses_listed, held_by, is_about_addresses};
pub use pools::{Grade, Overlap, Problem, Subject, check, overlaps};
pub use space::{Allocation, Refused, Request, Space, Usage, Why, warn_above};
pub use spaces::Spaces;
pub use vnic::vnic_name;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// An address family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// Both, in the order in which addresses of a net are listed.
    pub const ALL: [Self; 2] = [Self::V4, Self::V6];

    /// The family of an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        if address.is_ipv4() {
            Self::V4
        } else {
            Self::V6
        }
    }

    /// The address at this number of the family's address space.
    fn address(self, number: u128) -> IpAddr {
        match self {
            // Numbers of this family come from 32-bit addresses, and intervals never leave their network.
            Self::V4 => IpAddr::V4(Ipv4Addr::from(u32::try_from(number).unwrap_or(u32::MAX))),
            Self::V6 => IpAddr::V6(Ipv6Addr::from(number)),
        }
    }
}

impl std::fmt::Display for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        })
    }
}

/// The address as a number of its family's address space.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// The first and last address of a network.
fn bounds(network: IpNet) -> (u128, u128) {
    (number(network.network()), number(network.broadcast()))
}

/// The network's own address, which no host can have. None in networks of one or two addresses (RFC 3021, RFC 6164).
#[must_use]
pub fn network_address(network: IpNet) -> Option<IpAddr> {
    (network.prefix_len() + 1 < network.max_prefix_len()).then(|| network.network())
}

/// The network's broadcast address; IPv6 has none, nor have IPv4 networks of one or two addresses.
#[must_use]
pub fn broadcast_address(network: IpNet) -> Option<IpAddr> {
    (network.prefix_len() < 31)
        .then(|| network.broadcast())
        .filter(IpAddr::is_ipv4)
}
