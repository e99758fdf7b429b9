//! Services of zones that run: what smf(7) in a zone says to svcs(1) and svcprop(1) of the global zone.

mod boot;
mod profile;
mod repository;
mod services;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Host;
use crate::host::Record;
use crate::kernel::KernelZone;

use repository::Repository;

/// A service instance of a zone.
pub(crate) struct Instance {
    pub(crate) fmri: &'static str,
    pub(crate) title: &'static str,
    pub(crate) state: &'static str,
    pub(crate) enabled: bool,
    /// The services that wait for it, directly or by others.
    pub(crate) dependents: usize,
    /// When the services of the zone started, in seconds since 1970.
    pub(crate) since: u64,
    /// The log as the global zone sees it.
    pub(crate) log: String,
    /// Properties that something has set, by `GROUP/PROPERTY`.
    pub(crate) properties: Vec<(String, String)>,
}

/// Since when the services of a zone run, and how often they have been looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Progress {
    since: u64,
    looks: u64,
}

/// The zones whose services run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Running {
    zones: BTreeMap<String, Progress>,
}

impl Record for Running {
    const FILE: &'static str = "smf";

    fn parse(text: &str) -> Result<Self, String> {
        let mut running = Self::default();
        for (number, line) in text.lines().enumerate() {
            let (name, progress) = parse_line(line)
                .ok_or_else(|| format!("line {}: not ZONE since=… looks=…", number + 1))?;
            running.zones.insert(name.to_owned(), progress);
        }
        Ok(running)
    }

    fn print(&self, out: &mut String) {
        for (name, progress) in &self.zones {
            let Progress { since, looks } = progress;
            let _ = writeln!(out, "{name} since={since} looks={looks}");
        }
    }
}

fn parse_line(line: &str) -> Option<(&str, Progress)> {
    let mut words = line.split(' ');
    let name = words.next()?;
    let since = words.next()?.strip_prefix("since=")?.parse().ok()?;
    let looks = words.next()?.strip_prefix("looks=")?.parse().ok()?;
    Some((name, Progress { since, looks }))
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| u64::try_from(now.as_millis()).unwrap_or_default())
}

/// Starts the services of a zone, as init does.
///
/// # Errors
/// If the host's state cannot be written.
pub(crate) fn start(host: &Host, name: &str, root: &str) -> std::io::Result<()> {
    boot::boot(&host.path(root), name, host.flavour());
    host.update(|running: &mut Running| {
        let progress = Progress {
            since: now(),
            looks: 0,
        };
        running.zones.insert(name.to_owned(), progress);
        Ok(())
    })
}

/// Forgets the services of a zone that goes down.
///
/// # Errors
/// If the host's state cannot be written.
pub(crate) fn stop(host: &Host, name: &str) -> std::io::Result<()> {
    host.update(|running: &mut Running| {
        running.zones.remove(name);
        Ok(())
    })
}

/// Forgets the services of all zones.
///
/// # Errors
/// If the host's state cannot be written.
pub(crate) fn restart(host: &Host) -> std::io::Result<()> {
    host.update(|running: &mut Running| {
        running.zones.clear();
        Ok(())
    })
}

/// The instances of a zone; what is wrong if its repository cannot be reached. Counts as a look.
pub(crate) fn look(host: &Host, zone: &KernelZone) -> Result<Vec<Instance>, String> {
    let looked = host.update(|running: &mut Running| {
        let progress = running.zones.get_mut(&zone.name);
        Ok::<_, std::io::Error>(progress.map(|progress| {
            progress.looks += 1;
            *progress
        }))
    });
    let progress = looked.map_err(|error| error.to_string())?;
    let progress = progress.ok_or("repository server unavailable")?;
    let share = share(host, progress);
    if share < 0.0 {
        return Err("repository server unavailable".to_owned());
    }
    let repository = Repository::load(&host.path(&zone.root)).unwrap_or_default();
    let mut found = instances(host, zone, &repository, share);
    for instance in &mut found {
        instance.since = progress.since / 1000;
    }
    Ok(found)
}

/// How much of the services is up, from 0 to 1; less than 0 as long as there is nobody to ask. The settings `smf-looks` and `smf-seconds` say
/// how many looks and how much time it takes.
fn share(host: &Host, progress: Progress) -> f64 {
    let looks = host
        .setting("smf-looks")
        .and_then(|value| value.parse::<u32>().ok())
        .unwrap_or_default();
    let by_looks = match (looks, u32::try_from(progress.looks)) {
        (0, _) | (_, Err(_)) => 1.0,
        // The first one comes too early.
        (_, Ok(0 | 1)) => return -1.0,
        (looks, Ok(done)) => f64::from(done - 1) / f64::from(looks),
    };
    let takes = host.seconds("smf-seconds").as_secs_f64();
    let passed = std::time::Duration::from_millis(now().saturating_sub(progress.since));
    let by_time = if takes > 0.0 {
        passed.as_secs_f64() / takes
    } else {
        1.0
    };
    by_looks.min(by_time).min(1.0)
}

fn instances(host: &Host, zone: &KernelZone, repository: &Repository, share: f64) -> Vec<Instance> {
    let known: Vec<&services::Service> = services::of(host.flavour()).collect();
    let broken = host.setting("smf-maintenance").unwrap_or_default();
    let is_broken = |fmri: &str| {
        let ordered = broken.split(',').any(|entry| {
            entry == fmri || entry.split_once('=') == Some((zone.name.as_str(), fmri))
        });
        let failed = (fmri.to_owned(), boot::FAILED.to_owned());
        ordered || repository.properties.contains_key(&failed)
    };
    let mut states: BTreeMap<&str, &'static str> = BTreeMap::new();
    for (at, service) in known.iter().enumerate() {
        let enabled = is_enabled(repository, service);
        // Counting in thousandths keeps clear of the last digit of a share.
        let place = f64::from(u32::try_from(at + 1).unwrap_or(u32::MAX));
        let count = f64::from(u32::try_from(known.len()).unwrap_or(u32::MAX));
        let reached = place <= share * count + 0.001;
        let waits = service
            .requires
            .iter()
            .any(|other| states.get(other) != Some(&"online"));
        let state = if !enabled {
            "disabled"
        } else if waits {
            "offline"
        } else if is_broken(service.fmri) && reached {
            "maintenance"
        } else if reached {
            "online"
        } else {
            "offline"
        };
        states.insert(service.fmri, state);
    }
    let instance = |service: &&services::Service| Instance {
        fmri: service.fmri,
        title: service.title,
        state: states.get(service.fmri).copied().unwrap_or("uninitialized"),
        enabled: is_enabled(repository, service),
        dependents: dependents(&known, service.fmri),
        since: 0,
        log: format!(
            "{}{}",
            zone.root.trim_end_matches('/'),
            repository::log_path(service.fmri)
        ),
        properties: repository
            .properties
            .iter()
            .filter(|((fmri, _), _)| fmri == service.fmri)
            .map(|((_, name), value)| (name.clone(), value.clone()))
            .collect(),
    };
    known.iter().map(instance).collect()
}

fn is_enabled(repository: &Repository, service: &services::Service) -> bool {
    let said = repository.enabled.get(service.fmri);
    said.copied().unwrap_or(service.enabled)
}

/// How many services cannot come online without this one.
fn dependents(known: &[&services::Service], fmri: &str) -> usize {
    let mut waiting = vec![fmri];
    for service in known {
        if service.requires.iter().any(|other| waiting.contains(other)) {
            waiting.push(service.fmri);
        }
    }
    waiting.len() - 1
}
