//! Datasets of zones: the zonepath's, and the boot environments below it (`ZONEPATH/ROOT/zbe`).

use std::io;

use crate::host::BrandKind;
use crate::storage::{self, Created, Refused, Table};

use super::{Stop, Terminal, Zone};

/// Says which boot environment of the global zone one of a zone belongs to. The global zone has but one.
const PARENT: (&str, &str) = (
    "org.opensolaris.libbe:parentbe",
    "8d9b8a5e-3c5c-4f0e-9a43-5b0c5b6ff001",
);
const ACTIVE: &str = "org.opensolaris.libbe:active";

impl Zone<'_> {
    /// The dataset that is mounted at exactly this path.
    pub(super) fn dataset_at(&self, path: &str) -> io::Result<Option<String>> {
        Ok(self
            .host
            .read::<Table>()?
            .mounted_at(path)
            .map(str::to_owned))
    }

    /// The dataset of the zonepath, as the brands' scripts look for it, or their complaint.
    pub(super) fn zonepath_dataset(&self) -> Result<String, String> {
        let dataset = self
            .dataset_at(&self.path())
            .map_err(|error| error.to_string())?;
        let dataset = dataset.ok_or_else(|| {
            "ERROR: the zonepath must be a ZFS dataset.\n\
             The parent directory of the zonepath must be a ZFS dataset so that the\n\
             zonepath ZFS dataset can be created properly."
                .to_owned()
        })?;
        if dataset.starts_with("rpool/ROOT/") {
            return Err(
                "ERROR: Installing a zone inside of the root pool's 'ROOT' dataset is unsupported."
                    .to_owned(),
            );
        }
        Ok(dataset)
    }

    /// The name of the boot environments: `ZONEPATH/ROOT/NAME`.
    fn environment_name(&self) -> &'static str {
        if self.kind() == BrandKind::Environment {
            "illumos"
        } else {
            "zbe"
        }
    }

    /// Makes a boot environment, from a snapshot if one is given, and mounts it at the zone's root.
    pub(super) fn create_environment(
        &self,
        dataset: &str,
        snapshot: Option<&str>,
    ) -> Result<String, Refused> {
        let container = format!("{dataset}/ROOT");
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let table = self.host.read::<Table>()?;
        if !table.datasets.contains_key(&container) {
            let properties = vec![pair("mountpoint", "legacy"), pair("zoned", "on")];
            storage::create(
                self.host,
                &container,
                &Created {
                    properties,
                    ..Created::default()
                },
            )?;
        }
        // A leftover of an earlier zone keeps its name.
        let first = format!("{container}/{}", self.environment_name());
        let mut name = first.clone();
        let mut number = 0;
        while table.datasets.contains_key(&name) {
            number += 1;
            name = format!("{first}-{number}");
        }
        let properties = vec![
            pair("canmount", "noauto"),
            pair(ACTIVE, "on"),
            pair(PARENT.0, PARENT.1),
        ];
        match snapshot {
            Some(snapshot) => storage::clone(self.host, snapshot, &name, &properties, false)?,
            None => storage::create(
                self.host,
                &name,
                &Created {
                    properties,
                    ..Created::default()
                },
            )?,
        }
        storage::mount_legacy(self.host, &name, &self.root())?;
        Ok(name)
    }

    /// The active boot environment, or the complaint of the brands' scripts.
    pub(super) fn active_environment(&self, dataset: &str) -> Result<String, String> {
        let table = self
            .host
            .read::<Table>()
            .map_err(|error| error.to_string())?;
        let prefix = format!("{dataset}/ROOT/");
        let active: Vec<&String> = table
            .datasets
            .iter()
            .filter(|(name, found)| {
                name.strip_prefix(&prefix)
                    .is_some_and(|rest| !rest.contains(['/', '@']))
                    && found
                        .settings
                        .local
                        .get(ACTIVE)
                        .is_some_and(|value| value == "on")
                    && found
                        .settings
                        .local
                        .get(PARENT.0)
                        .is_some_and(|value| value == PARENT.1)
            })
            .map(|(name, _)| name)
            .collect();
        match active[..] {
            [] => Err("ERROR: no active dataset.".to_owned()),
            [name] => Ok(name.clone()),
            _ => Err("ERROR: multiple active datasets.".to_owned()),
        }
    }

    /// Mounts the active boot environment at the zone's root, as the hooks of the brands do that have those, unless it is.
    pub(super) fn mount_root(&self) -> Result<(), String> {
        if !matches!(self.kind(), BrandKind::Image | BrandKind::Environment) {
            return Ok(());
        }
        let Some(dataset) = self
            .dataset_at(&self.path())
            .map_err(|error| error.to_string())?
        else {
            return Ok(());
        };
        let active = self.active_environment(&dataset)?;
        let table = self
            .host
            .read::<Table>()
            .map_err(|error| error.to_string())?;
        if table
            .datasets
            .get(&active)
            .is_some_and(|found| found.mounted.is_some())
        {
            return Ok(());
        }
        storage::mount_legacy(self.host, &active, &self.root()).map_err(|Refused(text)| text)
    }

    /// Does what the uninstall hook of the brands with boot environments does, and says what it leaves.
    pub(super) fn destroy_image(&self, terminal: &mut Terminal<'_>) -> Result<(), Stop> {
        if let Err(Refused(text)) = self.destroy_datasets() {
            terminal.error(&text);
            return Err(Stop(1));
        }
        if self.host.path(&self.path()).exists() {
            self.warn_of_rest(terminal);
        }
        Ok(())
    }

    /// Destroys the boot environments, and the zonepath's dataset unless something else is in it.
    fn destroy_datasets(&self) -> Result<(), Refused> {
        let path = self.path();
        let place = self.host.path(&path);
        let Some(dataset) = self.dataset_at(&path)? else {
            // Somebody may have made it without a dataset; the root is all that an install adds.
            return Ok(remove(&place.join("root")).and_then(|()| remove_if_empty(&place))?);
        };
        let container = format!("{dataset}/ROOT");
        let table = self.host.read::<Table>()?;
        let prefix = format!("{container}/");
        let own: Vec<&String> = table
            .datasets
            .iter()
            .filter(|(name, found)| {
                name.strip_prefix(&prefix)
                    .is_some_and(|rest| !rest.contains(['/', '@']))
                    && found
                        .settings
                        .local
                        .get(PARENT.0)
                        .is_none_or(|value| value == PARENT.1)
            })
            .map(|(name, _)| name)
            .collect();
        for environment in own {
            storage::destroy_dataset(self.host, environment, true)?;
        }
        let is_childless = |table: &Table, name: &str| {
            !table
                .datasets
                .keys()
                .any(|other| other.starts_with(&format!("{name}/")))
        };
        let table = self.host.read::<Table>()?;
        if table.datasets.contains_key(&container) && is_childless(&table, &container) {
            storage::destroy_dataset(self.host, &container, true)?;
        }
        remove(&place.join("root"))?;
        if is_childless(&*self.host.read::<Table>()?, &dataset) {
            storage::destroy_dataset(self.host, &dataset, true)?;
        }
        Ok(())
    }
}

pub(super) fn remove(directory: &std::path::Path) -> io::Result<()> {
    match std::fs::symlink_metadata(directory) {
        Ok(found) if found.is_dir() => std::fs::remove_dir_all(directory),
        Ok(_) => std::fs::remove_file(directory),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn remove_if_empty(directory: &std::path::Path) -> io::Result<()> {
    match std::fs::remove_dir(directory) {
        Err(error)
            if !matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty
            ) =>
        {
            Err(error)
        }
        _ => Ok(()),
    }
}
