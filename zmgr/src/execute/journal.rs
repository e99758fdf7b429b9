//! The journal: what an operation meant to do and how far it came.
//!
//! One file an operation, JSON lines, only ever appended to, each line synced before what it announces is done. While an operation
//! runs or is unsettled its file lies in `operations/open/` and, while it runs, is locked by its process; once it is over, the file is
//! moved to `operations/`. So a crash is an open journal that nobody holds, and finding one costs the listing of one small directory.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rustix::fs::FlockOperation;
use serde::{Deserialize, Serialize};

use super::{Outcome, lock};
use crate::plan::{Direction, Plan};

/// The version of the records below. A journal of a later version is not touched.
pub const VERSION: u32 = 1;

/// A line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "record",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Record {
    /// The first line: what is to be done, by whom.
    Plan {
        /// [`VERSION`] of the writer.
        version: u32,
        /// What was typed.
        command: String,
        /// The process.
        pid: u32,
        /// When.
        time: Timestamp,
        /// The plan.
        plan: Plan,
    },
    /// A step begins. It may have happened from here on.
    Begin {
        /// Which, from 0.
        step: usize,
        /// When.
        time: Timestamp,
    },
    /// A step is done.
    Done {
        /// Which, from 0.
        step: usize,
        /// When.
        time: Timestamp,
    },
    /// A step failed.
    Failed {
        /// Which, from 0.
        step: usize,
        /// When.
        time: Timestamp,
        /// Why.
        reason: String,
        /// Whether it may have happened in part.
        partial: bool,
    },
    /// The undoing of a step begins.
    UndoBegin {
        /// Which, from 0.
        step: usize,
        /// When.
        time: Timestamp,
    },
    /// A step is undone.
    UndoDone {
        /// Which, from 0.
        step: usize,
        /// When.
        time: Timestamp,
    },
    /// A step could not be undone.
    UndoFailed {
        /// Which, from 0.
        step: usize,
        /// When.
        time: Timestamp,
        /// Why.
        reason: String,
    },
    /// Another process settles what was cut short.
    Recover {
        /// Which way.
        direction: Direction,
        /// The process.
        pid: u32,
        /// When.
        time: Timestamp,
    },
    /// The operation is over, or over with something left.
    End {
        /// How it ended.
        outcome: Outcome,
        /// When.
        time: Timestamp,
    },
}

/// An operation's journal, open for appending and locked.
#[derive(Debug)]
pub struct Journal {
    id: String,
    directory: PathBuf,
    file: File,
}

/// What a journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The operation's id: when it began, and four random digits.
    pub id: String,
    /// What was typed.
    pub command: String,
    /// The process that began it.
    pub pid: u32,
    /// When it began.
    pub started: Timestamp,
    /// What was to be done.
    pub plan: Plan,
    /// Every record after the plan.
    pub records: Vec<Record>,
}

/// An operation that was cut short, or that left something.
#[derive(Debug)]
pub enum Unsettled {
    /// It is running now.
    Running(String),
    /// Its process is gone, or ended with something left.
    Crashed(String),
}

/// Makes the directory and those above it, readable for their owner only.
pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Where the journals of `state_dir` lie.
fn directory(state_dir: &Path) -> PathBuf {
    state_dir.join("operations")
}

impl Journal {
    /// Begins the journal of an operation and writes its plan. It appears among the others locked and with its plan whole.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn begin(state_dir: &Path, plan: &Plan) -> io::Result<Self> {
        let directory = directory(state_dir);
        let open = directory.join("open");
        make_directory(&open)?;
        let started = lock::now();
        let (id, file) = create(&directory, started)?;
        let mut journal = Self {
            id,
            directory,
            file,
        };
        journal.append(&Record::Plan {
            version: VERSION,
            command: lock::command_line(),
            pid: std::process::id(),
            time: started,
            plan: plan.clone(),
        })?;
        fs::rename(
            new_path(&journal.directory, &journal.id),
            open_path(&journal.directory, &journal.id),
        )?;
        sync_directory(&open)?;
        Ok(journal)
    }

    /// Opens the journal of an operation that was cut short, or `None` if a process holds it.
    ///
    /// # Errors
    /// If it is not there or cannot be opened.
    pub fn reopen(state_dir: &Path, id: &str) -> io::Result<Option<Self>> {
        let directory = directory(state_dir);
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .open(open_path(&directory, id))?;
        if !lock_patiently(&file)? {
            return Ok(None);
        }
        // A line that was being written when the machine stopped is no record: it announced nothing that has happened.
        let mut text = Vec::new();
        file.rewind()?;
        file.read_to_end(&mut text)?;
        let whole = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |last| last + 1);
        if whole != text.len() {
            file.set_len(whole as u64)?;
            file.sync_data()?;
        }
        file.seek(SeekFrom::End(0))?;
        Ok(Some(Self {
            id: id.to_owned(),
            directory,
            file,
        }))
    }

    /// The operation's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Appends a record; it is on disk when this returns.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn append(&mut self, record: &Record) -> io::Result<()> {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.file.sync_data()
    }

    /// Notes how the operation ended. If nothing is left of it, its journal is moved to those that are over.
    ///
    /// # Errors
    /// If it cannot be written or moved.
    pub fn end(mut self, outcome: Outcome) -> io::Result<()> {
        self.append(&Record::End {
            outcome,
            time: lock::now(),
        })?;
        if outcome == Outcome::Left {
            Ok(())
        } else {
            self.close()
        }
    }

    /// Moves the journal to those that are over.
    ///
    /// # Errors
    /// If it cannot be moved.
    pub fn close(self) -> io::Result<()> {
        fs::rename(
            open_path(&self.directory, &self.id),
            closed_path(&self.directory, &self.id),
        )?;
        sync_directory(&self.directory.join("open"))?;
        sync_directory(&self.directory)
    }
}

