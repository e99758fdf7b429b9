//! KDL 1 read as KDL 2: the tokens that differ are rewritten, everything else stays where it is.
//!
//! `true`, `false` and `null` get their `#`, raw strings lose the `r`, and newlines and `\/` in quoted strings become
//! escapes that KDL 2 has.

use super::lexer::{Kind, Lexer, Token};
use super::tree::Dialect;

/// A text rewritten, and how its places lead back to the one it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Upgraded {
    /// The text in KDL 2.
    pub(super) text: String,
    /// Places in it and the same in the original, ascending. Between two, text is the same in both.
    places: Vec<(usize, usize)>,
}

impl Upgraded {
    /// Where the byte `offset` of the rewritten text was.
    pub(super) fn original(&self, offset: usize) -> usize {
        let next = self.places.partition_point(|&(place, _)| place <= offset);
        let Some(&(place, original)) = next.checked_sub(1).and_then(|index| self.places.get(index))
        else {
            return offset;
        };
        let limit = self
            .places
            .get(next)
            .map_or(usize::MAX, |&(_, original)| original);
        (original + (offset - place)).min(limit)
    }
}

/// Rewrites a text of KDL 1, or `None` if there is nothing that only KDL 1 has, or something that only KDL 2 has.
pub(super) fn upgrade(text: &str) -> Option<Upgraded> {
    let tokens: Vec<Token> = Lexer::new(text, Dialect::One).collect();
    let mut upgraded = Upgraded {
        text: String::with_capacity(text.len() + 16),
        places: Vec::new(),
    };
    let mut changed = marked(text);
    for (index, token) in tokens.iter().enumerate() {
        let literal = &text[token.span.start..token.span.end];
        let replaced = match (token.kind, literal) {
            (Kind::Word, "true" | "false" | "null") if is_value(&tokens, index) => {
                Some(format!("#{literal}"))
            }
            (Kind::Word, "#true" | "#false" | "#null") => return None,
            (Kind::Raw, _) => Some(raw(&literal[1..])),
            (Kind::Quoted, _) if literal.contains("\\/") || literal.contains(['\n', '\r']) => {
                Some(quoted(literal))
            }
            _ => None,
        };
        upgraded
            .places
            .push((upgraded.text.len(), token.span.start));
        if let Some(replaced) = replaced {
            changed = true;
            upgraded.text.push_str(&replaced);
        } else {
            upgraded.text.push_str(literal);
        }
    }
    upgraded.places.push((upgraded.text.len(), text.len()));
    changed.then_some(upgraded)
}

/// Whether the text says itself that it is KDL 1.
pub(super) fn marked(text: &str) -> bool {
    text.trim_start_matches('\u{feff}')
        .lines()
        .next()
        .is_some_and(|line| {
            let mut words = line.split_whitespace();
            words.next() == Some("/-")
                && words.next() == Some("kdl-version")
                && words.next() == Some("1")
        })
}

/// Whether the word at `index` is an argument or the value of a property, not a name or a key.
fn is_value(tokens: &[Token], index: usize) -> bool {
    if tokens
        .get(index + 1)
        .is_some_and(|next| next.kind == Kind::Equals)
    {
        return false;
    }
    for token in tokens[..index].iter().rev() {
        match token.kind {
            Kind::Space | Kind::BlockComment | Kind::Continuation | Kind::Slashdash => {}
            Kind::Newline | Kind::LineComment | Kind::Semicolon | Kind::Open | Kind::Close => {
                return false;
            }
            _ => return true,
        }
    }
    false
}

/// A raw string of KDL 2 or, where it has a newline or no hashes, a quoted one.
fn raw(literal: &str) -> String {
    let body = literal.trim_matches('#');
    if literal.starts_with('#') && !body.contains(['\n', '\r']) && !body.starts_with("\"\"\"") {
        return literal.to_owned();
    }
    super::tree::quote(&body[1..body.len() - 1])
}

fn quoted(literal: &str) -> String {
    let mut rest = literal.chars();
    let mut replaced = String::with_capacity(literal.len() + 8);
    while let Some(c) = rest.next() {
        match c {
            '\\' => match rest.next() {
                Some('/') => replaced.push('/'),
                Some(escaped) => replaced.extend(['\\', escaped]),
                None => replaced.push('\\'),
            },
            '\n' => replaced.push_str("\\n"),
            '\r' => replaced.push_str("\\r"),
            c => replaced.push(c),
        }
    }
    replaced
}
