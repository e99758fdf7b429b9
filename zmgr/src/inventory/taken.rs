use std::net::IpAddr;

use illumos::zone::ZoneConfig;
use ipnet::IpNet;

use crate::Failure;
use crate::documents::model::Documents;
use crate::ipam::{Holder, Taken};

/// The addresses of zones that the registry does not have, by their configurations, and what could not be read: without it
/// an address may look free that is not.
///
/// # Errors
/// If the zone index cannot be read.
pub fn taken(documents: &Documents) -> Result<(Vec<Taken>, Vec<Failure>), Failure> {
    let mut taken = Vec::new();
    let mut problems = Vec::new();
    for zone in illumos::zone::list()?
        .into_iter()
        .filter(|zone| !documents.zones.contains_key(&zone.name))
    {
        match ZoneConfig::read(&zone.name) {
            Ok(config) => {
                for net in &config.net {
                    let addresses = [&net.allowed_address, &net.address].into_iter().flatten();
                    taken.extend(
                        addresses
                            .filter_map(|text| address(text))
                            .map(|address| Taken {
                                address,
                                holder: Holder::Host {
                                    what: format!("zone {}, on {}", zone.name, net.physical),
                                    zone: Some(zone.name.to_string()),
                                },
                            }),
                    );
                }
            }
            Err(error) => problems.push(error.into()),
        }
    }
    Ok((taken, problems))
}

/// The address of `10.0.0.5/24`, or of `10.0.0.5`; a host name is none.
fn address(text: &str) -> Option<IpAddr> {
    text.parse::<IpNet>()
        .map(|network| network.addr())
        .ok()
        .or_else(|| text.parse().ok())
}
