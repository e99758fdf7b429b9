//! Over which link a VNIC is made.

use crate::failure::Code;
use illumos::datalink::{Link, LinkClass, LinkName};
use illumos::zone::config::IpType;

use crate::documents::Kind;
use crate::documents::model::{Documents, TemplateNet, ZoneNet};
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
    if let Some(pool) = &net.pool {
        documents.usable(Kind::Pool, pool)?;
    }
    let pool = net.pool.as_ref().and_then(|pool| documents.pools.get(pool));
    let Some(name) = net.link.stub.as_ref().or_else(|| pool?.stub.as_ref()) else {
        let message = format!("net {} has no lower link", net.name);
        return Err(Failure::new(ExitCode::Invalid, Code::CreateStub, message)
            .with_help("write `stub \"LINK\"` into the net or its pool"));
    };
    let uplink = documents.config.uplinks.get(name);
    let link = uplink.map_or(name, |uplink| &uplink.link);
    let vlan = net
        .link
        .vlan
        .or_else(|| pool?.vlan)
        .or_else(|| uplink?.vlan);
    if uplink.is_some() && observed.links.find(link)?.is_none() {
        return Err(refused(
            format!("uplink {name}: there is no link {link}"),
            observed,
        ));
    }
    let missing = is_missing(net, link, ip_type, observed)?;
    Ok(Lower {
        link: link.clone(),
        vlan,
        missing,
    })
}

/// The link and the VLAN id of VNICs that a pool says, an uplink's name replaced by what it stands for.
pub(super) fn pool_link<'a>(
    pool: &str,
    documents: &'a Documents,
) -> Option<(&'a String, Option<u16>)> {
    let pool = documents.pools.get(pool)?;
    let stub = pool.stub.as_ref()?;
    let uplink = documents.config.uplinks.get(stub);
    let vlan = pool.vlan.or_else(|| uplink?.vlan);
    Some((uplink.map_or(stub, |uplink| &uplink.link), vlan))
}

/// Whether the link is to be made, as an etherstub; refuses a link over which no VNIC can be made.
fn is_missing(
    net: &TemplateNet,
    link: &str,
    ip_type: IpType,
    observed: &Observed,
) -> Result<bool, Failure> {
    match observed.links.find(link)? {
        // A shared-IP zone's addresses are on the interface itself, of whatever class.
        Some(_) if ip_type == IpType::Shared => Ok(false),
        // The brand asks the routing table for the link.
        None if net.link.on_demand == Some(true) && link == AUTO => Ok(false),
        Some(found) => {
            let Some(unusable) = unusable(&found) else {
                return Ok(false);
            };
            let message = format!(
                "net {}: no VNIC can be over link {link}, which {}",
                net.name, unusable.problem
            );
            let failure = refused(message, observed);
            let help = unusable.help.or(failure.help.clone()).unwrap_or_default();
            Err(Failure {
                exit: unusable.exit,
                ..failure.with_help(help)
            })
        }
        None if ip_type == IpType::Shared || link.parse::<LinkName>().is_err() => Err(refused(
            format!("net {}: there is no link {link}", net.name),
            observed,
        )),
        None if names_a_card(link, observed)? => {
            let message = format!(
                "net {}: there is no link {link}, and an etherstub cannot have the name of a network card",
                net.name
            );
            let failure = refused(message, observed);
            let help = format!(
                "{}; if an etherstub is meant: `dladm create-etherstub {link}`",
                failure.help.clone().unwrap_or_default()
            );
            Err(failure.with_help(help))
        }
        None => Ok(true),
    }
}

/// Drivers of network cards and of the virtual ones (illumos-gate `usr/src/uts/common/io`, `usr/src/uts/i86pc/os`).
const DRIVERS: [&str; 36] = [
    "aggr", "afe", "amd8111s", "atge", "bge", "bnx", "bnxe", "bnxt", "cxgbe", "cxgb", "dmfe",
    "e1000g", "efe", "ena", "hme", "hxge", "i40e", "ice", "igb", "iprb", "ixgbe", "ixgbev",
    "mlxcx", "mxfe", "myri10ge", "nge", "nxge", "pcn", "qede", "qlcnic", "rge", "rtls", "sfe",
    "vioif", "vmxnet3s", "xnf",
];

/// Whether the name is that of a network card: a driver's that is known or that another card of this host has, and a number. A mistyped one
/// must not become an etherstub.
fn names_a_card(name: &str, observed: &Observed) -> Result<bool, Failure> {
    let driver = |name: &str| {
        name.trim_end_matches(|c: char| c.is_ascii_digit())
            .to_owned()
    };
    let asked = driver(name);
    if asked.len() == name.len() {
        return Ok(false);
    }
    let mut links = observed.links.all()?.values();
    Ok(DRIVERS.contains(&asked.as_str())
        || links.any(|link| link.class == LinkClass::Phys && driver(&link.name) == asked))
}

