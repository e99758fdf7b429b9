//! Compares all that is bound with `abi.json`, and `abi.json` with the measurements that it was taken from.
#![allow(
    clippy::unwrap_used,
    reason = "the helpers of the tests read the project's own files"
)]

mod bound;
mod measurements;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use bound::{Constant, Module};
use serde_json::Value;

const SECTIONS: [&str; 3] = ["common", "upstream", "extended"];

/// Collects what differs, so that one run names all of it.
#[derive(Debug, Default)]
struct Differences(String);

impl Differences {
    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: &T, expected: &T) {
        if found != expected {
            let _ = writeln!(self.0, "  {what}: {found:?}, and it should be {expected:?}");
        }
    }

    fn say(&mut self, what: &str) {
        let _ = writeln!(self.0, "  {what}");
    }

    fn finish(self, of: &str) {
        assert!(self.0.is_empty(), "{of}:\n{}", self.0);
    }
}

fn facts() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("abi.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value
        .as_object()
        .into_iter()
        .flat_map(serde_json::Map::iter)
}

#[test]
fn structures_are_as_measured() {
    let facts = facts();
    let mut differences = Differences::default();
    for section in SECTIONS {
        let module = bound::module(section);
        let measured = &facts[section]["structs"];
        for (name, structure) in &module.structs {
            let Some(layout) = measured.get(name) else {
                differences.say(&format!(
                    "{section}: struct {name} is bound, and abi.json does not have it"
                ));
                continue;
            };
            match layout["size"].as_u64() {
                Some(_) => {
                    differences.compare(
                        &format!("{section}: size of {name}"),
                        &structure.size,
                        &layout["size"].as_u64(),
                    );
                }
                None => {
                    let least = layout["at_least"].as_u64();
                    if least.is_none() || structure.size < least {
                        differences.say(&format!(
                            "{section}: {name} has {:?} bytes, fewer than {least:?}",
                            structure.size
                        ));
                    }
                }
            }
            differences.compare(
                &format!("{section}: alignment of {name}"),
                &structure.align,
                &layout["align"].as_u64(),
            );
            let offsets: BTreeMap<String, u64> = object(&layout["fields"])
                .map(|(name, place)| (name.clone(), place[0].as_u64().unwrap()))
                .collect();
            let members: BTreeSet<&String> =
                structure.offsets.keys().chain(offsets.keys()).collect();
            for member in members {
                differences.compare(
                    &format!("{section}: offset of {name}::{member}"),
                    &structure.offsets.get(member),
                    &offsets.get(member),
                );
            }
        }
        for (name, _) in object(measured) {
            if !module.structs.contains_key(name) {
                differences.say(&format!(
                    "{section}: abi.json has struct {name}, and it is not bound"
                ));
            }
        }
    }
    differences.finish("structures differ from abi.json");
}

#[test]
fn constants_and_enumerations_are_as_measured() {
    let facts = facts();
    let mut differences = Differences::default();
    for section in SECTIONS {
        let module = bound::module(section);
        let mut expected: BTreeMap<&String, (Option<&String>, Constant)> = BTreeMap::new();
        let read = (section == "common").then_some(&facts["read"]["constants"]);
        for (name, value) in
            object(&facts[section]["constants"]).chain(read.into_iter().flat_map(object))
        {
            expected.insert(
                name,
                (None, Constant::Number(value.as_i64().unwrap().into())),
            );
        }
        for (name, value) in object(&facts[section]["strings"]) {
            expected.insert(
                name,
                (None, Constant::Text(value.as_str().unwrap().to_owned())),
            );
        }
        for (of, values) in object(&facts[section]["enums"]) {
            for (name, value) in object(values) {
                expected.insert(
                    name,
                    (Some(of), Constant::Number(value.as_i64().unwrap().into())),
                );
            }
        }
        for (name, (of, value)) in &module.constants {
            match expected.remove(name) {
                Some((enumeration, known)) => {
                    differences.compare(&format!("{section}: {name}"), value, &known);
                    if let Some(enumeration) = enumeration {
                        differences.compare(&format!("{section}: type of {name}"), of, enumeration);
                    }
                }
                // The name of a symbol for dlsym is its own, and the room for a VNIC is chosen, not measured.
                None if of == "&CStr" && name.ends_with("_NAME") => {
                    let symbol = name.trim_end_matches("_NAME").to_lowercase();
                    differences.compare(
                        &format!("{section}: {name}"),
                        value,
                        &Constant::Text(symbol),
                    );
                }
                None if name == "DLADM_VNIC_ATTR_ALLOC" => {}
                None => differences.say(&format!(
                    "{section}: {name} is bound, and abi.json does not have it"
                )),
            }
        }
        for name in expected.keys() {
            differences.say(&format!(
                "{section}: abi.json has {name}, and it is not bound"
            ));
        }
    }
    differences.finish("values differ from abi.json");
}

