//! `zmgr fmt`: a document laid out anew, without losing a comment.
//!
//! - Four spaces a level, one node a line; a block that was on one line stays on one line.
//! - One space between the parts of a node and before a comment at the end of a line.
//! - Blank lines stay, at most one at a time and none at the start or end of a block.
//! - Strings, numbers, comments and the order of everything are kept as they are, and so is the version of KDL. What was
//!   put out of use by `/-` stays so.

use super::store::combine;
use super::syntax::lexer::{Kind, Lexer, Token};
use super::syntax::tree::{Dialect, say_the_same};
use super::syntax::{Source, parse};
use crate::failure::{Code, ExitCode, Failure};

const STEP: &str = "    ";

/// The text of `source`, laid out anew.
///
/// # Errors
/// What is wrong with it, if it is not KDL. What its nodes mean is not looked at.
pub fn format(source: &Source) -> Result<String, Failure> {
    let tree = parse(source).map_err(combine)?;
    let text = lay_out(&source.text, tree.dialect);
    let written = Source::new(&source.path, text);
    let same = parse(&written)
        .is_ok_and(|new| new.dialect == tree.dialect && say_the_same(&new.nodes, &tree.nodes));
    if same && comments(&written.text, tree.dialect) == comments(&source.text, tree.dialect) {
        return Ok(written.text);
    }
    let message = format!(
        "{} is written in a way that cannot be laid out anew",
        source.path.display()
    );
    Err(
        Failure::new(ExitCode::Failed, Code::DocumentNotChanged, message)
            .with_help("nothing was changed"),
    )
}

/// The comments of a text, each without the indentation of its further lines.
fn comments(text: &str, dialect: Dialect) -> Vec<String> {
    let trimmed = |comment: &str| {
        comment
            .lines()
            .map(str::trim)
            .collect::<Vec<_>>()
            .join("\n")
    };
    Lexer::new(text, dialect)
        .filter(|token| {
            matches!(
                token.kind,
                Kind::LineComment | Kind::BlockComment | Kind::Continuation | Kind::Slashdash
            )
        })
        .map(|token| &text[token.span.start..token.span.end])
        .filter(|comment| !comment.starts_with('\\') || comment.contains('/'))
        .map(trimmed)
        .collect()
}

/// Where the next token stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// At the start of a line.
    LineStart,
    /// Within a line, after something that wants no space after it.
    Tight,
    /// Within a line.
    Within,
}

struct Layout<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    out: String,
    newline: &'static str,
    depth: usize,
    /// For each open block whether it is on one line.
    inline: Vec<bool>,
    at: At,
    /// Newlines since the last token.
    newlines: usize,
    /// Whether a `;` has been read and not written.
    ended: bool,
    /// Whether no line of the innermost block has been begun.
    fresh: bool,
}

fn lay_out(text: &str, dialect: Dialect) -> String {
    let tokens = Lexer::new(text, dialect).collect();
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut layout = Layout {
        text,
        tokens,
        out: String::with_capacity(text.len() + 64),
        newline,
        depth: 0,
        inline: Vec::new(),
        at: At::LineStart,
        newlines: 0,
        ended: false,
        fresh: true,
    };
    for index in 0..layout.tokens.len() {
        layout.token(index);
    }
    if !layout.out.is_empty() && layout.at != At::LineStart {
        layout.end_line();
    }
    layout.out
}

