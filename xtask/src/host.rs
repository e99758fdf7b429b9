//! Makes an emulated host of any size.

use std::path::{Path, PathBuf};

use super::{Failure, process};

#[path = "../../zmgr/benches/support/host.rs"]
mod generator;

pub(super) use generator::{Size, zone_name};

/// `DIR [--zones N] [--nets N] [--pools N] [--templates N] [--snapshots N] [--unregistered] [--omnios]`
pub(super) fn run(root: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let mut size = Size::default();
    let mut flavour = "upstream";
    let mut directory = None;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut number = || -> Result<usize, Failure> {
            Ok(words
                .next()
                .ok_or(format!("{word} needs a number"))?
                .parse()?)
        };
        match *word {
            "--zones" => size.zones = number()?,
            "--nets" => size.nets = number()?,
            "--pools" => size.pools = number()?,
            "--templates" => size.templates = number()?,
            "--snapshots" => size.snapshots = number()?,
            "--unregistered" => size.registered = false,
            "--omnios" => flavour = "omnios",
            word if !word.starts_with('-') && directory.is_none() => {
                directory = Some(PathBuf::from(word));
            }
            word => return Err(format!("unknown argument {word}").into()),
        }
    }
    let directory = directory.ok_or("name a directory")?;
    let zmgr = build(root)?;
    make(&zmgr, &directory, flavour, size)?;
    process::say(&format!(
        "made: ZMGR_EMULATED_HOST={} {} list",
        directory.display(),
        zmgr.display()
    ));
    Ok(())
}

/// Builds zmgr as it is shipped, and returns where it is.
pub(super) fn build(root: &Path) -> Result<PathBuf, Failure> {
    let mut cargo = process::command(root, "cargo");
    process::run(cargo.args(["build", "--release", "--quiet", "--package", "zmgr"]))?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release/zmgr"))
}

/// Makes a host of that size in a directory that is not there yet.
pub(super) fn make(
    zmgr: &Path,
    directory: &Path,
    flavour: &str,
    size: Size,
) -> Result<(), Failure> {
    if directory.exists() {
        return Err(format!("{} is there already", directory.display()).into());
    }
    if size.zones > 8192
        || size.nets == 0
        || size.pools == 0
        || size.pools > 250
        || size.templates == 0
    {
        return Err("at most 8192 zones, 1 to 250 pools, at least one net and one template".into());
    }
    let mut init = process::command(directory.parent().unwrap_or(Path::new(".")), zmgr);
    init.args(["--quiet", "init"])
        .env("ZMGR_EMULATED_HOST", directory)
        .env("ZMGR_EMULATED_FLAVOUR", flavour)
        .env_remove("ZMGR_CONFIG_DIR");
    process::run(&mut init)?;
    Ok(size.fill(directory)?)
}
