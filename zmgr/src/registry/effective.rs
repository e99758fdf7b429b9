//! The settings and nets that count for a zone.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::documents::expand::{ExpandError, expand, expand_link};
use crate::documents::model::{Settings, Template, TemplateNet, ZoneEntry};
use crate::documents::schema::setting::Setting;
use crate::documents::schema::settings::SETTINGS;
use crate::documents::values::nearest;
use crate::failure::Code;
use crate::{ExitCode, Failure};

/// What the entry's zone is to be like: the template's settings with its variables replaced, and over them the entry's own, in which
/// nothing is replaced.
///
/// # Errors
/// `zmgr::template::variable` if the template uses a variable that has no value.
pub fn settings(entry: &ZoneEntry, template: Option<&Template>) -> Result<Settings, Failure> {
    of_rows(SETTINGS, entry, template)
}

/// As [`settings`], only these rows of the table.
pub(crate) fn of_rows(
    rows: impl IntoIterator<Item = &'static Setting> + Clone,
    entry: &ZoneEntry,
    template: Option<&Template>,
) -> Result<Settings, Failure> {
    let mut counts = Settings::default();
    if let Some(template) = template {
        let values = OnceCell::new();
        let mut each = |text: &mut String| {
            if text.contains(['{', '}']) {
                *text = expand(text, values.get_or_init(|| variables(entry, template)))?;
            }
            Ok(())
        };
        for row in rows.clone() {
            (row.layers.merge)(&mut counts, &template.settings);
            (row.layers.texts)(&mut counts, &mut each)
                .map_err(|error| variable(template, &error))?;
        }
    }
    for row in rows {
        (row.layers.merge)(&mut counts, &entry.settings);
    }
    Ok(counts)
}

/// The template's nets with its variables replaced.
///
/// # Errors
/// As [`settings`].
pub fn nets(entry: &ZoneEntry, template: &Template) -> Result<Vec<TemplateNet>, Failure> {
    let values = variables(entry, template);
    let rendered = |net: &TemplateNet| {
        let link = expand_link(&net.link, &values).map_err(|error| variable(template, &error))?;
        Ok(TemplateNet {
            link,
            ..net.clone()
        })
    };
    template.nets.iter().map(rendered).collect()
}

fn variable(template: &Template, error: &ExpandError) -> Failure {
    let message = format!("template {}: {error}", template.name);
    Failure::new(ExitCode::Usage, Code::TemplateVariable, message).with_help(error.help())
}

/// Refuses a variable that was given and that nothing in the template uses: it is misspelt, or meant for another template.
///
/// # Errors
/// `zmgr::template::variable`.
pub fn check_variables(entry: &ZoneEntry, template: &Template) -> Result<(), Failure> {
    for name in entry.variables.keys() {
        let unused = |message: String, help: String| {
            Err(Failure::new(ExitCode::Usage, Code::TemplateVariable, message).with_help(help))
        };
        if name == "zone" {
            return unused(
                "the variable zone is the name of the zone".to_owned(),
                "give yours another name".to_owned(),
            );
        }
        if template.variables.contains_key(name) {
            continue;
        }
        let mut without = entry.clone();
        without.variables.remove(name);
        if settings(&without, Some(template)).is_ok() && nets(&without, template).is_ok() {
            let message = format!("template {} has no variable {name}", template.name);
            let known: Vec<&str> = template.variables.keys().map(String::as_str).collect();
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None if known.is_empty() => {
                    format!("write {{{name}}} where its value belongs, or leave --var {name} out")
                }
                None => format!("it has {}", known.join(", ")),
            };
            return unused(message, help);
        }
    }
    Ok(())
}

pub(super) fn variables(entry: &ZoneEntry, template: &Template) -> BTreeMap<String, String> {
    let mut values = template.variables.clone();
    values.extend(entry.variables.clone());
    values.insert("zone".to_owned(), entry.name.to_string());
    values
}
