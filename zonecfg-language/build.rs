//! Tells the crate's tests whether another libzonecfg than the emulated one is linked.
//! The variable that orders it is documented in `illumos-sys/build.rs`.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=DEP_ILLUMOS_LIBZONECFG_DIR");
    println!("cargo::rustc-check-cfg=cfg(external_libzonecfg)");
    if let Ok(dir) = env::var("DEP_ILLUMOS_LIBZONECFG_DIR") {
        println!("cargo::rustc-cfg=external_libzonecfg");
        // Programs find it, and what it needs, without LD_LIBRARY_PATH. What it asks for and nobody has fails when it is called.
        println!("cargo::rustc-link-arg=-Wl,--disable-new-dtags,-rpath,{dir}");
        println!("cargo::rustc-link-arg=-Wl,--allow-shlib-undefined");
    }
}
