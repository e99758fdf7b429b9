//! What keeps a zone from using a link: the rules for `boot`, `validate --host` and `doctor` alike.

use illumos::datalink::{Link, LinkClass, MacAddress};
use illumos::zone::ZoneName;
use illumos::zone::config::Net;

use super::lower::AUTO;
use crate::documents::model::ZoneNet;

/// What is said of a zone's link, by its registry entry or by its configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<'a> {
    /// The zone.
    pub zone: &'a ZoneName,
    /// The link.
    pub link: &'a str,
    /// The lower link, if that is said: the link is a VNIC over it.
    pub over: Option<&'a str>,
    /// The VLAN id of that VNIC.
    pub vlan: Option<u16>,
    /// Its MAC address, if that is fixed.
    pub mac_address: Option<MacAddress>,
    /// Whether the brand makes the link when the zone boots, and takes one that is there as it is.
    pub on_demand: bool,
}

/// What the host says of the link.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen<'a> {
    /// The link, if there is one.
    pub link: Option<&'a Link>,
    /// Whether it is an IP interface of the global zone.
    pub plumbed: bool,
    /// Another zone that names it.
    pub other: Option<&'a ZoneName>,
}

/// What keeps a zone from using its link as it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// There is no such link, or only one that is stored for the next boot of the host.
    Missing,
    /// A zone has it now.
    Held(String),
    /// The global zone has an IP interface on it.
    Plumbed,
    /// Another zone names it as well.
    Shared(ZoneName),
    /// It is another link than the one that is said: over another link, on another VLAN, with another MAC address.
    Differs(String),
}

impl std::fmt::Display for Problem {
    /// The end of a sentence about the link.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => write!(f, "does not exist"),
            Self::Held(zone) => write!(f, "is held by zone {zone}"),
            Self::Plumbed => write!(f, "is an IP interface of the global zone"),
            Self::Shared(zone) => write!(f, "is zone {zone}'s as well"),
            Self::Differs(difference) => f.write_str(difference),
        }
    }
}

impl<'a> Said<'a> {
    /// What an entry says of the link of one of its nets; `None` if the net has none of its own.
    #[must_use]
    pub fn by_entry(zone: &'a ZoneName, net: &'a ZoneNet) -> Option<Self> {
        Some(Self {
            zone,
            link: net.vnic.as_deref().filter(|link| !link.is_empty())?,
            over: net.stub.as_deref(),
            vlan: net.link.vlan,
            mac_address: net.link.mac_address,
            on_demand: net.link.on_demand == Some(true),
        })
    }

    /// What the configuration of an exclusive-IP zone says. Over what an ordinary VNIC is, it does not.
    #[must_use]
    pub fn by_configuration(zone: &'a ZoneName, net: &'a Net) -> Self {
        let on_demand = net.global_nic.is_some();
        Self {
            zone,
            link: &net.physical,
            over: net.global_nic.as_deref(),
            vlan: net
                .vlan_id
                .as_ref()
                .and_then(|id| id.parse().ok())
                .filter(|id| *id != 0),
            mac_address: None,
            on_demand,
        }
    }

    /// The first thing that is in the way.
    #[must_use]
    pub fn problem(&self, seen: Seen<'_>) -> Option<Problem> {
        let Some(link) = seen.link.filter(|link| link.active) else {
            return (!self.on_demand).then_some(Problem::Missing);
        };
        match &link.zone {
            // What it was given is in force.
            Some(holder) if holder == self.zone.as_str() => return None,
            Some(holder) => return Some(Problem::Held(holder.clone())),
            None => {}
        }
        if seen.plumbed {
            return Some(Problem::Plumbed);
        }
        if let Some(other) = seen.other {
            return Some(Problem::Shared(other.clone()));
        }
        self.difference(link).map(Problem::Differs)
    }

    /// How the link differs from what is said, as the end of a sentence about it. A link that is not said to be over another may be anything:
    /// a card, a VLAN.
    #[must_use]
    pub fn difference(&self, link: &Link) -> Option<String> {
        let over = self.over.filter(|over| *over != AUTO)?;
        let Some(vnic) = link.vnic.as_ref().filter(|_| link.class == LinkClass::Vnic) else {
            return Some(format!("is not a VNIC, and it should be one over {over}"));
        };
        if vnic.over.as_deref() != Some(over) {
            let now = vnic.over.as_deref().unwrap_or("a link that is gone");
            return Some(format!("is over {now}, not over {over}"));
        }
        let vlan = |id: Option<u16>| id.map_or("no VLAN".to_owned(), |id| format!("VLAN {id}"));
        if vnic.vlan_id != self.vlan {
            let (now, said) = (vlan(vnic.vlan_id), vlan(self.vlan));
            return Some(format!("has {now}, but should have {said}"));
        }
        if let Some(said) = self.mac_address
            && said != vnic.mac_address
        {
            let now = vnic.mac_address;
            return Some(format!("has the MAC address {now}, but should have {said}"));
        }
        None
    }

