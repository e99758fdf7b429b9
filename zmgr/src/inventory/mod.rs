//! The zones of registry and host, side by side.

mod gather;

pub use gather::{Need, gather, one};

use compact_str::CompactString;
use illumos::zone::{ZoneName, ZoneState};
use serde::{Serialize, Serializer};

/// A zone as the registry and the host know it. Serialized, it is an element of `list --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ZoneView {
    /// The name.
    pub name: ZoneName,
    /// The state; `None` if the host does not have the zone.
    pub state: Option<ZoneState>,
    /// The brand.
    pub brand: Option<CompactString>,
    /// The template that it was made from.
    pub template: Option<CompactString>,
    /// The zonepath.
    pub zonepath: Option<String>,
    /// Whether it boots with the host; `None` if that cannot be read.
    pub autoboot: Option<bool>,
    /// Whether the registry has it.
    pub managed: bool,
    /// Its tags, those of its template first.
    pub tags: Vec<String>,
    /// Its nets.
    pub nets: Vec<NetView>,
}

/// A net of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct NetView {
    /// The net's name; the VNIC's for a zone that the registry does not have.
    pub name: CompactString,
    /// The pool that the addresses came from.
    pub pool: Option<CompactString>,
    /// The addresses with their prefix lengths, IPv4 first; one text, joined by commas, in JSON.
    #[serde(rename = "address", serialize_with = "joined")]
    pub addresses: Vec<CompactString>,
    /// The default routers; one text, joined by commas, in JSON.
    #[serde(rename = "gateway", serialize_with = "joined")]
    pub gateways: Vec<CompactString>,
    /// The VNIC.
    pub vnic: Option<CompactString>,
    /// The lower link.
    pub stub: Option<CompactString>,
}

/// One text for a list that nearly always has one element, `null` for an empty one.
fn joined<S: Serializer>(texts: &[CompactString], serializer: S) -> Result<S::Ok, S::Error> {
    match texts {
        [] => serializer.serialize_none(),
        [text] => serializer.serialize_str(text),
        texts => serializer.serialize_str(&texts.join(",")),
    }
}

impl NetView {
    /// The net on one line: `internal 10.0.0.10/24`.
    #[must_use]
    pub fn line(&self) -> String {
        let addresses = self.addresses.iter();
        let length = addresses.map(|address| 1 + address.len()).sum::<usize>();
        let mut line = String::with_capacity(self.name.len() + length);
        line.push_str(&self.name);
        for address in &self.addresses {
            line.push(' ');
            line.push_str(address);
        }
        line
    }
}
