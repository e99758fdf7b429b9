//! The journal: what an operation meant to do and how far it came.
//!
//! One file an operation, JSON lines, only ever appended to, each line synced before what it announces is done. While an operation
//! runs or is unsettled its file lies in `operations/open/` and, while it runs, is locked by its process; once it is over, the file is
//! moved to `operations/`. So a crash is an open journal that nobody holds, and finding one costs the listing of one small directory.

mod record;

pub use record::{Operation, Progress, Record, VERSION, parse};

use crate::failure::Code;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rustix::fs::FlockOperation;

use super::{Outcome, lock};
use crate::files::{self, point};
use crate::plan::Plan;
use crate::{ExitCode, Failure};

/// An operation's journal, open for appending and locked.
#[derive(Debug)]
pub struct Journal {
    id: String,
    directory: PathBuf,
    file: File,
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
pub(super) fn make_directory(path: &Path) -> Result<(), Failure> {
    if path.is_dir() {
        return Ok(());
    }
    point("file:mkdir", path, || {
        DirBuilder::new().recursive(true).mode(0o700).create(path)
    })?;
    path.parent().map_or(Ok(()), files::sync_directory)
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
    pub fn begin(state_dir: &Path, plan: &Plan) -> Result<Self, Failure> {
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
        let new = new_path(&journal.directory, &journal.id);
        point("file:rename", &new, || {
            fs::rename(&new, open_path(&journal.directory, &journal.id))
        })?;
        files::sync_directory(&open)?;
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
    pub fn append(&mut self, record: &Record) -> Result<(), Failure> {
        let path = open_path(&self.directory, &self.id);
        let mut line = serde_json::to_vec(record).map_err(|error| {
            Failure::new(
                ExitCode::Failed,
                Code::JournalFailed,
                format!("cannot write the journal: {error}"),
            )
        })?;
        line.push(b'\n');
        files::append_synced(&mut self.file, &path, &line)
    }

    /// Notes how the operation ended. If nothing is left of it, its journal is moved to those that are over.
    ///
    /// # Errors
    /// If it cannot be written or moved.
    pub fn end(mut self, outcome: Outcome) -> Result<(), Failure> {
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
    pub fn close(self) -> Result<(), Failure> {
        let open = open_path(&self.directory, &self.id);
        point("file:rename", &open, || {
            fs::rename(&open, closed_path(&self.directory, &self.id))
        })?;
        files::sync_directory(&self.directory.join("open"))?;
        files::sync_directory(&self.directory)
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
fn create(directory: &Path, started: Timestamp) -> Result<(String, File), Failure> {
    loop {
        // The milliseconds come first in the suffix, so that ids sort as operations began.
        let milliseconds = Timestamp::now().subsec_millisecond();
        let id = format!(
            "{}-{milliseconds:03x}{:x}",
            started.strftime("%Y%m%dT%H%M%SZ"),
            random()
        );
        let path = new_path(directory, &id);
        let mut options = OpenOptions::new();
        options.read(true).append(true).create_new(true).mode(0o600);
        let file = match point("file:create", &path, || options.open(&path)) {
            Ok(file) => file,
            Err(failure) if failure.exit == ExitCode::Exists => continue,
            Err(failure) => return Err(failure),
        };
        // Nobody else can be between here and its renaming under this id, as the file is ours.
        if open_path(directory, &id).exists() || closed_path(directory, &id).exists() {
            files::remove(&path)?;
            continue;
        }
        point("file:lock", &path, || {
            Ok(rustix::fs::flock(&file, FlockOperation::LockExclusive)?)
        })?;
        // Before it was locked, it could be taken for one whose process had died, and removed.
        if file.metadata().is_ok_and(|file| file.nlink() == 0) {
            continue;
        }
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

/// Four random bits, as std seeds its hash maps.
fn random() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish()
        & 0xf
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
