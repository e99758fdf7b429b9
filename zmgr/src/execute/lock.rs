//! Locks between processes: one for the host, held briefly, and one for each zone, held as long as something is done to it.
//!
//! A lock is a `flock` on a file below `locks/`, so that it is free as soon as its holder is gone, however it went. The file says who
//! holds it, for the message that others get. The file of a zone's lock is removed when it is let go.

use crate::failure::Code;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use illumos::zone::ZoneName;
use jiff::Timestamp;
use rustix::fs::{FlockOperation, OFlags};
use serde::{Deserialize, Serialize};

use super::{Event, Reporter, interrupt};
use crate::{Context, ExitCode, Failure};

/// How long to wait before a lock that is held by another is tried again: at first, and at most.
const POLL: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(50)];

/// A shorter wait is not reported: the lock of the host is held only briefly, often by the next zone of the same command.
const QUIET_WAIT: Duration = Duration::from_secs(1);

/// A lock that this process holds until it is dropped.
#[derive(Debug)]
struct Lock {
    file: File,
    path: PathBuf,
    transient: bool,
}

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// What was typed.
    pub command: String,
    /// Since when.
    pub since: Timestamp,
}

impl Holder {
    /// This process.
    #[must_use]
    pub fn this_process() -> Self {
        Self {
            pid: std::process::id(),
            command: command_line(),
            since: now(),
        }
    }
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "\"{}\" (pid {}) since {}",
            self.command, self.pid, self.since
        )
    }
}

/// The time to the second.
pub(super) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// What was typed, for people: the program without its directory, and the arguments.
pub(super) fn command_line() -> String {
    let mut words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    let program = words.next().unwrap_or_default();
    let program = Path::new(&program)
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let mut line = program.unwrap_or_else(|| "zmgr".to_owned());
    for word in words {
        line.push(' ');
        line.push_str(&word.escape_default().to_string());
    }
    illumos::ips::without_credentials(&line).into_owned()
}

/// The lock of the host: who has it may begin operations.
#[derive(Debug)]
pub struct HostLock {
    _lock: Lock,
}

impl HostLock {
    /// Takes it: for making sure that a plan still fits, and writing journals and registry entries, in one go.
    ///
    /// # Errors
    /// `zmgr::lock::held` (exit status 7) if another holds it for longer than `--lock-timeout`; `zmgr::lock::failed` if the lock file
    /// cannot be opened.
    pub fn take(context: &Context, reporter: &dyn Reporter) -> Result<Self, Failure> {
        let lock = take(
            &context.state_dir.join("locks/host.lock"),
            "the lock of the host",
            false,
            context.lock_timeout,
            reporter,
        )?;
        Ok(Self { _lock: lock })
    }
}

/// The locks of zones, each by the name of its zone.
#[derive(Debug, Default)]
pub struct ZoneLocks(BTreeMap<ZoneName, Lock>);

impl ZoneLocks {
    /// Takes the locks of the zones, in the order of their names, so that two commands cannot wait for each other.
    ///
    /// # Errors
    /// As [`HostLock::take`].
    pub fn take(
        context: &Context,
        names: &[ZoneName],
        reporter: &dyn Reporter,
    ) -> Result<Self, Failure> {
        let names: BTreeSet<&ZoneName> = names.iter().collect();
        let mut locks = BTreeMap::new();
        for name in names {
            let path = context
                .state_dir
                .join("locks")
                .join(format!("zone.{name}.lock"));
            let what = format!("the lock of zone {name}");
            let lock = take(&path, &what, true, context.lock_timeout, reporter)?;
            locks.insert(name.clone(), lock);
        }
        Ok(Self(locks))
    }

    /// Hands out those of `names` that are here.
    #[must_use]
    pub fn split_off(&mut self, names: &[ZoneName]) -> Self {
        let found = names.iter().filter_map(|name| self.0.remove_entry(name));
        Self(found.collect())
    }
}

/// The zones that have a lock file and nobody who holds it: a process that was killed left it. It is in nobody's way.
///
/// # Errors
/// If the directory of the locks cannot be read.
pub fn stale(state_dir: &Path) -> io::Result<Vec<ZoneName>> {
    let entries = match fs::read_dir(state_dir.join("locks")) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut stale = Vec::new();
    for entry in entries {
        let entry = entry?;
        let file = entry.file_name();
        let zone = file.to_str().and_then(|file| {
            file.strip_prefix("zone.")?
                .strip_suffix(".lock")?
                .parse()
                .ok()
        });
        let free =
            |file: File| rustix::fs::flock(&file, FlockOperation::NonBlockingLockShared).is_ok();
        if let Some(zone) = zone
            && illumos::file::open(&entry.path()).is_ok_and(free)
        {
            stale.push(zone);
        }
    }
    stale.sort();
    Ok(stale)
}

/// Removes the lock files of zones that nobody holds.
///
/// # Errors
/// `zmgr::lock::failed` if the directory of the locks cannot be read.
pub(super) fn remove_stale(state_dir: &Path) -> Result<(), Failure> {
    let directory = state_dir.join("locks");
    let stale = stale(state_dir).map_err(|error| failed(&directory, &error))?;
    for zone in stale {
        // Taking the lock and letting it go removes its file. Whoever has it meanwhile does the same.
        let _ = attempt(&directory.join(format!("zone.{zone}.lock")), true);
    }
    Ok(())
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    let message = format!("cannot lock {}: {error}", path.display());
    Failure::new(ExitCode::Failed, Code::LockFailed, message)
}

