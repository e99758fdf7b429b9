//! Who has which address.

use std::net::IpAddr;

use compact_str::CompactString;
use illumos::zone::ZoneName;
use jiff::Timestamp;

use super::held::held_by;
use crate::documents::Kind;
use crate::documents::model::{Documents, Pool};

/// Who or what has an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A registered zone, whether it runs or not.
    Zone {
        /// The zone.
        zone: ZoneName,
        /// The net of the zone.
        net: CompactString,
        /// The pool that the registry entry names.
        pool: Option<CompactString>,
        /// The template of the zone.
        template: Option<CompactString>,
        /// When the zone was registered: RFC 3339, as written.
        since: Option<CompactString>,
    },
    /// The default router of a pool.
    Gateway {
        /// The pool.
        pool: String,
    },
    /// A zone sends through it: it is somebody's, on the host or outside.
    Router {
        /// The zone.
        zone: ZoneName,
        /// The link of the zone.
        link: CompactString,
    },
    /// Kept back by hand.
    Reserved {
        /// The pool that reserves it.
        pool: String,
        /// Why.
        reason: Option<String>,
        /// Since when, as written.
        since: Option<String>,
    },
    /// Something on the host uses it that is in no registry entry: `the global zone, on igb0`, `zone db01, on db0`.
    Host {
        /// Who, as a phrase.
        what: String,
        /// The zone that uses it, if it is one.
        zone: Option<String>,
    },
    /// Was released a short time ago.
    Quarantined {
        /// The zone that had it.
        zone: Option<String>,
        /// Until when it is not given to another zone.
        until: Timestamp,
    },
}

impl Holder {
    /// The smaller, the more it says about the address.
    fn weight(&self) -> u8 {
        match self {
            Self::Zone { .. } => 0,
            Self::Gateway { .. } => 1,
            Self::Reserved { .. } => 2,
            Self::Host { .. } => 3,
            Self::Router { .. } => 4,
            Self::Quarantined { .. } => 5,
        }
    }
}

/// An address and who has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The address.
    pub address: IpAddr,
    /// Who has it.
    pub holder: Holder,
}

/// Who has which address, for the whole host.
///
/// An address that is in it is given to nobody, from whichever pool: the host has one network, whatever pools say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    /// Sorted by address, then by how much the holder says.
    taken: Vec<Taken>,
}

impl Book {
    /// The book of all entries, in any order.
    #[must_use]
    pub fn new(mut taken: Vec<Taken>) -> Self {
        taken.sort_by_key(|taken| (taken.address, taken.holder.weight()));
        Self { taken }
    }

    /// What the documents say: addresses of registered zones, gateways and reservations of pools.
    ///
    /// `others` is what the host says, and what has been released lately.
    #[must_use]
    pub fn of(documents: &Documents, others: Vec<Taken>) -> Self {
        let mut taken = others;
        for entry in documents.zones.values() {
            for net in &entry.nets {
                taken.extend(held_by(net).into_iter().map(|address| Taken {
                    address,
                    holder: Holder::Zone {
                        zone: entry.name.clone(),
                        net: net.name.clone(),
                        pool: net.pool.clone(),
                        template: entry.template.clone(),
                        since: entry.created.clone().or_else(|| entry.imported.clone()),
                    },
                }));
            }
        }
        for pool in documents.pools.values() {
            taken.extend(of_pool(pool));
        }
        for kind in [Kind::Zone, Kind::Pool] {
            for (name, invalid) in documents.invalid(kind) {
                let networks = invalid.networks.iter().flatten();
                taken.extend(networks.map(|network| Taken {
                    address: network.addr(),
                    holder: Holder::Host {
                        what: format!("the invalid document of {} {name}", kind.word()),
                        zone: (kind == Kind::Zone).then(|| name.to_owned()),
                    },
                }));
            }
        }
        Self::new(taken)
    }

    /// Who has this address; who says most about it comes first.
    #[must_use]
    pub fn holders(&self, address: IpAddr) -> &[Taken] {
        self.between(address, address)
    }

    /// The entries from `first` to `last`.
    #[must_use]
    pub fn between(&self, first: IpAddr, last: IpAddr) -> &[Taken] {
        let start = self.taken.partition_point(|taken| taken.address < first);
        let end = self.taken.partition_point(|taken| taken.address <= last);
        self.taken.get(start..end).unwrap_or_default()
    }
}

/// What a pool itself says about addresses.
pub(super) fn of_pool(pool: &Pool) -> impl Iterator<Item = Taken> + '_ {
    let gateways = pool.networks.iter().filter_map(|network| network.gateway);
    let gateways = gateways.map(|address| Taken {
        address,
        holder: Holder::Gateway {
            pool: pool.name.clone(),
        },
    });
    let reserved = pool.reservations.iter().map(|reservation| Taken {
        address: reservation.address,
        holder: Holder::Reserved {
            pool: pool.name.clone(),
            reason: reservation.reason.clone(),
            since: reservation.since.clone(),
        },
    });
    gateways.chain(reserved)
}
