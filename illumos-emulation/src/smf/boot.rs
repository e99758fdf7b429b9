//! What the services of a zone do when it boots: profiles, the host name, the script of the first boot.

use std::path::Path;

use crate::Flavour;

use super::profile;
use super::repository::{self, Repository};
use super::services::{IDENTITY, INITIAL_BOOT, SYSDING};

/// Says in the repository that a method has failed.
pub(super) const FAILED: &str = "emulation/failed";

/// Boots the services of the zone `name` with its root at `root`.
pub(super) fn boot(root: &Path, name: &str, flavour: Flavour) {
    let mut repository = Repository::load(root).unwrap_or_default();
    profile::apply_all(root, flavour, &mut repository);
    match flavour {
        Flavour::Omnios => initial_boot(root, &mut repository),
        Flavour::Upstream => sysding(root, &mut repository),
    }
    let node = node_name(root).unwrap_or_else(|| name.to_owned());
    set(&mut repository, IDENTITY, "config/nodename", &node);
    if let Err(error) = repository.save(root) {
        repository::log(
            root,
            IDENTITY,
            &format!("cannot write the repository: {error}"),
        );
    }
}

fn set(repository: &mut Repository, fmri: &str, property: &str, value: &str) {
    let key = (fmri.to_owned(), property.to_owned());
    repository.properties.insert(key, value.to_owned());
}

/// The first word of `/etc/nodename`.
fn node_name(root: &Path) -> Option<String> {
    let text = repository::read(root, "/etc/nodename")?;
    text.split_ascii_whitespace().next().map(str::to_owned)
}

/// Runs `/.initialboot` of OmniOS and removes it if it ends well; without one the service disables itself
/// (illumos-omnios usr/src/cmd/svc/milestone/initial-boot). No shell runs: the helper functions count, `exit` ends the script, and other lines
/// are only noted in the service's log.
fn initial_boot(root: &Path, repository: &mut Repository) {
    if repository.enabled.get(INITIAL_BOOT) == Some(&false) {
        return;
    }
    let Some(script) = repository::read(root, "/.initialboot") else {
        repository.enabled.insert(INITIAL_BOOT.to_owned(), false);
        return;
    };
    let status = run(root, INITIAL_BOOT, &script);
    let failed = (INITIAL_BOOT.to_owned(), FAILED.to_owned());
    if status == 0 {
        let _ = std::fs::remove_file(root.join(".initialboot"));
        repository.properties.remove(&failed);
    } else {
        repository.properties.insert(failed, status.to_string());
    }
}

/// Runs `/etc/sysding.conf` once. Whatever its functions do, the service comes online.
fn sysding(root: &Path, repository: &mut Repository) {
    let finished = (SYSDING.to_owned(), "config/finished".to_owned());
    if repository.properties.get(&finished).map(String::as_str) == Some("true") {
        return;
    }
    if let Some(script) = repository::read(root, "/etc/sysding.conf") {
        run(root, SYSDING, &script);
        restrict(root, "etc/sysding.conf");
    }
    // A root without a password can log in nowhere but by zlogin.
    set_password(root, "root", "NP", true);
    let _ = std::fs::remove_file(root.join("etc/.UNCONFIGURED"));
    repository.properties.insert(finished, "true".to_owned());
}

fn restrict(root: &Path, path: &str) {
    use std::os::unix::fs::PermissionsExt;
    if let Ok(place) = repository::inside(root, path) {
        let _ = std::fs::set_permissions(place, std::fs::Permissions::from_mode(0o400));
    }
}

/// Goes through a script line by line; its exit status.
fn run(root: &Path, fmri: &str, script: &str) -> i32 {
    for line in script.lines() {
        repository::log(root, fmri, &format!("+ {line}"));
        let words = words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["exit", status] => return status.parse().unwrap_or(1),
            ["set_hostname", name] => write(root, "/etc/nodename", &format!("{name}\n")),
            ["set_timezone" | "setup_timezone", zone, ..] => set_default(root, "TZ", zone),
            ["setup_locale", locale] => set_default(root, "LANG", locale),
            ["setup_user_password", user, hash] => set_password(root, user, hash, false),
            ["setup_ns_dns", domain, search, servers] => {
                let mut text = format!("domain {domain}\nsearch {search}\n");
                for server in servers.split_ascii_whitespace() {
                    text.push_str(&format!("nameserver {server}\n"));
                }
                write(root, "/etc/resolv.conf", &text);
                if let Some(switch) = repository::read(root, "/etc/nsswitch.dns") {
                    write(root, "/etc/nsswitch.conf", &switch);
                }
            }
            _ => {}
        }
    }
    0
}

/// The words of a line, of which some are quoted.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in line.chars() {
        match (quote, character) {
            (Some(end), character) if character == end => quote = None,
            (Some(_), character) => word.get_or_insert_default().push(character),
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, character) if character.is_ascii_whitespace() => words.extend(word.take()),
            (None, character) => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

fn write(root: &Path, path: &str, text: &str) {
    if let Ok(place) = repository::inside(root, path) {
        let _ = std::fs::write(place, text);
    }
}

/// Sets a variable in `/etc/default/init`; one that is not there is not added, as with the helper functions.
fn set_default(root: &Path, name: &str, value: &str) {
    let path = "/etc/default/init";
    let Some(text) = repository::read(root, path) else {
        return;
    };
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let prefix = format!("{name}=");
    match lines.iter_mut().find(|line| line.starts_with(&prefix)) {
        Some(line) => *line = format!("{prefix}{value}"),
        None if name == "LANG" => lines.push(format!("{prefix}{value}")),
        None => {}
    }
    write(root, path, &(lines.join("\n") + "\n"));
}

/// Sets the password field of a user, or only fills an empty one.
fn set_password(root: &Path, user: &str, hash: &str, only_empty: bool) {
    let path = "/etc/shadow";
    let Some(text) = repository::read(root, path) else {
        return;
    };
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            let mut fields: Vec<&str> = line.split(':').collect();
            if fields.len() > 1 && fields[0] == user && (!only_empty || fields[1].is_empty()) {
                fields[1] = hash;
            }
            fields.join(":")
        })
        .collect();
    write(root, path, &(lines.join("\n") + "\n"));
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_may_be_quoted() {
        assert_eq!(
            words("setup_ns_dns example.org 'a b' \"10.0.0.1 10.0.0.2\""),
            ["setup_ns_dns", "example.org", "a b", "10.0.0.1 10.0.0.2"]
        );
        assert_eq!(words("  x  ''"), ["x", ""]);
    }
}
