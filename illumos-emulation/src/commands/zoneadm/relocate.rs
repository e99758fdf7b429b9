//! `zoneadm mark`, `detach`, `attach` and `move`.

use crate::host::replace;
use crate::storage::{self, Refused};
use crate::zonecfg::document::write;
use crate::zonecfg::index::{self, Change, put};

use super::{Done, Options, Stop, Terminal, USAGE, Zone, error_text, step, step_done};

pub(super) fn mark(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let Ok(options) = Options::parse(args, "?F") else {
        return Err(Stop(USAGE));
    };
    let state = match options.rest {
        [state] if state == "incomplete" => index::INCOMPLETE,
        [state] if state == "configured" && options.has('F') => index::CONFIGURED,
        [state] if state == "installed" && options.has('F') => index::INSTALLED,
        _ => return Err(Stop(USAGE)),
    };
    if zone.state == "configured" && !options.has('F') {
        return Err(zone.complain(terminal, "must be installed before mark."));
    }
    let _lock = zone
        .lock()
        .map_err(|error| zone.complain(terminal, &error.to_string()))?;
    zone.set_state(terminal, state)
}

const DETACHED: &str = "SUNWdetached.xml";

pub(super) fn detach(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let Ok(options) = Options::parse(args, "?n") else {
        return Err(Stop(super::usage(terminal)));
    };
    let bytes =
        write(&zone.config.document).map_err(|_| zone.complain(terminal, "Invalid document"))?;
    if options.has('n') {
        terminal.text(&String::from_utf8_lossy(&bytes));
        return Ok(());
    }
    let _lock = zone
        .lock()
        .map_err(|error| zone.complain(terminal, &error.to_string()))?;
    step("detach", "manifest").map_err(|_| Stop(1))?;
    let file = zone.host.path(&zone.path()).join(DETACHED);
    replace(&file, &bytes).map_err(|error| zone.complain(terminal, &error.to_string()))?;
    step_done("detach", "manifest");
    zone.set_state(terminal, index::CONFIGURED)
}

pub(super) fn attach(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let Ok(options) = Options::parse(args, "?Fn:uUa:d:r:") else {
        return Err(Stop(super::usage(terminal)));
    };
    if options.has('F') && options.has('n') {
        terminal.error("zoneadm: -F and -n flags are mutually exclusive");
        return Err(Stop(1));
    }
    let _lock = zone
        .lock()
        .map_err(|error| zone.complain(terminal, &error.to_string()))?;
    step("attach", "root").map_err(|_| Stop(1))?;
    if !options.has('F') && !zone.host.path(&zone.root()).is_dir() {
        terminal.error(&format!(
            "Failed to locate any dataset mounted at {}.  Attach requires a mounted dataset.",
            zone.root()
        ));
        return Err(Stop(1));
    }
    let _ = std::fs::remove_file(zone.host.path(&zone.path()).join(DETACHED));
    step_done("attach", "root");
    zone.set_state(terminal, index::INSTALLED)
}

/// Moves the zonepath. Configuration, index and dataset follow.
pub(super) fn relocate(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let [new] = args else {
        return Err(Stop(super::usage(terminal)));
    };
    if !new.starts_with('/') || new.split('/').any(|component| component == "..") {
        terminal.error(&format!("{new} is not an absolute path."));
        return Err(Stop(1));
    }
    let new = new.trim_end_matches('/').to_owned();
    let target = zone.host.path(&new);
    if std::fs::read_dir(&target).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(zone.complain(
            terminal,
            &format!("could not move zone: {new} exists and is not empty"),
        ));
    }
    let _lock = zone
        .lock()
        .map_err(|error| zone.complain(terminal, &error.to_string()))?;
    step("move", "files").map_err(|_| Stop(1))?;
    let moved = move_files(zone, &new);
    moved.map_err(|Refused(text)| zone.complain(terminal, &text))?;
    step_done("move", "files");
    zone.config.document.root.set("zonepath", new.as_bytes());
    let file = zone.host.path(&format!("/etc/zones/{}.xml", zone.name));
    let bytes =
        write(&zone.config.document).map_err(|_| zone.complain(terminal, "Invalid document"))?;
    replace(&file, &bytes).map_err(|error| zone.complain(terminal, &error.to_string()))?;
    let change = Change::Modify {
        name: zone.name.as_bytes(),
        state: None,
        path: new.as_bytes(),
        new_name: &[],
        uuid: [0; 16],
    };
    put(zone.host, &change).map_err(|code| zone.complain(terminal, error_text(code)))
}

fn move_files(zone: &Zone<'_>, new: &str) -> Result<(), Refused> {
    let Some(dataset) = zone.dataset_at(&zone.path())? else {
        return Ok(std::fs::rename(
            zone.host.path(&zone.path()),
            zone.host.path(new),
        )?);
    };
    let environment = zone.active_environment(&dataset).ok();
    if let Some(environment) = &environment {
        storage::unmount(zone.host, environment)?;
    }
    storage::set(zone.host, &dataset, "mountpoint", new)?;
    match environment {
        Some(environment) => storage::mount(zone.host, &environment, Some(&format!("{new}/root"))),
        None => Ok(()),
    }
}
