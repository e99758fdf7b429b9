//! The tree of a document: nodes with their arguments, properties and children, and where each was written.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Bytes of the document's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// From `start` up to, not including, `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
}

/// A value as KDL has it, before the schema says what it means.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'t> {
    /// A string.
    Text(Cow<'t, str>),
    /// A number without fraction.
    Integer(i128),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// `#true` or `#false`.
    Bool(bool),
    /// `#null`.
    Null,
}

impl Value<'_> {
    /// What it is, for messages.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Text(text) => format!("the string {}", quote(text)),
            Self::Integer(number) => format!("the number {number}"),
            Self::Float(number) => format!("the number {number}"),
            Self::Bool(true) => "#true".to_owned(),
            Self::Bool(false) => "#false".to_owned(),
            Self::Null => "#null".to_owned(),
        }
    }

    /// The literal that stands for it in a document of `dialect`.
    #[must_use]
    pub fn literal(&self, dialect: Dialect) -> String {
        let keyword = |word: &str| match dialect {
            Dialect::Two => format!("#{word}"),
            Dialect::One => word.to_owned(),
        };
        match self {
            Self::Text(text) => quote(text),
            Self::Integer(number) => number.to_string(),
            Self::Float(number) if number.is_nan() => "#nan".to_owned(),
            Self::Float(number) if number.is_infinite() => {
                if *number > 0.0 { "#inf" } else { "#-inf" }.to_owned()
            }
            Self::Float(number) => format!("{number:?}"),
            Self::Bool(true) => keyword("true"),
            Self::Bool(false) => keyword("false"),
            Self::Null => keyword("null"),
        }
    }

    fn into_static(self) -> Value<'static> {
        match self {
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Integer(number) => Value::Integer(number),
            Self::Float(number) => Value::Float(number),
            Self::Bool(flag) => Value::Bool(flag),
            Self::Null => Value::Null,
        }
    }
}

impl<'t> From<&'t str> for Value<'t> {
    fn from(text: &'t str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

/// Which version of KDL a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// KDL 1: `true`, `null`, `r"…"`.
    One,
    /// KDL 2: `#true`, `#null`, `#"…"#`.
    #[default]
    Two,
}

/// A quoted string, readable by both versions of KDL.
///
/// Newlines, control characters and those that KDL does not take literally are escaped.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\0'..='\u{1f}'
            | '\u{7f}'
            | '\u{85}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => {
                // Writing to a String cannot fail.
                let _ = write!(quoted, "\\u{{{:x}}}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A value and where it was written.
#[derive(Debug, Clone)]
pub struct Argument<'t> {
    /// The value.
    pub value: Value<'t>,
    /// Its literal.
    pub span: Span,
}

/// A property `key=value` and where it was written.
#[derive(Debug, Clone)]
pub struct Property<'t> {
    /// The key.
    pub key: Cow<'t, str>,
    /// Where the key was written.
    pub key_span: Span,
    /// The value.
    pub value: Value<'t>,
    /// Its literal.
    pub span: Span,
}

/// A node.
#[derive(Debug, Clone)]
pub struct Node<'t> {
    /// The name.
    pub name: Cow<'t, str>,
    /// Where the name was written.
    pub name_span: Span,
    /// From the name to the last argument, property or brace. Comments around it and its terminator are outside.
    pub span: Span,
    /// Where a type annotation was written, on the name or on a value. zmgr's documents have none.
    pub annotation: Option<Span>,
    /// Arguments in order.
    pub arguments: Vec<Argument<'t>>,
    /// Properties in order, repeated ones included.
    pub properties: Vec<Property<'t>>,
    /// The children, if there are braces.
    pub children: Option<Block<'t>>,
}

/// The children of a node.
#[derive(Debug, Clone, Default)]
pub struct Block<'t> {
    /// From the opening brace to the closing one.
    pub span: Span,
    /// The nodes.
    pub nodes: Vec<Node<'t>>,
}

