//! What lies behind a failure, for decisions: neither its text nor its code.

use std::io;
use std::sync::Arc;

use illumos::ErrorKind;

use super::Failure;

/// What lies behind a failure.
#[derive(Debug, Clone)]
pub enum Cause {
    /// The host answered with this.
    Host(illumos::Error),
    /// The system refused to read or write a file.
    Io(Arc<io::Error>),
    /// What should be made was there before: it is somebody else's.
    Existed,
    /// Somebody else has changed what should be changed. It was left as it is.
    Changed,
    /// Others may write a file because of its mode.
    Mode,
}

/// Two causes are the same if they lead to the same decisions.
impl PartialEq for Cause {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Host(one), Self::Host(other)) => one == other,
            (Self::Io(one), Self::Io(other)) => one.kind() == other.kind(),
            (Self::Existed, Self::Existed)
            | (Self::Changed, Self::Changed)
            | (Self::Mode, Self::Mode) => true,
            _ => false,
        }
    }
}

impl Eq for Cause {}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        Self::Io(Arc::new(error))
    }
}

impl Failure {
    /// Notes what lies behind it.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Cause>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Whether the step that failed touched nothing, because what it found was not its own.
    #[must_use]
    pub fn left_alone(&self) -> bool {
        match &self.cause {
            Some(Cause::Existed | Cause::Changed) => true,
            Some(Cause::Host(error)) => error.kind() == ErrorKind::AlreadyExists,
            Some(Cause::Io(_) | Cause::Mode) | None => false,
        }
    }

    /// Whether somebody else has changed what should be changed.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.cause == Some(Cause::Changed)
    }

    /// Whether the host does not have what the step was about.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(&self.cause, Some(Cause::Host(error)) if error.kind() == ErrorKind::NotFound)
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.cause.as_ref()? {
            Cause::Host(error) => Some(error),
            Cause::Io(error) => Some(error.as_ref()),
            Cause::Existed | Cause::Changed | Cause::Mode => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;
    use crate::ExitCode;
    use crate::failure::Code;

    fn of(kind: ErrorKind) -> Failure {
        Failure::from(illumos::Error::new(kind, "create VNIC a0", "no"))
    }

    #[test]
    fn what_was_there_before_is_left_alone_and_nothing_else() {
        assert!(of(ErrorKind::AlreadyExists).left_alone());
        let plain = || Failure::new(ExitCode::Exists, Code::HostAlreadyExists, "no");
        assert!(plain().because(Cause::Existed).left_alone());
        assert!(plain().because(Cause::Changed).left_alone());
        // The code and the exit status decide nothing.
        assert!(!plain().left_alone());
        for kind in [ErrorKind::Busy, ErrorKind::Failed, ErrorKind::TimedOut] {
            assert!(!of(kind).left_alone(), "{kind:?}");
        }
    }

    #[test]
    fn the_source_of_a_failure_is_kept() {
        let failure = of(ErrorKind::NotFound);
        assert!(failure.is_gone());
        assert_eq!(
            failure.source().map(ToString::to_string),
            Some(failure.message.clone())
        );
        let failure = failure.because(io::Error::from_raw_os_error(28));
        assert!(!failure.is_gone());
        assert!(failure.source().is_some());
    }
}
