//! Properties of datasets: own, inherited and calculated values.

use super::name::parent;
use super::table::{Kind, Table};

/// Where a value comes from, as in the column SOURCE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Local,
    Default,
    Inherited(String),
    /// The property is calculated, or not there.
    None,
}

impl Source {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Local => "local".to_owned(),
            Self::Default => "default".to_owned(),
            Self::Inherited(from) => format!("inherited from {from}"),
            Self::None => "-".to_owned(),
        }
    }
}

/// Properties that can be set: name, default, whether they are inherited.
const SETTABLE: &[(&str, &str, bool)] = &[
    ("atime", "on", true),
    ("canmount", "on", false),
    ("compression", "off", true),
    ("devices", "on", true),
    ("mountpoint", "", true),
    ("quota", "0", false),
    ("readonly", "off", true),
    ("recordsize", "131072", true),
    ("refquota", "0", false),
    ("refreservation", "0", false),
    ("reservation", "0", false),
    ("setuid", "on", true),
    ("sharenfs", "off", true),
    ("sharesmb", "off", true),
    ("snapdir", "hidden", true),
    ("sync", "standard", true),
    ("volsize", "-", false),
    ("zoned", "off", true),
];

/// Properties that are calculated.
pub(crate) const READ_ONLY: &[&str] = &[
    "available",
    "creation",
    "guid",
    "mounted",
    "name",
    "origin",
    "referenced",
    "type",
    "used",
    "createtxg",
];

/// The other names of properties in column lists.
pub(crate) fn full_name(name: &str) -> &str {
    match name {
        "avail" => "available",
        "refer" => "referenced",
        "compress" => "compression",
        "recsize" => "recordsize",
        other => other,
    }
}

pub(crate) fn is_user(name: &str) -> bool {
    name.contains(':')
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b":+._-".contains(&byte)
        })
}

pub(crate) fn is_settable(name: &str) -> bool {
    is_user(name) || SETTABLE.iter().any(|(known, ..)| *known == name)
}

/// The properties that can be set, user properties aside.
pub(crate) fn settable() -> impl Iterator<Item = &'static str> {
    SETTABLE.iter().map(|(name, ..)| *name)
}

/// Whether zfs(8) knows the property, by its full name.
pub(crate) fn is_known(name: &str) -> bool {
    is_settable(name) || READ_ONLY.contains(&name)
}

/// The value of a property and where it comes from; `-` for what the dataset does not have.
pub(crate) fn value(table: &Table, name: &str, property: &str) -> (String, Source) {
    let Some(dataset) = table.datasets.get(name) else {
        return ("-".to_owned(), Source::None);
    };
    let calculated = match property {
        "name" => Some(name.to_owned()),
        "type" => Some(dataset.kind.name().to_owned()),
        "mounted" if dataset.kind == Kind::Filesystem => Some(
            if dataset.mounted.is_some() {
                "yes"
            } else {
                "no"
            }
            .to_owned(),
        ),
        "origin" => Some(dataset.origin.clone().unwrap_or_else(|| "-".to_owned())),
        // Space is not accounted for.
        "used" | "referenced" => Some("24576".to_owned()),
        "available" if dataset.kind != Kind::Snapshot => Some("100000000000".to_owned()),
        "guid" | "createtxg" => Some(dataset.number.to_string()),
        "creation" => Some((1_767_225_600 + dataset.number).to_string()),
        _ => None,
    };
    if let Some(value) = calculated {
        return (value, Source::None);
    }
    if let Some(value) = dataset.local.get(property) {
        return (value.clone(), Source::Local);
    }
    let known = SETTABLE.iter().find(|(known, ..)| *known == property);
    let fits = match property {
        "mountpoint" | "canmount" | "quota" | "refquota" | "recordsize" | "sharenfs"
        | "sharesmb" | "snapdir" | "atime" | "zoned" => dataset.kind == Kind::Filesystem,
        "volsize" => dataset.kind == Kind::Volume,
        _ => true,
    };
    if !fits || known.is_none() && !is_user(property) {
        return ("-".to_owned(), Source::None);
    }
    if known.is_none_or(|(_, _, inherited)| *inherited) {
        let mut ancestor = parent(name);
        while let Some(at) = ancestor {
            if let Some(value) = table
                .datasets
                .get(at)
                .and_then(|dataset| dataset.local.get(property))
            {
                let value = match property {
                    "mountpoint" if !matches!(value.as_str(), "none" | "legacy") => {
                        format!("{}{}", value.trim_end_matches('/'), &name[at.len()..])
                    }
                    _ => value.clone(),
                };
                return (value, Source::Inherited(at.to_owned()));
            }
            ancestor = parent(at);
        }
    }
    match (property, known) {
        ("mountpoint", _) => (format!("/{name}"), Source::Default),
        (_, Some((_, default, _))) => ((*default).to_owned(), Source::Default),
        (_, None) => ("-".to_owned(), Source::None),
    }
}
