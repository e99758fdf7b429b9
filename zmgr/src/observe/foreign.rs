use illumos::zone::{Zone, ZoneConfig, ZoneName, store};

use super::Observed;
use crate::Failure;
use crate::documents::model::Documents;

/// A zone of the host that the registry does not know.
#[derive(Debug, Clone)]
pub struct Foreign<'a> {
    /// The zone.
    pub zone: &'a Zone,
    /// Its configuration, or why it cannot be read.
    pub config: Result<ZoneConfig, Failure>,
    /// What of the configuration cannot be read; empty as a rule.
    pub unread: Vec<Failure>,
}

/// The zones that the registry does not know, in the order of the index, with their configurations.
#[must_use]
pub fn foreign<'a>(observed: &'a Observed, documents: &Documents) -> Vec<Foreign<'a>> {
    let zones: Vec<&Zone> = observed
        .zones
        .iter()
        .filter(|zone| !documents.zones.contains_key(&zone.name))
        .collect();
    let names: Vec<ZoneName> = zones.iter().map(|zone| zone.name.clone()).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let configs = store::read_all(&names, threads);
    let foreign = |(zone, config): (&'a Zone, illumos::Result<ZoneConfig>)| {
        let (config, unread) = match most(&zone.name, config) {
            Ok((config, unread)) => (Ok(config), unread),
            Err(failure) => (Err(failure), Vec::new()),
        };
        Foreign {
            zone,
            config,
            unread,
        }
    };
    zones.into_iter().zip(configs).map(foreign).collect()
}

/// The configuration as it was read, or what can be read of it, and what cannot.
///
/// # Errors
/// If nothing can.
pub fn most(
    name: &ZoneName,
    read: illumos::Result<ZoneConfig>,
) -> Result<(ZoneConfig, Vec<Failure>), Failure> {
    match read {
        Ok(config) => Ok((config, Vec::new())),
        Err(error) => match ZoneConfig::read_most(name) {
            Ok((config, unread)) => Ok((config, unread.into_iter().map(Failure::from).collect())),
            Err(_) => Err(error.into()),
        },
    }
}
