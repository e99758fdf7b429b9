//! Emulated hosts that are copied, and `zmgr` run on them with faults ordered.
#![expect(
    clippy::disallowed_methods,
    reason = "the harness starts the program under test, and must be able to signal it"
)]

use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long one run of `zmgr` may take before it counts as hanging.
const DEADLINE: Duration = Duration::from_secs(120);

/// An emulated host in a temporary directory.
pub(crate) struct TestHost {
    dir: tempfile::TempDir,
    pub(crate) flavour: &'static str,
}

/// What is ordered for one run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    /// `K` or `K:machine`.
    pub(crate) kill: Option<String>,
    /// `NAME@N=WHAT`.
    pub(crate) fail: Option<String>,
    /// Whether points are recorded, which `kill` needs as well.
    pub(crate) trace: bool,
}

/// How a run of `zmgr` ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit status; `None` if a signal ended it.
    pub(crate) status: Option<i32>,
    pub(crate) stderr: String,
}

/// A point that a run passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) number: usize,
    pub(crate) before: bool,
    pub(crate) name: String,
}

/// Memory if there is some: the runs sync thousands of files.
fn new_dir() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let mut builder = tempfile::Builder::new();
    builder.prefix("zmgr-crash-");
    builder
        .tempdir_in(memory)
        .or_else(|_| builder.tempdir())
        .unwrap()
}

impl TestHost {
    /// A host that was set up, with nothing on it.
    pub(crate) fn new(flavour: &'static str) -> Self {
        let host = Self {
            dir: new_dir(),
            flavour,
        };
        host.must("list -q");
        host
    }

