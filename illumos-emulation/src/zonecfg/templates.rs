//! The templates that distributions ship in `/etc/zones`.

use std::fs;
use std::io;
use std::path::Path;

use super::document::{Doctype, Document, Element, PUBLIC_ID, Prolog, SYSTEM_ID, write};
use crate::Flavour;

/// A template: its name, brand, whether zones boot by themselves, and `ip-type`.
struct Template {
    name: &'static str,
    brand: &'static str,
    autoboot: bool,
    exclusive: bool,
}

const fn shared(name: &'static str, brand: &'static str) -> Template {
    Template {
        name,
        brand,
        autoboot: false,
        exclusive: false,
    }
}

const fn exclusive(name: &'static str, brand: &'static str) -> Template {
    Template {
        name,
        brand,
        autoboot: false,
        exclusive: true,
    }
}

/// `illumos-gate usr/src/lib/libzonecfg` and `usr/src/lib/brand`.
const COMMON: &[Template] = &[
    shared("SUNWdefault", "ipkg"),
    shared("SUNWblank", "ipkg"),
    shared("SUNWsn1", "sn1"),
    shared("SUNWsolaris10", "solaris10"),
    Template {
        name: "SUNWtsoldef",
        brand: "labeled",
        autoboot: true,
        exclusive: false,
    },
];

/// `OpenIndiana/pkg5 src/brand`.
const UPSTREAM: &[Template] = &[
    shared("SUNWipkg", "ipkg"),
    shared("OInlipkg", "nlipkg"),
    exclusive("SYSkvm", "kvm"),
];

/// `omniosorg/pkg5 src/brand/etc`.
const OMNIOS: &[Template] = &[
    exclusive("SUNWipkg", "ipkg"),
    exclusive("OMNIipkg", "ipkg"),
    exclusive("OMNIlipkg", "lipkg"),
    exclusive("OMNIsparse", "sparse"),
    exclusive("OMNIpkgsrc", "pkgsrc"),
    exclusive("OMNIlx", "lx"),
    exclusive("OMNIlx26", "lx"),
    exclusive("OMNIillumos", "illumos"),
    exclusive("OMNIbhyve", "bhyve"),
    exclusive("OMNIkvm", "kvm"),
    exclusive("OMNIemu", "emu"),
];

/// Writes the templates of `flavour` into `dir`, the host's `/etc/zones`. One that exists is left as it is.
///
/// # Errors
/// If one cannot be written.
pub fn install_templates(dir: &Path, flavour: Flavour) -> io::Result<()> {
    let own = match flavour {
        Flavour::Upstream => UPSTREAM,
        Flavour::Omnios => OMNIOS,
    };
    for template in COMMON.iter().chain(own) {
        let path = dir.join(format!("{}.xml", template.name));
        if path.exists() {
            continue;
        }
        let bytes = write(&document(template)).map_err(|_| io::ErrorKind::InvalidData)?;
        fs::write(path, bytes)?;
    }
    Ok(())
}

fn document(template: &Template) -> Document {
    let mut root = Element::new("zone");
    root.set(
        "name",
        if template.name == "SUNWdefault" {
            b"default"
        } else {
            b"blank"
        },
    );
    root.set("zonepath", b"");
    root.set(
        "autoboot",
        if template.autoboot { b"true" } else { b"false" },
    );
    if template.exclusive {
        root.set("ip-type", b"exclusive");
    }
    root.set("brand", template.brand.as_bytes());
    Document {
        version: "1.0".to_owned(),
        encoding: None,
        standalone: None,
        prolog: vec![Prolog::Doctype(Doctype {
            name: "zone".to_owned(),
            public: Some(PUBLIC_ID.to_owned()),
            system: Some(SYSTEM_ID.to_owned()),
        })],
        root,
        epilog: Vec::new(),
    }
}
