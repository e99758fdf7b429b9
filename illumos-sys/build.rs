//! Links the system's libraries on illumos and compares their headers with the bindings.
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
}
