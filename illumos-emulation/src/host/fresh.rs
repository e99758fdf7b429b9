//! Setting up a host: what a fresh installation of the distribution has.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;

use super::{Flavour, brand};
use crate::zonecfg::templates::install_templates;

/// The directory for what a real host keeps elsewhere than in files.
pub(super) const EMULATION: &str = "emulation";

/// Written last: a host that has it is complete.
const RECORD: &str = "host";

/// The flavour of the host in `dir`, or `None` if its record is not there.
pub(super) fn recorded_flavour(dir: &Path) -> io::Result<Option<Flavour>> {
    let path = dir.join(EMULATION).join(RECORD);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let value = text.lines().find_map(|line| line.strip_prefix("flavour="));
    let flavour = value.and_then(|value| Flavour::from_name(value.trim()));
    flavour.map(Some).ok_or_else(|| {
        let reason = format!(
            "{}: no line flavour=upstream or flavour=omnios",
            path.display()
        );
        io::Error::new(io::ErrorKind::InvalidData, reason)
    })
}

/// Adds to `dir` whatever a host needs and `dir` lacks. Several processes may do so at once: the first does it all.
pub(super) fn complete(dir: &Path, flavour: Flavour) -> io::Result<Flavour> {
    refuse_foreign(dir)?;
    directory(dir, 0o755)?;
    directory(&dir.join(EMULATION), 0o755)?;
    let lock = File::options()
        .create(true)
        .append(true)
        .open(dir.join(EMULATION).join("host.lock"))?;
    lock.lock()?;
    if let Some(flavour) = recorded_flavour(dir)? {
        return Ok(flavour);
    }
    for (path, mode) in DIRECTORIES {
        directory(&dir.join(path), *mode)?;
    }
    for brand in brand::of_distribution(flavour) {
        let place = dir.join("usr/lib/brand").join(&brand.name);
        directory(&place, 0o755)?;
        add(&place.join("config.xml"), &brand.config())?;
    }
    add(&dir.join("etc/zones/index"), INDEX)?;
    install_templates(&dir.join("etc/zones"), flavour)?;
    add(&dir.join("var/pkg/publishers"), publishers(flavour))?;
    let state = dir.join(EMULATION);
    add(&state.join("datasets"), DATASETS)?;
    add(&state.join("links"), LINKS)?;
    add(&state.join("settings"), SETTINGS)?;
    super::replace(
        &state.join(RECORD),
        format!("flavour={}\n", flavour.name()).as_bytes(),
    )?;
    Ok(flavour)
}

/// Refuses directories that cannot be meant: `/`, and those that hold something else.
fn refuse_foreign(dir: &Path) -> io::Result<()> {
    let mut entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let identity = |path: &Path| std::fs::metadata(path).map(|found| (found.dev(), found.ino()));
    if identity(dir)? == identity(Path::new("/"))? {
        return Err(io::Error::other("/ cannot be an emulated host"));
    }
    if entries.next().is_none() || dir.join("etc").is_dir() || dir.join(EMULATION).is_dir() {
        return Ok(());
    }
    let reason = format!(
        "{} is neither empty nor an emulated host: it has no etc directory",
        dir.display()
    );
    Err(io::Error::other(reason))
}

fn directory(path: &Path, mode: u32) -> io::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(path)
}

/// Writes the file if there is none.
fn add(path: &Path, text: &str) -> io::Result<()> {
    let place = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".new.")
        .tempfile_in(place)?;
    file.write_all(text.as_bytes())?;
    super::record::set_mode(file.as_file(), 0o644)?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.error),
    }
}

const DIRECTORIES: &[(&str, u32)] = &[
    ("etc/zones", 0o755),
    ("usr/lib/brand", 0o755),
    ("usr/sbin", 0o755),
    ("usr/bin", 0o755),
    ("var/pkg", 0o755),
    ("var/run/zones", 0o700),
    ("rpool", 0o755),
    ("zones", 0o755),
];

const INDEX: &str = "# One line per zone: name, state, zonepath and UUID. zonecfg(8) and zoneadm(8) write this file.\n#\nglobal:installed:/\n";

const SETTINGS: &str = "# How the emulated host behaves; see the chapter on the emulated host. One NAME=VALUE per line.\n#\n# install-seconds=0\n# shutdown-seconds=0\n";

/// One physical link.
const LINKS: &str = "#\nphys igb0 id=1\n";

const DATASETS: &str = "#\nrpool #mounted=/rpool #number=1 mountpoint=/rpool\nrpool/zones #mounted=/zones #number=2 mountpoint=/zones\n";

fn publishers(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Upstream => "openindiana.org origin=https://pkg.openindiana.org/hipster/\n",
        Flavour::Omnios => {
            "omnios origin=https://pkg.omnios.org/r151054/core/\nextra.omnios origin=https://pkg.omnios.org/r151054/extra/\n"
        }
    }
}
