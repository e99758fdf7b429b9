//! What a pool's addresses are used for.

use crate::documents::model::Pool;

/// Above how much of it, in percent, a pool is nearly full.
#[must_use]
pub fn warn_above(pool: &Pool) -> u8 {
    pool.warn.unwrap_or(90)
}

/// How many addresses a pool gives out, and what they are used for. Each address is counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Usage {
    /// Held by zones, or by something else on the host.
    pub used: u128,
    /// Free.
    pub free: u128,
    /// Kept back by hand.
    pub reserved: u128,
    /// Released lately.
    pub quarantined: u128,
    /// All of these.
    pub total: u128,
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

    /// That the pool is fuller than its document has it, or 90 percent, if it is.
    #[must_use]
    pub fn nearly_full(&self, pool: &Pool) -> Option<String> {
        let percent = self.percent();
        (self.total > 0 && percent > warn_above(pool)).then(|| {
            format!(
                "pool {:?} is {percent}% full: {} of {} addresses are free",
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
