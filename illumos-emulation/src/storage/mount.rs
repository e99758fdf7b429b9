//! Mounting and unmounting.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::name::is_within;
use super::table::{Kind, Table};
use super::view::View;
use super::{Change, Refused, Snapshots, files, refused};
use crate::{Host, kernel};

/// Mounts a file system at a path: its files come there. What lies there already is hidden with `overlay`, and in the way without.
pub(super) fn mount_at(
    host: &Host,
    table: &mut Table,
    name: &str,
    path: &str,
    overlay: bool,
) -> Result<(), Refused> {
    let Some(dataset) = table.datasets.get_mut(name) else {
        return refused(format!("cannot open '{name}': dataset does not exist"));
    };
    let place = files::directory(host, path).map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::NotADirectory => "Not a directory".to_owned(),
            _ => error.to_string(),
        };
        Refused(format!("cannot mount '{name}': {reason}"))
    })?;
    if !files::entries(&place)?.is_empty() {
        if !overlay {
            return refused(format!("cannot mount '{path}': directory is not empty"));
        }
        let covered = files::covered(host, dataset.number);
        std::fs::create_dir_all(&covered)?;
        files::move_directory(&place, &covered, &[])?;
    }
    let store = files::store(host, dataset.number);
    files::move_directory(&store, &place, &[])?;
    files::remove(&store)?;
    let within = place.strip_prefix(host.dir()).unwrap_or(&place);
    dataset.mounted = Some(format!("/{}", within.display()));
    Ok(())
}

/// Takes the files of a mounted file system away from where it is mounted. Nothing may be mounted below.
pub(super) fn unmount_from(
    host: &Host,
    table: &mut Table,
    name: &str,
    force: bool,
) -> Result<(), Refused> {
    let Some(path) = table
        .datasets
        .get(name)
        .and_then(|found| found.mounted.clone())
    else {
        return Ok(());
    };
    refuse_busy(host, table, &path, force)?;
    let Some(dataset) = table.datasets.get_mut(name) else {
        return Ok(());
    };
    let place = files::place(host, &path);
    let store = files::store(host, dataset.number);
    std::fs::create_dir_all(&store)?;
    files::move_directory(&place, &store, &[])?;
    uncover(host, dataset.number, &place)?;
    dataset.mounted = None;
    Ok(())
}

/// What is left where a file system was mounted: an empty directory, or what it hid.
pub(super) fn uncover(host: &Host, number: u64, place: &Path) -> Result<(), Refused> {
    let covered = files::covered(host, number);
    if covered.exists() {
        files::move_directory(&covered, place, &[])?;
        files::remove(&covered)?;
    } else if place.is_dir() {
        std::fs::set_permissions(place, std::fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// Refuses if something is mounted below, or, unless it is done by force, if somebody uses the file system.
pub(super) fn refuse_busy(
    host: &Host,
    table: &Table,
    path: &str,
    force: bool,
) -> Result<(), Refused> {
    let busy = || refused(format!("cannot unmount '{path}': Device busy"));
    let below = format!("{}/", path.trim_end_matches('/'));
    let mut mounts = table
        .datasets
        .values()
        .filter_map(|other| other.mounted.as_ref());
    if mounts.any(|mounted| mounted.starts_with(&below)) {
        return busy();
    }
    let path = path.trim_end_matches('/');
    let holds_root = |zone: &kernel::KernelZone| {
        let root = zone.root.trim_end_matches('/');
        zone.id != 0
            && (root == path
                || root
                    .strip_prefix(path)
                    .is_some_and(|rest| rest.starts_with('/')))
    };
    let held = kernel::zones(host).iter().any(holds_root) || host.setting_names("busy-paths", path);
    if held || !force && has_users(&files::place(host, path)) {
        return busy();
    }
    Ok(())
}

/// Whether a process of the real machine has its working directory there.
fn has_users(place: &Path) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return false;
    };
    let place = place.canonicalize().unwrap_or_else(|_| place.to_owned());
    processes.filter_map(Result::ok).any(|process| {
        std::fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(&place))
    })
}