impl Layout<'_> {
    fn literal(&self, index: usize) -> &str {
        let span = self.tokens[index].span;
        &self.text[span.start..span.end]
    }

    fn inline(&self) -> bool {
        self.inline.last().copied().unwrap_or(false)
    }

    fn end_line(&mut self) {
        let kept = self.out.trim_end_matches([' ', '\t']).len();
        self.out.truncate(kept);
        self.out.push_str(self.newline);
        self.at = At::LineStart;
    }

    /// Brings what follows to its place: a new line, a blank one before it, or after a space.
    fn place(&mut self, opens_space: bool) {
        if self.ended {
            self.ended = false;
            if self.inline() {
                self.out.push(';');
                self.at = At::Within;
            } else if self.at != At::LineStart {
                self.end_line();
            }
        }
        if self.at == At::LineStart {
            if self.newlines > 1 && !self.fresh {
                self.out.push_str(self.newline);
            }
            self.fresh = false;
            for _ in 0..self.depth {
                self.out.push_str(STEP);
            }
        } else if self.at == At::Within && opens_space {
            self.out.push(' ');
        }
        self.newlines = 0;
    }

    fn put(&mut self, text: &str, at: At) {
        self.out.push_str(text);
        self.at = at;
    }

    fn token(&mut self, index: usize) {
        let literal = self.literal(index).to_owned();
        match self.tokens[index].kind {
            Kind::Space => {
                if literal.starts_with('\u{feff}') {
                    self.out.push('\u{feff}');
                }
            }
            Kind::Newline => {
                self.newlines += 1;
                self.ended = false;
                if self.at != At::LineStart {
                    self.end_line();
                }
            }
            // A comment at the end of a line stays there, the end of the node with it.
            Kind::LineComment => {
                self.ended = false;
                self.place(true);
                self.put(literal.trim_end(), At::Within);
            }
            Kind::BlockComment => {
                let terminated = std::mem::take(&mut self.ended) && !self.rest_is_comment(index);
                self.ended = terminated;
                self.place(true);
                self.put(&literal, At::Within);
            }
            Kind::Continuation => {
                self.place(true);
                let kept = literal.trim_end_matches(['\n', '\r']).trim_end();
                self.out.push_str(kept);
                self.out.push_str(self.newline);
                for _ in 0..=self.depth {
                    self.out.push_str(STEP);
                }
                self.at = At::Tight;
            }
            Kind::Slashdash => {
                self.place(true);
                self.put("/-", At::Tight);
                // `/- node` as it is usually written; an argument is put out of use without a space.
                if self.text[self.tokens[index].span.end..].starts_with([' ', '\t']) {
                    self.out.push(' ');
                }
            }
            Kind::Semicolon => self.ended = self.at != At::LineStart,
            Kind::Open => {
                self.place(true);
                let inline = self.block_is_inline(index);
                let empty = inline
                    && self
                        .next(index)
                        .is_some_and(|next| self.tokens[next].kind == Kind::Close);
                self.put("{", if empty { At::Tight } else { At::Within });
                self.inline.push(inline);
                self.fresh = true;
                self.depth += 1;
            }
            Kind::Close => {
                let inline = self.inline();
                if inline && self.ended {
                    self.out.push(';');
                }
                self.ended = false;
                self.inline.pop();
                self.depth = self.depth.saturating_sub(1);
                self.newlines = 0;
                if !inline && self.at != At::LineStart {
                    self.end_line();
                }
                self.place(true);
                self.put("}", At::Within);
            }
            Kind::ParenOpen => {
                self.place(true);
                self.put("(", At::Tight);
            }
            Kind::ParenClose => self.put(")", At::Tight),
            Kind::Equals => self.put("=", At::Tight),
            Kind::Word | Kind::Quoted | Kind::Raw | Kind::Other => {
                self.place(true);
                self.put(&literal, At::Within);
            }
        }
        if self.at == At::Within && self.tokens[index].kind == Kind::Open && !self.inline() {
            self.open_line(index);
        }
    }

    /// After the brace of a block of several lines: a comment stays on its line, anything else begins a new one.
    fn open_line(&mut self, index: usize) {
        let next = self.next(index).map(|next| self.tokens[next].kind);
        if !matches!(
            next,
            Some(Kind::Newline | Kind::LineComment | Kind::BlockComment)
        ) {
            self.end_line();
        }
    }

    /// The next token that is no space.
    fn next(&self, index: usize) -> Option<usize> {
        (index + 1..self.tokens.len()).find(|&next| self.tokens[next].kind != Kind::Space)
    }

    /// Whether only comments follow on the line.
    fn rest_is_comment(&self, index: usize) -> bool {
        let mut rest = self.tokens[index + 1..].iter().map(|token| token.kind);
        rest.find(|kind| !matches!(kind, Kind::Space | Kind::BlockComment | Kind::LineComment))
            .is_none_or(|kind| kind == Kind::Newline)
    }

    /// Whether the block that opens at `index` was on one line.
    fn block_is_inline(&self, index: usize) -> bool {
        let mut depth = 0usize;
        for token in &self.tokens[index..] {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth -= 1,
                Kind::Newline | Kind::LineComment | Kind::Continuation => return false,
                Kind::BlockComment | Kind::Quoted | Kind::Raw
                    if self.text[token.span.start..token.span.end].contains('\n') =>
                {
                    return false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        true
    }
}
