//! Snapshots, holds, rollback and clones.

use super::{check_name, check_property, is_name, property, run, unexpected, zfs};
use crate::command::READ_ALL;
use crate::{Error, ErrorKind, Result};

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The full name: `rpool/zones/web01@before`.
    pub name: String,
    /// Says which of two was taken first: a clock does not. Those that were taken at once have the same.
    pub createtxg: u64,
    /// Seconds since 1970.
    pub creation: u64,
    /// What would be free without it, in bytes.
    pub used: u64,
    /// How many tags hold it.
    pub userrefs: u64,
    /// The file systems and volumes that were cloned from it.
    pub clones: Vec<String>,
}

impl Snapshot {
    /// The dataset that it is of.
    #[must_use]
    pub fn dataset(&self) -> &str {
        self.name.split('@').next().unwrap_or(&self.name)
    }

    /// The part after the `@`.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.split('@').nth(1).unwrap_or_default()
    }
}

/// Which snapshots are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Those of the dataset itself.
    Own,
    /// Those of everything below it too.
    Below,
}

/// The snapshots of a dataset, the first taken first.
///
/// # Errors
/// [`ErrorKind::NotFound`] without such a dataset; if `zfs` fails, or prints something unexpected.
///
/// # Source
/// zfs(8), `zfs list -t snapshot`: without `-d` or `-r` illumos takes the name for that of a snapshot.
pub fn snapshots(dataset: &str, reach: Reach) -> Result<Vec<Snapshot>> {
    check_name(dataset, "list snapshots of")?;
    let levels: &[&str] = match reach {
        Reach::Own => &["-d", "1"],
        Reach::Below => &["-r"],
    };
    let columns = "name,createtxg,creation,used,userrefs,clones";
    let command = zfs(["list", "-H", "-p", "-t", "snapshot", "-o", columns])
        .args(levels.iter().copied())
        .args([dataset])
        .deadline(READ_ALL);
    let output = run(&command)?;
    let mut found = parse(&output.stdout).map_err(|line| unexpected(&command, &line))?;
    found.sort_by_key(|snapshot| snapshot.createtxg);
    Ok(found)
}

fn parse(text: &str) -> Result<Vec<Snapshot>, String> {
    let parse = |line: &str| {
        let mut fields = line.split('\t');
        let name = fields.next().filter(|name| is_snapshot_name(name))?;
        let mut number = || fields.next()?.parse().ok();
        let (createtxg, creation) = (number()?, number()?);
        let (used, userrefs) = (number()?, number()?);
        let clones = fields.next()?;
        let clones = clones.split(',').filter(|name| !matches!(*name, "" | "-"));
        let clones = clones.map(str::to_owned).collect();
        fields.next().is_none().then(|| Snapshot {
            name: name.to_owned(),
            createtxg,
            creation,
            used,
            userrefs,
            clones,
        })
    };
    text.lines()
        .map(|line| parse(line).ok_or_else(|| line.to_owned()))
        .collect()
}

/// Takes snapshots at one moment: all of them, or none. With [`Reach::Below`] everything below each dataset gets one too.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] if one is there already; [`ErrorKind::NotFound`]; [`ErrorKind::Invalid`].
pub fn take(names: &[&str], reach: Reach, properties: &[(&str, &str)]) -> Result<()> {
    let mut args = vec!["snapshot".to_owned()];
    if reach == Reach::Below {
        args.push("-r".to_owned());
    }
    for (name, value) in properties {
        if !property::is_user(name) {
            check_property("", name)?;
            return Err(invalid(
                "take a snapshot",
                "a snapshot has user properties only",
            ));
        }
        property::check(name, value)?;
        args.extend(["-o".to_owned(), format!("{name}={value}")]);
    }
    if names.is_empty() {
        return Ok(());
    }
    for name in names {
        check_snapshot(name, "take")?;
        args.push((*name).to_owned());
    }
    run(&zfs(args)).map(drop)
}

