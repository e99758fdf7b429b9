//! Whether a node has the arguments, properties and block that its row of the table says.

use super::reading::report;
use super::{Arg, Count, Spec};
use crate::documents::syntax::Source;
use crate::documents::syntax::tree::{Argument, Node};
use crate::documents::values::Wrong;
use crate::failure::{Code, Failure};

/// Checks arguments, properties and block of `node` against its row.
pub(super) fn check(
    spec: &Spec,
    node: &Node<'_>,
    source: &Source,
    problems: &mut Vec<Failure>,
) -> bool {
    let before = problems.len();
    check_annotation(node, source, problems);
    let mut given = node.arguments.iter();
    for arg in spec.arguments {
        match arg.count {
            Count::One | Count::Optional => match given.next() {
                Some(argument) => check_value(spec, *arg, argument, source, problems),
                None if arg.count == Count::One => {
                    missing_argument(spec, *arg, node, source, problems);
                }
                None => {}
            },
            Count::Several | Count::Any => {
                if arg.count == Count::Several && given.len() == 0 {
                    missing_argument(spec, *arg, node, source, problems);
                }
                given
                    .by_ref()
                    .for_each(|argument| check_value(spec, *arg, argument, source, problems));
            }
        }
    }
    if let Some(extra) = given.next() {
        let message = match spec.arguments.len() {
            0 => format!("`{}` takes no argument", spec.name),
            1 => format!("`{}` takes one argument", spec.name),
            count => format!("`{}` takes {count} arguments", spec.name),
        };
        report(
            problems,
            source,
            extra.span,
            Code::DocumentWrongArguments,
            message,
        )
        .help = Some(format!("write {}", spec.example));
    }
    if spec.children.is_none() {
        for property in &node.properties {
            let message = format!("`{}` has no property `{}`", spec.name, property.key);
            report(
                problems,
                source,
                property.key_span,
                Code::DocumentUnknownProperty,
                message,
            )
            .help = Some(format!("write {}", spec.example));
        }
        if let Some(block) = node
            .children
            .as_ref()
            .filter(|block| !block.nodes.is_empty())
        {
            let message = format!("`{}` has no block", spec.name);
            report(
                problems,
                source,
                block.nodes[0].name_span,
                Code::DocumentUnknownNode,
                message,
            )
            .help = Some(format!("write {}", spec.example));
        }
    }
    problems.len() == before
}

fn missing_argument(
    spec: &Spec,
    arg: Arg,
    node: &Node<'_>,
    source: &Source,
    problems: &mut Vec<Failure>,
) {
    let message = format!("`{}` needs {}", spec.name, arg.kind.describe());
    report(
        problems,
        source,
        node.name_span,
        Code::DocumentWrongArguments,
        message,
    )
    .help = Some(format!("write {}", spec.example));
}

fn check_value(
    spec: &Spec,
    arg: Arg,
    argument: &Argument<'_>,
    source: &Source,
    problems: &mut Vec<Failure>,
) {
    let Err(Wrong {
        kind,
        message,
        help,
    }) = arg.kind.check(&argument.value)
    else {
        return;
    };
    let code = if kind {
        Code::DocumentWrongType
    } else {
        Code::DocumentBadValue
    };
    report(
        problems,
        source,
        argument.span,
        code,
        format!("`{}`: {message}", spec.name),
    )
    .help = help;
}

pub(super) fn check_annotation(node: &Node<'_>, source: &Source, problems: &mut Vec<Failure>) {
    if let Some(span) = node.annotation {
        let message = format!("`{}` has a type annotation", node.name);
        report(problems, source, span, Code::DocumentAnnotation, message).help =
            Some("leave out what is in parentheses".to_owned());
    }
}
