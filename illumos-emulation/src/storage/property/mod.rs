//! Properties of datasets: which there are, what they may be, and how they are printed.

mod check;
mod number;
mod table;

pub(crate) use check::{Target, check};
pub(crate) use number::{date, nice, parse as parse_number};
pub(crate) use table::{Edit, Form, PROPERTIES, Property, Types};

/// What a limit is that is not set.
pub(crate) const UNLIMITED: &str = "18446744073709551615";

/// The property of this name, or of this short name.
pub(crate) fn property(name: &str) -> Option<&'static Property> {
    PROPERTIES
        .iter()
        .find(|property| property.name == name || property.short == name)
}

/// Whether this can be the name of a user property.
pub(crate) fn is_user(name: &str) -> bool {
    name.contains(':')
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b":._-".contains(&byte)
        })
}

/// Whether this is `written@SNAPSHOT`.
pub(crate) fn is_written(name: &str) -> bool {
    name.starts_with("written@")
}

/// The full name of a property, or what was asked for if there is no such property.
pub(crate) fn full_name(name: &str) -> &str {
    property(name).map_or(name, |property| property.name)
}

/// All properties, in the order of `zfs get all`.
pub(crate) fn property_names() -> impl Iterator<Item = &'static str> {
    PROPERTIES
        .iter()
        .map(|property| property.name)
        .filter(|name| *name != "name")
}

/// Whether zfs(8) knows the property.
pub(crate) fn is_known(name: &str) -> bool {
    is_user(name) || is_written(name) || property(name).is_some()
}

/// The heading of a property's column.
pub(crate) fn heading(name: &str) -> String {
    match property(name) {
        Some(property) if !property.heading.is_empty() => property.heading.to_owned(),
        _ => name.to_uppercase(),
    }
}

/// Whether a property's column is set to the right.
pub(crate) fn is_right(name: &str) -> bool {
    property(name)
        .is_some_and(|property| matches!(property.form, Form::Size | Form::Count | Form::Ratio))
}

/// A stored value as it is printed, exactly with `exact` (`-p`).
pub(crate) fn shown(name: &str, raw: &str, exact: bool) -> String {
    let form = property(name).map(|property| property.form);
    let form = if is_written(name) {
        Some(Form::Size)
    } else {
        form
    };
    let none = match name {
        "quota" | "refquota" | "reservation" | "refreservation" => raw == "0",
        "filesystem_limit" | "snapshot_limit" | "filesystem_count" | "snapshot_count" => {
            raw == UNLIMITED
        }
        _ => false,
    };
    match form {
        _ if exact => raw.to_owned(),
        _ if none => "none".to_owned(),
        Some(Form::Size) => raw.parse().map_or_else(|_| raw.to_owned(), nice),
        Some(Form::Ratio) => format!("{raw}x"),
        Some(Form::Date) => raw.parse().map_or_else(|_| raw.to_owned(), number::date),
        _ => raw.to_owned(),
    }
}
