//! Whose something is, asked of what is there at the last moment before it is deleted. A plan may be old, or come from a journal.

use illumos::datalink::Link;
use illumos::zone::ZoneConfig;

use crate::failure::{Cause, Code};
use crate::plan::Vnic;
use crate::registry::zone_id;
use crate::{ExitCode, Failure};

/// Refuses a configuration that is not the one that was recorded.
///
/// # Errors
/// `zmgr::zone::changed`.
pub(super) fn zone(expected: &ZoneConfig, found: &ZoneConfig) -> Result<(), Failure> {
    if same_zone(expected, found) {
        return Ok(());
    }
    let name = &expected.zonename;
    let message = format!(
        "the configuration of zone {name} is not the one that was recorded; it was not changed"
    );
    Err(Failure::new(ExitCode::Failed, Code::ZoneChanged, message)
        .because(Cause::Changed)
        .with_help(format!("inspect it with `zonecfg -z {name} export`")))
}

/// Refuses a link that is not the VNIC that was recorded.
///
/// # Errors
/// `zmgr::link::changed`.
pub(super) fn vnic(expected: &Vnic, found: &Link) -> Result<(), Failure> {
    let Some(difference) = expected.difference(found) else {
        return Ok(());
    };
    let message = format!("link {} {difference}; it was not changed", expected.name);
    Err(Failure::new(ExitCode::Failed, Code::LinkChanged, message)
        .because(Cause::Changed)
        .with_help(format!(
            "inspect it with `dladm show-link {}`",
            expected.name
        )))
}

/// Whether `found` is the configuration that was recorded: by zmgr's own identity if it has one, else by what it says. MAC addresses
/// that the brand writes back at boot make no difference.
pub(super) fn same_zone(expected: &ZoneConfig, found: &ZoneConfig) -> bool {
    if let Some(id) = zone_id(expected) {
        return zone_id(found) == Some(id);
    }
    let plain = |config: &ZoneConfig| {
        let mut config = config.clone();
        for net in config.net.iter_mut().filter(|net| net.global_nic.is_some()) {
            net.mac_addr = None;
        }
        config
    };
    plain(expected) == plain(found)
}

#[cfg(test)]
mod tests {
    use illumos::datalink::{LinkClass, VnicDetails};
    use illumos::zone::config::Attr;

    use super::*;
    use crate::registry::ID_ATTR;

    fn link() -> Link {
        Link {
            name: "web01_0".to_owned(),
            class: LinkClass::Vnic,
            active: true,
            persistent: true,
            mtu: None,
            zone: None,
            vnic: Some(VnicDetails {
                over: Some("int0".to_owned()),
                mac_address: "2:8:20:1:2:3".parse().unwrap(),
                vlan_id: None,
            }),
        }
    }

    #[test]
    fn only_the_vnic_that_was_recorded_is_deleted() {
        let recorded = Vnic {
            name: "web01_0".parse().unwrap(),
            over: Some("int0".to_owned()),
            vlan_id: None,
            mac_address: None,
        };
        vnic(&recorded, &link()).unwrap();
        let mut others = [link(), link(), link()];
        others[0].class = LinkClass::Etherstub;
        others[1].vnic.as_mut().unwrap().over = Some("igb0".to_owned());
        others[2].vnic.as_mut().unwrap().vlan_id = Some(7);
        for other in others {
            let failure = vnic(&recorded, &other).unwrap_err();
            assert!(failure.left_alone(), "{other:?}");
        }
        let fixed = Vnic {
            mac_address: Some("2:8:20:9:9:9".parse().unwrap()),
            ..recorded
        };
        vnic(&fixed, &link()).unwrap_err();
    }

    fn config(id: Option<&str>) -> ZoneConfig {
        let mut config = ZoneConfig::new("web01".parse().unwrap(), "/zones/web01", "ipkg");
        config.attr.extend(id.map(|id| Attr {
            name: ID_ATTR.to_owned(),
            attr_type: "string".to_owned(),
            value: id.to_owned(),
        }));
        config
    }

    #[test]
    fn only_the_configuration_that_was_recorded_is_deleted() {
        let recorded = config(Some("0123456789abcdef"));
        let mut changed = recorded.clone();
        changed.autoboot = !changed.autoboot;
        // What people change in a zone of ours leaves it ours.
        zone(&recorded, &changed).unwrap();
        for other in [config(Some("fedcba9876543210")), config(None)] {
            assert!(zone(&recorded, &other).unwrap_err().left_alone());
        }
        // One that has no identity must be the same throughout.
        let plain = config(None);
        zone(&plain, &plain.clone()).unwrap();
        let mut changed = plain.clone();
        changed.autoboot = !changed.autoboot;
        assert!(zone(&plain, &changed).unwrap_err().left_alone());
    }
}
