//! What `export` prints, taken line by line: for values that the language cannot express.
//!
//! Each command begins on a line of its own there, so that a value goes from behind `=` to the end of the line, and a quoted one to
//! the double quote after which a command begins again.

use super::super::ast::{Arguments, Command, PropertyValue, Value};
use super::super::word::{Property, Resource, Verb};
use super::{Flavour, Placed, parse_commands};

/// The commands; `None` if a line is not one that `export` prints.
pub(super) fn commands(text: &str) -> Option<Vec<Placed>> {
    let lines: Vec<&str> = text
        .strip_suffix('\n')
        .unwrap_or(text)
        .split('\n')
        .collect();
    let mut commands = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let mut last = at;
        // A quoted text goes on until it ends, and what follows is a command.
        while is_open(&lines[at..=last]) || !begins(lines.get(last + 1)) {
            last += 1;
            if last >= lines.len() {
                return None;
            }
        }
        let line = lines[at..=last].join("\n");
        commands.push((at + 1, command(&line)?));
        at = last + 1;
    }
    Some(commands)
}

/// Whether the value in these lines begins with a double quote and does not end with one.
fn is_open(lines: &[&str]) -> bool {
    let text = lines.join("\n");
    let value = match text.split_once('=') {
        Some((head, value)) if head.starts_with("set ") => value,
        _ => match text.strip_prefix("add options ") {
            Some(value) => value,
            None => return false,
        },
    };
    value.starts_with('"') && (value.len() == 1 || !value.ends_with('"'))
}

/// Whether a command begins on the line; behind the last line, everything has ended.
fn begins(line: Option<&&str>) -> bool {
    let Some(line) = line else { return true };
    let word = line.split(' ').next().unwrap_or_default();
    matches!(word, "create" | "set" | "add" | "end")
}

fn command(line: &str) -> Option<Command> {
    if let Some(rest) = line.strip_prefix("set ") {
        let (property, value) = rest.split_once('=')?;
        return property_command(Verb::Set, property, value);
    }
    if let Some(option) = line.strip_prefix("add options ") {
        return property_command(Verb::Add, "options", option);
    }
    if let Some(resource) = line
        .strip_prefix("add ")
        .and_then(|word| Resource::from_text(word.as_bytes()))
    {
        return Some(Command {
            verb: Verb::Add,
            arguments: Arguments::Resource {
                option: None,
                resource,
                criteria: Vec::new(),
            },
        });
    }
    if let Some(property) = named_property(line) {
        return Some(property);
    }
    // What is left has no free text.
    let mut parsed = parse_commands(line.as_bytes(), Flavour::Extended).ok()?;
    match parsed.len() {
        1 => parsed.pop().map(|(_, command)| command),
        _ => None,
    }
}

fn property_command(verb: Verb, property: &str, value: &str) -> Option<Command> {
    let property = Property::from_text(property.as_bytes())?;
    let inner = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value);
    Some(Command {
        verb,
        arguments: Arguments::Property {
            option: None,
            property,
            value: PropertyValue::Simple(Value::from(inner)),
        },
    })
}

/// `add property (name=…,value="…")`
fn named_property(line: &str) -> Option<Command> {
    let rest = line
        .strip_prefix("add property (name=")?
        .strip_suffix("\")")?;
    let (name, value) = rest.split_once(",value=\"")?;
    let pieces = vec![
        (Property::Name, Value::from(name)),
        (Property::Value, Value::from(value)),
    ];
    Some(Command {
        verb: Verb::Add,
        arguments: Arguments::Property {
            option: None,
            property: Property::Property,
            value: PropertyValue::Complex(pieces),
        },
    })
}
