//! `{zone}` and own variables in strings.

use std::collections::BTreeMap;

use super::model::LinkSettings;
use super::values::nearest;

/// Why a string cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpandError {
    /// There is no variable of that name.
    #[error("{text:?} has {{{name}}}, and there is no variable {name:?}")]
    Unknown {
        /// The string.
        text: String,
        /// The name.
        name: String,
        /// The variable that may be meant.
        nearest: Option<String>,
    },
    /// A brace that is not closed, or closed without being open.
    #[error("{text:?} has a single brace")]
    Brace {
        /// The string.
        text: String,
    },
}

impl ExpandError {
    /// What to write instead.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Unknown {
                nearest: Some(nearest),
                ..
            } => format!("did you mean {{{nearest}}}?"),
            Self::Unknown { name, .. } => format!(
                "add variable {name:?} \"VALUE\" to the template, or give --var {name}=VALUE"
            ),
            Self::Brace { .. } => "a brace that is meant is written twice: {{ or }}".to_owned(),
        }
    }
}

/// Replaces each `{name}` in `text` by the variable of that name. `{{` and `}}` stand for single braces.
///
/// # Errors
/// [`ExpandError::Unknown`], [`ExpandError::Brace`].
pub fn expand(text: &str, variables: &BTreeMap<String, String>) -> Result<String, ExpandError> {
    if !text.contains(['{', '}']) {
        return Ok(text.to_owned());
    }
    let brace = || ExpandError::Brace {
        text: text.to_owned(),
    };
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        expanded.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("{{") {
            expanded.push('{');
            rest = after;
        } else if let Some(after) = rest.strip_prefix("}}") {
            expanded.push('}');
            rest = after;
        } else {
            let inner = rest.strip_prefix('{').ok_or_else(brace)?;
            let (name, after) = inner.split_once('}').ok_or_else(brace)?;
            let Some(value) = variables.get(name) else {
                return Err(ExpandError::Unknown {
                    text: text.to_owned(),
                    name: name.to_owned(),
                    nearest: nearest(name, variables.keys().map(String::as_str)).map(str::to_owned),
                });
            };
            expanded.push_str(value);
            rest = after;
        }
    }
    expanded.push_str(rest);
    Ok(expanded)
}

fn each<'a>(
    texts: impl IntoIterator<Item = &'a mut String>,
    variables: &BTreeMap<String, String>,
) -> Result<(), ExpandError> {
    for text in texts {
        *text = expand(text, variables)?;
    }
    Ok(())
}

/// Expands the strings of link settings, but for the pattern of the VNIC's name, which has braces of its own.
///
/// # Errors
/// As [`expand`].
pub fn expand_link(
    link: &LinkSettings,
    variables: &BTreeMap<String, String>,
) -> Result<LinkSettings, ExpandError> {
    let mut expanded = link.clone();
    let single = [
        &mut expanded.stub,
        &mut expanded.maxbw,
        &mut expanded.priority,
    ];
    each(
        single
            .into_iter()
            .filter_map(Option::as_mut)
            .chain(expanded.linkprop.values_mut()),
        variables,
    )?;
    Ok(expanded)
}
