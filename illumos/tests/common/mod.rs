//! What the tests have in common: hosts in temporary directories.
#![allow(dead_code, reason = "no test uses all of it")]
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

use std::path::{Path, PathBuf};

use illumos::zone::{ZoneConfig, ZoneName};
pub(crate) use illumos_emulation::Flavour;
use illumos_emulation::Host;

pub(crate) const FLAVOURS: [Flavour; 2] = [Flavour::Upstream, Flavour::Omnios];

/// A fresh host in a directory of its own, entered by the calling thread until it is dropped.
pub(crate) struct TestHost {
    // Left before the directory goes.
    _entered: illumos_emulation::host::Entered,
    pub(crate) host: Host,
    dir: tempfile::TempDir,
}

impl TestHost {
    pub(crate) fn new(flavour: Flavour) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let host = Host::open_or_create(&dir.path().join("host"), flavour).unwrap();
        Self {
            _entered: host.enter(),
            host,
            dir,
        }
    }

    /// Where the host's absolute path lies.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.host.path(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        let path = self.path(path);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(path), text).unwrap();
    }

    pub(crate) fn index(&self) -> String {
        self.read("/etc/zones/index")
    }

    pub(crate) fn append_to_index(&self, line: &str) {
        let text = self.index() + line;
        self.write("/etc/zones/index", text);
    }

    /// Writes a document with `attributes` of the zone element and `body` in it.
    pub(crate) fn document(&self, name: &str, attributes: &str, body: &str) {
        let text = format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE zone PUBLIC \"-//Sun Microsystems Inc//DTD Zones//EN\" \
             \"file:///usr/share/lib/xml/dtd/zonecfg.dtd.1\">\n\
             <zone name=\"{name}\" zonepath=\"/zones/{name}\" autoboot=\"false\" brand=\"ipkg\" {attributes}>\n{body}</zone>\n"
        );
        self.write(&format!("/etc/zones/{name}.xml"), text);
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }
}

pub(crate) fn name(text: &str) -> ZoneName {
    text.parse().unwrap()
}

/// A small configuration that zonecfg(8) takes.
pub(crate) fn config(zone: &str) -> ZoneConfig {
    ZoneConfig::new(name(zone), format!("/zones/{zone}"), "ipkg")
}
