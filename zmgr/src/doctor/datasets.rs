//! Datasets that carry zmgr's mark and belong to no zone.

use crate::failure::Code;
use std::collections::BTreeSet;

use illumos::zfs;

use super::{Finding, Host, unchecked};
use crate::execute::mark::PROPERTY;
use crate::registry::zone_id;

pub(super) fn findings(host: &Host<'_>) -> Vec<Finding> {
    let marked = match zfs::set_on(PROPERTY) {
        Ok(marked) => marked,
        Err(error) => return vec![unchecked("the datasets", &error.into())],
    };
    // Whose configuration or entry cannot be read may be the one that a dataset belongs to.
    let unknown = host.configs.values().any(Result::is_err)
        || host.registered.len() != host.documents.zones.len();
    if unknown || !host.unsettled.is_empty() {
        return Vec::new();
    }
    let configured = host
        .configs
        .values()
        .filter_map(|config| zone_id(config.as_ref().ok()?));
    let entered = host
        .documents
        .zones
        .values()
        .filter_map(|entry| entry.id.as_deref());
    let known: BTreeSet<&str> = configured.chain(entered).collect();
    marked
        .into_iter()
        .filter(|(_, id)| !known.contains(id.as_str()))
        .map(|(dataset, id)| {
            Finding::told(
                Code::DoctorDataset,
                &dataset,
                format!(
                    "dataset {dataset} was created for a zone that no longer exists, with identity {id}"
                ),
                "its files take space, and a new zone at its mount point cannot be installed",
                [
                    format!("zfs list -r -t all {}", crate::plan::quoted(&dataset)),
                    format!("zfs destroy -r {}", crate::plan::quoted(&dataset)),
                ],
            )
        })
        .collect()
}
