//! Reading a document: the encoding, what stands before the root element, and the tree that roxmltree made.

use std::borrow::Cow;

use super::{Doctype, Document, Dtd, Element, Instruction, Node, Prolog};

/// The text is not XML, or XML that the parser of the real library refuses as well (its limits included).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotWellFormed;

/// libxml2 refuses elements that are nested deeper (`libxml2 parser.c`, `xmlParserMaxDepth`).
const MAX_DEPTH: usize = 256;
/// libxml2 refuses longer attribute values and texts (`libxml2 include/libxml/parserInternals.h`, `XML_MAX_TEXT_LENGTH`).
const MAX_TEXT: usize = 10_000_000;
/// Ours: a zone document of this size is no zone document.
const MAX_DOCUMENT: usize = 64 << 20;

/// Parses `bytes`; `dtd` says which blank text means nothing.
///
/// An internal subset is refused: no zone document has one, and entities are how XML attacks its readers.
///
/// # Errors
/// [`NotWellFormed`].
pub fn parse(bytes: &[u8], dtd: &'static Dtd) -> Result<Document, NotWellFormed> {
    if bytes.len() > MAX_DOCUMENT || nests_too_deep(bytes) {
        return Err(NotWellFormed);
    }
    let text = decode(bytes)?;
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..roxmltree::ParsingOptions::default()
    };
    let tree =
        roxmltree::Document::parse_with_options(&text, options).map_err(|_| NotWellFormed)?;

    let declaration = Declaration::of(&text);
    let prolog = prolog(&text[declaration.length..])?;
    let has_rules = prolog
        .iter()
        .any(|node| matches!(node, Prolog::Doctype(doctype) if doctype.system.is_some()));
    let root = element(tree.root_element(), has_rules.then_some(dtd), 0)?;
    let epilog = tree
        .root_element()
        .next_siblings()
        .skip(1)
        .filter_map(instruction)
        .collect();
    Ok(Document {
        version: declaration.version.unwrap_or_else(|| "1.0".to_owned()),
        encoding: declaration.encoding,
        standalone: declaration.standalone,
        prolog,
        root,
        epilog,
    })
}

/// Whether elements could be nested deeper than the limit. Counts tags roughly, before anything recurses over them:
/// a start tag opens, an end tag or an empty element closes.
fn nests_too_deep(bytes: &[u8]) -> bool {
    let mut depth = 0usize;
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|&byte| byte == b'<') {
        rest = &rest[at + 1..];
        let skip = if rest.starts_with(b"!--") {
            find(rest, b"-->")
        } else if rest.starts_with(b"![CDATA[") {
            find(rest, b"]]>")
        } else if rest.starts_with(b"?") {
            find(rest, b"?>")
        } else {
            None
        };
        if let Some(skip) = skip {
            rest = &rest[skip..];
            continue;
        }
        match rest.first() {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'!') => {}
            _ => {
                let end = rest
                    .iter()
                    .position(|&byte| byte == b'>')
                    .unwrap_or(rest.len());
                if end == 0 || rest.get(end - 1) != Some(&b'/') {
                    depth += 1;
                }
            }
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

/// The document as text, without byte order mark.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, NotWellFormed> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return std::str::from_utf8(rest)
            .map(Cow::Borrowed)
            .map_err(|_| NotWellFormed);
    }
    let utf16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = rest.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
        char::decode_utf16(units)
            .collect::<Result<String, _>>()
            .map(Cow::Owned)
            .map_err(|_| NotWellFormed)
    };
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf16(rest, u16::from_be_bytes);
    }
    let head: String = bytes
        .iter()
        .take(200)
        .map(|&byte| {
            if byte.is_ascii() {
                char::from(byte)
            } else {
                '?'
            }
        })
        .collect();
    match Charset::of(Declaration::of(&head).encoding.as_deref()).ok_or(NotWellFormed)? {
        Charset::Utf8 => std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|_| NotWellFormed),
        Charset::Latin1 => Ok(bytes
            .iter()
            .map(|&byte| char::from(byte))
            .collect::<String>()
            .into()),
        Charset::Ascii if bytes.is_ascii() => std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|_| NotWellFormed),
        Charset::Ascii | Charset::Utf16 => Err(NotWellFormed),
    }
}