/// Mounts a file system where its properties say.
pub(crate) fn mount(host: &Host, name: &str, overlay: bool) -> Result<(), Refused> {
    host.update(|table: &mut Table| {
        let snapshots = Snapshots::default();
        let view = View::new(host, table, &snapshots);
        let Some(dataset) = table.datasets.get(name) else {
            return refused(format!("cannot open '{name}': dataset does not exist"));
        };
        if dataset.kind != Kind::Filesystem {
            return refused(format!(
                "cannot open '{name}': operation not applicable to datasets of this type"
            ));
        }
        let path = view.word(name, "mountpoint");
        if view.is_zoned(name) {
            return refused(format!(
                "cannot mount '{name}': dataset is exported to a local zone"
            ));
        }
        if path == "legacy" {
            return refused(format!(
                "cannot mount '{name}': legacy mountpoint\nuse mount(8) to mount this filesystem"
            ));
        }
        if path == "none" {
            return refused(format!("cannot mount '{name}': no mountpoint set"));
        }
        if view.word(name, "canmount") == "off" {
            return refused(format!(
                "cannot mount '{name}': 'canmount' property is set to 'off'"
            ));
        }
        if dataset.mounted.is_some() {
            return refused(format!("cannot mount '{name}': filesystem already mounted"));
        }
        refuse_partial(table, name)?;
        mount_at(host, table, name, &path, overlay)
    })
}

/// Refuses to mount what a receive that broke off has left and nothing else.
fn refuse_partial(table: &Table, name: &str) -> Result<(), Refused> {
    let partial = table
        .datasets
        .get(name)
        .and_then(|found| found.partial.as_ref());
    if partial.is_some_and(|partial| super::stream::is_whole(partial)) {
        return refused(format!(
            "cannot mount '{name}': Contains partially-completed state from \"zfs receive -s\", which can be resumed with \"zfs send -t\""
        ));
    }
    Ok(())
}

/// Mounts whatever mounts by itself and is not mounted. Returns what went wrong.
pub(crate) fn mount_all(host: &Host) -> Result<Vec<Refused>, Refused> {
    host.update(|table: &mut Table| {
        let snapshots = Snapshots::default();
        let view = View::new(host, table, &snapshots);
        let mut wanted: Vec<(String, String)> = table
            .datasets
            .iter()
            .filter(|(_, found)| {
                found.kind == Kind::Filesystem && found.mounted.is_none() && found.partial.is_none()
            })
            .filter_map(|(name, _)| Some((view.wanted_mount(name)?, name.clone())))
            .collect();
        // What lies above is mounted first.
        wanted.sort();
        let mut failed = Vec::new();
        for (path, name) in wanted {
            failed.extend(mount_at(host, table, &name, &path, false).err());
        }
        Ok(failed)
    })
}

/// Mounts a file system at a path that is not that of its properties: `mount -F zfs`.
pub(crate) fn mount_legacy(host: &Host, name: &str, path: &str) -> Result<(), Refused> {
    host.update(|table: &mut Table| {
        let snapshots = Snapshots::default();
        let view = View::new(host, table, &snapshots);
        let Some(dataset) = table.datasets.get(name) else {
            return refused(format!("cannot open '{name}': dataset does not exist"));
        };
        if dataset.mounted.is_some() {
            return refused(format!("cannot mount '{name}': filesystem already mounted"));
        }
        let mountpoint = view.word(name, "mountpoint");
        if mountpoint != "legacy" {
            return refused(format!(
                "filesystem '{name}' cannot be mounted using 'mount -F zfs'\n\
                 Use 'zfs set mountpoint={path}' instead.\n\
                 If you must use 'mount -F zfs' or /etc/vfstab, use 'zfs set mountpoint=legacy'.\n\
                 See zfs(8) for more information."
            ));
        }
        mount_at(host, table, name, path, true)
    })
}

/// Unmounts a file system and those below it that are mounted; their files are kept.
pub(crate) fn unmount(host: &Host, name: &str, force: bool) -> Result<(), Refused> {
    host.update(|table: &mut Table| {
        let snapshots = Snapshots::default();
        let view = View::new(host, table, &snapshots);
        let Some(dataset) = table.datasets.get(name) else {
            return refused(format!("cannot open '{name}': dataset does not exist"));
        };
        if dataset.kind != Kind::Filesystem {
            return refused(format!(
                "cannot open '{name}': operation not applicable to datasets of this type"
            ));
        }
        if view.word(name, "mountpoint") == "legacy" {
            return refused(format!(
                "cannot unmount '{name}': legacy mountpoint\nuse umount(8) to unmount this filesystem"
            ));
        }
        if dataset.mounted.is_none() {
            return refused(format!("cannot unmount '{name}': not currently mounted"));
        }
        unmount_below(host, table, name, force)
    })
}

