use illumos::zone::config::{self, ZoneConfig};
use illumos::zone::{Zone, ZoneName};

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
    let configs = config::read_all(&names, threads);
    let foreign = |(zone, config): (&'a Zone, illumos::Result<ZoneConfig>)| Foreign {
        zone,
        config: config.map_err(Failure::from),
    };
    zones.into_iter().zip(configs).map(foreign).collect()
}
