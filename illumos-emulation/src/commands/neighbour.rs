//! ping(8) and arp(8): who is on the host's networks, by `emulation/neighbours`, one a line: `ADDRESS [silent]`. A silent one does not
//! answer to a ping, and is in the ARP cache all the same.

use std::net::IpAddr;

use crate::Host;
use crate::host::Record;

use super::{Options, Terminal};

#[derive(Debug, Clone, Copy)]
struct Neighbour {
    address: IpAddr,
    silent: bool,
}

#[derive(Debug, Clone, Default)]
struct Neighbours(Vec<Neighbour>);

impl Neighbours {
    fn find(&self, address: IpAddr) -> Option<&Neighbour> {
        self.0.iter().find(|neighbour| neighbour.address == address)
    }
}

impl Record for Neighbours {
    const FILE: &'static str = "neighbours";

    fn parse(text: &str) -> Result<Self, String> {
        let mut neighbours = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let mut words = line.split_ascii_whitespace();
            let Some(address) = words.next().filter(|word| !word.starts_with('#')) else {
                continue;
            };
            let address = address
                .parse()
                .map_err(|_| format!("line {}: not ADDRESS [silent]", number + 1))?;
            let silent = words.next() == Some("silent");
            neighbours.push(Neighbour { address, silent });
        }
        Ok(Self(neighbours))
    }

    fn print(&self, out: &mut String) {
        for neighbour in &self.0 {
            out.push_str(&neighbour.address.to_string());
            out.push_str(if neighbour.silent { " silent\n" } else { "\n" });
        }
    }
}

/// `ping [-A FAMILY] HOST [TIMEOUT]`
pub(super) fn ping(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let options = Options::parse(args, "A:").ok();
    let address = options.as_ref().and_then(|options| options.rest.first());
    let Some(address) = address.and_then(|text| text.parse::<IpAddr>().ok()) else {
        terminal.error("usage:\tping host [timeout]");
        return 1;
    };
    let neighbours = host.read::<Neighbours>().unwrap_or_default();
    if neighbours.find(address).is_some_and(|found| !found.silent) {
        terminal.line(&format!("{address} is alive"));
        0
    } else {
        terminal.line(&format!("no answer from {address}"));
        1
    }
}

/// `arp HOST`
pub(super) fn arp(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let Some(address) = args.first().and_then(|text| text.parse::<IpAddr>().ok()) else {
        terminal.error("Usage: arp hostname");
        return 1;
    };
    let neighbours = host.read::<Neighbours>().unwrap_or_default();
    if neighbours.find(address).is_some() {
        terminal.line(&format!("{address} ({address}) at 2:8:20:0:0:1"));
        0
    } else {
        terminal.line(&format!("{address} ({address}) -- no entry"));
        1
    }
}
