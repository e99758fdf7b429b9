//! Links the system's libraries on illumos, and compares its headers with the bindings when they are installed.
//!
//! | variable | what it does |
//! |---|---|
//! | `ILLUMOS_LIBZONECFG_DIR` | a directory with a `libzonecfg.so`, of either flavour, that is linked on other systems instead of the emulated libzonecfg; a relative path is one below the workspace. libdladm stays emulated. Empty is the same as not set; on illumos it is ignored |
//!
//! Only the file `libzonecfg.so` has to be there, whatever name it carries inside. A function that it does not export ends the process
//! when it is called, with its name.
//!
//! Packages that depend on this one directly get `DEP_ZONECFG_LIBDIR` when it is set: the directories, with colons between them, in which
//! programs find the library, and those that it needs, when they run.

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

#[path = "check/headers.rs"]
mod headers;
#[path = "check/library.rs"]
mod library;

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
    println!("cargo::rustc-link-lib=kstat");

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
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let file = workspace.join(dir).join("libzonecfg.so");
    let refused = |reason: &str| {
        format!(
            "{LIBRARY_DIR}={}: {}: {reason}\nit has to name a directory with a libzonecfg.so for this machine",
            dir.display(),
            file.display()
        )
    };
    let file = file
        .canonicalize()
        .map_err(|error| refused(&error.to_string()))?;
    println!("cargo::rerun-if-changed={}", file.display());
    let contents = fs::read(&file).map_err(|error| refused(&error.to_string()))?;
    let library = library::read(&contents).ok_or_else(|| refused("not a 64-bit shared library"))?;

    // Programs look for the name that the library carries, and only libzonecfg.so is sure to be in the directory.
    let out = variable("OUT_DIR").ok_or("cargo did not set OUT_DIR")?;
    let links = Path::new(&out).join("libzonecfg");
    let linked = link_names(&links, &file, library.soname.as_deref());
    linked.map_err(|error| format!("{}: {error}", links.display()))?;

    let mut declared = BTreeSet::new();
    for source in ["common.rs", "extended.rs", "upstream.rs"] {
        let source = Path::new("src/bindings").join(source);
        let text = fs::read_to_string(&source)
            .map_err(|error| format!("{}: {error}", source.display()))?;
        declared.append(&mut library::declared(&text));
    }
    let missing: BTreeSet<String> = declared.difference(&library.defines).cloned().collect();
    if !missing.is_empty() {
        let source = Path::new(&out).join("missing.c");
        fs::write(&source, library::stand_ins(&missing))
            .map_err(|error| format!("{}: {error}", source.display()))?;
        cc::Build::new()
            .file(&source)
            .try_compile("zonecfg_missing")
            .map_err(|error| error.to_string())?;
    }
    println!("cargo::rustc-link-search=native={}", links.display());
    println!("cargo::rustc-link-lib=dylib=zonecfg");
    // Its own directory comes first, for what it looks for beside itself.
    let own = file.parent().unwrap_or(dir);
    println!(
        "cargo::metadata=LIBDIR={}:{}",
        own.display(),
        links.display()
    );
    Ok(())
}

/// Makes the directory `links` with a link to `file` under every name that it goes by.
fn link_names(links: &Path, file: &Path, soname: Option<&str>) -> std::io::Result<()> {
    if links.exists() {
        fs::remove_dir_all(links)?;
    }
    fs::create_dir_all(links)?;
    std::os::unix::fs::symlink(file, links.join("libzonecfg.so"))?;
    match soname {
        Some(name) if name != "libzonecfg.so" && !name.contains('/') => {
            std::os::unix::fs::symlink(file, links.join(name))
        }
        _ => Ok(()),
    }
}