fn open_path(directory: &Path, id: &str) -> PathBuf {
    directory.join("open").join(format!("{id}.jsonl"))
}

fn closed_path(directory: &Path, id: &str) -> PathBuf {
    directory.join(format!("{id}.jsonl"))
}

fn new_path(directory: &Path, id: &str) -> PathBuf {
    directory.join("open").join(format!("{id}.new"))
}

/// Creates and locks a file of a name that was never used.
fn create(directory: &Path, started: Timestamp) -> io::Result<(String, File)> {
    loop {
        let id = format!("{}-{:04x}", started.strftime("%Y%m%dT%H%M%SZ"), random());
        let path = new_path(directory, &id);
        let file = match OpenOptions::new()
            .read(true)
            .append(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
        {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        };
        // Nobody else can be between here and its renaming under this id, as the file is ours.
        if open_path(directory, &id).exists() || closed_path(directory, &id).exists() {
            fs::remove_file(&path)?;
            continue;
        }
        rustix::fs::flock(&file, FlockOperation::LockExclusive)?;
        return Ok((id, file));
    }
}

/// Locks the journal. Somebody who only looks whether it is locked is waited for; the answer is `false` if its process still runs.
fn lock_patiently(file: &File) -> io::Result<bool> {
    for _ in 0..10 {
        match rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(true),
            Err(rustix::io::Errno::WOULDBLOCK) => std::thread::sleep(Duration::from_millis(10)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(false)
}

/// Sixteen random bits, as std seeds its hash maps.
fn random() -> u16 {
    use std::hash::{BuildHasher, Hasher};
    let hash = std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish();
    u16::try_from(hash & 0xffff).unwrap_or_default()
}

/// Whether `text` can be the id of an operation; anything else must not become part of a path.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let (time, suffix) = text.split_at_checked(16).unwrap_or((text, ""));
    let time_fits = time.bytes().enumerate().all(|(place, byte)| match place {
        8 => byte == b'T',
        15 => byte == b'Z',
        _ => byte.is_ascii_digit(),
    });
    let suffix_fits = suffix.len() == 5
        && suffix.starts_with('-')
        && suffix[1..].bytes().all(|byte| byte.is_ascii_hexdigit());
    time_fits && suffix_fits
}

fn ids(directory: &Path, extension: &str) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut ids = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        if let Some(id) = name
            .to_str()
            .and_then(|name| name.strip_suffix(extension))
            .filter(|id| is_id(id))
        {
            ids.push(id.to_owned());
        }
    }
    ids.sort();
    Ok(ids)
}

