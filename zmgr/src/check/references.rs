//! Names that stand for other documents.

use crate::failure::Code;
use std::collections::BTreeSet;

use super::places::Wanted;
use super::{Findings, Grade};
use crate::documents::model::{Documents, Template, ZoneEntry};
use crate::documents::values::nearest;
use crate::documents::{Kind, Source, Store, draft_config, draft_template, draft_zone};
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
    // Of a document with problems, what can be read is looked at as well: everything is told at once.
    let read = |kind, name: &str| Source::read(&store.path(kind, name).ok()?).ok();
    let mut ignored = Vec::new();
    // Without a config.kdl nobody has chosen the default.
    if let Some(source) = read(Kind::Config, "") {
        let draft = draft_config(&source, &mut ignored);
        let default = draft.map(|config| config.default_template);
        let templates = (Kind::Template, &names.templates);
        let nodes = &["default-template"];
        unknown(
            findings,
            Kind::Config,
            "config",
            templates,
            nodes,
            default.as_deref().into_iter(),
        );
    }
    for name in &names.templates {
        if let Some(template) = documents.templates.get(name) {
            of_template(findings, &names, template);
            continue;
        }
        let Some(source) = read(Kind::Template, name) else {
            continue;
        };
        let mut problems = Vec::new();
        let Some(mut template) = draft_template(&source, &mut problems) else {
            continue;
        };
        template.name.clone_from(name);
        of_template(findings, &names, &template);
        // Of one without problems of its own this has been told when it was merged.
        let bases = template.extends.iter().filter(|_| !problems.is_empty());
        let templates = (Kind::Template, &names.templates);
        unknown(
            findings,
            Kind::Template,
            name,
            templates,
            &["extends"],
            bases.map(String::as_str),
        );
    }
    for entry in documents.zones.values() {
        of_entry(findings, &names, entry);
    }
    let known = |name: &String| {
        name.parse()
            .is_ok_and(|name| documents.zones.contains_key(&name))
    };
    for name in store.names(Kind::Zone)?.iter().filter(|name| !known(name)) {
        let entry =
            read(Kind::Zone, name).and_then(|source| draft_zone(&source, Some(name), &mut ignored));
        if let Some(entry) = entry {
            of_entry(findings, &names, &entry);
        }
    }
    Ok(())
}

fn of_template(findings: &mut Findings<'_>, names: &Names, template: &Template) {
    let pools = template.nets.iter().filter_map(|net| net.pool.as_deref());
    let known = (Kind::Pool, &names.pools);
    unknown(
        findings,
        Kind::Template,
        &template.name,
        known,
        &["pool"],
        pools,
    );
    let publishers = template.publishers.iter().map(String::as_str);
    let known = (Kind::Publisher, &names.publishers);
    let nodes = &["publishers", "publisher", "-"];
    unknown(
        findings,
        Kind::Template,
        &template.name,
        known,
        nodes,
        publishers,
    );
}

fn of_entry(findings: &mut Findings<'_>, names: &Names, entry: &ZoneEntry) {
    let name = entry.name.as_str();
    let template = entry.template.as_deref().into_iter();
    let known = (Kind::Template, &names.templates);
    unknown(findings, Kind::Zone, name, known, &["template"], template);
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
    let message = format!("{here} refers to {word} {reference:?}, but there is no such {word}");
    let help = match nearest(reference, known.iter().map(String::as_str)) {
        Some(nearest) => format!("did you mean {nearest:?}?"),
        None if known.is_empty() => format!("there are no {word}s"),
        None => format!(
            "known {word}s: {}",
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
    let failure =
        Failure::new(ExitCode::Invalid, Code::DocumentUnknownReference, message).with_help(help);
    findings.push(Grade::Error, failure, place);
}
