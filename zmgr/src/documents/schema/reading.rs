//! Reads nodes by the table, and reports everything in them that is not in it.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use illumos::datalink::MacAddress;
use ipnet::IpNet;

use super::arguments::{check, check_annotation};
use super::repeats::{Seen, first_place, keyed, once};
use super::{Fields, Kind};
use crate::documents::syntax::Source;
use crate::documents::syntax::tree::{Argument, Node, Property, Span, Value, quote};
use crate::documents::values::{self, nearest};
use crate::failure::{Code, ExitCode, Failure};

/// A node that fits its row, being read.
pub(crate) struct Reading<'a, 't> {
    pub(crate) node: &'a Node<'t>,
    pub(crate) source: &'a Source,
    pub(crate) problems: &'a mut Vec<Failure>,
}

impl Reading<'_, '_> {
    fn value(&self, index: usize) -> Option<&Value<'_>> {
        self.node
            .arguments
            .get(index)
            .map(|argument| &argument.value)
    }

    /// The argument `index`, if it is a string.
    pub(crate) fn text_at(&self, index: usize) -> Option<&str> {
        match self.value(index) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn parsed<T: FromStr>(&self, index: usize) -> Option<T> {
        self.text_at(index).and_then(|text| text.parse().ok())
    }

    /// Where the argument `index` was written.
    pub(crate) fn place(&self, index: usize) -> Span {
        self.node
            .arguments
            .get(index)
            .map_or(self.node.name_span, |argument| argument.span)
    }

    /// The first argument of a node that is named by it.
    pub(crate) fn key<T: for<'a> From<&'a str>>(&self) -> T {
        self.text_at(0).unwrap_or_default().into()
    }

    pub(crate) fn text<T: for<'a> From<&'a str>>(&self) -> Option<T> {
        self.text_at(0).map(Into::into)
    }

    /// All arguments, being strings.
    pub(crate) fn texts(&self) -> Vec<String> {
        (0..self.node.arguments.len())
            .filter_map(|index| self.text_at(index).map(str::to_owned))
            .collect()
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        match self.value(0) {
            Some(Value::Bool(flag)) => Some(*flag),
            _ => None,
        }
    }

    pub(crate) fn integer<T: TryFrom<i128>>(&self) -> Option<T> {
        match self.value(0) {
            Some(Value::Integer(number)) => T::try_from(*number).ok(),
            _ => None,
        }
    }

    pub(crate) fn size(&self) -> Option<u64> {
        self.value(0).and_then(values::size)
    }

    pub(crate) fn cpus(&self) -> Option<u64> {
        self.value(0).and_then(values::cpus)
    }

    pub(crate) fn cpu_range(&self) -> Option<String> {
        self.value(0).and_then(values::cpu_range)
    }

    pub(crate) fn number(&self) -> Option<String> {
        self.value(0).and_then(values::number)
    }

    pub(crate) fn duration(&self) -> Option<Duration> {
        self.text_at(0).and_then(values::duration)
    }

    pub(crate) fn mac_address(&self) -> Option<MacAddress> {
        self.parsed(0)
    }

    pub(crate) fn address(&self, index: usize) -> Option<IpAddr> {
        self.parsed(index)
    }

    pub(crate) fn network(&self, index: usize) -> Option<IpNet> {
        self.parsed(index)
    }

    /// Reads the block of the node, and its properties, into `target`.
    pub(crate) fn block<T: Fields>(&mut self, target: &mut T) {
        read_fields(
            target,
            self.node,
            Here::Node(self.node),
            self.source,
            self.problems,
        );
    }

    /// Reports a problem at `span`.
    pub(crate) fn problem(
        &mut self,
        span: Span,
        code: Code,
        message: impl Into<String>,
    ) -> &mut Failure {
        report(self.problems, self.source, span, code, message)
    }
}

/// Reports a problem at `span`, to be given help.
pub(crate) fn report<'p>(
    problems: &'p mut Vec<Failure>,
    source: &Source,
    span: Span,
    code: Code,
    message: impl Into<String>,
) -> &'p mut Failure {
    let index = problems.len();
    problems.push(Failure::new(ExitCode::Invalid, code, message).at(source.location(span)));
    &mut problems[index]
}

pub(super) fn describe(node: &Node<'_>) -> String {
    match node.first_text() {
        Some(text) => format!("{} {}", node.name, quote(text)),
        None => node.name.to_string(),
    }
}

