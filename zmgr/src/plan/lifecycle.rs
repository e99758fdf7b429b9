//! Booting, halting, shutting down and rebooting.

use crate::failure::Code;
use illumos::zone::{Zone, ZoneState};

use super::{Action, Direction, OnFailure, Plan, Step};
use crate::{ExitCode, Failure};

/// What is asked of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// Boot, with boot arguments.
    Boot(Vec<String>),
    /// Halt at once.
    Halt,
    /// Shut down gracefully, within so many seconds.
    Shutdown {
        /// How long the zone may take, in seconds.
        timeout: u64,
        /// Whether it is halted if it takes longer.
        force: bool,
    },
    /// Reboot, not gracefully.
    Reboot,
}

impl Verb {
    /// The command.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Boot(_) => "boot",
            Self::Halt => "halt",
            Self::Shutdown { .. } => "shutdown",
            Self::Reboot => "reboot",
        }
    }
}

/// Whether the zone was detached: zoneadm(8) leaves its configuration in the zonepath (illumos-gate `usr/src/cmd/zoneadm/zoneadm.c`,
/// `detach_func`) and does not install it anew.
fn is_detached(zone: &Zone) -> bool {
    let left = format!("{}/SUNWdetached.xml", zone.zonepath);
    illumos::host_path(left).exists()
}

/// Plans what is asked of the zone; `None` if it is as it shall be already.
///
/// # Errors
/// Exit status 7 if the zone's state does not allow it, those states included in which the real tool would do nothing and say so with
/// exit status 0.
pub fn lifecycle(zone: &Zone, verb: &Verb) -> Result<Option<Plan>, Failure> {
    use ZoneState::{
        Configured, Down, Incomplete, Installed, Mounted, Ready, Running, ShuttingDown,
    };
    let name = &zone.name;
    let action = match (verb, zone.state) {
        (Verb::Boot(args), Installed | Ready) => Action::Boot {
            zone: name.clone(),
            args: args.clone(),
        },
        (Verb::Boot(_), Running) | (Verb::Halt | Verb::Shutdown { .. }, Installed) => {
            return Ok(None);
        }
        (Verb::Halt, Ready | Running | ShuttingDown | Down) => Action::Halt(name.clone()),
        (Verb::Shutdown { timeout, force }, Running) => Action::Shutdown {
            zone: name.clone(),
            timeout: *timeout,
            force: *force,
        },
        (Verb::Shutdown { force: true, .. }, Ready | ShuttingDown | Down) => {
            Action::Halt(name.clone())
        }
        (Verb::Reboot, Running) => Action::Reboot(name.clone()),
        (_, state) => {
            let message = format!("zone {name} is {state}; {} is not possible", verb.as_str());
            let failure = Failure::new(ExitCode::Exists, Code::ZoneState, message);
            return Err(match state {
                Configured if is_detached(zone) => failure.with_help(format!(
                    "it is detached; attach it first: `zoneadm -z {name} attach`"
                )),
                Configured => failure.with_help(format!("install it first: `zoneadm -z {name} install`")),
                Incomplete => failure.with_help(format!(
                    "an install or uninstall did not finish; `zoneadm -z {name} uninstall -F` returns it to configured"
                )),
                Installed => failure.with_help(format!("`zmgr boot {name}` boots it")),
                Mounted => failure.with_help(format!("unmount it with `zoneadm -z {name} unmount`")),
                Ready | ShuttingDown | Down => failure.with_help(format!("`zmgr halt {name}` halts it")),
                Running => failure,
            });
        }
    };
    let (step, recovery) = match (verb, zone.state) {
        // A boot that fails half way leaves the zone ready, which nobody asked for.
        (Verb::Boot(_), Installed) => (
            Step::new(action, Some(Action::Halt(name.clone()))),
            Direction::Undo,
        ),
        // A zone cannot be brought back from being half down.
        _ => (Step::forward(action, OnFailure::Stop), Direction::Resume),
    };
    let mut plan = Plan::new(verb.as_str(), vec![name.clone()], vec![step]);
    plan.recovery = recovery;
    Ok(Some(plan))
}