fn take(
    path: &Path,
    what: &str,
    transient: bool,
    timeout: Duration,
    reporter: &dyn Reporter,
) -> Result<Lock, Failure> {
    if let Some(parent) = path.parent() {
        super::journal::make_directory(parent)?;
    }
    let start = Instant::now();
    let deadline = start + timeout;
    let mut told = false;
    let [mut pause, longest] = POLL;
    loop {
        match attempt(path, transient) {
            Ok(Some(lock)) => return Ok(lock),
            Ok(None) => {}
            Err(error) => return Err(failed(path, &error)),
        }
        let left = deadline.saturating_duration_since(Instant::now());
        let holder =
            holder(path).map_or_else(|| "another process".to_owned(), |holder| holder.to_string());
        if left.is_zero() {
            let message = format!("{what} is held by {holder}");
            let help = "wait until it ends, or allow more time with --lock-timeout";
            return Err(Failure::new(ExitCode::Exists, Code::LockHeld, message).with_help(help));
        }
        if interrupt::requested() {
            return Err(interrupt::failure("nothing was changed"));
        }
        if !told && start.elapsed() >= QUIET_WAIT {
            reporter.report(&Event::Waiting {
                what: format!("{what}, held by {holder}"),
                at_most: left,
            });
            told = true;
        }
        std::thread::sleep(pause.min(left));
        pause = (pause * 2).min(longest);
    }
}

/// Takes the lock if nobody has it.
fn attempt(path: &Path, transient: bool) -> io::Result<Option<Lock>> {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    let file = options.open(path)?;
    illumos::file::check(file.metadata()?.file_type())?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK | rustix::io::Errno::INTR) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    // The holder before may have removed the file between our opening and our locking it: the lock of a removed file is worth nothing.
    let ours = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(there) if there.dev() == ours.dev() && there.ino() == ours.ino() => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut lock = Lock {
        file,
        path: path.to_owned(),
        transient,
    };
    let text = serde_json::to_string(&Holder::this_process()).unwrap_or_default();
    lock.file.set_len(0)?;
    lock.file.rewind()?;
    lock.file.write_all(text.as_bytes())?;
    Ok(Some(lock))
}

/// Who says to hold the lock at `path`.
fn holder(path: &Path) -> Option<Holder> {
    let mut text = String::new();
    illumos::file::open(path)
        .ok()?
        .take(64 * 1024)
        .read_to_string(&mut text)
        .ok()?;
    serde_json::from_str(&text).ok()
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Neither can be helped here: a name left in a free lock's file misleads nobody, and closing the file frees the lock.
        let _ = if self.transient {
            fs::remove_file(&self.path)
        } else {
            self.file.set_len(0)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execute::Silent;

    fn held(path: &Path) -> Failure {
        take(path, "the lock", true, Duration::from_millis(60), &Silent)
            .expect_err("held by another")
    }

    #[test]
    fn the_holder_is_named_until_it_lets_go() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("locks/zone.web01.lock");
        let lock = take(&path, "the lock", true, Duration::ZERO, &Silent).unwrap();
        let failure = held(&path);
        assert_eq!(failure.exit, ExitCode::Exists);
        assert!(
            failure
                .message
                .contains(&format!("(pid {})", std::process::id())),
            "{}",
            failure.message
        );
        drop(lock);
        assert!(!path.exists());
        take(&path, "the lock", true, Duration::ZERO, &Silent).unwrap();
    }

    #[test]
    fn the_lock_of_a_removed_file_is_not_taken() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("host.lock");
        let lock = take(&path, "the lock", false, Duration::ZERO, &Silent).unwrap();
        drop(lock);
        assert!(path.exists(), "the file of the host's lock stays");
        fs::write(&path, "what a process left that was killed").unwrap();
        take(&path, "the lock", false, Duration::ZERO, &Silent).unwrap();
    }

    /// Who takes the locks of zones by two names in two orders waits for the other at the first of them.
    #[test]
    fn zone_locks_are_taken_in_the_order_of_the_names_and_handed_out_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let context = Context {
            config_dir: dir.path().join("etc"),
            state_dir: dir.path().to_owned(),
            dry_run: false,
            json: false,
            lock_timeout: Duration::ZERO,
            grammar: clap::Command::default,
        };
        let [a, b]: [ZoneName; 2] = ["a", "b"].map(|name| name.parse().unwrap());
        let file = |name: &str| dir.path().join(format!("locks/zone.{name}.lock"));
        let names = [b.clone(), a.clone(), b.clone()];
        let first = take(&file("a"), "a", true, Duration::ZERO, &Silent).unwrap();
        ZoneLocks::take(&context, &names, &Silent).unwrap_err();
        assert!(!file("b").exists(), "b was locked while a is another's");
        drop(first);
        let mut locks = ZoneLocks::take(&context, &names, &Silent).unwrap();
        assert!(file("a").exists() && file("b").exists());
        drop(locks.split_off(std::slice::from_ref(&b)));
        assert!(file("a").exists() && !file("b").exists());
        drop(locks);
        assert!(!file("a").exists());
    }

    #[test]
    fn many_threads_never_hold_it_together() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("zone.web01.lock");
        let inside = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let lock = take(&path, "the lock", true, Duration::from_secs(60), &Silent)
                            .unwrap();
                        assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                        inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        drop(lock);
                    }
                });
            }
        });
    }
}
