//! IP interfaces and addresses of the global zone, through `/usr/sbin/ipadm` as a subprocess: one for all of them.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use crate::command::{Command, Output};
use crate::{Error, ErrorKind, Result};

/// How long ipadm(8) may take: it answers from memory, unless ipmgmtd hangs.
const DEADLINE: Duration = Duration::from_secs(30);

/// An address object of ipadm(8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostAddress {
    /// The interface: `igb0`.
    pub interface: String,
    /// The address.
    pub address: IpAddr,
}

/// The addresses of the global zone, those without a number yet (DHCP that waits) left out. Needs no privilege.
///
/// # Errors
/// If `ipadm` fails, or prints something unexpected.
///
/// # Source
/// ipadm(8), `ipadm show-addr -p -o addrobj,addr`: fields separated by `:`, with `:` and `\` in values after a `\`
/// (illumos-gate `usr/src/lib/libofmt/common/ofmt.c`).
pub fn list() -> Result<Vec<HostAddress>> {
    let command = ipadm(["show-addr", "-p", "-o", "addrobj,addr"]);
    let output = run(&command)?;
    let mut addresses = Vec::new();
    for line in output.stdout.lines() {
        let [object, address]: [String; 2] = fields(line)
            .try_into()
            .map_err(|_| unexpected(&command, line))?;
        let interface = object.split('/').next().unwrap_or_default().to_owned();
        // A tunnel has `LOCAL->REMOTE`.
        for text in address.split("->") {
            let plain = text.split(['/', '%']).next().unwrap_or_default();
            if let Ok(address) = plain.parse() {
                addresses.push(HostAddress {
                    interface: interface.clone(),
                    address,
                });
            }
        }
    }
    Ok(addresses)
}

/// The names of the global zone's IP interfaces, those without an address included: a link among them cannot be given to a zone. Needs no
/// privilege.
///
/// # Errors
/// If `ipadm` fails.
///
/// # Source
/// ipadm(8), `ipadm show-if -p -o ifname`; with one field nothing is escaped.
pub fn interfaces() -> Result<BTreeSet<String>> {
    let output = run(&ipadm(["show-if", "-p", "-o", "ifname"]))?;
    let names = output.stdout.lines().filter(|line| !line.is_empty());
    Ok(names.map(str::to_owned).collect())
}

/// How it was found out that somebody has an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It answered to an echo request.
    Echo,
    /// The global zone has talked with it lately, or has just found it, though it does not answer echo requests.
    Neighbour,
}

/// Whether somebody on the network has the address: it answers within `patience` (in whole seconds, at least one), or is in the
/// ARP cache afterwards. Finds nobody on networks that the global zone has no interface in. Needs no privilege.
///
/// # Errors
/// If ping(8) or arp(8) cannot be run.
///
/// # Source
/// ping(8), `ping -A inet6 HOST TIMEOUT`: exit status 0 if the host is alive; arp(8), `arp HOST`: exit status 0 if there is an entry.
pub fn answers(address: IpAddr, patience: Duration) -> Result<Option<Answer>> {
    let family = if address.is_ipv4() { "inet" } else { "inet6" };
    let seconds = patience.as_secs().max(1);
    let ping = Command::new("/usr/sbin/ping")
        .args(["-A", family])
        .args([address.to_string(), seconds.to_string()])
        .deadline(Duration::from_secs(seconds) + DEADLINE);
    if ping.output(&mut |_, _| {})?.status == Some(0) {
        return Ok(Some(Answer::Echo));
    }
    if address.is_ipv6() {
        return Ok(None);
    }
    let arp = Command::new("/usr/sbin/arp")
        .args([address.to_string()])
        .deadline(DEADLINE);
    let found = arp.output(&mut |_, _| {})?.status == Some(0);
    Ok(found.then_some(Answer::Neighbour))
}

fn ipadm<const N: usize>(args: [&str; N]) -> Command {
    Command::new("/usr/sbin/ipadm")
        .args(args)
        .deadline(DEADLINE)
}

fn run(command: &Command) -> Result<Output> {
    command.run(&mut |_, _| {})
}

fn unexpected(command: &Command, line: &str) -> Error {
    Error::new(
        ErrorKind::Failed,
        format!("read what `{}` printed", command.display()),
        format!("unexpected line {line:?}"),
    )
}

/// The fields of a parsable line.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            ':' => {
                fields.push(String::new());
                continue;
            }
            '\\' => chars.next().unwrap_or(c),
            c => c,
        };
        if let Some(last) = fields.last_mut() {
            last.push(c);
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsable_lines() {
        assert_eq!(fields("igb0/v4:10.0.0.1/24"), ["igb0/v4", "10.0.0.1/24"]);
        assert_eq!(
            fields(r"igb0/v6:fd00\:\:1\\x/64"),
            ["igb0/v6", r"fd00::1\x/64"]
        );
        assert_eq!(fields("igb0/d:"), ["igb0/d", ""]);
    }
}
