//! Lets zmgr and its tests find the libzonecfg that is linked instead of the emulated one.
//! The variable that orders it is documented in `illumos-sys/build.rs`.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=DEP_ILLUMOS_LIBZONECFG_DIR");
    if let Ok(dir) = env::var("DEP_ILLUMOS_LIBZONECFG_DIR") {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{dir}");
    }
}