/// Unmounts a file system and those of the same tree below it that are mounted.
pub(super) fn unmount_below(
    host: &Host,
    table: &mut Table,
    name: &str,
    force: bool,
) -> Result<(), Refused> {
    let below: Vec<String> = table
        .datasets
        .range(name.to_owned()..)
        .take_while(|(other, _)| other.starts_with(name))
        .filter(|(other, found)| is_within(other, name) && found.mounted.is_some())
        .map(|(other, _)| other.clone())
        .collect();
    let mut done: Vec<(String, String)> = Vec::new();
    for other in below.iter().rev() {
        let path = table
            .datasets
            .get(other)
            .and_then(|found| found.mounted.clone());
        if let Err(refused) = unmount_from(host, table, other, force) {
            // What is unmounted already comes back.
            for (other, path) in done.iter().rev() {
                mount_at(host, table, other, path, true)?;
            }
            return Err(refused);
        }
        done.extend(path.map(|path| (other.clone(), path)));
    }
    Ok(())
}

/// Unmounts what is mounted at a path, whatever its properties say: `umount`.
pub(crate) fn unmount_at(host: &Host, path: &str) -> Result<(), Refused> {
    host.update(|table: &mut Table| {
        let Some(name) = table.mounted_at(path).map(str::to_owned) else {
            return refused(format!(
                "umount: warning: {path} not in mnttab\numount: {path} no such file or directory"
            ));
        };
        unmount_from(host, table, &name, false).map_err(|_| Refused(format!("umount: {path} busy")))
    })
}

impl Change<'_> {
    /// The place of a file system's files, and what other file systems are mounted below it.
    pub(super) fn place(&self, name: &str) -> Option<(PathBuf, Vec<PathBuf>)> {
        let view = self.view();
        Some((view.live(name)?, view.mounts_below(name)))
    }
}

/// Unmounts and mounts around a change of a property of a tree, as [`super::set`] and [`super::rename`] need it.
pub(super) struct Remount {
    /// The file systems that the change is about, and where each was mounted.
    were: Vec<(String, Option<String>)>,
    /// Whether they are mounted even if they were not, for there was no mount point before.
    fresh: bool,
}

impl Remount {
    /// Unmounts the file systems `names`, deepest first.
    pub(super) fn begin(
        host: &Host,
        table: &mut Table,
        names: Vec<String>,
        fresh: bool,
    ) -> Result<Self, Refused> {
        let path = |name: &String| {
            table
                .datasets
                .get(name)
                .and_then(|found| found.mounted.clone())
        };
        let were: Vec<_> = names
            .iter()
            .map(|name| (name.clone(), path(name)))
            .collect();
        let mut done: Vec<&(String, Option<String>)> = Vec::new();
        for entry in were.iter().rev().filter(|(_, path)| path.is_some()) {
            if let Err(refused) = unmount_from(host, table, &entry.0, false) {
                for (name, path) in done.into_iter().rev() {
                    let path = path.as_deref().unwrap_or_default();
                    mount_at(host, table, name, path, true)?;
                }
                return Err(refused);
            }
            done.push(entry);
        }
        Ok(Self { were, fresh })
    }

    /// Mounts them where they belong now; `renamed` gives the name that each has now.
    pub(super) fn end(
        self,
        host: &Host,
        table: &mut Table,
        renamed: impl Fn(&str) -> String,
    ) -> Result<(), Refused> {
        let mut failed = Ok(());
        for (name, was) in self.were {
            let name = renamed(&name);
            let snapshots = Snapshots::default();
            let view = View::new(host, table, &snapshots);
            let path = view.word(&name, "mountpoint");
            let off = view.is_zoned(&name) || view.word(&name, "canmount") == "off";
            let on = view.wanted_mount(&name).is_some();
            let again = was.is_some() && path.starts_with('/') && !off;
            if again || self.fresh && on {
                let mounted = mount_at(host, table, &name, &path, false);
                failed = failed.and(mounted);
            }
        }
        failed
    }
}
