//! The journal: what an operation meant to do and how far it came.
//!
//! One file an operation, JSON lines, only ever appended to, each line synced before what it announces is done. While an operation
//! runs or is unsettled its file lies in `operations/open/` and, while it runs, is locked by its process; once it is over, the file is
//! moved to `operations/`. So a crash is an open journal that nobody holds, and finding one costs the listing of one small directory.
//!
//! The name of an open journal has the zones of the operation in it, so that one that cannot be read concerns those and no others.

mod record;
mod shelf;

pub use record::{Operation, Progress, Record, VERSION, parse};
pub use shelf::{
    Unreadable, Unsettled, all, is_damaged, is_id, prune, read, salvage, set_aside, unsettled,
};

use crate::failure::Code;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rustix::fs::FlockOperation;

use super::{Outcome, lock};
use crate::files::{self, point};
use crate::plan::Plan;
use crate::{Context, ExitCode, Failure};

/// An operation's journal, open for appending and locked.
#[derive(Debug)]
pub struct Journal {
    id: String,
    directory: PathBuf,
    /// Where it is now.
    path: PathBuf,
    file: File,
    /// How many bytes of it are whole records.
    length: u64,
    /// Whether there may be part of a record behind them.
    torn: bool,
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
    /// If it cannot be written. There is no journal then; exit status 5 if one is left all the same.
    pub fn begin(context: &Context, plan: &Plan) -> Result<Self, Failure> {
        let directory = directory(&context.state_dir);
        let open = directory.join("open");
        make_directory(&open)?;
        let started = lock::now();
        let (id, file) = create(&directory, started)?;
        let path = shelf::new_path(&directory, &id);
        let mut journal = Self {
            id,
            directory,
            path,
            file,
            length: 0,
            torn: false,
        };
        let plan = Record::Plan {
            version: VERSION,
            command: lock::command_line(),
            pid: std::process::id(),
            time: started,
            documents: shelf::recorded_directory(&context.config_dir),
            plan: plan.clone(),
        };
        match journal.publish(&plan, &open) {
            Ok(()) => Ok(journal),
            Err(failure) => Err(journal.discard(failure)),
        }
    }

    /// Writes the plan and gives the journal its name among the open ones.
    fn publish(&mut self, record: &Record, open: &Path) -> Result<(), Failure> {
        self.append(record)?;
        let Record::Plan { plan, .. } = record else {
            return Ok(());
        };
        let path = shelf::open_path(&self.directory, &self.id, &plan.zones);
        point("file:rename", &self.path, || fs::rename(&self.path, &path))?;
        self.path = path;
        files::sync_directory(open)
    }

    /// Takes a journal away whose operation does not begin.
    fn discard(self, mut failure: Failure) -> Failure {
        let gone = |path: &Path| match fs::remove_file(path) {
            Ok(()) => true,
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if !gone(&self.path) && self.path.extension().is_some_and(|end| end == "jsonl") {
            failure.exit = ExitCode::Partial;
            failure = failure.with_help(format!(
                "nothing was changed; `zmgr recover {}` removes its journal",
                self.id
            ));
        }
        failure
    }

    /// Opens the journal of an operation that was cut short, or `None` if a process holds it.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] if it is not open any more; otherwise if it cannot be opened.
    pub fn reopen(state_dir: &Path, id: &str) -> io::Result<Option<Self>> {
        let directory = directory(state_dir);
        let path = shelf::find_open(&directory, id)?;
        let file = shelf::open_file(&path, OpenOptions::new().read(true).append(true))?;
        if !lock_patiently(&file)? {
            return Ok(None);
        }
        // Another process may have settled it between the opening and the locking.
        if !shelf::is_at(&file, &path)? {
            return Err(io::ErrorKind::NotFound.into());
        }
        // A line that was being written when the machine stopped is no record: it announced nothing that has happened.
        let text = illumos::file::read_open(&file, shelf::LARGEST)?;
        let whole = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |last| last + 1);
        let mut journal = Self {
            id: id.to_owned(),
            directory,
            path,
            file,
            length: whole as u64,
            torn: whole != text.len(),
        };
        journal.cut_back()?;
        Ok(Some(journal))
    }

    /// The operation's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Appends a record; it is on disk when this returns.
    ///
    /// # Errors
    /// If it cannot be written. What was written of it is taken away again, at the latest before the next record.
    pub fn append(&mut self, record: &Record) -> Result<(), Failure> {
        let mut line = serde_json::to_vec(record).map_err(|error| {
            Failure::new(
                ExitCode::Failed,
                Code::JournalFailed,
                format!("cannot write the journal: {error}"),
            )
        })?;
        line.push(b'\n');
        self.whole()?;
        let appended = files::append_synced(&mut self.file, &self.path, &line);
        match appended {
            Ok(()) => self.length += line.len() as u64,
            Err(_) => {
                self.torn = true;
                // If it cannot be done now, nothing is appended until it can.
                let _ = self.whole();
            }
        }
        appended
    }

    /// Makes sure that the journal ends with a whole record.
    fn whole(&mut self) -> Result<(), Failure> {
        let path = self.path.clone();
        point("file:truncate", &path, || self.cut_back())
    }

    fn cut_back(&mut self) -> io::Result<()> {
        if self.torn {
            self.file.set_len(self.length)?;
            self.file.sync_data()?;
            self.torn = false;
        }
        Ok(())
    }

    /// Notes how the operation ended. If nothing is left of it, its journal is moved to those that are over.
    ///
    /// # Errors
    /// If it cannot be written or moved: it is still open.
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
    /// If it cannot be moved: it is still open.
    pub fn close(self) -> Result<(), Failure> {
        point("file:rename", &self.path, || {
            fs::rename(&self.path, shelf::closed_path(&self.directory, &self.id))
        })?;
        // It is over now, whether the disk knows or not: an open journal that says how it ended is only closed again.
        let _ = files::sync_directory(&self.directory.join("open"))
            .and_then(|()| files::sync_directory(&self.directory));
        Ok(())
    }
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
        let path = shelf::new_path(directory, &id);
        let mut options = OpenOptions::new();
        options.read(true).append(true).create_new(true).mode(0o600);
        let file = match point("file:create", &path, || options.open(&path)) {
            Ok(file) => file,
            Err(failure) if failure.exit == ExitCode::Exists => continue,
            Err(failure) => return Err(failure),
        };
        // Nobody else can be between here and its renaming under this id, as the file is ours.
        if shelf::find(directory, &id).is_ok() {
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
