//! Nodes out of tokens.
//!
//! Strict: reads the plain part of KDL 2 that zmgr itself writes (bare names, quoted strings with simple escapes, whole
//! numbers, `#true` and `#false`, braces, `;`, newlines, comments; ASCII throughout), values included, and gives up on
//! anything else. It is there for speed: a registry entry takes microseconds, a hundredth of the whole parser.
//!
//! Loose: reads the layout of any text that the kdl crate has found valid. Values are then filled in from its tree.

use std::borrow::Cow;

use super::lexer::{Kind, Lexer, Token};
use super::tree::{Argument, Block, Dialect, Node, Property, Span, Value};

/// The text is not in the part of the language that is read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GivesUp;

/// Blocks within blocks: zmgr's documents need four levels.
pub(super) const DEEPEST: usize = 32;

/// Reads a text in the plain part of KDL 2.
pub(super) fn strict(text: &str) -> Result<Vec<Node<'_>>, GivesUp> {
    if !text.is_ascii() {
        return Err(GivesUp);
    }
    Reader::new(text, Dialect::Two, true).document()
}

/// Reads the layout of a text that is known to be valid. Values are `#null`.
pub(super) fn loose(text: &str, dialect: Dialect) -> Result<Vec<Node<'_>>, GivesUp> {
    Reader::new(text, dialect, false).document()
}

/// Where the layout of a text stops to be that of a document; `None` if all of it is.
pub(super) fn stops_at(text: &str, dialect: Dialect) -> Option<usize> {
    let mut reader = Reader::new(text, dialect, false);
    let read = reader.nodes();
    match (read, reader.ahead) {
        (Ok(_), None) => None,
        (_, Some(token)) => Some(token.span.start),
        (Err(_), None) => Some(text.len()),
    }
}

