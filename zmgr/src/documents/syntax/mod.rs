//! The text of a document and the tree read from it.

mod guard;
pub mod lexer;
mod reader;
pub mod tree;
mod version1;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use kdl::{KdlDocument, KdlIdentifier, KdlValue};
use rustix::fs::{Mode, OFlags};

use crate::failure::{Code, ExitCode, Failure, Location};
use guard::guard;
use lexer::{Kind, Lexer};
use tree::{Dialect, Node, Span, Value};

/// The largest document that is read, in bytes.
pub const LARGEST: usize = 4 << 20;

/// The longest text in which all errors are looked for, in bytes. Of a longer one that is broken the first is told.
const MOST_BROKEN: usize = 16 << 10;

/// The stack that the kdl crate may need for a byte of a broken text, as measured without optimisation.
const STACK_PER_BYTE: usize = 6 << 10;

/// What it needs at least.
const LEAST_STACK: usize = 8 << 20;

/// So short a text is read on any stack.
const SMALL: usize = 128;

/// Syntax errors of one document that are told: after so many it is something else.
const MOST_ERRORS: usize = 64;

/// The text of a document and the file that it is in.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

impl Source {
    /// The text of the file `path`.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }

    /// Reads the file `path`.
    ///
    /// # Errors
    /// [`ExitCode::NotFound`] if there is no such file; [`ExitCode::Invalid`] if it is no text in UTF-8 or larger than
    /// [`LARGEST`]; [`ExitCode::Failed`] if it cannot be read.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        Self::of_bytes(
            path,
            illumos::file::read(path, LARGEST as u64).map_err(|error| unread(path, &error))?,
        )
    }

    /// As [`read`](Self::read), of the file `path` whose directory is open: the way there is not walked again for each of
    /// thousands of files.
    pub(crate) fn read_in(directory: &File, path: &Path) -> Result<Self, Failure> {
        let read = || -> std::io::Result<Vec<u8>> {
            let name = path.file_name().unwrap_or_default();
            // A FIFO would hang without O_NONBLOCK.
            let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
            let mut file = File::from(rustix::fs::openat(directory, name, flags, Mode::empty())?);
            illumos::file::check(file.metadata()?.file_type())?;
            // Most entries are smaller than this, so that nothing but the file is asked for.
            let mut buffer = [0; 4096];
            let mut bytes = Vec::new();
            loop {
                match file.read(&mut buffer) {
                    Ok(0) => return Ok(bytes),
                    Ok(length) => bytes.extend_from_slice(&buffer[..length]),
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
                if bytes.len() > LARGEST {
                    return Err(std::io::ErrorKind::FileTooLarge.into());
                }
            }
        };
        Self::of_bytes(path, read().map_err(|error| unread(path, &error))?)
    }

    fn of_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self, Failure> {
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(path, text)),
            Err(error) => {
                let good =
                    String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()])
                        .into_owned();
                let end = good.len();
                let location = Source::new(path, good).location(Span::new(end, end));
                Err(Failure::new(
                    ExitCode::Invalid,
                    Code::DocumentNotUtf8,
                    "the document is not text in UTF-8",
                )
                .with_help("save the file as UTF-8")
                .at(location))
            }
        }
    }

    /// The place of `span` in the file. Lines and columns count from 1, columns in characters.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        let offset = (0..=span.start.min(self.text.len()))
            .rev()
            .find(|&at| self.text.is_char_boundary(at))
            .unwrap_or(0);
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Location {
            file: self.path.clone(),
            offset,
            length: span.end.min(self.text.len()).saturating_sub(offset),
            line: before.matches('\n').count() + 1,
            column: before[line_start..]
                .chars()
                .filter(|&c| c != '\u{feff}')
                .count()
                + 1,
        }
    }
}

/// The failure of a document that cannot be read.
pub(crate) fn unread(path: &Path, error: &std::io::Error) -> Failure {
    let message = format!("cannot read {}: {error}", path.display());
    match error.kind() {
        std::io::ErrorKind::FileTooLarge => {
            let message = format!(
                "{} is larger than the {LARGEST} bytes that a document may have",
                path.display()
            );
            Failure::new(ExitCode::Invalid, Code::DocumentTooLarge, message)
        }
        std::io::ErrorKind::NotFound => {
            Failure::new(ExitCode::NotFound, Code::DocumentNotFound, message)
        }
        _ => Failure::new(ExitCode::Failed, Code::DocumentUnreadable, message),
    }
}

/// A document's nodes and the version of KDL that it is written in.
#[derive(Debug, Clone)]
pub struct Tree<'t> {
    /// The nodes.
    pub nodes: Vec<Node<'t>>,
    /// The version.
    pub dialect: Dialect,
}

