//! IP interfaces of the global zone, through `/usr/sbin/ipadm` as a subprocess.

use std::collections::BTreeSet;

use crate::Result;
use crate::command::Command;

/// The names of the IP interfaces of the global zone: a link of one of these names is plumbed.
///
/// # Errors
/// If `ipadm` fails.
///
/// # Source
/// ipadm(8), `ipadm show-if -p -o ifname`.
pub fn interfaces() -> Result<BTreeSet<String>> {
    let command = Command::new("/usr/sbin/ipadm").args(["show-if", "-p", "-o", "ifname"]);
    let output = command.run(&mut |_, _| {})?;
    let names = output.stdout.lines().map(str::trim);
    Ok(names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect())
}