impl Lower {
    /// The link that a net's entry names, whatever pool and uplink say by now, and whether or not anything could be made over it.
    pub(super) fn recorded(net: &ZoneNet, vlan: Option<u16>) -> Self {
        Self {
            link: net.stub.as_deref().unwrap_or_default().to_owned(),
            vlan,
            missing: false,
        }
    }

    /// Makes sure that a VNIC can be made over the link, which is to be made itself if it is not there.
    pub(super) fn usable(
        &mut self,
        net: &TemplateNet,
        ip_type: IpType,
        observed: &Observed,
    ) -> Result<(), Failure> {
        self.missing = is_missing(net, &self.link, ip_type, observed)?;
        Ok(())
    }

    /// Refuses a VLAN id that the link keeps for untagged packets, and an mtu above the link's.
    pub(super) fn carries(&self, net: &TemplateNet, observed: &Observed) -> Result<(), Failure> {
        let link = &self.link;
        let refused = |code, message: String, help: String| {
            let message = format!("net {}: {message}", net.name);
            Err(Failure::new(ExitCode::Failed, code, message).with_help(help))
        };
        if let Some(vlan) = self.vlan
            && is_default_tag(link, self.vlan, observed)?
        {
            return refused(
                Code::CreateVlan,
                format!(
                    "link {link} cannot carry VLAN {vlan}: it is the default_tag of the link, which is used for untagged packets"
                ),
                format!(
                    "remove `vlan`, or make the link tag them: `dladm set-linkprop -p default_tag=0 {link}`"
                ),
            );
        }
        let most = observed.links.find(link)?.and_then(|link| link.mtu);
        if let (Some(mtu), Some(most)) = (net.link.mtu, most)
            && mtu > most
        {
            return refused(
                Code::CreateMtu,
                format!("mtu {mtu} is larger than the mtu {most} of link {link}"),
                format!("set it to {most} or less, or raise the mtu of link {link}"),
            );
        }
        Ok(())
    }
}

/// Why no VNIC can be made over a link.
#[derive(Debug)]
pub struct Unusable {
    /// The end of a sentence about the link: `is a VLAN`.
    pub problem: String,
    /// What to do, if it is not to name another link.
    pub help: Option<String>,
    exit: ExitCode,
}

/// Why no VNIC can be made over the link, if none can.
#[must_use]
pub fn unusable(link: &Link) -> Option<Unusable> {
    let name = &link.name;
    let class = match link.class {
        LinkClass::Vnic => Some("VNIC"),
        LinkClass::Vlan => Some("VLAN"),
        LinkClass::Iptun => Some("tunnel"),
        LinkClass::Bridge => Some("bridge"),
        LinkClass::Part => Some("IB partition"),
        _ => None,
    };
    let (exit, problem, help) = if let Some(class) = class {
        (ExitCode::Failed, format!("is a {class}"), None)
    } else if let Some(zone) = &link.zone {
        let help = format!("halt zone {zone}, or name another link");
        (ExitCode::Exists, format!("is in zone {zone}"), Some(help))
    } else if !link.active {
        let help = format!("`dladm show-link -P {name}` shows what it is over");
        let problem = "exists only in the stored configuration of the next host boot".to_owned();
        (ExitCode::Failed, problem, Some(help))
    } else if !link.persistent {
        let help = "permanent VNICs cannot be over a temporary link: create it without `-t`";
        let problem = "is temporary: it is gone after the next boot of the host".to_owned();
        (ExitCode::Failed, problem, Some(help.to_owned()))
    } else {
        return None;
    };
    Some(Unusable {
        problem,
        help,
        exit,
    })
}

/// Whether the link keeps this VLAN id for packets without a VLAN, so that no VNIC over it can have it.
///
/// # Errors
/// If libdladm fails.
pub fn is_default_tag(link: &str, vlan: Option<u16>, observed: &Observed) -> Result<bool, Failure> {
    Ok(vlan.is_some() && observed.links.default_tag(link)? == vlan)
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
    let links = match observed.links.all() {
        Ok(links) => links,
        Err(failure) => return failure,
    };
    let names: Vec<&str> = links
        .values()
        .filter(|link| usable(&link.class))
        .map(|link| link.name.as_str())
        .collect();
    let help = if names.is_empty() {
        "the host has no links".to_owned()
    } else {
        format!("the host has {}", names.join(", "))
    };
    Failure::new(ExitCode::Failed, Code::CreateLowerLink, message).with_help(help)
}
