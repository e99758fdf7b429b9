//! `zoneadm detach` and `attach`.

use crate::host::replace;
use crate::zonecfg::document::{self, write};
use crate::zonecfg::index;

use super::hook::Scan;
use super::zonepath::reason;
use super::{Done, Stop, Terminal, Zone, error_text, step, step_done, usage, verify};

const DETACHED: &str = "SUNWdetached.xml";

pub(super) fn detach(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let options = Scan::read(args, "?n");
    let words = args.join(" ");
    let asks_for_help = options.has('?');
    if asks_for_help {
        usage::of(terminal, "detach");
    }
    let executes = !options.has('n') && !asks_for_help;
    let mut lock = None;
    if executes {
        zone.refuse_state(terminal, "detach", false)?;
        verify::verify(terminal, zone, "detach", args)?;
        lock = zone.take_lock(terminal)?;
    } else {
        zone.need_brand(terminal)?;
    }
    if !asks_for_help && zone.script(terminal, "detach", "predetach", &words) != 0 {
        return Err(Stop(1));
    }
    if zone.has_script("detach") {
        let status = zone.script(terminal, "detach", "detach", &words);
        if status != 0 {
            return Err(Zone::failed(terminal, "detach", status));
        }
    } else if asks_for_help {
        return Ok(());
    } else {
        save_manifest(terminal, zone, executes)?;
    }
    if executes {
        zone.reset_state(terminal, index::CONFIGURED)?;
    }
    drop(lock);
    Ok(())
}

/// Writes the configuration into the zonepath, or prints it.
fn save_manifest(terminal: &mut Terminal<'_>, zone: &Zone<'_>, executes: bool) -> Done {
    let mounts = zone.mounts_in_path(zone.has_hook("detach"));
    if executes && !mounts.is_empty() {
        terminal.error(&format!(
            "These file systems are mounted on subdirectories of {}.",
            zone.path()
        ));
        zone.list_mounts(terminal, &mounts);
        return Err(Stop(1));
    }
    let bytes =
        write(&zone.config.document).map_err(|_| zone.complain(terminal, "Invalid document"))?;
    if !executes {
        terminal.text(&String::from_utf8_lossy(&bytes));
        return Ok(());
    }
    step("detach", "manifest").map_err(|_| Stop(1))?;
    let file = zone.host.path(&zone.path()).join(DETACHED);
    replace(&file, &bytes).map_err(|error| {
        terminal.error(&format!(
            "zoneadm: saving the detach manifest failed: {}",
            reason(&error)
        ));
        Stop(1)
    })?;
    step_done("detach", "manifest");
    Ok(())
}

pub(super) fn attach(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let options = Scan::read(args, "?Fn:U");
    let asks_for_help = options.has('?');
    if asks_for_help {
        usage::of(terminal, "attach");
    }
    let force = options.has('F') && !asks_for_help;
    // An update that an incomplete zone is allowed; the brand knows it as any update.
    let words = args
        .iter()
        .map(|word| match word.strip_prefix('-') {
            Some(letters) if letters.starts_with('U') => {
                format!("-{}", letters.replacen('U', "u", 1))
            }
            _ => word.clone(),
        })
        .collect::<Vec<_>>()
        .join(" ");
    if let Some(manifest) = options.value('n').filter(|_| !asks_for_help) {
        if force {
            let text = "-F and -n flags are mutually exclusive";
            return Err(zone.complain(terminal, text));
        }
        return try_manifest(terminal, zone, manifest, &words);
    }
    let mut lock = None;
    if !asks_for_help {
        zone.refuse_state(terminal, "attach", options.has('U'))?;
        verify::verify(terminal, zone, "attach", args)?;
        lock = zone.take_lock(terminal)?;
    }
    if !force {
        let status = run_attach(terminal, zone, &words);
        if status != 0 {
            return Err(Zone::failed(terminal, "attach", status));
        }
        if asks_for_help {
            return Ok(());
        }
    }
    let path = zone.path();
    if !zone.validate_zonepath(terminal, &path, "attach") {
        terminal.error(&format!(
            "could not verify zonepath {path} because of the above errors."
        ));
        return Err(Stop(1));
    }
    let manifest = zone.host.path(&path).join(DETACHED);
    if force {
        let _ = std::fs::rename(&manifest, manifest.with_file_name("SUNWattached.xml"));
    } else {
        let _ = std::fs::remove_file(&manifest);
    }
    zone.reset_state(terminal, index::INSTALLED)?;
    drop(lock);
    if !force && zone.script(terminal, "attach", "postattach", &words) != 0 {
        // That the zone is configured again is the answer; the exit status is that of setting the state.
        zone.reset_state(terminal, index::CONFIGURED)?;
    }
    Ok(())
}

/// Runs the brand's attach hook; its exit status. Without one there is nothing to do.
fn run_attach(terminal: &mut Terminal<'_>, zone: &Zone<'_>, words: &str) -> i32 {
    if zone.has_script("attach") || !zone.has_hook("attach") {
        return zone.script(terminal, "attach", "attach", words);
    }
    if let Err(code) = step("attach", "root") {
        return code;
    }
    if !zone.host.path(&zone.root()).is_dir() {
        terminal.error(&format!(
            "Failed to locate any dataset mounted at {}.  Attach requires a mounted dataset.",
            zone.root()
        ));
        return super::hook::FATAL;
    }
    step_done("attach", "root");
    0
}

/// Tries whether a zone with the given manifest could be attached. The zone need not be configured.
fn try_manifest(terminal: &mut Terminal<'_>, zone: &Zone<'_>, manifest: &str, words: &str) -> Done {
    let read = if manifest == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(zone.host.path(manifest))
    };
    let text = read.map_err(|error| {
        let text = format!(
            "could not open manifest path {}{manifest}: {}",
            if manifest.starts_with('/') { "" } else { "/" },
            reason(&error)
        );
        zone.complain(terminal, &text)
    })?;
    let known = document::Dtd::of(zone.host.flavour());
    let brand = document::parse(text.as_bytes(), known)
        .ok()
        .filter(|document| known.is_valid(document));
    let Some(document) = brand else {
        let text = match manifest {
            "-" => "Input is not a valid XML file".to_owned(),
            _ if text.starts_with("<?xml") => {
                "Cannot attach to an earlier release of the operating system".to_owned()
            }
            _ => format!("{manifest} is not an XML file"),
        };
        return Err(zone.complain(terminal, &text));
    };
    if document.root.name != "zone" {
        terminal.error(&format!(
            "zoneadm: attach: {}",
            error_text(crate::zonecfg::code::WRONG_DOC_TYPE)
        ));
        return Err(Stop(1));
    }
    zone.need_brand(terminal)?;
    match zone.script(terminal, "attach", "attach", words) {
        0 => Ok(()),
        status => Err(Zone::failed(terminal, "attach", status)),
    }
}
