//! The caps on memory, which are kept differently by the distributions.

use serde::{Deserialize, Serialize};

use super::{Alias, ZoneConfig};
use crate::Flavour;

/// The `capped-memory` resource, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CappedMemory {
    /// Physical memory, which rcapd or the kernel limits.
    pub physical: Option<u64>,
    /// Swap, at least 50 MiB.
    pub swap: Option<u64>,
    /// Locked memory, at most `physical`.
    pub locked: Option<u64>,
}

impl ZoneConfig {
    /// The caps on memory, wherever the distribution keeps them; `None` without any.
    #[must_use]
    pub fn capped_memory(&self) -> Option<CappedMemory> {
        let caps = CappedMemory {
            physical: self
                .capped_memory_physical
                .or_else(|| self.alias(Alias::Physical)),
            swap: self.alias(Alias::Swap),
            locked: self.alias(Alias::Locked),
        };
        (caps != CappedMemory::default()).then_some(caps)
    }

    /// Sets the caps on memory where a distribution of this flavour ([`crate::flavour`]) keeps them; a cap that is `None` is removed.
    pub fn set_capped_memory(&mut self, caps: Option<CappedMemory>, flavour: Flavour) {
        let caps = caps.unwrap_or_default();
        let (resource, control) = match flavour {
            Flavour::Upstream => (caps.physical, None),
            Flavour::Extended => (None, caps.physical),
        };
        self.capped_memory_physical = resource;
        for (alias, bytes) in [
            (Alias::Physical, control),
            (Alias::Swap, caps.swap),
            (Alias::Locked, caps.locked),
        ] {
            if self.alias(alias) != bytes || bytes.is_none() {
                self.set_alias(alias, bytes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caps_are_read_as_they_were_set() {
        let caps = CappedMemory {
            physical: Some(1 << 30),
            swap: Some(2 << 30),
            locked: None,
        };
        for flavour in [Flavour::Upstream, Flavour::Extended] {
            let mut config = ZoneConfig::new("web01".parse().unwrap(), "/zones/web01", "ipkg");
            assert_eq!(config.capped_memory(), None);
            config.set_capped_memory(Some(caps), flavour);
            assert_eq!(config.capped_memory(), Some(caps));
            let control = config.alias(Alias::Physical);
            match flavour {
                Flavour::Upstream => assert_eq!(control, None),
                Flavour::Extended => assert_eq!(control, caps.physical),
            }
            assert_eq!(config.capped_memory_physical.is_some(), control.is_none());
            // Set for the other flavour it moves.
            config.set_capped_memory(Some(caps), Flavour::Upstream);
            assert_eq!(
                (config.alias(Alias::Physical), config.rctl.len()),
                (None, 1)
            );
            config.set_capped_memory(None, flavour);
            assert_eq!((config.capped_memory(), config.rctl.len()), (None, 0));
        }
    }
}
