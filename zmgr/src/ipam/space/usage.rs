//! What a pool's addresses are used for.

use crate::documents::model::Pool;
use crate::ipam::Family;

/// Above how much of it, in percent, a pool is nearly full.
#[must_use]
pub fn warn_above(pool: &Pool) -> u8 {
    pool.warn.unwrap_or(90)
}

/// How many addresses a pool gives out, and what they are used for. Each address is counted once.
///
/// As JSON a number that is greater than 2^53 is a string: many readers would round it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Usage {
    /// Held by zones, or by something else on the host.
    #[serde(serialize_with = "number")]
    pub used: u128,
    /// Free.
    #[serde(serialize_with = "number")]
    pub free: u128,
    /// Kept back by hand.
    #[serde(serialize_with = "number")]
    pub reserved: u128,
    /// Released a short time ago.
    #[serde(serialize_with = "number")]
    pub quarantined: u128,
    /// All of these.
    #[serde(serialize_with = "number")]
    pub total: u128,
}

fn number<S: serde::Serializer>(number: &u128, serializer: S) -> Result<S::Ok, S::Error> {
    const EXACT: u64 = 1 << 53;
    match u64::try_from(*number) {
        Ok(number) if number <= EXACT => serializer.serialize_u64(number),
        _ => serializer.collect_str(number),
    }
}

impl Usage {
    /// How much is not free, in percent, rounded down; 100 only if nothing is free.
    #[must_use]
    pub fn percent(&self) -> u8 {
        let taken = self.total - self.free;
        let percent = match taken.checked_mul(100) {
            Some(hundredfold) => hundredfold.checked_div(self.total).unwrap_or(100),
            None => taken / (self.total / 100),
        };
        u8::try_from(percent).unwrap_or(100).min(100)
    }

    /// That the part of the pool in this family is fuller than its document has it, or 90 percent, if it is.
    pub(super) fn nearly_full(&self, pool: &Pool, family: Family) -> Option<String> {
        let percent = self.percent();
        let both = Family::ALL.into_iter().all(|family| {
            let mut networks = pool.networks.iter();
            networks.any(|network| Family::of(network.network.addr()) == family)
        });
        let of = if both {
            format!("{family} addresses")
        } else {
            "addresses".to_owned()
        };
        (self.total > 0 && percent > warn_above(pool)).then(|| {
            format!(
                "pool {:?} is {percent}% full: {} of {} {of} are free",
                pool.name, self.free, self.total
            )
        })
    }

    pub(super) fn add(self, other: Self) -> Self {
        Self {
            used: self.used.saturating_add(other.used),
            free: self.free.saturating_add(other.free),
            reserved: self.reserved.saturating_add(other.reserved),
            quarantined: self.quarantined.saturating_add(other.quarantined),
            total: self.total.saturating_add(other.total),
        }
    }
}
