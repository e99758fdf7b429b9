//! Changes to the nodes of a document, by paths such as `net.internal.vlan`.

use std::borrow::Cow;

use super::super::schema::{Count, Repeat, Spec};
use super::super::syntax::tree::{Argument, Node, Property, Span, Value};
use super::super::values::{Type, nearest};
use crate::failure::{Code, ExitCode, Failure};

/// What to do with the node at the end of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It has these values and no others.
    Set,
    /// It has these values as well.
    Add,
    /// It no longer has these values; without values it is gone.
    Remove,
}

fn failure(code: Code, message: impl Into<String>, help: impl Into<String>) -> Failure {
    Failure::new(ExitCode::Usage, code, message).with_help(help)
}

/// Changes the nodes of a block, whose table is `specs`; `owner` is the node around them, if properties are possible.
pub(super) fn change(
    block: &mut Level<'_>,
    specs: &[&'static Spec],
    path: &str,
    change_: Change,
    values: &[String],
) -> Result<(), Failure> {
    let (spec, rest) = first_step(specs, path)?;
    let keyed = spec.repeat == Repeat::Keyed;
    if !keyed {
        return match (rest, spec.children) {
            (None, _) => leaf(block, spec, change_, values),
            (Some(rest), Some(children)) => {
                let node = block.get_or_insert(spec, None, change_)?;
                change(
                    &mut Level::of(node, spec),
                    &children(),
                    rest,
                    change_,
                    values,
                )
            }
            (Some(rest), None) => Err(unknown(
                &format!("{}.{rest}", spec.name),
                "it has no nodes below it",
            )),
        };
    }
    let Some(rest) = rest else {
        return keyed_leaf(block, spec, change_, values);
    };
    let (key, below) = split_key(block.nodes, spec, rest);
    let Some(below) = below else {
        let mut with_key = vec![key];
        with_key.extend(values.iter().cloned());
        return keyed_leaf(block, spec, change_, &with_key);
    };
    let children = spec.children.map(|children| children()).unwrap_or_default();
    let node = block.get_or_insert(spec, Some(&key), change_)?;
    change(
        &mut Level::of(node, spec),
        &children,
        below,
        change_,
        values,
    )
}

/// The nodes at hand, and the properties that stand for nodes.
pub(super) struct Level<'n> {
    nodes: &'n mut Vec<Node<'static>>,
    properties: Option<&'n mut Vec<Property<'static>>>,
    inline: bool,
}

impl<'n> Level<'n> {
    /// The nodes of a document without a node around them.
    pub(super) fn top(nodes: &'n mut Vec<Node<'static>>) -> Self {
        Self {
            nodes,
            properties: None,
            inline: false,
        }
    }

    /// The block and properties of a node.
    pub(super) fn of(node: &'n mut Node<'static>, spec: &Spec) -> Self {
        let inline = node.nodes().is_empty() && (spec.inline || !node.properties.is_empty());
        let block = node.children.get_or_insert_default();
        Self {
            nodes: &mut block.nodes,
            properties: Some(&mut node.properties),
            inline,
        }
    }

    fn get_or_insert(
        &mut self,
        spec: &'static Spec,
        key: Option<&str>,
        change: Change,
    ) -> Result<&mut Node<'static>, Failure> {
        let found = self
            .nodes
            .iter()
            .position(|node| node.name == spec.name && (key.is_none() || node.first_text() == key));
        if let Some(index) = found {
            return Ok(&mut self.nodes[index]);
        }
        if change == Change::Remove {
            return Err(absent(spec, key));
        }
        let mut node = Node::new(spec.name);
        if let (Some(key), Some(arg)) = (key, spec.arguments.first()) {
            node = node.with(typed(spec, arg.kind, key)?);
        }
        let index = self.place_for(spec.name);
        self.nodes.insert(index, node);
        Ok(&mut self.nodes[index])
    }

    /// After the last node of that name, or at the end.
    fn place_for(&self, name: &str) -> usize {
        self.nodes
            .iter()
            .rposition(|node| node.name == name)
            .map_or(self.nodes.len(), |index| index + 1)
    }

    fn remove_all(&mut self, name: &str) -> bool {
        let before = self.nodes.len()
            + self
                .properties
                .as_ref()
                .map_or(0, |properties| properties.len());
        self.nodes.retain(|node| node.name != name);
        if let Some(properties) = &mut self.properties {
            properties.retain(|property| property.key != name);
        }
        before
            != self.nodes.len()
                + self
                    .properties
                    .as_ref()
                    .map_or(0, |properties| properties.len())
    }
}

