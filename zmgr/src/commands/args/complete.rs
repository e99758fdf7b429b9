//! What the shell completes: names of zones, templates, pools, publishers and nets, settings, operations and topics.

use std::ffi::OsStr;

use clap_complete::CompletionCandidate;
use clap_complete::engine::ArgValueCompleter;

use crate::documents::schema::reference;
use crate::documents::{Kind, Source, syntax};

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
    existing_root().map(|root| root.join("etc/zmgr"))
}

/// Where the host's file system starts, if there is a host.
#[cfg(target_os = "illumos")]
#[expect(clippy::unnecessary_wraps, reason = "as on the other systems")]
fn existing_root() -> Option<std::path::PathBuf> {
    Some("/".into())
}

/// The directory of the emulated host, if it has been made.
#[cfg(not(target_os = "illumos"))]
fn existing_root() -> Option<std::path::PathBuf> {
    let named = std::env::var_os("ZMGR_EMULATED_HOST").filter(|dir| !dir.is_empty());
    let dir = named
        .map(std::path::PathBuf::from)
        .or_else(illumos_emulation::Host::default_dir)?;
    dir.is_dir().then_some(dir)
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

/// A topic of `zmgr doc`.
#[must_use]
pub fn topic() -> ArgValueCompleter {
    candidates(|_| {
        crate::commands::doc::topics()
            .into_iter()
            .map(|(topic, about)| (topic, Some(about)))
            .collect()
    })
}

/// The id of an operation, the newest first.
#[must_use]
pub fn operation() -> ArgValueCompleter {
    candidates(|_| {
        let Some(root) = existing_root() else {
            return Vec::new();
        };
        let mut ids: Vec<String> = ["open", ""]
            .iter()
            .flat_map(|dir| names_in(&root.join("var/zmgr/operations").join(dir)))
            .filter(|name| name.contains('Z') && name.contains('-'))
            .map(|name| name.split('.').next().unwrap_or_default().to_owned())
            .collect();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        ids.dedup();
        ids.into_iter().map(|id| (id, None)).collect()
    })
}

/// The name of a net of the zone that the word before names.
#[must_use]
pub fn net() -> ArgValueCompleter {
    candidates(|words| {
        let zone = words.iter().rev().nth(1);
        let nets = zone.and_then(|zone| nets_of(zone)).unwrap_or_default();
        nets.into_iter().map(|net| (net, None)).collect()
    })
}

/// A value of a net, such as `address=`.
#[must_use]
pub fn net_value() -> ArgValueCompleter {
    candidates(|_| {
        below(Kind::Zone, "net.")
            .map(|(path, about)| (format!("{path}="), Some(about)))
            .collect()
    })
}

/// The path of a value in the kind of document that the command is about.
#[must_use]
pub fn path() -> ArgValueCompleter {
    candidates(|words| {
        let command = words.iter().map(String::as_str).skip(1);
        let kind = command
            .filter(|word| !word.starts_with('-'))
            .find_map(|word| match word {
                "set" => Some(Kind::Zone),
                word => Kind::ALL.into_iter().find(|kind| kind.word() == word),
            });
        let Some(kind) = kind else {
            return Vec::new();
        };
        below(kind, "")
            .map(|(path, about)| (path, Some(about)))
            .collect()
    })
}

/// A setting of a template, as `create --set` takes it.
#[must_use]
pub fn setting() -> ArgValueCompleter {
    candidates(|_| {
        below(Kind::Template, "")
            .map(|(path, about)| (format!("{path}="), Some(about)))
            .collect()
    })
}

/// The nodes of a kind of document below `prefix`, without it.
fn below(kind: Kind, prefix: &str) -> impl Iterator<Item = (String, &'static str)> {
    let prefix = format!("{}.{prefix}", kind.word());
    reference::topics()
        .into_iter()
        .filter_map(move |(path, about)| Some((path.strip_prefix(&prefix)?.to_owned(), about)))
}

/// Completes from a list that may depend on the words of the line so far, the one to complete last.
fn candidates(
    list: impl Fn(&[String]) -> Vec<(String, Option<&'static str>)> + Send + Sync + 'static,
) -> ArgValueCompleter {
    ArgValueCompleter::new(move |current: &OsStr| {
        let current = current.to_str().unwrap_or_default();
        // The shell hands the words of the line over after two dashes.
        let words: Vec<String> = std::env::args()
            .skip_while(|word| word != "--")
            .skip(1)
            .collect();
        let index = std::env::var("_CLAP_COMPLETE_INDEX")
            .ok()
            .and_then(|index| index.parse::<usize>().ok())
            .unwrap_or(words.len().saturating_sub(1));
        let end = words.len().min(index + 1);
        list(&words[..end])
            .into_iter()
            .filter(|(value, _)| value.starts_with(current))
            .map(|(value, about)| CompletionCandidate::new(value).help(about.map(Into::into)))
            .collect()
    })
}

fn names_in(dir: &std::path::Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}

/// The nets that a registry entry names.
fn nets_of(zone: &str) -> Option<Vec<String>> {
    let zone: illumos::zone::ZoneName = zone.parse().ok()?;
    let path = config_dir()?.join("zones").join(format!("{zone}.kdl"));
    let source = Source::read(&path).ok()?;
    let tree = syntax::parse(&source).ok()?;
    let entry = tree.nodes.iter().find(|node| node.name == "zone")?;
    let nets = entry.children.iter().flat_map(|block| &block.nodes);
    Some(
        nets.filter(|node| node.name == "net")
            .filter_map(|node| node.first_text().map(str::to_owned))
            .collect(),
    )
}
