use crate::failure::Code;
use illumos::zone::config::{IpType, Net};
use illumos::zone::{ZoneConfig, ZoneName, ZoneState};

use crate::documents::model::{ZoneEntry, ZoneNet};
use crate::plan::create::{Planner, entry_path};
use crate::plan::zone_files::{changed, zone_files};
use crate::plan::{Action, DocumentChange, ReleasedAddress, Step};
use crate::{ExitCode, Failure};

/// A zone one of whose nets changes.
pub struct Existing<'a> {
    /// Its registry entry.
    pub entry: &'a ZoneEntry,
    /// The text of the entry, as the file has it.
    pub text: &'a str,
    /// Its configuration.
    pub config: &'a ZoneConfig,
    /// Its state.
    pub state: ZoneState,
    /// Writes the entry's text anew, with what people wrote into it.
    pub render: &'a dyn Fn(&ZoneEntry) -> Result<String, Failure>,
}

impl std::fmt::Debug for Existing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Existing")
            .field("zone", &self.entry.name)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Existing<'_> {
    pub(super) fn name(&self) -> &ZoneName {
        &self.entry.name
    }

    /// Whether the zone has its links: from ready to down.
    pub(super) fn holds_links(&self) -> bool {
        !matches!(
            self.state,
            ZoneState::Configured | ZoneState::Incomplete | ZoneState::Installed
        )
    }

    pub(super) fn find(&self, name: &str) -> Result<(usize, &ZoneNet), Failure> {
        let mut nets = self.entry.nets.iter().enumerate();
        nets.find(|(_, net)| net.name == name).ok_or_else(|| {
            let message = format!("zone {} has no net {name}", self.name());
            let names: Vec<&str> = self
                .entry
                .nets
                .iter()
                .map(|net| net.name.as_str())
                .collect();
            Failure::new(ExitCode::NotFound, Code::NetNotFound, message).with_help(
                match names.as_slice() {
                    [] => "it has no nets".to_owned(),
                    names => format!("it has {}", names.join(", ")),
                },
            )
        })
    }

    /// Refuses what cannot be done to links that the zone has.
    pub(super) fn must_not_hold(&self, what: &str) -> Result<(), Failure> {
        if !self.holds_links() {
            return Ok(());
        }
        let name = self.name();
        let message = format!(
            "zone {name} is {} and uses its links: {what} is not possible",
            self.state
        );
        Err(Failure::new(ExitCode::Exists, Code::ZoneState, message)
            .with_help(format!("shut it down first: `zmgr shutdown {name}`")))
    }

    /// Refuses to touch the VNIC of a net that another zone or the global zone uses as well.
    pub(super) fn must_be_own(&self, planner: &Planner<'_>, net: &ZoneNet) -> Result<(), Failure> {
        let name = self.name();
        let (Some(vnic), IpType::Exclusive) = (&net.vnic, self.config.ip_type) else {
            return Ok(());
        };
        let refused = |message: String, help: String| {
            Err(Failure::new(ExitCode::Exists, Code::NetVnic, message).with_help(help))
        };
        if let Some(other) = planner.other_user(name, vnic) {
            return refused(
                format!("zones {name} and {other} both have link {vnic}, so it cannot be changed"),
                "two zones cannot share a link: give one of them another".to_owned(),
            );
        }
        if planner.observed.claims.plumbed.contains(vnic.as_str()) {
            return refused(
                format!(
                    "link {vnic} is an IP interface of the global zone, so it cannot be changed"
                ),
                format!(
                    "remove it there with `ipadm delete-if {vnic}`; zone {name} cannot boot until then"
                ),
            );
        }
        Ok(())
    }

    pub(super) fn documents(&self, entry: &ZoneEntry) -> Result<Step, Failure> {
        let change = DocumentChange {
            path: entry_path(self.name()),
            before: Some(self.text.to_owned()),
            after: Some((self.render)(entry)?),
        };
        let undo = Action::ChangeDocuments(vec![change.reversed()]);
        Ok(Step::new(Action::ChangeDocuments(vec![change]), Some(undo)))
    }

    pub(super) fn configuration(&self, nets: Vec<Net>) -> Option<Step> {
        if nets == self.config.net {
            return None;
        }
        let (from, mut to) = (Box::new(self.config.clone()), Box::new(self.config.clone()));
        to.net = nets;
        let undo = Action::ReplaceZone {
            from: to.clone(),
            to: from.clone(),
        };
        Some(Step::new(Action::ReplaceZone { from, to }, Some(undo)))
    }

    /// Takes the files of the zone from what the nets need now to what they will need.
    pub(super) fn files(&self, nets: &[ZoneNet]) -> Result<Option<Step>, Failure> {
        let of = |nets: &[ZoneNet]| zone_files(nets, &self.config.brand, self.config.ip_type);
        let (before, after) = (of(&self.entry.nets), of(nets));
        let files = changed(&before, &after);
        if files.is_empty() {
            return Ok(None);
        }
        self.must_not_hold("writing its files")?;
        if self.state != ZoneState::Installed {
            let name = self.name();
            let message = format!("zone {name} is {}: it has no root to write to", self.state);
            return Err(Failure::new(ExitCode::Exists, Code::ZoneState, message)
                .with_help(format!("install it first: `zoneadm -z {name} install`")));
        }
        let write = |files| Action::WriteZoneFiles {
            zone: self.name().clone(),
            zonepath: self.config.zonepath.clone(),
            files,
        };
        Ok(Some(Step::new(
            write(files),
            Some(write(changed(&after, &before))),
        )))
    }

    /// The `net` resources of the configuration that are this net's.
    pub(super) fn is_of(&self, net: &ZoneNet) -> impl Fn(&Net) -> bool + use<> {
        let link = match self.config.ip_type {
            IpType::Exclusive => net.vnic.clone(),
            IpType::Shared => net.stub.clone(),
        };
        let addresses = net.addresses.clone();
        let (resources, shared) = (net.resources.clone(), self.config.ip_type == IpType::Shared);
        move |resource| {
            if !resources.is_empty() {
                return resources.contains(resource);
            }
            // A shared-IP zone may have several nets on one interface.
            let mine = resource.address.as_ref().and_then(|text| text.parse().ok());
            let mine = !shared || mine.is_some_and(|address| addresses.contains(&address));
            link.as_deref() == Some(&*resource.physical) && mine
        }
    }
}

/// The note that the zone gives addresses up, if it does.
pub(super) fn release(name: &ZoneName, addresses: Vec<ReleasedAddress>) -> Option<Step> {
    if addresses.is_empty() {
        return None;
    }
    let undo = Action::EndQuarantine {
        zone: name.clone(),
        addresses: addresses.clone(),
    };
    let action = Action::Release {
        zone: name.clone(),
        addresses,
    };
    Some(Step::new(action, Some(undo)))
}

/// From when on a change counts.
pub(super) fn effect(existing: &Existing<'_>, what: &str, now: &[&str]) -> String {
    let name = existing.name();
    let later = if existing.holds_links() {
        format!(
            "{what} takes effect at the next boot of zone {name}, which is {}",
            existing.state
        )
    } else {
        format!("{what} takes effect when zone {name} boots")
    };
    match now {
        [] => later,
        now => format!("{} take effect now; the rest of {later}", now.join(" and ")),
    }
}
