//! What zoneadmd(8) does for zoneadm (illumos-gate usr/src/cmd/zoneadmd/zoneadmd.c, `server`).

use std::time::{Duration, Instant};

use crate::Flavour;
use crate::host::BrandKind;
use crate::kernel::{self, Control, KernelZone, ResourceTable, Resources, Table};

use super::{Done, Stop, Terminal, Zone, step, step_done};

/// What zoneadm asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    Ready,
    Boot,
    ForceBoot,
    Reboot,
    Halt,
    Shutdown,
    Mount,
    ForceMount,
    Unmount,
}

impl Command {
    /// The word that zoneadm has for it.
    fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Boot | Self::ForceBoot => "boot",
            Self::Reboot => "reboot",
            Self::Halt => "halt",
            Self::Shutdown => "shutdown",
            Self::Mount | Self::ForceMount => "mount",
            Self::Unmount => "unmount",
        }
    }

    /// Its name in the programs that have it.
    fn constant(self) -> String {
        let force = matches!(self, Self::ForceBoot | Self::ForceMount);
        let force = if force { "FORCE" } else { "" };
        format!("Z_{force}{}", self.word().to_ascii_uppercase())
    }
}

impl Zone<'_> {
    /// Has zoneadmd do something for the zone, which starts if it does not run. What it says is passed on.
    pub(super) fn ask_daemon(
        &mut self,
        terminal: &mut Terminal<'_>,
        command: Command,
        arguments: &str,
    ) -> Done {
        self.note(&format!(
            "door {} {} bootbuf=[{arguments}]",
            self.name,
            command.constant()
        ));
        let daemon = self.lock().and_then(|_started| match command {
            // A shutdown that waits keeps nobody else from the zone.
            Command::Shutdown => Ok(None),
            _ => self.daemon().map(Some),
        });
        let _daemon = daemon.map_err(|error| self.complain(terminal, &error.to_string()))?;
        self.answer_ordered(terminal, command)?;
        let state = self.refresh();
        match (command, state) {
            (_, "configured") | (_, "incomplete")
                if !matches!(command, Command::ForceBoot | Command::ForceMount) =>
            {
                self.refuse(terminal, command, state)
            }
            (Command::Mount | Command::ForceMount, "mounted") => {
                self.relay(terminal, "zone is already mounted");
                Err(Stop(1))
            }
            (Command::Unmount, "mounted") => self.leave(terminal),
            (_, "mounted") if command != Command::Halt => self.refuse(terminal, command, state),
            (Command::Mount | Command::ForceMount, "installed" | "incomplete") => {
                self.bring_mounted(terminal)
            }
            (Command::Mount | Command::ForceMount | Command::Unmount, _) => {
                self.refuse(terminal, command, state)
            }
            (Command::Ready, "ready") => {
                self.relay(terminal, "zone is already ready");
                Ok(())
            }
            (Command::Ready, "installed") => self.bring_ready(terminal),
            (Command::Ready, _) => {
                // A zone that is up goes down first.
                self.take_down(terminal)?;
                self.bring_ready(terminal)
            }
            (Command::Boot | Command::ForceBoot, "installed" | "incomplete" | "configured") => {
                self.bring_ready(terminal)?;
                self.start(terminal, arguments)
            }
            (Command::Boot | Command::ForceBoot, "ready") => self.start(terminal, arguments),
            (Command::Boot | Command::ForceBoot, _) => {
                self.relay(terminal, "zone is already booted");
                Ok(())
            }
            (Command::Halt, "installed") => {
                self.relay(terminal, "zone is already halted");
                Ok(())
            }
            (Command::Halt, _) => self.take_down(terminal),
            (Command::Reboot | Command::Shutdown, "installed" | "ready") => {
                self.refuse(terminal, command, state)
            }
            (Command::Reboot, _) => {
                self.take_down(terminal)?;
                self.bring_ready(terminal)?;
                self.start(terminal, arguments)
            }
            (Command::Shutdown, _) => self.shut_down(terminal),
        }
    }

    fn refuse(&self, terminal: &mut Terminal<'_>, command: Command, state: &str) -> Done {
        let word = command.word();
        let text = format!("{word} operation is invalid for zones in state '{state}'");
        self.relay(terminal, &text);
        Err(Stop(1))
    }

    /// Says what the setting `zoneadmd-COMMAND` orders, `STATUS TEXT` with `\n` between lines; another status than 0 ends the command.
    fn answer_ordered(&self, terminal: &mut Terminal<'_>, command: Command) -> Done {
        let Some(answer) = self.host.setting(&format!("zoneadmd-{}", command.word())) else {
            return Ok(());
        };
        let (status, text) = answer.split_once(' ').unwrap_or((&answer, ""));
        self.relay(terminal, &text.replace("\\n", "\n"));
        if status == "0" { Ok(()) } else { Err(Stop(1)) }
    }

    /// Runs the shutdown of the zone, and waits for it as long as the zones service allows.
    fn shut_down(&mut self, terminal: &mut Terminal<'_>) -> Done {
        let started = Instant::now();
        let limit = match self.host.setting("shutdown-timeout-seconds") {
            Some(_) => self.host.seconds("shutdown-timeout-seconds"),
            None => Duration::from_secs(100),
        };
        let takes = self.host.seconds("shutdown-seconds");
        let stuck = self.host.setting_names("stuck-shutdown", &self.name);
        while stuck || started.elapsed() < takes {
            if started.elapsed() >= limit {
                self.relay(terminal, "unable to shutdown zone");
                return Err(Stop(1));
            }
            std::thread::sleep(Duration::from_millis(20));
            if !matches!(self.refresh(), "running" | "shutting_down" | "down") {
                return Ok(());
            }
        }
        let daemon = self.daemon();
        let _daemon = daemon.map_err(|error| self.complain(terminal, &error.to_string()))?;
        if self.refresh() == "installed" {
            return Ok(());
        }
        self.take_down(terminal)
    }

    /// Tells a zoneadmd that still runs of an uninstall; it ends.
    pub(super) fn tell_of_uninstall(&self) {
        if std::fs::remove_file(self.door()).is_ok() {
            self.note(&format!(
                "door {} Z_NOTE_UNINSTALLING bootbuf=[]",
                self.name
            ));
        }
    }

    /// Looks at the state again.
    fn refresh(&mut self) -> &'static str {
        self.state = super::state_of(self.host, &self.name);
        self.state.unwrap_or("configured")
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

    fn run_file(&self, ending: &str) -> std::path::PathBuf {
        self.host
            .path(&format!("/var/run/zones/{}.{ending}", self.name))
    }

    /// Where zoneadmd is reached. A real one is no plain file.
    fn door(&self) -> std::path::PathBuf {
        self.run_file("zoneadmd_door")
    }

    /// Takes the zone out of the kernel and its links back.
    fn leave_kernel(&self) -> std::io::Result<()> {
        self.detach_links();
        self.host.update(|table: &mut Table| {
            table.remove(&self.name);
            Ok::<_, std::io::Error>(())
        })?;
        self.host.update(|table: &mut ResourceTable| {
            table.zones.remove(&self.name);
            Ok::<_, std::io::Error>(())
        })?;
        crate::smf::stop(self.host, &self.name)?;
        self.delete_on_demand();
        let _ = std::fs::remove_file(self.run_file("snapshot.xml"));
        let _ = std::fs::remove_file(self.door());
        Ok(())
    }

    fn leave(&mut self, terminal: &mut Terminal<'_>) -> Done {
        let left = self.leave_kernel();
        left.map_err(|error| self.complain(terminal, &error.to_string()))?;
        self.refresh();
        Ok(())
    }

    fn kernel_zone(&self, root: String) -> KernelZone {
        KernelZone {
            name: self.name.clone(),
            status: kernel::STATUS_READY,
            root,
            brand: match self.kind() {
                BrandKind::Image => "native".to_owned(),
                _ => self.brand_name.clone(),
            },
            ip_type: if self.config.is_exclusive() {
                "excl"
            } else {
                "shared"
            }
            .to_owned(),
            ..KernelZone::default()
        }
    }

    fn enter_kernel(&self, terminal: &mut Terminal<'_>, zone: KernelZone) -> Done {
        let added = self
            .host
            .update(|table: &mut Table| Ok::<_, std::io::Error>(table.add(zone)));
        if !matches!(added, Ok(Some(_))) {
            self.relay(terminal, "unable to create zone");
            return Err(Stop(1));
        }
        let _ = std::fs::write(self.door(), "");
        Ok(())
    }

    fn bring_mounted(&mut self, terminal: &mut Terminal<'_>) -> Done {
        if let Err(text) = self.mount_root() {
            terminal.error(&text);
            return Err(Stop(1));
        }
        let zone = self.kernel_zone(format!("{}/lu", self.path()));
        self.enter_kernel(terminal, zone)?;
        self.refresh();
        Ok(())
    }

    /// Brings an installed zone to ready; on failure it is installed again.
    fn bring_ready(&mut self, terminal: &mut Terminal<'_>) -> Done {
        step("boot", "ready").map_err(|_| Stop(1))?;
        if let Err(text) = self.mount_root() {
            terminal.error(&text);
            return Err(Stop(1));
        }
        self.create_on_demand(terminal)?;
        let snapshot = self.run_file("snapshot.xml");
        if let Err(error) = std::fs::copy(self.document_file(), snapshot) {
            self.relay(terminal, &format!("unable to create snapshot: {error}"));
            return Err(Stop(1));
        }
        let zone = self.kernel_zone(self.root() + "/");
        self.enter_kernel(terminal, zone)?;
        if let Err(stop) = self
            .give_resources(terminal)
            .and_then(|()| self.attach_links(terminal))
        {
            let _ = self.leave_kernel();
            return Err(stop);
        }
        self.refresh();
        step_done("boot", "ready");
        Ok(())
    }

    /// Gives the zone the resources of its configuration.
    fn give_resources(&self, terminal: &mut Terminal<'_>) -> Done {
        let mut controls: Vec<Control> = self
            .config
            .rctls()
            .iter()
            .flat_map(|rctl| {
                rctl.values.iter().filter_map(|value| {
                    Some(Control {
                        name: rctl.name.clone(),
                        privilege: value.priv_.clone(),
                        value: value.limit.parse().ok()?,
                        action: value.action.clone(),
                    })
                })
            })
            .collect();
        // Every zone has a share, so that one can be replaced.
        if controls
            .iter()
            .all(|control| control.name != "zone.cpu-shares")
        {
            controls.push(Control {
                name: "zone.cpu-shares".to_owned(),
                privilege: "privileged".to_owned(),
                value: 1,
                action: "none".to_owned(),
            });
        }
        let pool = self.config.property("pool");
        let class = self.config.property("scheduling-class");
        let resources = Resources {
            controls,
            memory_cap: match self.host.flavour() {
                Flavour::Upstream => self.config.memory_cap(),
                Flavour::Omnios => 0,
            },
            pool: if self.host.setting_names("pools", &pool) {
                pool
            } else {
                "pool_default".to_owned()
            },
            scheduling_class: if class.is_empty() {
                "TS".to_owned()
            } else {
                class
            },
        };
        let given = self.host.update(|table: &mut ResourceTable| {
            table.zones.insert(self.name.clone(), resources);
            Ok::<_, std::io::Error>(())
        });
        given.map_err(|error| self.complain(terminal, &error.to_string()))
    }

    /// Starts init of a zone that is ready. Without arguments, those of the configuration count.
    fn start(&mut self, terminal: &mut Terminal<'_>, arguments: &str) -> Done {
        let arguments = if arguments.is_empty() {
            self.config.property("bootargs")
        } else {
            arguments.to_owned()
        };
        self.warn_of_arguments(terminal, &arguments);
        if step("boot", "start").is_err() {
            return self.fail_to_start(
                terminal,
                "unable to boot zone: Resource temporarily unavailable",
            );
        }
        let init = self.host.path(&format!("{}/sbin/init", self.root()));
        if self.kind() != BrandKind::Machine && std::fs::symlink_metadata(init).is_err() {
            let text = format!(
                "could not stat {}/sbin/init: No such file or directory",
                self.root()
            );
            return self.fail_to_start(terminal, &text);
        }
        std::thread::sleep(self.host.seconds("boot-seconds"));
        let started = self.host.update(|table: &mut Table| {
            if let Some(found) = table.by_name_mut(&self.name) {
                found.status = kernel::STATUS_RUNNING;
                found.bootargs = arguments;
                // No process is started; the number only has to be one.
                found.init_pid = 1000 + found.id;
            }
            Ok::<_, std::io::Error>(())
        });
        if let Err(error) = started {
            return self.fail_to_start(terminal, &format!("unable to boot zone: {error}"));
        }
        if matches!(self.kind(), BrandKind::Image | BrandKind::Environment)
            && let Err(error) = crate::smf::start(self.host, &self.name, &self.root())
        {
            return self.fail_to_start(terminal, &format!("unable to boot zone: {error}"));
        }
        self.refresh();
        step_done("boot", "start");
        Ok(())
    }

    fn fail_to_start(&mut self, terminal: &mut Terminal<'_>, text: &str) -> Done {
        self.relay(terminal, text);
        let _ = self.leave_kernel();
        Err(Stop(1))
    }

    /// Warns of boot arguments that init does not know.
    fn warn_of_arguments(&self, terminal: &mut Terminal<'_>, arguments: &str) {
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
            let text = format!(
                "WARNING: Unused or invalid boot arguments `{}'.",
                unknown.join(" ")
            );
            self.relay(terminal, &text);
        }
    }

    /// Brings a zone that is up back to installed.
    fn take_down(&mut self, terminal: &mut Terminal<'_>) -> Done {
        if self.host.setting_names("stuck-halt", &self.name) {
            self.set_status(terminal, kernel::STATUS_DOWN)?;
            self.relay(terminal, "unable to unmount file systems in zone");
            self.relay(terminal, "unable to destroy zone");
            return Err(Stop(1));
        }
        step("halt", "shutting down").map_err(|_| Stop(1))?;
        self.set_status(terminal, kernel::STATUS_SHUTTING_DOWN)?;
        std::thread::sleep(self.host.seconds("halt-seconds"));
        step_done("halt", "shutting down");
        step("halt", "down").map_err(|_| Stop(1))?;
        self.leave(terminal)?;
        step_done("halt", "down");
        Ok(())
    }
}
