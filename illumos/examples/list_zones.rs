//! Lists all zones with their states and addresses.
//!
//! `cargo run -p illumos --example list_zones`; off illumos on the emulated host that `ZMGR_EMULATED_HOST` names.
#![allow(clippy::print_stdout, reason = "an example prints")]

use illumos::zone::{self, store};

fn main() -> illumos::Result<()> {
    let zones = zone::list()?;
    let names: Vec<zone::ZoneName> = zones.iter().map(|zone| zone.name.clone()).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    for (zone, config) in zones.iter().zip(store::read_all(&names, threads)) {
        print!("{:<20} {:<14} {:<30}", zone.name, zone.state, zone.zonepath);
        match config {
            Ok(config) => {
                for net in &config.net {
                    let address = net.allowed_address.as_deref().or(net.address.as_deref());
                    print!(" {}={}", net.physical, address.unwrap_or("-"));
                }
                println!();
            }
            // One configuration that cannot be read does not hide the other zones.
            Err(error) => println!(" {error}"),
        }
    }
    Ok(())
}
