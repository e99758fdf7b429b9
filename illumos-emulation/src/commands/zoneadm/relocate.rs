//! `zoneadm move`.

use crate::storage::{self, Refused};

use super::zonepath::reason;
use super::{Done, Stop, Terminal, USAGE, Zone, error_text, own_options, step, step_done};
use super::{usage, verify};

/// Moves the zonepath. Configuration, index and dataset follow.
pub(super) fn relocate(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let options = own_options(terminal, "move", args, "?")?;
    let [new] = options.rest else {
        usage::of(terminal, "move");
        return Err(Stop(USAGE));
    };
    zone.refuse_state(terminal, "move", false)?;
    verify::verify(terminal, zone, "move", args)?;
    // The new path is made here, and stays when the move is refused.
    if !zone.validate_zonepath(terminal, new, "move") {
        return Err(Stop(1));
    }
    let target = zone.host.path(new);
    if std::fs::read_dir(&target).is_ok_and(|mut entries| entries.next().is_some()) {
        terminal.error(&format!(
            "could not move zone to {new}: directory not empty"
        ));
        return Err(Stop(1));
    }
    let mounts = zone.mounts_in_path(true);
    if !mounts.is_empty() {
        let text = format!(
            "These file systems are mounted on subdirectories of {}.\n",
            zone.path()
        );
        zone.complain(terminal, &text);
        zone.list_mounts(terminal, &mounts);
        return Err(Stop(1));
    }
    let _lock = zone.take_lock(terminal)?;
    step("move", "files").map_err(|_| Stop(1))?;
    move_files(terminal, zone, new)?;
    step_done("move", "files");
    let old = zone.path();
    zone.config.document.root.set("zonepath", new.as_bytes());
    if let Err(code) = zone.config.save(zone.host) {
        terminal.error(&format!(
            "zoneadm: zonecfg save failed: {}",
            error_text(code)
        ));
        let _ = std::fs::rename(&target, zone.host.path(&old));
        return Err(Stop(1));
    }
    Ok(())
}

fn move_files(terminal: &mut Terminal<'_>, zone: &Zone<'_>, new: &str) -> Done {
    let old = zone.path();
    if let Ok(Some(dataset)) = zone.dataset_at(&old) {
        zone.note(&format!("zfs set mountpoint={new} {dataset}"));
        // A dataset that stays where it is has its files moved all the same, and nothing is said.
        if move_dataset(zone, &dataset, new).is_ok() {
            return Ok(());
        }
    }
    let (from, to) = (zone.host.path(&old), zone.host.path(new));
    std::fs::remove_dir(&to)
        .and_then(|()| std::fs::rename(&from, &to))
        .map_err(|error| {
            terminal.error(&format!("zoneadm: could not move zone: {}", reason(&error)));
            Stop(1)
        })
}

fn move_dataset(zone: &Zone<'_>, dataset: &str, new: &str) -> Result<(), Refused> {
    if super::step("move", "zfs set").is_err() {
        return Err(Refused(format!("cannot set property for '{dataset}'")));
    }
    let environment = zone.active_environment(dataset).ok();
    let table = zone.host.read::<storage::Table>()?;
    let environment = environment.filter(|name| {
        table
            .datasets
            .get(name)
            .is_some_and(|found| found.mounted.is_some())
    });
    if environment.is_some() {
        storage::unmount_at(zone.host, &zone.root())?;
    }
    let old = zone.host.path(&zone.path());
    let mountpoint = [("mountpoint".to_owned(), new.to_owned())];
    storage::set(zone.host, dataset, &mountpoint)?;
    let _ = std::fs::remove_dir(old);
    match environment {
        Some(environment) => storage::mount_legacy(zone.host, &environment, &format!("{new}/root")),
        None => Ok(()),
    }
}