/// Reads the nodes of a document, KDL 2 or KDL 1.
///
/// # Errors
/// Every syntax error that is found, with its place.
pub fn parse(source: &Source) -> Result<Tree<'_>, Vec<Failure>> {
    if let Ok(nodes) = reader::strict(&source.text) {
        return Ok(Tree {
            nodes,
            dialect: Dialect::Two,
        });
    }
    parse_whole(source)
}

/// As [`parse`], without the fast reader.
pub(crate) fn parse_whole(source: &Source) -> Result<Tree<'_>, Vec<Failure>> {
    guard(source)?;
    broken(source)?;
    open_comment(source, Dialect::Two)?;
    let text = source.text.as_str();
    let first = if version1::marked(text) {
        None
    } else {
        Some(parse_kdl(text))
    };
    let errors = match first {
        Some(Ok(document)) => return fill(source, &document, Dialect::Two),
        Some(Err(error)) => Some(error),
        None => None,
    };
    // Only a text that KDL 2 refuses is taken for KDL 1: most that KDL 1 takes mean the same in both.
    if let Some(upgraded) = version1::upgrade(text) {
        open_comment(
            &Source::new(&source.path, upgraded.text.as_str()),
            Dialect::Two,
        )
        .map_err(|_| vec![unsupported(source, Span::default())])?;
        return match parse_kdl(&upgraded.text) {
            Ok(document) => fill(source, &document, Dialect::One),
            Err(error) => {
                let failures = syntax_errors(source, &error, |offset| upgraded.original(offset));
                // A quote too many makes one long string of KDL 1 out of two lines.
                Err(open_strings(source)
                    .filter(|fewer| fewer.len() <= failures.len())
                    .unwrap_or(failures))
            }
        };
    }
    match errors {
        Some(error) => Err(open_strings(source)
            .or_else(|| open_blocks(source))
            .unwrap_or_else(|| syntax_errors(source, &error, |offset| offset))),
        None => Err(vec![unsupported(source, Span::default())]),
    }
}

/// A comment without end, which the kdl crate would follow to the end of the stack.
fn open_comment(source: &Source, dialect: Dialect) -> Result<(), Vec<Failure>> {
    let text = &source.text;
    let open = Lexer::new(text, dialect)
        .find(|token| token.kind == Kind::Other && text[token.span.start..].starts_with("/*"));
    match open {
        Some(token) => {
            let start = token.span.start;
            let failure = Failure::new(
                ExitCode::Invalid,
                Code::DocumentSyntax,
                "the comment has no end",
            );
            Err(vec![
                failure
                    .with_help("close it with */")
                    .at(source.location(Span::new(start, start + 2))),
            ])
        }
        None => Ok(()),
    }
}

/// The errors of a text in which strings have no end; `None` if there is no such string.
///
/// What the kdl crate says behind such a string follows from it. So each is told by itself, and of the rest what is wrong if it were
/// closed.
fn open_strings(source: &Source) -> Option<Vec<Failure>> {
    let text = source.text.as_str();
    let mut open: Vec<(Span, bool)> = Vec::new();
    let mut before = Kind::Newline;
    for token in Lexer::new(text, Dialect::Two) {
        let rest = &text[token.span.start..];
        if token.kind == Kind::Other && rest.starts_with('"') {
            let stray = !matches!(
                before,
                Kind::Space | Kind::Newline | Kind::Equals | Kind::Open
            );
            open.push((token.span, stray));
            if rest.starts_with("\"\"\"") {
                // Nobody knows where the text goes on.
                break;
            }
        }
        before = token.kind;
    }
    if open.is_empty() {
        return None;
    }
    let told = |(span, _): &(Span, bool)| {
        let message = "the string that begins here has no end on its line";
        Failure::new(ExitCode::Invalid, Code::DocumentSyntax, message)
            .with_help("close it with \", or take the quote away")
            .at(source.location(Span::new(span.start, span.start + 1)))
    };
    let mut failures: Vec<Failure> = open.iter().take(MOST_ERRORS).map(told).collect();
    if open
        .iter()
        .any(|(span, _)| text[span.start..].starts_with("\"\"\""))
    {
        return Some(failures);
    }
    // A brace at the end of the line is part of the string, or what follows it.
    let rest = [true, false].map(|tail| match parse_kdl(&closed(text, &open, tail)) {
        Ok(_) => Vec::new(),
        Err(error) => syntax_errors(source, &error, |offset| offset),
    });
    failures.extend(rest.into_iter().min_by_key(Vec::len).unwrap_or_default());
    failures.sort_by_key(|failure| failure.location.as_ref().map(|location| location.offset));
    Some(failures)
}

