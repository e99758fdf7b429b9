//! Making and removing zonepaths, as zoneadm itself does it (illumos-gate usr/src/cmd/zoneadm/zfs.c, `cleanup_zonepath`).

use std::os::unix::fs::PermissionsExt;

use crate::storage::{self, Created, Refused};

use super::{Terminal, Zone, step};

/// What a zonepath has in it that zoneadm and the brands put there.
const STANDARD: &[&str] = &["dev", "lu", "root", "SUNWattached.xml"];

impl Zone<'_> {
    /// Makes a dataset of the zonepath if the directory above is one. Otherwise it stays a plain directory.
    pub(super) fn create_zonepath(&self, terminal: &mut Terminal<'_>) {
        let path = self.path();
        self.create_filesystem(terminal, &path, None);
    }

    /// Makes a file system for `path`, from a snapshot if one is given; whether there is a new one.
    pub(super) fn create_filesystem(
        &self,
        terminal: &mut Terminal<'_>,
        path: &str,
        snapshot: Option<&str>,
    ) -> bool {
        let (above, last) = path.rsplit_once('/').unwrap_or(("", path));
        let above = if above.is_empty() { "/" } else { above };
        let (Ok(None), Ok(Some(parent))) = (self.dataset_at(path), self.dataset_at(above)) else {
            return false;
        };
        let name = format!("{parent}/{last}");
        let place = self.host.path(path);
        if std::fs::read_dir(&place).is_ok_and(|mut entries| entries.next().is_some()) {
            terminal.error(&format!(
                "cannot mount ZFS dataset {name}: directory is not empty"
            ));
            return false;
        }
        let off = |name: &str| (name.to_owned(), "off".to_owned());
        let properties = vec![off("sharenfs"), off("sharesmb")];
        let made = match snapshot {
            Some(snapshot) => {
                self.note(&format!("zfs clone {snapshot} {name}"));
                storage::clone(self.host, snapshot, &name, &properties, false)
            }
            None => {
                self.note(&format!("zfs create {name}"));
                let created = Created {
                    properties,
                    ..Created::default()
                };
                storage::create(self.host, &name, &created)
            }
        };
        if let Err(Refused(text)) = made {
            terminal.error(&format!("cannot create ZFS dataset {name}: {text}"));
            return false;
        }
        self.note(&format!("zfs mount {name}"));
        let _ = std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o700));
        if snapshot.is_none() {
            terminal.line("A ZFS file system has been created for this zone.");
        }
        true
    }

    /// Removes the zonepath, unless something else than a zone's files lies in it and not `all` goes. Whether it went well.
    pub(super) fn clean_up(&self, terminal: &mut Terminal<'_>, all: bool) -> bool {
        if self.has_hook("uninstall") && !self.has_script("uninstall") {
            return self.destroy_image(terminal).is_ok();
        }
        let path = self.path();
        let place = self.host.path(&path);
        let Ok(entries) = std::fs::read_dir(&place) else {
            return true;
        };
        let names: Vec<String> = entries
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .collect();
        if !all
            && names
                .iter()
                .any(|name| !STANDARD.contains(&name.as_str()) && name != ".zfs")
        {
            let good = STANDARD
                .iter()
                .all(|name| super::image::remove(&place.join(name)).is_ok());
            self.warn_of_rest(terminal);
            return good;
        }
        match self.dataset_at(&path) {
            Ok(Some(dataset)) => {
                self.destroy_filesystem(terminal, &dataset)
                    || names
                        .iter()
                        .all(|name| super::image::remove(&place.join(name)).is_ok())
            }
            _ => super::image::remove(&place).is_ok(),
        }
    }

    /// Says that the zonepath stays for what else lies in it.
    pub(super) fn warn_of_rest(&self, terminal: &mut Terminal<'_>) {
        terminal.error(&format!(
            "WARNING: Unable to completely remove {}\nbecause it contains additional user data.  \
             Only the standard directory\nentries have been removed.",
            self.path()
        ));
    }

    /// Destroys the file system of a zonepath with its snapshots; whether it is gone.
    fn destroy_filesystem(&self, terminal: &mut Terminal<'_>, dataset: &str) -> bool {
        self.note(&format!("zfs unmount {dataset}"));
        self.note(&format!("zfs destroy {dataset}"));
        let ordered = step("uninstall", "zfs destroy");
        let destroyed = match ordered {
            Ok(()) => storage::destroy_dataset(self.host, dataset, true),
            Err(_) => Err(Refused("dataset is busy".to_owned())),
        };
        match destroyed {
            Ok(()) => {
                terminal.line("The ZFS file system for this zone has been destroyed.");
                true
            }
            Err(Refused(text)) => {
                terminal.error(&format!("zfs destroy {dataset} failed: {text}"));
                self.note(&format!("zfs mount {dataset}"));
                false
            }
        }
    }

    /// Adds a line to the file that the setting `asked` names: what zoneadm asks of zoneadmd and of ZFS. For tests.
    pub(super) fn note(&self, line: &str) {
        use std::io::Write as _;
        let Some(file) = self.host.setting("asked") else {
            return;
        };
        if let Ok(mut file) = std::fs::File::options()
            .create(true)
            .append(true)
            .open(file)
        {
            let _ = writeln!(file, "{line}");
        }
    }
}
