//! The authorizations that `admin` resources give to users: `/etc/user_attr`, one line a user,
//! `user:qualifier:res1:res2:key=value;…`.
//!
//! The real library runs usermod(8) or rolemod(8) through a shell. Here the file is changed: its visible effect.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;

use super::document::Element;
use super::handle::Handle;
use super::{code, paths};
use crate::Host;

/// What every authorization for zones begins with.
const PREFIX: &str = "solaris.zone.";
/// The rights profile that the administrators of zones have.
const PROFILE: &str = "Zone Management";
/// The rights that can be given.
const RIGHTS: &[&[u8]] = &[b"login", b"manage", b"clonefrom"];

/// The rights in the comma list `auths` that do not exist.
pub(super) fn unknown_rights(auths: &[u8]) -> Vec<&[u8]> {
    auths
        .split(|&byte| byte == b',')
        .filter(|right| !right.is_empty() && !RIGHTS.contains(right))
        .collect()
}

/// Gives the users of the document's `admin` resources their authorizations for the zone, and takes those away that were removed
/// from it. Failures are not reported.
pub(super) fn authorize(handle: &mut Handle, zone: &[u8]) {
    if handle.prepare().is_err() {
        return;
    }
    let zone = String::from_utf8_lossy(zone).into_owned();
    let old = String::from_utf8_lossy(&handle.old_name).into_owned();
    let text = |element: &Element, attribute| {
        String::from_utf8_lossy(element.attribute(attribute).unwrap_or_default()).into_owned()
    };
    let admins: Vec<(String, String)> = match handle.root() {
        Ok(root) => root
            .elements("admin")
            .map(|admin| (text(admin, "user"), text(admin, "auths")))
            .collect(),
        Err(_) => return,
    };
    let removed = std::mem::take(&mut handle.removed_admins);
    if admins.is_empty() && removed.is_empty() {
        return;
    }
    let Ok(mut users) = Users::read(&handle.host) else {
        return;
    };
    for (user, zone) in &removed {
        users.set(
            &String::from_utf8_lossy(user),
            &String::from_utf8_lossy(zone),
            &[],
        );
    }
    for (user, auths) in &admins {
        if handle.is_renaming() {
            users.set(user, &old, &[]);
        }
        let rights: Vec<&str> = auths.split(',').filter(|right| !right.is_empty()).collect();
        users.set(user, &zone, &rights);
    }
    let _ = users.write(&handle.host);
}

/// Takes the authorizations for `zone` away from `users`.
///
/// # Errors
/// [`code::SYSTEM`] if the file cannot be read or written.
pub(super) fn deauthorize(host: &Host, users: &[Vec<u8>], zone: &[u8]) -> Result<(), i32> {
    if users.is_empty() {
        return Ok(());
    }
    let mut file = Users::read(host).map_err(|_| code::SYSTEM)?;
    for user in users {
        file.set(
            &String::from_utf8_lossy(user),
            &String::from_utf8_lossy(zone),
            &[],
        );
    }
    file.write(host).map_err(|_| code::SYSTEM)
}

/// The users with authorizations for `zone`, each with the comma list of rights, if the file is newer than the zone's document.
///
/// # Errors
/// [`code::NO_ENTRY`] if it is not newer, [`code::NO_ZONE`] without the file, [`code::MISC_FS`] without document.
pub(super) fn newer_rights(host: &Host, zone: &[u8]) -> Result<Vec<(String, String)>, i32> {
    let file = fs::metadata(host.path("/etc/user_attr")).map_err(|error| match error.kind() {
        ErrorKind::NotFound => code::NO_ZONE,
        ErrorKind::PermissionDenied => code::ACCES,
        _ => code::MISC_FS,
    })?;
    let document = paths::document(host, zone).ok_or(code::MISC_FS)?;
    let document = fs::metadata(document).map_err(|_| code::MISC_FS)?;
    if document.mtime() >= file.mtime() {
        return Err(code::NO_ENTRY);
    }
    let users = Users::read(host).map_err(|_| code::MISC_FS)?;
    let zone = String::from_utf8_lossy(zone).into_owned();
    Ok(users.rights(&zone))
}

/// The lines of the file.
#[derive(Debug)]
struct Users {
    lines: Vec<String>,
    is_changed: bool,
}

impl Users {
    fn read(host: &Host) -> std::io::Result<Self> {
        let text = match fs::read_to_string(host.path("/etc/user_attr")) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        Ok(Self {
            lines: text.lines().map(str::to_owned).collect(),
            is_changed: false,
        })
    }

    fn write(&self, host: &Host) -> std::io::Result<()> {
        if !self.is_changed {
            return Ok(());
        }
        let text: String = self.lines.iter().map(|line| format!("{line}\n")).collect();
        crate::host::replace(&host.path("/etc/user_attr"), text.as_bytes())
    }

    /// Gives `user` exactly `rights` for `zone`.
    fn set(&mut self, user: &str, zone: &str, rights: &[&str]) {
        let start = format!("{user}:");
        let at = self.lines.iter().position(|line| line.starts_with(&start));
        let line = at.map_or_else(|| format!("{user}::::"), |at| self.lines[at].clone());
        let fields: Vec<&str> = line.splitn(5, ':').collect();
        let mut attributes: BTreeMap<String, String> = fields
            .get(4)
            .unwrap_or(&"")
            .split(';')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        let list = |key| -> Vec<String> {
            let value: &String = match attributes.get(key) {
                Some(value) => value,
                None => return Vec::new(),
            };
            value
                .split(',')
                .filter(|item| !item.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let suffix = format!("/{zone}");
        let mut auths = list("auths");
        let mut profiles = list("profiles");
        auths.retain(|auth| !(auth.starts_with(PREFIX) && auth.ends_with(&suffix)));
        auths.extend(
            rights
                .iter()
                .map(|right| format!("{PREFIX}{right}{suffix}")),
        );
        profiles.retain(|profile| profile != PROFILE);
        if auths.iter().any(|auth| auth.starts_with(PREFIX)) {
            profiles.insert(0, PROFILE.to_owned());
        }
        for (key, list) in [("auths", auths), ("profiles", profiles)] {
            if list.is_empty() {
                attributes.remove(key);
            } else {
                attributes.insert(key.to_owned(), list.join(","));
            }
        }
        let attributes: Vec<String> = attributes
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let field = |at: usize| fields.get(at).copied().unwrap_or_default();
        let changed = format!(
            "{user}:{}:{}:{}:{}",
            field(1),
            field(2),
            field(3),
            attributes.join(";")
        );
        match at {
            Some(at) if self.lines[at] == changed => return,
            Some(at) => self.lines[at] = changed,
            None if rights.is_empty() => return,
            None => self.lines.push(changed),
        }
        self.is_changed = true;
    }

    fn rights(&self, zone: &str) -> Vec<(String, String)> {
        let suffix = format!("/{zone}");
        let of_line = |line: &String| {
            let fields: Vec<&str> = line.splitn(5, ':').collect();
            let auths = fields
                .get(4)?
                .split(';')
                .find_map(|pair| pair.strip_prefix("auths="))?;
            let rights: Vec<&str> = auths
                .split(',')
                .filter_map(|auth| auth.strip_prefix(PREFIX)?.strip_suffix(&suffix))
                .collect();
            (!rights.is_empty()).then(|| (fields[0].to_owned(), rights.join(",")))
        };
        self.lines
            .iter()
            .filter(|line| !line.starts_with('#'))
            .filter_map(of_line)
            .collect()
    }
}
