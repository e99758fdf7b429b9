//! The two lists of assertions that are made from `illumos-sys/abi.json`: one for rustc, one for a C compiler on illumos.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// The sections of the facts, and how the bindings' module and the C macro of each are called.
const SECTIONS: [(&str, &str, Option<&str>); 3] = [
    ("common", "crate", None),
    (
        "upstream",
        "crate::upstream",
        Some("!defined(ZMGR_FLAVOUR_EXTENDED)"),
    ),
    (
        "extended",
        "crate::extended",
        Some("defined(ZMGR_FLAVOUR_EXTENDED)"),
    ),
];

/// Structures and enumerations that are declared in headers which no distribution installs.
const NOT_INSTALLED: [&str; 2] = ["dladm_vnic_attr", "vnic_mac_addr_type_t"];

fn entries<'a>(
    facts: &'a Value,
    section: &str,
    kind: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    facts[section][kind]
        .as_object()
        .into_iter()
        .flat_map(Map::iter)
}

/// The invocations of the macros of `illumos-sys/src/layout.rs`.
pub(crate) fn rust(facts: &Value) -> String {
    let mut out = String::from(
        "//! The layouts of `abi.json`.\n//!\n//! Made by `cargo xtask bindings`. Do not edit.\n\n\
         use crate::layout::{assert_structure, assert_type};\n",
    );
    for (section, module, _) in SECTIONS {
        for (name, layout) in entries(facts, section, "types") {
            let _ = writeln!(
                out,
                "\nassert_type!({module}::{name}, {}, {});",
                layout[0], layout[1]
            );
        }
        for (name, layout) in entries(facts, section, "structs") {
            let (relation, size) = match layout.get("size") {
                Some(size) => ("==", size),
                None => (">=", &layout["at_least"]),
            };
            let _ = writeln!(
                out,
                "\nassert_structure!({module}::{name}, {relation} {size}, {}, {{",
                layout["align"]
            );
            for (member, place) in layout["fields"].as_object().into_iter().flat_map(Map::iter) {
                let size = match &place[1] {
                    Value::Null => String::from("_"),
                    size => size.to_string(),
                };
                let _ = writeln!(out, "    {member}: {}, {size};", place[0]);
            }
            out += "});\n";
        }
    }
    out
}

/// `illumos-sys/check/layout.h`.
pub(crate) fn c(facts: &Value) -> String {
    let mut out = String::from(
        "/* The layouts and values of ../abi.json. Made by `cargo xtask bindings`. Do not edit. */\n",
    );
    for (section, _, condition) in SECTIONS {
        let mut body = String::new();
        for (name, layout) in entries(facts, section, "structs") {
            // The two lengths of zone_res_attrtab are known by other names here; system.c looks at the real one.
            if NOT_INSTALLED.contains(&name.as_str()) || name.starts_with("zone_res_attrtab_") {
                continue;
            }
            let mut lines = String::new();
            let relation = if layout.get("longer").is_some() {
                "AT_LEAST"
            } else {
                "SIZE"
            };
            let _ = writeln!(lines, "{relation}({name}, {})", layout["size"]);
            let _ = writeln!(lines, "ALIGNMENT({name}, {})", layout["align"]);
            for (member, place) in layout["fields"].as_object().into_iter().flat_map(Map::iter) {
                let _ = writeln!(
                    lines,
                    "MEMBER({name}, {member}, {}, {})",
                    place[0], place[1]
                );
            }
            body += &guarded(name, &lines);
        }
        for (name, values) in entries(facts, section, "enums") {
            if NOT_INSTALLED.contains(&name.as_str()) {
                continue;
            }
            let mut lines = String::new();
            for (name, value) in values.as_object().into_iter().flat_map(Map::iter) {
                let _ = writeln!(lines, "VALUE({name}, {value})");
            }
            body += &guarded(name, &lines);
        }
        for (name, value) in entries(facts, section, "constants") {
            let _ = writeln!(body, "#if defined({name})\nVALUE({name}, {value})\n#endif");
        }
        match condition {
            None => out += &body,
            Some(condition) => {
                let _ = write!(out, "#if {condition}\n{body}#endif\n");
            }
        }
    }
    out
}

/// Lines about what libdladm's headers declare count only where these are installed.
fn guarded(name: &str, lines: &str) -> String {
    if name.starts_with("dladm_") || name.starts_with("datalink_") {
        format!("#if defined(ZMGR_HAVE_DLADM)\n{lines}#endif\n")
    } else {
        lines.to_owned()
    }
}
