//! Which host the command works on: this one on illumos, an emulated one elsewhere.

use crate::output::Ui;
use crate::{Context, Failure};

/// The host is the one that the process runs on.
///
/// # Errors
/// As [`refuse_emulated`].
#[cfg(target_os = "illumos")]
pub(super) fn open(_: &mut Ui) -> Result<(), Failure> {
    refuse_emulated(std::env::var_os(EMULATED_HOST).as_deref())
}

/// Names the directory of the emulated host.
#[cfg(any(target_os = "illumos", test))]
const EMULATED_HOST: &str = "ZMGR_EMULATED_HOST";

/// Refuses to work on the real host where an emulated one is meant: a test that ran on illumos would destroy real zones.
#[cfg(any(target_os = "illumos", test))]
fn refuse_emulated(named: Option<&std::ffi::OsStr>) -> Result<(), Failure> {
    let Some(named) = named else { return Ok(()) };
    let message = format!(
        "{EMULATED_HOST} names {}, and this system has no emulated host: zmgr would change the real one",
        named.display()
    );
    let failure = Failure::new(
        crate::ExitCode::Usage,
        crate::failure::Code::EmulationHost,
        message,
    );
    Err(failure.with_help(format!("`unset {EMULATED_HOST}` to work on this host")))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emulated_host_that_is_named_is_refused_where_there_is_none() {
        assert_eq!(refuse_emulated(None), Ok(()));
        for named in ["", "/tmp/host"] {
            let failure = refuse_emulated(Some(named.as_ref())).unwrap_err();
            assert_eq!(failure.exit, crate::ExitCode::Usage);
            assert!(
                failure.message.contains("the real one"),
                "{}",
                failure.message
            );
        }
    }
}
