//! The texts that setters take or refuse.

use super::code;
use super::number::{is_space, strtoull};

/// `ZONENAME_MAX`, with NUL.
const ZONENAME_MAX: usize = 64;
/// `ZONE_FS_ALLOWED_MAX`, with NUL; but only a longer text is refused as too long.
const FS_ALLOWED_MAX: usize = 1024;
/// `HW_HOSTID_LEN`, with NUL.
const HOSTID_LEN: usize = 11;

/// Whether `name` can name a zone.
pub(super) fn zone_name(name: &[u8]) -> Result<(), i32> {
    let first = name.first().is_some_and(u8::is_ascii_alphanumeric);
    let rest = name
        .iter()
        .skip(1)
        .all(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    if name == b"global" || name.len() >= ZONENAME_MAX || !first || !rest {
        return Err(code::BOGUS_ZONE_NAME);
    }
    Ok(())
}

/// Whether `text` is a comma list of file system types. An empty text is one.
pub(super) fn fs_allowed(text: &[u8]) -> Result<(), i32> {
    if text.len() > FS_ALLOWED_MAX {
        return Err(code::TOO_BIG);
    }
    let text = &text[..text.len().min(FS_ALLOWED_MAX - 1)];
    let is_name = |name: &[u8]| {
        !name.is_empty()
            && name
                .iter()
                .all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if text.is_empty() || text.split(|&byte| byte == b',').all(is_name) {
        Ok(())
    } else {
        Err(code::INVALID_PROPERTY)
    }
}

/// Whether `text` is a host id: 32 bits in hexadecimal, not all of them set.
pub(super) fn hostid(text: &[u8]) -> Result<(), i32> {
    if text.is_empty() || text.iter().any(|&byte| is_space(byte)) {
        return Err(code::INVALID_PROPERTY);
    }
    let prefix = if text.starts_with(b"0x") || text.starts_with(b"0X") {
        2
    } else {
        0
    };
    let number = strtoull(&text[prefix..], 16);
    // Where there is no number, nothing of the text is passed over but the prefix.
    let end = prefix + number.length;
    if end >= HOSTID_LEN {
        return Err(code::TOO_BIG);
    }
    if number.value >= u64::from(u32::MAX) || end != text.len() {
        return Err(code::INVALID_PROPERTY);
    }
    Ok(())
}

/// Whether file systems of this type can be mounted in a zone.
pub(super) fn fs_type(name: &[u8]) -> bool {
    !matches!(name, b"proc" | b"mntfs" | b"autofs") && !name.starts_with(b"nfs")
}

/// A zonepath without doubled and trailing slashes.
///
/// # Errors
/// [`code::BAD_PROPERTY`] if it is not an absolute path below `root`, or nothing but slashes.
pub(super) fn zonepath(path: &[u8], root: &[u8]) -> Result<Vec<u8>, i32> {
    let mut tidy: Vec<u8> = Vec::with_capacity(path.len());
    for &byte in path {
        if byte != b'/' || tidy.last() != Some(&b'/') {
            tidy.push(byte);
        }
    }
    if tidy.last() == Some(&b'/') {
        tidy.pop();
    }
    match tidy.strip_prefix(root) {
        Some(rest) if rest.first() == Some(&b'/') => Ok(rest.to_vec()),
        _ => Err(code::BAD_PROPERTY),
    }
}
