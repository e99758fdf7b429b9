//! What OmniOS' zoneadm writes into a configuration before a zone boots: the debug id, and what replaces obsolete elements.

use std::collections::BTreeSet;

use crate::Flavour;
use crate::zonecfg::document::{self, Element, Node};
use crate::zonecfg::index;

use super::{Terminal, Zone};

impl Zone<'_> {
    /// Brings the configuration up to date. That it cannot be saved is only said.
    pub(super) fn fix_configuration(&mut self, terminal: &mut Terminal<'_>) {
        if self.host.flavour() != Flavour::Omnios {
            return;
        }
        let changed = self.fix_debug_id() | self.replace_memory_cap();
        if changed && self.config.save(self.host).is_err() {
            terminal.error("Could not save updated configuration.");
        }
    }

    /// Gives the zone a debug id that no zone before it in the index has.
    fn fix_debug_id(&mut self) -> bool {
        let mut earlier = true;
        let (mut before, mut all) = (BTreeSet::new(), BTreeSet::new());
        for entry in index::entries(self.host).unwrap_or_default() {
            if entry.name() == self.name {
                earlier = false;
                continue;
            }
            let id = document::load(self.host, &entry.name())
                .ok()
                .and_then(|config| config.property("debugid").parse::<u32>().ok());
            if earlier {
                before.extend(id);
            }
            all.extend(id);
        }
        let own = self.config.property("debugid").parse::<u32>();
        if own.is_ok_and(|id| !before.contains(&id)) {
            return false;
        }
        let free = (1..).find(|id| !all.contains(id)).unwrap_or_default();
        let root = &mut self.config.document.root;
        root.set("debugid", free.to_string().as_bytes());
        true
    }

    /// Says as a resource control what `mcap` said.
    fn replace_memory_cap(&mut self) -> bool {
        let root = &mut self.config.document.root;
        let Some(cap) = root
            .elements("mcap")
            .next()
            .and_then(|cap| cap.attribute("physcap").map(<[u8]>::to_vec))
        else {
            return false;
        };
        root.children.retain(|node| !node.is("mcap"));
        let mut value = Element::new("rctl-value");
        value.set("priv", b"privileged");
        value.set("limit", &cap);
        value.set("action", b"deny");
        let mut control = Element::new("rctl");
        control.set("name", b"zone.max-physical-memory");
        control.children.push(Node::Element(value));
        root.children.push(Node::Element(control));
        true
    }
}
