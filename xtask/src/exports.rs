//! `cargo xtask exports`: does the emulation define every C function as illumos-sys declares it?
//!
//! Neither rustc nor the linker compares a definition with a declaration of the same symbol in another crate: a missing
//! argument would be read from whatever the register holds.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use syn::{FnArg, ForeignItem, Item, ReturnType, Signature, Type};

use crate::{Failure, facts, process};

/// How a function is called, as far as the machine sees it: result and arguments, each a pointer or a Rust integer type.
type Convention = Vec<String>;

/// Compares them.
///
/// # Errors
/// Every function that is not defined, or otherwise than it is declared.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let mut aliases = BTreeMap::new();
    let mut declared = BTreeMap::new();
    for module in ["common", "upstream", "extended"] {
        let path = root.join(format!("illumos-sys/src/bindings/{module}.rs"));
        let file = syn::parse_file(&fs::read_to_string(path)?)?;
        declarations(file, &mut aliases, &mut declared);
    }
    let defined: BTreeMap<String, Convention> = definitions(&expanded(root)?)?
        .iter()
        .map(|signature| (signature.ident.to_string(), convention(signature, &aliases)))
        .collect();

    let facts = facts::load(root)?;
    // SmartOS is not imitated.
    declared.retain(|name, _| {
        ["everywhere", "upstream", "omnios"]
            .iter()
            .any(|by| facts::is_exported(&facts, by, name))
    });

    let mut differences = String::new();
    for (name, signature) in &declared {
        let declared = convention(signature, &aliases);
        match defined.get(name) {
            None => write!(differences, "\n  {name} is not defined")?,
            Some(defined) if *defined != declared => {
                write!(
                    differences,
                    "\n  {name} is defined as {defined:?} and declared as {declared:?}"
                )?;
            }
            Some(_) => {}
        }
    }
    if !differences.is_empty() {
        return Err(format!(
            "illumos-emulation differs from what illumos-sys declares:{differences}"
        )
        .into());
    }
    process::say(&format!(
        "{} functions are defined as they are declared",
        declared.len()
    ));
    Ok(())
}

/// The emulation with its macros expanded, which only an unstable option of the compiler shows.
fn expanded(root: &Path) -> Result<String, Failure> {
    let mut cargo = process::command(root, "cargo");
    cargo
        .args([
            "rustc",
            "--quiet",
            "--package",
            "illumos-emulation",
            "--lib",
            "--profile",
            "check",
        ])
        .args(["--", "-Zunpretty=expanded"])
        .env("RUSTC_BOOTSTRAP", "1")
        // Crates that look for unstable features would be built anew, here and then again elsewhere.
        .env("CARGO_TARGET_DIR", root.join("target/expanded"));
    process::output(&mut cargo)
}

/// The signatures of the exported functions in a Rust source.
fn definitions(source: &str) -> Result<Vec<Signature>, Failure> {
    const EXPORTED: &str = "#[unsafe(no_mangle)]";
    let mut signatures = Vec::new();
    for after in source.split(EXPORTED).skip(1) {
        let end = after.find('{').ok_or("an exported item without a body")?;
        let item = after[..end].trim();
        // A visibility is no part of a signature.
        let text = &item[item.find("unsafe extern").unwrap_or(0)..];
        // The definition of a macro, which stays beside what it made.
        if text.contains('$') {
            continue;
        }
        signatures.push(syn::parse_str(text).map_err(|error| format!("{text}: {error}"))?);
    }
    Ok(signatures)
}

fn declarations(
    file: syn::File,
    aliases: &mut BTreeMap<String, Type>,
    declared: &mut BTreeMap<String, Signature>,
) {
    for item in file.items {
        match item {
            Item::Type(item) => {
                // Only reached by name, and then through this type.
                if let (Some(name), Type::BareFn(function)) =
                    (item.ident.to_string().strip_suffix("_fn"), &*item.ty)
                {
                    let (arguments, result) = (&function.inputs, &function.output);
                    let arguments = arguments.iter().enumerate().map(|(number, argument)| {
                        let (name, of) = (quote::format_ident!("argument_{number}"), &argument.ty);
                        quote::quote!(#name: #of)
                    });
                    let name = quote::format_ident!("{name}");
                    declared.insert(
                        name.to_string(),
                        syn::parse_quote!(unsafe extern "C" fn #name(#(#arguments),*) #result),
                    );
                }
                aliases.insert(item.ident.to_string(), *item.ty);
            }
            Item::ForeignMod(block) => {
                for item in block.items {
                    if let ForeignItem::Fn(function) = item {
                        declared.insert(function.sig.ident.to_string(), function.sig);
                    }
                }
            }
            _ => {}
        }
    }
}

fn convention(signature: &Signature, aliases: &BTreeMap<String, Type>) -> Convention {
    let mut convention = vec![match &signature.output {
        ReturnType::Default => "nothing".to_owned(),
        ReturnType::Type(_, of) => plain(of, aliases),
    }];
    convention.extend(signature.inputs.iter().map(|argument| match argument {
        FnArg::Typed(argument) => plain(&argument.ty, aliases),
        FnArg::Receiver(_) => "self".to_owned(),
    }));
    convention
}

/// What a type is to the machine, on a 64-bit illumos.
fn plain(of: &Type, aliases: &BTreeMap<String, Type>) -> String {
    let Type::Path(path) = of else {
        return "pointer".to_owned();
    };
    let Some(last) = path.path.segments.last() else {
        return "nothing".to_owned();
    };
    let name = last.ident.to_string();
    match (name.as_str(), aliases.get(&name)) {
        ("c_int", _) => "i32".to_owned(),
        ("c_uint", _) => "u32".to_owned(),
        ("c_long" | "c_longlong" | "isize", _) => "i64".to_owned(),
        ("usize", _) => "u64".to_owned(),
        // A function, or a reference that may be absent.
        ("Option" | "NonNull", _) => "pointer".to_owned(),
        (_, Some(alias)) => plain(alias, aliases),
        (_, None) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conventions(source: &str) -> Vec<Convention> {
        let mut aliases = BTreeMap::new();
        declarations(
            syn::parse_str(
                "pub type zoneid_t = ::core::ffi::c_int; pub type callback_t = Option<fn()>;",
            )
            .unwrap(),
            &mut aliases,
            &mut BTreeMap::new(),
        );
        definitions(source)
            .unwrap()
            .iter()
            .map(|signature| convention(signature, &aliases))
            .collect()
    }

    #[test]
    fn types_are_compared_as_the_machine_sees_them() {
        let of = |arguments: &str| {
            conventions(&format!(
                "#[unsafe(no_mangle)]\npub unsafe extern \"C\" fn f({arguments}) -> i32 {{}}"
            ))
            .remove(0)
        };
        assert_eq!(
            of("id: zoneid_t, name: *mut c_char, size: usize"),
            of("id: i32, name: *const u8, size: u64")
        );
        assert_eq!(of("callback: callback_t"), of("callback: *const c_void"));
        assert_ne!(of("id: zoneid_t"), of("id: u32"));
        assert_ne!(of("id: zoneid_t"), of("id: zoneid_t, more: *mut c_void"));
        assert_ne!(of("id: zoneid_t"), of("id: *mut zoneid_t"));
    }
}
