//! The zones of registry and host, side by side.

mod gather;
mod registered;

pub use gather::{Need, One, gather, one};

use compact_str::CompactString;
use illumos::zone::{ZoneName, ZoneState};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::registry::Difference;

/// A zone as the registry and the host know it. Serialized, it is an element of `list --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// Where the documents say something else than the host has: of what is shown here, or of every setting if it is the only zone.
    pub differences: Vec<Difference>,
}

impl ZoneView {
    /// Whether the documents say something else at this path or below it.
    #[must_use]
    pub fn differs(&self, path: &str) -> bool {
        let mut settings = self.differences.iter().map(|one| one.setting.as_str());
        settings.any(|setting| {
            setting
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

/// A net of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NetView {
    /// The net's name; the VNIC's for a zone that the registry does not have.
    pub name: CompactString,
    /// The pool that the addresses came from.
    pub pool: Option<CompactString>,
    /// The addresses with their prefix lengths, IPv4 first.
    pub addresses: Vec<CompactString>,
    /// The default routers.
    pub gateways: Vec<CompactString>,
    /// The VNIC.
    pub vnic: Option<CompactString>,
    /// The lower link.
    pub stub: Option<CompactString>,
}

/// In JSON `address` and `gateway` are one text each, several joined by commas; `addresses` and `gateways` are arrays.
impl Serialize for NetView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut net = serializer.serialize_struct("NetView", 8)?;
        net.serialize_field("name", &self.name)?;
        net.serialize_field("pool", &self.pool)?;
        net.serialize_field("address", &joined(&self.addresses))?;
        net.serialize_field("gateway", &joined(&self.gateways))?;
        net.serialize_field("addresses", &self.addresses)?;
        net.serialize_field("gateways", &self.gateways)?;
        net.serialize_field("vnic", &self.vnic)?;
        net.serialize_field("stub", &self.stub)?;
        net.end()
    }
}

/// One text for a list that nearly always has one element; nothing for an empty one.
fn joined(texts: &[CompactString]) -> Option<CompactString> {
    match texts {
        [] => None,
        [text] => Some(text.clone()),
        texts => Some(texts.join(",").into()),
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
