//! Metrics: what a monitor scrapes. `collect` looks at the host, `families` names the figures, `text` writes them.

mod collect;
mod families;
mod text;

use std::path::Path;

use serde::Serialize;

use crate::failure::Code;
use crate::{ExitCode, Failure};

pub(crate) use collect::collect;
pub(crate) use families::{Collector, families};
use families::{Facts, PoolFacts};
pub(crate) use text::{Format, render};

/// Refuses a file that no textfile collector would read, or whose directory is not there.
///
/// # Errors
/// `zmgr::metrics::textfile`.
pub(crate) fn check_textfile(file: &Path) -> Result<(), Failure> {
    let refused = |reason: &str, help: &str| {
        let message = format!("{}: {reason}", file.display());
        Err(Failure::new(ExitCode::Usage, Code::MetricsTextfile, message).with_help(help))
    };
    if file.extension().is_none_or(|extension| extension != "prom") {
        return refused(
            "the name of a textfile must end in .prom",
            "collectors read no other files",
        );
    }
    let directory = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if !directory.is_dir() {
        return refused("its directory does not exist", "make the directory first");
    }
    Ok(())
}

/// What kind of figure a family has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// It goes up and down.
    Gauge,
    /// It only grows, until the zone boots again. Its name ends in `_total`.
    Counter,
}

/// The unit of a family, which is a part of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    None,
    Bytes,
    Seconds,
    Ratio,
}

impl Unit {
    fn word(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Bytes => Some("bytes"),
            Self::Seconds => Some("seconds"),
            Self::Ratio => Some("ratio"),
        }
    }
}

/// A value: whole numbers stay exact in the text formats. In JSON one above 2^53 is a string, since readers would round it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Whole(u64),
    Real(f64),
}

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Whole(value) if *value <= 1 << 53 => serializer.serialize_u64(*value),
            Self::Whole(value) => serializer.collect_str(value),
            Self::Real(value) => serializer.serialize_f64(*value),
        }
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self::Whole(value)
    }
}

impl From<bool> for Number {
    fn from(value: bool) -> Self {
        Self::Whole(value.into())
    }
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<std::time::Duration> for Number {
    fn from(value: std::time::Duration) -> Self {
        Self::Real(value.as_secs_f64())
    }
}

/// A name of a label and its value.
type Label = (&'static str, String);

/// One figure with its labels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(crate) labels: Vec<Label>,
    pub(crate) value: Number,
}

/// The document of `metrics --json`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct View<'a> {
    schema_version: u32,
    families: Vec<FamilyView<'a>>,
}

#[derive(Debug, Serialize)]
struct FamilyView<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: Kind,
    unit: Option<&'static str>,
    help: &'a str,
    samples: Vec<SampleView<'a>>,
}

#[derive(Debug, Serialize)]
struct SampleView<'a> {
    labels: serde_json::Map<String, serde_json::Value>,
    value: &'a Number,
}

impl<'a> View<'a> {
    pub(crate) fn new(families: &'a [Family]) -> Self {
        let sample = |sample: &'a Sample| SampleView {
            labels: sample
                .labels
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.as_str().into()))
                .collect(),
            value: &sample.value,
        };
        let family = |family: &'a Family| FamilyView {
            name: family.name,
            kind: family.kind,
            unit: family.unit.word(),
            help: family.help,
            samples: family.samples.iter().map(sample).collect(),
        };
        Self {
            schema_version: 1,
            families: families.iter().map(family).collect(),
        }
    }
}

/// A family of figures: one name, one meaning.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Family {
    /// The whole name: `zmgr_zone_cpu_seconds_total`.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) unit: Unit,
    /// One sentence without a full stop.
    pub(crate) help: &'static str,
    pub(crate) samples: Vec<Sample>,
}

impl Family {
    fn new(name: &'static str, kind: Kind, unit: Unit, help: &'static str) -> Self {
        Self {
            name,
            kind,
            unit,
            help,
            samples: Vec::new(),
        }
    }

    fn push<const N: usize>(
        &mut self,
        labels: [(&'static str, &str); N],
        value: impl Into<Number>,
    ) {
        let labels = labels.map(|(name, value)| (name, value.to_owned()));
        self.samples.push(Sample {
            labels: labels.into(),
            value: value.into(),
        });
    }
}
