//! `zfs send`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use super::format::{Begin, Line, Put, Writer, text};
use super::{Partial, package};
use crate::storage::files::{self, Entry};
use crate::storage::name::parent;
use crate::storage::snapshots::Snapshot;
use crate::storage::table::Kind;
use crate::storage::{Refused, View, nice, refused};

/// What a stream starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Base {
    /// `-i`, a snapshot or bookmark by its full name.
    One(String),
    /// `-I`, a snapshot by its full name.
    All(String),
}

impl Base {
    fn name(&self) -> &str {
        match self {
            Self::One(name) | Self::All(name) => name,
        }
    }
}

/// How `zfs send` was called.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sending {
    pub(crate) base: Option<Base>,
    /// `-R`.
    pub(crate) tree: bool,
    /// `-p`.
    pub(crate) properties: bool,
    /// `-b`.
    pub(crate) received: bool,
    /// `-h`.
    pub(crate) holds: bool,
    /// `-n`.
    pub(crate) dry: bool,
    /// `-v`.
    pub(crate) verbose: bool,
    /// `-P`.
    pub(crate) parsable: bool,
}

/// What is printed, aside from the stream: with `-n` on standard output, else on standard error.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    pub(crate) lines: String,
    pub(crate) warnings: String,
}

/// One snapshot to send, and what it starts from.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) snapshot: String,
    pub(super) base: Option<String>,
    /// Whether the base is named by its label alone in what is printed.
    pub(super) short: bool,
    /// How many entries the receiver has.
    pub(super) resumes: Option<u64>,
}

/// Sends a snapshot, or a tree of them.
pub(crate) fn send(
    view: &View<'_>,
    name: &str,
    how: &Sending,
    out: &mut dyn Write,
) -> Result<Sent, Refused> {
    let warning = |text: &str| refused(format!("warning: cannot send '{name}': {text}"));
    if !name.contains('@') {
        // A file system by itself can be sent only while nothing changes it.
        return match (view.find(name), how.dry) {
            (None, _) => refused(format!("cannot open '{name}': dataset does not exist")),
            (_, true) => warning("Invalid argument"),
            (_, false) => warning("target is busy; if a filesystem, it must not be mounted"),
        };
    }
    let Some(snapshot) = view.snapshots.get(name) else {
        return refused(format!("cannot open '{name}': dataset does not exist"));
    };
    if let Some(base) = &how.base {
        let bookmark = base.name().contains('#');
        let all = how.tree || matches!(base, Base::All(_));
        if bookmark && all {
            return refused("Error: multiple snapshots cannot be sent from a bookmark.");
        }
        let Some(found) = view.snapshots.get(base.name()) else {
            return if bookmark {
                warning(&format!(
                    "incremental source ({}) does not exist",
                    base.name()
                ))
            } else {
                refused(format!(
                    "cannot open '{}': dataset does not exist",
                    base.name()
                ))
            };
        };
        if found.txg >= snapshot.txg || !is_ancestor(view, name, base.name()) {
            return warning("not an earlier snapshot from the same fs");
        }
    }
    let (steps, warnings) = package::steps(view, name, how);
    let lines = describe(view, &steps, how);
    if !how.dry {
        let package = package::package(view, name, how);
        write(view, &steps, package, out)
            .map_err(|_| Refused(format!("warning: cannot send '{name}': Invalid argument")))?;
    }
    Ok(Sent { lines, warnings })
}

