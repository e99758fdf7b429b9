//! Where in a document something is written. Documents are read again for it: problems are rare.

use std::path::{Path, PathBuf};

use crate::documents::syntax::parse;
use crate::documents::syntax::tree::{Node, Span, Value};
use crate::documents::{Kind, Source, Store};
use crate::failure::Location;

/// What is looked for: an argument, or a property, of a node.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// The names that the node, or the property, may have.
    pub(super) nodes: &'a [&'a str],
    /// Whether a value is the one.
    pub(super) is: &'a dyn Fn(&str) -> bool,
    /// The how-manieth of them, from 0.
    pub(super) nth: usize,
}

impl<'a> Wanted<'a> {
    /// The first.
    pub(super) fn first(nodes: &'a [&'a str], is: &'a dyn Fn(&str) -> bool) -> Self {
        Self { nodes, is, nth: 0 }
    }
}

/// Looks places up.
pub(super) struct Places<'a> {
    store: Option<&'a Store>,
    last: Option<Source>,
}

impl<'a> Places<'a> {
    pub(super) fn new(store: Option<&'a Store>) -> Self {
        Self { store, last: None }
    }

    /// The file of a document.
    pub(super) fn file(&self, kind: Kind, name: &str) -> Option<PathBuf> {
        self.store?.path(kind, name).ok()
    }

    /// Where it is in the document; the start of the document if it is not found there, `None` if it cannot be read.
    pub(super) fn of(&mut self, kind: Kind, name: &str, wanted: Wanted<'_>) -> Option<Location> {
        let file = self.file(kind, name)?;
        self.within(&file, wanted)
    }

    /// As [`of`](Self::of), in a file.
    pub(super) fn within(&mut self, file: &Path, mut wanted: Wanted<'_>) -> Option<Location> {
        if self.last.as_ref().is_none_or(|source| source.path != file) {
            self.last = Source::read(file).ok();
        }
        let source = self.last.as_ref()?;
        let tree = parse(source).ok()?;
        let span = find(&tree.nodes, &mut wanted)
            .or_else(|| tree.nodes.first().map(|node| node.name_span));
        span.map(|span| source.location(span))
    }
}

fn find(nodes: &[Node<'_>], wanted: &mut Wanted<'_>) -> Option<Span> {
    for node in nodes {
        let named = wanted.nodes.contains(&&*node.name);
        // The place of a range is its first address; the last one may be another range's first.
        let range = matches!(&*node.name, "range" | "exclude");
        let arguments = node
            .arguments
            .iter()
            .take(if range { 1 } else { usize::MAX })
            .filter(|_| named)
            .map(|argument| (&argument.value, argument.span));
        let properties = node
            .properties
            .iter()
            .filter(|property| wanted.nodes.contains(&&*property.key));
        let values = arguments.chain(properties.map(|property| (&property.value, property.span)));
        for (value, span) in values {
            if let Value::Text(text) = value
                && (wanted.is)(text)
            {
                if wanted.nth == 0 {
                    return Some(span);
                }
                wanted.nth -= 1;
            }
        }
        if let Some(span) = find(node.nodes(), wanted) {
            return Some(span);
        }
    }
    None
}
