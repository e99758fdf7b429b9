//! `zfs receive`.

use std::io::BufRead;

use super::format::{Bad, Begin, DescribedSnapshot, Line, Package, Reader};
use super::{Partial, half};
use crate::Host;
use crate::storage::name::{dataset_fault, fault, is_within, parent, pool};
use crate::storage::table::Kind;
use crate::storage::{Change, Refused, change, files, refused};

mod one;
mod tree;

/// How `zfs receive` was called.
#[derive(Debug, Clone, Default)]
pub(crate) struct Receiving {
    /// `-F`.
    pub(crate) force: bool,
    /// `-u`.
    pub(crate) unmounted: bool,
    /// `-n`.
    pub(crate) dry: bool,
    /// `-v`.
    pub(crate) verbose: bool,
    /// `-s`.
    pub(crate) resumable: bool,
    /// `-h`.
    pub(crate) no_holds: bool,
    /// `-d`: the sender's name without its pool comes below the target.
    pub(crate) whole_name: bool,
    /// `-e`: the last part of the sender's name comes below the target.
    pub(crate) last_name: bool,
    /// `-o`.
    pub(crate) sets: Vec<(String, String)>,
    /// `-x`.
    pub(crate) excludes: Vec<String>,
    /// `-o origin=`.
    pub(crate) origin: Option<String>,
}

/// Where a stream goes: the names at the sender and here.
#[derive(Debug, Clone)]
struct Names {
    /// The topmost dataset at the sender.
    sent: String,
    /// The topmost dataset here.
    target: String,
    /// The label of the snapshot, if the target names one.
    label: Option<String>,
}

impl Names {
    fn of(target: &str, sent: &str, how: &Receiving) -> Self {
        let top = sent.split('@').next().unwrap_or(sent);
        let (target, label) = match target.split_once('@') {
            Some((target, label)) => (target, Some(label.to_owned())),
            None => (target, None),
        };
        let below = if how.whole_name {
            top.split_once('/').map(|(_, rest)| rest)
        } else if how.last_name {
            Some(top.rsplit('/').next().unwrap_or(top))
        } else {
            None
        };
        Self {
            sent: top.to_owned(),
            target: match below {
                Some(below) => format!("{target}/{below}"),
                None => target.to_owned(),
            },
            label,
        }
    }

    /// The name here of a snapshot at the sender.
    fn here(&self, toname: &str) -> String {
        let (dataset, label) = toname.split_once('@').unwrap_or((toname, ""));
        let label = self.label.as_deref().unwrap_or(label);
        let rest = dataset.strip_prefix(&self.sent).unwrap_or("");
        format!("{}{rest}@{label}", self.target)
    }
}

/// Receives a stream. What is printed, and how it ended.
pub(crate) fn receive(
    host: &Host,
    target: &str,
    how: &Receiving,
    input: &mut dyn BufRead,
) -> (String, Result<(), Refused>) {
    let mut printed = String::new();
    let bad = if target.contains('@') {
        fault(target)
    } else {
        dataset_fault(target)
    };
    if let Some(fault) = bad {
        return (printed, refused(format!("cannot receive: {fault}")));
    }
    let mut reader = match Reader::new(input) {
        Ok(reader) => reader,
        Err(Bad::Empty) => {
            return (
                printed,
                refused("cannot receive: failed to read from stream"),
            );
        }
        Err(_) => {
            let text = "cannot receive: invalid stream (bad magic number)";
            return (printed, refused(text));
        }
    };
    let done = all(host, target, how, &mut reader, &mut printed);
    (printed, done)
}

