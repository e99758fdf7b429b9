//! IP interfaces of the global zone: `emulation/ipadm`, one a line, `NAME OBJECT=ADDRESS…`.

use std::fmt::Write;

use crate::host::Record;

/// An interface of the global zone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Interface {
    /// The link.
    pub(crate) name: String,
    /// Address objects: the name after the slash, and `ADDRESS/PREFIX`.
    pub(crate) addresses: Vec<(String, String)>,
}

/// The interfaces of the global zone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plumbing {
    pub(crate) interfaces: Vec<Interface>,
}

impl Plumbing {
    pub(crate) fn has(&self, link: &str) -> bool {
        self.interfaces
            .iter()
            .any(|interface| interface.name == link)
    }
}

impl Record for Plumbing {
    const FILE: &'static str = "ipadm";

    fn parse(text: &str) -> Result<Self, String> {
        let mut plumbing = Self::default();
        for (number, line) in text.lines().enumerate() {
            let mut words = line.split_ascii_whitespace();
            let Some(name) = words.next().filter(|name| !name.starts_with('#')) else {
                continue;
            };
            let addresses = words.map(|word| {
                word.split_once('=')
                    .map(|(object, address)| (object.to_owned(), address.to_owned()))
            });
            let addresses = addresses
                .collect::<Option<Vec<_>>>()
                .ok_or_else(|| format!("line {}: not NAME OBJECT=ADDRESS…", number + 1))?;
            plumbing.interfaces.push(Interface {
                name: name.to_owned(),
                addresses,
            });
        }
        Ok(plumbing)
    }

    fn print(&self, out: &mut String) {
        for interface in &self.interfaces {
            out.push_str(&interface.name);
            for (object, address) in &interface.addresses {
                let _ = write!(out, " {object}={address}");
            }
            out.push('\n');
        }
    }
}
