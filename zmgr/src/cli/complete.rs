//! Names for the shell to complete: of zones, templates, pools and publishers.

use std::ffi::OsStr;

use clap_complete::CompletionCandidate;
use clap_complete::engine::ArgValueCompleter;

/// Completes the name of a document in the subdirectory `dir`.
///
/// File names are enough: nothing is parsed while a person waits for the shell.
fn documents(dir: &'static str) -> ArgValueCompleter {
    ArgValueCompleter::new(move |current: &OsStr| {
        let current = current.to_str().unwrap_or_default();
        let mut names: Vec<String> = Vec::new();
        if let Some(config_dir) = config_dir()
            && let Ok(entries) = std::fs::read_dir(config_dir.join(dir))
        {
            for entry in entries.flatten() {
                let file = entry.file_name();
                if let Some(name) = file.to_str().and_then(|file| file.strip_suffix(".kdl")) {
                    names.push(name.to_owned());
                }
            }
        }
        names.retain(|name| name.starts_with(current));
        names.sort_unstable();
        names.into_iter().map(CompletionCandidate::new).collect()
    })
}

/// The directory of the documents, without making a host.
fn config_dir() -> Option<std::path::PathBuf> {
    if let Some(dir) = std::env::var_os("ZMGR_CONFIG_DIR") {
        return Some(dir.into());
    }
    super::host::existing_root().map(|root| root.join("etc/zmgr"))
}

/// The name of a registered zone.
#[must_use]
pub fn zone() -> ArgValueCompleter {
    documents("zones")
}

/// The name of a template.
#[must_use]
pub fn template() -> ArgValueCompleter {
    documents("templates")
}

/// The name of a pool.
#[must_use]
pub fn pool() -> ArgValueCompleter {
    documents("pools")
}

/// The name of a publisher.
#[must_use]
pub fn publisher() -> ArgValueCompleter {
    documents("publishers")
}
