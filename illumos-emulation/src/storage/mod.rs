//! Datasets: names, properties, mounts, snapshots. The files of a mounted file system lie at its mount point below the host's
//! directory; those of an unmounted one and of snapshots below `emulation/zfs`.

mod change;
mod files;
mod name;
mod property;
mod table;

pub(crate) use change::{
    Created, Refused, clone, create, destroy, mount, rollback, set, snapshot, unmount,
};
pub(crate) use files::copy_entries;
pub(crate) use property::{full_name, is_known, settable, value};
pub(crate) use table::{Kind, Table};
