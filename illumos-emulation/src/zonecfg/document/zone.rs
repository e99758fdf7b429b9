//! What a valid document says, for the emulated commands.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::{Document, Dtd, Element, Node, Prolog, parse};
use crate::zonecfg::{code, paths};
use crate::{Flavour, Host};

/// A valid document whose root element is `zone`.
#[derive(Debug, Clone)]
pub struct ZoneDocument {
    /// The document.
    pub document: Document,
}

/// A `network` element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Net {
    /// The address of a shared-IP zone; empty if not set, as all fields.
    pub address: String,
    /// The address that an exclusive-IP zone may use.
    pub allowed_address: String,
    /// The datalink.
    pub physical: String,
    /// The default router.
    pub defrouter: String,
    /// Extended flavour: the link below a link that is made on boot.
    pub global_nic: String,
    /// Extended flavour: the MAC address.
    pub mac_addr: String,
    /// Extended flavour: the VLAN id.
    pub vlan_id: String,
    /// Extended flavour: named values.
    pub properties: Vec<Property>,
}

/// A `net-attr` element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Property {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// A `filesystem` element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filesystem {
    /// Where it is mounted in the zone.
    pub dir: String,
    /// What is mounted.
    pub special: String,
    /// The raw device; empty if not set.
    pub raw: String,
    /// The type.
    pub fs_type: String,
    /// Mount options.
    pub options: Vec<String>,
}

/// A `device` element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Device {
    /// The pattern below `/dev`.
    pub match_: String,
    /// Extended flavour: named values.
    pub properties: Vec<Property>,
}

/// An `attr` element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attr {
    /// The name.
    pub name: String,
    /// `boolean`, `int`, `string` or `uint`.
    pub attr_type: String,
    /// The value.
    pub value: String,
}

/// An `rctl` element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rctl {
    /// The resource control.
    pub name: String,
    /// Its values.
    pub values: Vec<RctlValue>,
}

/// An `rctl-value` element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RctlValue {
    /// The privilege.
    pub priv_: String,
    /// The limit.
    pub limit: String,
    /// The action.
    pub action: String,
}

/// Reads the document of the zone or template `name`.
///
/// # Errors
/// [`code::NO_ZONE`] without a document, [`code::INVALID_DOCUMENT`] if it cannot be read or is not valid,
/// [`code::WRONG_DOC_TYPE`] if it is valid but not that of a zone.
pub fn load(host: &Host, name: &str) -> Result<ZoneDocument, i32> {
    let path = paths::document(host, name.as_bytes()).ok_or(code::MISC_FS)?;
    from_file(host, &path)
}

/// Reads the snapshot of the zone `name`, what zoneadmd(8) works from while the zone is ready or running.
///
/// # Errors
/// As [`load`].
pub fn load_snapshot(host: &Host, name: &str) -> Result<ZoneDocument, i32> {
    let path = paths::snapshot(host, name.as_bytes()).ok_or(code::MISC_FS)?;
    from_file(host, &path)
}

fn from_file(host: &Host, path: &Path) -> Result<ZoneDocument, i32> {
    let document = match read(host, path) {
        (Some(document), code::OK) => document,
        (_, error) => return Err(error),
    };
    if document.root.name != "zone" {
        return Err(code::WRONG_DOC_TYPE);
    }
    Ok(ZoneDocument { document })
}

/// Reads and checks the document in `path`. One that breaks the rules is handed over beside the error.
pub(in crate::zonecfg) fn read(host: &Host, path: &Path) -> (Option<Document>, i32) {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return (None, code::NO_ZONE),
        Err(_) if path.exists() => return (None, code::INVALID_DOCUMENT),
        Err(_) => return (None, code::NO_ZONE),
    };
    let dtd = Dtd::of(host.flavour());
    let Ok(mut document) = parse(&bytes, dtd) else {
        return (None, code::INVALID_DOCUMENT);
    };
    // The extended flavour was seen to refuse another root element at once; upstream's later calls do.
    let other_root = host.flavour() == Flavour::Omnios && document.root.name != "zone";
    if !dtd.is_valid(&document) || other_root {
        return (Some(document), code::INVALID_DOCUMENT);
    }
    document
        .prolog
        .retain(|node| !matches!(node, Prolog::Comment(_)));
    (Some(document), code::OK)
}

fn text(element: &Element, attribute: &str) -> String {
    String::from_utf8_lossy(element.attribute(attribute).unwrap_or_default()).into_owned()
}

fn properties(element: &Element) -> Vec<Property> {
    element
        .elements("net-attr")
        .map(|property| Property {
            name: text(property, "name"),
            value: text(property, "value"),
        })
        .collect()
}

