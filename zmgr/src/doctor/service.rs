//! The service that boots zones with the host.

use crate::failure::Code;
use illumos::smf;

use super::{Finding, Host, unchecked};

/// What boots the zones whose `autoboot` is true.
const ZONES: &str = "svc:/system/zones:default";

pub(super) fn findings(host: &Host<'_>) -> Vec<Finding> {
    let state = match smf::state(ZONES) {
        Ok(state) => state,
        Err(error) => return vec![unchecked(ZONES, &error.into())],
    };
    let booting = host
        .configs
        .values()
        .filter(|config| config.as_ref().is_ok_and(|config| config.autoboot))
        .count();
    let command = match state.as_deref() {
        Some("disabled") => format!("svcadm enable {ZONES}"),
        Some("maintenance") => format!("svcadm clear {ZONES}"),
        // It is on its way, or this host does not have it.
        _ => return Vec::new(),
    };
    let state = state.unwrap_or_default();
    vec![Finding::told(
        Code::DoctorZonesService,
        ZONES,
        format!("it is {state}; zones that boot with the host: {booting}"),
        "zones are not booted and shut down with the host",
        [command],
    )]
}
