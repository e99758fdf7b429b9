//! What zonecfg(8) enforces and libzonecfg does not: required properties, duplicates, addresses, names, what excludes what.
//!
//! The rules are those of the tool, in its words, so that a configuration that passes here can be edited with the tool afterwards
//! (illumos-gate `usr/src/cmd/zonecfg/zonecfg.c`). Single values are checked by the functions of the modules below.

pub mod attr;
pub mod brand;
pub mod dataset;
pub mod net;
pub mod number;
pub mod privilege;
pub mod security_flags;
pub mod user;
pub mod values;
pub mod whole;

use crate::zone::ZoneConfig;

/// Something that zonecfg(8) would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The property, or the resource and its property: `zonepath`, `net physical`.
    pub property: String,
    /// Its value; empty if it has none.
    pub value: String,
    /// What the tool says of it.
    pub sentence: String,
    /// What to use instead.
    pub instead: String,
}

impl Problem {
    fn new(
        property: impl Into<String>,
        value: impl Into<String>,
        sentence: impl Into<String>,
        instead: impl Into<String>,
    ) -> Self {
        Self {
            property: property.into(),
            value: value.into(),
            sentence: sentence.into(),
            instead: instead.into(),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.sentence)?;
        if !self.instead.is_empty() {
            write!(f, " ({}: {})", self.property, self.instead)?;
        }
        Ok(())
    }
}

/// Everything in the configuration that zonecfg(8) would refuse on this host, in the order of the properties; empty if nothing.
///
/// Needs no privilege.
///
/// # Errors
/// If the host's flavour is unknown.
pub fn problems(config: &ZoneConfig) -> crate::Result<Vec<Problem>> {
    let flavour = crate::flavour()?;
    let mut problems = values::problems(config, flavour);
    let withheld = whole::Withheld::default();
    let findings = whole::findings(config.zonename.as_str(), config, &withheld, false);
    for finding in findings {
        let known = problems
            .iter()
            .any(|problem: &Problem| problem.sentence == finding.problem.sentence);
        if !known {
            problems.push(finding.problem);
        }
    }
    Ok(problems)
}

impl ZoneConfig {
    /// Everything in it that zonecfg(8) would refuse on this host, in its words; empty if nothing.
    ///
    /// # Errors
    /// If the host's flavour or brands cannot be read.
    pub fn verify(&self) -> crate::Result<Vec<String>> {
        let problems = problems(self)?;
        let line = |problem: &Problem| {
            let text = problem.to_string();
            // zonecfg(8) ends some of its messages in a newline.
            text.split('\n').map(str::trim_end).collect::<String>()
        };
        Ok(problems.iter().map(line).collect())
    }
}
