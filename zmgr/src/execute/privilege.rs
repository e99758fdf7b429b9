//! Whether this process may change the host: asked before anything is changed.

use crate::failure::Code;
use crate::{Context, ExitCode, Failure};

/// Refuses to go on without what changes need.
///
/// # Errors
/// `zmgr::privilege` (exit status 1) with what is needed.
pub fn check(context: &Context, command: &str) -> Result<(), Failure> {
    if allowed(context) {
        return Ok(());
    }
    let message = format!("{command} changes the host, and this user may not");
    Err(Failure::new(ExitCode::Failed, Code::Privilege, message).with_help(NEEDED))
}

#[cfg(target_os = "illumos")]
const NEEDED: &str = "run it as root in the global zone, or with pfexec and the profiles Zone Management, Zone Security and \
    Network Management; with --dry-run it needs no privilege";

/// `zoneadm` checks authorisations itself, but configurations, links and documents are written by this process.
#[cfg(target_os = "illumos")]
fn allowed(_: &Context) -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(target_os = "illumos"))]
const NEEDED: &str = "run it as the user that the emulated host's directory belongs to; with --dry-run it needs no privilege";

#[cfg(not(target_os = "illumos"))]
fn allowed(context: &Context) -> bool {
    let writable = |path: &std::path::Path| {
        !path.exists() || rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
    };
    [
        illumos::root().as_path(),
        &context.config_dir,
        &context.state_dir,
    ]
    .into_iter()
    .all(writable)
}
