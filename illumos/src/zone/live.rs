//! What can be changed of a zone while it runs: resource controls, the memory cap, the resource pool and the scheduling class.
//!
//! Each call starts a program of the system and needs root. Nothing of it is written to the zone's configuration, so that it is gone at the
//! next boot unless that says the same.

use std::time::Duration;

use super::ZoneName;
use crate::Result;
use crate::command::Command;

/// How long a program may take. `prctl` lends a process of the zone more privileges for a moment, and that process dies if `prctl` is
/// killed: the time is long enough never to run out but for a host that hangs.
const DEADLINE: Duration = Duration::from_secs(600);

/// What becomes of the privileged value of a resource control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RctlChange {
    /// The control gets its first value; `deny` refuses what goes over it.
    Set {
        /// In the unit of the control.
        value: u64,
        /// Whether more is refused.
        deny: bool,
    },
    /// Its value becomes another one.
    Replace {
        /// In the unit of the control.
        value: u64,
    },
    /// Its value goes.
    Delete,
}

/// The command that changes a resource control of a running zone.
///
/// # Source
/// prctl(1); illumos-gate usr/src/cmd/prctl/prctl.c.
#[must_use]
pub fn rctl_command(zone: &ZoneName, rctl: &str, change: RctlChange) -> Command {
    let mut args = vec!["-n".to_owned(), rctl.to_owned()];
    args.extend(["-t".to_owned(), "privileged".to_owned()]);
    match change {
        RctlChange::Set { value, deny } => {
            args.extend(["-s".to_owned(), "-v".to_owned(), value.to_string()]);
            if deny {
                args.extend(["-e".to_owned(), "deny".to_owned()]);
            }
        }
        RctlChange::Replace { value } => {
            args.extend(["-r".to_owned(), "-v".to_owned(), value.to_string()]);
        }
        RctlChange::Delete => args.push("-x".to_owned()),
    }
    args.extend(["-i".to_owned(), "zone".to_owned(), zone.to_string()]);
    Command::new("/usr/bin/prctl").args(args)
}

/// The command that caps the resident memory of a running zone, where that is not a resource control. It is in force while the service
/// `svc:/system/rcap` runs.
///
/// # Source
/// rcapadm(8); illumos-gate usr/src/cmd/rcap/rcapadm/rcapadm.c.
#[must_use]
pub fn memory_cap_command(zone: &ZoneName, bytes: u64) -> Command {
    let args = ["-z", zone.as_str(), "-m"].map(str::to_owned);
    Command::new("/usr/bin/rcapadm").args(args.into_iter().chain([bytes.to_string()]))
}

/// The command that binds a running zone to a resource pool.
///
/// # Source
/// poolbind(8); illumos-gate usr/src/cmd/pools/poolbind/poolbind.c.
#[must_use]
pub fn pool_command(zone: &ZoneName, pool: &str) -> Command {
    Command::new("/usr/sbin/poolbind").args(["-p", pool, "-i", "zoneid", zone.as_str()])
}

/// Runs one of these commands.
///
/// # Errors
/// [`ErrorKind::Failed`](crate::ErrorKind::Failed) with what the program said; `prctl` says `No controllable process found` of a zone in
/// which no process can be stopped.
pub fn run(command: Command) -> Result<()> {
    command.deadline(DEADLINE).run(&mut |_, _| {})?;
    Ok(())
}
