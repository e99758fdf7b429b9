//! Names for VNICs.

use illumos::datalink::LinkName;
use illumos::zone::ZoneName;

/// The pattern of a VNIC's name where neither template nor config sets one.
pub const DEFAULT_PATTERN: &str = "{zone}_{index}";

/// The longest link name, in bytes (`MAXLINKNAMELEN` without its NUL).
const LONGEST: usize = 31;

/// The name of the VNIC of the zone's net number `index`, made from the pattern, in which `{zone}`, `{net}` and
/// `{index}` are replaced.
///
/// What dladm(8) does not allow in a link name becomes `_`. The name always ends in the index, after something that is
/// not a digit, so that net 0 of `web1` is not net 10 of `web`. A name that is too long, or that `taken` says another
/// zone has, is cut and gets a hash of zone, net and index. The same arguments always give the same name.
#[must_use]
pub fn vnic_name(
    pattern: Option<&str>,
    zone: &ZoneName,
    net: &str,
    index: usize,
    taken: &dyn Fn(&LinkName) -> bool,
) -> LinkName {
    let stem = stem(
        pattern.unwrap_or(DEFAULT_PATTERN),
        zone.as_str(),
        net,
        index,
    );
    let plain: Option<LinkName> = format!("{stem}{index}").parse().ok();
    if let Some(name) = plain.filter(|name| !taken(name)) {
        return name;
    }
    let mut attempt: u32 = 0;
    loop {
        let tail = format!("_{:08x}_{index}", hash(zone.as_str(), net, index, attempt));
        // The stem is ASCII: every byte is a character.
        let head = &stem[..stem.len().min(LONGEST.saturating_sub(tail.len()))];
        let head = head.trim_end_matches(['_', '.']);
        if let Ok(name) = format!("{head}{tail}").parse()
            && !taken(&name)
        {
            return name;
        }
        attempt += 1;
    }
}

/// The name without the index at its end: ASCII, begins with a letter, ends in something that is not a digit.
fn stem(pattern: &str, zone: &str, net: &str, index: usize) -> String {
    let (pattern, indexed) = pattern
        .strip_suffix("{index}")
        .map_or((pattern, false), |before| (before, true));
    let text = pattern
        .replace("{zone}", zone)
        .replace("{net}", net)
        .replace("{index}", &index.to_string());
    let mut stem: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '.' {
                c
            } else {
                '_'
            }
        })
        .collect();
    // dladm(8) wants a letter there, though the library takes `_` and `.` as well.
    if !stem.starts_with(|c: char| c.is_ascii_alphabetic()) {
        stem.insert(0, 'z');
    }
    if stem.ends_with(|c: char| c.is_ascii_digit()) || (!indexed && !stem.ends_with('_')) {
        stem.push('_');
    }
    stem
}

/// FNV-1a, 64 bits folded to 32: the same in every release.
fn hash(zone: &str, net: &str, index: usize, attempt: u32) -> u32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    // NUL is in no name, so that the parts cannot run into each other.
    for byte in format!("{zone}\0{net}\0{index}\0{attempt}").bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    let [a, b, c, d, e, f, g, h] = hash.to_le_bytes();
    u32::from_le_bytes([a ^ e, b ^ f, c ^ g, d ^ h])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn free(_: &LinkName) -> bool {
        false
    }

    fn name(pattern: Option<&str>, zone: &str, index: usize) -> String {
        vnic_name(pattern, &zone.parse().unwrap(), "internal", index, &free).to_string()
    }

    #[test]
    fn readable_where_it_can_be() {
        assert_eq!(name(None, "web01", 0), "web01_0");
        assert_eq!(name(None, "web-01", 1), "web_01_1");
        assert_eq!(name(None, "web.example.org", 0), "web.example.org_0");
        assert_eq!(name(None, "9front", 0), "z9front_0");
        assert_eq!(name(Some("{net}{index}"), "web01", 3), "internal3");
        assert_eq!(name(Some("{zone}{index}"), "web", 0), "web0");
        assert_eq!(name(Some("{zone}{index}"), "web1", 0), "web1_0");
        assert_eq!(name(Some("{net}_{zone}"), "web01", 0), "internal_web01_0");
        assert_eq!(name(Some("{index}"), "web01", 0), "z0");
        assert_eq!(name(Some("v0{index}"), "web01", 1), "v0_1");
    }

    #[test]
    fn long_names_are_cut_and_hashed() {
        let long = "a".repeat(63);
        let name = name(None, &long, 0);
        assert_eq!(name, "aaaaaaaaaaaaaaaaaaaa_6ae9bb07_0");
        assert_eq!(name.len(), 31);
    }

    #[test]
    fn a_name_that_another_zone_has_is_left_to_it() {
        let zone: ZoneName = "web-1".parse().unwrap();
        let mut taken: BTreeSet<LinkName> = BTreeSet::new();
        for _ in 0..5 {
            let name = vnic_name(None, &zone, "internal", 0, &|name| taken.contains(name));
            assert!(
                name.as_str().starts_with("web_1_") && name.as_str().ends_with("_0"),
                "{name}"
            );
            assert!(taken.insert(name), "a new one each time");
        }
    }

    #[test]
    fn web1_net_0_is_not_web_net_10() {
        for pattern in [None, Some("{zone}{index}"), Some("{zone}")] {
            assert_ne!(name(pattern, "web1", 0), name(pattern, "web", 10));
            assert_ne!(name(pattern, "web10", 0), name(pattern, "web1", 0));
        }
    }

    fn zone() -> impl Strategy<Value = ZoneName> {
        // Few letters, so that names resemble each other.
        let short = "[a1Z][a1._-]{0,4}";
        let long = "[a1][a1._-]{28,62}";
        prop_oneof![short, long].prop_map(|name| name.parse().unwrap())
    }

    fn pattern() -> impl Strategy<Value = Option<String>> {
        let part = prop_oneof![
            Just("{zone}".to_owned()),
            Just("{net}".to_owned()),
            Just("{index}".to_owned()),
            "[a0_.-]{1,3}",
            "[a-z0-9ö{} ]{0,40}",
        ];
        proptest::option::of(proptest::collection::vec(part, 0..4).prop_map(|parts| parts.concat()))
    }

    proptest! {
        #[test]
        fn no_two_nets_of_any_zones_share_a_name(zones in proptest::collection::btree_set(zone(), 1..30), pattern in pattern()) {
            let mut names: BTreeSet<LinkName> = BTreeSet::new();
            for zone in &zones {
                for index in 0..12 {
                    let taken = |name: &LinkName| names.contains(name);
                    let name = vnic_name(pattern.as_deref(), zone, "net", index, &taken);
                    prop_assert_eq!(&name, &vnic_name(pattern.as_deref(), zone, "net", index, &taken));
                    prop_assert!(name.as_str().ends_with(&index.to_string()));
                    prop_assert!(name.as_str().starts_with(|c: char| c.is_ascii_alphabetic()));
                    prop_assert!(names.insert(name));
                }
            }
        }
    }
}
