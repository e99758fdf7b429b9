//! `remove`.

use super::Target;
use super::apply::{Changing, change};
use crate::documents::model::Documents;
use crate::documents::{Kind, Store, combine};
use crate::failure::Code;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// How many of those that refer to a document are named.
const NAMED: usize = 8;

/// Removes the document.
///
/// # Errors
/// Exit status 6 if there is no such document; 7 if something refers to it; 3 if another document cannot be read, which may.
pub(in crate::commands) fn remove(
    cx: &Context,
    ui: &mut Ui,
    target: Target<'_>,
) -> Result<ExitCode, Failure> {
    change(cx, ui, target, "remove", |store| {
        let text = target.text(store)?;
        let own = store.path(target.kind, target.name)?;
        let loaded = store.load()?;
        let others: Vec<Failure> = loaded
            .problems
            .into_iter()
            .filter(|problem| {
                problem
                    .location
                    .as_ref()
                    .is_none_or(|place| place.file != own)
            })
            .collect();
        if !others.is_empty() {
            return Err(combine(others));
        }
        let referring = referring(store, &loaded.documents, target)?;
        if referring.is_empty() {
            return Ok(Changing {
                before: Some(text),
                after: None,
                warnings: Vec::new(),
            });
        }
        let (word, name) = (target.kind.word(), target.name);
        let mut shown: Vec<String> = referring.iter().take(NAMED).cloned().collect();
        if referring.len() > NAMED {
            shown.push(format!("{} more", referring.len() - NAMED));
        }
        let verb = if referring.len() == 1 {
            "refers"
        } else {
            "refer"
        };
        let message = format!(
            "{word} {name:?} is in use: {} {verb} to it",
            shown.join(", ")
        );
        Err(Failure::new(ExitCode::Exists, Code::DocumentInUse, message)
            .with_help(format!("make them refer to another {word} first")))
    })
}

/// What refers to the document, as words: `template "router"`.
fn referring(
    store: &Store,
    documents: &Documents,
    target: Target<'_>,
) -> Result<Vec<String>, Failure> {
    let name = target.name;
    let mut referring = Vec::new();
    if target.kind == Kind::Template && documents.config.default_template == name {
        referring.push("default-template of config.kdl".to_owned());
    }
    for template in documents.templates.keys() {
        if target.kind == Kind::Template && template == name {
            continue;
        }
        // As written: what comes from a base is the base's.
        let template = store.template_as_written(template)?;
        let refers = match target.kind {
            Kind::Template => template.extends.iter().any(|base| base == name),
            Kind::Pool => template
                .nets
                .iter()
                .any(|net| net.pool.as_deref() == Some(name)),
            Kind::Publisher => template.publishers.iter().any(|used| used == name),
            Kind::Config | Kind::Zone => false,
        };
        if refers {
            referring.push(format!("template {:?}", template.name));
        }
    }
    for (zone, entry) in &documents.zones {
        let refers = match target.kind {
            Kind::Template => entry.template.as_deref() == Some(name),
            Kind::Pool => entry
                .nets
                .iter()
                .any(|net| net.pool.as_deref() == Some(name)),
            _ => false,
        };
        if refers {
            referring.push(format!("zone {zone}"));
        }
    }
    Ok(referring)
}
