//! In what a zone's configuration differs from what the documents say, by the table of settings.

use std::collections::BTreeSet;
use std::fmt;

use illumos::Flavour;
use illumos::zone::ZoneConfig;
use serde::Serialize;
use serde_json::Value as Json;

use super::configuration::{ID_ATTR, Naming, observed, zone_id};
use super::net_difference::{NetSide, net_differences, pairs};
use crate::documents::json_of;
use crate::documents::model::{Settings, ZoneEntry};
use crate::documents::schema::settings::SETTINGS;
use crate::documents::schema::{Compare, Count, Repeat, Spec, Writing};
use crate::documents::syntax::tree::{Node, Value};
use crate::documents::values::{Type, cpus, number, size};

/// A setting in which documents and host differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Its path, as `zmgr set` takes it: `cpu-shares`, `net.public.address`.
    pub setting: String,
    /// What the documents say; `null` if nothing.
    pub documents: Json,
    /// What zmgr last applied; `null` if that is not known.
    pub base: Json,
    /// What the host has; `null` if nothing.
    pub host: Json,
}

impl Difference {
    pub(super) fn new(setting: impl Into<String>, documents: Json, host: Json) -> Self {
        Self {
            setting: setting.into(),
            documents,
            base: Json::Null,
            host,
        }
    }

    /// What the documents say, for people.
    #[must_use]
    pub fn documents_text(&self) -> String {
        text(&self.documents)
    }

    /// What the host has, for people.
    #[must_use]
    pub fn host_text(&self) -> String {
        text(&self.host)
    }
}

/// `cpu-shares: documents 50, host 10`.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (documents, host) = (self.documents_text(), self.host_text());
        write!(f, "{}: documents {documents}, host {host}", self.setting)
    }
}

