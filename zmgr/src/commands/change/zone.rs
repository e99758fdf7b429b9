//! The entry of a zone: what a change of it means for the zone.

use super::Target;
use crate::check;
use crate::documents::{Source, Store, decode_zone};

/// In what the zone differs from the entry `text`, said as a warning; `None` if in nothing, or if there is no such zone.
pub(super) fn warning(store: &Store, target: Target<'_>, text: &str) -> Option<String> {
    let source = Source::new(target.path(), text);
    let entry = decode_zone(&source, Some(target.name)).ok()?;
    let template = match &entry.template {
        Some(name) => Some(store.template(name).ok()?),
        None => None,
    };
    let (config, flavour) = (store.config().ok()?, illumos::flavour().ok()?);
    let name = &entry.name;
    let differs = match check::unlike(&entry, template.as_ref(), &config, flavour) {
        Ok(Some(differences)) if !differences.is_empty() => {
            let differences: Vec<_> = differences.iter().collect();
            format!("differs from its entry in {}", check::told(&differences))
        }
        Ok(_) => return None,
        Err(failure) => format!("cannot be compared with its entry: {}", failure.message),
    };
    Some(format!(
        "zone {name} itself is not changed by this, and {differs}; `zmgr apply {name}` changes the zone"
    ))
}
