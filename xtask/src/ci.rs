//! `cargo xtask ci`: everything that has to pass besides the tests.

use std::path::Path;
use std::time::Instant;

use crate::{Failure, cross, dependencies, docs, exports, process, reliability};

/// Runs the checks one after the other and stops at the first that fails.
///
/// # Errors
/// What the check said that failed.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    step("format", || cargo(root, &["fmt", "--all", "--check"]))?;
    step("clippy", || {
        cargo(
            root,
            &[
                "clippy",
                "--quiet",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ],
        )?;
        let with_bindgen = [
            "--package",
            "xtask",
            "--all-targets",
            "--features",
            "bindgen",
        ];
        cargo(
            root,
            &[
                &["clippy", "--quiet"],
                &with_bindgen[..],
                &["--", "-D", "warnings"],
            ]
            .concat(),
        )
    })?;
    step("dependencies", || dependencies::run(root))?;
    step("documentation", || {
        let mut cargo = process::command(root, "cargo");
        cargo
            .args(["doc", "--quiet", "--workspace", "--no-deps"])
            .env("RUSTDOCFLAGS", "-D warnings");
        process::run(&mut cargo)
    })?;
    step("reference", || docs::run(root, true))?;
    step("bindings", || crate::bindings(root, true))?;
    step("exports", || exports::run(root))?;
    step("fuzz-smoke", || reliability::fuzz_smoke(root, "2"))?;
    step("cross", || cross::run(root))
}

fn cargo(root: &Path, arguments: &[&str]) -> Result<(), Failure> {
    process::run(process::command(root, "cargo").args(arguments))
}

fn step(name: &str, check: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    process::say(&format!("== {name}"));
    let begin = Instant::now();
    check()?;
    process::say(&format!(
        "== {name}: passed after {} s",
        begin.elapsed().as_secs()
    ));
    Ok(())
}
