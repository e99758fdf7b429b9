//! ZFS datasets, through `/usr/sbin/zfs` as a subprocess.
//!
//! [`list`] lists names only, never snapshots: a host may have a hundred thousand of those. [`snapshots`] lists those of one dataset.
//!
//! What `zfs` does half-way and then refuses is looked at first: [`destroy_tree`], [`rollback`]. Nothing here destroys a clone.

pub mod property;
mod snapshot;
mod stream;
mod tree;
mod values;

pub use snapshot::{
    LONGEST_TAG, Reach, Snapshot, clone, hold, promote, release, remove, rollback, snapshots, take,
};
pub use stream::{Receiving, Sending, transfer};
pub use tree::{Tree, destroy_tree, tree};
pub use values::{Source, Value, Values, values};

use snapshot::is_snapshot_name;

use std::collections::BTreeMap;

use crate::command::{Command, Output, READ, READ_ALL};
use crate::{Error, ErrorKind, Result};

/// How many datasets one `zfs get` is asked for: their paths fit into an argument list, and its deadline is enough for them.
const TOGETHER: usize = 100;

/// A file system dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// The name: `rpool/zones/web01`.
    pub name: String,
    /// The mount point; `None` if it is `legacy` or `none`. Of a `zoned` dataset it is what the zone sees, and what its root set.
    pub mountpoint: Option<String>,
    /// Whether it is mounted.
    pub mounted: bool,
    /// Whether it is a zone's to administer.
    pub zoned: bool,
}

/// Lists every file system dataset of the host by name. Snapshots are not listed. Needs no privilege.
///
/// # Errors
/// If `zfs` fails, or prints something unexpected.
///
/// # Source
/// zfs(8), `zfs list -H -p`.
pub fn list() -> Result<Vec<Dataset>> {
    let command = zfs([
        "list",
        "-H",
        "-p",
        "-o",
        "name,mountpoint,mounted,zoned",
        "-t",
        "filesystem",
    ])
    .deadline(READ_ALL);
    let output = run(&command)?;
    parse_list(&output.stdout).map_err(|line| unexpected(&command, &line))
}

/// Reads what `zfs list -H -p -o name,mountpoint,mounted,zoned` prints.
///
/// # Errors
/// The line that is not of this form.
pub fn parse_list(text: &str) -> Result<Vec<Dataset>, String> {
    let parse = |line: &str| {
        let mut fields = line.split('\t');
        let name = fields.next().filter(|name| is_name(name))?;
        let mountpoint = fields.next()?;
        let (mounted, zoned) = (yes(fields.next()?)?, yes(fields.next()?)?);
        let place = mountpoint.starts_with('/');
        if fields.next().is_some() || !(place || matches!(mountpoint, "legacy" | "none" | "-")) {
            return None;
        }
        Some(Dataset {
            name: name.to_owned(),
            mountpoint: place.then(|| mountpoint.to_owned()),
            mounted,
            zoned,
        })
    };
    text.lines()
        .map(|line| parse(line).ok_or_else(|| line.to_owned()))
        .collect()
}

fn yes(word: &str) -> Option<bool> {
    match word {
        "yes" | "on" => Some(true),
        "no" | "off" | "-" => Some(false),
        _ => None,
    }
}

/// The dataset mounted at the absolute path `mountpoint`, with that path as its mount point, or `None`.
///
/// Datasets that are a zone's to administer are not looked at: their mount points are what the zone's root says.
///
/// # Errors
/// If `zfs` fails.
pub fn mounted_at(mountpoint: &str) -> Result<Option<Dataset>> {
    let is = |dataset: &Dataset| {
        dataset.mounted && !dataset.zoned && dataset.mountpoint.as_deref() == Some(mountpoint)
    };
    Ok(list()?.into_iter().find(is))
}

/// The value of a property, or `None` if it is not set (`-`). Sizes are in bytes.
///
/// # Errors
/// [`ErrorKind::NotFound`] without such a dataset; [`ErrorKind::Invalid`] without such a property.
pub fn get(dataset: &str, property: &str) -> Result<Option<String>> {
    check_name(dataset, "read")?;
    check_property(dataset, property)?;
    let command = zfs(["get", "-H", "-p", "-o", "value", property, dataset]).deadline(READ);
    let output = run(&command)?;
    let value = output
        .stdout
        .strip_suffix('\n')
        .filter(|value| !value.contains('\n'));
    let value = value.ok_or_else(|| unexpected(&command, &output.stdout))?;
    Ok(Some(value.to_owned()).filter(|value| value != "-"))
}