#[test]
fn functions_are_as_measured() {
    let facts = facts();
    let common = bound::module("common");
    let mut differences = Differences::default();
    for section in SECTIONS {
        let module = bound::module(section);
        let read = (section == "common").then_some(&facts["read"]["functions"]);
        let expected: BTreeMap<&String, Vec<String>> = object(&facts[section]["functions"])
            .chain(read.into_iter().flat_map(object))
            .map(|(name, signature)| {
                let c: Vec<&str> = signature
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|of| of.as_str().unwrap())
                    .collect();
                (name, rust_signature(&c, &common))
            })
            .collect();
        for (name, signature) in &module.functions {
            let Some(known) = expected.get(name) else {
                differences.say(&format!(
                    "{section}: {name} is bound, and abi.json does not have it"
                ));
                continue;
            };
            let found: Vec<String> = signature
                .iter()
                .map(|of| common.callbacks.get(of).unwrap_or(of).clone())
                .collect();
            if found.len() == known.len() {
                differences.compare(
                    &format!("{section}: {name}: result and arguments"),
                    &found,
                    known,
                );
            } else {
                let (found, known) = (found.len() - 1, known.len() - 1);
                differences.compare(
                    &format!("{section}: {name}: number of arguments"),
                    &found,
                    &known,
                );
            }
        }
        for name in expected.keys() {
            if !module.functions.contains_key(*name) {
                differences.say(&format!(
                    "{section}: abi.json has {name}, and it is not bound"
                ));
            }
        }
    }
    differences.finish("functions differ from abi.json");
}

/// Declared functions are exported by every distribution; those reached by name by this flavour and not by the other.
#[test]
fn only_what_is_exported_everywhere_is_declared() {
    let facts = facts();
    let exported = |by: &str| -> Vec<&str> {
        object(&facts["exported"])
            .flat_map(|(_, lists)| lists[by].as_array().into_iter().flatten())
            .map(|name| name.as_str().unwrap())
            .collect()
    };
    let everywhere = exported("everywhere");
    let mut differences = Differences::default();
    for section in SECTIONS {
        let module = bound::module(section);
        for name in module.functions.keys() {
            let by_name = module.by_name.contains(name);
            if by_name == everywhere.contains(&name.as_str()) {
                let exported = if by_name {
                    "everywhere"
                } else {
                    "not everywhere"
                };
                differences.say(&format!("{section}: {name} is exported {exported}"));
            }
        }
        for name in &module.by_name {
            // SmartOS alone has some of the extended flavour's.
            let here = match section {
                "upstream" => exported("upstream").contains(&name.as_str()),
                _ => {
                    exported("omnios").contains(&name.as_str())
                        || exported("smartos").contains(&name.as_str())
                }
            };
            let constant = format!("{}_NAME", name.to_uppercase());
            if !here || !module.constants.contains_key(&constant) {
                differences.say(&format!(
                    "{section}: {name}: exported {here}, and there has to be a {constant}"
                ));
            }
        }
    }
    for marker in ["dladm_vnic_modify", "dladm_errlist_count"] {
        let known = ["everywhere", "upstream", "omnios", "smartos"]
            .iter()
            .any(|by| exported(by).contains(&marker));
        differences.compare(
            &format!("{marker} is exported by a known release"),
            &known,
            &false,
        );
    }
    differences.finish("exported symbols differ from abi.json");
}

/// A C function's result and arguments as bindgen writes them.
fn rust_signature(c: &[&str], module: &Module) -> Vec<String> {
    let mut signature: Vec<String> = c.iter().map(|of| rust_type(of, module)).collect();
    if c[0] == "void" {
        signature[0] = "()".to_owned();
    }
    signature
}

/// A C type as bindgen writes it, without paths.
fn rust_type(c: &str, module: &Module) -> String {
    let c = c.trim();
    if let Some((result, arguments)) = c.split_once("(*)(") {
        let arguments: Vec<String> = arguments
            .trim_end_matches(')')
            .split(',')
            .map(|argument| rust_type(argument, module))
            .collect();
        return format!(
            "fn({}) -> {}",
            arguments.join(", "),
            rust_type(result, module)
        );
    }
    if let Some(pointed) = c.strip_suffix('*') {
        let pointed = pointed.trim();
        if let Some(function) = module.callbacks.get(pointed) {
            return function.clone();
        }
        // The qualifier is that of the innermost thing pointed at.
        let (qualifier, pointed) = match pointed.strip_prefix("const ") {
            Some(pointed) if !pointed.contains('*') => ("const", pointed),
            _ => ("mut", pointed),
        };
        return format!("*{qualifier} {}", rust_type(pointed, module));
    }
    let name = c.strip_prefix("struct ").unwrap_or(c);
    match name {
        "void" => "c_void",
        "char" => "c_char",
        "int" => "c_int",
        "size_t" => "usize",
        "ssize_t" => "isize",
        "uint16_t" => "u16",
        "uint32_t" => "u32",
        "uint64_t" => "u64",
        "int64_t" => "i64",
        other => other,
    }
    .to_owned()
}
