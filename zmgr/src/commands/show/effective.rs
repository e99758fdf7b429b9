//! Which setting counts for a zone, and where it is written.

use illumos::zone::ZoneConfig;
use serde::Serialize;

use crate::documents::model::{Config, Template, ZoneEntry};
use crate::documents::syntax::tree::{Dialect, Node, print};
use crate::documents::{Kind, Store, setting_nodes};
use crate::{ExitCode, Failure};

/// A setting and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Effective {
    /// The node or property.
    setting: String,
    /// As it is written: in KDL, or as commands of zonecfg(8) for a zone that the registry does not have.
    pub(super) text: String,
    /// `zone`, `template NAME`, `config`, `default` or `host`.
    pub(super) from: String,
}

impl Effective {
    fn new(node: &Node<'_>, from: String) -> Self {
        let mut text = String::new();
        print(node, Dialect::Two, "", "\n", &mut text);
        text.truncate(text.trim_end().len());
        Self {
            setting: node.name.to_string(),
            text,
            from,
        }
    }
}

/// What makes two nodes the same setting: those that may be there several times have a first argument that names them.
fn key(node: &Node<'_>) -> (String, Option<String>) {
    let named = [
        "net", "rctl", "fs", "device", "attr", "admin", "variable", "dataset",
    ]
    .contains(&&*node.name);
    (
        node.name.to_string(),
        node.first_text().filter(|_| named).map(str::to_owned),
    )
}

/// The settings of a zone in the registry.
pub(super) fn of_entry(store: &Store, entry: &ZoneEntry) -> Result<Vec<Effective>, Failure> {
    let mut layers: Vec<(String, Vec<Node<'static>>)> =
        vec![("zone".to_owned(), setting_nodes(&entry.settings))];
    let nets = crate::documents::zone_node(entry)
        .children
        .map(|block| block.nodes)
        .unwrap_or_default();
    layers[0].1.extend(
        nets.into_iter()
            .filter(|node| matches!(&*node.name, "net" | "variable")),
    );
    if let Some(name) = &entry.template {
        // A zone outlives its template: what is left of the settings is then the zone's own.
        match store.template(name) {
            Ok(template) => layers.extend(of_template(store, &template)?),
            Err(failure) if failure.exit == ExitCode::NotFound => {}
            Err(failure) => return Err(failure),
        }
    }
    let Config { zonepath, .. } = store.config()?;
    let from = if store.path(Kind::Config, "")?.is_file() {
        "config"
    } else {
        "default"
    };
    layers.push((from.to_owned(), vec![Node::new("zonepath").with(zonepath)]));
    layers.push((
        "default".to_owned(),
        vec![Node::new("autoboot").with(false)],
    ));
    let mut seen = Vec::new();
    let mut effective = Vec::new();
    for (from, nodes) in &layers {
        for node in nodes {
            let key = key(node);
            // The nets of a template are what a zone is made from; an entry has its own from then on.
            let counts = from == "zone" || !matches!(&*node.name, "net" | "extends" | "publishers");
            if counts
                && !seen
                    .iter()
                    .any(|(layer, known)| *known == key && layer != from)
            {
                effective.push(Effective::new(node, from.clone()));
                seen.push((from.clone(), key));
            }
        }
    }
    effective.sort_by_key(|setting| setting.setting == "net");
    Ok(effective)
}

/// The template's own settings, then those of what it extends, nearest first.
fn of_template(
    store: &Store,
    template: &Template,
) -> Result<Vec<(String, Vec<Node<'static>>)>, Failure> {
    let names = std::iter::once(&template.name).chain(&template.extends);
    names
        .map(|name| {
            let written = store.template_as_written(name)?;
            Ok((format!("template {name}"), setting_nodes(&written.settings)))
        })
        .collect()
}

/// The settings of a zone that is not in the registry, as commands of zonecfg(8).
pub(super) fn of_configuration(configuration: &ZoneConfig) -> Vec<Effective> {
    let mut settings: Vec<Effective> = Vec::new();
    let mut resource: Option<Effective> = None;
    for command in zonecfg_language::to_commands(configuration) {
        let word = |index: usize| {
            command
                .split([' ', '='])
                .nth(index)
                .unwrap_or_default()
                .to_owned()
        };
        match (&mut resource, command.as_str()) {
            (Some(open), "end") => {
                open.text.push_str("\nend");
                settings.extend(resource.take());
            }
            (Some(open), _) => {
                open.text.push('\n');
                open.text.push_str(&command);
            }
            (None, _) if command.starts_with("add ") && word(2).is_empty() => {
                resource = Some(Effective {
                    setting: word(1),
                    text: command,
                    from: "host".to_owned(),
                });
            }
            (None, _) if command.starts_with("set ") || command.starts_with("add ") => {
                settings.push(Effective {
                    setting: word(1),
                    text: command,
                    from: "host".to_owned(),
                });
            }
            _ => {}
        }
    }
    settings
}
