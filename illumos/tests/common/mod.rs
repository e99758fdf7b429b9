//! What the tests have in common: hosts in temporary directories.
#![allow(dead_code, reason = "no test uses all of it")]
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use illumos::zone::{ZoneConfig, ZoneName};
pub(crate) use illumos_emulation::Flavour;
use illumos_emulation::Host;

/// The flavours that there are: of another libzonecfg, its own.
pub(crate) fn flavours() -> Vec<Flavour> {
    [Flavour::Upstream, Flavour::Omnios]
        .into_iter()
        .filter(|flavour| has(*flavour))
        .collect()
}

/// Whether a host can be of this flavour. Another libzonecfg has its own whatever the host is.
pub(crate) fn has(flavour: Flavour) -> bool {
    own_flavour().is_none_or(|own| own == flavour)
}

/// The flavour of another libzonecfg than the emulated one.
#[cfg(external_libzonecfg)]
pub(crate) fn own_flavour() -> Option<Flavour> {
    let dir = tempfile::tempdir().unwrap();
    let host = Host::open_or_create(&dir.path().join("host"), Flavour::Upstream).unwrap();
    let _entered = host.enter();
    match illumos::flavour().unwrap() {
        illumos::Flavour::Upstream => Some(Flavour::Upstream),
        illumos::Flavour::Extended => Some(Flavour::Omnios),
    }
}

/// None: the emulated libzonecfg has the flavour of the host.
#[cfg(not(external_libzonecfg))]
pub(crate) fn own_flavour() -> Option<Flavour> {
    None
}

/// Another libzonecfg has one root for the whole process: a test that calls it without the wrapper writes, the others read.
static ROOT: RwLock<()> = RwLock::new(());

/// Keeps the root where it is, if there is one.
#[derive(Default)]
struct Root {
    _shared: Option<RwLockReadGuard<'static, ()>>,
    _alone: Option<RwLockWriteGuard<'static, ()>>,
}

/// A fresh host in a directory of its own, entered by the calling thread until it is dropped.
pub(crate) struct TestHost {
    // Left before the directory goes.
    _entered: illumos_emulation::host::Entered,
    pub(crate) host: Host,
    dir: tempfile::TempDir,
    _root: Root,
}

impl TestHost {
    /// A host of this flavour; beside another libzonecfg, of that one's.
    pub(crate) fn new(flavour: Flavour) -> Self {
        let root = Root {
            _shared: cfg!(external_libzonecfg)
                .then(|| ROOT.read().unwrap_or_else(PoisonError::into_inner)),
            ..Root::default()
        };
        Self::with(flavour, root)
    }

    /// As [`new`](Self::new), for a test that calls libzonecfg without the wrapper, on this one host.
    pub(crate) fn alone(flavour: Flavour) -> Self {
        if !cfg!(external_libzonecfg) {
            return Self::new(flavour);
        }
        let root = Root {
            _alone: Some(ROOT.write().unwrap_or_else(PoisonError::into_inner)),
            ..Root::default()
        };
        let host = Self::with(flavour, root);
        // Points the library at the host.
        illumos::zone::list().unwrap();
        host
    }

    fn with(flavour: Flavour, root: Root) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let flavour = own_flavour().unwrap_or(flavour);
        let host = Host::open_or_create(&dir.path().join("host"), flavour).unwrap();
        Self {
            _entered: host.enter(),
            host,
            dir,
            _root: root,
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