impl ZoneDocument {
    /// A property of the zone; empty if not set.
    #[must_use]
    pub fn property(&self, name: &str) -> String {
        text(&self.document.root, name)
    }

    /// `zonename`.
    #[must_use]
    pub fn name(&self) -> String {
        self.property("name")
    }

    /// `zonepath`.
    #[must_use]
    pub fn zonepath(&self) -> String {
        self.property("zonepath")
    }

    /// `brand`; empty means the system's default brand, [`default_brand`](crate::zonecfg::document::ZoneDocument::brand_or_default).
    #[must_use]
    pub fn brand(&self) -> String {
        self.property("brand")
    }

    /// `brand`, or that of the template `SUNWdefault`, or `native`.
    #[must_use]
    pub fn brand_or_default(&self, host: &Host) -> String {
        let brand = self.brand();
        if !brand.is_empty() {
            return brand;
        }
        let default = load(host, "SUNWdefault")
            .map(|template| template.brand())
            .unwrap_or_default();
        if default.is_empty() {
            "native".to_owned()
        } else {
            default
        }
    }

    /// `autoboot`.
    #[must_use]
    pub fn autoboot(&self) -> bool {
        self.property("autoboot") == "true"
    }

    /// Whether `ip-type` is `exclusive`.
    #[must_use]
    pub fn is_exclusive(&self) -> bool {
        self.property("ip-type") == "exclusive"
    }

    /// `net` resources.
    #[must_use]
    pub fn nets(&self) -> Vec<Net> {
        let net = |element| Net {
            address: text(element, "address"),
            allowed_address: text(element, "allowed-address"),
            physical: text(element, "physical"),
            defrouter: text(element, "defrouter"),
            global_nic: text(element, "global-nic"),
            mac_addr: text(element, "mac-addr"),
            vlan_id: text(element, "vlan-id"),
            properties: properties(element),
        };
        self.document.root.elements("network").map(net).collect()
    }

    /// `dataset` resources.
    #[must_use]
    pub fn datasets(&self) -> Vec<String> {
        self.document
            .root
            .elements("dataset")
            .map(|element| text(element, "name"))
            .collect()
    }

    /// `fs` resources.
    #[must_use]
    pub fn filesystems(&self) -> Vec<Filesystem> {
        let filesystem = |element: &Element| Filesystem {
            dir: text(element, "directory"),
            special: text(element, "special"),
            raw: text(element, "raw"),
            fs_type: text(element, "type"),
            options: element
                .elements("fsoption")
                .map(|option| text(option, "name"))
                .collect(),
        };
        self.document
            .root
            .elements("filesystem")
            .map(filesystem)
            .collect()
    }

    /// `device` resources.
    #[must_use]
    pub fn devices(&self) -> Vec<Device> {
        let device = |element| Device {
            match_: text(element, "match"),
            properties: properties(element),
        };
        self.document.root.elements("device").map(device).collect()
    }

    /// `attr` resources.
    #[must_use]
    pub fn attrs(&self) -> Vec<Attr> {
        let attr = |element| Attr {
            name: text(element, "name"),
            attr_type: text(element, "type"),
            value: text(element, "value"),
        };
        self.document.root.elements("attr").map(attr).collect()
    }

    /// `rctl` resources.
    #[must_use]
    pub fn rctls(&self) -> Vec<Rctl> {
        let value = |element: &Element| RctlValue {
            priv_: text(element, "priv"),
            limit: text(element, "limit"),
            action: text(element, "action"),
        };
        let rctl = |element: &Element| Rctl {
            name: text(element, "name"),
            values: element.elements("rctl-value").map(value).collect(),
        };
        self.document.root.elements("rctl").map(rctl).collect()
    }

    /// The cap of `capped-memory` that rcapd(8) enforces, in bytes; 0 if there is none.
    #[must_use]
    pub fn memory_cap(&self) -> u64 {
        let mut caps = self.document.root.elements("mcap");
        caps.next()
            .and_then(|cap| text(cap, "physcap").parse().ok())
            .unwrap_or_default()
    }

    /// Changes an attribute of the `index`-th `net` resource, as a brand does that notes the MAC address it was given.
    pub fn set_net_attribute(&mut self, index: usize, attribute: &str, value: &str) {
        let nets = self
            .document
            .root
            .children
            .iter_mut()
            .filter_map(|node| match node {
                Node::Element(element) if element.name == "network" => Some(element),
                _ => None,
            });
        if let Some(net) = nets.into_iter().nth(index) {
            net.set(attribute, value.as_bytes());
        }
    }
}