/// Destroys snapshots of one dataset at one moment: all of them, or none if one is held or has a clone.
///
/// # Errors
/// [`ErrorKind::Busy`] if one is held or has a clone; [`ErrorKind::NotFound`] if there is none of them.
pub fn remove(dataset: &str, labels: &[&str]) -> Result<()> {
    for label in labels {
        check_snapshot(&format!("{dataset}@{label}"), "destroy")?;
    }
    if labels.is_empty() {
        return Ok(());
    }
    let names = format!("{dataset}@{}", labels.join(","));
    run(&zfs(["destroy", names.as_str()])).map(drop)
}

/// The longest tag of a hold that is used here. One of exactly 256 bytes stops the kernel.
///
/// # Source
/// r1mikey/illumos-gate usr/src/uts/common/fs/zfs/dsl_userhold.c: the check lets one byte too many through.
pub const LONGEST_TAG: usize = 200;

/// Holds a snapshot, so that nobody destroys it; with [`Reach::Below`] those of the same label below too.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] if the tag holds it already; [`ErrorKind::NotFound`]; [`ErrorKind::Invalid`] with a bad tag.
pub fn hold(tag: &str, snapshot: &str, reach: Reach) -> Result<()> {
    tagged("hold", tag, snapshot, reach)
}

/// Takes a hold away.
///
/// # Errors
/// [`ErrorKind::NotFound`] if there is no such hold or snapshot.
pub fn release(tag: &str, snapshot: &str, reach: Reach) -> Result<()> {
    tagged("release", tag, snapshot, reach)
}

fn tagged(verb: &str, tag: &str, snapshot: &str, reach: Reach) -> Result<()> {
    check_snapshot(snapshot, verb)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b":-._".contains(&byte);
    let good = !tag.is_empty() && !tag.starts_with(['.', '-']) && tag.bytes().all(plain);
    if !good || tag.len() > LONGEST_TAG {
        let reason = format!(
            "a tag must have 1 to {LONGEST_TAG} letters, digits and `:-._`, and begin with a letter or digit"
        );
        return Err(invalid(&format!("{verb} snapshot {snapshot}"), reason));
    }
    let recursive = (reach == Reach::Below).then_some("-r");
    run(&zfs([verb]).args(recursive).args([tag, snapshot])).map(drop)
}

/// Brings the files of a snapshot back. Everything written since is lost, and so are the snapshots in `lost`.
///
/// `lost` must be all later snapshots of the dataset, as the caller has shown them to somebody; otherwise nothing is done. `zfs` does not ask
/// whether somebody uses the files: the caller must.
///
/// # Errors
/// [`ErrorKind::OutOfDate`] if there are other later snapshots than `lost`; [`ErrorKind::Busy`] if one of them is held or has a clone;
/// [`ErrorKind::NotFound`].
pub fn rollback(snapshot: &str, lost: &[&str]) -> Result<()> {
    check_snapshot(snapshot, "roll back to")?;
    let operation = format!("roll back to {snapshot}");
    let dataset = snapshot.split('@').next().unwrap_or(snapshot);
    let all = snapshots(dataset, Reach::Own)?;
    let Some(place) = all.iter().position(|known| known.name == snapshot) else {
        return Err(Error::new(
            ErrorKind::NotFound,
            operation,
            "there is no such snapshot",
        ));
    };
    let later = &all[place + 1..];
    let unexpected = later
        .iter()
        .find(|later| !lost.contains(&later.name.as_str()));
    if let Some(later) = unexpected {
        let reason = format!("{} was taken later, and would be lost", later.name);
        return Err(Error::new(ErrorKind::OutOfDate, operation, reason));
    }
    if let Some(needed) = later.iter().find(|later| needs(later).is_some()) {
        let reason = needs(needed).unwrap_or_default();
        return Err(Error::new(ErrorKind::Busy, operation, reason));
    }
    let recursive = (!later.is_empty()).then_some("-r");
    run(&zfs(["rollback"]).args(recursive).args([snapshot])).map(drop)
}

