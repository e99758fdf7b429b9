//! Services of smf(7), through `/usr/bin/svcs` as a subprocess.

use crate::Result;
use crate::command::{Command, READ};

/// The state of a service instance in the words of svcs(1): `online`, `disabled`, `maintenance`, …; `None` if there is no such instance.
///
/// # Errors
/// If `svcs` cannot be started.
///
/// # Source
/// svcs(1), `svcs -H -o state`; a service that changes its state shows an asterisk behind it.
pub fn state(fmri: &'static str) -> Result<Option<String>> {
    let command = Command::new("/usr/bin/svcs")
        .args(["-H", "-o", "state", fmri])
        .deadline(READ);
    let output = command.output(&mut |_, _| {})?;
    let state = output.stdout.trim().trim_end_matches('*');
    Ok((output.status == Some(0) && !state.is_empty()).then(|| state.to_owned()))
}
