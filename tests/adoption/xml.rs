//! The documents of `/etc/zones`, read without anything of `zmgr`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use roxmltree::{Document, Node, ParsingOptions};

/// What a zone's document says: elements of one name in their order, those of different names in none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Element {
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) children: BTreeMap<String, Vec<Element>>,
}

/// Reads a document; `None` if it is none.
pub(crate) fn read(bytes: &[u8]) -> Option<Element> {
    let text = text(bytes);
    let document = parse(&text)?;
    let mut zone = element(document.root_element());
    // What the machine of the transcripts has for zones that name no brand.
    let brand = zone.attributes.entry("brand".to_owned());
    brand.or_insert_with(|| "ipkg".to_owned());
    // The library numbers the zones that it makes.
    zone.attributes.remove("debugid");
    // The kernel sets each resource control by its name; only the order of several of one name counts.
    if let Some(rctls) = zone.children.get_mut("rctl") {
        rctls.sort_by(|one, two| one.attribute("name").cmp(two.attribute("name")));
    }
    Some(zone)
}

/// The text of a document, which is UTF-8 or ISO 8859-1.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn parse(text: &str) -> Option<Document<'_>> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).ok()
}

fn element(node: Node<'_, '_>) -> Element {
    let mut read = Element::default();
    for attribute in node.attributes() {
        // The document type gives every attribute that may be absent an empty default.
        if !attribute.value().is_empty() {
            let (name, value) = (attribute.name().to_owned(), attribute.value().to_owned());
            read.attributes.insert(name, value);
        }
    }
    for child in node.children().filter(Node::is_element) {
        let name = child.tag_name().name().to_owned();
        read.children.entry(name).or_default().push(element(child));
    }
    read
}

impl Element {
    /// An attribute; empty if it is absent.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    /// The elements of this name.
    pub(crate) fn all(&self, name: &str) -> &[Self] {
        self.children.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether the zone shares the IP stack of the global zone.
    pub(crate) fn is_shared(&self) -> bool {
        self.attribute("ip-type") != "exclusive"
    }
}

/// The document with other values of these attributes of the zone itself, everything else as it is.
pub(crate) fn with_attributes(bytes: &[u8], values: &[(&str, &str)]) -> Vec<u8> {
    let text = text(bytes);
    let document = parse(&text).unwrap();
    let mut changes: Vec<(std::ops::Range<usize>, &str)> = values
        .iter()
        .filter_map(|(name, value)| {
            let attribute = document.root_element().attribute_node(*name)?;
            Some((attribute.range_value(), *value))
        })
        .collect();
    changes.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut changed = text.clone().into_owned();
    for (range, value) in changes {
        changed.replace_range(range, value);
    }
    if matches!(text, Cow::Borrowed(_)) {
        return changed.into_bytes();
    }
    let byte = |c: char| u8::try_from(u32::from(c)).unwrap();
    changed.chars().map(byte).collect()
}
