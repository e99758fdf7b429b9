//! Over which link a VNIC is made.

use illumos::datalink::{LinkClass, LinkName};
use illumos::zone::config::IpType;

use crate::documents::model::{Documents, TemplateNet};
use crate::observe::Observed;
use crate::{ExitCode, Failure};

/// What a brand that makes VNICs takes in place of a lower link.
pub(super) const AUTO: &str = "auto";

/// The lower link of a VNIC.
pub(super) struct Lower {
    /// The link.
    pub(super) link: String,
    /// The VLAN id of VNICs over it.
    pub(super) vlan: Option<u16>,
    /// Whether it is to be made: an etherstub.
    pub(super) missing: bool,
}

/// The lower link of a net's VNIC: the net's, else the pool's; an uplink's name stands for its link.
pub(super) fn lower(
    net: &TemplateNet,
    ip_type: IpType,
    documents: &Documents,
    observed: &Observed,
) -> Result<Lower, Failure> {
    let pool = net.pool.as_ref().and_then(|pool| documents.pools.get(pool));
    let Some(name) = net.link.stub.as_ref().or_else(|| pool?.stub.as_ref()) else {
        let message = format!("net {} has no lower link", net.name);
        return Err(
            Failure::new(ExitCode::Invalid, "zmgr::create::stub", message)
                .with_help("write `stub \"LINK\"` into the net or its pool"),
        );
    };
    let uplink = documents.config.uplinks.get(name);
    let link = uplink.map_or(name, |uplink| &uplink.link);
    let vlan = net
        .link
        .vlan
        .or_else(|| pool?.vlan)
        .or_else(|| uplink?.vlan);
    let missing = match observed.links.get(link) {
        // A shared-IP zone's addresses are on the interface itself, of whatever class.
        Some(_) if ip_type == IpType::Shared => false,
        // The brand asks the routing table for the link.
        None if net.link.on_demand == Some(true) && link == AUTO => false,
        Some(found) => match found.class {
            LinkClass::Vnic
            | LinkClass::Vlan
            | LinkClass::Iptun
            | LinkClass::Bridge
            | LinkClass::Part => {
                let message = format!(
                    "net {}: no VNIC can be over link {link}, which is a {}",
                    net.name,
                    class(&found.class)
                );
                return Err(refused(message, observed));
            }
            _ => false,
        },
        None if uplink.is_some() => {
            return Err(refused(
                format!("uplink {name}: there is no link {link}"),
                observed,
            ));
        }
        None if ip_type == IpType::Shared || link.parse::<LinkName>().is_err() => {
            return Err(refused(
                format!("net {}: there is no link {link}", net.name),
                observed,
            ));
        }
        None => true,
    };
    Ok(Lower {
        link: link.clone(),
        vlan,
        missing,
    })
}

fn refused(message: String, observed: &Observed) -> Failure {
    let usable = |class: &LinkClass| {
        matches!(
            class,
            LinkClass::Phys
                | LinkClass::Aggr
                | LinkClass::Etherstub
                | LinkClass::Overlay
                | LinkClass::Simnet
        )
    };
    let names: Vec<&str> = observed
        .links
        .values()
        .filter(|link| usable(&link.class))
        .map(|link| link.name.as_str())
        .collect();
    let help = if names.is_empty() {
        "the host has no link".to_owned()
    } else {
        format!("the host has {}", names.join(", "))
    };
    Failure::new(ExitCode::Failed, "zmgr::create::lower_link", message).with_help(help)
}

fn class(class: &LinkClass) -> &'static str {
    match class {
        LinkClass::Vnic => "VNIC",
        LinkClass::Vlan => "VLAN",
        LinkClass::Iptun => "tunnel",
        LinkClass::Bridge => "bridge",
        _ => "link of another kind",
    }
}
