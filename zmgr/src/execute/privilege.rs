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
    let message = format!("{command} needs privileges that this user does not have");
    Err(Failure::new(ExitCode::Failed, Code::Privilege, message).with_help(NEEDED))
}

#[cfg(target_os = "illumos")]
const NEEDED: &str = "run it as root in the global zone, or with pfexec and the profiles Zone Management, Zone Security and \
    Network Management; --dry-run needs no privileges";

/// `zoneadm` checks authorisations itself, but configurations, links and documents are written by this process.
#[cfg(target_os = "illumos")]
fn allowed(_: &Context) -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(target_os = "illumos"))]
const NEEDED: &str =
    "run it as the owner of the emulated host's directory; --dry-run needs no privileges";

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
