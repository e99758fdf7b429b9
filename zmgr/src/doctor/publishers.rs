//! Zones whose publishers stop the global zone's `pkg update`.

use illumos::ErrorKind;
use illumos::ips::{self, Publisher, Rank, Setting};
use illumos::zone::{Zone, ZoneState};

use super::{Finding, Host, unchecked};
use crate::failure::Code;
use crate::plan::publishers::is_linked;

pub(super) fn findings(host: &Host<'_>) -> Vec<Finding> {
    let linked: Vec<&Zone> = host
        .observed
        .zones
        .iter()
        .filter(|zone| is_looked_at(host, zone))
        .collect();
    if linked.is_empty() {
        return Vec::new();
    }
    let parents = match ips::enabled_publishers("/") {
        Ok(parents) => parents,
        // There is nothing to update.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Unsupported) => {
            return Vec::new();
        }
        Err(error) => return vec![unchecked("the global zone's publishers", &error.into())],
    };
    let found = crate::parallel::programs(&linked, |zone| finding(zone, &parents));
    found.into_iter().flatten().collect()
}

/// Whether the package system of the global zone looks at the zone.
fn is_looked_at(host: &Host<'_>, zone: &Zone) -> bool {
    let there = !matches!(zone.state, ZoneState::Configured | ZoneState::Incomplete);
    let linked = |brand: &str| is_linked(host.observed.flavour, brand);
    there
        && !host.unsettled.contains(&zone.name)
        && host
            .config(&zone.name)
            .is_some_and(|config| linked(&config.brand))
}

fn finding(zone: &Zone, parents: &[Publisher]) -> Option<Finding> {
    let image = format!("{}/root", zone.zonepath);
    let unread = |error: illumos::Error| {
        let what = format!("the publishers of zone {}", zone.name);
        Some(unchecked(&what, &error.into()))
    };
    let enabled = match ips::enabled_publishers(&image) {
        Ok(enabled) => enabled,
        // Its root is not mounted, as after a boot of the host without the zones service.
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => return unread(error),
    };
    let key = |publisher: &Publisher| (publisher.name.clone(), publisher.sticky);
    let begins = enabled.len() >= parents.len()
        && parents
            .iter()
            .zip(&enabled)
            .all(|(parent, own)| key(parent) == key(own));
    if begins {
        return None;
    }
    let own = match ips::publishers(&image) {
        Ok(own) => own,
        Err(error) => return unread(error),
    };
    let listed = |publishers: &[Publisher]| {
        let name = |publisher: &Publisher| match publisher.sticky {
            true => publisher.name.clone(),
            false => format!("{} (non-sticky)", publisher.name),
        };
        let names: Vec<String> = publishers.iter().map(name).collect();
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        }
    };
    Some(Finding::told(
        Code::DoctorPublishers,
        format!("zone {}", zone.name),
        format!(
            "its enabled publishers do not begin with those of the global zone: it has {}, the global zone {}",
            listed(&enabled),
            listed(parents)
        ),
        "its packages are linked to the global zone's: `pkg update` fails in the global zone and in the zone",
        commands(&image, parents, &own),
    ))
}

/// The commands that put the global zone's publishers first. Those that the zone has keep their origins.
fn commands(image: &str, parents: &[Publisher], own: &[Publisher]) -> Vec<String> {
    let mut rank = Rank::First;
    let mut commands = Vec::new();
    for parent in parents {
        let found = own.iter().find(|publisher| publisher.name == parent.name);
        let (origins, mirrors) = match found {
            Some(_) => (Vec::new(), Vec::new()),
            None => (parent.origins.clone(), parent.mirrors.clone()),
        };
        let setting = Setting {
            name: parent.name.clone(),
            origins,
            mirrors,
            sticky: parent.sticky,
            rank: std::mem::replace(&mut rank, Rank::After(parent.name.clone())),
            enable: found.is_some_and(|publisher| !publisher.enabled),
        };
        let typed = setting.commands(image).into_iter().flatten();
        commands.extend(typed.map(|command| command.display()));
    }
    commands
}
