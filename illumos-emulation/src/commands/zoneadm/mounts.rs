//! What is mounted below a zone: `/etc/mnttab` of the host, as far as somebody has written it, and the file systems of the pools.

use crate::storage;

use super::{Terminal, Zone};

impl Zone<'_> {
    /// The mount points below `path`, the path itself apart. `own` are those that the zone's brand handles itself.
    fn mounts_below(&self, path: &str, own: &[&str]) -> Vec<String> {
        let prefix = format!("{path}/");
        let mut found = Vec::new();
        let mnttab = std::fs::read_to_string(self.host.path("/etc/mnttab")).unwrap_or_default();
        let noted = mnttab
            .lines()
            .filter_map(|line| line.split_ascii_whitespace().nth(1));
        found.extend(noted.map(str::to_owned));
        if let Ok(table) = self.host.read::<storage::Table>() {
            found.extend(
                table
                    .datasets
                    .values()
                    .filter_map(|dataset| dataset.mounted.clone()),
            );
        }
        found.retain(|mount| mount.starts_with(&prefix) && !own.contains(&mount.as_str()));
        found.sort();
        found.dedup();
        found
    }

    /// What is mounted where an uninstall must not remove it.
    pub(super) fn mounts_in_root(&self) -> Vec<String> {
        self.mounts_below(&self.root(), &[])
    }

    /// What is mounted below the zonepath, the root apart if the brand mounts that.
    pub(super) fn mounts_in_path(&self, without_root: bool) -> Vec<String> {
        let root = self.root();
        let own: &[&str] = if without_root { &[&root] } else { &[] };
        self.mounts_below(&self.path(), own)
    }

    /// Lists mount points, each with an empty line after it, as the real one prints them.
    pub(super) fn list_mounts(&self, terminal: &mut Terminal<'_>, mounts: &[String]) {
        for mount in mounts {
            self.complain(terminal, &format!("  {mount}\n"));
        }
    }
}
