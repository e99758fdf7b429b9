//! Why a command failed, and its exit status.

mod cause;
mod code;

use std::path::PathBuf;

use illumos::ips::without_credentials;

pub use cause::Cause;
pub use code::Code;

/// The exit status of `zmgr`. Scripts rely on the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Done.
    Done = 0,
    /// The host or an operation failed.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// A document is invalid.
    Invalid = 3,
    /// Differences were found.
    Differs = 4,
    /// Done in part.
    Partial = 5,
    /// No such zone, template, pool or publisher.
    NotFound = 6,
    /// It exists already, or is busy.
    Exists = 7,
    /// Interrupted.
    Interrupted = 130,
}

impl ExitCode {
    /// Every exit status and what it means.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Done, "done"),
        (Self::Failed, "the host or an operation failed"),
        (Self::Usage, "usage"),
        (Self::Invalid, "a document is invalid"),
        (Self::Differs, "differences found"),
        (Self::Partial, "done in part"),
        (Self::NotFound, "no such zone, template, pool or publisher"),
        (Self::Exists, "already exists or busy"),
        (Self::Interrupted, "interrupted"),
    ];
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(exit: ExitCode) -> Self {
        Self::from(exit as u8)
    }
}

/// Where in a document a problem lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file.
    pub file: PathBuf,
    /// Byte offset in the file.
    pub offset: usize,
    /// Length in bytes.
    pub length: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A failure as it is told to the person or program that ran the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Decides the exit status.
    pub exit: ExitCode,
    /// Stable code for programs: `zmgr::create::no_free_address`.
    pub code: Code,
    /// One sentence without a full stop: what failed, on what, why.
    pub message: String,
    /// What to type or to do instead.
    pub help: Option<String>,
    /// The place in a document.
    pub location: Option<Location>,
    /// Further failures found in the same run.
    pub related: Vec<Failure>,
    /// What lies behind it, where something is decided by that.
    pub cause: Option<Cause>,
}

impl Failure {
    /// A failure without help or place. What stands before an `@` in the host of a URI is not repeated.
    #[must_use]
    pub fn new(exit: ExitCode, code: Code, message: impl Into<String>) -> Self {
        Self {
            exit,
            code,
            message: without_credentials(&message.into()).into_owned(),
            help: None,
            location: None,
            related: Vec::new(),
            cause: None,
        }
    }

    /// Adds what to do instead.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(without_credentials(&help.into()).into_owned());
        self
    }

    /// Says what to type instead, if nothing says so yet.
    #[must_use]
    pub fn with_help_if_none(self, help: impl Into<String>) -> Self {
        match self.help {
            Some(_) => self,
            None => self.with_help(help),
        }
    }

    /// Adds the place in a document.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

/// As miette sees it; the picture of its place is made by `output`, which reads the document.
impl miette::Diagnostic for Failure {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(self.code.as_str()))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(self.help.as_ref()?))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let location = self.location.as_ref()?;
        let label = miette::LabeledSpan::new(None, location.offset, location.length);
        Some(Box::new(std::iter::once(label)))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        let related = self.related.iter();
        Some(Box::new(
            related.map(|failure| failure as &dyn miette::Diagnostic),
        ))
    }
}

impl From<illumos::Error> for Failure {
    fn from(error: illumos::Error) -> Self {
        use illumos::ErrorKind;
        let (exit, code) = match error.kind() {
            ErrorKind::NotFound => (ExitCode::NotFound, Code::HostNotFound),
            ErrorKind::AlreadyExists => (ExitCode::Exists, Code::HostAlreadyExists),
            ErrorKind::Busy => (ExitCode::Exists, Code::HostBusy),
            ErrorKind::OutOfDate => (ExitCode::Failed, Code::HostOutOfDate),
            ErrorKind::PermissionDenied => (ExitCode::Failed, Code::HostPermissionDenied),
            ErrorKind::TimedOut => (ExitCode::Failed, Code::HostTimedOut),
            ErrorKind::Interrupted => (ExitCode::Interrupted, Code::Interrupted),
            ErrorKind::Unsupported => (ExitCode::Failed, Code::HostUnsupported),
            _ => (ExitCode::Failed, Code::HostFailed),
        };
        Self::new(exit, code, error.to_string()).because(Cause::Host(error))
    }
}
