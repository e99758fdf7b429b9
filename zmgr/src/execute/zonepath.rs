//! Zonepaths before a zone is installed and after it is gone: what was there before, and what others put there, is not the zone's.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::Path;

use illumos::zone::{ZoneName, ZoneState};
use illumos::{host_path, zfs};

use super::mark;
use crate::failure::{Cause, Code};
use crate::files::point;
use crate::plan::destroy::Remains;
use crate::plan::{Action, Directory, Plan};
use crate::{ExitCode, Failure};

/// The most names of a directory that a message lists.
const MAX_NAMES: usize = 3;

/// What a zone that was detached leaves in its zonepath (zoneadm(8), `detach`).
const DETACHED: &str = "SUNWdetached.xml";

/// What an installed zone has in its zonepath by itself.
const OWN: [&str; 4] = ["root", "dev", "lu", "lastexited"];

/// Refuses a plan that would install a zone over something, and notes in it which directories are there.
///
/// # Errors
/// As [`must_be_free`].
pub fn foresee(plan: &mut Plan) -> Result<(), Failure> {
    for step in &mut plan.steps {
        if let Some(Action::TakeBackInstall {
            zonepath, before, ..
        }) = &mut step.undo
        {
            must_be_free(zonepath)?;
            *before = directory(zonepath)?;
        }
    }
    Ok(())
}

/// Refuses a zonepath at which there is a dataset, or anything but an empty directory.
///
/// # Errors
/// `zmgr::create::zonepath` (exit status 7).
pub(super) fn must_be_free(zonepath: &str) -> Result<(), Failure> {
    let exists = |message: String| {
        Failure::new(ExitCode::Exists, Code::CreateZonepath, message).because(Cause::Existed)
    };
    let found = match fs::symlink_metadata(host_path(zonepath)) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("inspect", zonepath, &error)),
    };
    if !found.is_dir() {
        return Err(
            exists(format!("the zonepath {zonepath} is not a directory"))
                .with_help("choose another with --set zonepath=PATH"),
        );
    }
    if let Some((dataset, mark)) = zfs::property_at(zonepath, mark::PROPERTY)? {
        let whose = mark.map_or_else(String::new, |id| {
            format!(", which was made for a zone whose identity is {id}")
        });
        return Err(exists(format!(
            "dataset {dataset} is at the zonepath {zonepath} already{whose}{}",
            with(zonepath)?
        ))
        .with_help(format!(
            "`zfs list -r -t all {dataset}` shows it; `zfs destroy -r {dataset}` removes it with everything in it. Properties such as a \
             quota can be set once the zone is installed; --set zonepath=PATH names another zonepath"
        )));
    }
    let inside = with(zonepath)?;
    if inside.is_empty() {
        return Ok(());
    }
    Err(
        exists(format!("the zonepath {zonepath} is not empty{inside}"))
            .with_help("empty it, or choose another zonepath with --set zonepath=PATH"),
    )
}

/// The names in a directory, as the end of a sentence about it; nothing if it is empty.
fn with(zonepath: &str) -> Result<String, Failure> {
    let names = names(zonepath)?;
    Ok(match names.len() {
        0 => String::new(),
        count if count > MAX_NAMES => format!(" ({}, …)", names[..MAX_NAMES].join(", ")),
        _ => format!(" ({})", names.join(", ")),
    })
}

