//! Changing the index: a changed copy replaces it, under a lock. What the real library gets wrong is done the same way.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};

use rustix::fs::FlockOperation;

use super::{CONFIGURED, Fields, INCOMPLETE, INSTALLED, line, piece, uuid_text};
use crate::Host;
use crate::zonecfg::{code, paths};

/// A change of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<'a> {
    /// Adds a zone, at the end.
    Add {
        /// The zone.
        name: &'a [u8],
        /// Its state.
        state: u8,
        /// Its zonepath.
        path: &'a [u8],
        /// Its UUID if it needs one; all zero for a random one.
        uuid: [u8; 16],
    },
    /// Changes every line of a zone.
    Modify {
        /// The zone. `global` is never changed, without a word.
        name: &'a [u8],
        /// The new state.
        state: Option<u8>,
        /// The new zonepath; empty to keep it.
        path: &'a [u8],
        /// The new name; empty to keep it.
        new_name: &'a [u8],
        /// Its UUID if it needs one; all zero for a random one.
        uuid: [u8; 16],
    },
    /// Removes every line of a zone.
    Remove {
        /// The zone.
        name: &'a [u8],
    },
}

/// Changes the index.
///
/// A zone above `configured` has a UUID: one is made when it is missing, and a state below `installed` drops the old one.
///
/// # Errors
/// [`code::LOCKING_FILE`], [`code::TEMP_FILE`], [`code::MISC_FS`] without an index, [`code::UPDATING_INDEX`] when the zone to
/// add exists or that to change does not, [`code::ACCES`].
pub fn put(host: &Host, change: &Change<'_>) -> Result<(), i32> {
    if matches!(
        change,
        Change::Modify {
            name: b"global",
            ..
        }
    ) {
        return Ok(());
    }
    let lock = lock(host).map_err(|_| code::LOCKING_FILE)?;
    let directory = paths::configuration(host).ok_or(code::NOMEM)?;
    let index = paths::index(host).ok_or(code::MISC_FS)?;
    let mut copy = tempfile::Builder::new()
        .prefix("zonecfg.")
        .rand_bytes(6)
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(directory)
        .map_err(|_| code::TEMP_FILE)?;
    let _ = copy
        .as_file()
        .set_permissions(Permissions::from_mode(0o644));
    let old = fs::read(&index).map_err(|_| code::MISC_FS)?;
    let new = rewrite(&old, change)?;
    copy.write_all(&new).map_err(|_| code::MISC_FS)?;
    copy.persist(&index)
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::PermissionDenied => code::ACCES,
            _ => code::MISC_FS,
        })?;
    drop(lock);
    Ok(())
}

/// Takes the lock of the index. It is one of `fcntl`: it excludes other processes, but not other threads.
fn lock(host: &Host) -> io::Result<File> {
    let directory = paths::run(host).ok_or(io::ErrorKind::InvalidFilename)?;
    match DirBuilder::new().mode(0o700).create(&directory) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o644)
        .open(directory.join("index.lock"))?;
    rustix::fs::fcntl_lock(&file, FlockOperation::LockExclusive)?;
    Ok(file)
}

/// The index `old` after `change`.
fn rewrite(old: &[u8], change: &Change<'_>) -> Result<Vec<u8>, i32> {
    let (Change::Add { name, .. } | Change::Modify { name, .. } | Change::Remove { name }) =
        *change;
    // A renamed line is followed by a search for the new name, over the length of the old one.
    let mut wanted = name;
    let mut new = Vec::with_capacity(old.len() + 64);
    let mut exists = false;
    let mut rest = old;
    while let Some(piece) = piece(&mut rest) {
        let is_target = !piece.starts_with(b"#")
            && wanted.len() >= name.len()
            && piece.starts_with(&wanted[..name.len()])
            && piece.get(name.len()) == Some(&b':');
        if !is_target {
            new.extend_from_slice(piece);
            continue;
        }
        // A line that is too long, or the last one without newline, vanishes.
        let Some(line) = line(piece) else { continue };
        let mut fields = Fields {
            rest: line
                .iter()
                .position(|&byte| byte == b':')
                .map(|colon| &line[colon + 1..]),
        };
        let mut state = fields.next();
        if state.is_empty() {
            return Err(code::UPDATING_INDEX);
        }
        let mut path = fields.next();
        let mut uuid = fields.next();
        match *change {
            Change::Add { .. } => return Err(code::UPDATING_INDEX),
            Change::Remove { .. } => continue,
            Change::Modify {
                state: new_state,
                path: new_path,
                new_name,
                uuid: new_uuid,
                ..
            } => {
                if let Some(new_state) = new_state {
                    state = state_text(new_state);
                    if new_state < INSTALLED {
                        uuid = &[];
                    }
                }
                if !new_name.is_empty() {
                    wanted = new_name;
                }
                if !new_path.is_empty() {
                    path = new_path;
                }
                append(&mut new, wanted, state, path, uuid, new_uuid).map_err(|_| code::MISC_FS)?;
                exists = true;
            }
        }
    }
    match *change {
        Change::Add {
            name,
            state,
            path,
            uuid,
        } => {
            append(&mut new, name, state_text(state), path, &[], uuid)
                .map_err(|_| code::MISC_FS)?;
        }
        Change::Modify { .. } if !exists => return Err(code::UPDATING_INDEX),
        _ => {}
    }
    Ok(new)
}

fn state_text(state: u8) -> &'static [u8] {
    match state {
        CONFIGURED => b"configured",
        INCOMPLETE => b"incomplete",
        INSTALLED => b"installed",
        3 => b"ready",
        4 => b"running",
        5 => b"shutting_down",
        6 => b"down",
        7 => b"mounted",
        _ => b"unknown",
    }
}

/// Appends a line. A path with a colon is quoted; a missing UUID is made where the state needs one.
fn append(
    index: &mut Vec<u8>,
    name: &[u8],
    state: &[u8],
    path: &[u8],
    uuid: &[u8],
    fresh: [u8; 16],
) -> io::Result<()> {
    let quote: &[u8] = if path.contains(&b':') { b"\"" } else { b"" };
    let uuid = if uuid.is_empty() && state != b"configured" {
        uuid_text(&if fresh == [0; 16] {
            random_uuid()?
        } else {
            fresh
        })
        .into_bytes()
    } else {
        uuid.to_vec()
    };
    index.extend_from_slice(
        &[
            name, b":", state, b":", quote, path, quote, b":", &uuid, b"\n",
        ]
        .concat(),
    );
    Ok(())
}

/// A random UUID (version 4).
fn random_uuid() -> io::Result<[u8; 16]> {
    let mut uuid = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut uuid)?;
    uuid[6] = uuid[6] & 0x0f | 0x40;
    uuid[8] = uuid[8] & 0x3f | 0x80;
    Ok(uuid)
}