/// Where a dataset is to be mounted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountPoint {
    /// The path, `legacy` or `none`; `None` for a volume.
    pub place: Option<String>,
    /// Whether the dataset has it from another one above it.
    pub inherited: bool,
}

/// The mount point of a dataset, and whether it is inherited.
///
/// # Errors
/// [`ErrorKind::NotFound`] without such a dataset.
///
/// # Source
/// zfs(8), `zfs get`, the column `source`.
pub fn mount_point(dataset: &str) -> Result<MountPoint> {
    check_name(dataset, "read")?;
    let asked = [
        "get",
        "-H",
        "-p",
        "-o",
        "value,source",
        "mountpoint",
        dataset,
    ];
    let command = zfs(asked).deadline(READ);
    let output = run(&command)?;
    let line = output.stdout.strip_suffix('\n');
    let Some((place, source)) = line.and_then(|line| line.split_once('\t')) else {
        return Err(unexpected(&command, &output.stdout));
    };
    Ok(MountPoint {
        place: Some(place.to_owned()).filter(|place| place != "-"),
        inherited: source.starts_with("inherited") || (source == "default" && place != "-"),
    })
}

/// Sets a property; user properties have a colon in their name.
///
/// # Errors
/// [`ErrorKind::NotFound`]; [`ErrorKind::Invalid`]; [`ErrorKind::PermissionDenied`].
pub fn set(dataset: &str, property: &str, value: &str) -> Result<()> {
    check_name(dataset, "change")?;
    check_property(dataset, property)?;
    run(&zfs(["set", &format!("{property}={value}"), dataset])).map(drop)
}

/// The dataset that is mounted at the absolute path `mountpoint` of the host and nowhere else, with the value that a property has there,
/// inherited or not; `None` if nothing is mounted there. One process, however many datasets there are.
///
/// # Errors
/// If `zfs` fails in another way than by not finding the path.
///
/// # Source
/// zfs(8), `zfs get` with a path.
pub fn property_at(mountpoint: &str, property: &str) -> Result<Option<(String, Option<String>)>> {
    check_property(mountpoint, property)?;
    if !mountpoint.starts_with('/') {
        return Ok(None);
    }
    let asked = format!("mountpoint,{property}");
    let command = zfs(["get", "-H", "-p", "-o", "name,value", &asked, mountpoint]).deadline(READ);
    let output = command.output(&mut |_, _| {})?;
    if output.status != Some(0) {
        return if is_absent(&output.stderr) {
            Ok(None)
        } else {
            Err(command.failure(kind(&output.stderr), &output))
        };
    }
    let mut lines = output.stdout.lines().map(|line| line.split_once('\t'));
    let (Some(Some((name, place))), Some(Some((_, value))), None) =
        (lines.next(), lines.next(), lines.next())
    else {
        return Err(unexpected(&command, &output.stdout));
    };
    // A path that is no mount point stands for the dataset that it lies in.
    Ok((place == mountpoint && is_name(name)).then(|| {
        (
            name.to_owned(),
            Some(value.to_owned()).filter(|value| value != "-"),
        )
    }))
}

/// As [`property_at`], for many mount points: what was found, by mount point. One process for a hundred of them.
///
/// # Errors
/// As [`property_at`].
///
/// # Source
/// zfs(8), `zfs get` with several paths: it reports those that it does not find, and goes on with the others.
pub fn properties_at(
    mountpoints: &[&str],
    property: &str,
) -> Result<BTreeMap<String, (String, Option<String>)>> {
    let mut found = BTreeMap::new();
    let absolute: Vec<&str> = mountpoints
        .iter()
        .copied()
        .filter(|path| path.starts_with('/'))
        .collect();
    for mountpoints in absolute.chunks(TOGETHER) {
        for path in mountpoints {
            check_property(path, property)?;
        }
        let asked = format!("mountpoint,{property}");
        let command = zfs(["get", "-H", "-p", "-o", "name,value", &asked])
            .args(mountpoints.iter().copied())
            .deadline(READ);
        let output = command.output(&mut |_, _| {})?;
        let errors = output.stderr.lines().filter(|line| !line.is_empty());
        if output.status != Some(0) && !errors.clone().all(is_absent) {
            return Err(command.failure(kind(&output.stderr), &output));
        }
        let mut lines = output.stdout.lines().map(|line| line.split_once('\t'));
        while let Some(first) = lines.next() {
            let (Some((name, place)), Some(Some((same, value)))) = (first, lines.next()) else {
                return Err(unexpected(&command, &output.stdout));
            };
            // A path that is no mount point stands for the dataset that it lies in.
            if same == name && mountpoints.contains(&place) && is_name(name) {
                let value = Some(value.to_owned()).filter(|value| value != "-");
                found.insert(place.to_owned(), (name.to_owned(), value));
            }
        }
    }
    Ok(found)
}

