//! Values that the language cannot express, as comments.
//!
//! A text with a double quote, a newline or more bytes than the scanner holds cannot be given to zonecfg(8). Written as it is, a text
//! with a double quote and a newline would even be commands of its own. It stands in a comment instead, on one line, so that the tool
//! refuses the incomplete resource and nothing is lost.

use super::ast::{Arguments, Command, PropertyValue, Value};
use super::read::Placed;
use super::word::{Property, Verb};

const MARK: &str = "# zonecfg cannot take: ";

/// A line with `\0` in the places of the texts.
pub(super) fn comment(skeleton: &str, texts: &[&str]) -> String {
    let mut line = String::from(MARK);
    let mut texts = texts.iter();
    for character in skeleton.chars() {
        match (character, texts.len()) {
            ('\0', 1..) => {
                line.push('"');
                texts
                    .next()
                    .into_iter()
                    .for_each(|text| escape(text, &mut line));
                line.push('"');
            }
            _ => line.push(character),
        }
    }
    line
}

fn escape(text: &str, line: &mut String) {
    for character in text.chars() {
        match character {
            '"' | '\\' => line.extend(['\\', character]),
            '\n' => line.push_str("\\n"),
            '\0' => line.push_str("\\0"),
            _ => line.push(character),
        }
    }
}

/// Takes the comments out of the text, leaving the lines empty, and reads the commands in them.
pub(super) fn take_out(text: &str) -> (String, Vec<Placed>) {
    let mut commands = Vec::new();
    let mut rest = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            rest.push('\n');
        }
        match line.strip_prefix(MARK).and_then(command) {
            Some(command) => commands.push((number + 1, command)),
            None => rest.push_str(line),
        }
    }
    (rest, commands)
}

/// The skeleton and the texts of a comment; `None` if it is not one that [`comment`] writes.
fn texts(line: &str) -> Option<(String, Vec<String>)> {
    let mut skeleton = String::new();
    let mut texts = Vec::new();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character != '"' {
            skeleton.push(character);
            continue;
        }
        let mut text = String::new();
        loop {
            match characters.next()? {
                '"' => break,
                '\\' => text.push(match characters.next()? {
                    'n' => '\n',
                    '0' => '\0',
                    other => other,
                }),
                other => text.push(other),
            }
        }
        skeleton.push('\0');
        texts.push(text);
    }
    Some((skeleton, texts))
}

fn command(line: &str) -> Option<Command> {
    let (skeleton, texts) = texts(line)?;
    let complex = |names: &[Property]| {
        let pieces = names.iter().zip(&texts);
        let pieces = pieces.map(|(name, text)| (*name, Value::from(text.as_str())));
        PropertyValue::Complex(pieces.collect())
    };
    let (verb, property, value) = match (skeleton.as_str(), texts.as_slice()) {
        (super::write::RCTL_VALUE, [_, _, _]) => {
            let names = [Property::Priv, Property::Limit, Property::Action];
            (Verb::Add, Property::Value, complex(&names))
        }
        (super::write::PROPERTY, [_, _]) => {
            let names = [Property::Name, Property::Value];
            (Verb::Add, Property::Property, complex(&names))
        }
        (super::write::OPTION, [option]) => {
            let option = PropertyValue::Simple(Value::from(option.as_str()));
            (Verb::Add, Property::Options, option)
        }
        (set, [value]) => {
            let name = set.strip_prefix("set ")?.strip_suffix("=\0")?;
            let property = Property::from_text(name.as_bytes())?;
            let value = PropertyValue::Simple(Value::from(value.as_str()));
            (Verb::Set, property, value)
        }
        _ => return None,
    };
    Some(Command {
        verb,
        arguments: Arguments::Property {
            option: None,
            property,
            value,
        },
    })
}
