//! Whether the `fs` resources of a zone can be mounted (illumos-gate usr/src/cmd/zoneadm/zoneadm.c, `verify_filesystems`).

use crate::storage::{Kind, Snapshots, Table, View};
use crate::zonecfg::document::Filesystem;

use super::zonepath::reason;
use super::{Terminal, Zone};

/// The types that a real host has a mount command for, each with whether there is one that checks it, too.
const TYPES: &[(&str, bool)] = &[
    ("ctfs", false),
    ("dev", false),
    ("fd", false),
    ("hsfs", false),
    ("lofs", false),
    ("objfs", false),
    ("pcfs", true),
    ("sharefs", false),
    ("smbfs", false),
    ("tmpfs", false),
    ("udfs", true),
    ("ufs", true),
    ("zfs", false),
];

/// The types that no zone may have (`zonecfg_valid_fs_type`).
fn is_allowed(fs_type: &str) -> bool {
    !matches!(fs_type, "proc" | "mntfs" | "autofs" | "cachefs") && !fs_type.starts_with("nfs")
}

/// Whether the file systems will do. As in the real one, what the source of a later one is worth counts instead of what was found
/// before it.
pub(super) fn verify(terminal: &mut Terminal<'_>, zone: &Zone<'_>) -> bool {
    let mut good = true;
    for filesystem in zone.config.filesystems() {
        if let Some(text) = refuse_type(zone, &filesystem) {
            terminal.error(&text);
            good = false;
            continue;
        }
        good = match refuse_special(zone, &filesystem) {
            None => true,
            Some(text) => {
                terminal.error(&text);
                false
            }
        };
        if good && let Some(text) = inaccessible(zone, &filesystem.dir, &filesystem.raw) {
            terminal.error(&text);
            good = false;
        }
    }
    good
}

fn refuse_type(zone: &Zone<'_>, filesystem: &Filesystem) -> Option<String> {
    let Filesystem {
        dir, fs_type, raw, ..
    } = filesystem;
    if !is_allowed(fs_type) {
        return Some(format!(
            "cannot verify fs {dir}: type {fs_type} is not allowed."
        ));
    }
    let Some((_, is_checked)) = TYPES.iter().find(|(known, _)| known == fs_type) else {
        return Some(format!(
            "could not verify fs {dir}: could not access /usr/lib/fs/{fs_type}/mount: No such file or directory"
        ));
    };
    if !raw.is_empty() && !is_checked {
        return Some(format!(
            "cannot verify fs {dir}: 'raw' device specified but no fsck executable exists for {fs_type}"
        ));
    }
    let is_file = std::fs::metadata(zone.host.path(&filesystem.special))
        .is_ok_and(|special| special.is_file());
    (raw.is_empty() && *is_checked && !is_file).then(|| {
        format!("could not verify fs {dir}: must specify 'raw' device for {fs_type} file systems")
    })
}

fn refuse_special(zone: &Zone<'_>, filesystem: &Filesystem) -> Option<String> {
    if filesystem.fs_type == "zfs" {
        return refuse_dataset(zone, filesystem);
    }
    inaccessible(zone, &filesystem.dir, &filesystem.special)
}

/// What to say of a path that is not there. A relative one counts from `/`, where zoneadm is.
fn inaccessible(zone: &Zone<'_>, dir: &str, path: &str) -> Option<String> {
    if path.is_empty() {
        return None;
    }
    let error = std::fs::metadata(zone.host.path(path)).err()?;
    Some(format!(
        "could not verify fs {dir}: could not access {path}: {}",
        reason(&error)
    ))
}

fn refuse_dataset(zone: &Zone<'_>, filesystem: &Filesystem) -> Option<String> {
    let Filesystem { dir, special, .. } = filesystem;
    let table = zone.host.read::<Table>().ok()?;
    let Some(dataset) = table.datasets.get(special) else {
        return Some(format!(
            "could not verify fs {dir}: could not access zfs dataset '{special}'"
        ));
    };
    if dataset.kind != Kind::Filesystem {
        return Some(format!(
            "cannot verify fs {dir}: '{special}' is not a file system"
        ));
    }
    let snapshots = Snapshots::default();
    let view = View::new(zone.host, &table, &snapshots);
    (view.word(special, "mountpoint") != "legacy")
        .then(|| format!("could not verify fs {dir}: zfs '{special}' mountpoint is not \"legacy\""))
}