/// Whether `zfs` says that there is nothing at a path.
fn is_absent(error: &str) -> bool {
    let absent = ["does not exist", "o such file", "not a ZFS filesystem"];
    absent.iter().any(|text| error.contains(text))
}

/// The file system datasets on which a property was set, and not only inherited, with its value.
///
/// # Errors
/// If `zfs` fails, or prints something unexpected.
///
/// # Source
/// zfs(8), `zfs get`, the column `source`.
pub fn set_on(property: &str) -> Result<Vec<(String, String)>> {
    check_property("", property)?;
    let columns = "name,source,value";
    let command = zfs([
        "get",
        "-H",
        "-p",
        "-o",
        columns,
        "-t",
        "filesystem",
        property,
    ])
    .deadline(READ_ALL);
    let output = run(&command)?;
    let mut found = Vec::new();
    for line in output.stdout.lines() {
        let mut fields = line.splitn(3, '\t');
        let (Some(name), Some(source), Some(value)) = (fields.next(), fields.next(), fields.next())
        else {
            return Err(unexpected(&command, line));
        };
        if !is_name(name) {
            return Err(unexpected(&command, line));
        }
        if source == "local" {
            found.push((name.to_owned(), value.to_owned()));
        }
    }
    Ok(found)
}

/// Creates a file system dataset, with these properties from the start.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`]; [`ErrorKind::NotFound`] if the parent does not exist; [`ErrorKind::Invalid`]; [`ErrorKind::PermissionDenied`].
pub fn create(dataset: &str, properties: &[(&str, &str)]) -> Result<()> {
    check_name(dataset, "create")?;
    let mut args = vec!["create".to_owned()];
    for (property, value) in properties {
        check_property(dataset, property)?;
        args.extend(["-o".to_owned(), format!("{property}={value}")]);
    }
    args.push(dataset.to_owned());
    run(&zfs(args)).map(drop)
}

/// Destroys a dataset; with `recursive`, everything below it and all snapshots too.
///
/// A pool's own dataset and snapshots are refused.
///
/// # Errors
/// [`ErrorKind::NotFound`]; [`ErrorKind::Busy`] if it is in use, has children or clones; [`ErrorKind::Invalid`]; [`ErrorKind::PermissionDenied`].
pub fn destroy(dataset: &str, recursive: bool) -> Result<()> {
    check_name(dataset, "destroy")?;
    if !dataset.contains('/') {
        let reason = "it is a pool's own dataset, with everything in the pool below it";
        return Err(Error::new(
            ErrorKind::Invalid,
            format!("destroy dataset {dataset}"),
            reason,
        ));
    }
    let recursive = recursive.then_some("-r");
    run(&zfs(["destroy"]).args(recursive).args([dataset])).map(drop)
}

fn zfs<I: IntoIterator<Item = S>, S: Into<String>>(args: I) -> Command {
    Command::new("/usr/sbin/zfs").args(args)
}

fn run(command: &Command) -> Result<Output> {
    let output = command.output(&mut |_, _| {})?;
    match output.status {
        Some(0) if output.truncated => Err(command.failure(ErrorKind::Failed, &output)),
        Some(0) => Ok(output),
        _ => Err(command.failure(kind(&output.stderr), &output)),
    }
}

/// What a failure means, by zfs's words for it.
fn kind(stderr: &str) -> ErrorKind {
    let kinds = [
        ("dataset already exists", ErrorKind::AlreadyExists),
        ("tag already exists", ErrorKind::AlreadyExists),
        ("must specify -F to overwrite it", ErrorKind::AlreadyExists),
        ("destination already exists", ErrorKind::AlreadyExists),
        ("has been modified", ErrorKind::OutOfDate),
        ("does not\nmatch incremental source", ErrorKind::OutOfDate),
        ("does not exist", ErrorKind::NotFound),
        ("no such pool", ErrorKind::NotFound),
        ("no such tag", ErrorKind::NotFound),
        ("could not find any snapshots", ErrorKind::NotFound),
        ("not a cloned filesystem", ErrorKind::Invalid),
        ("permission denied", ErrorKind::PermissionDenied),
        ("is busy", ErrorKind::Busy),
        ("Device busy", ErrorKind::Busy),
        ("snapshot is cloned", ErrorKind::Busy),
        ("non-global zone", ErrorKind::Busy),
        ("out of space", ErrorKind::Failed),
        ("quota exceeded", ErrorKind::Failed),
        ("pool is read-only", ErrorKind::Failed),
        ("has children", ErrorKind::Busy),
        ("has dependent clones", ErrorKind::Busy),
        ("invalid", ErrorKind::Invalid),
        ("must be", ErrorKind::Invalid),
        ("read-only", ErrorKind::Invalid),
        ("readonly", ErrorKind::Invalid),
    ];
    kinds
        .into_iter()
        .find(|(text, _)| stderr.contains(text))
        .map_or(ErrorKind::Failed, |(_, kind)| kind)
}

