//! `zoneadm install` and `uninstall`.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::commands::pkg;
use crate::host::BrandKind;
use crate::storage::Refused;
use crate::zonecfg::index;

use super::{Done, Options, Stop, Terminal, Zone, step, step_done, verify};

/// `ZONE_SUBPROC_USAGE`, `ZONE_SUBPROC_NOTCOMPLETE` and `ZONE_SUBPROC_FATAL`: what brand scripts exit with.
const USAGE: i32 = 253;
pub(super) const NOT_COMPLETE: i32 = 254;
pub(super) const FATAL: i32 = 255;

/// The size of the buffer that the script's command line has to fit.
const COMMAND_LENGTH: usize = 1024;

pub(super) fn install(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let known = format!("{}?", zone.brand.install_options);
    let Ok(options) = Options::parse(args, &known) else {
        return Err(zone.complain(terminal, "invalid option for this brand"));
    };
    if args.iter().map(|arg| arg.len() + 1).sum::<usize>() + zone.path().len() >= COMMAND_LENGTH {
        return Err(zone.complain(terminal, "Install command line too long"));
    }
    verify::verify(terminal, zone, true)?;
    let _lock = zone
        .lock()
        .map_err(|error| zone.complain(terminal, &error.to_string()))?;
    // Whoever held the lock may have changed it.
    if super::state_of(zone.host, &zone.name) != Some("configured") {
        return Err(zone.complain(terminal, "is already installed."));
    }
    zone.set_state(terminal, index::INCOMPLETE)?;
    let status = match step("install", "zonepath") {
        Ok(()) => match zone.create_zonepath() {
            Ok(made) => {
                step_done("install", "zonepath");
                if made {
                    terminal.line("A ZFS file system has been created for this zone.");
                }
                brand(terminal, zone, &options)
            }
            Err(Refused(text)) => {
                terminal.error(&text);
                FATAL
            }
        },
        Err(code) => code,
    };
    match status {
        0 => zone.set_state(terminal, index::INSTALLED),
        NOT_COMPLETE => {
            if let Err(Refused(text)) = zone.destroy_datasets() {
                terminal.error(&text);
                return Err(Stop(1));
            }
            zone.set_state(terminal, index::CONFIGURED)?;
            Err(Stop(1))
        }
        _ => Err(Stop(1)),
    }
}

/// The brand's install script; its exit status.
fn brand(terminal: &mut Terminal<'_>, zone: &Zone<'_>, options: &Options<'_>) -> i32 {
    match zone.brand.kind {
        BrandKind::Image => image(terminal, zone, options),
        BrandKind::Archive
            if options.value('s').is_none()
                && options.value('t').is_none()
                && options.value('a').is_none() =>
        {
            terminal.error("ERROR: The installation source must be specified.");
            USAGE
        }
        BrandKind::Archive | BrandKind::Machine | BrandKind::Plain => plain(terminal, zone),
    }
}

/// A root directory below the zonepath, without boot environments.
fn plain(terminal: &mut Terminal<'_>, zone: &Zone<'_>) -> i32 {
    if let Err(code) = step("install", "files") {
        return code;
    }
    let root = zone.host.path(&zone.root());
    let made = std::fs::create_dir_all(&root).and_then(|()| match zone.brand.kind {
        // A machine has no userland of its own.
        BrandKind::Machine => std::fs::create_dir_all(root.join("etc")),
        _ => super::root::fill(&root),
    });
    if let Err(error) = made {
        terminal.error(&format!("ERROR: {error}"));
        return FATAL;
    }
    step_done("install", "files");
    0
}

