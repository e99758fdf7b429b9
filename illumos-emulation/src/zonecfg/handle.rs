//! A handle: one document and one cursor over the children of its root element, shared by everything.

use super::code;
use super::document::{Document, Dtd, Element, Node};
use crate::Host;

/// What `zone_dochandle_t` points to.
#[derive(Debug)]
pub(super) struct Handle {
    pub(super) host: Host,
    pub(super) document: Option<Document>,
    cursor: Cursor,
    /// Whether anything has looked for the root element: until then the cursor's place of rest is unknown, and a document is
    /// saved without the comment that warns its readers.
    pub(super) is_positioned: bool,
    /// Saving adds the zone to the index, or resets its entry.
    pub(super) is_new: bool,
    /// A snapshot of a running zone: it is not saved as its configuration.
    pub(super) is_snapshot: bool,
    /// The name that the zone had before it was renamed; empty if it was not.
    pub(super) old_name: Vec<u8>,
    /// Users whose authorizations are to be removed on save, each with the zone that they were for.
    pub(super) removed_admins: Vec<(Vec<u8>, Vec<u8>)>,
}

/// Where the next entry is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cursor {
    /// Nowhere: a null pointer in the real library.
    Null,
    /// At the root element.
    Root,
    /// At a child of the root element.
    Child(usize),
}

impl Handle {
    pub(super) fn new(host: Host) -> Self {
        Self {
            host,
            document: None,
            cursor: Cursor::Null,
            is_positioned: false,
            is_new: false,
            is_snapshot: false,
            old_name: Vec::new(),
            removed_admins: Vec::new(),
        }
    }

    pub(super) fn is_renaming(&self) -> bool {
        !self.is_new && !self.old_name.is_empty()
    }

    pub(super) fn document(&self) -> Result<&Document, i32> {
        self.document.as_ref().ok_or(code::BAD_HANDLE)
    }

    /// The `zone` element.
    pub(super) fn root(&self) -> Result<&Element, i32> {
        let root = &self.document()?.root;
        if root.name == "zone" {
            Ok(root)
        } else {
            Err(code::WRONG_DOC_TYPE)
        }
    }

    pub(super) fn root_mut(&mut self) -> Result<&mut Element, i32> {
        let root = &mut self.document.as_mut().ok_or(code::BAD_HANDLE)?.root;
        if root.name == "zone" {
            Ok(root)
        } else {
            Err(code::WRONG_DOC_TYPE)
        }
    }

    /// What every operation on resources begins with: the cursor goes to the root element.
    pub(super) fn prepare(&mut self) -> Result<(), i32> {
        self.root()?;
        self.cursor = Cursor::Root;
        self.is_positioned = true;
        Ok(())
    }

    /// Starts an iteration (`zonecfg_set…ent`).
    pub(super) fn start(&mut self) -> Result<(), i32> {
        let prepared = self.prepare();
        self.cursor = if prepared.is_ok() {
            Cursor::Child(0)
        } else {
            Cursor::Null
        };
        prepared
    }

    /// Ends an iteration (`zonecfg_end…ent`), and what every error within one does.
    pub(super) fn rest(&mut self) {
        self.cursor = if self.is_positioned {
            Cursor::Root
        } else {
            Cursor::Null
        };
    }

    /// The cursor; `None` where the real library would follow a null pointer.
    pub(super) fn cursor(&self) -> Option<Cursor> {
        match self.cursor {
            Cursor::Null => None,
            Cursor::Child(at)
                if self
                    .document
                    .as_ref()
                    .is_none_or(|document| at >= document.root.children.len()) =>
            {
                None
            }
            cursor => Some(cursor),
        }
    }

    /// The children below the cursor, which is where a removal looks that reads the cursor before it is set.
    pub(super) fn children_at(&mut self, cursor: Cursor) -> Option<&mut Vec<Node>> {
        let root = &mut self.document.as_mut()?.root;
        match cursor {
            Cursor::Null => None,
            Cursor::Root => Some(&mut root.children),
            Cursor::Child(at) => match root.children.get_mut(at) {
                Some(Node::Element(element)) => Some(&mut element.children),
                _ => None,
            },
        }
    }

    /// The next child called `name`, and the cursor behind it once `take` could make use of it.
    pub(super) fn next(
        &mut self,
        name: &str,
        take: impl FnOnce(&Self, &Element) -> Result<(), i32>,
    ) -> Result<(), i32> {
        let at = match self.cursor {
            Cursor::Null => return Err(code::NO_ENTRY),
            // The root element has no siblings that are resources.
            Cursor::Root => None,
            Cursor::Child(at) => {
                let children = &self.root()?.children;
                if at >= children.len() {
                    return Err(code::NO_ENTRY);
                }
                children
                    .iter()
                    .skip(at)
                    .position(|child| child.is(name))
                    .map(|found| at + found)
            }
        };
        let Some(at) = at else {
            self.rest();
            return Err(code::NO_ENTRY);
        };
        let taken = match self.root()?.children[at].as_element() {
            Some(element) => take(self, element),
            None => Err(code::NO_ENTRY),
        };
        match taken {
            Ok(()) => self.cursor = Cursor::Child(at + 1),
            Err(_) => self.rest(),
        }
        taken
    }

    /// The value of an attribute: what the document says, else the default of its rules.
    pub(super) fn fetch<'a>(
        &'a self,
        element: &'a Element,
        attribute: &str,
    ) -> Result<&'a [u8], i32> {
        if let Some(value) = element.attribute(attribute) {
            return Ok(value);
        }
        let dtd = self.document()?.dtd(Dtd::of(self.host.flavour()));
        dtd.and_then(|dtd| dtd.default(&element.name, attribute))
            .map(str::as_bytes)
            .ok_or(code::BAD_PROPERTY)
    }

    /// A property of the zone.
    pub(super) fn property(&self, name: &str) -> Result<&[u8], i32> {
        self.fetch(self.root()?, name)
    }

    /// Sets or removes a property of the zone.
    pub(super) fn set_property(&mut self, name: &str, value: Option<&[u8]>) -> Result<(), i32> {
        let root = self.root_mut()?;
        match value {
            Some(value) => {
                root.set(name, value);
                if let Some(document) = &mut self.document {
                    document.note_bytes(value);
                }
            }
            None => root.unset(name),
        }
        Ok(())
    }

    /// Adds a resource.
    pub(super) fn append(&mut self, element: Element) -> Result<(), i32> {
        if let Some(document) = &mut self.document {
            let nested = element
                .children
                .iter()
                .filter_map(Node::as_element)
                .flat_map(|child| &child.attributes);
            for (_, value) in element.attributes.iter().chain(nested) {
                document.note_bytes(value);
            }
        }
        self.root_mut()?.children.push(Node::Element(element));
        Ok(())
    }

    /// Removes the first resource called `name` that `matches`.
    pub(super) fn remove(
        &mut self,
        name: &str,
        matches: impl Fn(&Self, &Element) -> bool,
    ) -> Result<Element, i32> {
        let found = self.root()?.children.iter().position(|child| {
            child
                .as_element()
                .is_some_and(|element| element.name == name && matches(self, element))
        });
        let at = found.ok_or(code::NO_RESOURCE_ID)?;
        match self.root_mut()?.children.remove(at) {
            Node::Element(element) => Ok(element),
            _ => Err(code::NO_RESOURCE_ID),
        }
    }

    /// Whether an attribute has this value; empty where it is absent but has a default.
    pub(super) fn has(&self, element: &Element, attribute: &str, value: &[u8]) -> bool {
        self.fetch(element, attribute) == Ok(value)
    }
}
