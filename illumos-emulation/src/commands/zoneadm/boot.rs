//! `zoneadm ready`, `boot`, `halt`, `shutdown`, `reboot`, and the hook `sysboot`.

use std::time::{Duration, Instant};

use crate::host::BrandKind;
use crate::kernel::{self, KernelZone, Table};

use super::{Done, Options, Stop, Terminal, Zone, step, step_done, verify};

/// The longest text of boot arguments, its end included.
const BOOT_ARGUMENTS: usize = 256;

pub(super) fn ready(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>) -> Done {
    verify::verify(terminal, zone, false)?;
    let _daemon = daemon(terminal, zone)?;
    match zone.refresh() {
        "ready" => {
            zone.relay(terminal, "zone is already ready");
            return Ok(());
        }
        // The real one takes a zone that is up down first.
        state if state != "installed" => take_down(terminal, zone)?,
        _ => {}
    }
    bring_ready(terminal, zone).map_err(|stop| call_failed(terminal, zone, stop))
}

pub(super) fn boot(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let arguments = boot_arguments(terminal, zone, args)?;
    verify::verify(terminal, zone, false)?;
    let _daemon = daemon(terminal, zone)?;
    match zone.refresh() {
        "installed" => {
            bring_ready(terminal, zone).map_err(|stop| call_failed(terminal, zone, stop))?;
        }
        "ready" => {}
        _ => {
            zone.relay(terminal, "zone is already booted");
            return Ok(());
        }
    }
    start(terminal, zone, &arguments)
}

/// Mounts the root of a zone that is not booted, as the zones service does when the host starts.
pub(super) fn sysboot(terminal: &mut Terminal<'_>, zone: &Zone<'_>) -> Done {
    zone.mount_root().map_err(|text| {
        terminal.error(&text);
        Stop(40)
    })
}

pub(super) fn halt(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>) -> Done {
    let _daemon = daemon(terminal, zone)?;
    if zone.refresh() == "installed" {
        zone.relay(terminal, "zone is already halted");
        return Ok(());
    }
    take_down(terminal, zone)
}

pub(super) fn reboot(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let arguments = boot_arguments(terminal, zone, args)?;
    verify::verify(terminal, zone, false)?;
    let _daemon = daemon(terminal, zone)?;
    zone.refresh();
    take_down(terminal, zone)?;
    bring_ready(terminal, zone)?;
    start(terminal, zone, &arguments)
}

/// Shuts the zone down from inside and waits. The wait holds no lock.
pub(super) fn shutdown(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, args: &[String]) -> Done {
    let Ok(options) = Options::parse(args, "?r") else {
        return Err(Stop(super::usage(terminal)));
    };
    let arguments = boot_arguments(terminal, zone, options.rest)?;
    let started = Instant::now();
    let limit = match zone.host.setting("shutdown-timeout-seconds") {
        Some(_) => zone.host.seconds("shutdown-timeout-seconds"),
        None => Duration::from_secs(100),
    };
    let takes = zone.host.seconds("shutdown-seconds");
    let stuck = zone.host.setting_names("stuck-shutdown", &zone.name);
    while stuck || started.elapsed() < takes {
        if started.elapsed() >= limit {
            zone.relay(terminal, "unable to shutdown zone");
            return Err(Stop(1));
        }
        std::thread::sleep(Duration::from_millis(20));
        if !matches!(zone.refresh(), "running" | "shutting_down" | "down") {
            return Ok(());
        }
    }
    let _daemon = daemon(terminal, zone)?;
    if zone.refresh() != "installed" {
        take_down(terminal, zone)?;
    }
    if options.has('r') {
        bring_ready(terminal, zone)?;
        start(terminal, zone, &arguments)?;
    }
    Ok(())
}

/// Starts zoneadmd, which takes the zone lock, and waits for its turn.
fn daemon(terminal: &mut Terminal<'_>, zone: &Zone<'_>) -> Result<std::fs::File, Stop> {
    let daemon = zone.lock().and_then(|_started| zone.daemon());
    daemon.map_err(|error| zone.complain(terminal, &error.to_string()))
}

fn call_failed(terminal: &mut Terminal<'_>, zone: &Zone<'_>, stop: Stop) -> Stop {
    zone.complain(terminal, "call to zoneadmd failed");
    stop
}

/// The boot arguments: those given, else those configured.
fn boot_arguments(
    terminal: &mut Terminal<'_>,
    zone: &Zone<'_>,
    args: &[String],
) -> Result<String, Stop> {
    let args = args.strip_prefix(&["--".to_owned()]).unwrap_or(args);
    let arguments = if args.is_empty() {
        zone.config.property("bootargs")
    } else {
        args.join(" ")
    };
    if arguments.len() >= BOOT_ARGUMENTS {
        return Err(zone.complain(terminal, "Boot argument list too long"));
    }
    let mut unknown = Vec::new();
    let mut words = arguments.split_ascii_whitespace();
    while let Some(word) = words.next() {
        match word {
            "-s" | "-v" | "-r" => {}
            "-i" | "-m" => {
                words.next();
            }
            other => unknown.push(other),
        }
    }
    if !unknown.is_empty() {
        zone.relay(
            terminal,
            &format!(
                "WARNING: Unused or invalid boot arguments `{}'.",
                unknown.join(" ")
            ),
        );
    }
    Ok(arguments)
}

