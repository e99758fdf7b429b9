//! Writing a document as libxml2's formatted save does, byte for byte.

use std::fmt::Write as _;

use super::parse::Charset;
use super::{Document, Element, Instruction, Node, Prolog};

/// A value is not UTF-8, or the encoding of the document is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unwritable;

/// The bytes of `document`.
///
/// # Errors
/// [`Unwritable`].
pub fn write(document: &Document) -> Result<Vec<u8>, Unwritable> {
    let charset = Charset::of(document.encoding.as_deref()).ok_or(Unwritable)?;
    let mut out = Writer {
        text: String::new(),
        escapes: document.encoding.is_none(),
    };
    out.document(document)?;
    Ok(encode(&out.text, charset))
}

/// Characters that the encoding lacks become decimal references.
fn encode(text: &str, charset: Charset) -> Vec<u8> {
    let limit = match charset {
        Charset::Utf8 => return text.as_bytes().to_vec(),
        Charset::Utf16 => {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            return units.flat_map(u16::to_le_bytes).collect();
        }
        Charset::Latin1 => 0xff,
        Charset::Ascii => 0x7f,
    };
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match u8::try_from(u32::from(character)) {
            Ok(byte) if byte <= limit => bytes.push(byte),
            _ => bytes.extend_from_slice(format!("&#{};", u32::from(character)).as_bytes()),
        }
    }
    bytes
}

struct Writer {
    text: String,
    /// Whether characters outside ASCII are written as references: when no encoding was declared.
    escapes: bool,
}

impl Writer {
    fn document(&mut self, document: &Document) -> Result<(), Unwritable> {
        self.text.push_str("<?xml version=\"");
        self.text.push_str(&document.version);
        self.text.push('"');
        if let Some(encoding) = &document.encoding {
            self.text.push_str(" encoding=\"");
            self.text.push_str(encoding);
            self.text.push('"');
        }
        if let Some(standalone) = document.standalone {
            self.text.push_str(if standalone {
                " standalone=\"yes\""
            } else {
                " standalone=\"no\""
            });
        }
        self.text.push_str("?>\n");
        for node in &document.prolog {
            match node {
                Prolog::Doctype(doctype) => {
                    self.text.push_str("<!DOCTYPE ");
                    self.text.push_str(&doctype.name);
                    if let Some(public) = &doctype.public {
                        self.text.push_str(" PUBLIC ");
                        self.literal(public);
                        self.text.push(' ');
                        self.literal(doctype.system.as_deref().unwrap_or_default());
                    } else if let Some(system) = &doctype.system {
                        self.text.push_str(" SYSTEM ");
                        self.literal(system);
                    }
                    self.text.push('>');
                }
                Prolog::Comment(comment) => self.comment(comment),
                Prolog::Instruction(instruction) => self.instruction(instruction),
            }
            self.text.push('\n');
        }
        self.element(&document.root, 0)?;
        self.text.push('\n');
        for instruction in &document.epilog {
            self.instruction(instruction);
            self.text.push('\n');
        }
        Ok(())
    }

    /// A literal in the quotes that it does not contain.
    fn literal(&mut self, text: &str) {
        let quote = if text.contains('"') { '\'' } else { '"' };
        self.text.push(quote);
        self.text.push_str(text);
        self.text.push(quote);
    }

    fn comment(&mut self, text: &str) {
        self.text.push_str("<!--");
        self.text.push_str(text);
        self.text.push_str("-->");
    }

    fn instruction(&mut self, instruction: &Instruction) {
        self.text.push_str("<?");
        self.text.push_str(&instruction.target);
        if let Some(content) = &instruction.content {
            self.text.push(' ');
            self.text.push_str(content);
        }
        self.text.push_str("?>");
    }

    fn element(&mut self, element: &Element, depth: usize) -> Result<(), Unwritable> {
        self.text.push('<');
        self.text.push_str(&element.name);
        for (name, value) in &element.attributes {
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("=\"");
            self.value(std::str::from_utf8(value).map_err(|_| Unwritable)?);
            self.text.push('"');
        }
        if element.children.is_empty() {
            self.text.push_str("/>");
            return Ok(());
        }
        self.text.push('>');
        // Text is content: nothing may be added beside it.
        let formatted = !element
            .children
            .iter()
            .any(|child| matches!(child, Node::Text(_)));
        for child in &element.children {
            if formatted {
                self.line(depth + 1);
            }
            match child {
                Node::Element(child) => self.element(child, depth + 1)?,
                Node::Comment(comment) => self.comment(comment),
                Node::Instruction(instruction) => self.instruction(instruction),
                Node::Text(text) => self.content(text),
            }
        }
        if formatted {
            self.line(depth);
        }
        self.text.push_str("</");
        self.text.push_str(&element.name);
        self.text.push('>');
        Ok(())
    }

    fn line(&mut self, depth: usize) {
        self.text.push('\n');
        for _ in 0..depth {
            self.text.push_str("  ");
        }
    }

    /// The value of an attribute.
    fn value(&mut self, value: &str) {
        for character in value.chars() {
            match character {
                '"' => self.text.push_str("&quot;"),
                '\n' => self.text.push_str("&#10;"),
                '\r' => self.text.push_str("&#13;"),
                '\t' => self.text.push_str("&#9;"),
                _ => self.character(character),
            }
        }
    }

    /// Text between tags.
    fn content(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '\r' => self.text.push_str("&#13;"),
                _ => self.character(character),
            }
        }
    }

    fn character(&mut self, character: char) {
        match character {
            '<' => self.text.push_str("&lt;"),
            '>' => self.text.push_str("&gt;"),
            '&' => self.text.push_str("&amp;"),
            _ if character.is_ascii() || !self.escapes => self.text.push(character),
            _ => {
                let _ = write!(self.text, "&#x{:X};", u32::from(character));
            }
        }
    }
}