/// The errors of a text whose braces do not match; `None` if they do. Every brace that is alone is told by itself, and of the rest what is
/// wrong without that.
fn open_blocks(source: &Source) -> Option<Vec<Failure>> {
    let text = source.text.as_str();
    let (mut open, mut stray): (Vec<Span>, Vec<Span>) = (Vec::new(), Vec::new());
    for token in Lexer::new(text, Dialect::Two) {
        match token.kind {
            Kind::Open => open.push(token.span),
            Kind::Close if open.pop().is_none() => stray.push(token.span),
            _ => {}
        }
    }
    if open.is_empty() && stray.is_empty() {
        return None;
    }
    let told = |span: &Span, message: &str, help: &str| {
        Failure::new(ExitCode::Invalid, Code::DocumentSyntax, message)
            .with_help(help)
            .at(source.location(*span))
    };
    let mut failures: Vec<Failure> = Vec::new();
    failures.extend(open.iter().take(MOST_ERRORS).map(|span| {
        told(
            span,
            "the block that begins here has no end",
            "close it, or one within it, with }",
        )
    }));
    failures.extend(stray.iter().take(MOST_ERRORS).map(|span| {
        told(
            span,
            "there is no block that this could end",
            "remove it, or open the block with {",
        )
    }));
    let mut mended = text.to_owned();
    for span in &stray {
        mended.replace_range(span.start..span.end, " ");
    }
    mended.push('\n');
    mended.push_str(&"}\n".repeat(open.len()));
    if let Err(error) = parse_kdl(&mended) {
        failures.extend(syntax_errors(source, &error, |offset| {
            offset.min(text.len())
        }));
    }
    failures.sort_by_key(|failure| failure.location.as_ref().map(|location| location.offset));
    Some(failures)
}

/// The text, of the same length, with an empty string for each that is open, and with nothing for a quote that is one too many. With
/// `tail`, the braces at the end of the line stay.
fn closed(text: &str, open: &[(Span, bool)], tail: bool) -> String {
    let mut closed = String::with_capacity(text.len());
    let mut done = 0;
    for &(span, stray) in open {
        closed.push_str(&text[done..span.start]);
        let string = &text[span.start..span.end];
        let braces = |c: char| tail && matches!(c, '{' | '}' | ';' | ' ' | '\t');
        let body = string.trim_end_matches(braces).len();
        let empty = if stray || body < 2 { "" } else { "\"\"" };
        closed.push_str(empty);
        closed.extend(std::iter::repeat_n(' ', body - empty.len()));
        closed.push_str(&string[body..]);
        done = span.end;
    }
    closed.push_str(&text[done..]);
    closed
}

/// Reads a text with the kdl crate, which recurses once and again for each error that it finds and goes on behind: on a stack of the size
/// that this takes.
fn parse_kdl(text: &str) -> Result<KdlDocument, kdl::KdlError> {
    let text = without_comments(text);
    if text.len() <= SMALL {
        return KdlDocument::parse_v2(&text);
    }
    let stack = LEAST_STACK + text.len().min(MOST_BROKEN) * STACK_PER_BYTE;
    std::thread::scope(|scope| {
        let parse = || KdlDocument::parse_v2(&text);
        let thread = std::thread::Builder::new().stack_size(stack);
        match thread.spawn_scoped(scope, parse) {
            Ok(thread) => thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // There is no memory for another stack.
            Err(_) => KdlDocument::parse_v2(&text),
        }
    })
}

/// The error of a long text whose layout is neither that of KDL 2 nor that of KDL 1: the kdl crate would look for others, for a long time
/// and with a deep stack.
fn broken(source: &Source) -> Result<(), Vec<Failure>> {
    if source.text.len() <= MOST_BROKEN {
        return Ok(());
    }
    let stops = |dialect| reader::stops_at(&source.text, dialect);
    let (Some(two), Some(one)) = (stops(Dialect::Two), stops(Dialect::One)) else {
        return Ok(());
    };
    let place = two.max(one);
    let message = "the document is not KDL from here on";
    Err(vec![
        Failure::new(ExitCode::Invalid, Code::DocumentSyntax, message)
            .at(source.location(Span::new(place, place + 1))),
    ])
}

/// The text with spaces for its block comments. The kdl crate recurses for each `*` and `/` in one.
fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains("/*") {
        return Cow::Borrowed(text);
    }
    let mut blank = String::with_capacity(text.len());
    for token in Lexer::new(text, Dialect::Two) {
        if token.kind == Kind::BlockComment {
            blank.extend(std::iter::repeat_n(' ', token.span.end - token.span.start));
        } else {
            blank.push_str(&text[token.span.start..token.span.end]);
        }
    }
    Cow::Owned(blank)
}

