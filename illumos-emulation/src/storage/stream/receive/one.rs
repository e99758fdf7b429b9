//! Receiving one snapshot.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use super::super::format::{Bad, Begin, DescribedSnapshot, Line, Put, Reader, is_inside, path};
use super::super::{Partial, half, settings};
use super::{Receiving, find_guid, refuse_place, stream_kind};
use crate::storage::create::{add, make_parents, mount_new};
use crate::storage::name::pool;
use crate::storage::snapshots::Snapshot;
use crate::storage::space::differs;
use crate::storage::table::{Kind, Settings};
use crate::storage::{Change, Refused, files, refused};

/// One snapshot of a stream, and where it goes.
pub(super) struct One<'a> {
    pub(super) begin: Begin,
    /// Its name here.
    pub(super) snapshot: String,
    pub(super) how: &'a Receiving,
    /// Whether it is of the topmost dataset.
    pub(super) top: bool,
    /// What a package says of its dataset, and of itself.
    pub(super) properties: Option<&'a BTreeMap<String, String>>,
    pub(super) described: Option<&'a DescribedSnapshot>,
    /// Whether it came in a package.
    pub(super) packed: bool,
    /// The label of the snapshot that the package of a tree starts from.
    pub(super) from: Option<&'a str>,
}

/// What is said after one was received.
const RECEIVED: &str = "received 0B stream in 1 seconds (0B/sec)\n";

/// How the contents came.
enum Came {
    Whole,
    /// As many entries, and bytes.
    Part(u64, u64),
    /// More than the quota lets in.
    TooMuch,
}

