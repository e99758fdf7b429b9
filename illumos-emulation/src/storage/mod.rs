//! Datasets: names, properties, mounts, snapshots, streams. The files of a mounted file system lie at its mount point below the host's
//! directory; those of an unmounted one and of snapshots below `emulation/zfs`.

mod branch;
mod create;
mod destroy;
mod files;
mod hold;
mod mount;
mod name;
mod property;
mod rename;
mod rollback;
mod set;
mod snapshot;
mod snapshots;
mod space;
mod stream;
mod table;
mod view;

use std::hash::{BuildHasher, Hasher};
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Host;

pub(crate) use branch::{clone, promote};
pub(crate) use create::{Created, create, would_create};
pub(crate) use destroy::{
    Destroy, destroy_bookmark, destroy_dataset, destroy_recursively, destroy_snapshots,
};
pub(crate) use files::copy_entries;
pub(crate) use hold::{hold, release};
pub(crate) use mount::{mount, mount_all, mount_legacy, unmount, unmount_at};
pub(crate) use name::{dataset_fault, fault as name_fault, parent, snapshot_fault};
pub(crate) use property::{
    Types, date, full_name, heading, is_known, is_right, nice, parse_number, property_names, shown,
};
pub(crate) use rename::{rename, rename_snapshot};
pub(crate) use rollback::{Rollback, rollback};
pub(crate) use set::{inherit, inherit_fault, set};
pub(crate) use snapshot::{bookmark, snapshot, snapshot_all};
pub(crate) use snapshots::Snapshots;
pub(crate) use space::refuse_over_quota;
pub(crate) use stream::{Base, Receiving, Sending, abort, receive, resume, send};
pub(crate) use table::{Kind, Table};
pub(crate) use view::View;

/// What zfs(8) prints on standard error, without the program's name, and its further lines; it then exits with 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) String);

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self(format!("internal error: {error}"))
    }
}

fn refused<T>(text: impl Into<String>) -> Result<T, Refused> {
    Err(Refused(text.into()))
}

/// Both tables while a command changes them. What was changed stays changed even if the command fails in the end, as on a real host: whoever
/// refuses does so before changing anything, unless the real one does not.
pub(crate) struct Change<'a> {
    pub(crate) host: &'a Host,
    pub(crate) table: &'a mut Table,
    pub(crate) snapshots: &'a mut Snapshots,
}

impl Change<'_> {
    /// The tables as they are now.
    pub(crate) fn view(&self) -> View<'_> {
        View::new(self.host, self.table, self.snapshots)
    }

    /// A number for what is made now, higher than all there were.
    fn next_txg(&mut self) -> u64 {
        let txg = self.snapshots.next_txg(self.table.last_number());
        self.table.number_after(txg);
        txg
    }
}

/// Changes both tables while nobody else does.
pub(crate) fn change<T>(
    host: &Host,
    change: impl FnOnce(&mut Change<'_>) -> Result<T, Refused>,
) -> Result<T, Refused> {
    host.update::<Table, _, Refused>(|table| {
        host.update::<Snapshots, _, Refused>(|snapshots| {
            Ok(change(&mut Change {
                host,
                table,
                snapshots,
            }))
        })
    })?
}

/// Seconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

/// A guid that no other snapshot has, on this host or another.
fn new_guid() -> u64 {
    let mut hasher = std::hash::RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    hasher.finish() | 1
}

/// The guid of a dataset, which nobody compares between hosts.
fn guid_of(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1
}
