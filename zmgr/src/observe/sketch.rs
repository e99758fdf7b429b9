use std::convert::Infallible;
use std::path::Path;

use compact_str::CompactString;
use illumos::zone::config::{IpType, Net, ZoneConfig};
use illumos::zone::{ZoneName, store};
use serde::{Deserialize, Serialize};

use super::most;
use crate::Failure;
use crate::cache::{Cache, Files, Part, Stamps};
use crate::ipam::{Held, is_about_addresses};

/// What of a zone's configuration has to be known of all zones of the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    /// The brand; empty means the system's default brand.
    pub brand: CompactString,
    /// Whether the zone boots with the host.
    pub autoboot: bool,
    /// Shared or exclusive IP.
    pub ip_type: IpType,
    /// The `net` resources.
    pub net: Vec<NetSketch>,
}

/// A `net` resource, as far as it says what is taken, each text as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NetSketch {
    /// `physical`.
    pub physical: CompactString,
    /// `address`.
    pub address: Option<CompactString>,
    /// `allowed-address`.
    pub allowed_address: Option<CompactString>,
    /// `defrouter`.
    pub defrouter: Option<CompactString>,
    /// `global-nic`.
    pub global_nic: Option<CompactString>,
    /// `mac-addr`.
    pub mac_addr: Option<CompactString>,
    /// Those of its properties that say something of addresses, by name.
    pub property: Vec<(CompactString, CompactString)>,
}

impl From<&Net> for NetSketch {
    fn from(net: &Net) -> Self {
        let compact = |text: &Option<String>| text.as_ref().map(Into::into);
        Self {
            physical: net.physical.as_str().into(),
            address: compact(&net.address),
            allowed_address: compact(&net.allowed_address),
            defrouter: compact(&net.defrouter),
            global_nic: compact(&net.global_nic),
            mac_addr: compact(&net.mac_addr),
            property: net
                .property
                .iter()
                .filter(|property| is_about_addresses(&property.name))
                .map(|property| {
                    (
                        property.name.as_str().into(),
                        property.value.as_str().into(),
                    )
                })
                .collect(),
        }
    }
}

impl From<&NetSketch> for Held {
    fn from(net: &NetSketch) -> Self {
        Self::of(
            [net.address.as_deref(), net.allowed_address.as_deref()]
                .into_iter()
                .flatten(),
            net.defrouter.as_deref(),
            net.property
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        )
    }
}

impl From<ZoneConfig> for Sketch {
    fn from(config: ZoneConfig) -> Self {
        Self {
            brand: config.brand.into(),
            autoboot: config.autoboot,
            ip_type: config.ip_type,
            net: config.net.iter().map(NetSketch::from).collect(),
        }
    }
}

/// A zone's configuration as far as it can be read, and what of it cannot; or why none of it can.
pub type Read = Result<(Sketch, Vec<Failure>), Failure>;

/// The configurations of zones, in their order, in process: from `cache`, if there is one, where the file is as it was, through libzonecfg otherwise.
#[must_use]
pub fn sketches(names: &[ZoneName], cache: Option<&Cache>) -> Vec<Read> {
    stamped(names, cache).0
}

/// As [`sketches`], and what the files looked like before.
pub(super) fn stamped(names: &[ZoneName], cache: Option<&Cache>) -> (Vec<Read>, Stamps) {
    let Some(cache) = cache else {
        return (mended(names, read(names)), Stamps::none());
    };
    let texts: Vec<&str> = names.iter().map(ZoneName::as_str).collect();
    let directory = illumos::host_path(DIRECTORY);
    let every = |_: &[u8]| true;
    let Ok(found) = cache.search(
        Part::Configurations,
        &texts,
        files(&directory),
        every,
        |missing| {
            let names: Vec<ZoneName> = missing.iter().map(|place| names[*place].clone()).collect();
            Ok::<_, Infallible>(read(&names))
        },
    );
    let sketches = found.values.into_iter().flatten();
    (mended(names, sketches), found.stamps)
}

/// Whether the configurations still say what was read, without reading again those whose files are as they were.
pub(super) fn still_say(zones: &[(ZoneName, Read)], stamps: &Stamps) -> bool {
    let names: Vec<&str> = zones.iter().map(|(name, _)| name.as_str()).collect();
    let directory = illumos::host_path(DIRECTORY);
    let doubtful = stamps.doubtful(&names, files(&directory));
    let again: Vec<ZoneName> = doubtful
        .iter()
        .map(|place| zones[*place].0.clone())
        .collect();
    let again = mended(&again, read(&again));
    doubtful
        .iter()
        .zip(&again)
        .all(|(place, again)| zones[*place].1 == *again)
}

pub(super) const DIRECTORY: &str = "/etc/zones";

pub(super) fn files(directory: &Path) -> Files<'_> {
    Files {
        directory,
        suffix: ".xml",
    }
}

fn read(names: &[ZoneName]) -> Vec<illumos::Result<Sketch>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let configs = store::read_all(names, threads).into_iter();
    configs.map(|config| config.map(Sketch::from)).collect()
}

/// Of configurations that cannot be read as a whole, what can be read.
fn mended(
    names: &[ZoneName],
    sketches: impl IntoIterator<Item = illumos::Result<Sketch>>,
) -> Vec<Read> {
    let mended = |(name, sketch): (&ZoneName, illumos::Result<Sketch>)| match sketch {
        Ok(sketch) => Ok((sketch, Vec::new())),
        Err(error) => most(name, Err(error)).map(|(config, unread)| (config.into(), unread)),
    };
    names.iter().zip(sketches).map(mended).collect()
}
