//! `zoneadm uninstall`.

use std::io::IsTerminal;

use crate::zonecfg::index;

use super::hook::Scan;
use super::{Done, Stop, Terminal, Zone, error_text, step, step_done, usage};

pub(super) fn uninstall(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let options = Scan::read(args, "?F");
    let words = args.join(" ");
    if options.has('?') {
        usage::of(terminal, "uninstall");
        return match zone.script(terminal, "uninstall", "uninstall", &words) {
            0 => Ok(()),
            _ => Err(Stop(1)),
        };
    }
    zone.refuse_state(terminal, "uninstall", false)?;
    zone.verify_brand(terminal, "uninstall", args)?;
    if !options.has('F') && !ask(terminal, zone)? {
        return Ok(());
    }
    zone.tell_of_uninstall();
    let _lock = zone.take_lock(terminal)?;
    let mounts = zone.mounts_in_root();
    if !mounts.is_empty() {
        let text = format!(
            "These file systems are mounted on subdirectories of {}.\n",
            zone.root()
        );
        zone.complain(terminal, &text);
        zone.list_mounts(terminal, &mounts);
        return Err(Stop(1));
    }
    if zone.script(terminal, "uninstall", "preuninstall", &words) != 0 {
        return Err(Stop(1));
    }
    zone.set_state(terminal, index::INCOMPLETE)?;
    if zone.has_script("uninstall") {
        let status = zone.script(terminal, "uninstall", "uninstall", &words);
        if status != 0 {
            return Err(Zone::failed(terminal, "uninstall", status));
        }
    } else {
        step("uninstall", "datasets").map_err(|_| Stop(1))?;
        if zone.has_hook("uninstall") {
            zone.destroy_image(terminal)?;
        } else if !zone.clean_up(terminal, false) {
            terminal.error(&format!(
                "zoneadm: {}: cleaning up zonepath failed: {}",
                zone.name,
                error_text(-1)
            ));
            return Err(Stop(1));
        }
        step_done("uninstall", "datasets");
    }
    zone.set_state(terminal, index::CONFIGURED)
}

/// Asks whether the zone is to go. Without a terminal it stays.
fn ask(terminal: &mut Terminal<'_>, zone: &Zone<'_>) -> Result<bool, Stop> {
    if !std::io::stdin().is_terminal() {
        let text = "Input not from terminal and -F not specified: uninstall not done.";
        return Err(zone.complain(terminal, text));
    }
    loop {
        terminal.text(&format!(
            "Are you sure you want to uninstall zone {} (y/[n])? ",
            zone.name
        ));
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer).unwrap_or_default();
        match answer.chars().next() {
            Some('y' | 'Y') => return Ok(true),
            Some('\n' | 'n' | 'N') => return Ok(false),
            _ if read == 0 => return Ok(false),
            _ => {}
        }
    }
}
