//! Etherstubs that zmgr made: they go when nothing uses them any more.
//!
//! A file below `etherstubs/` says that an etherstub is ours. It is written before the etherstub is made and removed after it is
//! deleted, so that whatever happens in between, an etherstub that is ours is known to be. All of this is done under the host's lock.

use crate::failure::{Cause, Code};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use illumos::ErrorKind;
use illumos::datalink::{Datalinks, LinkClass, LinkName};
use illumos::zone::ZoneName;

use super::{HostLock, Reporter, documents};
use crate::plan::{Action, Plan, Step};
use crate::{Context, ExitCode, Failure};

fn mark(state_dir: &Path, name: &LinkName) -> PathBuf {
    state_dir.join("etherstubs").join(name.as_str())
}

/// Whether zmgr made the etherstub.
#[must_use]
pub fn is_ours(state_dir: &Path, name: &LinkName) -> bool {
    mark(state_dir, name).exists()
}

/// Makes the etherstub unless there is one.
pub(super) fn create(state_dir: &Path, name: &LinkName) -> Result<(), Failure> {
    let links = Datalinks::open()?;
    if let Some(link) = links.find(name.as_str())? {
        if link.class == LinkClass::Etherstub {
            return Ok(());
        }
        let message = format!("link {name} already exists and is not an etherstub");
        return Err(
            Failure::new(ExitCode::Exists, Code::HostAlreadyExists, message)
                .because(Cause::Existed),
        );
    }
    set_mark(state_dir, name, true)?;
    let made = links.create_etherstub(name, false);
    if made.is_err() {
        let _ = set_mark(state_dir, name, false);
    }
    Ok(made?)
}

/// Deletes the etherstub if it is ours, no VNIC is over it and no registry entry but that of `zone` names it.
pub(super) fn delete_if_unused(
    context: &Context,
    name: &LinkName,
    zone: Option<&ZoneName>,
) -> Result<(), Failure> {
    if !is_ours(&context.state_dir, name) {
        return Ok(());
    }
    // First what costs less: on a large host some entry names it nearly always, and every link is much to ask for.
    if is_named(context, name, zone).map_err(|error| failed(name, &error))? {
        return Ok(());
    }
    let links = Datalinks::open()?;
    let all = links.list()?;
    let used = |link: &illumos::datalink::Link| {
        link.vnic
            .as_ref()
            .is_some_and(|vnic| vnic.over.as_deref() == Some(name.as_str()))
    };
    if all.iter().any(used) {
        return Ok(());
    }
    if all
        .iter()
        .any(|link| link.name == name.as_str() && link.class == LinkClass::Etherstub)
    {
        match links.delete_etherstub(name) {
            // Somebody has put something on it since: it stays.
            Err(error) if error.kind() == ErrorKind::Busy => return Ok(()),
            // Gone already, unless that is not true: without its mark it would stay for ever.
            Err(error)
                if error.kind() != ErrorKind::NotFound || links.find(name.as_str())?.is_some() =>
            {
                return Err(error.into());
            }
            _ => {}
        }
    }
    set_mark(&context.state_dir, name, false)
}

/// Deletes what nothing uses any more of the etherstubs that the links of an undone operation are over; what could not be deleted, and why.
///
/// The steps of an operation do not see to each: one that another operation made, and had to leave because of this one, has no step here, or
/// one that never began.
pub(super) fn let_go(
    context: &Context,
    reporter: &dyn Reporter,
    plan: &Plan,
) -> Vec<(LinkName, Failure)> {
    let over = |step: &Step| match &step.action {
        Action::CreateEtherstub(name) => Some(name.clone()),
        Action::CreateVnic(vnic) => vnic.over.parse().ok(),
        _ => None,
    };
    let names: BTreeSet<LinkName> = plan.steps.iter().filter_map(over).collect();
    let ours = names
        .into_iter()
        .filter(|name| is_ours(&context.state_dir, name));
    let delete = |name: LinkName| {
        let deleted = HostLock::take(context, reporter)
            .and_then(|_host| delete_if_unused(context, &name, None));
        Some((name, deleted.err()?))
    };
    ours.filter_map(delete).collect()
}

/// Whether a registry entry, but for `except`, names the etherstub: one whose VNIC is still to be made counts as much as a VNIC. The name alone is looked
/// for, so that an entry that cannot be understood counts as well.
fn is_named(context: &Context, name: &LinkName, except: Option<&ZoneName>) -> io::Result<bool> {
    let entries = match fs::read_dir(context.config_dir.join("zones")) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        let counts = |file: &str| {
            file.strip_suffix(".kdl")
                .is_some_and(|name| except.is_none_or(|except| name != except.as_str()))
        };
        let kdl = path
            .file_name()
            .and_then(|file| file.to_str())
            .is_some_and(counts);
        if kdl && documents::read(&path)?.is_some_and(|text| text.contains(name.as_str())) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The etherstubs that zmgr made, whether they are still there or not.
///
/// # Errors
/// If the marks cannot be read.
pub fn ours(state_dir: &Path) -> io::Result<Vec<LinkName>> {
    let entries = match fs::read_dir(state_dir.join("etherstubs")) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        names.extend(name.to_str().and_then(|name| name.parse().ok()));
    }
    Ok(names)
}

fn set_mark(state_dir: &Path, name: &LinkName, ours: bool) -> Result<(), Failure> {
    let path = mark(state_dir, name);
    if ours == path.exists() {
        return Ok(());
    }
    documents::write(&path, None, ours.then_some("made by zmgr\n"))
}

fn failed(name: &LinkName, error: &io::Error) -> Failure {
    let message = format!("cannot determine whether etherstub {name} is in use: {error}");
    Failure::new(ExitCode::Failed, Code::EtherstubFailed, message)
}
