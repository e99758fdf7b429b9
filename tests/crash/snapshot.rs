//! A whole host as text, without what differs from one run to the next: times, identities, numbers that count up, locks.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::LazyLock;

use regex_lite::Regex;

use super::host::TestHost;

/// Every file, directory and link of a host, by its path on it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Snapshot(BTreeMap<String, String>);

/// What stands for nothing that lasts: the journal is looked at on its own, and a lock means nothing when nobody holds it.
fn is_left_out(path: &str) -> bool {
    path.starts_with("/var/zmgr/operations")
        || path.starts_with("/var/zmgr/locks")
        || path.starts_with("/usr/")
        // The last number that OmniOS gave to a zone.
        || path == "/etc/zones/did.txt"
        || path.ends_with(".lock")
        || is_of_the_zone(path)
}

/// What a zone writes into its own root when it boots: an undo of the boot leaves it.
fn is_of_the_zone(path: &str) -> bool {
    ["/root/etc/svc/repository.db", "/root/etc/shadow"]
        .iter()
        .any(|end| path.ends_with(end))
        || path.contains("/root/var/svc/log/")
}

/// Directories that come into being with the first file and stay.
fn is_only_a_place(path: &str) -> bool {
    ["/etc/zmgr", "/var/zmgr", "/var/run"]
        .iter()
        .any(|top| path.starts_with(top))
}

impl Snapshot {
    pub(crate) fn of(host: &TestHost) -> Self {
        let mut found = BTreeMap::new();
        visit(&host.root(), "", &mut found);
        Self(found)
    }

    /// What is different in `other`, a line each.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        for (path, text) in &self.0 {
            match other.0.get(path) {
                None => lines.push(format!("{path} is gone")),
                Some(there) if there != text => {
                    lines.push(format!("{path}: {text:?} is {there:?}"));
                }
                Some(_) => {}
            }
        }
        let new = other.0.keys().filter(|path| !self.0.contains_key(*path));
        lines.extend(new.map(|path| format!("{path} is new")));
        lines
    }

    /// Without what differs from one run to the next if two operations are on their way at once: the order of the index, and what libzonecfg leaves when it dies while it saves, which is nobody's and told by `doctor`; the
    /// emulation leaves such a file of its own.
    pub(crate) fn of_two_at_once(host: &TestHost) -> Self {
        let mut found = Self::of(host);
        let left = |path: &str| {
            let starts = [
                "/etc/zones/zonecfg.",
                "/etc/zones/.backup.",
                "/emulation/.new.",
            ];
            starts.iter().any(|start| path.starts_with(start))
        };
        found.0.retain(|path, _| !left(path));
        for (path, text) in &mut found.0 {
            if path == "/etc/zones/index" {
                let mut lines: Vec<&str> = text.lines().collect();
                lines.sort_unstable();
                *text = lines.join("\n");
            }
        }
        found
    }
}

fn visit(dir: &Path, name: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = format!("{name}/{}", entry.file_name().to_str().unwrap());
        if is_left_out(&path) {
            continue;
        }
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            if !is_only_a_place(&path) {
                let mode = entry.metadata().unwrap().permissions().mode();
                found.insert(path.clone(), format!("directory {mode:o}"));
            }
            visit(&entry.path(), &path, found);
        } else if kind.is_symlink() {
            let target = fs::read_link(entry.path()).unwrap();
            found.insert(path, format!("link to {}", target.display()));
        } else {
            let text = fs::read(entry.path()).unwrap();
            let text = plain(&path, &String::from_utf8_lossy(&text));
            // A table that is empty may as well not be there.
            if !(path.starts_with("/emulation/") && text.is_empty()) {
                found.insert(path, text);
            }
        }
    }
}

fn plain(path: &str, text: &str) -> String {
    static NUMBERS: LazyLock<Regex> = LazyLock::new(|| {
        // A VNIC that is made again has the MAC address that it had, which is `fixed` then.
        Regex::new(
            r"(^[0-9]+ )|( (id|mac|mac-type|init|since|#number|#created|org\.zmgr:id)=[^ ]*)",
        )
        .unwrap()
    });
    static UUID: LazyLock<Regex> = LazyLock::new(|| Regex::new(r":[0-9a-f-]{36}$").unwrap());
    static IDENTITY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r#"(created ".*"|imported ".*"|id "[0-9a-f]{16}"|"zmgr-id" type="string" value="[0-9a-f]*"|mac-addr="[^"]*"|debugid="-?[0-9]+"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]+)?Z)"#,
        )
        .unwrap()
    });
    if path.starts_with("/emulation/") {
        // The first line of a table tells one version from the next.
        let lines = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.starts_with("last-id"));
        let mut lines: Vec<String> = lines
            .map(|line| NUMBERS.replace_all(line, "").into_owned())
            .collect();
        lines.sort();
        return lines.join("\n");
    }
    if path.starts_with("/etc/zones/") && path.ends_with(".xml") {
        // What is put back into a configuration goes to its end.
        let text = IDENTITY.replace_all(text, "-");
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        return lines.join("\n");
    }
    if path == "/etc/zones/index" {
        let lines: Vec<String> = text
            .lines()
            .map(|line| UUID.replace(line, ":UUID").into_owned())
            .collect();
        return lines.join("\n");
    }
    IDENTITY.replace_all(text, "-").into_owned()
}
