//! The properties that can be set on file systems, and what each may be.

use crate::{Error, ErrorKind, Result};

/// What a property's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number of bytes, or `none`: `10G`, `1.5T`, `1048576`.
    Size,
    /// A power of two in bytes, from 512 to 1M.
    Block,
    /// A number, or `none`.
    Count,
    /// One of these words.
    Words(&'static [&'static str]),
    /// An absolute path, `none` or `legacy`.
    Mountpoint,
    /// Any text.
    Text,
}

/// A property that can be set at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Property {
    /// The name.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Whether datasets below have it too, unless they have their own.
    pub inherited: bool,
}

const ON_OFF: Kind = Kind::Words(&["on", "off"]);
const CACHE: Kind = Kind::Words(&["all", "none", "metadata"]);

const fn property(name: &'static str, kind: Kind, inherited: bool) -> Property {
    Property {
        name,
        kind,
        inherited,
    }
}

/// The properties of file systems that `zfs set` takes at any time on illumos, user properties aside.
///
/// # Source
/// r1mikey/illumos-gate usr/src/common/zfs/zfs_prop.c.
pub const PROPERTIES: &[Property] = &[
    property(
        "aclinherit",
        Kind::Words(&[
            "discard",
            "noallow",
            "restricted",
            "passthrough",
            "passthrough-x",
        ]),
        true,
    ),
    property(
        "aclmode",
        Kind::Words(&["discard", "groupmask", "passthrough", "restricted"]),
        true,
    ),
    property("atime", ON_OFF, true),
    property("canmount", Kind::Words(&["on", "off", "noauto"]), false),
    property(
        "checksum",
        Kind::Words(&[
            "on",
            "off",
            "fletcher2",
            "fletcher4",
            "sha256",
            "sha512",
            "skein",
            "edonr",
        ]),
        true,
    ),
    property(
        "compression",
        Kind::Words(&[
            "on", "off", "lzjb", "gzip", "gzip-1", "gzip-2", "gzip-3", "gzip-4", "gzip-5",
            "gzip-6", "gzip-7", "gzip-8", "gzip-9", "zle", "lz4",
        ]),
        true,
    ),
    property("copies", Kind::Words(&["1", "2", "3"]), true),
    property("devices", ON_OFF, true),
    property("exec", ON_OFF, true),
    property("filesystem_limit", Kind::Count, false),
    property("logbias", Kind::Words(&["latency", "throughput"]), true),
    property("mountpoint", Kind::Mountpoint, true),
    property("nbmand", ON_OFF, true),
    property("primarycache", CACHE, true),
    property("quota", Kind::Size, false),
    property("readonly", ON_OFF, true),
    property("recordsize", Kind::Block, true),
    property("refquota", Kind::Size, false),
    property("refreservation", Kind::Size, false),
    property("reservation", Kind::Size, false),
    property("secondarycache", CACHE, true),
    property("setuid", ON_OFF, true),
    property("sharenfs", Kind::Text, true),
    property("sharesmb", Kind::Text, true),
    property("snapdir", Kind::Words(&["hidden", "visible"]), true),
    property("snapshot_limit", Kind::Count, false),
    property(
        "sync",
        Kind::Words(&["standard", "always", "disabled"]),
        true,
    ),
    property("vscan", ON_OFF, true),
    property("xattr", ON_OFF, true),
    property("zoned", ON_OFF, true),
];

/// The longest name and the longest value of a user property, in bytes.
const LONGEST_NAME: usize = 255;
const LONGEST_VALUE: usize = 8191;

/// The property of this name, if it can be set on a file system at any time.
#[must_use]
pub fn find(name: &str) -> Option<&'static Property> {
    PROPERTIES.iter().find(|property| property.name == name)
}

/// Whether this can be the name of a user property: it has a colon, and nothing but small letters, digits, and `:`, `-`, `.`, `_`.
#[must_use]
pub fn is_user(name: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b":-._".contains(&byte);
    name.contains(':') && name.len() <= LONGEST_NAME && name.bytes().all(plain)
}

