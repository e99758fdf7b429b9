//! `zoneadm clone`.

use crate::kernel;
use crate::storage::{self, Refused, Snapshots};
use crate::zonecfg::index;

use super::hook::{FATAL, HOOK_USAGE, Scan};
use super::{Done, Stop, Terminal, USAGE, Zone, step, step_done, usage, verify};

pub(super) fn clone(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let options = Scan::read(args, "?m:s:");
    let asks_for_help = options.has('?');
    if asks_for_help {
        usage::of(terminal, "clone");
    }
    let [source] = options.rest else {
        usage::of(terminal, "clone");
        return Err(Stop(USAGE));
    };
    let words = args.join(" ");
    if asks_for_help {
        return match zone.script(terminal, "clone", "clone", &words) {
            0 => Ok(()),
            _ => Err(Stop(1)),
        };
    }
    zone.refuse_state(terminal, "clone", false)?;
    verify::verify(terminal, zone, "clone", args)?;
    let from = open_source(terminal, zone, source)?;
    let _lock = zone.take_lock(terminal)?;
    zone.need_brand(terminal)?;
    let is_built_in = !zone.has_hook("clone");
    if is_built_in
        && let Some(snapshot) = options.value('s')
        && options.value('m').is_none_or(|method| method == "copy")
        && !zone.has_snapshot(snapshot)
    {
        // Without a word, and before the state changes.
        return Err(Stop(1));
    }
    zone.set_state(terminal, index::INCOMPLETE)
        .map_err(|_| Stop(1))?;
    let status = if zone.has_script("clone") {
        zone.script(terminal, "clone", "clone", &words)
    } else {
        let status = match step("clone", "files") {
            Ok(()) if is_built_in => built_in(terminal, zone, &from, &options),
            Ok(()) => match clone_image(terminal, zone, &from, options.value('s')) {
                Ok(()) => 0,
                Err(Refused(text)) => {
                    terminal.error(&text);
                    FATAL
                }
            },
            Err(code) => code,
        };
        if status == 0 {
            step_done("clone", "files");
        }
        status
    };
    if status != 0 {
        return Err(Zone::failed(terminal, "clone", status));
    }
    if zone.script(terminal, "clone", "postclone", &words) != 0 {
        return Err(zone.complain(terminal, "post-clone configuration failed."));
    }
    zone.set_state(terminal, index::INSTALLED)
        .map_err(|_| Stop(1))
}

/// Opens the zone that is to be cloned, if it may be.
fn open_source<'a>(
    terminal: &mut Terminal<'_>,
    zone: &Zone<'a>,
    source: &str,
) -> Result<Zone<'a>, Stop> {
    if source == "global" {
        let text = "clone operation is invalid for the global zone.";
        return Err(zone.complain(terminal, text));
    }
    if source.starts_with("SUNW") {
        let text = "clone operation is invalid for zones starting with SUNW.";
        return Err(zone.complain(terminal, text));
    }
    if let Some(up) = kernel::zone(zone.host, source) {
        let state = kernel::state_name(up.status, &up.root);
        let text = format!("clone operation is invalid for {state} zones.");
        return Err(zone.complain(terminal, &text));
    }
    let text = match super::state_of(zone.host, source) {
        None => format!("{source}: could not get state: No such zone configured"),
        Some("installed") => match super::open(zone.host, source) {
            Ok(from) if from.brand_name == zone.brand_name => return Ok(from),
            Ok(_) => format!(
                "Zones '{source}' and '{}' have different brand types.",
                zone.name
            ),
            Err(code) => format!("clone: {}", super::error_text(code)),
        },
        Some(state) => format!("zone {source} is {state}; installed is required."),
    };
    terminal.error(&format!("zoneadm: {text}"));
    Err(Stop(1))
}

