//! What the install script of the ipkg brand does and prints (OpenIndiana/pkg5 src/brand/pkgcreatezone).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::commands::pkg;
use crate::storage::{self, Refused};

use super::hook::{FATAL, HOOK_USAGE as USAGE, NOT_COMPLETE};
use super::{Options, Terminal, Zone, step, step_done};

/// The options that the script itself takes.
const OPTIONS: &str = "a:c:d:e:hk:P:psuv";

/// Installs the zone with the arguments `args`; the exit status of the script.
pub(super) fn image(terminal: &mut Terminal<'_>, zone: &Zone<'_>, args: &[String]) -> i32 {
    let options = match Options::parse(args, OPTIONS) {
        Ok(options) if options.rest.is_empty() => options,
        _ => {
            terminal.line("        -h              Print this help message.");
            return USAGE;
        }
    };
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
        let filled = super::root::fill(&root)
            .and_then(|()| storage::refuse_over_quota(zone.host, &zone.root()));
        filled.map_err(|error| {
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