/// Goes on with a stream that broke off at the receiver. The error has the exit status.
pub(crate) fn resume(
    view: &View<'_>,
    token: &str,
    how: &Sending,
    out: &mut dyn Write,
) -> Result<Sent, (i32, String)> {
    let no = |text: &str| (255, format!("cannot resume send: {text}"));
    let partial = Partial::of_token(token).map_err(no)?;
    let found = view.snapshots.get(&partial.toname);
    if found.is_none_or(|found| found.guid != partial.toguid) {
        return Err(no(&format!(
            "'{}' used in the initial send no longer exists",
            partial.toname
        )));
    }
    let base = find_guid(view, &partial.toname, partial.fromguid);
    if partial.fromguid != 0 && base.is_none() {
        return Err(no(&format!(
            "incremental source {:#x} no longer exists",
            partial.fromguid
        )));
    }
    let steps = [Step {
        snapshot: partial.toname.clone(),
        base,
        short: false,
        resumes: Some(partial.entries),
    }];
    let mut lines = String::new();
    if how.verbose || how.parsable {
        lines += "resume token contents:\nnvlist version: 0\n";
        if partial.fromguid != 0 {
            lines += &format!("\tfromguid = {:#x}\n", partial.fromguid);
        }
        lines += &format!(
            "\tobject = {:#x}\n\toffset = 0x0\n\tbytes = {:#x}\n\ttoguid = {:#x}\n\ttoname = {}\n",
            partial.entries, partial.bytes, partial.toguid, partial.toname
        );
    }
    lines += &describe(view, &steps, how);
    if !how.dry {
        write(view, &steps, None, out).map_err(|error| (1, error.to_string()))?;
    }
    Ok(Sent {
        lines,
        warnings: String::new(),
    })
}

/// The snapshot or bookmark with this guid that a snapshot can start from.
fn find_guid(view: &View<'_>, name: &str, guid: u64) -> Option<String> {
    let mut dataset = name.split('@').next()?.to_owned();
    loop {
        let snapshots = view.snapshots.of(&dataset).iter();
        if let Some((label, _)) = snapshots.clone().find(|(_, found)| found.guid == guid) {
            return Some(format!("{dataset}@{label}"));
        }
        let bookmark = view
            .snapshots
            .bookmarks(&dataset)
            .find(|(_, found)| found.guid == guid);
        if let Some((label, _)) = bookmark {
            return Some(format!("{dataset}#{label}"));
        }
        let origin = view.table.datasets.get(&dataset)?.origin.as_deref()?;
        dataset = parent(origin)?.to_owned();
    }
}

/// Whether `base` is a snapshot or bookmark of the same dataset, or of one that it was cloned from.
fn is_ancestor(view: &View<'_>, name: &str, base: &str) -> bool {
    let mut dataset = parent(name);
    while let Some(at) = dataset {
        if parent(base) == Some(at) {
            return true;
        }
        let origin = view
            .table
            .datasets
            .get(at)
            .and_then(|found| found.origin.as_deref());
        dataset = origin.and_then(parent);
    }
    false
}

fn describe(view: &View<'_>, steps: &[Step], how: &Sending) -> String {
    if !how.verbose && !how.parsable {
        return String::new();
    }
    let mut lines = String::new();
    let mut total = 0;
    for step in steps {
        let size = size(view, step);
        total += size;
        let label = |base: &str| base.rsplit(['@', '#']).next().unwrap_or(base).to_owned();
        let base = step.base.as_ref();
        let shown = base.map(|base| match (step.short, how.parsable) {
            (true, true) => label(base),
            (true, false) => format!("@{}", label(base)),
            _ => base.clone(),
        });
        lines += &match (shown, how.parsable) {
            (Some(base), true) => format!("incremental\t{base}\t{}\t{size}\n", step.snapshot),
            (None, true) => format!("full\t{}\t{size}\n", step.snapshot),
            (Some(base), false) => {
                format!(
                    "send from {base} to {} estimated size is {}\n",
                    step.snapshot,
                    nice(size)
                )
            }
            (None, false) => {
                format!(
                    "full send of {} estimated size is {}\n",
                    step.snapshot,
                    nice(size)
                )
            }
        };
    }
    lines += &if how.parsable {
        format!("size\t{total}\n")
    } else {
        format!("total estimated size is {}\n", nice(total))
    };
    lines
}

type Scan = BTreeMap<PathBuf, Entry>;

fn size(view: &View<'_>, step: &Step) -> u64 {
    let files = changed(view, step).into_iter();
    files.map(|(_, entry)| entry.size + 312).sum::<u64>() + 624
}

