//! Addresses that two zones have.

use super::{Finding, Host, unchecked};
use crate::failure::Code;

pub(super) fn findings(host: &Host<'_>) -> Vec<Finding> {
    let uses = match host.observed.uses(|_| true, None) {
        Ok(uses) => uses,
        Err(failure) => return vec![unchecked("the addresses", &failure)],
    };
    let shared = uses.shared(&host.documents).into_iter();
    shared
        .filter(|(_, zones)| zones.is_disjoint(&host.unsettled))
        .map(|(address, zones)| {
            let names: Vec<&str> = zones.iter().map(AsRef::as_ref).collect();
            Finding::told(
                Code::DoctorAddressTwice,
                format!("address {address}"),
                format!("zones {} have it", names.join(" and ")),
                "only one of them can be reached while both run",
                names
                    .iter()
                    .map(|zone| format!("zonecfg -z {zone} info net"))
                    .chain([format!("zmgr pool why {address}")]),
            )
        })
        .collect()
}
