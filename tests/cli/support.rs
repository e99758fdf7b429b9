//! A host for one test, and `zmgr` run on it with nothing of the tester's environment.

#![expect(
    clippy::unwrap_used,
    reason = "a host that cannot be set up ends the test"
)]

use std::path::{Path, PathBuf};

use snapbox::cmd::{Command, OutputAssert};

/// An emulated host in a temporary directory.
pub(crate) struct TestHost {
    dir: tempfile::TempDir,
    flavour: &'static str,
}

impl TestHost {
    /// A fresh host of the upstream flavour.
    pub(crate) fn new() -> Self {
        Self::of_flavour("upstream")
    }

    /// A fresh host of this flavour: `upstream` or `omnios`.
    pub(crate) fn of_flavour(flavour: &'static str) -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            flavour,
        }
    }

    /// Where the host's absolute path lies.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path.trim_start_matches('/'))
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("host")
    }

    /// Writes a file of the host, and the directories above it.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.path(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }

    /// Reads a file of the host.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap()
    }

    /// Puts a zone with one VNIC `NAME0` into the host's `etc/zones`, as zonecfg(8) and zoneadm(8) leave it in this state.
    pub(crate) fn zone_on_host(&self, name: &str, state: &str, address: &str) {
        self.zmgr("list -q").success();
        let index = self.read("/etc/zones/index");
        self.write(
            "/etc/zones/index",
            &format!("{index}{name}:{state}:/zones/{name}:\n"),
        );
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <!DOCTYPE zone PUBLIC \"-//Sun Microsystems Inc//DTD Zones//EN\" \
             \"file:///usr/share/lib/xml/dtd/zonecfg.dtd.1\">\n\
             <zone name=\"{name}\" zonepath=\"/zones/{name}\" autoboot=\"true\" brand=\"ipkg\" ip-type=\"exclusive\">\n  \
             <network allowed-address=\"{address}\" physical=\"{name}0\" defrouter=\"10.0.0.1\"/>\n</zone>\n"
        );
        self.write(&format!("/etc/zones/{name}.xml"), &text);
    }

    /// Writes the registry entry of a zone with one net.
    pub(crate) fn zone_in_registry(&self, name: &str, address: &str) {
        self.zmgr("list -q").success();
        let text = format!(
            "zone \"{name}\" {{\n    template \"default\"\n    net \"internal\" {{\n        pool \"internal\"\n        \
             address \"{address}\"\n        gateway \"10.0.0.1\"\n        vnic \"{name}_0\"\n        \
             stub \"int0\"\n    }}\n}}\n"
        );
        self.write(&format!("/etc/zmgr/zones/{name}.kdl"), &text);
    }

    /// `zmgr` with these arguments, separated by spaces, to be completed and run.
    pub(crate) fn command(&self, args: &str) -> Command {
        Command::new(snapbox::cmd::cargo_bin("zmgr"))
            .env_clear()
            .env("HOME", self.dir.path())
            .env("ZMGR_EMULATED_HOST", self.root())
            .env("ZMGR_EMULATED_FLAVOUR", self.flavour)
            .current_dir(self.dir.path())
            .timeout(std::time::Duration::from_secs(60))
            .with_assert(assert(&self.root()))
            .args(args.split_whitespace())
    }

    /// Runs a command of the host: its name and arguments, separated by spaces.
    pub(crate) fn program(&self, line: &str) -> OutputAssert {
        let (name, args) = line.split_once(' ').unwrap_or((line, ""));
        Command::new(self.path("/usr/sbin").join(name))
            .env_clear()
            .env("ZMGR_EMULATED_HOST", self.root())
            .args(args.split_whitespace())
            .assert()
    }

    /// Runs `zmgr` with these arguments, separated by spaces.
    pub(crate) fn zmgr(&self, args: &str) -> OutputAssert {
        self.command(args).assert()
    }

    /// Runs `zmgr ARGS --json`, which must exit with 0, and reads its document.
    pub(crate) fn json(&self, args: &str) -> serde_json::Value {
        let assert = self.zmgr(&format!("{args} --json")).success();
        let output = serde_json::from_slice(&assert.get_output().stdout).unwrap();
        crate::schema::check(args, &output);
        output
    }

    /// Runs `zmgr --json ARGS`, for a command whose words after `--` are another's.
    pub(crate) fn json_failure_before(&self, args: &str, status: i32) -> serde_json::Value {
        let assert = self.zmgr(&format!("--json {args}")).code(status);
        serde_json::from_slice(&assert.get_output().stderr).unwrap()
    }

    /// Runs `zmgr ARGS --json`, which must fail with this status, and reads the failure.
    pub(crate) fn json_failure(&self, args: &str, status: i32) -> serde_json::Value {
        let assert = self.zmgr(&format!("{args} --json")).code(status);
        assert_eq!(assert.get_output().stdout, b"", "no data with a failure");
        let output = serde_json::from_slice(&assert.get_output().stderr).unwrap();
        crate::schema::check_failure(args, &output);
        output
    }
}

/// Comparison with the host's directory shown as `[HOST]`, the elapsed time of a step as `[TIME]`.
fn assert(root: &Path) -> snapbox::Assert {
    let mut redactions = snapbox::Redactions::new();
    redactions.insert("[HOST]", root.to_path_buf()).unwrap();
    snapbox::Assert::new()
        .redact_with(redactions)
        .action_env(snapbox::assert::DEFAULT_ACTION_ENV)
}
