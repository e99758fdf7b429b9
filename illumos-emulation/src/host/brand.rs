//! The brands of a host: `usr/lib/brand/BRAND/config.xml`.
//!
//! A real file of that name lists hook scripts. Here it records what the emulation does instead; programs that look for the file to
//! learn whether a brand is there find it in the same place.

use std::collections::BTreeMap;
use std::io;

use super::{Flavour, Host};

/// The hooks that a brand can have a script for, by their elements.
const HOOKS: &[&str] = &[
    "install",
    "postinstall",
    "preuninstall",
    "uninstall",
    "attach",
    "postattach",
    "predetach",
    "detach",
    "clone",
    "postclone",
    "presnap",
    "postsnap",
    "validatesnap",
    "verify_adm",
    "sysboot",
];

/// What a brand is, as far as the emulation cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Brand {
    /// The name.
    pub(crate) name: String,
    /// How a zone of this brand is laid out and installed.
    pub(crate) kind: Kind,
    /// Whether `ip-type` may be `exclusive`.
    pub(crate) exclusive_ip: bool,
    /// Whether `ip-type` may be `shared`.
    pub(crate) shared_ip: bool,
    /// The options that `zoneadm install` takes, in the notation of getopt(3C).
    pub(crate) install_options: String,
    /// The command lines of the hooks that have a script, as the file has them. A brand without any is emulated by its kind.
    pub(crate) hooks: BTreeMap<String, String>,
}

/// How a zone is laid out and installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An IPS image in a zone boot environment: `ZONEPATH/ROOT/zbe`.
    Image,
    /// Another userland from a stream or archive, `-s SOURCE`, in the dataset of the zonepath itself.
    Archive,
    /// As `Archive`, in a boot environment of its own: `ZONEPATH/ROOT/illumos`.
    Environment,
    /// A virtual machine: a root of its own, without a userland.
    Machine,
    /// A plain directory, nothing to install from.
    Plain,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Archive => "archive",
            Self::Environment => "environment",
            Self::Machine => "machine",
            Self::Plain => "plain",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [
            Self::Image,
            Self::Archive,
            Self::Environment,
            Self::Machine,
            Self::Plain,
        ]
        .into_iter()
        .find(|kind| kind.name() == name)
    }
}

/// The options of the ipkg brand's install script, with the `p` that takes an argument it should not.
const IMAGE_OPTIONS: &str = "a:c:d:e:hk:P:p:suv";

pub(super) fn of_distribution(flavour: Flavour) -> Vec<Brand> {
    let brand = |name: &str, kind: Kind, install_options: &str| Brand {
        name: name.to_owned(),
        kind,
        exclusive_ip: true,
        shared_ip: kind != Kind::Machine,
        install_options: install_options.to_owned(),
        hooks: BTreeMap::new(),
    };
    match flavour {
        Flavour::Upstream => vec![
            brand("ipkg", Kind::Image, IMAGE_OPTIONS),
            brand("nlipkg", Kind::Image, IMAGE_OPTIONS),
            brand("sn1", Kind::Plain, ""),
            brand("solaris10", Kind::Archive, "a:d:psuv"),
            Brand {
                exclusive_ip: false,
                ..brand("labeled", Kind::Plain, "")
            },
            brand("bhyve", Kind::Machine, ""),
            brand("kvm", Kind::Machine, ""),
        ],
        Flavour::Omnios => vec![
            brand("ipkg", Kind::Image, IMAGE_OPTIONS),
            brand("lipkg", Kind::Image, IMAGE_OPTIONS),
            brand("sparse", Kind::Image, "hsv"),
            brand("pkgsrc", Kind::Image, "hsv"),
            brand("illumos", Kind::Environment, "hs:t:v"),
            brand("lx", Kind::Archive, "hs:t:v"),
            brand("bhyve", Kind::Machine, ""),
            brand("kvm", Kind::Machine, ""),
            brand("emu", Kind::Machine, ""),
        ],
    }
}

impl Brand {
    pub(super) fn config(&self) -> String {
        let Self {
            name,
            kind,
            exclusive_ip,
            shared_ip,
            install_options,
            hooks: _,
        } = self;
        let kind = kind.name();
        format!(
            "<?xml version=\"1.0\"?>\n<brand name=\"{name}\">\n  <emulation kind=\"{kind}\" exclusive-ip=\"{exclusive_ip}\" \
             shared-ip=\"{shared_ip}\"/>\n  <installopts>{install_options}</installopts>\n</brand>\n"
        )
    }

    /// The brand named `name`, if the host has it.
    pub(crate) fn find(host: &Host, name: &str) -> io::Result<Option<Self>> {
        if name.is_empty() || name.contains(['/', '\0']) || name.starts_with('.') {
            return Ok(None);
        }
        let path = host.path(&format!("/usr/lib/brand/{name}/config.xml"));
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let bad = |reason: String| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{}: {reason}", path.display()),
            )
        };
        let options = roxmltree::ParsingOptions {
            allow_dtd: true,
            ..Default::default()
        };
        let document = roxmltree::Document::parse_with_options(&text, options)
            .map_err(|error| bad(error.to_string()))?;
        let root = document.root_element();
        let child = |tag: &str| root.children().find(|node| node.has_tag_name(tag));
        // A file that somebody put there for a brand of their own may say nothing about the emulation.
        let emulation = child("emulation");
        let attribute = |key: &str| emulation.and_then(|node| node.attribute(key));
        let kind = match attribute("kind") {
            None => Kind::Plain,
            Some(kind) => {
                Kind::from_name(kind).ok_or_else(|| bad(format!("no such kind: {kind}")))?
            }
        };
        Ok(Some(Self {
            name: name.to_owned(),
            kind,
            exclusive_ip: attribute("exclusive-ip") != Some("false"),
            shared_ip: attribute("shared-ip") != Some("false"),
            install_options: child("installopts")
                .and_then(|node| node.text())
                .unwrap_or_default()
                .to_owned(),
            hooks: HOOKS
                .iter()
                .filter_map(|hook| {
                    let command = child(hook)?.text()?.trim_start();
                    (!command.is_empty()).then(|| ((*hook).to_owned(), command.to_owned()))
                })
                .collect(),
        }))
    }
}
