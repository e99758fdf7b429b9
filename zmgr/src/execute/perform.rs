//! Doing what an action says, once, on the host that there is.
//!
//! Every action may be repeated: what is done already is no error, so that recovery may run one that happened without being recorded.

use crate::failure::Code;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use illumos::command::{Command, Stream};
use illumos::datalink::{Datalinks, LinkName};
use illumos::zone::lifecycle::{self, Verb};
use illumos::zone::{self, ZoneConfig, ZoneName, ZoneState, live, store};
use illumos::{Error, ErrorKind};

use super::{
    Event, HostLock, Reporter, boot_links, documents, etherstub, interrupt, look, mark, mend, own,
    released, zoneadm, zonepath,
};
use crate::plan::{Action, Live, Vnic, ZoneFile};
use crate::{Context, ExitCode, Failure, zone_root};

/// How long something busy is tried again before the step fails.
pub(super) const BUSY: Duration = Duration::from_secs(15);

/// How long a zone may take to get out of `shutting_down` and `down`.
const TEARDOWN: Duration = Duration::from_secs(60);

/// How often something busy is tried again.
pub(super) const POLL: Duration = Duration::from_millis(200);

/// What actions are carried out with.
pub(super) struct Performer<'a> {
    pub(super) context: &'a Context,
    pub(super) reporter: &'a dyn Reporter,
    /// Whether a running program is ended when the person asks to stop. Not while something is undone.
    pub(super) stoppable: bool,
}

