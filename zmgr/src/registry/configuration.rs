//! Between settings and the configuration of a zone.

use std::collections::BTreeMap;

use illumos::Flavour;
use illumos::zone::ZoneConfig;
use illumos::zone::config::Attr;

use super::effective::settings;
use super::nets::net_resources;
use crate::documents::expand::expand;
use crate::documents::model::{Config, Settings, Template, ZoneEntry};
use crate::documents::schema::setting::{Found, OfZone};
use crate::documents::schema::settings::SETTINGS;
use crate::failure::Code;
use crate::{ExitCode, Failure};

/// The attr that holds zmgr's own identity of a zone.
pub const ID_ATTR: &str = "zmgr-id";

/// zmgr's own identity of the zone, if it has one.
#[must_use]
pub fn zone_id(config: &ZoneConfig) -> Option<&str> {
    config
        .attr
        .iter()
        .find(|attr| attr.name == ID_ATTR)
        .map(|attr| attr.value.as_str())
}

/// The configuration of the entry's zone.
///
/// # Errors
/// As [`settings`], and `zmgr::zone::brand` if neither entry nor template names a brand.
pub fn zone_config(
    entry: &ZoneEntry,
    template: Option<&Template>,
    defaults: &Config,
    flavour: Flavour,
) -> Result<ZoneConfig, Failure> {
    let settings = settings(entry, template)?;
    let zonepath = match &settings.zonepath {
        Some(zonepath) => zonepath.clone(),
        None => default_zonepath(entry, defaults)?,
    };
    let Some(brand) = &settings.brand else {
        let message = format!("zone {} has no brand", entry.name);
        return Err(Failure::new(ExitCode::Usage, Code::ZoneBrand, message)
            .with_help("name one with --brand, or in the template"));
    };
    let mut config = ZoneConfig::new(entry.name.clone(), zonepath, brand);
    apply(&settings, flavour, &mut config);
    if let Some(id) = &entry.id {
        config.attr.retain(|attr| attr.name != ID_ATTR);
        config.attr.push(Attr {
            name: ID_ATTR.to_owned(),
            attr_type: "string".to_owned(),
            value: id.to_string(),
        });
    }
    let nets = entry.nets.iter();
    config.net = nets
        .flat_map(|net| net_resources(net, config.ip_type))
        .collect();
    Ok(config)
}

/// Puts every setting into a configuration that has none of them.
pub(super) fn apply(settings: &Settings, flavour: Flavour, config: &mut ZoneConfig) {
    for row in SETTINGS {
        match row.zone {
            OfZone::Configuration { apply, .. } => apply(settings, config, flavour),
            OfZone::Nothing => {}
        }
    }
}

/// How resource controls are called that have a name of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// By that name: `cpu-shares`.
    Properties,
    /// As resource controls: `rctl "zone.cpu-shares"`.
    Rctls,
}

/// What the configuration says, as settings. The nets are not among them.
#[must_use]
pub fn observed(config: &ZoneConfig, flavour: Flavour, naming: Naming) -> Settings {
    let mut found = Found {
        rest: config.clone(),
        flavour,
        aliases: naming == Naming::Properties,
    };
    let mut settings = Settings::default();
    for row in SETTINGS {
        match row.zone {
            OfZone::Configuration { observe, .. } => observe(&mut found, &mut settings),
            OfZone::Nothing => {}
        }
    }
    settings
}

/// The configuration `found` with those settings of `wanted` whose nodes `takes` names. What both say alike keeps its form, and what no
/// setting says is kept.
#[must_use]
pub fn with_settings(
    found: &ZoneConfig,
    wanted: &ZoneConfig,
    flavour: Flavour,
    takes: &dyn Fn(&str) -> bool,
) -> ZoneConfig {
    let said = observed(wanted, flavour, Naming::Properties);
    let mut rest = Found {
        rest: found.clone(),
        flavour,
        aliases: true,
    };
    let mut there = Settings::default();
    for row in SETTINGS {
        if let OfZone::Configuration { observe, .. } = row.zone {
            observe(&mut rest, &mut there);
        }
    }
    let mut config = rest.rest;
    for row in SETTINGS {
        if let OfZone::Configuration { apply, .. } = row.zone {
            let keeps = !takes(row.spec.name) || (row.layers.same)(&said, &there);
            apply(if keeps { &there } else { &said }, &mut config, flavour);
        }
    }
    config
}

/// What must be said over `base` for a configuration to have what `actual` says; `None` if nothing that can be said takes away
/// what `base` has.
pub(crate) fn own_over(base: &Settings, actual: &Settings) -> Option<Settings> {
    let mut own = Settings::default();
    let mut rows = SETTINGS
        .iter()
        .filter(|row| matches!(row.zone, OfZone::Configuration { .. }));
    rows.all(|row| (row.layers.over)(base, actual, &mut own))
        .then_some(own)
}

/// The names of the nodes that say something.
pub(crate) fn said(settings: &Settings) -> Vec<&'static str> {
    let rows = SETTINGS.iter().filter(|row| (row.layers.is_said)(settings));
    rows.map(|row| row.spec.name).collect()
}

pub(super) fn default_zonepath(entry: &ZoneEntry, defaults: &Config) -> Result<String, Failure> {
    let values = BTreeMap::from([("zone".to_owned(), entry.name.to_string())]);
    expand(&defaults.zonepath, &values).map_err(|error| {
        Failure::new(
            ExitCode::Invalid,
            Code::ConfigZonepath,
            format!("config.kdl: {error}"),
        )
        .with_help(error.help())
    })
}
