//! Values that are to be set, checked in the words of zfs(8).

use super::table::{Edit, Form, Property, Types};
use super::{UNLIMITED, is_user, number, property};

/// What is known of the dataset that gets the values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) types: Types,
    /// Whether it is a zone's to administer.
    pub(crate) zoned: bool,
    /// Whether it is being created.
    pub(crate) new: bool,
}

/// Checks values; returns them as they are stored.
///
/// # Source
/// r1mikey/illumos-gate usr/src/lib/libzfs/common/libzfs_dataset.c, `zfs_valid_proplist`.
pub(crate) fn check(
    pairs: &[(String, String)],
    target: Target,
) -> Result<Vec<(String, String)>, String> {
    pairs
        .iter()
        .map(|(name, value)| Ok((name.clone(), one(name, value, target)?)))
        .collect()
}

fn one(name: &str, value: &str, target: Target) -> Result<String, String> {
    if property(name).is_none() && is_user(name) {
        if name.len() >= 256 {
            return Err(format!("property name '{name}' is too long"));
        }
        if value.len() >= 8192 {
            return Err("property value too long".to_owned());
        }
        return Ok(value.to_owned());
    }
    if target.types == Types::SNAPSHOT {
        return Err("this property can not be modified for snapshots".to_owned());
    }
    let Some(property) = property(name).filter(|property| property.name == name) else {
        return Err(format!("invalid property '{name}'"));
    };
    if !property.types.has(target.types) {
        return Err(format!("'{name}' does not apply to datasets of this type"));
    }
    if property.edit == Edit::No || property.edit == Edit::Once && !target.new {
        return Err(format!("'{name}' is readonly"));
    }
    match property.form {
        Form::Word => word(property, value),
        Form::Size | Form::Count => count(property, value, target),
        _ => text(property, value, target),
    }
}

fn word(property: &Property, value: &str) -> Result<String, String> {
    if property.words.contains(&value) {
        return Ok(value.to_owned());
    }
    let listed = match property.listed {
        "" => property.words.join(" | "),
        listed => listed.to_owned(),
    };
    Err(format!("'{}' must be one of '{listed}'", property.name))
}

fn count(property: &Property, value: &str, target: Target) -> Result<String, String> {
    let name = property.name;
    let none = value == "none";
    let limit = matches!(name, "filesystem_limit" | "snapshot_limit");
    if none && limit {
        return Ok(UNLIMITED.to_owned());
    }
    if name == "refreservation" && value == "auto" {
        if target.types == Types::VOLUME {
            return Ok(value.to_owned());
        }
        return Err("'refreservation=auto' only allowed on volumes".to_owned());
    }
    if name == "version" && value == "current" {
        return Ok("5".to_owned());
    }
    let number = if none { 0 } else { number::parse(value)? };
    match name {
        "quota" | "refquota" if number == 0 && !none => {
            return Err("use 'none' to disable quota/refquota".to_owned());
        }
        "recordsize" | "volblocksize" => {
            let largest = 1 << 20;
            if !number.is_power_of_two() || !(512..=largest).contains(&number) {
                return Err(format!("'{name}' must be power of 2 from 512B to 1M"));
            }
        }
        "special_small_blocks"
            if number != 0 && (!number.is_power_of_two() || !(512..=1 << 17).contains(&number)) =>
        {
            return Err(format!(
                "'{name}' must be zero or a power of 2 from 512B to 128K"
            ));
        }
        "volsize" if number == 0 => return Err("volume size cannot be zero".to_owned()),
        "version" if number > 5 => {
            return Err(format!("Can not set version {number}; it must be 1 to 5"));
        }
        _ => {}
    }
    Ok(number.to_string())
}

fn text(property: &Property, value: &str, target: Target) -> Result<String, String> {
    let name = property.name;
    match name {
        "mountpoint" if matches!(value, "none" | "legacy") => return Ok(value.to_owned()),
        "mountpoint" if !value.starts_with('/') => {
            return Err(format!(
                "'{name}' must be an absolute path, 'none', or 'legacy'"
            ));
        }
        _ => {}
    }
    if target.zoned && matches!(name, "mountpoint" | "sharenfs" | "sharesmb") {
        return Err(format!(
            "'{name}' cannot be set on dataset in a non-global zone"
        ));
    }
    if matches!(name, "sharenfs" | "sharesmb") && !is_share(value) {
        return Err(format!("'{name}' cannot be set to invalid options"));
    }
    if value.len() >= 1024 {
        return Err(format!("'{name}' is too long"));
    }
    Ok(value.to_owned())
}

/// Whether the options of a share are those that share_nfs(8) and share_smb(8) know.
fn is_share(value: &str) -> bool {
    const OPTIONS: &[&str] = &[
        "aclok",
        "anon",
        "abe",
        "ad-container",
        "catia",
        "charset",
        "cksum",
        "csc",
        "description",
        "dfsroot",
        "encrypt",
        "gidmap",
        "guestok",
        "index",
        "log",
        "name",
        "noaclfab",
        "none",
        "nosub",
        "nosuid",
        "public",
        "quotas",
        "ro",
        "root",
        "root_mapping",
        "rw",
        "sec",
        "uidmap",
        "window",
    ];
    matches!(value, "on" | "off")
        || value
            .split([',', ';'])
            .all(|option| OPTIONS.contains(&option.split('=').next().unwrap_or_default()))
}