/// The entries that a receiver lacks, in order: directories before what is in them.
fn changed(view: &View<'_>, step: &Step) -> Vec<(PathBuf, Entry)> {
    let before = match &step.base {
        Some(base) => view.tree_scan(base),
        None => std::sync::Arc::default(),
    };
    let now = view.tree_scan(&step.snapshot);
    now.iter()
        .filter(|(path, entry)| before.get(*path) != Some(entry))
        .map(|(path, entry)| (path.clone(), entry.clone()))
        .collect()
}

fn write(
    view: &View<'_>,
    steps: &[Step],
    package: Option<super::format::Package>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    let mut writer = Writer::new(&mut out)?;
    let packed = package.is_some();
    if let Some(package) = package {
        writer.line(&Line::Package(package))?;
    }
    for step in steps {
        if let Some(snapshot) = view.snapshots.get(&step.snapshot) {
            one(view, step, snapshot, &mut writer)?;
        }
    }
    if packed {
        writer.line(&Line::Stop)?;
    }
    writer.flush()
}

fn one(
    view: &View<'_>,
    step: &Step,
    snapshot: &Snapshot,
    writer: &mut Writer<'_>,
) -> io::Result<()> {
    let base = step.base.as_ref().and_then(|base| view.snapshots.get(base));
    let clone = step.base.as_deref().and_then(parent) != parent(&step.snapshot);
    let dataset = parent(&step.snapshot).and_then(|name| view.table.datasets.get(name));
    let volume = dataset.is_some_and(|found| found.kind == Kind::Volume);
    writer.line(&Line::Begin(Begin {
        toname: step.snapshot.clone(),
        toguid: snapshot.guid,
        fromguid: base.map_or(0, |base| base.guid),
        clone: clone && base.is_some(),
        created: snapshot.created,
        volsize: snapshot.volsize.filter(|_| volume),
        resumes: step.resumes,
    }))?;
    if let Some(tree) = snapshot.tree {
        entries(view, step, &files::tree(view.host, tree), writer)?;
    } else {
        gone(view, step, &Scan::new(), writer)?;
    }
    writer.line(&Line::End)
}

/// What is gone, and then what is new, after as many as the receiver has.
fn entries(view: &View<'_>, step: &Step, tree: &Path, writer: &mut Writer<'_>) -> io::Result<()> {
    gone(view, step, &view.tree_scan(&step.snapshot), writer)?;
    let skip = usize::try_from(step.resumes.unwrap_or(0)).unwrap_or(usize::MAX);
    let mut linked: BTreeMap<(u64, u64), String> = BTreeMap::new();
    for (at, (path, entry)) in changed(view, step).into_iter().enumerate() {
        let from = tree.join(&path);
        let put = put(&path, &entry, &from, &mut linked)?;
        if at < skip {
            continue;
        }
        if put.data > 0 {
            writer.file(put, &from)?;
        } else {
            writer.line(&Line::Put(put))?;
        }
    }
    Ok(())
}

fn gone(view: &View<'_>, step: &Step, now: &Scan, writer: &mut Writer<'_>) -> io::Result<()> {
    if let Some(base) = &step.base {
        let before = view.tree_scan(base);
        // What is deepest goes first.
        for path in before.keys().rev().filter(|path| !now.contains_key(*path)) {
            writer.line(&Line::Gone(text(path)))?;
        }
    }
    Ok(())
}

fn put(
    path: &Path,
    entry: &Entry,
    from: &Path,
    linked: &mut BTreeMap<(u64, u64), String>,
) -> io::Result<Put> {
    use std::os::unix::fs::MetadataExt;
    let found = std::fs::symlink_metadata(from)?;
    let modified = found.modified()?.duration_since(UNIX_EPOCH);
    let modified: Duration = modified.unwrap_or_default();
    let name = text(path);
    let mut same = None;
    if entry.is_file() && found.nlink() > 1 {
        let identity = (found.dev(), found.ino());
        same = linked.get(&identity).cloned();
        linked.entry(identity).or_insert_with(|| name.clone());
    }
    Ok(Put {
        path: name,
        mode: entry.mode,
        uid: entry.owner.0,
        gid: entry.owner.1,
        modified: (modified.as_secs(), modified.subsec_nanos()),
        link: entry.link.as_deref().map(text),
        data: if same.is_some() { 0 } else { entry.size },
        same,
    })
}
