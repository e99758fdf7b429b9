//! Names of `dataset` resources.

/// Whether the name can be one of a ZFS file system or volume: components of letters, digits and `-_.:% `, not `.` or `..`; fewer than
/// 256 bytes. As for zonecfg(8), the pool's name may begin with anything of that: there is no such pool then
/// (illumos-gate `usr/src/common/zfs/zfs_namecheck.c`, `entity_namecheck`).
#[must_use]
pub fn is_valid_name(name: &str) -> bool {
    let component = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.:% ".contains(&b))
    };
    name.len() < 256 && name.split('/').all(component)
}

#[cfg(test)]
mod tests {
    use super::is_valid_name;

    #[test]
    fn names() {
        for good in [
            "rpool",
            "rpool/a",
            "rpool/zones/web01",
            "tank/a b:c",
            "1pool/a%b",
        ] {
            assert!(is_valid_name(good), "{good}");
        }
        for bad in [
            "",
            "/rpool",
            "rpool/",
            "a//b",
            "rpool/a@b",
            "rpool/..",
            "rpool/é",
        ] {
            assert!(!is_valid_name(bad), "{bad}");
        }
        assert!(!is_valid_name(&format!("rpool/{}", "a".repeat(250))));
    }
}