fn unexpected(command: &Command, line: &str) -> Error {
    let operation = format!("read what `{}` printed", command.display());
    Error::new(
        ErrorKind::Failed,
        operation,
        format!("unexpected line {line:?}"),
    )
}

/// Whether a file system dataset can have this name. Such a name is no option of zfs either.
fn is_name(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.: ".contains(&byte))
    };
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.len() < 256
        && name.split('/').all(part)
}

fn check_name(name: &str, verb: &str) -> Result<()> {
    if is_name(name) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Invalid,
        format!("{verb} dataset {name}"),
        "that is no name of a file system dataset",
    ))
}

fn check_property(dataset: &str, property: &str) -> Result<()> {
    let known =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b":._-@".contains(&byte);
    if !property.is_empty() && !property.starts_with('-') && property.bytes().all(known) {
        return Ok(());
    }
    let operation = format!("use property {property:?} of dataset {dataset}");
    Err(Error::new(
        ErrorKind::Invalid,
        operation,
        "that is no name of a property",
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_list_is_read() {
        let text = "rpool\t/rpool\tyes\toff\nrpool/zones/web01/ROOT\tlegacy\tno\ton\nrpool/a b\tnone\tno\toff\nrpool/x\t-\t-\toff\n";
        let datasets = parse_list(text).unwrap();
        let short: Vec<_> = datasets
            .iter()
            .map(|d| (d.name.as_str(), d.mountpoint.as_deref(), d.mounted, d.zoned))
            .collect();
        let expected = [
            ("rpool", Some("/rpool"), true, false),
            ("rpool/zones/web01/ROOT", None, false, true),
            ("rpool/a b", None, false, false),
            ("rpool/x", None, false, false),
        ];
        assert_eq!(short, expected);
        assert_eq!(parse_list("").unwrap(), []);
        for bad in [
            "rpool",
            "rpool\t/rpool\n",
            "rpool\t/rpool\tyes\toff\tmore\n",
            "\t/x\tyes\toff\n",
            "rpool\tx\tyes\toff\n",
            "-r\t/x\tyes\toff",
        ] {
            assert!(parse_list(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn names_that_are_options_or_snapshots_are_refused() {
        for bad in [
            "",
            "-r",
            "rpool/",
            "/rpool",
            "rpool//x",
            "rpool/x@y",
            "rpool/é",
            "rpool/a\tb",
            "1pool",
        ] {
            assert!(!is_name(bad), "{bad:?}");
            assert_eq!(
                destroy(bad, true).unwrap_err().kind(),
                ErrorKind::Invalid,
                "{bad:?}"
            );
        }
        assert_eq!(
            destroy("rpool", true).unwrap_err().kind(),
            ErrorKind::Invalid
        );
        assert!(set("rpool/x", "a=b", "c").is_err());
        assert!(get("rpool/x", "-r").is_err());
    }

    #[test]
    fn failures_have_kinds() {
        for (text, expected) in [
            (
                "cannot open 'rpool/x': dataset does not exist",
                ErrorKind::NotFound,
            ),
            (
                "cannot create 'rpool/x': dataset already exists",
                ErrorKind::AlreadyExists,
            ),
            (
                "cannot create 'rpool/x/y': parent does not exist",
                ErrorKind::NotFound,
            ),
            (
                "cannot destroy 'rpool/x': filesystem has children",
                ErrorKind::Busy,
            ),
            (
                "cannot destroy 'rpool/x': filesystem has dependent clones",
                ErrorKind::Busy,
            ),
            ("cannot destroy 'rpool/x': dataset is busy", ErrorKind::Busy),
            (
                "cannot set property for 'rpool/x': invalid property 'foo'",
                ErrorKind::Invalid,
            ),
            (
                "cannot create 'rpool/x': permission denied",
                ErrorKind::PermissionDenied,
            ),
            ("internal error", ErrorKind::Failed),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_output_is_read_or_refused(text in "[a-z/\t\n@ -]{0,60}") {
            if let Ok(datasets) = parse_list(&text) {
                prop_assert_eq!(datasets.len(), text.lines().count());
                prop_assert!(datasets.iter().all(|dataset| is_name(&dataset.name)));
            }
        }
    }
}
