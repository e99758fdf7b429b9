//! Starting a process, reading both its streams, and ending it.

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::stream::Capture;
use super::{Command, Output, Stream, with_tail};
use crate::{ErrorKind, Result};

/// How often the deadline, the stop flag and the child's end are looked at while nothing is printed.
const TICK: Duration = Duration::from_millis(100);

/// How long a stream may stay open after the program has ended. A daemon that the program started may hold it for ever.
const LINGER: Duration = Duration::from_millis(500);

/// Variables that pass from the caller's environment to the program's.
const PROXY_VARIABLES: [&str; 8] = [
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
];

/// `program` with the clean environment.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place that the rule sends everybody to"
)]
pub(super) fn system(program: &str) -> std::process::Command {
    let mut process = std::process::Command::new(program);
    process
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin")
        .env("LC_ALL", "C");
    for name in PROXY_VARIABLES {
        if let Some(value) = std::env::var_os(name) {
            process.env(name, value);
        }
    }
    process
}

/// The running executable under the name of `program`, which makes it that program of the current emulated host.
#[cfg(not(target_os = "illumos"))]
pub(super) fn emulated(program: &str) -> Result<std::process::Command, String> {
    let name = program.rsplit('/').next().unwrap_or(program);
    if !illumos_emulation::commands::exists(name) {
        // Under a name that is no command, the executable would run itself.
        return Err("No such file or directory".to_owned());
    }
    let host = illumos_emulation::Host::current()
        .ok_or("there is no emulated host; ZMGR_EMULATED_HOST=DIR names one")?;
    // The link stays usable after the executable was replaced or removed.
    let executable = if cfg!(target_os = "linux") {
        Ok("/proc/self/exe".into())
    } else {
        std::env::current_exe()
    };
    let executable =
        executable.map_err(|error| format!("the running executable is not known: {error}"))?;
    let mut process = system(&executable.to_string_lossy());
    process.arg0(name);
    process.envs(host.child_environment());
    Ok(process)
}

/// Runs `process` to its end.
pub(super) fn run(
    command: &Command,
    process: std::process::Command,
    line: &mut dyn FnMut(Stream, &str),
) -> Result<Output> {
    run_reading(command, process, Stdio::null(), line)
}

/// Runs `process` to its end, with `stdin` as its standard input.
pub(super) fn run_reading(
    command: &Command,
    mut process: std::process::Command,
    stdin: Stdio,
    line: &mut dyn FnMut(Stream, &str),
) -> Result<Output> {
    process
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let started = Instant::now();
    let mut running = Running::start(process).map_err(|error| command.not_started(&error))?;
    let mut end = None;
    let status = loop {
        let exited = running
            .child
            .try_wait()
            .map_err(|error| command.not_started(&error))?;
        if exited.is_some() {
            break exited;
        }
        if command
            .deadline
            .is_some_and(|deadline| started.elapsed() >= deadline)
        {
            end = Some(ErrorKind::TimedOut);
        } else if command.is_stopped() {
            end = Some(ErrorKind::Interrupted);
        }
        if end.is_some() {
            running.end();
            break None;
        }
        let left = command.deadline.map_or(TICK, |deadline| {
            deadline.saturating_sub(started.elapsed()).min(TICK)
        });
        running.read(left, line);
    };
    running.drain(line);
    let output = running.into_output(status);
    match end {
        None => Ok(output),
        Some(ErrorKind::Interrupted) => Err(command.error(
            ErrorKind::Interrupted,
            with_tail("interrupted".to_owned(), &output),
        )),
        Some(kind) => {
            let reason = format!(
                "it did not end within {:?} and was stopped",
                command.deadline.unwrap_or_default()
            );
            Err(command.error(kind, with_tail(reason, &output)))
        }
    }
}

/// A started program. Dropped while it runs (the callback panicked), it is ended.
struct Running {
    child: Child,
    stdout: Capture,
    stderr: Capture,
    buffer: Box<[u8]>,
    ended: bool,
}

impl Running {
    fn start(mut process: std::process::Command) -> io::Result<Self> {
        let child = process.spawn()?;
        Ok(Self {
            child,
            stdout: Capture::new(Command::CAPTURE_LIMIT),
            stderr: Capture::new(Command::CAPTURE_LIMIT),
            buffer: vec![0; 64 << 10].into_boxed_slice(),
            ended: false,
        })
    }