/// The operations that are not settled, oldest first.
///
/// # Errors
/// If the directory or a journal's lock cannot be read.
pub fn unsettled(state_dir: &Path) -> io::Result<Vec<Unsettled>> {
    let directory = directory(state_dir);
    let mut found = Vec::new();
    for id in ids(&directory.join("open"), ".jsonl")? {
        match File::open(open_path(&directory, &id)) {
            Ok(file) => match rustix::fs::flock(&file, FlockOperation::NonBlockingLockShared) {
                Ok(()) => found.push(Unsettled::Crashed(id)),
                Err(rustix::io::Errno::WOULDBLOCK) => found.push(Unsettled::Running(id)),
                Err(error) => return Err(error.into()),
            },
            // It ended while we looked.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// The ids of every operation, oldest first.
///
/// # Errors
/// If the directory cannot be read.
pub fn all(state_dir: &Path) -> io::Result<Vec<String>> {
    let directory = directory(state_dir);
    let mut all = ids(&directory, ".jsonl")?;
    all.extend(ids(&directory.join("open"), ".jsonl")?);
    all.sort();
    all.dedup();
    Ok(all)
}

/// Removes the journals of operations that are over and began before `before`; their ids say when that was. What is left of a
/// journal whose process died before its plan was whole goes as well: nothing was done yet.
///
/// # Errors
/// If the directories cannot be read. A journal that cannot be removed stays.
pub fn prune(state_dir: &Path, before: Timestamp) -> io::Result<()> {
    let directory = directory(state_dir);
    let oldest = before.strftime("%Y%m%dT%H%M%SZ").to_string();
    for id in ids(&directory, ".jsonl")?
        .iter()
        .take_while(|id| **id < oldest)
    {
        let _ = fs::remove_file(closed_path(&directory, id));
    }
    for id in ids(&directory.join("open"), ".new")? {
        let path = new_path(&directory, &id);
        if File::open(&path).is_ok_and(|file| {
            rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok()
        }) {
            let _ = fs::remove_file(path);
        }
    }
    Ok(())
}

/// Reads the journal of an operation, settled or not.
///
/// # Errors
/// [`io::ErrorKind::NotFound`] without such an operation; [`io::ErrorKind::InvalidData`] if it is damaged or of a later version.
pub fn read(state_dir: &Path, id: &str) -> io::Result<Operation> {
    if !is_id(id) {
        return Err(io::ErrorKind::NotFound.into());
    }
    let directory = directory(state_dir);
    let bytes = match fs::read(open_path(&directory, id)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::read(closed_path(&directory, id))?
        }
        other => other?,
    };
    parse(id, &bytes)
}

/// Reads the lines of a journal. The last is left out if its newline is missing.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] if a whole line is no record, or the journal is of a later version.
pub fn parse(id: &str, bytes: &[u8]) -> io::Result<Operation> {
    let invalid = |line: usize, reason: &dyn std::fmt::Display| {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("line {line} of the journal of operation {id}: {reason}"),
        )
    };
    let whole = bytes
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |last| last + 1);
    let mut lines = bytes[..whole]
        .split_inclusive(|byte| *byte == b'\n')
        .enumerate();
    let (_, first) = lines.next().ok_or_else(|| invalid(1, &"it is empty"))?;
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    match serde_json::from_slice::<Version>(first) {
        Ok(found) if found.version > VERSION => {
            return Err(invalid(
                1,
                &format!("version {} is not known to this zmgr", found.version),
            ));
        }
        _ => {}
    }
    let Record::Plan {
        command,
        pid,
        time,
        plan,
        ..
    } = serde_json::from_slice(first).map_err(|error| invalid(1, &error))?
    else {
        return Err(invalid(1, &"it does not begin with a plan"));
    };
    let mut records = Vec::new();
    for (number, line) in lines {
        let record: Record =
            serde_json::from_slice(line).map_err(|error| invalid(number + 1, &error))?;
        let step = match &record {
            Record::Begin { step, .. }
            | Record::Done { step, .. }
            | Record::Failed { step, .. }
            | Record::UndoBegin { step, .. }
            | Record::UndoDone { step, .. }
            | Record::UndoFailed { step, .. } => *step,
            Record::Plan { .. } => return Err(invalid(number + 1, &"a second plan")),
            Record::Recover { .. } | Record::End { .. } => 0,
        };
        if step > 0 && step >= plan.steps.len() {
            return Err(invalid(number + 1, &format!("the plan has no step {step}")));
        }
        records.push(record);
    }
    Ok(Operation {
        id: id.to_owned(),
        command,
        pid,
        started: time,
        plan,
        records,
    })
}

impl Operation {
    /// How it ended; `None` if it was cut short, or runs.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        match self.records.last() {
            Some(Record::End { outcome, .. }) => Some(*outcome),
            _ => None,
        }
    }

    /// When its last record was written.
    #[must_use]
    pub fn last(&self) -> Timestamp {
        match self.records.last() {
            Some(
                Record::Plan { time, .. }
                | Record::Begin { time, .. }
                | Record::Done { time, .. }
                | Record::Failed { time, .. }
                | Record::UndoBegin { time, .. }
                | Record::UndoDone { time, .. }
                | Record::UndoFailed { time, .. }
                | Record::Recover { time, .. }
                | Record::End { time, .. },
            ) => *time,
            None => self.started,
        }
    }

    /// How far each step came.
    #[must_use]
    pub fn progress(&self) -> Vec<Progress> {
        let mut progress = vec![Progress::NotBegun; self.plan.steps.len()];
        for record in &self.records {
            let (step, reached) = match record {
                Record::Begin { step, .. } => (*step, Progress::Begun),
                Record::Done { step, .. } => (*step, Progress::Done),
                Record::Failed {
                    step,
                    partial: true,
                    ..
                } => (*step, Progress::Failed),
                Record::Failed {
                    step,
                    partial: false,
                    ..
                } => (*step, Progress::NotBegun),
                Record::UndoBegin { step, .. } => (*step, Progress::UndoBegun),
                Record::UndoDone { step, .. } => (*step, Progress::Undone),
                Record::UndoFailed { step, .. } => (*step, Progress::UndoFailed),
                Record::Plan { .. } | Record::Recover { .. } | Record::End { .. } => continue,
            };
            if let Some(place) = progress.get_mut(step) {
                *place = reached;
            }
        }
        progress
    }
}

/// How far a step came, as its journal has it. What has really happened is seen by looking at the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// It did not begin.
    NotBegun,
    /// It began, and may have happened.
    Begun,
    /// It was done.
    Done,
    /// It failed, and may have happened in part.
    Failed,
    /// Its undoing began, and may have happened.
    UndoBegun,
    /// It was undone.
    Undone,
    /// It could not be undone.
    UndoFailed,
}
