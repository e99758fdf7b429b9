//! Tokens of KDL, versions 1 and 2, with their places.
//!
//! Whether a text is valid KDL is for the kdl crate to say. The lexer finds where things are: what holds a document's
//! layout, in editing and formatting, and what the fast reader reads.

use super::tree::{Dialect, Span};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Spaces and tabs, or a byte order mark at the start.
    Space,
    /// One newline: `\n`, `\r\n` or another that KDL knows.
    Newline,
    /// `// …` up to the newline.
    LineComment,
    /// `/* … */`, nested ones included.
    BlockComment,
    /// `/-`.
    Slashdash,
    /// `\` and everything up to and with the newline.
    Continuation,
    /// `;`.
    Semicolon,
    /// `{`.
    Open,
    /// `}`.
    Close,
    /// `(`.
    ParenOpen,
    /// `)`.
    ParenClose,
    /// `=`.
    Equals,
    /// A string in quotes, on one line or several.
    Quoted,
    /// A raw string.
    Raw,
    /// An identifier, number or keyword.
    Word,
    /// What cannot be a token: a character out of place, a string or comment without end.
    Other,
}

/// A token and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it is.
    pub span: Span,
}

/// Splits a text into tokens that cover all of it.
#[derive(Debug, Clone)]
pub struct Lexer<'t> {
    text: &'t str,
    position: usize,
    dialect: Dialect,
}

impl<'t> Lexer<'t> {
    /// A lexer at the start of `text`.
    #[must_use]
    pub fn new(text: &'t str, dialect: Dialect) -> Self {
        Self {
            text,
            position: 0,
            dialect,
        }
    }

