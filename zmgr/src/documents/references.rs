//! Whether what documents name is there.

use std::collections::BTreeSet;

use super::model::Documents;
use super::schema::Kind;
use super::store::Store;
use super::values::nearest;
use crate::failure::{Code, ExitCode, Failure};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something works today and will not when it is needed again.
    Warning,
    /// A command that uses the document fails.
    Error,
}

/// Something that does not fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// What it is, and where.
    pub failure: Failure,
}

/// The names of what is there, invalid documents included: those are reported at their own places.
struct Names {
    templates: BTreeSet<String>,
    pools: BTreeSet<String>,
    publishers: BTreeSet<String>,
}

impl Names {
    fn of(&self, kind: Kind) -> &BTreeSet<String> {
        match kind {
            Kind::Pool => &self.pools,
            Kind::Publisher => &self.publishers,
            _ => &self.templates,
        }
    }
}

/// Finds every name of a template, pool or publisher that none has.
///
/// What templates and `config.kdl` name has to be there. What registry entries name may be gone: they say where zones came
/// from. What templates extend is checked when they are read.
///
/// # Errors
/// If a directory cannot be read.
pub fn check_references(store: &Store, documents: &Documents) -> Result<Vec<Finding>, Failure> {
    let names = |kind| store.names(kind).map(|names| names.into_iter().collect());
    let names = Names {
        templates: names(Kind::Template)?,
        pools: names(Kind::Pool)?,
        publishers: names(Kind::Publisher)?,
    };
    let mut findings = Vec::new();
    let mut find = |severity, kind: Kind, name: &str, node: &str, wanted: Kind, value: &str| {
        if !names.of(wanted).contains(value) {
            findings.push(finding(
                store,
                severity,
                (kind, name, node),
                (wanted, value),
                names.of(wanted),
            ));
        }
    };
    let default = &documents.config.default_template;
    find(
        Severity::Error,
        Kind::Config,
        "config",
        "default-template",
        Kind::Template,
        default,
    );
    for name in documents.templates.keys() {
        // As written: what comes from a base is reported there.
        let Ok(template) = store.template_as_written(name) else {
            continue;
        };
        for pool in template.nets.iter().filter_map(|net| net.pool.as_deref()) {
            find(
                Severity::Error,
                Kind::Template,
                name,
                "pool",
                Kind::Pool,
                pool,
            );
        }
        for publisher in &template.publishers {
            find(
                Severity::Error,
                Kind::Template,
                name,
                "publishers",
                Kind::Publisher,
                publisher,
            );
        }
    }
    for (zone, entry) in &documents.zones {
        if let Some(template) = &entry.template {
            find(
                Severity::Warning,
                Kind::Zone,
                zone.as_str(),
                "template",
                Kind::Template,
                template,
            );
        }
        for pool in entry.nets.iter().filter_map(|net| net.pool.as_deref()) {
            find(
                Severity::Warning,
                Kind::Zone,
                zone.as_str(),
                "pool",
                Kind::Pool,
                pool,
            );
        }
    }
    Ok(findings)
}

fn finding(
    store: &Store,
    severity: Severity,
    (kind, name, node): (Kind, &str, &str),
    (wanted, value): (Kind, &str),
    known: &BTreeSet<String>,
) -> Finding {
    let word = wanted.word();
    let who = if kind == Kind::Config {
        "config.kdl".to_owned()
    } else {
        format!("{} {name:?}", kind.word())
    };
    let message = format!("{who} names the {word} {value:?}, and there is none");
    let help = match nearest(value, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("make it with zmgr {word} create {value}"),
    };
    let mut failure =
        Failure::new(ExitCode::Invalid, Code::DocumentUnknownReference, message).with_help(help);
    failure.location = store.place_of(kind, name, node, Some(value));
    Finding { severity, failure }
}
