//! The lock that zoneadm(8) holds on a zone while it works on it. A `zoneadm` that is started meanwhile would wait for it without an
//! end, so zmgr waits, and for so long as it was told to.

use crate::failure::Code;
use std::time::{Duration, Instant};

use illumos::zone::{self, LockHolder, ZoneName};

use super::{Event, Reporter, interrupt};
use crate::{Context, ExitCode, Failure};

/// The code of a zone that something else works on.
pub(super) const BUSY: Code = Code::ZoneBusy;

/// How often the lock is looked at again.
const POLL: Duration = Duration::from_millis(200);

/// Waits until no `zoneadm` works on any of the zones. To be called with their locks held, before anything is begun.
///
/// # Errors
/// `zmgr::zone::busy` (exit status 7) if one still does after `--lock-timeout`; exit status 130 if the person asks to stop.
pub fn idle(context: &Context, zones: &[ZoneName], reporter: &dyn Reporter) -> Result<(), Failure> {
    zones
        .iter()
        .try_for_each(|zone| wait(context, zone, true, reporter))
}

/// Waits until no `zoneadm` works on the zone; a person who asks to stop is heard if `stoppable`.
///
/// # Errors
/// As [`idle`].
pub(super) fn wait(
    context: &Context,
    zone: &ZoneName,
    stoppable: bool,
    reporter: &dyn Reporter,
) -> Result<(), Failure> {
    let deadline = Instant::now() + context.lock_timeout;
    let mut told = false;
    while let Some(holder) = zone::zoneadm_lock_holder(zone)? {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(busy(zone, holder));
        }
        if stoppable && interrupt::requested() {
            return Err(interrupt::failure("zmgr was waiting for another zoneadm"));
        }
        if !told {
            reporter.report(&Event::Waiting {
                what: format!("zone {zone}, which {} works on", process(holder)),
                at_most: left,
            });
            told = true;
        }
        std::thread::sleep(POLL.min(left));
    }
    Ok(())
}

fn process(holder: LockHolder) -> String {
    holder.pid.map_or_else(
        || "another process".to_owned(),
        |pid| format!("process {pid}"),
    )
}

fn busy(zone: &ZoneName, holder: LockHolder) -> Failure {
    let path = format!("/var/run/zones/{zone}.zoneadm.lock");
    let message = format!("zone {zone} is busy: {} holds {path}", process(holder));
    let look = match holder.pid {
        Some(pid) => format!("`ps -fp {pid}` shows the process"),
        None => format!("`fuser {path}` finds the process"),
    };
    Failure::new(ExitCode::Exists, BUSY, message).with_help(format!(
        "wait until it ends, or allow more time with --lock-timeout; {look}"
    ))
}
