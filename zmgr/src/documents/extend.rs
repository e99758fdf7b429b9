//! `extends`: what a template takes from the one that it names.
//!
//! - A node that is there once (`brand`, `autoboot`, `cpu-shares`, …): the template's own counts, else the base's.
//! - `capped-memory` and `security-flags`: each of their values by itself.
//! - Nodes that have a name (`net`, `rctl`, `fs`, `device`, `attr`, `admin`, `variable`): the template's own take the place
//!   of the base's of the same name as a whole; further ones follow the base's.
//! - `dataset` and `tags`: the base's, then the template's own that are not among them.
//! - `publishers` and `install-args`: the template's own if it has any, else the base's.
//!
//! Nothing of the base can be taken away; a base that has too much is split in two.

use super::model::{Settings, Template, TemplateNet, Written};
use super::schema::settings::SETTINGS;

/// `own` with what it takes from `base`, which has its own base merged in already.
#[must_use]
pub fn extend(base: &Template, own: &Template) -> Template {
    let mut extends = vec![base.name.clone()];
    extends.extend(base.extends.iter().cloned());
    let mut variables = base.variables.clone();
    variables.extend(own.variables.clone());
    let mut written = vec![as_written(own)];
    if base.written.is_empty() {
        written.push(as_written(base));
    } else {
        written.extend(base.written.iter().cloned());
    }
    Template {
        name: own.name.clone(),
        extends,
        settings: extend_settings(&base.settings, &own.settings),
        nets: by_name(&base.nets, &own.nets),
        publishers: if own.publishers.is_empty() {
            base.publishers.clone()
        } else {
            own.publishers.clone()
        },
        variables,
        written,
    }
}

fn as_written(template: &Template) -> Written {
    Written {
        name: template.name.clone(),
        settings: template.settings.clone(),
        variables: template.variables.clone(),
    }
}

/// `own` over `base`, by the rules of `extends`. Also what a zone's own settings are over its template's.
#[must_use]
pub fn extend_settings(base: &Settings, own: &Settings) -> Settings {
    let mut merged = base.clone();
    for row in SETTINGS {
        (row.layers.merge)(&mut merged, own);
    }
    merged
}

/// The base's, each replaced by the own one of its name, then the own ones that have no counterpart.
fn by_name(base: &[TemplateNet], own: &[TemplateNet]) -> Vec<TemplateNet> {
    let mut nets = base.to_vec();
    for own in own {
        match nets.iter_mut().find(|net| net.name == own.name) {
            Some(net) => net.clone_from(own),
            None => nets.push(own.clone()),
        }
    }
    nets
}
