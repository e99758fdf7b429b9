//! The one place that starts a process.
//!
//! Absolute paths, argument arrays, no shell, stdin from `/dev/null`, `LC_ALL=C`, a clean environment, a deadline, both streams
//! captured and streamed while the program runs.
//!
//! The environment is `PATH=/usr/sbin:/usr/bin:/sbin`, `LC_ALL=C`, and the proxy variables that pkg(1) needs to reach a repository
//! (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`). In particular `_ZONEADM_LOCK_HELD` never reaches zoneadm(8), which would then
//! believe that an ancestor holds the zone's lock.
//!
//! A program runs in a process group of its own: a Ctrl-C at the terminal does not reach it, so that an install is not cut
//! off half way. Whoever wants to end it uses [`Command::stop_when`], or [`stop_all_when`] for every program.
//!
//! Off illumos a program is the emulated one: the running executable starts itself under the program's name.

mod editor;
mod process;
mod stream;

pub use editor::edit;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::{Error, ErrorKind, Result};

/// Which of a program's streams a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// How long a program may take that only reads, and reads little.
pub(crate) const READ: Duration = Duration::from_secs(30);

/// How long a program may take that reads something of every zone.
pub(crate) const READ_ALL: Duration = Duration::from_secs(300);

static STOP: OnceLock<fn() -> bool> = OnceLock::new();

/// Ends every program that has no flag of its own, as [`Command::stop_when`] does, whenever `asked` says so. It is asked ten times a
/// second while one runs. To be called once; calling it again does nothing.
pub fn stop_all_when(asked: fn() -> bool) {
    let _ = STOP.set(asked);
}

/// A program to run: `/usr/sbin/zoneadm -z web01 install`.
#[derive(Debug, Clone)]
pub struct Command {
    program: &'static str,
    args: Vec<String>,
    deadline: Option<Duration>,
    stop: Option<Arc<AtomicBool>>,
}

/// What a finished program left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The exit status; `None` if a signal ended it.
    pub status: Option<i32>,
    /// The signal that ended it, if one did.
    pub signal: Option<i32>,
    /// Everything printed on standard output; the last part of it if `truncated`. Bytes that are not UTF-8 become U+FFFD.
    pub stdout: String,
    /// Everything printed on standard error, likewise.
    pub stderr: String,
    /// Whether a stream was longer than [`Command::CAPTURE_LIMIT`], so that its beginning is missing here.
    pub truncated: bool,
}

impl Command {
    /// How much of each stream is kept, in bytes. Every line reaches the callback all the same.
    pub const CAPTURE_LIMIT: usize = 16 << 20;

    /// How long a program that is told to end may take before it is killed.
    pub const GRACE: Duration = Duration::from_secs(5);

    /// How many lines of output an error quotes.
    const TAIL_LINES: usize = 12;