struct Reader<'t> {
    text: &'t str,
    lexer: Lexer<'t>,
    ahead: Option<Token>,
    strict: bool,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, dialect: Dialect, strict: bool) -> Self {
        let mut lexer = Lexer::new(text, dialect);
        let ahead = lexer.next();
        Self {
            text,
            lexer,
            ahead,
            strict,
            depth: 0,
        }
    }

    fn take(&mut self) {
        self.ahead = self.lexer.next();
    }

    fn slice(&self, span: Span) -> &'t str {
        &self.text[span.start..span.end]
    }

    fn lenient(&self) -> Result<(), GivesUp> {
        if self.strict { Err(GivesUp) } else { Ok(()) }
    }

    fn document(mut self) -> Result<Vec<Node<'t>>, GivesUp> {
        let nodes = self.nodes()?;
        if self.ahead.is_some() {
            Err(GivesUp)
        } else {
            Ok(nodes)
        }
    }

    /// Nodes up to a closing brace, which is left, or the end of the text.
    fn nodes(&mut self) -> Result<Vec<Node<'t>>, GivesUp> {
        let mut nodes = Vec::new();
        let mut annotation = None;
        while let Some(token) = self.ahead {
            match token.kind {
                Kind::Space | Kind::Newline | Kind::LineComment => self.take(),
                Kind::BlockComment => {
                    self.plain_comment(token)?;
                    self.take();
                }
                Kind::Continuation | Kind::Semicolon => {
                    self.lenient()?;
                    self.take();
                }
                Kind::Slashdash => {
                    self.lenient()?;
                    self.take();
                    self.skip_trivia();
                    if self
                        .ahead
                        .is_some_and(|token| token.kind == Kind::ParenOpen)
                    {
                        self.annotation()?;
                        self.skip_trivia();
                    }
                    self.node(None)?;
                }
                Kind::ParenOpen => {
                    self.lenient()?;
                    annotation = Some(self.annotation()?);
                }
                Kind::Close => break,
                Kind::Word | Kind::Quoted | Kind::Raw => nodes.push(self.node(annotation.take())?),
                Kind::Open | Kind::ParenClose | Kind::Equals | Kind::Other => return Err(GivesUp),
            }
        }
        Ok(nodes)
    }

    /// A block comment within a block comment, or a newline in one, is left to the whole parser.
    fn plain_comment(&self, token: Token) -> Result<(), GivesUp> {
        let inner = &self.text[token.span.start + 2..token.span.end];
        if self.strict && (inner.contains("/*") || inner.contains('\n')) {
            Err(GivesUp)
        } else {
            Ok(())
        }
    }

    fn skip_trivia(&mut self) {
        while let Some(token) = self.ahead {
            match token.kind {
                Kind::Space
                | Kind::Newline
                | Kind::LineComment
                | Kind::BlockComment
                | Kind::Continuation => self.take(),
                _ => break,
            }
        }
    }

    fn skip_spaces(&mut self) {
        while let Some(token) = self.ahead {
            match token.kind {
                Kind::Space | Kind::BlockComment | Kind::Continuation => self.take(),
                _ => break,
            }
        }
    }

    /// `(…)`, the opening parenthesis being ahead.
    fn annotation(&mut self) -> Result<Span, GivesUp> {
        let start = self.ahead.map_or(0, |token| token.span.start);
        loop {
            let Some(token) = self.ahead else {
                return Err(GivesUp);
            };
            self.take();
            if token.kind == Kind::ParenClose {
                return Ok(Span::new(start, token.span.end));
            }
        }
    }

    /// A node, its name being ahead.
    fn node(&mut self, annotation: Option<Span>) -> Result<Node<'t>, GivesUp> {
        let Some(token) = self.ahead else {
            return Err(GivesUp);
        };
        self.take();
        let name = self.name(token)?;
        let mut node = Node {
            name_span: token.span,
            span: token.span,
            annotation,
            ..Node::new(name)
        };
        let mut spaced = false;
        while let Some(token) = self.ahead {
            match token.kind {
                Kind::Space => {
                    spaced = true;
                    self.take();
                }
                Kind::BlockComment => {
                    self.plain_comment(token)?;
                    spaced = true;
                    self.take();
                }
                Kind::Continuation => {
                    self.lenient()?;
                    spaced = true;
                    self.take();
                }
                Kind::Slashdash => {
                    self.lenient()?;
                    self.take();
                    self.skip_trivia();
                    if self.ahead.is_some_and(|token| token.kind == Kind::Open) {
                        self.block()?;
                    } else {
                        self.entry(&mut Node::new(""))?;
                    }
                }
                Kind::Newline | Kind::Semicolon => {
                    self.take();
                    break;
                }
                Kind::LineComment | Kind::Close => break,
                Kind::Open => {
                    if self.strict && (!spaced || node.children.is_some()) {
                        return Err(GivesUp);
                    }
                    let block = self.block()?;
                    node.span.end = block.span.end;
                    node.children = Some(block);
                    spaced = false;
                }
                Kind::Word | Kind::Quoted | Kind::Raw | Kind::ParenOpen => {
                    if self.strict && (!spaced || node.children.is_some()) {
                        return Err(GivesUp);
                    }
                    self.entry(&mut node)?;
                    spaced = false;
                }
                Kind::ParenClose | Kind::Equals | Kind::Other => return Err(GivesUp),
            }
        }
        Ok(node)
    }

    /// `{ … }`, the opening brace being ahead.
    fn block(&mut self) -> Result<Block<'t>, GivesUp> {
        let start = self.ahead.map_or(0, |token| token.span.start);
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(GivesUp);
        }
        self.take();
        let nodes = self.nodes()?;
        let Some(Token {
            kind: Kind::Close,
            span,
        }) = self.ahead
        else {
            return Err(GivesUp);
        };
        self.take();
        self.depth -= 1;
        Ok(Block {
            span: Span::new(start, span.end),
            nodes,
        })
    }

    /// An argument or a property, its first token being ahead.
    fn entry(&mut self, node: &mut Node<'t>) -> Result<(), GivesUp> {
        if self
            .ahead
            .is_some_and(|token| token.kind == Kind::ParenOpen)
        {
            self.lenient()?;
            node.annotation = Some(self.annotation()?);
            self.skip_spaces();
        }
        let Some(first) = self.ahead else {
            return Err(GivesUp);
        };
        self.take();
        let mut equals = self.ahead.is_some_and(|token| token.kind == Kind::Equals);
        if !equals && !self.strict {
            // KDL 2 takes spaces around the equals sign.
            let (lexer, ahead) = (self.lexer.clone(), self.ahead);
            self.skip_spaces();
            equals = self.ahead.is_some_and(|token| token.kind == Kind::Equals);
            if !equals {
                (self.lexer, self.ahead) = (lexer, ahead);
            }
        }
        if !equals {
            let value = self.value(first)?;
            node.span.end = first.span.end;
            node.arguments.push(Argument {
                value,
                span: first.span,
            });
            return Ok(());
        }
        self.take();
        if !self.strict {
            self.skip_spaces();
            if self
                .ahead
                .is_some_and(|token| token.kind == Kind::ParenOpen)
            {
                node.annotation = Some(self.annotation()?);
                self.skip_spaces();
            }
        }
        let Some(second) = self.ahead else {
            return Err(GivesUp);
        };
        self.take();
        let (key, value) = (self.name(first)?, self.value(second)?);
        node.span.end = second.span.end;
        node.properties.push(Property {
            key,
            key_span: first.span,
            value,
            span: second.span,
        });
        Ok(())
    }

    /// The text of a node's name or a property's key.
    fn name(&self, token: Token) -> Result<Cow<'t, str>, GivesUp> {
        if !self.strict {
            return match token.kind {
                Kind::Word | Kind::Quoted | Kind::Raw => Ok(Cow::Borrowed("")),
                _ => Err(GivesUp),
            };
        }
        let text = self.slice(token.span);
        match token.kind {
            Kind::Word if is_plain_name(text) || text == "-" => Ok(Cow::Borrowed(text)),
            _ => Err(GivesUp),
        }
    }

    fn value(&self, token: Token) -> Result<Value<'t>, GivesUp> {
        if !self.strict {
            return match token.kind {
                Kind::Word | Kind::Quoted | Kind::Raw => Ok(Value::Null),
                _ => Err(GivesUp),
            };
        }
        let text = self.slice(token.span);
        match (token.kind, text) {
            (Kind::Quoted, _) if text.starts_with("\"\"\"") => Err(GivesUp),
            (Kind::Quoted, _) => unquote(&text[1..text.len() - 1]).map(Value::Text),
            (Kind::Word, "#true") => Ok(Value::Bool(true)),
            (Kind::Word, "#false") => Ok(Value::Bool(false)),
            (Kind::Word, _) if is_plain_name(text) => Ok(Value::Text(Cow::Borrowed(text))),
            (Kind::Word, _) => plain_number(text).map(Value::Integer),
            _ => Err(GivesUp),
        }
    }
}

fn is_plain_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && !matches!(text, "true" | "false" | "null" | "inf" | "nan")
}

fn plain_number(text: &str) -> Result<i128, GivesUp> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = (1..=18).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    if plain {
        text.parse().map_err(|_| GivesUp)
    } else {
        Err(GivesUp)
    }
}

/// The text between the quotes, escapes undone.
fn unquote(body: &str) -> Result<Cow<'_, str>, GivesUp> {
    if body
        .bytes()
        .any(|byte| (byte < b' ' && byte != b'\t') || byte == 0x7f)
    {
        return Err(GivesUp);
    }
    if !body.contains('\\') {
        return Ok(Cow::Borrowed(body));
    }
    let mut text = String::with_capacity(body.len());
    let mut rest = body.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        text.push(match rest.next() {
            Some('"') => '"',
            Some('\\') => '\\',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            _ => return Err(GivesUp),
        });
    }
    Ok(Cow::Owned(text))
}
