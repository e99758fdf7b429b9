//! Reads the configuration of every zone and tells how long that took: `read_configurations [THREADS]`.
//!
//! Off illumos, `ZMGR_EMULATED_HOST` names the directory of an emulated host.
#![allow(
    clippy::print_stdout,
    reason = "an example prints; the library does not"
)]

use std::time::Instant;

use illumos::zone::{self, ZoneName, store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let threads = match std::env::args().nth(1) {
        Some(number) => number.parse()?,
        None => std::thread::available_parallelism()?.get(),
    };
    let names: Vec<ZoneName> = zone::list()?.into_iter().map(|zone| zone.name).collect();
    let begun = Instant::now();
    let mut read = 0;
    for configuration in store::read_all(&names, threads) {
        configuration?;
        read += 1;
    }
    println!(
        "{read} configurations in {:.1} ms",
        begun.elapsed().as_secs_f64() * 1e3
    );
    Ok(())
}