impl Zone<'_> {
    /// Looks at the state again.
    fn refresh(&mut self) -> &'static str {
        self.state = super::state_of(self.host, &self.name).unwrap_or("configured");
        self.state
    }

    fn set_status(&self, terminal: &mut Terminal<'_>, status: u32) -> Done {
        let changed = self.host.update(|table: &mut Table| {
            if let Some(zone) = table.by_name_mut(&self.name) {
                zone.status = status;
            }
            Ok::<_, std::io::Error>(())
        });
        changed.map_err(|error| self.complain(terminal, &error.to_string()))
    }

    fn snapshot_file(&self) -> std::path::PathBuf {
        self.host
            .path(&format!("/var/run/zones/{}.snapshot.xml", self.name))
    }

    /// Takes the zone out of the kernel and its links back.
    fn leave_kernel(&self) -> std::io::Result<()> {
        self.detach_links();
        self.host.update(|table: &mut Table| {
            table.remove(&self.name);
            Ok::<_, std::io::Error>(())
        })?;
        self.delete_on_demand();
        let _ = std::fs::remove_file(self.snapshot_file());
        Ok(())
    }
}

/// Brings an installed zone to ready; on failure it is installed again.
fn bring_ready(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>) -> Done {
    let ordered = |_| Stop(1);
    step("boot", "ready").map_err(ordered)?;
    if let Err(text) = zone.mount_root() {
        terminal.error(&text);
        return Err(Stop(1));
    }
    zone.create_on_demand(terminal)?;
    let config = zone.host.path(&format!("/etc/zones/{}.xml", zone.name));
    if let Err(error) = std::fs::copy(config, zone.snapshot_file()) {
        zone.relay(terminal, &format!("unable to create snapshot: {error}"));
        return Err(Stop(1));
    }
    let kernel_zone = KernelZone {
        id: 0,
        name: zone.name.clone(),
        status: kernel::STATUS_READY,
        root: zone.root() + "/",
        brand: match zone.brand.kind {
            BrandKind::Image => "native".to_owned(),
            _ => zone.brand.name.clone(),
        },
        bootargs: String::new(),
        ip_type: if zone.config.is_exclusive() {
            "excl"
        } else {
            "shared"
        }
        .to_owned(),
        init_pid: 0,
    };
    let added = zone
        .host
        .update(|table: &mut Table| Ok::<_, std::io::Error>(table.add(kernel_zone)));
    if !matches!(added, Ok(Some(_))) {
        zone.relay(terminal, "unable to create zone");
        return Err(Stop(1));
    }
    if let Err(stop) = zone.attach_links(terminal) {
        let _ = zone.leave_kernel();
        return Err(stop);
    }
    zone.refresh();
    step_done("boot", "ready");
    Ok(())
}

/// Starts init of a zone that is ready.
fn start(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>, arguments: &str) -> Done {
    let failed = |terminal: &mut Terminal<'_>, zone: &Zone<'_>, text: &str| {
        zone.relay(terminal, text);
        let _ = zone.leave_kernel();
        Err(call_failed(terminal, zone, Stop(1)))
    };
    if step("boot", "start").is_err() {
        return failed(
            terminal,
            zone,
            "unable to boot zone: Resource temporarily unavailable",
        );
    }
    let init = zone.host.path(&format!("{}/sbin/init", zone.root()));
    if zone.brand.kind != BrandKind::Machine && std::fs::symlink_metadata(init).is_err() {
        let text = format!(
            "could not stat {}/sbin/init: No such file or directory",
            zone.root()
        );
        return failed(terminal, zone, &text);
    }
    std::thread::sleep(zone.host.seconds("boot-seconds"));
    let started = zone.host.update(|table: &mut Table| {
        if let Some(found) = table.by_name_mut(&zone.name) {
            found.status = kernel::STATUS_RUNNING;
            arguments.clone_into(&mut found.bootargs);
            // No process is started; the number only has to be one.
            found.init_pid = 1000 + found.id;
        }
        Ok::<_, std::io::Error>(())
    });
    if let Err(error) = started {
        return failed(terminal, zone, &format!("unable to boot zone: {error}"));
    }
    zone.refresh();
    step_done("boot", "start");
    Ok(())
}

/// Brings a zone that is up back to installed.
fn take_down(terminal: &mut Terminal<'_>, zone: &mut Zone<'_>) -> Done {
    if zone.host.setting_names("stuck-halt", &zone.name) {
        zone.set_status(terminal, kernel::STATUS_DOWN)?;
        zone.relay(terminal, "unable to unmount file systems in zone");
        zone.relay(terminal, "unable to destroy zone");
        return Err(Stop(1));
    }
    step("halt", "shutting down").map_err(|_| Stop(1))?;
    zone.set_status(terminal, kernel::STATUS_SHUTTING_DOWN)?;
    std::thread::sleep(zone.host.seconds("halt-seconds"));
    step_done("halt", "shutting down");
    step("halt", "down").map_err(|_| Stop(1))?;
    zone.leave_kernel()
        .map_err(|error| zone.complain(terminal, &error.to_string()))?;
    zone.refresh();
    step_done("halt", "down");
    Ok(())
}