/// Why a snapshot cannot go, if it cannot.
pub(super) fn needs(snapshot: &Snapshot) -> Option<String> {
    let name = &snapshot.name;
    if snapshot.userrefs > 0 {
        return Some(format!(
            "snapshot {name} is held; `zfs holds {name}` says by whom"
        ));
    }
    (!snapshot.clones.is_empty()).then(|| {
        format!(
            "snapshot {name} has the clones {}",
            snapshot.clones.join(", ")
        )
    })
}

/// Makes a file system of a snapshot.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`]; [`ErrorKind::NotFound`] without the snapshot or the dataset above; [`ErrorKind::Invalid`].
pub fn clone(snapshot: &str, dataset: &str, properties: &[(&str, &str)]) -> Result<()> {
    check_snapshot(snapshot, "clone")?;
    check_name(dataset, "create")?;
    let mut args = vec!["clone".to_owned()];
    for (name, value) in properties {
        property::check(name, value)?;
        args.extend(["-o".to_owned(), format!("{name}={value}")]);
    }
    args.extend([snapshot.to_owned(), dataset.to_owned()]);
    run(&zfs(args)).map(drop)
}

/// Turns a clone and what it was cloned from around, so that the other can be destroyed.
///
/// # Errors
/// [`ErrorKind::NotFound`]; [`ErrorKind::AlreadyExists`] if both have a snapshot of the same name.
pub fn promote(dataset: &str) -> Result<()> {
    check_name(dataset, "promote")?;
    run(&zfs(["promote", dataset])).map(drop)
}

fn invalid(operation: &str, reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::Invalid, operation, reason)
}

/// Whether this can be the full name of a snapshot.
pub(super) fn is_snapshot_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.: ".contains(&byte);
    name.split_once('@').is_some_and(|(dataset, label)| {
        is_name(dataset) && !label.is_empty() && label.bytes().all(plain) && name.len() < 256
    })
}

fn check_snapshot(name: &str, verb: &str) -> Result<()> {
    if is_snapshot_name(name) {
        return Ok(());
    }
    Err(invalid(
        &format!("{verb} snapshot {name}"),
        "that cannot be the name of a snapshot",
    ))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_TAG, Reach, hold, is_snapshot_name, parse, take};
    use crate::ErrorKind;

    #[test]
    fn a_list_is_read() {
        let text = "rpool/a@one\t5\t1700000000\t0\t1\trpool/b,rpool/c\nrpool/a@two\t6\t1700000001\t512\t0\t-\n";
        let found = parse(text).unwrap();
        assert_eq!((found[0].dataset(), found[0].label()), ("rpool/a", "one"));
        assert_eq!(found[0].clones, ["rpool/b", "rpool/c"]);
        assert_eq!((found[1].used, found[1].clones.len()), (512, 0));
        for bad in [
            "rpool/a\t1\t1\t1\t1\t-",
            "rpool/a@b\tx\t1\t1\t1\t-",
            "rpool/a@b\t1",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_and_tags_that_would_do_harm_never_reach_zfs() {
        for bad in [
            "rpool/a",
            "rpool/a@",
            "rpool/a@b@c",
            "-r@b",
            "rpool/a@b%c",
            "rpool/a@b,c",
        ] {
            assert!(!is_snapshot_name(bad), "{bad}");
            let refused = take(&[bad], Reach::Own, &[]).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Invalid, "{bad}");
        }
        let long = "x".repeat(LONGEST_TAG + 1);
        for tag in ["", ".x", "-r", "a b", "ü", &long, &"x".repeat(256)] {
            let refused = hold(tag, "rpool/a@b", Reach::Own).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Invalid, "{tag}");
        }
    }
}
