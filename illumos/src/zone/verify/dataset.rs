//! Names of `dataset` resources.

/// Whether the name can be one of a ZFS file system or volume: components of letters, digits and `-_.: `, not `.` or `..`, the
/// pool's beginning with a letter; fewer than 256 bytes.
#[must_use]
pub fn is_valid_name(name: &str) -> bool {
    let component = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.: ".contains(&b))
    };
    let pool = name.split('/').next().unwrap_or_default();
    name.len() < 256
        && pool.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.split('/').all(component)
}

#[cfg(test)]
mod tests {
    use super::is_valid_name;

    #[test]
    fn names() {
        for good in ["rpool", "rpool/a", "rpool/zones/web01", "tank/a b:c"] {
            assert!(is_valid_name(good), "{good}");
        }
        for bad in [
            "",
            "/rpool",
            "rpool/",
            "a//b",
            "1pool/a",
            "rpool/a@b",
            "rpool/..",
            "rpool/é",
        ] {
            assert!(!is_valid_name(bad), "{bad}");
        }
        assert!(!is_valid_name(&format!("rpool/{}", "a".repeat(250))));
    }
}
