//! An image and its publishers. `ROOT/var/pkg/publishers` has one a line: `NAME KEY=VALUE…` with `origin` and `mirror` as often as there
//! are, `sticky` and `enabled` where they are `false`. Behind an origin or mirror stands what is its own: `disabled=true`, `proxy`, `key`,
//! `cert`.

use std::fmt::Write;
use std::fs::File;
use std::io;
use std::path::PathBuf;

use rustix::fs::FlockOperation;
use rustix::io::Errno;

use super::{Failure, uri};
use crate::Host;
use crate::host::{decode, encode, replace};

/// A publisher of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Publisher {
    pub(super) name: String,
    pub(super) sticky: bool,
    pub(super) enabled: bool,
    pub(super) origins: Vec<Location>,
    pub(super) mirrors: Vec<Location>,
}

/// An origin or a mirror.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Location {
    pub(super) uri: String,
    pub(super) disabled: bool,
    pub(super) proxy: Option<String>,
    pub(super) key: Option<String>,
    pub(super) cert: Option<String>,
}

impl Publisher {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            sticky: true,
            enabled: true,
            origins: Vec::new(),
            mirrors: Vec::new(),
        }
    }

    /// Origins and mirrors are sets: they are kept in the order of their URIs.
    pub(super) fn sort(&mut self) {
        self.origins.sort_by(|a, b| a.uri.cmp(&b.uri));
        self.mirrors.sort_by(|a, b| a.uri.cmp(&b.uri));
    }
}

/// An image: the directory it is in, as the host sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Image<'a> {
    pub(super) host: &'a Host,
    pub(super) root: &'a str,
}

impl Image<'_> {
    /// A path of the image, where this machine has it.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.host.path(self.root).join(path)
    }

    fn file(&self) -> PathBuf {
        self.path("var/pkg/publishers")
    }

    pub(super) fn exists(&self) -> bool {
        self.file().is_file()
    }

    pub(super) fn missing(&self) -> Failure {
        Failure::Failed(format!("No image rooted at '{}'", self.root))
    }

    /// The publishers, in search order.
    pub(super) fn read(&self) -> Result<Vec<Publisher>, Failure> {
        let text = std::fs::read_to_string(self.file()).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => self.missing(),
            _ => Failure::Failed(error.to_string()),
        })?;
        let lines = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines
            .map(|line| {
                let wrong = || Failure::Failed(format!("{}: {line}", self.file().display()));
                parse(line).ok_or_else(wrong)
            })
            .collect()
    }

    pub(super) fn write(&self, publishers: &[Publisher]) -> Result<(), Failure> {
        let text: String = publishers.iter().map(print).collect();
        replace(&self.file(), text.as_bytes()).map_err(|error| Failure::Failed(error.to_string()))
    }

    /// A path within the image, as messages have it.
    pub(super) fn shown(&self, path: &str) -> String {
        let root = self.root.trim_end_matches('/');
        format!("{root}/{}", path.trim_start_matches('/'))
    }

    /// Refuses a publisher whose keys and certificates are not there.
    pub(super) fn check_keys(&self, publisher: &Publisher) -> Result<(), String> {
        for location in publisher.origins.iter().chain(&publisher.mirrors) {
            for (kind, path) in [("certificate", &location.cert), ("key", &location.key)] {
                let Some(path) = path else { continue };
                if !self.path(path.trim_start_matches('/')).is_file() {
                    return Err(format!(
                        "Unable to locate {kind} '{}' for publisher '{}' needed to access '{}'.",
                        self.shown(path),
                        publisher.name,
                        location.uri
                    ));
                }
            }
        }
        Ok(())
    }

    /// Locks the image against other clients of the package system until what is returned is dropped; `None` if one has it.
    pub(super) fn lock(&self) -> io::Result<Option<File>> {
        let file = File::options()
            .create(true)
            .append(true)
            .open(self.path("var/pkg/lock"))?;
        match rustix::fs::fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(file)),
            Err(Errno::AGAIN | Errno::ACCESS) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

fn parse(line: &str) -> Option<Publisher> {
    let mut words = line.split_ascii_whitespace();
    let mut publisher = Publisher::new(words.next()?);
    let mut mirror = false;
    for word in words {
        let (key, value) = word.split_once('=')?;
        let value = decode(value);
        match key {
            "sticky" => publisher.sticky = value == "true",
            "enabled" => publisher.enabled = value == "true",
            "origin" | "mirror" => {
                mirror = key == "mirror";
                // A person may have left out the slash.
                let uri = match value.ends_with('/') {
                    true => value,
                    false => uri::kept(&value).unwrap_or(value),
                };
                let location = Location {
                    uri,
                    ..Location::default()
                };
                if mirror {
                    &mut publisher.mirrors
                } else {
                    &mut publisher.origins
                }
                .push(location);
            }
            _ => {
                let locations = if mirror {
                    &mut publisher.mirrors
                } else {
                    &mut publisher.origins
                };
                let location = locations.last_mut()?;
                match key {
                    "disabled" => location.disabled = value == "true",
                    "proxy" => location.proxy = Some(value),
                    "key" => location.key = Some(value),
                    "cert" => location.cert = Some(value),
                    _ => return None,
                }
            }
        }
    }
    publisher.sort();
    Some(publisher)
}

fn print(publisher: &Publisher) -> String {
    let Publisher {
        name,
        sticky,
        enabled,
        origins,
        mirrors,
    } = publisher;
    let mut line = name.clone();
    for (key, value) in [("sticky", sticky), ("enabled", enabled)] {
        if !value {
            let _ = write!(line, " {key}=false");
        }
    }
    for (kind, locations) in [("origin", origins), ("mirror", mirrors)] {
        for location in locations {
            let _ = write!(line, " {kind}={}", encode(&location.uri));
            if location.disabled {
                line.push_str(" disabled=true");
            }
            let own = [
                ("proxy", &location.proxy),
                ("key", &location.key),
                ("cert", &location.cert),
            ];
            for (key, value) in own {
                if let Some(value) = value {
                    let _ = write!(line, " {key}={}", encode(value));
                }
            }
        }
    }
    line + "\n"
}

#[cfg(test)]
mod tests {
    use super::{parse, print};

    #[test]
    fn a_line_is_a_publisher() {
        let line = "a.org sticky=false enabled=false origin=http://a/ disabled=true proxy=http://p:1 origin=http://b/ mirror=http://m%20/ key=/k\n";
        assert_eq!(print(&parse(line).unwrap()), line);
        assert_eq!(
            print(&parse("a origin=http://b origin=http://a").unwrap()),
            "a origin=http://a/ origin=http://b/\n"
        );
        assert!(parse("a disabled=true").is_none() && parse("a what=1").is_none());
    }
}