impl One<'_> {
    fn dataset(&self) -> &str {
        self.snapshot.split('@').next().unwrap_or(&self.snapshot)
    }

    fn no<T>(&self, text: &str) -> Result<T, Refused> {
        let kind = stream_kind(&self.begin);
        refused(format!("cannot receive {kind} stream: {text}"))
    }

    /// What is said before it is received.
    fn heading(&self) -> String {
        let verb = if self.how.dry {
            "would receive"
        } else {
            "receiving"
        };
        let kind = match self.begin.fromguid {
            0 => "full",
            _ => "incremental",
        };
        let (from, to) = (&self.begin.toname, &self.snapshot);
        format!("{verb} {kind} stream of {from} into {to}\n")
    }

    /// Receives it. What there is to say about it goes to `said`.
    pub(super) fn receive(
        &self,
        change: &mut Change<'_>,
        reader: &mut Reader<'_>,
        said: &mut String,
    ) -> Result<(), Refused> {
        let dataset = self.dataset();
        if self.lacks_base(change) {
            *said += &super::tree::without_base(dataset, self.from.unwrap_or_default());
            return self.pass(reader);
        }
        *said += &self.heading();
        if self.how.whole_name {
            let _ = make_parents(change.host, change.table, dataset);
        }
        if !change.table.datasets.contains_key(dataset) {
            if self.begin.resumes.is_some() {
                return self.no(&format!("destination '{dataset}' does not exist"));
            }
            refuse_place(change, dataset, stream_kind(&self.begin))?;
        }
        if self.is_here(change) {
            *said += &format!("snap {} already exists; ignoring\n", self.snapshot);
            *said += RECEIVED;
            return self.pass(reader);
        }
        let kind = self.kind();
        let above = crate::storage::parent(dataset).unwrap_or(dataset);
        let zoned = change.view().is_zoned(above) && change.table.datasets.contains_key(dataset);
        if let Some(fault) = settings::fault(self.how, kind, zoned).filter(|_| self.top) {
            return refused(format!("cannot receive: {fault}"));
        }
        let base = self.base(change)?;
        if self.how.dry {
            return self.pass(reader);
        }
        let new = !change.table.datasets.contains_key(dataset);
        if new {
            add(change.table, dataset, kind, BTreeMap::new());
        }
        let number = change
            .table
            .datasets
            .get(dataset)
            .map_or(0, |found| found.number);
        let place = half(change.host, number);
        let start = self.prepare(change, &place, base.as_deref())?;
        let came = self.contents(change, reader, &place, start)?;
        match came {
            Came::Whole => {}
            Came::TooMuch => {
                return self.give_up(change, new, &place, "", |change| {
                    if !self.how.resumable {
                        return;
                    }
                    if let Some(dataset) = change.table.datasets.get_mut(dataset) {
                        dataset.partial = Some(self.partial(0, 0, new).text());
                    }
                });
            }
            Came::Part(entries, bytes) => {
                let partial = self.partial(entries, bytes, new || self.was_whole(change));
                let token = partial.token();
                return self.give_up(change, new, &place, &token, |change| {
                    if let Some(dataset) = change.table.datasets.get_mut(dataset) {
                        dataset.partial = Some(partial.text());
                    }
                });
            }
        }
        self.finish(change, new, &place, base.as_deref())?;
        *said += RECEIVED;
        Ok(())
    }

    fn kind(&self) -> Kind {
        match self.begin.volsize {
            Some(_) => Kind::Volume,
            None => Kind::Filesystem,
        }
    }

    fn partial(&self, entries: u64, bytes: u64, whole: bool) -> Partial {
        Partial {
            toname: self.begin.toname.clone(),
            toguid: self.begin.toguid,
            fromguid: self.begin.fromguid,
            entries,
            bytes,
            whole,
            stale: false,
        }
    }

    fn left(&self, change: &Change<'_>) -> Option<Partial> {
        let dataset = change.table.datasets.get(self.dataset())?;
        Partial::parse(dataset.partial.as_ref()?)
    }

    fn was_whole(&self, change: &Change<'_>) -> bool {
        self.left(change).is_some_and(|partial| partial.whole)
    }

    /// Whether the package starts from a snapshot that the dataset here does not have: it came whole before.
    fn lacks_base(&self, change: &Change<'_>) -> bool {
        self.from.is_some()
            && self.begin.fromguid == 0
            && change.table.datasets.contains_key(self.dataset())
    }

    /// Whether a snapshot of a package is here already.
    fn is_here(&self, change: &Change<'_>) -> bool {
        let here = change.snapshots.get(&self.snapshot);
        self.packed
            && self.begin.fromguid != 0
            && here.is_some_and(|found| found.guid == self.begin.toguid)
    }

    /// Passes over a snapshot.
    fn pass(&self, reader: &mut Reader<'_>) -> Result<(), Refused> {
        loop {
            match reader.line() {
                Ok(Line::End) => return Ok(()),
                Ok(Line::Put(put)) => {
                    let passed = reader.data(put.data, &mut io::sink());
                    passed.map_err(|_| self.broken())?;
                }
                Ok(_) => {}
                Err(_) => return Err(self.broken()),
            }
        }
    }

    fn broken(&self) -> Refused {
        let kind = stream_kind(&self.begin);
        Refused(format!(
            "cannot receive {kind} stream: checksum mismatch or incomplete stream"
        ))
    }

    /// The snapshot here that the stream starts from, after everything that can be refused was.
    fn base(&self, change: &mut Change<'_>) -> Result<Option<String>, Refused> {
        let dataset = self.dataset();
        let there = change.table.datasets.get(dataset).cloned();
        if let Some(skip) = self.begin.resumes {
            let left = self.left(change);
            let fits = left.is_some_and(|left| {
                left.toguid == self.begin.toguid && left.entries == skip && !left.stale
            });
            if !fits {
                return self.no("kernel modules must be upgraded to receive this stream.");
            }
            if self.begin.fromguid == 0 {
                return Ok(None);
            }
            let last = change.snapshots.of(dataset).last();
            if last.is_some_and(|(_, found)| found.guid != self.begin.fromguid) {
                return self.no("kernel modules must be upgraded to receive this stream.");
            }
            return Ok(find_guid(change, dataset, self.begin.fromguid)
                .or_else(|| find_guid(change, pool(dataset), self.begin.fromguid)));
        }
        let partial = || {
            format!(
                "destination {dataset} contains partially-complete state from \"zfs receive -s\"."
            )
        };
        match (there, self.begin.fromguid) {
            (None, 0) => Ok(None),
            (None, guid) => {
                if let Some(origin) = &self.how.origin {
                    return Ok(Some(origin.clone()));
                }
                if !self.begin.clone {
                    return self.no(&format!("destination '{dataset}' does not exist"));
                }
                match find_guid(change, pool(dataset), guid) {
                    Some(origin) => Ok(Some(origin)),
                    None => self.no(&format!(
                        "local origin for clone {} does not exist",
                        self.snapshot
                    )),
                }
            }
            (Some(found), 0) => {
                if !self.how.force {
                    return self.no(&format!(
                        "destination '{dataset}' exists\nmust specify -F to overwrite it"
                    ));
                }
                if let Some((label, _)) = change.snapshots.of(dataset).first() {
                    return self.no(&format!(
                        "destination has snapshots (eg. {dataset}@{label})\nmust destroy them to overwrite it"
                    ));
                }
                if found.partial.is_some() {
                    return self.no(&partial());
                }
                if found.origin.is_some() {
                    return self.no(&format!(
                        "destination '{dataset}' is a clone\nmust destroy it to overwrite it"
                    ));
                }
                Ok(None)
            }
            (Some(found), guid) => {
                let all = change.snapshots.of(dataset).iter();
                let Some((label, base)) = all.clone().find(|(_, found)| found.guid == guid) else {
                    return self.no(&format!(
                        "most recent snapshot of {dataset} does not\nmatch incremental source"
                    ));
                };
                let (base, txg) = (format!("{dataset}@{label}"), base.txg);
                if found.partial.is_some() {
                    return self.no(&partial());
                }
                self.refuse_changes(change, &base, txg)?;
                Ok(Some(base))
            }
        }
    }

    /// Refuses if something has changed here since the snapshot that the stream starts from, or with `-F` throws it away.
    fn refuse_changes(&self, change: &mut Change<'_>, base: &str, txg: u64) -> Result<(), Refused> {
        let dataset = self.dataset();
        if self.how.force {
            let later = change.later(dataset, txg);
            let again = later.contains(&self.snapshot);
            let later: Vec<String> = later
                .into_iter()
                .filter(|name| name.contains('@'))
                .collect();
            if !again {
                if change.destroy_batch(&later, false).is_err() {
                    return self.no(&format!("destination {dataset} is busy"));
                }
                let tree = change.snapshots.get(base).and_then(|found| found.tree);
                change.restore(dataset, tree)?;
            }
        } else {
            let view = change.view();
            if differs(&view.live_scan(dataset), &view.tree_scan(base)) {
                return self.no(&format!(
                    "destination {dataset} has been modified\nsince most recent snapshot"
                ));
            }
        }
        if change.snapshots.get(&self.snapshot).is_some() {
            return refused(format!(
                "cannot receive: failed to read from stream\n\
                 cannot restore to {}: destination already exists",
                self.snapshot
            ));
        }
        Ok(())
    }

    /// Lays out what the stream starts from; how many entries are there already.
    fn prepare(
        &self,
        change: &Change<'_>,
        place: &Path,
        base: Option<&str>,
    ) -> Result<(u64, u64), Refused> {
        if let Some(entries) = self.begin.resumes {
            return Ok((entries, self.left(change).map_or(0, |left| left.bytes)));
        }
        files::remove(place)?;
        std::fs::create_dir_all(place)?;
        let base = base.and_then(|base| change.snapshots.get(base));
        if let Some(tree) = base.and_then(|base| base.tree) {
            files::copy_directory(&files::tree(change.host, tree), place, &[])?;
        }
        Ok((0, 0))
    }

    /// Takes the entries.
    fn contents(
        &self,
        change: &Change<'_>,
        reader: &mut Reader<'_>,
        place: &Path,
        (mut entries, mut bytes): (u64, u64),
    ) -> Result<Came, Refused> {
        let mut room = self.room(change);
        loop {
            match reader.line() {
                Ok(Line::End) => return Ok(Came::Whole),
                Ok(Line::Gone(gone)) => {
                    let gone = path(&gone);
                    if is_inside(&gone) {
                        remove(&place.join(gone))?;
                    }
                }
                Ok(Line::Put(put)) => {
                    if put.data > room {
                        self.fill(place, room)?;
                        return Ok(Came::TooMuch);
                    }
                    room -= put.data;
                    match lay(place, &put, reader) {
                        Ok(true) => {}
                        Ok(false) => return Ok(Came::Part(entries, bytes)),
                        Err(error) => return Err(error.into()),
                    }
                    entries += 1;
                    bytes += put.data;
                }
                Ok(line) => {
                    reader.back(line);
                    return Ok(Came::Part(entries, bytes));
                }
                Err(Bad::Empty | Bad::Foreign | Bad::Broken) => {
                    return Ok(Came::Part(entries, bytes));
                }
            }
        }
    }

    /// What came before there was no room any more stays as well, if it can be resumed.
    fn fill(&self, place: &Path, room: u64) -> Result<(), Refused> {
        if self.how.resumable {
            let file = std::fs::File::create(place.join(".incomplete"))?;
            file.set_len(room.saturating_sub(512))?;
        }
        Ok(())
    }

    /// How many bytes the quotas let in.
    fn room(&self, change: &Change<'_>) -> u64 {
        let view = change.view();
        let own = self.how.sets.iter().filter(|_| self.top);
        let own = own
            .filter(|(name, _)| name == "quota" || name == "refquota")
            .filter_map(|(_, value)| crate::storage::property::parse_number(value).ok());
        let own = own.min().unwrap_or(u64::MAX);
        view.in_quotas(self.dataset()).unwrap_or(u64::MAX).min(own)
    }

    /// Ends a receive that did not come to its end: with `-s` what has come is kept.
    fn give_up(
        &self,
        change: &mut Change<'_>,
        new: bool,
        place: &Path,
        token: &str,
        keep: impl FnOnce(&mut Change<'_>),
    ) -> Result<(), Refused> {
        let dataset = self.dataset();
        if self.how.resumable {
            keep(change);
        } else {
            files::remove(place)?;
            let left = self.left(change);
            if new || left.is_some_and(|left| left.whole) {
                change.destroy_one(dataset, true)?;
            } else if let Some(found) = change.table.datasets.get_mut(dataset) {
                found.partial = None;
            }
        }
        if token.is_empty() {
            return self.no(&format!("destination {dataset} space quota exceeded."));
        }
        if !self.how.resumable {
            return Err(self.broken());
        }
        self.no(&format!(
            "checksum mismatch or incomplete stream.\n\
             Partially received snapshot is saved.\n\
             A resuming stream can be generated on the sending system by running:\n    \
             zfs send -t {token}"
        ))
    }

    /// Puts what has come in its place: a snapshot, and the files of the dataset.
    fn finish(
        &self,
        change: &mut Change<'_>,
        new: bool,
        place: &Path,
        base: Option<&str>,
    ) -> Result<(), Refused> {
        let dataset = self.dataset();
        let new = new || self.was_whole(change);
        let tree = if files::entries(place)?.is_empty() {
            None
        } else {
            let tree = change.snapshots.next_tree();
            std::fs::rename(place, files::tree(change.host, tree))?;
            Some(tree)
        };
        files::remove(place)?;
        change.restore(dataset, tree)?;
        let txg = change.next_txg();
        let mut snapshot = Snapshot {
            txg,
            guid: self.begin.toguid,
            created: self.begin.created,
            tree,
            volsize: self.begin.volsize,
            ..Snapshot::default()
        };
        if let Some(found) = change.table.datasets.get_mut(dataset) {
            found.partial = None;
            if new {
                found.origin = base.map(str::to_owned);
            }
            if let Some(size) = self.begin.volsize {
                let size = size.to_string();
                found.settings.local.insert("volsize".to_owned(), size);
            }
            self.set(&mut found.settings);
        }
        snapshot.referenced = change.view().space(dataset).referenced;
        change.snapshots.add(&self.snapshot, snapshot);
        if let Some(described) = self.described {
            settings::apply_to_snapshot(change, &self.snapshot, described, self.how);
        }
        if new && !self.how.unmounted {
            return mount_new(change.host, change.table, dataset);
        }
        Ok(())
    }

    fn set(&self, found: &mut Settings) {
        settings::apply(found, self.properties, self.how, self.top);
    }
}