fn absent(spec: &Spec, key: Option<&str>) -> Failure {
    let what = key.map_or_else(
        || spec.name.to_owned(),
        |key| format!("{} {key:?}", spec.name),
    );
    Failure::new(
        ExitCode::NotFound,
        Code::DocumentNotFound,
        format!("there is no {what} in the document"),
    )
}

fn unknown(name: &str, help: &str) -> Failure {
    failure(
        Code::DocumentUnknownNode,
        format!("there is no {name:?} in such a document"),
        help,
    )
}

/// The row that a path begins with, and what of it follows.
fn first_step<'p>(
    specs: &[&'static Spec],
    path: &'p str,
) -> Result<(&'static Spec, Option<&'p str>), Failure> {
    let step = path.split('.').next().unwrap_or_default();
    let Some(spec) = specs.iter().find(|spec| spec.name == step) else {
        let names: Vec<&str> = specs.iter().map(|spec| spec.name).collect();
        return Err(match nearest(step, names.iter().copied()) {
            Some(name) => unknown(step, &format!("did you mean {name}?")),
            None => unknown(step, &format!("known names: {}", names.join(", "))),
        });
    };
    Ok((spec, path[step.len()..].strip_prefix('.')))
}

/// The first argument of a node that has a name, and what follows it. Names may have dots: one that is there already is
/// preferred, then the longest after which a node of its block follows.
fn split_key<'p>(nodes: &[Node<'_>], spec: &Spec, rest: &'p str) -> (String, Option<&'p str>) {
    if let Some((key, after)) = rest
        .strip_prefix('"')
        .and_then(|quoted| quoted.split_once('"'))
    {
        return (key.to_owned(), after.strip_prefix('.'));
    }
    let known = nodes
        .iter()
        .filter(|node| node.name == spec.name)
        .filter_map(Node::first_text);
    let fitting = known.filter_map(|key| match rest.strip_prefix(key) {
        Some("") => Some((key, None)),
        Some(after) => after.strip_prefix('.').map(|after| (key, Some(after))),
        None => None,
    });
    if let Some((key, below)) = fitting.max_by_key(|(key, _)| key.len()) {
        return (key.to_owned(), below);
    }
    let children = spec.children.map(|children| children()).unwrap_or_default();
    for (dot, _) in rest.rmatch_indices('.') {
        let step = rest[dot + 1..].split('.').next().unwrap_or_default();
        if children.iter().any(|child| child.name == step) {
            return (rest[..dot].to_owned(), Some(&rest[dot + 1..]));
        }
    }
    (rest.to_owned(), None)
}

/// What was typed, as a value of this type.
fn typed(spec: &Spec, kind: Type, word: &str) -> Result<Value<'static>, Failure> {
    let value = match kind {
        Type::Boolean => match word {
            "true" | "#true" | "yes" | "on" => Value::Bool(true),
            "false" | "#false" | "no" | "off" => Value::Bool(false),
            _ => Value::from(word.to_owned()),
        },
        Type::Integer(..) | Type::Number => word
            .parse()
            .map_or_else(|_| Value::from(word.to_owned()), Value::Integer),
        Type::Cpus => match (word.parse(), word.parse()) {
            (Ok(whole), _) => Value::Integer(whole),
            (_, Ok(fraction)) => Value::Float(fraction),
            _ => Value::from(word.to_owned()),
        },
        _ => Value::from(word.to_owned()),
    };
    kind.check(&value).map_err(|wrong| {
        let mut failure = Failure::new(
            ExitCode::Usage,
            Code::DocumentBadValue,
            format!("{}: {}", spec.name, wrong.message),
        );
        failure.help = wrong.help;
        failure
    })?;
    Ok(value)
}

