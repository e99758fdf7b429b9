//! Mending what does not belong together, once more looking before anything is touched.

use crate::failure::Code;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};

use illumos::datalink::{Datalinks, LinkName};
use illumos::host_path;
use illumos::zone::{self, ZoneState};
use rustix::fs::{Mode, OFlags};

use super::{HostLock, Reporter, ZoneLocks, etherstub};
use crate::files;
use crate::plan::{BOOT_PROPERTIES, Mend, Vnic};
use crate::{Context, ExitCode, Failure};

/// Those who may not write.
const OTHERS: u32 = 0o022;

/// Does it, or leaves it if it is not what it was taken for.
pub(super) fn perform(
    context: &Context,
    reporter: &dyn Reporter,
    mend: &Mend,
) -> Result<(), Failure> {
    match mend {
        Mend::Index => Ok(zone::mend_index().map(drop)?),
        Mend::Leftover(path) => {
            let _host = HostLock::take(context, reporter)?;
            match files::remove(&below(context, path)?) {
                Err(failure) if failure.exit == ExitCode::NotFound => Ok(()),
                other => other,
            }
        }
        // Taking the lock and letting it go removes its file.
        Mend::StaleLock(zone) => {
            ZoneLocks::take(context, std::slice::from_ref(zone), reporter).map(drop)
        }
        Mend::DocumentMode(path) => restrict(&below(context, path)?, |mode| mode & !OTHERS),
        Mend::ZonepathMode { zonepath, .. } => restrict(&host_path(zonepath), |_| 0o700),
        Mend::LinkProtection { zone, vnic } => {
            let down = zone::find(zone)?.is_none_or(|found| {
                matches!(found.state, ZoneState::Configured | ZoneState::Installed)
            });
            if down { unprotect(vnic) } else { Ok(()) }
        }
        Mend::Etherstub(name) => {
            let _host = HostLock::take(context, reporter)?;
            etherstub::delete_if_unused(context, name, None)
        }
    }
}

/// Whether there is nothing to mend any more.
pub(super) fn is_done(context: &Context, mend: &Mend) -> Result<bool, Failure> {
    let mode_is = |path: PathBuf, bad: u32| match fs::symlink_metadata(&path) {
        Ok(metadata) => Ok(metadata.mode() & bad == 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(failed(&path, &error)),
    };
    match mend {
        Mend::Leftover(path) => Ok(!below(context, path)?.exists()),
        Mend::DocumentMode(path) => mode_is(below(context, path)?, OTHERS),
        Mend::ZonepathMode { zonepath, .. } => mode_is(host_path(zonepath), 0o077),
        Mend::Etherstub(name) => Ok(!etherstub::is_ours(&context.state_dir, name)),
        // Found out by doing it.
        Mend::Index | Mend::StaleLock(_) | Mend::LinkProtection { .. } => Ok(false),
    }
}

/// A path below the directory of the documents. A journal is no reason to go anywhere else.
fn below(context: &Context, path: &str) -> Result<PathBuf, Failure> {
    let plain =
        |component: Component<'_>| matches!(component, Component::Normal(_) | Component::CurDir);
    if Path::new(path).components().all(plain) {
        return Ok(context.config_dir.join(path));
    }
    let message = format!("{path} is not a document");
    Err(Failure::new(ExitCode::Failed, Code::FileFailed, message))
}

/// Changes the mode of a file or directory that is no symlink.
fn restrict(path: &Path, mode: impl Fn(u32) -> u32) -> Result<(), Failure> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(rustix::io::Errno::NOENT) => return Ok(()),
        Err(error) => return Err(failed(path, &error.into())),
    };
    files::point("file:chmod", path, || {
        let metadata = file.metadata()?;
        if metadata.is_file() && metadata.nlink() != 1 {
            return Err(io::Error::other("it has several hard links"));
        }
        file.set_permissions(Permissions::from_mode(mode(metadata.mode() & 0o7777)))
    })
}

fn unprotect(vnic: &Vnic) -> Result<(), Failure> {
    let links = Datalinks::open()?;
    let name: &LinkName = &vnic.name;
    let Some(link) = links.find(name.as_str())? else {
        return Ok(());
    };
    if link.zone.is_some() {
        return Ok(());
    }
    if let Some(difference) = vnic.difference(&link) {
        let message = format!("link {name} {difference}; it was not changed");
        return Err(Failure::new(ExitCode::Failed, Code::LinkChanged, message));
    }
    for property in BOOT_PROPERTIES {
        if !links.property(name.as_str(), property)?.is_empty() {
            links.set_property(name.as_str(), property, &[], false)?;
        }
    }
    Ok(())
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    let message = format!("cannot change the mode of {}: {error}", path.display());
    Failure::new(ExitCode::Failed, Code::FileFailed, message)
}
