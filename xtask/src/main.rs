//! Developer tasks: `cargo xtask` lists them.

#[cfg(feature = "bindgen")]
mod assertions;
mod bench;
#[cfg(feature = "bindgen")]
mod bindings;
mod ci;
mod cross;
mod dependencies;
mod docs;
mod exports;
mod facts;
mod host;
mod process;
mod reliability;

use std::path::Path;
use std::process::ExitCode;

type Failure = Box<dyn std::error::Error>;

const USAGE: &str = "\
usage: cargo xtask TASK

  bindings           make illumos-sys/src/bindings and illumos-sys/check/layout.h (needs libclang)
  bindings --check   fail if they are not what the declarations and abi.json give
  exports            compare the emulated C functions with their declarations
  cross              type check for illumos, and the symbol check (needs Debian's rustc-web)
  dependencies       fail if a crate names a dependency that it does not use
  docs               write docs/reference from the definitions in zmgr
  docs --check       fail if it lags
  reliability [TEST] kill at every point, fail at every call, thousands of histories: the full form of the test crash;
                     of every N-th only with --slice I/N, of some operations with --scenario NAME,NAME…
  fuzz-smoke [SEC]   every fuzz target over its seeds and random changes of them, 2 seconds each
  fuzz [SEC]         every fuzz target under libFuzzer, 60 seconds each (needs nightly and cargo-fuzz)
  sanitizers         the wrapper's tests under AddressSanitizer (needs nightly)
  host DIR [OPTIONS] make an emulated host of any size: --zones N (8192), --nets N (2), --pools N (60),
                     --templates N (20), --snapshots N (0), --unregistered, --omnios
  bench [ZONES...]   measure every command on hosts of 64, 512, 4096 and 8192 zones, or of as many as are named
  ci                 format, clippy, dependencies, documentation, docs --check, bindings --check, exports, fuzz-smoke, cross";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match (
        Path::new(env!("CARGO_MANIFEST_DIR")).parent(),
        &arguments[..],
    ) {
        (Some(root), ["bindings"]) => bindings(root, false),
        (Some(root), ["bindings", "--check"]) => bindings(root, true),
        (Some(root), ["exports"]) => exports::run(root),
        (Some(root), ["cross"]) => cross::run(root),
        (Some(root), ["dependencies"]) => dependencies::run(root),
        (Some(root), ["docs"]) => docs::run(root, false),
        (Some(root), ["docs", "--check"]) => docs::run(root, true),
        (Some(root), ["reliability", arguments @ ..]) => reliability::run(root, arguments),
        (Some(root), ["fuzz-smoke"]) => reliability::fuzz_smoke(root, "2"),
        (Some(root), ["fuzz-smoke", seconds]) => reliability::fuzz_smoke(root, seconds),
        (Some(root), ["fuzz"]) => reliability::fuzz(root, "60"),
        (Some(root), ["fuzz", seconds]) => reliability::fuzz(root, seconds),
        (Some(root), ["sanitizers"]) => reliability::sanitizers(root),
        (Some(root), ["host", arguments @ ..]) => host::run(root, arguments),
        (Some(root), ["bench", arguments @ ..]) => bench::run(root, arguments),
        (Some(_), [bench::STAND_IN, document]) => bench::stand_in(document),
        (Some(root), ["ci"]) => ci::run(root),
        _ => {
            process::say(USAGE);
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            process::say(&format!("xtask: {failure}"));
            ExitCode::FAILURE
        }
    }
}

#[cfg(feature = "bindgen")]
fn bindings(root: &Path, check: bool) -> Result<(), Failure> {
    bindings::run(root, check)
}

/// Starts this program once more, built with bindgen, which nothing else here needs.
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
