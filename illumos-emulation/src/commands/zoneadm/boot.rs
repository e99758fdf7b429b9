//! `zoneadm ready`, `boot`, `halt`, `shutdown`, `reboot`, `mount` and `unmount`, which zoneadmd does, and the hook `sysboot`.

use super::daemon::Command;
use super::{Done, Options, Stop, Terminal, USAGE, Zone, no_words, own_options, usage, verify};

/// The longest text of boot arguments, its end included.
const BOOT_ARGUMENTS: usize = 256;

/// `Z_BRAND_ERROR`.
const BRAND_ERROR: i32 = 40;

pub(super) fn ready(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    no_words(terminal, "ready", args)?;
    zone.refuse_state(terminal, "ready", false)?;
    verify::verify(terminal, zone, "ready", args)?;
    let asked = zone.ask_daemon(terminal, Command::Ready, "");
    asked.map_err(|stop| call_failed(terminal, zone, stop))
}

pub(super) fn boot(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let options = own_options(terminal, "boot", args, "?fs")?;
    // An option -s counts as an argument, to which the others are joined without a blank.
    let single_user = if options.has('s') { "-s" } else { "" };
    let arguments = boot_arguments(terminal, zone, single_user, &options)?;
    let force = options.has('f');
    zone.refuse_state(terminal, "boot", force)?;
    verify::verify(terminal, zone, "boot", args)?;
    let command = if force {
        Command::ForceBoot
    } else {
        Command::Boot
    };
    let asked = zone.ask_daemon(terminal, command, &arguments);
    asked.map_err(|stop| call_failed(terminal, zone, stop))
}

/// Mounts the zone's root for maintenance.
pub(super) fn mount(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let options = Options::parse(args, "f").map_err(|_| Stop(USAGE))?;
    if !options.rest.is_empty() {
        return Err(Stop(USAGE));
    }
    let force = options.has('f');
    zone.refuse_state(terminal, "mount", force)?;
    verify::verify(terminal, zone, "mount", args)?;
    let command = if force {
        Command::ForceMount
    } else {
        Command::Mount
    };
    let asked = zone.ask_daemon(terminal, command, "");
    asked.map_err(|stop| call_failed(terminal, zone, stop))
}

pub(super) fn unmount(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    if !args.is_empty() {
        return Err(Stop(USAGE));
    }
    zone.refuse_state(terminal, "unmount", false)?;
    let asked = zone.ask_daemon(terminal, Command::Unmount, "");
    asked.map_err(|stop| call_failed(terminal, zone, stop))
}

/// Mounts the root of a zone that is not booted, as the zones service does when the host starts.
pub(super) fn sysboot(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>) -> Done {
    zone.refuse_state(terminal, "sysboot", false)?;
    if zone.brand.is_none() {
        let text = format!(
            "missing or invalid brand during sysboot operation: {}",
            zone.brand_name
        );
        return Err(zone.complain(terminal, &text));
    }
    if zone.has_script("sysboot") || !zone.has_hook("sysboot") {
        return match zone.script(terminal, "sysboot", "sysboot", "") {
            0 => Ok(()),
            _ => Err(Stop(BRAND_ERROR)),
        };
    }
    zone.mount_root().map_err(|text| {
        terminal.error(&text);
        Stop(BRAND_ERROR)
    })
}

pub(super) fn halt(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    no_words(terminal, "halt", args)?;
    zone.refuse_state(terminal, "halt", false)?;
    zone.verify_brand(terminal, "halt", args)?;
    zone.ask_daemon(terminal, Command::Halt, "")
}

pub(super) fn reboot(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let options = own_options(terminal, "reboot", args, "?")?;
    let arguments = boot_arguments(terminal, zone, "", &options)?;
    zone.refuse_state(terminal, "reboot", false)?;
    verify::verify(terminal, zone, "reboot", args)?;
    zone.ask_daemon(terminal, Command::Reboot, &arguments)
}

/// Shuts the zone down from inside and waits; with `-r` it boots again.
pub(super) fn shutdown(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let options = own_options(terminal, "shutdown", args, "?r")?;
    if !options.rest.is_empty() && !options.has('r') {
        usage::of(terminal, "shutdown");
        return Err(Stop(USAGE));
    }
    let arguments = boot_arguments(terminal, zone, "", &options)?;
    zone.refuse_state(terminal, "shutdown", false)?;
    zone.verify_brand(terminal, "shutdown", args)?;
    zone.ask_daemon(terminal, Command::Shutdown, &arguments)?;
    if options.has('r') {
        zone.ask_daemon(terminal, Command::Boot, &arguments)?;
    }
    Ok(())
}

fn call_failed(terminal: &mut Terminal<'_>, zone: &Zone<'_>, stop: Stop) -> Stop {
    zone.complain(terminal, "call to zoneadmd failed");
    stop
}

/// The words after the options, joined.
fn boot_arguments(
    terminal: &mut Terminal<'_>,
    zone: &Zone<'_>,
    first: &str,
    options: &Options<'_>,
) -> Result<String, Stop> {
    let arguments = format!("{first}{}", options.rest.join(" "));
    if arguments.len() >= BOOT_ARGUMENTS {
        return Err(zone.complain(terminal, "Boot argument list too long"));
    }
    Ok(arguments)
}