/// Checks that a property can be set to a value, before `zfs` is asked.
///
/// A user property must not have a tab or a line break in it: `zfs` prints them as they are, and no program can tell them from its own.
///
/// # Errors
/// [`ErrorKind::Invalid`], with what the value must be.
pub fn check(name: &str, value: &str) -> Result<()> {
    let bad = |reason: String| {
        Err(Error::new(
            ErrorKind::Invalid,
            format!("set property {name} to {value:?}"),
            reason,
        ))
    };
    if is_user(name) {
        if value.len() > LONGEST_VALUE {
            return bad(format!("a value has at most {LONGEST_VALUE} bytes"));
        }
        if value.contains(['\t', '\n', '\0']) {
            return bad("a value must not have a tab or a line break".to_owned());
        }
        return Ok(());
    }
    let Some(property) = find(name) else {
        return bad("there is no such property that can be set".to_owned());
    };
    match property.kind {
        Kind::Words(words) if !words.contains(&value) => {
            bad(format!("it must be one of {}", words.join(", ")))
        }
        Kind::Mountpoint if !value.starts_with('/') && !matches!(value, "none" | "legacy") => {
            bad("it must be an absolute path, none or legacy".to_owned())
        }
        Kind::Size if value != "none" => match size(value) {
            None => bad("it must be a size such as 10G, or none".to_owned()),
            Some(0) => bad("it must not be 0; none takes it away".to_owned()),
            Some(_) => Ok(()),
        },
        Kind::Count if value != "none" && value.parse::<u64>().is_err() => {
            bad("it must be a number, or none".to_owned())
        }
        Kind::Block => match size(value) {
            Some(size) if size.is_power_of_two() && (512..=1 << 20).contains(&size) => Ok(()),
            _ => bad("it must be a power of 2 from 512 to 1M".to_owned()),
        },
        _ => Ok(()),
    }
}

/// Reads a size as `zfs` does: `1048576`, `10G`, `1.5t`, `5Gb`. `None` if it is not one, or does not fit into 64 bits.
#[must_use]
pub fn size(text: &str) -> Option<u64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let suffix = suffix.to_ascii_uppercase();
    let letter = match suffix.len() {
        0 => 'B',
        1 => suffix.chars().next()?,
        _ => suffix
            .strip_suffix('B')
            .filter(|rest| rest.len() == 1 && *rest != "B")?
            .chars()
            .next()?,
    };
    let power = u32::try_from("BKMGTPEZ".find(letter)?).ok()? * 10;
    if !number.contains('.') {
        let factor = 1_u64.checked_shl(power)?;
        return number.parse::<u64>().ok()?.checked_mul(factor);
    }
    let value = number.parse::<f64>().ok()? * 2_f64.powi(i32::try_from(power).ok()?);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 2^64, and fractions of a byte are dropped"
    )]
    (0.0..18_446_744_073_709_551_616.0)
        .contains(&value)
        .then_some(value as u64)
}

#[cfg(test)]
mod tests {
    use super::{check, find, is_user, size};

    #[test]
    fn values_are_checked_by_their_kind() {
        for (name, value) in [
            ("quota", "10G"),
            ("quota", "none"),
            ("recordsize", "128k"),
            ("compression", "gzip-9"),
            ("mountpoint", "/data"),
            ("mountpoint", "legacy"),
            ("snapshot_limit", "200"),
            ("org.zmgr:keep", ""),
            ("org.zmgr:keep", "a=b c"),
        ] {
            assert!(check(name, value).is_ok(), "{name}={value}");
        }
        for (name, value) in [
            ("quota", "0"),
            ("quota", "abc"),
            ("quota", "-1"),
            ("recordsize", "3k"),
            ("recordsize", "2m"),
            ("compression", "zstd"),
            ("mountpoint", "data"),
            ("snapshot_limit", "-1"),
            ("used", "1"),
            ("colour", "red"),
            ("org.zmgr:Keep", "x"),
            ("org.zmgr:keep", "a\tb"),
            ("org.zmgr:keep", "a\nb"),
        ] {
            assert!(check(name, value).is_err(), "{name}={value}");
        }
        assert!(check("org.zmgr:x", &"x".repeat(8192)).is_err());
        assert!(!is_user(&format!("a:{}", "x".repeat(254))) && is_user("a:"));
        assert!(find("quota").is_some_and(|quota| !quota.inherited));
    }

    #[test]
    fn sizes_are_read_as_zfs_reads_them() {
        for (text, number) in [
            ("0", 0),
            ("1b", 1),
            ("1.5m", 1_572_864),
            ("5Gb", 5_368_709_120),
            ("16383p", 16_383 << 50),
        ] {
            assert_eq!(size(text), Some(number), "{text}");
        }
        for text in [
            "",
            "x",
            "1x",
            "1bb",
            "-1",
            "16e",
            "1z",
            "1.2.3",
            "5 G",
            "99999999999999999999",
        ] {
            assert_eq!(size(text), None, "{text}");
        }
    }
}
