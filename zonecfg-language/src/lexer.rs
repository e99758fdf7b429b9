//! Text to tokens.
//!
//! What a character means depends on where it stands: at the start of a command, among the words of a command, inside `[…]` or inside
//! `(…)`. As in zonecfg(8), a word ends where its kind of characters ends, not at a blank: `commitx` is the command `commit` with the
//! word `x` (illumos-gate `usr/src/cmd/zonecfg/zonecfg_lex.l`).

use super::word::{Property, Resource, Verb};
use illumos::Flavour;

/// The longest token that the tool's scanner holds, in bytes; a longer one ends the program.
pub(super) const LONGEST: usize = 1024;

/// A piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Verb(Verb),
    Resource(Resource),
    Property(Property),
    /// A word, or a quoted text without its quotes.
    Word(Vec<u8>),
    Equal,
    OpenBracket,
    CloseBracket,
    OpenParenthesis,
    CloseParenthesis,
    Comma,
    /// A newline or a semicolon.
    Terminator,
    /// A character that fits nowhere.
    Other,
    /// More than the scanner holds.
    TooLong,
    EndOfInput,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Command,
    Words,
    List,
    Complex,
}

/// Splits a text into tokens, one at a time.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    input: &'a [u8],
    at: usize,
    line: usize,
    state: State,
    /// Where a `)` leads back to.
    outer: State,
    flavour: Flavour,
    /// The text of the last token.
    text: &'a [u8],
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

impl<'a> Lexer<'a> {
    pub(super) fn new(input: &'a [u8], flavour: Flavour) -> Self {
        Self {
            input,
            at: 0,
            line: 1,
            state: State::Command,
            outer: State::Command,
            flavour,
            text: b"",
        }
    }

    /// The line that the next character is on, from 1.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// The text of the last token, quotes included.
    pub(super) fn text(&self) -> String {
        match self.text {
            b"\n" => "\\n".to_owned(),
            text => String::from_utf8_lossy(text).into_owned(),
        }
    }

    pub(super) fn next(&mut self) -> Token {
        loop {
            let rest = &self.input[self.at..];
            let Some(&first) = rest.first() else {
                self.text = b"";
                return Token::EndOfInput;
            };
            if is_blank(first) {
                self.at += 1;
                continue;
            }
            if self.state == State::Command && first == b'#' {
                let length = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
                if length >= LONGEST {
                    return Token::TooLong;
                }
                self.at += length;
                continue;
            }
            return self.token(rest, first);
        }
    }

    fn token(&mut self, rest: &'a [u8], first: u8) -> Token {
        if first == b'\n' || first == b';' {
            self.take(rest, 1);
            self.state = State::Command;
            if first == b'\n' {
                self.line += 1;
            }
            return Token::Terminator;
        }
        match self.state {
            State::Command => self.command(rest),
            State::Words => match first {
                b'=' => self.single(rest, Token::Equal, None),
                b'[' => {
                    self.outer = State::List;
                    self.single(rest, Token::OpenBracket, Some(State::List))
                }
                b'(' => self.single(rest, Token::OpenParenthesis, Some(State::Complex)),
                b'"' => self.quoted(rest),
                b']' | b')' => self.single(rest, Token::Other, None),
                _ => self.word(rest),
            },
            State::List => match first {
                b'=' => self.single(rest, Token::Equal, None),
                b']' => {
                    self.outer = State::Words;
                    self.single(rest, Token::CloseBracket, Some(State::Words))
                }
                b'(' => self.single(rest, Token::OpenParenthesis, Some(State::Complex)),
                b',' => self.single(rest, Token::Comma, None),
                b'"' => self.quoted(rest),
                b'[' | b')' => self.single(rest, Token::Other, None),
                _ => self.word(rest),
            },
            State::Complex => match first {
                b'=' => self.single(rest, Token::Equal, None),
                b')' => self.single(rest, Token::CloseParenthesis, Some(self.outer)),
                b',' => self.single(rest, Token::Comma, None),
                b'"' if self.flavour == Flavour::Extended => self.quoted(rest),
                b'"' | b'(' => self.single(rest, Token::Other, None),
                _ => self.word(rest),
            },
        }
    }

    fn take(&mut self, rest: &'a [u8], length: usize) {
        self.text = &rest[..length];
        self.at += length;
    }

    fn single(&mut self, rest: &'a [u8], token: Token, state: Option<State>) -> Token {
        self.take(rest, 1);
        if let Some(state) = state {
            self.state = state;
        }
        token
    }

    fn command(&mut self, rest: &'a [u8]) -> Token {
        let verb = Verb::ALL
            .iter()
            .copied()
            .filter(|verb| rest.starts_with(verb.as_str().as_bytes()))
            .max_by_key(|verb| verb.as_str().len())
            .map(|verb| (verb, verb.as_str().len()))
            .or_else(|| rest.starts_with(b"?").then_some((Verb::Help, 1)));
        let Some((verb, length)) = verb else {
            return self.single(rest, Token::Other, None);
        };
        self.take(rest, length);
        self.state = State::Words;
        self.outer = State::Words;
        Token::Verb(verb)
    }

    /// A text in double quotes. There is no escape, and a newline ends it as well, and belongs to it.
    fn quoted(&mut self, rest: &'a [u8]) -> Token {
        let Some(length) = rest[1..].iter().position(|&b| b == b'"' || b == b'\n') else {
            return self.single(rest, Token::Other, None);
        };
        if length + 2 > LONGEST {
            return Token::TooLong;
        }
        self.take(rest, length + 2);
        let content = if rest[length + 1] == b'"' {
            &rest[1..=length]
        } else {
            &rest[1..length + 2]
        };
        Token::Word(content.to_vec())
    }

    fn word(&mut self, rest: &'a [u8]) -> Token {
        let state = self.state;
        let ends = |byte: u8| match byte {
            b' ' | b'\t' | b'\n' | b'"' | b';' | b'=' | b'(' | b')' => true,
            b'[' | b']' => state != State::Complex,
            b',' => state != State::Words,
            _ => false,
        };
        let length = rest.iter().position(|&b| ends(b)).unwrap_or(rest.len());
        // A single character that no rule of this state knows.
        let length = length.max(1);
        if length >= LONGEST {
            return Token::TooLong;
        }
        self.take(rest, length);
        let text = &rest[..length];
        let property = || {
            Property::from_text(text)
                .filter(|word| self.flavour == Flavour::Extended || !word.is_extended())
        };
        match state {
            State::Words => {
                if let Some(resource) = Resource::from_text(text) {
                    return Token::Resource(resource);
                }
                property().map_or_else(|| Token::Word(text.to_vec()), Token::Property)
            }
            State::Complex => {
                property().map_or_else(|| Token::Word(text.to_vec()), Token::Property)
            }
            State::List | State::Command => Token::Word(text.to_vec()),
        }
    }
}
