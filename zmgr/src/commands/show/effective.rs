//! Which setting counts for a zone, and where it is written.

use illumos::zone::ZoneConfig;
use serde::Serialize;

use crate::documents::model::ZoneEntry;
use crate::documents::schema::Kind;
use crate::documents::syntax::tree::{Dialect, Node, print};
use crate::documents::{Store, json_of};
use crate::registry::{self, Origin};
use crate::{ExitCode, Failure};

/// A setting and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Effective {
    /// The node, or the property or resource of zonecfg(8).
    setting: String,
    /// The path that `zmgr set` takes; nothing for a zone that the registry does not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// As it is written: in KDL, or as commands of zonecfg(8) for a zone that the registry does not have.
    pub(super) text: String,
    /// What the node says; nothing for a zone that the registry does not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<serde_json::Value>,
    /// `zone`, `template NAME`, `config`, `default` or `host`.
    pub(super) from: String,
}

impl From<registry::Effective> for Effective {
    fn from(effective: registry::Effective) -> Self {
        let mut text = String::new();
        print(&effective.node, Dialect::Two, "", "\n", &mut text);
        text.truncate(text.trim_end().len());
        Self {
            value: value(&effective),
            setting: effective.node.name.to_string(),
            path: Some(effective.path),
            text,
            from: effective.from.to_string(),
        }
    }
}

/// What the node at the end of the path says.
fn value(effective: &registry::Effective) -> Option<serde_json::Value> {
    let node: &Node<'_> = &effective.node;
    let specs = Kind::Zone.specs();
    let spec = specs.iter().find(|spec| spec.name == node.name)?;
    let object = json_of(std::slice::from_ref(node), &specs);
    let value = object.get(spec.name)?;
    let part = effective
        .path
        .strip_prefix(spec.name)
        .and_then(|path| path.strip_prefix('.'));
    // Each of several nodes, or of several values, is an element of its own.
    let value = match value {
        serde_json::Value::Array(values) if values.len() == 1 => values.first()?,
        value => value,
    };
    let value = match (value, part) {
        (serde_json::Value::Object(block), Some(part)) if block.contains_key(part) => {
            block.get(part)
        }
        // A name and its value: the name is in the path.
        (serde_json::Value::Array(values), Some(_)) if values.len() == 2 => values.last(),
        (value, _) => Some(value),
    };
    value.cloned()
}

/// The settings of a zone in the registry.
pub(super) fn of_entry(store: &Store, entry: &ZoneEntry) -> Result<Vec<Effective>, Failure> {
    let template = match &entry.template {
        // A zone outlives its template: what is left of the settings is then the zone's own.
        Some(name) => match store.template(name) {
            Ok(template) => Some(template),
            Err(failure) if failure.exit == ExitCode::NotFound => None,
            Err(failure) => return Err(failure),
        },
        None => None,
    };
    let from = if store.path(Kind::Config, "")?.is_file() {
        Origin::Config
    } else {
        Origin::Default
    };
    let effective = registry::effective(entry, template.as_ref(), &store.config()?, from)?;
    Ok(effective.into_iter().map(Effective::from).collect())
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
                    path: None,
                    value: None,
                    from: "host".to_owned(),
                });
            }
            (None, _) if command.starts_with("set ") || command.starts_with("add ") => {
                settings.push(Effective {
                    setting: word(1),
                    text: command,
                    path: None,
                    value: None,
                    from: "host".to_owned(),
                });
            }
            _ => {}
        }
    }
    settings
}
