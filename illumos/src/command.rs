//! The one place that starts a process.
//!
//! Absolute paths, argument arrays, no shell, stdin from `/dev/null`, `LC_ALL=C`, a clean environment, a deadline, both streams
//! captured and streamed while the program runs.

use std::time::Duration;

use crate::Result;

/// Which of a program's streams a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A program to run: `/usr/sbin/zoneadm -z web01 install`.
#[derive(Debug, Clone)]
pub struct Command {
    program: &'static str,
    args: Vec<String>,
    deadline: Option<Duration>,
}

/// What a finished program left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The exit status; `None` if a signal ended it.
    pub status: Option<i32>,
    /// Everything printed on standard output.
    pub stdout: String,
    /// Everything printed on standard error.
    pub stderr: String,
}

impl Command {
    /// The program at the absolute path `program`, without arguments.
    #[must_use]
    pub fn new(program: &'static str) -> Self {
        Self {
            program,
            args: Vec::new(),
            deadline: None,
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<I: IntoIterator<Item = S>, S: Into<String>>(mut self, args: I) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Ends the program, and fails with [`crate::ErrorKind::TimedOut`], once it has run this long.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The command as a person would type it, quoted for sh.
    #[must_use]
    pub fn display(&self) -> String {
        let _ = (&self.program, &self.args, &self.deadline);
        unimplemented!()
    }

    /// Runs the program, handing each line to `line` as it is printed.
    ///
    /// # Errors
    /// If it cannot be started, exits with another status than 0, or passes its deadline. The error names the
    /// program, its arguments, the exit status and the tail of what it printed.
    pub fn run(&self, line: &mut dyn FnMut(Stream, &str)) -> Result<Output> {
        let _ = line;
        unimplemented!()
    }
}
