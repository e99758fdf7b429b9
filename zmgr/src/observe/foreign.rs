use illumos::zone::{Zone, ZoneConfig, ZoneName, store};

use super::Observed;
use super::sketch::{DIRECTORY, files};
use crate::Failure;
use crate::cache::Stamps;
use crate::documents::model::Documents;

/// A zone of the host that the registry does not know.
#[derive(Debug, Clone)]
pub struct Foreign {
    /// The zone.
    pub zone: Zone,
    /// Its configuration, or why it cannot be read.
    pub config: Result<ZoneConfig, Failure>,
    /// What of the configuration cannot be read; empty as a rule.
    pub unread: Vec<Failure>,
}

/// What the files of configurations looked like before they were read.
#[derive(Debug)]
pub struct Stamped(Stamps);

impl Default for Stamped {
    fn default() -> Self {
        Self(Stamps::none())
    }
}

impl Stamped {
    /// Whether the configurations are as they were read, without reading again those whose files are as they were.
    #[must_use]
    pub fn still_say(&self, foreign: &[Foreign]) -> bool {
        let names: Vec<&str> = foreign.iter().map(|zone| zone.zone.name.as_str()).collect();
        let directory = illumos::host_path(DIRECTORY);
        let doubtful = self.0.doubtful(&names, files(&directory));
        let doubtful: Vec<&Foreign> = doubtful.iter().map(|place| &foreign[*place]).collect();
        let again: Vec<ZoneName> = doubtful.iter().map(|zone| zone.zone.name.clone()).collect();
        let same = |(zone, config): (&&Foreign, illumos::Result<ZoneConfig>)| {
            let (config, unread) = read(&zone.zone.name, config);
            config == zone.config && unread == zone.unread
        };
        doubtful.iter().zip(read_all(&again)).all(same)
    }
}

/// The zones that the registry does not know, in the order of the index, with their configurations, and what the files of these looked like.
#[must_use]
pub fn foreign(observed: &Observed, documents: &Documents) -> (Vec<Foreign>, Stamped) {
    let zones = observed.zones.iter();
    let zones: Vec<&Zone> = zones
        .filter(|zone| !documents.zones.contains_key(&zone.name))
        .collect();
    let names: Vec<ZoneName> = zones.iter().map(|zone| zone.name.clone()).collect();
    let texts: Vec<&str> = names.iter().map(ZoneName::as_str).collect();
    let stamps = Stamps::look(&texts, files(&illumos::host_path(DIRECTORY)));
    let foreign = |(zone, config): (&Zone, illumos::Result<ZoneConfig>)| {
        let (config, unread) = read(&zone.name, config);
        Foreign {
            zone: zone.clone(),
            config,
            unread,
        }
    };
    let foreign = zones.into_iter().zip(read_all(&names)).map(foreign);
    (foreign.collect(), Stamped(stamps))
}

fn read_all(names: &[ZoneName]) -> Vec<illumos::Result<ZoneConfig>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    store::read_all(names, threads)
}

fn read(
    name: &ZoneName,
    config: illumos::Result<ZoneConfig>,
) -> (Result<ZoneConfig, Failure>, Vec<Failure>) {
    match most(name, config) {
        Ok((config, unread)) => (Ok(config), unread),
        Err(failure) => (Err(failure), Vec::new()),
    }
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
