//! Link names.

/// The longest name, in bytes.
pub(crate) const MAX_LENGTH: usize = 31;

/// What `dladm_valid_linkname` accepts: letters, digits, `_` and `.`; no digit first; at the end a number without
/// leading zeros; at most 31 bytes (illumos-gate usr/src/lib/libdladm/common/libdladm.c).
pub(crate) fn valid(name: &str) -> bool {
    let bytes = name.as_bytes();
    let digits = bytes
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let number = &bytes[bytes.len() - digits..];
    bytes.len() <= MAX_LENGTH
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
        && !bytes.first().is_none_or(u8::is_ascii_digit)
        && digits > 0
        && (number.len() == 1 || number[0] != b'0')
        && std::str::from_utf8(number)
            .is_ok_and(|number| number.parse::<u32>().is_ok_and(|number| number < u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::valid;

    #[test]
    fn names_end_in_a_number() {
        for name in [
            "vnic0",
            "a10",
            "_0",
            ".0",
            "web1_0",
            "net.4094",
            &format!("{}0", "a".repeat(30)),
        ] {
            assert!(valid(name), "{name}");
        }
        for name in [
            "",
            "0",
            "vnic",
            "vnic01",
            "a00",
            "web-0",
            "1a0",
            "a b0",
            "a/0",
            "é0",
            "a4294967295",
            &format!("{}0", "a".repeat(31)),
        ] {
            assert!(!valid(name), "{name}");
        }
    }
}