impl Performer<'_> {
    /// Does what `action` says, handing every line that a program prints to `line`.
    ///
    /// # Errors
    /// What the host, or the documents, answered.
    pub(super) fn perform(
        &self,
        action: &Action,
        line: &mut dyn FnMut(&str),
    ) -> Result<(), Failure> {
        match action {
            Action::ChangeDocuments(changes) => {
                documents::change(&self.context.config_dir, changes)
            }
            Action::CreateEtherstub(name) => {
                let _host = HostLock::take(self.context, self.reporter)?;
                etherstub::create(&self.context.state_dir, name)
            }
            Action::DeleteEtherstub { name, zone } => {
                let _host = HostLock::take(self.context, self.reporter)?;
                etherstub::delete_if_unused(self.context, name, Some(zone))
            }
            Action::CreateVnic(vnic) => {
                let links = Datalinks::open()?;
                self.while_busy(&vnic.name, || links.create_vnic(vnic).map(drop))
            }
            Action::DeleteVnic(vnic) => self.delete_vnic(vnic),
            Action::CreateZone(config) => Ok(config.create()?),
            Action::ReplaceZone { from, to } => replace_zone(from, to),
            Action::DeleteZone(config) => self.delete_zone(config),
            Action::Install { zone, args } => self.install(zone, args, line),
            Action::Uninstall(zone) => self.uninstall(zone, line),
            Action::TakeBackInstall {
                zone,
                zonepath,
                before,
            } => self
                .uninstall(zone, line)
                .and_then(|()| zonepath::restore(zonepath, *before)),
            Action::RemoveRemains {
                zone, zonepath, id, ..
            } => zonepath::remove_remains(zone, zonepath, id.as_deref()),
            Action::WriteZoneFiles {
                zone,
                zonepath,
                files,
            } => write_zone_files(zone, zonepath, files),
            Action::SetLinkProperties { vnic, properties } => {
                let links = Datalinks::open()?;
                for (name, value) in properties {
                    let values: Vec<&str> = value
                        .as_ref()
                        .map_or_else(Vec::new, |value| value.split(',').collect());
                    links.set_property(vnic.as_str(), name, &values, false)?;
                }
                Ok(())
            }
            Action::Release { zone, addresses } => {
                let _host = HostLock::take(self.context, self.reporter)?;
                released::note(&self.context.state_dir, zone, addresses)
            }
            Action::EndQuarantine { zone, addresses } => {
                let _host = HostLock::take(self.context, self.reporter)?;
                released::take_back(&self.context.state_dir, zone, addresses)
            }
            Action::SetPublishers {
                zone,
                image,
                publishers,
            } => self.set_publishers(zone, image, publishers),
            Action::Boot { zone, args } => self.boot(zone, args, line),
            Action::Halt(zone) => self.halt(zone, line),
            Action::Shutdown {
                zone,
                timeout,
                force,
            } => self.shutdown(zone, Duration::from_secs(*timeout), *force, line),
            Action::Mend(mend) => mend::perform(self.context, self.reporter, mend),
            Action::Reboot(zone) => self.reboot(zone, line),
            Action::ChangeRunning { zone, change } => change_running(zone, change),
        }?;
        self.confirmed(action)
    }

    /// Makes sure that what `zoneadm` reports as done is the case.
    fn confirmed(&self, action: &Action) -> Result<(), Failure> {
        let (Action::Install { zone, .. }
        | Action::Uninstall(zone)
        | Action::TakeBackInstall { zone, .. }
        | Action::Boot { zone, .. }
        | Action::Halt(zone)
        | Action::Shutdown { zone, .. }) = action
        else {
            return Ok(());
        };
        if look::is_done(self.context, action)? {
            if let Action::Halt(zone) | Action::Shutdown { zone, .. } = action {
                // The zone is down: what cannot be taken off its links now is found by `doctor`.
                if let Err(failure) = boot_links::let_go(zone) {
                    self.reporter.report(&Event::Warning {
                        message: format!(
                            "zone {zone} is down, and its links may keep what it had set: {}",
                            failure.message
                        ),
                        help: Some(
                            "`zmgr doctor` finds what is left, `zmgr doctor --fix` takes it off"
                                .to_owned(),
                        ),
                    });
                }
            }
            return Ok(());
        }
        let state = zone::find(zone)?.map_or("gone".to_owned(), |found| found.state.to_string());
        let message = format!("zoneadm ended with exit status 0, but zone {zone} is {state}");
        Err(Failure::new(ExitCode::Failed, Code::ZoneState, message)
            .with_help(format!("`zoneadm -z {zone} list -v` shows its state")))
    }

    /// Runs `zoneadm`, once no other `zoneadm` works on the zone.
    fn lifecycle(
        &self,
        zone: &ZoneName,
        verb: Verb,
        args: &[String],
        deadline: Option<Duration>,
        line: &mut dyn FnMut(&str),
    ) -> Result<(), Failure> {
        zoneadm::wait(self.context, zone, self.stoppable, self.reporter)?;
        let with = |mut command: Command| {
            if self.stoppable {
                command = command.stop_when(Arc::clone(interrupt::flag()));
            }
            match deadline {
                Some(deadline) => command.deadline(deadline),
                None => command,
            }
        };
        let mut line = |_: Stream, text: &str| line(text);
        Ok(lifecycle::run_as(zone, verb, args, with, &mut line)?)
    }

    fn install(
        &self,
        zone: &ZoneName,
        args: &[String],
        line: &mut dyn FnMut(&str),
    ) -> Result<(), Failure> {
        match zone::get(zone)?.state {
            // What is there now must not be taken for a part of the zone.
            ZoneState::Configured => zonepath::must_be_free(&ZoneConfig::read(zone)?.zonepath)?,
            // What an install leaves that was cut short.
            ZoneState::Incomplete => self.uninstall(zone, line)?,
            _ => return mark::set(zone),
        }
        self.lifecycle(zone, Verb::Install, args, None, line)?;
        mark::set(zone)
    }

    fn uninstall(&self, zone: &ZoneName, line: &mut dyn FnMut(&str)) -> Result<(), Failure> {
        match zone::find(zone)? {
            None => Ok(()),
            Some(found) if found.state == ZoneState::Configured => Ok(()),
            Some(_) => self.lifecycle(zone, Verb::Uninstall, &[], None, line),
        }
    }

    fn boot(
        &self,
        zone: &ZoneName,
        args: &[String],
        line: &mut dyn FnMut(&str),
    ) -> Result<(), Failure> {
        self.settled(zone)?;
        if zone::get(zone)?.state == ZoneState::Running {
            return Ok(());
        }
        // Whether the global zone uses a link was asked before, of all zones at once.
        boot_links::check(zone, None, &BTreeSet::new())?;
        self.lifecycle(zone, Verb::Boot, args, None, line)
    }

    fn halt(&self, zone: &ZoneName, line: &mut dyn FnMut(&str)) -> Result<(), Failure> {
        match zone::find(zone)?.map(|found| found.state) {
            None | Some(ZoneState::Configured | ZoneState::Incomplete | ZoneState::Installed) => {
                Ok(())
            }
            Some(_) => {
                self.lifecycle(zone, Verb::Halt, &[], None, line)?;
                self.settled(zone)
            }
        }
    }

    fn shutdown(
        &self,
        zone: &ZoneName,
        timeout: Duration,
        force: bool,
        line: &mut dyn FnMut(&str),
    ) -> Result<(), Failure> {
        // A shutdown that was cut short: the zone has left `running`, and only a halt is possible.
        if zone::find(zone)?.is_none_or(|found| found.state != ZoneState::Running) {
            return self.halt(zone, line);
        }
        let stopped = self
            .lifecycle(zone, Verb::Shutdown, &[], Some(timeout), line)
            .and_then(|()| self.settled(zone));
        match stopped {
            Err(failure) if force && failure.exit != ExitCode::Interrupted => {
                self.reporter.report(&Event::Warning {
                    message: format!(
                        "zone {zone} did not shut down and is halted: {}",
                        failure.message
                    ),
                    help: None,
                });
                self.halt(zone, line)
            }
            Err(failure) => Err(failure.with_help(format!(
                "`zmgr shutdown --force {zone}` halts it if it takes too long"
            ))),
            Ok(()) => Ok(()),
        }
    }

    fn reboot(&self, zone: &ZoneName, line: &mut dyn FnMut(&str)) -> Result<(), Failure> {
        if zone::get(zone)?.state == ZoneState::Running {
            return self.lifecycle(zone, Verb::Reboot, &[], None, line);
        }
        // A reboot that was cut short when the zone was down.
        self.halt(zone, line)?;
        self.boot(zone, &[], line)
    }

    /// Waits until the zone is neither shutting down nor held `down` by something.
    fn settled(&self, zone: &ZoneName) -> Result<(), Failure> {
        let deadline = Instant::now() + TEARDOWN;
        let mut told = false;
        loop {
            let state = zone::find(zone)?.map(|found| found.state);
            let Some(state @ (ZoneState::ShuttingDown | ZoneState::Down)) = state else {
                return Ok(());
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let message = format!(
                    "zone {zone} is still {state} after {} seconds",
                    TEARDOWN.as_secs()
                );
                return Err(Failure::new(ExitCode::Exists, zoneadm::BUSY, message).with_help(format!(
                    "a process of the global zone holds something of it: `fuser -c` on its file systems and `pgrep snoop` find it; \
                     then `zoneadm -z {zone} halt`"
                )));
            }
            if !told {
                self.reporter.report(&Event::Waiting {
                    what: format!("zone {zone}, which is {state}"),
                    at_most: left,
                });
                told = true;
            }
            std::thread::sleep(POLL.min(left));
        }
    }

    fn delete_zone(&self, expected: &ZoneConfig) -> Result<(), Failure> {
        let name = &expected.zonename;
        let found = match ZoneConfig::read(name) {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        own::zone(expected, &found)?;
        zoneadm::wait(self.context, name, self.stoppable, self.reporter)?;
        Ok(store::delete(name, false)?)
    }

    fn delete_vnic(&self, vnic: &Vnic) -> Result<(), Failure> {
        let links = Datalinks::open()?;
        let Some(link) = links.find(vnic.name.as_str())? else {
            return Ok(());
        };
        own::vnic(vnic, &link)?;
        match self.while_busy(&vnic.name, || links.delete_vnic(&vnic.name)) {
            Err(failure) if failure.is_gone() && links.find(vnic.name.as_str())?.is_none() => {
                Ok(())
            }
            other => other,
        }
    }

    /// Tries again for a while as long as the answer is that the link is busy, and says who holds it.
    fn while_busy(
        &self,
        name: &LinkName,
        mut attempt: impl FnMut() -> Result<(), Error>,
    ) -> Result<(), Failure> {
        let deadline = Instant::now() + BUSY;
        let mut told = false;
        loop {
            let error = match attempt() {
                Ok(()) => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Busy => error,
                Err(error) => return Err(error.into()),
            };
            let holder = link_holder(name);
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || (self.stoppable && interrupt::requested()) {
                let mut failure = Failure::from(error);
                if let Some(zone) = &holder {
                    failure.message = format!("{}; zone {zone} holds it", failure.message);
                }
                return Err(failure.with_help(format!(
                    "find out what holds it: `dladm show-linkprop -p zone {name}`, `ipadm show-if {name}`, `pgrep -fl snoop`"
                )));
            }
            if !told {
                let what = match holder {
                    Some(zone) => format!("link {name}, which zone {zone} holds"),
                    None => format!("link {name}, which is busy"),
                };
                self.reporter.report(&Event::Waiting {
                    what,
                    at_most: left,
                });
                told = true;
            }
            std::thread::sleep(POLL.min(left));
        }
    }
}

