//! Bringing a zone to what the documents say.

use illumos::Flavour;
use std::collections::BTreeSet;

use illumos::zone::config::{Attr, IpType, Net};
use illumos::zone::{ZoneConfig, ZoneName, ZoneState};

use super::live::{Effect, live_changes};
use super::zone_files::zone_files;
use super::{Action, Direction, OnFailure, Plan, Step};
use crate::Failure;
use crate::documents::model::{Config, Template, ZoneEntry};
use crate::registry::{self, Difference, ID_ATTR};

/// The zone as it is, and what the documents say of it.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// Its entry.
    pub entry: &'a ZoneEntry,
    /// The entry's template.
    pub template: Option<&'a Template>,
    /// `config.kdl`.
    pub defaults: &'a Config,
    /// Its configuration.
    pub found: &'a ZoneConfig,
    /// Its state.
    pub state: ZoneState,
    /// The flavour of the host.
    pub flavour: Flavour,
}

/// A difference, and what becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The difference.
    pub difference: Difference,
    /// When it takes effect once it is applied.
    pub effect: Effect,
    /// Why it cannot be applied; `None` if it can.
    pub left: Option<String>,
}

/// What has to be done to a zone.
#[derive(Debug, Clone, Default)]
pub struct Application {
    /// Every difference.
    pub lines: Vec<Line>,
    /// What is done about those that can be applied.
    pub steps: Vec<Step>,
}

