//! Names that stand for other documents.

use std::collections::BTreeSet;

use super::places::Wanted;
use super::{Findings, Grade};
use crate::documents::model::Documents;
use crate::documents::values::nearest;
use crate::documents::{Kind, Store};
use crate::{ExitCode, Failure};

/// The documents that are there, whether they can be read or not.
struct Names {
    templates: BTreeSet<String>,
    pools: BTreeSet<String>,
    publishers: BTreeSet<String>,
}

pub(super) fn check(
    store: &Store,
    documents: &Documents,
    findings: &mut Findings<'_>,
) -> Result<(), Failure> {
    let names = |kind| Ok::<_, Failure>(store.names(kind)?.into_iter().collect::<BTreeSet<_>>());
    let names = Names {
        templates: names(Kind::Template)?,
        pools: names(Kind::Pool)?,
        publishers: names(Kind::Publisher)?,
    };
    let default = &documents.config.default_template;
    // Without a config.kdl nobody has chosen it.
    if !names.templates.contains(default) && store.path(Kind::Config, "")?.is_file() {
        report(
            findings,
            Kind::Config,
            "config",
            (Kind::Template, &names.templates),
            &["default-template"],
            default,
            0,
        );
    }
    for template in documents.templates.values() {
        let pools = template.nets.iter().filter_map(|net| net.pool.as_deref());
        unknown(
            findings,
            Kind::Template,
            &template.name,
            (Kind::Pool, &names.pools),
            &["pool"],
            pools,
        );
        let publishers = template.publishers.iter().map(String::as_str);
        let known = (Kind::Publisher, &names.publishers);
        unknown(
            findings,
            Kind::Template,
            &template.name,
            known,
            &["publishers", "publisher", "-"],
            publishers,
        );
    }
    for entry in documents.zones.values() {
        let name = entry.name.as_str();
        let template = entry.template.as_deref().into_iter();
        unknown(
            findings,
            Kind::Zone,
            name,
            (Kind::Template, &names.templates),
            &["template"],
            template,
        );
        let pools = entry.nets.iter().filter_map(|net| net.pool.as_deref());
        unknown(
            findings,
            Kind::Zone,
            name,
            (Kind::Pool, &names.pools),
            &["pool"],
            pools,
        );
    }
    Ok(())
}

/// Reports each of `used` that is not known, at its own place.
fn unknown<'u>(
    findings: &mut Findings<'_>,
    kind: Kind,
    name: &str,
    known: (Kind, &BTreeSet<String>),
    nodes: &[&str],
    used: impl Iterator<Item = &'u str>,
) {
    let mut missing: Vec<&str> = Vec::new();
    for reference in used.filter(|reference| !known.1.contains(*reference)) {
        let nth = missing.iter().filter(|other| **other == reference).count();
        missing.push(reference);
        report(findings, kind, name, known, nodes, reference, nth);
    }
}

fn report(
    findings: &mut Findings<'_>,
    kind: Kind,
    name: &str,
    (of, known): (Kind, &BTreeSet<String>),
    nodes: &[&str],
    reference: &str,
    nth: usize,
) {
    let word = of.word();
    let here = if kind == Kind::Config {
        "config.kdl".to_owned()
    } else {
        format!("{} {name:?}", kind.word())
    };
    let message = format!("{here} refers to {word} {reference:?}, and there is no such {word}");
    let help = match nearest(reference, known.iter().map(String::as_str)) {
        Some(nearest) => format!("did you mean {nearest:?}?"),
        None if known.is_empty() => format!("there is no {word} at all"),
        None => format!(
            "there are: {}",
            known
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", ")
        ),
    };
    let is = |text: &str| text == reference;
    let place = findings.places.of(
        kind,
        name,
        Wanted {
            nodes,
            is: &is,
            nth,
        },
    );
    let failure = Failure::new(
        ExitCode::Invalid,
        "zmgr::document::unknown_reference",
        message,
    )
    .with_help(help);
    findings.push(Grade::Error, failure, place);
}
