//! `cargo xtask cross`: does the workspace compile for illumos, and does every distribution export what it calls?

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::{Failure, facts, process};

const TARGET: &str = "x86_64-unknown-illumos";

/// Debian's Rust, which brings the sources of the standard library along: the project's own toolchain has no library for
/// illumos.
const CARGO: &str = "/usr/bin/cargo";
const RUSTC: &str = "/usr/bin/rustc";
const INSTALL: &str = "apt-get install rustc-web cargo-web rust-web-src";

/// The packages whose code calls the libraries: the wrapper, and zmgr with what it instantiates of the wrapper's generic
/// functions.
const CALLERS: [&str; 2] = ["illumos", "zmgr"];

/// Type check of everything, then the symbol check.
///
/// # Errors
/// What does not compile, or which symbol is not exported where.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    for tool in [CARGO, RUSTC] {
        if !Path::new(tool).exists() {
            return Err(format!("{tool} is missing: {INSTALL}").into());
        }
    }
    process::run(cargo(root, "check").arg("--workspace"))?;

    let mut build = cargo(root, "build");
    build.args(["--lib", "--config", "profile.dev.debug=false"]);
    for package in CALLERS {
        build.args(["--package", package]);
    }
    process::run(&mut build)?;

    let facts = facts::load(root)?;
    let mut called = BTreeSet::new();
    for package in CALLERS {
        called.extend(undefined_symbols(
            root,
            &directory(root).join(format!("{TARGET}/debug/lib{package}.rlib")),
        )?);
    }
    let checked = check(&called, &facts)?;
    process::say(&format!(
        "{checked} symbols of illumos libraries are called, and every distribution exports them"
    ));
    Ok(())
}

fn directory(root: &Path) -> PathBuf {
    root.join("target/illumos")
}

fn cargo(root: &Path, subcommand: &str) -> Command {
    let mut cargo = process::command(root, CARGO);
    cargo
        .args([
            subcommand,
            "--quiet",
            "--target",
            TARGET,
            "-Zbuild-std=std,panic_abort",
        ])
        .env("RUSTC", RUSTC)
        // -Zbuild-std is not stable yet.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", directory(root));
    cargo
}

/// What an object file or library leaves to others.
fn undefined_symbols(root: &Path, file: &Path) -> Result<BTreeSet<String>, Failure> {
    let output = process::output(
        process::command(root, "nm")
            .args(["--quiet", "--undefined-only", "--format=posix"])
            .arg(file),
    )?;
    Ok(output
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect())
}

/// Whether a symbol's name is one that libzonecfg, libdladm, libkstat or the zone functions of libc would have.
fn is_of_illumos(symbol: &str) -> bool {
    const PREFIXES: [&str; 8] = [
        "zonecfg_", "dladm_", "kstat_", "zone_", "getzone", "setzone", "endzone", "putzone",
    ];
    PREFIXES.iter().any(|prefix| symbol.starts_with(prefix))
}

/// How many of the symbols called are illumos'.
///
/// # Errors
/// The ones that are not exported everywhere, and where they are. Also if there is none at all: then nothing was checked.
fn check(called: &BTreeSet<String>, facts: &Value) -> Result<usize, Failure> {
    let mut missing = String::new();
    let mut checked = 0;
    for symbol in called.iter().filter(|symbol| is_of_illumos(symbol)) {
        checked += 1;
        if facts::is_exported(facts, "everywhere", symbol) {
            continue;
        }
        let where_at_all: Vec<&str> = ["upstream", "omnios", "smartos"]
            .into_iter()
            .filter(|by| facts::is_exported(facts, by, symbol))
            .collect();
        let _ = match where_at_all[..] {
            [] => write!(missing, "\n  {symbol}: no distribution exports it"),
            _ => write!(
                missing,
                "\n  {symbol}: only {} exports it; reach it by dlsym",
                where_at_all.join(", ")
            ),
        };
    }
    if !missing.is_empty() {
        return Err(
            format!("a program that calls these does not start everywhere:{missing}").into(),
        );
    }
    if checked == 0 {
        return Err("no symbol of libzonecfg or libdladm is called: the check has looked at the wrong files".into());
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
    }

    fn check_names(names: &[&str]) -> Result<usize, String> {
        let called = names.iter().map(|&name| name.to_owned()).collect();
        check(&called, &facts::load(root()).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_exported_everywhere_passes() {
        let names = [
            "zonecfg_get_handle",
            "dladm_vnic_create",
            "getzoneent",
            "zone_getattr",
            "memcpy",
            "write",
        ];
        assert_eq!(check_names(&names), Ok(4));
    }

    #[test]
    fn what_is_not_exported_everywhere_is_named() {
        let error = check_names(&["zonecfg_get_handle", "zonecfg_add_res_attr"]).unwrap_err();
        assert!(
            error.contains("zonecfg_add_res_attr: only omnios, smartos exports it"),
            "{error}"
        );
        let error = check_names(&["zonecfg_lookup_mcap"]).unwrap_err();
        assert!(
            error.contains("zonecfg_lookup_mcap: only upstream exports it"),
            "{error}"
        );
        let error = check_names(&["dladm_errlist_count"]).unwrap_err();
        assert!(
            error.contains("dladm_errlist_count: no distribution exports it"),
            "{error}"
        );
        let error = check_names(&["zonecfg_get_handel"]).unwrap_err();
        assert!(
            error.contains("zonecfg_get_handel: no distribution"),
            "{error}"
        );
    }

    #[test]
    fn nothing_to_check_is_an_error() {
        assert!(check_names(&["memcpy"]).is_err());
    }

    /// The same, with the symbols taken from an object file.
    #[test]
    fn an_object_that_calls_them_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let source = dir.path().join("caller.c");
        let object = dir.path().join("caller.o");
        let compile = |calls: &[&str]| {
            let mut text = String::new();
            for (number, call) in calls.iter().enumerate() {
                let _ = writeln!(
                    text,
                    "int {call}(void); int caller_{number}(void) {{ return ({call}()); }}"
                );
            }
            std::fs::write(&source, text).unwrap();
            process::run(
                process::command(root(), "cc")
                    .arg("-c")
                    .arg(&source)
                    .arg("-o")
                    .arg(&object),
            )
            .unwrap();
            let called = undefined_symbols(root(), &object).unwrap();
            check(&called, &facts::load(root()).unwrap()).map_err(|error| error.to_string())
        };
        assert_eq!(compile(&["zonecfg_init_handle", "dladm_open"]), Ok(2));
        for call in ["zonecfg_add_res_attr", "dladm_errlist_count"] {
            let error = compile(&["zonecfg_init_handle", call]).unwrap_err();
            assert!(
                error.contains(call) && !error.contains("zonecfg_init_handle"),
                "{error}"
            );
        }
    }
}
