//! Developer tasks: `cargo xtask` lists them.

#[cfg(feature = "bindgen")]
mod bindings;
#[cfg(feature = "bindgen")]
mod facts;
mod process;

use std::path::Path;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("the workspace has no directory")?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["bindings"] => bindings(root, false),
        ["bindings", "--check"] => bindings(root, true),
        _ => Err("cargo xtask bindings [--check]".into()),
    }
}

#[cfg(feature = "bindgen")]
fn bindings(root: &Path, check: bool) -> Result<(), Failure> {
    bindings::run(root, check)
}

/// Starts this program once more, built with bindgen.
#[cfg(not(feature = "bindgen"))]
fn bindings(root: &Path, check: bool) -> Result<(), Failure> {
    let mut cargo = process::command(root, "cargo");
    cargo.args([
        "run",
        "--quiet",
        "--package",
        "xtask",
        "--features",
        "bindgen",
        "--",
        "bindings",
    ]);
    process::run(cargo.args(check.then_some("--check")))
}
