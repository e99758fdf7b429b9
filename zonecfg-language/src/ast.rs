//! A command as it was written.

use std::borrow::Cow;
use std::fmt;

use super::word::{Property, Resource, Verb};

/// A text of the language: bytes, because nothing in the language demands UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Value(pub(super) Vec<u8>);

impl Value {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, with U+FFFD for what is not UTF-8.
    #[must_use]
    pub fn to_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_text())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

/// What stands where a property value is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PropertyValue {
    /// One text.
    Simple(Value),
    /// `(name=value,…)`
    Complex(Vec<(Property, Value)>),
    /// `[item,…]`
    List(Vec<Item>),
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// One text.
    Simple(Value),
    /// `(name=value,…)`
    Complex(Vec<(Property, Value)>),
}

/// What follows the word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arguments {
    /// `create -b`, `delete -F`: at most three words.
    Words(Vec<Value>),
    /// `add net`, `remove -F net`, `select net physical=net0`.
    Resource {
        /// `-F`, or another word before the resource type.
        option: Option<Value>,
        /// The resource type.
        resource: Resource,
        /// `property=value`, at most three.
        criteria: Vec<(Property, PropertyValue)>,
    },
    /// `set property=value`, `add property value`, `remove property value`.
    Property {
        /// `-F`, or another word before the property.
        option: Option<Value>,
        /// The property.
        property: Property,
        /// Its value.
        value: PropertyValue,
    },
    /// `clear property`, `info property`.
    Name(Property),
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Its word.
    pub verb: Verb,
    /// What follows.
    pub arguments: Arguments,
}
