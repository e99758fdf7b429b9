//! The only file writing of zmgr.
//!
//! A file is replaced by writing another beside it, syncing that, renaming it and syncing the directory: after a crash at
//! any point there is the old file or the new one, whole. Symlinks stay: what they lead to is replaced. Owner and mode
//! are kept. What a crash can leave behind is a file [`leftovers`] finds: `.NAME.XXXXXX.new`.
//!
//! Off illumos each operation passes the fault points of the emulated host, so that tests can stop the process between them.

use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, Gid, Uid};
use tempfile::NamedTempFile;

use crate::failure::{Code, ExitCode, Failure};

/// The mode of a file that was not there before.
const NEW_FILE: u32 = 0o644;
/// The end of the names of files that are to replace others.
const BESIDE: &str = ".new";
/// How many random characters stand in them.
const RANDOM: usize = 6;

/// Replaces the file `path`, or makes it.
///
/// # Errors
/// If it cannot be written; the file is as it was then. `zmgr::file::no_target` if it is a symlink whose target does not exist.
pub fn replace(path: &Path, contents: &[u8]) -> Result<(), Failure> {
    let staged = stage(path, contents)?;
    synced(staged.file.as_file(), path)?;
    let directory = directory_of(&staged.target).to_path_buf();
    staged.put()?;
    sync_directory(&directory)
}

/// Replaces the file `path`, or makes it, for everybody to read: a file that other programs pick up. Its temporary name ends otherwise, so that
/// none reads half of it.
///
/// # Errors
/// If it cannot be written; the file is as it was then.
pub fn publish(path: &Path, contents: &[u8]) -> Result<(), Failure> {
    let file = beside(path, contents, None)?;
    file.as_file()
        .set_permissions(Permissions::from_mode(0o644))
        .map_err(|error| failed("write", path, &error))?;
    let target = path.to_path_buf();
    Staged { file, target }.put()
}

/// Replaces the file `path`, or makes it, for its owner alone. Nothing is synced: after a crash it may be the old one, the new one or
/// damaged. For what can be made again and says by itself whether it is whole.
///
/// # Errors
/// As [`replace`].
pub fn replace_unsynced(path: &Path, contents: &[u8]) -> Result<(), Failure> {
    let file = beside(path, contents, None)?;
    file.as_file()
        .set_permissions(Permissions::from_mode(0o600))
        .map_err(|error| failed("write", path, &error))?;
    let target = path.to_path_buf();
    Staged { file, target }.put()
}

/// Makes the file `path`, whole, or leaves the one that is there.
///
/// # Errors
/// [`ExitCode::Exists`] if something of that name is there; otherwise if it cannot be written.
pub fn create_new(path: &Path, contents: &[u8]) -> Result<(), Failure> {
    let file = beside(path, contents, None)?;
    synced(file.as_file(), path)?;
    point("file:link", path, || {
        file.persist_noclobber(path).map_err(|error| error.error)
    })?;
    sync_directory(directory_of(path))
}

/// Removes the file `path`; of a symlink, the link.
///
/// # Errors
/// [`ExitCode::NotFound`] if there is none; otherwise if it cannot be removed.
pub fn remove(path: &Path) -> Result<(), Failure> {
    point("file:unlink", path, || fs::remove_file(path))?;
    sync_directory(directory_of(path))
}

/// Appends to `file`, named `path` in messages, and waits until it is on disk. After a crash the end of what was appended
/// may be missing: readers must not rely on a last line without newline.
///
/// # Errors
/// If it cannot be written or synced.
pub fn append_synced(file: &mut File, path: &Path, contents: &[u8]) -> Result<(), Failure> {
    point("file:append", path, || file.write_all(contents))?;
    point("file:sync", path, || file.sync_data())
}

/// How many files are written before the first of them takes the place of its old one. Each is open until then, and a process may have as few
/// as 256 files open.
const TOGETHER: usize = 128;

/// Replaces many files. After a crash each is the old one or the new one, whole; some may be new and others old. The disk is waited for
/// once for [`TOGETHER`] of them, not once for each.
///
/// # Errors
/// If one cannot be written or renamed. Those before it may be replaced: the message says how many.
pub fn replace_many(files: &[(&Path, &[u8])]) -> Result<(), Failure> {
    for (place, together) in files.chunks(TOGETHER).enumerate() {
        replace_together(together, place * TOGETHER, files.len())?;
    }
    Ok(())
}

