//! What `zoneadm` does: install, uninstall, boot, halt, shutdown, reboot, verify.
//!
//! Each function runs `/usr/sbin/zoneadm`, hands every line it prints to `line`, and fails with what it printed last. Needs the
//! global zone and all privileges.

use std::time::Duration;

use super::ZoneName;
use crate::Result;
use crate::command::{Command, Stream};

/// The `zoneadm` command that does `verb` on the zone: for running, and for showing what would be run.
///
/// # Errors
/// [`crate::ErrorKind::Invalid`] if an install argument has a character outside `[A-Za-z0-9/_.,:=@+-]`: zoneadm hands them to a shell.
pub fn zoneadm(name: &ZoneName, verb: Verb, args: &[String]) -> Result<Command> {
    let _ = (name, verb, args);
    unimplemented!()
}

/// What `zoneadm` is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// `install`, with brand options.
    Install,
    /// `uninstall -F`.
    Uninstall,
    /// `boot`, with boot arguments.
    Boot,
    /// `halt`.
    Halt,
    /// `shutdown`.
    Shutdown,
    /// `reboot`, which is not graceful.
    Reboot,
    /// `verify`.
    Verify,
}

/// Runs `zoneadm` and checks that the zone got there: a verb that the real tool answers with exit status 0 while
/// nothing happens (boot of a zone that is shutting down) is an error here.
///
/// # Errors
/// [`crate::ErrorKind::Busy`] if the zone's state does not allow the verb; [`crate::ErrorKind::TimedOut`]; [`crate::ErrorKind::Failed`].
pub fn run(
    name: &ZoneName,
    verb: Verb,
    args: &[String],
    deadline: Option<Duration>,
    line: &mut dyn FnMut(Stream, &str),
) -> Result<()> {
    let _ = (name, verb, args, deadline, line);
    unimplemented!()
}
