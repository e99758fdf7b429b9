//! Tokens to commands (illumos-gate `usr/src/cmd/zonecfg/zonecfg_grammar.y`).

use super::ast::{Arguments, Command, Item, PropertyValue, Value};
use super::lexer::{Lexer, Token};
use super::word::{Property, Resource, Verb};
use illumos::Flavour;

/// What the text holds next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Parsed {
    Command(Command),
    /// An empty line.
    Nothing,
    /// A token that cannot stand where it stands.
    Unexpected {
        line: usize,
        text: String,
    },
    /// A command without what it needs: the tool answers with how it is used. The line is the one of the token after it.
    Usage {
        verb: Verb,
        line: usize,
    },
    /// A token that the tool's scanner cannot hold.
    TooLong,
    /// The end. Words after the last newline or semicolon are not a command.
    EndOfInput,
}

/// Why a command could not be read to its end.
enum Stop {
    Unexpected,
    Usage(Verb),
    TooLong,
}

type Step<T> = Result<T, Stop>;

/// Reads commands one after the other.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    ahead: Option<Token>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(input: &'a [u8], flavour: Flavour) -> Self {
        Self {
            lexer: Lexer::new(input, flavour),
            ahead: None,
        }
    }

    /// The line that the next character is on, from 1.
    pub(super) fn line(&self) -> usize {
        self.lexer.line()
    }

    pub(super) fn next(&mut self) -> Parsed {
        let stop = match self.statement() {
            Ok(parsed) => return parsed,
            Err(stop) => stop,
        };
        let token = self.peek().clone();
        let parsed = match stop {
            _ if token == Token::TooLong => return Parsed::TooLong,
            Stop::TooLong => return Parsed::TooLong,
            Stop::Unexpected if token == Token::EndOfInput => return Parsed::EndOfInput,
            Stop::Unexpected => Parsed::Unexpected {
                line: self.lexer.line(),
                text: self.lexer.text(),
            },
            Stop::Usage(verb) => Parsed::Usage {
                verb,
                line: self.lexer.line(),
            },
        };
        self.skip();
        parsed
    }

    /// Drops the rest of a command that could not be read.
    fn skip(&mut self) {
        while !matches!(
            self.take(),
            Token::Terminator | Token::EndOfInput | Token::TooLong
        ) {}
    }

    fn peek(&mut self) -> &Token {
        let lexer = &mut self.lexer;
        self.ahead.get_or_insert_with(|| lexer.next())
    }

    fn take(&mut self) -> Token {
        match self.ahead.take() {
            // The end and an overlong token stay where they are.
            Some(token @ (Token::EndOfInput | Token::TooLong)) => {
                self.ahead = Some(token.clone());
                token
            }
            Some(token) => token,
            None => {
                let token = self.lexer.next();
                if matches!(token, Token::EndOfInput | Token::TooLong) {
                    self.ahead = Some(token.clone());
                }
                token
            }
        }
    }

    fn statement(&mut self) -> Step<Parsed> {
        let verb = match self.peek() {
            Token::Terminator => {
                self.take();
                return Ok(Parsed::Nothing);
            }
            Token::TooLong => return Err(Stop::TooLong),
            Token::Verb(verb) => *verb,
            _ => return Err(Stop::Unexpected),
        };
        self.take();
        let arguments = self.arguments(verb)?;
        if *self.peek() != Token::Terminator {
            return Err(Stop::Unexpected);
        }
        self.take();
        Ok(Parsed::Command(Command { verb, arguments }))
    }

    fn arguments(&mut self, verb: Verb) -> Step<Arguments> {
        match verb {
            Verb::Cancel
            | Verb::Commit
            | Verb::Delete
            | Verb::End
            | Verb::Exit
            | Verb::Help
            | Verb::Revert
            | Verb::Verify => Ok(self.words(1)),
            Verb::Export => Ok(self.words(2)),
            Verb::Create => Ok(self.words(3)),
            Verb::Add => self.add(),
            Verb::Clear => match self.peek() {
                Token::Property(property) => {
                    let property = *property;
                    self.take();
                    Ok(Arguments::Name(property))
                }
                _ => Err(Stop::Usage(verb)),
            },
            Verb::Info => self.info(),
            Verb::Remove => self.remove(),
            Verb::Select => self.select(),
            Verb::Set => self.set(),
        }
    }

    fn words(&mut self, most: usize) -> Arguments {
        let mut words = Vec::new();
        while words.len() < most {
            let Some(word) = self.word() else { break };
            words.push(word);
        }
        Arguments::Words(words)
    }

    fn word(&mut self) -> Option<Value> {
        if !matches!(self.peek(), Token::Word(_)) {
            return None;
        }
        match self.take() {
            Token::Word(text) => Some(Value(text)),
            _ => None,
        }
    }

    fn add(&mut self) -> Step<Arguments> {
        match self.peek().clone() {
            Token::Word(_) => Ok(self.words(1)),
            Token::Resource(resource) => {
                self.take();
                Ok(Arguments::Resource {
                    option: None,
                    resource,
                    criteria: Vec::new(),
                })
            }
            Token::Property(property) => {
                self.take();
                self.property(property)
            }
            _ => Err(Stop::Usage(Verb::Add)),
        }
    }

    fn property(&mut self, property: Property) -> Step<Arguments> {
        Ok(Arguments::Property {
            option: None,
            property,
            value: self.value()?,
        })
    }

    fn info(&mut self) -> Step<Arguments> {
        match self.peek().clone() {
            Token::Word(_) => Err(Stop::Usage(Verb::Info)),
            Token::Resource(resource) => {
                self.take();
                self.resource(None, resource)
            }
            Token::Property(property) if property.is_global() => {
                self.take();
                Ok(Arguments::Name(property))
            }
            _ => Ok(Arguments::Words(Vec::new())),
        }
    }

    fn remove(&mut self) -> Step<Arguments> {
        match self.peek().clone() {
            Token::Word(_) => {
                let option = self.word();
                let Token::Resource(resource) = self.peek().clone() else {
                    return Err(Stop::Usage(Verb::Remove));
                };
                self.take();
                Ok(Arguments::Resource {
                    option,
                    resource,
                    criteria: Vec::new(),
                })
            }
            Token::Resource(resource) => {
                self.take();
                self.resource(None, resource)
            }
            Token::Property(property) => {
                self.take();
                self.property(property)
            }
            _ => Err(Stop::Usage(Verb::Remove)),
        }
    }

    fn select(&mut self) -> Step<Arguments> {
        let Token::Resource(resource) = self.peek().clone() else {
            return Err(Stop::Usage(Verb::Select));
        };
        self.take();
        let single = matches!(
            resource,
            Resource::DedicatedCpu | Resource::CappedCpu | Resource::CappedMemory
        );
        if !single && !matches!(self.peek(), Token::Property(_)) {
            return Err(Stop::Usage(Verb::Select));
        }
        self.resource(None, resource)
    }

    /// What may follow a resource type: up to three `property=value`.
    fn resource(&mut self, option: Option<Value>, resource: Resource) -> Step<Arguments> {
        let mut criteria = Vec::new();
        while criteria.len() < 3 {
            let Token::Property(property) = self.peek().clone() else {
                break;
            };
            self.take();
            self.expect(&Token::Equal)?;
            criteria.push((property, self.value()?));
        }
        Ok(Arguments::Resource {
            option,
            resource,
            criteria,
        })
    }

    fn set(&mut self) -> Step<Arguments> {
        let option = self.word();
        let property = match self.peek() {
            Token::Property(property) => *property,
            _ if option.is_none() => return Err(Stop::Usage(Verb::Set)),
            _ => return Err(Stop::Unexpected),
        };
        if option.is_some() && property != Property::Zonepath {
            return Err(Stop::Unexpected);
        }
        self.take();
        self.expect(&Token::Equal)?;
        if *self.peek() == Token::OpenBracket && option.is_none() {
            self.take();
            let items = if *self.peek() == Token::CloseBracket {
                Vec::new()
            } else {
                self.items()?
            };
            self.expect(&Token::CloseBracket)?;
            let value = PropertyValue::List(items);
            return Ok(Arguments::Property {
                option,
                property,
                value,
            });
        }
        let value = self.value()?;
        Ok(Arguments::Property {
            option,
            property,
            value,
        })
    }

    fn expect(&mut self, token: &Token) -> Step<()> {
        if self.peek() != token {
            return Err(Stop::Unexpected);
        }
        self.take();
        Ok(())
    }

    fn value(&mut self) -> Step<PropertyValue> {
        match self.peek() {
            Token::OpenParenthesis => Ok(PropertyValue::Complex(self.complex()?)),
            Token::OpenBracket => {
                self.take();
                let items = self.items()?;
                self.expect(&Token::CloseBracket)?;
                Ok(PropertyValue::List(items))
            }
            _ => Ok(PropertyValue::Simple(self.simple()?)),
        }
    }

    /// A word; the words of the language are values too where a value is expected.
    fn simple(&mut self) -> Step<Value> {
        let value = match self.peek() {
            Token::Word(text) => Value(text.clone()),
            Token::Resource(resource) => Value::from(resource.as_str()),
            Token::Property(property) => Value::from(property.as_str()),
            _ => return Err(Stop::Unexpected),
        };
        self.take();
        Ok(value)
    }

    fn complex(&mut self) -> Step<Vec<(Property, Value)>> {
        self.expect(&Token::OpenParenthesis)?;
        let mut pieces = Vec::new();
        loop {
            let Token::Property(property) = self.peek().clone() else {
                return Err(Stop::Unexpected);
            };
            self.take();
            self.expect(&Token::Equal)?;
            pieces.push((property, self.simple()?));
            if *self.peek() != Token::Comma {
                break;
            }
            self.take();
        }
        self.expect(&Token::CloseParenthesis)?;
        Ok(pieces)
    }

    fn items(&mut self) -> Step<Vec<Item>> {
        let mut items = Vec::new();
        loop {
            items.push(match self.peek() {
                Token::OpenParenthesis => Item::Complex(self.complex()?),
                _ => Item::Simple(self.simple()?),
            });
            if *self.peek() != Token::Comma {
                return Ok(items);
            }
            self.take();
        }
    }
}