    /// The same host once more.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self {
            dir: new_dir(),
            flavour: self.flavour,
        };
        copy_tree(&self.root(), &copy.root());
        copy
    }

    /// The directory that is the host's `/`.
    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().join("host")
    }

    /// Where a path of the host lies.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path.trim_start_matches('/'))
    }

    /// The text of a file of the host; empty if there is none.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    fn command(&self, args: &str, faults: &Faults) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zmgr"));
        command
            .env_clear()
            .env("HOME", self.dir.path())
            .env("ZMGR_EMULATED_HOST", self.root())
            .env("ZMGR_EMULATED_FLAVOUR", self.flavour)
            .env("EDITOR", "/bin/sed -i '$a//edited'")
            .current_dir(self.dir.path())
            .args(args.split_whitespace())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let trace = self.dir.path().join("trace");
        let _ = fs::remove_file(&trace);
        if faults.trace || faults.kill.is_some() {
            command.env("ZMGR_EMULATED_FAULT_TRACE", &trace);
        }
        if let Some(kill) = &faults.kill {
            command.env("ZMGR_EMULATED_FAULT_KILL", kill);
        }
        if let Some(fail) = &faults.fail {
            command.env("ZMGR_EMULATED_FAULT_FAIL", fail);
        }
        command
    }

    /// Runs `zmgr` with these arguments, separated by spaces.
    pub(crate) fn zmgr(&self, args: &str) -> Ended {
        self.zmgr_with(args, &Faults::default())
    }

    /// Runs `zmgr` under another program, which gets these arguments first.
    pub(crate) fn zmgr_under(&self, program: &Path, first: &[&OsStr], args: &str) -> Ended {
        let zmgr = self.command(args, &Faults::default());
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(
                zmgr.get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .current_dir(self.dir.path())
            .args(first)
            .arg(zmgr.get_program())
            .args(zmgr.get_args())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        wait(command.spawn().unwrap(), DEADLINE)
    }

    /// Runs `zmgr` with faults.
    pub(crate) fn zmgr_with(&self, args: &str, faults: &Faults) -> Ended {
        wait(self.command(args, faults).spawn().unwrap(), DEADLINE)
    }

    /// Runs `zmgr` with faults and asks it to stop as Ctrl-C does once `moment` has come.
    pub(crate) fn zmgr_interrupted(
        &self,
        args: &str,
        faults: &Faults,
        signal: Signal,
        moment: impl Fn() -> bool,
    ) -> Ended {
        let mut child = self.command(args, faults).spawn().unwrap();
        let begun = Instant::now();
        while !moment() && begun.elapsed() < DEADLINE && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        if child.try_wait().unwrap().is_none() {
            let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
            kill_process(pid, signal).unwrap();
        }
        wait(child, DEADLINE)
    }

    /// Runs `zmgr`, which must succeed.
    pub(crate) fn must(&self, args: &str) {
        let ended = self.zmgr(args);
        assert_eq!(ended.status, Some(0), "zmgr {args}: {}", ended.stderr);
    }

    /// Runs a command of the host, which must succeed.
    pub(crate) fn program(&self, line: &str) {
        let mut words = line.split(' ');
        let name = words.next().unwrap();
        let mut command = Command::new(self.path("/usr/sbin").join(name));
        command
            .env_clear()
            .env("ZMGR_EMULATED_HOST", self.root())
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        assert!(command.status().unwrap().success(), "{line}");
    }

    /// The points that the last traced run passed.
    pub(crate) fn points(&self) -> Vec<Point> {
        let text = fs::read_to_string(self.dir.path().join("trace")).unwrap_or_default();
        text.lines()
            .map(|line| Point {
                number: line[..9].trim().parse().unwrap(),
                before: line[20..26].trim() == "before",
                name: line[27..].trim().to_owned(),
            })
            .collect()
    }

    /// What a restart of the machine does to the host. A program that had just been started may have passed no point yet: it ends as well.
    pub(crate) fn restart_machine(&self) {
        while self.kill_programs() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let flavour = illumos_emulation::host::Flavour::Upstream;
        illumos_emulation::Host::open_or_create(&self.root(), flavour)
            .unwrap()
            .restart()
            .unwrap();
    }

    /// Kills every process that runs on this host; whether there was one.
    fn kill_programs(&self) -> bool {
        let variable = format!("ZMGR_EMULATED_HOST={}", self.root().display());
        let runs_here = |pid: &Pid| {
            let of = |what: &str| format!("/proc/{}/{what}", pid.as_raw_nonzero());
            // While a process becomes another program it has no environment.
            let begun_here = fs::read_link(of("cwd")).is_ok_and(|cwd| cwd == self.dir.path());
            let environment = fs::read(of("environ")).unwrap_or_default();
            let mut variables = environment.split(|byte| *byte == 0);
            begun_here || variables.any(|found| found == variable.as_bytes())
        };
        let pid = |entry: fs::DirEntry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?);
        let processes = fs::read_dir("/proc").unwrap().map(Result::unwrap);
        let ours: Vec<Pid> = processes.filter_map(pid).filter(runs_here).collect();
        for pid in &ours {
            let _ = kill_process(*pid, Signal::KILL);
        }
        !ours.is_empty()
    }

    /// Names of the operations that are not settled.
    pub(crate) fn unsettled(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path("/var/zmgr/operations/open")) else {
            return Vec::new();
        };
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".jsonl"))
            .collect()
    }
}

fn wait(mut child: Child, deadline: Duration) -> Ended {
    let mut pipe = child.stderr.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = pipe.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    });
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > deadline {
            let _ = child.kill();
            let _ = child.wait();
            return Ended {
                status: Some(i32::MAX),
                stderr: format!("did not end within {} s", deadline.as_secs()),
            };
        }
        std::thread::sleep(Duration::from_millis(3));
    };
    Ended {
        status: status.code(),
        stderr: reader.join().unwrap(),
    }
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy_tree(&entry.path(), &target);
        } else if kind.is_symlink() {
            symlink(fs::read_link(entry.path()).unwrap(), &target).unwrap();
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
    let mode = fs::metadata(from).unwrap().permissions().mode();
    fs::set_permissions(to, fs::Permissions::from_mode(mode)).unwrap();
}