/// The encodings that are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    Utf8,
    Utf16,
    Latin1,
    Ascii,
}

impl Charset {
    /// The one that a declaration names.
    pub(super) fn of(name: Option<&str>) -> Option<Self> {
        match name.map(str::to_ascii_uppercase).as_deref() {
            None | Some("UTF-8" | "UTF8") => Some(Self::Utf8),
            Some("UTF-16" | "UTF16" | "UTF-16LE" | "UTF-16BE") => Some(Self::Utf16),
            Some("ISO-8859-1" | "ISO-LATIN-1" | "ISO LATIN 1" | "LATIN1") => Some(Self::Latin1),
            Some("ASCII" | "US-ASCII") => Some(Self::Ascii),
            Some(_) => None,
        }
    }
}

/// `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
#[derive(Debug, Default)]
struct Declaration {
    /// Bytes that it takes.
    length: usize,
    version: Option<String>,
    encoding: Option<String>,
    standalone: Option<bool>,
}

impl Declaration {
    /// The declaration at the start of `text`; empty if there is none.
    fn of(text: &str) -> Self {
        let Some(rest) = text
            .strip_prefix("<?xml")
            .filter(|rest| rest.starts_with(char::is_whitespace))
        else {
            return Self::default();
        };
        let Some(end) = rest.find("?>") else {
            return Self::default();
        };
        let mut found = Self {
            length: "<?xml".len() + end + "?>".len(),
            ..Self::default()
        };
        let mut rest = rest[..end].trim_start();
        while let Some((name, after)) = rest.split_once('=') {
            let Some((value, after)) = quoted(after.trim_start()) else {
                break;
            };
            match name.trim() {
                "version" => found.version = Some(value.to_owned()),
                "encoding" => found.encoding = Some(value.to_owned()),
                "standalone" => found.standalone = Some(value == "yes"),
                _ => {}
            }
            rest = after.trim_start();
        }
        found
    }
}

/// A quoted literal at the start of `text`, and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    text[1..].split_once(quote)
}

/// What stands before the root element of the well-formed `text`.
fn prolog(text: &str) -> Result<Vec<Prolog>, NotWellFormed> {
    let mut nodes = Vec::new();
    let mut rest = text.trim_start();
    loop {
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").ok_or(NotWellFormed)?.1;
        } else if let Some(declaration) = rest.strip_prefix("<!DOCTYPE") {
            let (doctype, after) = doctype(declaration).ok_or(NotWellFormed)?;
            nodes.push(Prolog::Doctype(doctype));
            rest = after;
        } else if let Some(content) = rest.strip_prefix("<?") {
            let (content, after) = content.split_once("?>").ok_or(NotWellFormed)?;
            let (target, content) = match content.split_once(char::is_whitespace) {
                Some((target, content)) => (target, Some(content.trim_start().to_owned())),
                None => (content, None),
            };
            nodes.push(Prolog::Instruction(Instruction {
                target: target.to_owned(),
                content,
            }));
            rest = after;
        } else {
            return Ok(nodes);
        }
        rest = rest.trim_start();
    }
}

