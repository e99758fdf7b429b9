//! Creates a zone with a VNIC: `cargo run -p illumos --example create_zone -- web01 igb0 10.0.0.10/24`.
//!
//! The zone is configured, not installed. Off illumos on the emulated host that `ZMGR_EMULATED_HOST` names.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example prints"
)]

use std::error::Error;
use std::process::ExitCode;

use illumos::datalink::{Datalinks, LinkName, MacAddressChoice, NewVnic};
use illumos::zone::config::Net;
use illumos::zone::{self, ZoneConfig, ZoneName};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [name, over, address] = args.as_slice() else {
        eprintln!("usage: create_zone NAME LOWER-LINK ADDRESS/PREFIX");
        return ExitCode::from(2);
    };
    match create(name, over, address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn create(name: &str, over: &str, address: &str) -> Result<(), Box<dyn Error>> {
    let name: ZoneName = name.parse()?;
    // A link's name has no hyphen and ends in a number.
    let link: LinkName = format!("{}_0", name.as_str().replace('-', "_")).parse()?;
    let mut config = ZoneConfig::new(name.clone(), format!("/zones/{name}"), "ipkg");
    config.net.push(Net {
        physical: link.to_string(),
        allowed_address: Some(address.to_owned()),
        ..Net::default()
    });
    if let Some(problem) = config.verify()?.first() {
        return Err(problem.clone().into());
    }
    let links = Datalinks::open()?;
    let vnic = NewVnic {
        name: link.clone(),
        over: over.to_owned(),
        mac_address: MacAddressChoice::Auto,
        vlan_id: None,
        properties: Vec::new(),
        temporary: false,
    };
    let made = links.create_vnic(&vnic)?;
    // Nothing is left behind if the zone cannot be created.
    if let Err(error) = config.create() {
        links.delete_vnic(&link)?;
        return Err(error.into());
    }
    let address = made
        .vnic
        .map_or_else(String::new, |vnic| vnic.mac_address.to_string());
    println!(
        "zone {name} is {}; link {link} has the address {address}",
        zone::get(&name)?.state
    );
    for net in ZoneConfig::read(&name)?.net {
        println!("    net {}", net.physical);
    }
    Ok(())
}
