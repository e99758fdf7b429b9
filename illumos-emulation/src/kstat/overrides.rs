//! Figures that a test or a person sets: `emulation/statistics`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Key, Statistic, Value};
use crate::Host;
use crate::host::Record;

/// What is set, by `MODULE:INSTANCE:NAME:STATISTIC`.
#[derive(Debug, Clone, Default)]
pub(super) struct Overrides(BTreeMap<String, u64>);

impl Overrides {
    pub(super) fn apply(&self, key: &Key, statistics: &mut [Statistic]) {
        if self.0.is_empty() {
            return;
        }
        let prefix = format!("{}:{}:{}:", key.module, key.instance, key.name);
        for (name, value) in statistics {
            let Some(set) = self.0.get(&format!("{prefix}{name}")) else {
                continue;
            };
            match value {
                Value::U64(number) => *number = *set,
                // A counter of 32 bits wraps.
                Value::U32(number) => *number = u32::try_from(*set & 0xffff_ffff).unwrap_or(0),
                Value::Text(text) => *text = None,
                Value::Unset => {}
            }
        }
    }
}

impl Record for Overrides {
    const FILE: &'static str = "statistics";

    fn parse(text: &str) -> Result<Self, String> {
        text.lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| {
                let (name, value) = line.rsplit_once(' ')?;
                Some((name.to_owned(), value.parse().ok()?))
            })
            .collect::<Option<_>>()
            .map(Self)
            .ok_or_else(|| "a line is not MODULE:INSTANCE:NAME:STATISTIC VALUE".to_owned())
    }

    fn print(&self, out: &mut String) {
        for (name, value) in &self.0 {
            let _ = writeln!(out, "{name} {value}");
        }
    }
}

/// Sets a figure: `statistic` is `MODULE:INSTANCE:NAME:STATISTIC`. A text becomes a null pointer, whatever the value.
///
/// # Errors
/// If the file cannot be read or written.
pub fn set(host: &Host, statistic: &str, value: u64) -> std::io::Result<()> {
    host.update(|overrides: &mut Overrides| {
        overrides.0.insert(statistic.to_owned(), value);
        Ok(())
    })
}
