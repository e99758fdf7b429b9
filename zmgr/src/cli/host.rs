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
pub(super) fn set_up(_: &Context, _: &mut Ui) -> Result<(), Failure> {
    Ok(())
}

/// Where the host's file system starts, if there is a host.
#[cfg(target_os = "illumos")]
#[expect(clippy::unnecessary_wraps, reason = "as on the other systems")]
pub(super) fn existing_root() -> Option<std::path::PathBuf> {
    Some("/".into())
}

#[cfg(not(target_os = "illumos"))]
pub(super) use emulated::{existing_root, open, set_up};

#[cfg(not(target_os = "illumos"))]
mod emulated {
    use std::path::PathBuf;

    use illumos_emulation::{Flavour, Host};

    use super::{Context, Failure, Ui};
    use crate::ExitCode;

    /// Opens the emulated host, or makes it.
    pub(in crate::cli) fn open(ui: &mut Ui) -> Result<(), Failure> {
        let flavour = match std::env::var("ZMGR_EMULATED_FLAVOUR").as_deref() {
            Err(_) | Ok("" | "upstream") => Flavour::Upstream,
            Ok("omnios") => Flavour::Omnios,
            Ok(other) => {
                let message =
                    format!("ZMGR_EMULATED_FLAVOUR is {other:?}, which is no distribution");
                return Err(
                    Failure::new(ExitCode::Usage, "zmgr::emulation::flavour", message)
                        .with_help("set it to upstream or omnios, or unset it"),
                );
            }
        };
        let dir = dir()?;
        let host = Host::open_or_create(&dir, flavour).map_err(|error| {
            let message = format!(
                "cannot open the emulated host in {}: {error}",
                dir.display()
            );
            Failure::new(ExitCode::Failed, "zmgr::emulation::host", message)
                .with_help("name another directory in ZMGR_EMULATED_HOST")
        })?;
        host.make_default();
        ui.status(format_args!(
            "this system is not illumos: working on the emulated host in {}",
            dir.display()
        ));
        Ok(())
    }

    /// Where the emulated host lies.
    fn dir() -> Result<PathBuf, Failure> {
        match std::env::var_os("ZMGR_EMULATED_HOST") {
            Some(dir) if !dir.is_empty() => Ok(PathBuf::from(dir)),
            _ => default_dir().ok_or_else(|| {
                Failure::new(
                    ExitCode::Failed,
                    "zmgr::emulation::host",
                    "there is no place for the emulated host: HOME is not set",
                )
                .with_help("name a directory in ZMGR_EMULATED_HOST")
            }),
        }
    }

    /// The directory of the emulated host, if it has been made.
    pub(in crate::cli) fn existing_root() -> Option<PathBuf> {
        dir().ok().filter(|dir| dir.is_dir())
    }

    /// A folder in the user's state directory.
    fn default_dir() -> Option<PathBuf> {
        let state = std::env::var_os("XDG_STATE_HOME")
            .map(PathBuf::from)
            .filter(|dir| dir.is_absolute());
        let state = state
            .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state")))?;
        Some(state.join("zmgr/host"))
    }

    /// Writes the default documents on a host that has none, so that it can be used at once.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the documents are not written yet"
    )]
    pub(in crate::cli) fn set_up(_: &Context, _: &mut Ui) -> Result<(), Failure> {
        Ok(())
    }
}
