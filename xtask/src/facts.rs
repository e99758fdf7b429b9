//! `illumos-sys/abi.json`: the sizes, values, prototypes and symbols that were measured.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::Failure;

/// Reads the facts.
///
/// # Errors
/// If the file is missing or is not JSON.
pub(crate) fn load(root: &Path) -> Result<Value, Failure> {
    let path = root.join("illumos-sys/abi.json");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// Whether a library exports `symbol`, by the list `by`: `everywhere`, or what only `upstream`, `omnios` or `smartos` has.
pub(crate) fn is_exported(facts: &Value, by: &str, symbol: &str) -> bool {
    let libraries = facts["exported"]
        .as_object()
        .into_iter()
        .flat_map(serde_json::Map::values);
    libraries.into_iter().any(|lists| {
        lists[by]
            .as_array()
            .into_iter()
            .flatten()
            .any(|name| name == symbol)
    })
}
