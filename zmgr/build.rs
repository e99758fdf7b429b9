//! Lets zmgr and its tests find the libzonecfg that is linked instead of the emulated one: the variable that orders it is documented in
//! `illumos-sys/build.rs`. And gives the way in which documents and configurations are read a number, by which the cache knows what was
//! read in another way.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::Path;

/// Everything that decides what becomes of the text of a registry entry and of a zone's configuration.
const READING: [&str; 5] = [
    "src/documents",
    "src/observe",
    "../illumos/src/zone/config",
    "../illumos/src/zone/handle",
    "../illumos/src/zone/store",
];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=DEP_ILLUMOS_LIBZONECFG_DIR");
    if let Ok(dir) = env::var("DEP_ILLUMOS_LIBZONECFG_DIR") {
        // Programs find it, and what it needs, without LD_LIBRARY_PATH. What it asks for and nobody has fails when it is called.
        println!("cargo::rustc-link-arg=-Wl,--disable-new-dtags,-rpath,{dir}");
        println!("cargo::rustc-link-arg=-Wl,--allow-shlib-undefined");
    }
    let mut hasher = DefaultHasher::new();
    for path in READING {
        println!("cargo::rerun-if-changed={path}");
        hash(Path::new(path), &mut hasher)?;
    }
    println!("cargo::rustc-env=ZMGR_READING={:016x}", hasher.finish());
    Ok(())
}

fn hash(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    if path.is_dir() {
        let mut paths = Vec::new();
        for entry in fs::read_dir(path)? {
            paths.push(entry?.path());
        }
        paths.sort();
        return paths.iter().try_for_each(|path| hash(path, hasher));
    }
    fs::read(path)?.hash(hasher);
    Ok(())
}
