//! Whether a zonepath will do (illumos-gate usr/src/cmd/zoneadm/zoneadm.c, `validate_zonepath`).

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::zonecfg::index;

use super::{Terminal, Zone, state_in_index};

/// The rights that a zonepath must have (`true`) or must not have, each with its bit.
const RIGHTS: &[(u32, &str, bool)] = &[
    (0o400, "owner readable", true),
    (0o200, "owner writable", true),
    (0o100, "owner executable", true),
    (0o040, "group readable", false),
    (0o020, "group writable", false),
    (0o010, "group executable", false),
    (0o004, "world readable", false),
    (0o002, "world writable", false),
    (0o001, "world executable", false),
];

/// The bits of [`RIGHTS`] that the directory above a zonepath is looked at for.
const ABOVE: u32 = 0o722;

impl Zone<'_> {
    /// Checks a zonepath, which all but `verify`, `boot` and the like make if it is missing. What is wrong has been said.
    pub(super) fn validate_zonepath(
        &self,
        terminal: &mut Terminal<'_>,
        path: &str,
        subcommand: &str,
    ) -> bool {
        if !path.starts_with('/') {
            terminal.error(&format!("{path} is not an absolute path."));
            return false;
        }
        let place = match self.resolve(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => match subcommand {
                "verify" => {
                    warn_of_missing(terminal, path);
                    return true;
                }
                "install" | "clone" | "move" => match self.make_directory(path) {
                    Ok(()) => self.resolve(path),
                    Err(error) => Err(error),
                },
                _ => Err(error),
            },
            other => other,
        };
        let place = match place {
            Ok(place) => place,
            Err(error) => {
                terminal.error(&format!("zoneadm: {path}: {}", reason(&error)));
                return false;
            }
        };
        if place != self.host.dir().join(&path[1..]) || path.ends_with('/') || path.contains("/..")
        {
            terminal.error(&format!("zoneadm: {path}: Resolved path mismatch"));
            return false;
        }
        if !place.is_dir() {
            terminal.error(&format!("{path} is not a directory."));
            return false;
        }
        if let Some(text) = self.overlap(terminal, path) {
            terminal.error(&text);
            return false;
        }
        let good = check_rights(terminal, path, &place, subcommand)
            & self.check_above(terminal, path, &place);
        good && self.check_root(terminal, path, &place, subcommand)
    }

    /// Where the path leads, links followed.
    fn resolve(&self, path: &str) -> io::Result<PathBuf> {
        let place = std::fs::canonicalize(self.host.path(path))?;
        let top = std::fs::canonicalize(self.host.dir())?;
        Ok(match place.strip_prefix(&top) {
            Ok(inner) => self.host.dir().join(inner),
            Err(_) => place,
        })
    }

    /// Makes the directory, those above with the usual mode.
    fn make_directory(&self, path: &str) -> io::Result<()> {
        let place = self.host.path(path);
        std::fs::create_dir_all(&place)?;
        std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o700))
    }

    /// What to say of an installed zone whose zonepath lies in this one, or the other way round.
    fn overlap(&self, terminal: &mut Terminal<'_>, path: &str) -> Option<String> {
        for entry in index::entries(self.host).unwrap_or_default() {
            let (name, other) = (entry.name(), entry.path());
            if name == self.name
                || name == "global"
                || other.is_empty()
                || state_in_index(entry.state) != "installed"
            {
                continue;
            }
            if std::fs::metadata(self.host.path(&other)).is_err() {
                terminal.line(&format!(
                    "WARNING: zone {name} is installed, but its zonepath {other} does not exist."
                ));
                continue;
            }
            if is_within(path, &other) || is_within(&other, path) {
                return Some(format!(
                    "{} zonepath ({path}) and {name} zonepath ({other}) overlap.",
                    self.name
                ));
            }
        }
        None
    }

    /// Checks the directory above the zonepath; it is not repaired.
    fn check_above(&self, terminal: &mut Terminal<'_>, path: &str, place: &Path) -> bool {
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        let above = if above.is_empty() { "/" } else { above };
        let directory = place.parent().unwrap_or_else(|| self.host.dir());
        match mode(directory) {
            Ok(mode) => tell_rights(terminal, above, mode, ABOVE),
            Err(error) => {
                terminal.error(&format!("zoneadm: {above}: {}", reason(&error)));
                false
            }
        }
    }

    /// Checks what is at the root of a zone that is not installed.
    fn check_root(
        &self,
        terminal: &mut Terminal<'_>,
        path: &str,
        place: &Path,
        subcommand: &str,
    ) -> bool {
        let root = place.join("root");
        if self.state != Some("configured") || subcommand == "attach" || !root.exists() {
            return true;
        }
        let text = if place.join("SUNWdetached.xml").exists() {
            format!("Cannot {subcommand} detached zone.\nUse attach or remove {path} directory.")
        } else if !root.is_dir() {
            format!("{path}/root is not a directory.")
        } else if mode(&root).is_ok_and(|mode| mode & 0o777 != 0o755) {
            format!("{path}/root mode is not 0755.")
        } else {
            return true;
        };
        terminal.error(&text);
        false
    }
}

/// Whether `inner` is `outer` or lies below it.
fn is_within(inner: &str, outer: &str) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn mode(place: &Path) -> io::Result<u32> {
    Ok(std::fs::metadata(place)?.permissions().mode())
}

/// Says which rights are wrong, of those in `looked_at`; whether none is.
fn tell_rights(terminal: &mut Terminal<'_>, path: &str, mode: u32, looked_at: u32) -> bool {
    let mut good = true;
    for (bit, name, wanted) in RIGHTS.iter().filter(|(bit, ..)| looked_at & bit != 0) {
        if (mode & bit != 0) != *wanted {
            let must = if *wanted { "must" } else { "must not" };
            terminal.error(&format!("{path} {must} be {name}."));
            good = false;
        }
    }
    good
}

/// Checks the rights of the zonepath; `verify` alone leaves them.
fn check_rights(terminal: &mut Terminal<'_>, path: &str, place: &Path, subcommand: &str) -> bool {
    let Ok(mode) = mode(place) else { return true };
    if tell_rights(terminal, path, mode, 0o777) {
        return true;
    }
    if subcommand == "verify" {
        return false;
    }
    terminal.error(&format!("{path}: changing permissions to 0700."));
    match std::fs::set_permissions(place, std::fs::Permissions::from_mode(0o700)) {
        Ok(()) => true,
        Err(error) => {
            terminal.error(&format!("zoneadm: {path}: {}", reason(&error)));
            false
        }
    }
}

fn warn_of_missing(terminal: &mut Terminal<'_>, path: &str) {
    terminal.error(&format!(
        "WARNING: {path} does not exist, so it could not be verified.\n\
         When 'zoneadm install' is run, 'install' will try to create\n{path}, and 'verify' will be tried again,\n\
         but the 'verify' may fail if:\nthe parent directory of {path} is group- or other-writable\nor\n\
         {path} overlaps with any other installed zones."
    ));
}

/// The text of an error of the system, without its number.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error ") {
        Some((text, _)) => text.to_owned(),
        None => text,
    }
}
