//! `zoneadm clone`.

use crate::host::BrandKind;
use crate::storage::{self, Refused, Table};
use crate::zonecfg::index;

use super::{Done, Options, Stop, Terminal, Zone, install, step, step_done, verify};

pub(super) fn clone(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let Ok(options) = Options::parse(args, "?m:s:X") else {
        return Err(Stop(super::usage(terminal)));
    };
    let [source] = options.rest else {
        return Err(Stop(super::usage(terminal)));
    };
    let Some(state) = super::state_of(zone.host, source) else {
        terminal.error(&format!("zoneadm: {source}: No such zone configured"));
        return Err(Stop(1));
    };
    if state != "installed" {
        terminal.error(&format!(
            "zoneadm: zone {source} is {state}; installed is required."
        ));
        return Err(Stop(1));
    }
    let Ok(from) = super::open(zone.host, source, state) else {
        terminal.error(&format!("zoneadm: {source}: missing or invalid brand"));
        return Err(Stop(1));
    };
    if from.brand.name != zone.brand.name {
        terminal.error(&format!(
            "zoneadm: Zones '{source}' and '{}' have different brand types.",
            zone.name
        ));
        return Err(Stop(1));
    }
    verify::verify(terminal, zone, true)?;
    let _lock = zone
        .lock()
        .map_err(|error| zone.complain(terminal, &error.to_string()))?;
    zone.set_state(terminal, index::INCOMPLETE)?;
    let cloned = (|| {
        step("clone", "files").map_err(|code| (code, String::new()))?;
        copy(terminal, zone, &from, options.value('s'))
            .map_err(|Refused(text)| (install::FATAL, text))?;
        step_done("clone", "files");
        Ok(())
    })();
    match cloned {
        Ok(()) => zone.set_state(terminal, index::INSTALLED),
        Err((install::NOT_COMPLETE, _)) => {
            zone.destroy_datasets()
                .map_err(|Refused(text)| zone.complain(terminal, &text))?;
            zone.set_state(terminal, index::CONFIGURED)?;
            Err(Stop(1))
        }
        Err((_, text)) => {
            if !text.is_empty() {
                terminal.error(&text);
            }
            Err(Stop(1))
        }
    }
}

fn copy(
    terminal: &mut Terminal<'_>,
    zone: &Zone<'_>,
    from: &Zone<'_>,
    wanted: Option<&str>,
) -> Result<(), Refused> {
    if zone.create_zonepath()? {
        terminal.line("A ZFS file system has been created for this zone.");
    }
    if zone.brand.kind != BrandKind::Image {
        terminal.line(&format!("Copying {}...", from.path()));
        let (from, to) = (zone.host.path(&from.root()), zone.host.path(&zone.root()));
        return Ok(storage::copy_entries(&from, &to, &[])?);
    }
    let source = from.zonepath_dataset().map_err(Refused)?;
    let environment = from.active_environment(&source).map_err(Refused)?;
    let snapshot = match wanted {
        Some(snapshot) if snapshot.contains('/') => snapshot.to_owned(),
        Some(snapshot) => format!("{environment}@{}", snapshot.trim_start_matches('@')),
        None => {
            let table = zone.host.read::<Table>()?;
            let name = |number: u32| match number {
                0 => format!("{environment}@{}_snap", zone.name),
                number => format!("{environment}@{}_snap{number}", zone.name),
            };
            let free = (0..100)
                .map(name)
                .find(|name| !table.datasets.contains_key(name));
            let name = free.ok_or_else(|| Refused("ERROR: too many snapshots.".to_owned()))?;
            storage::snapshot(zone.host, &name, false)?;
            name
        }
    };
    let dataset = zone.zonepath_dataset().map_err(Refused)?;
    zone.create_environment(&dataset, Some(&snapshot))?;
    Ok(())
}
