//! `cargo xtask docs`: the reference, written by the zmgr that it documents.

use std::fs;
use std::path::Path;

use crate::{Failure, process};

/// Writes `docs/reference`, or with `check` fails if it is not what zmgr writes.
///
/// # Errors
/// If zmgr cannot be built or run; if a page lags.
pub(crate) fn run(root: &Path, check: bool) -> Result<(), Failure> {
    let reference = root.join("docs/reference");
    if !check {
        fs::create_dir_all(&reference)?;
        return write(root, &reference);
    }
    let made = root.join("target/xtask/reference");
    if made.exists() {
        fs::remove_dir_all(&made)?;
    }
    fs::create_dir_all(&made)?;
    write(root, &made)?;
    let mut lagging = Vec::new();
    for entry in fs::read_dir(&made)? {
        let name = entry?.file_name();
        let checked_in = fs::read(reference.join(&name)).unwrap_or_default();
        if checked_in != fs::read(made.join(&name))? {
            lagging.push(name.to_string_lossy().into_owned());
        }
    }
    if lagging.is_empty() {
        return Ok(());
    }
    lagging.sort();
    let pages = lagging.join(", ");
    Err(format!("docs/reference lags: {pages}; run cargo xtask docs").into())
}

fn write(root: &Path, dir: &Path) -> Result<(), Failure> {
    let mut cargo = process::command(root, "cargo");
    cargo.args([
        "run",
        "--quiet",
        "--package",
        "zmgr",
        "--",
        "doc",
        "--output",
    ]);
    process::run(cargo.arg(dir))
}
