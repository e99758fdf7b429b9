//! How the host behaves where a real one takes its time or gets stuck: `emulation/settings`, one `NAME=VALUE` a line.
//!
//! A variable `ZMGR_EMULATED_NAME`, in capitals and with `_` for `-`, counts instead of the line.

use std::time::Duration;

use super::Host;

impl Host {
    /// The value of a setting, if it has one.
    pub(crate) fn setting(&self, name: &str) -> Option<String> {
        let variable = format!(
            "ZMGR_EMULATED_{}",
            name.to_ascii_uppercase().replace('-', "_")
        );
        if let Ok(value) = std::env::var(variable) {
            return Some(value);
        }
        let text = std::fs::read_to_string(self.emulation_path("settings")).ok()?;
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
        Some(value.trim().to_owned())
    }

    /// A setting that is a number of seconds, which may have a fraction; 0 if it is not set.
    pub(crate) fn seconds(&self, name: &str) -> Duration {
        let value = self
            .setting(name)
            .and_then(|value| value.parse::<f64>().ok());
        value
            .and_then(|value| Duration::try_from_secs_f64(value).ok())
            .unwrap_or_default()
    }

    /// Whether a setting, a list of names separated by commas, has `name` in it.
    pub(crate) fn setting_names(&self, setting: &str, name: &str) -> bool {
        self.setting(setting)
            .is_some_and(|value| value.split(',').any(|known| known.trim() == name))
    }
}