    /// The program at the absolute path `program`, without arguments.
    #[must_use]
    pub fn new(program: &'static str) -> Self {
        Self {
            program,
            args: Vec::new(),
            deadline: None,
            stop: None,
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<I: IntoIterator<Item = S>, S: Into<String>>(mut self, args: I) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Ends the program, and fails with [`ErrorKind::TimedOut`], once it has run this long.
    ///
    /// It and everything it started that is still in its process group gets `SIGTERM`, and `SIGKILL` after [`Command::GRACE`].
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Ends the program as at its deadline, and fails with [`ErrorKind::Interrupted`], once `flag` is set. The flag is looked at ten
    /// times a second.
    #[must_use]
    pub fn stop_when(mut self, flag: Arc<AtomicBool>) -> Self {
        self.stop = Some(flag);
        self
    }

    fn is_stopped(&self) -> bool {
        match &self.stop {
            Some(stop) => stop.load(Ordering::Relaxed),
            None => STOP.get().is_some_and(|asked| asked()),
        }
    }

    /// The command as a person would type it, quoted for sh.
    #[must_use]
    pub fn display(&self) -> String {
        let mut text = quote(self.program);
        for arg in &self.args {
            text.push(' ');
            text.push_str(&quote(arg));
        }
        text
    }

    /// Runs the program, handing each line to `line` as it is printed, without its newline.
    ///
    /// # Errors
    /// If it cannot be started ([`ErrorKind::Unsupported`] if it is not there), exits with another status than 0
    /// ([`ErrorKind::Failed`]), passes its deadline, or is stopped. The error names the program, its arguments, the exit status and the tail of
    /// what it printed.
    pub fn run(&self, line: &mut dyn FnMut(Stream, &str)) -> Result<Output> {
        let output = self.output(line)?;
        if output.status == Some(0) {
            Ok(output)
        } else {
            Err(self.failure(ErrorKind::Failed, &output))
        }
    }

    /// Runs the program as [`run`](Self::run) does, whatever its exit status.
    pub(crate) fn output(&self, line: &mut dyn FnMut(Stream, &str)) -> Result<Output> {
        process::run(self, self.process()?, line)
    }

    /// Runs the program with what `from` prints as its standard input. Returns what both left, that of `from` first, whatever their exit
    /// statuses. If this one cannot be started, or is stopped, `from` is ended too.
    pub(crate) fn fed_by(&self, from: &Self) -> Result<(Output, Output)> {
        let started = process::Source::start(from.process()?);
        let (source, stdin) = started.map_err(|error| from.not_started(&error))?;
        let received = self
            .process()
            .and_then(|process| process::run_reading(self, process, stdin, &mut |_, _| {}));
        let sent = source.finish(received.is_err());
        let received = received?;
        Ok((sent.map_err(|error| from.not_started(&error))?, received))
    }

    /// Runs the program on the caller's terminal and returns its exit status; `None` if a signal ended it.
    ///
    /// Standard input, output and error, and the process group, are the caller's; `TERM` is passed on. For `zlogin -C` and the like.
    ///
    /// # Errors
    /// If it cannot be started ([`ErrorKind::Unsupported`] if it is not there).
    pub fn interactive(&self) -> Result<Option<i32>> {
        let mut process = self.process()?;
        if let Some(term) = std::env::var_os("TERM") {
            process.env("TERM", term);
        }
        let status = process.status().map_err(|error| self.not_started(&error))?;
        Ok(status.code())
    }

    /// Runs the program with the caller's standard input and output, hands what it prints on standard error to `stderr` as it comes, and
    /// returns its exit status; `None` if a signal ended it. The process group is the caller's.
    ///
    /// # Errors
    /// As [`interactive`](Self::interactive).
    pub(crate) fn passing(&self, stderr: &mut dyn FnMut(&[u8])) -> Result<Option<i32>> {
        let mut process = self.process()?;
        process.stderr(std::process::Stdio::piped());
        let mut child = process.spawn().map_err(|error| self.not_started(&error))?;
        if let Some(mut pipe) = child.stderr.take() {
            process::copy(&mut pipe, stderr);
        }
        let status = child.wait().map_err(|error| self.not_started(&error))?;
        Ok(status.code())
    }

    /// The process to start: program, arguments and environment.
    #[cfg_attr(
        target_os = "illumos",
        expect(clippy::unnecessary_wraps, reason = "off illumos there may be no host")
    )]
    fn process(&self) -> Result<std::process::Command> {
        #[cfg(target_os = "illumos")]
        let mut process = process::system(self.program);
        #[cfg(not(target_os = "illumos"))]
        let mut process = process::emulated(self.program)
            .map_err(|reason| self.error(ErrorKind::Unsupported, reason))?;
        process.args(&self.args);
        Ok(process)
    }

    /// What the program's failure is reported as.
    pub(crate) fn failure(&self, kind: ErrorKind, output: &Output) -> Error {
        let status = match (output.status, output.signal) {
            (Some(status), _) => format!("exit status {status}"),
            (None, Some(signal)) => format!("ended by signal {signal}"),
            (None, None) => "ended in an unknown way".to_owned(),
        };
        self.error(kind, with_tail(status, output))
    }

    fn error(&self, kind: ErrorKind, reason: impl Into<String>) -> Error {
        Error::new(kind, format!("run `{}`", self.display()), reason)
    }

    fn not_started(&self, error: &std::io::Error) -> Error {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => ErrorKind::Unsupported,
            std::io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
            _ => ErrorKind::Failed,
        };
        self.error(kind, format!("it cannot be started: {error}"))
    }
}

/// `reason` and, below it, the last lines that the program printed: on standard error, or if nothing is there on standard output.
fn with_tail(reason: String, output: &Output) -> String {
    let text = if output.stderr.trim().is_empty() {
        &output.stdout
    } else {
        &output.stderr
    };
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let tail = &lines[lines.len().saturating_sub(Command::TAIL_LINES)..];
    match tail {
        [] => reason,
        [line] => format!("{reason}: {line}"),
        lines => format!("{reason}:\n{}", lines.join("\n")),
    }
}

/// `word` as sh reads it back.
pub(crate) fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests;
