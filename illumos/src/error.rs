//! One error type: what was attempted, on what, and why it failed.

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure an [`Error`] is, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no such zone, link, dataset, publisher or property.
    NotFound,
    /// Something of that name exists already.
    AlreadyExists,
    /// The caller lacks a privilege or an authorisation.
    PermissionDenied,
    /// In use, or in a state that does not allow the operation.
    Busy,
    /// Somebody else changed it since it was read.
    OutOfDate,
    /// A value that the system does not take.
    Invalid,
    /// This system cannot do it, or its library is of an unknown kind.
    Unsupported,
    /// A deadline passed.
    TimedOut,
    /// The caller asked to stop.
    Interrupted,
    /// Anything else that the system reported.
    Failed,
}

/// What failed, on which object, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    /// A fragment that fits after "failed to", with the name of the object: `save the configuration of zone web01`.
    operation: String,
    /// The reason, in the system's words.
    reason: String,
    /// The number that the library returned, and the function that returned it.
    code: Option<(&'static str, i64)>,
}

impl Error {
    /// An error without a library code.
    #[must_use]
    pub fn new(kind: ErrorKind, operation: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            kind,
            operation: operation.into(),
            reason: reason.into(),
            code: None,
        }
    }

    /// Notes the function that returned the failure and the number it returned.
    #[must_use]
    pub fn with_code(mut self, function: &'static str, code: i64) -> Self {
        self.code = Some((function, code));
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What was attempted, with the name of the object.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Why it failed.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The C function that returned the failure and what it returned, if a C function did.
    #[must_use]
    pub fn code(&self) -> Option<(&'static str, i64)> {
        self.code
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot {}: {}", self.operation, self.reason)
    }
}

impl std::error::Error for Error {}