/// The values as arguments of the node.
fn arguments(spec: &'static Spec, values: &[String]) -> Result<Vec<Argument<'static>>, Failure> {
    let mut arguments = Vec::with_capacity(values.len());
    for (index, word) in values.iter().enumerate() {
        let rest = spec
            .arguments
            .last()
            .filter(|arg| matches!(arg.count, Count::Several | Count::Any));
        let Some(arg) = spec.arguments.get(index).or(rest) else {
            let count = spec.arguments.len();
            let message = format!(
                "{} takes {count} value{}, not {}",
                spec.name,
                if count == 1 { "" } else { "s" },
                values.len()
            );
            return Err(failure(
                Code::DocumentWrongArguments,
                message,
                format!("for example: {}", spec.example),
            ));
        };
        arguments.push(Argument {
            value: typed(spec, arg.kind, word)?,
            span: Span::default(),
        });
    }
    let needed = spec
        .arguments
        .iter()
        .filter(|arg| matches!(arg.count, Count::One | Count::Several))
        .count();
    if arguments.len() < needed {
        let message = format!(
            "{} needs {needed} value{}",
            spec.name,
            if needed == 1 { "" } else { "s" }
        );
        return Err(failure(
            Code::DocumentWrongArguments,
            message,
            format!("for example: {}", spec.example),
        ));
    }
    Ok(arguments)
}

/// Whether the node is a list whose values stand in a block, each in a node `-`.
fn is_list(spec: &Spec) -> bool {
    spec.children
        .is_some_and(|children| children().iter().any(|child| child.name == "-"))
}

/// A node that has no name, at the end of a path.
fn leaf(
    block: &mut Level<'_>,
    spec: &'static Spec,
    change: Change,
    values: &[String],
) -> Result<(), Failure> {
    if change == Change::Remove && values.is_empty() {
        return if block.remove_all(spec.name) {
            Ok(())
        } else {
            Err(absent(spec, None))
        };
    }
    if is_list(spec) {
        return list(block, spec, change, values);
    }
    if let Some(children) = spec.children {
        let names: Vec<&str> = children().iter().map(|child| child.name).collect();
        let message = format!("{} has no value of its own", spec.name);
        let help = format!(
            "set one of {}",
            names
                .iter()
                .map(|name| format!("{}.{name}", spec.name))
                .collect::<Vec<_>>()
                .join(", ")
        );
        return Err(failure(Code::DocumentWrongArguments, message, help));
    }
    let new = arguments(spec, values)?;
    let many = spec
        .arguments
        .last()
        .is_some_and(|arg| matches!(arg.count, Count::Several | Count::Any));
    match change {
        Change::Set => set(block, spec, new),
        Change::Add if spec.repeat == Repeat::Any => {
            let index = block.place_for(spec.name);
            block.nodes.insert(
                index,
                Node {
                    arguments: new,
                    ..Node::new(spec.name)
                },
            );
        }
        Change::Add if many => match block.nodes.iter_mut().find(|node| node.name == spec.name) {
            Some(node) => node.arguments.extend(new),
            None => set(block, spec, new),
        },
        Change::Add => {
            let message = format!("{} can occur only once", spec.name);
            return Err(failure(
                Code::DocumentWrongArguments,
                message,
                "set it instead",
            ));
        }
        Change::Remove => remove_values(block, spec, &new, many)?,
    }
    Ok(())
}

fn set(block: &mut Level<'_>, spec: &'static Spec, new: Vec<Argument<'static>>) {
    let property = block
        .properties
        .as_mut()
        .and_then(|all| all.iter_mut().find(|property| property.key == spec.name));
    if let (Some(property), [only]) = (property, new.as_slice()) {
        property.value = only.value.clone();
        return;
    }
    let first = block.nodes.iter().position(|node| node.name == spec.name);
    match first {
        Some(first) => {
            block.nodes[first].arguments = new;
            let mut index = 0;
            block.nodes.retain(|node| {
                index += 1;
                index == first + 1 || node.name != spec.name
            });
        }
        None => match (&mut block.properties, new.as_slice()) {
            (Some(properties), [only]) if block.inline && spec.may_be_property() => properties
                .push(Property {
                    key: Cow::Borrowed(spec.name),
                    key_span: Span::default(),
                    value: only.value.clone(),
                    span: Span::default(),
                }),
            _ => block.nodes.push(Node {
                arguments: new,
                ..Node::new(spec.name)
            }),
        },
    }
}

fn remove_values(
    block: &mut Level<'_>,
    spec: &'static Spec,
    gone: &[Argument<'static>],
    many: bool,
) -> Result<(), Failure> {
    let same = |node: &Node<'_>| {
        node.arguments.len() == gone.len()
            && node
                .arguments
                .iter()
                .zip(gone)
                .all(|(a, b)| a.value == b.value)
    };
    if let Some(index) = block
        .nodes
        .iter()
        .position(|node| node.name == spec.name && same(node))
    {
        block.nodes.remove(index);
        return Ok(());
    }
    for gone in gone {
        let holds = |node: &&mut Node<'_>| {
            node.name == spec.name && node.arguments.iter().any(|a| a.value == gone.value)
        };
        let Some(node) = block.nodes.iter_mut().find(holds).filter(|_| many) else {
            let message = format!("{} has no {}", spec.name, gone.value.describe());
            return Err(Failure::new(
                ExitCode::NotFound,
                Code::DocumentNotFound,
                message,
            ));
        };
        node.arguments
            .retain(|argument| argument.value != gone.value);
    }
    block
        .nodes
        .retain(|node| node.name != spec.name || !node.arguments.is_empty());
    Ok(())
}

