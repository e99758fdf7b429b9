//! What a registry entry says against the configuration that its zone has.

use illumos::zone::ZoneConfig;
use illumos::{ErrorKind, Flavour};

use crate::Failure;
use crate::documents::model::{Config, Template, ZoneEntry};
use crate::plan::{config, import};

/// The properties and resources in which the zone differs from what its entry says, in the words of zonecfg(8); `None` if there is no such
/// zone on this host.
///
/// # Errors
/// If the zone's configuration cannot be read; `zmgr::template::variable` or `zmgr::zone::brand` if the entry does not say a whole zone.
pub fn unlike(
    entry: &ZoneEntry,
    template: Option<&Template>,
    defaults: &Config,
    flavour: Flavour,
) -> Result<Option<Vec<String>>, Failure> {
    let found = match ZoneConfig::read(&entry.name) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let wanted = config::zone_config(entry, template, defaults, flavour)?;
    Ok(Some(import::differences(&wanted, &found)))
}
