//! Which host the command works on: this one on illumos, an emulated one elsewhere.

use crate::output::Ui;
use crate::{Context, Failure};

/// The host is the one that the process runs on.
#[cfg(target_os = "illumos")]
#[expect(clippy::unnecessary_wraps, reason = "as on the other systems")]
pub(super) fn open(_: &mut Ui) -> Result<(), Failure> {
    Ok(())
}

/// A real host is set up by `zmgr init`.
#[cfg(target_os = "illumos")]
#[expect(clippy::unnecessary_wraps, reason = "as on the other systems")]
pub(super) fn set_up(_: &Context) -> Result<(), Failure> {
    Ok(())
}

#[cfg(not(target_os = "illumos"))]
pub(super) use emulated::{open, set_up};

#[cfg(not(target_os = "illumos"))]
mod emulated {
    use illumos_emulation::Host;

    use super::{Context, Failure, Ui};
    use crate::ExitCode;
    use crate::failure::Code;

    /// Opens the emulated host that the environment names, or makes it.
    pub(in crate::cli) fn open(ui: &mut Ui) -> Result<(), Failure> {
        let host = Host::from_environment().map_err(|error| {
            let message = format!("cannot open the emulated host: {error}");
            Failure::new(ExitCode::Failed, Code::EmulationHost, message)
                .with_help("ZMGR_EMULATED_HOST names its directory; ZMGR_EMULATED_FLAVOUR is upstream or omnios")
        })?;
        host.make_default();
        ui.status(format_args!(
            "this system is not illumos: working on the emulated host in {}",
            host.dir().display()
        ));
        Ok(())
    }

    /// Writes the default documents on a host that has none, so that it can be used at once.
    pub(in crate::cli) fn set_up(cx: &Context) -> Result<(), Failure> {
        if cx.config_dir == illumos::host_path("/etc/zmgr") && !cx.config_dir.exists() {
            crate::commands::init::first_time(cx)?;
        }
        Ok(())
    }
}
