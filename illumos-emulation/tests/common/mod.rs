//! A host in a temporary directory, and the commands on it as processes: this very test program under their names.
#![allow(dead_code, reason = "each test program uses a part")]
#![allow(
    clippy::disallowed_methods,
    reason = "the commands are the thing tested"
)]

use std::os::unix::process::CommandExt;
use std::process::{Command, Output};

use illumos_emulation::zonecfg::index::{self, Change};
use illumos_emulation::{Flavour, Host};

pub(crate) struct TestHost {
    dir: tempfile::TempDir,
    pub host: Host,
}

/// What a command left: exit status, standard output, standard error.
pub(crate) type Ran = (i32, String, String);

impl TestHost {
    pub(crate) fn new(flavour: Flavour) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let host = Host::open_or_create(&dir.path().join("host"), flavour).unwrap();
        Self { dir, host }
    }

    /// A file outside the host.
    pub(crate) fn beside(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    /// The command line, split at blanks; a word may be quoted with `'`.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut words = Vec::new();
        for (at, part) in line.split('\'').enumerate() {
            if at % 2 == 1 {
                words.push(part.to_owned());
            } else {
                words.extend(part.split_ascii_whitespace().map(str::to_owned));
            }
        }
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .arg0(&words[0])
            .args(&words[1..])
            .env_clear()
            .env("ZMGR_EMULATED_HOST", self.host.dir());
        command.stdin(std::process::Stdio::null());
        command
    }

    pub(crate) fn run(&self, line: &str) -> Ran {
        ran(self.command(line).output().unwrap())
    }

    /// Runs what must go well, without a word on standard error; returns what it printed.
    #[track_caller]
    pub(crate) fn good(&self, line: &str) -> String {
        let (status, out, err) = self.run(line);
        assert_eq!((status, err.as_str()), (0, ""), "{line}");
        out
    }

    /// Runs what must fail; returns what it printed on standard error.
    #[track_caller]
    pub(crate) fn bad(&self, line: &str) -> String {
        let (status, _, err) = self.run(line);
        assert_eq!(status, 1, "{line}: {err}");
        err
    }

    /// Configures a zone; `more` goes into the document.
    pub(crate) fn configure(&self, name: &str, attributes: &str, more: &str) {
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <!DOCTYPE zone PUBLIC \"-//Sun Microsystems Inc//DTD Zones//EN\" \"file:///usr/share/lib/xml/dtd/zonecfg.dtd.1\">\n\
             <zone name=\"{name}\" zonepath=\"/zones/{name}\" autoboot=\"false\" {attributes}>{more}</zone>\n"
        );
        std::fs::write(self.host.path(&format!("/etc/zones/{name}.xml")), text).unwrap();
        let path = format!("/zones/{name}");
        let add = Change::Add {
            name: name.as_bytes(),
            state: index::CONFIGURED,
            path: path.as_bytes(),
            uuid: [0; 16],
        };
        index::put(&self.host, &add).unwrap();
    }

    /// The state as the list has it.
    pub(crate) fn state(&self, name: &str) -> String {
        let (status, out, _) = self.run(&format!("zoneadm -z {name} list -p"));
        if status == 0 {
            out.split(':').nth(2).unwrap().to_owned()
        } else {
            "gone".to_owned()
        }
    }
}

pub(crate) fn ran(output: Output) -> Ran {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap_or(-1),
        text(output.stdout),
        text(output.stderr),
    )
}
