//! What arguments of many commands have in common: their options, their values, and how the shell completes them.

pub mod complete;

use std::time::Duration;

use clap::Args;

/// Options of every command that changes something: such a command flattens these into its own.
#[derive(Debug, Clone, Copy, Args)]
pub struct ChangeArgs {
    /// Print what would be done, with the equivalent commands, and change nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Answer yes to every confirmation
    #[arg(short, long)]
    pub yes: bool,
}

/// A time: `30`, `30s`, `2m`, `1h 30m`. A bare number is seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let duration: jiff::SignedDuration = text
        .parse()
        .map_err(|_| "expected seconds, or a time such as 30s, 2m or 1h".to_owned())?;
    Duration::try_from(duration).map_err(|_| "a time cannot be negative".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert!(duration("-1s").is_err());
        assert!(duration("soon").is_err());
    }
}
