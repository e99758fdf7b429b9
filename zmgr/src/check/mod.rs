//! What is wrong across documents, and between documents and host. What is wrong within one document is found when it is read.

mod configuration;
mod entries;
mod host;
mod places;
mod pools;
mod references;

pub use configuration::{Differing, told, unlike};
pub use host::host;

use places::Places;

use crate::Failure;
use crate::documents::Store;
use crate::documents::model::{Documents, Pool};
use crate::failure::Location;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// It works, though maybe not as meant.
    Warning,
    /// Host and documents differ.
    Difference,
    /// It cannot work.
    Error,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How grave it is.
    pub grade: Grade,
    /// What it is.
    pub failure: Failure,
}

/// Everything that is wrong across the documents: references, pools, and what registry entries share that they must not.
///
/// # Errors
/// If a directory cannot be read.
pub fn documents(store: &Store, documents: &Documents) -> Result<Vec<Finding>, Failure> {
    let mut findings = Findings {
        places: Places::new(Some(store)),
        found: Vec::new(),
    };
    references::check(store, documents, &mut findings)?;
    pools::check(documents, &mut findings);
    entries::check(documents, &mut findings);
    Ok(findings.found)
}

/// Everything that is wrong with the addresses of one pool whose document is in `file`.
#[must_use]
pub fn pool(pool: &Pool, file: &std::path::Path) -> Vec<Finding> {
    let mut findings = Findings {
        places: Places::new(None),
        found: Vec::new(),
    };
    pools::check_one(pool, file, &mut findings);
    findings.found
}

/// What has been found, and where places are looked up.
struct Findings<'a> {
    places: Places<'a>,
    found: Vec<Finding>,
}

impl Findings<'_> {
    fn push(&mut self, grade: Grade, mut failure: Failure, location: Option<Location>) {
        failure.location = location;
        self.found.push(Finding { grade, failure });
    }
}

#[cfg(test)]
mod tests;
