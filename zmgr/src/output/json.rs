//! What programs read: failures as JSON.

use crate::failure::Code;
use serde::Serialize;

use crate::Failure;

/// A failure as a JSON object. `file`, `line` and `column` are there where the failure lies in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailureJson {
    /// Stable code: `zmgr::create::no_free_address`.
    pub code: Code,
    /// One sentence without a full stop.
    pub message: String,
    /// What to type or to do instead.
    pub help: Option<String>,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// Further failures found in the same run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<FailureJson>,
    /// What the person should know besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<FailureJson>,
}

impl From<&Failure> for FailureJson {
    fn from(failure: &Failure) -> Self {
        let location = failure.location.as_ref();
        Self {
            code: failure.code,
            message: failure.message.clone(),
            help: failure.help.clone(),
            file: location.map(|location| location.file.display().to_string()),
            line: location.map(|location| location.line),
            column: location.map(|location| location.column),
            related: failure.related.iter().map(Self::from).collect(),
            warnings: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExitCode;
    use crate::failure::Location;

    #[test]
    fn a_failure_names_its_place() {
        let failure = Failure::new(ExitCode::Invalid, Code::PoolEmpty, "pool gives out nothing")
            .with_help("add a range")
            .at(Location {
                file: "/etc/zmgr/pools/a.kdl".into(),
                offset: 4,
                length: 3,
                line: 2,
                column: 5,
            });
        assert_eq!(
            serde_json::to_string(&FailureJson::from(&failure)).unwrap(),
            r#"{"code":"zmgr::pool::empty","message":"pool gives out nothing","help":"add a range","file":"/etc/zmgr/pools/a.kdl","line":2,"column":5}"#
        );
    }
}