/// What zoneadm does for brands without a hook; the exit status.
fn built_in(
    terminal: &mut Terminal<'_>,
    zone: &Zone<'_>,
    from: &Zone<'_>,
    options: &Scan<'_>,
) -> i32 {
    let method = options.value('m');
    if method.is_some_and(|method| method != "copy") {
        return HOOK_USAGE;
    }
    let path = zone.path();
    if let Some(snapshot) = options.value('s') {
        terminal.line(&format!("Cloning snapshot {snapshot}"));
        let cloned = zone.create_filesystem(terminal, &path, Some(snapshot));
        return if cloned { 0 } else { FATAL };
    }
    if method.is_none()
        && let Ok(Some(dataset)) = zone.dataset_at(&from.path())
        && let Some(snapshot) = from.take_clone_snapshot(&dataset)
    {
        terminal.line(&format!("Cloning snapshot {snapshot}"));
        if zone.create_filesystem(terminal, &path, Some(&snapshot)) {
            terminal.line("Instead of copying, a ZFS clone has been created for this zone.");
            return 0;
        }
    }
    copy(terminal, zone, from)
}

fn copy(terminal: &mut Terminal<'_>, zone: &Zone<'_>, from: &Zone<'_>) -> i32 {
    let mounts = from.mounts_in_path(false);
    if !mounts.is_empty() {
        let text = format!(
            "These file systems are mounted on subdirectories of {}.\n",
            from.path()
        );
        zone.complain(terminal, &text);
        zone.list_mounts(terminal, &mounts);
        return FATAL;
    }
    zone.create_zonepath(terminal);
    terminal.line(&format!("Copying {}...", from.path()));
    let (from, to) = (zone.host.path(&from.path()), zone.host.path(&zone.path()));
    let copied = storage::copy_entries(&from, &to, &[])
        .and_then(|()| storage::refuse_over_quota(zone.host, &zone.path()));
    match copied {
        Ok(()) => 0,
        Err(error) => {
            zone.complain(terminal, &format!("The copy failed: {error}"));
            FATAL
        }
    }
}

/// What the clone hook of the ipkg brand does.
fn clone_image(
    terminal: &mut Terminal<'_>,
    zone: &Zone<'_>,
    from: &Zone<'_>,
    wanted: Option<&str>,
) -> Result<(), Refused> {
    zone.create_zonepath(terminal);
    let source = from.zonepath_dataset().map_err(Refused)?;
    let environment = from.active_environment(&source).map_err(Refused)?;
    let snapshot = match wanted {
        Some(snapshot) if snapshot.contains('/') => snapshot.to_owned(),
        Some(snapshot) => format!("{environment}@{}", snapshot.trim_start_matches('@')),
        None => {
            let snapshots = zone.host.read::<Snapshots>()?;
            let name = |number: u32| match number {
                0 => format!("{environment}@{}_snap", zone.name),
                number => format!("{environment}@{}_snap{number}", zone.name),
            };
            let free = (0..100)
                .map(name)
                .find(|name| snapshots.get(name).is_none());
            let name = free.ok_or_else(|| Refused("ERROR: too many snapshots.".to_owned()))?;
            storage::snapshot(zone.host, &name)?;
            name
        }
    };
    let dataset = zone.zonepath_dataset().map_err(Refused)?;
    zone.create_environment(&dataset, Some(&snapshot))?;
    Ok(())
}

impl Zone<'_> {
    fn has_snapshot(&self, name: &str) -> bool {
        let snapshots = self.host.read::<Snapshots>();
        snapshots.is_ok_and(|snapshots| snapshots.get(name).is_some())
    }

    /// Takes the snapshot that a clone is made of: the first free number counts.
    fn take_clone_snapshot(&self, dataset: &str) -> Option<String> {
        let name = (1..10_000)
            .map(|number| format!("{dataset}@SUNWzone{number}"))
            .find(|name| !self.has_snapshot(name))?;
        self.note(&format!("zfs snapshot {name}"));
        storage::snapshot(self.host, &name).ok()?;
        Some(name)
    }
}
