//! What makes a zone document valid (`illumos-gate usr/src/lib/libzonecfg/dtd/zonecfg.dtd.1`, and its extended form in
//! `illumos-omnios`).

use super::{Document, Element, Node};
use crate::Flavour;

/// The rules of one distribution family.
#[derive(Debug)]
pub struct Dtd {
    types: &'static [Type],
}

#[derive(Debug)]
struct Type {
    name: &'static str,
    /// The child elements, any number in any order. An element that has none must be empty: not even a comment.
    children: &'static [&'static str],
    attributes: &'static [Attribute],
}

#[derive(Debug)]
struct Attribute {
    name: &'static str,
    /// The value when the attribute is absent; `None` means that it must be there.
    default: Option<&'static str>,
    /// The only values, if restricted.
    values: &'static [&'static str],
}

const fn required(name: &'static str) -> Attribute {
    Attribute {
        name,
        default: None,
        values: &[],
    }
}

const fn optional(name: &'static str) -> Attribute {
    Attribute {
        name,
        default: Some(""),
        values: &[],
    }
}

const ZONE: &[&str] = &[
    "filesystem",
    "inherited-pkg-dir",
    "network",
    "device",
    "deleted-device",
    "rctl",
    "attr",
    "dataset",
    "package",
    "patch",
    "dev-perm",
    "tmp_pool",
    "pset",
    "mcap",
    "admin",
    "security-flags",
];

const BOOLEAN: &[&str] = &["true", "false"];

/// The element types that are the same everywhere.
macro_rules! types {
    ($($own:expr),+ $(,)?) => {
        &[
            Type {
                name: "filesystem",
                children: &["fsoption"],
                attributes: &[required("special"), optional("raw"), required("directory"), required("type")],
            },
            Type { name: "fsoption", children: &[], attributes: &[required("name")] },
            Type { name: "inherited-pkg-dir", children: &[], attributes: &[required("directory")] },
            Type { name: "deleted-device", children: &[], attributes: &[required("match")] },
            Type { name: "rctl", children: &["rctl-value"], attributes: &[required("name")] },
            Type { name: "rctl-value", children: &[], attributes: &[required("priv"), required("limit"), required("action")] },
            Type {
                name: "attr",
                children: &[],
                attributes: &[
                    required("name"),
                    Attribute { name: "type", default: None, values: &["boolean", "int", "string", "uint"] },
                    required("value"),
                ],
            },
            Type { name: "dataset", children: &[], attributes: &[required("name")] },
            Type { name: "package", children: &[], attributes: &[required("name"), required("version")] },
            Type { name: "obsoletes", children: &[], attributes: &[required("id")] },
            Type { name: "incompatible", children: &[], attributes: &[required("id")] },
            Type { name: "patch", children: &["obsoletes", "incompatible"], attributes: &[required("id")] },
            Type {
                name: "dev-perm",
                children: &[],
                attributes: &[required("name"), required("uid"), required("gid"), required("mode"), required("acl")],
            },
            Type { name: "tmp_pool", children: &[], attributes: &[required("importance")] },
            Type { name: "pset", children: &[], attributes: &[required("ncpu_min"), required("ncpu_max")] },
            Type { name: "mcap", children: &[], attributes: &[required("physcap")] },
            Type { name: "admin", children: &[], attributes: &[required("user"), required("auths")] },
            Type {
                name: "security-flags",
                children: &[],
                attributes: &[optional("default"), optional("lower"), optional("upper")],
            },
            $($own),+
        ]
    };
}

static UPSTREAM: Dtd = Dtd {
    types: types![
        Type {
            name: "network",
            children: &[],
            attributes: &[
                optional("address"),
                optional("allowed-address"),
                optional("defrouter"),
                required("physical")
            ],
        },
        Type {
            name: "device",
            children: &[],
            attributes: &[required("match")]
        },
        Type {
            name: "zone",
            children: ZONE,
            attributes: &[
                required("name"),
                required("zonepath"),
                Attribute {
                    name: "autoboot",
                    default: None,
                    values: BOOLEAN
                },
                optional("ip-type"),
                optional("hostid"),
                optional("pool"),
                optional("limitpriv"),
                optional("bootargs"),
                optional("brand"),
                optional("scheduling-class"),
                optional("fs-allowed"),
                Attribute {
                    name: "version",
                    default: Some("1"),
                    values: &["1"]
                },
            ],
        },
    ],
};