/// Replaces some of `count` files, of which `before` have been replaced.
fn replace_together(files: &[(&Path, &[u8])], before: usize, count: usize) -> Result<(), Failure> {
    let replaced = |mut failure: Failure, done: usize| {
        if done > 0 {
            failure.message = format!(
                "{}; {done} of {count} files have been replaced",
                failure.message
            );
        }
        failure
    };
    let stage_all = || {
        let staged = files.iter().map(|(path, contents)| stage(path, contents));
        let staged = staged.collect::<Result<Vec<_>, _>>()?;
        sync_all(&staged)?;
        Ok(staged)
    };
    let staged = stage_all().map_err(|failure| replaced(failure, before))?;
    let mut directories: Vec<PathBuf> = staged
        .iter()
        .map(|staged| directory_of(&staged.target).to_path_buf())
        .collect();
    directories.sort_unstable();
    directories.dedup();
    let mut failed = None;
    for (done, staged) in staged.into_iter().enumerate() {
        if let Err(failure) = staged.put() {
            failed = Some(replaced(failure, before + done));
            break;
        }
    }
    for directory in directories {
        sync_directory(&directory)?;
    }
    failed.map_or(Ok(()), Err)
}

/// Makes the directory `path`, and those above it that are not there, with mode 0755 whatever the umask.
///
/// # Errors
/// If one cannot be made.
pub fn make_directory(path: &Path) -> Result<(), Failure> {
    if path.is_dir() {
        return Ok(());
    }
    let above = directory_of(path);
    if above != path {
        make_directory(above)?;
    }
    let made = point("file:mkdir", path, || {
        match fs::DirBuilder::new().mode(0o755).create(path) {
            // Another process may have been quicker.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {
                Ok(false)
            }
            other => other.map(|()| true),
        }
    })?;
    if made {
        fs::set_permissions(path, Permissions::from_mode(0o755))
            .map_err(|error| failed("make", path, &error))?;
        sync_directory(above)?;
    }
    Ok(())
}

/// Makes the directory `path`, and those above it that are not there, for their owner alone. Nothing is synced.
///
/// # Errors
/// If it cannot be made.
pub fn make_private_directory(path: &Path) -> Result<(), Failure> {
    if path.is_dir() {
        return Ok(());
    }
    point("file:mkdir", path, || {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
    })
}

/// Removes what a crash left in `directory` while it was being written. A file that a process still writes stays.
///
/// # Errors
/// If the directory cannot be read or one cannot be removed.
pub fn remove_leftovers(directory: &Path) -> Result<(), Failure> {
    if !directory.is_dir() {
        return Ok(());
    }
    for path in leftovers(directory)? {
        let Ok(file) = File::open(&path) else {
            continue;
        };
        // Its writer holds it locked from before it has a content until it has its name.
        if rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() {
            point("file:unlink", &path, || match fs::remove_file(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                other => other,
            })?;
        }
    }
    Ok(())
}

