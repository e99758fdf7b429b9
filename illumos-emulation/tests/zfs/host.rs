//! The host of one case: two pools, as every transcript starts with.

use std::process::{Command, Stdio};

use illumos_emulation::{Flavour, Host};

use crate::shell;

/// What the pools of the transcripts have room for.
const POOL: u64 = 125_829_120;

pub(crate) struct CaseHost {
    dir: tempfile::TempDir,
    host: Host,
    shell: &'static str,
}

/// What a command left.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) rc: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl CaseHost {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let host = Host::open_or_create(&dir.path().join("host"), Flavour::Upstream).unwrap();
        let state = host.dir().join("emulation");
        let pools = "rpool #mounted=/rpool #number=1\ntank #mounted=/tank #number=2\n";
        std::fs::write(state.join("datasets"), pools).unwrap();
        std::fs::write(state.join("settings"), format!("pool-size={POOL}\n")).unwrap();
        for place in ["tank", "streams"] {
            std::fs::create_dir(host.dir().join(place)).unwrap();
        }
        std::fs::create_dir(dir.path().join("empty")).unwrap();
        let bash = std::path::Path::new("/bin/bash").exists();
        Self {
            dir,
            host,
            shell: if bash { "/bin/bash" } else { "/bin/sh" },
        }
    }

    /// Runs a command as the transcripts did; paths of the host stand for its directories.
    pub(crate) fn run(&self, line: &str) -> Found {
        let root = self.host.dir().display().to_string();
        let mapped = shell::map(line, &root);
        let output = Command::new(self.shell)
            .args(["-c", &mapped])
            .env_clear()
            .env("PATH", format!("{root}/usr/sbin:/usr/bin:/bin"))
            .env("ZMGR_EMULATED_HOST", &root)
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .current_dir(self.dir.path().join("empty"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&root, "");
        Found {
            rc: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}