static OMNIOS: Dtd = Dtd {
    types: types![
        Type {
            name: "net-attr",
            children: &[],
            attributes: &[required("name"), required("value")]
        },
        Type {
            name: "network",
            children: &["net-attr"],
            attributes: &[
                optional("address"),
                optional("allowed-address"),
                optional("defrouter"),
                optional("global-nic"),
                optional("mac-addr"),
                required("physical"),
                optional("vlan-id"),
            ],
        },
        Type {
            name: "device",
            children: &["net-attr"],
            attributes: &[required("match")]
        },
        Type {
            name: "zone",
            children: ZONE,
            attributes: &[
                required("name"),
                required("zonepath"),
                Attribute {
                    name: "autoboot",
                    default: None,
                    values: BOOLEAN
                },
                optional("ip-type"),
                optional("hostid"),
                optional("pool"),
                optional("limitpriv"),
                optional("bootargs"),
                optional("brand"),
                optional("debugid"),
                optional("scheduling-class"),
                optional("fs-allowed"),
                Attribute {
                    name: "version",
                    default: Some("1"),
                    values: &["1"]
                },
            ],
        },
    ],
};

impl Dtd {
    /// The rules on `flavour`.
    #[must_use]
    pub fn of(flavour: Flavour) -> &'static Self {
        match flavour {
            Flavour::Upstream => &UPSTREAM,
            Flavour::Omnios => &OMNIOS,
        }
    }

    fn element(&self, name: &str) -> Option<&Type> {
        self.types.iter().find(|declared| declared.name == name)
    }

    /// The value that the absent attribute `attribute` of `element` has.
    #[must_use]
    pub fn default(&self, element: &str, attribute: &str) -> Option<&'static str> {
        self.element(element)?
            .attributes
            .iter()
            .find(|declared| declared.name == attribute)?
            .default
    }

    /// Whether blank text in `element` means nothing.
    pub(super) fn drops_blanks(&self, element: &str) -> bool {
        self.element(element)
            .is_some_and(|declared| !declared.children.is_empty())
    }

    /// Whether the value of `attribute` is a token: blanks around it are then dropped on load.
    pub(super) fn is_token(&self, element: &str, attribute: &str) -> bool {
        self.element(element)
            .and_then(|declared| {
                declared
                    .attributes
                    .iter()
                    .find(|declared| declared.name == attribute)
            })
            .is_some_and(|declared| !declared.values.is_empty())
    }

    /// Whether `document` keeps to the rules.
    #[must_use]
    pub fn is_valid(&'static self, document: &Document) -> bool {
        document.dtd(self).is_some()
            && document
                .doctype()
                .is_some_and(|doctype| doctype.name == document.root.name)
            && self.is_valid_element(&document.root)
    }

    fn is_valid_element(&self, element: &Element) -> bool {
        let Some(declared) = self.element(&element.name) else {
            return false;
        };
        let known = element.attributes.iter().all(|(name, value)| {
            declared.attributes.iter().any(|attribute| {
                attribute.name == name
                    && (attribute.values.is_empty()
                        || attribute
                            .values
                            .iter()
                            .any(|allowed| allowed.as_bytes() == value))
            })
        });
        let complete = declared.attributes.iter().all(|attribute| {
            attribute.default.is_some() || element.attribute(attribute.name).is_some()
        });
        let children = if declared.children.is_empty() {
            element.children.is_empty()
        } else {
            element.children.iter().all(|child| match child {
                Node::Element(child) => {
                    declared.children.contains(&child.name.as_str()) && self.is_valid_element(child)
                }
                Node::Comment(_) | Node::Instruction(_) => true,
                Node::Text(_) => false,
            })
        };
        known && complete && children
    }
}