fn text(value: &Json) -> String {
    match value {
        Json::Null => "nothing".to_owned(),
        Json::String(text) if text.is_empty() => "\"\"".to_owned(),
        Json::String(text) => text.clone(),
        Json::Array(values) if values.is_empty() => "nothing".to_owned(),
        Json::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        Json::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| format!("{name} {}", text(value)));
            fields.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// In what `found` differs from `wanted`, which the entry and its template make. What the platform writes by itself is no
/// difference.
#[must_use]
pub fn differences(
    entry: &ZoneEntry,
    wanted: &ZoneConfig,
    found: &ZoneConfig,
    flavour: Flavour,
) -> Vec<Difference> {
    let side = |config: &ZoneConfig| {
        let mut settings = observed(config, flavour, Naming::Properties);
        settings.attr.retain(|attr| attr.name != ID_ATTR);
        settings
    };
    let mut all = settings_differences(&side(wanted), &side(found));
    let id = |config: &ZoneConfig| zone_id(config).map_or(Json::Null, Json::from);
    if id(wanted) != id(found) {
        all.push(Difference::new("id", id(wanted), id(found)));
    }
    let nets = |config: &ZoneConfig| NetSide::of_resources(&config.net, config.ip_type);
    all.extend(net_differences(entry, &pairs(nets(wanted), nets(found))));
    all
}

/// In what the settings of two sides differ.
#[must_use]
pub fn settings_differences(documents: &Settings, host: &Settings) -> Vec<Difference> {
    let mut all = Vec::new();
    for row in SETTINGS
        .iter()
        .filter(|row| !(row.layers.same)(documents, host))
    {
        let nodes = |settings: &Settings| {
            let mut writing = Writing::default();
            (row.write)(settings, &mut writing);
            writing.nodes
        };
        let (documents, host) = (nodes(documents), nodes(host));
        let (documents, host): (Vec<_>, Vec<_>) = (all_of(&documents), all_of(&host));
        of_nodes("", &row.spec, &documents, &host, &mut all);
    }
    all
}

fn all_of<'a>(nodes: &'a [Node<'static>]) -> Vec<&'a Node<'static>> {
    nodes.iter().collect()
}

/// In what the nodes of one row differ: those of the documents and those of the host.
fn of_nodes(
    prefix: &str,
    spec: &Spec,
    documents: &[&Node<'static>],
    host: &[&Node<'static>],
    all: &mut Vec<Difference>,
) {
    let path = format!("{prefix}{}", spec.name);
    match spec.repeat {
        Repeat::Keyed => of_keyed(&path, spec, documents, host, all),
        Repeat::Once if spec.children.is_some() => {
            of_block(
                &path,
                spec,
                documents.first().copied(),
                host.first().copied(),
                all,
            );
        }
        Repeat::Once | Repeat::Any => {
            if meaning(spec, documents) != meaning(spec, host) {
                all.push(Difference::new(
                    path,
                    json(spec, documents),
                    json(spec, host),
                ));
            }
        }
    }
}

fn of_keyed(
    path: &str,
    spec: &Spec,
    documents: &[&Node<'static>],
    host: &[&Node<'static>],
    all: &mut Vec<Difference>,
) {
    let keys: BTreeSet<&str> = documents
        .iter()
        .chain(host)
        .filter_map(|node| node.first_text())
        .collect();
    let with = |nodes: &[&Node<'static>], key: &str| -> Option<usize> {
        nodes.iter().position(|node| node.first_text() == Some(key))
    };
    for key in keys {
        let path = format!("{path}.{key}");
        let said = with(documents, key).map(|place| documents[place]);
        let there = with(host, key).map(|place| host[place]);
        match (said, there) {
            (Some(said), Some(there)) if spec.children.is_some() => {
                of_block(&path, spec, Some(said), Some(there), all);
            }
            (said, there) => {
                let side = |node: Option<&Node<'static>>| match node {
                    Some(node) => json(spec, &[node]),
                    None => Json::Null,
                };
                if side(said) != side(there) {
                    all.push(Difference::new(path, side(said), side(there)));
                }
            }
        }
    }
}

/// In what the blocks of two nodes differ; a node that is not there has an empty one.
fn of_block(
    path: &str,
    spec: &Spec,
    documents: Option<&Node<'static>>,
    host: Option<&Node<'static>>,
    all: &mut Vec<Difference>,
) {
    let block = |node: Option<&Node<'static>>| -> Vec<Node<'static>> {
        let Some(node) = node else { return Vec::new() };
        let properties = node.properties.iter();
        let properties =
            properties.map(|property| Node::new(property.key.clone()).with(property.value.clone()));
        properties.chain(node.nodes().iter().cloned()).collect()
    };
    let (documents, host) = (block(documents), block(host));
    for child in spec.children.map(|children| children()).unwrap_or_default() {
        let of = |nodes: &'_ [Node<'static>]| -> Vec<usize> {
            let named = |(_, node): &(usize, &Node<'static>)| node.name == child.name;
            let found = nodes.iter().enumerate().filter(named);
            found.map(|(place, _)| place).collect()
        };
        let documents: Vec<_> = of(&documents)
            .into_iter()
            .map(|place| &documents[place])
            .collect();
        let host: Vec<_> = of(&host).into_iter().map(|place| &host[place]).collect();
        of_nodes(&format!("{path}."), child, &documents, &host, all);
    }
}

/// What nodes of a row say, in a form in which the same has the same words.
fn meaning(spec: &Spec, nodes: &[&Node<'static>]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for node in nodes {
        if let Some(children) = spec.children {
            let mut parts = Vec::new();
            for child in children() {
                let property = node.properties.iter().filter(|one| one.key == child.name);
                let property = property.map(|one| one_meaning(child, 0, &one.value));
                let inner: Vec<_> = node
                    .nodes()
                    .iter()
                    .filter(|one| one.name == child.name)
                    .collect();
                let said: Vec<String> = property.chain(meaning(child, &inner)).collect();
                parts.push(format!("{}={}", child.name, said.join("\u{1}")));
            }
            all.push(parts.join("\u{0}"));
        } else {
            let arguments = node.arguments.iter().enumerate();
            all.extend(arguments.map(|(place, one)| one_meaning(spec, place, &one.value)));
        }
    }
    let listed = spec.repeat == Repeat::Any
        || matches!(
            spec.arguments.last().map(|argument| argument.count),
            Some(Count::Any | Count::Several)
        );
    if listed && spec.compare != Compare::InOrder {
        all.sort_unstable();
    }
    all
}

fn one_meaning(spec: &Spec, place: usize, value: &Value<'_>) -> String {
    let kind = spec.arguments.get(place).or(spec.arguments.last());
    let text = match value {
        Value::Text(text) => text.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        other => other.describe(),
    };
    let parsed = match kind.map(|argument| argument.kind) {
        Some(Type::Size) => size(value).map(|bytes| bytes.to_string()),
        Some(Type::Cpus) => cpus(value).map(|hundredths| hundredths.to_string()),
        Some(Type::Number) => number(value).map(|number| without_zeros(&number)),
        Some(Type::CpuRange) => Some(range(&text)),
        Some(Type::HostId) => {
            let digits = text.trim_start_matches("0x").trim_start_matches("0X");
            u32::from_str_radix(digits, 16)
                .ok()
                .map(|id| id.to_string())
        }
        _ => None,
    };
    let text = parsed.unwrap_or(text);
    match spec.compare {
        Compare::AsTyped | Compare::InOrder => text,
        Compare::Words => words(&text),
        Compare::Privileges if text.contains(['!', '-']) => text,
        Compare::Privileges => words(&text),
        Compare::Flags => words(&text.to_ascii_lowercase()),
    }
}

/// The words between commas, sorted.
fn words(text: &str) -> String {
    let words: BTreeSet<&str> = text.split(',').map(str::trim).collect();
    words.into_iter().collect::<Vec<_>>().join(",")
}

fn without_zeros(number: &str) -> String {
    match number.trim_start_matches('0') {
        "" => "0".to_owned(),
        digits => digits.to_owned(),
    }
}

/// `2` and `2-2` are the same.
fn range(text: &str) -> String {
    let (least, most) = text.split_once('-').unwrap_or((text, text));
    format!("{}-{}", without_zeros(least), without_zeros(most))
}

/// What nodes of a row say, as JSON.
fn json(spec: &Spec, nodes: &[&Node<'static>]) -> Json {
    if nodes.is_empty() {
        return Json::Null;
    }
    let mut alone: Vec<Node<'static>> = nodes.iter().map(|node| (*node).clone()).collect();
    if spec.repeat == Repeat::Keyed && spec.children.is_none() {
        // The name is in the path.
        alone
            .iter_mut()
            .for_each(|node| drop(node.arguments.remove(0)));
    }
    let mut once = *spec;
    once.repeat = Repeat::Once;
    let value_of = |node: &Node<'static>| {
        let object = json_of(std::slice::from_ref(node), &[&once]);
        object.get(spec.name).cloned().unwrap_or(Json::Null)
    };
    match (spec.repeat, alone.as_slice()) {
        (Repeat::Any, nodes) => {
            let values = nodes.iter().map(value_of).flat_map(|value| match value {
                Json::Array(values) => values,
                value => vec![value],
            });
            Json::Array(values.collect())
        }
        (_, [node, ..]) => value_of(node),
        (_, []) => Json::Null,
    }
}