/// The node that holds a whole document: `template "NAME" { … }`. Reports whatever else is there, and a name that is not
/// the `expected` one.
pub(crate) fn read_root<'a, 't>(
    kind: Kind,
    expected: Option<&str>,
    nodes: &'a [Node<'t>],
    source: &Source,
    problems: &mut Vec<Failure>,
) -> Option<&'a Node<'t>> {
    let word = kind.word();
    let (roots, others): (Vec<_>, Vec<_>) = nodes.iter().partition(|node| node.name == word);
    for other in others {
        let message = format!(
            "a {word} document holds one node `{word}`, not `{}`",
            other.name
        );
        report(
            problems,
            source,
            other.name_span,
            Code::DocumentUnknownNode,
            message,
        )
        .help = Some(match nearest(&other.name, [word]) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("move it into the block of `{word} \"NAME\" {{ … }}`"),
        });
    }
    let Some(root) = roots.first().copied() else {
        if nodes.is_empty() {
            let message = format!("the document holds no `{word}`");
            report(
                problems,
                source,
                Span::default(),
                Code::DocumentMissingNode,
                message,
            )
            .help = Some(format!("write {word} \"NAME\" {{ … }}"));
        }
        return None;
    };
    for second in &roots[1..] {
        let message = format!("the document holds a second `{word}`");
        let location = source.location(root.name_span);
        let failure = report(
            problems,
            source,
            second.name_span,
            Code::DocumentDuplicate,
            message,
        );
        failure.help = Some(format!("each {word} has a file of its own"));
        failure.related.push(first_place(location));
    }
    let name = match root.first_text() {
        Some(name) if root.arguments.len() == 1 => name,
        _ => {
            let message = format!("`{word}` takes one argument, its name");
            report(
                problems,
                source,
                root.name_span,
                Code::DocumentWrongArguments,
                message,
            )
            .help = Some(format!("write {word} \"NAME\" {{ … }}"));
            return None;
        }
    };
    check_annotation(root, source, problems);
    let checked = match kind {
        Kind::Zone => values::check_zone_name(name),
        Kind::Publisher => values::check_publisher_name(name),
        Kind::Config | Kind::Template | Kind::Pool => values::check_name(name),
    };
    if let Err(message) = checked {
        report(
            problems,
            source,
            root.arguments[0].span,
            Code::DocumentBadName,
            message,
        );
        return None;
    }
    if let Some(expected) = expected.filter(|expected| *expected != name) {
        let message = format!("the file {expected}.kdl holds the {word} {}", quote(name));
        report(
            problems,
            source,
            root.arguments[0].span,
            Code::DocumentNameMismatch,
            message,
        )
        .help = Some(format!(
            "write {word} {}, or rename the file to {name}.kdl",
            quote(expected)
        ));
    }
    Some(root)
}

/// The block at hand, as messages name it.
#[derive(Clone, Copy)]
pub(crate) enum Here<'a, 't> {
    /// In these words.
    Words(&'a str),
    /// By its node.
    Node(&'a Node<'t>),
}

impl std::fmt::Display for Here<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Words(words) => f.write_str(words),
            Self::Node(node) => f.write_str(&describe(node)),
        }
    }
}

/// Reads the block and the properties of `node` into `target`; `here` names the node in messages.
pub(crate) fn read_fields<T: Fields>(
    target: &mut T,
    node: &Node<'_>,
    here: Here<'_, '_>,
    source: &Source,
    problems: &mut Vec<Failure>,
) {
    let mut seen = Seen::new();
    for property in &node.properties {
        read_property(target, property, here, &mut seen, source, problems);
    }
    read_nodes(target, node.nodes(), here, &mut seen, source, problems);
    T::each(&mut |index, spec| {
        if spec.required && !seen.has(index) {
            let message = format!("`{}` is missing in {here}", spec.name);
            report(
                problems,
                source,
                node.name_span,
                Code::DocumentMissingNode,
                message,
            )
            .help = Some(format!("add {}", spec.example));
        }
    });
}

/// Reads the nodes of a document that has no node around them.
pub(crate) fn read_top<T: Fields>(
    target: &mut T,
    nodes: &[Node<'_>],
    here: Here<'_, '_>,
    source: &Source,
    problems: &mut Vec<Failure>,
) {
    let mut seen = Seen::new();
    read_nodes(target, nodes, here, &mut seen, source, problems);
}

fn read_property<T: Fields>(
    target: &mut T,
    property: &Property<'_>,
    here: Here<'_, '_>,
    seen: &mut Seen<'_>,
    source: &Source,
    problems: &mut Vec<Failure>,
) {
    let Some((index, spec)) = T::find(&property.key) else {
        unknown::<T>(
            &property.key,
            property.key_span,
            here,
            "property",
            source,
            problems,
        );
        return;
    };
    if !spec.may_be_property() {
        let message = format!("`{}` cannot be written as a property", spec.name);
        report(
            problems,
            source,
            property.key_span,
            Code::DocumentUnknownProperty,
            message,
        )
        .help = Some(format!("write it within braces: {{ {} }}", spec.example));
        return;
    }
    let argument = Argument {
        value: property.value.clone(),
        span: property.span,
    };
    let node = Node {
        name_span: property.key_span,
        span: property.span,
        arguments: vec![argument],
        ..Node::new(property.key.as_ref())
    };
    if once(index, spec, &node, here, seen, source, problems)
        && check(spec, &node, source, problems)
    {
        target.read(
            index,
            &mut Reading {
                node: &node,
                source,
                problems,
            },
        );
    }
}

fn read_nodes<'a, T: Fields>(
    target: &mut T,
    nodes: &'a [Node<'_>],
    here: Here<'_, '_>,
    seen: &mut Seen<'a>,
    source: &Source,
    problems: &mut Vec<Failure>,
) {
    for node in nodes {
        let Some((index, spec)) = T::find(&node.name) else {
            unknown::<T>(&node.name, node.name_span, here, "node", source, problems);
            continue;
        };
        let first = once(index, spec, node, here, seen, source, problems)
            && keyed(index, spec, node, here, seen, source, problems);
        if first && check(spec, node, source, problems) {
            target.read(
                index,
                &mut Reading {
                    node,
                    source,
                    problems,
                },
            );
        }
    }
}

fn unknown<T: Fields>(
    name: &str,
    span: Span,
    here: Here<'_, '_>,
    what: &str,
    source: &Source,
    problems: &mut Vec<Failure>,
) {
    let names: Vec<&'static str> = super::specs::<T>().iter().map(|spec| spec.name).collect();
    let code = if what == "node" {
        Code::DocumentUnknownNode
    } else {
        Code::DocumentUnknownProperty
    };
    let message = format!("unknown {what} `{name}` in {here}");
    let help = match nearest(name, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None if names.is_empty() => "nothing may be written there".to_owned(),
        None if names == ["-"] => format!("write - {}", quote(name)),
        None => format!("known there: {}", names.join(", ")),
    };
    report(problems, source, span, code, message).help = Some(help);
}
