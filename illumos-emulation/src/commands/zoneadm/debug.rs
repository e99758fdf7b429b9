//! What OmniOS' zoneadm writes into a configuration before a zone boots: the debug id, and what replaces obsolete elements.

use crate::Flavour;
use crate::zonecfg::document::{self, Element, Node};
use crate::zonecfg::{index, next_debug_id};

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

    /// Gives the zone a debug id if it has none, or one that a zone before it in the index has.
    fn fix_debug_id(&mut self) -> bool {
        let own = self.config.property("debugid");
        let entries = index::entries(self.host).unwrap_or_default();
        let mut earlier = entries
            .iter()
            .map(index::Entry::name)
            .take_while(|name| *name != self.name);
        let mut is_taken = || {
            earlier.any(|name| {
                document::load(self.host, &name)
                    .is_ok_and(|config| config.property("debugid") == own)
            })
        };
        if !own.is_empty() && !is_taken() {
            return false;
        }
        let Some(id) = next_debug_id(self.host) else {
            return false;
        };
        let root = &mut self.config.document.root;
        root.set("debugid", id.to_string().as_bytes());
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
