//! Every setting that counts for a zone, with where it is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::configuration::default_zonepath;
use super::effective::{settings, variables};
use crate::Failure;
use crate::documents::expand::expand;
use crate::documents::model::{Config, Settings, Template, ZoneEntry};
use crate::documents::schema::Writing;
use crate::documents::schema::setting::{By, Setting};
use crate::documents::schema::settings::SETTINGS;
use crate::documents::syntax::tree::Node;
use crate::documents::{Source, syntax, zone_node};

/// Where a setting is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In the zone's own entry.
    Zone,
    /// In the template of this name: the zone's, or one that it extends.
    Template(String),
    /// In `config.kdl`.
    Config,
    /// Nowhere: it counts where nothing is written.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zone => f.write_str("zone"),
            Self::Template(name) => write!(f, "template {name}"),
            Self::Config => f.write_str("config"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A setting that counts.
#[derive(Debug, Clone)]
pub struct Effective {
    /// Its path: `cpu-shares`, `capped-memory.physical`, `net.internal`.
    pub path: String,
    /// As it would be written.
    pub node: Node<'static>,
    /// Where it is written.
    pub from: Origin,
}

/// What one layer says, by path, and by value where each value counts by itself.
type Said = BTreeSet<(String, Option<String>)>;

/// Every setting that counts for the entry's zone. `config_from` is where the default zonepath is written.
///
/// # Errors
/// `zmgr::template::variable` if the template uses a variable that has no value.
pub fn effective(
    entry: &ZoneEntry,
    template: Option<&Template>,
    defaults: &Config,
    config_from: Origin,
) -> Result<Vec<Effective>, Failure> {
    let counts = settings(entry, template)?;
    let layers = layers(entry, template);
    let mut all = Vec::new();
    for row in SETTINGS {
        let parts = parts(row, &counts);
        if parts.is_empty() {
            all.extend(unsaid(row, entry, defaults, &config_from)?);
        }
        all.extend(parts.into_iter().map(|(key, node)| {
            let said = layers.iter().find(|(_, said)| said.contains(&key));
            Effective {
                path: key.0,
                node,
                from: said.map_or(Origin::Default, |(from, _)| from.clone()),
            }
        }));
    }
    all.extend(of_variables(entry, template));
    all.extend(of_nets(entry));
    Ok(all)
}

/// A row that nothing says: its default, if it has one.
fn unsaid(
    row: &Setting,
    entry: &ZoneEntry,
    defaults: &Config,
    config_from: &Origin,
) -> Result<Option<Effective>, Failure> {
    let path = row.spec.name.to_owned();
    if path == "zonepath" {
        let zonepath = default_zonepath(entry, defaults)?;
        return Ok(Some(Effective {
            path,
            node: Node::new("zonepath").with(zonepath),
            from: config_from.clone(),
        }));
    }
    let text = row
        .spec
        .default
        .map(|value| format!("{} {value}", row.spec.name));
    let node = text.and_then(|text| {
        let source = Source::new("default", text);
        let tree = syntax::parse(&source).ok()?;
        tree.nodes.into_iter().next().map(Node::into_static)
    });
    Ok(node.map(|node| Effective {
        path,
        node,
        from: Origin::Default,
    }))
}

/// The layers, nearest first: the entry, its template, and what that extends.
fn layers(entry: &ZoneEntry, template: Option<&Template>) -> Vec<(Origin, Said)> {
    let mut layers = vec![(Origin::Zone, said(&entry.settings))];
    let Some(template) = template else {
        return layers;
    };
    let values = variables(entry, template);
    for (name, settings, _) in chain(template) {
        let mut settings = settings.clone();
        // A string that cannot be expanded does not count, or there would be nothing to show.
        let mut each = |text: &mut String| {
            if let Ok(expanded) = expand(text, &values) {
                *text = expanded;
            }
            Ok(())
        };
        for row in SETTINGS {
            let _ = (row.layers.texts)(&mut settings, &mut each);
        }
        layers.push((Origin::Template(name.to_owned()), said(&settings)));
    }
    layers
}

/// What the template and those that it extends say themselves, nearest first.
fn chain(
    template: &Template,
) -> impl Iterator<Item = (&str, &Settings, &BTreeMap<String, String>)> {
    let alone = (template.written.is_empty()).then_some((
        template.name.as_str(),
        &template.settings,
        &template.variables,
    ));
    let written = template.written.iter();
    alone.into_iter().chain(
        written.map(|written| (written.name.as_str(), &written.settings, &written.variables)),
    )
}

fn said(settings: &Settings) -> Said {
    let parts = SETTINGS.iter().flat_map(|row| parts(row, settings));
    parts.map(|(key, _)| key).collect()
}

/// What the settings say in a row, divided into what counts by itself.
fn parts(row: &Setting, settings: &Settings) -> Vec<((String, Option<String>), Node<'static>)> {
    let mut writing = Writing::default();
    (row.write)(settings, &mut writing);
    let name = row.spec.name;
    let mut parts = Vec::new();
    for node in writing.nodes {
        match row.layers.by {
            By::Whole => parts.push(((name.to_owned(), None), node)),
            By::Key => {
                let key = node.first_text().unwrap_or_default();
                parts.push(((format!("{name}.{key}"), None), node));
            }
            By::Part => {
                let block = node.children.map(|block| block.nodes).unwrap_or_default();
                parts.extend(block.into_iter().map(|child| {
                    let path = format!("{name}.{}", child.name);
                    let node = Node::new(name).with_children(vec![child]);
                    ((path, None), node)
                }));
            }
            By::Value => {
                parts.extend(node.arguments.into_iter().map(|argument| {
                    let value = match &argument.value {
                        syntax::tree::Value::Text(text) => text.to_string(),
                        other => other.describe(),
                    };
                    let node = Node::new(name).with(argument.value);
                    ((name.to_owned(), Some(value)), node)
                }));
            }
        }
    }
    parts
}

fn of_variables(entry: &ZoneEntry, template: Option<&Template>) -> Vec<Effective> {
    let mut variables: BTreeMap<&str, (&str, Origin)> = BTreeMap::new();
    let own = std::iter::once((Origin::Zone, &entry.variables));
    let chain = template.into_iter().flat_map(chain);
    let inherited = chain.map(|(name, _, values)| (Origin::Template(name.to_owned()), values));
    for (from, values) in own.chain(inherited) {
        for (name, value) in values {
            let value = (value.as_str(), from.clone());
            variables.entry(name).or_insert(value);
        }
    }
    let effective = |(name, (value, from)): (&str, (&str, Origin))| Effective {
        path: format!("variable.{name}"),
        node: Node::new("variable")
            .with(name.to_owned())
            .with(value.to_owned()),
        from,
    };
    variables.into_iter().map(effective).collect()
}

/// The nets of a template are what a zone is made from; an entry has its own from then on.
fn of_nets(entry: &ZoneEntry) -> Vec<Effective> {
    let nodes = zone_node(entry).children.map(|block| block.nodes);
    let nets = nodes.unwrap_or_default().into_iter();
    let effective = |node: Node<'static>| Effective {
        path: format!("net.{}", node.first_text().unwrap_or_default()),
        node,
        from: Origin::Zone,
    };
    nets.filter(|node| node.name == "net")
        .map(effective)
        .collect()
}