/// What the ipkg brand's script does and prints (OpenIndiana/pkg5 src/brand/pkgcreatezone).
fn image(terminal: &mut Terminal<'_>, zone: &Zone<'_>, options: &Options<'_>) -> i32 {
    if options.has('h') {
        terminal.line("        -h              Print this help message.");
        return USAGE;
    }
    if options.has('s') && options.has('v') {
        terminal.error("ERROR: -s and -v are mutually exclusive.");
        return USAGE;
    }
    if let Some(archive) = options.value('a').or(options.value('d')) {
        if options
            .value('a')
            .is_some_and(|archive| archive.contains('='))
        {
            terminal.error("-a publisher=uri option is obsolete, use -P instead.");
            return USAGE;
        }
        if options.has('u') == options.has('p') {
            terminal.error("ERROR: Only one of -u or -p may be specified, and one must be.");
            return USAGE;
        }
        terminal.line(&format!("       Image: {archive}"));
    }
    let own = match options.value('P').map(|pair| pair.split_once('=')) {
        Some(Some(pair)) => Some(pair),
        Some(None) => {
            terminal.error("ERROR: Publisher must be of the form publisher=uri.");
            return USAGE;
        }
        None => None,
    };
    let first = own
        .map(|(name, uri)| (name.to_owned(), uri.to_owned()))
        .or_else(|| pkg::first_publisher(zone.host));
    let Some((publisher, origin)) = first else {
        terminal.error("ERROR: Unable to determine the preferred publisher.");
        return FATAL;
    };
    terminal.line("Sanity Check: Looking for 'entire' incorporation.");
    if zone
        .host
        .setting_names("publishers-without-entire", &publisher)
    {
        terminal.error(&format!(
            "ERROR: Unable to locate the incorporation 'entire@0.5.11' in the preferred publisher '{publisher}'.\n\
             Use -P to supply a publisher which contains this package."
        ));
        return FATAL;
    }
    let started = Instant::now();
    let watch = Watch::new(zone.host.seconds("install-seconds"));
    let dataset = match zone.zonepath_dataset() {
        Ok(dataset) => dataset,
        Err(text) => {
            terminal.error(&text);
            return FATAL;
        }
    };
    let steps = (|| {
        step("install", "image")?;
        zone.create_environment(&dataset, None)
            .map_err(|Refused(text)| {
                terminal.error(&text);
                FATAL
            })?;
        terminal.line(&format!("       Image: Preparing at {}.", zone.root()));
        terminal.line("");
        pkg::create_image(zone.host, &zone.root(), own).map_err(|error| {
            terminal.error(&format!("ERROR: {error}"));
            FATAL
        })?;
        step_done("install", "image");
        terminal.line(&format!("   Publisher: Using {publisher} ({origin})."));
        terminal.line("       Cache: Using /var/pkg/publisher.");
        terminal.line("  Installing: Packages (output follows)");
        step("install", "packages")?;
        for part in 1..=PARTS {
            watch.wait(part)?;
            terminal.line(&format!(
                "Download: {:>3}/{TOTAL} packages",
                TOTAL * part / PARTS
            ));
        }
        for package in options.values('e') {
            terminal.line(&format!("Installing: {package}"));
        }
        let root = zone.host.path(&zone.root());
        super::root::fill(&root).map_err(|error| {
            terminal.error(&format!("ERROR: {error}"));
            FATAL
        })?;
        step_done("install", "packages");
        step("install", "postinstall")?;
        terminal.line(" Postinstall: Copying SMF seed repository ... done.");
        terminal.line(&format!(
            "        Done: Installation completed in {:.3} seconds.",
            started.elapsed().as_secs_f64()
        ));
        terminal.line("");
        terminal.line("  Next Steps: Boot the zone, then log into the zone console (zlogin -C)");
        terminal.line("              to complete the configuration process.");
        step_done("install", "postinstall");
        Ok(0)
    })();
    steps.unwrap_or_else(|code: i32| code)
}

/// How many lines of progress there are, and of how many packages they tell.
const PARTS: u32 = 10;
const TOTAL: u32 = 510;

/// The time that an install takes, and the signals that end it early.
struct Watch {
    started: Instant,
    total: Duration,
    told: Arc<AtomicBool>,
}

impl Watch {
    fn new(total: Duration) -> Self {
        let told = Arc::new(AtomicBool::new(false));
        // zoneadm itself goes on; it is the script that ends, with an exit status that says so.
        for signal in [
            signal_hook::consts::SIGINT,
            signal_hook::consts::SIGTERM,
            signal_hook::consts::SIGQUIT,
        ] {
            let _ = signal_hook::flag::register(signal, Arc::clone(&told));
        }
        Self {
            started: Instant::now(),
            total,
            told,
        }
    }

    /// Waits until the given part of the time has passed.
    fn wait(&self, part: u32) -> Result<(), i32> {
        let until = self.total * part / PARTS;
        loop {
            if self.told.load(Ordering::Relaxed) {
                return Err(NOT_COMPLETE);
            }
            let left = until.saturating_sub(self.started.elapsed());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(Duration::from_millis(20)));
        }
    }
}

pub(super) fn uninstall(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let Ok(options) = Options::parse(args, "?F") else {
        return Err(Stop(super::usage(terminal)));
    };
    if !options.has('F') {
        if !std::io::stdin().is_terminal() {
            terminal.error(
                "zoneadm: Input not from terminal and -F not specified: uninstall not done.",
            );
            return Err(Stop(1));
        }
        terminal.text(&format!(
            "Are you sure you want to uninstall zone {} (y/[n])? ",
            zone.name
        ));
        let mut answer = String::new();
        let _ = std::io::stdin().read_line(&mut answer);
        if !answer.trim_start().starts_with(['y', 'Y']) {
            return Ok(());
        }
    }
    let _lock = zone
        .lock()
        .map_err(|error| zone.complain(terminal, &error.to_string()))?;
    if super::state_of(zone.host, &zone.name) == Some("configured") {
        return Err(zone.complain(terminal, "is already in state 'configured'."));
    }
    zone.set_state(terminal, index::INCOMPLETE)?;
    step("uninstall", "datasets").map_err(|_| Stop(1))?;
    if let Err(Refused(text)) = zone.destroy_datasets() {
        terminal.error(&text);
        return Err(Stop(1));
    }
    step_done("uninstall", "datasets");
    zone.set_state(terminal, index::CONFIGURED)
}
