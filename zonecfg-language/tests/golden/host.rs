//! The emulated host on which a case is carried out: what the machine had on which the tool ran.

use std::path::Path;

use illumos_emulation::kernel::{self, KernelZone};
use illumos_emulation::{Flavour, Host};
use tempfile::TempDir;

use crate::case::{Case, Files, Set};

/// The templates, with the brand and `autoboot` of each.
const TEMPLATES: [(&str, &str, bool); 5] = [
    ("SUNWblank", "ipkg", false),
    ("SUNWdefault", "ipkg", false),
    ("SUNWsn1", "sn1", false),
    ("SUNWsolaris10", "solaris10", false),
    ("SUNWtsoldef", "labeled", true),
];

const BRANDS: [&str; 4] = ["ipkg", "labeled", "sn1", "solaris10"];

/// Which set another libzonecfg than the emulated one belongs to; `None` for the emulated one, which has both flavours.
#[cfg(external_libzonecfg)]
pub(crate) fn library() -> Option<Set> {
    static LIBRARY: std::sync::LazyLock<Option<Set>> = std::sync::LazyLock::new(|| {
        let dir = tempfile::tempdir().ok()?;
        let host = Host::open_or_create(&dir.path().join("host"), Flavour::Upstream).ok()?;
        let _entered = host.enter();
        Some(match illumos::flavour().ok()? {
            illumos::Flavour::Upstream => Set::Upstream,
            illumos::Flavour::Extended => Set::Extended,
        })
    });
    *LIBRARY
}

/// None: the emulated one has both flavours.
#[cfg(not(external_libzonecfg))]
pub(crate) fn library() -> Option<Set> {
    None
}

/// A host of its own, and the directory that it lies in.
pub(crate) struct CaseHost {
    pub(crate) host: Host,
    _dir: TempDir,
}

fn template(name: &str, brand: &str, autoboot: bool) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n\
         <!DOCTYPE zone PUBLIC \"-//Sun Microsystems Inc//DTD Zones//EN\" \"file:///usr/share/lib/xml/dtd/zonecfg.dtd.1\">\n\
         <zone name=\"{name}\" zonepath=\"\" autoboot=\"{autoboot}\" brand=\"{brand}\"/>\n"
    )
}

fn is_template(file: &str) -> bool {
    TEMPLATES
        .iter()
        .any(|(name, ..)| file.strip_suffix(".xml") == Some(name))
}

fn empty(dir: &Path) -> std::io::Result<()> {
    if dir.exists() {
        std::fs::remove_dir_all(dir)?;
    }
    std::fs::create_dir_all(dir)
}

impl CaseHost {
    pub(crate) fn new(case: &Case) -> std::io::Result<Self> {
        let dir = tempfile::tempdir()?;
        let flavour = match case.set {
            Set::Upstream => Flavour::Upstream,
            Set::Extended => Flavour::Omnios,
        };
        let host = Host::open_or_create(&dir.path().join("host"), flavour)?;
        let zones = host.path("/etc/zones");
        empty(&zones)?;
        for (name, brand, autoboot) in TEMPLATES {
            let text = template(name, brand, autoboot);
            std::fs::write(zones.join(format!("{name}.xml")), text)?;
        }
        for (name, bytes) in &case.before {
            std::fs::write(zones.join(name), bytes)?;
        }
        let brands = host.path("/usr/lib/brand");
        empty(&brands)?;
        let lx = (case.set == Set::Extended).then_some("lx");
        let own = case.brands.iter().map(String::as_str);
        for brand in BRANDS.into_iter().chain(lx).chain(own) {
            let place = brands.join(brand);
            std::fs::create_dir_all(&place)?;
            let text = format!("<?xml version=\"1.0\"?>\n<brand name=\"{brand}\"/>\n");
            std::fs::write(place.join("config.xml"), text)?;
        }
        for line in case.kernel.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [_, name, status, brand, root, ..] = words[..] else {
                continue;
            };
            let zone = KernelZone {
                name: name.to_owned(),
                status: status.parse().unwrap_or_default(),
                root: root.to_owned(),
                brand: brand.to_owned(),
                ..KernelZone::default()
            };
            kernel::put(&host, zone)?;
        }
        Ok(Self { host, _dir: dir })
    }

    /// The files of `/etc/zones`, but for the templates.
    pub(crate) fn zone_files(&self) -> std::io::Result<Files> {
        let mut files = Files::new();
        for entry in std::fs::read_dir(self.host.path("/etc/zones"))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !is_template(&name) {
                files.insert(name, std::fs::read(entry.path())?);
            }
        }
        Ok(files)
    }
}