fn all(
    host: &Host,
    target: &str,
    how: &Receiving,
    reader: &mut Reader<'_>,
    printed: &mut String,
) -> Result<(), Refused> {
    let mut package = None;
    let mut names: Option<Names> = None;
    loop {
        let line = match reader.line() {
            Ok(line) => line,
            // A single stream ends with its snapshot.
            Err(_) if package.is_none() && names.is_some() => return Ok(()),
            Err(_) => return refused("cannot receive: failed to read from stream"),
        };
        match line {
            Line::Package(found) => {
                let top = found
                    .datasets
                    .first()
                    .map_or("", |first| first.name.as_str());
                let own = names.insert(Names::of(target, top, how));
                if found.tree && found.from.is_some() {
                    let lines = change(host, |change| tree::match_up(change, &found, own, how))?;
                    if how.verbose {
                        *printed += &lines;
                    }
                }
                package = Some(found);
            }
            Line::Begin(begin) => {
                let names = names.get_or_insert_with(|| Names::of(target, &begin.toname, how));
                let snapshot = names.here(&begin.toname);
                let toname = begin.toname.clone();
                let top = toname.split('@').next() == Some(&names.sent);
                let described = package
                    .as_ref()
                    .and_then(|package| describe(package, &toname));
                let one = one::One {
                    begin,
                    snapshot,
                    how,
                    top,
                    properties: described.map(|(dataset, _)| &dataset.properties),
                    described: described.map(|(_, snapshot)| snapshot),
                    packed: package.is_some(),
                    from: package
                        .as_ref()
                        .and_then(|package| package.from.as_deref().filter(|_| package.tree)),
                };
                let mut said = String::new();
                let done = change(host, |change| one.receive(change, reader, &mut said));
                if how.verbose {
                    *printed += &said;
                }
                done?;
            }
            Line::Stop => return Ok(()),
            Line::Put(_) | Line::Gone(_) | Line::End => {
                return refused("cannot receive: invalid stream (malformed record)");
            }
        }
    }
}

/// What a package says of a snapshot and its dataset.
fn describe<'a>(
    package: &'a Package,
    toname: &str,
) -> Option<(&'a super::format::Described, &'a DescribedSnapshot)> {
    let (dataset, label) = toname.split_once('@')?;
    let dataset = package
        .datasets
        .iter()
        .find(|known| known.name == dataset)?;
    let snapshot = dataset
        .snapshots
        .iter()
        .find(|known| known.label == label)?;
    Some((dataset, snapshot))
}

/// Throws away what a receive that broke off has left: `zfs receive -A`.
pub(crate) fn abort(host: &Host, name: &str) -> Result<(), Refused> {
    change(host, |change| {
        let Some(dataset) = change.table.datasets.get_mut(name) else {
            return refused(format!("cannot open '{name}': dataset does not exist"));
        };
        let partial = dataset.partial.take();
        let Some(partial) = partial.and_then(|partial| Partial::parse(&partial)) else {
            return refused(format!(
                "'{name}' does not have any resumable receive state to abort"
            ));
        };
        files::remove(&half(change.host, dataset.number))?;
        if partial.whole {
            change.destroy_one(name, true)?;
        }
        Ok(())
    })
}

/// The kind of stream, as the errors name it.
fn stream_kind(begin: &Begin) -> &'static str {
    match (begin.resumes, begin.fromguid) {
        (Some(_), _) => "resume",
        (None, 0) => "new filesystem",
        _ => "incremental",
    }
}

/// The snapshot of the pool with this guid.
fn find_guid(change: &Change<'_>, within: &str, guid: u64) -> Option<String> {
    change
        .table
        .datasets
        .keys()
        .filter(|name| is_within(name, within))
        .find_map(|name| {
            let mut all = change.snapshots.of(name).iter();
            let (label, _) = all.find(|(_, found)| found.guid == guid)?;
            Some(format!("{name}@{label}"))
        })
}

/// Refuses a target in a pool that is not there, or below nothing.
fn refuse_place(change: &Change<'_>, dataset: &str, kind: &str) -> Result<(), Refused> {
    let pool = pool(dataset);
    if !change.table.datasets.contains_key(pool) {
        return refused(format!(
            "cannot open '{pool}': dataset does not exist\n\
             cannot receive {kind} stream: unable to restore to destination"
        ));
    }
    let above = parent(dataset).unwrap_or(dataset);
    match change.table.datasets.get(above).map(|found| found.kind) {
        None => refused(format!(
            "cannot receive {kind} stream: destination '{dataset}' does not exist"
        )),
        Some(Kind::Volume) => refused(format!(
            "cannot receive {kind} stream: parent '{above}' is not a filesystem"
        )),
        Some(_) => Ok(()),
    }
}
