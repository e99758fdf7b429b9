//! A changed document beside all the others, before it takes the place of the one that is there.
//!
//! The others are links in a directory of its own, so that everything that reads and checks documents sees what would be, and
//! nothing has been changed.

use crate::failure::Code;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, symlink};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use super::Target;
use crate::check::{self, Finding, Grade};
use crate::documents::{Document, Kind, Source, Store, combine};
use crate::{ExitCode, Failure};

/// The directory.
pub(super) struct Beside {
    dir: tempfile::TempDir,
    real: PathBuf,
    file: PathBuf,
}

impl Beside {
    /// Makes it, with every document but `target`.
    pub(super) fn new(store: &Store, target: Target<'_>) -> Result<Self, Failure> {
        let failed = |error: io::Error| {
            let message = format!("cannot make a temporary copy of the documents: {error}");
            Failure::new(ExitCode::Failed, Code::DocumentFailed, message)
        };
        // Only its owner can look into it.
        let dir = tempfile::Builder::new()
            .prefix("zmgr-")
            .tempdir()
            .map_err(failed)?;
        // Before it becomes a path.
        store.path(target.kind, target.name)?;
        let beside = Self {
            file: dir.path().join(target.path()),
            dir,
            real: store.directory().to_owned(),
        };
        beside.link(target).map_err(failed)?;
        Ok(beside)
    }

    fn link(&self, target: Target<'_>) -> io::Result<()> {
        let real = fs::canonicalize(&self.real)?;
        let here = self.dir.path();
        for kind in Kind::ALL {
            let Some(directory) = kind.directory() else {
                if kind != target.kind {
                    link_if_there(&real.join("config.kdl"), &here.join("config.kdl"))?;
                }
                continue;
            };
            if kind != target.kind {
                link_if_there(&real.join(directory), &here.join(directory))?;
                continue;
            }
            fs::create_dir(here.join(directory))?;
            let entries = match fs::read_dir(real.join(directory)) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            for entry in entries {
                let entry = entry?;
                let link = here.join(directory).join(entry.file_name());
                if link != self.file {
                    symlink(entry.path(), link)?;
                }
            }
        }
        Ok(())
    }

    /// The file of the changed document.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// Writes the changed document.
    pub(super) fn write(&self, text: &str) -> Result<(), Failure> {
        // Never through a link, which would lead to a document that is in use.
        let write = || {
            fs::OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
                .open(&self.file)?
                .write_all(text.as_bytes())
        };
        write().map_err(|error| self.failed("write", &error))
    }

    /// Reads the changed document.
    pub(super) fn read(&self) -> Result<String, Failure> {
        Ok(Source::read(&self.file)?.text)
    }

    /// Puts a copy of the changed document where it is not removed, and says where.
    pub(super) fn keep(&self, name: &str) -> Result<PathBuf, Failure> {
        let keep = || -> io::Result<PathBuf> {
            let mut kept = tempfile::Builder::new()
                .prefix(&format!("zmgr-{name}-"))
                .suffix(".kdl")
                .tempfile()?;
            io::copy(&mut fs::File::open(&self.file)?, &mut kept)?;
            Ok(kept.keep()?.1)
        };
        keep().map_err(|error| self.failed("copy", &error))
    }

    fn failed(&self, verb: &str, error: &io::Error) -> Failure {
        let message = format!("cannot {verb} {}: {error}", self.file.display());
        Failure::new(ExitCode::Failed, Code::DocumentFailed, message)
    }

    /// Checks the document that has been written here, by itself and with all others. Returns what is new and no error: warnings.
    ///
    /// # Errors
    /// Everything that is wrong with it, and what is wrong across the documents that was not before.
    pub(super) fn check(&self, real: &Store, target: Target<'_>) -> Result<Vec<Failure>, Failure> {
        let source = Source::read(&self.file)?;
        let mut errors = Document::problems(target.kind, target.name, &source);
        let after = self.findings(&Store::open(self.dir.path())?)?;
        if after.is_empty() && errors.is_empty() {
            return Ok(Vec::new());
        }
        let before = self.findings(real)?;
        let is_known = |finding: &Finding| {
            let mut known = before.iter().map(|finding| &finding.failure).chain(&errors);
            known.any(|failure| failure.message == finding.failure.message)
        };
        let new: Vec<Finding> = after
            .into_iter()
            .filter(|finding| !is_known(finding))
            .collect();
        let mut warnings = Vec::new();
        for finding in new {
            match finding.grade {
                Grade::Error => errors.push(finding.failure),
                _ => warnings.push(finding.failure),
            }
        }
        if errors.is_empty() {
            return Ok(warnings);
        }
        errors.sort_by_key(|error| error.location.as_ref().map(|location| location.offset));
        Err(combine(errors))
    }

    /// What is wrong across documents, with places in the real files except for the changed one.
    fn findings(&self, store: &Store) -> Result<Vec<Finding>, Failure> {
        let loaded = store.load()?;
        let mut findings = check::documents(store, &loaded.documents)?;
        // Templates that extend each other, or what is not there, are found when they are read.
        findings.extend(loaded.problems.into_iter().map(|failure| Finding {
            grade: Grade::Error,
            failure,
        }));
        for finding in &mut findings {
            let Some(location) = &mut finding.failure.location else {
                continue;
            };
            if location.file != self.file
                && let Ok(below) = location.file.strip_prefix(self.dir.path())
            {
                location.file = self.real.join(below);
            }
        }
        Ok(findings)
    }
}

fn link_if_there(original: &Path, link: &Path) -> io::Result<()> {
    match original.symlink_metadata() {
        Ok(_) => symlink(original, link),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// The failure without the places in `file`, which nobody can look at; with those in another file if `instead` names it.
pub(super) fn relocated(mut failure: Failure, file: &Path, instead: Option<&Path>) -> Failure {
    if let Some(location) = failure.location.take_if(|location| location.file == file)
        && let Some(instead) = instead
    {
        failure.location = Some(crate::failure::Location {
            file: instead.to_owned(),
            ..location
        });
    }
    failure.related = failure
        .related
        .into_iter()
        .map(|related| relocated(related, file, instead))
        .collect();
    failure
}