impl Wish<'_> {
    fn name(&self) -> &ZoneName {
        &self.entry.name
    }

    /// The differences, and the steps that bring the zone to the documents in those that count. With `at_boot` nothing of a running zone is
    /// changed.
    ///
    /// # Errors
    /// `zmgr::template::variable` or `zmgr::zone::brand` if the documents do not say a whole zone.
    pub fn apply(
        &self,
        at_boot: bool,
        counts: &dyn Fn(&Difference) -> bool,
    ) -> Result<Application, Failure> {
        let wanted = registry::zone_config(self.entry, self.template, self.defaults, self.flavour)?;
        let found = registry::differences(self.entry, &wanted, self.found, self.flavour);
        let nets = self.nets(&wanted);
        let lines: Vec<Line> = found
            .into_iter()
            .map(|difference| self.line(difference, nets.as_ref().err()))
            .collect();
        let applied: Vec<&Line> = lines
            .iter()
            .filter(|line| line.left.is_none() && counts(&line.difference))
            .collect();
        let to = self.target(&wanted, nets.ok(), &applied);
        let mut steps = Vec::new();
        if to != *self.found {
            let (from, to) = (Box::new(self.found.clone()), Box::new(to));
            let undo = Action::ReplaceZone {
                from: to.clone(),
                to: from.clone(),
            };
            if self.state == ZoneState::Running && !at_boot {
                let live = live_changes(&from, &to, self.flavour);
                steps.extend(live.into_iter().map(|change| {
                    let action = Action::ChangeRunning {
                        zone: self.name().clone(),
                        change,
                    };
                    // The configuration stays as it has become: it counts at the next boot at the latest.
                    Step::forward(action, OnFailure::Continue)
                }));
            }
            let replace = Step::new(Action::ReplaceZone { from, to }, Some(undo));
            steps.insert(0, replace);
        }
        Ok(Application { lines, steps })
    }

    fn line(&self, difference: Difference, nets: Option<&String>) -> Line {
        let effect = match self.state {
            ZoneState::Configured => Effect::Boot,
            _ if self.waits_for_a_boot(&difference) => Effect::Boot,
            _ => Effect::of(&difference.setting),
        };
        let left = match Effect::of(&difference.setting) {
            Effect::Reinstall if difference.setting == "id" => Some(
                "the identity of the zone differs from that in its entry: something else created the zone"
                    .to_owned(),
            ),
            Effect::Reinstall => Some(format!(
                "the {} of a zone cannot be changed: destroy the zone and create it again",
                difference.setting
            )),
            _ if difference.setting.starts_with("net.") => nets.cloned(),
            _ => None,
        };
        Line {
            difference,
            effect,
            left,
        }
    }

    /// Whether a running zone keeps what it has, although other changes of the setting are live: nothing takes a cap or a pool away, and of
    /// several values of a resource control none can be named.
    fn waits_for_a_boot(&self, difference: &Difference) -> bool {
        let gone = difference.documents.is_null();
        match difference.setting.as_str() {
            "resource-pool" => gone,
            "capped-memory.physical" => gone && self.flavour == Flavour::Upstream,
            setting => {
                let several = difference.documents.as_array();
                setting.starts_with("rctl.") && several.is_some_and(|values| values.len() > 1)
            }
        }
    }

    /// The configuration with what the documents want in the differences that are applied.
    fn target(&self, wanted: &ZoneConfig, nets: Option<Vec<Net>>, applied: &[&Line]) -> ZoneConfig {
        let nodes: BTreeSet<&str> = applied
            .iter()
            .filter_map(|line| line.difference.setting.split('.').next())
            .collect();
        let mut to = match nodes.iter().any(|node| *node != "net") {
            true => registry::with_settings(self.found, wanted, self.flavour, &|node| {
                nodes.contains(node)
            }),
            false => self.found.clone(),
        };
        // Neither of these is changed here.
        to.brand.clone_from(&self.found.brand);
        to.zonepath.clone_from(&self.found.zonepath);
        to.ip_type = self.found.ip_type;
        to.net = match nets {
            Some(nets) if nodes.contains("net") => nets,
            _ => self.found.net.clone(),
        };
        let own = |attr: &Attr| attr.name == ID_ATTR;
        to.attr.retain(|attr| !own(attr));
        let id = self.found.attr.iter().position(own);
        if let Some(place) = id {
            let id = self.found.attr[place].clone();
            to.attr.insert(place.min(to.attr.len()), id);
        }
        to
    }

    /// The nets as the entry has them, on the links that the zone has; or why that cannot be.
    fn nets(&self, wanted: &ZoneConfig) -> Result<Vec<Net>, String> {
        let name = self.name();
        let links = |nets: &[Net]| -> Vec<String> {
            let mut links: Vec<String> = nets.iter().map(|net| net.physical.clone()).collect();
            links.sort_unstable();
            links.dedup();
            links
        };
        if wanted.ip_type != IpType::Exclusive || self.found.ip_type != IpType::Exclusive {
            return Err(format!(
                "`zmgr net set {name}` changes the nets of a zone with a shared stack"
            ));
        }
        if links(&wanted.net) != links(&self.found.net) {
            return Err(format!(
                "the links differ: `zmgr net add {name}` and `zmgr net remove {name}` add and remove a net together with its link"
            ));
        }
        if !zone_files(&self.entry.nets, &self.found.brand, IpType::Exclusive).is_empty() {
            return Err(format!(
                "files in the zone contain its addresses: `zmgr net set {name}` changes both"
            ));
        }
        let mut nets = wanted.net.clone();
        for net in &mut nets {
            let there = self
                .found
                .net
                .iter()
                .find(|old| old.physical == net.physical);
            let Some(there) = there else { continue };
            if there.global_nic != net.global_nic || number(&there.vlan_id) != number(&net.vlan_id)
            {
                return Err(format!(
                    "link {} is over another link: `zmgr net set {name}` replaces it",
                    net.physical
                ));
            }
            // OmniOS writes the address of a link that the brand makes.
            net.mac_addr = net.mac_addr.take().or_else(|| there.mac_addr.clone());
            net.vlan_id.clone_from(&there.vlan_id);
        }
        Ok(nets)
    }
}

fn number(text: &Option<String>) -> Option<u32> {
    text.as_deref()?.parse().ok()
}

/// The plan of an application; one without steps if nothing is to be done.
#[must_use]
pub fn plan(name: &ZoneName, command: &str, application: &Application) -> Plan {
    let mut plan = Plan::new(command, vec![name.clone()], application.steps.clone());
    // What was changed of a running zone is not known afterwards, so that it cannot be taken back.
    if application.steps.len() > 1 {
        plan.recovery = Direction::Resume;
    }
    for line in &application.lines {
        if let Some(reason) = &line.left {
            plan.warnings.push(format!(
                "zone {name} keeps {} {}: {reason}",
                line.difference.setting,
                line.difference.host_text()
            ));
        }
    }
    plan
}
