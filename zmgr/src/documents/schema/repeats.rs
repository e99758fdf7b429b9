//! What is written twice and may be there once.

use std::collections::BTreeMap;

use super::reading::{Here, describe, report};
use super::{Repeat, Spec};
use crate::documents::syntax::Source;
use crate::documents::syntax::tree::{Node, Span};
use crate::failure::{Code, ExitCode, Failure};

/// What has been seen of a block.
pub(super) struct Seen<'a> {
    once: Vec<(usize, Span)>,
    keys: BTreeMap<(usize, &'a str), Span>,
}

impl Seen<'_> {
    /// Nothing yet. Few blocks have more rows than fit without growing: thousands of documents are read.
    pub(super) fn new() -> Self {
        Self {
            once: Vec::with_capacity(16),
            keys: BTreeMap::new(),
        }
    }

    /// Whether a node of the row was there.
    pub(super) fn has(&self, index: usize) -> bool {
        self.once.iter().any(|(row, _)| *row == index)
    }
}

/// Notes the node; reports it if it may be there once and has been.
pub(super) fn once(
    index: usize,
    spec: &Spec,
    node: &Node<'_>,
    here: Here<'_, '_>,
    seen: &mut Seen<'_>,
    source: &Source,
    problems: &mut Vec<Failure>,
) -> bool {
    let earlier = seen
        .once
        .iter()
        .find(|(row, _)| *row == index)
        .map(|(_, span)| *span);
    let Some(first) = earlier else {
        seen.once.push((index, node.name_span));
        return true;
    };
    if spec.repeat != Repeat::Once {
        return true;
    }
    let message = format!("`{}` is there twice in {here}", spec.name);
    let location = source.location(first);
    let failure = report(
        problems,
        source,
        node.name_span,
        Code::DocumentDuplicate,
        message,
    );
    failure.help = Some("remove one of them".to_owned());
    failure.related.push(first_place(location));
    false
}

/// Notes the node's first argument; reports it if it is the key of the node and has been there.
pub(super) fn keyed<'a>(
    index: usize,
    spec: &Spec,
    node: &'a Node<'_>,
    here: Here<'_, '_>,
    seen: &mut Seen<'a>,
    source: &Source,
    problems: &mut Vec<Failure>,
) -> bool {
    let (Repeat::Keyed, Some(key)) = (spec.repeat, node.first_text()) else {
        return true;
    };
    let Some(first) = seen.keys.insert((index, key), node.arguments[0].span) else {
        return true;
    };
    let message = format!("{} is there twice in {here}", describe(node));
    let location = source.location(first);
    let failure = report(
        problems,
        source,
        node.arguments[0].span,
        Code::DocumentDuplicate,
        message,
    );
    failure.help = Some("give one of them another name, or remove it".to_owned());
    failure.related.push(first_place(location));
    false
}

pub(super) fn first_place(location: crate::failure::Location) -> Failure {
    Failure::new(
        ExitCode::Invalid,
        Code::DocumentDuplicate,
        "first written here",
    )
    .at(location)
}