/// The files in `directory` that a crash left while they were being written, or that are being written now.
///
/// # Errors
/// If the directory cannot be read.
pub fn leftovers(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).map_err(|error| failed("read", directory, &error))? {
        let entry = entry.map_err(|error| failed("read", directory, &error))?;
        let name = entry.file_name();
        if name.to_str().is_some_and(is_beside)
            && entry.file_type().is_ok_and(|kind| kind.is_file())
        {
            found.push(entry.path());
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Whether a file of this name is one of ours: `.NAME.XXXXXX.new`.
fn is_beside(name: &str) -> bool {
    let random = |name: &str| {
        let (target, random) = name.rsplit_once('.')?;
        let fits =
            random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (fits && !target.is_empty()).then_some(())
    };
    name.strip_prefix('.')
        .and_then(|name| name.strip_suffix(BESIDE))
        .and_then(random)
        .is_some()
}

/// A new file beside the one that it is to replace.
struct Staged {
    file: NamedTempFile,
    target: PathBuf,
}

impl Staged {
    fn put(self) -> Result<(), Failure> {
        let Self { file, target } = self;
        point("file:rename", &target, || {
            file.persist(&target).map(drop).map_err(|error| error.error)
        })
    }
}

fn stage(path: &Path, contents: &[u8]) -> Result<Staged, Failure> {
    let (target, old) = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => {
            let target = path
                .canonicalize()
                .map_err(|error| no_target(path, &error))?;
            let metadata =
                fs::metadata(&target).map_err(|error| failed("read", &target, &error))?;
            (target, Some(metadata))
        }
        Ok(metadata) => (path.to_path_buf(), Some(metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (path.to_path_buf(), None),
        Err(error) => return Err(failed("read", path, &error)),
    };
    if let Some(old) = old.as_ref().filter(|old| !old.is_file()) {
        let what = if old.is_dir() {
            "a directory"
        } else {
            "not a regular file"
        };
        let message = format!("cannot replace {}: it is {what}", target.display());
        return Err(Failure::new(ExitCode::Failed, Code::FileFailed, message));
    }
    let file = beside(&target, contents, old.as_ref())?;
    Ok(Staged { file, target })
}

/// A file in the directory of `target`, with `contents`, and with the owner and mode of `old`.
fn beside(
    target: &Path,
    contents: &[u8],
    old: Option<&Metadata>,
) -> Result<NamedTempFile, Failure> {
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(target.file_name().unwrap_or_default());
    prefix.push(".");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(BESIDE).rand_bytes(RANDOM);
    let mut file = point("file:create", target, || {
        loop {
            let file = builder.tempfile_in(directory_of(target))?;
            rustix::fs::flock(file.as_file(), FlockOperation::LockExclusive)?;
            // Somebody who removes leftovers may have come between.
            if file.as_file().metadata()?.nlink() > 0 {
                break Ok(file);
            }
        }
    })?;
    point("file:write", target, || {
        file.write_all(contents)?;
        let made = file.as_file().metadata()?;
        if let Some(old) = old.filter(|old| (old.uid(), old.gid()) != (made.uid(), made.gid())) {
            rustix::fs::fchown(
                file.as_file(),
                Some(Uid::from_raw(old.uid())),
                Some(Gid::from_raw(old.gid())),
            )?;
        }
        let mode = old.map_or(NEW_FILE, |old| old.mode() & 0o7777);
        file.as_file().set_permissions(Permissions::from_mode(mode))
    })?;
    Ok(file)
}

fn synced(file: &File, path: &Path) -> Result<(), Failure> {
    point("file:sync", path, || file.sync_all())
}

/// Waits until all are on disk.
#[cfg(target_os = "linux")]
fn sync_all(staged: &[Staged]) -> Result<(), Failure> {
    let mut devices = Vec::new();
    for staged in staged {
        let file = staged.file.as_file();
        let device = file
            .metadata()
            .map_err(|error| failed("sync", &staged.target, &error))?
            .dev();
        if !devices.contains(&device) {
            point("file:sync", &staged.target, || {
                Ok(rustix::fs::syncfs(file)?)
            })?;
            devices.push(device);
        }
    }
    Ok(())
}

/// Waits until all are on disk. There is no call for a whole file system; ZFS writes what is waited for at the same time together.
#[cfg(not(target_os = "linux"))]
fn sync_all(staged: &[Staged]) -> Result<(), Failure> {
    let sync = |staged: &[Staged]| {
        staged
            .iter()
            .try_for_each(|staged| synced(staged.file.as_file(), &staged.target))
    };
    if staged.len() < 2 {
        return sync(staged);
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = staged
            .chunks(staged.len().div_ceil(16))
            .map(|share| scope.spawn(move || sync(share)))
            .collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

/// Waits until the names in `directory` are on disk.
///
/// # Errors
/// If it cannot be opened or synced.
pub fn sync_directory(directory: &Path) -> Result<(), Failure> {
    point("file:sync-directory", directory, || {
        File::open(directory)?.sync_all()
    })
}

/// Does a file operation, with the emulated host's fault points before and after it.
///
/// # Errors
/// What the operation answered, with `path` and what was attempted.
pub(crate) fn point<T>(
    name: &'static str,
    path: &Path,
    operation: impl FnOnce() -> io::Result<T>,
) -> Result<T, Failure> {
    let verb = match name {
        "file:create" | "file:write" | "file:append" | "file:truncate" => "write",
        "file:link" | "file:mkdir" => "make",
        "file:rename" => "replace",
        "file:unlink" => "remove",
        _ => "sync",
    };
    #[cfg(not(target_os = "illumos"))]
    if let Err(code) = illumos_emulation::fault::before(name) {
        return Err(failed(verb, path, &io::Error::from_raw_os_error(code)));
    }
    let done = operation().map_err(|error| failed(verb, path, &error))?;
    #[cfg(not(target_os = "illumos"))]
    illumos_emulation::fault::after(name);
    Ok(done)
}

fn failed(verb: &str, path: &Path, error: &io::Error) -> Failure {
    let message = format!("cannot {verb} {}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::new(
            ExitCode::Exists,
            Code::FileExists,
            format!("{} exists already", path.display()),
        ),
        io::ErrorKind::NotFound => Failure::new(ExitCode::NotFound, Code::FileNotFound, message),
        io::ErrorKind::PermissionDenied => {
            Failure::new(ExitCode::Failed, Code::FilePermissionDenied, message)
                .with_help("run the command as root, for instance with pfexec")
        }
        _ => Failure::new(ExitCode::Failed, Code::FileFailed, message),
    }
}

fn no_target(path: &Path, error: &io::Error) -> Failure {
    let message = format!(
        "{} is a symlink whose target does not exist: {error}",
        path.display()
    );
    Failure::new(ExitCode::Failed, Code::FileNoTarget, message).with_help(format!(
        "remove it with `rm {}`, or create its target",
        path.display()
    ))
}

mod trust;

pub use trust::{check_documents, check_trusted, untrusted};

#[cfg(test)]
mod tests;