fn list(
    block: &mut Level<'_>,
    spec: &'static Spec,
    change: Change,
    values: &[String],
) -> Result<(), Failure> {
    let new = arguments(spec, values)?;
    let node = block.get_or_insert(spec, None, change)?;
    let item = |argument: Argument<'static>| Node {
        arguments: vec![argument],
        ..Node::new("-")
    };
    match change {
        Change::Set => {
            // Items that stay keep their lines and comments.
            let items = new.into_iter().map(item).collect();
            node.arguments.clear();
            node.children.get_or_insert_default().nodes = items;
        }
        Change::Add => node
            .children
            .get_or_insert_default()
            .nodes
            .extend(new.into_iter().map(item)),
        Change::Remove => {
            for gone in new {
                let before = count(node);
                node.arguments
                    .retain(|argument| argument.value != gone.value);
                let items = &mut node.children.get_or_insert_default().nodes;
                for item in items.iter_mut() {
                    item.arguments
                        .retain(|argument| argument.value != gone.value);
                }
                items.retain(|item| !item.arguments.is_empty());
                if before == count(node) {
                    let message = format!("{} has no {}", spec.name, gone.value.describe());
                    return Err(Failure::new(
                        ExitCode::NotFound,
                        Code::DocumentNotFound,
                        message,
                    ));
                }
            }
        }
    }
    Ok(())
}

fn count(node: &Node<'_>) -> usize {
    node.arguments.len()
        + node
            .nodes()
            .iter()
            .map(|item| item.arguments.len())
            .sum::<usize>()
}

/// A node that has a name, at the end of a path: the name is the first of `values`.
fn keyed_leaf(
    block: &mut Level<'_>,
    spec: &'static Spec,
    change: Change,
    values: &[String],
) -> Result<(), Failure> {
    let Some(key) = values.first() else {
        if change == Change::Remove {
            return if block.remove_all(spec.name) {
                Ok(())
            } else {
                Err(absent(spec, None))
            };
        }
        let message = format!("{} needs a name", spec.name);
        return Err(failure(
            Code::DocumentWrongArguments,
            message,
            format!("for example: {}", spec.example),
        ));
    };
    let found = block
        .nodes
        .iter()
        .position(|node| node.name == spec.name && node.first_text() == Some(key));
    if change == Change::Remove {
        let Some(index) = found else {
            return Err(absent(spec, Some(key)));
        };
        block.nodes.remove(index);
        return Ok(());
    }
    let new = arguments(spec, values)?;
    let only: Vec<usize> = (0..block.nodes.len())
        .filter(|index| block.nodes[*index].name == spec.name)
        .collect();
    match (found, only.as_slice(), change) {
        (Some(_), _, Change::Add) => {
            let message = format!("there is a {} {key:?} already", spec.name);
            return Err(Failure::new(
                ExitCode::Exists,
                Code::DocumentDuplicate,
                message,
            ));
        }
        (Some(index), _, _) => block.nodes[index].arguments = new,
        // The one network of a pool gets another name rather than company.
        (None, [index], Change::Set)
            if spec.arguments.len() == 1 && spec.name.starts_with("network") =>
        {
            block.nodes[*index].arguments = new;
        }
        _ => {
            let index = block.place_for(spec.name);
            block.nodes.insert(
                index,
                Node {
                    arguments: new,
                    ..Node::new(Cow::Borrowed(spec.name))
                },
            );
        }
    }
    Ok(())
}