    fn word_end(&self, from: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'+') {
                at += 1;
            } else if byte < 0x80 {
                let ends = matches!(
                    byte,
                    b'\\'
                        | b'/'
                        | b'('
                        | b')'
                        | b'{'
                        | b'}'
                        | b'['
                        | b']'
                        | b';'
                        | b'"'
                        | b'='
                        | b' '
                        | b'\t'
                        | b'\n'
                        | b'\r'
                        | 0x0b
                        | 0x0c
                ) || (byte == b'#' && self.dialect == Dialect::Two)
                    || (matches!(byte, b'<' | b'>' | b',') && self.dialect == Dialect::One);
                if ends {
                    break;
                }
                at += 1;
            } else {
                let Some(c) = self.text[at..].chars().next() else {
                    break;
                };
                if is_space(c) || is_newline(c) {
                    break;
                }
                at += c.len_utf8();
            }
        }
        at
    }

    /// The end of a string that starts with the quote at `from`, or `None` without one.
    fn quoted_end(&self, from: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let multiline = self.dialect == Dialect::Two && self.text[from..].starts_with("\"\"\"");
        let mut at = if multiline { from + 3 } else { from + 1 };
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\\' if self.dialect == Dialect::Two => {
                    // An escaped newline, and the spaces around it, belong to the string.
                    let after =
                        self.text[at + 1..].trim_start_matches(|c| is_space(c) || is_newline(c));
                    let skipped = self.text.len() - at - 1 - after.len();
                    at += if skipped > 0 {
                        1 + skipped
                    } else {
                        1 + after.chars().next().map_or(0, char::len_utf8)
                    };
                }
                b'\\' => at += 1 + self.text[at + 1..].chars().next().map_or(0, char::len_utf8),
                b'"' if multiline && !self.text[at..].starts_with("\"\"\"") => at += 1,
                b'"' => return Some(if multiline { at + 3 } else { at + 1 }),
                b'\n' | b'\r' if !multiline && self.dialect == Dialect::Two => return None,
                _ => at += 1,
            }
        }
        None
    }

    /// The end of a raw string whose hashes, if any, start at `from`, or `None` if it is none.
    fn raw_end(&self, from: usize) -> Option<usize> {
        let rest = &self.text[from..];
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        let body = &rest[hashes..];
        let quotes = if self.dialect == Dialect::Two && body.starts_with("\"\"\"") {
            3
        } else {
            1
        };
        if !body.starts_with('"') {
            return None;
        }
        let closing = format!("{}{}", "\"".repeat(quotes), "#".repeat(hashes));
        let end = body[quotes..].find(&closing)?;
        Some(from + hashes + quotes + end + closing.len())
    }

    fn block_comment_end(&self, from: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut depth = 0usize;
        let mut at = from;
        while at < bytes.len() {
            if bytes[at..].starts_with(b"/*") {
                depth += 1;
                at += 2;
            } else if bytes[at..].starts_with(b"*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return Some(at);
                }
            } else {
                at += 1;
            }
        }
        None
    }

    fn line_end(&self, from: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\n' | b'\r' | 0x0b | 0x0c => break,
                byte if byte < 0x80 => at += 1,
                _ => {
                    let Some(c) = self.text[at..].chars().next() else {
                        break;
                    };
                    if is_newline(c) {
                        break;
                    }
                    at += c.len_utf8();
                }
            }
        }
        at
    }

    fn newline_end(&self, at: usize) -> Option<usize> {
        let rest = &self.text[at..];
        if rest.starts_with("\r\n") {
            return Some(at + 2);
        }
        rest.chars()
            .next()
            .filter(|&c| is_newline(c))
            .map(|c| at + c.len_utf8())
    }

    fn space_end(&self, from: usize) -> usize {
        let rest = &self.text[from..];
        self.text.len() - rest.trim_start_matches(is_space).len()
    }

    /// The end of a line continuation at `from`, or `None` if something follows on its line.
    fn continuation_end(&self, from: usize) -> Option<usize> {
        let mut at = from + 1;
        loop {
            at = self.space_end(at);
            if self.text[at..].starts_with("/*") {
                at = self.block_comment_end(at)?;
            } else {
                break;
            }
        }
        if self.text[at..].starts_with("//") {
            at = self.line_end(at);
        }
        if at == self.text.len() {
            Some(at)
        } else {
            self.newline_end(at)
        }
    }

    fn other(&self, from: usize) -> (Kind, usize) {
        (
            Kind::Other,
            from + self.text[from..].chars().next().map_or(1, char::len_utf8),
        )
    }

    fn token_at(&self, from: usize) -> Option<(Kind, usize)> {
        let bytes = self.text.as_bytes();
        let byte = *bytes.get(from)?;
        let single = |kind| (kind, from + 1);
        Some(match byte {
            b' ' | b'\t' => {
                let mut end = from + 1;
                while matches!(bytes.get(end), Some(b' ' | b'\t')) {
                    end += 1;
                }
                (Kind::Space, end)
            }
            b'\n' => single(Kind::Newline),
            b';' => single(Kind::Semicolon),
            b'{' => single(Kind::Open),
            b'}' => single(Kind::Close),
            b'(' => single(Kind::ParenOpen),
            b')' => single(Kind::ParenClose),
            b'=' => single(Kind::Equals),
            b'"' => match self.quoted_end(from) {
                Some(end) => (Kind::Quoted, end),
                None => (
                    Kind::Other,
                    if self.dialect == Dialect::Two {
                        self.line_end(from)
                    } else {
                        self.text.len()
                    },
                ),
            },
            b'/' => match bytes.get(from + 1) {
                Some(b'/') => (Kind::LineComment, self.line_end(from)),
                Some(b'*') => match self.block_comment_end(from) {
                    Some(end) => (Kind::BlockComment, end),
                    None => (Kind::Other, self.text.len()),
                },
                Some(b'-') => (Kind::Slashdash, from + 2),
                _ => self.other(from),
            },
            b'\\' => match self.continuation_end(from) {
                Some(end) => (Kind::Continuation, end),
                None => self.other(from),
            },
            b'#' if self.dialect == Dialect::Two => match self.raw_end(from) {
                Some(end) => (Kind::Raw, end),
                None => match self.word_end(from + 1) {
                    end if end > from + 1 => (Kind::Word, end),
                    _ => self.other(from),
                },
            },
            b'r' if self.dialect == Dialect::One
                && matches!(bytes.get(from + 1), Some(b'"' | b'#')) =>
            {
                match self.raw_end(from + 1) {
                    Some(end) => (Kind::Raw, end),
                    None => (Kind::Word, self.word_end(from)),
                }
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' => {
                (Kind::Word, self.word_end(from))
            }
            _ => {
                if let Some(end) = self.newline_end(from) {
                    return Some((Kind::Newline, end));
                }
                if from == 0 && self.text.starts_with('\u{feff}') {
                    return Some((Kind::Space, '\u{feff}'.len_utf8()));
                }
                let space = self.space_end(from);
                if space > from {
                    return Some((Kind::Space, space));
                }
                match self.word_end(from) {
                    end if end > from => (Kind::Word, end),
                    _ => self.other(from),
                }
            }
        })
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let start = self.position;
        let (kind, end) = self.token_at(start)?;
        self.position = end;
        Some(Token {
            kind,
            span: Span { start, end },
        })
    }
}

/// Whether `c` is white space within a line.
pub(crate) fn is_space(c: char) -> bool {
    matches!(
        c,
        '\t' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Whether `c` ends a line.
pub(crate) fn is_newline(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{85}' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}'
    )
}
