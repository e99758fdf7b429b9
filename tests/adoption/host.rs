//! An emulated host in a directory, and `zmgr` run on it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::Value;
use snapbox::cmd::Command;

use crate::case::{Files, Set};

/// The brands of the machines that the transcripts are from.
const BRANDS: [&str; 5] = ["ipkg", "labeled", "sn1", "solaris10", "lx"];

/// The host.
pub(crate) struct Host {
    dir: tempfile::TempDir,
    flavour: &'static str,
}

/// How a run of `zmgr` ended.
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Host {
    /// A host that was set up, with the brands of the cases and no zone.
    pub(crate) fn new(set: Set) -> Self {
        let host = Self {
            dir: tempfile::tempdir().unwrap(),
            flavour: match set {
                Set::Upstream => "upstream",
                Set::Extended => "omnios",
            },
        };
        host.must("-q list");
        for brand in BRANDS {
            let place = host.path("usr/lib/brand").join(brand);
            if !place.exists() {
                fs::create_dir_all(&place).unwrap();
                let text = format!("<?xml version=\"1.0\"?>\n<brand name=\"{brand}\"/>\n");
                fs::write(place.join("config.xml"), text).unwrap();
            }
        }
        host
    }

    /// The same host once more.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self {
            dir: tempfile::tempdir().unwrap(),
            flavour: self.flavour,
        };
        copy_tree(&self.path(""), &copy.path(""));
        copy
    }

    /// Where a file of the host lies.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join("host").join(path)
    }

    /// Puts files into `/etc/zones`, in place of those of the same names.
    pub(crate) fn put_zones(&self, files: &Files) {
        for (name, bytes) in files {
            fs::write(self.path("etc/zones").join(name), bytes).unwrap();
        }
    }

    /// Runs `zmgr` with these arguments, separated by spaces.
    pub(crate) fn run(&self, args: &str) -> Ended {
        let output = Command::new(snapbox::cmd::cargo_bin("zmgr"))
            .env_clear()
            .env("HOME", self.dir.path())
            .env("ZMGR_EMULATED_HOST", self.path(""))
            .env("ZMGR_EMULATED_FLAVOUR", self.flavour)
            .current_dir(self.dir.path())
            .timeout(std::time::Duration::from_secs(300))
            .args(args.split_whitespace())
            .output()
            .unwrap();
        Ended {
            status: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs `zmgr`, which must exit with 0.
    pub(crate) fn must(&self, args: &str) -> Ended {
        let ended = self.run(args);
        assert_eq!(ended.status, 0, "zmgr {args}: {}", ended.stderr);
        ended
    }

    /// Runs `zmgr ARGS --json`, which must exit with 0, and reads its document.
    pub(crate) fn json(&self, args: &str) -> Value {
        serde_json::from_str(&self.must(&format!("{args} --json")).stdout).unwrap()
    }
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (kind, target) = (entry.file_type().unwrap(), to.join(entry.file_name()));
        if kind.is_dir() {
            copy_tree(&entry.path(), &target);
        } else if kind.is_symlink() {
            symlink(fs::read_link(entry.path()).unwrap(), target).unwrap();
        } else if kind.is_file() {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
