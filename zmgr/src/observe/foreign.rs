use std::net::IpAddr;

use illumos::zone::config::{self, ZoneConfig};
use illumos::zone::{Zone, ZoneName};
use ipnet::IpNet;

use super::Observed;
use crate::Failure;
use crate::documents::model::Documents;
use crate::ipam::{Holder, Taken};

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

impl Foreign<'_> {
    /// The addresses that it has, running or not.
    #[must_use]
    pub fn addresses(&self) -> Vec<Taken> {
        let Ok(config) = &self.config else {
            return Vec::new();
        };
        let mut taken = Vec::new();
        for net in &config.net {
            let texts = [net.address.as_deref(), net.allowed_address.as_deref()];
            taken.extend(
                texts
                    .into_iter()
                    .flatten()
                    .filter_map(address)
                    .map(|address| Taken {
                        address,
                        holder: Holder::Host {
                            what: format!("zone {}, on {}", self.zone.name, net.physical),
                            zone: Some(self.zone.name.to_string()),
                        },
                    }),
            );
        }
        taken
    }
}

/// The address of a text with or without a prefix length; `None` if it is a host name.
fn address(text: &str) -> Option<IpAddr> {
    text.parse()
        .ok()
        .or_else(|| text.parse::<IpNet>().ok().map(|net| net.addr()))
}
