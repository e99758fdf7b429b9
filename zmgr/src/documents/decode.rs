//! From a text to what it says, and back for registry entries.

use super::model::{Config, LinkSettings, Pool, Publisher, Settings, Template, ZoneEntry};
use super::schema::{Fields, Here, Kind, Writing, config, pool, read_fields, read_root};
use super::syntax::tree::{Dialect, Node, print};
use super::syntax::{Source, Tree, parse};
use crate::failure::Failure;

/// What a text says, and everything that is wrong with it.
pub type Decoded<T> = Result<T, Vec<Failure>>;

fn finish<T>(value: T, mut problems: Vec<Failure>) -> Decoded<T> {
    if problems.is_empty() {
        return Ok(value);
    }
    problems.sort_by_key(|problem| problem.location.as_ref().map(|location| location.offset));
    Err(problems)
}

/// Reads `config.kdl`.
///
/// # Errors
/// Everything that is wrong with it, each with its place.
pub fn decode_config(source: &Source) -> Decoded<Config> {
    let tree = parse(source)?;
    let mut problems = Vec::new();
    let config = config::Draft::read(&tree.nodes, source, &mut problems);
    finish(config, problems)
}

/// Reads a pool. With `name`, the document has to be named so, as its file is.
///
/// # Errors
/// As [`decode_config`].
pub fn decode_pool(source: &Source, name: Option<&str>) -> Decoded<Pool> {
    let tree = parse(source)?;
    let mut problems = Vec::new();
    let Some(root) = read_root(Kind::Pool, name, &tree.nodes, source, &mut problems) else {
        return Err(problems);
    };
    let pool = pool::Draft::read(root, source, &mut problems);
    finish(pool, problems)
}

/// Reads a publisher.
///
/// # Errors
/// As [`decode_config`].
pub fn decode_publisher(source: &Source, name: Option<&str>) -> Decoded<Publisher> {
    read(Kind::Publisher, source, name, |name| Publisher {
        name,
        origins: Vec::new(),
        mirrors: Vec::new(),
        sticky: true,
    })
}

/// Reads a template as it is written: `extends` has the template that it names, nothing of which is merged in.
///
/// # Errors
/// As [`decode_config`].
pub fn decode_template(source: &Source, name: Option<&str>) -> Decoded<Template> {
    read(Kind::Template, source, name, new_template)
}

/// What can be read of a template, whatever is wrong with the rest; `None` if it is none.
pub(crate) fn draft_template(source: &Source, problems: &mut Vec<Failure>) -> Option<Template> {
    draft(Kind::Template, source, None, new_template, problems)
}

/// What can be read of `config.kdl`, whatever is wrong with the rest; `None` if that is nothing.
pub(crate) fn draft_config(source: &Source, problems: &mut Vec<Failure>) -> Option<Config> {
    let tree = nodes_of(source, problems)?;
    Some(config::Draft::read(&tree.nodes, source, problems))
}

fn new_template(name: String) -> Template {
    Template {
        name,
        extends: Vec::new(),
        settings: Settings::default(),
        nets: Vec::new(),
        publishers: Vec::new(),
        variables: std::collections::BTreeMap::new(),
        written: Vec::new(),
    }
}

/// Reads a registry entry.
///
/// # Errors
/// As [`decode_config`].
pub fn decode_zone(source: &Source, name: Option<&str>) -> Decoded<ZoneEntry> {
    let mut problems = Vec::new();
    match draft_zone(source, name, &mut problems) {
        Some(entry) => finish(entry, problems),
        None => Err(problems),
    }
}

/// What can be read of a registry entry, whatever is wrong with the rest; `None` if it is none.
pub(crate) fn draft_zone(
    source: &Source,
    name: Option<&str>,
    problems: &mut Vec<Failure>,
) -> Option<ZoneEntry> {
    let tree = nodes_of(source, problems)?;
    let root = read_root(Kind::Zone, name, &tree.nodes, source, problems)?;
    let name = root.first_text().and_then(|name| name.parse().ok())?;
    let mut entry = ZoneEntry {
        name,
        template: None,
        created: None,
        imported: None,
        id: None,
        settings: Box::default(),
        nets: Vec::new(),
        variables: std::collections::BTreeMap::new(),
    };
    read_fields(&mut entry, root, Here::Node(root), source, problems);
    Some(entry)
}

fn nodes_of<'t>(source: &'t Source, problems: &mut Vec<Failure>) -> Option<Tree<'t>> {
    parse(source).map_err(|found| problems.extend(found)).ok()
}

fn read<T: Fields>(
    kind: Kind,
    source: &Source,
    expected: Option<&str>,
    new: impl FnOnce(String) -> T,
) -> Decoded<T> {
    let mut problems = Vec::new();
    match draft(kind, source, expected, new, &mut problems) {
        Some(value) => finish(value, problems),
        None => Err(problems),
    }
}

fn draft<T: Fields>(
    kind: Kind,
    source: &Source,
    expected: Option<&str>,
    new: impl FnOnce(String) -> T,
    problems: &mut Vec<Failure>,
) -> Option<T> {
    let tree = nodes_of(source, problems)?;
    let root = read_root(kind, expected, &tree.nodes, source, problems)?;
    let name = root.first_text().unwrap_or_default().to_owned();
    let mut value = new(name);
    read_fields(&mut value, root, Here::Node(root), source, problems);
    Some(value)
}

/// The nodes of a registry entry.
#[must_use]
pub fn zone_node(entry: &ZoneEntry) -> Node<'static> {
    let mut entry = entry.clone();
    for net in &mut entry.nets {
        // A net of an entry has these itself.
        net.link = LinkSettings {
            vnic: None,
            stub: None,
            ..std::mem::take(&mut net.link)
        };
    }
    let mut writing = Writing::default();
    entry.write(&mut writing);
    Node::new("zone")
        .with(entry.name.to_string())
        .with_children(writing.nodes)
}

/// The nodes of settings, whoever has them.
pub(crate) fn setting_nodes(settings: &Settings) -> Vec<Node<'static>> {
    let mut writing = Writing::default();
    settings.write(&mut writing);
    writing.nodes
}

/// The text of a template with what it extends merged in.
pub(crate) fn render_template(template: &Template) -> String {
    let mut writing = Writing::default();
    template.write(&mut writing);
    let node = Node::new("template")
        .with(template.name.clone())
        .with_children(writing.nodes);
    let mut text = String::new();
    print(&node, Dialect::Two, "", "\n", &mut text);
    text
}

/// The text of a registry entry.
#[must_use]
pub fn render_zone(entry: &ZoneEntry) -> String {
    let mut text = String::with_capacity(512);
    print(&zone_node(entry), Dialect::Two, "", "\n", &mut text);
    text
}