/// Lays one entry down; whether it came whole.
fn lay(place: &Path, put: &Put, reader: &mut Reader<'_>) -> io::Result<bool> {
    let name = path(&put.path);
    if !is_inside(&name) {
        return Ok(reader.data(put.data, &mut io::sink()).is_ok());
    }
    let target = place.join(&name);
    let directory = put.mode & 0o170_000 == 0o040_000;
    if !directory || !target.is_dir() {
        remove(&target)?;
    }
    if directory {
        std::fs::create_dir_all(&target)?;
    }
    if let Some(link) = &put.link {
        std::os::unix::fs::symlink(path(link), &target)?;
        let _ = std::os::unix::fs::lchown(&target, Some(put.uid), Some(put.gid));
        return Ok(true);
    }
    if let Some(same) = put.same.as_deref().map(path).filter(|same| is_inside(same)) {
        std::fs::hard_link(place.join(same), &target)?;
        return Ok(true);
    }
    if !directory {
        let mut file = std::fs::File::create(&target)?;
        if reader.data(put.data, &mut file).is_err() {
            drop(file);
            remove(&target)?;
            return Ok(false);
        }
        let modified = UNIX_EPOCH + Duration::new(put.modified.0, put.modified.1);
        file.set_modified(modified)?;
    }
    // The owner of another host may be nobody here.
    let _ = std::os::unix::fs::lchown(&target, Some(put.uid), Some(put.gid));
    std::fs::set_permissions(&target, std::fs::Permissions::from_mode(put.mode & 0o7777))?;
    Ok(true)
}

fn remove(path: &Path) -> io::Result<()> {
    let removed = match std::fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