    /// The command that makes the link as it is said; `LINK` stands for a lower link that is not known.
    #[must_use]
    pub fn create(&self) -> String {
        let mut command = format!("dladm create-vnic -l {}", self.over.unwrap_or("LINK"));
        if let Some(vlan) = self.vlan {
            command.push_str(&format!(" -v {vlan}"));
        }
        if let Some(mac_address) = self.mac_address {
            command.push_str(&format!(" -m {mac_address}"));
        }
        format!("{command} {}", self.link)
    }
}

#[cfg(test)]
mod tests {
    use illumos::datalink::VnicDetails;

    use super::*;

    const MAC: MacAddress = MacAddress([2, 8, 32, 1, 2, 3]);

    fn link(
        class: LinkClass,
        over: Option<&str>,
        vlan_id: Option<u16>,
        zone: Option<&str>,
    ) -> Link {
        Link {
            name: "web01_0".to_owned(),
            vnic: (class == LinkClass::Vnic).then(|| VnicDetails {
                over: over.map(str::to_owned),
                mac_address: MAC,
                vlan_id,
            }),
            class,
            active: true,
            persistent: true,
            mtu: None,
            zone: zone.map(str::to_owned),
        }
    }

    #[test]
    fn every_rule() {
        use LinkClass::{Phys, Vlan, Vnic};
        let zone: ZoneName = "web01".parse().unwrap();
        let other: ZoneName = "db01".parse().unwrap();
        let said = Said {
            zone: &zone,
            link: "web01_0",
            over: Some("igb0"),
            vlan: Some(7),
            mac_address: None,
            on_demand: false,
        };
        let on_demand = Said {
            on_demand: true,
            ..said
        };
        let auto = Said {
            over: Some(AUTO),
            ..on_demand
        };
        let card = Said {
            over: None,
            vlan: None,
            ..said
        };
        let fixed = Said {
            mac_address: Some(MacAddress([2; 6])),
            ..said
        };
        let right = link(Vnic, Some("igb0"), Some(7), None);
        let own = link(Vnic, Some("st0"), None, Some("web01"));
        let held = link(Vnic, Some("igb0"), Some(7), Some("db01"));
        let elsewhere = link(Vnic, Some("st0"), Some(7), None);
        let untagged = link(Vnic, Some("igb0"), None, None);
        let gone = link(Vnic, None, Some(7), None);
        let physical = link(Phys, None, None, None);
        let vlan = link(Vlan, None, None, None);
        let stored = Link {
            active: false,
            ..right.clone()
        };
        let rows: [(Said<'_>, Option<&Link>, Option<&str>); 19] = [
            (said, Some(&right), None),
            (said, Some(&own), None),
            (said, None, Some("does not exist")),
            (said, Some(&stored), Some("does not exist")),
            (said, Some(&held), Some("is held by zone db01")),
            (said, Some(&elsewhere), Some("is over st0, not over igb0")),
            (
                said,
                Some(&gone),
                Some("is over a link that is gone, not over igb0"),
            ),
            (
                said,
                Some(&untagged),
                Some("has no VLAN, but should have VLAN 7"),
            ),
            (
                said,
                Some(&physical),
                Some("is not a VNIC, and it should be one over igb0"),
            ),
            (
                fixed,
                Some(&right),
                Some("has the MAC address 2:8:20:1:2:3, but should have 2:2:2:2:2:2"),
            ),
            (on_demand, None, None),
            (on_demand, Some(&right), None),
            (
                on_demand,
                Some(&elsewhere),
                Some("is over st0, not over igb0"),
            ),
            (
                on_demand,
                Some(&untagged),
                Some("has no VLAN, but should have VLAN 7"),
            ),
            (auto, Some(&elsewhere), None),
            (card, Some(&physical), None),
            (card, Some(&vlan), None),
            (card, None, Some("does not exist")),
            (card, Some(&held), Some("is held by zone db01")),
        ];
        for (row, (said, link, expected)) in rows.into_iter().enumerate() {
            let found = said.problem(Seen {
                link,
                ..Seen::default()
            });
            let found = found.map(|problem| problem.to_string());
            assert_eq!(found.as_deref(), expected, "row {row}");
        }
        let plumbed = Seen {
            link: Some(&right),
            plumbed: true,
            other: None,
        };
        assert_eq!(said.problem(plumbed), Some(Problem::Plumbed));
        let shared = Seen {
            plumbed: false,
            other: Some(&other),
            ..plumbed
        };
        assert_eq!(said.problem(shared), Some(Problem::Shared(other.clone())));
        assert_eq!(said.create(), "dladm create-vnic -l igb0 -v 7 web01_0");
        assert_eq!(card.create(), "dladm create-vnic -l LINK web01_0");
    }
}
