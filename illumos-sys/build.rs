//! Links the system's libraries on illumos, and compares its headers with the bindings when they are installed.
//!
//! | variable | what it does |
//! |---|---|
//! | `ILLUMOS_LIBZONECFG_DIR` | absolute path of a directory with a `libzonecfg.so` that is linked on other systems instead of the emulated libzonecfg. libdladm stays emulated. Empty is the same as not set; on illumos it is ignored |
//!
//! Packages that depend on this one directly get `DEP_ZONECFG_LIBDIR` with that directory when it is set.

use std::env;
use std::path::{Path, PathBuf};

#[path = "check/headers.rs"]
mod headers;

const LIBRARY_DIR: &str = "ILLUMOS_LIBZONECFG_DIR";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=check");
    println!("cargo::rerun-if-env-changed={LIBRARY_DIR}");

    // For tests/headers.rs, which runs the C compiler too.
    if let Some(target) = variable("TARGET") {
        println!("cargo::rustc-env=ILLUMOS_SYS_TARGET={target}");
    }

    // cfg! would describe the machine that builds.
    let illumos = variable("CARGO_CFG_TARGET_OS").is_some_and(|os| os == "illumos");
    let result = if illumos {
        link_system()
    } else if let Some(dir) = variable(LIBRARY_DIR) {
        link_other(Path::new(&dir))
    } else {
        Ok(())
    };
    if let Err(message) = result {
        for line in message.lines() {
            println!("cargo::error={line}");
        }
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn link_system() -> Result<(), String> {
    println!("cargo::rustc-link-lib=zonecfg");
    println!("cargo::rustc-link-lib=dladm");

    let native = variable("HOST") == variable("TARGET");
    let header = Path::new("/usr/include/libzonecfg.h");
    if !native || !header.exists() {
        return Ok(());
    }
    println!("cargo::rerun-if-changed={}", header.display());
    let target = variable("TARGET").ok_or("cargo did not set TARGET")?;
    let out = variable("OUT_DIR").ok_or("cargo did not set OUT_DIR")?;
    headers::compare(&target, Path::new("check"), &[], Path::new(&out))?;
    Ok(())
}

fn link_other(dir: &Path) -> Result<(), String> {
    let library: PathBuf = dir.join("libzonecfg.so");
    if !dir.is_absolute() || !library.exists() {
        return Err(format!(
            "{LIBRARY_DIR} is {dir:?}: it has to be the absolute path of a directory with a libzonecfg.so"
        ));
    }
    println!("cargo::rerun-if-changed={}", library.display());
    println!("cargo::rustc-link-search=native={}", dir.display());
    println!("cargo::rustc-link-lib=dylib=zonecfg");
    println!("cargo::metadata=LIBDIR={}", dir.display());
    Ok(())
}
