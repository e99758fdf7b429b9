//! Writes a model into nodes, by the table.

use std::net::IpAddr;
use std::time::Duration;

use illumos::datalink::MacAddress;

use super::Fields;
use crate::documents::syntax::tree::{Node, Value};
use crate::documents::values;

/// The nodes of a block being written.
#[derive(Debug, Default)]
pub(crate) struct Writing {
    pub(crate) nodes: Vec<Node<'static>>,
}

impl Writing {
    pub(crate) fn push(&mut self, node: Node<'static>) {
        self.nodes.push(node);
    }

    pub(crate) fn text(&mut self, name: &'static str, text: &Option<impl AsRef<str>>) {
        if let Some(text) = text {
            self.push(Node::new(name).with(text.as_ref().to_owned()));
        }
    }

    /// All of `texts` in one node; none if there are none.
    pub(crate) fn texts(&mut self, name: &'static str, texts: &[String]) {
        if !texts.is_empty() {
            self.push(
                texts
                    .iter()
                    .fold(Node::new(name), |node, text| node.with(text.clone())),
            );
        }
    }

    pub(crate) fn flag(&mut self, name: &'static str, flag: &Option<bool>) {
        if let Some(flag) = *flag {
            self.push(Node::new(name).with(flag));
        }
    }

    pub(crate) fn integer<T: Into<u64> + Copy>(&mut self, name: &'static str, number: &Option<T>) {
        if let Some(number) = *number {
            self.push(Node::new(name).with(Value::Integer(i128::from(number.into()))));
        }
    }

    pub(crate) fn size(&mut self, name: &'static str, bytes: &Option<u64>) {
        if let Some(bytes) = *bytes {
            self.push(Node::new(name).with(values::write_size(bytes)));
        }
    }

    pub(crate) fn cpus(&mut self, name: &'static str, hundredths: &Option<u64>) {
        if let Some(hundredths) = *hundredths {
            self.push(Node::new(name).with(values::write_cpus(hundredths)));
        }
    }

    /// A text of digits, without quotes where that keeps every digit.
    pub(crate) fn number(&mut self, name: &'static str, number: &Option<String>) {
        if let Some(number) = number {
            let value = match number.parse::<u64>() {
                Ok(value) if value.to_string() == *number => Value::Integer(i128::from(value)),
                _ => Value::from(number.clone()),
            };
            self.push(Node::new(name).with(value));
        }
    }

    pub(crate) fn duration(&mut self, name: &'static str, duration: &Option<Duration>) {
        if let Some(duration) = *duration {
            self.push(Node::new(name).with(values::write_duration(duration)));
        }
    }

    pub(crate) fn mac_address(&mut self, name: &'static str, mac: &Option<MacAddress>) {
        if let Some(mac) = *mac {
            self.push(Node::new(name).with(mac.to_string()));
        }
    }

    pub(crate) fn addresses(&mut self, name: &'static str, addresses: &[IpAddr]) {
        for address in addresses {
            self.push(Node::new(name).with(address.to_string()));
        }
    }

    /// A node with a block.
    pub(crate) fn block<T: Fields>(&mut self, node: Node<'static>, block: &T) {
        let mut inner = Self::default();
        block.write(&mut inner);
        self.push(if inner.nodes.is_empty() {
            node
        } else {
            node.with_children(inner.nodes)
        });
    }

    /// A node whose block is written as properties: every node in it takes one argument.
    pub(crate) fn properties<T: Fields>(&mut self, node: Node<'static>, block: &T) {
        let mut inner = Self::default();
        block.write(&mut inner);
        let mut node = node;
        for mut field in inner.nodes {
            if let Some(argument) = field.arguments.pop() {
                node = node.with_property(field.name, argument.value);
            }
        }
        self.push(node);
    }
}
