//! mount(8) and umount(8), for ZFS file systems with a legacy mount point.

use crate::Host;
use crate::storage::{self, Refused};

use super::{Options, Terminal};

pub(super) fn mount(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let options = Options::parse(args, "F:o:O");
    match options {
        Ok(options) if options.value('F') == Some("zfs") => match options.rest {
            [dataset, path] if path.starts_with('/') => finish(
                terminal,
                storage::mount_legacy(host, dataset, path.trim_end_matches('/')),
            ),
            _ => usage(
                terminal,
                "mount -F zfs [-O] [-o options] filesystem directory",
            ),
        },
        _ => usage(
            terminal,
            "mount -F zfs [-O] [-o options] filesystem directory",
        ),
    }
}

pub(super) fn umount(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    match Options::parse(args, "f") {
        Ok(options) => match options.rest {
            [path] if path.starts_with('/') => finish(
                terminal,
                storage::unmount_at(host, path.trim_end_matches('/')),
            ),
            _ => usage(terminal, "umount [-f] directory"),
        },
        Err(_) => usage(terminal, "umount [-f] directory"),
    }
}

fn usage(terminal: &mut Terminal<'_>, text: &str) -> i32 {
    terminal.error(&format!("usage: {text}"));
    1
}

fn finish(terminal: &mut Terminal<'_>, result: Result<(), Refused>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(Refused(text)) => {
            terminal.error(&text);
            1
        }
    }
}