impl<'t> Node<'t> {
    /// A node that is written nowhere yet.
    #[must_use]
    pub fn new(name: impl Into<Cow<'t, str>>) -> Self {
        Self {
            name: name.into(),
            name_span: Span::default(),
            span: Span::default(),
            annotation: None,
            arguments: Vec::new(),
            properties: Vec::new(),
            children: None,
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, value: impl Into<Value<'t>>) -> Self {
        self.arguments.push(Argument {
            value: value.into(),
            span: Span::default(),
        });
        self
    }

    /// Adds a property.
    #[must_use]
    pub fn with_property(
        mut self,
        key: impl Into<Cow<'t, str>>,
        value: impl Into<Value<'t>>,
    ) -> Self {
        let (key, value) = (key.into(), value.into());
        self.properties.push(Property {
            key,
            key_span: Span::default(),
            value,
            span: Span::default(),
        });
        self
    }

    /// Adds children.
    #[must_use]
    pub fn with_children(mut self, nodes: Vec<Node<'t>>) -> Self {
        self.children = Some(Block {
            span: Span::default(),
            nodes,
        });
        self
    }

    /// The first argument, if it is a string.
    #[must_use]
    pub fn first_text(&self) -> Option<&str> {
        match self.arguments.first() {
            Some(Argument {
                value: Value::Text(text),
                ..
            }) => Some(text),
            _ => None,
        }
    }

    /// The children; none where there is no block.
    #[must_use]
    pub fn nodes(&self) -> &[Node<'t>] {
        self.children.as_ref().map_or(&[], |block| &block.nodes)
    }

    /// Whether both say the same, wherever they are written. An empty block says the same as none.
    #[must_use]
    pub fn says_the_same(&self, other: &Node<'_>) -> bool {
        self.name == other.name
            && self.arguments.len() == other.arguments.len()
            && self
                .arguments
                .iter()
                .zip(&other.arguments)
                .all(|(a, b)| a.value == b.value)
            && self.properties.len() == other.properties.len()
            && self
                .properties
                .iter()
                .zip(&other.properties)
                .all(|(a, b)| a.key == b.key && a.value == b.value)
            && say_the_same(self.nodes(), other.nodes())
    }

    /// The same node, borrowing nothing.
    #[must_use]
    pub fn into_static(self) -> Node<'static> {
        Node {
            name: Cow::Owned(self.name.into_owned()),
            name_span: self.name_span,
            span: self.span,
            annotation: self.annotation,
            arguments: self
                .arguments
                .into_iter()
                .map(|argument| Argument {
                    value: argument.value.into_static(),
                    span: argument.span,
                })
                .collect(),
            properties: self
                .properties
                .into_iter()
                .map(|property| Property {
                    key: Cow::Owned(property.key.into_owned()),
                    key_span: property.key_span,
                    value: property.value.into_static(),
                    span: property.span,
                })
                .collect(),
            children: self.children.map(|block| Block {
                span: block.span,
                nodes: block.nodes.into_iter().map(Node::into_static).collect(),
            }),
        }
    }
}

/// Whether both lists of nodes say the same.
#[must_use]
pub fn say_the_same(one: &[Node<'_>], other: &[Node<'_>]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.says_the_same(b))
}

/// Writes a node, one line for itself and one for each child, indented by four spaces a level.
pub fn print(node: &Node<'_>, dialect: Dialect, indent: &str, newline: &str, out: &mut String) {
    print_line(node, dialect, indent, "    ", newline, out);
    out.push_str(newline);
}

/// As [`print`], without the last newline, `step` being what a level is indented by.
pub(crate) fn print_line(
    node: &Node<'_>,
    dialect: Dialect,
    indent: &str,
    step: &str,
    newline: &str,
    out: &mut String,
) {
    out.push_str(indent);
    out.push_str(&name_literal(&node.name));
    for argument in &node.arguments {
        out.push(' ');
        out.push_str(&argument.value.literal(dialect));
    }
    for property in &node.properties {
        out.push(' ');
        out.push_str(&name_literal(&property.key));
        out.push('=');
        out.push_str(&property.value.literal(dialect));
    }
    if let Some(block) = &node.children {
        let inner = format!("{indent}{step}");
        out.push_str(" {");
        out.push_str(newline);
        for child in &block.nodes {
            print_line(child, dialect, &inner, step, newline, out);
            out.push_str(newline);
        }
        out.push_str(indent);
        out.push('}');
    }
}

/// A node's name or a property's key: bare where both versions of KDL read it as the same text.
pub(crate) fn name_literal(name: &str) -> Cow<'_, str> {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && !matches!(name, "true" | "false" | "null" | "inf" | "nan");
    if plain || name == "-" {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(quote(name))
    }
}
