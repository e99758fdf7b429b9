//! The comparison with installed headers, which a build on illumos makes, tried on headers that are made up for the purpose.
#![allow(
    clippy::unwrap_used,
    reason = "the helper of the tests writes files into a directory of its own"
)]

use std::fs;
use std::path::Path;

#[path = "../check/headers.rs"]
mod headers;

use headers::Flavour;

const TARGET: &str = env!("ILLUMOS_SYS_TARGET");

/// Lays out headers as a system would have them: this crate's own declarations, with `from` replaced by `to`.
fn compare(flavour: &str, from: &str, to: &str) -> Result<Flavour, String> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = tempfile::tempdir().unwrap();
    let include = dir.path().join("include");
    fs::create_dir_all(include.join("sys")).unwrap();
    let mut replaced = from == to;
    for name in ["common.h", "upstream.h", "extended.h"] {
        let text = fs::read_to_string(own.join("include").join(name)).unwrap();
        if name == "common.h" || name == format!("{flavour}.h") {
            replaced |= text.contains(from);
            fs::write(include.join(name), text.replace(from, to)).unwrap();
        }
    }
    assert!(replaced, "{from} is not in the headers");
    // The one list of properties that a system has is of either length.
    let list =
        "struct zone_res_attrtab { char n[256]; char v[1024]; struct zone_res_attrtab *next; };\n";
    let list = if flavour == "extended" { list } else { "" };
    fs::write(
        include.join("libzonecfg.h"),
        format!("#include \"{flavour}.h\"\n{list}"),
    )
    .unwrap();
    for empty in [
        "zone.h",
        "libdladm.h",
        "libdllink.h",
        "libdlvlan.h",
        "sys/param.h",
    ] {
        fs::write(include.join(empty), "").unwrap();
    }
    headers::compare(TARGET, &own.join("check"), &[include], dir.path())
}

#[test]
fn both_layouts_are_told_apart_and_found_right() {
    assert_eq!(compare("upstream", "", ""), Ok(Flavour::Upstream));
    assert_eq!(compare("extended", "", ""), Ok(Flavour::Extended));
}

#[test]
fn a_member_of_another_size_is_named() {
    for flavour in ["upstream", "extended"] {
        let error = compare(
            flavour,
            "zone_nwif_physical[LIFNAMSIZ]",
            "zone_nwif_physical[40]",
        )
        .unwrap_err();
        assert!(
            error.contains("struct zone_nwiftab: the size of zone_nwif_physical is not 32"),
            "{error}"
        );
        assert!(
            error.contains("struct zone_nwiftab: the offset of zone_nwif_defrouter is not"),
            "{error}"
        );
        assert!(error.contains(flavour), "{error}");
    }
}

#[test]
fn a_structure_with_one_member_more_is_named() {
    let error = compare(
        "upstream",
        "char\tzone_physmem_cap[MAXNAMELEN];",
        "char\tzone_physmem_cap[MAXNAMELEN];\nint more;",
    )
    .unwrap_err();
    assert!(
        error.contains("struct zone_mcaptab: its size is not 256"),
        "{error}"
    );
}

/// SmartOS appends to this one, and the library allocates it.
#[test]
fn a_longer_zoneent_is_accepted() {
    let appended = "char\t\tzone_newname[ZONENAME_MAX];\nchar zone_brand[256];";
    assert_eq!(
        compare("extended", "char\t\tzone_newname[ZONENAME_MAX];", appended),
        Ok(Flavour::Extended)
    );
}

#[test]
fn another_value_is_named() {
    let error = compare("upstream", "Z_SYSTEM\t\t28", "Z_SYSTEM\t\t29").unwrap_err();
    assert!(error.contains("Z_SYSTEM is not 28"), "{error}");
    let error = compare("extended", "ZS_EXCLUSIVE = 1", "ZS_EXCLUSIVE = 2").unwrap_err();
    assert!(error.contains("ZS_EXCLUSIVE is not 1"), "{error}");
    let error = compare(
        "extended",
        "DLADM_STATUS_EXIST = 8",
        "DLADM_STATUS_EXIST = 108",
    )
    .unwrap_err();
    assert!(error.contains("DLADM_STATUS_EXIST is not 8"), "{error}");
}
