//! Changing documents as a step: what was read is what is replaced.

use crate::failure::{Cause, Code};
use std::io;
use std::path::{Path, PathBuf};

use crate::documents::LARGEST;
use crate::files;
use crate::plan::{Action, DocumentChange, Plan};
use crate::{Context, ExitCode, Failure};

/// Makes every change. A document that is as it shall become already is left as it is, so that the changes back take back what was made
/// of them before a failure.
///
/// # Errors
/// `zmgr::document::changed` if one is neither what it was nor what it shall become, and `zmgr::document::failed` if one cannot be read:
/// nothing is changed then. If one cannot be written, some may be changed.
pub(super) fn change(directory: &Path, changes: &[DocumentChange]) -> Result<(), Failure> {
    let mut pending = Vec::new();
    for change in changes {
        let path = path(directory, change)?;
        let found = read(&path).map_err(|error| failed("read", &path, &error))?;
        if found == change.after {
            continue;
        }
        if found != change.before {
            let state = match (&found, &change.before) {
                (Some(_), None) => "exists already",
                (None, _) => "is gone",
                (Some(_), Some(_)) => "was changed by someone else in the meantime",
            };
            let message = format!("{} {state}; it was not changed", path.display());
            return Err(
                Failure::new(ExitCode::Exists, Code::DocumentChanged, message)
                    .because(Cause::Changed)
                    .with_help("check it, then run the command again"),
            );
        }
        pending.push((path, change));
    }
    let written: Option<Vec<(&Path, &[u8])>> = pending
        .iter()
        .map(|(path, change)| Some((path.as_path(), change.after.as_ref()?.as_bytes())))
        .collect();
    match written {
        // The disk is waited for once for all of them.
        Some(written) if written.len() > 1 => {
            for (path, _) in &written {
                make_parent(path)?;
            }
            files::replace_many(&written)
        }
        _ => pending.iter().try_for_each(|(path, change)| {
            write(path, change.before.as_deref(), change.after.as_deref())
        }),
    }
}

/// Whether every document is what it shall become.
///
/// # Errors
/// `zmgr::document::failed` if one cannot be read.
pub(super) fn are_changed(directory: &Path, changes: &[DocumentChange]) -> Result<bool, Failure> {
    for change in changes {
        let path = path(directory, change)?;
        if read(&path).map_err(|error| failed("read", &path, &error))? != change.after {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether every document that the plan changes is what the plan has it to be before.
///
/// # Errors
/// `zmgr::document::failed` if one cannot be read.
pub fn fit(context: &Context, plan: &Plan) -> Result<bool, Failure> {
    let changes = plan.steps.iter().filter_map(|step| match &step.action {
        Action::ChangeDocuments(changes) => Some(changes),
        _ => None,
    });
    for change in changes.flatten() {
        let path = path(&context.config_dir, change)?;
        if read(&path).map_err(|error| failed("read", &path, &error))? != change.before {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Where the document lies. Its path comes from a plan, which may have been read from a file.
fn path(directory: &Path, change: &DocumentChange) -> Result<PathBuf, Failure> {
    let component = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains('\0');
    if change.path.split('/').all(component) {
        return Ok(directory.join(&change.path));
    }
    let message = format!("{:?} is not the path of a document", change.path);
    Err(Failure::new(
        ExitCode::Failed,
        Code::DocumentFailed,
        message,
    ))
}

pub(super) fn read(path: &Path) -> io::Result<Option<String>> {
    match illumos::file::read(path, LARGEST as u64) {
        Ok(bytes) => String::from_utf8(bytes)
            .map(Some)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes, replaces or, without a text, removes a file.
pub(super) fn write(path: &Path, before: Option<&str>, after: Option<&str>) -> Result<(), Failure> {
    match after {
        Some(text) => {
            make_parent(path)?;
            if before.is_none() {
                files::create_new(path, text.as_bytes())
            } else {
                files::replace(path, text.as_bytes())
            }
        }
        None => files::remove(path),
    }
}

fn make_parent(path: &Path) -> Result<(), Failure> {
    path.parent().map_or(Ok(()), files::make_directory)
}

fn failed(verb: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        ExitCode::Failed,
        Code::DocumentFailed,
        format!("cannot {verb} {}: {error}", path.display()),
    )
}
