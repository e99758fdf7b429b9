//! Zone documents, `/etc/zones/NAME.xml`: parsing, the rules of their DTD, editing and writing.

mod dtd;
mod parse;
mod write;
mod zone;

pub use dtd::Dtd;
pub use parse::{NotWellFormed, parse};
pub use write::{Unwritable, write};
pub(super) use zone::read;
pub use zone::{
    Attr, Device, Filesystem, Net, Property, Rctl, RctlValue, ZoneDocument, load, load_snapshot,
};

/// The system identifier that a document needs to be valid.
pub const SYSTEM_ID: &str = "file:///usr/share/lib/xml/dtd/zonecfg.dtd.1";
/// The public identifier that the templates carry.
pub const PUBLIC_ID: &str = "-//Sun Microsystems Inc//DTD Zones//EN";

/// A parsed document, as far as zones need one.
///
/// Comments outside the root element are not kept: libzonecfg removes them on load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The XML version, as declared.
    pub version: String,
    /// The encoding, as declared; it decides how characters outside ASCII are written.
    pub encoding: Option<String>,
    /// The `standalone` declaration.
    pub standalone: Option<bool>,
    /// What stands before the root element.
    pub prolog: Vec<Prolog>,
    /// The root element.
    pub root: Element,
    /// Processing instructions after the root element.
    pub epilog: Vec<Instruction>,
}

/// A node before the root element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prolog {
    /// The document type declaration.
    Doctype(Doctype),
    /// A comment; on save only.
    Comment(String),
    /// A processing instruction.
    Instruction(Instruction),
}

/// A document type declaration without internal subset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doctype {
    /// The name of the root element.
    pub name: String,
    /// The public identifier.
    pub public: Option<String>,
    /// The system identifier.
    pub system: Option<String>,
}

/// A processing instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// The target.
    pub target: String,
    /// What follows the target.
    pub content: Option<String>,
}

/// An element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// The name.
    pub name: String,
    /// The attributes in the order of their creation. A value is any bytes without NUL: nothing looks at them before they are written.
    pub attributes: Vec<(String, Vec<u8>)>,
    /// The children.
    pub children: Vec<Node>,
}

/// A child of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// An element.
    Element(Element),
    /// A comment.
    Comment(String),
    /// A processing instruction.
    Instruction(Instruction),
    /// Text. No valid document has any; blank text between elements is dropped on load.
    Text(String),
}

impl Node {
    /// The element, if this is one.
    #[must_use]
    pub fn as_element(&self) -> Option<&Element> {
        match self {
            Self::Element(element) => Some(element),
            _ => None,
        }
    }

    /// Whether this is an element called `name`.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.as_element()
            .is_some_and(|element| element.name == name)
    }
}

impl Element {
    /// An element without attributes and children.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// The value that stands in the document.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&[u8]> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_slice())
    }

    /// Sets an attribute; a new one comes last.
    pub fn set(&mut self, name: &str, value: &[u8]) {
        match self.attributes.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => *old = value.to_vec(),
            None => self.attributes.push((name.to_owned(), value.to_vec())),
        }
    }

    /// Removes an attribute, if there.
    pub fn unset(&mut self, name: &str) {
        self.attributes.retain(|(key, _)| key != name);
    }

    /// The child elements called `name`.
    pub fn elements<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children
            .iter()
            .filter_map(Node::as_element)
            .filter(move |element| element.name == name)
    }
}

impl Document {
    /// The document type declaration.
    #[must_use]
    pub fn doctype(&self) -> Option<&Doctype> {
        self.prolog.iter().find_map(|node| match node {
            Prolog::Doctype(doctype) => Some(doctype),
            _ => None,
        })
    }

    /// The rules for this document, if its declaration names them.
    ///
    /// Attribute defaults come from there, for a document that breaks the rules as well.
    #[must_use]
    pub fn dtd(&self, dtd: &'static Dtd) -> Option<&'static Dtd> {
        let system = self.doctype()?.system.as_deref()?;
        (system == SYSTEM_ID || SYSTEM_ID.strip_prefix("file://") == Some(system)).then_some(dtd)
    }

    /// Notes that a value which is not UTF-8 went into the document: libxml2 then takes the document for ISO-8859-1.
    pub fn note_bytes(&mut self, value: &[u8]) {
        if std::str::from_utf8(value).is_err() {
            self.encoding = Some("ISO-8859-1".to_owned());
        }
    }
}
