//! Documents that others could change, what a crash left of zmgr's own files, and locks that nobody holds.

use crate::failure::Code;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{Finding, unchecked};
use crate::documents::Kind;
use crate::plan::Mend;
use crate::{Context, ExitCode, Failure, execute, files};

/// A file younger than this may be one that is being written.
const YOUNG: Duration = Duration::from_secs(60);

pub(super) fn findings(context: &Context) -> Result<Vec<Finding>, Failure> {
    let directory = &context.config_dir;
    let mut findings = Vec::new();
    for found in files::untrusted(directory, &illumos::root())? {
        let mend = found
            .mode_alone
            .then(|| below(directory, &found.path))
            .flatten()
            .map(Mend::DocumentMode);
        let commands = found
            .failure
            .help
            .iter()
            .map(|help| help.strip_prefix("run ").unwrap_or(help).to_owned());
        findings.push(Finding {
            mend,
            ..Finding::told(
                Code::DoctorUnsafeDocument,
                found.path.display().to_string(),
                found.failure.message,
                "whoever can change it controls what root does; commands that change something refuse to run",
                commands,
            )
        });
    }
    let parts = Kind::ALL.into_iter().filter_map(Kind::directory);
    let parts = parts.map(|part| directory.join(part));
    for part in std::iter::once(directory.clone()).chain(parts) {
        let leftovers = match files::leftovers(&part) {
            Ok(leftovers) => leftovers,
            Err(failure) if failure.exit == ExitCode::NotFound => continue,
            Err(failure) => {
                findings.push(unchecked(&part.display().to_string(), &failure));
                continue;
            }
        };
        for path in leftovers.into_iter().filter(|path| is_old(path)) {
            let Some(mend) = below(directory, &path).map(Mend::Leftover) else {
                continue;
            };
            findings.push(Finding::mended(
                Code::DoctorLeftover,
                path.display().to_string(),
                "a document that zmgr was writing when it died",
                "the document itself is intact; the leftover file can be removed",
                mend,
            ));
        }
    }
    match execute::stale_locks(&context.state_dir) {
        Ok(zones) => findings.extend(zones.into_iter().map(|zone| {
            Finding::mended(
                Code::DoctorStaleLock,
                format!("/var/zmgr/locks/zone.{zone}.lock"),
                format!("the lock file of zone {zone}, which nobody holds"),
                "a process that was killed left it behind; it locks nothing",
                Mend::StaleLock(zone),
            )
        })),
        Err(error) => findings.push(unchecked(
            "the locks",
            &Failure::new(ExitCode::Failed, Code::LockFailed, error.to_string()),
        )),
    }
    Ok(findings)
}

fn is_old(path: &Path) -> bool {
    let modified = std::fs::symlink_metadata(path).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|modified| {
        SystemTime::now()
            .duration_since(modified)
            .is_ok_and(|age| age >= YOUNG)
    })
}

/// The path below the directory of the documents, as a journal can hold it.
fn below(directory: &Path, path: &Path) -> Option<String> {
    let path = path.strip_prefix(directory).ok()?.to_str()?;
    Some(if path.is_empty() { "." } else { path }.to_owned())
}
