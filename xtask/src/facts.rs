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
