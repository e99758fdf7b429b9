//! `cargo xtask reliability`, `fuzz-smoke`, `fuzz` and `sanitizers`: the chapter on reliability says what each proves.

use std::path::Path;

use crate::{Failure, process};

/// The fuzz targets, in the order of `fuzz/src/lib.rs`.
const TARGETS: [&str; 7] = [
    "documents",
    "edits",
    "commands",
    "index",
    "xml",
    "outputs",
    "journal",
];

/// Every point killed, every error injected, thousands of histories; or a part of it: the tests whose names contain a word,
/// `--slice I/N`, `--scenario NAME`.
///
/// # Errors
/// If a test fails, or an option is not known.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let mut only = None;
    let mut variables = vec![("ZMGR_RELIABILITY", "full")];
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let variable = match *argument {
            "--slice" => "ZMGR_RELIABILITY_SLICE",
            "--scenario" => "ZMGR_RELIABILITY_SCENARIO",
            test if only.is_none() && !test.starts_with('-') => {
                only = Some(test);
                continue;
            }
            other => return Err(format!("{other}: not known, or once too often").into()),
        };
        let value = arguments
            .next()
            .ok_or_else(|| format!("{argument} needs a value"))?;
        variables.push((variable, value));
    }
    let mut cargo = process::command(root, "cargo");
    cargo
        .args(["test", "--profile", "reliability"])
        .args(["--package", "zmgr", "--test", "crash", "--"])
        .args(["--test-threads", "1", "--nocapture"])
        .args(only)
        .envs(variables);
    process::run(&mut cargo)
}

/// Each fuzz target over its seeds and random changes of them, for so many seconds each, without a fuzzer.
///
/// # Errors
/// If a target does not come back, or finds what it must not.
pub(crate) fn fuzz_smoke(root: &Path, seconds: &str) -> Result<(), Failure> {
    let mut cargo = process::command(root, "cargo");
    cargo
        .args(["run", "--quiet", "--manifest-path", "fuzz/Cargo.toml"])
        .args(["--no-default-features", "--bin", "smoke", "--", seconds])
        // What is built already is used.
        .env("CARGO_TARGET_DIR", root.join("target"));
    process::run(&mut cargo)
}

/// Each fuzz target under libFuzzer, for so many seconds each. Needs a nightly compiler and cargo-fuzz.
///
/// # Errors
/// If one crashes; the input is in `fuzz/artifacts`.
pub(crate) fn fuzz(root: &Path, seconds: &str) -> Result<(), Failure> {
    for target in TARGETS {
        let corpus = root.join("fuzz/corpus").join(target);
        std::fs::create_dir_all(&corpus)?;
        process::say(&format!("== {target}: {seconds} s"));
        let mut cargo = process::command(root, "cargo");
        cargo
            .args(["+nightly", "fuzz", "run", target])
            .arg(&corpus)
            .arg(root.join("fuzz/seeds").join(target))
            .args(["--", "-print_final_stats=1"])
            .arg(format!("-max_total_time={seconds}"));
        process::run(&mut cargo)?;
    }
    Ok(())
}

/// The wrapper's tests under AddressSanitizer, which watches both sides of the C functions. Needs a nightly compiler.
///
/// # Errors
/// If a test fails or the sanitizer finds something.
pub(crate) fn sanitizers(root: &Path) -> Result<(), Failure> {
    let mut cargo = process::command(root, "cargo");
    cargo
        .args([
            "+nightly",
            "test",
            "--package",
            "illumos",
            "--lib",
            "--tests",
        ])
        .args(["--target", "x86_64-unknown-linux-gnu"])
        .env("RUSTFLAGS", "-Zsanitizer=address")
        .env(
            "ASAN_OPTIONS",
            "detect_leaks=1:detect_stack_use_after_return=1",
        )
        .env("CARGO_TARGET_DIR", root.join("target/sanitizers"));
    process::run(&mut cargo)
}