/// The zone that has the link now, if one has.
fn link_holder(name: &LinkName) -> Option<String> {
    Datalinks::open().ok()?.find(name.as_str()).ok()??.zone
}

/// Changes a running zone; one that has ended meanwhile has nothing to change.
fn change_running(zone: &ZoneName, change: &Live) -> Result<(), Failure> {
    if zone::get(zone)?.state != ZoneState::Running {
        return Ok(());
    }
    live::run(change.command(zone)).map_err(|error| {
        let failure = Failure::from(error);
        let message = format!(
            "the configuration of zone {zone} is changed, and the running zone is not: {}",
            failure.message
        );
        Failure { message, ..failure }.with_help(format!(
            "it takes effect when the zone boots: `zmgr reboot {zone}`"
        ))
    })
}

fn replace_zone(from: &ZoneConfig, to: &ZoneConfig) -> Result<(), Failure> {
    if ZoneConfig::read(&to.zonename)? == *to {
        return Ok(());
    }
    match to.replace(from)? {
        store::Commit::Saved => Ok(()),
        store::Commit::OutOfDate => Err(Failure::new(
            ExitCode::Failed,
            Code::ZoneChanged,
            format!("the configuration of zone {} was changed by someone else in the meantime; nothing was written", to.zonename),
        )
        .with_help("run the command again")),
    }
}

/// Writes files of a zone, which must be installed and not run: root in it could lead every step of a path elsewhere.
fn write_zone_files(zone: &ZoneName, zonepath: &str, files: &[ZoneFile]) -> Result<(), Failure> {
    let state = zone::get(zone)?.state;
    if state != ZoneState::Installed {
        let message = format!(
            "zone {zone} is {state}: its files can be written only while it is installed and not running"
        );
        return Err(Failure::new(ExitCode::Exists, Code::ZoneState, message)
            .with_help(format!("`zmgr halt {zone}` halts it")));
    }
    files
        .iter()
        .try_for_each(|file| zone_root::write(zonepath, &file.path, file.text.as_deref()))
}
