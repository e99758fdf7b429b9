//! The host of a transcript: its repositories, its images, and the changes of files that its commands make.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use illumos_emulation::{Flavour, Host};

const OLD: &str = "omnios origin=file:///repo/omnios/\nextra.omnios origin=file:///repo/extra/\n";
const EMPTY: &str = "omnios origin=file:///repo/omnios/\n";

/// What answers: nothing on the network but these.
const SETTINGS: &str = "repositories=http://127.0.0.1:18081=omnios,http://127.0.0.1:18080=\nunreachable-repositories=http\n";

const REPOSITORIES: [(&str, &str); 3] = [
    ("omnios", "omnios"),
    ("extra", "extra.omnios"),
    ("dev", "dev.example.com"),
];

pub(crate) struct ReplayHost {
    pub(crate) host: Host,
    _dir: tempfile::TempDir,
}

impl ReplayHost {
    pub(crate) fn new(base: Option<&str>) -> io::Result<Self> {
        let dir = tempfile::tempdir()?;
        let host = Host::open_or_create(&dir.path().join("host"), Flavour::Omnios)?;
        let this = Self { host, _dir: dir };
        for (place, publisher) in REPOSITORIES {
            fs::create_dir_all(this.path(&format!("/repo/{place}/publisher/{publisher}")))?;
            fs::write(this.path(&format!("/repo/{place}/pkg5.repository")), "")?;
        }
        this.image("/z/.old", OLD)?;
        this.image("/z/.new", OLD)?;
        this.image("/z/.empty", EMPTY)?;
        fs::write(this.path("/var/pkg/publishers"), EMPTY)?;
        fs::write(this.path("/emulation/settings"), SETTINGS)?;
        fs::create_dir_all(this.path("/z/.ssl"))?;
        for (name, text) in [
            ("key", "key"),
            ("junk", "junk"),
            ("cert", "-----BEGIN CERTIFICATE-----\n"),
        ] {
            fs::write(this.path(&format!("/z/.ssl/{name}.pem")), text)?;
        }
        if let Some(base) = base {
            copy(&this.path(&format!("/z/.{base}")), &this.path("/z/root"))?;
        }
        Ok(this)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.host.dir().join(path.trim_start_matches('/'))
    }

    fn image(&self, root: &str, publishers: &str) -> io::Result<()> {
        fs::create_dir_all(self.path(root).join("var/pkg"))?;
        fs::write(self.path(root).join("var/pkg/publishers"), publishers)
    }

    /// Locks the image at `/z/root`, as another client of the package system does, until what is returned is dropped.
    pub(crate) fn lock(&self) -> io::Result<fs::File> {
        let file = fs::File::options()
            .create(true)
            .append(true)
            .open(self.path("/z/root/var/pkg/lock"))?;
        rustix::fs::fcntl_lock(&file, rustix::fs::FlockOperation::LockExclusive)?;
        Ok(file)
    }

    /// Makes a change of files: `mkdir`, `cp`, `rm`, and `printf` or `echo` into a file.
    pub(crate) fn change(&self, words: &[String]) -> io::Result<()> {
        let operands: Vec<&str> = words[1..]
            .iter()
            .map(String::as_str)
            .filter(|word| !word.starts_with('-'))
            .collect();
        match (words[0].as_str(), &operands[..]) {
            ("mkdir", paths) => paths
                .iter()
                .try_for_each(|path| fs::create_dir_all(self.path(path))),
            ("cp", [from @ .., to]) => {
                for from in from {
                    for from in self.glob(from)? {
                        let to = self.path(to);
                        let name = from.file_name().unwrap_or_default();
                        copy(&from, &if to.is_dir() { to.join(name) } else { to })?;
                    }
                }
                Ok(())
            }
            ("rm", paths) => {
                for path in paths {
                    if *path == ZONES {
                        self.zones("")?;
                    }
                    for path in self.glob(path)? {
                        if path.is_dir() {
                            fs::remove_dir_all(path)?;
                        } else {
                            fs::remove_file(path)?;
                        }
                    }
                }
                Ok(())
            }
            (_, [text, ">", path]) => {
                let text = text.replace("\\n", "\n");
                if *path == ZONES {
                    self.zones(&text)?;
                }
                fs::write(self.path(path), text)
            }
            _ => Err(io::Error::other(format!("{words:?}"))),
        }
    }

    /// The files that a path with a `*` for its last part names.
    fn glob(&self, path: &str) -> io::Result<Vec<PathBuf>> {
        let place = self.path(path);
        let Some((before, after)) = path
            .rsplit('/')
            .next()
            .and_then(|name| name.split_once('*'))
        else {
            return Ok(place.exists().then_some(place).into_iter().collect());
        };
        let dir = place.parent().unwrap_or(&place);
        let mut found = Vec::new();
        for entry in fs::read_dir(dir)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.starts_with(before) && name.ends_with(after) {
                found.push(dir.join(name));
            }
        }
        Ok(found)
    }

    /// The zones are those that `zoneadm list -cp` would print so.
    fn zones(&self, listing: &str) -> io::Result<()> {
        let mut index = String::from("global:installed:/\n");
        for line in listing.lines() {
            let fields: Vec<&str> = line.split(':').collect();
            let [_, name, state, path, uuid, brand, ..] = fields[..] else {
                continue;
            };
            if name == "global" {
                continue;
            }
            index.push_str(&format!("{name}:{state}:{path}:{uuid}\n"));
            let document = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE zone PUBLIC \"-//Sun Microsystems Inc//DTD Zones//EN\" \"file:///usr/share/lib/xml/dtd/zonecfg.dtd.1\">\n<zone name=\"{name}\" zonepath=\"{path}\" autoboot=\"false\" brand=\"{brand}\" ip-type=\"exclusive\"/>\n"
            );
            fs::write(self.path(&format!("/etc/zones/{name}.xml")), document)?;
        }
        fs::write(self.path("/etc/zones/index"), index)
    }
}

/// What stands for the output of zoneadm(8) where the transcripts were made.
pub(crate) const ZONES: &str = "/z/.zoneadm";

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