/// The names in a directory, sorted; none if it is not there.
fn names(zonepath: &str) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    let entries = match fs::read_dir(host_path(zonepath)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
        Err(error) => return Err(failed("inspect", zonepath, &error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| failed("inspect", zonepath, &error))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// What the directory is like; `None` if there is none.
fn directory(zonepath: &str) -> Result<Option<Directory>, Failure> {
    match fs::symlink_metadata(host_path(zonepath)) {
        Ok(found) => Ok(Some(Directory {
            mode: found.mode() & 0o7777,
            uid: found.uid(),
            gid: found.gid(),
        })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("inspect", zonepath, &error)),
    }
}

/// Whether a zonepath is as it was before.
pub(super) fn is_as_before(zonepath: &str, before: Option<Directory>) -> Result<bool, Failure> {
    Ok(directory(zonepath)? == before && names(zonepath)?.is_empty())
}

/// Whether nothing is at a zonepath.
pub(super) fn is_free(zonepath: &str) -> Result<bool, Failure> {
    Ok(directory(zonepath)?.is_none())
}

/// Makes a zonepath, from which its zone is gone, what it was before.
pub(super) fn restore(zonepath: &str, before: Option<Directory>) -> Result<(), Failure> {
    if is_as_before(zonepath, before)? {
        return Ok(());
    }
    let path = host_path(zonepath);
    let Some(before) = before else {
        return remove_empty(zonepath, &path);
    };
    let restore = || -> io::Result<()> {
        match fs::DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let found = fs::symlink_metadata(&path)?;
        if (found.uid(), found.gid()) != (before.uid, before.gid) {
            std::os::unix::fs::lchown(&path, Some(before.uid), Some(before.gid))?;
        }
        fs::set_permissions(&path, Permissions::from_mode(before.mode))
    };
    point("file:mkdir", &path, restore)
}

/// Removes the directory, in which nothing is.
fn remove_empty(zonepath: &str, path: &Path) -> Result<(), Failure> {
    point("file:unlink", path, || match fs::remove_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
            let inside = with(zonepath).unwrap_or_default();
            Err(io::Error::new(
                error.kind(),
                format!("it holds files that do not belong to the zone{inside}"),
            ))
        }
        other => other,
    })
}

/// What would be left of a zone at its zonepath once it is uninstalled, if anything. `dataset` is the one at the zonepath if it bears the
/// zone's mark.
///
/// # Errors
/// If the zonepath cannot be looked at.
pub fn remains(
    zonepath: &str,
    state: Option<ZoneState>,
    dataset: Option<&str>,
) -> Result<Option<Remains>, Failure> {
    let names = names(zonepath)?;
    let installed = !matches!(state, None | Some(ZoneState::Configured));
    let strange: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !OWN.contains(name) && *name != DETACHED)
        .collect();
    let left = if installed {
        !strange.is_empty()
    } else {
        dataset.is_some() || names.iter().any(|name| name == DETACHED)
    };
    Ok(left.then(|| Remains {
        zonepath: zonepath.to_owned(),
        dataset: dataset.map(str::to_owned),
        strange: strange.join(", "),
    }))
}

/// Removes what is left of a zone at its zonepath: the datasets that bear its mark, and an empty directory.
///
/// # Errors
/// `zmgr::destroy::not_ours` if something is there that is not provably the zone's.
pub(super) fn remove_remains(
    zone: &ZoneName,
    zonepath: &str,
    id: Option<&str>,
) -> Result<(), Failure> {
    let not_ours = |what: String| {
        let message = format!("{what}; it was not changed");
        Failure::new(ExitCode::Partial, Code::DestroyNotOurs, message)
    };
    if let Some((dataset, mark)) = zfs::property_at(zonepath, mark::PROPERTY)? {
        if id.is_none() || mark.as_deref() != id {
            return Err(not_ours(format!(
                "dataset {dataset} is not marked as belonging to zone {zone}"
            )));
        }
        if let Some(strange) = strange_dataset(&dataset)? {
            return Err(not_ours(format!(
                "dataset {strange} below the zonepath of zone {zone} was not made with it"
            )));
        }
        let strange = strange_files(zonepath)?;
        if !strange.is_empty() {
            return Err(not_ours(format!(
                "{zonepath} holds files that do not belong to the zone: {strange}"
            )));
        }
        zfs::destroy(&dataset, true)?;
    }
    remove_empty(zonepath, &host_path(zonepath))
}

/// A dataset below that of a zonepath that no brand makes.
fn strange_dataset(dataset: &str) -> Result<Option<String>, Failure> {
    let is_own = |below: &str| below == "ROOT" || below.starts_with("ROOT/");
    let below = |name: &str| {
        let below = name.strip_prefix(dataset)?.strip_prefix('/')?;
        (!is_own(below)).then(|| name.to_owned())
    };
    Ok(zfs::list()?.iter().find_map(|found| below(&found.name)))
}

/// What lies in a zonepath that is not of a zone.
fn strange_files(zonepath: &str) -> Result<String, Failure> {
    let mut names = names(zonepath)?;
    names.retain(|name| !OWN.contains(&name.as_str()) && name != DETACHED);
    Ok(names.join(", "))
}

fn failed(verb: &str, zonepath: &str, error: &io::Error) -> Failure {
    let message = format!("cannot {verb} the zonepath {zonepath}: {error}");
    Failure::new(ExitCode::Failed, Code::FileFailed, message)
}