/// The declaration after `<!DOCTYPE`, and what follows it; `None` if it has an internal subset.
fn doctype(text: &str) -> Option<(Doctype, &str)> {
    let text = text.trim_start();
    let end =
        text.find(|character: char| character.is_whitespace() || matches!(character, '>' | '['))?;
    let (name, rest) = text.split_at(end);
    let rest = rest.trim_start();
    let (public, rest) = match rest.strip_prefix("PUBLIC") {
        Some(rest) => {
            let (public, rest) = quoted(rest.trim_start())?;
            (Some(public.to_owned()), rest)
        }
        None => (None, rest.strip_prefix("SYSTEM").unwrap_or(rest)),
    };
    let rest = rest.trim_start();
    let (system, rest) = match quoted(rest) {
        Some((system, rest)) => (Some(system.to_owned()), rest),
        None => (None, rest),
    };
    let rest = rest.trim_start().strip_prefix('>')?;
    Some((
        Doctype {
            name: name.to_owned(),
            public,
            system,
        },
        rest,
    ))
}

/// A processing instruction. Blanks behind the target alone count as empty content.
fn instruction(node: roxmltree::Node<'_, '_>) -> Option<Instruction> {
    let pi = node.pi()?;
    let source = &node.document().input_text()[node.range()];
    let is_bare = source.len() == "<??>".len() + pi.target.len();
    let content = pi.value.or((!is_bare).then_some(""));
    Some(Instruction {
        target: pi.target.to_owned(),
        content: content.map(str::to_owned),
    })
}

/// Whether a text consists of blanks that were written as such: those of a CDATA section or of a reference count as text.
fn is_written_blank(text: roxmltree::Node<'_, '_>) -> bool {
    let input = text.document().input_text();
    // The range of a text that CDATA sections are part of ends early.
    let source = match (text.next_sibling(), text.parent()) {
        (Some(next), _) => &input[text.range().start..next.range().start],
        (None, Some(parent)) => {
            let rest = &input[text.range().start..parent.range().end];
            &rest[..rest.rfind("</").unwrap_or(rest.len())]
        }
        (None, None) => return false,
    };
    source
        .bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// The element `node`. The rules say which blank text is dropped, and where blanks around a value mean nothing.
fn element(
    node: roxmltree::Node<'_, '_>,
    dtd: Option<&'static Dtd>,
    depth: usize,
) -> Result<Element, NotWellFormed> {
    if depth >= MAX_DEPTH {
        return Err(NotWellFormed);
    }
    let mut element = Element::new(node.tag_name().name());
    let inherited = node
        .parent_element()
        .map_or(0, |parent| parent.namespaces().len());
    if node.namespaces().len() > inherited {
        // No rule allows it, so that the document is not valid; the names need not be kept.
        element.attributes.push(("xmlns".to_owned(), Vec::new()));
    }
    for attribute in node.attributes() {
        let name = match attribute.namespace() {
            Some(_) => format!("xml:{}", attribute.name()),
            None => attribute.name().to_owned(),
        };
        if attribute.value().len() > MAX_TEXT {
            return Err(NotWellFormed);
        }
        let is_token = dtd.is_some_and(|dtd| dtd.is_token(&element.name, &name));
        let value = if is_token {
            let words: Vec<&str> = attribute
                .value()
                .split(' ')
                .filter(|word| !word.is_empty())
                .collect();
            words.join(" ")
        } else {
            attribute.value().to_owned()
        };
        element.attributes.push((name, value.into_bytes()));
    }
    let drops_blanks = dtd.is_some_and(|dtd| dtd.drops_blanks(&element.name));
    for child in node.children() {
        element.children.push(match child.node_type() {
            roxmltree::NodeType::Element => Node::Element(self::element(child, dtd, depth + 1)?),
            roxmltree::NodeType::Comment => {
                Node::Comment(child.text().unwrap_or_default().to_owned())
            }
            roxmltree::NodeType::PI => match instruction(child) {
                Some(instruction) => Node::Instruction(instruction),
                None => continue,
            },
            roxmltree::NodeType::Text if drops_blanks && is_written_blank(child) => continue,
            roxmltree::NodeType::Text => Node::Text(child.text().unwrap_or_default().to_owned()),
            roxmltree::NodeType::Root => continue,
        });
    }
    Ok(element)
}