fn syntax_errors(
    source: &Source,
    error: &kdl::KdlError,
    original: impl Fn(usize) -> usize,
) -> Vec<Failure> {
    let mut failures: Vec<Failure> = Vec::new();
    for diagnostic in error.diagnostics.iter().take(MOST_ERRORS) {
        let start = original(diagnostic.span.offset());
        let end = original(diagnostic.span.offset() + diagnostic.span.len());
        let location = source.location(Span::new(start, end));
        let text = diagnostic.message.clone().or_else(|| {
            diagnostic
                .label
                .clone()
                .map(|label| format!("expected {label}"))
        });
        let message = text.unwrap_or_else(|| "this is not KDL".to_owned());
        let message = message.trim_end_matches('.').to_owned();
        let help = syntax_help(&source.text[location.offset..])
            .map(str::to_owned)
            .or_else(|| diagnostic.help.clone());
        // The parser reports some places twice, once in general and once in particular.
        if let Some(same) = failures
            .iter_mut()
            .find(|failure| failure.location.as_ref().is_some_and(|l| l.offset == start))
        {
            same.help = same.help.take().or(help);
            continue;
        }
        let mut failure =
            Failure::new(ExitCode::Invalid, Code::DocumentSyntax, message).at(location);
        failure.help = help;
        failures.push(failure);
    }
    if failures.is_empty() {
        failures.push(unsupported(source, Span::default()));
    }
    failures
}

/// What to write instead, for the mistakes that people make.
fn syntax_help(at: &str) -> Option<&'static str> {
    let at = at.trim_start();
    let word = at
        .split(|c: char| c.is_whitespace() || matches!(c, ';' | '{' | '}' | '"'))
        .next()
        .unwrap_or_default();
    if matches!(word, "true" | "false" | "null") {
        return Some("KDL 2 writes #true, #false and #null");
    }
    if word.starts_with(|c: char| c.is_ascii_digit())
        && word.contains(|c: char| !c.is_ascii_digit())
    {
        return Some(
            "sizes, addresses and durations are strings: write them in quotes, as in \"8G\" or \"10.0.0.1\"",
        );
    }
    word.starts_with('#')
        .then_some("comments begin with // in KDL")
}

fn unsupported(source: &Source, span: Span) -> Failure {
    Failure::new(
        ExitCode::Invalid,
        Code::DocumentSyntax,
        "this form of KDL cannot be read here",
    )
    .with_help("write one node a line, with its values after it")
    .at(source.location(span))
}

/// The tree with the layout of the text and the values of `document`.
fn fill<'t>(
    source: &'t Source,
    document: &KdlDocument,
    dialect: Dialect,
) -> Result<Tree<'t>, Vec<Failure>> {
    let failure = || vec![unsupported(source, Span::default())];
    let mut nodes = reader::loose(&source.text, dialect).map_err(|_| failure())?;
    if fill_nodes(&mut nodes, document.nodes()) {
        Ok(Tree { nodes, dialect })
    } else {
        Err(failure())
    }
}

fn fill_nodes(nodes: &mut [Node<'_>], from: &[kdl::KdlNode]) -> bool {
    nodes.len() == from.len()
        && nodes
            .iter_mut()
            .zip(from)
            .all(|(node, from)| fill_node(node, from))
}

fn fill_node(node: &mut Node<'_>, from: &kdl::KdlNode) -> bool {
    node.name = Cow::Owned(from.name().value().to_owned());
    let (mut arguments, mut properties) = (node.arguments.iter_mut(), node.properties.iter_mut());
    for entry in from.entries() {
        let key = entry.name().map(KdlIdentifier::value);
        match key {
            Some(key) => {
                let Some(property) = properties.next() else {
                    return false;
                };
                property.key = Cow::Owned(key.to_owned());
                property.value = convert(entry.value());
            }
            None => {
                let Some(argument) = arguments.next() else {
                    return false;
                };
                argument.value = convert(entry.value());
            }
        }
    }
    if arguments.next().is_some() || properties.next().is_some() {
        return false;
    }
    let children = from.children().map_or(&[][..], KdlDocument::nodes);
    match &mut node.children {
        Some(block) => fill_nodes(&mut block.nodes, children),
        None => children.is_empty(),
    }
}

fn convert(value: &KdlValue) -> Value<'static> {
    match value {
        KdlValue::String(text) => Value::Text(Cow::Owned(text.clone())),
        KdlValue::Integer(number) => Value::Integer(*number),
        KdlValue::Float(number) => Value::Float(*number),
        KdlValue::Bool(flag) => Value::Bool(*flag),
        KdlValue::Null => Value::Null,
    }
}