    /// Waits at most `timeout` for output and takes it; whether there was any. Returns soon after the program closed both streams.
    fn read(&mut self, timeout: Duration, line: &mut dyn FnMut(Stream, &str)) -> bool {
        let (mut out_ready, mut err_ready) = (false, false);
        {
            let mut fds = Vec::with_capacity(2);
            let mut which = Vec::with_capacity(2);
            if let Some(pipe) = &self.child.stdout {
                fds.push(PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN));
                which.push(Stream::Stdout);
            }
            if let Some(pipe) = &self.child.stderr {
                fds.push(PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN));
                which.push(Stream::Stderr);
            }
            // Without a stream to wait for, only the program's end is left, which is near.
            let timeout = if fds.is_empty() {
                timeout.min(Duration::from_millis(2))
            } else {
                timeout
            };
            let timeout = Timespec::try_from(timeout).ok();
            // A signal that interrupts the wait is no output; the caller looks again.
            if poll(&mut fds, timeout.as_ref()).is_ok() {
                for (fd, stream) in fds.iter().zip(which) {
                    let ready = !fd.revents().is_empty();
                    match stream {
                        Stream::Stdout => out_ready = ready,
                        Stream::Stderr => err_ready = ready,
                    }
                }
            }
        }
        if out_ready {
            let lines = &mut |text: &str| line(Stream::Stdout, text);
            take(
                &mut self.child.stdout,
                &mut self.stdout,
                &mut self.buffer,
                lines,
            );
        }
        if err_ready {
            let lines = &mut |text: &str| line(Stream::Stderr, text);
            take(
                &mut self.child.stderr,
                &mut self.stderr,
                &mut self.buffer,
                lines,
            );
        }
        out_ready || err_ready
    }

    /// Takes what is left after the program's end.
    fn drain(&mut self, line: &mut dyn FnMut(Stream, &str)) {
        let since = Instant::now();
        while (self.child.stdout.is_some() || self.child.stderr.is_some())
            && since.elapsed() < LINGER
        {
            self.read(LINGER.saturating_sub(since.elapsed()), line);
        }
        self.stdout.finish(&mut |text| line(Stream::Stdout, text));
        self.stderr.finish(&mut |text| line(Stream::Stderr, text));
    }

    /// Ends the program and its process group: `SIGTERM`, then `SIGKILL` after the grace.
    fn end(&mut self) {
        self.ended = true;
        self.signal(Signal::TERM);
        let since = Instant::now();
        while since.elapsed() < Command::GRACE && self.lives() {
            // Output is taken meanwhile: a program that blocks on a full pipe could not end.
            self.read(Duration::from_millis(10), &mut |_, _| {});
        }
        // Whatever of the group is left, the leader or those it started. The leader is reaped after that, so that the number of the
        // group cannot have become another's.
        self.signal(Signal::KILL);
        let _ = self.child.wait();
    }

    /// Whether the program has not ended yet. It is not reaped.
    fn lives(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        self.pid()
            .is_some_and(|pid| matches!(waitid(WaitId::Pid(pid), options), Ok(None)))
    }

    fn pid(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = self.pid() {
            // The group may be gone already.
            let _ = kill_process_group(group, signal);
        }
    }

    fn into_output(mut self, status: Option<ExitStatus>) -> Output {
        self.ended = true;
        let stdout = std::mem::replace(&mut self.stdout, Capture::new(0));
        let stderr = std::mem::replace(&mut self.stderr, Capture::new(0));
        Output {
            status: status.and_then(|status| status.code()),
            signal: status.and_then(|status| status.signal()),
            truncated: stdout.truncated() || stderr.truncated(),
            stdout: stdout.into_text(),
            stderr: stderr.into_text(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            self.end();
        }
    }
}

/// A program that writes into another one's standard input.
pub(super) struct Source {
    child: Child,
    errors: JoinHandle<Vec<u8>>,
}

impl Source {
    /// Starts it; what it prints on standard output can be read from the second of both.
    pub(super) fn start(mut process: std::process::Command) -> io::Result<(Self, Stdio)> {
        process
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = process.spawn()?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let errors = std::thread::spawn(move || {
            let mut text = Vec::new();
            if let Some(mut stderr) = stderr {
                copy(&mut stderr, &mut |bytes| {
                    let room = Command::CAPTURE_LIMIT.saturating_sub(text.len());
                    text.extend_from_slice(&bytes[..bytes.len().min(room)]);
                });
            }
            text
        });
        let stdout = stdout.map_or_else(Stdio::null, Stdio::from);
        Ok((Self { child, errors }, stdout))
    }

    /// Waits for its end; with `kill` it is ended. The one that reads must have ended, or be gone.
    pub(super) fn finish(mut self, kill: bool) -> io::Result<Output> {
        if kill {
            // It may have ended by itself.
            let _ = self.child.kill();
        }
        let status = self.child.wait()?;
        let stderr = self.errors.join().unwrap_or_default();
        Ok(Output {
            status: status.code(),
            signal: status.signal(),
            stdout: String::new(),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
            truncated: false,
        })
    }
}

/// Hands out what `pipe` gives until it ends. A signal, such as the Ctrl-C that the program gets as well, is no end.
pub(super) fn copy(pipe: &mut impl Read, out: &mut dyn FnMut(&[u8])) {
    let mut buffer = vec![0; 8 << 10];
    loop {
        match pipe.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => out(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// Reads once from a stream that has something to read, or has ended; an ended one is closed.
fn take(
    pipe: &mut Option<impl Read>,
    capture: &mut Capture,
    buffer: &mut [u8],
    line: &mut dyn FnMut(&str),
) {
    let Some(stream) = pipe else { return };
    match stream.read(buffer) {
        Ok(0) => *pipe = None,
        Ok(count) => capture.push(&buffer[..count], line),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
        Err(_) => *pipe = None,
    }
}
